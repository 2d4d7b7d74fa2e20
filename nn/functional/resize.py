"""Making maps larger or smaller, and moving elements between channels, places and windows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from autograd.internals import constant, per_axis, value
from autograd.internals import output_size as window_count
from nn.functional.convolution import with_batch
from nn.inputs import place
from nn.path import named_call

__all__ = [
    "channel_shuffle",
    "fold",
    "interpolate",
    "pixel_shuffle",
    "pixel_unshuffle",
    "unfold",
]

PerAxis = int | Sequence[int]

# How many spatial axes each mode of interpolation takes.
_AXES = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool = False,
    recompute_scale_factor: bool | None = None,
) -> Any:
    """The input on a grid of another size.

    Args:
        input: (batch, channels, *spatial).
        size: of the output, for all axes or each; or
        scale_factor: how much larger, for all axes or each; the size is rounded down.
        mode: "nearest" (to the left), "nearest-exact", "linear" (1 axis), "bilinear" (2),
            "trilinear" (3), "bicubic" (2), "area" (the mean, as adaptive pooling).
        align_corners: whether the middles of the corner elements stay where they are, rather than
            the corners of the image; not for nearest and area.
        recompute_scale_factor: whether the step in the input follows from the rounded size of the
            output rather than from scale_factor, which must be given.

    Raises:
        ValueError: unless exactly one of size and scale_factor is given, or for another mode.

    >>> interpolate(Tensor([[[1.0, 2.0]]]), scale_factor=2)
    Tensor([[[1., 1., 2., 2.]]])
    >>> interpolate(Tensor([[[1.0, 2.0]]]), size=3, mode="linear", align_corners=True)
    Tensor([[[1. , 1.5, 2. ]]])
    """
    from nn.functional import adaptive_pooling

    shape = np.shape(value(input))
    axes = len(shape) - 2
    if axes < 1 or _AXES.get(mode, axes) != axes:
        raise ValueError(
            f"interpolate: mode {mode!r} takes (batch, channels, *spatial) with "
            f"{_AXES.get(mode, '1 to 3')} spatial axes, got shape {shape}{place()}"
        )
    if mode not in (*_AXES, "nearest", "nearest-exact", "area"):
        raise ValueError(f"interpolate: there is no mode {mode!r}{place()}")
    if align_corners and mode not in _AXES:
        raise ValueError(f"interpolate: align_corners has no meaning for {mode!r}{place()}")
    if isinstance(scale_factor, Sequence):
        scale_factor = [constant(each, "interpolate", "scale_factor") for each in scale_factor]
    scale_factor = constant(scale_factor, "interpolate", "scale_factor")
    sizes, scales = _new_sizes(shape[2:], size, scale_factor)
    if recompute_scale_factor:
        if scale_factor is None:
            raise ValueError(f"interpolate: recompute_scale_factor needs scale_factor{place()}")
        scales = tuple(old / new for old, new in zip(shape[2:], sizes, strict=True))
    if mode == "area":
        pool = (
            adaptive_pooling.adaptive_avg_pool1d,
            adaptive_pooling.adaptive_avg_pool2d,
            adaptive_pooling.adaptive_avg_pool3d,
        )[axes - 1]
        return pool(input, sizes)
    for axis, (length, wanted, scale) in enumerate(
        zip(shape[2:], sizes, scales, strict=True), start=2
    ):
        if mode.startswith("nearest"):
            shift = 0.5 if mode == "nearest-exact" else 0.0
            places = np.floor((np.arange(wanted) + shift) * scale).astype(np.intp)
            index = (slice(None),) * axis + (np.minimum(places, length - 1),)
            input = autograd.getitem(input, index)
        else:
            matrix = _weights(length, wanted, scale, mode, align_corners)
            input = _along(input, matrix.astype(value(input).dtype), axis)
    return input


def _new_sizes(
    given: tuple[int, ...], size: Any, scale_factor: Any
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The output's sizes, and the step in the input per place of the output."""
    axes = len(given)
    if (size is None) == (scale_factor is None):
        raise ValueError(f"interpolate: give one of size and scale_factor{place()}")
    if size is not None:
        sizes = per_axis("interpolate", "size", size, axes, 1)
        return sizes, tuple(a / b for a, b in zip(given, sizes, strict=True))
    factors = list(scale_factor) if isinstance(scale_factor, Sequence) else [scale_factor] * axes
    if len(factors) != axes or min(factors) <= 0:
        raise ValueError(
            f"interpolate: scale_factor must be positive, one or {axes} of them, got "
            f"{scale_factor!r}{place()}"
        )
    sizes = tuple(math.floor(n * f) for n, f in zip(given, factors, strict=True))
    if min(sizes) < 1:
        raise ValueError(
            f"interpolate: scale_factor {scale_factor!r} leaves nothing of {given}{place()}"
        )
    return sizes, tuple(1 / f for f in factors)


def _weights(length: int, wanted: int, scale: float, mode: str, align_corners: bool) -> Any:
    """(length, wanted): how much every place of the input counts in each of the output."""
    if align_corners:
        at = np.arange(wanted) * ((length - 1) / (wanted - 1) if wanted > 1 else 0.0)
    else:
        at = (np.arange(wanted) + 0.5) * scale - 0.5
    kernel: Callable[[Any], Any]
    if mode == "bicubic":
        offsets, kernel = range(-1, 3), _cubic
    else:
        at = np.clip(at, 0, length - 1)
        offsets, kernel = range(2), _tent
    start = np.floor(at).astype(np.intp)
    matrix = np.zeros((length, wanted))
    for offset in offsets:
        inside = np.clip(start + offset, 0, length - 1)
        np.add.at(matrix, (inside, np.arange(wanted)), kernel(at - start - offset))
    return matrix


def _tent(distance: Any) -> Any:
    return np.maximum(1 - np.abs(distance), 0)


def _cubic(distance: Any) -> Any:
    """R. Keys' kernel (1981), with the constant a that PyTorch and OpenCV take."""
    a = -0.75
    d = np.abs(distance)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0))


def _along(x: Any, matrix: Any, axis: int) -> Any:
    """The product with a matrix along one axis."""
    last = np.ndim(value(x)) - 1
    if axis == last:
        return x @ matrix
    order = [*range(axis), *range(axis + 1, last + 1), axis]
    back = [*range(axis), last, *range(axis, last)]
    return autograd.transpose(autograd.transpose(x, order) @ matrix, back)


@named_call
def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """(..., channels · r², height, width) to (..., channels, height · r, width · r).

    References:
        W. Shi et al. (2016), Real-time single image and video super-resolution using an efficient
        sub-pixel convolutional neural network.

    >>> pixel_shuffle(autograd.ones((1, 8, 3, 3)), 2).shape
    (1, 2, 6, 6)
    """
    *lead, channels, height, width = _image("pixel_shuffle", input)
    r = upscale_factor
    if r < 1 or channels % (r * r):
        raise ValueError(f"pixel_shuffle: {r}² must divide {channels} channels{place()}")
    parts = autograd.reshape(input, (*lead, channels // (r * r), r, r, height, width))
    n = len(lead)
    order = (*range(n + 1), n + 3, n + 1, n + 4, n + 2)
    moved = autograd.transpose(parts, order)
    return autograd.reshape(moved, (*lead, channels // (r * r), height * r, width * r))


@named_call
def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """(..., channels, height · r, width · r) to (..., channels · r², height, width).

    >>> pixel_unshuffle(autograd.ones((1, 2, 6, 6)), 2).shape
    (1, 8, 3, 3)
    """
    *lead, channels, height, width = _image("pixel_unshuffle", input)
    r = downscale_factor
    if r < 1 or height % r or width % r:
        raise ValueError(f"pixel_unshuffle: {r} must divide {height} and {width}{place()}")
    parts = autograd.reshape(input, (*lead, channels, height // r, r, width // r, r))
    n = len(lead)
    moved = autograd.transpose(parts, (*range(n + 1), n + 2, n + 4, n + 1, n + 3))
    return autograd.reshape(moved, (*lead, channels * r * r, height // r, width // r))


def _image(caller: str, input: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = np.shape(value(input))
    if len(shape) < 3:
        raise ValueError(
            f"{caller}: expected (..., channels, height, width), got shape {shape}{place()}"
        )
    return shape


def channel_shuffle(input: Any, groups: int) -> Any:
    """The channels of (batch, channels, ...) dealt out: the first of each group, the second, ...

    >>> channel_shuffle(Tensor([[0.0, 1.0, 2.0, 3.0]]), 2)
    Tensor([[0., 2., 1., 3.]])
    """
    shape = np.shape(value(input))
    if len(shape) < 2 or groups < 1 or shape[1] % groups:
        raise ValueError(
            f"channel_shuffle: {groups} groups must divide the channels (axis 1) of an input of "
            f"shape {shape}{place()}"
        )
    order = np.arange(shape[1]).reshape(groups, -1).T.reshape(-1)
    return autograd.getitem(input, (slice(None), order))


def _window_places(
    caller: str,
    size: tuple[int, ...],
    kernel_size: PerAxis,
    dilation: PerAxis,
    padding: PerAxis,
    stride: PerAxis,
) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """Flat places in the padded image, (kernel elements, windows); the kernel; the padding."""
    kernel = per_axis(caller, "kernel_size", kernel_size, 2, 1)
    gaps = per_axis(caller, "dilation", dilation, 2, 1)
    pads = per_axis(caller, "padding", padding, 2, 0)
    steps = per_axis(caller, "stride", stride, 2, 1)
    counts = window_count(caller, size, kernel, steps, pads, gaps)
    places = [
        np.add.outer(np.arange(taps) * gap, np.arange(count) * step)
        for taps, gap, count, step in zip(kernel, gaps, counts, steps, strict=True)
    ]
    width = size[1] + 2 * pads[1]
    flat = places[0][:, None, :, None] * width + places[1][None, :, None, :]
    return flat.reshape(math.prod(kernel), -1), kernel, pads


@named_call
def unfold(
    input: Any,
    kernel_size: PerAxis,
    dilation: PerAxis = 1,
    padding: PerAxis = 0,
    stride: PerAxis = 1,
) -> Any:
    """The windows of an image as columns: what convolution multiplies with.

    Args:
        input: (batch, channels, height, width), or without the batch.
        kernel_size: of the windows, for both axes or each.
        dilation: step between the elements of a window.
        padding: zeros on every side.
        stride: step between windows.

    Returns:
        (batch, channels · kernel elements, windows).

    >>> unfold(autograd.arange(9.0).reshape((1, 1, 3, 3)), 2)[0].data
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """

    def apply(x: Any) -> Any:
        flat, _, pads = _window_places(
            "unfold", x.shape[2:], kernel_size, dilation, padding, stride
        )
        x = autograd.ops.zero_pad(x, ((0, 0), (0, 0), (pads[0],) * 2, (pads[1],) * 2))
        columns = x.reshape((*x.shape[:2], math.prod(x.shape[2:])))[:, :, flat]
        return columns.reshape((x.shape[0], x.shape[1] * flat.shape[0], flat.shape[1]))

    return with_batch("unfold", 2, input, apply)


@named_call
def fold(
    input: Any,
    output_size: PerAxis,
    kernel_size: PerAxis,
    dilation: PerAxis = 1,
    padding: PerAxis = 0,
    stride: PerAxis = 1,
) -> Any:
    """Columns added up to an image, each at its window: the adjoint of `unfold`.

    Args:
        input: (batch, channels · kernel elements, windows), or without the batch.
        output_size: (height, width) of the image.
        kernel_size: as for `unfold`, and so is what follows.
        dilation: step between the elements of a window.
        padding: zeros on every side.
        stride: step between windows.

    >>> fold(autograd.ones((1, 4, 4)), 3, 2)[0, 0].data
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size = per_axis("fold", "output_size", output_size, 2, 1)
    flat, kernel, pads = _window_places("fold", size, kernel_size, dilation, padding, stride)
    elements = math.prod(kernel)

    def apply(x: Any) -> Any:
        if x.shape[1] % elements or x.shape[2] != flat.shape[1]:
            raise ValueError(
                f"fold: expected (batch, a multiple of {elements}, {flat.shape[1]}), got shape "
                f"{x.shape}{place()}"
            )
        columns = x.reshape((x.shape[0], x.shape[1] // elements, *flat.shape))
        height, width = size[0] + 2 * pads[0], size[1] + 2 * pads[1]
        shape = (*columns.shape[:2], height * width)
        whole = autograd.scatter(columns, (slice(None), slice(None), flat), shape)
        image = whole.reshape((*shape[:2], height, width))
        return image[:, :, pads[0] : height - pads[0], pads[1] : width - pads[1]]

    return with_batch("fold", 1, input, apply)
