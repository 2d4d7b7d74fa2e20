"""What is declared of a function, and arguments and results of any structure."""

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import strategies as st

import autograd
import autograd.operation.record
from autograd.testing import GradientError, assert_gradients
from autograd.testing.strategies import arrays

X = arrays((3,))
QUICK = {"examples": 20, "seed": 0}


def relu(x):
    return np.maximum(x, 0)


def seven_at_zero(g, x):
    return g * np.where(x == 0, 7.0, x > 0)


def test_at_a_declared_kink_any_gradient_is_right():
    assert_gradients(relu, X, vjp=seven_at_zero, kinks=[0.0], **QUICK)
    with pytest.raises(GradientError, match="zeros"):
        assert_gradients(relu, X, vjp=seven_at_zero, **QUICK)
    wrong = lambda g, x: g * np.where(x == 0, 7.0, 1.0)  # noqa: E731
    with pytest.raises(GradientError, match="P7"):
        assert_gradients(relu, X, vjp=wrong, kinks=[0.0], **QUICK)


def test_a_convention_is_held_to():
    assert_gradients(autograd.relu, X, convention={0.0: 0.0}, **QUICK)
    assert_gradients(relu, X, vjp=seven_at_zero, convention={0.0: 7.0}, **QUICK)
    with pytest.raises(GradientError, match=r"where x is 0 the derivative is to be 0\.5"):
        assert_gradients(autograd.relu, X, convention={0.0: 0.5}, **QUICK)


def test_a_function_is_not_asked_outside_its_domain():
    asked = []

    def root(x):
        asked.append(float(x.min()))
        return np.sqrt(x)

    vjp = lambda g, x: g * 0.5 / np.sqrt(x)  # noqa: E731
    assert_gradients(root, np.array([1e-3, 2.0]), vjp=vjp, domain=(0, np.inf), properties="P7")
    assert min(asked) > 0


def test_the_order_is_what_is_compared():
    @autograd.op("elementwise")
    def square_for_order(x):
        """For this test."""
        return x * x

    del autograd.operation.record.records["square_for_order"]
    square_for_order.vjp(x=lambda g, x: 2 * g * autograd.value(x))
    function = lambda x: square_for_order(x)  # noqa: E731
    assert_gradients(function, X, order=1, properties="P7,P12", **QUICK)
    with pytest.raises(GradientError, match="second order"):
        assert_gradients(function, X, properties="P7,P12", **QUICK)
    with pytest.raises(ValueError, match="order is 1 or more"):
        assert_gradients(function, X, order=0)


def test_values_may_be_the_same_up_to_rounding_only():
    rng = np.random.default_rng(0)

    def wobbling(x):
        return np.sin(x) * (1 + 2.0**-52 * rng.integers(0, 2))

    vjp = lambda g, x: g * np.cos(x)  # noqa: E731
    with pytest.raises(GradientError, match="not deterministic"):
        assert_gradients(wobbling, X, vjp=vjp, properties="P0", **QUICK)
    assert_gradients(wobbling, X, vjp=vjp, properties="P0", nondeterministic=True, **QUICK)


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    "argument",
    [
        st.fixed_dictionaries({"a": X, "b": X}),
        st.builds(Pair, X, X),
        st.tuples(X, st.tuples(X)).map(lambda t: {"a": t[0], "b": [t[1][0], 3]}),
    ],
)
def test_structures_go_in_and_come_out(argument):
    def function(tree):
        a, b = tree.values() if isinstance(tree, dict) else tree
        b = b[0] if isinstance(b, list) else b
        return {"product": a * b, "more": (a.sum(), [b * 2])}

    assert_gradients(function, argument, **QUICK)


def test_a_numpy_function_of_structures():
    def function(d):
        return {"y": d["x"] * d["w"]}

    def vjp(g, d):
        return {"x": g * d["w"], "w": g * d["x"]}

    drawn = st.fixed_dictionaries({"x": X, "w": X})
    assert_gradients(function, drawn, vjp=vjp, **QUICK)
    wrong = lambda g, d: {"x": g * d["w"], "w": -g * d["x"]}  # noqa: E731
    with pytest.raises(GradientError, match=r"d\['w'\]"):
        assert_gradients(function, drawn, vjp=wrong, **QUICK)
