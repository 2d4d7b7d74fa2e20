"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State, at_least

__all__ = ["ASGD"]


class ASGD(Optimizer):
    """`w ← (1 - λ η) w - η g` with `η = lr / (1 + λ lr t)^α`, and the mean of all w beside it.

    The mean is not what is trained: it stands in `optimizer.state[parameter]["ax"]`, moves by
    `ax ← ax + μ (w - ax)` with `μ = 1 / max(1, t - t0)`, and is w itself until step t0.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the first rate.
        lambd: λ.
        alpha: α.
        t0: the step at which the mean begins.
        weight_decay: what times w is added to the gradient.
        maximize: whether to go uphill.

    References:
        B. T. Polyak and A. B. Juditsky (1992), Acceleration of stochastic approximation by
        averaging.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = ASGD([x], lr=0.1, lambd=0.0)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data, optimizer.state[x]["ax"]
    (array([0.8]), array([0.8]))
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay,
            "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        at_least(self, group, "lambd", 0)

    def initial_state(self, value: Array, group: Group) -> State:
        """The rate, the share of a new w in the mean, and the mean."""
        return {"step": 0, "eta": float(group["lr"]), "mu": 1.0, "ax": np.zeros_like(value)}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`η (λ w + g)`."""
        state["step"] += 1
        change = state["eta"] * (group["lambd"] * value + gradient)
        mean = state["ax"]
        mean += state["mu"] * (value - change - mean)
        rate, step = group["lr"], state["step"]
        state["eta"] = rate / (1 + group["lambd"] * rate * step) ** group["alpha"]
        state["mu"] = 1 / max(1, step - group["t0"])
        return change
