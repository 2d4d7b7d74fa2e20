"""Large graphs: no recursion, no exponential cost, and memory that is freed at once."""

import contextlib
import gc
import weakref

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.graph.node import Node


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestScale:
    def test_a_chain_of_a_million_nodes(self) -> None:
        x = leaf(1.0)
        y = x
        for _ in range(500_000):
            y = y * 1.0 + 0.0
        y.backward()
        assert x.grad.item() == 1.0
        node = weakref.ref(y)
        del y
        assert node() is None

    def test_a_long_chain_of_arrays_in_every_pass(self) -> None:
        x = leaf([1.0, 2.0])
        y = x
        for _ in range(5_000):
            y = -y
        np.testing.assert_array_equal(grad(y.sum(), x, retain_graph=True)[0].data, [1.0, 1.0])
        (first,) = grad((y * y).sum(), x, create_graph=True)
        np.testing.assert_array_equal(grad(first.sum(), x)[0].data, [2.0, 2.0])

    @pytest.mark.parametrize("one", [1.0, [1.0, 1.0]])
    def test_a_diamond_of_depth_60_is_linear(self, one) -> None:
        x = leaf(one)
        y = x
        for _ in range(60):
            y = y + y
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, np.full(x.shape, 2.0**60))

    def test_a_diamond_with_create_graph(self) -> None:
        x = leaf(1.0)
        y = x
        for _ in range(60):
            y = (y + y) * 0.5
        (first,) = grad(y * y, x, create_graph=True)
        assert grad(first, x)[0].item() == 2.0

    def test_fan_in_of_thousands(self) -> None:
        x = leaf([1.0, 2.0])
        y = autograd.zeros(2)
        for _ in range(3_000):
            y = y + x
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3_000.0, 3_000.0])


@pytest.fixture
def count_nodes():
    """Counts the nodes that are alive, with the garbage collector switched off."""
    gc.collect()
    gc.disable()

    def count() -> int:
        return sum(isinstance(each, (Node, Tensor)) for each in gc.get_objects())

    try:
        yield count
    finally:
        gc.enable()


class TestReferenceCounting:
    """Dropping the last Tensor frees its graph, without the garbage collector."""

    @staticmethod
    def mlp(x: Tensor, w: Tensor) -> Tensor:
        h = autograd.relu(autograd.linear(x, w)).softmax()
        parts = autograd.split(h, 2, axis=1)
        return autograd.concatenate([p.exp() for p in parts]).sum() + autograd.einsum(
            "ij,ij->", h, h
        )

    @staticmethod
    def views_and_writes(x: Tensor, w: Tensor) -> Tensor:
        h = x @ w
        row = h[0]
        half = row[:2]
        half *= 3.0
        row += 1.0
        h[1, [0, 0]] = x[0, 1]
        column = h.T[1:]
        column -= half.sum()
        return (h * row * column.sum()).sum()

    @pytest.mark.parametrize("function", [mlp, views_and_writes])
    @pytest.mark.parametrize("ending", ["nothing", "backward", "create_graph", "failure", "hooks"])
    def test_frees_every_graph(self, function, ending, count_nodes) -> None:
        x, w = leaf(np.arange(16.0).reshape(4, 4) / 16), leaf(np.eye(4))
        before = count_nodes()
        y = function(x, w)
        assert count_nodes() > before + 5
        if ending == "hooks":
            h = x * w
            h.retain_grad()
            h.register_hook(lambda g: g * 2)
            y = y + h.sum()
            del h
        if ending in ("backward", "hooks"):
            y.backward()
        elif ending == "create_graph":
            g = grad(y, [x, w], create_graph=True)
            second = grad((g[0] * g[1]).sum(), [x, w], create_graph=True)
            del g, second
        elif ending == "failure":
            with pytest.raises(ValueError, match="cotangent"):
                y.backward([1.0, 2.0])
        del y
        x.grad = w.grad = None
        assert count_nodes() == before

    def test_grad_none_frees_the_graph_of_create_graph(self, count_nodes) -> None:
        x = leaf([1.0, 2.0])
        before = count_nodes()
        (x.exp() * x).sum().backward(create_graph=True)
        assert count_nodes() > before
        x.grad = None
        assert count_nodes() == before

    def test_an_error_inside_an_operation_keeps_nothing_alive(self, count_nodes) -> None:
        x = leaf([1.0, 2.0])
        before = count_nodes()
        for _ in range(3):
            with contextlib.suppress(ValueError):
                x.exp() + leaf([1.0, 2.0, 3.0])
            with contextlib.suppress(RuntimeError):
                (x * 2).backward()
        assert count_nodes() == before

    def test_tensors_go_when_the_graph_needs_only_their_values(self, count_nodes) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        y = h * h
        tensor = weakref.ref(h)
        del h
        assert tensor() is None
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, 4 * x.data**3)

    def test_large_values_go_as_backward_passes(self, count_nodes) -> None:
        x = leaf(np.ones(10_000))
        y = x
        kept = []
        for _ in range(3):
            y = y.exp() * 0.1
            kept.append(weakref.ref(y.data))
        total = y.sum()
        del y
        total.backward()
        assert [reference() for reference in kept] == [None, None, None]
        assert total.size == 1  # still here

    def test_large_arrays_that_no_rule_reads_are_not_kept(self, count_nodes) -> None:
        x = leaf(np.ones(10_000))
        h = x + 1.0
        y = (h + 2.0).sum()
        array = weakref.ref(h.data)
        del h
        assert array() is None
        y.backward()
