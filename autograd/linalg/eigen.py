"""Eigenvalues and eigenvectors, of Hermitian matrices and of others."""

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.common import (
    adjoint,
    conjugate,
    diagonal_mask,
    differences,
    divided_by_gaps,
    hermitian_part,
    largest,
    scale_columns,
    seen,
    unlike,
)
from autograd.linalg.solvers import not_square, solve
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.elementwise import real
from autograd.ops.shapes import expand_dims
from autograd.samples import error, sample

__all__ = ["eig", "eigh", "eigvals", "eigvalsh"]

_GENERAL = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.1]])
_SYMMETRIC = np.array([[2.0, 0.3, -0.5], [0.3, 1.2, 0.4], [-0.5, 0.4, 3.1]])
_HERMITIAN = _SYMMETRIC + 1j * np.array([[0.0, 0.5, 0.1], [-0.5, 0.0, 0.4], [-0.1, -0.4, 0.0]])
_SYMMETRIC_STACK = np.stack([_SYMMETRIC, np.diag([4.0, 2.0, 1.0]) - 0.3 * _SYMMETRIC])


@op(
    "general",
    numpy=np.linalg.eigh,
    arrays=("a",),
    samples=[
        sample(_SYMMETRIC),
        sample(_SYMMETRIC_STACK),
        sample(np.array([[2.0]])),
        sample(_GENERAL, "L"),
        sample(_GENERAL, UPLO="U"),
    ],
    errors=[not_square("eigh"), error(ValueError, "eigh: UPLO='M' is neither", (2, 2), "M")],
    vmap=2,
)
def eigh(a, UPLO=None):
    """Ascending eigenvalues and orthonormal eigenvectors of a Hermitian matrix, `a v = v diag(w)`.

    A function of the Hermitian part `(a + aᴴ) / 2`, so its gradient is Hermitian. The gradient of
    the eigenvectors divides by differences of eigenvalues. Where some are equal up to rounding,
    their eigenvectors are any basis of a subspace: functions of that subspace have their finite
    gradient, functions of the single vectors have none and get NaN; so do functions of the phase
    of complex vectors. Functions `v diag(f(w)) vᴴ` of the matrix need `f'` there, which no rule of
    `eigh` knows: they get NaN where they can be told by the gradients of equal eigenvalues, which
    differ, or come together with gradients of their vectors. What cannot be told is a loss that
    has no gradient at equal eigenvalues in the very basis that came out, such as one element of
    `v diag(f(w)) vᴴ` beside the diagonal at the identity: use `expm`, `inv` or `matrix_power`, and
    `eigvalsh` for functions of single eigenvalues.

    Args:
        a: (..., n, n), Hermitian.
        UPLO: "L" or "U" to read that triangle alone, which then has the whole gradient.

    Returns:
        (eigenvalues, eigenvectors), by these names too, of shapes (..., n) and (..., n, n), one
        vector in every column.

    >>> w, v = eigh(Tensor([[2.0, 0.0], [0.0, 1.0]]))
    >>> w
    Tensor([1., 2.])
    """
    return np.linalg.eigh(_read(a, UPLO), UPLO or "L")


def _read(a, UPLO):
    """The Hermitian matrix that is meant: the Hermitian part of `a`, or one of its triangles."""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("a must be square in its last two axes")
    if UPLO not in (None, "L", "U"):
        raise ValueError(f"UPLO={UPLO!r} is neither 'L' nor 'U'")
    # NumPy itself takes the imaginary part of the diagonal for 0.
    return (a + np.conj(a).mT) / 2 if UPLO is None else a


def _of_what_was_read(gradient, UPLO):
    """The gradient of the Hermitian matrix, as that of what was read of `a`."""
    if UPLO is None:
        return gradient
    side = gradient.shape[-1]
    read = np.tri(side, k=-1, dtype=bool) if UPLO == "L" else ~np.tri(side, dtype=bool)
    diagonal = diagonal_mask(side)
    both = np.where(read, 2, 0).astype(value(gradient).dtype) * gradient
    return both + diagonal * real(gradient)


@seen
def _eigh_hermitian(g, a, out):
    g_w, g_v = g
    w, v = out
    scale = np.abs(value(w)).max(axis=-1, initial=0)[..., np.newaxis, np.newaxis]
    turning = divided_by_gaps(adjoint(v) @ g_v, differences(w), scale, g_w) / 2
    return hermitian_part((v @ turning + scale_columns(v, g_w)) @ adjoint(v))


eigh.vjp(a=lambda g, a, out, UPLO: _of_what_was_read(_eigh_hermitian(g, a, out), UPLO))


@op(
    "general",
    numpy=np.linalg.eigvalsh,
    arrays=("a",),
    samples=[
        sample(_SYMMETRIC),
        sample(_SYMMETRIC_STACK),
        sample(_HERMITIAN),
        sample(_GENERAL, "L"),
        sample(_GENERAL, UPLO="U"),
    ],
    errors=[
        not_square("eigvalsh"),
        error(ValueError, "eigvalsh: UPLO='M' is neither", (2, 2), "M"),
    ],
    vmap=2,
)
def eigvalsh(a, UPLO=None):
    """Eigenvalues of a Hermitian matrix, ascending; cheaper than `eigh` without a gradient.

    A function of the Hermitian part `(a + aᴴ) / 2`. Equal eigenvalues have the gradients of those
    functions that do not depend on their order.

    Args:
        a: (..., n, n), Hermitian.
        UPLO: "L" or "U" to read that triangle alone, as for `eigh`.

    Returns:
        (..., n).

    >>> eigvalsh(Tensor([[0.0, 1.0], [1.0, 0.0]]))
    Tensor([-1.,  1.])
    """
    return np.linalg.eigvalsh(_read(a, UPLO), UPLO or "L")


def _eigvalsh_a(g, a, UPLO):
    _, v = eigh(a, UPLO)
    gradient = hermitian_part(scale_columns(v, g) @ adjoint(v))
    return conjugate(_of_what_was_read(gradient, UPLO))


eigvalsh.vjp(a=_eigvalsh_a)


@op(
    "general",
    numpy=np.linalg.eig,
    samples=[sample(_GENERAL), sample(np.stack([_GENERAL, 2 * _GENERAL.T]))],
    errors=[not_square("eig")],
    vmap=2,
)
def eig(a):
    """Eigenvalues, in no order, and eigenvectors of length 1 of a square matrix: `a v = v diag(w)`.

    Complex unless all eigenvalues are real. The derivative exists where they are all different; at
    equal ones it is as for `eigh`, and a matrix without n independent eigenvectors has none. A
    function of the phase of complex eigenvectors gets NaN.

    Args:
        a: (..., n, n).

    Returns:
        (eigenvalues, eigenvectors), by these names too, of shapes (..., n) and (..., n, n), one
        vector in every column.

    Reference:
        Boeddeker, Hanebrink, Drude, Heymann, Haeb-Umbach: On the Computation of Complex-valued
        Gradients with Application to Statistically Optimum Beamforming, 2017.

    >>> w, v = eig(Tensor([[2.0, 0.0], [0.0, 1.0]]))
    >>> w
    Tensor([2., 1.])
    """
    found = np.linalg.eig(a)
    w, v = found
    if a.dtype.kind != "c" and w.dtype.kind == "c" and not w.imag.any():
        return type(found)(w.real, v.real)  # from NumPy 2.5 on they are complex always
    return found


def _eig_a(g, a, out):
    g_w, g_v = g
    w, v = out
    n = value(w).shape[-1]
    scale = np.abs(value(w)).max(axis=-1, initial=0)[..., np.newaxis, np.newaxis]
    of_v = adjoint(v) @ g_v
    # The vectors keep their length 1.
    along = real(of_v) * diagonal_mask(n)
    turning = of_v - adjoint(v) @ (v @ along)
    gaps = conjugate(differences(w))
    equal = np.abs(value(gaps)) <= 16 * np.finfo(value(w).dtype).eps * n * scale
    limit = 64 * n * np.finfo(value(w).dtype).eps * largest(value(of_v))
    felt = (np.abs(value(turning)) > limit) | (unlike(g_w) & ~diagonal_mask(n))
    undetermined = np.where(equal & felt, np.nan, 0)
    turning = turning * ~equal / (gaps + equal) + undetermined.astype(value(gaps).dtype)
    return solve(adjoint(v), (turning + expand_dims(g_w, -1) * diagonal_mask(n)) @ adjoint(v))


eig.vjp(a=seen(_eig_a))


def eigvals(a):
    """Eigenvalues of a square matrix, in the order of `eig`.

    Args:
        a: (..., n, n).

    Returns:
        (..., n); complex unless all are real.

    >>> eigvals(Tensor([[2.0, 1.0], [0.0, 1.0]]))
    Tensor([2., 1.])
    """
    return eig(a)[0]


numpy_functions[np.linalg.eigvals] = eigvals
