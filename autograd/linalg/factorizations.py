"""Triangular factors: Cholesky and QR."""

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.common import adjoint, conjugate, diagonal_mask, seen
from autograd.linalg.solvers import solve_triangular
from autograd.operation.op import op
from autograd.ops.elementwise import real
from autograd.ops.shapes import concatenate
from autograd.samples import error, sample

__all__ = ["cholesky", "qr"]

_GENERAL = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.1]])
_SYMMETRIC = np.array([[2.0, 0.3, -0.5], [0.3, 1.2, 0.4], [-0.5, 0.4, 3.1]])
_HERMITIAN = _SYMMETRIC + 1j * np.array([[0.0, 0.5, 0.1], [-0.5, 0.0, 0.4], [-0.1, -0.4, 0.0]])
_TALL = np.array([[1.0, 0.5], [-0.3, 2.0], [0.7, -0.4], [0.2, 0.9]])
_COMPLEX_TALL = _TALL + 1j * np.array([[0.3, -0.2], [0.9, 0.1], [-0.6, 0.8], [0.0, 0.5]])


@op(
    "general",
    numpy=np.linalg.cholesky,
    samples=[
        sample(_SYMMETRIC),
        sample(np.stack([_SYMMETRIC, np.diag([4.0, 2.0, 1.0]) - 0.3 * _SYMMETRIC])),
        sample(_SYMMETRIC, upper=True),
        sample(_HERMITIAN),
    ],
    errors=[
        error(ValueError, "cholesky: .*square", (2, 3)),
        error(np.linalg.LinAlgError, "cholesky: .*positive definite", -np.eye(2)),
    ],
    vmap=2,
)
def cholesky(a, upper=False):
    """The triangle `L` with positive diagonal and `L Lᴴ = a`.

    A function of the Hermitian part `(a + aᴴ) / 2`, so its gradient is Hermitian.

    Args:
        a: (..., n, n), Hermitian and positive definite.
        upper: return `Lᴴ` instead.

    Raises:
        LinAlgError: for a matrix that is not positive definite.

    Reference:
        Murray: Differentiation of the Cholesky Decomposition, 2016.

    >>> cholesky(Tensor([[4.0, 2.0], [2.0, 2.0]]))
    Tensor([[2., 0.],
            [1., 1.]])
    """
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("a must be square in its last two axes")
    factor = np.linalg.cholesky((a + np.conj(a).mT) / 2)
    return np.conj(factor).mT.copy() if upper else factor


def _half_triangle(x):
    """The lower triangle, with half of the real part of the diagonal."""
    n = value(x).shape[-1]
    return x * np.tri(n, k=-1, dtype=bool) + real(x) * diagonal_mask(n) / 2


def _cholesky_a(g, out, upper):
    g, lower = conjugate(g), out
    if upper:
        g, lower = adjoint(g), adjoint(out)
    inner = _half_triangle(adjoint(lower) @ g)
    inner = inner + adjoint(inner)  # Hermitian, and so is what is passed on
    left = solve_triangular(lower, inner, "C", True)
    return conjugate(adjoint(solve_triangular(lower, adjoint(left), "C", True))) / 2


cholesky.vjp(a=_cholesky_a)


@op(
    "general",
    numpy=np.linalg.qr,
    samples=[
        sample(_GENERAL),
        sample(_TALL),
        sample(_TALL.T.copy()),
        sample(np.stack([_TALL, _TALL[::-1] + 0.5])),
        sample(_COMPLEX_TALL),
        sample(_COMPLEX_TALL.T.copy()),
        sample(_TALL, "r"),
        sample(_TALL.T.copy(), mode="r"),
        sample(_GENERAL, mode="complete"),
        sample(_TALL.T.copy(), mode="complete"),
    ],
    errors=[
        error(ValueError, "qr: ", (3,)),
        error(ValueError, "qr: mode='raw' is not one of 'reduced', 'complete', 'r'", (2, 2), "raw"),
    ],
    vmap=2,
)
def qr(a, mode="reduced"):
    """QR decomposition `a = q r`: orthonormal columns times an upper triangle.

    The derivative exists where the first min(m, n) columns of `a` are linearly independent. The
    columns that complete `q` for a tall matrix are arbitrary and have none: backward raises.

    Args:
        a: (..., m, n).
        mode: "reduced" for k = min(m, n) columns of `q`, "complete" for m, or "r".

    Returns:
        (Q, R), by these names too, of shapes (..., m, k) and (..., k, n), with "complete"
        (..., m, m) and (..., m, n); with "r" the reduced R alone.

    Raises:
        ValueError: for another mode.

    Reference:
        Walter, Lehmann, Lamour: On Evaluating Higher-Order Derivatives of the QR Decomposition of
        Tall Matrices with Full Column Rank in Forward and Reverse Mode, 2012; for wide matrices
        Roberts, Roberts: QR and LQ Decomposition Matrix Backpropagation Algorithms, 2020.

    >>> q, r = qr(Tensor([[3.0], [4.0]]))
    >>> abs(q @ r).data.round(12)
    array([[3.],
           [4.]])
    """
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"mode={mode!r} is not one of 'reduced', 'complete', 'r'")
    if a.ndim < 2:
        raise ValueError("a must have at least two axes")
    return np.linalg.qr(a, mode)


def _qr_a(g, a, out, mode):
    rows, columns = value(a).shape[-2:]
    if mode == "complete" and rows > columns:
        raise ValueError(
            "qr: the columns that complete q for a tall matrix have no derivative; call qr(a)"
        )
    if mode == "r":
        q, r = qr(a)
        g_q, g_r = np.zeros_like(q), g
    else:
        (q, r), (g_q, g_r) = out, g
    if rows >= columns:
        return _tall_qr(g_q, g_r, q, r)
    # The columns beyond the square part are q times their part of r.
    square, rest = slice(None, rows), slice(rows, None)
    g_q = g_q + a[..., rest] @ adjoint(g_r[..., rest])
    left = _tall_qr(g_q, g_r[..., square], q, r[..., square])
    return concatenate([left, q @ g_r[..., rest]], -1)


def _tall_qr(g_q, g_r, q, r):
    inner = g_r @ adjoint(r) - adjoint(q) @ g_q
    half = adjoint(_half_triangle(adjoint(inner)))
    mixed = g_q + q @ (half + adjoint(half))
    return adjoint(solve_triangular(r, adjoint(mixed)))


qr.vjp(a=lambda g, a, out, mode: seen(lambda *known: _qr_a(*known, mode))(g, a, out))
