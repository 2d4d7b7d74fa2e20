"""Formulas: one way of writing, which a terminal, a page and a notebook show."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from examples.course import LESSONS, formulas
from examples.course.sections import split

FOLDER = Path(formulas.__file__).parent


def texts(name):
    return [each.texts for each in split((FOLDER / f"{name}.py").read_text("utf-8")) if each.texts]


def written(text):
    return [" ".join(each.split()) for each, _ in formulas.FORMULA.findall(text)]


@pytest.mark.parametrize(
    ("formula", "latex"),
    [
        ("w ← w - η g / √(G + ε)", r"w \leftarrow  w - η \frac{g}{\sqrt{G + ε}}"),
        ("dL/dX = dL/dY Wᵀ", r"\frac{dL}{dX} = \frac{dL}{dY} {W}^{T}"),
        ("h_t = tanh(v h_(t-1))", r"{h}_{t} = \operatorname{tanh} \left( v {h}_{t - 1} \right)"),
        ("1 / 2h", r"\frac{1}{2 h}"),
        ("exp(x_i) / Σ exp(x_j)",
         r"\frac{\operatorname{exp} \left( {x}_{i} \right)}"
         r"{\sum  \operatorname{exp} \left( {x}_{j} \right)}"),
        ("½ (o1 - t1)²", r"\frac{1}{2} {\left( {o}_{1} - {t}_{1} \right)}^{2}"),
        ("m̂ / (√v̂ + ε)", r"\frac{\hat{m}}{\sqrt{\hat{v}} + ε}"),
        ("g'(Z1)", r"{g}^{\prime} \left( {Z}_{1} \right)"),
        ("∂(x + y)/∂x", r"\frac{\partial  \left( x + y \right)}{\partial x}"),
        ("(input - filter) / stride", r"\frac{\text{input} - \text{filter}}{\text{stride}}"),
        ("0.1 / √0.001", r"\frac{0.1}{\sqrt{0.001}}"),
        ("e^-x", r"{e}^{- x}"),
        ("|x - y|² / n!", r"\frac{{\left| x - y \right|}^{2}}{n !}"),
    ],
)  # fmt: skip
def test_latex(formula, latex):
    assert re.sub(r"\s+", " ", formulas.latex(formula)) == re.sub(r"\s+", " ", latex)


def test_mathml_is_the_same_tree():
    root = ElementTree.fromstring(formulas.mathml("y = 1 / (1 + exp(-x²))"))
    fraction = root.find(".//mfrac")
    assert ["".join(each.itertext()) for each in fraction] == ["1", "1+exp(−x2)"]
    assert "".join(root.find(".//msup").itertext()) == "x2"


@pytest.mark.parametrize("formula", ["(x + 1", "x + 1)", "[x)", "√(x"])
def test_brackets_must_match(formula):
    with pytest.raises(ValueError, match="formula: a bracket .* in '"):
        formulas.parse(formula)


def test_a_formula_by_itself_stands_on_its_own_line():
    text = "So:\n\n$a = b$,\n\nand $c$ is\n$d$."
    assert formulas.for_notebook(text) == "So:\n\n$$a = b ,$$\n\nand $c$ is\n$d$."
    assert formulas.for_page(text).count('display="block"') == 1
    assert formulas.plain(text) == "So:\n\na = b,\n\nand c is\nd."


@pytest.mark.parametrize("name", LESSONS)
def test_every_formula_of_a_lesson_can_be_set_and_is_in_both_languages(name):
    for each in texts(name):
        assert len(written(each["en"])) == len(written(each["ko"]))
        for text in each.values():
            assert text.count("$") % 2 == 0
            for formula in written(text):
                ElementTree.fromstring(formulas.mathml(formula))
                latex = formulas.latex(formula)
                braces = re.sub(r"\\[{}]", "", latex)
                assert braces.count("{") == braces.count("}")
                assert len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex))
