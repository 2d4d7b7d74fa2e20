"""Checkpointing: memory traded for a second forward pass."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.derivatives.recomputing import apart
from autograd.derivatives.reverse import pulled_back
from autograd.derivatives.trees import flatten
from autograd.graph.modes import current_mode, enable_grad, mapping
from autograd.graph.mutation import mutations
from autograd.graph.node import Leaf, Node, describe
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.tensor import levels_of, mapped_over, physical
from autograd.operation.call import apply
from autograd.operation.record import Op
from autograd.random import default_generator


def checkpoint(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`autograd.checkpoint`, of a function and its arguments."""
    mode = current_mode()
    if not mode.recording:
        return function(*args, **kwargs)
    if mode.levels:
        return _of_mapped(function, args, kwargs, mode.levels)
    leaves, rebuild = flatten(list(args))
    # Called again in backward, the function must see what it sees now.
    leaves = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]
    kwargs = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in kwargs.items()}
    tensors = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
    before = copy.deepcopy(default_generator().bit_generator.state)

    def call(replaced: list[Tensor]) -> Any:
        given = iter(replaced)
        full = [next(given) if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        return function(*rebuild(full), **kwargs)

    changed = mutations.latest
    # A first pass, recorded for a moment, tells which Tensors besides the arguments it depends on.
    with enable_grad():
        arguments = [_alone(tensor) for tensor in tensors]
        outputs, build = flatten(call(arguments))
        for out in outputs:
            if not isinstance(out, Tensor):
                raise TypeError(
                    f"checkpoint: the function must return Tensors, got {describe(out)}; an array "
                    "or number would have left the graph"
                )
        others = _other_leaves(outputs, arguments)
        values = tuple(out._value for out in outputs)
    del outputs, arguments
    if mutations.latest != changed:
        _warn_of_changes(changed)
    operands = [*tensors, *others]
    if not any(tensor.requires_grad for tensor in operands):
        return build([wrap(each, None) for each in values])
    recomputed = _recomputed(call, len(tensors), others, [values], before)
    results = apply(recomputed, operands, recomputed.keywords)
    return build(list(results))


def _of_mapped(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], levels: Any
) -> Any:
    """A checkpoint inside `vmap`: of the physical Tensors, for which the function is called."""
    leaves, rebuild = flatten(list(args))
    over = [levels_of(leaf) for leaf in leaves]
    made: list[Any] = []

    def call(*given: Any) -> Any:
        with mapping(levels):
            mapped = [
                mapped_over(each, own) if own else each
                for each, own in zip(given, over, strict=True)
            ]
            outs, build = flatten(function(*rebuild(mapped), **kwargs))
        made[:] = [build, [levels_of(out) for out in outs]]
        return [physical(out) for out in outs]

    with mapping(()):
        results = checkpoint(call, *map(physical, leaves))
    build, own = made
    return build([mapped_over(*each) for each in zip(results, own, strict=True)])


def _warn_of_changes(before: int) -> None:
    """Name who changed what is still there, and was not yet so at that sequence number."""
    changes = sorted(
        {each.words() for each in list(mutations._changes.values()) if each.sequence > before}
    )
    if changes:
        warnings.warn(
            "checkpoint: the function is computed again in backward, and then changes a second "
            f"time what outlives it: {'; '.join(changes)}. Running statistics are moved twice; "
            "leave such a layer outside",
            UserWarning,
            stacklevel=3,
        )


def _alone(tensor: Tensor) -> Tensor:
    """The same value in a graph of its own."""
    return wrap(tensor._value, None).requires_grad_() if tensor.requires_grad else tensor


def _other_leaves(outputs: list[Any], arguments: list[Tensor]) -> list[Tensor]:
    """Tensors that the function reached by itself."""
    known = {tensor._node for tensor in arguments}
    seen: set[Node] = set()
    found: list[Tensor] = []
    stack = [out._node for out in outputs if isinstance(out, Tensor) and out._node is not None]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Leaf) and node not in known:
            tensor = node.tensor()
            if tensor is not None:
                found.append(tensor)
        stack.extend(edge for edge in node.edges if edge is not None)
    return sorted(found, key=lambda tensor: tensor._node.sequence if tensor._node else 0)


def _recomputed(
    call: Callable[[list[Tensor]], Any],
    count: int,
    others: list[Tensor],
    values: list[Any],
    before: Any,
) -> Op:
    """The checkpointed call as one operation, whose rule computes it again."""

    def checkpointed(tensors: list[Any]) -> Any:
        return values.pop()  # known from the first pass, and not kept beside the results

    def rule(g: Any, tensors: list[Any]) -> list[Any]:
        on_tensors = any(isinstance(each, Tensor) for each in g)
        generator = default_generator()
        now = generator.bit_generator.state
        generator.bit_generator.state = copy.deepcopy(before)
        try:
            with enable_grad():
                arguments = [apart(each) for each in tensors[:count]]
                with mapping(()):  # the cotangents may be mapped; what is computed again is not
                    outputs, _ = flatten(call(arguments))
                return pulled_back(outputs, [*arguments, *others], g, on_tensors)
        finally:
            generator.bit_generator.state = now

    op = Op(checkpointed, "general", sequence="tensors")
    op.set_rules({"tensors": rule})
    return op
