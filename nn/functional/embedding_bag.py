"""Bags of words: sums, means and maxima of rows of a table."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import as_numeric_array, constant, sample_by_sample, value
from nn.functional.embedding import embedding, indices_of
from nn.inputs import place
from nn.path import named_call

__all__ = ["embedding_bag"]

_MODES = ("sum", "mean", "max")


@named_call
@sample_by_sample
def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows of each bag; 0 for an empty bag.

    Args:
        input: integers, (bags, words), or (words,) of all bags one after the other.
        weight: (rows, features).
        offsets: (bags,) where each bag begins, for input of one axis.
        max_norm: rows that are used and longer than this are shortened to it first, in place.
        norm_type: p of the norm that measures them.
        scale_grad_by_freq: whether the gradient of a row is divided by how often it was picked.
        mode: "sum", "mean" or "max"; of equal ones the first gets the gradient.
        sparse: must be False; gradients are arrays here, as large as the table.
        per_sample_weights: floating, in the shape of input: a factor of each row, for sums.
        include_last_offset: whether `offsets` ends with the number of words.
        padding_idx: a row that does not count in its bag.

    Returns:
        (bags, features).

    Raises:
        ValueError: for offsets that are missing, not wanted, or do not begin with 0 and grow.

    >>> table = Tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> embedding_bag([0, 1, 2], table, offsets=[0, 2])
    Tensor([[2., 3.],
            [5., 6.]])
    """
    caller = "embedding_bag"
    if mode not in _MODES:
        raise ValueError(f"{caller}: mode must be 'sum', 'mean' or 'max', got {mode!r}{place()}")
    words = indices_of(caller, input, np.shape(value(weight))[0], "rows")
    if per_sample_weights is not None and mode != "sum":
        raise ValueError(f"{caller}: per_sample_weights are for mode='sum', not {mode!r}{place()}")
    if scale_grad_by_freq and mode == "max":
        raise ValueError(f"{caller}: scale_grad_by_freq is not for mode='max'{place()}")
    bags, count = _bags(caller, words, offsets, include_last_offset)
    words = words.reshape(-1)
    if padding_idx is not None:
        kept = words != padding_idx % np.shape(value(weight))[0]
    else:
        kept = np.ones(len(words), bool)
    rows = embedding(
        words, weight, None, max_norm, norm_type, scale_grad_by_freq, sparse
    )  # (words, features)
    if per_sample_weights is not None:
        rows = rows * _factors(caller, input, per_sample_weights, rows)
    if not kept.all():
        rows, bags = rows[kept], bags[kept]
    if mode == "max":
        return _largest(rows, bags, count)
    dtype = value(rows).dtype
    nothing = autograd.zeros((count, np.shape(rows)[1]), dtype=dtype)
    total = autograd.index_add(nothing, 0, bags, rows)
    if mode == "sum":
        return total
    sizes = np.maximum(np.bincount(bags, minlength=count), 1)
    return total / sizes.astype(dtype)[:, np.newaxis]


def _bags(
    caller: str, words: np.ndarray[Any, Any], offsets: Any, include_last_offset: bool
) -> tuple[np.ndarray[Any, Any], int]:
    """The bag of every word, and how many bags there are."""
    if words.ndim == 2:
        if offsets is not None:
            raise ValueError(
                f"{caller}: input of two axes has a bag in each row, and takes no offsets{place()}"
            )
        return np.repeat(np.arange(words.shape[0]), words.shape[1]), words.shape[0]
    if words.ndim != 1:
        raise ValueError(
            f"{caller}: expected input (bags, words), or (words,) with offsets, got shape "
            f"{words.shape}{place()}"
        )
    if offsets is None:
        raise ValueError(f"{caller}: input (words,) needs offsets, where each bag begins{place()}")
    starts = as_numeric_array(constant(offsets, caller, "offsets"), f"{caller}: offsets")
    starts = np.asarray(starts)
    if not starts.size and not words.size:
        return words.reshape(-1).astype(np.intp), 0
    fits = starts.ndim == 1 and starts.dtype.kind in "iu" and starts.size > 0
    if not fits or starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] > len(words):
        raise ValueError(
            f"{caller}: offsets must be integers that begin with 0 and do not fall, up to "
            f"{len(words)}, got {starts}{place()}"
        )
    ends = starts[1:] if include_last_offset else np.append(starts[1:], len(words))
    starts = starts[: len(ends)]
    return np.repeat(np.arange(len(ends)), ends - starts), len(ends)


def _factors(caller: str, input: Any, weights: Any, rows: Any) -> Any:
    shape, wanted = np.shape(value(weights)), np.shape(value(input))
    if shape != wanted:
        raise ValueError(
            f"{caller}: per_sample_weights must have the shape of input, {wanted}, got {shape}"
            f"{place()}"
        )
    if not isinstance(weights, Tensor):
        weights = np.asarray(weights, value(rows).dtype)
    return weights.reshape(-1, 1)


def _largest(rows: Any, bags: np.ndarray[Any, Any], count: int) -> Any:
    """The largest of each feature in each bag; an empty one has 0."""
    raw = np.asarray(value(rows))
    largest = np.full((count, raw.shape[1]), -np.inf, raw.dtype)
    np.maximum.at(largest, bags, raw)
    wins = (raw == largest[bags]) | np.isnan(raw)
    numbers = np.where(wins, np.arange(len(raw))[:, np.newaxis], len(raw))
    first = np.full(largest.shape, len(raw))
    np.minimum.at(first, bags, numbers)
    empty = np.bincount(bags, minlength=count) == 0
    zero = autograd.zeros((1, raw.shape[1]), dtype=raw.dtype)
    first[empty] = len(raw)  # the row of zeros behind the others
    return autograd.take_along_axis(autograd.concatenate([rows, zero]), first, 0)
