"""Graphs that are too large or too tangled to be drawn as they are."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable
from viz.looks.style import STYLES
from viz.reading.graph import as_tensors, read
from viz.shaping.loops import Loop, loops
from viz.shaping.reshape import summed_up, with_stubs


def reshaped(tensor, **options):
    return with_stubs(summed_up(read(as_tensors(tensor)), **options)).vertices


def test_every_use_of_a_shared_weight_has_its_own_leaf():
    program = programs.unrolled(6)
    program.result.backward()
    uses = [vertex.use for vertex in reshaped(program.result) if vertex.name == "W_h"]
    assert uses == [(number, 6) for number in range(1, 7)]
    picture = Picture(viz.draw(program.result, layout="builtin").svg())
    drawn = [node for node in picture.nodes if "W_h" in node.words("parameter-text")]
    notes = ["Σ over 6 uses", *(f"use {n} of 6" for n in range(2, 7))]
    assert [node.words("note")[-1] for node in drawn] == notes
    assert [bool(node.words("gradient-cell")) for node in drawn] == [True] + [False] * 5
    degrees = [sum(wire.source == number for wire in picture.wires) for number, node in
               enumerate(picture.nodes) if node in drawn]  # fmt: skip
    assert degrees == [1] * 6


def test_near_uses_share_a_leaf():
    assert all(vertex.use is None for vertex in reshaped(programs.two_paths().result))


# Nothing comes three times in a row: the sequence of Thue and Morse.
IRREGULAR = [bin(number).count("1") % 2 for number in range(64)]


def test_a_large_model_is_drawn_by_the_calls_of_its_modules():
    x = autograd.Tensor(np.ones((1, 4)), name="x")
    h, weights = x, []
    for layer in range(64):
        weights.append(variable(np.eye(4), "weight"))
        with module(f"model.block{layer // 2}.fc{layer % 2}"):
            h = (autograd.tanh, autograd.relu)[IRREGULAR[layer]](h @ weights[-1])
    loss = named(h.sum(), "loss")
    loss.backward()
    vertices = reshaped(loss)
    groups = [vertex for vertex in vertices if vertex.kind == "group"]
    assert [group.symbol for group in groups] == [f"model.block{i}" for i in range(32)]
    assert {group.count for group in groups} == {4}
    assert groups[0].content == ("2 @, 1 tanh, 1 relu",)
    assert vertices[-1].kind == "operation"  # what is outside of all modules stays as it is
    # The input is drawn; 64 weights, each used in one group alone, would hide the rest.
    assert [vertex.name for vertex in vertices if vertex.is_leaf] == ["x"]
    np.testing.assert_array_equal(groups[-1].value.values, h.detach().numpy())
    assert Picture(viz.draw(loss, layout="builtin").svg()).defects() == []
    whole = viz.draw(loss, layout="builtin", largest=1000)
    assert len(Picture(whole.svg()).nodes) == 1 + 64 + 2 * 64 + 1


def test_a_long_chain_without_a_loop_is_drawn_in_equal_groups():
    x = variable(1.0, "x")
    y = x
    for turn in range(10):
        for digit in IRREGULAR:
            y = (autograd.tanh, autograd.sin)[digit ^ IRREGULAR[turn]](y)
    length = 10 * len(IRREGULAR)
    picture = Picture(viz.draw(y, layout="builtin").svg())
    assert picture.defects() == []
    groups = [node for node in picture.nodes if node.kind == "group"]
    assert 10 <= len(groups) <= 24
    first, *_, last = groups
    assert first.words("group-text")[0].startswith("1–")
    assert last.words("group-text")[0].endswith(f"–{length}")


def test_a_loop_is_its_first_round_and_a_box_for_the_others():
    length = 4 * sys.getrecursionlimit()
    x = variable(1.0, "x")
    y = x
    for _ in range(length):
        y = autograd.sin(y) * 1.0001
    figure = viz.draw(y, layout="builtin")
    picture = Picture(figure.svg())
    assert picture.defects() == []
    assert [node.kind for node in picture.nodes] == [
        "parameter", "operation", "constant", "operation", "group",
    ]  # fmt: skip
    assert picture.nodes[-1].words("group-text", "note") == [
        f"×{length - 1}", f"{2 * (length - 1)} operations", "sin, ×",
    ]  # fmt: skip
    assert f">×{length}<" in figure.svg()  # on the frame around both
    assert picture.nodes[-1].words("value") == [STYLES["cs231n"].numerals.number(y.item())]


def test_steps_of_a_recurrent_network_are_rolled_up():
    program = programs.unrolled(50)
    program.result.backward()
    vertices = reshaped(program.result)
    (group,) = [vertex for vertex in vertices if vertex.kind == "group"]
    assert (group.symbol, group.content, group.count) == ("×49", ("@, @, +, +, tanh",), 245)
    uses = [(v.use, v.merged) for v in vertices if v.name == "W_h"]
    assert uses == [((1, 50), 1), ((2, 50), 49)]
    picture = Picture(viz.draw(program.result, layout="builtin").svg())
    drawn = [node for node in picture.nodes if "W_h" in node.words("parameter-text")]
    assert [node.words("note")[-1] for node in drawn] == ["Σ over 50 uses", "use 2–50 of 50"]


def test_layers_that_are_alike_are_rolled_up():
    h, keep = variable(np.ones((1, 4)), "x"), []
    for layer in range(60):
        with module(f"net.layers.{layer}.fc"):
            keep.append(variable(np.eye(4), "weight"))
            h = h @ keep[-1]
        with module(f"net.layers.{layer}.act"):
            h = autograd.relu(h)
    vertices = reshaped(h)
    groups = [vertex for vertex in vertices if vertex.kind == "group"]
    assert [group.symbol for group in groups] == ["net.layers.0.fc", "net.layers.0.act", "×59"]
    assert groups[-1].count == 118
    svg = viz.draw(h, layout="builtin").svg()
    assert ">net.layers.×60<" in svg
    assert ">fc, act<" in svg


BLOCKS = st.lists(st.tuples(st.text("ab", min_size=1, max_size=4), st.integers(1, 5)), max_size=6)


@given(BLOCKS)
def test_loops_are_repetitions(blocks):
    tokens = "".join(block * count for block, count in blocks)
    end = 0
    for loop in loops(tokens):
        assert loop.start >= end
        end = loop.end
        assert loop.count >= 3
        block = tokens[loop.start : loop.start + loop.period]
        assert tokens[loop.start : loop.end] == block * loop.count


def test_loops_take_the_shortest_block():
    assert loops("x" + "ab" * 6 + "y") == [Loop(1, 2, 6)]
    assert loops("aabbaabbaabb") == [Loop(0, 4, 3)]
    assert loops("abab") == []


def test_groups_with_several_results_say_so():
    pool = [variable(np.ones(2), "x") * 1.0, variable(np.ones(2), "y") * 2.0]
    for digits in (IRREGULAR, IRREGULAR[::-1], IRREGULAR):
        for digit in digits:
            pool.append(pool[-1] + pool[-2] if digit else pool[-1] - pool[-2])
    groups = [vertex for vertex in reshaped(pool[-1]) if vertex.kind == "group"]
    assert len(groups) > 10
    assert {group.results for group in groups[:-1]} == {2}
    assert groups[-1].root


def test_many_leaves_alone_are_all_drawn():
    leaves = [variable(float(i), f"p{i}") for i in range(200)]
    picture = Picture(viz.draw(leaves, layout="builtin").svg())
    assert len(picture.nodes) == 200
    assert picture.overlaps() == []


def test_roots_inside_of_a_large_graph_are_kept():
    x = variable(1.0, "x")
    alone = variable(2.0, "alone")
    y = x
    for _ in range(300):
        y = y + 1.0
    vertices = reshaped([y, x, alone])
    assert [v.name for v in vertices if v.root and not v.sources] == ["x", "alone"]


def test_between_draws_a_part_with_its_other_inputs():
    x, w = variable(2.0, "x"), variable(3.0, "w")
    a = named(autograd.exp(x), "a")
    b = named(a * w, "b")
    c = named(autograd.tanh(b) + x, "c")
    loss = named(c * c, "loss")
    loss.backward()
    figure = viz.draw(loss, between=(a, c), layout="builtin")
    picture = Picture(figure.svg())
    assert picture.defects() == []
    names = [line.split(" ")[0] for line in figure.text().splitlines()]
    assert names == ["x", "w", "a", "b", "v1", "c"]
    assert picture.node("a").kind == "input"
    assert picture.node("a").words("gradient") != []
    with pytest.raises(ValueError, match="found no way from a to b"):
        viz.draw(loss, between=(c, a))
    with pytest.raises(ValueError, match="found no way"):
        viz.draw(loss, between=(variable(1.0), c))
