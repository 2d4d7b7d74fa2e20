"""Windows: remainders of strides, borders, overlaps, flips, ties."""

import numpy as np

import autograd
from autograd import value
from autograd.ops import (
    average_pool_adjoint,
    broadcast_to,
    conv,
    conv_input,
    conv_weight,
    expand_dims,
    flip,
    max_pool_scatter,
    replaced,
    reshape,
    scatter,
    zero_pad,
)
from tests.autograd.testing.defects.planting import Family, Inputs, draw_side, fill

family = Family("windows")


def _signal(rng, domain="real", least=1):
    shape = (draw_side(rng, 1), draw_side(rng, 1), least + draw_side(rng))
    return fill(rng, domain, shape)


def _signal_and_kernel(rng, domain="real"):
    x = _signal(rng, domain, least=3)
    kernel = (draw_side(rng, 1), x.shape[1], int(rng.integers(1, 4)))
    return [x, fill(rng, domain, kernel)]


_CONVOLUTION = Inputs(
    (("real", "(batch, channels, length)"), ("real", "(out channels, channels, kernel)")),
    _signal_and_kernel,
)


def _aligned_at_the_end(g, weight, x_shape):
    """The adjoint of a stride of 2 that puts the elements no window reached first, not last."""
    reached = 2 * (np.shape(value(g))[2] - 1) + np.shape(value(weight))[2]
    inside = conv_input(g, weight, (reached,), 2)
    return zero_pad(inside, ((0, 0), (0, 0), (x_shape[2] - reached, 0)))


@family.operation(
    "off by one",
    "multilinear",
    _CONVOLUTION,
    right={
        "x": lambda g, weight, x_shape: conv_input(g, weight, x_shape[2:], 2),
        "weight": lambda g, x, weight_shape: conv_weight(g, x, weight_shape[2:], 2),
    },
    wrong={"x": _aligned_at_the_end},
)
def strided_convolution_remainder(x, weight):
    """Where the stride leaves a remainder, the gradient is shifted by it."""
    return conv(x, weight, 2)


@family.operation(
    "other",
    "multilinear",
    _CONVOLUTION,
    right={
        "x": lambda g, weight, x_shape: conv_input(g, weight, x_shape[2:]),
        "weight": lambda g, x, weight_shape: conv_weight(g, x, weight_shape[2:]),
    },
    wrong={"weight": lambda g, x, weight_shape: flip(conv_weight(g, x, weight_shape[2:]), -1)},
)
def convolution_kernel_flipped(x, weight):
    """The gradient of the kernel is reversed: convolution taken for correlation."""
    return conv(x, weight)


_SIGNAL = Inputs((("real", "(batch, channels, length)"),), lambda rng: [_signal(rng)])
_DISTINCT = Inputs(
    (("distinct", "(batch, channels, length)"),), lambda rng: [_signal(rng, "distinct", least=3)]
)


def _average_adjoint(count_padding):
    return lambda g, x_shape: average_pool_adjoint(g, x_shape[2:], 3, 1, 1, False, count_padding)


@family.operation(
    "factor",
    "linear",
    _SIGNAL,
    right={"x": _average_adjoint(False)},
    wrong={"x": _average_adjoint(True)},
)
def average_pool_counts_border(x):
    """The rule divides by 3 at the border too, where the mean is over 2 elements."""
    return autograd.average_pool(x, 3, 1, 1, False, False)


def _winners(x):
    return autograd.max_pool(value(x), 3, 1)[1]


def _last_window_only(g, x, x_shape):
    batch, channel = np.ogrid[: x_shape[0], : x_shape[1]]
    places = (batch[..., np.newaxis], channel[..., np.newaxis], _winners(x))
    return replaced(np.zeros(x_shape, value(g).dtype), g, places)


@family.operation(
    "accumulation",
    "general",
    _DISTINCT,
    right={"x": lambda g, x, x_shape: max_pool_scatter(g, _winners(x), x_shape[2:])},
    wrong={"x": _last_window_only},
)
def max_pool_overlap_overwritten(x):
    """An element that wins in several windows gets the gradient of the last one only."""
    return autograd.max_pool(x, 3, 1)[0]


def _pairs(g):
    """Every element twice in a row along the last axis."""
    shape = np.shape(value(g))
    return reshape(broadcast_to(expand_dims(g, -1), (*shape, 2)), (*shape[:2], -1))


def _all_tied(g, x, out, x_shape):
    paired = _pairs(g)
    covered = np.shape(value(paired))[2]
    hits = value(x)[..., :covered] == _pairs(value(out))
    return zero_pad(paired * hits, ((0, 0), (0, 0), (0, x_shape[2] - covered)))


def _first_of_pair(g, x, x_shape):
    return max_pool_scatter(g, autograd.max_pool(value(x), 2)[1], x_shape[2:])


@family.operation(
    "ties",
    "general",
    Inputs(
        (("distinct", "(batch, channels, length)"),),
        lambda rng: [_signal(rng, "distinct", least=2)],
    ),
    right={"x": _first_of_pair},
    wrong={"x": _all_tied},
)
def max_pool_every_tie(x):
    """Both elements of a pair of equals get the whole gradient."""
    return autograd.max_pool(x, 2)[0]


def _sliding(x, weight, left):
    """Correlation that keeps the length of a vector, with `left` zeros before it."""
    length, taps = np.shape(value(x))[0], np.shape(value(weight))[0]
    padded = zero_pad(x, (left, taps - 1 - left))
    result = conv(reshape(padded, (1, 1, -1)), reshape(weight, (1, 1, -1)))
    return reshape(result, (length,))


def _taps(g, x, weight_shape):
    taps = weight_shape[0]
    padded = zero_pad(x, (taps // 2, taps - 1 - taps // 2))
    return reshape(conv(reshape(padded, (1, 1, -1)), reshape(g, (1, 1, -1))), (taps,))


@family.operation(
    "off by one",
    "multilinear",
    Inputs(
        (("real", "non-empty vector"), ("real", "non-empty vector")),
        lambda rng: [fill(rng, "real", (draw_side(rng, 1),)) for _ in range(2)],
    ),
    right={
        "x": lambda g, weight, weight_shape: _sliding(
            g, flip(weight), weight_shape[0] - 1 - weight_shape[0] // 2
        ),
        "weight": _taps,
    },
    wrong={"x": lambda g, weight, weight_shape: _sliding(g, flip(weight), weight_shape[0] // 2)},
)
def smoothing_with_even_kernel(x, weight):
    """The adjoint pads on the same side, which is right for kernels of odd length only."""
    return _sliding(x, weight, weight.shape[0] // 2)


def _border_adjoint(mode):
    return lambda g, x_shape: scatter(g, np.pad(np.arange(x_shape[0]), 1, mode), x_shape)


@family.operation(
    "off by one",
    "linear",
    Inputs(
        (("real", "vector of two or more"),), lambda rng: [fill(rng, "real", (draw_side(rng, 2),))]
    ),
    right={"x": _border_adjoint("reflect")},
    wrong={"x": _border_adjoint("symmetric")},
)
def reflected_border_repeats_edge(x):
    """The rule takes the border for a copy of the edge; it is a copy of its neighbour."""
    return np.pad(x, 1, "reflect")


@family.operation(
    "broadcast sum",
    "general",
    Inputs(
        (*_CONVOLUTION.description, ("real", "vector of out channels")),
        lambda rng: [*(drawn := _signal_and_kernel(rng)), fill(rng, "real", drawn[1].shape[:1])],
    ),
    right={
        "x": lambda g, weight, x_shape: conv_input(g, weight, x_shape[2:]),
        "weight": lambda g, x, weight_shape: conv_weight(g, x, weight_shape[2:]),
        "bias": lambda g: g.sum(axis=(0, 2)),
    },
    wrong={"bias": lambda g: g.sum(axis=0)[:, 0]},
)
def convolution_bias_first_position(x, weight, bias):
    """The bias gets the gradient of the first position, added up over the batch only."""
    return conv(x, weight) + bias[:, np.newaxis]
