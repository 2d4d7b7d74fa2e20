"""Rprop: steps whose lengths follow from signs alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State

__all__ = ["Rprop"]


class Rprop(Optimizer):
    """`w ← w - Δ sign(g)`: every coordinate has a step length Δ of its own.

    Where g has the sign of the last one, Δ grows by η⁺; where it turned, the minimum was jumped
    over: Δ shrinks by η⁻, and this coordinate stays. For gradients of all examples at once.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the first Δ.
        etas: η⁻ and η⁺.
        step_sizes: the least and the largest Δ.
        maximize: whether to go uphill.

    Raises:
        ValueError: for a negative rate, or etas that are not below and above 1.

    References:
        M. Riedmiller and H. Braun (1993), A direct adaptive method for faster backpropagation
        learning: the RPROP algorithm.

    >>> x = Tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = Rprop([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([ 0.9, 99.9])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        shrink, grow = group["etas"]
        if not 0 < shrink < 1 < grow:
            raise ValueError(f"Rprop: etas must be 0 < η⁻ < 1 < η⁺, got {group['etas']}")

    def initial_state(self, value: Array, group: Group) -> State:
        """The last gradient, and Δ."""
        return {
            "step": 0,
            "prev": np.zeros_like(value),
            "step_size": np.full_like(value, group["lr"]),
        }

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`Δ sign(g)`, 0 where g turned."""
        shrink, grow = group["etas"]
        state["step"] += 1
        turned = np.sign(gradient * state["prev"])
        sizes = state["step_size"]
        sizes *= np.where(turned > 0, grow, np.where(turned < 0, shrink, 1)).astype(sizes.dtype)
        np.clip(sizes, *group["step_sizes"], out=sizes)
        kept = np.where(turned < 0, 0, gradient).astype(gradient.dtype)
        np.copyto(state["prev"], kept)
        return np.sign(kept) * sizes
