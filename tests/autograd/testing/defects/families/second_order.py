"""Second order: rules that are right once, and wrong or constant when differentiated again."""

import numpy as np

from autograd import cos, expand_dims, matrix_transpose, mean, no_grad, sigmoid, sum
from autograd.graph.tensor import value
from tests.autograd.testing.defects.planting import (
    Family,
    Inputs,
    broadcasting,
    draw_side,
    fill,
    one,
    unregistered,
)

family = Family("second order")


@family.operation(
    "second order",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * (3 * x * x)},
    wrong={"x": lambda g, x: g * (3 * value(x) ** 2)},
)
def cube_slope_constant(x):
    """The saved input is read outside the graph, so the slope is a constant."""
    return x * x * x


@family.operation(
    "second order",
    "elementwise",
    broadcasting("real", "real"),
    right={"x": lambda g, x, y: g * (2 * x * y), "y": lambda g, x: g * (x * x)},
    wrong={"x": lambda g, x, y: g * (2 * x * value(y))},
)
def square_times_cross_term(x, y):
    """Of the mixed derivatives one is missing: the Hessian is not symmetric."""
    return x * x * y


@family.operation(
    "second order",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * cos(x)},
    wrong={"x": lambda g, x: value(g) * cos(x)},
)
def sine_cotangent_constant(x):
    """The cotangent is read outside the graph: wrong where it depends on the input as well."""
    return np.sin(x)


@family.operation(
    "second order",
    "general",
    one("real", "non-empty"),
    right={
        "x": lambda g, x, x_shape: expand_dims(g, -1) * (x - mean(x, -1, True)) * (2 / x_shape[-1])
    },
    wrong={
        "x": lambda g, x, x_shape: (
            expand_dims(g, -1) * (x - value(mean(x, -1, True))) * (2 / x_shape[-1])
        )
    },
)
def variance_mean_constant(x):
    """The mean in the rule is taken for a constant, as it may be in the value but not here."""
    return x.var(axis=-1)


@family.operation(
    "second order",
    "general",
    one("real", "non-empty"),
    right={"x": lambda g, out: out * (g - sum(g * out, -1, True))},
    wrong={"x": lambda g, out: out * (g - value(sum(g * out, -1, True)))},
)
def softmax_dot_constant(x):
    """The dot product of the rule is taken for a constant."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@family.function("second order", one("real"))
def swish_slope_has_wrong_slope(correct):
    """The rule calls an operation of its own, and the rule of that one has a 1 for a 2."""

    @unregistered("elementwise")
    def swish_slope(x):
        gate = sigmoid(x)
        return gate * (1 + x * (1 - gate))

    def curvature(x):
        gate = sigmoid(x)
        return gate * (1 - gate) * ((2 if correct else 1) + x * (1 - 2 * gate))

    swish_slope.vjp(x=lambda g, x: g * curvature(x))

    @unregistered("elementwise")
    def swish(x):
        return x * sigmoid(x)

    swish.vjp(x=lambda g, x: g * swish_slope(x))
    return swish


@family.function("second order", one("real"))
def exponential_not_recorded(correct):
    """The rule computes under no_grad, so its result has no graph."""

    @unregistered("elementwise")
    def exponential(x):
        return np.exp(x)

    def rule(g, out):
        if correct:
            return g * out
        with no_grad():
            return g * out

    exponential.vjp(x=rule)
    return exponential


def _two_matrices(rng):
    rows, inner, columns = (draw_side(rng, 1) for _ in range(3))
    return [fill(rng, "real", (rows, inner)), fill(rng, "real", (inner, columns))]


@family.operation(
    "second order",
    "multilinear",
    Inputs((("real", "matrix"), ("real", "matrix of as many rows as columns")), _two_matrices),
    right={
        "x": lambda g, y: g @ matrix_transpose(y),
        "y": lambda g, x: matrix_transpose(x) @ g,
    },
    wrong={"y": lambda g, x: value(x).T @ g},
)
def matrix_product_left_constant(x, y):
    """In the rule of the right factor the left one is a constant."""
    return x @ y
