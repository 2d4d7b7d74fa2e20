"""Arithmetic: sign, factor, the cotangent lost or applied twice, wrong for some values only."""

import numpy as np

from autograd import clip, cos, exp, sigmoid, sign, sin, tanh, where
from autograd.graph.tensor import value
from tests.autograd.testing.defects.planting import Family, broadcasting, one

family = Family("arithmetic")


@family.operation(
    "factor",
    "elementwise",
    one("real"),
    right={"x": lambda g, out: g * (1 - out * out)},
    wrong={"x": lambda g, out: 1.001 * g * (1 - out * out)},
)
def tanh_slope_per_mille(x):
    """The slope is 0.1 % too large everywhere."""
    return np.tanh(x)


@family.operation(
    "range",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * sigmoid(x)},
    wrong={"x": lambda g, x: g * where(value(x) > 5, 1.0, sigmoid(x))},
)
def softplus_straight_from_five(x):
    """The rule takes softplus for the identity beyond 5, where the slope is still 0.993."""
    return np.logaddexp(0, x)


@family.operation(
    "saved value",
    "elementwise",
    broadcasting("nonzero", "nonzero"),
    right={"x": lambda g, y: g / y, "y": lambda g, out, y: -g * out / y},
    wrong={"y": lambda g, out, x: -g * out / x},
)
def quotient_reads_numerator(x, y):
    """The rule of the denominator divides by the numerator."""
    return x / y


@family.operation(
    "cotangent",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * (3 * x * x)},
    wrong={"x": lambda g, x: g * g * (3 * x * x)},
)
def cube_cotangent_twice(x):
    """The cotangent is multiplied in twice, which ones do not show."""
    return x * x * x


@family.operation(
    "cotangent",
    "elementwise",
    one("real"),
    right={"x": lambda g, out: g * out},
    wrong={"x": lambda g, out: abs(g) * out},
)
def exponential_of_magnitude(x):
    """The rule takes the magnitude of the cotangent: right unless one is negative."""
    return np.exp(x)


@family.operation(
    "cotangent",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * cos(x)},
    wrong={"x": lambda g, x: cos(x)},
)
def sine_without_cotangent(x):
    """The local derivative is passed on without the cotangent."""
    return np.sin(x)


def _flushed(g, out):
    passed = g * out * (1 - out)
    return passed * (abs(value(passed)) > 1e-4)


@family.operation(
    "range",
    "elementwise",
    one("real"),
    right={"x": lambda g, out: g * out * (1 - out)},
    wrong={"x": _flushed},
)
def logistic_small_gradients_lost(x):
    """Gradients below 1e-4 are set to zero."""
    return sigmoid(x)


@family.operation(
    "sign",
    "elementwise",
    one("nonzero"),
    right={"x": lambda g, x: g * 1.5 * sign(x) * abs(x) ** 0.5},
    wrong={"x": lambda g, x: g * 1.5 * abs(x) ** 0.5},
)
def absolute_power_of_negative(x):
    """The sign is missing, so negative numbers get the gradient of their magnitude."""
    return np.abs(x) ** 1.5


def _sinc_slope(x):
    """(cos x - sin x / x) / x, and its series near 0, where the difference cancels."""
    near = abs(value(x)) < 0.2
    away = where(near, 1.0, x)
    square = x * x
    series = -x / 3 * (1 - square / 10 * (1 - square / 28 * (1 - square / 54)))
    return where(near, series, (cos(away) - sin(away) / away) / away)


@family.operation(
    "range",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * _sinc_slope(x)},
    wrong={"x": lambda g, x: g * where(value(x) == 0, 1.0, _sinc_slope(x))},
)
def sinc_at_zero(x):
    """At exactly 0 the rule returns the value, 1, for the derivative, 0."""
    return np.sinc(x / np.pi)


_ROOT = (2 / np.pi) ** 0.5  # a Python float, which leaves float32 alone


def _gelu_slope(x):
    inner = tanh(_ROOT * (x + 0.044715 * x * x * x))
    return 0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * _ROOT * (1 + 0.134145 * x * x)


def _gelu_slope_of_logistic(x):
    gate = sigmoid(1.702 * x)
    return gate + 1.702 * x * gate * (1 - gate)


@family.operation(
    "other",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * _gelu_slope(x)},
    wrong={"x": lambda g, x: g * _gelu_slope_of_logistic(x)},
)
def gelu_of_two_formulas(x):
    """The value is gelu's tanh formula, the slope that of its logistic approximation."""
    return 0.5 * x * (1 + np.tanh(_ROOT * (x + 0.044715 * x * x * x)))


@family.operation(
    "other",
    "elementwise",
    broadcasting("real", "real"),
    right={
        "x": lambda g, x, out: g * exp(x - out),
        "y": lambda g, y, out: g * exp(y - out),
    },
    wrong={"y": lambda g, x, out: -g * exp(x - out)},
)
def logaddexp_complement(x, y):
    """The share of y is 1 - p; the rule forgot the 1."""
    return np.logaddexp(x, y)


@family.operation(
    "range",
    "elementwise",
    one("probability"),
    right={"x": lambda g, x: g * (1 - 2 * x)},
    wrong={"x": lambda g, x: g * (1 - 2 * clip(x, 0.0, 1.0))},
)
def logistic_map_outside(x):
    """The rule limits x to the unit interval; the function itself does not."""
    return x * (1 - x)
