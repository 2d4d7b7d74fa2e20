"""From class or word indices to vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import (
    as_numeric_array,
    constant,
    describe,
    levels_of,
    physical,
    sample_by_sample,
    value,
    value_of,
)
from autograd.ops import witnessed
from nn.inputs import place
from nn.parameter import update_buffer

__all__ = ["embedding", "one_hot"]


def indices_of(caller: str, input: Any, count: int, what: str) -> Any:
    """Integers below `count`, as an array or a mapped Tensor."""
    raw = value(physical(input))  # of all samples, where it is mapped
    array = raw if isinstance(raw, np.ndarray) else as_numeric_array(raw, f"{caller}: input")
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{caller}: input must hold integers, got {describe(array)}{place()}; convert it by "
            ".astype(np.int64)"
        )
    outside = (array < 0) | (array >= count)
    if outside.any():
        raise IndexError(
            f"{caller}: index {array[outside].flat[0]} is out of range for {count} {what}, 0 to "
            f"{count - 1}{place()}"
        )
    return input if levels_of(input) else array


def no_sparse(caller: str, sparse: bool) -> None:
    """Refuse what would be ignored."""
    if sparse:
        raise ValueError(
            f"{caller}: sparse=True asks for sparse gradients, which there are not: a gradient is "
            f"an array of the shape of its parameter{place()}; leave it out, the numbers are the "
            "same"
        )


@sample_by_sample
def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """`weight[input]`: the rows of a table at some indices.

    Args:
        input: integers of any shape.
        weight: (rows, features).
        padding_idx: a row that gets no gradient; may be counted from the end.
        max_norm: rows that are used and longer than this are shortened to it first, in place.
        norm_type: p of the norm that measures them.
        scale_grad_by_freq: whether the gradient of a row is divided by how often it was picked.
        sparse: must be False; gradients are arrays here, as large as the table.

    Returns:
        (*input.shape, features).

    Raises:
        IndexError: for an index out of range.

    >>> embedding([1, 0], Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[3., 4.],
            [1., 2.]])
    """
    no_sparse("embedding", sparse)
    rows = np.shape(value(weight))[0]
    index = indices_of("embedding", input, rows, "rows")
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise ValueError(
            f"embedding: padding_idx {padding_idx} is out of range for {rows} rows{place()}"
        )
    max_norm = constant(max_norm, "embedding", "max_norm")
    norm_type = constant(norm_type, "embedding", "norm_type")
    if max_norm is not None:
        _shorten(weight, np.unique(value(index)), max_norm, norm_type)
    out = autograd.getitem(weight, index)
    if scale_grad_by_freq and isinstance(out, Tensor) and out.requires_grad:
        index = value(index)
        often = np.bincount(index.reshape(-1), minlength=rows)[index]
        share = (1 / np.maximum(often, 1)).astype(out.dtype)[..., np.newaxis]
        (out,) = witnessed([out], lambda cotangents: [each * share for each in cotangents])
    if padding_idx is None or not isinstance(weight, Tensor):
        return out
    counts = (index != padding_idx % rows)[..., np.newaxis]
    return autograd.where(counts, out, value(out))  # the same value; no gradient for padding


def _shorten(weight: Any, used: Any, max_norm: float, norm_type: float) -> None:
    if not isinstance(weight, Tensor):
        raise TypeError("embedding: max_norm changes the weight in place, which must be a Tensor")
    table = value_of(weight).copy()
    norms = np.linalg.norm(table[used], norm_type, axis=1, keepdims=True)
    long = norms > max_norm
    table[used] *= np.where(long, max_norm / (norms + 1e-7), 1).astype(table.dtype)
    if long.any():
        update_buffer(weight, table)


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Vectors of zeros with a 1 at the index.

    Args:
        tensor: integers of any shape.
        num_classes: the length of the vectors; as many as the largest index asks for if not given.

    Returns:
        Integers (*tensor.shape, num_classes).

    >>> one_hot([0, 2])
    Tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    raw = tensor if levels_of(tensor) else np.asarray(value(tensor))
    if num_classes == -1:
        if levels_of(tensor):
            raise ValueError(
                "one_hot: inside vmap num_classes must be given, as the largest index of each "
                "sample is another"
            )
        if not raw.size:
            raise ValueError("one_hot: without an index num_classes must be given")
        num_classes = int(raw.max()) + 1
    index = indices_of("one_hot", raw, num_classes, "classes")
    rows = np.eye(num_classes, dtype=np.int64)
    return (
        autograd.from_numpy(rows)[index] if levels_of(index) else autograd.from_numpy(rows[index])
    )
