"""Losses of classes: cross-entropy and its kin, from logits, probabilities or their logarithms."""

from __future__ import annotations

from functools import partial
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
    levels_of,
    physical,
    sample_by_sample,
    value,
)
from nn.functional.loss import floating, in_dtype, partner
from nn.functional.reduction import noted, reduced
from nn.functional.traps import (
    warn_of_no_logarithms,
    warn_of_one_class,
    warn_of_probabilities,
    warn_of_targets,
)
from nn.inputs import place
from nn.path import named_call

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "soft_margin_loss",
]

_ARRAYS = (Tensor, np.ndarray)


@asks_elsewhere
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """`-ln softmax(input)[target]`, for class indices; `-Σ target · ln softmax(input)` for shares.

    Args:
        input: logits (batch, classes), (batch, classes, ...) or (classes,).
        target: class indices, in the shape of input without its classes; or the probability of
            each class, floating and in the shape of input.
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count.
        reduction: "mean", over all that count and by weight (where none does, the value is NaN and
            the gradient 0); "sum"; or "none".
        label_smoothing: share of the target that is spread evenly over all classes.

    Raises:
        IndexError: for a class index out of range.
        ValueError: for shapes that do not match.

    >>> from nn.functional import cross_entropy
    >>> cross_entropy(Tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1])
    Tensor(0.4100376)
    >>> cross_entropy(Tensor([[0.0, 0.0]]), [[0.5, 0.5]])
    Tensor(0.69314718)
    """
    warn_of_probabilities("cross_entropy", input)
    if not isinstance(target, _ARRAYS):
        target = as_numeric_array(target, "cross_entropy: target")
    raw = value(input)
    shape = raw.shape if type(raw) is np.ndarray else np.shape(raw)
    if shape:
        warn_of_one_class("cross_entropy", shape[1 if len(shape) > 1 else 0])
    if target.dtype.kind == "f":
        return _with_shares(input, target, weight, reduction, label_smoothing)
    loss = autograd.cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
    if reduction == "none":
        return loss

    def divisor() -> float:
        labels = np.asarray(value(target))
        kept = labels[labels != ignore_index]
        return float(kept.size if weight is None else np.asarray(value(weight))[kept].sum())

    return noted(loss, divisor if reduction == "mean" else None, ignore_index)


@partial(named_call, name="cross_entropy")
@in_single
def _with_shares(
    input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float
) -> Any:
    input = floating("cross_entropy", input)
    if target.shape != input.shape:
        raise ValueError(
            f"cross_entropy: a floating target holds the probability of every class and must have "
            f"the shape of input, {input.shape}, got {describe(target)}{place()}; class indices "
            "must be integers, .astype(int) (see: label-dtype)"
        )
    target = partner("cross_entropy", input, target)
    axis = 1 if target.ndim > 1 else 0
    classes = target.shape[axis]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        target = target * _per_class("cross_entropy", weight, input, axis)
    losses = -(target * autograd.log_softmax(input, axis)).sum(axis=axis)
    if reduction == "mean":
        return noted(losses.sum() / max(losses.size, 1), losses.size)
    return reduced(losses, reduction, "cross_entropy")


def _per_class(caller: str, weight: Any, input: Any, axis: int) -> Any:
    """Weights of classes, in the shape in which they broadcast against input."""
    weight = in_dtype(weight, input.dtype)
    if weight.shape != (input.shape[axis],):
        raise ValueError(
            f"{caller}: weight must have shape ({input.shape[axis]},), got {weight.shape}{place()}"
        )
    return weight.reshape((-1,) + (1,) * (input.ndim - 1 - axis))


def _indices(caller: str, input: Any, target: Any, shape: tuple[int, ...], classes: int) -> Any:
    """Class indices as an array of the shape wanted, each in range."""
    array = target if levels_of(target) else np.asarray(value(target))
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{caller}: target must hold integers, class indices, got {describe(array)}{place()} "
            "(see: label-dtype)"
        )
    if array.shape != shape:
        raise ValueError(
            f"{caller}: target must have shape {shape} for an input of {input.shape}, got "
            f"{array.shape}{place()}"
        )
    raw = value(physical(array))  # of all samples, where they are mapped
    outside = raw[(raw < 0) | (raw >= classes)]
    if outside.size:
        raise IndexError(
            f"{caller}: target {outside.flat[0]} is out of range for {classes} classes, 0 to "
            f"{classes - 1}{place()}"
        )
    return array


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """`-input[target]`, averaged: `cross_entropy` for input that is `log_softmax` already.

    Args:
        input: log-probabilities (batch, classes), (batch, classes, ...) or (classes,).
        target: class indices, in the shape of input without its classes.
        weight: (classes,), how much each class counts.
        ignore_index: class indices of this value do not count.
        reduction: "mean", over all that count and by weight (where none does, the value is NaN and
            the gradient 0); "sum"; or "none".

    Raises:
        IndexError: for a class index out of range.

    >>> nll_loss(Tensor([[-1.0, -2.0], [-3.0, -4.0]]), [0, 1])
    Tensor(2.5)
    """
    input = floating("nll_loss", input)
    axis = 1 if input.ndim > 1 else 0
    classes = input.shape[axis]
    labels = target if levels_of(target) else np.asarray(value(target))
    kept = labels != ignore_index
    all_kept = value(physical(kept)).all()
    shape = input.shape[:axis] + input.shape[axis + 1 :]
    labels = _indices("nll_loss", input, np.where(kept, labels, 0), shape, classes)
    weights: Any = np.ones(shape, input.dtype)
    if weight is not None:
        class_weights = _per_class("nll_loss", weight, input, axis).reshape(-1)
        weights = autograd.take(class_weights, labels)
    weights = autograd.where(kept, weights, input.dtype.type(0))
    # (batch, ..., classes): every label picks one along the last axis.
    places = np.indices(labels.shape, sparse=True)
    index = (*places[:axis], labels, *places[axis:])
    losses = -(input[index] * weights)
    warn_of_no_logarithms(input)
    if reduction == "mean":
        if not all_kept and not kept.any():  # the value NaN, and the gradient 0
            return noted(losses.sum() + input.dtype.type(np.nan), 0, ignore_index)
        divisor = weights.sum()
        return noted(losses.sum() / divisor, lambda: float(value(divisor)), ignore_index)
    if reduction == "sum":
        return noted(losses.sum(), None, ignore_index)
    return reduced(losses, reduction, "nll_loss")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Any:
    """`-(t ln p + (1 - t) ln(1 - p))` for probabilities p, averaged.

    The logarithms are not less than -100, so that p = 0 and 1 give finite losses; there the
    gradient is that of p = 1e-12. Prefer `binary_cross_entropy_with_logits`, which is exact.

    Args:
        input: probabilities, any shape.
        target: between 0 and 1, of the same shape.
        weight: of a shape that broadcasts to it, how much each element counts.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for input outside of [0, 1].

    >>> binary_cross_entropy(Tensor([0.5, 0.5]), [0.0, 1.0])
    Tensor(0.69314718)
    """
    input = floating("binary_cross_entropy", input)
    target = partner("binary_cross_entropy", input, target)
    warn_of_targets("binary_cross_entropy", target)
    raw = value(physical(input))  # of all samples, where it is mapped
    if ((raw < 0) | (raw > 1)).any():
        raise ValueError(
            "binary_cross_entropy: input must be probabilities, between 0 and 1, got "
            f"{raw.min()} to {raw.max()}{place()}; for logits use "
            "binary_cross_entropy_with_logits"
        )
    losses = -(target * _bounded_log(input) + (1 - target) * _bounded_log(1 - input))
    return reduced(
        _weighted("binary_cross_entropy", losses, weight), reduction, "binary_cross_entropy"
    )


def _bounded_log(p: Any) -> Any:
    """`ln p`, not less than -100, with the slope 1 / max(p, 1e-12)."""
    raw = computable(p)
    least = raw.dtype.type(max(1e-12, np.finfo(raw.dtype).tiny))
    # ln(least) + (p - least) / least has the slope at the bound; the constant moves its value.
    small = raw < least
    inside = autograd.log(autograd.where(small, least, p))
    line = (p - raw) / least
    with np.errstate(divide="ignore"):
        floor = np.maximum(np.log(np.where(small, raw, 1)), -100).astype(raw.dtype)
    return autograd.where(small, line + floor, inside)


def _weighted(caller: str, losses: Any, weight: Any) -> Any:
    if weight is None:
        return losses
    weight = in_dtype(weight, losses.dtype)
    if np.broadcast_shapes(weight.shape, losses.shape) != losses.shape:
        raise ValueError(
            f"{caller}: weight of shape {weight.shape} does not broadcast to "
            f"{losses.shape}{place()}"
        )
    return losses * weight


@named_call
@in_single
@asks_elsewhere
def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """`-(w t ln σ(x) + (1 - t) ln(1 - σ(x)))` for logits x, averaged; exact for every x.

    Args:
        input: logits, any shape.
        target: between 0 and 1, of the same shape.
        weight: of a shape that broadcasts to it, how much each element counts.
        reduction: "mean", "sum" or "none".
        pos_weight: w, how much more the positive class counts; broadcasts.

    >>> binary_cross_entropy_with_logits(Tensor([0.0, 1000.0]), [0.0, 1.0])
    Tensor(0.34657359)
    """
    input = floating("binary_cross_entropy_with_logits", input)
    target = partner("binary_cross_entropy_with_logits", input, target)
    warn_of_probabilities("binary_cross_entropy_with_logits", input)
    warn_of_targets("binary_cross_entropy_with_logits", target)
    negative = (1 - target) * input
    share: Any = 1
    if pos_weight is not None:
        pos_weight = in_dtype(pos_weight, input.dtype)
        if np.broadcast_shapes(pos_weight.shape, input.shape) != input.shape:
            raise ValueError(
                f"binary_cross_entropy_with_logits: pos_weight of shape {pos_weight.shape} does "
                f"not broadcast to {input.shape}{place()}"
            )
        share = 1 + (pos_weight - 1) * target
    losses = negative - share * autograd.log_sigmoid(input)
    losses = _weighted("binary_cross_entropy_with_logits", losses, weight)
    return reduced(losses, reduction, "binary_cross_entropy_with_logits")


@named_call
@in_single
@asks_elsewhere
def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """`ln(1 + e^(-t x))` for targets t of 1 and -1, averaged.

    >>> soft_margin_loss(Tensor([0.0, 1000.0]), [1.0, 1.0])
    Tensor(0.34657359)
    """
    input = floating("soft_margin_loss", input)
    target = partner("soft_margin_loss", input, target)
    losses = -autograd.log_sigmoid(target * input)
    return reduced(losses, reduction, "soft_margin_loss")


@named_call
@in_single
@asks_elsewhere
def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Binary cross-entropy with logits, averaged over the classes of each example.

    Args:
        input: logits (batch, classes) or (classes,).
        target: 0 or 1 for each class, of the same shape.
        weight: (classes,), how much each class counts.
        reduction: "mean", "sum" or "none".

    >>> multilabel_soft_margin_loss(Tensor([[0.0, 0.0]]), [[0.0, 1.0]])
    Tensor(0.69314718)
    """
    losses = binary_cross_entropy_with_logits(input, target, weight, "none")
    return reduced(losses.mean(axis=-1), reduction, "multilabel_soft_margin_loss")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def multi_margin_loss(
    input: Any,
    target: Any,
    p: float = 1,
    margin: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
) -> Any:
    """`Σ max(0, margin - x[target] + x[i])^p / classes` over the other classes i, averaged.

    Args:
        input: scores (batch, classes) or (classes,).
        target: class indices (batch,) or ().
        p: the exponent, 1 or 2.
        margin: by how much the right class must win.
        weight: (classes,), how much each class counts.
        reduction: "mean", "sum" or "none".

    >>> multi_margin_loss(Tensor([[0.5, 0.0, 1.0]]), [0])
    Tensor(0.66666667)
    """
    input = floating("multi_margin_loss", input)
    p = constant(p, "multi_margin_loss", "p")
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p must be 1 or 2, got {p}{place()}")
    rows = input if input.ndim == 2 else autograd.reshape(input, (1, -1))
    shape = input.shape[:-1]
    classes = input.shape[-1]
    labels = _indices("multi_margin_loss", input, target, shape, classes).reshape(-1)
    picked = np.arange(len(labels)), labels
    others: Any = np.ones(rows.shape, input.dtype)
    others[picked] = 0
    violations = autograd.relu(margin - autograd.expand_dims(rows[picked], 1) + rows)
    if p == 2:
        violations = violations * violations
    if weight is not None:
        weights = _per_class("multi_margin_loss", weight, rows, 1).reshape(-1)
        others = others * autograd.expand_dims(weights[labels], 1)
    losses = (violations * others).sum(axis=1) / classes
    return reduced(losses.reshape(shape), reduction, "multi_margin_loss")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """`Σ max(0, 1 - (x[j] - x[i])) / classes` over labels j and all classes i that are none.

    Args:
        input: scores (batch, classes) or (classes,).
        target: class indices, of the same shape; those before the first -1 count, and what is
            named twice counts twice.
        reduction: "mean", "sum" or "none".

    >>> multilabel_margin_loss(Tensor([[0.1, 0.2, 0.4, 0.8]]), [[3, 0, -1, 1]])
    Tensor(0.85)
    """
    input = floating("multilabel_margin_loss", input)
    labels = np.asarray(value(target))
    labels = np.where(np.cumsum(labels == -1, axis=-1) > 0, -1, labels)
    _indices(
        "multilabel_margin_loss", input, np.where(labels < 0, 0, labels), input.shape,
        input.shape[-1],
    )  # fmt: skip
    rows = input if input.ndim == 2 else autograd.reshape(input, (1, -1))
    labels = labels.reshape(rows.shape)
    wanted = np.zeros(rows.shape, int)  # how often each class is named
    examples, _ = np.nonzero(labels >= 0)
    np.add.at(wanted, (examples, labels[labels >= 0]), 1)
    # (batch, label j, class i), with every pair of a label and a class that is none.
    scores = autograd.expand_dims(rows, 2) - autograd.expand_dims(rows, 1)
    pairs = (wanted[:, :, np.newaxis] * (wanted == 0)[:, np.newaxis, :]).astype(input.dtype)
    losses = (autograd.relu(1 - scores) * pairs).sum(axis=(1, 2)) / rows.shape[1]
    return reduced(losses.reshape(input.shape[:-1]), reduction, "multilabel_margin_loss")
