"""Code to paste makes the same values again."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
from autograd.testing import GradientError, assert_gradients, gradient_test
from autograd.testing.paste import call, code_of, variables
from autograd.testing.strategies import arrays, indices, shapes

DTYPES = st.sampled_from([np.float64, np.float32, np.complex128, np.int64, np.int8, bool])


def same(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and all(map(same, a, b)) and len(a) == len(b)
    return a == b


@given(st.data(), DTYPES)
def test_arrays_come_back(data, dtype):
    x = data.draw(shapes().flatmap(lambda shape: arrays(shape, dtype)))
    assert same(eval(code_of(x), {"np": np}), x)


@given(shapes().flatmap(indices))
def test_indices_come_back(index):
    assert same(eval(code_of(index), {"np": np}), index)


@pytest.mark.parametrize(
    "value",
    [
        np.array([np.nan, np.inf, -np.inf]),
        np.float32(0.5),
        {"axis": (0, 1), "keepdims": True},
        [None, "text", 3, 2.5, ()],
        (np.ones(2),),
    ],
)
def test_other_values_come_back(value):
    found = eval(code_of(value), {"np": np})
    assert same(found, np.asarray(value) if isinstance(value, np.generic) else value)


def test_types_and_functions_are_named():
    assert code_of(np.dtype(np.float32)) == "np.float32"
    assert code_of(np.sin) == "sin"


def test_variables_are_names_that_python_takes():
    assert variables(["x", "lambda", "arrays[0]", "x"]) == ["x", "x1", "x2", "x3"]


def test_a_long_call_is_broken():
    assert call("f", ["x", "y"]) == "f(x, y)"
    assert call("f", ["x" * 60, "y" * 60]) == f"f(\n    {'x' * 60},\n    {'y' * 60},\n)"


# ---------------------------------------------------------------------- code of reports runs

FACTOR = 3.0


class WrongLayer:
    def __init__(self):
        self.W, self.dW = np.array([[1.0, 2.0]]), None

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW = 2 * self.x.T @ dout
        return dout @ self.W.T


class Cut(nn.Module):
    def __init__(self):
        self.scale = nn.Parameter(np.array([0.5, 2.0]))

    def forward(self, x):
        return x * self.scale.detach()


class Holder:
    def __init__(self, factor):
        self.factor = factor

    def half(self, x):
        return self.factor * x * x.detach()


def half(x, power=1):
    return x**power * x.detach()


def wrong_vjp(g, x):
    return g * np.cos(x)


@gradient_test(arrays((2,)), properties="P0")
def test_made(x):
    return x * x.detach() * FACTOR


def broken():
    """Something wrong of every kind, and how it is checked."""
    weights = np.array([1.0, 2.0])

    def local(x):
        return autograd.sin(x) * x.detach() * weights

    return {
        "layer": (WrongLayer(), [arrays((3, 1))], {}),
        "gradient_test": (test_made, [arrays((2,))], {}),
        "lambda": (lambda x: x * x.detach() * weights * FACTOR, [arrays((2,))], {}),
        "partial": (functools.partial(half, power=2), [arrays((2,))], {}),
        "NumPy function": (np.sin, [arrays((2,))], {"vjp": lambda g, x: -g * np.cos(x)}),
        "method": (Holder(2.0).half, [arrays((2,))], {}),
        "module": (Cut(), [arrays((2,))], {}),
        "local function": (local, [arrays((2,))], {}),
        "function": (half, [arrays((2,))], {"kinks": [7.0]}),
        "named vjp": (np.tanh, [arrays((2,))], {"vjp": wrong_vjp}),
    }


@pytest.mark.parametrize("kind", list(broken()))
def test_code_of_a_report_runs_and_shows_the_same(kind):
    function, inputs, options = broken()[kind]
    with pytest.raises(GradientError) as caught:
        assert_gradients(function, *inputs, examples=30, seed=0, **options)
    with pytest.raises(GradientError) as again:
        exec(caught.value.code, {})
    assert again.value.property == caught.value.property
