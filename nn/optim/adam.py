"""Adam and its relatives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]


class _TwoMeans(Optimizer):
    """What Adam, NAdam and RAdam share: two means, and a decay that may be decoupled."""

    def coupled_decay(self, group: Group) -> float:
        """None, where the decay is decoupled."""
        return 0 if group["decoupled_weight_decay"] else super().coupled_decay(group)

    def initial_state(self, value: Array, group: Group) -> State:
        """No steps, and means of 0."""
        return {"step": 0, "exp_avg": np.zeros_like(value), "exp_avg_sq": np.zeros_like(value)}

    def move_means(self, gradient: Array, state: State, group: Group) -> tuple[Array, Array, int]:
        """`m` and `v` after this gradient, and the number of the step."""
        beta1, beta2 = group["betas"]
        state["step"] += 1
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean += (1 - beta1) * (gradient - mean)
        square *= beta2
        square += (1 - beta2) * (gradient * gradient)
        return mean, square, state["step"]

    def decoupled(self, value: Array, group: Group) -> Any:
        """`lr λ w`, what the weights shrink by on their own."""
        if not group["decoupled_weight_decay"] or not group["weight_decay"]:
            return 0
        return group["lr"] * group["weight_decay"] * value


class Adam(_TwoMeans):
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
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "amsgrad": amsgrad, "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        })  # fmt: skip

    def initial_state(self, value: Array, group: Group) -> State:
        """No steps, and means of 0."""
        state = super().initial_state(value, group)
        if group["amsgrad"]:
            state["max_exp_avg_sq"] = np.zeros_like(value)
        return state

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr m̂ / (√v̂ + ε)`."""
        beta1, beta2 = group["betas"]
        mean, square, step = self.move_means(gradient, state, group)
        if group["amsgrad"]:
            square = np.maximum(square, state["max_exp_avg_sq"], out=state["max_exp_avg_sq"])
        size = np.sqrt(square)
        size /= math.sqrt(1 - beta2**step)
        size += group["eps"]
        change = mean / size
        change *= group["lr"] / (1 - beta1**step)
        if group["decoupled_weight_decay"] and group["weight_decay"]:
            change += self.decoupled(value, group)
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


class Adamax(Optimizer):
    """Adam with the largest gradient in place of their mean square.

    `m ← β1 m + (1 - β1) g; u ← max(β2 u, |g| + ε); w ← w - lr / (1 - β1ᵗ) m / u`. The paper has no
    ε.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate, the largest step in any coordinate.
        betas: β1 and β2, how slowly mean and maximum forget.
        eps: ε, against division by 0.
        weight_decay: λ; λ w is added to the gradient.
        maximize: whether to go uphill.

    References:
        D. Kingma and J. Ba (2015), Adam: a method for stochastic optimization.

    >>> x = Tensor([1.0, 100.0], requires_grad=True)
    >>> optimizer = Adamax([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data.round(6)
    array([ 0.9, 99.9])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "maximize": maximize,
        })  # fmt: skip

    def initial_state(self, value: Array, group: Group) -> State:
        """No steps, mean and maximum 0."""
        return {"step": 0, "exp_avg": np.zeros_like(value), "exp_inf": np.zeros_like(value)}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr / (1 - β1ᵗ) m / u`."""
        beta1, beta2 = group["betas"]
        state["step"] += 1
        mean, largest = state["exp_avg"], state["exp_inf"]
        mean += (1 - beta1) * (gradient - mean)
        largest *= beta2
        np.maximum(largest, np.abs(gradient) + group["eps"], out=largest)
        return group["lr"] / (1 - beta1 ** state["step"]) * mean / largest


class NAdam(_TwoMeans):
    """Adam with Nesterov's look ahead along the momentum.

    With `μ_t = β1 (1 - 0.96^(t ψ) / 2)` and the product M of all μ up to t, the step is
    `lr ((1 - μ_t) / (1 - M) g + μ_{t+1} / (1 - M μ_{t+1}) m) / (√v̂ + ε)`.

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        betas: β1 and β2, as in `Adam`.
        eps: ε, as in `Adam`.
        weight_decay: λ; λ w is added to the gradient.
        momentum_decay: ψ, how fast μ rises to β1.
        decoupled_weight_decay: whether weights shrink by `lr λ w` instead, see `AdamW`.
        maximize: whether to go uphill.

    References:
        T. Dozat (2016), Incorporating Nesterov momentum into Adam.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = NAdam([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> bool(0.8 < x.data[0] < 1)
    True
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        })  # fmt: skip

    def initial_state(self, value: Array, group: Group) -> State:
        """No steps, means of 0, an empty product."""
        return {**super().initial_state(value, group), "mu_product": 1.0}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """The step of the look ahead."""
        beta1, beta2 = group["betas"]
        mean, square, step = self.move_means(gradient, state, group)
        now, then = (
            beta1 * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"])) for t in (step, step + 1)
        )
        state["mu_product"] *= now
        product = state["mu_product"]
        size = np.sqrt(square / (1 - beta2**step)) + group["eps"]
        ahead = (1 - now) / (1 - product) * gradient + then / (1 - product * then) * mean
        return group["lr"] * ahead / size + self.decoupled(value, group)


class RAdam(_TwoMeans):
    """Adam that waits with the division by √v until v can be trusted.

    With `ρ∞ = 2 / (1 - β2) - 1` and `ρ = ρ∞ - 2 t β2ᵗ / (1 - β2ᵗ)` the step is `lr m̂` while ρ <= 5,
    and `lr m̂ r / (√v̂ + ε)` afterwards, with r = √((ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)).

    Args:
        params: parameters or groups, see `Optimizer`.
        lr: the learning rate.
        betas: β1 and β2, as in `Adam`.
        eps: ε, added to √v before the correction of its start.
        weight_decay: λ; λ w is added to the gradient.
        decoupled_weight_decay: whether weights shrink by `lr λ w` instead, see `AdamW`.
        maximize: whether to go uphill.

    References:
        L. Liu et al. (2020), On the variance of the adaptive learning rate and beyond.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> optimizer = RAdam([x], lr=0.1)
    >>> (x * x).sum().backward()
    >>> optimizer.step()
    >>> x.data
    array([0.8])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize,
        })  # fmt: skip

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr m̂`, later over the root of v̂."""
        beta1, beta2 = group["betas"]
        mean, square, step = self.move_means(gradient, state, group)
        change = group["lr"] / (1 - beta1**step) * mean
        last = 2 / (1 - beta2) - 1
        reached = last - 2 * step * beta2**step / (1 - beta2**step)
        if reached > 5:
            ratio = (reached - 4) * (reached - 2) * last / ((last - 4) * (last - 2) * reached)
            rectified = math.sqrt(ratio * (1 - beta2**step))
            change = change * rectified / (np.sqrt(square) + group["eps"])
        return change + self.decoupled(value, group)
