"""Second derivatives: the Hessian, and its products with vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.derivatives.arguments import ArgNums
from autograd.elsewhere import asks_elsewhere
from autograd.func.forward import check_tuple, jacobian_by_columns, pushed_forward
from autograd.func.reverse import gradient_of, jacobian_by_rows, pulled_back

__all__ = ["hessian", "hvp", "vhp"]


@asks_elsewhere
def hessian(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    vectorize: bool = True,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The matrix of second derivatives, by forward mode over reverse mode.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate.
        has_aux: the function returns a pair, and only the first is differentiated; the result is
            the pair of its Hessian and the second.
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
    if holomorphic:
        gradient = jacobian_by_rows("hessian", function, argnums, has_aux, True)
    else:
        gradient = gradient_of("hessian", function, argnums, has_aux)
    how = (holomorphic, vectorize, chunk_size)
    return jacobian_by_columns("hessian", gradient, argnums, has_aux, *how)


def hvp(
    function: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """The gradient, and the product of the Hessian with a vector, without the Hessian.

    Forward mode over reverse mode: about the cost of two gradients.

    Of complex arguments it is the change of the gradient, d/dRe + i d/dIm, along the direction.

    Args:
        function: returns a Tensor of one element.
        primals: its arguments.
        tangents: the vector, in the structure of the arguments.
        has_aux: the function returns a pair, and only the first is differentiated; the second is
            returned as a third.

    Returns:
        The gradients and the products, one per argument.

    >>> hvp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    check_tuple("hvp", "primals", primals, "tangent")
    gradient = gradient_of("hvp", function, _every(primals), has_aux)
    return pushed_forward("hvp", gradient, primals, tangents, has_aux)


def vhp(
    function: Callable[..., Any],
    primals: Sequence[Any],
    cotangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """The gradient, and the product of a vector with the Hessian, by reverse mode twice.

    The Hessian is symmetric: it is `hvp`, also of complex arguments, at a higher cost.

    >>> vhp(lambda x: (x**3).sum(), (Tensor([1.0, 2.0]),), (Tensor([1.0, 1.0]),))
    ((Tensor([ 3., 12.]),), (Tensor([ 6., 12.]),))
    """
    check_tuple("vhp", "primals", primals, "cotangent")
    check_tuple("vhp", "cotangents", cotangents, "cotangent")
    gradient = gradient_of("vhp", function, _every(primals), has_aux)
    gradients, pull_back, *aux = pulled_back("vhp", gradient, primals, has_aux)
    return gradients, pull_back(tuple(cotangents)), *aux


def _every(primals: Sequence[Any]) -> tuple[int, ...]:
    return tuple(range(len(primals)))
