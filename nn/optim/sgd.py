"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent: `w ← w - lr g`, with momentum `v ← μ v + (1 - τ) g; w ← w - lr v`.

    The first step has `v = g`. With `nesterov` the change is `lr (g + μ v)`.

    Textbooks, Keras and the courses write momentum `v ← μ v - lr g; w ← w + v`. The paths are the
    same while lr is constant; after a change of lr ours takes effect at once.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        momentum: μ, the share of the last step that is kept.
        dampening: τ, what the gradient's share is reduced by.
        weight_decay: λ; λ w is added to the gradient, the slope of the penalty λ/2 w².
        nesterov: whether to look ahead along the momentum.
        maximize: whether to go uphill.

    Raises:
        ValueError: for negative settings, or Nesterov without momentum or with dampening.

    References:
        B. T. Polyak (1964), Some methods of speeding up the convergence of iteration methods;
        I. Sutskever et al. (2013), On the importance of initialization and momentum in deep
        learning, for the Nesterov form.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = SGD([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([0.8])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "dampening": dampening,
            "weight_decay": weight_decay, "nesterov": nesterov, "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("SGD: Nesterov needs a momentum above 0 and no dampening")

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr v`, or `lr g` without momentum."""
        momentum = group["momentum"]
        if not momentum:
            return group["lr"] * gradient
        velocity = state.get("momentum_buffer")
        if velocity is None:
            velocity = state["momentum_buffer"] = np.array(gradient)
        else:
            velocity *= momentum
            velocity += (1 - group["dampening"]) * gradient
        if group["nesterov"]:
            return group["lr"] * (gradient + momentum * velocity)
        return group["lr"] * velocity
