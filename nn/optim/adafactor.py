"""Adafactor: adaptive steps that remember a row and a column of a matrix, not the matrix."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State, at_least

__all__ = ["Adafactor"]


class Adafactor(Optimizer):
    """Adam without the first mean, whose second is a row times a column.

    At step t, with `β = 1 - t^decay`: the means of g² over rows and columns move by `1 - β`; their
    product over the mean of all stands for v. `u = g / √v` is divided by `max(1, rms(u) / d)`, and
    `w ← w - max(ε₂, rms(w)) min(lr, 1/√t) u`. A vector keeps the whole v.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the largest step, as a share of the size of the weights.
        beta2_decay: the exponent of 1 - β.
        eps: ε₁, the least √v, the smallest step of the dtype if None; and ε₂, the least size.
        d: above which root mean square an update is shortened.
        weight_decay: λ; weights shrink by `lr λ w` on their own.
        maximize: whether to go uphill.

    References:
        N. Shazeer and M. Stern (2018), Adafactor: adaptive learning rates with sublinear memory
        cost.

    >>> x = Tensor([[1.0, 100.0]], requires_grad=True)
    >>> optimizer = Adafactor([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> sorted(optimizer.state[x]), optimizer.state[x]["row_var"].shape
    (['col_var', 'row_var', 'step'], (1, 1))
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "beta2_decay": beta2_decay, "eps": eps, "d": d,
            "weight_decay": weight_decay, "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        for setting in ("lr", "weight_decay"):
            at_least(self, group, setting, 0)
        at_least(self, group, "d", 1)
        least, size = group["eps"]
        if size < 0 or (least is not None and least < 0):
            raise ValueError(f"Adafactor: eps must not be negative, got {group['eps']}")
        if group["beta2_decay"] > 0:
            raise ValueError(
                f"Adafactor: beta2_decay must not be above 0, got {group['beta2_decay']}"
            )

    def coupled_decay(self, group: Group) -> float:
        """None: the decay is decoupled."""
        return 0

    def initial_state(self, value: Array, group: Group) -> State:
        """Means of 0: over rows and columns, or of every element of a vector."""
        if value.ndim < 2:
            return {"step": 0, "variance": np.zeros_like(value)}
        return {
            "step": 0,
            "row_var": np.zeros((*value.shape[:-1], 1), value.dtype),
            "col_var": np.zeros((*value.shape[:-2], 1, value.shape[-1]), value.dtype),
        }

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr λ w + max(ε₂, rms(w)) min(lr, 1/√t) u`."""
        least, size = group["eps"]
        if least is None:
            least = float(np.finfo(value.dtype).eps)
        state["step"] += 1
        step = float(state["step"])
        share = step ** group["beta2_decay"]
        rate = max(size, _size(value)) * min(group["lr"], 1 / math.sqrt(step))
        squares = gradient * gradient
        if value.ndim < 2:
            state["variance"] += share * (squares - state["variance"])
            estimate = state["variance"]
        else:
            rows, columns = state["row_var"], state["col_var"]
            rows += share * (squares.mean(axis=-1, keepdims=True) - rows)
            columns += share * (squares.mean(axis=-2, keepdims=True) - columns)
            estimate = rows @ columns / np.maximum(rows.mean(axis=-2, keepdims=True), least)
        update = gradient / np.sqrt(np.maximum(estimate, least * least))
        change = update * (rate / max(1.0, _size(update) / group["d"]))
        return change + group["lr"] * group["weight_decay"] * value


def _size(array: Array) -> float:
    """The root of the mean square."""
    return float(np.linalg.norm(array)) / math.sqrt(max(array.size, 1))
