"""What all losses share."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd import Tensor
from autograd.graph.node import describe
from nn.module import Module
from nn.parameter import Buffer


class Loss(Module):
    """A loss with a reduction."""

    root_name = "loss"
    reductions: ClassVar[tuple[str, ...]] = ("mean", "sum", "none")

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(
                f"{type(self).__name__}: reduction must be one of {', '.join(self.reductions)}, "
                f"got {reduction!r}"
            )
        self.reduction = reduction

    def extra_repr(self) -> str:
        """The reduction, where it is not the mean."""
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


def as_buffer(weight: Any) -> Any:
    """Weights that belong to the loss, or None."""
    if isinstance(weight, Tensor) and weight.requires_grad:
        raise TypeError(
            f"weight says how much each class counts, got {describe(weight)}, which requires "
            "gradients; make the loss first, loss = nn.CrossEntropyLoss(), then call it, "
            "loss(outputs, targets)"
        )
    return None if weight is None else Buffer(weight)
