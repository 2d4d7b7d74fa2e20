"""Reductions, running sums, statistics, order, indices and shapes, along the last axis."""

import numpy as np
import scipy.linalg
import scipy.special as sc
from numpy.lib.stride_tricks import sliding_window_view

import autograd as ag
from benchmarks.operation_cases.case import (
    RNG,
    SHAPES,
    SIZES,
    Case,
    case,
    drawn,
    named,
    of_matrices,
)

# Positions: one of every row's, all of every row's, rows, a mask.
_ONE = {size: RNG.integers(0, SHAPES[size][1], (SHAPES[size][0], 1)) for size in SIZES}
_PLACES = {size: RNG.integers(0, SHAPES[size][1], SHAPES[size]) for size in SIZES}
_ROWS = {size: RNG.integers(0, SHAPES[size][0], SHAPES[size][0]) for size in SIZES}
_MASK = {size: RNG.uniform(size=SHAPES[size]) > 0.5 for size in SIZES}
_RECURRENCE = {"small": (2, 5), "large": (300, 400)}


def _with(extra, *domains):
    """Matrices, and one more argument."""
    return {size: [*of_matrices(*domains)[size], extra[size]] for size in SIZES}


def _vectors(*domains):
    return {
        size: [drawn(domain, (int(np.prod(SHAPES[size])),)) for domain in domains] for size in SIZES
    }


def _spread(g, x):
    """A reduced cotangent, broadcast to an array of its own."""
    return np.broadcast_to(g[..., None], x.shape).copy()


def _softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _logsumexp(x):
    top = x.max(-1, keepdims=True)
    return (np.log(np.exp(x - top).sum(-1, keepdims=True)) + top)[..., 0]


def _put_back(g, order, x):
    out = np.zeros_like(x)
    np.put_along_axis(out, order, g, -1)
    return out


def _put_along_axis(x, places):
    out = x.copy()
    np.put_along_axis(out, places, x[:, :1], -1)
    return out


def _add_back(g, places, x):
    """What comes in at positions along the last axis, added up, as fast as NumPy can."""
    flat = (places + np.arange(x.shape[0])[:, None] * x.shape[1]).ravel()
    return np.bincount(flat, g.ravel(), x.size).reshape(x.shape)


def _topk(x, k):
    return -np.sort(-x, -1)[..., :k]


def _topk_gradient(g, y, x, k):
    return _put_back(g, np.argsort(-x, axis=-1, kind="stable")[..., :k], x)


def _median_gradient(g, y, x):
    order = np.argsort(x, axis=-1)
    n = x.shape[-1]
    middle = order[..., [(n - 1) // 2, n // 2]]
    out = np.zeros_like(x)
    rows = np.arange(len(x))
    out[rows, middle[:, 0]] += g / 2
    out[rows, middle[:, 1]] += g / 2
    return out


def _placed(g, x, index):
    out = np.zeros_like(x)
    out[index] = g
    return out


def _indices(g):
    return np.arange(len(g)), np.arange(len(g))


def _reflected_gradient(g, y, x):
    out = g[1:-1, 1:-1].copy()
    out[:, 1] += g[1:-1, 0]
    out[:, -2] += g[1:-1, -1]
    out[1] += _reflected_row(g[0])
    out[-2] += _reflected_row(g[-1])
    return out


def _reflected_row(g):
    row = g[1:-1].copy()
    row[1] += g[0]
    row[-2] += g[-1]
    return row


def _cov_gradient(g, y, x):
    centred = x - x.mean(1, keepdims=True)
    return (g + g.T) @ centred / (x.shape[1] - 1)


def _cumprod_gradient(g, y, x):
    return np.cumsum((g * y)[..., ::-1], -1)[..., ::-1] / x


def _extreme_gradient(g, y, x):
    hits = x == y[..., None]
    return g[..., None] * hits / hits.sum(-1, keepdims=True)


def _cummax_gradient(g, y, x):
    places = np.maximum.accumulate(np.where(x == y, np.arange(x.shape[-1]), 0), -1)
    return _add_back(g, places, x)


def _recurrence(a, b):
    y = b.copy()
    for k in range(1, b.shape[-1]):
        y[..., k] += a[..., k] * y[..., k - 1]
    return y


def _scatter_add(x, places, source):
    return x + _add_back(source, places, x)


def _trapezoid_gradient(g, y, x):
    out = _spread(g, x)
    out[..., 0] /= 2
    out[..., -1] /= 2
    return out


def _diff_gradient(g, y, x):
    out = np.zeros_like(x)
    out[..., 1:] += g
    out[..., :-1] -= g
    return out


def _windows_gradient(g, y, x):
    out = np.zeros_like(x)
    for k in range(g.shape[-1]):
        out[..., k : k + g.shape[-2]] += g[..., k]
    return out


_REDUCTIONS = [
    ("sum", lambda x: x.sum(-1), lambda g, y, x: _spread(g, x)),
    ("mean", lambda x: x.mean(-1), lambda g, y, x: _spread(g / x.shape[-1], x)),
    ("prod", lambda x: x.prod(-1), lambda g, y, x: (g * y)[..., None] / x),
    ("max", lambda x: x.max(-1), _extreme_gradient),
    ("min", lambda x: x.min(-1), _extreme_gradient),
    ("ptp", lambda x: np.ptp(x, -1),
     lambda g, y, x: (_extreme_gradient(g, x.max(-1), x) - _extreme_gradient(g, x.min(-1), x))),
    ("var", lambda x: x.var(-1),
     lambda g, y, x: g[..., None] * (x - x.mean(-1, keepdims=True)) * (2 / x.shape[-1])),
    ("std", lambda x: x.std(-1),
     lambda g, y, x: (g / y)[..., None] * (x - x.mean(-1, keepdims=True)) / x.shape[-1]),
    ("logsumexp", _logsumexp, lambda g, y, x: g[..., None] * np.exp(x - y[..., None])),
    ("softmax", _softmax, lambda g, y, x: y * (g - (g * y).sum(-1, keepdims=True))),
    ("log_softmax", lambda x: x - _logsumexp(x)[..., None],
     lambda g, y, x: g - np.exp(y) * g.sum(-1, keepdims=True)),
    ("cumsum", lambda x: np.cumsum(x, -1),
     lambda g, y, x: np.cumsum(g[..., ::-1], -1)[..., ::-1]),
    ("cumprod", lambda x: np.cumprod(x, -1), _cumprod_gradient),
    ("cummax", lambda x: np.maximum.accumulate(x, -1), _cummax_gradient),
    ("cummin", lambda x: np.minimum.accumulate(x, -1), _cummax_gradient),
    ("logcumsumexp", lambda x: np.logaddexp.accumulate(x, -1), None),
    ("nansum", lambda x: np.nansum(x, -1), lambda g, y, x: g[..., None] * ~np.isnan(x)),
    ("nanmean", lambda x: np.nanmean(x, -1),
     lambda g, y, x: (g / (~np.isnan(x)).sum(-1))[..., None] * ~np.isnan(x)),
    ("nanmax", lambda x: np.nanmax(x, -1), _extreme_gradient),
    ("nanmin", lambda x: np.nanmin(x, -1), _extreme_gradient),
    ("nanprod", lambda x: np.nanprod(x, -1), None),
    ("median", lambda x: np.median(x, -1), _median_gradient),
    ("sort", lambda x: np.sort(x, -1), lambda g, y, x: _put_back(g, np.argsort(x, -1), x)),
    ("trapezoid", lambda x: np.trapezoid(x, axis=-1), _trapezoid_gradient),
    ("diff", lambda x: np.diff(x, axis=-1), _diff_gradient),
    ("gradient", lambda x: np.gradient(x, axis=-1), None),
    ("differences", lambda x: np.diff(x, axis=-1), _diff_gradient),
    ("flip", lambda x: np.flip(x, -1), lambda g, y, x: np.flip(g, -1).copy()),
    ("argmax", lambda x: x.argmax(-1), None),
    ("argmin", lambda x: x.argmin(-1), None),
    ("argsort", lambda x: np.argsort(x, -1, kind="stable"), None),
    ("any", lambda x: np.any(x, -1), None),
    ("all", lambda x: np.all(x, -1), None),
    ("count_nonzero", lambda x: np.count_nonzero(x, -1), None),
]  # fmt: skip
# Of a whole matrix: the name, the call, the formula, the gradient.
_SHAPED = [
    ("reshape", lambda x: ag.reshape(x, -1), lambda x: x.reshape(-1),
     lambda g, y, x: g.reshape(x.shape).copy()),
    ("transpose", ag.transpose, np.transpose, lambda g, y, x: g.T.copy()),
    ("matrix_transpose", ag.matrix_transpose, np.matrix_transpose, lambda g, y, x: g.mT.copy()),
    ("expand_dims", lambda x: ag.expand_dims(x, 0), lambda x: np.expand_dims(x, 0),
     lambda g, y, x: g[0].copy()),
    ("squeeze", lambda x: ag.squeeze(x[None], 0), lambda x: np.squeeze(x[None], 0),
     lambda g, y, x: g.copy()),
    ("broadcast_to", lambda x: ag.broadcast_to(x, (4, *x.shape)),
     lambda x: np.broadcast_to(x, (4, *x.shape)), lambda g, y, x: g.sum(0)),
    ("sum_to", lambda x: ag.sum_to(x, x.shape[1:]), lambda x: x.sum(0),
     lambda g, y, x: np.broadcast_to(g, x.shape).copy()),
    ("ravel", ag.ravel, np.ravel, lambda g, y, x: g.reshape(x.shape).copy()),
    ("moveaxis", lambda x: ag.moveaxis(x, 0, 1), lambda x: np.moveaxis(x, 0, 1),
     lambda g, y, x: g.T.copy()),
    ("swapaxes", lambda x: ag.swapaxes(x, 0, 1), lambda x: np.swapaxes(x, 0, 1),
     lambda g, y, x: g.T.copy()),
    ("rot90", ag.rot90, np.rot90, lambda g, y, x: np.rot90(g, -1).copy()),
    ("roll", lambda x: ag.roll(x, 1, 1), lambda x: np.roll(x, 1, 1),
     lambda g, y, x: np.roll(g, -1, 1)),
    ("repeat", lambda x: ag.repeat(x, 3, 1), lambda x: np.repeat(x, 3, 1),
     lambda g, y, x: g.reshape(*x.shape, 3).sum(-1)),
    ("tile", lambda x: ag.tile(x, (1, 3)), lambda x: np.tile(x, (1, 3)),
     lambda g, y, x: g.reshape(x.shape[0], 3, -1).sum(1)),
    ("unstack", ag.unstack, lambda x: tuple(x), lambda g, y, x: _placed(g, x, 0)),
    ("split", lambda x: ag.split(x, [1], 1), lambda x: np.split(x, [1], 1),
     lambda g, y, x: _placed(g, x, (slice(None), slice(0, 1)))),
    ("array_split", lambda x: ag.array_split(x, 2, 1), lambda x: np.array_split(x, 2, 1),
     lambda g, y, x: _placed(g, x, (slice(None), slice(0, g.shape[1])))),
    ("tril", ag.tril, np.tril, lambda g, y, x: np.tril(g)),
    ("triu", ag.triu, np.triu, lambda g, y, x: np.triu(g)),
    ("diagonal", ag.diagonal, np.diagonal, lambda g, y, x: _placed(g, x, _indices(g))),
    ("diag", ag.diag, np.diag, lambda g, y, x: _placed(g, x, _indices(g))),
    ("trace", ag.trace, np.trace, lambda g, y, x: g * np.eye(*x.shape)),
    ("zero_pad", lambda x: ag.ops.zero_pad(x, 2), lambda x: np.pad(x, 2),
     lambda g, y, x: g[2:-2, 2:-2].copy()),
    ("pad", lambda x: ag.pad(x, 1, "reflect"), lambda x: np.pad(x, 1, mode="reflect"),
     _reflected_gradient),
    ("sliding_window_view", lambda x: ag.sliding_window_view(x, 3, 1),
     lambda x: sliding_window_view(x, 3, 1), _windows_gradient),
    ("fliplr", ag.fliplr, np.fliplr, lambda g, y, x: g[:, ::-1].copy()),
    ("atleast_3d", ag.atleast_3d, np.atleast_3d, lambda g, y, x: g[..., 0].copy()),
    ("getitem", lambda x: x[1:, ::2], lambda x: x[1:, ::2],
     lambda g, y, x: _placed(g, x, (slice(1, None), slice(None, None, 2)))),
    ("cov", ag.cov, np.cov, _cov_gradient),
    ("corrcoef", ag.corrcoef, np.corrcoef, None),
    ("average", lambda x: ag.average(x, 1, np.arange(1.0, x.shape[1] + 1)),
     lambda x: np.average(x, 1, np.arange(1.0, x.shape[1] + 1)), None),
    ("quantile", lambda x: ag.quantile(x, 0.3, 1), lambda x: np.quantile(x, 0.3, 1), None),
    ("percentile", lambda x: ag.percentile(x, 30, 1), lambda x: np.percentile(x, 30, 1), None),
    ("partition", lambda x: ag.partition(x, 1)[:, 1], lambda x: np.partition(x, 1)[:, 1], None),
    ("argpartition", lambda x: ag.argpartition(x, 1), lambda x: np.argpartition(x, 1), None),
    ("topk", lambda x: ag.topk(x, 2)[0], lambda x: _topk(x, 2),
     lambda g, y, x: _topk_gradient(g, y, x, 2)),
    ("nonzero", ag.nonzero, np.nonzero, None),
    ("flatnonzero", ag.flatnonzero, np.flatnonzero, None),
    ("argwhere", ag.argwhere, np.argwhere, None),
    ("unique", ag.unique, np.unique, None),
    ("searchsorted", lambda x: ag.searchsorted(np.arange(9.0), x),
     lambda x: np.searchsorted(np.arange(9.0), x), None),
    ("digitize", lambda x: ag.digitize(x, np.arange(9.0)),
     lambda x: np.digitize(x, np.arange(9.0)), None),
    ("isin", lambda x: ag.isin(x, np.arange(9.0)), lambda x: np.isin(x, np.arange(9.0)), None),
    ("glu", lambda x: ag.glu(x, 0), lambda x: x[: len(x) // 2] * sc.expit(x[len(x) // 2 :]), None),
    ("block_diag", lambda x: ag.block_diag(x, x), lambda x: scipy.linalg.block_diag(x, x), None),
    ("kron", lambda x: ag.kron(x, np.ones(2)), lambda x: np.kron(x, np.ones(2)), None),
    ("delete", lambda x: ag.delete(x, 1, 1), lambda x: np.delete(x, 1, 1),
     lambda g, y, x: np.insert(g, 1, 0.0, 1)),
    ("insert", lambda x: ag.insert(x, 1, 2.0, 1), lambda x: np.insert(x, 1, 2.0, 1),
     lambda g, y, x: np.delete(g, 1, 1)),
    ("interp", lambda x: ag.interp(x, np.arange(9.0), np.arange(9.0)),
     lambda x: np.interp(x, np.arange(9.0), np.arange(9.0)), None),
    ("compress", lambda x: ag.compress([True, False] * (x.shape[1] // 2), x, 1),
     lambda x: np.compress([True, False] * (x.shape[1] // 2), x, 1), None),
    ("meshgrid", lambda x: ag.meshgrid(x[0], x[1]), lambda x: np.meshgrid(x[0], x[1]), None),
]  # fmt: skip
_JOINED = [
    ("concatenate", lambda x, y: ag.concatenate([x, y], 1),
     lambda x, y: np.concatenate([x, y], 1)),
    ("hstack", lambda x, y: ag.hstack([x, y]), lambda x, y: np.hstack([x, y])),
    ("append", lambda x, y: ag.append(x, y, 1), lambda x, y: np.append(x, y, 1)),
]  # fmt: skip


def _halves(g, z, x, y):
    return g[:, : x.shape[1]].copy(), g[:, x.shape[1] :].copy()


_RANDOM_INDEX = [
    case("take", lambda x, i: np.take(x, i, 0),
         lambda g, y, x, i: _add_back(g.T, np.broadcast_to(i, g.T.shape), x.T).T,
         arguments=_with(_ROWS, "real"),
         ours=lambda x, i: ag.take(x, i.data, 0)),
    case("take_along_axis", lambda x, i: np.take_along_axis(x, i, -1),
         lambda g, y, x, i: _add_back(g, i, x), arguments=_with(_PLACES, "real"),
         ours=lambda x, i: ag.take_along_axis(x, i.data, -1)),
    case("scatter_add", lambda x, y, i: _scatter_add(x, i, y),
         lambda g, z, x, y, i: (g.copy(), np.take_along_axis(g, i, -1)),
         arguments=_with(_PLACES, "real", "real"),
         ours=lambda x, y, i: ag.scatter_add(x, i.data, y, -1)),
    case("scatter_reduce", lambda x, y, i: _scatter_add(x, i, y), None,
         arguments=_with(_PLACES, "real", "real"),
         ours=lambda x, y, i: ag.scatter_reduce(x, i.data, y, -1)),
    case("put_along_axis", _put_along_axis, None, arguments=_with(_ONE, "real"),
         ours=lambda x, i: ag.put_along_axis(x, i.data, x[:, :1], -1)),
    case("masked_fill", lambda x, m: np.where(m, 0.5, x), lambda g, y, x, m: g * ~m,
         arguments=_with(_MASK, "real"), ours=lambda x, m: ag.masked_fill(x, m.data, 0.5)),
    case("extract", lambda x, m: np.extract(m, x), lambda g, y, x, m: _placed(g, x, m),
         arguments=_with(_MASK, "real"),
         ours=lambda x, m: ag.extract(m.data, x)),
    case("select", lambda x, m: np.select([m], [x], 0.0), lambda g, y, x, m: g * m,
         arguments=_with(_MASK, "real"), ours=lambda x, m: ag.select([m.data], [x], 0.0)),
    case("choose", lambda x, y, m: np.choose(m, [x, y]), None,
         arguments=_with({s: m.astype(int) for s, m in _MASK.items()}, "real", "real"),
         ours=lambda x, y, m: ag.choose(m.data, [x, y])),
    case("scatter", lambda x, i: _add_back(x, i, x), None, arguments=_with(_PLACES, "real"),
         ours=lambda x, i: ag.scatter(x, (np.arange(len(i))[:, None], i.data), x.shape)),
    case("replaced", lambda x, y: np.concatenate([y[:1], x[1:]]), None, domains=("real", "real"),
         ours=lambda x, y: ag.ops.replaced(x, y[:1], slice(0, 1))),
    case("bincount", lambda w, i: np.bincount(i, w), lambda g, y, w, i: g[i],
         arguments={s: [*_vectors("real")[s], _PLACES[s].ravel()] for s in SIZES},
         ours=lambda w, i: ag.bincount(i.data, w)),
]  # fmt: skip
_ADJOINT = [
    case("on_diagonal", np.diag, lambda g, y, x: np.diagonal(g).copy(),
         arguments={"small": [drawn("real", (3,))], "large": [drawn("real", (300,))]},
         ours=lambda x: ag.ops.on_diagonal(x, (x.size, x.size))),
    case("add_windows", lambda w: _windows_gradient(w, None, np.zeros((len(w), w.shape[1] + 2))),
         None, arguments={"small": [drawn("real", (2, 1, 3))],
                          "large": [drawn("real", (300, 398, 3))]},
         ours=lambda w: ag.ops.add_windows(w, (w.shape[0], w.shape[1] + 2), 3, 1)),
    case("linear_recurrence", _recurrence, None,
         arguments={s: [drawn("unit", _RECURRENCE[s]), drawn("unit", _RECURRENCE[s])]
                    for s in SIZES}),
]  # fmt: skip

ARRAYS: list[Case] = [
    *(
        case(name, formula, gradient, ours=lambda x, n=name: named(n)(x, axis=-1))
        for name, formula, gradient in _REDUCTIONS
    ),
    *(case(name, formula, gradient, ours=ours) for name, ours, formula, gradient in _SHAPED),
    *(
        case(name, formula, _halves, ours=ours, domains=("real", "real"))
        for name, ours, formula in _JOINED
    ),
    case(
        "stack",
        lambda x, y: np.stack([x, y]),
        lambda g, z, x, y: (g[0].copy(), g[1].copy()),
        ours=lambda x, y: ag.stack([x, y]),
        domains=("real", "real"),
    ),
    case(
        "evenly_spaced",
        lambda a, b: np.linspace(a, b, 50),
        None,
        arguments={
            s: [drawn("real", (n,)) for _ in range(2)] for s, n in (("small", 2), ("large", 2000))
        },
    ),
    *_RANDOM_INDEX,
    *_ADJOINT,
]
