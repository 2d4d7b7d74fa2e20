"""Transforms by forward mode: directional derivatives, and Jacobians column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

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
from autograd.func.holomorphic import check_holomorphic
from autograd.func.unit_vectors import checked_chunk_size, of_unit_vectors
from autograd.graph.modes import enable_grad
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, wrap
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import reshape

__all__ = ["jacfwd", "jvp", "linearize"]


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
    chunk_size = checked_chunk_size("jacfwd", chunk_size)

    @wraps(checked_function("jacfwd", function))
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, put_back = chosen_arguments("jacfwd", args, argnums)
        with enable_grad():
            inputs = Inputs("jacfwd", chosen, (args, kwargs))
            check_holomorphic("jacfwd", "argument", inputs.tensors, holomorphic)
            out, aux = split_aux("jacfwd", function(*put_back(inputs.tree), **kwargs), has_aux)
            outputs, rebuild = checked_outputs("jacfwd", out)
            if holomorphic:
                check_holomorphic("jacfwd", "result", outputs, True)
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
