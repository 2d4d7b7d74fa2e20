"""The real runs: short forms learn, are the same in every run, and the table has all of them."""

import doctest
import struct

import numpy as np
import pytest

from examples import (
    character_lstm,
    digits_seeds,
    fashion_mnist,
    korean_sentences,
    runs,
    small_gpt,
    twin,
    xor,
)
from examples.korean_sentences import entropy, particle, sentences
from examples.measured import Measured, report
from nn.datasets import digits


def values(numbers) -> dict[str, float]:
    return {each.what: each.value for each in numbers}


@pytest.fixture(scope="module")
def clothes(tmp_path_factory):
    """A folder in the form of Fashion-MNIST's, with digits in place of clothes."""
    folder = tmp_path_factory.mktemp("idx")
    images, labels = digits()
    large = (np.kron(images[:, 0], np.ones((3, 3))) * 255).astype(np.uint8)  # 24 x 24
    large = np.pad(large, ((0, 0), (2, 2), (2, 2)))
    for part, rows in (("train", slice(0, 960)), ("t10k", slice(960, 1160))):
        for name, array in (("images-idx3", large[rows]), ("labels-idx1", labels[rows])):
            head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            (folder / f"{part}-{name}-ubyte").write_bytes(head + array.astype(np.uint8).tobytes())
    return folder


@pytest.fixture
def short(clothes):
    """Arguments of each run that take about a second, and a bound of its first number."""
    return {
        digits_seeds: (["--seeds", "2", "--epochs", "2"], 0.8),
        fashion_mnist: (["--epochs", "3", "--alone", "--folder", str(clothes)], 0.8),
        xor: (["--seeds", "2", "--epochs", "500"], 2),
        character_lstm: (["--sentences", "100", "--epochs", "2", "--alone"], None),
        small_gpt: (["--characters", "30", "--epochs", "60"], 30),
    }


@pytest.mark.parametrize("name", runs.RUNS)
def test_a_short_run_learns_and_is_the_same_again(name, short, capsys):
    run = runs.RUNS[name]
    arguments, least = short[run]
    first = values(run.main(arguments))
    again = values(run.main(arguments))
    assert first == again, "the same seed gives the same bits"
    if least is not None:
        assert next(iter(first.values())) >= least
    printed = capsys.readouterr().out
    assert all(what in printed for what in first)


def test_another_seed_is_another_run():
    arguments = ["--characters", "20", "--epochs", "5"]
    one, other = (values(small_gpt.main([*arguments, "--seed", seed])) for seed in "01")
    assert one["loss at the end"] != other["loss at the end"]


def test_the_small_gpt_repeats_what_it_read():
    found = values(small_gpt.main(["--characters", "30", "--epochs", "60"]))
    assert found["of them repeated"] == found["characters"] == 30


def test_the_lstm_reads_any_text(tmp_path):
    (tmp_path / "text.txt").write_text("abcd" * 500, "utf-8")
    arguments = ["--text", str(tmp_path / "text.txt"), "--epochs", "8", "--alone"]
    found = values(character_lstm.main(arguments))
    assert found["bits per character"] < 0.2, "what comes next is certain"


def test_a_run_without_pytorch_says_so(clothes, monkeypatch, capsys):
    monkeypatch.setattr(twin, "interpreter", lambda: None)
    found = fashion_mnist.main(["--epochs", "1", "--examples", "64", "--folder", str(clothes)])
    assert [each.what for each in found] == ["accuracy on the test images"]
    assert "benchmarks.peers install" in capsys.readouterr().out


# --- the sentences


def test_the_examples_in_the_docstrings_are_right():
    assert doctest.testmod(korean_sentences) == (0, 4)


def test_particles_fit_the_last_letter():
    text = sentences(300, seed=3)
    for right, wrong in (
        ("책을", "책를"),
        ("나무를", "나무을"),
        ("너는", "너은"),
        ("별을", "별를"),
    ):
        assert right in text
        assert wrong not in text
    assert particle("물", "이", "가") == "물이"


def test_the_entropy_is_that_of_the_sentences():
    """The mean surprise of drawn sentences, from how often each of them comes."""
    drawn = sentences(60_000, seed=0).split(". ")[:-1]
    _, counts = np.unique(drawn, return_counts=True)
    bits, characters = entropy()
    share = counts / len(drawn)
    # The estimate from counts is low by (kinds - 1) / (2 n ln 2), after G. Miller (1955).
    estimate = -(share * np.log2(share)).sum() + (len(counts) - 1) / (2 * len(drawn) * np.log(2))
    assert estimate == pytest.approx(bits, abs=0.01)
    assert np.mean([len(each) + 2 for each in drawn]) == pytest.approx(characters, abs=0.05)


# --- the table


def test_the_table_has_every_run_and_every_bound_is_met():
    rows = runs.read_rows(runs.TABLE.read_text("utf-8"))
    assert list(rows) == list(runs.RUNS)
    for name, lines in rows.items():
        assert f"`python -m examples.{name}`" in lines[0]
        cells = [line.strip("| ").split(" | ") for line in lines]
        assert all(len(row) == 5 for row in cells)
        assert "yes" in {row[4] for row in cells}
        assert "NO" not in {row[4] for row in cells}


def test_the_table_keeps_runs_that_were_not_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "TABLE", tmp_path / "runs.md")
    bad = [Measured("seeds", 3, "{:.0f}", at_least=4)]
    monkeypatch.setattr(xor, "main", lambda arguments: bad)
    monkeypatch.setattr(small_gpt, "main", lambda arguments: [Measured("loss", 0.5)])
    assert runs.main(["xor"]) == 1
    assert runs.main(["small_gpt"]) == 1
    text = (tmp_path / "runs.md").read_text("utf-8")
    assert "| xor | seeds | 3 | at least 4 | NO |" in text
    assert "| small_gpt | loss | 0.5 | - | - |" in text
    bad[0] = Measured("seeds", 4, "{:.0f}", at_least=4)
    assert runs.main(["xor"]) == 0
    assert "| NO |" not in (tmp_path / "runs.md").read_text("utf-8")


def test_an_unknown_run_is_named(capsys):
    with pytest.raises(SystemExit):
        runs.main(["xnor"])
    assert "no run xnor; there are digits_seeds, " in capsys.readouterr().err


def test_a_bound_that_is_missed_is_said(capsys):
    report([Measured("loss", 0.5, at_most=0.4), Measured("share", 0.5, "{:.0%}", at_least=0.5)])
    first, second = capsys.readouterr().out.splitlines()
    assert first == "loss   0.5   expected at most 0.4   NOT MET"
    assert second == "share  50%   expected at least 50%"
