"""Second derivatives: the Hessian, and its products with vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.derivatives.arguments import ArgNums
from autograd.func.forward import jacfwd, jvp
from autograd.func.reverse import grad, jacrev, vjp

__all__ = ["hessian", "hvp", "vhp"]


def hessian(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    holomorphic: bool = False,
    vectorize: bool = True,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The matrix of second derivatives, by forward mode over reverse mode.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate.
        holomorphic: the promise that the function is holomorphic; the elements are then its
            complex second derivatives. Other functions of complex arguments have none: write them
            as functions of real and imaginary parts.
        vectorize: compute all columns in one pass, by `vmap`; else one after the other.
        chunk_size: at most so many columns in one pass, which bounds the memory.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> hessian(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    Tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    gradient = grad(function, argnums)
    if holomorphic:
        gradient = jacrev(function, argnums, holomorphic=True)
    return jacfwd(gradient, argnums, False, holomorphic, vectorize, chunk_size)


def hvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The gradient, and the product of the Hessian with a vector, without the Hessian.

    Forward mode over reverse mode: about the cost of two gradients.

    Of complex arguments it is the change of the gradient, d/dRe + i d/dIm, along the direction.

    Returns:
        The gradients and the products, one per argument.

    >>> hvp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    everything = tuple(range(len(primals)))
    return jvp(grad(function, everything), primals, tangents)


def vhp(
    function: Callable[..., Any], primals: Sequence[Any], cotangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The gradient, and the product of a vector with the Hessian, by reverse mode twice.

    The Hessian is symmetric: it is `hvp`, also of complex arguments, at a higher cost.

    >>> vhp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    gradients, pull_back = vjp(grad(function, tuple(range(len(primals)))), *primals)
    return gradients, pull_back(tuple(cotangents))
