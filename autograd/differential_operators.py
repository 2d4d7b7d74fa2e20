"""Derivatives of functions, under the names and conventions of HIPS autograd.

Each takes a function and `argnum`, the position of the argument that is differentiated or a tuple
of positions, and gives a function of the same arguments.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
array([ 3., 12.])

`autograd.func` has the same in the conventions of this library: there the gradient of a complex
argument is d/dRe + i d/dIm, here it is the conjugate of that.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autograd.derivatives.arguments import tensors_in
from autograd.derivatives.checkpointing import checkpoint as _checkpoint
from autograd.derivatives.trees import flatten
from autograd.hips.spaces import vspace
from autograd.hips.transforms import make_jvp as _make_jvp
from autograd.hips.transforms import make_vjp as _make_vjp
from autograd.hips.transforms import unary_to_nary
from autograd.linalg import tensordot
from autograd.ops.elementwise import real
from autograd.ops.reductions import sum
from autograd.ops.shapes import reshape, stack

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]

make_vjp = unary_to_nary(_make_vjp)
make_jvp = unary_to_nary(_make_jvp)

_INSTEAD = "use jacobian, elementwise_grad or holomorphic_grad"


def _pull_of_number(caller: str, function: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """The gradient and the value of a function with one real number as result."""
    vjp, answer = _make_vjp(function, x)
    space = vspace(answer)
    if space.size != 1:
        raise TypeError(
            f"{caller}: only functions with one real number as result have a gradient, got a "
            f"result of {space.size} real numbers; {_INSTEAD}"
        )
    return vjp(space.ones()), answer


@unary_to_nary
def grad(fun: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of a function with one real number as result.

    Of a complex argument it is d/dRe - i d/dIm, which is the derivative of the real part of a
    holomorphic function: HIPS autograd's convention, the conjugate of what `func.grad` and
    `backward()` give.

    Args:
        fun: a function of numbers, arrays, and tuples, lists and dicts of them.
        x: in the transform, `argnum` instead: which argument is differentiated; 0 by default.

    Returns:
        A function of the same arguments; its result has the structure of the argument.

    Raises:
        TypeError: if the result has more than one element, or is complex.

    >>> grad(lambda x, y: x * y**2, argnum=1)(2.0, 3.0)
    np.float64(12.0)
    """
    return _pull_of_number("grad", fun, x)[0]


@unary_to_nary
def value_and_grad(fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """The value and the gradient, as `scipy.optimize.minimize(..., jac=True)` takes them.

    >>> value_and_grad(lambda x: x**2)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    gradient, answer = _pull_of_number("value_and_grad", fun, x)
    return answer, gradient


@unary_to_nary
def elementwise_grad(fun: Callable[[Any], Any], x: Any) -> Any:
    """The sum of each column of the Jacobian: of an elementwise function its derivatives.

    Raises:
        TypeError: if the result is complex.
    """
    vjp, answer = _make_vjp(fun, x)
    space = vspace(answer)
    if space.iscomplex:
        raise TypeError("elementwise_grad: the result must be real; use holomorphic_grad")
    return vjp(space.ones())


@unary_to_nary
def deriv(fun: Callable[[Any], Any], x: Any) -> Any:
    """The derivative along all ones, by forward mode.

    >>> deriv(lambda x: x**2)(3.0)
    np.float64(6.0)
    """
    return _make_jvp(fun, x)(vspace(x).ones())[1]


@unary_to_nary
def jacobian(fun: Callable[[Any], Any], x: Any) -> Any:
    """The Jacobian, of shape (*result, *argument), by one backward pass per element.

    >>> jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    vjp, answer = _make_vjp(fun, x)
    space = vspace(answer)
    rows = [vjp(unit) for unit in space.standard_basis()]
    return reshape(stack(rows), (*space.shape, *vspace(x).shape))


@unary_to_nary
def holomorphic_grad(fun: Callable[[Any], Any], x: Any) -> Any:
    """The complex derivative of a holomorphic function.

    Raises:
        TypeError: for a result of several elements.

    Warns:
        UserWarning: for a real argument, whose derivative is the real part alone.

    >>> holomorphic_grad(lambda z: z**2)(1 + 1j)
    np.complex128(2+2j)
    """
    if not vspace(x).iscomplex:
        warnings.warn(
            "holomorphic_grad: the argument is real; make it complex, or use grad",
            UserWarning,
            stacklevel=3,
        )
    return _pull_of_number("holomorphic_grad", lambda z: real(fun(z)), x)[0]


def grad_named(fun: Callable[..., Any], argname: str) -> Callable[..., Any]:
    """The gradient with respect to the argument of a name.

    >>> grad_named(lambda x, y: x * y**2, "y")(2.0, 3.0)
    np.float64(12.0)
    """
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ValueError(f"grad_named: no argument {argname!r}; there are {', '.join(names)}")
    gradient: Callable[..., Any] = grad(fun, names.index(argname))
    return gradient


@unary_to_nary
def hessian(fun: Callable[[Any], Any], x: Any) -> Any:
    """The matrix of second derivatives.

    >>> hessian(lambda x: sum(x**3))(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(jacobian(fun))(x)


@unary_to_nary
def make_hvp(fun: Callable[[Any], Any], x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The product of the Hessian with vectors as a function of them, and the gradient."""
    return _make_vjp(grad(fun), x)


def hessian_tensor_product(
    fun: Callable[..., Any], argnum: int | Sequence[int] = 0
) -> Callable[..., Any]:
    """The product of the Hessian with a tensor, which is the last argument of the result."""
    gradient = grad(fun, argnum)

    def along(*args: Any, **kwargs: Any) -> Any:
        *given, vector = args
        return tensordot(gradient(*given, **kwargs), vector, vspace(vector).ndim)

    product: Callable[..., Any] = grad(along, argnum)
    return product


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(
    fun: Callable[..., Any], argnum: int | Sequence[int] = 0
) -> Callable[..., Any]:
    """The product of a tensor, which is the last argument of the result, with the Jacobian."""

    def along(*args: Any, **kwargs: Any) -> Any:
        *given, vector = args
        return tensordot(vector, fun(*given, **kwargs), vspace(vector).ndim)

    product: Callable[..., Any] = jacobian(along, argnum)
    return product


vector_jacobian_product = tensor_jacobian_product


@unary_to_nary
def make_jvp_reversemode(fun: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
    """The change of the result along a direction: a vjp is linear, and this is its transpose.

    It takes the forward mode, which is cheaper, and the same number.
    """
    jvp = _make_jvp(fun, x)
    return lambda tangent: jvp(tangent)[1]


def _half_square(x: Any) -> Any:
    return 0.5 * sum(x * x, -1)


def make_ggnvp(
    f: Callable[..., Any],
    g: Callable[[Any], Any] = _half_square,
    f_argnum: int | Sequence[int] = 0,
) -> Callable[..., Any]:
    """Products of the generalised Gauss-Newton matrix Jᵀ H J of g(f(x)) with vectors.

    J is the Jacobian of `f`, and H the Hessian of `g` at its result.

    Reference: N. Schraudolph (2002), Fast curvature matrix-vector products for second-order
    gradient descent, Neural Computation 14.
    """

    @unary_to_nary
    def make(function: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
        pull, value = _make_vjp(function, x)
        curve, _ = _make_vjp(grad(g), value)
        push = _make_jvp(function, x)
        return lambda vector: pull(curve(push(vector)[1]))

    maker: Callable[..., Any] = make(f, f_argnum)
    return maker


@unary_to_nary
def grad_and_aux(fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """The gradient of the first of two results, and the second as it is."""
    vjp, (answer, aux) = _make_vjp(lambda each: tuple(fun(each)), x)
    return vjp((vspace(answer).ones(), vspace(aux).zeros())), aux


def multigrad_dict(fun: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The gradients with respect to all arguments, as a dict by their names.

    >>> multigrad_dict(lambda x, y=3.0: x * y)(2.0)
    {'x': np.float64(3.0), 'y': np.float64(2.0)}
    """
    signature = inspect.signature(fun)

    def called(arguments: dict[str, Any]) -> Any:
        return fun(
            *inspect.BoundArguments(signature, arguments).args,
            **inspect.BoundArguments(signature, arguments).kwargs,
        )

    def gradients(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        found: dict[str, Any] = grad(called)(dict(bound.arguments))
        return found

    return gradients


def checkpoint(fun: Callable[..., Any]) -> Callable[..., Any]:
    """The function without what its backward pass needs, which is computed again there.

    `autograd.checkpoint(fun, *args)` calls it at once, and `autograd.checkpoint(fun)` is this.
    """

    @wraps(fun)
    def recomputed(*args: Any, **kwargs: Any) -> Any:
        if not tensors_in(flatten(args)[0]):
            return fun(*args, **kwargs)
        return _checkpoint(fun, *args, **kwargs)

    return recomputed
