"""Pooling to a given size, whatever the size of the input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

import autograd
from autograd.internals import sample_by_sample, value
from nn.functional.convolution import with_batch
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]

Sizes = int | None | Sequence[int | None]


def _bounds(length: int, count: int) -> list[tuple[int, int]]:
    """Where `count` windows over an axis begin and end: they share places where they must."""
    return [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]


def _sizes(caller: str, axes: int, wanted: Sizes, given: tuple[int, ...]) -> tuple[int, ...]:
    listed = list(wanted) if isinstance(wanted, Sequence) else [wanted] * axes
    if len(listed) != axes or any(size is not None and size < 1 for size in listed):
        raise ValueError(
            f"{caller}: output_size must be a positive number, or {axes} of them (None keeps the "
            f"input's), got {wanted!r}{place()}"
        )
    return tuple(
        length if size is None else size for size, length in zip(listed, given, strict=True)
    )


def _regular(given: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...] | None:
    """The kernel, where all windows have the same size."""
    if any(length % size for length, size in zip(given, wanted, strict=True)):
        return None
    return tuple(length // size for length, size in zip(given, wanted, strict=True))


def _adaptive_avg_pool(caller: str, axes: int, input: Any, output_size: Sizes) -> Any:
    def apply(x: Any) -> Any:
        sizes = _sizes(caller, axes, output_size, x.shape[2:])
        kernel = _regular(x.shape[2:], sizes)
        if kernel is not None:
            return autograd.average_pool(x, kernel)
        # The mean over a box is one mean after the other; each is a product with a matrix.
        for axis, size in enumerate(sizes, start=2):
            means = np.zeros((x.shape[axis], size), x.dtype)
            for window, (start, stop) in enumerate(_bounds(x.shape[axis], size)):
                means[start:stop, window] = 1 / (stop - start)
            order = [*range(axis), *range(axis + 1, x.ndim), axis]
            back = [*range(axis), x.ndim - 1, *range(axis, x.ndim - 1)]
            x = autograd.transpose(autograd.transpose(x, order) @ means, back)
        return x

    return with_batch(caller, axes, input, apply)


@named_call
def adaptive_avg_pool1d(input: Any, output_size: Sizes) -> Any:
    """Means over windows that make the axis `output_size` long; see `adaptive_avg_pool2d`.

    >>> from autograd import Tensor
    >>> adaptive_avg_pool1d(Tensor([[[1.0, 3.0, 5.0]]]), 2)
    Tensor([[[2., 4.]]])
    """
    return _adaptive_avg_pool("adaptive_avg_pool1d", 1, input, output_size)


@named_call
def adaptive_avg_pool2d(input: Any, output_size: Sizes) -> Any:
    """Means over windows chosen so that the output has the size wanted.

    Window i of an axis covers the places from ⌊i · length / size⌋ up to ⌈(i + 1) · length / size⌉.

    Args:
        input: (batch, channels, height, width), or without the batch.
        output_size: (height, width) of the output, or one number for both; None keeps the input's.

    >>> import autograd
    >>> adaptive_avg_pool2d(autograd.ones((1, 3, 7, 9)), (None, 1)).shape
    (1, 3, 7, 1)
    """
    return _adaptive_avg_pool("adaptive_avg_pool2d", 2, input, output_size)


@named_call
def adaptive_avg_pool3d(input: Any, output_size: Sizes) -> Any:
    """Means over windows so that the output has the size wanted; see `adaptive_avg_pool2d`.

    >>> import autograd
    >>> adaptive_avg_pool3d(autograd.ones((1, 3, 4, 5, 6)), 2).shape
    (1, 3, 2, 2, 2)
    """
    return _adaptive_avg_pool("adaptive_avg_pool3d", 3, input, output_size)


@sample_by_sample
def _adaptive_max_pool(
    caller: str, axes: int, input: Any, output_size: Sizes, return_indices: bool
) -> Any:
    refuse_complex(caller, input=input)

    def apply(x: Any) -> Any:
        sizes = _sizes(caller, axes, output_size, x.shape[2:])
        kernel = _regular(x.shape[2:], sizes)
        if kernel is not None:
            pooled = autograd.max_pool(x, kernel)
            return pooled if return_indices else pooled[0]
        positions = _largest_in_boxes(value(x), sizes)
        pooled = autograd.ops.max_pool_gather(x, positions)
        return (pooled, autograd.from_numpy(positions)) if return_indices else pooled

    return with_batch(caller, axes, input, apply)


def _largest_in_boxes(x: np.ndarray[Any, Any], sizes: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """The flat position of the first largest element of every box, (batch, channels, *sizes)."""
    given = x.shape[2:]
    places = np.arange(math.prod(given)).reshape(given)
    positions = np.empty((*x.shape[:2], *sizes), np.intp)
    axes = [
        list(enumerate(_bounds(length, size))) for length, size in zip(given, sizes, strict=True)
    ]
    for box in product(*axes):
        window: Any = (..., *(number for number, _ in box))
        inside: Any = tuple(slice(*bounds) for _, bounds in box)
        best = x[(..., *inside)].reshape(*x.shape[:2], places[inside].size).argmax(axis=-1)
        positions[window] = places[inside].reshape(-1)[best]
    return positions


def adaptive_max_pool1d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """Maxima over windows that make the axis `output_size` long; see `adaptive_max_pool2d`.

    >>> from autograd import Tensor
    >>> adaptive_max_pool1d(Tensor([[[1.0, 3.0, 5.0]]]), 2)
    Tensor([[[3., 5.]]])
    """
    return _adaptive_max_pool("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """Maxima over windows chosen so that the output has the size wanted.

    Args:
        input: (batch, channels, height, width), or without the batch.
        output_size: (height, width) of the output, or one number for both; None keeps the input's.
        return_indices: whether to return too where in height · width each one was.

    >>> import autograd
    >>> adaptive_max_pool2d(autograd.ones((1, 3, 7, 9)), (2, None)).shape
    (1, 3, 2, 9)
    """
    return _adaptive_max_pool("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Sizes, return_indices: bool = False) -> Any:
    """Maxima over windows so that the output has the size wanted; see `adaptive_max_pool2d`.

    >>> import autograd
    >>> adaptive_max_pool3d(autograd.ones((1, 3, 4, 5, 6)), 2).shape
    (1, 3, 2, 2, 2)
    """
    return _adaptive_max_pool("adaptive_max_pool3d", 3, input, output_size, return_indices)
