"""Adam and its relatives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State, below_one

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """Steps of about `lr`, in the direction of the mean gradient over its size.

    `m ← β1 m + (1 - β1) g` and `v ← β2 v + (1 - β2) g²`, both from 0 and therefore too small at
    first, which `m̂ = m / (1 - β1ᵗ)`, `v̂ = v / (1 - β2ᵗ)` corrects at step t; then
    `w ← w - lr m̂ / (√v̂ + ε)`. With `amsgrad` the largest v so far replaces v.

    Some courses print it without the correction, and some papers with ε inside the root; Keras'
    ε is 1e-7. With `decoupled_weight_decay` this is AdamW.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate, about the length of a step in every coordinate.
        betas: β1 and β2, how slowly the two means forget.
        eps: ε, against division by 0.
        weight_decay: λ; λ w is added to the gradient.
        amsgrad: whether to divide by the largest v so far.
        maximize: whether to go uphill.
        decoupled_weight_decay: whether weights shrink by `lr λ w` instead, see `AdamW`.

    Raises:
        ValueError: for negative settings, or betas that are not in [0, 1).

    References:
        D. Kingma and J. Ba (2015), Adam: a method for stochastic optimization; S. Reddi, S. Kale
        and S. Kumar (2018), On the convergence of Adam and beyond, for amsgrad.

    >>> x = Tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = Adam([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([ 0.9, 99.9])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        defaults: dict[str, Any] = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, defaults)

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        below_one(self, "betas", *group["betas"])

    def coupled_decay(self, group: Group) -> float:
        """None, where the decay is decoupled."""
        return 0 if group["decoupled_weight_decay"] else super().coupled_decay(group)

    def initial_state(self, value: Array, group: Group) -> State:
        """No steps, and means of 0."""
        state = {"step": 0, "exp_avg": np.zeros_like(value), "exp_avg_sq": np.zeros_like(value)}
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = np.zeros_like(value)
        return state

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Array:
        """`lr m̂ / (√v̂ + ε)`."""
        beta1, beta2 = group["betas"]
        state["step"] += 1
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean += (1 - beta1) * (gradient - mean)
        square *= beta2
        square += (1 - beta2) * (gradient * gradient)
        if group["amsgrad"]:
            square = np.maximum(square, state["max_exp_avg_sq"], out=state["max_exp_avg_sq"])
        size = np.sqrt(square)
        size /= math.sqrt(1 - beta2 ** state["step"])
        size += group["eps"]
        change = mean / size
        change *= group["lr"] / (1 - beta1 ** state["step"])
        if group["decoupled_weight_decay"] and group["weight_decay"]:
            change += group["lr"] * group["weight_decay"] * value
        return change


class AdamW(Adam):
    """Adam whose weights shrink on their own: `w ← w - lr λ w - lr m̂ / (√v̂ + ε)`.

    In Adam a decay λ w in the gradient is divided by √v̂ like all else, so weights with large
    gradients hardly shrink; here all shrink alike.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        betas: β1 and β2, as in `Adam`.
        eps: ε, as in `Adam`.
        weight_decay: λ, in units of 1 / lr; the paper's own λ is lr λ here.
        amsgrad: as in `Adam`.
        maximize: whether to go uphill.

    References:
        I. Loshchilov and F. Hutter (2019), Decoupled weight decay regularization.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = AdamW([x], lr=0.1, weight_decay=0.5)
    >>> (0 * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([0.95])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad,
            maximize=maximize, decoupled_weight_decay=True,
        )  # fmt: skip
