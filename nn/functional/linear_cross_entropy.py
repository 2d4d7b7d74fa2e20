"""The last layer of a classifier and its loss in one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import asks_elsewhere, value
from nn.functional.classification_loss import cross_entropy
from nn.inputs import place

__all__ = ["linear_cross_entropy"]


@asks_elsewhere
def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
) -> Any:
    """`cross_entropy(input Wᵀ + b, target)`.

    Args:
        input: (batch, features) or (features,).
        linear_weight: W, (classes, features); or (classes, *places, features), for logits
            (batch, classes, *places).
        target: class indices or probabilities, as in `cross_entropy`.
        linear_bias: b, (classes, *places), or None.
        weight: (classes,), how much each class counts.
        reduction: "mean", "sum" or "none".
        ignore_index: class indices of this value do not count, -100 if not given.
        label_smoothing: share of the target that is spread evenly over all classes.

    >>> linear_cross_entropy(Tensor([[1.0, 0.0]]), Tensor([[2.0, 0.0], [0.0, 0.0]]), [0])
    Tensor(0.12692801)
    """
    shape, given = np.shape(value(linear_weight)), np.shape(value(input))
    if len(given) not in (1, 2) or len(shape) < 2 or given[-1] != shape[-1]:
        raise ValueError(
            f"linear_cross_entropy: input {given} does not fit linear_weight {shape}; expected "
            f"(batch, features) and (classes, features){place()}"
        )
    classes, places = shape[0], shape[1:-1]
    if places and len(given) == 1:
        raise ValueError(
            f"linear_cross_entropy: with several places, linear_weight {shape}, input must have a "
            f"batch, got {given}{place()}"
        )
    if linear_bias is not None:
        if np.shape(value(linear_bias)) != (classes, *places):
            raise ValueError(
                f"linear_cross_entropy: linear_bias must have shape {(classes, *places)}, got "
                f"{np.shape(value(linear_bias))}{place()}"
            )
        linear_bias = linear_bias.reshape(classes * math.prod(places))
    flat = linear_weight.reshape(classes * math.prod(places), shape[-1])
    logits = autograd.linear(input, flat, linear_bias)
    if places:
        logits = logits.reshape(given[0], classes, *places)
    floating = isinstance(target, Tensor | np.ndarray) and target.dtype.kind == "f"
    if floating and ignore_index is not None:
        raise ValueError(
            f"linear_cross_entropy: ignore_index is for class indices, not probabilities{place()}"
        )
    ignored = -100 if ignore_index is None else ignore_index
    return cross_entropy(logits, target, weight, ignored, reduction, label_smoothing)
