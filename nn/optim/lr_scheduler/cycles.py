"""Schedules that rise and fall: warm restarts, triangles, one cycle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nn.optim.lr_scheduler.base import LRScheduler, one_per_group
from nn.optim.optimizer import Optimizer

__all__ = ["CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR"]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine down to `eta_min`, then back to the first rate at once, and again.

    Args:
        optimizer: whose rates are set.
        T_0: epochs to the first restart.
        T_mult: by how much longer each run is than the one before.
        eta_min: the lowest rate.
        last_epoch: the epochs done before; -1 for none.

    References:
        I. Loshchilov and F. Hutter (2017), SGDR: stochastic gradient descent with warm restarts.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    1.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        if T_0 < 1 or T_mult < 1:
            raise ValueError(
                "CosineAnnealingWarmRestarts: T_0 and T_mult must be at least 1, got "
                f"{T_0} and {T_mult}"
            )
        self.T_0 = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to any one; a fraction is a place between epochs."""
        if epoch is not None and epoch < 0:
            raise ValueError(f"CosineAnnealingWarmRestarts: there is no epoch {epoch}")
        self.check_step()
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch  # type: ignore[assignment]
        self.set_lrs(self.get_lr())

    def get_lr(self) -> list[float]:
        """`eta_min + (base - eta_min) (1 + cos(π · share of this run)) / 2`."""
        done, length = float(self.last_epoch), self.T_0
        while done >= length:
            done, length = done - length, length * self.T_mult
            if self.T_mult == 1:
                done %= length
        share = (1 + math.cos(math.pi * done / length)) / 2
        return [self.eta_min + (base - self.eta_min) * share for base in self.base_lrs]


class _WithMomentum(LRScheduler):
    """Moves the momentum against the rate, where the optimizer has one."""

    def _momentum_setting(self) -> str:
        defaults = self.optimizer.defaults
        if "momentum" not in defaults and "betas" not in defaults:
            raise ValueError(
                f"{type(self).__name__}: {type(self.optimizer).__name__} has no momentum; pass "
                "cycle_momentum=False"
            )
        return "momentum" if "momentum" in defaults else "betas"

    def _begin_at(self, rates: list[float]) -> None:
        """Take the cycle's first rates for those of the groups, for schedules made later too."""
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["initial_lr"] = rate
        self.base_lrs = rates

    def _set_momenta(self, momenta: list[float]) -> None:
        setting = self._momentum_setting()
        for group, momentum in zip(self.optimizer.param_groups, momenta, strict=True):
            if setting == "betas":
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum


class CyclicLR(_WithMomentum):
    """The rate between two bounds, up and down in straight lines; call `step` after each batch.

    It begins at `base_lr`, also where other schedules were made before. (In PyTorch it then begins
    at their first rate.)

    Args:
        optimizer: whose rates are set.
        base_lr: the lower bound, or one per group.
        max_lr: the upper bound, or one per group.
        step_size_up: steps of a rise.
        step_size_down: steps of a fall, as a rise if not given.
        mode: "triangular"; "triangular2", where each cycle is half as high as the one before;
            "exp_range", where it shrinks by `gamma` at each step.
        gamma: see the mode.
        scale_fn: a function that gives the height, in place of a mode.
        scale_mode: whether it takes the number of the "cycle" or of the step, "iterations".
        cycle_momentum: whether momentum (or β1) falls while the rate rises.
        base_momentum: the lower bound of it.
        max_momentum: the upper bound of it.
        last_epoch: the steps done before; -1 for none.

    References:
        L. Smith (2017), Cyclical learning rates for training neural networks.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = CyclicLR(optimizer, 0.1, 0.5, step_size_up=2, cycle_momentum=False)
    >>> schedule.step()
    >>> print(f"{optimizer.param_groups[0]['lr']:.3f}")
    0.300
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(
                f"CyclicLR: mode must be triangular, triangular2 or exp_range, got {mode!r}"
            )
        self._start(optimizer, last_epoch)
        self._begin_at(one_per_group("CyclicLR", optimizer, "base_lr", base_lr))
        self.max_lrs = one_per_group("CyclicLR", optimizer, "max_lr", max_lr)
        self.step_size_up = step_size_up
        self.step_size_down = step_size_up if step_size_down is None else step_size_down
        self.mode = mode
        self.gamma = gamma
        self.scale_fn = scale_fn
        self.scale_mode = scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._momentum_setting()
            self.base_momenta = one_per_group("CyclicLR", optimizer, "base_momentum", base_momentum)
            self.max_momenta = one_per_group("CyclicLR", optimizer, "max_momentum", max_momentum)
        self.step()

    def _height(self, cycle: int) -> float:
        if self.scale_fn is not None:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.mode == "triangular2":
            return float(0.5 ** (cycle - 1))
        return float(self.gamma**self.last_epoch) if self.mode == "exp_range" else 1.0

    def get_lr(self) -> list[float]:
        """`base + (max - base) · place in the triangle · height`."""
        total = self.step_size_up + self.step_size_down
        cycle, place = divmod(self.last_epoch, total)
        if place <= self.step_size_up:
            share = place / self.step_size_up
        else:
            share = (total - place) / self.step_size_down
        share *= self._height(cycle + 1)
        if self.cycle_momentum:
            self._set_momenta(
                [
                    high - (high - low) * share
                    for low, high in zip(self.base_momenta, self.max_momenta, strict=True)
                ]
            )
        return [
            low + (high - low) * share
            for low, high in zip(self.base_lrs, self.max_lrs, strict=True)
        ]


class OneCycleLR(_WithMomentum):
    """One rise to `max_lr` and one long fall far below the start; call `step` after each batch.

    Args:
        optimizer: whose rates are set.
        max_lr: the highest rate, or one per group.
        total_steps: of the whole cycle; or both of
        epochs: how many, and
        steps_per_epoch: how many batches in each.
        pct_start: the share of the rise.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum (or β1) falls while the rate rises.
        base_momentum: the lower bound of it.
        max_momentum: the upper bound of it.
        div_factor: the first rate is `max_lr / div_factor`.
        final_div_factor: the last rate is the first over this.
        three_phase: whether the fall is as long as the rise, down to the first rate, before the
            last part.
        last_epoch: the steps done before; -1 for none.

    References:
        L. Smith and N. Topin (2018), Super-convergence: very fast training of neural networks
        using large learning rates.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=10, cycle_momentum=False)
    >>> optimizer.param_groups[0]["lr"]
    0.04
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR: give total_steps, or both epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if total_steps < 1 or not 0 <= pct_start <= 1:
            raise ValueError(
                "OneCycleLR: there must be steps, and pct_start be between 0 and 1, got "
                f"{total_steps} and {pct_start}"
            )
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}"
            )
        self._start(optimizer, last_epoch)
        self.total_steps = total_steps
        self.anneal_strategy = anneal_strategy
        self.cycle_momentum = cycle_momentum
        highest = one_per_group("OneCycleLR", optimizer, "max_lr", max_lr)
        first = [rate / div_factor for rate in highest]
        last = [rate / final_div_factor for rate in first]
        peak = pct_start * total_steps - 1
        # Phases: the step at which each ends, and what it goes to.
        if three_phase:
            ends = [peak, 2 * pct_start * total_steps - 2, total_steps - 1]
            self.rates = [first, highest, first, last]
        else:
            ends = [peak, total_steps - 1]
            self.rates = [first, highest, last]
        self.ends = ends
        if cycle_momentum:
            self._momentum_setting()
            low = one_per_group("OneCycleLR", optimizer, "base_momentum", base_momentum)
            high = one_per_group("OneCycleLR", optimizer, "max_momentum", max_momentum)
            self.momenta = [high, low, high, high][: len(self.rates)]
        if last_epoch == -1:
            self._begin_at(first)
        self.step()

    def get_lr(self) -> list[float]:
        """The point on the way from one rate of the cycle to the next.

        Called after each of `total_steps` steps, the last call comes when no step is left; the
        rate then stays at the end of the cycle. (PyTorch goes past it, up again.)

        Raises:
            ValueError: for further steps.
        """
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step {self.last_epoch} of a cycle of {self.total_steps} steps"
            )
        place = min(self.last_epoch, self.total_steps - 1)
        start = 0.0
        for phase, end in enumerate(self.ends):
            if place <= end or phase == len(self.ends) - 1:
                share = (place - start) / (end - start)
                break
            start = end
        if self.cycle_momentum:
            self._set_momenta(self._between(self.momenta, phase, share))
        return self._between(self.rates, phase, share)

    def _between(self, stations: list[list[float]], phase: int, share: float) -> list[float]:
        if self.anneal_strategy == "cos":
            share = (1 - math.cos(math.pi * share)) / 2
        pairs: Any = zip(stations[phase], stations[phase + 1], strict=True)
        return [start + (end - start) * share for start, end in pairs]
