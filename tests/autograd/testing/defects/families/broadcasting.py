"""Broadcasting and axes: sums that undo a broadcast, reduced axes, running sums, ties."""

import math

import numpy as np

from autograd import broadcast_to, expand_dims, mean, reshape, sum, sum_to, value
from tests.autograd.testing.defects.planting import (
    Family,
    Inputs,
    broadcasting,
    draw_shape,
    draw_side,
    fill,
    one,
)

family = Family("broadcasting and axes")


def _rows_and_bias(rng):
    rows, columns = draw_side(rng, 1), draw_side(rng)
    return [fill(rng, "real", (rows, columns)), fill(rng, "real", (columns,))]


@family.operation(
    "broadcast sum",
    "linear",
    Inputs((("real", "matrix of one row or more"), ("real", "its row")), _rows_and_bias),
    right={"x": lambda g: g, "bias": lambda g: sum(g, 0)},
    wrong={"bias": lambda g: mean(g, 0)},
)
def bias_averaged(x, bias):
    """The gradient of the bias is averaged over the rows, not added up."""
    return x + bias


def _first_along_ones(g, shape):
    """Sums over axes that `shape` lacks; of an axis of length 1 it keeps only the first."""
    g = sum(g, tuple(range(np.ndim(value(g)) - len(shape))))
    return g[tuple(slice(0, 1) if side == 1 else slice(None) for side in shape)]


@family.operation(
    "broadcast sum",
    "multilinear",
    broadcasting("real", "real"),
    right={
        "x": lambda g, y, x_shape: sum_to(g * y, x_shape),
        "y": lambda g, x, y_shape: sum_to(g * x, y_shape),
    },
    wrong={
        "x": lambda g, y, x_shape: _first_along_ones(g * y, x_shape),
        "y": lambda g, x, y_shape: _first_along_ones(g * x, y_shape),
    },
)
def product_axis_of_one(x, y):
    """Missing axes are summed, but axes of length 1 that were stretched are cut to the first."""
    return x * y


def _matrix_and_scale(rng):
    rows, columns = draw_shape(rng, "non-empty matrix")
    return [fill(rng, "real", (rows, columns)), fill(rng, "real", (columns,))]


def _summed_to_length(product, length):
    """Sums over whichever axis leaves a vector of `length`, the last one tried first."""
    rows, _ = np.shape(value(product))
    return sum(product, 1 if rows == length else 0)


@family.operation(
    "axis",
    "multilinear",
    Inputs((("real", "non-empty matrix"), ("real", "its row")), _matrix_and_scale),
    right={"x": lambda g, scale: g * scale, "scale": lambda g, x: sum(g * x, 0)},
    wrong={"scale": lambda g, x, scale_shape: _summed_to_length(g * x, scale_shape[0])},
)
def column_scale_guesses_axis(x, scale):
    """The rule guesses the axis to sum over from the lengths, wrongly where they are equal."""
    return x * scale


def _array_and_axis(rng):
    shape = draw_shape(rng, "non-empty")
    return [fill(rng, "real", shape), int(rng.integers(-len(shape), len(shape)))]


def _spread(g, x_shape, axis, count):
    return broadcast_to(expand_dims(g / count, axis), x_shape)


@family.operation(
    "axis",
    "linear",
    Inputs((("real", "non-empty"), ("integer", "an axis of the first")), _array_and_axis),
    right={"x": lambda g, x_shape, axis: _spread(g, x_shape, axis, x_shape[axis])},
    wrong={"x": lambda g, x_shape, axis: _spread(g, x_shape, axis, x_shape[max(axis, 0)])},
    arrays=("x",),
)
def mean_over_negative_axis(x, axis):
    """The count comes from axis 0 for every negative axis."""
    return x.mean(axis=axis)


@family.operation(
    "axis",
    "general",
    one("nonzero", "stack"),
    right={"x": lambda g, x, out, x_shape: g * x / (out * (x_shape[0] * x_shape[2]))},
    wrong={"x": lambda g, x, out, x_shape: g * x / (out * x_shape[0])},
)
def root_mean_square_of_two_axes(x):
    """Of two reduced axes only the first is counted."""
    return np.sqrt((x * x).mean(axis=(0, 2), keepdims=True))


def _lower_triangle(g, k):
    side = np.shape(value(g))[-1]
    return np.tri(side, k=k, dtype=value(g).dtype)


@family.operation(
    "off by one",
    "linear",
    one("real", "non-empty"),
    right={"x": lambda g: g @ _lower_triangle(g, 0)},
    wrong={"x": lambda g: g @ _lower_triangle(g, -1)},
)
def running_sum_without_own(x):
    """The reversed running sum of the cotangent leaves the element itself out."""
    return np.cumsum(x, axis=-1)


def _hits(x, out):
    return value(x) == np.expand_dims(value(out), -1)


def _shared(x, out):
    hits = _hits(x, out)
    return (hits / hits.sum(axis=-1, keepdims=True)).astype(value(x).dtype)


@family.operation(
    "ties",
    "general",
    one("distinct", "non-empty"),
    right={"x": lambda g, x, out: expand_dims(g, -1) * _shared(x, out)},
    wrong={"x": lambda g, x, out: expand_dims(g, -1) * _hits(x, out)},
)
def row_maximum_every_tie(x):
    """All elements that attain the maximum get the whole gradient each."""
    return x.max(axis=-1)


def _half_at_ties(g, wins, x, y):
    share = wins + 0.5 * (value(x) == value(y))
    return g * share.astype(value(g).dtype)


@family.operation(
    "ties",
    "elementwise",
    broadcasting("real", "real"),
    right={
        "x": lambda g, x, y: _half_at_ties(g, value(x) < value(y), x, y),
        "y": lambda g, x, y: _half_at_ties(g, value(y) < value(x), x, y),
    },
    wrong={
        "x": lambda g, x, y: g * (value(x) <= value(y)),
        "y": lambda g, x, y: g * (value(y) <= value(x)),
    },
)
def smaller_of_two_both_win(x, y):
    """Where the two are equal, both get the whole gradient."""
    return np.minimum(x, y)


@family.operation(
    "axis",
    "general",
    one("real", "stack"),
    right={"x": lambda g, x, x_shape: reshape(g, (-1, 1, 1)) * 2 * x / math.prod(x_shape[1:])},
    wrong={
        "x": lambda g, x, x_shape: (
            reshape(g, (1, -1, 1) if x_shape[0] == x_shape[1] else (-1, 1, 1))
            * (2 * x / math.prod(x_shape[1:]))
        )
    },
)
def mean_square_per_example(x):
    """The dropped axes come back in the wrong place where the first two have equal lengths."""
    return (x * x).mean(axis=(1, 2))
