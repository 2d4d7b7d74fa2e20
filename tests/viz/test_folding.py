"""Figures folded into rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.test_golden import LAYOUTS
from viz import gallery


def wide(program, **options):
    return Picture(viz.draw(program.result, ratio=16 / 9, **options).svg())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_wide_figure_comes_close_to_a_slide(layout):
    program = programs.network()
    program.result.backward()
    flat = Picture(viz.draw(program.result, layout=layout, ratio=100).svg())
    folded = wide(program, layout=layout)
    assert flat.canvas.right / flat.canvas.bottom > 4
    assert 0.8 < folded.canvas.right / folded.canvas.bottom < 3.6
    assert folded.defects() == []
    assert [n.texts[0].content for n in flat.nodes] == [n.texts[0].content for n in folded.nodes]


def test_wires_keep_their_ends():
    program = programs.neuron()
    program.result.backward()
    picture = wide(program, layout="builtin")
    flat = Picture(viz.draw(program.result, layout="builtin", ratio=100).svg())
    shown = set()  # tensors whose way to a tag is drawn
    for before, after in zip(flat.wires, picture.wires, strict=True):
        for wire, page in ((before, flat), (after, picture)):
            source, end = page.nodes[wire.source], page.nodes[wire.target]
            tags = page.tagged[page.wires.index(wire)]
            if tags and wire.source not in shown:
                assert tags == [tags[0]] * 2  # out of one row and into another
                shown.add(wire.source)
            if source.kind != "constant" and not (page is picture and wire.source in shown):
                start = (source.wire.right, source.wire.top)
                assert wire.forward[0] == pytest.approx(start, abs=8)
            gate = end.shapes[0][1]
            assert gate.left - 9 <= wire.forward[-1][0] <= gate.right
            assert gate.top <= wire.forward[-1][1] <= gate.bottom


def test_what_is_narrow_or_upright_stays():
    program = programs.circuit()
    for style in ("cs231n", "colah", "dezero"):
        plain = viz.draw(program.result, style, layout="builtin").svg()
        assert viz.draw(program.result, style, layout="builtin", ratio=2.0).svg() == plain
    with pytest.raises(ValueError, match="ratio must be positive, such as 16/9, got 0"):
        viz.draw(program.result, ratio=0)


@given(seed=st.integers(0, 10_000), operations=st.integers(5, 30), chain=st.booleans())
def test_random_programs_fold_without_defects(seed, operations, chain):
    program = programs.random_program(seed, operations)
    assert wide(program, layout="builtin", derivatives=chain).defects() == []


@pytest.mark.parametrize("name", ["cnn", "two_layers", "mlp"])
def test_networks_of_the_gallery_fit_slides(name):
    canvas = Picture(gallery.EXHIBITS[name].figure("en").svg()).canvas
    assert canvas.right < 2000
