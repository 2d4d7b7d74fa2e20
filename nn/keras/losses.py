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
from nn.keras.names import lacking

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "mean_absolute_error",
    "mean_squared_error",
    "sparse_categorical_crossentropy",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


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


# ---------------------------------------------------------------------- losses of single examples


def _binary(y_true: Any, y_pred: Any) -> Any:
    return functional.binary_cross_entropy(_bounded(y_pred), y_true, reduction="none")


def _categorical(y_true: Any, y_pred: Any) -> Any:
    return -(autograd.log(_bounded(y_pred)) * y_true).sum(axis=-1)


def _sparse(y_true: Any, y_pred: Any) -> Any:
    flat = np.reshape(y_true, (np.shape(y_true)[0],))
    return functional.nll_loss(autograd.log(_bounded(y_pred)), flat, reduction="none")


def _squared(y_true: Any, y_pred: Any) -> Any:
    return functional.mse_loss(y_pred, y_true, reduction="none")


def _absolute(y_true: Any, y_pred: Any) -> Any:
    return functional.l1_loss(y_pred, y_true, reduction="none")


def _of_examples(losses: Any) -> Any:
    """The mean of all numbers, which is that of the examples' means."""
    return losses.mean()


def weighted(loss: Callable[[Any, Any], Any], y_true: Any, y_pred: Any, weights: Any) -> Any:
    """The mean of the examples' losses times their weights, divided by how many there are.

    Raises:
        ValueError: for a function of one's own, which gives one number for the whole batch.
    """
    single = loss.single if isinstance(loss, _Loss) else _SINGLE.get(loss)
    if single is None:
        raise ValueError(
            f"fit: weights of examples need a loss of single examples, one of "
            f"{', '.join(map(repr, NAMES))}; {getattr(loss, '__name__', loss)} gives the mean"
        )
    losses = single(y_true, y_pred)
    if losses.ndim > 1:
        losses = losses.reshape(losses.shape[0], -1).mean(axis=1)
    return (losses * weights).mean()


# ---------------------------------------------------------------------- Keras's names


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
    return _of_examples(_binary(y_true, y_pred))


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
    return _categorical(y_true, y_pred).mean()


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
    return _sparse(y_true, y_pred).mean()


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of `(t - y)²`.

    >>> mean_squared_error([1.0, 3.0], Tensor([1.0, 1.0])).item()
    2.0
    """
    _same_shape("mean_squared_error", y_true, y_pred)
    return _of_examples(_squared(y_true, y_pred))


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of `|t - y|`.

    >>> mean_absolute_error([1.0, 3.0], Tensor([1.0, 1.0])).item()
    1.0
    """
    _same_shape("mean_absolute_error", y_true, y_pred)
    return _of_examples(_absolute(y_true, y_pred))


NAMES: dict[str, Callable[[Any, Any], Any]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "mean_squared_error": mean_squared_error,
    "mse": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
    "mae": mean_absolute_error,
}

_SINGLE: dict[Callable[[Any, Any], Any], Callable[[Any, Any], Any]] = {
    binary_crossentropy: _binary,
    categorical_crossentropy: _categorical,
    sparse_categorical_crossentropy: _sparse,
    mean_squared_error: _squared,
    mean_absolute_error: _absolute,
}


# ---------------------------------------------------------------------- losses as objects


class _Loss:
    """A loss with its settings: of truth and prediction the mean over the batch."""

    wants_classes = False  # whether the targets are class indices

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of single examples."""
        raise NotImplementedError

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        return self.single(y_true, y_pred).mean()


class _Crossentropy(_Loss):
    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits


class BinaryCrossentropy(_Crossentropy):
    """`binary_crossentropy`, of probabilities or of what goes into a sigmoid.

    Args:
        from_logits: whether the model gives what goes into a sigmoid.

    >>> loss = BinaryCrossentropy(from_logits=True)
    >>> print(f"{loss([[1.0]], Tensor([[0.0]])).item():.4f}")
    0.6931
    """

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of single numbers."""
        _same_shape("BinaryCrossentropy", y_true, y_pred)
        if self.from_logits:
            return functional.binary_cross_entropy_with_logits(y_pred, y_true, reduction="none")
        return _binary(y_true, y_pred)


class CategoricalCrossentropy(_Crossentropy):
    """`categorical_crossentropy`, of probabilities or of what goes into a softmax.

    Args:
        from_logits: whether the model gives what goes into a softmax.

    >>> loss = CategoricalCrossentropy(from_logits=True)
    >>> print(f"{loss([[1.0, 0.0]], Tensor([[0.0, 0.0]])).item():.4f}")
    0.6931
    """

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of single examples."""
        _same_shape("CategoricalCrossentropy", y_true, y_pred, "; it wants one-hot targets")
        if self.from_logits:
            return -(autograd.log_softmax(y_pred, -1) * y_true).sum(axis=-1)
        return _categorical(y_true, y_pred)


class SparseCategoricalCrossentropy(_Crossentropy):
    """`sparse_categorical_crossentropy`, of probabilities or of what goes into a softmax.

    Args:
        from_logits: whether the model gives what goes into a softmax.

    >>> loss = SparseCategoricalCrossentropy(from_logits=True)
    >>> print(f"{loss([1], Tensor([[0.0, 0.0]])).item():.4f}")
    0.6931
    """

    wants_classes = True

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of single examples."""
        if self.from_logits:
            flat = np.reshape(y_true, (np.shape(y_true)[0],))
            return functional.nll_loss(autograd.log_softmax(y_pred, -1), flat, reduction="none")
        return _sparse(y_true, y_pred)


class MeanSquaredError(_Loss):
    """`mean_squared_error`.

    >>> MeanSquaredError()([1.0, 3.0], Tensor([1.0, 1.0])).item()
    2.0
    """

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The squares of single numbers."""
        _same_shape("MeanSquaredError", y_true, y_pred)
        return _squared(y_true, y_pred)


class MeanAbsoluteError(_Loss):
    """`mean_absolute_error`.

    >>> MeanAbsoluteError()([1.0, 3.0], Tensor([1.0, 1.0])).item()
    1.0
    """

    def single(self, y_true: Any, y_pred: Any) -> Any:
        """The sizes of single numbers."""
        _same_shape("MeanAbsoluteError", y_true, y_pred)
        return _absolute(y_true, y_pred)


def wants_classes(loss: Callable[[Any, Any], Any]) -> bool:
    """Whether the targets of a loss are class indices, and not numbers."""
    return loss is sparse_categorical_crossentropy or getattr(loss, "wants_classes", False)
