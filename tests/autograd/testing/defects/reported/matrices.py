"""Reports about products of matrices, convolutions and contractions."""

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies import arrays, shapes
from tests.autograd.testing.defects.reported.planting import SIDE, Reports

reports = Reports()


def _both(one, other):
    return arrays(one).flatmap(lambda x: arrays(other).map(lambda y: (x, y)))


def _windows(x, kernel, stride=1, dilation=1):
    """The windows of signals (batch, channels, length): (batch, channels, places, kernel)."""
    reach = dilation * (kernel - 1) + 1
    places = (x.shape[2] - reach) // stride + 1
    where = stride * np.arange(places)[:, np.newaxis] + dilation * np.arange(kernel)
    return x[:, :, where], where


def _put_back(g, where, length):
    """What windows (batch, channels, places, kernel) add to the signals that they came from."""
    found = np.zeros((*g.shape[:2], length))
    np.add.at(found, (slice(None), slice(None), where), g)
    return found


@reports.function(
    "window|transposed",
    "pytorch/pytorch#63314",
    st.tuples(SIDE, st.integers(2, 4)).flatmap(arrays),
    right=lambda g, x: g[:, ::2],
    wrong=lambda g, x: g[:, : x.shape[1]],
)
def spread_by_two_read_at_one(x):
    """Elements are spread two apart; the backward pass reads them one apart."""
    found = np.zeros((len(x), 2 * x.shape[1] - 1))
    found[:, ::2] = x
    return found


@reports.function(
    "window",
    "huggingface/candle#2337",
    together=st.tuples(SIDE, st.integers(5, 7)).flatmap(lambda s: _both((s[0], 1, s[1]), (2,))),
    right=lambda g, x, w: _strided(g, x, w, 2, 1),
    wrong=lambda g, x, w: _strided(g, x, w, 1, 2),
)
def stride_and_dilation_exchanged(x, w):
    """The backward pass takes the stride for the dilation."""
    return _windows(x, 2, 2, 1)[0][:, 0] @ w


def _strided(g, x, w, stride, dilation):
    taken, where = _windows(x, 2, stride, dilation)
    where, taken = where[: g.shape[1]], taken[:, 0, : g.shape[1]]
    spread = (g[:, :, np.newaxis] * w)[:, np.newaxis]
    return _put_back(spread, where, x.shape[2]), (g[:, :, np.newaxis] * taken).sum(axis=(0, 1))


@reports.function(
    "transposed",
    "pytorch/pytorch#51430",
    together=st.tuples(SIDE, st.integers(2, 4)).flatmap(
        lambda sides: _both((sides[0], 2, sides[1]), (2, 3, 2))
    ),
    right=lambda g, x, w: (_grouped_signal(g, x, w), _grouped_weight(g, x)),
    wrong=lambda g, x, w: (
        _grouped_signal(g, x, w),
        _grouped_weight(g, x).swapaxes(0, 1).reshape(w.shape),
    ),
)
def grouped_weights_in_another_order(x, w):
    """The weights of a grouped convolution: groups and their outputs change places."""
    return np.einsum("bgpk,gok->bgop", _windows(x, 2)[0], w)


def _grouped_signal(g, x, w):
    return _put_back(np.einsum("bgop,gok->bgpk", g, w), _windows(x, 2)[1], x.shape[2])


def _grouped_weight(g, x):
    return np.einsum("bgop,bgpk->gok", g, _windows(x, 2)[0])


@reports.function(
    "factor",
    "sebgao/cTensor#3",
    together=st.tuples(SIDE, SIDE, st.integers(2, 5)).flatmap(
        lambda sides: _both((sides[0], 1, sides[2]), (sides[1], 2))
    ),
    right=lambda g, x, w: (
        _put_back(np.einsum("bop,ok->bpk", g, w)[:, np.newaxis], _windows(x, 2)[1], x.shape[2]),
        np.einsum("bop,bpk->ok", g, _windows(x, 2)[0][:, 0]),
    ),
    wrong=lambda g, x, w: (
        _put_back(np.einsum("bop,ok->bpk", g, w)[:, np.newaxis], _windows(x, 2)[1], x.shape[2]),
        np.einsum("bop,bpk->ok", g, _windows(x, 2)[0][:, 0]) / (g.shape[0] * g.shape[2]),
    ),
)
def weights_averaged_over_places(x, w):
    """The gradient of the kernel is divided by the number of places, which is no mean."""
    return np.einsum("bpk,ok->bop", _windows(x, 2)[0][:, 0], w)


@reports.function(
    "shape",
    "HIPS/autograd#376",
    together=SIDE.flatmap(lambda side: _both((side,), (1,))),
    right=lambda g, x, y: (np.full(x.shape, g * y[0]), np.array([g * x.sum()])),
    wrong=lambda g, x, y: (g * y, np.array([g * x.sum()])),
)
def contraction_of_broadcast_label(x, y):
    """A label that is broadcast has the length one in the backward pass, too."""
    return (x * y).sum()


@reports.function(
    "transposed",
    "Dao-AILab/flash-attention#373",
    together=st.tuples(SIDE, SIDE, SIDE).flatmap(lambda s: _both((s[0], s[2]), (s[1], s[2]))),
    right=lambda g, q, k: (g @ k, g.T @ q),
    wrong=lambda g, q, k: (g @ k, _forced(q.T @ g, k.shape)),
)
def keys_by_the_formula_of_the_paper(q, k):
    """The gradient of the keys is that of their transpose, in the shape of the keys."""
    return q @ k.T


def _forced(x, shape):
    return x.reshape(shape)


@reports.function(
    "cotangent",
    "Dao-AILab/flash-attention#355",
    together=st.tuples(SIDE, SIDE, SIDE).flatmap(lambda s: _both((s[0], s[1]), (s[1], s[2]))),
    right=lambda g, p, v: (g @ v.T, p.T @ g),
    wrong=lambda g, p, v: (_as_rows(g) @ v.T, p.T @ _as_rows(g)),
)
def values_by_rows_of_memory(p, v):
    """The kernel takes the rows of the cotangent to follow one another in memory."""
    return p @ v


def _as_rows(g):
    return g.ravel(order="K").reshape(g.shape)


@reports.function(
    "missing",
    "huggingface/candle#3569",
    shapes(min_dims=2, max_dims=2, min_side=1, max_side=3).flatmap(arrays),
    right=lambda g, x: x * 2 * g[:, np.newaxis],
    wrong=lambda g, x: np.zeros_like(x),
)
def no_way_back(x):
    """The operation has no backward pass, and its inputs get no gradient, without a word."""
    return (x * x).sum(axis=1)
