"""The dtype of what is made from Python's floats and by functions that create: float64, or set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

_FLOAT64: np.dtype[Any] = np.dtype(np.float64)
_default = _FLOAT64
_BOOL = np.dtype(bool)  # of what has no dtype: a number of Python's


def set_default_dtype(dtype: DTypeLike) -> None:
    """Choose what Python's floats become, and what creation functions make, where none is named.

    The default is float64, as in NumPy. Models are float32, so programs that make everything from
    Python's numbers, as PyTorch's do, begin with `set_default_dtype(np.float32)`. Arrays keep their
    dtype, and so does what is computed from Tensors of floats; of integers it is the default.

    Args:
        dtype: np.float16, np.float32 or np.float64.

    Raises:
        TypeError: for any other dtype.

    >>> set_default_dtype(np.float32)
    >>> get_default_dtype()
    dtype('float32')
    >>> set_default_dtype(np.float64)
    """
    global _default
    found = np.dtype(dtype)
    if found not in (np.float16, np.float32, np.float64):
        raise TypeError(
            f"set_default_dtype: expected np.float16, np.float32 or np.float64, got {found}"
        )
    _default = found


def get_default_dtype() -> np.dtype[Any]:
    """What Python's floats become: float64, or what `set_default_dtype` chose.

    >>> get_default_dtype()
    dtype('float64')
    """
    return _default


def by_default(array: Any, data: Any) -> Any:
    """An array made of `data`, in the default dtype where that consists of Python's numbers."""
    if _default is not _FLOAT64 and array.dtype.char in "dD" and _is_pythons(data):
        return array.astype(_default if array.dtype.kind == "f" else np.complex64)
    return array


def of_integers(out: Any, operands: Sequence[Any]) -> Any:
    """A float64 result in the default dtype where it was computed from integers alone."""
    if _default is not _FLOAT64 and not any(
        getattr(each, "dtype", _BOOL).kind in "fc" for each in operands
    ):
        return out.astype(_default)
    return out


def _is_pythons(data: Any) -> bool:
    if isinstance(data, (list, tuple)):
        return all(map(_is_pythons, data))
    return type(data) in (bool, int, float, complex)
