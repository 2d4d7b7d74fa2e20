"""How operations are called: binding, missing rules, and the three call paths."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, op
from autograd.graph.modes import Observer, observe


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


class TestMissingRules:
    def test_name_the_argument(self) -> None:
        @op("elementwise")
        def only_by_x(x, y):
            """No rule for y."""
            return x * y

        only_by_x.vjp(x=lambda g, y: g * y)
        x, y = leaf([1.0, 2.0]), leaf([1.0, 2.0])
        with pytest.raises(
            TypeError, match=r"only_by_x: no derivative with respect to 'y', .*t\.detach"
        ):
            only_by_x(x, y)
        only_by_x(x, y.detach()).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.0, 2.0])
        with autograd.no_grad():
            assert only_by_x(x, y).shape == (2,)

    def test_of_all_arguments(self) -> None:
        @op("general", sequence="arrays")
        def without_rules(arrays):
            """No rule at all."""
            return sum(arrays)

        with pytest.raises(
            TypeError, match="without_rules: no derivative with respect to 'arrays'"
        ):
            without_rules([leaf(1.0), 2.0])

    def test_keywords_have_none(self) -> None:
        with pytest.raises(
            TypeError, match=r"huber: no derivative with respect to 'delta'.*t\.detach"
        ):
            autograd.huber(leaf([1.0]), delta=leaf(1.0))

    @pytest.mark.parametrize("x", [np.ones(2), leaf([1.0])])
    def test_keywords_have_none_given_by_position(self, x) -> None:
        with pytest.raises(TypeError, match="huber: no derivative with respect to 'delta'"):
            autograd.huber(x, leaf(1.0))


class TestCalls:
    @pytest.mark.parametrize(
        ("call", "match"),
        [
            (
                lambda t: autograd.sum(),
                "sum.. missing 1 required positional argument: 'x'; it has x, axis, keepdims",
            ),
            (
                lambda t: autograd.sum(t, 0, True, 3),
                "takes from 1 to 3 positional arguments but 4 were given",
            ),
            (lambda t: autograd.sum(t, 0, axis=0), "got multiple values for argument 'axis'"),
            (
                lambda t: autograd.sum(t, keep=True),
                "has no parameter 'keep'; it has x, axis, keepdims",
            ),
            (
                lambda t: autograd.reshape(t),
                "reshape.. missing 1 required positional argument: 'shape'",
            ),
            (
                lambda t: autograd.linear(t),
                "linear.. missing 1 required positional argument: 'weight'",
            ),
            (
                lambda t: autograd.linear(t, None),
                "linear: weight must be a Tensor or an array, got None",
            ),
            (lambda t: autograd.einsum(), "einsum.. missing 1 required positional argument"),
            (
                lambda t: autograd.stack([t, None]),
                "stack: arrays must be a Tensor or an array, got None",
            ),
        ],
    )
    def test_are_bound_like_python_does(self, call, match) -> None:
        with pytest.raises(TypeError, match=match):
            call(leaf([1.0, 2.0]))

    def test_by_keyword(self) -> None:
        x = leaf([[1.0, 2.0]])
        assert autograd.mul(x=x, y=2.0).shape == (1, 2)
        assert autograd.sum(x=x, axis=0).shape == (2,)
        assert autograd.linear(x, bias=None, weight=np.ones((3, 2))).shape == (1, 3)
        assert autograd.where(condition=True, x=x, y=0.0).shape == (1, 2)

    def test_an_optional_array(self) -> None:
        x, w, b = leaf([[1.0, 2.0]]), leaf(np.ones((3, 2))), leaf(np.zeros(3))
        autograd.linear(x, w).sum().backward()
        autograd.linear(x, w, b).sum().backward()
        np.testing.assert_array_equal(b.grad.data, np.ones(3))
        np.testing.assert_array_equal(w.grad.data, [[2.0, 4.0]] * 3)

    def test_results_of_the_three_call_paths_agree(self) -> None:
        # unary and binary fast paths, and the general one that observers force.
        for data in (2.0, [2.0, 3.0]):
            x, y = leaf(data), Tensor(data, name="y")
            plain = [autograd.exp(x), autograd.mul(x, y), autograd.divide(3.0, x)]
            with observe(Observer()):
                general = [autograd.exp(x), autograd.mul(x, y), autograd.divide(3.0, x)]
            for a, b in zip(plain, general, strict=True):
                np.testing.assert_array_equal(a.data, b.data)
                assert a._node.op is b._node.op
                assert a._node.edges == b._node.edges
                assert a._node.constant_name(1) == b._node.constant_name(1)


class _Count(int):
    """An integer of a class of its own, as the size of a Tensor is one."""


@pytest.mark.parametrize("number", [_Count(3), leaf([1.0, 2.0, 3.0]).size, True])
def test_integers_of_other_classes_do_not_widen_float32(number) -> None:
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    for out in (x / number, number * x, x.sum() / number, autograd.maximum(x, number)):
        assert out.dtype == np.float32
