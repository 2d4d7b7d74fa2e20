"""Images read at any places: spatial transformers and warps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd.internals import in_single, value
from nn.functional.loss import floating
from nn.inputs import place
from nn.path import named_call

__all__ = ["affine_grid", "grid_sample"]

_CUBIC = -0.75  # the slope of the cubic kernel at 1, as in PyTorch


@named_call
def affine_grid(theta: Any, size: Sequence[int], align_corners: bool = False) -> Any:
    """The places at which to read an image that is turned, scaled, sheared and moved.

    Args:
        theta: (batch, 2, 3), for each image the matrix that takes (x, y, 1) of the output to (x, y)
            of the input; (batch, 3, 4) for volumes.
        size: (batch, channels, height, width) of the output; with depth for volumes.
        align_corners: whether -1 and 1 are the centres of the outermost pixels, and not the borders
            of the image.

    Returns:
        (batch, height, width, 2), x before y, for `grid_sample`.

    References:
        M. Jaderberg et al. (2015), Spatial transformer networks.

    >>> affine_grid([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]], (1, 1, 1, 2))
    Tensor([[[[-0.5,  0. ],
              [ 0.5,  0. ]]]])
    """
    theta = floating("affine_grid", theta, "theta")
    axes = len(size) - 2
    if axes not in (2, 3) or theta.shape != (size[0], axes, axes + 1):
        raise ValueError(
            "affine_grid: expected theta (batch, 2, 3) and a size of 4, or (batch, 3, 4) and 5, "
            f"got {theta.shape} and {tuple(size)}{place()}"
        )
    along = [_centres(side, align_corners, theta.dtype) for side in size[2:]]
    grids = np.meshgrid(*along, indexing="ij")
    base = np.stack([*reversed(grids), np.ones_like(grids[0])], -1).reshape(-1, axes + 1)
    places = base @ autograd.swapaxes(theta, 1, 2)  # (batch, pixels, axes)
    return autograd.reshape(places, (size[0], *size[2:], axes))


def _centres(side: int, align_corners: bool, dtype: Any) -> NDArray[Any]:
    """The centres of pixels, where the image reaches from -1 to 1."""
    if align_corners:
        return np.linspace(-1, 1, side, dtype=dtype) if side > 1 else np.zeros(side, dtype)
    return ((2 * np.arange(side) + 1) / max(side, 1) - 1).astype(dtype)


@named_call
@in_single
def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool = False,
) -> Any:
    """The image at the places of a grid, between its pixels.

    Gradients flow into the image and, but for "nearest", into the places.

    Args:
        input: (batch, channels, height, width), or (batch, channels, depth, height, width).
        grid: (batch, height out, width out, 2) or (batch, depth, height, width, 3): x before y
            before z, where the image reaches from -1 to 1.
        mode: "bilinear", also for volumes; "nearest"; or "bicubic", for images.
        padding_mode: what lies outside: "zeros"; "border", the nearest pixel; or "reflection".
        align_corners: whether -1 and 1 are the centres of the outermost pixels, and not the borders
            of the image.

    Returns:
        (batch, channels, *grid.shape[1:-1]).

    >>> image = Tensor([[[[0.0, 1.0], [2.0, 3.0]]]])
    >>> grid_sample(image, Tensor([[[[0.0, 0.0]]]])).data.ravel()
    array([1.5])
    """
    input = floating("grid_sample", input)
    grid = floating("grid_sample", grid, "grid")
    axes = input.ndim - 2
    if axes not in (2, 3) or grid.ndim != input.ndim or grid.shape[-1] != axes:
        raise ValueError(
            "grid_sample: expected input (batch, channels, height, width) and grid (batch, height, "
            f"width, 2), or both of volumes, got {input.shape} and {grid.shape}{place()}"
        )
    if grid.shape[0] != input.shape[0]:
        raise ValueError(
            f"grid_sample: input has {input.shape[0]} images and grid {grid.shape[0]}{place()}"
        )
    if grid.dtype != input.dtype:
        raise TypeError(f"grid_sample: input is {input.dtype} but grid {grid.dtype}{place()}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "grid_sample: padding_mode must be 'zeros', 'border' or 'reflection', got "
            f"{padding_mode!r}{place()}"
        )
    if mode not in ("bilinear", "nearest", "bicubic") or (mode == "bicubic" and axes == 3):
        raise ValueError(
            "grid_sample: mode must be 'bilinear', 'nearest' or, for images, 'bicubic', got "
            f"{mode!r}{place()}"
        )
    if 0 in input.shape[2:]:
        raise ValueError(f"grid_sample: input {input.shape} has no pixels{place()}")
    outside = _Outside(padding_mode, align_corners)
    places = [  # in pixels, for the axes of input in their order
        _in_pixels(grid[..., axes - 1 - axis], input.shape[2 + axis], align_corners)
        for axis in range(axes)
    ]
    if mode != "bicubic":
        places = [
            outside.moved(each, side) for each, side in zip(places, input.shape[2:], strict=True)
        ]
    taps = {"bilinear": _linear, "nearest": _nearest, "bicubic": _cubic}[mode]
    out: Any = autograd.zeros((*input.shape[:2], *grid.shape[1:-1]), dtype=input.dtype)
    for corner in product(*(taps(each) for each in places)):
        weight: Any = math.prod(share for _, share in corner)
        out = out + weight * _read(input, [whole for whole, _ in corner], outside)
    return out


def _in_pixels(x: Any, side: int, align_corners: bool) -> Any:
    """From -1 ... 1 to the numbers of pixels; an axis is put in for the channels."""
    x = autograd.expand_dims(x, 1)
    return (x + 1) * (0.5 * (side - 1)) if align_corners else (x + 1) * (0.5 * side) - 0.5


def _whole(x: NDArray[Any]) -> NDArray[Any]:
    """As integers; what is none is far outside."""
    far = 2.0**30
    whole: NDArray[Any] = np.nan_to_num(x, nan=-far).clip(-far, far).astype(np.intp)
    return whole


def _linear(x: Any) -> list[tuple[Any, Any]]:
    below = np.floor(value(x))
    above = x - below
    return [(_whole(below), 1 - above), (_whole(below) + 1, above)]


def _nearest(x: Any) -> list[tuple[Any, Any]]:
    raw = value(x)
    # The place itself has no say in the share of 1, and a gradient of 0.
    return [(_whole(np.rint(raw)), autograd.where(np.ones(raw.shape, bool), raw.dtype.type(1), x))]


def _cubic(x: Any) -> list[tuple[Any, Any]]:
    below = np.floor(value(x))
    a, taps = _CUBIC, []
    for step in (-1, 0, 1, 2):
        distance = (x - below - step) * (1 if step < 1 else -1)  # not negative
        if step in (0, 1):
            share = ((a + 2) * distance - (a + 3)) * distance * distance + 1
        else:
            share = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
        taps.append((_whole(below) + step, share))
    return taps


class _Outside:
    """What lies outside of the image."""

    def __init__(self, mode: str, align_corners: bool) -> None:
        self.mode = mode
        self.align_corners = align_corners

    def moved(self, x: Any, side: int) -> Any:
        """Places in pixels, moved into the image; where the border is hit the slope is 0."""
        if self.mode == "zeros":
            return x
        raw = value(x)
        slope = np.ones_like(raw)
        inside = raw
        if self.mode == "reflection":
            inside, slope = self._reflected(raw, side)
        last = side - 1
        slope = np.where((inside <= 0) | (inside >= last), 0, slope).astype(raw.dtype)
        inside = inside.clip(0, last)
        return x * slope + np.where(slope == 0, inside, inside - raw * slope)

    def _reflected(self, raw: NDArray[Any], side: int) -> tuple[NDArray[Any], NDArray[Any]]:
        low, high = (0.0, side - 1.0) if self.align_corners else (-0.5, side - 0.5)
        if high == low:
            return np.zeros_like(raw), np.zeros_like(raw)
        way = np.abs(raw - low)
        turns = np.floor(way / (high - low))
        rest = way - turns * (high - low)
        back = turns % 2 == 1
        inside = np.where(back, high - rest, low + rest).astype(raw.dtype)
        slope = np.where(back, -1, 1) * np.where(raw < low, -1, 1)
        return inside, slope

    def indices(self, whole: NDArray[Any], side: int) -> tuple[NDArray[Any], Any]:
        """Pixels to be read in place of those outside, and which count."""
        if self.mode == "zeros":
            return whole.clip(0, side - 1), (whole >= 0) & (whole < side)
        if self.mode == "reflection":
            whole = np.rint(self._reflected(whole.astype(np.float64), side)[0]).astype(np.intp)
        return whole.clip(0, side - 1), True


def _read(input: Any, whole: list[Any], outside: _Outside) -> Any:
    """The pixels at integers, one array per axis, (batch, 1, *out)."""
    sides = input.shape[2:]
    flat: Any = 0
    counts: Any = True
    for each, side in zip(whole, sides, strict=True):
        each, inside = outside.indices(each, side)
        flat = flat * side + each
        counts = counts & inside
    image = autograd.reshape(input, (*input.shape[:2], 1, math.prod(sides)))
    index = flat.reshape(flat.shape[0], 1, 1, math.prod(flat.shape[2:]))
    pixels = autograd.take_along_axis(image, index, -1)
    pixels = autograd.reshape(pixels, (*input.shape[:2], *flat.shape[2:]))
    if counts is True:
        return pixels
    return autograd.where(np.asarray(counts), pixels, input.dtype.type(0))
