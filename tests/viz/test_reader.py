"""What a figure knows of a graph: roles, slots, values, gradients, and what is missing."""

import gc
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable
from viz.numerals import Numerals
from viz.reading.chain_rule import with_arrivals
from viz.reading.graph import as_tensors, read


def vertices(*tensors):
    return with_arrivals(read(as_tensors(tensors))).vertices


def picture(tensors, **options):
    return Picture(viz.draw(tensors, layout="builtin", **options).svg())


def test_leaves_differ_in_shape_by_role():
    x = variable(2.0, "x")
    data = Tensor([1.0, 2.0], name="data")
    drawn = picture((x * data + np.array([3.0, 4.0]) + 5.0).sum())
    kinds = [node.kind for node in drawn.nodes if node.kind != "operation"]
    assert sorted(kinds) == ["constant", "input", "input", "parameter"]
    corners = {kind: next(n for n in drawn.nodes if n.kind == kind).corners for kind in kinds}
    assert corners == {"parameter": 0, "input": 5, "constant": 6}
    assert drawn.node("5.00").kind == "constant"


def test_a_tensor_used_twice_has_a_wire_per_slot():
    x = variable(3.0, "x")
    drawn = picture(x * x)
    assert [(wire.source, wire.target, wire.slot) for wire in drawn.wires] == [(0, 1, 0), (0, 1, 1)]
    ends = [wire.forward[-1] for wire in drawn.wires]
    assert ends[0][1] < ends[1][1]  # the first slot is above


def test_slots_keep_their_order():
    x, y = variable(3.0, "x"), variable(1.0, "y")
    for result, expected in ((x - y, ["x", "y"]), (y - x, ["y", "x"])):
        found = vertices(result)
        assert [found[source].name for source in found[-1].sources] == expected


def test_the_sum_at_a_branch_is_what_each_use_sent():
    x = variable([1.0, 2.0], "x")
    y = (x * 3.0).sum() + (x * x).sum()
    y.backward()
    (leaf,) = [vertex for vertex in vertices(y) if vertex.name == "x"]
    np.testing.assert_allclose([part.values for part in leaf.arrivals], [[3, 3], [1, 2], [1, 2]])


def test_gradients_that_accumulated_over_two_passes_are_told_apart():
    x = variable(3.0, "x")
    for _ in range(2):
        y = x * x
        y.backward()
    (leaf, _) = vertices(y)
    assert leaf.gradient.values == 12.0
    assert [float(part.values) for part in leaf.arrivals] == [6.0, 3.0, 3.0]
    assert leaf.carried.values == 6.0


def test_broadcast_parts_of_a_sum_have_the_shape_of_the_tensor():
    b = variable(1.0, "b")
    y = (b * np.ones(3)).sum() + b
    y.backward()
    (leaf,) = [vertex for vertex in vertices(y) if vertex.name == "b"]
    assert [float(part.values) for part in leaf.arrivals] == [3.0, 1.0]


def test_a_parameter_that_was_updated_after_its_use_is_drawn_as_it_was():
    w = variable([1.0, 2.0], "w")
    with autograd.no_grad():
        w *= 3.0  # before its first use
    y = (w * 2.0).sum()
    with autograd.no_grad():
        w -= 1.0
    assert picture(y).node("w").words("note", "value-cell") == ["(2,)", "3.00", "6.00"]


def test_zero_gradient_is_not_missing():
    x = variable(2.0, "x")
    y = x * 0.0
    y.backward()
    drawn = picture(y)
    assert drawn.node("x").words("gradient") == ["0.00"]
    x.grad = None  # the end of every loop: the pass has given what it has given
    assert picture(y).node("x").words("gradient") == ["0.00"]
    assert picture(x * 2.0).node("x").words("gradient") == ["0.00"]


def test_gradients_from_autograd_grad_are_drawn():
    x = variable(2.0, "x")
    y = x * x
    autograd.grad(y, x)
    assert picture(y).node("x").words("gradient") == ["2.00 + 2.00 = 4.00"]


def test_double_backward_is_drawn():
    x = variable(2.0, "x")
    (first,) = autograd.grad(x**3, x, create_graph=True)
    first.backward()
    drawn = picture(named(first, "dy/dx"))
    assert drawn.node("dy/dx").words("value", "gradient") == ["12.00", "1.00"]
    assert drawn.node("x").words("gradient") == ["12.00"]
    assert drawn.defects() == []


def test_several_roots():
    x = variable(2.0, "x")
    y, z = named(x * 3.0, "y"), named(x + 1.0, "z")
    found = vertices(y, z, y)
    assert [vertex.name for vertex in found if vertex.root] == ["y", "z"]
    assert picture([y, z]).defects() == []


def test_a_root_may_be_an_ancestor_of_another():
    x = variable(2.0, "x")
    y = named(x * 3.0, "y")
    assert sum(vertex.root for vertex in vertices(y, y + x)) == 2


def test_what_was_not_recorded_is_drawn_alone():
    drawn = picture(Tensor([1.0, 2.0], name="data"))
    (node,) = drawn.nodes
    assert node.kind == "input"
    assert node.words("value-cell") == ["1.00", "2.00"]
    assert node.words("missing") == []


def test_several_results():
    x = variable(np.arange(4.0), "x")
    first, second = autograd.split(x, 2)
    y = (first * second).sum()
    y.backward()
    drawn = picture(y)
    (split,) = [node for node in drawn.nodes if "split" in node.words("operation-word")]
    assert split.words("note") == ["2 results"]
    assert drawn.node("x").words("gradient-cell") == ["2.00", "3.00", "0.00", "1.00"]
    assert all(wire.backward for wire in drawn.wires)
    assert drawn.defects() == []


def test_large_arrays_say_that_they_are_not_kept():
    x = variable(np.ones((20, 20)), "x")
    y = x * 2.0
    z = y.sum()
    z.backward()
    drawn = picture(z)
    (times,) = [node for node in drawn.nodes if "×" in node.words("operation-text")]
    assert times.words("note") == [
        "(20, 20) float64", "not kept: draw inside viz.record()",
        "not kept: draw inside viz.record()",
    ]  # fmt: skip
    leaf = drawn.node("x")  # a leaf is drawn from its Tensor
    assert "min 1.00 · mean 1.00 · max 1.00" in leaf.words("note")
    assert "min 2.00 · mean 2.00 · max 2.00" in leaf.words("note")


def test_a_large_leaf_whose_tensor_is_gone():
    def build():
        w = variable(np.ones(300), "w")
        return (w * 2.0).sum()

    y = build()
    y.backward()
    gc.collect()
    assert picture(y).node("w").words("note").count("gone with its Tensor") == 2


def test_dtypes_that_differ_from_the_usual_one_are_written():
    x = variable(np.float64(2.0), "x")
    y = x * Tensor(np.float32(3.0), name="single")
    notes = [node.words("note") for node in picture(y).nodes]
    assert ["float32"] in notes
    assert any("float64 unless noted" in text.content for text in picture(y).loose)


def test_keywords_of_operations_are_in_their_gates():
    x = variable(np.ones((2, 3)), "x")
    drawn = picture(autograd.sum(x, axis=1, keepdims=True))
    assert drawn.nodes[-1].words("operation-note") == ["axis=1", "keepdims=True"]


def test_module_calls_have_frames():
    program = programs.network()
    drawn = picture(program.result)
    frames = [text.content for text in drawn.loose if text.role == "frame-text"]
    assert frames == ["fc1", "act", "fc2"]


def test_frames_say_what_the_module_is():
    model = nn.Sequential(nn.Sequential(nn.Linear(1, 1)), nn.Tanh())
    y = model([[1.0]])
    drawn = picture(y + 1.0)
    titles = [e.text for e in drawn.root.iter() if e.tag.endswith("title")]
    assert {"model.0.0 (Linear(1 -> 1))", "model.1 (Tanh)"} <= set(titles)
    assert "in model.0.0 (Linear(1 -> 1))" in viz.draw(y).text()


def test_a_module_that_runs_twice_has_two_frames():
    x = variable(1.0, "x")
    for path in ("shared", None, "shared"):
        with module(path):
            x = autograd.tanh(x)
    drawn = picture(x)
    assert [t.content for t in drawn.loose if t.role == "frame-text"] == ["shared", "shared"]
    assert drawn.defects() == []


def test_nan_and_infinity_have_badges():
    x = variable([1.0, np.nan, np.inf], "x")
    drawn = picture(x.sum())
    assert drawn.node("x").words("badge-text") == ["1 NaN, 1 ∞"]
    assert drawn.nodes[-1].words("badge-text") == ["NaN"]


def test_overwritten_large_values_are_marked():
    x = variable(np.ones(300), "x")
    with viz.record():
        y = named(x * 2.0, "y")
        z = y.sum()
    with autograd.no_grad():
        y[0] = 5.0
    notes = [words for n in picture(z).nodes for words in n.words("note")]
    (note,) = [words for words in notes if words.startswith("changed since")]
    assert re.fullmatch(r"changed since by setitem at test_reader\.py:\d+", note)


@given(seed=st.integers(0, 10_000), operations=st.integers(1, 40))
def test_every_number_is_the_engines(seed, operations):
    program = programs.random_program(seed, operations, backward=False)
    tensors = [tensor for tensor in program.tensors if tensor.requires_grad]
    for number, tensor in enumerate(tensors):
        tensor.name = f"t{number}"
        tensor.retain_grad()
    with np.errstate(all="ignore"):
        program.result.backward()
    known = {tensor.name: tensor for tensor in tensors}
    drawn = [vertex for vertex in vertices(program.result) if vertex.name in known]
    assert drawn
    for vertex in drawn:
        tensor = known[vertex.name]
        np.testing.assert_array_equal(vertex.value.values, tensor.detach().numpy())
        if tensor.grad is None:  # not on the way to the result
            assert vertex.gradient is None
        else:
            np.testing.assert_array_equal(vertex.gradient.values, tensor.grad.numpy())
    # What is drawn are these numbers, in the same order.
    picture_of = picture(program.result)
    for vertex in drawn:
        node = next(n for n in picture_of.nodes if n.description.startswith(f"{vertex.name} "))
        if vertex.value.values.ndim and np.isfinite(vertex.value.values).all():
            numerals = Numerals(2, 2, trim=False)
            by_place = sorted((t.y, t.x, t.content) for t in node.texts if t.role == "value-cell")
            expected = numerals.array(vertex.value.values)
            assert [content for _, _, content in by_place] == expected


def test_drawing_changes_nothing():
    program = programs.network()
    before = autograd.default_generator().bit_generator.state
    text = viz.draw(program.result, layout="builtin").svg()
    assert viz.draw(program.result, layout="builtin").svg() == text
    assert all(tensor.grad is None for tensor in program.tensors)
    program.result.backward()
    kept = [None if t.grad is None else t.grad.numpy().copy() for t in program.tensors]
    viz.draw(program.result).svg()
    for tensor, gradient in zip(program.tensors, kept, strict=True):
        assert (tensor.grad is None) == (gradient is None)
        if gradient is not None:
            np.testing.assert_array_equal(tensor.grad.numpy(), gradient)
    assert autograd.default_generator().bit_generator.state == before


def test_a_figure_keeps_no_tensor_alive():
    x = variable(np.ones(3), "x")
    y = x * 2.0
    figure = viz.draw(y)
    node = x._node
    del x, y
    gc.collect()
    assert node.tensor() is None
    assert "[1.00 1.00 1.00]" in figure.text()


@pytest.mark.parametrize(
    ("given_value", "error", "message"),
    [
        (np.ones(3), TypeError, "expected a Tensor or several, got ndarray"),
        (None, TypeError, "expected a Tensor or several, got NoneType"),
        ("loss", TypeError, "expected a Tensor or several, got str"),
        ([Tensor(1.0), 2.0], TypeError, "got float at position 1"),
        ([], ValueError, "got no Tensor"),
    ],
)
def test_what_is_not_a_tensor(given_value, error, message):
    with pytest.raises(error, match=message):
        viz.draw(given_value)


def test_cuts_are_drawn_with_their_reason():
    x = variable(2.0, "x")
    target = named((x * 3.0).detach(), "target")
    with autograd.no_grad():
        scale = x * 0.5
    y = (x - target) * scale
    y.backward()
    drawn = picture(y)
    (place,) = drawn.node("target").words("cut-text")
    assert place.startswith("detached at test_reader.py:")
    assert sum(role == "cut" for role, _ in drawn.node("target").shapes) == 2
    reasons = [word for node in drawn.nodes for word in node.words("cut-text")]
    assert reasons[1:] == ["mul under no_grad"]
    assert drawn.defects() == []
    korean = [w for n in picture(y, lang="ko").nodes for w in n.words("cut-text")]
    assert korean[1:] == ["no_grad 안의 mul"]
    assert "mul under no_grad" in viz.draw(y, "colah").text()
    step = x * autograd.round(x).astype(int)
    assert [w for n in picture(step).nodes for w in n.words("cut-text")] == [
        "astype has no derivative"
    ]


def test_a_result_that_was_cut_off_says_why():
    x = variable(2.0, "x")
    with autograd.no_grad():
        inside = named(x * 3.0, "y")
    assert picture(inside).node("y").words("cut-text") == ["mul under no_grad"]
    detached = picture((x * 3.0).detach()).nodes[0]
    assert detached.words("cut-text")[0].startswith("detached at test_reader.py:")
