"""Where things are: nothing overlaps, crosses or is cut, whatever program is drawn."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.test_golden import LAYOUTS
from viz.looks.style import STYLES

OPTIONS = st.fixed_dictionaries(
    {"lang": st.sampled_from(["en", "ko"])},
    optional={
        "ratio": st.sampled_from([16 / 9, 1.0]),
        "expand": st.just(True),
        "derivatives": st.booleans(),
        "hide": st.sampled_from(["constants", "parameters"]),
        "largest": st.sampled_from([8, 30]),
        "theme": st.just("print"),
        "depth": st.integers(1, 3),
    },
)


OPERATIONS = [style for style in STYLES if style != "neurons"]
CASES = [("builtin", style) for style in OPERATIONS] + [
    pytest.param("dot", style, marks=LAYOUTS[1].marks)  # one of each kind: a process a figure
    for style in ("cs231n", "micrograd", "dezero")
]


@pytest.mark.parametrize(("layout", "style"), CASES)
@given(
    seed=st.integers(0, 10_000),
    operations=st.integers(1, 40),
    backward=st.booleans(),
    options=OPTIONS,
)
def test_no_style_has_overlaps_or_crossed_texts(style, layout, seed, operations, backward, options):
    program = programs.random_program(seed, operations, backward)
    picture = Picture(viz.draw(program.result, style, layout=layout, **options).svg())
    defects = picture.defects() if STYLES[style].plate == "wire" else picture.crowding()
    assert defects == []


@pytest.mark.parametrize("style", ["cs231n", "dlfs"])
@given(
    seed=st.integers(0, 10_000),
    operations=st.integers(1, 30),
    backward=st.booleans(),
    options=OPTIONS,
)
def test_figures_that_flow_down_have_no_defects(style, seed, operations, backward, options):
    program = programs.random_program(seed, operations, backward)
    figure = viz.draw(program.result, style, direction="down", layout="builtin", **options)
    picture = Picture(figure.svg())
    assert picture.crowding() == []
    for wire in picture.wires:
        levels = [y for _, y in wire.forward]
        assert levels == sorted(levels)
    for node in picture.nodes:
        for text in node.texts:  # the value to the right of the wire, the gradient to its left
            if text.role.startswith("value"):
                assert text.region.left >= node.wire.right - 0.5
            elif text.role.startswith(("gradient", "missing")):
                assert text.region.right <= node.wire.left + 0.5


@given(
    sizes=st.lists(st.integers(1, 9), min_size=2, max_size=3),
    seed=st.integers(0, 1000),
    backward=st.booleans(),
    lang=st.sampled_from(["en", "ko"]),
    rate=st.sampled_from([None, 0.1]),
)
def test_networks_of_any_size_are_legible_as_neurons(sizes, seed, backward, lang, rate):
    numbers = np.random.default_rng(seed)
    h, keep = Tensor(numbers.normal(size=(1, sizes[0])), name="x"), []
    for inputs, outputs in pairwise(sizes):
        w = programs.variable(numbers.normal(size=(inputs, outputs)))
        b = programs.variable(numbers.normal(size=outputs))
        keep += [w, b]
        h = programs.named(autograd.tanh(h @ w + b), "h")
    loss = programs.named((h * h).sum(), "loss")
    if backward:
        loss.backward()
    picture = Picture(viz.draw(loss, "neurons", lang=lang, learning_rate=rate).svg())
    assert picture.overlaps() == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("steps", [1, 4, 50])
def test_an_unrolled_loop_is_clean(steps, layout):
    program = programs.unrolled(steps)
    program.result.backward()
    assert Picture(viz.draw(program.result, layout=layout).svg()).defects() == []


def test_wires_run_forward():
    program = programs.network()
    picture = Picture(viz.draw(program.result, layout="builtin", ratio=100).svg())
    for wire in picture.wires:
        xs = [x for x, _ in wire.forward]
        assert xs == sorted(xs)


def test_the_checker_sees_defects():
    """Moving any text of a sound figure onto another one is noticed."""
    program = programs.circuit()
    program.result.backward()
    svg = viz.draw(program.result, layout="builtin").svg()
    picture = Picture(svg)
    q, f = picture.node("q"), picture.node("f")
    value = next(text for text in f.texts if text.role == "value")
    other = next(text for text in q.texts if text.role == "value")
    value.region = other.region
    found = " ".join(picture.defects())
    assert "'−12.00' and '3.00' overlap" in found or "'3.00' and '−12.00' overlap" in found
    assert "'−12.00' is not at the wire" in found
    picture = Picture(svg)
    picture.wires[0].forward.append((other.x, other.y - 3))
    assert any("crosses" in defect for defect in picture.defects())
