"""The matrix of a linear function: what it gives for each unit vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.graph.modes import current_mode, mapping
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.level import Level
from autograd.mapping.tensor import covered, levels_of, peeled
from autograd.ops.shapes import broadcast_to, concatenate, stack

# So many are faster one after the other: what a mapped pass costs by itself is that of four.
FEW = 4


def of_unit_vectors(
    linear: Callable[[Any], list[Tensor]],
    like: Tensor,
    vectorize: bool,
    chunk_size: int | None,
) -> list[Tensor] | None:
    """What a linear function returns for every unit vector, stacked; None where there is none.

    Args:
        linear: of a Tensor of the shape and dtype of `like`.
        like: whose elements the unit vectors belong to.
        vectorize: all at once, as `vmap` does; else one after the other.
        chunk_size: at most so many at once.
    """
    if not like.size:
        return None
    basis = np.eye(like.size, dtype=like.dtype).reshape(like.size, *like.shape)
    if not vectorize or like.size <= FEW:
        each = [linear(vector) for vector in basis]
        return [stack(list(of_one)) for of_one in zip(*each, strict=True)]
    chunk = chunk_size or like.size
    parts = [
        _at_once(linear, basis[start : start + chunk]) for start in range(0, len(basis), chunk)
    ]
    if len(parts) == 1:
        return parts[0]
    return [concatenate(list(of_one)) for of_one in zip(*parts, strict=True)]


def _at_once(linear: Callable[[Any], list[Tensor]], vectors: ndarray[Any, Any]) -> list[Tensor]:
    level = Level(len(vectors))
    with mapping((*current_mode().levels, level)):
        found = linear(covered(wrap(vectors, None), level))
    return [
        peeled(each, level)
        if level in levels_of(each)
        else broadcast_to(each, (level.size, *each.shape))  # the same for all of them
        for each in found
    ]


def checked_chunk_size(caller: str, chunk_size: Any) -> int | None:
    """How many may be computed at once, None for all."""
    if chunk_size is None:
        return None
    if isinstance(chunk_size, bool) or not isinstance(chunk_size, int | np.integer):
        raise TypeError(
            f"{caller}: chunk_size must be an integer or None, got {describe(chunk_size)}"
        )
    if chunk_size < 1:
        raise ValueError(f"{caller}: chunk_size must be a positive integer, got {chunk_size}")
    return int(chunk_size)
