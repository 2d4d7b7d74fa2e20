"""Functions of matrices: powers and the exponential."""

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.solvers import not_square
from autograd.operation.op import op
from autograd.ops.shapes import concatenate
from autograd.samples import error, sample

__all__ = ["expm", "matrix_power"]

_SQUARE = np.array([[0.6, 0.3, -0.5], [0.4, -0.5, 0.6], [-0.2, 0.7, 0.8]])
_STACK = np.stack([_SQUARE, _SQUARE.T + np.eye(3)])
_COMPLEX = _SQUARE + 1j * np.array([[0.1, 0.5, 0.0], [-0.3, 0.2, 0.4], [0.6, -0.1, 0.3]])


def _along(function, a, direction):
    """The derivative Df(a)[d] of a function of matrices along a direction d.

    For all functions given by power series (Mathias: A Chain Rule for Matrix Functions, 1996)

        f([[a, d], [0, a]]) = [[f(a), Df(a)[d]], [0, f(a)]].

    The transpose of Df(a) is Df(aᵀ), so vjp and jvp are this one function.
    """
    n = value(a).shape[-1]
    raw = np.abs(value(direction)).max(initial=0)
    size = raw if raw > 0 else 1  # the exponential's accuracy depends on the size of its argument
    zeros = np.zeros(value(a).shape, value(a).dtype)
    upper, lower = concatenate([a, direction / size], -1), concatenate([zeros, a], -1)
    return function(concatenate([upper, lower], -2))[..., :n, n:] * size


@op(
    "general",
    numpy=np.linalg.matrix_power,
    arrays=("a",),
    samples=[
        sample(_SQUARE, 3),
        sample(_SQUARE, 0),
        sample(_SQUARE, 1),
        sample(_SQUARE, -2),
        sample(_STACK, 5),
        sample(_COMPLEX, 2),
    ],
    errors=[
        error(ValueError, "matrix_power: .*square", (2, 3), 2),
        error(TypeError, "matrix_power: .*integer", (2, 2), 0.5),
        error(np.linalg.LinAlgError, "matrix_power: .*ingular", np.zeros((2, 2)), -1),
    ],
    vmap=2,
)
def matrix_power(a, n):
    """The integer power `aⁿ` of every matrix; negative powers are those of the inverse.

    Args:
        a: (..., k, k).
        n: an integer.

    >>> matrix_power(Tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    Tensor([[1., 5.],
            [0., 1.]])
    """
    out = np.linalg.matrix_power(a, n)
    return out.copy() if n == 1 else out


matrix_power.vjp(a=lambda g, a, n: _along(lambda block: matrix_power(block, n), a.mT, g))
matrix_power.jvp(a=lambda t, a, n: _along(lambda block: matrix_power(block, n), a, t))


@op(
    "general",
    samples=[sample(_SQUARE), sample(_STACK), sample(5 * _SQUARE), sample(_COMPLEX)],
    errors=[not_square("expm")],
    pytorch="linalg.matrix_exp",
    vmap=2,
)
def expm(a):
    """Matrix exponential `Σ aᵏ / k!` of every matrix.

    Args:
        a: (..., n, n).

    Reference:
        Al-Mohy, Higham: A New Scaling and Squaring Algorithm for the Matrix Exponential, 2010.

    >>> expm(Tensor([[0.0, 1.0], [0.0, 0.0]]))
    Tensor([[1., 1.],
            [0., 1.]])
    """
    from scipy.linalg import expm as compute

    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError("a must be square in its last two axes")
    return compute(a)


expm.vjp(a=lambda g, a: _along(expm, a.mT, g))
expm.jvp(a=lambda t, a: _along(expm, a, t))
