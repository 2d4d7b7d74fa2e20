"""The types of parameters that are no arrays; the functions themselves are not annotated."""

from __future__ import annotations

from typing import Any

SIZES = "int | Sequence[int]"

# By name, where the default does not say it. A keyword of an operation is never an array; of the
# other functions, a parameter is one if it has no default and does not stand here.
KEYWORDS = {
    "N": "int | None",
    "affine_shape": "Sequence[int]",
    "axes": "Any",
    "axis": "int | Sequence[int] | None",
    "axis1": "int",
    "axis2": "int",
    "constant_values": "Any",
    "ddof": "float | None",
    "default": "Any",
    "destination": SIZES,
    "dilation": SIZES,
    "dtype": "DTypeLike | None",
    "end_values": "Any",
    "index": "Any",
    "indices_or_sections": "Any",
    "k": "int",
    "kernel_shape": SIZES,
    "kernel_size": SIZES,
    "kth": SIZES,
    "n": "int | None",
    "norm": "str | None",
    "obj": "Any",
    "ord": "Any",
    "order": "int",
    "pad_width": "Any",
    "padding": SIZES,
    "repeats": "Any",
    "replacement": "float",
    "reps": SIZES,
    "shape": SIZES,
    "shift": SIZES,
    "spacing": "Any",
    "spatial_shape": SIZES,
    "stride": f"{SIZES} | None",
    "subscripts": "str",
    "threshold": "float",
    "window_shape": SIZES,
}


def keyword_type(name: str, default: Any) -> str:
    """The type of a keyword as written in a stub.

    >>> keyword_type("axis", None), keyword_type("alpha", 1.0), keyword_type("keepdims", False)
    ('int | Sequence[int] | None', 'float', 'bool')
    """
    if isinstance(default, bool):
        return "bool"
    if name in KEYWORDS:
        return KEYWORDS[name]
    return type(default).__name__ if isinstance(default, int | float | str) else "Any"
