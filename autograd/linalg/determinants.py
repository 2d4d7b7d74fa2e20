"""Determinants and their derivatives, which are polynomials and exist at singular matrices too."""

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.common import diagonal_mask
from autograd.linalg.solvers import inv, not_square
from autograd.operation.op import op
from autograd.ops.elementwise import log, real, where
from autograd.ops.reductions import sum
from autograd.ops.shapes import expand_dims
from autograd.ops.ufuncs import imag
from autograd.samples import sample

__all__ = ["cofactor", "cofactor_change", "det", "logdet", "slogdet"]

_SQUARE = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.8]])
_SINGULAR = np.array([[1.0, 2.0, -0.5], [0.5, 1.0, -0.25], [2.0, 0.3, 1.0]])
_RANK_ONE = np.outer([1.0, -2.0, 0.5], [0.3, 1.0, 2.0])
_COMPLEX = _SQUARE + 1j * np.array([[0.1, 0.5, 0.0], [-0.3, 0.2, 0.4], [0.6, -0.1, 0.3]])
_REGULAR = [
    sample(_SQUARE),
    sample(np.stack([_SQUARE, -_SQUARE.T])),
    sample(np.array([[0.7]])),
    sample(_COMPLEX),
]
_SINGULAR_ONES = [
    sample(_SINGULAR),
    sample(_RANK_ONE),
    sample(np.stack([_SQUARE, _SINGULAR])),
]
_MATRICES = [*_REGULAR, *_SINGULAR_ONES]


@op(
    "general",
    symbol="det",
    numpy=np.linalg.det,
    samples=_MATRICES,
    errors=[not_square("det")],
    vmap=2,
)
def det(a):
    """Determinant of every matrix; its gradient is the cofactor matrix, the transposed adjugate.

    Where the inverse is accurate that is `det(a) a⁻ᵀ`, elsewhere it comes from the singular values,
    so that singular matrices have their right gradients, too.

    Args:
        a: (..., n, n).

    >>> det(Tensor([[2.0, 0.0], [1.0, 4.0]]))
    Tensor(8.)
    """
    return np.linalg.det(a)


def _cofactor(a, determinant):
    """The cofactor matrix, by the cheaper inverse where that is accurate."""
    inverse = _accurate_inverse(a)
    if inverse is None:
        return cofactor(a)
    return expand_dims(determinant, (-2, -1)) * inverse.mT


def _accurate_inverse(a):
    """The inverse, or None where one of the matrices is nearly singular."""
    try:
        inverse = inv(a)
    except np.linalg.LinAlgError:
        return None
    raw, raw_inverse = value(a), value(inverse)
    condition = np.linalg.norm(raw, axis=(-2, -1)) * np.linalg.norm(raw_inverse, axis=(-2, -1))
    limit = np.finfo(raw_inverse.dtype).eps ** -0.5
    return inverse if np.all(condition < limit) else None


det.vjp(a=lambda g, a, out: expand_dims(g, (-2, -1)) * _cofactor(a, out))
det.jvp(a=lambda t, a, out: sum(_cofactor(a, out) * t, (-2, -1)))


def _products_without(values, count):
    """Products of `values` (..., n) that leave out one index, or two: (..., n) or (..., n, n)."""
    n = values.shape[-1]
    leave_out = diagonal_mask(n) if count == 1 else diagonal_mask(n)[:, None] | diagonal_mask(n)
    extra = (np.newaxis,) * count
    return np.where(leave_out, 1, values[(..., *extra, slice(None))]).prod(axis=-1)


def _singular_basis(a):
    """`u, s, v, d` with `a = u diag(s) vᵀ` and `d = det(u) det(v)`: real bases or unitary ones."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("a must be square in its last two axes")
    u, s, vh = np.linalg.svd(a)
    return u, s, np.swapaxes(vh, -1, -2), np.linalg.det(u) * np.linalg.det(vh)


@op(
    "general",
    arrays=("a",),
    samples=_REGULAR,
    errors=[not_square("cofactor")],
    pytorch=None,
    helper=True,
    vmap=2,
)
def cofactor(a):
    """Cofactor matrix: element (i, j) is d det(a) / d a[i, j]; its transpose is the adjugate.

    Computed from the singular values, exact for singular matrices: `det(a) a⁻ᵀ` is only the rule
    for regular ones.

    Args:
        a: (..., n, n).

    >>> cofactor(Tensor([[1.0, 2.0], [2.0, 4.0]])).data.round(12)
    array([[ 4., -2.],
           [-2.,  1.]])
    """
    u, s, v, d = _singular_basis(a)
    # The inverse transpose of u is its conjugate.
    scaled = u.conj() * _products_without(s, 1)[..., np.newaxis, :]
    return d[..., np.newaxis, np.newaxis] * (scaled @ np.swapaxes(v.conj(), -1, -2))


# Second derivatives are symmetric, so the map is its own transpose.
cofactor.vjp(a=lambda g, a: _second_derivative(a, g))
cofactor.jvp(a=lambda t, a: _second_derivative(a, t))


def _second_derivative(a, direction):
    inverse = _accurate_inverse(a)
    if inverse is None:
        return cofactor_change(a, direction)
    transposed = inverse.mT
    trace = expand_dims(sum(transposed * direction, (-2, -1)), (-2, -1))
    turned = transposed @ direction.mT @ transposed
    return expand_dims(det(a), (-2, -1)) * (trace * transposed - turned)


@op(
    "linear",
    arrays=("a", "direction"),
    samples=[
        sample(_SQUARE, (3, 3)),
        sample(_SINGULAR, (3, 3)),
        sample(_RANK_ONE, (3, 3)),
        sample(np.stack([_SQUARE, _SINGULAR]), (2, 3, 3)),
    ],
    pytorch=None,
    helper=True,
    vmap=2,
)
def cofactor_change(a, direction):
    """How the cofactor matrix of `a` changes along a direction; exact for singular matrices.

    There is no derivative with respect to `a`: third derivatives of `det` exist at regular matrices
    only.

    Args:
        a: (..., n, n).
        direction: (..., n, n).

    >>> cofactor_change(np.zeros((2, 2)), Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[ 4., -3.],
            [-2.,  1.]])
    """
    u, s, v, d = _singular_basis(a)
    inside = np.swapaxes(u.conj(), -1, -2) @ direction @ v.conj()
    products = _products_without(s, 2) * ~diagonal_mask(s.shape[-1])
    along = np.diagonal(inside, axis1=-2, axis2=-1)[..., np.newaxis]
    on_diagonal = (products @ along) * diagonal_mask(s.shape[-1])
    change = on_diagonal - products * np.swapaxes(inside, -1, -2)
    return d[..., np.newaxis, np.newaxis] * (u.conj() @ change @ np.swapaxes(v.conj(), -1, -2))


cofactor_change.vjp(direction=lambda g, a: cofactor_change(a, g))


@op(
    "general",
    numpy=np.linalg.slogdet,
    samples=_REGULAR,
    errors=[not_square("slogdet")],
    vmap=2,
)
def slogdet(a):
    """Sign and natural logarithm of the absolute determinant, for sizes where `det` overflows.

    The gradient of the logarithm is `a⁻ᵀ`. The sign of a real matrix is constant; that of a complex
    one is a phase and has a derivative. A singular matrix gives (0, -inf) and no gradient.

    Args:
        a: (..., n, n).

    Returns:
        (sign, logabsdet), each (...), by these names too.

    >>> slogdet(Tensor([[2.0, 0.0], [0.0, -0.5]]))
    SlogdetResult(sign=Tensor(-1.), logabsdet=Tensor(0.))
    """
    return np.linalg.slogdet(a)


def _slogdet_a(g, a, out):
    g_sign, g_logarithm = g
    if value(a).dtype.kind == "c":
        # d sign = i sign Im(tr(a⁻¹ da)).
        g_logarithm = g_logarithm - 1j * real(1j * g_sign * out[0])
    return expand_dims(g_logarithm, (-2, -1)) * inv(a).mT


def _slogdet_push(t, a, out):
    change = sum(inv(a).mT * t, (-2, -1))
    if value(a).dtype.kind != "c":
        return (0 * change, change)
    return (1j * out[0] * imag(change), real(change))


slogdet.vjp(a=_slogdet_a)
slogdet.jvp(a=_slogdet_push)


def logdet(a):
    """The natural logarithm of the determinant: NaN where that is negative, -inf where it is 0.

    Args:
        a: (..., n, n).

    >>> logdet(Tensor([[2.0, 0.0], [0.0, 0.5]]))
    Tensor(0.)
    """
    sign, logarithm = slogdet(a)
    if value(a).dtype.kind == "c":
        return logarithm + log(sign)
    negative = value(sign) < 0
    return where(negative, value(logarithm).dtype.type(np.nan), logarithm)
