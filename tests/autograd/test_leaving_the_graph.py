"""The ways out of the graph: those on purpose work, those by accident raise."""

import inspect
import math

import numpy as np
import pytest

import autograd
from autograd import Tensor, no_grad


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestOnPurpose:
    @pytest.mark.parametrize("make", [lambda: leaf(2.5), lambda: leaf([[2.5]]) * 1])
    def test_numbers(self, make) -> None:
        t = make()
        assert t.item() == float(t) == 2.5
        assert int(t) == 2
        assert complex(t) == 2.5
        assert bool(t) is True
        assert f"{t:.3f}" == "2.500"
        assert f"{t:>8.1e}" == " 2.5e+00"
        assert math.sqrt(t) == math.sqrt(2.5)

    def test_detach(self) -> None:
        x = leaf([1.0, 2.0])
        y = (x * x).detach()
        assert isinstance(y.numpy(), np.ndarray)
        (x * y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 4.0])

    def test_data_is_always_an_array(self) -> None:
        for t in (leaf(2.0), leaf([1.0]) * 2, Tensor([True]), leaf(2.0) * 3):
            assert isinstance(t.data, np.ndarray)

    def test_numpy_of_plain_tensors(self) -> None:
        t = Tensor([1.0, 2.0])
        assert np.shares_memory(np.asarray(t), t.data)
        assert not np.shares_memory(np.array(t), t.data)
        np.testing.assert_array_equal(np.array([t, t]), [[1.0, 2.0], [1.0, 2.0]])
        np.testing.assert_array_equal(np.asarray(t, dtype=np.float32), [1.0, 2.0])

    def test_gradients_are_plain(self) -> None:
        x = leaf([1.0, 2.0])
        (x * x).sum().backward()
        np.testing.assert_array_equal(np.asarray(x.grad), [2.0, 4.0])
        assert x.grad.numpy().tolist() == [2.0, 4.0]


class TestByAccident:
    @pytest.mark.parametrize(
        "leave",
        [
            lambda t: t.numpy(),
            np.asarray,
            np.array,
            lambda t: np.array(t, dtype=np.float32),
            lambda t: np.array([t, t]),
            lambda t: np.array([[t], [t]], dtype=float),
            lambda t: np.mean([t, t]),
            lambda t: Tensor([t, t]),
            lambda t: autograd.tensor([[t]]),
            lambda t: np.ones(2).dot(t),
        ],
    )
    @pytest.mark.parametrize("data", [2.0, [2.0], [1.0, 2.0]])
    def test_raises_and_names_the_ways(self, leave, data) -> None:
        with pytest.raises(TypeError, match=r"requires gradients.*\.detach\(\)\.numpy\(\).*stack"):
            leave(leaf(data) * 1)

    def test_stack_is_the_way_for_lists(self) -> None:
        x = leaf(2.0)
        autograd.stack([x, x * x]).sum().backward()
        assert x.grad.item() == 5.0

    def test_functions_of_numpy_that_are_not_recorded(self) -> None:
        with pytest.raises(TypeError, match=r"np\.poly has no derivative"):
            np.poly(leaf([1.0, 2.0]))

    @pytest.mark.parametrize("data", [[1.0, 2.0], [[1.0], [2.0]], []])
    def test_several_elements_are_no_number(self, data) -> None:
        t = leaf(data)
        for convert in (float, int, complex, lambda t: t.item(), lambda t: f"{t:.2f}"):
            with pytest.raises(ValueError, match="item: needs exactly one element"):
                convert(t)

    @pytest.mark.parametrize("data", [[1.0, 2.0], []])
    def test_several_elements_are_no_truth(self, data) -> None:
        with pytest.raises(
            ValueError, match="the truth value of .* is ambiguous; use .*any.* or .*all"
        ):
            bool(leaf(data))
        with pytest.raises(ValueError, match="ambiguous"):
            _ = leaf([1.0, 2.0]) > 0 and True

    def test_floats_are_no_index(self) -> None:
        with pytest.raises(TypeError, match=r"an index must be one integer, got \(\) float64"):
            [1, 2][leaf(1.0)]
        with pytest.raises(IndexError, match="expected integers or bool, got a Tensor of float64"):
            leaf([1.0, 2.0])[leaf(1.0)]


class TestErrorsSayWhere:
    """'does not require gradients' says where the graph was cut."""

    def test_by_detach(self) -> None:
        line = inspect.currentframe().f_lineno + 1
        y = leaf([1.0]).detach()
        with pytest.raises(RuntimeError, match=rf"detached at .*test_leaving_the_graph\.py:{line}"):
            y.backward()

    def test_by_detach_further_up(self) -> None:
        y = (leaf([1.0]).detach() * 2 + 1).sum()
        with pytest.raises(RuntimeError, match=r"detached at .*test_leaving_the_graph\.py"):
            y.backward()

    def test_by_no_grad(self) -> None:
        x = leaf([1.0])
        with no_grad():
            y = x.exp()
        with pytest.raises(RuntimeError, match="computed by exp under no_grad"):
            (y * 2).backward()

    def test_by_an_operation_without_derivative(self) -> None:
        y = autograd.floor(leaf([1.5]))
        with pytest.raises(RuntimeError, match="computed by floor, which has no derivative"):
            y.backward()

    def test_by_a_conversion(self) -> None:
        y = leaf([1.5]).astype(int)
        with pytest.raises(RuntimeError, match="int64, and only floating and complex"):
            y.backward()

    def test_in_grad(self) -> None:
        x = leaf([1.0])
        with pytest.raises(
            RuntimeError, match="grad: input 0 does not require gradients: it was detached at"
        ):
            autograd.grad((x * 2).sum(), x.detach())

    def test_nothing_was_ever_in_a_graph(self) -> None:
        with pytest.raises(
            RuntimeError, match="does not require gradients; make one of .*requires_grad=True"
        ):
            (Tensor([1.0]) * 2).backward()
