"""What `t.data` of a single number and `t.size` are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray


class SingleNumber(ndarray[Any, Any]):
    """The value of a 0-d Tensor, which is kept as an immutable number.

    Writing into it raises, since nobody would see it; `t.data += 1` makes a new one and assigns it.
    """

    def __array_wrap__(
        self, array: ndarray[Any, Any], context: Any = None, return_scalar: bool = False
    ) -> Any:
        return array[()] if array.ndim == 0 else np.asarray(array)

    def __repr__(self) -> str:
        return repr(self.view(ndarray))

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
