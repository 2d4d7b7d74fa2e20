"""The geometry of sliding windows, and the layouts in memory, that the kernels share."""

from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

Array = np.ndarray[tuple[Any, ...], np.dtype[Any]]


def per_axis(
    call: str, name: str, value: int | Sequence[int], axes: int, least: int
) -> tuple[int, ...]:
    """Return a setting of the windows for each spatial axis, from one integer or one per axis.

    Args:
        call: The function that was called, for the message.
        name: The setting's name, for the message.
        value: One integer for all axes, or a sequence with one for each.
        axes: The number of spatial axes.
        least: The smallest integer allowed.

    Returns:
        `axes` integers.

    Raises:
        TypeError: If a value is not an integer.
        ValueError: If there are too few or too many values, or one is less than `least`.

    >>> per_axis("conv", "stride", 2, axes=3, least=1)
    (2, 2, 2)
    """
    try:
        values = tuple(map(index, value)) if isinstance(value, Sequence) else (index(value),) * axes
    except TypeError:
        raise TypeError(
            f"{call}: {name} must be an integer or {axes} integers, got {value!r}"
        ) from None
    if len(values) != axes:
        raise ValueError(
            f"{call}: {name} has {len(values)} values, {value!r}, but there are {axes} spatial "
            "axes; give one integer, or one for each axis"
        )
    if any(number < least for number in values):
        raise ValueError(f"{call}: {name} must be at least {least}, got {value!r}")
    return values


def output_size(
    call: str,
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    ceil_mode: bool = False,
) -> tuple[int, ...]:
    """Return how many windows fit along each axis: ⌊(size + 2p - d(k - 1) - 1) / s⌋ + 1.

    With `ceil_mode` the quotient is rounded up, so that a last window may hang over the end;
    a window that would start beyond the input and its left padding is left out, as in PyTorch.

    Args:
        call: The function that was called, for the message.
        size: The input's size along each axis.
        kernel: The windows' size k along each axis, 1 or more.
        stride: The step s from one window to the next.
        padding: The places p added at either end.
        dilation: The distance d between neighbours in a window.
        ceil_mode: Whether to round up.

    Returns:
        The number of windows along each axis, 1 or more.

    Raises:
        ValueError: If a window does not fit into the padded input.

    >>> output_size("conv", (28, 7), (5, 3), (1, 2), (2, 0), (1, 1))
    (28, 3)
    """
    counts = []
    for length, taps, step, pad, gap in zip(size, kernel, stride, padding, dilation, strict=True):
        room = length + 2 * pad - gap * (taps - 1) - 1
        count = (-(-room // step) if ceil_mode else room // step) + 1
        if ceil_mode and (count - 1) * step >= length + pad:
            count -= 1
        if count < 1:
            raise ValueError(
                f"{call}: a kernel of {tuple(kernel)} with dilation {tuple(dilation)} does not fit "
                f"into an input of {tuple(size)} with padding {tuple(padding)}: it spans "
                f"{gap * (taps - 1) + 1} places but there are {length + 2 * pad}; use a larger "
                "input, a smaller kernel or more padding"
            )
        counts.append(count)
    return tuple(counts)


def channels_to_end(array: Array) -> Array:
    """Return a view (batch, *spatial, channels) of (batch, channels, *spatial).

    >>> channels_to_end(np.zeros((2, 3, 4, 5))).shape
    (2, 4, 5, 3)
    """
    return array.transpose(0, *range(2, array.ndim), 1)


def channels_to_second(array: Array) -> Array:
    """Return a view (batch, channels, *spatial) of (batch, *spatial, channels).

    >>> channels_to_second(np.zeros((2, 4, 5, 3))).shape
    (2, 3, 4, 5)
    """
    return array.transpose(0, -1, *range(1, array.ndim - 1))
