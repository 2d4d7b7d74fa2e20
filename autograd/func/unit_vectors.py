"""The matrix of a linear function: what it gives for each unit vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.func.vmapping import vmap
from autograd.graph.tensor import Tensor, wrap
from autograd.ops.shapes import stack

# So many are faster one after the other: what `vmap` costs by itself is that of five passes.
FEW = 5


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
        vectorize: all at once, by `vmap`; else one after the other.
        chunk_size: at most so many at once.
    """
    basis = np.eye(like.size, dtype=like.dtype).reshape(like.size, *like.shape)
    if not like.size:
        return None
    if vectorize and like.size > FEW:
        found: list[Tensor] = vmap(linear, chunk_size=chunk_size)(wrap(basis, None))
        return found
    each = [linear(vector) for vector in basis]
    return [stack(list(of_one)) for of_one in zip(*each, strict=True)]
