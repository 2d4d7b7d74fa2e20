"""Tables of pandas and polars as arrays: what their columns hold, and which ones are no numbers.

Nothing of them is imported: a table is what has `columns`, and a column what has a name.
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

__all__: list[str] = []

NUMBERS = "biufc"  # the kinds of dtypes that are numbers or truths
_LIBRARIES = ("pandas", "polars", "pyarrow")


def is_table(kind: type) -> bool:
    """Whether a class is a table or a column of these libraries, or one of their arrays.

    What has labels beside numbers, such as arrays of xarray, speaks for itself.
    """
    return any(each.__module__.partition(".")[0] in _LIBRARIES for each in kind.__mro__)


def numeric(data: Any, array: np.ndarray[Any, Any], caller: str) -> np.ndarray[Any, Any]:
    """The numbers of a table whose columns NumPy finds no common dtype for, such as truths beside.

    Args:
        data: what came.
        array: what NumPy makes of it.
        caller: what messages begin with.

    Raises:
        TypeError: where something is no number; of a table, which columns.
    """
    columns = _columns(data)
    wrong = [f"{name!r} ({kind})" for name, kind, each in columns if each.dtype.kind not in NUMBERS]
    if columns and not wrong:
        return np.stack(np.broadcast_arrays(*(each for _, _, each in columns)), -1)
    what = f"{type(data).__name__} with dtype {array.dtype}"
    if not wrong:
        cure = "; take float(...) of it" if isinstance(data, numbers.Number) else ""
        raise TypeError(f"{caller}: expected numbers, got {what}{cure}")
    raise TypeError(
        f"{caller}: expected numbers, got {what}; no numbers are in: {', '.join(wrong)}; choose "
        "the other columns, encode words and dates as numbers, and fill what is missing"
    )


def _columns(data: Any) -> list[tuple[Any, Any, np.ndarray[Any, Any]]]:
    """Name, dtype and values of every column; of a single one too, if it has a name."""
    names, dtypes = getattr(data, "columns", None), getattr(data, "dtypes", None)
    if names is not None and dtypes is not None and hasattr(data, "to_numpy"):
        take = data.iloc if hasattr(data, "iloc") else data  # by place: names may occur twice
        return [
            (name, dtype, np.asarray(take[:, place]))
            for place, (name, dtype) in enumerate(zip(names, dtypes, strict=True))
        ]
    name = getattr(data, "name", None)
    if name is not None and hasattr(data, "dtype") and not isinstance(data, np.ndarray):
        return [(name, data.dtype, np.asarray(data))]
    return []
