"""The trainer of estimators: a batch may end with the weights of its examples."""

from __future__ import annotations

import copy
from collections.abc import Callable
from inspect import signature
from typing import Any

from autograd import Tensor
from nn.functional.reduction import noted
from nn.module import Module
from nn.train import Trainer

__all__: list[str] = []


class WeighingTrainer(Trainer):
    """Trains on batches `(inputs, targets)` or `(inputs, targets, weights)`."""

    def compute(self, batch: Any) -> tuple[Tensor, Any, Any]:
        """Loss, outputs and targets of a batch."""
        inputs, targets, *weights = batch
        outputs = self.model(inputs)
        if targets.dtype.kind == "f" and targets.size == outputs.size:
            outputs = outputs.reshape(targets.shape)  # one number for each example: (n, 1) or (n,)
        if not weights:
            return self.loss(outputs, targets), outputs, targets
        losses = one_by_one(self.loss)(outputs, targets)
        return weighted_mean(losses, weights[0]), outputs, targets


def weighted_mean(losses: Tensor, weights: Tensor) -> Tensor:
    """`Σ w_i l_i / Σ w_i`; the loss of an example is the mean over its parts.

    A batch in which nothing counts has no mean: it is noted with 0, and the trainer passes over it.
    """
    if losses.ndim > 1:
        losses = losses.reshape((losses.shape[0], -1)).mean(axis=1)
    total = float(weights.data.sum())
    loss: Tensor = noted((losses * weights).sum() / (total or 1.0), total)
    return loss


def one_by_one(criterion: Callable[..., Any]) -> Callable[..., Any]:
    """A criterion that gives the loss of each example in place of their mean.

    Raises:
        ValueError: For one that cannot.
    """
    if getattr(criterion, "weight", None) is not None:
        raise ValueError(
            "fit: criterion__weight and weights of examples do not go together, as both say how "
            "much an example counts; use class_weight in place of criterion__weight"
        )
    if isinstance(criterion, Module):
        if hasattr(criterion, "reduction"):
            single = copy.copy(criterion)
            single.reduction = "none"
            return single
    elif "reduction" in signature(criterion).parameters:
        return lambda outputs, targets: criterion(outputs, targets, reduction="none")
    name = getattr(criterion, "__name__", type(criterion).__name__)
    raise ValueError(
        f"fit: weights of examples need a criterion with reduction='none', and {name} has no "
        "reduction; use one of nn, such as nn.CrossEntropyLoss or nn.MSELoss"
    )
