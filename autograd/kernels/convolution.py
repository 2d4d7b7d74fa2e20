"""Convolution in n dimensions and its two adjoints, by matrix products over blocks of columns.

The three functions are the partial applications of one trilinear form over x, weight and g,
    Σ g[n, o, p] · weight[o, c, k] · x[n, c, stride · p + dilation · k - padding],
so each of them is a derivative of the others, to any order.

Method: the windows of a block of the input are copied, side by side, into the rows of a matrix
("columns"), and one matrix product does the rest. A block is small enough to stay in the
processor's cache, so no array of the size of all windows ever exists. The adjoint for x gathers
as well: it is one convolution of g for each residue of the stride, with no zeros inserted and
nothing scattered.

Measured on one thread (float32; OpenBLAS reached 95 GFlop/s in large products):

- Products over shifted rows of the padded input, accumulated in place by BLAS (`beta=1`), need no
  columns, but also compute what lies between rows and images. For all taps they were never faster:
  64 → 64 channels of 32x32 took 27.4 ms either way, 16 → 32 of 8x8 0.9 ms against 0.6, 256 → 256 of
  8x8 17.6 ms against 12.8. For the taps along the first axis alone they are: `shifted.py`.
- Results lie in memory with the channels last. It is what the product writes and the next layer
  reads best: 27.7 ms from channels last, 33.3 ms from channels first.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.kernels import depthwise, shifted
from autograd.kernels.windows import (
    Array,
    channels_to_end,
    channels_to_second,
    output_size,
    per_axis,
)

# A block's columns hold about this many elements (half a megabyte in float32) ...
_BLOCK_SIZE = 2**17
# ... but at least this many rows, or BLAS is kept busy with the weight: with 57 rows to a block
# 256 → 256 channels of 8x8 took 22 ms instead of 13. Eight times as many rows gain at most 9 %
# in wide layers and cost up to 90 % where few channels come out.
_BLOCK_ROWS = 512
# With so few output channels products are up to 3 times as fast when the weight is not transposed
# in memory (3 from 64 channels of 32x32: 4.1 ms instead of 7.9); a wider weight takes longer to
# transpose than it gains.
_NARROW = 64


def conv(
    x: Array,
    weight: Array,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation: out[n, o, p] = Σ weight[o, c, k] · x[n, c, s · p + d · k - padding].

    x is taken as 0 outside its bounds. With groups, output channels of the i-th group see the
    input channels of the i-th group only.

    Args:
        x: (batch, channels, *spatial), real or complex; any layout in memory.
        weight: (out_channels, channels / groups, *kernel).
        stride: The step s between windows, for all axes or each.
        padding: The zeros added at either end of each axis.
        dilation: The distance d between neighbours in a window.
        groups: The number of groups; divides both numbers of channels.

    Returns:
        (batch, out_channels, *out), a new array with the dtype of `x * weight`, in memory with the
        channels last: (batch, *out, out_channels). float16 is accumulated in float32.

    Raises:
        TypeError: If a setting is not an integer.
        ValueError: If the shapes do not match or the kernel does not fit.

    >>> x = np.array([[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])
    >>> weight = np.array([[2, 0, 1], [0, 1, 2], [1, 0, 2]])
    >>> conv(x[None, None], weight[None, None])[0, 0]
    array([[15, 16],
           [ 6, 15]])
    """
    windows = _geometry("conv", x.shape, weight.shape, stride, padding, dilation, groups)
    dtype, (x, weight) = _for_computing(x, weight)
    return _correlate(x, weight, windows).astype(dtype, copy=False)


def conv_input(
    g: Array,
    weight: Array,
    input_spatial_shape: Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Array:
    """Adjoint of `conv` with respect to x, also called transposed convolution.

    dx[n, c, q] = Σ g[n, o, p] · weight[o, c, k] over all p, k with s · p + d · k - padding = q.

    Args:
        g: (batch, out_channels, *out).
        weight: (out_channels, channels / groups, *kernel).
        input_spatial_shape: The spatial shape of x, which stride and remainder leave open.
        stride: As in `conv`.
        padding: As in `conv`.
        dilation: As in `conv`.
        groups: As in `conv`.

    Returns:
        (batch, channels, *input_spatial_shape), a new array, in memory with the channels last.

    Raises:
        TypeError: If a setting is not an integer.
        ValueError: If g has not the shape that `conv` gives for such an x.

    >>> g = np.ones((1, 1, 2, 2))
    >>> conv_input(g, np.ones((1, 1, 2, 2)), (3, 3))[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size = tuple(input_spatial_shape)
    x_shape = (*g.shape[:1], *(n * groups for n in weight.shape[1:2]), *size)
    windows = _geometry("conv_input", x_shape, weight.shape, stride, padding, dilation, groups)
    _check_cotangent("conv_input", g, x_shape, weight.shape, windows.out)
    dtype, (g, weight) = _for_computing(g, weight)
    transposed = _swap_channels(weight, groups)
    if windows.stride == (1,) * len(size) and all(size):
        # One residue: its result is dx.
        ((_, taps, part),) = _residues(windows, size)
        return _correlate(g, transposed[taps], part).astype(dtype, copy=False)
    dx = np.zeros((len(g), *size, x_shape[1]), g.dtype)
    for places, taps, part in _residues(windows, size):
        dx[places] = channels_to_end(_correlate(g, transposed[taps], part))
    return channels_to_second(dx).astype(dtype, copy=False)


def conv_weight(
    g: Array,
    x: Array,
    kernel_shape: Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Array:
    """Adjoint of `conv` with respect to weight.

    dw[o, c, k] = Σ g[n, o, p] · x[n, c, s · p + d · k - padding] over all n and p.

    Args:
        g: (batch, out_channels, *out).
        x: (batch, channels, *spatial).
        kernel_shape: The spatial shape of weight.
        stride: As in `conv`.
        padding: As in `conv`.
        dilation: As in `conv`.
        groups: As in `conv`.

    Returns:
        (out_channels, channels / groups, *kernel_shape), a new C-contiguous array.

    Raises:
        TypeError: If a setting is not an integer.
        ValueError: If g has not the shape that `conv` gives for this x and such a weight.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv_weight(np.ones((1, 1, 2, 2)), x, (2, 2))[0, 0]
    array([[ 8., 12.],
           [20., 24.]])
    """
    kernel = tuple(kernel_shape)
    weight_shape = (*g.shape[1:2], *(n // max(1, groups) for n in x.shape[1:2]), *kernel)
    windows = _geometry("conv_weight", x.shape, weight_shape, stride, padding, dilation, groups)
    _check_cotangent("conv_weight", g, x.shape, weight_shape, windows.out)
    dtype, (g, x) = _for_computing(g, x)
    out_channels, channels = g.shape[1], x.shape[1]
    group_width = out_channels // groups
    channels_last = windows.channels_last(channels)
    by_place = channels_to_end(g)
    if depthwise.suits(x, weight_shape, windows):
        dw = depthwise.weight_gradient(by_place, channels_to_end(x), windows)
        return np.ascontiguousarray(dw, dtype)
    if channels_last and shifted.suits(channels, out_channels, windows, x.dtype):
        ordered = shifted.weight_gradient(by_place, channels_to_end(x), windows)
        return np.ascontiguousarray(channels_to_second(ordered), dtype)
    dw = np.zeros((groups, group_width, channels // groups * prod(kernel)), g.dtype)
    for places, columns in _columns(x, windows, channels_last):
        rows = by_place[places].reshape(columns.shape[1], groups, group_width).swapaxes(0, 1)
        if channels_last:
            dw += np.matmul(rows.swapaxes(1, 2), columns)  # (groups, group_width, depth)
        else:
            # Columns are transposed in memory: BLAS takes this product twice as fast.
            dw += np.matmul(columns.swapaxes(1, 2), rows).swapaxes(1, 2)
    if channels_last:
        dw = channels_to_second(dw.reshape(out_channels, *kernel, channels))
    return np.ascontiguousarray(dw.reshape(weight_shape), dtype)


class _Windows(NamedTuple):
    """Where the windows of a convolution lie; a negative padding crops."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    out: tuple[int, ...]
    groups: int

    def channels_last(self, channels: int) -> bool:
        """Whether a column should hold its channels last, or else its places.

        Copying takes as long as its contiguous runs are short: 1 → 6 channels of 28x28 with 5x5
        took 0.56 ms with places last and 1.81 ms with channels last; 16 → 32 channels of 8x8
        with 3x3 took 1.38 ms and 0.64 ms. Groups are cut from leading channels.
        """
        run_of_channels = channels * (self.kernel[-1] if self.dilation[-1] == 1 else 1)
        run_of_places = self.out[-1] if self.stride[-1] == 1 else 1
        return self.groups == 1 and run_of_channels >= run_of_places


def _geometry(
    call: str,
    x_shape: Sequence[int],
    weight_shape: Sequence[int],
    stride: int | Sequence[int],
    padding: int | Sequence[int],
    dilation: int | Sequence[int],
    groups: int,
) -> _Windows:
    """Return the windows of a convolution, or raise because it does not exist."""
    axes = len(x_shape) - 2
    shapes = f"(x: {tuple(x_shape)}, weight: {tuple(weight_shape)})"
    if axes < 1 or len(weight_shape) != len(x_shape):
        raise ValueError(
            f"{call}: expected x (batch, channels, *spatial) and weight (out_channels, "
            f"channels / groups, *kernel) with the same number of spatial axes, 1 or more {shapes}"
        )
    (groups,) = per_axis(call, "groups", groups, 1, least=1)
    if x_shape[1] % groups or weight_shape[0] % groups:
        raise ValueError(
            f"{call}: groups={groups} must divide the {x_shape[1]} channels of x and the "
            f"{weight_shape[0]} output channels of weight {shapes}"
        )
    wanted = weight_shape[1] * groups
    if x_shape[1] != wanted:
        hint = ""
        if x_shape[-1] == wanted:
            hint = "; channels come before the pixels: np.moveaxis(x, -1, 1)"
        elif wanted == 1:
            hint = "; a batch of grey images needs an axis for its one channel: x[:, np.newaxis]"
        raise ValueError(
            f"{call}: x has {x_shape[1]} channels, but weight takes {weight_shape[1]} in each of "
            f"{groups} groups {shapes}{hint} (see: channels)"
        )
    kernel = per_axis(call, "kernel", tuple(weight_shape[2:]), axes, least=1)
    steps = per_axis(call, "stride", stride, axes, least=1)
    pads = per_axis(call, "padding", padding, axes, least=0)
    gaps = per_axis(call, "dilation", dilation, axes, least=1)
    out = output_size(call, x_shape[2:], kernel, steps, pads, gaps)
    return _Windows(kernel, steps, gaps, pads, pads, out, groups)


def _check_cotangent(
    call: str,
    g: Array,
    x_shape: Sequence[int],
    weight_shape: Sequence[int],
    out: tuple[int, ...],
) -> None:
    """Raise unless g has the shape of the convolution of x with weight."""
    expected = (x_shape[0], weight_shape[0], *out)
    if g.shape != expected:
        raise ValueError(
            f"{call}: g has shape {g.shape}, but conv of x {tuple(x_shape)} with weight "
            f"{tuple(weight_shape)} has shape {expected}"
        )


def _for_computing(*arrays: Array) -> tuple[np.dtype[Any], list[Array]]:
    """Return the result's dtype, and the arrays in the dtype in which it is computed."""
    dtype = np.result_type(*arrays)
    computing = np.dtype(np.float32) if dtype == np.float16 else dtype
    return dtype, [array.astype(computing, copy=False) for array in arrays]


def _swap_channels(weight: Array, groups: int) -> Array:
    """Return weight with input and output channels exchanged: (channels, out / groups, *kernel)."""
    out_channels, group_channels, *kernel = weight.shape
    grouped = weight.reshape(groups, out_channels // groups, group_channels, *kernel)
    return grouped.swapaxes(1, 2).reshape(groups * group_channels, out_channels // groups, *kernel)


def _correlate(x: Array, weight: Array, windows: _Windows) -> Array:
    """Return the cross-correlation (batch, out_channels, *out), with its channels last in memory.

    x and weight have the same dtype.
    """
    out_channels, groups = len(weight), windows.groups
    group_width = out_channels // groups
    if depthwise.suits(x, weight.shape, windows):
        return channels_to_second(depthwise.correlate(channels_to_end(x), weight, windows))
    channels_last = windows.channels_last(x.shape[1])
    if channels_last and shifted.suits(x.shape[1], out_channels, windows, x.dtype):
        by_place = shifted.correlate(channels_to_end(x), channels_to_end(weight), windows)
        return channels_to_second(by_place)
    ordered = channels_to_end(weight) if channels_last else weight
    depth = prod(weight.shape[1:])
    matrix = ordered.reshape(groups, group_width, depth).swapaxes(1, 2)
    if channels_last and group_width <= _NARROW:
        matrix = np.ascontiguousarray(matrix)
    result = np.empty((len(x), *windows.out, out_channels), x.dtype)
    for places, columns in _columns(x, windows, channels_last):
        # The rows of a block are contiguous in the result, so the reshaped view is written.
        rows = result[places].reshape(columns.shape[1], groups, group_width)
        np.matmul(columns, matrix, out=rows.swapaxes(0, 1))
    return channels_to_second(result)


def _columns(
    x: Array, windows: _Windows, channels_last: bool
) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Yield blocks of the windows as the rows of a matrix, with their images and first axis.

    Args:
        x: (batch, channels, *spatial).
        windows: Where they lie.
        channels_last: Whether a row is ordered (*kernel, channels) or (channels, *kernel).

    Yields:
        The slices of images and of the first spatial axis of the output, and the columns
        (groups, rows, depth); they are overwritten by the next block.
    """
    kernel, _, _, before, after, out, groups = windows
    batch, channels = x.shape[:2]
    depth, count = channels * prod(kernel), prod(out)
    rows = max(_BLOCK_ROWS, _BLOCK_SIZE // max(1, depth))
    images = max(1, min(batch, rows // count))
    lines = out[0] if count <= rows else max(1, rows * out[0] // count)

    # From here on (batch, *spatial, channels) or (channels, batch, *spatial).
    x = channels_to_end(x) if channels_last else x.swapaxes(0, 1)
    lead = () if channels_last else (slice(None),)
    padded = None
    if any(before) or any(after) or x.strides[-1] != x.itemsize:
        padded, inner, x = _padded_buffer(x, images, len(lead), windows)
    view = _window_view(x if padded is None else padded, windows, channels_last)
    # (batch, *out, *kernel, channels) or (channels, *kernel, batch, *out)
    skip = () if channels_last else (slice(None),) * (1 + len(kernel))
    buffer = None
    for first in range(0, batch, images):
        block = slice(first, min(first + images, batch))
        part = block
        if padded is not None:
            part = slice(block.stop - first)
            inner[(*lead, part)] = x[(*lead, block)]
        for line in range(0, out[0], lines):
            strip = slice(line, min(line + lines, out[0]))
            columns = view[(*skip, part, strip)]
            if not columns.flags.c_contiguous:
                if buffer is None:
                    buffer = np.empty(columns.size, columns.dtype)
                copy = buffer[: columns.size].reshape(columns.shape)
                copy[...] = columns
                columns = copy
            size = (block.stop - first) * (strip.stop - line) * prod(out[1:])
            if channels_last:
                columns = columns.reshape(1, size, depth)
            else:
                columns = columns.reshape(groups, depth // groups, size).swapaxes(1, 2)
            yield (block, strip), columns


def _padded_buffer(
    x: Array, images: int, batch_axis: int, windows: _Windows
) -> tuple[Array, Array, Array]:
    """Return a zeroed buffer for some padded images, its part for x, and x cropped to that part."""
    shape = list(x.shape)
    shape[batch_axis] = images
    target, source = [slice(None)] * x.ndim, [slice(None)] * x.ndim
    for axis, (before, after) in enumerate(
        zip(windows.before, windows.after, strict=True), start=batch_axis + 1
    ):
        length = x.shape[axis]
        shape[axis] = before + length + after
        source[axis] = slice(max(0, -before), max(0, length + min(0, after)))
        target[axis] = slice(max(0, before), max(0, before + length + min(0, after)))
    buffer = np.zeros(shape, x.dtype)
    return buffer, buffer[tuple(target)], x[tuple(source)]


def _window_view(x: Array, windows: _Windows, channels_last: bool) -> Array:
    """Return a view of all windows of a padded x, the channels last or the places last."""
    kernel, stride, dilation, _, _, out, _ = windows
    strides = x.strides[1:-1] if channels_last else x.strides[2:]
    steps = [bytes_ * step for bytes_, step in zip(strides, stride, strict=True)]
    gaps = [bytes_ * gap for bytes_, gap in zip(strides, dilation, strict=True)]
    if channels_last:
        shape = (x.shape[0], *out, *kernel, x.shape[-1])
        return as_strided(x, shape, (x.strides[0], *steps, *gaps, x.strides[-1]))
    shape = (x.shape[0], *kernel, x.shape[1], *out)
    return as_strided(x, shape, (x.strides[0], *gaps, x.strides[1], *steps))


def _residues(
    windows: _Windows, size: tuple[int, ...]
) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...], _Windows]]:
    """Yield the parts of the input-adjoint: for each residue of the stride, one convolution of g.

    Places q = r + s · t of the input are reached by the taps k with d · k ≡ r + padding (mod s)
    alone, from p = t + (r + padding - d · k) / s: a convolution of g with stride 1.

    Args:
        windows: Those of the convolution whose adjoint is wanted.
        size: The spatial shape of its input.

    Yields:
        An index of the places in (batch, *size, channels), an index of the taps, reversed, in
        (channels, out / groups, *kernel), and the windows in g. Places that no tap reaches are
        left out.
    """
    axes = [
        _residues_of_axis(length, *axis)
        for length, *axis in zip(
            size,
            windows.kernel,
            windows.stride,
            windows.dilation,
            windows.before,
            windows.out,
            strict=True,
        )
    ]
    every = slice(None)
    one = (1,) * len(size)
    for parts in product(*axes):
        places, taps, kernel, dilation, before, after, out = zip(*parts, strict=True)
        part = _Windows(kernel, one, dilation, before, after, out, windows.groups)
        yield (every, *places), (every, every, *taps), part


def _residues_of_axis(
    length: int, kernel: int, stride: int, dilation: int, padding: int, out: int
) -> list[tuple[slice, slice, int, int, int, int, int]]:
    """Return places, reversed taps, and kernel, dilation, before, after, out of each residue."""
    parts = []
    divisor = gcd(stride, dilation)
    step = stride // divisor  # from tap to tap of one residue
    gap = dilation // divisor  # the same in places of g
    for residue in range(min(stride, length)):
        taps = [k for k in range(kernel) if (dilation * k - residue - padding) % stride == 0]
        if taps:
            count = len(range(residue, length, stride))
            first = (residue + padding - dilation * taps[0]) // stride  # of g, seen by t = 0
            places, reverse = slice(residue, None, stride), slice(taps[-1], None, -step)
            before, after = gap * (len(taps) - 1) - first, count + first - out
            parts.append((places, reverse, len(taps), gap, before, after, count))
    return parts
