"""Keeping gradients in bounds, between `backward()` and `step()`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import caller_location, value_of
from nn import ranks
from nn.parameter import assign

__all__ = ["clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_", "get_total_norm"]


def _listed(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    listed = _listed(parameters)
    ranks.settle(listed)
    return [p.grad for p in listed if p.grad is not None]


def _scale(gradients: list[Tensor], factor: float) -> None:
    location = caller_location()
    for gradient in gradients:
        assign(gradient, _wide(gradient) * factor, location, "clip_grad_norm_")


def _wide(tensor: Tensor) -> Any:
    """The value, half precision as single: its squares and factors are out of its range."""
    raw = value_of(tensor)
    return raw.astype(np.float32) if raw.dtype == np.float16 else raw


def get_total_norm(
    tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """The norm of all tensors as if they were one vector.

    Args:
        tensors: one or several.
        norm_type: p of the norm; inf for the largest element.
        error_if_nonfinite: whether NaN and infinity are errors.

    Returns:
        The norm, float32 at least.

    Raises:
        RuntimeError: for a norm that is not finite, if asked to.

    >>> get_total_norm([Tensor([3.0]), Tensor([4.0])])
    Tensor(5.)
    """
    arrays = [_wide(t) for t in _listed(tensors)]
    # Each in its own dtype first, as vectors of any length are summed well that way.
    norms = np.array([0.0, *(np.linalg.norm(np.ravel(a), norm_type) for a in arrays)])
    total = np.linalg.norm(norms, norm_type)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"the total norm of order {norm_type} is {total}: some gradient is not finite; "
            "detect_anomaly names the operation that made it so"
        )
    dtype: Any = np.result_type(*arrays) if arrays else np.float64
    return Tensor(total.astype(dtype))


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor | float
) -> None:
    """Scale the gradients so that a total norm computed before becomes at most `max_norm`.

    >>> x = Tensor([0.0], requires_grad=True)
    >>> x.grad = Tensor([10.0])
    >>> clip_grads_with_norm_(x, 1.0, 20.0)
    >>> print(f"{x.grad.item():.3f}")
    0.500
    """
    factor = float(max_norm) / (float(total_norm) + 1e-6)
    if not factor >= 1:  # NaN scales, so that it is seen
        _scale(_gradients(parameters), factor)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor:
    """Scale the gradients of all parameters together so that their norm is at most `max_norm`.

    Args:
        parameters: one or several, or `model.parameters()`.
        max_norm: the largest norm.
        norm_type: p of the norm; inf for the largest element.
        error_if_nonfinite: whether NaN and infinity are errors.

    Returns:
        The norm before.

    Raises:
        RuntimeError: for a norm that is not finite, if asked to; no gradient has changed then.

    References:
        R. Pascanu, T. Mikolov and Y. Bengio (2013), On the difficulty of training recurrent neural
        networks.

    >>> x = Tensor([0.0, 0.0], requires_grad=True)
    >>> x.grad = Tensor([30.0, 40.0])
    >>> clip_grad_norm_(x, 5.0)
    Tensor(50.)
    >>> x.grad.data.round(4)
    array([3., 4.])
    """
    parameters = _listed(parameters)
    total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total)
    return total


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Limit every element of the gradients to `[-clip_value, clip_value]`.

    >>> x = Tensor([0.0, 0.0], requires_grad=True)
    >>> x.grad = Tensor([30.0, -0.5])
    >>> clip_grad_value_(x, 1.0)
    >>> x.grad
    Tensor([ 1. , -0.5])
    """
    location = caller_location()
    for gradient in _gradients(parameters):
        clipped = np.clip(value_of(gradient), -clip_value, clip_value)
        assign(gradient, clipped, location, "clip_grad_value_")
