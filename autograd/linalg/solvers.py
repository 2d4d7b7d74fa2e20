"""Linear systems: inverse, solve, triangular solve, pseudo-inverse, least squares."""

import math

import numpy as np

from autograd.elsewhere import understands
from autograd.graph.tensor import value
from autograd.linalg.common import adjoint, conjugate
from autograd.linalg.singular import svdvals_gradient
from autograd.mapping.families import widened
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import expand_dims, reshape, squeeze, sum_to, transpose
from autograd.samples import error, sample

__all__ = ["inv", "lstsq", "pinv", "solve", "solve_triangular", "tensorinv", "tensorsolve"]

_SQUARE = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.8]])
_STACK = np.stack([_SQUARE, _SQUARE.T + np.eye(3), 4 * np.eye(3) - _SQUARE])
_COMPLEX = _SQUARE + 1j * np.array([[0.1, 0.5, 0.0], [-0.3, 0.2, 0.4], [0.6, -0.1, 0.3]])
_TALL = np.array([[1.0, 0.5], [-0.3, 2.0], [0.7, -0.4], [0.2, 0.9]])
_TRIANGLE = np.array([[2.0, 0.3, -0.5], [0.0, -1.5, 0.6], [0.0, 0.0, 1.8]])


def not_square(name):
    """The error of an operation on square matrices."""
    return error(ValueError, rf"{name}: .*square.*\(2, 3\)", (2, 3))


@op(
    "general",
    symbol="⁻¹",
    numpy=np.linalg.inv,
    samples=[sample(_SQUARE), sample(_STACK), sample(_COMPLEX), sample(np.array([[0.5]]))],
    errors=[not_square("inv"), error(np.linalg.LinAlgError, "inv: .*ingular", np.zeros((2, 2)))],
    vmap=2,
)
def inv(a):
    """Inverse of a matrix, or of every matrix of a stack.

    Args:
        a: (..., n, n), regular.

    Raises:
        LinAlgError: for a singular matrix.

    >>> inv(Tensor([[2.0, 0.0], [0.0, 4.0]]))
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    return np.linalg.inv(a)


inv.vjp(a=lambda g, out: -(out.mT @ g @ out.mT))
inv.jvp(a=lambda t, out: -(out @ t @ out))


@op(
    "general",
    numpy=np.linalg.solve,
    samples=[
        sample(_SQUARE, (3,)),
        sample(_SQUARE, (3, 2)),
        sample(_STACK, (3,)),
        sample(_STACK, (3, 2)),
        sample(_SQUARE, (4, 3, 2)),
        sample(_STACK, (2, 1, 3, 1)),
        sample(_COMPLEX, (3, 2)),
    ],
    errors=[
        error(ValueError, "solve: .*square", (2, 3), (2,)),
        error(ValueError, r"solve: .*b: \(2,\)", (3, 3), (2,)),
        error(np.linalg.LinAlgError, "solve: .*ingular", np.zeros((2, 2)), (2,)),
    ],
)
def solve(a, b):
    """The solution `x` of `a x = b`.

    Args:
        a: (..., n, n), regular.
        b: (n,), one right side for all; or (..., n, k), whose leading axes broadcast with `a`.

    Raises:
        LinAlgError: for a singular matrix.

    >>> solve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0]))
    Tensor([1. , 0.5])
    """
    return np.linalg.solve(a, b)


def _solve_each(batch, a, b, **settings):
    of_a, of_b = batch.ndims((a, b))
    if of_a < 2 or not of_b:
        return NotImplemented  # which is an error
    mine, yours = batch.mapped
    vector = of_b == 1
    b = expand_dims(b, -1) if vector else b
    most = max(of_a, of_b + vector)
    if not mine and most == 2:  # all right sides beside one another
        sides = moveaxis(b, 0, 1)
        rows, count, width = sides.shape
        out = batch.call((a, reshape(sides, (rows, count * width))), settings)
        out = moveaxis(reshape(out, (rows, count, width)), 1, 0)
    else:
        a, b = (widened(each, most) if own else each for each, own in ((a, mine), (b, yours)))
        out = batch.call((a, b), settings)
    return squeeze(out, -1) if vector else out


solve.vmap(_solve_each)


def as_columns(x, b_shape):
    """A solution or its gradient as matrices, also where `b` is one vector."""
    return expand_dims(x, -1) if len(b_shape) == 1 else x


def _as_b(columns, b_shape):
    return sum_to(squeeze(columns, -1) if len(b_shape) == 1 else columns, b_shape)


def _solve_all(g, a, out, a_shape, b_shape, wanted):
    columns = solve(a.mT, as_columns(g, b_shape))
    return [
        sum_to(-(columns @ as_columns(out, b_shape).mT), a_shape) if wanted[0] else None,
        _as_b(columns, b_shape) if wanted[1] else None,
    ]


solve.vjp_all(_solve_all)
solve.jvp(
    a=lambda t, a, out, b_shape: _without_column(-solve(a, t @ as_columns(out, b_shape)), b_shape),
    b=lambda t, a: solve(a, t),
)


def _without_column(x, b_shape):
    return squeeze(x, -1) if len(b_shape) == 1 else x


_TRANSPOSITIONS = {0: 0, 1: 1, 2: 2, "N": 0, "T": 1, "C": 2}


@op(
    "general",
    arrays=("a", "b"),
    samples=[
        sample(_TRIANGLE, (3,)),
        sample(_TRIANGLE, (3, 2)),
        sample(_TRIANGLE.T, (3, 2), lower=True),
        sample(_TRIANGLE, (3, 2), trans="T"),
        sample(_SQUARE, (3,), trans=1, lower=True),
        sample(_SQUARE, (3, 2), unit_diagonal=True),
        sample(_STACK, (3, 2)),
        sample(_STACK, (3,), lower=True, unit_diagonal=True),
        sample(_COMPLEX, (3, 2), trans="C"),
        sample(_COMPLEX, (3,), trans="T", lower=True),
        sample(np.array([[0.0, 0.5], [0.0, 0.0]]), (2,), unit_diagonal=True),
        sample(np.tril(_STACK), (3, 2), trans=1, lower=True),
    ],
    errors=[
        error(ValueError, "solve_triangular: .*square", (2, 3), (2,)),
        error(ValueError, r"solve_triangular: .*trans", (3, 3), (3,), trans="X"),
        error(np.linalg.LinAlgError, "solve_triangular: .*ingular", np.zeros((2, 2)), (2,)),
    ],
)
def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False):
    """The solution `x` of `a x = b` where `a` is triangular, as `scipy.linalg.solve_triangular`.

    Args:
        a: (..., n, n); only one triangle is read, and only it gets a gradient.
        b: (n,), or (..., n, k), whose leading axes broadcast with `a`.
        trans: 0 or "N" for `a x = b`, 1 or "T" for `aᵀ x = b`, 2 or "C" for `aᴴ x = b`.
        lower: which triangle is read.
        unit_diagonal: take the diagonal as ones, without reading it.

    Raises:
        LinAlgError: for a zero on the diagonal.

    >>> solve_triangular(Tensor([[1.0, 2.0], [0.0, 4.0]]), Tensor([4.0, 4.0]))
    Tensor([2., 1.])
    """
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("a must be square in its last two axes")
    if trans not in _TRANSPOSITIONS:
        raise ValueError(f"trans={trans!r} is not one of 0, 1, 2, 'N', 'T', 'C'")
    if not unit_diagonal and np.any(np.diagonal(a, axis1=-2, axis2=-1) == 0):
        raise np.linalg.LinAlgError("singular matrix: there is a zero on the diagonal")
    if a.ndim == 2 and np.ndim(b) in (1, 2):
        from scipy.linalg import solve_triangular as compute

        return compute(a, b, trans, lower, unit_diagonal, check_finite=False)
    triangle = a * _triangle(a.shape[-1], lower, unit_diagonal)
    if unit_diagonal:
        triangle = triangle + np.eye(a.shape[-1], dtype=a.dtype)
    code = _TRANSPOSITIONS[trans]
    return np.linalg.solve(
        triangle if code == 0 else conjugate(triangle).mT if code == 2 else triangle.mT, b
    )


solve_triangular.vmap(_solve_each)


def _triangle(n, lower, strict):
    """True where a triangular matrix is read."""
    mask = np.tri(n, k=-1 if strict else 0, dtype=bool)
    return mask if lower else mask.T


def _solve_triangular_all(g, a, out, a_shape, b_shape, trans, lower, unit_diagonal, wanted):
    code = _TRANSPOSITIONS[trans]
    # The transposed system; that of aᴴ is conj(a), as it stands.
    matrix = conjugate(a) if code == 2 else a
    columns = solve_triangular(
        matrix, as_columns(g, b_shape), 1 if code == 0 else 0, lower, unit_diagonal
    )
    gradients = [None, _as_b(columns, b_shape) if wanted[1] else None]
    if wanted[0]:
        product = columns @ as_columns(out, b_shape).mT
        if code:
            product = product.mT
        product = conjugate(product) if code == 2 else product
        gradients[0] = sum_to(-product, a_shape) * _triangle(a_shape[-1], lower, unit_diagonal)
    return gradients


solve_triangular.vjp_all(_solve_triangular_all)


@understands(rtol=None)
@op(
    "general",
    symbol="⁺",
    numpy=np.linalg.pinv,
    aliases={"rtol": "rcond"},
    arrays=("a",),
    samples=[
        sample(_TALL),
        sample(_TALL.T),
        sample(np.stack([_TALL, _TALL[::-1]])),
        sample(_SQUARE),
        sample(_COMPLEX[:, :2]),
    ],
    errors=[error(ValueError, "pinv: ", (3,))],
    vmap=2,
)
def pinv(a, rcond=None):
    """Moore-Penrose pseudo-inverse of every matrix.

    The derivative exists where the rank does not change close by; a matrix of less than full rank
    has none, and what is passed on there is that of moving within its rank.

    Args:
        a: (..., m, n).
        rcond: singular values below `rcond` times the largest count as zero; 1e-15 by default.

    Returns:
        (..., n, m).

    >>> pinv(Tensor([[2.0], [0.0]]))
    Tensor([[0.5, 0. ]])
    """
    if a.ndim < 2:
        raise ValueError("a must have at least two axes")
    return np.linalg.pinv(a, rcond)


def pinv_gradient(g, a, p):
    """The gradient of `a` from that of its pseudo-inverse `p`; cotangents as users see them."""
    ph, gh = adjoint(p), adjoint(g)
    left, right = gh @ p @ ph, ph @ p @ gh
    return -(ph @ g @ ph) + (left - a @ (p @ left)) + (right - (right @ p) @ a)


pinv.vjp(a=lambda g, a, out: conjugate(pinv_gradient(conjugate(g), a, out)))


def _pinv_push(t, a, out):
    th, ph = adjoint(t), adjoint(out)
    left, right = out @ ph @ th, th @ ph @ out
    return -(out @ t @ out) + (left - (left @ a) @ out) + (right - out @ (a @ right))


pinv.jvp(a=_pinv_push)


@op(
    "general",
    numpy=np.linalg.lstsq,
    arrays=("a", "b"),
    samples=[
        sample(_TALL, (4,)),
        sample(_TALL, (4, 2)),
        sample(_SQUARE, (3, 2)),
        sample(_TALL.T, (2,)),
    ],
    errors=[
        error(ValueError, "lstsq: .*two-dimensional", (3,), (3,)),
        error(ValueError, "lstsq: ", (3, 2), (4,)),
    ],
)
def lstsq(a, b, rcond=None):
    """The solution `x` of smallest norm that minimises `|a x - b|²`.

    The derivative exists for matrices of full rank, wide or tall.

    Args:
        a: (m, n).
        b: (m,) or (m, k).
        rcond: singular values below `rcond` times the largest count as zero; by default the
            machine precision times the longer side.

    Returns:
        (x, residuals, rank, singular values) with x of shape (n,) or (n, k); the sums of squared
        residuals, empty unless rank = n < m; an integer; and (min(m, n),).

    >>> x, residuals, rank, values = lstsq(Tensor([[1.0], [1.0]]), Tensor([1.0, 3.0]))
    >>> x, residuals
    (Tensor([2.]), Tensor([2.]))
    """
    return tuple(np.linalg.lstsq(a, b, rcond))


def _lstsq_all(g, a, b, out, b_shape, rcond, wanted):
    g_x, g_residuals, _, g_values = (conjugate(each) for each in g)
    rows, columns = value(a).shape
    cut = np.finfo(value(a).dtype).eps * max(rows, columns) if rcond is None else rcond
    p = pinv(a, cut)
    x, b = as_columns(out[0], b_shape), as_columns(b, b_shape)
    from_x = as_columns(g_x, b_shape)
    to_b = adjoint(p) @ from_x
    to_a = pinv_gradient(from_x @ adjoint(b), a, p) + svdvals_gradient(g_values, a)
    if math.prod(value(g_residuals).shape):
        pulled = 2 * (b - a @ x) * g_residuals
        to_b, to_a = to_b + pulled, to_a - pulled @ adjoint(x)
    return [
        conjugate(to_a) if wanted[0] else None,
        conjugate(_as_b(to_b, b_shape)) if wanted[1] else None,
    ]


lstsq.vjp_all(_lstsq_all)


def tensorsolve(a, b, axes=None):
    """The solution `x` of `tensordot(a, x, x.ndim) = b`.

    Args:
        a: of shape `b.shape + x.shape`, square when flattened.
        b: any shape.
        axes: axes of `a` to move to its end first.

    >>> tensorsolve(Tensor([[[2.0, 0.0], [0.0, 4.0]]]), Tensor([[2.0, 2.0]])).shape
    (2,)
    """
    if axes is not None:
        ndim = np.ndim(value(a))
        moved = [axis % ndim for axis in axes]
        a = transpose(a, (*(axis for axis in range(ndim) if axis not in moved), *moved))
    shape, b_shape = np.shape(value(a)), np.shape(value(b))
    size, unknown = math.prod(b_shape), shape[len(b_shape) :]
    if shape[: len(b_shape)] != b_shape or math.prod(unknown) != size:
        raise ValueError(
            f"tensorsolve: a has shape {shape} and b {b_shape}; expected a to have the axes of b "
            "first, and as many elements in the others together"
        )
    return reshape(solve(reshape(a, (size, size)), reshape(b, (size,))), unknown)


def tensorinv(a, ind=2):
    """The inverse of `a` under `tensordot` over `ind` axes.

    Args:
        a: of a shape whose first `ind` sides have the same product as the others.
        ind: how many axes belong to the result's end.

    Returns:
        The other axes of `a`, then the first `ind`.

    >>> tensorinv(Tensor([[2.0, 0.0], [0.0, 4.0]]), ind=1)
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    shape = np.shape(value(a))
    if not 0 < ind < len(shape):
        raise ValueError(f"tensorinv: ind={ind!r} must be between 1 and {len(shape) - 1}")
    size = math.prod(shape[:ind])
    if math.prod(shape[ind:]) != size:
        raise ValueError(
            f"tensorinv: the first {ind} axes of {shape} have {size} elements, the others "
            f"{math.prod(shape[ind:])}; expected the same"
        )
    return reshape(inv(reshape(a, (size, size))), shape[ind:] + shape[:ind])


numpy_functions[np.linalg.tensorsolve] = tensorsolve
numpy_functions[np.linalg.tensorinv] = tensorinv
