"""What `t.data` and `t.size` are."""

from __future__ import annotations

from typing import Any

from numpy import ndarray

from autograd.elsewhere import Values


class SingleNumber(Values):
    """The value of a 0-d Tensor, which is kept as an immutable number.

    Writing into it raises, since nobody would see it; `t.data += 1` makes a new one and assigns it.
    """

    __slots__ = ("owner",)  # the Tensor, whose number is replaced and not written to

    __iadd__ = ndarray.__add__  # type: ignore[assignment]
    __isub__ = ndarray.__sub__  # type: ignore[assignment]
    __imul__ = ndarray.__mul__  # type: ignore[assignment]
    __itruediv__ = ndarray.__truediv__  # type: ignore[assignment]
    __ipow__ = ndarray.__pow__  # type: ignore[assignment]


class Size(int):
    """The number of elements; called, as in PyTorch, the shape, or the length of an axis."""

    shape: tuple[int, ...]

    def __call__(self, axis: int | None = None) -> Any:
        """The shape, or the length of an axis."""
        return self.shape if axis is None else self.shape[axis]
