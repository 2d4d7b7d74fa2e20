"""Losses as functions. Shapes that would broadcast to something else are errors."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.node import describe
from autograd.tensor import as_numeric_array, value
from nn.inputs import place

__all__ = ["cross_entropy"]

_ARRAYS = (autograd.Tensor, np.ndarray)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """`-ln softmax(input)[target]`, for class indices; `-Σ target · ln softmax(input)` for shares.

    Args:
        input: logits (batch, classes), (batch, classes, ...) or (classes,).
        target: class indices, in the shape of input without its classes; or the probability of
            each class, in the shape of input.
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count.
        reduction: "mean", over all that count and by weight; "sum"; or "none".
        label_smoothing: share of the target that is spread evenly over all classes.

    Raises:
        IndexError: for a class index out of range.
        ValueError: for shapes that do not match.

    >>> from autograd import Tensor
    >>> from nn.functional import cross_entropy
    >>> cross_entropy(Tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1])
    Tensor(0.4100376)
    >>> cross_entropy(Tensor([[0.0, 0.0]]), [[0.5, 0.5]])
    Tensor(0.69314718)
    """
    if not isinstance(target, _ARRAYS):
        target = as_numeric_array(target, "cross_entropy: target")
    if target.dtype.kind == "f" and target.ndim and target.shape == np.shape(input):
        return _with_shares(input, target, weight, reduction, label_smoothing)
    return autograd.cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)


def _with_shares(
    input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float
) -> Any:
    axis = 1 if target.ndim > 1 else 0
    classes = target.shape[axis]
    target = target.astype(value(input).dtype)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        if np.shape(weight) != (classes,):
            raise ValueError(
                f"cross_entropy: weight must have shape ({classes},), got "
                f"{describe(weight)}{place()}"
            )
        target = target * np.reshape(value(weight), (-1,) + (1,) * (target.ndim - 1 - axis))
    losses = -(target * autograd.log_softmax(input, axis)).sum(axis=axis)
    return reduced(losses, reduction, "cross_entropy")


def reduced(losses: Any, reduction: str, caller: str) -> Any:
    """The mean or sum of losses, or the losses themselves."""
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ValueError(
        f"{caller}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}{place()}"
    )
