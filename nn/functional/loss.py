"""Losses of numbers and distributions. Shapes that would broadcast silently are errors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import (
    as_numeric_array,
    asks_elsewhere,
    computable,
    constant,
    describe,
    in_single,
    physical,
    sample_by_sample,
    value,
)
from nn.functional.reduction import noted, reduced
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = [
    "gaussian_nll_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "mse_loss",
    "poisson_nll_loss",
    "smooth_l1_loss",
]

_ARRAYS = (Tensor, np.ndarray, np.generic)


def floating(caller: str, input: Any, name: str = "input", complex_too: bool = False) -> Any:
    """A floating Tensor or array; lists become Tensors. Few losses are defined for complex ones."""
    if not isinstance(input, _ARRAYS):
        input = Tensor(as_numeric_array(input, f"{caller}: {name}"))
    if input.dtype.kind not in "fc":
        raise TypeError(
            f"{caller}: {name} must be floating, got {describe(input)}{place()}; convert it by "
            ".astype(np.float32)"
        )
    if not complex_too:
        refuse_complex(caller, **{name: input})
    return input


def partner(caller: str, input: Any, other: Any, name: str = "target") -> Any:
    """What is compared with `input`: of its dtype, and of exactly its shape."""
    if not isinstance(other, _ARRAYS):
        other = as_numeric_array(other, f"{caller}: {name}")
    if other.shape != input.shape:
        cure = ""
        if tuple(n for n in other.shape if n != 1) == tuple(n for n in input.shape if n != 1):
            cure = f"; use {name}.reshape({input.shape})"
        raise ValueError(
            f"{caller}: input has shape {input.shape} but {name} has {other.shape}; they must be "
            f"equal, or the loss would compare every pair{place()}{cure} (see: loss-shapes)"
        )
    if other.dtype == input.dtype:
        return other
    if input.dtype.kind != "c":
        refuse_complex(caller, **{name: other})
    if isinstance(other, Tensor) and other.dtype.kind in "fc":
        raise TypeError(
            f"{caller}: input is {input.dtype} but {name} is a {other.dtype} Tensor{place()}; "
            f"convert it by .astype(np.{input.dtype})"
        )
    return other.astype(input.dtype)


def weights(caller: str, losses: Any, weight: Any) -> Any:
    """What each loss counts: of exactly the shape and dtype of the losses, or None."""
    return None if weight is None else partner(caller, losses, weight, "weight")


def in_dtype(x: Any, dtype: Any) -> Any:
    """A Tensor or what makes an array, in a dtype; gradients pass."""
    if isinstance(x, Tensor):
        return x if x.dtype == dtype else x.astype(dtype)
    return np.asarray(x, dtype)


@named_call
@in_single
@asks_elsewhere
def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """`|input - target|`, averaged; the slope at 0 is 0. Complex numbers have their modulus.

    Args:
        input: any shape.
        target: of the same shape.
        reduction: "mean", "sum" or "none".
        weight: of the same shape: what each element counts; the mean is divided by their sum.

    >>> l1_loss(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(1.)
    """
    input = floating("l1_loss", input, complex_too=True)
    distance = autograd.abs(input - partner("l1_loss", input, target))
    return reduced(distance, reduction, "l1_loss", weights("l1_loss", distance, weight))


@named_call
@in_single
@asks_elsewhere
def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Any:
    """`|input - target|²`, averaged over all elements.

    Courses also write half of it, and sum over outputs but not over examples; only the factor
    differs.

    Args:
        input: any shape.
        target: of the same shape.
        reduction: "mean", "sum" or "none".
        weight: of the same shape: what each element counts; the mean is divided by their sum.

    >>> mse_loss(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
    >>> mse_loss(Tensor([1.0, 2.0]), [1.0, 4.0], weight=np.array([3.0, 1.0]))
    Tensor(1.)
    """
    input = floating("mse_loss", input, complex_too=True)
    difference = input - partner("mse_loss", input, target)
    if difference.dtype.kind == "c":
        difference = autograd.abs(difference)
    losses = autograd.square(difference)
    return reduced(losses, reduction, "mse_loss", weights("mse_loss", losses, weight))


@named_call
@in_single
@asks_elsewhere
def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Any:
    """`d²/2` for differences up to δ, `δ (|d| - δ/2)` beyond: outliers pull with a constant force.

    Args:
        input: any shape.
        target: of the same shape.
        reduction: "mean", "sum" or "none".
        delta: δ.
        weight: of the same shape: what each element counts; the mean is divided by their sum.

    References:
        P. Huber (1964), Robust estimation of a location parameter.

    >>> huber_loss(Tensor([0.0, 0.0]), [1.0, 4.0], reduction="none")
    Tensor([0.5, 3.5])
    """
    input = floating("huber_loss", input)
    losses = autograd.huber(input - partner("huber_loss", input, target), delta)
    return reduced(losses, reduction, "huber_loss", weights("huber_loss", losses, weight))


@named_call
@in_single
@asks_elsewhere
def smooth_l1_loss(
    input: Any, target: Any, reduction: str = "mean", beta: float = 1.0, weight: Any = None
) -> Any:
    """`d²/(2β)` for differences up to β, `|d| - β/2` beyond: `huber_loss` over β.

    Args:
        input: any shape.
        target: of the same shape.
        reduction: "mean", "sum" or "none".
        beta: β; with 0 it is `l1_loss`.
        weight: of the same shape: what each element counts; the mean is divided by their sum.

    >>> smooth_l1_loss(Tensor([0.0, 0.0]), [1.0, 4.0], reduction="none", beta=2.0)
    Tensor([0.25, 3.  ])
    """
    beta = constant(beta, "smooth_l1_loss", "beta")
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, got {beta}{place()}")
    if beta == 0:
        return l1_loss(input, target, reduction, weight)
    input = floating("smooth_l1_loss", input)
    losses = autograd.huber(input - partner("smooth_l1_loss", input, target), beta) / beta
    return reduced(losses, reduction, "smooth_l1_loss", weights("smooth_l1_loss", losses, weight))


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """`target · (ln target - input)`: the Kullback-Leibler divergence, with input = ln q.

    Args:
        input: logarithms of the model's probabilities.
        target: probabilities, or their logarithms, of the same shape.
        reduction: "batchmean", the divergence per example, is the one of mathematics; "mean"
            divides by all elements; "sum" or "none".
        log_target: whether target holds logarithms.

    >>> kl_div(Tensor([[-1.0, -1.0]]), [[0.5, 0.5]], reduction="sum")
    Tensor(0.30685282)
    """
    input = floating("kl_div", input)
    target = partner("kl_div", input, target)
    if log_target:
        losses = autograd.exp(target) * (target - input)
    else:
        # Where the probability is 0 its term is 0, with the logarithm's argument replaced.
        absent = computable(target) == 0
        one = target.dtype.type(1)
        losses = target * (autograd.log(autograd.where(absent, one, target)) - input)
    if reduction == "batchmean":
        batch = max(input.shape[0] if input.ndim else 1, 1)
        return noted(losses.sum() / batch, batch)
    return reduced(losses, reduction, "kl_div")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """`rate - target · ln rate`: how surprising counts are under a Poisson distribution.

    Args:
        input: the logarithm of the rate, or the rate.
        target: counts, of the same shape.
        log_input: whether input is the logarithm.
        full: whether to add Stirling's approximation of ln target! for targets above 1.
        eps: added to the rate in its logarithm.
        reduction: "mean", "sum" or "none".

    >>> poisson_nll_loss(Tensor([0.0]), [2.0])
    Tensor(1.)
    """
    input = floating("poisson_nll_loss", input)
    target = partner("poisson_nll_loss", input, target)
    if log_input:
        losses = autograd.exp(input) - target * input
    else:
        losses = input - target * autograd.log(input + eps)
    if full:
        many = computable(target) > 1
        one, zero = target.dtype.type(1), target.dtype.type(0)
        safe = autograd.where(many, target, one)
        stirling = safe * autograd.log(safe) - safe + 0.5 * autograd.log(2 * math.pi * safe)
        losses = losses + autograd.where(many, stirling, zero)
    return reduced(losses, reduction, "poisson_nll_loss")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """`(ln var + (input - target)² / var) / 2`: how surprising numbers are under N(input, var).

    Args:
        input: the mean.
        target: of the same shape.
        var: the variance: of the same shape, or without the last axis, or with 1 in place of one
            axis.
        full: whether to add ln(2π) / 2.
        eps: the least variance.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for a negative variance.

    >>> gaussian_nll_loss(Tensor([1.0]), [3.0], Tensor([4.0]))
    Tensor(1.19314718)
    """
    input = floating("gaussian_nll_loss", input)
    target = partner("gaussian_nll_loss", input, target)
    eps = constant(eps, "gaussian_nll_loss", "eps")
    if not isinstance(var, Tensor):
        var = np.asarray(var, input.dtype)
    if (value(physical(var)) < 0).any():  # of all samples, where it is mapped
        raise ValueError(f"gaussian_nll_loss: var must not be negative{place()}")
    if var.shape != input.shape and var.shape == input.shape[:-1]:
        var = autograd.expand_dims(var, -1)
    unlike = [a for a, b in zip(var.shape, input.shape, strict=False) if a != b]
    if var.ndim != input.ndim or unlike not in ([], [1]):
        raise ValueError(
            f"gaussian_nll_loss: var has shape {var.shape}, but input has {input.shape}{place()}"
        )
    # The value of the clipped variance, with the gradient of an unclipped one, as in PyTorch.
    raw = computable(var)
    var = var + np.maximum(raw, raw.dtype.type(eps)) - raw
    losses = 0.5 * (autograd.log(var) + autograd.square(input - target) / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduced(losses, reduction, "gaussian_nll_loss")
