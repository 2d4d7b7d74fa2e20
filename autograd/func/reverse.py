"""Transforms by reverse mode: gradients, vector-Jacobian products, Jacobians row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.derivatives.arguments import (
    ArgNums,
    Inputs,
    check_differentiable,
    checked_argnums,
    checked_function,
    checked_outputs,
    chosen_arguments,
    each_of,
    matched_leaves,
    split_aux,
    tensors_in,
)
from autograd.elsewhere import asks_elsewhere
from autograd.func.holomorphic import check_holomorphic
from autograd.func.unit_vectors import checked_chunk_size, of_unit_vectors
from autograd.graph.modes import enable_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.ops.elementwise import conj
from autograd.ops.shapes import reshape

__all__ = ["grad", "jacrev", "value_and_grad", "vjp"]


@asks_elsewhere
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
    return gradient_of("grad", function, argnums, has_aux)


@asks_elsewhere
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
    return value_and_gradient_of("value_and_grad", function, argnums, has_aux)


def gradient_of(
    caller: str, function: Callable[..., Any], argnums: ArgNums, has_aux: bool
) -> Callable[..., Any]:
    """What `grad` returns, for whoever is named in messages."""
    both = value_and_gradient_of(caller, function, argnums, has_aux)

    @wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_gradient_of(
    caller: str, function: Callable[..., Any], argnums: ArgNums, has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    """What `value_and_grad` returns, likewise."""
    argnums = checked_argnums(caller, argnums)

    @wraps(checked_function(caller, function))
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen, rebuild = chosen_arguments(caller, args, argnums)
        with enable_grad():
            inputs = Inputs(caller, chosen, (args, kwargs))
            out, aux = split_aux(caller, function(*rebuild(inputs.tree), **kwargs), has_aux)
            _check_number(caller, out)
            reaching = inputs.reach_outside([out])
            found = inputs.gradients([out], [None], reaching)
        give = inputs.giving([out], reaching)
        gradients = inputs.rebuild([give(each) for each in found])
        value = give(out)
        return (
            (value, inputs.all_outside(aux)) if has_aux else value,
            gradients if isinstance(argnums, int) else tuple(gradients),
        )

    return both


def _check_number(caller: str, out: Any) -> None:
    expected = f"{caller}: the function must return a Tensor of one element, got {describe(out)}; "
    if isinstance(out, Tensor):
        if out.size != 1:
            raise ValueError(f"{expected}reduce it, or use jacrev or vjp")
        check_differentiable(caller, out)
        if out.dtype.kind == "c":
            raise TypeError(
                f"{caller}: the function returned a complex number, and only a real one has a "
                "gradient: return its real part or abs; for a holomorphic function use "
                "jacrev(function, holomorphic=True)"
            )
    elif isinstance(out, tuple) and len(out) == 2:
        raise TypeError(f"{expected}if the second is not to be differentiated, pass has_aux=True")
    elif isinstance(out, tuple | list | dict):
        raise TypeError(f"{expected}return one, or use jacrev or vjp for a structure of them")
    else:
        raise TypeError(
            f"{expected}an array or number has left the graph, None is a missing return"
        )


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
    return pulled_back("vjp", function, primals, has_aux)


def pulled_back(
    caller: str, function: Callable[..., Any], primals: Sequence[Any], has_aux: bool
) -> tuple[Any, ...]:
    """What `vjp` returns, for whoever is named in messages."""
    with enable_grad():
        inputs = Inputs(caller, list(primals), primals)
        out, aux = split_aux(caller, checked_function(caller, function)(*inputs.tree), has_aux)
        outputs, rebuild = checked_outputs(caller, out)
    outline = rebuild(range(len(outputs)))
    give = inputs.giving(outputs)

    def pull_back(cotangents: Any) -> tuple[Any, ...]:
        given = matched_leaves(caller, "cotangents", outline, cotangents)
        for position, (each, out) in enumerate(zip(given, outputs, strict=True)):
            if np.shape(each) != out.shape:
                raise ValueError(
                    f"{caller}: cotangent {position} has shape {np.shape(each)}, the output "
                    f"{out.shape}"
                )
            if np.iscomplexobj(each) and out.dtype.kind != "c":
                raise TypeError(
                    f"{caller}: cotangent {position} is complex, the output real, {describe(out)}"
                )
        with enable_grad():
            found = inputs.gradients(outputs, given)
        return tuple(inputs.rebuild(found if tensors_in(given) else [give(g) for g in found]))

    results = rebuild([give(out) for out in outputs])
    return (results, pull_back, inputs.all_outside(aux)) if has_aux else (results, pull_back)


@asks_elsewhere
def jacrev(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    vectorize: bool = True,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The Jacobian by reverse mode: a row for each element of the result.

    For a real result of complex arguments its elements are d/dRe + i d/dIm, as gradients are.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        argnums: which arguments to differentiate; a tuple gives a tuple of Jacobians.
        has_aux: the function returns a pair, and only the first is differentiated; the result is
            the pair of its Jacobian and the second.
        holomorphic: the promise that the function is holomorphic: arguments and results are
            complex, and the elements of the Jacobian are the complex derivatives.
        vectorize: compute all rows in one backward pass, by `vmap`; else one after the other.
        chunk_size: at most so many rows in one pass, which bounds the memory.

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
    how = (holomorphic, vectorize, chunk_size)
    return jacobian_by_rows("jacrev", function, argnums, has_aux, *how)


def jacobian_by_rows(
    caller: str,
    function: Callable[..., Any],
    argnums: ArgNums,
    has_aux: bool,
    holomorphic: bool,
    vectorize: bool = True,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """What `jacrev` returns, for whoever is named in messages."""
    argnums = checked_argnums(caller, argnums)
    chunk_size = checked_chunk_size(caller, chunk_size)

    @wraps(checked_function(caller, function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = chosen_arguments(caller, args, argnums)
        with enable_grad():
            inputs = Inputs(caller, chosen, (args, kwargs))
            out, aux = split_aux(caller, function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = checked_outputs(caller, out, differentiable=True)
            check_holomorphic(caller, "result", outputs, holomorphic)
            if holomorphic:
                check_holomorphic(caller, "argument", inputs.tensors, True)
            reaching = inputs.reach_outside(outputs)
            how = (holomorphic, reaching, vectorize, chunk_size)
            jacobians = [_rows(inputs, out, *how) for out in outputs]
        single = isinstance(argnums, int)
        parts = [inputs.rebuild(rows) for rows in jacobians]
        found = rebuild([part if single else tuple(part) for part in parts])
        found = each_of(inputs.giving(outputs, reaching), found)
        return (found, inputs.all_outside(aux)) if has_aux else found

    return jacobian


def _rows(
    inputs: Inputs,
    out: Tensor,
    holomorphic: bool,
    record: bool,
    vectorize: bool,
    chunk_size: int | None,
) -> list[Tensor]:
    """The Jacobians of one output with respect to all inputs, row by row."""
    rows = of_unit_vectors(
        lambda cotangent: inputs.gradients([out], [cotangent], record), out, vectorize, chunk_size
    )
    if rows is None:
        rows = [wrap(np.zeros((0, *each.shape), each.dtype), None) for each in inputs.tensors]
    if holomorphic:  # gradients as users see them are conjugates of complex derivatives
        rows = [conj(each) for each in rows]
    pairs = zip(rows, inputs.tensors, strict=True)
    return [reshape(row, (*out.shape, *each.shape)) for row, each in pairs]
