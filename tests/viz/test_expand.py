"""Operations taken apart into what they are composed of."""

import numpy as np
import pytest

import autograd
import viz
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable
from viz.reading.chain_rule import with_arrivals
from viz.reading.graph import as_tensors, read
from viz.shaping.expand import expanded


def apart(tensor, wanted=True):
    return with_arrivals(expanded(read(as_tensors(tensor)), wanted)).vertices


def test_a_sigmoid_is_the_chain_of_the_book():
    x = variable(1.0, "x")
    y = named(autograd.sigmoid(x), "y")
    y.backward()
    found = [v for v in apart(y) if v.kind == "operation"]
    assert [v.operation for v in found] == ["negative", "exp", "add", "divide"]
    gradients = [float(v.gradient.values) for v in found]
    s = y.item()
    e = np.exp(-1.0)
    np.testing.assert_allclose(gradients, [-s * s * e, -s * s, -s * s, 1.0])
    assert {v.module for v in found} == {"sigmoid"}
    assert (found[-1].name, found[-1].root) == ("y", True)
    assert float(apart(y)[0].gradient.values) == pytest.approx(s * (1 - s))


def test_only_what_is_named_is_expanded():
    x = variable([1.0, -2.0], "x")
    y = autograd.sigmoid(autograd.softmax(x)).sum()
    names = [v.operation for v in apart(y, ["softmax"]) if v.kind == "operation"]
    assert "exp" in names
    assert "sigmoid" in names
    assert [v.operation for v in apart(y, False) if v.operation] == ["softmax", "sigmoid", "sum"]


def test_sums_at_branches_reach_into_an_expansion():
    x = variable(0.5, "x")
    y = autograd.sigmoid(x) * x
    y.backward()
    leaf = next(v for v in apart(y) if v.name == "x")
    assert len(leaf.arrivals) == 2
    assert sum(float(a.values) for a in leaf.arrivals) == pytest.approx(x.grad.item())


def test_layers_expand_with_their_parameters():
    x = autograd.Tensor(np.array([[1.0, 2.0]]), name="x")
    w, b = variable(np.ones((3, 2)), "W"), variable(np.zeros(3), "b")
    with module("net.fc"):
        y = autograd.linear(x, w, b)
    loss = autograd.cross_entropy(y, np.array([1]))
    loss.backward()
    found = apart(loss)
    assert [v.operation for v in found if v.operation][:3] == ["transpose", "matmul", "add"]
    assert sum(v.name == "x" for v in found) == 1
    assert {v.module for v in found if v.operation == "matmul"} == {"net.fc.linear"}
    assert Picture(viz.draw(loss, expand=True, layout="builtin").svg()).defects() == []


def test_what_was_not_kept_stays_whole():
    x = variable(np.ones((40, 40)), "x")
    y = autograd.sigmoid(x * 1.0).sum()
    assert "sigmoid" in [v.operation for v in apart(y)]


def test_a_recurrent_layer_is_unrolled_with_all_values_and_gradients():
    rng = np.random.default_rng(0)
    shapes = [(3, 1, 2), (1, 2), (1, 2), (8, 2), (8, 2)]
    leaves = [
        variable(rng.normal(size=shape), name)
        for shape, name in zip(shapes, ["x", "h", "c", "w_ih", "w_hh"], strict=True)
    ]
    outputs, _, cell = autograd.ops.lstm(*leaves)
    loss = (named(outputs, "outputs") ** 2).sum() + cell.sum()
    loss.backward()
    assert [v.operation for v in apart(loss, False) if v.operation].count("lstm") == 1
    found = apart(loss)
    operations = [v.operation for v in found if v.operation]
    assert operations.count("lstm_step") == 3
    assert "lstm" not in operations
    (result,) = [v for v in found if v.name == "outputs"]
    assert result.operation == "stack"
    np.testing.assert_allclose(result.value.values, outputs.detach().numpy())
    np.testing.assert_allclose(result.gradient.values, 2 * outputs.detach().numpy())
    for leaf, name in zip(leaves, ["x", "h", "c", "w_ih", "w_hh"], strict=True):
        (drawn,) = [v for v in found if v.name == name]
        np.testing.assert_allclose(drawn.gradient.values, leaf.grad.numpy())
    viz.draw(loss, expand=["lstm"])


def test_results_that_nobody_used_are_left_out():
    x = variable([[1.0, 2.0, 4.0]], "x")
    out, _mean, _variance = autograd.normalize(x)
    (out * out).sum().backward()
    operations = [v.operation for v in apart((out * out).sum()) if v.operation]
    assert "normalize" not in operations
    assert "select" not in operations
