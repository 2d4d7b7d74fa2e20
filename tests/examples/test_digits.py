"""The main example runs, is the same in every run, and learns."""

import re
from pathlib import Path

import autograd
from examples.digits import Digits, draw_one_step, main
from nn.datasets import digits


def run(folder: Path, *arguments: str) -> float:
    return main(["--folder", str(folder), *arguments])


def test_a_short_run_learns_and_draws(tmp_path, capsys):
    accuracy = run(tmp_path, "--epochs", "2")
    printed = capsys.readouterr().out
    assert accuracy > 0.8
    assert f"{accuracy:.2%}" in printed
    assert "disagree" not in printed
    assert "unresolved" not in printed
    checked = re.findall(r"\d  agree$", printed, re.MULTILINE)
    assert len(checked) == len(list(Digits().parameters()))
    for name in ("backprop.svg", "digits.svg"):
        assert (tmp_path / name).read_text("utf-8").startswith("<svg")
        assert str(tmp_path / name) in printed


def test_the_same_seed_gives_the_same_bits(tmp_path, capsys):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(first, "--epochs", "1") == run(second, "--epochs", "1")
    assert capsys.readouterr().out.count("agree") >= 12
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_every_value_and_gradient_is_in_the_drawing(tmp_path):
    autograd.manual_seed(0)
    svg = draw_one_step(tmp_path / "backprop")[0].read_text("utf-8")
    assert "not computed" not in svg
    assert "not kept" not in svg
    for text in ("affine", "relu", "weight", "bias", "loss", "1.00"):
        assert text in svg


def test_the_network_maps_images_to_ten_scores():
    images, _ = digits()
    assert Digits()(images[:3]).shape == (3, 10)
