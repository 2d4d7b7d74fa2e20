"""Losses of classes."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.losses.base import Loss, as_buffer

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CrossEntropyLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "SoftMarginLoss",
]


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

    function = functional.cross_entropy

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = as_buffer(weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing


class NLLLoss(Loss):
    """`-input[target]`, for input that is `LogSoftmax` already; see `nn.functional.nll_loss`.

    Args:
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count.
        reduction: "mean", "sum" or "none".

    >>> NLLLoss()(Tensor([[-1.0, -2.0], [-3.0, -4.0]]), [0, 1])
    Tensor(2.5)
    """

    function = functional.nll_loss

    def __init__(
        self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.weight = as_buffer(weight)
        self.ignore_index = ignore_index


class BCELoss(Loss):
    """`-(t ln p + (1 - t) ln(1 - p))` for probabilities p.

    See `nn.functional.binary_cross_entropy`; `BCEWithLogitsLoss` is exact.

    Args:
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".

    >>> BCELoss()(Tensor([0.5, 0.5]), [0.0, 1.0])
    Tensor(0.69314718)
    """

    function = functional.binary_cross_entropy

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = as_buffer(weight)


class BCEWithLogitsLoss(Loss):
    """`-(w t ln σ(x) + (1 - t) ln(1 - σ(x)))` for logits x, exact for every x.

    Args:
        weight: how much each element counts; broadcasts.
        reduction: "mean", "sum" or "none".
        pos_weight: w, how much more the positive class counts; broadcasts.

    >>> BCEWithLogitsLoss()(Tensor([0.0, 1000.0]), [0.0, 1.0])
    Tensor(0.34657359)
    """

    function = functional.binary_cross_entropy_with_logits

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.weight = as_buffer(weight)
        self.pos_weight = as_buffer(pos_weight)


class SoftMarginLoss(Loss):
    """`ln(1 + e^(-t x))` for targets t of 1 and -1.

    Args:
        reduction: "mean", "sum" or "none".

    >>> SoftMarginLoss()(Tensor([0.0, 1000.0]), [1.0, 1.0])
    Tensor(0.34657359)
    """

    function = functional.soft_margin_loss


class MultiLabelSoftMarginLoss(Loss):
    """Binary cross-entropy with logits, averaged over the classes of each example.

    Args:
        weight: (classes,), how much each class counts.
        reduction: "mean", "sum" or "none".

    >>> MultiLabelSoftMarginLoss()(Tensor([[0.0, 0.0]]), [[0.0, 1.0]])
    Tensor(0.69314718)
    """

    function = functional.multilabel_soft_margin_loss

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = as_buffer(weight)


class MultiMarginLoss(Loss):
    """`Σ max(0, margin - x[target] + x[i])^p / classes`: a hinge for many classes.

    Args:
        p: the exponent, 1 or 2.
        margin: by how much the right class must win.
        weight: (classes,), how much each class counts.
        reduction: "mean", "sum" or "none".

    >>> MultiMarginLoss()(Tensor([[0.5, 0.0, 1.0]]), [0])
    Tensor(0.66666667)
    """

    function = functional.multi_margin_loss

    def __init__(
        self, p: float = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.p = p
        self.margin = margin
        self.weight = as_buffer(weight)


class MultiLabelMarginLoss(Loss):
    """`Σ max(0, 1 - (x[j] - x[i])) / classes` over labels j and classes i that are none.

    Args:
        reduction: "mean", "sum" or "none".

    >>> MultiLabelMarginLoss()(Tensor([[0.1, 0.2, 0.4, 0.8]]), [[3, 0, -1, 1]])
    Tensor(0.85)
    """

    function = functional.multilabel_margin_loss


class CTCLoss(Loss):
    """`-ln p(target)` over all ways to spread labels over the steps; see `nn.functional.ctc_loss`.

    Args:
        blank: the class of the blank.
        reduction: "mean", where each loss is divided by the length of its target first; "sum" or
            "none".
        zero_infinity: whether targets that do not fit into the steps count 0.

    >>> steps = autograd.log_softmax(autograd.zeros((2, 1, 3)), -1)
    >>> bool(np.isclose(CTCLoss()(steps, [[1]], [2], [1]).item(), np.log(3)))
    True
    """

    function = functional.ctc_loss

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__(reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity
