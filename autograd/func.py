"""Transforms: functions that turn a function into its derivative.

They take and return functions of Tensors whose arguments may be tuples, lists and dicts of them,
and compose to any order, forward mode over reverse mode included:

>>> from autograd import func
>>> func.grad(func.grad(lambda x: x**3))(Tensor(2.0))
Tensor(12.)
>>> func.jvp(func.grad(lambda x: x**3), (Tensor(2.0),), (Tensor(1.0),))
(Tensor(12.), Tensor(12.))

As with operations, Tensors in give Tensors out, and arrays in give arrays out, unless the result
depends on a Tensor outside that requires gradients:

>>> func.grad(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
array([ 3., 12.])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.derivatives.arguments import (
    ArgNums,
    Inputs,
    checked_function,
    checked_outputs,
    chosen_arguments,
    each_of,
    matched_leaves,
    split_aux,
    tensors_in,
)
from autograd.derivatives.forward import push_forward
from autograd.graph.modes import enable_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.ops.elementwise import conj
from autograd.ops.shapes import reshape, stack

__all__ = [
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "value_and_grad",
    "vhp",
    "vjp",
]

# What others call these, and what they are here.
_ELSEWHERE = {
    "check_grads": "autograd.testing.check_grads",
    "elementwise_grad": "grad of the sum, grad(lambda x: f(x).sum()), or vjp",
    "functional_call": "nn.utils.functional_call",
    "holomorphic_grad": "jacrev(f, holomorphic=True)",
    "jacobian": "jacrev, or jacfwd where there are fewer inputs than outputs",
    "make_hvp": "hvp",
    "make_jvp": "jvp or linearize",
    "make_vjp": "vjp",
    "stop_gradient": "t.detach()",
}


def __dir__() -> list[str]:
    return __all__


if not TYPE_CHECKING:  # so that checkers report a misspelt name

    def __getattr__(name: str) -> object:
        """Names of other libraries get an error that says what is here."""
        advice = f"; use {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
        raise AttributeError(f"module 'autograd.func' has no attribute {name!r}{advice}")


# ---------------------------------------------------------------------- reverse mode


def grad(
    function: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The gradient of a function with one number as result, as a function of the same arguments.

    Of complex arguments it is d/dRe + i d/dIm, the direction in which a real result grows.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate; a tuple gives a tuple of gradients.
        has_aux: the function returns a pair, the number and something else, such as predictions;
            then the result is a pair too, the gradient and that.

    Returns:
        A function whose result has the structure of the arguments that are differentiated; zeros
        where the result does not depend on them, and None where there is None.

    Raises:
        ValueError: if the result has more than one element.
        TypeError: if it is no Tensor.

    >>> from autograd import func
    >>> func.grad(lambda w: (w["a"] * w["b"]).sum())({"a": Tensor([1.0, 2.0]), "b": Tensor(3.0)})
    {'a': Tensor([3., 3.]), 'b': Tensor(3.)}
    """
    both = value_and_grad(function, argnums, has_aux)

    @wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(
    function: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """As `grad`, and the value with it: the forward pass is shared.

    With `has_aux` the value is the pair that the function returns.

    >>> value_and_grad(lambda x: x * x)(Tensor(3.0))
    (Tensor(9.), Tensor(6.))
    >>> value_and_grad(lambda x: (x * x, "a note"), has_aux=True)(Tensor(3.0))
    ((Tensor(9.), 'a note'), Tensor(6.))
    """

    @wraps(checked_function("grad", function))
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen, rebuild = chosen_arguments("grad", args, argnums)
        with enable_grad():
            inputs = Inputs("grad", chosen, (args, kwargs))
            out, aux = split_aux("grad", function(*rebuild(inputs.tree), **kwargs), has_aux)
            _check_number(out)
            found = inputs.gradients([out], [None])
        give = inputs.giving([out])
        gradients = inputs.rebuild([give(each) for each in found])
        value = give(out)
        return (
            (value, inputs.all_outside(aux)) if has_aux else value,
            gradients if isinstance(argnums, int) else tuple(gradients),
        )

    return both


def _check_number(out: Any) -> None:
    if isinstance(out, Tensor) and out.size == 1:
        return
    expected = f"grad: the function must return a Tensor of one element, got {describe(out)}; "
    if isinstance(out, Tensor):
        raise ValueError(f"{expected}reduce it, or use jacrev or vjp")
    if isinstance(out, tuple) and len(out) == 2:
        raise TypeError(f"{expected}if the second is not to be differentiated, pass has_aux=True")
    raise TypeError(f"{expected}an array or number has left the graph, None is a missing return")


def vjp(function: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """The value at a point, and the function that pulls cotangents back from there.

    Gradients with respect to complex arguments are d/dRe + i d/dIm of the real part of the product
    of the conjugate cotangent and the result.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        *primals: its arguments.
        has_aux: the function returns a pair, and only the first is differentiated; the second is
            returned as a third.

    Returns:
        The result, and a function of a cotangent of its structure that returns one gradient per
        argument; it can be called any number of times.

    >>> out, pull_back = vjp(lambda x, y: x * y, Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    >>> pull_back(Tensor([1.0, 10.0]))
    (Tensor([ 3., 40.]), Tensor([ 1., 20.]))
    """
    with enable_grad():
        inputs = Inputs("vjp", list(primals), primals)
        out, aux = split_aux("vjp", checked_function("vjp", function)(*inputs.tree), has_aux)
        outputs, rebuild = checked_outputs("vjp", out)
    outline = rebuild(range(len(outputs)))
    give = inputs.giving(outputs)

    def pull_back(cotangents: Any) -> tuple[Any, ...]:
        given = matched_leaves("vjp", "cotangents", outline, cotangents)
        for position, (each, out) in enumerate(zip(given, outputs, strict=True)):
            if np.shape(each) != out.shape:
                raise ValueError(
                    f"vjp: cotangent {position} has shape {np.shape(each)}, the output {out.shape}"
                )
        with enable_grad():
            found = inputs.gradients(outputs, given)
        return tuple(inputs.rebuild(found if tensors_in(given) else [give(g) for g in found]))

    results = rebuild([give(out) for out in outputs])
    return (results, pull_back, inputs.all_outside(aux)) if has_aux else (results, pull_back)


def jacrev(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """The Jacobian by reverse mode: one backward pass per element of the result.

    For a real result of complex arguments its elements are d/dRe + i d/dIm, as gradients are.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        argnums: which arguments to differentiate; a tuple gives a tuple of Jacobians.
        has_aux: the function returns a pair, and only the first is differentiated; the result is
            the pair of its Jacobian and the second.
        holomorphic: the promise that the function is holomorphic: arguments and results are
            complex, and the elements of the Jacobian are the complex derivatives.

    Returns:
        A function whose result has, for each output of shape `o` and each input of shape `i`, a
        Tensor of shape `o + i`, in the structure of the outputs, then of the inputs.

    Raises:
        TypeError: for a complex result without `holomorphic`, or real numbers with it.

    >>> jacrev(lambda x: x * x)(Tensor([1.0, 2.0]))
    Tensor([[2., 0.],
            [0., 4.]])
    >>> jacrev(lambda z: z * z, holomorphic=True)(Tensor(1 + 2j))
    Tensor(2.+4.j)
    """

    @wraps(checked_function("jacrev", function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = chosen_arguments("jacrev", args, argnums)
        with enable_grad():
            inputs = Inputs("jacrev", chosen, (args, kwargs))
            out, aux = split_aux("jacrev", function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = checked_outputs("jacrev", out)
            _check_holomorphic("jacrev", "result", outputs, holomorphic)
            if holomorphic:
                _check_holomorphic("jacrev", "argument", inputs.tensors, True)
            found = rebuild([_rows(inputs, out, argnums, holomorphic) for out in outputs])
        found = each_of(inputs.giving(outputs), found)
        return (found, inputs.all_outside(aux)) if has_aux else found

    return jacobian


def _check_holomorphic(
    caller: str, what: str, tensors: Sequence[Tensor], holomorphic: bool
) -> None:
    """Complex ones are promised to come and go as such, or have to be real."""
    for tensor in tensors:
        if holomorphic and tensor.dtype.kind != "c":
            raise TypeError(
                f"{caller}: with holomorphic=True every {what} must be complex, got "
                f"{describe(tensor)}"
            )
        if not holomorphic and tensor.dtype.kind == "c":
            raise TypeError(
                f"{caller}: a complex {what}, {describe(tensor)}, has a Jacobian of complex "
                "derivatives only if the function is holomorphic: then pass holomorphic=True; else "
                "use vjp or jvp, or take real and imaginary parts for arguments and results"
            )


def _rows(inputs: Inputs, out: Tensor, argnums: ArgNums, holomorphic: bool) -> Any:
    basis = np.eye(out.size, dtype=out.dtype).reshape(out.size, *out.shape)
    rows = [inputs.gradients([out], [each]) for each in basis]
    if holomorphic:  # gradients as users see them are conjugates of complex derivatives
        rows = [[conj(each) for each in row] for row in rows]
    jacobians = [
        reshape(stack([row[i] for row in rows]), (*out.shape, *each.shape))
        if rows
        else wrap(np.zeros((*out.shape, *each.shape), each.dtype), None)
        for i, each in enumerate(inputs.tensors)
    ]
    built = inputs.rebuild(jacobians)
    return built if isinstance(argnums, int) else tuple(built)


# ---------------------------------------------------------------------- forward mode


def jvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """The value at a point and the derivative along a direction, by forward mode.

    Complex tangents are directions in the plane of real and imaginary parts.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        primals: its arguments.
        tangents: the direction, in the structure of the arguments.

    Returns:
        The result and its tangent, in the same structure.

    >>> jvp(lambda x: x.sin(), (Tensor(0.0),), (Tensor(2.0),))
    (Tensor(0.), Tensor(2.))
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(
                f"jvp: {name} must be a tuple, one for each argument, got {describe(given)}; write "
                f"jvp(function, (x,), (tangent,))"
            )
    out, push = linearize(function, *primals)
    return out, push(*tangents)


def linearize(function: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """The value at a point, and its derivative there as a linear function of a direction.

    >>> out, push = linearize(lambda x: x * x, Tensor(3.0))
    >>> push(Tensor(1.0)), push(Tensor(10.0))
    (Tensor(6.), Tensor(60.))
    """
    with enable_grad():
        inputs = Inputs("jvp", list(primals), primals)
        outputs, rebuild = checked_outputs("jvp", checked_function("jvp", function)(*inputs.tree))
    outline = inputs.rebuild(range(len(inputs.tensors)))

    def push(*tangents: Any) -> Any:
        given = matched_leaves("jvp", "tangents", outline, list(tangents))
        for position, (each, tensor) in enumerate(zip(given, inputs.tensors, strict=True)):
            if np.shape(each) != tensor.shape:
                raise ValueError(
                    f"jvp: tangent {position} has shape {np.shape(each)}, the input {tensor.shape}"
                )
        moved = any(isinstance(each, Tensor) and each.requires_grad for each in given)
        with enable_grad():
            record = moved or inputs.reach_outside(outputs)
            pushed = push_forward(outputs, inputs.tensors, given, create_graph=record)
        return rebuild(pushed if tensors_in(given) else [give(each) for each in pushed])

    give = inputs.giving(outputs)
    return rebuild([give(out) for out in outputs]), push


def jacfwd(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """The Jacobian by forward mode: one pass per element of the inputs; as `jacrev` otherwise.

    The results of real arguments may be complex, complex arguments need `holomorphic=True`.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> jacfwd(lambda x: x * x)(Tensor([1.0, 2.0]))
    Tensor([[2., 0.],
            [0., 4.]])
    """

    @wraps(checked_function("jacfwd", function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = chosen_arguments("jacfwd", args, argnums)
        with enable_grad():
            inputs = Inputs("jacfwd", chosen, (args, kwargs))
            _check_holomorphic("jacfwd", "argument", inputs.tensors, holomorphic)
            out, aux = split_aux("jacfwd", function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = checked_outputs("jacfwd", out)
            if holomorphic:
                _check_holomorphic("jacfwd", "result", outputs, True)
            record = inputs.reach_outside(outputs)
            columns = [_columns(inputs, i, outputs, record) for i in range(len(inputs.tensors))]
        built = []
        for o in range(len(outputs)):
            part = inputs.rebuild([column[o] for column in columns])
            built.append(part if isinstance(argnums, int) else tuple(part))
        found = each_of(inputs.giving(outputs), rebuild(built))
        return (found, inputs.all_outside(aux)) if has_aux else found

    return jacobian


def _columns(inputs: Inputs, i: int, outputs: list[Tensor], record: bool) -> list[Tensor]:
    """The Jacobians of all outputs with respect to one input, column by column."""
    tensor = inputs.tensors[i]
    basis = np.eye(tensor.size, dtype=tensor.dtype).reshape(tensor.size, *tensor.shape)
    pushed = [push_forward(outputs, [tensor], [each], create_graph=record) for each in basis]
    return [
        reshape(stack([column[o] for column in pushed], axis=-1), (*out.shape, *tensor.shape))
        if pushed
        else wrap(np.zeros((*out.shape, *tensor.shape), out.dtype), None)
        for o, out in enumerate(outputs)
    ]


# ---------------------------------------------------------------------- second order


def hessian(
    function: Callable[..., Any], argnums: ArgNums = 0, holomorphic: bool = False
) -> Callable[..., Any]:
    """The matrix of second derivatives, by forward mode over reverse mode.

    Args:
        function: returns a Tensor of one element.
        argnums: which arguments to differentiate.
        holomorphic: the promise that the function is holomorphic; the elements are then its
            complex second derivatives. Other functions of complex arguments have none: write them
            as functions of real and imaginary parts.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> hessian(lambda x: (x**3).sum())(Tensor([1.0, 2.0]))
    Tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    if holomorphic:
        return jacfwd(jacrev(function, argnums, False, True), argnums, False, True)
    return jacfwd(grad(function, argnums), argnums)


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
