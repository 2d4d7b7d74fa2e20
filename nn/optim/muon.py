"""Muon: momentum, made orthogonal, for the matrices inside a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from nn.optim.optimizer import Array, Group, Optimizer, State

__all__ = ["Muon"]

# By which factor of lr a matrix (rows, columns) is changed.
_RATES: dict[str | None, Callable[[int, int], float]] = {
    None: lambda rows, columns: math.sqrt(max(1, rows / columns)),
    "original": lambda rows, columns: math.sqrt(max(1, rows / columns)),
    "match_rms_adamw": lambda rows, columns: 0.2 * math.sqrt(max(rows, columns)),
    "spectral_unclamped": lambda rows, columns: math.sqrt(rows / columns),
}


class Muon(Optimizer):
    """`w ← (1 - lr λ) w - lr' U Vᵀ`, with `U S Vᵀ` the momentum of a matrix: all directions count.

    The orthogonal factor is approximated by a few Newton-Schulz steps
    `X ← a X + (b X Xᵀ + c (X Xᵀ)²) X` from `X = M / ‖M‖`, in the dtype of the parameter, where
    PyTorch takes bfloat16. For the weights of hidden layers; biases, embeddings and the last layer
    are trained by another optimizer, such as AdamW.

    Args:
        params: parameters or groups of them, all of two axes.
        lr: the learning rate.
        weight_decay: λ.
        momentum: μ of `m ← μ m + (1 - μ) g`.
        nesterov: whether `(1 - μ) g + μ m` takes the place of m.
        ns_coefficients: a, b and c.
        eps: the least norm to divide by.
        ns_steps: how many Newton-Schulz steps.
        adjust_lr_fn: lr' over lr for a matrix (rows, columns): "original", `√max(1, rows/columns)`,
            also if not given; "match_rms_adamw", `0.2 √max(rows, columns)`, with which rates of
            AdamW fit; "spectral_unclamped", `√(rows/columns)`.

    Raises:
        ValueError: for a parameter that is no matrix.

    References:
        K. Jordan et al. (2024), Muon: an optimizer for hidden layers in neural networks; J. Liu et
        al. (2025), Muon is scalable for LLM training.

    >>> w = Tensor([[3.0, 0.0], [0.0, 4.0]], requires_grad=True)
    >>> optimizer = Muon([w], lr=0.1, weight_decay=0.0)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> np.abs(w.data - [[3, 0], [0, 4]]).round(1)
    array([[0.1, 0. ],
           [0. , 0.1]])
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[Group],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        super().__init__(params, {
            "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
            "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        })  # fmt: skip

    def check(self, group: Group) -> None:
        """Refuse settings that make no sense, and parameters that are no matrices."""
        super().check(group)
        for parameter in group["params"]:
            if parameter.ndim != 2:
                raise ValueError(
                    f"Muon: is for matrices, got a parameter of shape {parameter.shape}; train "
                    "those of other shapes by another optimizer, such as AdamW"
                )
        if group["adjust_lr_fn"] not in _RATES:
            raise ValueError(
                f"Muon: adjust_lr_fn must be one of {', '.join(map(repr, _RATES))}, got "
                f"{group['adjust_lr_fn']!r}"
            )
        if not 0 < group["ns_steps"] < 100 or len(group["ns_coefficients"]) != 3:
            raise ValueError("Muon: needs 1 to 99 ns_steps, and three ns_coefficients")

    def coupled_decay(self, group: Group) -> float:
        """None: the decay is decoupled."""
        return 0

    def initial_state(self, value: Array, group: Group) -> State:
        """M."""
        return {"momentum_buffer": np.zeros_like(value)}

    def update(self, value: Array, gradient: Array, state: State, group: Group) -> Any:
        """`lr λ w + lr' U Vᵀ`."""
        kept, mean = group["momentum"], state["momentum_buffer"]
        mean += (1 - kept) * (gradient - mean)
        direction = gradient + kept * (mean - gradient) if group["nesterov"] else mean
        factor = _orthogonal(direction, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rate = group["lr"] * _RATES[group["adjust_lr_fn"]](*value.shape)
        return rate * factor + group["lr"] * group["weight_decay"] * value


def _orthogonal(matrix: Array, coefficients: Any, steps: int, eps: float) -> Array:
    """About `U Vᵀ` of a matrix `U S Vᵀ`."""
    a, b, c = coefficients
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / max(float(np.linalg.norm(x)), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x if wide else x.T
