"""Schedules one after the other, and schedules at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler
from nn.optim.optimizer import Optimizer

__all__ = ["ChainedScheduler", "SequentialLR"]


class SequentialLR(LRScheduler):
    """Several schedules, one after the other: a warm-up, then something else.

    Each begins from its own first rates. (In PyTorch the first one begins at the first rate of a
    `OneCycleLR` that comes later.)

    Args:
        optimizer: whose rates are set.
        schedulers: the schedules.
        milestones: the epochs at which the second, third, ... begin, each at its epoch 0.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> from nn.optim.lr_scheduler import ExponentialLR, LinearLR
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> warmup = LinearLR(optimizer, 0.5, total_iters=2)
    >>> schedule = SequentialLR(optimizer, [warmup, ExponentialLR(optimizer, 0.5)], [2])
    >>> rates = []
    >>> for _ in range(5):
    ...     rates += schedule.get_last_lr()
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if not schedulers or len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedules need {len(schedulers) - 1} "
                f"milestones, got {len(milestones)}"
            )
        if any(each.optimizer is not optimizer for each in schedulers):
            raise ValueError("SequentialLR: a schedule is of another optimizer")
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        self._start(optimizer, last_epoch)
        self.last_epoch += 1
        schedulers[0].begin()  # from its own first rates: the others have moved the rates

    def step(self) -> None:
        """Go to the next epoch of the schedule whose turn it is."""
        self.check_step()
        self.last_epoch += 1
        turn = bisect_right(self.milestones, self.last_epoch)
        if turn and self.milestones[turn - 1] == self.last_epoch:
            self.schedulers[turn].restart()
        else:
            self.schedulers[turn].step()

    def state_dict(self) -> dict[str, Any]:
        """The states of all schedules."""
        return {
            "last_epoch": self.last_epoch,
            "schedulers": [each.state_dict() for each in self.schedulers],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.last_epoch = state_dict["last_epoch"]
        for each, state in zip(self.schedulers, state_dict["schedulers"], strict=True):
            each.load_state_dict(state)


class ChainedScheduler(SequentialLR):
    """Several schedules at once: each changes the rate that the one before it left.

    Args:
        schedulers: schedules of one optimizer, whose rates are multiplied.

    >>> from nn.optim import SGD
    >>> from nn.optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> halves = ConstantLR(optimizer, 0.5, total_iters=2)
    >>> schedule = ChainedScheduler([halves, ExponentialLR(optimizer, 0.5)])
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, schedulers: Sequence[LRScheduler]) -> None:
        if not schedulers:
            raise ValueError("ChainedScheduler: there is no schedule")
        optimizer = schedulers[0].optimizer
        if any(each.optimizer is not optimizer for each in schedulers):
            raise ValueError("ChainedScheduler: a schedule is of another optimizer")
        self.schedulers = list(schedulers)
        self.optimizer = optimizer
        self.base_lrs = schedulers[0].base_lrs
        self.last_epoch = 0

    def step(self) -> None:
        """Go to the next epoch of all."""
        self.check_step()
        self.last_epoch += 1
        for each in self.schedulers:
            each.step()
