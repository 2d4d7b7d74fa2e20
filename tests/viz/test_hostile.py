"""Names that would break, escape from or reorder a figure are only ever text."""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import viz
from autograd import Tensor
from tests.viz.picture import Picture
from tests.viz.programs import module, variable
from viz.layout.external import dot_program
from viz.looks.style import STYLES

HOSTILE = [
    "<lambda>",
    "<b>bold</b>",
    "a:b",
    "trailing\\",
    "\\N\\G",
    "{x|y}",
    "\"quoted\" 'twice'",
    "</script><script>alert(1)</script>",
    "]]>",
    "&amp;&#0;",
    "nul\0and\x1bescape",
    "\ud800",
    "family 👩‍👩‍👧",
    "\u202egnp.exe",
    "عنوان",
    "x" * 10_000,
    "two\nlines",
    "line\u2028separator<!--",
    "%d %s {0}",
    "${HOME} `id`",
    "",
]


# What numbers can be, one by one and in arrays.
VALUES = [
    np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7e308, -1e-30, 123456789.0, np.float32(1e38),
    np.float16(6e4), np.longdouble(1e-300), 10**18, -(2**62), True, 1e300 + 1e-300j,
    complex(np.nan, np.inf),
]  # fmt: skip


def program(name):
    x = variable(np.array([1.0, 2.0]), name)
    with module(f"{name}.fc" if name else None):
        y = x * 2.0
    z = y.sum()
    z.name = name
    z.backward()
    return z


def drawn(name, layout="builtin"):
    return viz.draw(program(name), layout=layout)


@pytest.mark.parametrize("name", HOSTILE)
def test_svg_stays_svg(name):
    figure = drawn(name)
    figure.svg().encode()
    picture = Picture(figure.svg())
    assert picture.defects() == []
    assert not [e for e in picture.root.iter() if e.tag.lower().endswith("script")]


@pytest.mark.skipif(dot_program() is None, reason="dot is not installed")
@pytest.mark.parametrize("name", HOSTILE)
def test_dot_stays_one_graph(name):
    figure = drawn(name, "dot")
    rendered = figure.dot().pipe("svg")
    root = ElementTree.fromstring(rendered)
    nodes = [e for e in root.iter() if e.get("class") == "node"]
    assert len(nodes) == 4
    assert not [e for e in root.iter() if e.tag.lower().endswith("script")]
    assert Picture(figure.svg()).defects() == []


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", HOSTILE)
def test_every_style_stays_svg(name, style):
    result = program(name)
    if style == "neurons":
        w = variable(np.ones((2, 1)), name)
        result = (Tensor(np.ones((1, 2)), name=name) @ w + variable(np.ones(1), name)).sum()
        result.name = name
        result.backward()
    figure = viz.draw(result, style, lang="ko", layout="builtin")
    picture = Picture(figure.svg())
    assert picture.overlaps() == []
    assert not [e for e in picture.root.iter() if e.tag.lower().endswith("script")]
    letters = set(figure.text()) - {"\n"}
    assert not {unicodedata.category(letter) for letter in letters} & {"Cc", "Cs", "Zl"}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_variables_are_text_as_well(name):
    x = variable(2.0)
    y = x * 3.0
    picture = Picture(viz.draw(y, names={name: x}, layout="builtin").svg())
    assert picture.defects() == []
    picture = Picture(viz.draw(program(name), depth=1, layout="builtin").svg())
    assert picture.defects() == []


@pytest.mark.parametrize("name", HOSTILE)
def test_images_and_notebooks_take_any_name(name):
    pytest.importorskip("resvg_py")
    figure = drawn(name)
    assert figure.png(0.5).startswith(b"\x89PNG")
    bundle = figure._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    found = re.findall(r"<(/?\w+)", bundle["text/html"])  # one image, and nothing else
    assert found == ["div", "div", "img", "/div", "/div"]


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_value_is_drawn(value, style):
    differentiable = not isinstance(value, int)
    for values in (value, np.full(3, value), np.full((2, 7, 7), value), np.full((20, 20), value)):
        x = Tensor(values, requires_grad=differentiable, name="x")
        with np.errstate(all="ignore"):
            y = x * np.asarray(values).dtype.type(1)
            y = (y.real if y.dtype.kind == "c" else y).sum()
            if differentiable:
                y.backward()
            figure = viz.draw([x, y], style, layout="builtin")
        assert Picture(figure.svg()).overlaps() == []
        figure.text().encode()


def test_an_operation_with_hostile_keywords(tmp_path):
    x = variable(np.ones((2, 2)))
    y = x[..., 0:1]
    text = viz.draw(y).text()
    assert "index=(..., 0:1)" in text
    viz.draw(y).save(tmp_path / "index.svg")
