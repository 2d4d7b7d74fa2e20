"""Names that would break, escape from or reorder a figure are only ever text."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import viz
from tests.viz.picture import Picture
from tests.viz.programs import module, variable
from viz.layout.external import dot_program

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
    "%d %s {0}",
    "${HOME} `id`",
    "",
]


def drawn(name, layout="builtin"):
    x = variable(np.array([1.0, 2.0]), name)
    with module(f"{name}.fc" if name else None):
        y = x * 2.0
    z = y.sum()
    z.name = name
    z.backward()
    return viz.draw(z, layout=layout)


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


def test_an_operation_with_hostile_keywords(tmp_path):
    x = variable(np.ones((2, 2)))
    y = x[..., 0:1]
    text = viz.draw(y).text()
    assert "index=(..., 0:1)" in text
    viz.draw(y).save(tmp_path / "index.svg")
