"""Scaling of features, learned from the training data alone; and one-hot encoding.

>>> training, test = np.array([[0.0, 10.0], [4.0, 30.0]]), np.array([[2.0, 40.0]])
>>> scaler = MinMax().fit(training)
>>> scaler(test)
array([[0.5, 1.5]])
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor

__all__ = ["MinMax", "ZScore", "one_hot"]

Self = TypeVar("Self", bound="_Scaler")


class _Scaler:
    """What both scalings share: `x ↦ (x - shift) / scale`, and back."""

    def __init__(self) -> None:
        self.shift: NDArray[Any] | None = None
        self.scale: NDArray[Any] | None = None

    def _measure(self, array: NDArray[Any], axes: tuple[int, ...]) -> tuple[Any, Any]:
        raise NotImplementedError

    def fit(self: Self, data: ArrayLike | Tensor, axis: int | None = -1) -> Self:
        """Learn shift and scale from data, and return the scaler.

        Args:
            data: The training data; nothing of the test data may enter here.
            axis: The axis of the features, which are scaled each on its own: -1 for tables,
                1 for images (batch, channels, height, width); None for one scale of everything.

        Raises:
            ValueError: If there is no data, or it holds NaN or infinity.
        """
        array = _floating(type(self).__name__, data)
        if not array.size or not np.all(np.isfinite(array)):
            raise ValueError(
                f"{type(self).__name__}: expected finite numbers to learn from, got shape "
                f"{array.shape} with {array.size - np.count_nonzero(np.isfinite(array))} that are "
                "NaN or infinite"
            )
        kept = () if axis is None else (axis % array.ndim,)
        axes = tuple(each for each in range(array.ndim) if each not in kept)
        shift, scale = self._measure(array, axes)
        # The axis of the features stays in place counted from the end, so that batches of other
        # lengths and single examples broadcast.
        shape = (array.shape[kept[0]], *(1,) * (array.ndim - kept[0] - 1)) if kept else ()
        self.shift = np.reshape(shift, shape)
        # A constant feature carries no information: it becomes 0 and not NaN.
        self.scale = np.reshape(np.where(scale > 0, scale, np.ones_like(scale)), shape)
        return self

    def __call__(self, data: ArrayLike | Tensor) -> NDArray[Any]:
        """Scale data by what was learned."""
        shift, scale = self._learned()
        array = _floating(type(self).__name__, data)
        scaled: NDArray[Any] = (array - shift.astype(array.dtype)) / scale.astype(array.dtype)
        return scaled

    def inverse(self, data: ArrayLike | Tensor) -> NDArray[Any]:
        """Undo the scaling."""
        shift, scale = self._learned()
        array = _floating(type(self).__name__, data)
        unscaled: NDArray[Any] = array * scale.astype(array.dtype) + shift.astype(array.dtype)
        return unscaled

    def _learned(self) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.shift is None or self.scale is None:
            name = type(self).__name__
            raise RuntimeError(f"{name}: call {name}().fit(training_data) first")
        return self.shift, self.scale


class MinMax(_Scaler):
    """Min-max normalisation: `(x - min) / (max - min)`, which maps the training data to [0, 1].

    >>> MinMax().fit([[1.0], [2.0], [5.0]])([[1.0], [3.0], [5.0]]).ravel()
    array([0. , 0.5, 1. ])
    """

    def _measure(self, array: NDArray[Any], axes: tuple[int, ...]) -> tuple[Any, Any]:
        least = array.min(axes)
        return least, array.max(axes) - least


class ZScore(_Scaler):
    """Standardisation: `(x - mean) / std`, which gives the training data mean 0 and variance 1.

    The standard deviation divides by the number of values, as NumPy's does.

    >>> ZScore().fit([[1.0], [3.0]])([[1.0], [2.0], [3.0]]).ravel()
    array([-1.,  0.,  1.])
    """

    def _measure(self, array: NDArray[Any], axes: tuple[int, ...]) -> tuple[Any, Any]:
        wide = array.astype(np.float64)
        return wide.mean(axes), wide.std(axes)


def one_hot(
    labels: ArrayLike | Tensor, classes: int | None = None, dtype: Any = np.float32
) -> NDArray[Any]:
    """Each label c as a row with 1 at place c and 0 elsewhere.

    Args:
        labels: Whole numbers from 0, of any shape.
        classes: The length of the rows; one more than the largest label if not given.
        dtype: Of the result.

    Returns:
        Shape (*labels.shape, classes).

    Raises:
        TypeError: If the labels are not whole numbers.
        ValueError: If a label is negative or not below `classes`.

    >>> one_hot([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]], dtype=float32)
    """
    array = np.asarray(labels.detach().numpy() if isinstance(labels, Tensor) else labels)
    if array.dtype.kind not in "iu":
        raise TypeError(f"one_hot: labels must be whole numbers, got {array.dtype}")
    count = (int(array.max()) + 1 if array.size else 0) if classes is None else classes
    outside = array[(array < 0) | (array >= count)]
    if outside.size:
        raise ValueError(f"one_hot: label {outside[0]} is not among 0 to {count - 1}")
    rows = np.zeros((array.size, count), dtype)
    rows[np.arange(array.size), array.ravel()] = 1
    return rows.reshape(*array.shape, count)


def _floating(caller: str, data: ArrayLike | Tensor) -> NDArray[Any]:
    array = np.asarray(data.detach().numpy() if isinstance(data, Tensor) else data)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{caller}: expected real numbers, got {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)
