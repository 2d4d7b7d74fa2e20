"""What the array API standard lets a program ask of a library: devices, dtypes, capabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph.defaults import get_default_dtype
from autograd.processor import Device, checked_device

__all__ = ["Inspection", "isdtype"]

_KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}
_NAMES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32",
    "float64", "complex64", "complex128",
)  # fmt: skip


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is another one, of a kind such as "real floating", or of one of several.

    Raises:
        ValueError: for a kind that the standard does not have.

    >>> isdtype(np.float32, "real floating"), isdtype(np.int8, ("bool", np.int8))
    (True, True)
    """
    if isinstance(kind, tuple):
        return any(isdtype(dtype, each) for each in kind)
    if isinstance(kind, str) and kind not in _NAMES:
        if kind not in _KINDS:
            raise ValueError(f"isdtype: kind is one of {', '.join(_KINDS)}, got {kind!r}")
        return str(np.dtype(dtype).kind) in _KINDS[kind]
    if kind == "bool":
        return str(np.dtype(dtype).kind) == "b"
    return bool(np.dtype(dtype) == np.dtype(kind))


class Inspection:
    """Answers of `__array_namespace_info__()`, section "Inspection" of the array API standard.

    >>> Inspection().default_dtypes()["indexing"]
    dtype('int64')
    """

    def capabilities(self) -> dict[str, Any]:
        """What there is of the optional parts."""
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": 64,
        }

    def default_device(self) -> Device:
        """The device where arrays are made: the CPU."""
        return Device("cpu")

    def devices(self) -> list[Device]:
        """All devices: the CPU."""
        return [Device("cpu")]

    def default_dtypes(self, *, device: Any = None) -> dict[str, np.dtype[Any]]:
        """The dtype of what is made without one, by kind."""
        checked_device(device)
        floating = np.dtype(get_default_dtype())
        return {
            "real floating": floating,
            "complex floating": np.result_type(floating, np.complex64),
            "integral": np.dtype(int),
            "indexing": np.dtype(np.intp),
        }

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, np.dtype[Any]]:
        """The dtypes of the standard by name, all or those of a kind, or of one of several."""
        checked_device(device)
        return {
            name: np.dtype(name) for name in _NAMES if kind is None or isdtype(np.dtype(name), kind)
        }
