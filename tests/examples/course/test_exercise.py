"""A sheet asks for every gradient that the figure shows, gives none away, and has its solutions."""

import re

import pytest

import autograd
import viz
from examples.course.exercise import blanked, save_exercise
from viz.gallery import EXHIBITS

SHOP = ["2.2", "110", "200", "1.1"]


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_the_gradients_of_the_shop_are_asked_for():
    full = EXHIBITS["apple_shop"].figure("en").svg()
    blank, answers = blanked(full)
    assert answers == list(zip(["apple", "count", "tax", "v1"], SHOP, strict=True))
    left = texts(blank)
    assert [f"({n})" for n in range(1, 5)] == [t for t in left if re.fullmatch(r"\(\d\)", t)]
    assert {"100", "220"} <= set(left), "forward values stay"
    for hint in ("∂", "gradient 2.2", "<title>", "<desc>"):
        assert hint not in blank


@pytest.mark.parametrize("arriving", [1.0, 1.3])
def test_the_gradient_that_arrives_is_given(arriving):
    x, y = (autograd.tensor(v, requires_grad=True, name=n) for v, n in ((10.0, "x"), (5.0, "y")))
    z = x * y
    z.backward(arriving)
    blank, answers = blanked(viz.draw(z, "dlfs").svg())
    assert [name for name, _ in answers] == ["x", "y"]
    assert f"{arriving:g}" in texts(blank)
    assert "(1)" in texts(blank)


def test_a_sum_at_a_branch_is_one_blank():
    _, answers = blanked(EXHIBITS["two_paths"].figure("en").svg())
    assert ("b", "2.00 + 3.00 = 5.00") in answers


def test_neurons_ask_for_weights_and_their_next_values():
    blank, answers = blanked(EXHIBITS["network_322"].figure("en").svg())
    found = dict(answers)
    assert found["w5"] == "0.0074"
    assert found["w5 →"] == "0.4963"
    assert found["b (h1)"] == "0.0022"
    assert not {each for _, each in answers} & set(texts(blank))


@pytest.mark.parametrize(("lang", "word"), [("en", "Exercise"), ("ko", "연습 문제")])
def test_sheet_and_solution_have_the_same_numbers(tmp_path, lang, word):
    figure = EXHIBITS["circuit"].figure(lang)
    sheets = tmp_path / "graphs"
    sheets.mkdir()
    sheet, solution = save_exercise(sheets / f"circuit.{lang}", figure, lang, "A <shop>")
    assert sheet == sheets / f"circuit.{lang}.exercise.html"
    assert solution == tmp_path / "lecturer" / "graphs" / f"circuit.{lang}.solution.html"
    asked, answered = sheet.read_text("utf-8"), solution.read_text("utf-8")
    assert f"<h1>{word}: A &lt;shop&gt;</h1>" in asked
    assert re.findall(r"<li>\((\d)\) (\w+)", asked) == re.findall(r"<li>\((\d)\) (\w+)", answered)
    assert re.findall(r"<b>([^<]*)</b>", answered) == ["−4.00", "−4.00", "3.00", "−4.00"]
    assert asked.count(">−4.00<") == 1, "only the forward value of z"
    assert "http" not in asked.replace("http://www.w3.org/2000/svg", ""), "nothing is loaded"


def test_results_without_a_name_make_no_sheet(tmp_path):
    assert save_exercise(tmp_path / "x", EXHIBITS["apple_shop"].figure("en"), "en", "v1") == []


def test_a_figure_without_gradients_has_no_sheet(tmp_path):
    x = autograd.tensor(2.0, requires_grad=True)
    assert save_exercise(tmp_path / "x", viz.draw(x * x), "en", "before backward") == []
    assert list(tmp_path.iterdir()) == []
