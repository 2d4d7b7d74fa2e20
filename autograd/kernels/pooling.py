"""Pooling in n dimensions: maxima with their places, averages, and the adjoints of both.

`max_pool` returns where each maximum was found; `max_pool_scatter` and `max_pool_gather` move
values there and back and are each other's adjoints, as `average_pool` and `average_pool_adjoint`
are. Arguments and results are those of PyTorch.

The windows are never gathered: maxima and sums run over slices of x, one for each place in the
window, x[..., tap::stride].
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from itertools import product
from math import prod
from typing import Any

import numpy as np

from autograd.kernels.windows import (
    Array,
    channels_to_end,
    channels_to_second,
    output_size,
    per_axis,
)

Index = tuple[slice, ...]


def max_pool(
    x: Array,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """Maximum of each window and its place: out[n, c, p] = max_k x[n, c, s · p + d · k - padding].

    Of equal maxima the first one counts; NaN counts as the largest. Padding is never chosen.

    Args:
        x: (batch, channels, *spatial), real.
        kernel: The size of the windows, for all axes or each.
        stride: The step s between windows; None means the kernel's size.
        padding: The places added at either end of each axis, at most half the kernel.
        dilation: The distance d between neighbours in a window.
        ceil_mode: Whether a last window may hang over the end.

    Returns:
        The maxima, (batch, channels, *out) with the dtype of x, and their indices into the
        flattened spatial axes of x, with the same shape; new arrays, with the channels last in
        memory if x has them there.

    Raises:
        TypeError: If x is complex or a setting is not an integer.
        ValueError: If the windows do not fit.

    >>> x = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 7], [112, 100, 22, 12]])
    >>> values, indices = max_pool(x[None, None], 2)
    >>> values[0, 0]
    array([[ 20,  30],
           [112,  37]])
    >>> indices[0, 0]
    array([[ 1,  2],
           [12, 10]])
    """
    if x.dtype.kind not in "biuf":
        raise TypeError(f"max_pool: {x.dtype} has no order; expected x to be real")
    axes = _axes("max_pool", x.shape, kernel, stride, padding, dilation, ceil_mode)
    leading = x.shape[:2]
    channels_last = _has_channels_last(x)
    x = channels_to_end(x) if channels_last else x
    taps = _taps(axes, channels_last)

    counts = [axis.count for axis in axes]
    values = np.full(_laid_out(leading, counts, channels_last), _least(x.dtype), x.dtype)
    # The number of the tap where each maximum was found; at first, of the first tap inside x.
    numbers = _row_major([axis.taps for axis in axes])
    chosen = np.zeros(values.shape, np.min_scalar_type(len(taps) - 1))
    if any(axis.padding for axis in axes):
        first_taps = [axis.first_taps * n for axis, n in zip(axes, numbers, strict=True)]
        chosen += _over_windows(np.add, first_taps, channels_last).astype(chosen.dtype)
    values[taps[0][0]] = x[taps[0][1]]
    for number, (windows, places) in enumerate(taps[1:], start=1):
        seen, best, choice = x[places], values[windows], chosen[windows]
        # A later tap has the larger number, so the choice is a maximum of bytes, without a mask.
        larger = np.greater(seen, best).view(np.uint8)
        np.maximum(choice, larger * chosen.dtype.type(number), out=choice)
        np.maximum(best, seen, out=best)
    if x.dtype.kind == "f" and np.isnan(values).any():
        for number, (windows, places) in reversed(list(enumerate(taps))):
            chosen[windows][np.isnan(x[places])] = number

    strides = _row_major([axis.length for axis in axes])
    steps = [
        np.arange(axis.taps) * axis.dilation * n for axis, n in zip(axes, strides, strict=True)
    ]
    starts = [axis.starts * n for axis, n in zip(axes, strides, strict=True)]
    indices = reduce(np.add.outer, steps).take(chosen)
    indices += _over_windows(np.add, starts, channels_last)
    if channels_last:
        return channels_to_second(values), channels_to_second(indices)
    return values, indices


def max_pool_scatter(g: Array, indices: Array, spatial_shape: Sequence[int]) -> Array:
    """Add each value to its place: dx[n, c, q] = Σ g[n, c, p] over p with indices[n, c, p] = q.

    It is the adjoint of `max_pool_gather`, and of `max_pool` at the x that gave the indices.

    Args:
        g: (batch, channels, *out).
        indices: The shape of g; places in the flattened spatial axes of the result.
        spatial_shape: The spatial shape of the result.

    Returns:
        (batch, channels, *spatial_shape), a new array with the dtype of g, with the channels last
        in memory if g has them there. float16 is accumulated in float32.

    Raises:
        IndexError: If an index lies outside `spatial_shape`.
        ValueError: If g and indices have different shapes.

    >>> g = np.array([[[20.0, 30.0, 5.0]]])
    >>> max_pool_scatter(g, np.array([[[1, 2, 2]]]), (4,))
    array([[[ 0., 20., 35.,  0.]]])
    """
    if g.shape != indices.shape:
        raise ValueError(
            f"max_pool_scatter: g has shape {g.shape} but indices has {indices.shape}; expected "
            "the indices that max_pool gave beside values of the shape of g"
        )
    channels_last = _has_channels_last(g)
    shape = _laid_out(g.shape[:2], spatial_shape, channels_last)
    flat = _flat_indices("max_pool_scatter", indices, spatial_shape, channels_last)
    values = (channels_to_end(g) if channels_last else g).ravel()
    dx = np.zeros(prod(shape), _accumulator(g.dtype))
    # Assigning where windows do not overlap would save 15 %.
    np.add.at(dx, flat, values)
    dx = dx.reshape(shape).astype(g.dtype, copy=False)
    return channels_to_second(dx) if channels_last else dx


def max_pool_gather(x: Array, indices: Array) -> Array:
    """Take the values at some places: out[n, c, p] = x[n, c, indices[n, c, p]].

    It is the adjoint of `max_pool_scatter`.

    Args:
        x: (batch, channels, *spatial).
        indices: (batch, channels, *out); places in the flattened spatial axes of x.

    Returns:
        (batch, channels, *out), a new array with the dtype of x, with the channels last in memory
        if x has them there.

    Raises:
        IndexError: If an index lies outside x.
        ValueError: If x and indices differ in batch or channels.

    >>> max_pool_gather(np.array([[[5.0, 6.0, 7.0]]]), np.array([[[2, 0]]]))
    array([[[7., 5.]]])
    """
    if x.shape[:2] != indices.shape[:2]:
        raise ValueError(
            f"max_pool_gather: x has shape {x.shape} but indices has {indices.shape}; expected "
            "the same batch and channels"
        )
    channels_last = _has_channels_last(x)
    flat = _flat_indices("max_pool_gather", indices, x.shape[2:], channels_last)
    if not channels_last:
        return x.reshape(-1).take(flat).reshape(indices.shape)
    values = channels_to_end(x).reshape(-1).take(flat)
    return channels_to_second(values.reshape(channels_to_end(indices).shape))


def average_pool(
    x: Array,
    kernel: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Average of each window: out[n, c, p] = Σ_k x[n, c, s · p + k - padding] / count(p).

    Args:
        x: (batch, channels, *spatial).
        kernel: The size of the windows, for all axes or each.
        stride: The step s between windows; None means the kernel's size.
        padding: The zeros added at either end of each axis, at most half the kernel.
        ceil_mode: Whether a last window may hang over the end; what lies beyond the padding is
            never counted.
        count_include_pad: Whether the padding is counted.

    Returns:
        (batch, channels, *out), a new array with the dtype of x, float64 for integers, with the
        channels last in memory if x has them there. float16 is accumulated in float32.

    Raises:
        TypeError: If a setting is not an integer.
        ValueError: If the windows do not fit.

    >>> average_pool(np.array([[[1.0, 3.0, 5.0, 7.0]]]), 2)
    array([[[2., 6.]]])
    """
    axes = _axes("average_pool", x.shape, kernel, stride, padding, 1, ceil_mode)
    channels_last = _has_channels_last(x)
    result_type = x.dtype if x.dtype.kind in "fc" else np.dtype(np.float64)
    total = channels_to_end(x) if channels_last else x
    # A sum along one axis after the other takes the sum of the sizes, not their product.
    for number, axis in enumerate(axes, start=1 if channels_last else 2):
        wider = total
        total = np.zeros(
            (*wider.shape[:number], axis.count, *wider.shape[number + 1 :]),
            _accumulator(result_type),
        )
        lead = (slice(None),) * number
        for windows, places in zip(axis.windows, axis.places, strict=True):
            total[(*lead, windows)] += wider[(*lead, places)]
    total /= _counts(axes, count_include_pad, channels_last, total.dtype)
    total = total.astype(result_type, copy=False)
    return channels_to_second(total) if channels_last else total


def average_pool_adjoint(
    g: Array,
    spatial_shape: Sequence[int],
    kernel: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Adjoint of `average_pool`: dx[n, c, q] = Σ g[n, c, p] / count(p) over the windows p with q.

    Args:
        g: (batch, channels, *out).
        spatial_shape: The spatial shape of x.
        kernel: As in `average_pool`.
        stride: As in `average_pool`.
        padding: As in `average_pool`.
        ceil_mode: As in `average_pool`.
        count_include_pad: As in `average_pool`.

    Returns:
        (batch, channels, *spatial_shape), a new array with the dtype of g, float64 for integers,
        with the channels last in memory if g has them there.

    Raises:
        TypeError: If a setting is not an integer.
        ValueError: If g has not the shape that `average_pool` gives for such an x.

    >>> average_pool_adjoint(np.array([[[1.0, 3.0]]]), (4,), 2)
    array([[[0.5, 0.5, 1.5, 1.5]]])
    """
    shape = (*g.shape[:2], *spatial_shape)
    axes = _axes("average_pool_adjoint", shape, kernel, stride, padding, 1, ceil_mode)
    expected = (*g.shape[:2], *(axis.count for axis in axes))
    if g.shape != expected:
        raise ValueError(
            f"average_pool_adjoint: g has shape {g.shape}, but average_pool of x {shape} has "
            f"shape {expected}"
        )
    channels_last = _has_channels_last(g)
    result_type = g.dtype if g.dtype.kind in "fc" else np.dtype(np.float64)
    accumulator = _accumulator(result_type)
    spread = channels_to_end(g) if channels_last else g
    spread = spread / _counts(axes, count_include_pad, channels_last, accumulator)
    for number, axis in reversed(list(enumerate(axes, start=1 if channels_last else 2))):
        narrower = spread
        spread = np.zeros(
            (*narrower.shape[:number], axis.length, *narrower.shape[number + 1 :]), accumulator
        )
        lead = (slice(None),) * number
        for windows, places in zip(axis.windows, axis.places, strict=True):
            if axis.apart:
                spread[(*lead, places)] = narrower[(*lead, windows)]
            else:
                spread[(*lead, places)] += narrower[(*lead, windows)]
    spread = spread.astype(result_type, copy=False)
    return channels_to_second(spread) if channels_last else spread


class _Axis:
    """The windows along one spatial axis.

    Attributes:
        length: The length of x along the axis.
        taps: The places in a window.
        dilation: The distance between them.
        padding: The places added at either end.
        apart: Whether no place is in two windows.
        starts: The place of the first tap of each window, negative in the padding.
        covered: How many places of x and the padding each window covers,
        covered_inside: and how many of x alone.
        first_taps: The first tap inside x of each window.
        windows: For each tap, the windows for which it lies inside x,
        places: and the places where it lies for these.
    """

    def __init__(
        self, length: int, taps: int, stride: int, padding: int, dilation: int, count: int
    ) -> None:
        self.length, self.taps, self.dilation, self.padding = length, taps, dilation, padding
        self.count = count
        self.apart = stride >= dilation * (taps - 1) + 1
        self.starts = np.arange(count) * stride - padding
        ends = self.starts + taps
        self.covered = np.minimum(ends, length + padding) - self.starts
        self.covered_inside = np.minimum(ends, length) - np.maximum(self.starts, 0)
        self.first_taps = np.maximum(0, -(self.starts // dilation))
        self.windows, self.places = [], []
        for offset in range(-padding, dilation * taps - padding, dilation):
            first = max(0, -(offset // stride))
            stop = max(first, min(count, (length - 1 - offset) // stride + 1))
            self.windows.append(slice(first, stop))
            self.places.append(slice(first * stride + offset, stop * stride + offset, stride))
        self.all_padding = bool((self.starts + self.first_taps * dilation >= length).any())


# A training loop asks for the same few axes at every step, at 7 µs each: 54 µs of 173 in a
# layer of 16 channels of 8x8.
_axis = lru_cache(maxsize=256)(_Axis)


def _axes(
    call: str,
    x_shape: Sequence[int],
    kernel: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: int | Sequence[int],
    dilation: int | Sequence[int],
    ceil_mode: bool,
) -> list[_Axis]:
    """Return the windows along each spatial axis, or raise because they do not fit."""
    dimensions = len(x_shape) - 2
    if dimensions < 1:
        raise ValueError(
            f"{call}: expected (batch, channels, *spatial) with 1 or more spatial axes, got shape "
            f"{tuple(x_shape)}"
        )
    taps = per_axis(call, "kernel", kernel, dimensions, least=1)
    steps = taps if stride is None else per_axis(call, "stride", stride, dimensions, least=1)
    pads = per_axis(call, "padding", padding, dimensions, least=0)
    gaps = per_axis(call, "dilation", dilation, dimensions, least=1)
    if any(2 * pad > tap for tap, pad in zip(taps, pads, strict=True)):
        raise ValueError(
            f"{call}: padding may be at most half the kernel, got padding {pads} for kernel {taps}"
        )
    counts = output_size(call, x_shape[2:], taps, steps, pads, gaps, ceil_mode)
    axes = list(map(_axis, x_shape[2:], taps, steps, pads, gaps, counts))
    if any(axis.all_padding for axis in axes):
        raise ValueError(
            f"{call}: with kernel {taps}, stride {steps}, padding {pads} and dilation {gaps} a "
            f"window of an input of {tuple(x_shape[2:])} sees nothing but padding; pad less"
        )
    return axes


def _has_channels_last(array: Array) -> bool:
    """Return whether neighbouring channels are closer in memory than neighbouring places."""
    return abs(array.strides[1]) < abs(array.strides[-1])


def _laid_out(leading: Sequence[int], sizes: Sequence[int], channels_last: bool) -> tuple[int, ...]:
    """Return the shape of an array in the order of its memory."""
    batch, channels = leading
    return (batch, *sizes, channels) if channels_last else (batch, channels, *sizes)


def _taps(axes: list[_Axis], channels_last: bool) -> list[tuple[Index, Index]]:
    """Return for each place in a window, in order, which windows it is inside x for, and where."""
    lead = (slice(None),) * (1 if channels_last else 2)
    windows = product(*(axis.windows for axis in axes))
    places = product(*(axis.places for axis in axes))
    return [
        ((*lead, *these), (*lead, *where)) for these, where in zip(windows, places, strict=True)
    ]


def _row_major(sizes: Sequence[int]) -> list[int]:
    """Return by how much a flat index grows along each axis of an array of some shape."""
    return [prod(sizes[axis + 1 :]) for axis in range(len(sizes))]


def _over_windows(combine: np.ufunc, values: Sequence[Array], channels_last: bool) -> Array:
    """Return values for all windows, from those along each axis, to broadcast over channels."""
    grid: Array = reduce(combine.outer, values)
    return grid[..., np.newaxis] if channels_last else grid


def _counts(
    axes: list[_Axis], include_padding: bool, channels_last: bool, dtype: np.dtype[Any]
) -> Array:
    """Return how many places each window averages, in the real dtype that divides `dtype`."""
    counts = [axis.covered if include_padding else axis.covered_inside for axis in axes]
    real = np.empty(0, dtype).real.dtype
    return _over_windows(np.multiply, counts, channels_last).astype(real)


def _flat_indices(
    call: str, indices: Array, spatial_shape: Sequence[int], channels_last: bool
) -> Array:
    """Return indices into the whole array in the order of its memory, flattened."""
    if indices.dtype.kind not in "iu":
        raise TypeError(f"{call}: indices must be integers, got {indices.dtype}")
    size = prod(spatial_shape)
    if indices.size and not 0 <= indices.min() <= indices.max() < size:
        raise IndexError(
            f"{call}: indices from {indices.min()} to {indices.max()} are not all within the "
            f"{size} places of spatial shape {tuple(spatial_shape)}"
        )
    batch, channels, *out = indices.shape
    ones = (1,) * len(out)
    flat: Array = indices.astype(np.intp, copy=False)
    if channels_last:
        first = np.arange(batch) * (size * channels)
        flat = channels_to_end(flat) * channels
        flat += np.add.outer(first, np.arange(channels)).reshape(batch, *ones, channels)
    else:
        flat = flat + (np.arange(batch * channels) * size).reshape(batch, channels, *ones)
    return flat.ravel()


def _least(dtype: np.dtype[Any]) -> float | bool:
    """Return the smallest value of a real dtype."""
    if dtype.kind == "f":
        return -np.inf
    return False if dtype.kind == "b" else np.iinfo(dtype).min


def _accumulator(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype in which values of some dtype are summed."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype
