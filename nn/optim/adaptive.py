"""Adagrad, Adadelta and RMSprop: steps divided by the size of past gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State, below_one

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


class Adagrad(Optimizer):
    """`G ← G + g²; w ← w - lr g / (√G + ε)`: coordinates with large gradients slow down.

    At step t the rate is `lr / (1 + (t - 1) lr_decay)`. Some courses write `√(G + ε)`; Keras starts
    G at 0.1.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        lr_decay: how fast it falls.
        weight_decay: λ; λ w is added to the gradient.
        initial_accumulator_value: where G starts.
        eps: ε, against division by 0.
        maximize: whether to go uphill.

    References:
        J. Duchi, E. Hazan and Y. Singer (2011), Adaptive subgradient methods for online learning
        and stochastic optimization.

    >>> x = Tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = Adagrad([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([ 0.9, 99.9])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "maximize": maximize,
        })  # fmt: skip

    def initial_state(self, value: Array, group: Group) -> State:
        """G."""
        return {"step": 0, "sum": np.full_like(value, group["initial_accumulator_value"])}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr g / (√G + ε)`."""
        rate = group["lr"] / (1 + state["step"] * group["lr_decay"])
        state["step"] += 1
        total = state["sum"]
        total += gradient * gradient
        return rate * gradient / (np.sqrt(total) + group["eps"])


class Adadelta(Optimizer):
    """`G ← ρ G + (1 - ρ) g²; d = √(D + ε) / √(G + ε) g; D ← ρ D + (1 - ρ) d²; w ← w - lr d`.

    The size of recent steps over that of recent gradients is the rate; the paper has lr = 1.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: a factor of the steps.
        rho: ρ, how slowly the means forget.
        eps: ε, which also sets the size of the first steps.
        weight_decay: λ; λ w is added to the gradient.
        maximize: whether to go uphill.

    References:
        M. Zeiler (2012), ADADELTA: an adaptive learning rate method.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = Adadelta([x])
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> bool(0.99 < x.data[0] < 1)
    True
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay,
            "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        if not 0 <= group["rho"] <= 1:
            raise ValueError(f"Adadelta: rho must be between 0 and 1, got {group['rho']}")

    def initial_state(self, value: Array, group: Group) -> State:
        """G and D."""
        return {"square_avg": np.zeros_like(value), "acc_delta": np.zeros_like(value)}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr √(D + ε) / √(G + ε) g`."""
        rho, eps = group["rho"], group["eps"]
        squares, steps = state["square_avg"], state["acc_delta"]
        squares *= rho
        squares += (1 - rho) * (gradient * gradient)
        change = np.sqrt(steps + eps) / np.sqrt(squares + eps) * gradient
        steps *= rho
        steps += (1 - rho) * (change * change)
        return group["lr"] * change


class RMSprop(Optimizer):
    """`G ← α G + (1 - α) g²; w ← w - lr g / (√G + ε)`: Adagrad that forgets.

    With `momentum` μ the steps are `v ← μ v + g / (√G + ε)`. With `centered` the variance
    `G - mean²` takes the place of G. Some courses and Keras write `√(G + ε)`.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        alpha: α, how slowly the mean forgets; Keras' rho, 0.9 there.
        eps: ε, against division by 0.
        weight_decay: λ; λ w is added to the gradient.
        momentum: μ.
        centered: whether to divide by the standard deviation.
        maximize: whether to go uphill.

    References:
        T. Tieleman and G. Hinton (2012), lecture 6.5 of Neural networks for machine learning;
        A. Graves (2013), Generating sequences with recurrent neural networks, for the centred form.

    >>> x = Tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = RMSprop([x], lr=0.01)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([ 0.9, 99.9])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "maximize": maximize,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense."""
        super().check(group)
        below_one(self, "alpha", group["alpha"])

    def initial_state(self, value: Array, group: Group) -> State:
        """G, and where they are used the velocity and the mean."""
        state: State = {"square_avg": np.zeros_like(value)}
        if group["momentum"]:
            state["momentum_buffer"] = np.zeros_like(value)
        if group["centered"]:
            state["grad_avg"] = np.zeros_like(value)
        return state

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr g / (√G + ε)`, or `lr v`."""
        alpha, squares = group["alpha"], state["square_avg"]
        squares *= alpha
        squares += (1 - alpha) * (gradient * gradient)
        if group["centered"]:
            mean = state["grad_avg"]
            mean += (1 - alpha) * (gradient - mean)
            squares = squares - mean * mean
        change = gradient / (np.sqrt(squares) + group["eps"])
        if group["momentum"]:
            velocity = state["momentum_buffer"]
            velocity *= group["momentum"]
            velocity += change
            change = velocity
        return group["lr"] * change
