"""Distances between vectors, and the losses made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd.internals import (
    asks_elsewhere,
    computable,
    constant,
    in_single,
    levels_of,
    sample_by_sample,
)
from nn.functional.loss import floating, partner
from nn.functional.normalization import vector_norm
from nn.functional.reduction import reduced
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = [
    "cosine_embedding_loss",
    "cosine_similarity",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "pairwise_distance",
    "pdist",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


@named_call
@in_single
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """`x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps))` along axis `dim`; the two broadcast.

    >>> cosine_similarity(Tensor([[3.0, 4.0]]), Tensor([[4.0, 3.0]]))
    Tensor([0.96])
    """
    refuse_complex("cosine_similarity", x1=x1, x2=x2)
    if np.shape(x1) != np.shape(x2):  # the norms are those of the vectors that are compared
        x1, x2 = autograd.broadcast_arrays(x1, x2)
    first = autograd.maximum(vector_norm(x1, 2, dim, True), eps)
    second = autograd.maximum(vector_norm(x2, 2, dim, True), eps)
    return ((x1 / first) * (x2 / second)).sum(axis=dim)


@named_call
@in_single
def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """`‖x1 - x2 + eps‖` along the last axis, with the p-norm of the sizes; the two broadcast.

    >>> pairwise_distance(Tensor([[3.0, 4.0]]), Tensor([[0.0, 0.0]]), eps=0.0)
    Tensor([5.])
    """
    return vector_norm(x1 - x2 + eps, p, -1, keepdim)


@named_call
def pdist(input: Any, p: float = 2.0) -> Any:
    """The distances of all pairs of rows; see `autograd.pdist`.

    >>> from nn.functional import pdist
    >>> pdist(Tensor([[0.0, 0.0], [3.0, 4.0]]))
    Tensor([5.])
    """
    return autograd.pdist(input, constant(p, "pdist", "p"))


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """`1 - cos` for pairs that belong together (target 1), `max(0, cos - margin)` for others (-1).

    Args:
        input1: (batch, features) or (features,).
        input2: of the same shape.
        target: (batch,) or (), 1 or -1.
        margin: how similar others may be.
        reduction: "mean", "sum" or "none".

    >>> cosine_embedding_loss(Tensor([[1.0, 0.0]]), Tensor([[0.0, 1.0]]), [1])
    Tensor(1.)
    """
    input1 = floating("cosine_embedding_loss", input1, "input1")
    input2 = partner("cosine_embedding_loss", input1, input2, "input2")
    refuse_complex("cosine_embedding_loss", target=target)
    if not levels_of(target):
        target = np.asarray(constant(target, "cosine_embedding_loss", "target"))
    labels = computable(target)
    if labels.shape != input1.shape[:-1]:
        raise ValueError(
            f"cosine_embedding_loss: target must have shape {input1.shape[:-1]} for inputs of "
            f"{input1.shape}, got {labels.shape}{place()}"
        )
    # PyTorch's form: eps is added to both squares, so that zero vectors have a gradient.
    eps = 1e-12
    products = (input1 * input2).sum(axis=-1)
    squares = ((input1 * input1).sum(axis=-1) + eps) * ((input2 * input2).sum(axis=-1) + eps)
    similarity = products / autograd.sqrt(squares)
    zero = input1.dtype.type(0)
    together = autograd.where(labels == 1, 1 - similarity, zero)
    apart = autograd.where(labels == -1, autograd.relu(similarity - margin), zero)
    return reduced(together + apart, reduction, "cosine_embedding_loss")


@named_call
@sample_by_sample
@in_single
@asks_elsewhere
def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """`x` where the target is 1, `max(0, margin - x)` where it is -1, averaged.

    Args:
        input: distances, any shape.
        target: 1 or -1, of the same shape.
        margin: how far apart others must be.
        reduction: "mean", "sum" or "none".

    >>> hinge_embedding_loss(Tensor([0.5, 0.5]), [1, -1])
    Tensor(0.5)
    """
    input = floating("hinge_embedding_loss", input)
    labels = target if levels_of(target) else constant(target, "hinge_embedding_loss", "target")
    labels = computable(partner("hinge_embedding_loss", input, labels))
    zero = input.dtype.type(0)
    near = autograd.where(labels != -1, input, zero)
    far = autograd.where(labels != 1, autograd.relu(margin - input), zero)
    return reduced(near + far, reduction, "hinge_embedding_loss")


@named_call
@in_single
@asks_elsewhere
def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """`max(0, -t (x1 - x2) + margin)`: x1 should be larger where t is 1, smaller where -1.

    Args:
        input1: any shape.
        input2: of the same shape.
        target: 1 or -1, of the same shape.
        margin: by how much.
        reduction: "mean", "sum" or "none".

    >>> margin_ranking_loss(Tensor([1.0]), Tensor([3.0]), [1])
    Tensor(2.)
    """
    input1 = floating("margin_ranking_loss", input1, "input1")
    input2 = partner("margin_ranking_loss", input1, input2, "input2")
    target = partner("margin_ranking_loss", input1, target)
    losses = autograd.relu(-target * (input1 - input2) + margin)
    return reduced(losses, reduction, "margin_ranking_loss")


@named_call
@in_single
@asks_elsewhere
def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`max(0, d(anchor, positive) - d(anchor, negative) + margin)`, averaged.

    Args:
        anchor: (batch, features) or (features,).
        positive: of the same shape, what should be near.
        negative: of the same shape, what should be far.
        margin: by how much farther.
        p: of the norm.
        eps: see `pairwise_distance`.
        swap: whether to take d(positive, negative) where it is smaller.
        reduction: "mean", "sum" or "none".

    References:
        V. Balntas et al. (2016), Learning shallow convolutional feature descriptors with triplet
        losses, for the swap.

    >>> triplet_margin_loss(Tensor([[0.0]]), Tensor([[3.0]]), Tensor([[1.0]]), eps=0.0)
    Tensor(3.)
    """
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


@named_call
@in_single
@asks_elsewhere
def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """`triplet_margin_loss` with a distance of one's own, `pairwise_distance` if not given.

    >>> triplet_margin_with_distance_loss(
    ...     Tensor([[0.0]]), Tensor([[3.0]]), Tensor([[1.0]]),
    ...     distance_function=lambda a, b: autograd.abs(a - b).sum(axis=-1),
    ... )
    Tensor(3.)
    """
    caller = "triplet_margin_loss"
    distance = pairwise_distance if distance_function is None else distance_function
    anchor = floating(caller, anchor, "anchor", complex_too=True)
    positive = partner(caller, anchor, positive, "positive")
    negative = partner(caller, anchor, negative, "negative")
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = autograd.minimum(far, distance(positive, negative))
    return reduced(autograd.relu(near - far + margin), reduction, caller)
