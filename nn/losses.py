"""Losses as modules: what training makes small."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.module import Module
from nn.parameter import Buffer

__all__ = ["CrossEntropyLoss"]


class Loss(Module):
    """A loss with a reduction: "mean", "sum" or "none"."""

    root_name = "loss"

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(
                f"{type(self).__name__}: reduction must be 'mean', 'sum' or 'none', got "
                f"{reduction!r}"
            )
        self.reduction = reduction

    def extra_repr(self) -> str:
        """The reduction, where it is not the mean."""
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class CrossEntropyLoss(Loss):
    """`-ln softmax(input)[target]`; see `nn.functional.cross_entropy`.

    Args:
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count.
        reduction: "mean", "sum" or "none".
        label_smoothing: share of the target that is spread evenly over all classes.

    >>> CrossEntropyLoss()(Tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1])
    Tensor(0.4100376)
    """

    weight: Buffer | None

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = None if weight is None else Buffer(weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """The loss of logits for class indices or shares."""
        return functional.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
