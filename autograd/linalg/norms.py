"""Norms of vectors and matrices, and what is told from them: condition and rank."""

import math

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import constant, value
from autograd.linalg.common import conjugate
from autograd.linalg.singular import svdvals
from autograd.linalg.solvers import inv
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.elementwise import abs, where
from autograd.ops.reductions import max, min, restore, sum
from autograd.ops.shapes import expand_dims, transpose
from autograd.ops.squares import warn_of_square
from autograd.samples import error, sample

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]

_COMPLEX = np.array([[1.0 + 2.0j, -0.5 + 0.3j], [0.7 - 1.1j, 2.0 + 0.1j]])
_NO_ZEROS = np.array([[1.5, -0.5, 2.0], [0.25, -1.0, 0.75]])  # below ord=2 a slope at 0 is infinite
_TIED = np.array([[1.5, -1.5, 0.5], [0.2, 1.0, 0.7]])


@op(
    "general",
    symbol="‖x‖",
    numpy=np.linalg.vector_norm,
    arrays=("x",),
    domain="distinct",
    samples=[
        sample((2, 3)),
        sample((2, 3), axis=-1),
        sample((2, 3, 2), axis=(0, 2), keepdims=True),
        sample((4,), ord=1),
        sample((4,), ord=3),
        sample(_NO_ZEROS, axis=1, ord=1.5, keepdims=True),
        sample(_NO_ZEROS, ord=0.5),
        sample((4,), ord=-1),
        sample((2, 3), axis=0, ord=math.inf),
        sample((4,), ord=-math.inf),
        sample((4,), ord=0),
        sample(_COMPLEX),
        sample(_COMPLEX, axis=0, ord=3),
        sample(_COMPLEX, ord=1),
        sample(_COMPLEX, ord=math.inf),
    ],
    errors=[
        error(np.exceptions.AxisError, "vector_norm: axis 2", (2, 3), axis=2),
        error(ValueError, "vector_norm: ord=.fro.", (2, 3), ord="fro"),
    ],
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def vector_norm(x, axis=None, keepdims=False, ord=2):
    """The norm `(Σ |x|^p)^(1/p)` over axes, by default all; its gradient at 0 is 0.

    Args:
        x: any shape.
        axis: one or several axes whose elements are the vectors.
        keepdims: leave the axes as length 1.
        ord: `p`, any number; `inf` and `-inf` give the largest and smallest size, whose ties share
            the gradient; 0 counts what is not zero, without gradient.

    >>> vector_norm(Tensor([[3.0, 4.0], [0.0, 0.0]]), axis=1)
    Tensor([5., 0.])
    """
    if not isinstance(ord, (int, float, np.number)):
        raise ValueError(f"ord={ord!r} is not a number; matrix_norm knows names")
    return np.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)


def _vector_norm_x(g, x, out, x_shape, axis, ord):
    out, g = restore(out, x_shape, axis), restore(g, x_shape, axis)
    if ord == 2:
        return conjugate(x) * (g / _not_zero(out))
    if ord == 0:
        return 0 * g * conjugate(x)
    size = abs(x)
    if 2 < ord < math.inf:
        # Smooth at 0, with a second derivative of 0 that x / |x| would not have.
        share = (_not_zero(size) / _not_zero(out)) ** (ord - 2)
        share = where(value(size) == 0, value(size).dtype.type(0), share)
        return g * conjugate(x) * share / _not_zero(out)
    direction = conjugate(x) / _not_zero(size)
    if math.isinf(ord):
        hits = value(size) == value(out)
        share = hits / hits.sum(axis=axis, keepdims=True)
        return g * direction * share.astype(value(size).dtype)
    if ord == 1:
        return g * direction
    share = (_not_zero(size) / _not_zero(out)) ** (ord - 1)
    if ord < 0:  # one zero makes the norm 0, whatever the others are
        share = where(value(out) == 0, value(size).dtype.type(0), share)
    return g * direction * share


def _not_zero(x):
    """`x` with 1 for 0, to divide by: what is divided is 0 there, and so shall be the quotient."""
    return where(value(x) == 0, value(x).dtype.type(1), x)


vector_norm.vjp(x=_vector_norm_x)


@asks_elsewhere
def matrix_norm(x, keepdims=False, ord="fro"):
    """Norm of every matrix in the last two axes.

    Args:
        x: (..., m, n).
        keepdims: leave the two axes as length 1.
        ord: "fro", the root of the sum of squares; "nuc", the sum of the singular values; 2 and -2,
            their largest and smallest; 1 and -1, the largest and smallest sum of sizes of a column;
            inf and -inf, of a row.

    Returns:
        (...), or (..., 1, 1).

    Raises:
        ValueError: for any other `ord`.

    >>> matrix_norm(Tensor([[1.0, -2.0], [3.0, 4.0]]), ord=1)
    Tensor(6.)
    """
    if np.ndim(value(x)) < 2:
        raise ValueError(f"matrix_norm: x must have at least two axes, got {np.shape(value(x))}")
    ord = constant(ord, "matrix_norm", "ord")
    if ord == "fro":
        return vector_norm(x, (-2, -1), keepdims)
    if ord == "nuc":
        norm = sum(svdvals(x), -1)
    elif ord in (2, -2):
        norm = (max if ord > 0 else min)(svdvals(x), -1)
    elif ord in (1, -1, math.inf, -math.inf):
        sums = sum(abs(x), -2 if ord in (1, -1) else -1)
        norm = (max if ord > 0 else min)(sums, -1)
    else:
        raise ValueError(
            f"matrix_norm: ord={ord!r} is not one of 'fro', 'nuc', 2, -2, 1, -1, inf, -inf"
        )
    return expand_dims(norm, (-2, -1)) if keepdims else norm


@asks_elsewhere
def norm(x, ord=None, axis=None, keepdims=False):
    """Norm of vectors or matrices, as `numpy.linalg.norm`.

    Args:
        x: any shape.
        ord: of `vector_norm` or `matrix_norm`; None for the root of the sum of squares.
        axis: an integer for vectors along it, two for matrices in them; None for all elements, or
            with `ord` for `x` itself as one vector or one matrix.
        keepdims: leave the axes as length 1.

    Raises:
        ValueError: for an `ord` that is none, or axes that make neither vectors nor matrices.

    >>> norm(Tensor([3.0, 4.0]))
    Tensor(5.)
    """
    ndim = np.ndim(value(x))
    if ord is None and (axis is None or np.ndim(axis) == 0):
        return vector_norm(x, axis, keepdims)
    if axis is None:
        axis = tuple(range(ndim))
    axes = (axis,) if np.ndim(axis) == 0 else tuple(axis)
    if len(axes) == 1:
        return vector_norm(x, axes[0], keepdims, 2 if ord is None else ord)
    if len(axes) != 2:
        raise ValueError(
            f"norm: axis={axis} for x of {ndim} axes; a norm with ord= is of vectors (one axis) or "
            "matrices (two), for more use vector_norm"
        )
    first, second = (a % ndim for a in axes)
    rest = tuple(a for a in range(ndim) if a not in (first, second))
    moved = transpose(x, (*rest, first, second))
    result = matrix_norm(moved, False, "fro" if ord is None else ord)
    return expand_dims(result, tuple(sorted((first, second)))) if keepdims else result


def cond(x, p=None):
    """Condition number `‖x‖ ‖x⁻¹‖` of every matrix; of any shape for the default norm.

    Args:
        x: (..., m, n); square unless `p` is None, 2 or -2.
        p: the `ord` of `norm`; None and 2 give the ratio of the extreme singular values, -2 its
            reciprocal.

    Raises:
        LinAlgError: for a singular matrix, where the inverse is needed.

    >>> cond(Tensor([[4.0, 0.0], [0.0, 2.0]]))
    Tensor(2.)
    """
    p = constant(p, "cond", "p")
    if p is None or p in (2, -2):
        values = svdvals(x)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    return matrix_norm(x, ord=p) * matrix_norm(inv(x), ord=p)


@op(
    "constant",
    numpy=np.linalg.matrix_rank,
    arrays=("A",),
    samples=[sample((3, 2)), sample(_TIED), sample(np.zeros((2, 2, 2))), sample((3,))],
    vmap=2,
)
def matrix_rank(A, tol=None, hermitian=False, *, rtol=None):
    """Number of singular values above a tolerance, for every matrix; no derivative.

    Args:
        A: (..., m, n), or one vector.
        tol: the tolerance; by default `rtol` times the largest singular value.
        hermitian: take `A` as Hermitian, which is faster.
        rtol: by default the machine precision times the longer side.

    >>> matrix_rank(Tensor([[1.0, 2.0], [2.0, 4.0]]))
    Tensor(1)
    """
    return np.asarray(np.linalg.matrix_rank(A, tol, hermitian, rtol=rtol))[()]


numpy_functions[np.linalg.norm] = norm
numpy_functions[np.linalg.matrix_norm] = matrix_norm
numpy_functions[np.linalg.cond] = cond
