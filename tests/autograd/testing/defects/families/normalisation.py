"""Normalisation, softmax and losses: forgotten terms, wrong axes, thresholds, counts."""

import numpy as np

from autograd import (
    clip,
    exp,
    expand_dims,
    log,
    mean,
    sigmoid,
    sign,
    softmax,
    sqrt,
    sum,
    var,
    where,
)
from autograd.graph.tensor import value
from tests.autograd.testing.defects.planting import (
    Family,
    Inputs,
    alike,
    draw_shape,
    draw_side,
    fill,
    one,
)

family = Family("normalisation, softmax and losses")


@family.operation(
    "mean term",
    "general",
    one("real", "non-empty"),
    right={"x": lambda g, out: out * (g - sum(g * out, -1, True))},
    wrong={"x": lambda g, out: g * out * (1 - out)},
)
def softmax_diagonal_only(x):
    """Only the diagonal of the Jacobian is left: the dot product with the cotangent is missing."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _centred(g, out):
    """The gradient of layer normalisation but for the division by the deviation."""
    return g - mean(g, -1, True) - out * mean(g * out, -1, True)


def _deviation(x, epsilon):
    return sqrt(var(x, -1, 0, True) + epsilon)


@family.operation(
    "mean term",
    "general",
    one("real", "two or more along the last axis"),
    right={"x": lambda g, x, out: _centred(g, out) / _deviation(x, 1e-5)},
    wrong={"x": lambda g, x, out: (g - out * mean(g * out, -1, True)) / _deviation(x, 1e-5)},
)
def layer_norm_without_mean(x):
    """The term of the mean is missing; that of the variance is there."""
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


@family.operation(
    "factor",
    "general",
    one("real", "two or more along the last axis"),
    right={"x": lambda g, x, out: _centred(g, out) / _deviation(x, 1e-3)},
    wrong={"x": lambda g, x, out: _centred(g, out) / (_deviation(x, 0) + 1e-3)},
)
def layer_norm_epsilon_outside(x):
    """The rule adds epsilon to the deviation, the function to the variance."""
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3)


@family.operation(
    "factor",
    "general",
    one("real", "two or more along the last axis"),
    right={
        "x": lambda g, x, x_shape: (
            expand_dims(g, -1) * (x - mean(x, -1, True)) * (2 / (x_shape[-1] - 1))
        )
    },
    wrong={
        "x": lambda g, x, x_shape: expand_dims(g, -1) * (x - mean(x, -1, True)) * (2 / x_shape[-1])
    },
)
def variance_degrees_of_freedom(x):
    """The value divides by n - 1, the rule by n."""
    return x.var(axis=-1, ddof=1)


@family.operation(
    "axis",
    "general",
    Inputs(
        (("real", "two or three axes, non-empty"),),
        lambda rng: [fill(rng, "real", draw_shape(rng, rng.choice(["non-empty matrix", "stack"])))],
    ),
    right={"x": lambda g, out: g - exp(out) * sum(g, -1, True)},
    wrong={"x": lambda g, out: g - exp(out) * sum(g, 1, True)},
)
def log_softmax_along_one(x):
    """The rule sums along axis 1, the value along the last: the same for matrices."""
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


_DELTA = 1.5


def _huber_slope(x, y):
    return clip(x - y, -_DELTA, _DELTA)


def _huber_slope_of_one(x, y):
    difference = x - y
    return where(abs(value(difference)) <= _DELTA, difference, sign(difference))


@family.operation(
    "range",
    "elementwise",
    alike("real", "real"),
    right={
        "x": lambda g, x, y: g * _huber_slope(x, y),
        "y": lambda g, x, y: -g * _huber_slope(x, y),
    },
    wrong={
        "x": lambda g, x, y: g * _huber_slope_of_one(x, y),
        "y": lambda g, x, y: -g * _huber_slope_of_one(x, y),
    },
)
def huber_slope_of_delta_one(x, y):
    """Beyond the threshold of 1.5 the slope is 1, as it would be for a threshold of 1."""
    distance = np.abs(x - y)
    inside = np.minimum(distance, _DELTA)
    return inside * (distance - inside / 2)


def _overflowing(x):
    power = exp(x)
    return power / (1 + power)


@family.operation(
    "range",
    "elementwise",
    alike("real", "probability"),
    right={
        "logits": lambda g, logits, target: g * (sigmoid(logits) - target),
        "target": lambda g, logits: -g * logits,
    },
    wrong={"logits": lambda g, logits, target: g * (_overflowing(logits) - target)},
)
def binary_cross_entropy_overflow(logits, target):
    """The rule divides infinity by infinity for logits beyond 709; the value is finite."""
    return np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))


def _logits_and_labels(rng):
    examples, classes = draw_shape(rng, "non-empty matrix")
    labels = rng.integers(0, classes, examples)
    labels[rng.random(examples) < 0.2] = -1
    return [fill(rng, "real", (examples, classes)), labels]


def _cross_entropy_slope(logits, labels, count):
    kept = (labels >= 0)[:, np.newaxis]
    hot = labels[:, np.newaxis] == np.arange(np.shape(value(logits))[1])
    return (softmax(logits, -1) - hot) * kept / max(count, 1)


@family.operation(
    "factor",
    "general",
    Inputs(
        (("real", "non-empty matrix"), ("integers", "a class per row, -1 does not count")),
        _logits_and_labels,
    ),
    right={
        "logits": lambda g, logits, labels: (
            g * _cross_entropy_slope(logits, labels, int((labels >= 0).sum()))
        )
    },
    wrong={
        "logits": lambda g, logits, labels: g * _cross_entropy_slope(logits, labels, labels.size)
    },
    arrays=("logits",),
)
def cross_entropy_counts_ignored(logits, labels):
    """The value divides by the labels that count, the rule by all of them."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    scores = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    kept = np.flatnonzero(labels >= 0)
    return -scores[kept, labels[kept]].sum() / max(kept.size, 1)


@family.operation(
    "factor",
    "general",
    alike("real", "real", kind="non-empty"),
    right={
        "x": lambda g, x, y: g * (x - y) * (2 / value(x).size),
        "y": lambda g, x, y: g * (y - x) * (2 / value(x).size),
    },
    wrong={
        "x": lambda g, x, y: g * (x - y) * (2 / value(x).shape[0]),
        "y": lambda g, x, y: g * (y - x) * (2 / value(x).shape[0]),
    },
)
def squared_error_per_row(x, y):
    """The rule divides by the number of rows, the value by that of elements."""
    return ((x - y) ** 2).mean()


def _array_and_seed(rng):
    return [fill(rng, "real", draw_shape(rng)), int(rng.integers(0, 1000))]


def _mask(shape, seed, draws=1):
    generator = np.random.default_rng(seed)
    for _ in range(draws):
        drawn = generator.random(shape)
    return np.asarray(drawn)[()] < 0.8


@family.operation(
    "saved value",
    "linear",
    Inputs((("real", "any"), ("integer", "a seed")), _array_and_seed),
    right={"x": lambda g, x_shape, seed: g * _mask(x_shape, seed) / 0.8},
    wrong={"x": lambda g, x_shape, seed: g * _mask(x_shape, seed, draws=2) / 0.8},
    arrays=("x",),
)
def dropout_mask_redrawn(x, seed):
    """The rule draws a mask of its own."""
    return x * _mask(np.shape(x), seed) / 0.8


@family.operation(
    "other",
    "general",
    one("positive", "non-empty"),
    right={"p": lambda g, p: -expand_dims(g, -1) * (log(p) + 1)},
    wrong={"p": lambda g, p: -expand_dims(g, -1) * log(p)},
)
def entropy_without_one(p):
    """The derivative of p ln p has lost its constant 1."""
    return -(p * np.log(p)).sum(axis=-1)


def _length(x):
    return sqrt(sum(x * x, -1, True))


@family.operation(
    "mean term",
    "general",
    one("nonzero", "non-empty"),
    right={"x": lambda g, x, out: (g - out * sum(g * out, -1, True)) / _length(x)},
    wrong={"x": lambda g, x: g / _length(x)},
)
def unit_vector_without_projection(x):
    """The length is taken for a constant, so the part along the vector is not taken off."""
    return x / np.sqrt((x * x).sum(axis=-1, keepdims=True))


def _batch_and_statistics(rng):
    features = draw_side(rng, 1)
    return [
        fill(rng, "real", (draw_side(rng, 1), features)),
        fill(rng, "real", (features,)),
        fill(rng, "positive", (features,)),
    ]


def _scale(variance):
    return 1 / sqrt(variance + 1e-5)


@family.operation(
    "mean term",
    "general",
    Inputs(
        (("real", "non-empty matrix"), ("real", "its row"), ("positive", "its row")),
        _batch_and_statistics,
    ),
    right={
        "x": lambda g, variance: g * _scale(variance),
        "centre": lambda g, variance: -sum(g, 0) * _scale(variance),
        "variance": lambda g, out, variance: sum(g * out, 0) / (-2 * (variance + 1e-5)),
    },
    wrong={"x": lambda g, variance: (g - mean(g, 0)) * _scale(variance)},
)
def batch_norm_evaluated_as_trained(x, centre, variance):
    """With given statistics the mean term does not belong there, but the rule takes it off."""
    return (x - centre) / np.sqrt(variance + 1e-5)
