"""What PyTorch's words of order, selection and scattering do, in our operations."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import ops
from autograd.graph.tensor import Tensor, value

# ---------------------------------------------------------------------- values and indices


Pair = namedtuple("Pair", "values indices")
MinMax = namedtuple("MinMax", "min max")


def _at(input: Any, index: Any, dim: int, keepdim: bool) -> Pair:
    """What stands at one index along an axis, and that index; the whole gradient goes there."""
    if np.ndim(value(input)) == 0:
        return Pair(input + 0, Tensor(0))
    index = value(index)
    index = np.expand_dims(index, dim) if index.ndim < np.ndim(value(input)) else index
    values = ops.take_along_axis(input, index, dim)
    if not keepdim:
        values, index = ops.squeeze(values, dim), np.squeeze(index, dim)
    return Pair(values, Tensor(index))


def max_(input: Any, dim: Any = -1, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest along an axis and where it is, of equal ones the first; or `maximum` of two."""
    other = dim if isinstance(dim, (Tensor, np.ndarray)) else other
    if other is not None:
        return ops.maximum(input, other)
    return _at(input, np.argmax(value(input), dim, keepdims=True), dim, keepdim)


def min_(input: Any, dim: Any = -1, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest along an axis and where it is, of equal ones the first; or `minimum` of two."""
    other = dim if isinstance(dim, (Tensor, np.ndarray)) else other
    if other is not None:
        return ops.minimum(input, other)
    return _at(input, np.argmin(value(input), dim, keepdims=True), dim, keepdim)


def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Pair:
    """The k-th smallest along an axis, counted from 1, and where it is."""
    raw = value(input)
    if not 1 <= k <= raw.shape[dim]:
        raise ValueError(f"kthvalue: k={k} of {raw.shape[dim]} elements")
    order = np.argsort(raw, dim, kind="stable")
    return _at(input, np.take(order, [k - 1], dim), dim, keepdim)


def median(input: Any, dim: int = -1, keepdim: bool = False) -> Pair:
    """The lower median along an axis and where it is; NaN where there is one."""
    raw = value(input)
    order = np.argsort(raw, dim, kind="stable")
    middle = np.take(order, [(raw.shape[dim] - 1) // 2], dim)
    missing = np.isnan(raw)
    if missing.any():
        first = np.argmax(missing, dim, keepdims=True)
        middle = np.where(missing.any(dim, keepdims=True), first, middle)
    return _at(input, middle, dim, keepdim)


def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Pair:
    """The most frequent along an axis, of several the smallest, and its last place."""
    raw = np.moveaxis(value(input), dim, -1)
    places = np.empty(raw.shape[:-1], int)
    for row in np.ndindex(*places.shape):
        found, counts = np.unique(raw[row], return_counts=True)
        places[row] = np.flatnonzero(raw[row] == found[np.argmax(counts)])[-1]
    return _at(input, places, dim, keepdim)


def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Pair:
    """The elements in order along an axis, and where they were."""
    order = argsort(input, dim, descending)
    return Pair(ops.take_along_axis(input, value(order), dim), order)


def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The positions that sort, of equal elements the first first."""
    return ops.argsort(input, dim, descending=descending)


def cummax(input: Any, dim: int) -> Pair:
    """The largest so far along an axis, and where it is, of equal ones the last."""
    return _so_far(input, dim, np.maximum)


def cummin(input: Any, dim: int) -> Pair:
    """The smallest so far along an axis, and where it is, of equal ones the last."""
    return _so_far(input, dim, np.minimum)


def _so_far(input: Any, dim: int, better: Any) -> Pair:
    raw = value(input)
    reached = raw == better.accumulate(raw, dim)
    places = np.arange(raw.shape[dim]).reshape(
        [-1 if a == dim % raw.ndim else 1 for a in range(raw.ndim)]
    )
    index = np.maximum.accumulate(np.where(reached, places, 0), dim)
    return Pair(ops.take_along_axis(input, index, dim), Tensor(index))


def nanmedian(input: Any, dim: int = -1, keepdim: bool = False) -> Pair:
    """The lower median of what is not NaN along an axis, and where it is."""
    raw = value(input)
    order = np.argsort(raw, dim, kind="stable")
    count = np.sum(~np.isnan(raw), dim, keepdims=True)
    return _at(input, np.take_along_axis(order, np.maximum(count - 1, 0) // 2, dim), dim, keepdim)


def sort_method(t: Tensor, *dim: int, **given: Any) -> Pair:
    """The elements in order along an axis, and where they were, if it is said that way."""
    if not given:
        raise TypeError(
            "sort: NumPy's t.sort() changes t and PyTorch's returns values and indices; use "
            "t.sort(dim=-1) for these, or autograd.sort(t) for a sorted copy"
        )
    given = {"dim" if name == "axis" else name: each for name, each in given.items()}
    return sort(t, *dim, **given)  # type: ignore[arg-type]  # one axis at most


def unique(
    input: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The sorted distinct elements, and what else is asked for."""
    return ops.unique(input, False, return_inverse, return_counts, dim)


def aminmax(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The smallest and the largest, with ties sharing their gradient."""
    return MinMax(ops.min(input, dim, keepdim), ops.max(input, dim, keepdim))


def unique_consecutive(input: Any) -> Any:
    """The elements without those that repeat the one before them."""
    flat = ops.reshape(input, -1)
    raw = value(flat)
    return flat[np.flatnonzero(np.append(True, raw[1:] != raw[:-1]))] if raw.size else flat


# ---------------------------------------------------------------------- selecting and scattering


def _index_like(input: Any, index: Any) -> Any:
    raw = value(index)
    if np.asarray(raw).dtype.kind not in "iu":
        raise TypeError(f"expected an index of integers, got {np.asarray(raw).dtype}")
    return raw


def gather(input: Any, dim: int, index: Any) -> Any:
    """The elements at positions along an axis; elsewhere the index may be shorter."""
    raw = _index_like(input, index)
    cut = tuple(
        slice(None) if axis == dim % input.ndim else slice(0, length)
        for axis, length in enumerate(np.shape(raw))
    )
    return ops.take_along_axis(input[cut] if input.ndim else input, raw, dim)


def _places(shape: Sequence[int], dim: int, index: Any) -> tuple[Any, ...]:
    """The positions that `index` points to, as NumPy writes them."""
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = np.where(index < 0, index + shape[dim], index)
    return tuple(grid)


def scatter(input: Any, dim: int, index: Any, src: Any = None, **given: Any) -> Any:
    """`input` with other elements at positions along an axis."""
    source = given.pop("value", src)
    if given or source is None:
        raise TypeError(f"scatter: expected src= or value=, got {', '.join(given) or 'neither'}")
    return input_with(input, dim, index, source)


def input_with(input: Any, dim: int, index: Any, source: Any) -> Any:
    """A copy that is written to at positions along an axis."""
    raw = _index_like(input, index)
    if np.ndim(value(source)):
        source = source[tuple(slice(0, length) for length in raw.shape)]
    copy = input + 0 if isinstance(input, Tensor) else Tensor(input)
    copy[_places(copy.shape, dim, raw)] = source
    return copy


def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
    """`input` with elements added at positions along an axis."""
    raw = _index_like(input, index)
    source = src[tuple(slice(0, length) for length in raw.shape)]
    return input + ops.scatter(
        source, _places(np.shape(value(input)), dim, raw), np.shape(value(input))
    )


def masked_select(input: Any, mask: Any) -> Any:
    """The elements where the mask is True, along one axis."""
    shape = np.broadcast_shapes(np.shape(value(input)), np.shape(value(mask)))
    return ops.broadcast_to(input, shape)[np.broadcast_to(value(mask), shape)]


def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """The first elements of another Tensor where the mask is True."""
    copy = input + 0
    chosen = np.broadcast_to(value(mask), copy.shape)
    copy[chosen] = ops.reshape(source, -1)[: int(chosen.sum())]
    return copy


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """The positions of what is not 0, one array per axis."""
    if not as_tuple:
        raise TypeError(
            "nonzero: as_tuple=False is one row per element, autograd.argwhere(t); t.nonzero() is "
            "one array per axis, as in NumPy"
        )
    return ops.nonzero(input)


def searchsorted(
    sorted_sequence: Any, input: Any, *, right: bool = False, side: str = "left", **given: Any
) -> Any:
    """Where elements would have to be inserted, also for each row of its own sequence."""
    if given.keys() - {"out_int32", "sorter"}:
        raise TypeError(f"searchsorted: unknown arguments {', '.join(given)}")
    return ops.searchsorted(sorted_sequence, input, "right" if right else side, given.get("sorter"))


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """The positions where a condition holds, one array per axis."""
    if input is None and other is None:
        return ops.nonzero(condition)
    return ops.where(condition, input, other)
