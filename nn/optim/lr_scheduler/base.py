"""What all schedules share, and those whose rate is a factor of the first one."""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from nn.arguments import Checked
from nn.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "PolynomialLR",
    "StepLR",
]


class LRScheduler(Checked):
    """Base of all schedules: `step()` after each epoch sets the rates of the groups.

    A subclass gives `get_lr`. The rate that a group had first is kept as its `initial_lr`.

    Args:
        optimizer: whose rates are set.
        last_epoch: the epochs done before, to go on after them; -1 for none.

    Raises:
        TypeError: for anything but an optimizer.
        KeyError: to go on without an `initial_lr`.

    >>> from nn.optim import SGD
    >>> class Halving(LRScheduler):
    ...     def get_lr(self):
    ...         return [base / 2**self.last_epoch for base in self.base_lrs]
    >>> schedule = Halving(SGD([Tensor([1.0], requires_grad=True)], lr=0.8))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.4]
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self._start(optimizer, last_epoch)
        self.step()

    def _start(self, optimizer: Optimizer, last_epoch: int) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{type(self).__name__}: expected an optimizer, got {type(optimizer).__name__}"
            )
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: to go on after epoch {last_epoch}, group {number} "
                    "needs 'initial_lr'; load the optimizer's state first"
                )
        self.optimizer = optimizer
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch

    def get_lr(self) -> list[float]:
        """The rates of the groups for `last_epoch`; a subclass writes this."""
        raise NotImplementedError(f"{type(self).__name__} must define get_lr()")

    def get_last_lr(self) -> list[float]:
        """The rates of the groups now."""
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def step(self) -> None:
        """Go to the next epoch."""
        self.check_step()
        self.last_epoch += 1
        self.set_lrs(self.get_lr())

    def check_step(self) -> None:
        """Look whether a step makes sense now, before anything is changed by it.

        Raises:
            ValueError: if the optimizer was given further groups since.

        Warns:
            UserWarning: if the optimizer has not made a step yet, so that the first rate is passed
                over: at once where gradients are waiting, else when the optimizer steps.
        """
        groups = self.optimizer.param_groups
        if len(groups) != len(self.base_lrs):
            raise ValueError(
                f"{type(self).__name__}.step: it was made for {len(self.base_lrs)} groups of "
                f"parameters, and the optimizer has {len(groups)} now; make the schedule again "
                "after add_param_group, with last_epoch to go on where it was"
            )
        if self.last_epoch != 0 or self.optimizer.state:
            return
        words = (
            f"{type(self).__name__}.step() came before the first optimizer.step(), so the first "
            "rate is passed over; call optimizer.step() first"
        )
        if any(each.grad is not None for group in groups for each in group["params"]):
            warnings.warn(words, UserWarning, stacklevel=3)
        else:  # nothing is wrong where rates are only looked at: the optimizer's step says it
            self.optimizer.passed_over = words

    def set_lrs(self, rates: Sequence[float]) -> None:
        """Give every group its rate."""
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def begin(self) -> None:
        """Go to epoch 0, from the first rates."""
        self.set_lrs(self.base_lrs)
        self.last_epoch = -1
        self.step()

    def restart(self) -> None:
        """Begin in the middle of training, after another schedule."""
        self.begin()

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and functions."""
        return {
            name: list(value) if isinstance(value, list) else value
            for name, value in vars(self).items()
            if name != "optimizer" and not callable(value) and not _functions(value)
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        vars(self).update(state_dict)


def _functions(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and callable(value[0])


def one_per_group(
    caller: str, optimizer: Optimizer, name: str, value: Any, kind: type[Any] = float
) -> list[Any]:
    """A setting for each group, from one or a list of them."""
    count = len(optimizer.param_groups)
    listed = list(value) if isinstance(value, list | tuple) else [value] * count
    if len(listed) != count:
        raise ValueError(f"{caller}: {len(listed)} values of {name} for {count} groups")
    return listed


class LambdaLR(LRScheduler):
    """The first rate times a function of the epoch.

    Args:
        optimizer: whose rates are set.
        lr_lambda: epoch to factor, or a list with one per group.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        name = type(self).__name__
        self.lr_lambdas = one_per_group(name, optimizer, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """`base · f(epoch)`."""
        return [
            base * factor(self.last_epoch)
            for base, factor in zip(self.base_lrs, self.lr_lambdas, strict=True)
        ]


class MultiplicativeLR(LambdaLR):
    """The rate times a function of the epoch, at every epoch.

    It has no first rate to go back to: in a `SequentialLR` it goes on from where the schedule
    before it ended.

    Args:
        optimizer: whose rates are set.
        lr_lambda: epoch to factor, or a list with one per group.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = MultiplicativeLR(optimizer, lambda epoch: 0.5)
    >>> schedule.step()
    >>> schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.25
    """

    def get_lr(self) -> list[float]:
        """`lr · f(epoch)`."""
        return self.get_last_lr() if self.last_epoch == 0 else self._multiplied()

    def _multiplied(self) -> list[float]:
        return [
            rate * factor(self.last_epoch)
            for rate, factor in zip(self.get_last_lr(), self.lr_lambdas, strict=True)
        ]

    def restart(self) -> None:
        """Go on from the rates as they are: after another schedule, where that ended."""
        self.last_epoch = 0
        self.set_lrs(self._multiplied())


class _Factor(LRScheduler):
    """The distance of the rate from `eta_min` follows a factor of the epoch.

    The rate is multiplied by the factor's change, so that schedules can be chained.
    """

    eta_min = 0.0

    def factor(self, epoch: int) -> float:
        """The factor, 1 for the first rate."""
        raise NotImplementedError

    def get_lr(self) -> list[float]:
        """`eta_min + (lr - eta_min) · f(epoch) / f(epoch - 1)`."""
        now = self.factor(self.last_epoch)
        before = self.factor(self.last_epoch - 1) if self.last_epoch > 0 else 1.0
        rates = self.get_last_lr()
        if now == before:
            return rates
        if before == 0:  # the rate is at eta_min, from where no factor leads up again
            pairs = zip(rates, self.base_lrs, strict=True)
            return [rate + (base - self.eta_min) * now for rate, base in pairs]
        return [self.eta_min + (rate - self.eta_min) * now / before for rate in rates]


class StepLR(_Factor):
    """The rate times `gamma` after every `step_size` epochs.

    Args:
        optimizer: whose rates are set.
        step_size: epochs between falls.
        gamma: the factor.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.5
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        if step_size < 1:
            raise ValueError(f"StepLR: step_size must be at least 1, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """`gamma^⌊epoch / step_size⌋`."""
        return float(self.gamma ** (epoch // self.step_size))


class MultiStepLR(_Factor):
    """The rate times `gamma` at each of some epochs.

    Args:
        optimizer: whose rates are set.
        milestones: the epochs.
        gamma: the factor.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = MultiStepLR(optimizer, milestones=[1, 2], gamma=0.5)
    >>> for _ in range(3):
    ...     schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.25
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """`gamma` to the number of milestones passed."""
        return float(self.gamma ** bisect_right(self.milestones, epoch))


class ConstantLR(_Factor):
    """The rate times a factor for the first epochs.

    Args:
        optimizer: whose rates are set.
        factor: the factor, between 0 and 1.
        total_iters: how many epochs.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = ConstantLR(optimizer, factor=0.5, total_iters=1)
    >>> optimizer.param_groups[0]["lr"]
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < factor <= 1:
            raise ValueError(
                f"ConstantLR: factor must be greater than 0 and at most 1, got {factor}"
            )
        self.first = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """The factor, then 1."""
        return self.first if epoch < self.total_iters else 1.0


class LinearLR(_Factor):
    """The rate times a factor that goes from one to another in a straight line: a warm-up.

    Args:
        optimizer: whose rates are set.
        start_factor: the factor at first.
        end_factor: the factor at the end.
        total_iters: how many epochs the way takes.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.75
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1 or not 0 <= end_factor <= 1:
            raise ValueError(
                "LinearLR: factors must be between 0 and 1, the first greater than 0, got "
                f"{start_factor} and {end_factor}"
            )
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """The point on the line."""
        share = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share


class ExponentialLR(_Factor):
    """The rate times `gamma` at every epoch.

    Args:
        optimizer: whose rates are set.
        gamma: the factor.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = ExponentialLR(optimizer, gamma=0.5)
    >>> schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.5
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """`gamma^epoch`."""
        return float(self.gamma**epoch)


class PolynomialLR(_Factor):
    """The rate times `(1 - epoch / total)^power`, down to 0.

    Args:
        optimizer: whose rates are set.
        total_iters: how many epochs.
        power: the power.
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = PolynomialLR(optimizer, total_iters=4)
    >>> schedule.step()
    >>> optimizer.param_groups[0]["lr"]
    0.75
    """

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """`(1 - epoch / total)^power`."""
        return float((1 - min(epoch, self.total_iters) / self.total_iters) ** self.power)


class CosineAnnealingLR(_Factor):
    """The rate falls to `eta_min` along half a cosine in `T_max` epochs, and rises again.

    `eta_min + (base - eta_min) (1 + cos(π epoch / T_max)) / 2`.

    Args:
        optimizer: whose rates are set.
        T_max: epochs to the lowest rate.
        eta_min: the lowest rate.
        last_epoch: the epochs done before; -1 for none.

    References:
        I. Loshchilov and F. Hutter (2017), SGDR: stochastic gradient descent with warm restarts.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = CosineAnnealingLR(optimizer, T_max=2)
    >>> schedule.step()
    >>> print(f"{optimizer.param_groups[0]['lr']:.3f}")
    0.500
    """

    def __init__(
        self, optimizer: Optimizer, T_max: float, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def factor(self, epoch: int) -> float:
        """`(1 + cos(π epoch / T_max)) / 2`."""
        return (1 + math.cos(math.pi * epoch / self.T_max)) / 2
