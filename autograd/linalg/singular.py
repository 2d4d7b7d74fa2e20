"""Singular values and vectors, of matrices of any shape."""

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.common import (
    adjoint,
    conjugate,
    diagonal_mask,
    differences,
    divided_by_gaps,
    largest,
    scale_columns,
    scale_rows,
)
from autograd.operation.op import op
from autograd.ops.shapes import expand_dims
from autograd.ops.ufuncs import imag
from autograd.samples import error, sample

__all__ = ["svd", "svdvals"]

_GENERAL = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.1]])
_TALL = np.array([[1.0, 0.5], [-0.3, 2.0], [0.7, -0.4], [0.2, 0.9]])
_STACK = np.stack([_TALL, _TALL[::-1] + 0.5])
_COMPLEX_TALL = _TALL + 1j * np.array([[0.3, -0.2], [0.9, 0.1], [-0.6, 0.8], [0.0, 0.5]])


@op(
    "general",
    numpy=np.linalg.svd,
    arrays=("a",),
    samples=[
        sample(_GENERAL),
        sample(_TALL, full_matrices=False),
        sample(_TALL.T.copy(), full_matrices=False),
        sample(_STACK, full_matrices=False),
        sample(_TALL, compute_uv=False),
    ],
    errors=[error(ValueError, "svd: ", (3,))],
    vmap=2,
)
def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """Singular value decomposition `a = u diag(s) vh`; `s` descends.

    Differentiate with `full_matrices=False` unless `a` is square: the vectors that fill up the
    bases are arbitrary. The derivative of the vectors exists where the values are different and
    not zero. Where some are equal up to rounding it is as for `eigh`: right for functions of the
    subspaces, NaN for functions of single vectors or of the phase of complex ones.

    Args:
        a: (..., m, n).
        full_matrices: complete `u` to (..., m, m) and `vh` to (..., n, n).
        compute_uv: whether to compute the vectors, or the values alone; see `svdvals`.
        hermitian: take `a` as Hermitian, which changes nothing here but what NumPy calls.

    Returns:
        (U, S, Vh), by these names too, of shapes (..., m, k), (..., k), (..., k, n), with
        k = min(m, n); or S alone.

    Reference:
        Wan, Zhang: Automatic Differentiation for Complex Valued SVD, 2019.

    >>> svd(Tensor([[0.0, 2.0], [1.0, 0.0]]))[1]
    Tensor([2., 1.])
    """
    return np.linalg.svd(a, full_matrices, compute_uv, hermitian)


def _svd_a(g, a, out, full_matrices, compute_uv):
    if not compute_uv:
        return conjugate(svdvals_gradient(g, a))
    g_u, g_s, g_vh = map(conjugate, g)
    u, s, vh = out
    rows, columns = value(a).shape[-2:]
    if full_matrices and rows != columns:
        raise ValueError(
            "svd: the vectors that complete the bases of a matrix that is not square have no "
            "derivative; call svd(a, full_matrices=False), or svdvals(a)"
        )
    k = min(rows, columns)
    v, g_v = adjoint(vh), adjoint(g_vh)
    of_u, of_v = adjoint(u) @ g_u, adjoint(v) @ g_v
    scale = value(s).max(axis=-1, initial=0)[..., np.newaxis, np.newaxis]
    off = ~diagonal_mask(k)
    # Both bases turn together, which equal values do not determine, or against each other.
    sums = expand_dims(s, -2) + expand_dims(s, -1)
    together = divided_by_gaps((of_u + of_v) * off, differences(s), scale, g_s)
    apart = divided_by_gaps((of_u - of_v) * off, sums, scale)
    inner = (together + apart) / 2
    if value(a).dtype.kind == "c":
        inner = inner + _of_phases(of_u, of_v, s)
    passed = u @ (inner + expand_dims(g_s, -1) * diagonal_mask(k)) @ vh
    if rows > k:
        passed = passed + scale_columns(g_u - u @ of_u, 1 / s) @ vh
    if columns > k:
        passed = passed + u @ scale_rows(1 / s, g_vh - adjoint(of_v) @ vh)
    return conjugate(passed)


def _of_phases(of_u, of_v, s):
    """The part of a complex gradient in which `u` and `v` turn against each other.

    A common phase of both is not determined: what is felt of it must vanish, else NaN.
    """
    mask = diagonal_mask(value(s).shape[-1])
    common = np.abs(np.imag(value(of_u) + value(of_v)) * mask)
    size = np.maximum(largest(value(of_u)), largest(value(of_v)))
    limit = 64 * np.finfo(value(s).dtype).eps * value(s).shape[-1] * size
    undetermined = np.where(common > limit, np.nan, 0).astype(value(s).dtype)
    return 1j * (imag(of_u) * mask / expand_dims(s, -1) + undetermined)


svd.vjp(a=_svd_a)


@op(
    "general",
    numpy=np.linalg.svdvals,
    samples=[
        sample(_GENERAL),
        sample(_TALL),
        sample(_TALL.T.copy()),
        sample(_STACK),
        sample(_COMPLEX_TALL),
    ],
    errors=[error(ValueError, "svdvals: ", (3,))],
    vmap=2,
)
def svdvals(a):
    """Singular values, descending; cheaper than `svd` without a gradient.

    At 0 the derivative is that of one side only; equal values have the gradients of functions that
    do not depend on their order.

    Args:
        a: (..., m, n).

    Returns:
        (..., min(m, n)).

    >>> svdvals(Tensor([[0.0, 2.0], [1.0, 0.0]]))
    Tensor([2., 1.])
    """
    return np.linalg.svdvals(a)


def svdvals_gradient(g, a):
    """The gradient of `a` from that of its singular values, as users see it."""
    u, _, vh = svd(a, False)
    return scale_columns(u, g) @ vh


svdvals.vjp(a=lambda g, a: conjugate(svdvals_gradient(g, a)))
