"""Borders around maps, as layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from nn import functional
from nn.inputs import place
from nn.module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]

PerAxis = int | Sequence[int]


class _Pad(Module):
    axes: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: PerAxis) -> None:
        widths = (padding,) * (2 * self.axes) if isinstance(padding, int) else tuple(padding)
        if len(widths) != 2 * self.axes:
            raise ValueError(
                f"{type(self).__name__}: padding must be one number, or {2 * self.axes}: before "
                f"and after each axis, the last one first; got {padding!r}"
            )
        self.padding = widths
        self.value = 0.0

    def forward(self, input: Any) -> Tensor:
        """Put the border around the input."""
        if np.ndim(input) not in (self.axes + 1, self.axes + 2):
            raise ValueError(
                f"{type(self).__name__}: expected (batch, channels, *spatial) with {self.axes} "
                f"spatial axes, or without the batch, got shape {np.shape(input)}{place()}"
            )
        return functional.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        """The widths."""
        return str(self.padding)


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: PerAxis, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        """The widths and the value."""
        return f"{self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """A border of a constant around length.

    Args:
        padding: one width, or two per axis: before and after, the last axis first.
        value: of the border.

    >>> ConstantPad1d(1, 0.5)(autograd.ones((1, 2, 5))).shape
    (1, 2, 7)
    """

    axes = 1


class ConstantPad2d(_ConstantPad):
    """`ConstantPad1d` around height and width: one width, or four.

    >>> ConstantPad2d(1, 0.5)(autograd.ones((1, 2, 5, 5))).shape
    (1, 2, 7, 7)
    """

    axes = 2


class ConstantPad3d(_ConstantPad):
    """`ConstantPad1d` around depth, height and width: one width, or six.

    >>> ConstantPad3d(1, 0.5)(autograd.ones((1, 2, 5, 5, 5))).shape
    (1, 2, 7, 7, 7)
    """

    axes = 3


class ZeroPad1d(_Pad):
    """A border of zeros around length.

    Args:
        padding: one width, or two per axis: before and after, the last axis first.

    >>> ZeroPad1d(1)(autograd.ones((1, 2, 5))).shape
    (1, 2, 7)
    """

    axes, mode = 1, "constant"


class ZeroPad2d(_Pad):
    """`ZeroPad1d` around height and width: one width, or four.

    >>> ZeroPad2d(1)(autograd.ones((1, 2, 5, 5))).shape
    (1, 2, 7, 7)
    """

    axes, mode = 2, "constant"


class ZeroPad3d(_Pad):
    """`ZeroPad1d` around depth, height and width: one width, or six.

    >>> ZeroPad3d(1)(autograd.ones((1, 2, 5, 5, 5))).shape
    (1, 2, 7, 7, 7)
    """

    axes, mode = 3, "constant"


class ReflectionPad1d(_Pad):
    """A border that mirrors the inside without its edge, around length.

    Args:
        padding: one width, or two per axis: before and after, the last axis first.

    >>> ReflectionPad1d(1)(autograd.ones((1, 2, 5))).shape
    (1, 2, 7)
    """

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """`ReflectionPad1d` around height and width: one width, or four.

    >>> ReflectionPad2d(1)(autograd.ones((1, 2, 5, 5))).shape
    (1, 2, 7, 7)
    """

    axes, mode = 2, "reflect"


class ReflectionPad3d(_Pad):
    """`ReflectionPad1d` around depth, height and width: one width, or six.

    >>> ReflectionPad3d(1)(autograd.ones((1, 2, 5, 5, 5))).shape
    (1, 2, 7, 7, 7)
    """

    axes, mode = 3, "reflect"


class ReplicationPad1d(_Pad):
    """A border that repeats the edge, around length.

    Args:
        padding: one width, or two per axis: before and after, the last axis first.

    >>> ReplicationPad1d(1)(autograd.ones((1, 2, 5))).shape
    (1, 2, 7)
    """

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """`ReplicationPad1d` around height and width: one width, or four.

    >>> ReplicationPad2d(1)(autograd.ones((1, 2, 5, 5))).shape
    (1, 2, 7, 7)
    """

    axes, mode = 2, "replicate"


class ReplicationPad3d(_Pad):
    """`ReplicationPad1d` around depth, height and width: one width, or six.

    >>> ReplicationPad3d(1)(autograd.ones((1, 2, 5, 5, 5))).shape
    (1, 2, 7, 7, 7)
    """

    axes, mode = 3, "replicate"


class CircularPad1d(_Pad):
    """A border from the other end, around length.

    Args:
        padding: one width, or two per axis: before and after, the last axis first.

    >>> CircularPad1d(1)(autograd.ones((1, 2, 5))).shape
    (1, 2, 7)
    """

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """`CircularPad1d` around height and width: one width, or four.

    >>> CircularPad2d(1)(autograd.ones((1, 2, 5, 5))).shape
    (1, 2, 7, 7)
    """

    axes, mode = 2, "circular"


class CircularPad3d(_Pad):
    """`CircularPad1d` around depth, height and width: one width, or six.

    >>> CircularPad3d(1)(autograd.ones((1, 2, 5, 5, 5))).shape
    (1, 2, 7, 7, 7)
    """

    axes, mode = 3, "circular"
