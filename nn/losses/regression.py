"""Losses of numbers."""

from __future__ import annotations

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

    function = functional.l1_loss


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

    function = functional.mse_loss


class HuberLoss(Loss):
    """`d²/2` for differences up to δ, `δ (|d| - δ/2)` beyond.

    Args:
        reduction: "mean", "sum" or "none".
        delta: δ.

    >>> HuberLoss(reduction="none")(Tensor([0.0, 0.0]), [1.0, 4.0])
    Tensor([0.5, 3.5])
    """

    function = functional.huber_loss

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta


class SmoothL1Loss(Loss):
    """`d²/(2β)` for differences up to β, `|d| - β/2` beyond.

    Args:
        reduction: "mean", "sum" or "none".
        beta: β.

    >>> SmoothL1Loss(reduction="none", beta=2.0)(Tensor([0.0, 0.0]), [1.0, 4.0])
    Tensor([0.25, 3.  ])
    """

    function = functional.smooth_l1_loss

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta


class KLDivLoss(Loss):
    """`target · (ln target - input)` with input = ln q; see `nn.functional.kl_div`.

    Args:
        reduction: "batchmean" for the divergence per example; "mean", "sum" or "none".
        log_target: whether the target holds logarithms.

    >>> KLDivLoss("batchmean")(Tensor([[-1.0, -1.0]]), [[0.5, 0.5]])
    Tensor(0.30685282)
    """

    function = functional.kl_div

    reductions = ("mean", "sum", "none", "batchmean")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target


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

    function = functional.poisson_nll_loss

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


class GaussianNLLLoss(Loss):
    """`(ln var + (input - target)² / var) / 2`; see `nn.functional.gaussian_nll_loss`.

    Args:
        full: whether to add ln(2π) / 2.
        eps: the least variance.
        reduction: "mean", "sum" or "none".

    >>> GaussianNLLLoss()(Tensor([1.0]), [3.0], Tensor([4.0]))
    Tensor(1.19314718)
    """

    function = functional.gaussian_nll_loss

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full = full
        self.eps = eps
