"""Graphs that are too large or too tangled to be drawn as they are."""

import sys

import numpy as np
import pytest

import autograd
import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable
from viz.graph import as_tensors, read
from viz.reshape import summed_up, with_stubs


def reshaped(tensor, **options):
    return with_stubs(summed_up(read(as_tensors(tensor)), **options)).vertices


def test_every_use_of_a_shared_weight_has_its_own_leaf():
    program = programs.unrolled(6)
    program.result.backward()
    uses = [vertex.use for vertex in reshaped(program.result) if vertex.name == "W_h"]
    assert uses == [(number, 6) for number in range(1, 7)]
    picture = Picture(viz.draw(program.result, layout="builtin").svg())
    drawn = [node for node in picture.nodes if "W_h" in node.words("parameter-text")]
    notes = ["sum over 6 uses", *(f"use {n} of 6" for n in range(2, 7))]
    assert [node.words("note")[-1] for node in drawn] == notes
    assert [bool(node.words("gradient-cell")) for node in drawn] == [True] + [False] * 5
    degrees = [sum(wire.source == number for wire in picture.wires) for number, node in
               enumerate(picture.nodes) if node in drawn]  # fmt: skip
    assert degrees == [1] * 6


def test_near_uses_share_a_leaf():
    assert all(vertex.use is None for vertex in reshaped(programs.two_paths().result))


def test_a_large_model_is_drawn_by_the_calls_of_its_modules():
    x = autograd.Tensor(np.ones((1, 4)), name="x")
    h, weights = x, []
    for layer in range(60):
        weights.append(variable(np.eye(4), "weight"))
        with module(f"model.block{layer // 2}.fc{layer % 2}"):
            h = autograd.tanh(h @ weights[-1])
    loss = named(h.sum(), "loss")
    loss.backward()
    vertices = reshaped(loss)
    groups = [vertex for vertex in vertices if vertex.kind == "group"]
    assert [group.symbol for group in groups] == [f"model.block{i}" for i in range(30)]
    assert {group.count for group in groups} == {4}
    assert groups[3].content == ("2 @, 2 tanh",)
    assert vertices[-1].kind == "operation"  # what is outside of all modules stays as it is
    # The input is drawn; 60 weights, each used in one group alone, would hide the rest.
    assert [vertex.name for vertex in vertices if vertex.is_leaf] == ["x"]
    np.testing.assert_array_equal(groups[-1].value.values, h.detach().numpy())
    assert Picture(viz.draw(loss, layout="builtin").svg()).defects() == []


def test_a_long_chain_is_drawn_in_groups_without_recursion():
    length = 20 * sys.getrecursionlimit()
    x = variable(1.0, "x")
    y = x
    for _ in range(length):
        y = y * 1.0001
    figure = viz.draw(y, layout="builtin")
    picture = Picture(figure.svg())
    assert picture.defects() == []
    assert f"{length} operations" in figure.svg()
    groups = [node for node in picture.nodes if node.kind == "group"]
    assert 10 <= len(groups) <= 24
    first, *_, last = groups
    assert first.words("group-text")[0].startswith("1–")
    assert last.words("group-text")[0].endswith(f"–{length}")


def test_groups_with_several_results_say_so():
    x = variable(np.ones(2), "x")
    pool = [x * 1.0, x * 2.0]
    for _ in range(200):
        pool.append(pool[-1] + pool[-2])
    groups = [vertex for vertex in reshaped(pool[-1]) if vertex.kind == "group"]
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
