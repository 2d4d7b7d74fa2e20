"""Values as Python code that makes them again."""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import Any

import numpy as np

WIDTH = 96


def code_of(value: Any) -> str:
    """An expression that evaluates to `value`, given `import numpy as np`.

    >>> code_of((np.array([1.0, -0.5]), slice(0, 2)))
    '(np.array([1.0, -0.5]), slice(0, 2, None))'
    >>> code_of(np.zeros((0, 2), np.float32))
    'np.zeros((0, 2), np.float32)'
    """
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(np.asarray(value))
    if type(value) is tuple:
        return f"({', '.join(map(code_of, value))}{',' * (len(value) == 1)})"
    if type(value) is list:
        return f"[{', '.join(map(code_of, value))}]"
    if type(value) is dict:
        return "{" + ", ".join(f"{code_of(k)}: {code_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, np.dtype):
        return f"np.{value.name}"
    if callable(value):
        return getattr(value, "__name__", repr(value))
    return repr(value)


def _array(x: np.ndarray[Any, Any]) -> str:
    usual = {"f": np.float64, "c": np.complex128, "i": np.int64, "b": np.bool_}
    dtype = "" if x.dtype == usual.get(x.dtype.kind) else f", np.{x.dtype.name}"
    if x.size == 0:
        return f"np.zeros({x.shape}{dtype or _plain_dtype(x)})"
    numbers = repr(x.tolist())
    for name in ("nan", "inf"):
        numbers = numbers.replace(name, f"np.{name}")
    return f"np.array({numbers}{dtype})"


def _plain_dtype(x: np.ndarray[Any, Any]) -> str:
    return "" if x.dtype == np.float64 else f", np.{x.dtype.name}"


def variables(names: Sequence[str]) -> list[str]:
    """Names that Python takes, one for each of those that reports use.

    >>> variables(["x", "argument 1", "x"])
    ['x', 'x1', 'x2']
    """
    found: list[str] = []
    for position, name in enumerate(names):
        usable = name.isidentifier() and not keyword.iskeyword(name) and name not in found
        found.append(name if usable else f"x{position}")
    return found


def call(name: str, arguments: Sequence[str]) -> str:
    """A call, on one line where it fits, else with an argument on each."""
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in arguments), ")"])
