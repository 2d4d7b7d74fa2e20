"""Reports about normalisation, softmax and losses."""

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies import arrays, shapes
from tests.autograd.testing.defects.reported.planting import SIDE, Reports

reports = Reports()

_EPS = 1e-5
_ROWS = st.tuples(SIDE, st.sampled_from([2, 3, 4])).flatmap(arrays)
_SCALED = st.tuples(SIDE, st.sampled_from([2, 3, 4])).flatmap(
    lambda shape: arrays(shape).flatmap(lambda x: arrays(shape[1:]).map(lambda scale: (x, scale)))
)


def _root(x):
    return np.sqrt((x * x).mean(axis=-1, keepdims=True) + _EPS)


def _through_root(g, x):
    """The gradient of x over its root mean square, g being that of the quotient."""
    root = _root(x)
    return g / root - x * (g * x).mean(axis=-1, keepdims=True) / root**3


@reports.function(
    "factor",
    "karpathy/llm.c#763",
    together=_SCALED,
    right=lambda g, x, scale: (
        _through_root(g * scale, x), (g * x / _root(x)).sum(axis=0)
    ),
    wrong=lambda g, x, scale: (_through_root(g, x), (g * x / _root(x)).sum(axis=0)),
)  # fmt: skip
def root_mean_square_without_scale(x, scale):
    """On the way to x the scale is not multiplied in."""
    return x / _root(x) * scale


@reports.function(
    "missing",
    "unslothai/unsloth#4533",
    together=_SCALED,
    right=lambda g, x, scale: (
        _through_root(g * scale, x), (g * x / _root(x)).sum(axis=0)
    ),
    wrong=lambda g, x, scale: (_through_root(g * scale, x), np.zeros_like(scale)),
)  # fmt: skip
def root_mean_square_scale_untrained(x, scale):
    """The scale never gets a gradient."""
    return x / _root(x) * scale


@reports.maker("mutation", "unslothai/unsloth#4550", together=_SCALED)
def root_mean_square_in_the_cotangent(correct):
    """The gradient of x is written over the cotangent, from which that of the scale is made."""

    def vjp(g, x, scale):
        passed = _through_root(g * scale, x)
        if not correct and g.flags.writeable:
            g[...] = passed
        return passed, (g * x / _root(x)).sum(axis=0)

    return lambda x, scale: x / _root(x) * scale, vjp


@reports.function(
    "axis",
    "flagos-ai/FlagGems#59",
    _ROWS,
    right=lambda g, x: _through_layer(g, x, (-1,)),
    wrong=lambda g, x: _through_layer(g, x, (0, 1)),
)
def layer_norm_sums_of_the_block(x):
    """The means of the backward pass run over all rows of a block, not over each."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPS)


def _through_layer(g, x, axes):
    centred = x - x.mean(axis=-1, keepdims=True)
    root = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPS)
    hat = centred / root
    return (
        g - g.mean(axis=axes, keepdims=True) - hat * (g * hat).mean(axis=axes, keepdims=True)
    ) / root


@reports.function(
    "factor|cotangent",
    "state-spaces/mamba#1023",
    together=_ROWS.flatmap(lambda x: arrays(x.shape[:1]).map(lambda scale: (x, scale))),
    right=lambda g, x, scale: (g * scale[:, np.newaxis], (g * x).sum(axis=1)),
    wrong=lambda g, x, scale: (g, (g * x).sum(axis=1)),
)
def row_scale_is_forgotten(x, scale):
    """The forward pass scales each row, the gradient of the rows is passed on without."""
    return x * scale[:, np.newaxis]


@reports.function(
    "shape",
    "SKaiNET-developers/SKaiNET#863",
    _ROWS,
    right=lambda g, x: _softmax(x) * (g - (g * _softmax(x)).sum(axis=-1, keepdims=True)),
    wrong=lambda g, x: _softmax(x) * (g - (g * _softmax(x)).sum(axis=-1)),
)
def softmax_axis_not_put_back(x):
    """The sum along a negative axis is not given its axis back."""
    return _softmax(x)


def _softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@reports.function(
    "mean term",
    "wkcn/mobula#3",
    _ROWS,
    right=lambda g, x: _softmax(x) * (g - (g * _softmax(x)).sum(axis=-1, keepdims=True)),
    wrong=lambda g, x: g * _softmax(x) * (1 - _softmax(x)),
)
def softmax_as_sigmoid(x):
    """Each element of a softmax is differentiated as if it were a sigmoid."""
    return _softmax(x)


@reports.function(
    "sign",
    "HIPS/autograd#412",
    shapes(min_dims=1, max_dims=1, min_side=1, max_side=3).flatmap(
        lambda shape: arrays((*shape, *shape), domain="unit")
    ).map(lambda x: x @ x.T + np.eye(len(x))),
    shapes(min_dims=0, max_dims=0).flatmap(arrays),
    right=lambda g, covariance, shift: (
        -_density_slope(g, covariance, shift), _by_shift(g, covariance, shift)
    ),
    wrong=lambda g, covariance, shift: (
        _density_slope(g, covariance, shift), _by_shift(g, covariance, shift)
    ),
)  # fmt: skip
def normal_covariance_upside_down(covariance, shift):
    """The gradient of the logarithm of a normal density by its covariance has the wrong sign."""
    x = shift + np.arange(len(covariance))
    return -0.5 * (x @ np.linalg.solve(covariance, x) + np.linalg.slogdet(covariance)[1])


def _density_slope(g, covariance, shift):
    inverse = np.linalg.inv(covariance)
    through = inverse @ (shift + np.arange(len(covariance)))
    return (
        0.5 * g * (inverse.T - np.outer(inverse.T @ (shift + np.arange(len(covariance))), through))
    )


def _by_shift(g, covariance, shift):
    inverse = np.linalg.inv(covariance)
    x = shift + np.arange(len(covariance))
    return -0.5 * g * ((inverse + inverse.T) @ x).sum()


@reports.function(
    "mask",
    "pytorch/pytorch#73205",
    together=_ROWS.flatmap(
        lambda x: st.lists(st.integers(-1, x.shape[1] - 1), min_size=len(x), max_size=len(x)).map(
            lambda labels: (x, np.array(labels))
        )
    ),
    right=lambda g, x, labels: g * _smooth_slope(x, labels) * (labels >= 0)[:, np.newaxis],
    wrong=lambda g, x, labels: g * _smooth_slope(x, labels),
)
def smoothing_counts_what_is_ignored(x, labels):
    """Rows that are to be ignored get the gradient of the smooth part of the loss."""
    shifted = x - x.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    chosen = logs[np.arange(len(x)), labels]
    return -((0.8 * chosen + 0.2 * logs.mean(axis=1)) * (labels >= 0)).sum()


def _smooth_slope(x, labels):
    target = np.full(x.shape, 0.2 / x.shape[1])
    rows = np.flatnonzero(labels >= 0)
    target[rows, labels[rows]] += 0.8
    return _softmax(x) * target.sum(axis=1, keepdims=True) - target
