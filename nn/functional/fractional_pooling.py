"""Max pooling by a factor that is no integer: windows at pseudo-random places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd.internals import as_numeric_array, constant, per_axis, sample_by_sample, value
from nn.functional.convolution import with_batch
from nn.inputs import place, refuse_complex

__all__ = ["fractional_max_pool2d", "fractional_max_pool3d"]


def output_size(
    caller: str,
    axes: int,
    wanted: int | Sequence[int] | None,
    ratio: float | Sequence[float] | None,
    given: tuple[int, ...],
) -> tuple[int, ...]:
    """The size of the output, which is given or a share of that of the input."""
    if (wanted is None) == (ratio is None):
        raise ValueError(f"{caller}: give output_size or output_ratio, one of them{place()}")
    if wanted is not None:
        return per_axis(caller, "output_size", wanted, axes, 1)
    assert ratio is not None
    ratios = tuple(ratio) if isinstance(ratio, Sequence) else (ratio,) * axes
    if len(ratios) != axes or not all(0 < each < 1 for each in ratios):
        raise ValueError(
            f"{caller}: output_ratio must be a number between 0 and 1, or {axes} of them, got "
            f"{ratio!r}{place()}"
        )
    return tuple(int(side * share) for side, share in zip(given, ratios, strict=True))


@sample_by_sample
def _pool(
    axes: int,
    input: Any,
    kernel_size: int | Sequence[int],
    wanted: int | Sequence[int] | None,
    ratio: float | Sequence[float] | None,
    return_indices: bool,
    samples: Any,
    generator: np.random.Generator | None,
) -> Any:
    caller = f"fractional_max_pool{axes}d"
    refuse_complex(caller, input=input)
    kernel = per_axis(caller, "kernel_size", kernel_size, axes, 1)

    def apply(x: Any) -> Any:
        given = x.shape[2:]
        sizes = output_size(caller, axes, wanted, ratio, given)
        for side, taps, size in zip(given, kernel, sizes, strict=True):
            if size < 1 or size + taps - 1 > side:
                raise ValueError(
                    f"{caller}: {size} windows of {taps} places do not fit into {side} places"
                    f"{place()}"
                )
        drawn = _samples(caller, samples, (*x.shape[:2], axes), value(x).dtype, generator)
        # PyTorch's numbers stand for width and height, but for depth, height and width.
        order = (1, 0) if axes == 2 else (0, 1, 2)
        starts = [
            _starts(drawn[..., order[axis]], given[axis], sizes[axis], kernel[axis])
            for axis in range(axes)
        ]
        positions = _largest(np.asarray(value(x)), starts, kernel)
        pooled = autograd.ops.max_pool_gather(x, positions)
        return (pooled, autograd.from_numpy(positions)) if return_indices else pooled

    return with_batch(caller, axes, input, apply)


def _samples(
    caller: str, samples: Any, shape: tuple[int, ...], dtype: Any, generator: Any
) -> np.ndarray[Any, Any]:
    if samples is None or not math.prod(shape):  # without images there is nothing to draw
        drawing = generator or autograd.default_generator()
        return np.asarray(drawing.random(shape)).astype(dtype)
    given = np.asarray(as_numeric_array(constant(samples, caller, "_random_samples"), caller))
    if given.ndim == 3 and shape[0] == 1:  # the numbers of the first image, where it is alone
        given = given[:1]
    if given.shape != shape:
        raise ValueError(
            f"{caller}: _random_samples must have shape {shape}, got {given.shape}{place()}"
        )
    return given


def _starts(
    samples: np.ndarray[Any, Any], side: int, count: int, taps: int
) -> np.ndarray[Any, Any]:
    """Where the windows over an axis begin, (batch, channels, count): ⌊α (i + u)⌋ - ⌊α u⌋."""
    last = side - taps
    starts = np.full((*samples.shape, count), last)
    if count > 1:
        factor = samples.dtype.type(last) / samples.dtype.type(count - 1)
        numbers = np.arange(count - 1, dtype=samples.dtype)
        ahead = ((numbers + samples[..., np.newaxis]) * factor).astype(np.intp)
        starts[..., :-1] = ahead - (samples * factor).astype(np.intp)[..., np.newaxis]
    return starts


def _largest(
    x: np.ndarray[Any, Any], starts: list[np.ndarray[Any, Any]], kernel: tuple[int, ...]
) -> np.ndarray[Any, Any]:
    """The flat position of the first largest element of every window, (batch, channels, *sizes)."""
    axes, given = len(kernel), x.shape[2:]
    places: Any = 0
    for axis, (start, taps) in enumerate(zip(starts, kernel, strict=True)):
        along = start[..., np.newaxis] + np.arange(taps)  # (batch, channels, count, taps)
        shape = [*start.shape[:2], *[1] * (2 * axes)]
        shape[2 + axis], shape[2 + axes + axis] = along.shape[2:]
        places = places + along.reshape(shape) * math.prod(given[axis + 1 :])
    sizes = places.shape[2 : 2 + axes]
    flat = places.reshape(*x.shape[:2], math.prod(sizes), math.prod(kernel))
    values = np.take_along_axis(
        x.reshape(*x.shape[:2], math.prod(given)), flat.reshape(*x.shape[:2], -1), -1
    ) if flat.size else np.empty((0,), x.dtype)  # fmt: skip
    best = values.reshape(flat.shape).argmax(-1)[..., np.newaxis]
    positions: np.ndarray[Any, Any] = np.take_along_axis(flat, best, -1).reshape(
        *x.shape[:2], *sizes
    )
    return positions


def fractional_max_pool2d(
    input: Any,
    kernel_size: int | Sequence[int],
    output_size: int | Sequence[int] | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Any = None,
    generator: np.random.Generator | None = None,
) -> Any:
    """The largest element of windows whose places are drawn, so that any size can come out.

    With one number u in [0, 1) per image, channel and axis, window i begins at
    `⌊α (i + u)⌋ - ⌊α u⌋`, `α = (length - kernel) / (size - 1)`; the last one ends at the border.

    Args:
        input: (batch, channels, height, width), or without the batch.
        kernel_size: of the window, for both axes or each.
        output_size: (height, width) of the output, or one number for both.
        output_ratio: the same as a share of the input's, between 0 and 1.
        return_indices: whether to return too where in height · width each one was.
        _random_samples: (batch, channels, 2), the numbers u for width and height.
        generator: draws them; the library's default generator if not given.

    References:
        B. Graham (2014), Fractional max-pooling.

    >>> fractional_max_pool2d(autograd.ones((1, 3, 7, 9)), 2, output_ratio=0.7).shape
    (1, 3, 4, 6)
    """
    return _pool(
        2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, generator
    )


def fractional_max_pool3d(
    input: Any,
    kernel_size: int | Sequence[int],
    output_size: int | Sequence[int] | None = None,
    output_ratio: float | Sequence[float] | None = None,
    return_indices: bool = False,
    _random_samples: Any = None,
    generator: np.random.Generator | None = None,
) -> Any:
    """The same over depth, height and width; see `fractional_max_pool2d`.

    >>> fractional_max_pool3d(autograd.ones((1, 1, 5, 5, 5)), 2, 3).shape
    (1, 1, 3, 3, 3)
    """
    return _pool(
        3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples, generator
    )
