"""Combining elements that share a position: sums, means, products and extremes of segments."""

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import value
from autograd.ops.cumulative import linear_recurrence
from autograd.ops.elementwise import where
from autograd.ops.gather import first_positions_along, fitting_source, scatter_add
from autograd.ops.indexing import flat_positions
from autograd.ops.shapes import broadcast_to, concatenate, reshape

__all__ = ["scatter_reduce"]

_REDUCTIONS = ("sum", "mean", "prod", "amax", "amin")


@asks_elsewhere
def scatter_reduce(x, indices, source, axis=-1, reduce="sum", include_self=True):
    """A copy of `x` with `source` combined into it at positions along an axis.

    The gradient is exact: products with zeros are, and equal extremes share it evenly.

    Args:
        x: any shape.
        indices: integers with as many axes; they broadcast against `x` on the other axes.
        source: what to combine, broadcasting to the shape of the positions.
        axis: along which.
        reduce: "sum", "mean", "prod", "amax" or "amin".
        include_self: combine with what is there; else that is replaced where anything comes in.

    Raises:
        ValueError: for another `reduce`.
        IndexError: for positions outside of `x`.

    >>> x = Tensor([1.0, 1.0])
    >>> scatter_reduce(x, np.array([0, 0]), Tensor([2.0, 3.0]), reduce="prod")
    Tensor([6., 1.])
    """
    if reduce not in _REDUCTIONS:
        raise ValueError(f"scatter_reduce: {reduce!r} is not one of {', '.join(_REDUCTIONS)}")
    shape = np.shape(x)
    try:
        places = flat_positions(first_positions_along(shape, indices, axis), shape)
    except (IndexError, ValueError) as error:
        raise type(error)(f"scatter_reduce: {error}") from None
    source = reshape(broadcast_to(fitting_source(source, indices), places.shape), -1)
    flat, places = reshape(x, -1), places.ravel()
    reached = np.bincount(places, minlength=flat.size) > 0
    keeps = np.ones(flat.size, bool) if include_self else ~reached
    combine = {"sum": _sums, "mean": _means, "prod": _products}.get(reduce, _extremes)
    extra = (np.maximum if reduce == "amax" else np.minimum,) if combine is _extremes else ()
    return reshape(combine(flat, places, source, keeps, *extra), shape)


def _sums(x, places, source, keeps):
    kept = x if keeps.all() else where(keeps, x, value(x).dtype.type(0))
    return scatter_add(kept, places, source)


def _means(x, places, source, keeps):
    count = np.bincount(places, minlength=keeps.size) + keeps
    return _sums(x, places, source, keeps) / count.astype(value(x).dtype)


def _products(x, places, source, keeps):
    """Products per position: a recurrence over the factors sorted by position."""
    own = np.flatnonzero(keeps)
    positions = np.concatenate([own, places])
    order = np.argsort(positions, kind="stable")
    factors = concatenate([x[own], source])[order]
    ordered = positions[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]]
    zero, one = value(x).dtype.type(0), value(x).dtype.type(1)
    # A run begins with its first factor; from there on y[k] = factor[k] y[k - 1].
    running = linear_recurrence(where(starts, zero, factors), where(starts, factors, zero))
    return running[np.r_[starts[1:], True]] if ordered.size else x * one


def _extremes(x, places, source, keeps, better):
    raw, given = value(x), value(source)
    worst = -np.inf if better is np.maximum else np.inf
    extreme = np.where(keeps, raw, worst).astype(raw.dtype)
    better.at(extreme, places, given)
    zero = raw.dtype.type(0)
    own = keeps & (raw == extreme)
    hits = given == extreme[places]
    count = np.bincount(places, hits, minlength=raw.size) + own
    total = scatter_add(where(own, x, zero), places, where(hits, source, zero))
    return where(np.isnan(extreme), extreme, total / np.where(count, count, 1).astype(raw.dtype))
