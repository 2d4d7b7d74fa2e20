"""Products, spreads, order statistics and covariances."""

import math
import warnings

import numpy as np

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import constant, value
from autograd.mapping.families import from_the_end
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.operation.precision import in_single
from autograd.ops.cumulative import can_divide, cumprod
from autograd.ops.differences import array_like
from autograd.ops.elementwise import clip, conj, sqrt
from autograd.ops.gather import scatter_add
from autograd.ops.order import stable_order
from autograd.ops.reductions import (
    _axis_error,
    axes_of,
    count_reduced,
    degrees_of_freedom,
    max,
    mean,
    min,
    restore,
    sum,
    var,
)  # fmt: skip
from autograd.ops.shapes import broadcast_to, concatenate, flip, reshape, transpose
from autograd.ops.squares import warn_of_square
from autograd.samples import error, sample

__all__ = [
    "average", "corrcoef", "cov", "median", "percentile", "prod", "ptp", "quantile", "std",
]  # fmt: skip

_AXES = [
    sample((2, 3)),
    sample((2, 3), 0),
    sample((2, 3), axis=-1, keepdims=True),
    sample((2, 3, 4), (0, 2)),
    sample((2, 3, 2), axis=(0, -1), keepdims=True),
    sample(()),
]


def in_rows(x, axis):
    """`x` with the reduced axes as its last one, and how to undo that."""
    shape = np.shape(x)
    axes = axes_of(axis, len(shape))
    order = tuple(i for i in range(len(shape)) if i not in axes) + axes
    moved = tuple(shape[i] for i in order)
    kept = moved[: len(shape) - len(axes)]
    rows = reshape(transpose(x, order), (*kept, math.prod(shape[a] for a in axes)))
    inverse = tuple(sorted(range(len(shape)), key=lambda i: order[i]))
    return rows, lambda y: transpose(reshape(y, moved), inverse)


# ---------------------------------------------------------------------- products


@understands(dtype=None)
@op(
    "general",
    symbol="Π",
    numpy=np.prod,
    methods=("prod",),
    samples=[
        *_AXES,
        sample((0, 3), 0),
        sample((2, 3), axis=()),
        sample(np.array([0.0, 2.0, 3.0])),
        sample(np.array([[0.0, 2.0, 0.0], [4.0, 0.0, 5.0]]), axis=1),
        sample(np.array([[0.0, 2.0, 0.0], [4.0, 0.0, 5.0]]), axis=(0, 1), keepdims=True),
    ],
    errors=_axis_error("prod"),
    accumulates=True,
    vmap="axes",
)
def prod(x, axis=None, keepdims=False):
    """Product over axes, by default all; the gradient is exact with zeros.

    >>> prod(Tensor([2.0, 3.0]))
    Tensor(6.)
    """
    return x.prod(axis=axis, keepdims=keepdims)


def _prod_x(g, x, out, x_shape, axis):
    g = restore(g, x_shape, axis)
    if can_divide(x, out):
        return g * restore(out, x_shape, axis) / x
    # Without division: the product of what comes before, times that of what comes behind.
    rows, back = in_rows(x, axis)
    one = np.ones_like(value(rows)[..., :1])
    before = concatenate([one, cumprod(rows[..., :-1], -1)], -1)
    behind = flip(concatenate([one, cumprod(flip(rows, -1)[..., :-1], -1)], -1), -1)
    return g * back(before * behind)


prod.vjp(x=_prod_x)


# ---------------------------------------------------------------------- spread


@understands(correction=0, dtype=None)
@op(
    "general",
    symbol="std",
    numpy=np.std,
    methods=("std",),
    aliases={"correction": "ddof"},
    domain="far",
    composed=lambda x, axis=None, ddof=0, keepdims=False: sqrt(var(x, axis, ddof, keepdims)),
    samples=[
        sample((2, 3)),
        sample((2, 3), 0),
        sample((2, 3), axis=-1, keepdims=True),
        sample((2, 3, 4), (0, 2)),
        sample((4, 3), axis=0, ddof=1),
    ],
    errors=_axis_error("std"),
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def std(x, axis=None, ddof=0, keepdims=False):
    """Standard deviation `√(Σ |x - mean|² / (n - ddof))` over axes, by default all.

    The gradient is 0 where all elements are equal.

    >>> std(Tensor([1.0, 3.0]))
    Tensor(1.)
    """
    return x.std(axis=axis, ddof=ddof, keepdims=keepdims)


def _std_x(g, x, out, x_shape, axis, ddof):
    spread = restore(out, x_shape, axis)
    weight = restore(g, x_shape, axis) / (spread + (value(spread) == 0))  # 0 / 1 for a constant
    centred = x - mean(x, axis, True)
    if value(x).dtype.kind == "c":
        centred = conj(centred)  # the squares are of sizes
    return weight * centred / degrees_of_freedom(x_shape, axis, ddof)


std.vjp(x=_std_x)


@asks_elsewhere
def ptp(a, axis=None, keepdims=False):
    """The range: the largest minus the smallest element over axes, by default all.

    >>> ptp(Tensor([1.0, 5.0, 3.0]))
    Tensor(4.)
    """
    return max(a, axis, keepdims) - min(a, axis, keepdims)


# ---------------------------------------------------------------------- order statistics


def ranks(count, q, method):
    """The ranks below and above each quantile, and the weight of the latter.

    NumPy's quantiles of 0, 1, 2, ... are ranks themselves, with any method.
    """
    rank = np.quantile(np.arange(float(count)), np.ravel(q), method=method)
    below = np.floor(rank).astype(np.intp)
    return below, np.minimum(below + 1, count - 1), rank - below


@op(
    "general",
    arrays=("x",),
    numpy=np.quantile,
    domain="distinct",
    samples=[
        sample((5,), 0.3),
        sample((2, 3), 0.5, 0),
        sample((2, 3), 0.3, axis=1),
        sample((2, 3), [0.1, 0.9]),
        sample((2, 3, 4), np.array([[0.25], [1.0]]), axis=(0, -1), keepdims=True),
        sample((4,), 0.4, method="lower"),
        sample((4, 2), [0.0, 0.4], axis=0, method="midpoint"),
        sample((5,), 0.3, method="median_unbiased"),
        sample((), 0.5),
    ],
    errors=[
        error(ValueError, r"quantile: .*\[0, 1\]", (3,), 1.5),
        error(ValueError, r"quantile: .*\[0, 1\]", (3,), [0.5, -0.1]),
        error(np.exceptions.AxisError, "quantile: axis 2", (2, 3), 0.5, axis=2),
        error(ValueError, "quantile: .*no element", (0,), 0.5),
    ],
    caution=warn_of_square,
)
def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The value below which a part `q` of the elements lies, interpolated between two of them.

    Those two share the gradient as their weights are; of equal elements the first ones get it.

    Args:
        x: any shape.
        q: from 0 to 1; the axes of several come first in the result.
        axis: over which axes; all by default.
        method: how to interpolate, as in `numpy.quantile`.
        keepdims: keep the reduced axes, as length 1.

    >>> quantile(Tensor([1.0, 2.0, 3.0, 4.0]), [0.5, 1.0])
    Tensor([2.5, 4. ])
    """
    if not np.size(x):
        raise ValueError("there is no element")
    if not np.all((np.asarray(q) >= 0) & (np.asarray(q) <= 1)):
        raise ValueError(f"q={q!r} is not in the range [0, 1]")
    out = np.quantile(x, q, axis=axis, method=method, keepdims=keepdims)
    return np.asarray(out, np.result_type(x, np.float16))[()]  # q does not widen float32


def _quantile_each(batch, x, q, axis, method, keepdims):
    if not np.ndim(x) - 1:
        x, axis, keepdims = x.reshape(batch.size, 1), -1, False
    ndim = x.ndim - 1
    axis = tuple(range(ndim)) if axis is None else axis
    out = quantile(x, q, from_the_end(axis, ndim), method, keepdims)
    before = np.ndim(q)  # whose axes come first in the result, now before that of the samples
    return transpose(out, (before, *range(before), *range(before + 1, out.ndim))) if before else out


quantile.vmap(_quantile_each)


def _quantile_x(g, x, x_shape, q, axis, method):
    rows, back = in_rows(value(x), axis)
    below, above, weight = ranks(rows.shape[-1], q, method)
    order = stable_order(rows)
    lead = rows.shape[:-1]
    # The axes of q come first in g; here they are one, and last.
    g = reshape(g, (weight.size, *lead))
    g = transpose(g, (*range(1, g.ndim), 0))
    weight = weight.astype(rows.dtype)
    shares = concatenate([g * (1 - weight), g * weight], -1)
    places = order[..., np.concatenate([below, above])]
    missing = np.isnan(rows)
    if missing.any():  # the result is NaN, and so is the element that it comes from
        lines = missing.any(axis=-1)
        places[lines] = missing.argmax(axis=-1)[lines][..., np.newaxis]
    return back(scatter_add(np.zeros_like(rows), places, shares, -1))


quantile.vjp(x=_quantile_x)


@asks_elsewhere
def percentile(a, q, axis=None, method="linear", keepdims=False):
    """The value below which `q` percent of the elements lie; see `quantile`.

    >>> percentile(Tensor([1.0, 2.0, 3.0]), 50)
    Tensor(2.)
    """
    q = constant(q, "percentile", "q")
    return quantile(a, np.true_divide(q, 100), axis, method, keepdims)


@asks_elsewhere
def median(a, axis=None, keepdims=False):
    """The middle element over axes, by default all; of an even count the mean of the middle two.

    >>> median(Tensor([1.0, 9.0, 2.0, 4.0]))
    Tensor(3.)
    """
    return quantile(a, 0.5, axis, "linear", keepdims)


# ---------------------------------------------------------------------- means and covariances


@asks_elsewhere
@in_single
def average(a, axis=None, weights=None, returned=False, keepdims=False):
    """Weighted mean `Σ w x / Σ w` over axes, by default all; gradients flow into the weights too.

    Args:
        a: any shape.
        axis: over which axes.
        weights: of the shape of `a`, or one number per element of the axes; equal by default.
        returned: also return the sum of the weights.
        keepdims: keep the reduced axes, as length 1.

    Raises:
        ValueError: where the shapes do not fit.

    >>> average(Tensor([1.0, 3.0]), weights=np.array([3.0, 1.0]))
    Tensor(1.5)
    """
    shape = np.shape(a)
    if weights is None:
        out = mean(a, axis, keepdims)
        total = np.full(np.shape(out), count_reduced(shape, axis), value(out).dtype)[()]
        return (out, total) if returned else out
    if np.shape(weights) != shape:
        axes = axes_of(axis, len(shape))
        if axis is None or np.shape(weights) != tuple(shape[each] for each in axes):
            raise ValueError(
                f"average: weights of shape {np.shape(weights)} fit neither a, {shape}, nor its "
                f"axes {axis}"
            )
        order = tuple(sorted(range(len(axes)), key=lambda i: axes[i]))
        sides = tuple(side if i in axes else 1 for i, side in enumerate(shape))
        weights = reshape(transpose(weights, order), sides)
    total = sum(weights, axis, keepdims)
    out = sum(a * weights, axis, keepdims) / total
    return (out, broadcast_to(total, np.shape(out))) if returned else out


@asks_elsewhere
@in_single
def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    """Covariance matrix of variables, each a row of observations.

    Args:
        m: (variables, observations), or the observations of one.
        y: more variables with as many observations.
        rowvar: variables are rows, else columns.
        bias: divide by n and not by n - 1.
        ddof: divide by n - ddof.
        fweights: how often each observation counts, integers, none negative.
        aweights: weights of the observations, none negative.

    Returns:
        (variables, variables); of one variable a number, as NumPy has it.

    Raises:
        TypeError: for `fweights` that are no integers.
        ValueError: for weights of another length, or negative ones.

    >>> cov(Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if np.ndim(m) > 2:
        raise ValueError(f"cov: m has more than two axes: {np.shape(m)}")
    rows = _variables(m, rowvar)
    if y is not None:
        rows = concatenate([rows, _variables(y, rowvar)], 0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    weights = None
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is not None:
            given = _checked_weights(name, array_like(given, rows), np.shape(rows)[1])
            if value(given).dtype.kind in "iub":
                given = value(given).astype(np.result_type(value(rows), np.float16))
            weights = given if weights is None else weights * given
    if weights is None:
        count = np.shape(rows)[1]
        centred = rows - mean(rows, 1, True)
        return _per_degree(centred @ _adjoint(centred), count - ddof)
    total = sum(weights)
    centred = rows - sum(rows * weights, 1, True) / total
    lost = 0 if not ddof else ddof if aweights is None else ddof * sum(weights * aweights) / total
    return _per_degree((centred * weights) @ _adjoint(centred), total - lost)


def _checked_weights(name, weights, count):
    raw = value(weights)
    if raw.shape != (count,):
        raise ValueError(
            f"cov: {name} must have shape ({count},), one for each observation, got {raw.shape}"
        )
    if name == "fweights" and raw.dtype.kind not in "iub" and (raw != np.round(raw)).any():
        raise TypeError("cov: fweights say how often each observation counts, in integers")
    if (raw < 0).any():
        raise ValueError(f"cov: {name} must not be negative, got {raw.min()}")
    return weights


def _per_degree(products, degrees):
    """The covariances; of one variable without axes. NumPy's warning where nothing is free."""
    if np.shape(value(products)) == (1, 1):
        products = reshape(products, ())
    if value(degrees) <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
        return products * np.nan
    return products / degrees


def _adjoint(x):
    return conj(x).T if value(x).dtype.kind == "c" else x.T


def _variables(m, rowvar):
    m = m if hasattr(m, "dtype") else np.asarray(m, float)
    if np.ndim(m) < 2:
        return reshape(m, (1, -1))
    return m if rowvar or np.shape(m)[0] == 1 else m.T


@asks_elsewhere
@in_single
def corrcoef(x, y=None, rowvar=True):
    """Matrix of correlation coefficients, `cov[i, j] / √(cov[i, i] cov[j, j])`; see `cov`.

    >>> corrcoef(Tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 2.0]])).shape
    (2, 2)
    """
    c = cov(x, y, rowvar)
    if np.ndim(value(c)) == 0:
        return c / c
    spread = sqrt(c.diagonal())
    return clip(c / reshape(spread, (-1, 1)) / spread, -1, 1)


for _function in (
    ptp, percentile, median, average, cov, corrcoef,
):  # fmt: skip
    numpy_functions[getattr(np, _function.__name__)] = _function
