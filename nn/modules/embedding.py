"""Tables of vectors, one per word or class."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor
from autograd.internals import checked_device
from nn import functional, init
from nn.functional.embedding import no_sparse
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["Embedding", "EmbeddingBag"]


class Embedding(Module):
    """A table of learned vectors; integers pick its rows. Rows start N(0, 1).

    Args:
        num_embeddings: number of rows.
        embedding_dim: length of each.
        padding_idx: a row that starts as zeros and is not trained.
        max_norm: rows that are used and longer than this are shortened to it.
        norm_type: p of the norm that measures them.
        scale_grad_by_freq: whether the gradient of a row is divided by how often it was picked.
        sparse: must be False; gradients are arrays here, as large as the table.
        device: the CPU, the only one there is.
        dtype: of the table, float32 if not given.

    Shape:
        integers (*) to (*, embedding_dim).

    >>> Embedding(10, 3)([[1, 2], [4, 9]]).shape
    (2, 2, 3)
    >>> Embedding(10, 3)([10])
    Traceback (most recent call last):
    IndexError: embedding: index 10 is out of range for 10 rows, 0 to 9 in module model (Embe...
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        no_sparse("Embedding", sparse)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"Embedding: padding_idx {padding_idx} is out of range for {num_embeddings} rows"
            )
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        kind = np.float32 if dtype is None else dtype
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim), kind))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """A table of given vectors.

        Args:
            embeddings: (rows, features).
            freeze: whether it is not to be trained.
            padding_idx: a row that is not trained.
            max_norm: as of the table itself, like what follows.
            norm_type: see there.
            scale_grad_by_freq: see there.
            sparse: see there.

        >>> Embedding.from_pretrained([[1.0, 2.0]])([0]).data
        array([[1., 2.]], dtype=float32)
        """
        weight = Parameter(embeddings, requires_grad=not freeze)
        table = cls(
            weight.shape[0], weight.shape[1], padding_idx, max_norm, norm_type,
            scale_grad_by_freq, sparse,
        )  # fmt: skip
        table.weight = weight
        return table

    def forward(self, input: Any) -> Tensor:
        """Pick the rows."""
        return functional.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type,
            self.scale_grad_by_freq,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The shape of the table, and what is not the default."""
        words = f"{self.num_embeddings}, {self.embedding_dim}"
        return words if self.padding_idx is None else f"{words}, padding_idx={self.padding_idx}"


class EmbeddingBag(Module):
    """The sum, mean or maximum of the rows of a table that a bag of integers picks.

    The same as `Embedding` and a sum over words, without their vectors side by side. Rows start
    N(0, 1).

    Args:
        num_embeddings: number of rows.
        embedding_dim: length of each.
        max_norm: rows that are used and longer than this are shortened to it.
        norm_type: p of the norm that measures them.
        scale_grad_by_freq: whether the gradient of a row is divided by how often it was picked.
        mode: "sum", "mean" or "max".
        sparse: must be False; gradients are arrays here, as large as the table.
        include_last_offset: whether offsets end with the number of words.
        padding_idx: a row that starts as zeros, is not trained and does not count in its bag.
        device: the CPU, the only one there is.
        dtype: of the table, float32 if not given.

    Shape:
        integers (bags, words), or (words,) with offsets (bags,), to (bags, embedding_dim).

    >>> EmbeddingBag(10, 3)([1, 2, 4, 9], offsets=[0, 3]).shape
    (2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        no_sparse("EmbeddingBag", sparse)
        if mode not in ("sum", "mean", "max"):
            raise ValueError(f"EmbeddingBag: mode must be 'sum', 'mean' or 'max', got {mode!r}")
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"EmbeddingBag: padding_idx {padding_idx} is out of range for {num_embeddings} rows"
            )
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        kind = np.float32 if dtype is None else dtype
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim), kind))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    @classmethod
    def from_pretrained(
        cls, embeddings: Any, freeze: bool = True, max_norm: float | None = None,
        norm_type: float = 2.0, scale_grad_by_freq: bool = False, mode: str = "mean",
        sparse: bool = False, include_last_offset: bool = False, padding_idx: int | None = None,
    ) -> EmbeddingBag:  # fmt: skip
        """A table of given vectors, (rows, features); the other arguments as of the table itself.

        >>> EmbeddingBag.from_pretrained([[1.0, 2.0], [3.0, 4.0]])([[0, 1]]).data
        array([[2., 3.]], dtype=float32)
        """
        weight = Parameter(embeddings, requires_grad=not freeze)
        table = cls(
            weight.shape[0], weight.shape[1], max_norm, norm_type, scale_grad_by_freq, mode,
            sparse, include_last_offset, padding_idx,
        )  # fmt: skip
        table.weight = weight
        return table

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        """Put the rows of each bag together; see `nn.functional.embedding_bag`."""
        return functional.embedding_bag(
            input, self.weight, offsets, self.max_norm, self.norm_type, self.scale_grad_by_freq,
            self.mode, False, per_sample_weights, self.include_last_offset, self.padding_idx,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The shape of the table, and how rows are put together."""
        words = f"{self.num_embeddings}, {self.embedding_dim}, mode={self.mode!r}"
        return words if self.padding_idx is None else f"{words}, padding_idx={self.padding_idx}"
