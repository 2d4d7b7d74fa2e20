"""Losses by Keras's names, of probabilities: the last layer has its activation already.

As in Keras the truth comes first, `loss(y_true, y_pred)`, and probabilities are kept in
[1e-7, 1 - 1e-7] before their logarithm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd.internals import describe
from nn import functional

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "mean_absolute_error",
    "mean_squared_error",
    "sparse_categorical_crossentropy",
]


def __dir__() -> list[str]:
    return __all__


_EPSILON = 1e-7


def _bounded(y_pred: Any) -> Any:
    # In float32 the upper bound is 1 - 1.2e-7: 1 - 1e-7 itself is rounded to that.
    return autograd.clip(y_pred, _EPSILON, 1 - _EPSILON)


def _same_shape(name: str, y_true: Any, y_pred: Any, hint: str = "") -> None:
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(
            f"{name}: the model gives {describe(y_pred)}, but the targets are "
            f"{describe(y_true)}{hint}"
        )


def binary_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean of `-(t ln p + (1 - t) ln(1 - p))`, for sigmoid outputs.

    Args:
        y_true: 0 or 1, in the shape of y_pred.
        y_pred: probabilities.

    Raises:
        ValueError: if the shapes differ.

    >>> print(f"{binary_crossentropy([[1.0, 0.0]], Tensor([[0.5, 0.5]])).item():.4f}")
    0.6931
    """
    _same_shape(
        "binary_crossentropy", y_true, y_pred,
        "; each output of a sigmoid wants a 0 or 1 of its own",
    )  # fmt: skip
    return functional.binary_cross_entropy(_bounded(y_pred), y_true)


def categorical_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean over the batch of `-Σ t ln p`, for softmax outputs and one-hot targets.

    Args:
        y_true: one-hot, (batch, classes).
        y_pred: probabilities, (batch, classes).

    Raises:
        ValueError: if the shapes differ.

    >>> print(f"{categorical_crossentropy([[1.0, 0.0]], Tensor([[0.25, 0.75]])).item():.4f}")
    1.3863
    """
    _same_shape(
        "categorical_crossentropy", y_true, y_pred,
        "; it wants one-hot targets such as [0, 1] for class 1. For class indices use "
        "loss='sparse_categorical_crossentropy'",
    )  # fmt: skip
    return -(autograd.log(_bounded(y_pred)) * y_true).sum(axis=-1).mean()


def sparse_categorical_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean of `-ln p[class]`, for softmax outputs and class indices.

    Args:
        y_true: class indices, (batch,) or (batch, 1).
        y_pred: probabilities, (batch, classes).

    Raises:
        ValueError: if the targets are one-hot.

    >>> print(f"{sparse_categorical_crossentropy([1], Tensor([[0.25, 0.75]])).item():.4f}")
    0.2877
    """
    shape = np.shape(y_true)
    if len(shape) == 2 and shape[1] != 1:
        raise ValueError(
            f"sparse_categorical_crossentropy: the targets are class indices of shape (batch,), "
            f"got {describe(y_true)}; for one-hot targets use loss='categorical_crossentropy'"
        )
    flat = np.reshape(y_true, (shape[0],))
    return functional.nll_loss(autograd.log(_bounded(y_pred)), flat)


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of `(t - y)²`.

    >>> mean_squared_error([1.0, 3.0], Tensor([1.0, 1.0])).item()
    2.0
    """
    _same_shape("mean_squared_error", y_true, y_pred)
    return functional.mse_loss(y_pred, y_true)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of `|t - y|`.

    >>> mean_absolute_error([1.0, 3.0], Tensor([1.0, 1.0])).item()
    1.0
    """
    _same_shape("mean_absolute_error", y_true, y_pred)
    return functional.l1_loss(y_pred, y_true)


NAMES: dict[str, Callable[[Any, Any], Any]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "mean_squared_error": mean_squared_error,
    "mse": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
    "mae": mean_absolute_error,
}
