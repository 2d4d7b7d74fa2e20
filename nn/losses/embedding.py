"""Losses of pairs and triplets of vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import Tensor
from nn import functional
from nn.losses.base import Loss
from nn.module import Module

__all__ = [
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "HingeEmbeddingLoss",
    "MarginRankingLoss",
    "PairwiseDistance",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class CosineSimilarity(Module):
    """`x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps))` along an axis.

    Args:
        dim: the axis.
        eps: against division by 0.

    >>> CosineSimilarity()(Tensor([[3.0, 4.0]]), Tensor([[4.0, 3.0]]))
    Tensor([0.96])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """The similarities."""
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """`‖x1 - x2 + eps‖` along the last axis.

    Args:
        p: of the norm.
        eps: added to every difference.
        keepdim: whether the last axis stays, as length 1.

    >>> PairwiseDistance(eps=0.0)(Tensor([[3.0, 4.0]]), Tensor([[0.0, 0.0]]))
    Tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.p = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Any, x2: Any) -> Tensor:
        """The distances."""
        return functional.pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)


class CosineEmbeddingLoss(Loss):
    """`1 - cos` for pairs that belong together (1), `max(0, cos - margin)` for others (-1).

    Args:
        margin: how similar others may be.
        reduction: "mean", "sum" or "none".

    >>> CosineEmbeddingLoss()(Tensor([[1.0, 0.0]]), Tensor([[0.0, 1.0]]), [1])
    Tensor(1.)
    """

    function = functional.cosine_embedding_loss

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin


class HingeEmbeddingLoss(Loss):
    """`x` where the target is 1, `max(0, margin - x)` where it is -1.

    Args:
        margin: how far apart others must be.
        reduction: "mean", "sum" or "none".

    >>> HingeEmbeddingLoss()(Tensor([0.5, 0.5]), [1, -1])
    Tensor(0.5)
    """

    function = functional.hinge_embedding_loss

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin


class MarginRankingLoss(Loss):
    """`max(0, -t (x1 - x2) + margin)`: which of two is the larger.

    Args:
        margin: by how much.
        reduction: "mean", "sum" or "none".

    >>> MarginRankingLoss()(Tensor([1.0]), Tensor([3.0]), [1])
    Tensor(2.)
    """

    function = functional.margin_ranking_loss

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin


class TripletMarginLoss(Loss):
    """`max(0, d(anchor, positive) - d(anchor, negative) + margin)`.

    Args:
        margin: by how much farther the negative must be.
        p: of the norm.
        eps: see `PairwiseDistance`.
        swap: whether to take d(positive, negative) where it is smaller.
        reduction: "mean", "sum" or "none".

    >>> TripletMarginLoss(eps=0.0)(Tensor([[0.0]]), Tensor([[3.0]]), Tensor([[1.0]]))
    Tensor(3.)
    """

    function = functional.triplet_margin_loss

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap


class TripletMarginWithDistanceLoss(Loss):
    """`TripletMarginLoss` with a distance of one's own.

    Args:
        distance_function: of two batches of vectors; `pairwise_distance` if not given.
        margin: by how much farther the negative must be.
        swap: whether to take d(positive, negative) where it is smaller.
        reduction: "mean", "sum" or "none".

    >>> def steps(a, b):
    ...     return autograd.abs(a - b).sum(axis=-1)
    >>> loss = TripletMarginWithDistanceLoss(distance_function=steps)
    >>> loss(Tensor([[0.0]]), Tensor([[3.0]]), Tensor([[1.0]]))
    Tensor(3.)
    """

    function = functional.triplet_margin_with_distance_loss

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.distance_function = distance_function
        self.margin = margin
        self.swap = swap
