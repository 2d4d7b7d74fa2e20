"""Small helps around the data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import value
from autograd.internals import as_numeric_array

__all__ = ["to_categorical"]


def __dir__() -> list[str]:
    return __all__


def to_categorical(x: Any, num_classes: int | None = None) -> NDArray[Any]:
    """One-hot rows of class indices.

    Args:
        x: integers, (...,) or (..., 1).
        num_classes: the length of a row; as many as the largest index asks for if not given.

    Returns:
        float64 as in Keras, (..., num_classes).

    Raises:
        ValueError: for indices that are negative, no integers, or too large.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    given = np.asarray(as_numeric_array(value(x), "to_categorical: x"))
    index = given.astype(np.int64)
    if (index != given).any() or (index < 0).any():
        raise ValueError(f"to_categorical: x must be class indices from 0, got {given!r:.80}")
    if index.ndim > 1 and index.shape[-1] == 1:
        index = index[..., 0]
    count = int(index.max(initial=-1)) + 1 if num_classes is None else num_classes
    if index.size and index.max() >= count:
        raise ValueError(f"to_categorical: class {index.max()} is out of range for {count} classes")
    rows: NDArray[Any] = np.eye(count)[index]
    return rows
