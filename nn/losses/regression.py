"""Losses of numbers."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.losses.base import Loss

__all__ = [
    "GaussianNLLLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
]


class L1Loss(Loss):
    """`|input - target|`, averaged; see `nn.functional.l1_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> L1Loss()(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(1.)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.l1_loss(input, target, self.reduction)


class MSELoss(Loss):
    """`(input - target)²`, averaged over all elements; see `nn.functional.mse_loss`.

    Args:
        reduction: "mean", "sum" or "none".

    >>> MSELoss()(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
    >>> MSELoss()(Tensor([[1.0], [2.0]]), [1.0, 2.0])
    Traceback (most recent call last):
    ValueError: mse_loss: input has shape (2, 1) but target has (2,); they must be equal, or ...
    """

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.mse_loss(input, target, self.reduction)


class HuberLoss(Loss):
    """`d²/2` for differences up to δ, `δ (|d| - δ/2)` beyond.

    Args:
        reduction: "mean", "sum" or "none".
        delta: δ.

    >>> HuberLoss(reduction="none")(Tensor([0.0, 0.0]), [1.0, 4.0])
    Tensor([0.5, 3.5])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """`d²/(2β)` for differences up to β, `|d| - β/2` beyond.

    Args:
        reduction: "mean", "sum" or "none".
        beta: β.

    >>> SmoothL1Loss(reduction="none", beta=2.0)(Tensor([0.0, 0.0]), [1.0, 4.0])
    Tensor([0.25, 3.  ])
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.smooth_l1_loss(input, target, self.reduction, self.beta)


class KLDivLoss(Loss):
    """`target · (ln target - input)` with input = ln q; see `nn.functional.kl_div`.

    Args:
        reduction: "batchmean" for the divergence per example; "mean", "sum" or "none".
        log_target: whether the target holds logarithms.

    >>> KLDivLoss("batchmean")(Tensor([[-1.0, -1.0]]), [[0.5, 0.5]])
    Tensor(0.30685282)
    """

    reductions = ("mean", "sum", "none", "batchmean")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.kl_div(input, target, self.reduction, self.log_target)


class PoissonNLLLoss(Loss):
    """`rate - target · ln rate`, for counts; see `nn.functional.poisson_nll_loss`.

    Args:
        log_input: whether the input is the logarithm of the rate.
        full: whether to add an approximation of ln target!.
        eps: added to the rate in its logarithm.
        reduction: "mean", "sum" or "none".

    >>> PoissonNLLLoss()(Tensor([0.0]), [2.0])
    Tensor(1.)
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        eps: float = 1e-8,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, input: Any, target: Any) -> Any:
        """The loss."""
        return functional.poisson_nll_loss(
            input, target, self.log_input, self.full, self.eps, self.reduction
        )


class GaussianNLLLoss(Loss):
    """`(ln var + (input - target)² / var) / 2`; see `nn.functional.gaussian_nll_loss`.

    Args:
        full: whether to add ln(2π) / 2.
        eps: the least variance.
        reduction: "mean", "sum" or "none".

    >>> GaussianNLLLoss()(Tensor([1.0]), [3.0], Tensor([4.0]))
    Tensor(1.19314718)
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """The loss."""
        return functional.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
