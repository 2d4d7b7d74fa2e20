"""Further defects: masks, losses, several results, memory, dtypes and second derivatives."""

import numpy as np

from autograd import (
    exp,
    expand_dims,
    log,
    mean,
    sigmoid,
    sign,
    softmax,
    sqrt,
    stack,
    tanh,
    var,
    where,
)
from autograd.graph.tensor import value
from tests.autograd.testing.defects.planting import (
    Family,
    alike,
    broadcasting,
    one,
    unregistered,
)

family = Family("selections")


# ---------------------------------------------------------------------- masks and ranges


def _of_dtype(mask, g):
    return mask.astype(value(g).dtype)


def _even(shape):
    return (np.arange(int(np.prod(shape))) % 2 == 0).reshape(shape)


@family.operation(
    "other",
    "linear",
    alike("real", "real"),
    right={
        "x": lambda g, x_shape: g * _of_dtype(_even(x_shape), g),
        "y": lambda g, x_shape: g * _of_dtype(~_even(x_shape), g),
    },
    wrong={"y": lambda g, x_shape: g * _of_dtype(_even(x_shape), g)},
)
def choice_with_one_mask(x, y):
    """Even places come from x, odd ones from y; the rule gives y the places of x."""
    return np.where(_even(np.shape(x)), x, y)


@family.operation(
    "range",
    "elementwise",
    one("nonzero"),
    right={"x": lambda g, x: g * where(value(x) < 0, 0.1, 1.0).astype(value(g).dtype)},
    wrong={"x": lambda g, x: g * where(value(x) < 0, 0.01, 1.0).astype(value(g).dtype)},
)
def leak_of_a_hundredth(x):
    """Negative numbers keep a tenth of their value and pass on a hundredth of the gradient."""
    return np.where(x < 0, x / 10, x).astype(x.dtype)


def _within(x, limit):
    return abs(value(x)) <= limit


@family.operation(
    "range",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * _of_dtype(_within(x, 3.0), g)},
    wrong={"x": lambda g: g},
)
def clipped_without_end(x):
    """Beyond 3 the value is constant, and the gradient passes all the same."""
    return np.clip(x, -3.0, 3.0)


@family.operation(
    "range",
    "general",
    one("real", "non-empty"),
    right={"x": lambda g, x: expand_dims(g, -1) * _products_of_others(x)},
    wrong={"x": lambda g, x, out: expand_dims(g * out, -1) / x},
)
def product_divided_by_zero(x):
    """The product of the others is taken for the product over the element, which may be 0."""
    return x.prod(axis=-1)


def _products_of_others(x):
    side = np.shape(value(x))[-1]
    columns = [x[..., k] for k in range(side)]
    others = []
    for k in range(side):
        product = 1 + 0 * columns[k]
        for j in range(side):
            product = product * (columns[j] if j != k else 1)
        others.append(product)
    return stack(others, -1)


# ---------------------------------------------------------------------- losses, normalisation


@family.operation(
    "factor",
    "general",
    one("real", "two or more along the last axis"),
    right={
        "x": lambda g, x, out, x_shape: (
            (expand_dims(g / (out * x_shape[-1]), -1)) * (x - mean(x, -1, True))
        )
    },
    wrong={
        "x": lambda g, x, out, x_shape: (
            (expand_dims(2 * g / (out * x_shape[-1]), -1)) * (x - mean(x, -1, True))
        )
    },
)
def deviation_keeps_the_two(x):
    """The 2 of the square has to go against the one of the root."""
    return np.sqrt(x.var(axis=-1) + 1e-3)


def _normalised(x):
    return (x - mean(x, 0, True)) / sqrt(var(x, 0, 0, True) + 1e-2)


@family.operation(
    "mean term",
    "general",
    one("real", "non-empty matrix"),
    right={
        "x": lambda g, x, out: (
            (g - mean(g, 0, True) - out * mean(g * out, 0, True)) / sqrt(var(x, 0, 0, True) + 1e-2)
        )
    },
    wrong={"x": lambda g, x, out: (g - mean(g, 0, True)) / sqrt(var(x, 0, 0, True) + 1e-2)},
)
def batch_norm_without_variance(x):
    """The term through the variance is missing; that of the mean is there."""
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-2)


@family.operation(
    "mean term",
    "general",
    one("real", "two or more along the last axis"),
    right={"x": lambda g, x: expand_dims(g, -1) * softmax(x, -1)},
    wrong={"x": lambda g, x, out: expand_dims(g, -1) * (softmax(x, -1) - 1 / x.shape[-1])},
)
def log_mean_of_powers_centred(x):
    """The gradient has its mean taken off, which belongs to softmax and not to its normaliser."""
    largest = x.max(axis=-1)
    return largest + np.log(np.exp(x - largest[..., None]).sum(axis=-1))


@family.operation(
    "saved value",
    "elementwise",
    one("positive"),
    right={"x": lambda g, x: g * (log(x) + 1)},
    wrong={"x": lambda g, out: g * (log(abs(out) + 1e-300) + 1)},
)
def power_log_of_the_output(x):
    """The rule takes the logarithm of the result, not of the input."""
    return x * np.log(x)


@family.operation(
    "sign",
    "elementwise",
    alike("real", "positive"),
    right={
        "target": lambda g, target, rate: -g * log(rate),
        "rate": lambda g, target, rate: g * (1 - target / rate),
    },
    wrong={"rate": lambda g, target, rate: g * (target / rate - 1)},
)
def count_loss_descends_upwards(target, rate):
    """The gradient of the rate has the wrong sign."""
    return rate - target * np.log(rate)


# ---------------------------------------------------------------------- several results


@family.operation(
    "cotangent",
    "general",
    one("real"),
    right={"x": lambda g, x: g[0] * _bell(x) + g[1] * 2 * x},
    wrong={"x": lambda g, x: g[0] * _bell(x) + g[0] * 2 * x},
)
def first_cotangent_for_both(x):
    """The cotangent of the first result is multiplied with the derivative of the second, too."""
    return np.tanh(x), x * x


def _bell(x):
    squashed = tanh(x)
    return 1 - squashed * squashed


# ---------------------------------------------------------------------- memory and state


@family.function("mutation", one("real"))
def saved_output_squared_in_place(correct):
    """The rule squares the saved result in place: the value of the call is another afterwards."""

    @unregistered("elementwise")
    def squashed(x):
        return np.tanh(x)

    def rule(g, out):
        if correct or type(out) is not np.ndarray or not out.flags.writeable:
            return g * (1 - out * out)
        out *= out
        return g * (1 - out)

    squashed.vjp(x=rule)
    return squashed


@family.function("second call", one("real"))
def step_that_counts_its_calls(correct):
    """Each backward pass after the first is damped a little more."""
    passes = [0]

    @unregistered("elementwise")
    def logistic(x):
        return sigmoid(x)

    def rule(g, out):
        if correct or not isinstance(out, np.ndarray):
            return g * out * (1 - out)
        passes[0] += 1
        return g * out * (1 - out) * 0.999 ** (passes[0] - 1)

    logistic.vjp(x=rule)
    return logistic


# ---------------------------------------------------------------------- dtypes


@family.operation(
    "dtype",
    "general",
    one("real", "non-empty"),
    right={"x": lambda g, x: expand_dims(g, -1) * _of_dtype(value(x) > -np.inf, g)},
    wrong={"x": lambda g, x_shape: expand_dims(g, -1) * np.ones(x_shape)},
)
def sum_of_float64_ones(x):
    """The ones that spread the gradient are float64, whatever the input is."""
    return x.sum(axis=-1)


@family.operation(
    "dtype",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * _bell(x)},
    wrong={"x": lambda g, x: g * _coarse(_bell(x))},
)
def slope_kept_in_half(x):
    """The local derivative is kept in 16 bits: right to three digits."""
    return np.tanh(x)


def _coarse(slope):
    dtype = value(slope).dtype
    return slope + (value(slope).astype(np.float16).astype(dtype) - value(slope))


# ---------------------------------------------------------------------- second order


@family.operation(
    "second order",
    "elementwise",
    one("real"),
    right={"x": lambda g, x: g * sigmoid(x)},
    wrong={"x": lambda g, x: g * sigmoid(value(x))},
)
def softplus_slope_constant(x):
    """The slope is computed outside the graph."""
    return np.logaddexp(0, x).astype(x.dtype)


@family.operation(
    "second order",
    "elementwise",
    broadcasting("real", "nonzero"),
    right={"x": lambda g, y: g / y, "y": lambda g, x, y: -g * x / (y * y)},
    wrong={"y": lambda g, x, y: -g * value(x) / (y * y)},
)
def quotient_of_constant_numerator(x, y):
    """In the rule of the denominator the numerator is a constant."""
    return x / y


@family.function("second order", one("real"))
def bell_with_half_a_curvature(correct):
    """The rule's own slope is right, the derivative of that has a factor too few."""

    @unregistered("elementwise")
    def bell_slope(x):
        return -2 * x * exp(-x * x)

    factor = 4 if correct else 2
    bell_slope.vjp(x=lambda g, x: g * (factor * x * x - 2) * exp(-x * x))

    @unregistered("elementwise")
    def bell(x):
        return np.exp(-x * x)

    bell.vjp(x=lambda g, x: g * bell_slope(x))
    return bell


# ---------------------------------------------------------------------- ties


def _largest(x, out):
    return abs(value(x)) == abs(value(out))


@family.operation(
    "ties",
    "general",
    one("distinct", "non-empty"),
    right={
        "x": lambda g, x, out: g * sign(x) * _of_dtype(_largest(x, out) / _largest(x, out).sum(), g)
    },
    wrong={"x": lambda g, x, out: g * sign(x) * _of_dtype(_largest(x, out), g)},
)
def largest_size_counts_ties(x):
    """All elements of the largest size get the whole gradient each."""
    return np.abs(x).max()
