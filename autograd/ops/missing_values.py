"""Sums, means, spreads and order statistics of what is not NaN.

Where there is no NaN they are the plain functions; else NaN is replaced by what does not count, and
gets no gradient.
"""

import warnings

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import constant, value
from autograd.operation.dispatch import numpy_functions
from autograd.operation.precision import in_single
from autograd.ops.elementwise import abs, sqrt, square, where
from autograd.ops.gather import take_along_axis
from autograd.ops.rearrange import moveaxis
from autograd.ops.reductions import kept_shape, max, mean, min, sum
from autograd.ops.shapes import reshape
from autograd.ops.statistics import in_rows, prod, ranks

__all__ = [
    "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd",
    "nansum", "nanvar",
]  # fmt: skip


def _without_nan(x, instead):
    x = x if hasattr(x, "dtype") else np.asarray(x, float)
    missing = np.isnan(value(x))
    return where(missing, value(x).dtype.type(instead), x), missing


def _skipping_nan(plain, skipping, a, axis, keepdims):
    """The plain function where its result says that there is no NaN; else the careful one."""
    a = a if hasattr(a, "dtype") else np.asarray(a, float)
    if not np.ndim(a) and axis in (0, -1):  # which NumPy lets pass here, though not in `mean`
        axis = None
    if np.size(a):
        out = plain(a, axis, keepdims)
        if not np.isnan(value(out)).any():
            return out
    return skipping(a, axis, keepdims)


@asks_elsewhere
def nansum(a, axis=None, keepdims=False):
    """The sum over axes, by default all, where NaN counts as 0; no gradient flows into it.

    >>> nansum(Tensor([1.0, np.nan]))
    Tensor(1.)
    """
    return _skipping_nan(sum, lambda a, *rest: sum(_without_nan(a, 0)[0], *rest), a, axis, keepdims)


@asks_elsewhere
@in_single
def nanprod(a, axis=None, keepdims=False):
    """The product over axes, by default all, where NaN counts as 1; no gradient flows into it.

    >>> nanprod(Tensor([3.0, np.nan]))
    Tensor(3.)
    """
    return _skipping_nan(
        prod, lambda a, *rest: prod(_without_nan(a, 1)[0], *rest), a, axis, keepdims
    )


@asks_elsewhere
@in_single
def nanmean(a, axis=None, keepdims=False):
    """The mean over axes, by default all, of what is not NaN; NaN where that is nothing.

    >>> nanmean(Tensor([1.0, np.nan, 3.0]))
    Tensor(2.)
    """
    return _skipping_nan(mean, _mean_without_nan, a, axis, keepdims)


def _mean_without_nan(a, axis, keepdims):
    known, missing = _without_nan(a, 0)
    count = np.sum(~missing, axis=axis, keepdims=keepdims)
    total = sum(known, axis, keepdims)
    return total / np.where(count, count, np.nan).astype(value(total).dtype)


@asks_elsewhere
def nanmax(a, axis=None, keepdims=False):
    """The largest element over axes, by default all, NaN left out; NaN where nothing remains.

    >>> nanmax(Tensor([1.0, np.nan]))
    Tensor(1.)
    """
    return _skipping_nan(max, _largest_without_nan, a, axis, keepdims)


@asks_elsewhere
def nanmin(a, axis=None, keepdims=False):
    """The smallest element over axes, by default all, NaN left out; NaN where nothing remains.

    >>> nanmin(Tensor([1.0, np.nan]))
    Tensor(1.)
    """
    return _skipping_nan(min, _smallest_without_nan, a, axis, keepdims)


def _largest_without_nan(a, axis, keepdims):
    return _extreme_without_nan(max, a, -np.inf, axis, keepdims)


def _smallest_without_nan(a, axis, keepdims):
    return _extreme_without_nan(min, a, np.inf, axis, keepdims)


def _extreme_without_nan(extreme, a, worst, axis, keepdims):
    known, missing = _without_nan(a, worst)
    out = extreme(known, axis, keepdims)
    nothing = np.all(missing, axis=axis, keepdims=keepdims)
    return where(nothing, value(out).dtype.type(np.nan), out) if np.any(nothing) else out


@asks_elsewhere
@in_single
def nanvar(a, axis=None, ddof=0, keepdims=False):
    """The variance over axes, by default all, of what is not NaN; see `var`.

    NaN where not more than `ddof` elements remain, with NumPy's warning.

    >>> nanvar(Tensor([1.0, np.nan, 3.0]))
    Tensor(1.)
    """
    ddof = constant(ddof, "nanvar", "ddof")
    a = a if hasattr(a, "dtype") else np.asarray(a, float)
    missing = np.isnan(value(a))
    free = np.sum(~missing, axis=axis, keepdims=keepdims) - ddof
    if (free <= 0).any():
        warnings.warn("Degrees of freedom <= 0 for slice.", RuntimeWarning, stacklevel=3)
    zero = value(a).dtype.type(0)
    real_zero = zero.real
    known = where(missing, zero, a)
    count = np.sum(~missing, axis=axis, keepdims=True)
    centre = sum(known, axis, True) / np.where(count, count, 1).astype(real_zero.dtype)
    squares = square(abs(where(missing, zero, known - centre)))
    found = sum(squares, axis, keepdims) / np.where(free > 0, free, 1).astype(real_zero.dtype)
    return where(free > 0, found, real_zero * np.nan)


@asks_elsewhere
@in_single
def nanstd(a, axis=None, ddof=0, keepdims=False):
    """The standard deviation over axes, by default all, of what is not NaN; see `nanvar`.

    The gradient is 0 where all elements are equal.

    >>> nanstd(Tensor([1.0, np.nan, 3.0]))
    Tensor(1.)
    """
    spread = nanvar(a, axis, constant(ddof, "nanstd", "ddof"), keepdims)
    equal = value(spread) == 0
    zero, one = value(spread).dtype.type(0), value(spread).dtype.type(1)
    return where(equal, zero, sqrt(where(equal, one, spread)))


@asks_elsewhere
def nanquantile(a, q, axis=None, method="linear", keepdims=False):
    """The value below which a part `q` of what is not NaN lies; see `quantile`.

    Args:
        a: any shape.
        q: from 0 to 1; the axes of several come first in the result.
        axis: over which axes; all by default.
        method: how to interpolate, as in `numpy.nanquantile`.
        keepdims: keep the reduced axes, as length 1.

    Returns:
        NaN where nothing remains, with NumPy's warning.

    Raises:
        ValueError: for `q` out of range.

    >>> nanquantile(Tensor([1.0, np.nan, 3.0]), 0.25)
    Tensor(1.5)
    """
    a = a if hasattr(a, "dtype") else np.asarray(a, float)
    q = np.asarray(constant(q, "nanquantile", "q"))
    if not np.all((q >= 0) & (q <= 1)):
        raise ValueError(f"nanquantile: q={q!r} is not in the range [0, 1]")
    rows, _ = in_rows(a, axis)
    raw = value(rows)
    counts = np.sum(~np.isnan(raw), axis=-1)
    if not counts.all():
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=2)
    below = np.zeros((*counts.shape, q.size), np.intp)
    above, weight = below.copy(), np.zeros(below.shape)
    for count in np.unique(counts[counts > 0]):
        lines = counts == count
        below[lines], above[lines], weight[lines] = ranks(count, q, method)
    order = np.argsort(raw, axis=-1, kind="stable")  # NaN comes last
    low, high = (
        take_along_axis(rows, np.take_along_axis(order, each, -1), -1) for each in (below, above)
    )
    weight = weight.astype(raw.dtype)
    found = moveaxis(low * (1 - weight) + high * weight, -1, 0)
    kept = kept_shape(np.shape(value(a)), axis) if keepdims else counts.shape
    return reshape(found, (*q.shape, *kept))


@asks_elsewhere
def nanpercentile(a, q, axis=None, method="linear", keepdims=False):
    """The value below which `q` percent of what is not NaN lie; see `nanquantile`.

    >>> nanpercentile(Tensor([1.0, np.nan, 3.0]), 50)
    Tensor(2.)
    """
    q = constant(q, "nanpercentile", "q")
    return nanquantile(a, np.true_divide(q, 100), axis, method, keepdims)


@asks_elsewhere
def nanmedian(a, axis=None, keepdims=False):
    """The middle element over axes, by default all, of what is not NaN; see `median`.

    >>> nanmedian(Tensor([1.0, np.nan, 3.0]))
    Tensor(2.)
    """
    return nanquantile(a, 0.5, axis, "linear", keepdims)


for _function in (
    nansum, nanprod, nanmean, nanmax, nanmin, nanvar, nanstd, nanquantile, nanpercentile, nanmedian,
):  # fmt: skip
    numpy_functions[getattr(np, _function.__name__)] = _function
