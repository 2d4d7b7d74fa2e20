"""Where things are: nothing overlaps, crosses or is cut, whatever program is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.test_golden import LAYOUTS


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    seed=st.integers(0, 10_000),
    operations=st.integers(1, 40),
    backward=st.booleans(),
    lang=st.sampled_from(["en", "ko"]),
    style=st.sampled_from(["cs231n", "dlfs"]),
)
def test_random_programs_have_no_defects(layout, seed, operations, backward, lang, style):
    program = programs.random_program(seed, operations, backward)
    picture = Picture(viz.draw(program.result, style, layout=layout, lang=lang).svg())
    assert picture.defects() == []


@given(seed=st.integers(0, 10_000), operations=st.integers(1, 20))
def test_records_do_not_overlap(seed, operations):
    program = programs.random_program(seed, operations)
    picture = Picture(viz.draw(program.result, "micrograd", layout="builtin").svg())
    assert picture.overlaps() == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("steps", [1, 4, 50])
def test_an_unrolled_loop_is_clean(steps, layout):
    program = programs.unrolled(steps)
    program.result.backward()
    assert Picture(viz.draw(program.result, layout=layout).svg()).defects() == []


def test_wires_run_forward():
    program = programs.network()
    picture = Picture(viz.draw(program.result, layout="builtin").svg())
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
