"""Distances of all pairs of points."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.norms import _not_zero, vector_norm
from autograd.operation.op import op
from autograd.ops.elementwise import abs, sign, where
from autograd.ops.reductions import sum
from autograd.ops.shapes import expand_dims, sum_to
from autograd.samples import error, sample

__all__ = ["cdist", "pdist"]

_POINTS, _OTHERS = (
    np.array([[0.1, 1.0], [2.3, -1.1], [0.6, 0.7]]),
    np.array([[1.7, 0.2], [0.9, 3.1]]),
)


@op(
    "general",
    real_only=True,
    pytorch="cdist",
    samples=[
        sample(_POINTS, _OTHERS),
        *(sample(_POINTS, _OTHERS, p=p) for p in (1.0, 1.5, 3.0, math.inf)),
        sample(np.stack([_POINTS, -_POINTS]), _OTHERS),
    ],
    errors=[
        error(ValueError, r"cdist: .*3 features, x2 has 2", (2, 3), (4, 2)),
        error(ValueError, r"cdist: .*\(points, features\)", (3,), (4, 3)),
        error(ValueError, r"cdist: .*p must not be negative, got -1", (2, 3), (4, 3), -1),
    ],
    vmap=2,
)
def cdist(x1, x2, p=2.0):
    """The distance `(Σ |a - b|^p)^(1/p)` of every point in x1 to every point in x2.

    The gradient of two equal points is 0.

    Args:
        x1: (..., n, features).
        x2: (..., m, features).
        p: of the norm; `inf` takes the largest difference, 0 counts those that are not 0.

    Returns:
        (..., n, m).

    >>> cdist(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0], [0.0, 1.0]]))
    Tensor([[5., 1.]])
    """
    from scipy.spatial import distance

    if x1.ndim < 2 or x2.ndim < 2:
        raise ValueError(f"points must be (points, features), got shapes {x1.shape} and {x2.shape}")
    if x1.shape[-1] != x2.shape[-1]:
        raise ValueError(f"x1 has {x1.shape[-1]} features, x2 has {x2.shape[-1]}")
    if not p >= 0:
        raise ValueError(f"p must not be negative, got {p}")
    kind, settings = {0: ("hamming", {}), 2: ("euclidean", {}), math.inf: ("chebyshev", {})}.get(
        p, ("minkowski", {"p": p})
    )
    batch = np.broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    out = np.empty((*batch, x1.shape[-2], x2.shape[-2]), np.result_type(x1, x2, np.float16))
    for place in np.ndindex(batch):
        one, other = (
            np.broadcast_to(each, batch + each.shape[-2:])[place].astype(np.float64)
            for each in (x1, x2)
        )
        if out.size and x1.shape[-1]:
            out[place] = distance.cdist(one, other, kind, **settings)
            if p == 0:
                out[place] *= x1.shape[-1]
        else:
            out[place] = 0
    return out


def _pairs(g, x1, x2, out, p):
    """The share of every pair and feature in the gradient of the first point."""
    difference = expand_dims(x1, -2) - expand_dims(x2, -3)
    g, out = expand_dims(g, -1), expand_dims(out, -1)
    if p == 0:
        return 0 * g * difference
    if p == 2:
        return difference * (g / _not_zero(out))
    size = abs(difference)
    if math.isinf(p):
        hits = value(size) == value(out)
        return g * sign(difference) * (hits / hits.sum(-1, keepdims=True)).astype(out.dtype)
    if p == 1:
        return g * sign(difference)
    share = (_not_zero(size) / _not_zero(out)) ** (p - 1)
    return g * sign(difference) * where(value(size) == 0, value(size).dtype.type(0), share)


cdist.vjp(
    x1=lambda g, x1, x2, out, x1_shape, p: sum_to(sum(_pairs(g, x1, x2, out, p), -2), x1_shape),
    x2=lambda g, x1, x2, out, x2_shape, p: sum_to(-sum(_pairs(g, x1, x2, out, p), -3), x2_shape),
)


def pdist(input, p=2.0):
    """The distances of all pairs of points, those of the first point to the later ones first.

    Args:
        input: (n, features).
        p: as in `cdist`.

    Returns:
        (n (n - 1) / 2,).

    >>> pdist(Tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    Tensor([5.        , 1.        , 4.24264069])
    """
    shape = np.shape(value(input))
    if len(shape) != 2:
        raise ValueError(f"pdist: expected (points, features), got shape {shape}")
    one, other = np.triu_indices(shape[0], 1)
    return vector_norm(input[one] - input[other], axis=-1, ord=p)
