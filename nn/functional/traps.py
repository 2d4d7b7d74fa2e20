"""What losses are given by mistake: probabilities for logits, scores for logarithms.

The graph says which operation made an input, so nothing is guessed.
"""

from __future__ import annotations

from typing import Any

from autograd import Tensor
from autograd.internals import node_of, physical, value, warn_of_trap

__all__: list[str] = []


def made_by(input: Any) -> str:
    """The name of the operation that computed a Tensor; empty where the graph does not say."""
    node = node_of(input) if isinstance(input, Tensor) else None
    return "" if node is None or node.op is None else node.op.name


def warn_of_probabilities(caller: str, input: Any) -> None:
    """Warn of the output of softmax or sigmoid where logits are expected."""
    operation = made_by(input)
    if operation in ("softmax", "sigmoid"):
        cure = "leave that layer out"
        if caller == "binary_cross_entropy_with_logits":
            cure += ", or use binary_cross_entropy"
        warn_of_trap(
            f"{caller}: the input is the output of {operation}, and expected are logits, to which "
            f"it applies {operation} itself: gradients become small and learning slow; {cure} "
            "(see: logits)"
        )


def warn_of_one_class(caller: str, classes: int) -> None:
    """Warn of a single class, whose loss is always 0."""
    if classes == 1:
        warn_of_trap(
            f"{caller}: the input has a single class, so the loss is 0 whatever is learned; give "
            "it a score for each class, or use binary_cross_entropy_with_logits for one number "
            "with targets 0 and 1 (see: one-class)"
        )


def warn_of_no_logarithms(input: Any) -> None:
    """Warn of scores or probabilities where logarithms of probabilities are expected."""
    raw = value(physical(input))  # of all samples, where it is mapped
    operation = made_by(input)
    if operation in ("softmax", "sigmoid") or (raw.size and raw.max() > 1e-3):
        what = f"the output of {operation}" if operation in ("softmax", "sigmoid") else "above 0"
        warn_of_trap(
            f"nll_loss: the input is {what}, and expected are logarithms of probabilities, which "
            "are at most 0; use log_softmax before it, or cross_entropy for scores "
            "(see: log-probabilities)"
        )


def warn_of_targets(caller: str, target: Any) -> None:
    """Warn of targets that are no probabilities."""
    raw = value(physical(target))
    # Not by a rounding, or by the step of a numerical derivative.
    if raw.size and (raw.min() < -0.01 or raw.max() > 1.01):
        warn_of_trap(
            f"{caller}: targets are between {raw.min():.4g} and {raw.max():.4g}, and expected are "
            "probabilities from 0 to 1; the loss has no least value for others. Labels of several "
            "classes are for cross_entropy, labels -1 and 1 for soft_margin_loss "
            "(see: probabilities)"
        )
