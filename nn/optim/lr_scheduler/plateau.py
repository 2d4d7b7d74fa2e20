"""A schedule that looks at the results: lower rates when they stop getting better."""

from __future__ import annotations

import math
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler, one_per_group
from nn.optim.optimizer import Optimizer

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` when a measure has not improved for `patience` epochs.

    Args:
        optimizer: whose rates are set.
        mode: "min" where smaller is better, "max" where larger is.
        factor: what the rate is multiplied by, less than 1.
        patience: epochs without improvement that are put up with.
        threshold: by how much it must improve.
        threshold_mode: whether that is a share, "rel", or a difference, "abs".
        cooldown: epochs after a fall that do not count.
        min_lr: the lowest rate, or one per group.
        eps: smaller falls are left out.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> optimizer.param_groups[0]["lr"]
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be less than 1, got {factor}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau: mode must be 'min' or 'max' and threshold_mode 'rel' or "
                f"'abs', got {mode!r} and {threshold_mode!r}"
            )
        self._start(optimizer, -1)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = one_per_group("ReduceLROnPlateau", optimizer, "min_lr", min_lr)
        self.eps = eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0

    def step(self, metrics: Any = None) -> None:
        """Look at the measure of this epoch.

        Raises:
            TypeError: without a measure.
        """
        if metrics is None:
            raise TypeError("ReduceLROnPlateau: step needs the measure, such as step(loss)")
        current = float(metrics)
        self.check_step()
        self.last_epoch += 1
        if self._better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            pairs = zip(self.get_last_lr(), self.min_lrs, strict=True)
            lower = [(rate, max(rate * self.factor, least)) for rate, least in pairs]
            self.set_lrs([new if rate - new > self.eps else rate for rate, new in lower])
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0

    def _better(self, current: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        margin = self.threshold * (self.best if self.threshold_mode == "rel" else sign)
        bound = self.best - (margin if self.threshold_mode == "abs" else sign * margin)
        if math.isinf(self.best):
            bound = self.best
        return current < bound if self.mode == "min" else current > bound
