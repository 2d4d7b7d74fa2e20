"""Transforms by forward mode: directional derivatives, and Jacobians column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.derivatives.arguments import (
    ArgNums,
    Inputs,
    checked_argnums,
    checked_function,
    checked_outputs,
    chosen_arguments,
    each_of,
    matched_leaves,
    split_aux,
    tensors_in,
)
from autograd.derivatives.forward import push_forward
from autograd.elsewhere import asks_elsewhere
from autograd.func.holomorphic import check_holomorphic
from autograd.func.unit_vectors import checked_chunk_size, of_unit_vectors
from autograd.graph.modes import enable_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import reshape

__all__ = ["jacfwd", "jvp", "linearize"]


def jvp(
    function: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """The value at a point and the derivative along a direction, by forward mode.

    Complex tangents of complex arguments are directions in the plane of real and imaginary parts.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        primals: its arguments.
        tangents: the direction, in the structure of the arguments.
        has_aux: the function returns a pair, and only the first is differentiated; the second is
            returned as a third.

    Returns:
        The result and its tangent, in the same structure.

    >>> jvp(lambda x: x.sin(), (Tensor(0.0),), (Tensor(2.0),))
    (Tensor(0.), Tensor(2.))
    """
    return pushed_forward("jvp", function, primals, tangents, has_aux)


def pushed_forward(
    caller: str,
    function: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: bool,
) -> tuple[Any, ...]:
    """What `jvp` returns, for whoever is named in messages."""
    check_tuple(caller, "primals", primals, "tangent")
    check_tuple(caller, "tangents", tangents, "tangent")
    out, push, *aux = linearized(caller, function, primals, has_aux)
    return out, push(*tangents), *aux


def check_tuple(caller: str, name: str, given: Any, along: str) -> None:
    """Refuse what is no tuple of one entry per argument."""
    if not isinstance(given, (tuple, list)):
        raise TypeError(
            f"{caller}: {name} must be a tuple, one for each argument, got {describe(given)}; "
            f"write {caller}(function, (x,), ({along},))"
        )


def linearize(
    function: Callable[..., Any], *primals: Any, has_aux: bool = False
) -> tuple[Any, ...]:
    """The value at a point, and its derivative there as a linear function of a direction.

    Args:
        function: returns a Tensor, or a tuple, list or dict of them.
        *primals: its arguments.
        has_aux: the function returns a pair, and only the first is differentiated; the second is
            returned as a third.

    >>> out, push = linearize(lambda x: x * x, Tensor(3.0))
    >>> push(Tensor(1.0)), push(Tensor(10.0))
    (Tensor(6.), Tensor(60.))
    """
    return linearized("linearize", function, primals, has_aux)


def linearized(
    caller: str, function: Callable[..., Any], primals: Sequence[Any], has_aux: bool
) -> tuple[Any, ...]:
    """What `linearize` returns, for whoever is named in messages."""
    with enable_grad():
        inputs = Inputs(caller, list(primals), primals)
        out, aux = split_aux(caller, checked_function(caller, function)(*inputs.tree), has_aux)
        outputs, rebuild = checked_outputs(caller, out)
    outline = inputs.rebuild(range(len(inputs.tensors)))

    def push(*tangents: Any) -> Any:
        given = matched_leaves(caller, "tangents", outline, list(tangents))
        for position, (each, tensor) in enumerate(zip(given, inputs.tensors, strict=True)):
            if np.shape(each) != tensor.shape:
                raise ValueError(
                    f"{caller}: tangent {position} has shape {np.shape(each)}, the input "
                    f"{tensor.shape}"
                )
            if np.iscomplexobj(each) and tensor.dtype.kind != "c":
                raise TypeError(
                    f"{caller}: tangent {position} is complex, the input real, "
                    f"{describe(tensor)}; push its real and imaginary part one after the other"
                )
        moved = any(isinstance(each, Tensor) and each.requires_grad for each in given)
        with enable_grad():
            record = moved or inputs.reach_outside(outputs)
            pushed = push_forward(outputs, inputs.tensors, given, create_graph=record)
        return rebuild(pushed if tensors_in(given) else [give(each) for each in pushed])

    give = inputs.giving(outputs)
    results = rebuild([give(out) for out in outputs])
    return (results, push, inputs.all_outside(aux)) if has_aux else (results, push)


@asks_elsewhere
def jacfwd(
    function: Callable[..., Any],
    argnums: ArgNums = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    vectorize: bool = True,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The Jacobian by forward mode: a column for each element of the inputs; else as `jacrev`.

    The results of real arguments may be complex, complex arguments need `holomorphic=True`.

    Raises:
        TypeError: for a complex argument without `holomorphic`, or real numbers with it.

    >>> jacfwd(lambda x: x * x)(Tensor([1.0, 2.0]))
    Tensor([[2., 0.],
            [0., 4.]])
    """
    how = (holomorphic, vectorize, chunk_size)
    return jacobian_by_columns("jacfwd", function, argnums, has_aux, *how)


def jacobian_by_columns(
    caller: str,
    function: Callable[..., Any],
    argnums: ArgNums,
    has_aux: bool,
    holomorphic: bool,
    vectorize: bool,
    chunk_size: int | None,
) -> Callable[..., Any]:
    """What `jacfwd` returns, for whoever is named in messages."""
    argnums = checked_argnums(caller, argnums)
    chunk_size = checked_chunk_size(caller, chunk_size)

    @wraps(checked_function(caller, function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = chosen_arguments(caller, args, argnums)
        with enable_grad():
            inputs = Inputs(caller, chosen, (args, kwargs))
            check_holomorphic(caller, "argument", inputs.tensors, holomorphic)
            out, aux = split_aux(caller, function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = checked_outputs(caller, out, differentiable=True)
            if holomorphic:
                check_holomorphic(caller, "result", outputs, True)
            record = inputs.reach_outside(outputs)
            columns = [
                _columns(tensor, outputs, record, vectorize, chunk_size)
                for tensor in inputs.tensors
            ]
        built = []
        for o in range(len(outputs)):
            part = inputs.rebuild([column[o] for column in columns])
            built.append(part if isinstance(argnums, int) else tuple(part))
        found = each_of(inputs.giving(outputs, record), rebuild(built))
        return (found, inputs.all_outside(aux)) if has_aux else found

    return jacobian


def _columns(
    tensor: Tensor, outputs: list[Tensor], record: bool, vectorize: bool, chunk_size: int | None
) -> list[Tensor]:
    """The Jacobians of all outputs with respect to one input, column by column."""
    columns = of_unit_vectors(
        lambda tangent: push_forward(outputs, [tensor], [tangent], create_graph=record),
        tensor,
        vectorize,
        chunk_size,
    )
    if columns is None:
        columns = [wrap(np.zeros((0, *out.shape), out.dtype), None) for out in outputs]
    pairs = zip(columns, outputs, strict=True)
    return [reshape(moveaxis(each, 0, -1), (*out.shape, *tensor.shape)) for each, out in pairs]
