"""Whose memory gradients are, and of which dtype."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.operation.op import op


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestOwnership:
    """Gradients are never shared, read-only or aliased with anybody's arrays."""

    @staticmethod
    def all_apart(*tensors: Tensor) -> None:
        arrays = [t if isinstance(t, np.ndarray) else t.data for t in tensors]
        for i, a in enumerate(arrays):
            for b in arrays[:i]:
                assert not np.shares_memory(a, b)

    @pytest.mark.parametrize("create_graph", [False, True])
    def test_of_the_two_arguments_of_a_sum(self, create_graph) -> None:
        x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        (x + y).sum().backward(create_graph=create_graph)
        assert x.grad is not y.grad
        assert x.grad.data.flags.writeable
        self.all_apart(x.grad, y.grad, x, y)
        with autograd.no_grad():
            x.grad *= 5.0
        np.testing.assert_array_equal(y.grad.data, [1.0, 1.0])

    @pytest.mark.parametrize("create_graph", [False, True])
    @pytest.mark.parametrize(
        "function",
        [
            lambda x: x + 0.0,
            lambda x: x.reshape(4),
            lambda x: x.T,
            lambda x: x[::-1],
            lambda x: x.copy(),
            lambda x: autograd.concatenate([x, x]),
            lambda x: autograd.broadcast_to(x, (3, 2, 2)),
            lambda x: autograd.stack(list(x)),
            lambda x: x.astype(np.float64),
            lambda x: x,
        ],
    )
    def test_of_the_cotangent(self, function, create_graph) -> None:
        x = leaf([[1.0, 2.0], [3.0, 4.0]])
        y = function(x)
        cotangent = Tensor(np.arange(1.0, y.size + 1).reshape(y.shape))
        before = cotangent.data.copy()
        y.backward(cotangent, create_graph=create_graph)
        assert x.grad.data.flags.writeable
        assert x.grad.data.flags.c_contiguous or x.grad.data.flags.f_contiguous
        self.all_apart(x.grad, cotangent, x)
        x.grad.data[...] = 0
        np.testing.assert_array_equal(cotangent.data, before)
        x.grad = None

    @pytest.mark.parametrize("create_graph", [False, True])
    def test_of_the_results_of_grad(self, create_graph) -> None:
        x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
        h, k = x * 1, y * 1
        s = h + k
        v = Tensor([1.0, 1.0])
        results = grad(s, [x, y, h, k, s], v, create_graph=create_graph)
        self.all_apart(*results, v)
        assert all(result.data.flags.writeable for result in results)

    def test_of_saved_values(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        (x * y).backward([1.0, 1.0], retain_graph=True)
        self.all_apart(x.grad, y.grad, x, y)

    def test_of_numpy_cotangents(self) -> None:
        x = leaf([1.0, 2.0])
        v = np.ones(2)
        (x + 1).backward(v)
        x.grad.data[0] = 7.0
        np.testing.assert_array_equal(v, [1.0, 1.0])

    def test_what_a_drawing_shows_does_not_change_with_the_cotangent(self) -> None:
        x = leaf([1.0, 2.0])
        y = x * 2
        for v in (Tensor([1.0, 1.0]), np.ones(2)):
            y.backward(v, retain_graph=True)
            value = v.data if isinstance(v, Tensor) else v
            value[...] = 9.0
            np.testing.assert_array_equal(y._node.gradient, [1.0, 1.0])

    def test_rules_of_others_may_return_arrays_of_their_own(self) -> None:
        constant = np.array([5.0, 5.0])

        @op("general")
        def returns_a_global(x):
            """A rule that returns the same array in every call."""
            return x * 5

        returns_a_global.vjp(x=lambda g: constant)
        x = leaf([1.0, 2.0])
        returns_a_global(x).backward([1.0, 1.0])
        self.all_apart(x.grad, constant)
        y = leaf([1.0, 2.0])
        (returns_a_global(y) + returns_a_global(y)).backward([1.0, 1.0])
        np.testing.assert_array_equal(constant, [5.0, 5.0])
        np.testing.assert_array_equal(y.grad.data, [10.0, 10.0])

    def test_fan_in_does_not_write_into_what_others_hold(self) -> None:
        x = leaf([1.0, 2.0])
        y = leaf([1.0, 2.0])
        h = x + y  # x receives the array of y again and again
        (h + x + x + y).backward([1.0, 1.0])
        np.testing.assert_array_equal(x.grad.data, [3.0, 3.0])
        np.testing.assert_array_equal(y.grad.data, [2.0, 2.0])
        self.all_apart(x.grad, y.grad)


class TestDtypes:
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_gradients_have_the_dtype_of_their_tensor(self, dtype) -> None:
        x = leaf(np.ones((2, 2), dtype))
        y = ((x * 2.0 + 1).exp().mean() + x.max() + x.var()) * 3
        assert y.dtype == dtype
        y.backward()
        assert x.grad.dtype == dtype

    def test_of_mixed_arguments(self) -> None:
        x, y = leaf(np.ones(2, np.float32)), leaf(np.ones(2))
        (x * y).sum().backward()
        assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)

    def test_a_cotangent_is_converted(self) -> None:
        x = leaf(np.ones(2, np.float32))
        (x * 2).backward(np.array([1, 2]))
        assert x.grad.dtype == np.float32

    def test_complex_results_of_real_tensors(self) -> None:
        x = leaf(2.0)
        z = x * (3 + 4j)
        autograd.real(z * z.conj()).backward()  # 25 x²
        assert x.grad.dtype == np.float64
        assert x.grad.item() == pytest.approx(100.0)
