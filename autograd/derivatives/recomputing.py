"""What is computed again for its derivatives: checkpoints, and what operations are composed of."""

from __future__ import annotations

from typing import Any

from autograd.graph.modes import enable_grad
from autograd.graph.node import Node
from autograd.graph.tensor import Tensor, wrap
from autograd.operation.call import rewrap
from autograd.ops.shapes import copy


def apart(argument: Any) -> Tensor:
    """An argument as the start of a graph: a raw array as a leaf, a Tensor as a copy.

    A copy has a node of its own. Of the Tensors themselves one may depend on another, whose
    gradient would then count what arrives through the first a second time.
    """
    if isinstance(argument, Tensor):
        return copy(argument) if argument.requires_grad else argument
    leaf = wrap(argument, None)
    return leaf.requires_grad_() if leaf.dtype.kind in "fc" else leaf


def composition(node: Node, on_tensors: bool) -> tuple[list[Tensor], list[Tensor | None]]:
    """A node's operation computed again, from what it is composed of.

    Args:
        node: what was recorded of it.
        on_tensors: whether it belongs to the graph of its arguments, or to one of its own.

    Returns:
        The results, and per argument what they are computed from; None where it has no edge.
    """
    op = node.op
    assert op is not None
    assert op.composed is not None
    starts: list[Tensor | None] = []
    given: list[Any] = []
    with enable_grad():
        for value, edge in zip(node.inputs, node.edges, strict=True):
            start = None
            if edge is not None:
                start = apart(rewrap(value, edge) if on_tensors else value)
            starts.append(start)
            given.append(value if start is None else start)
        out = op.composed(*given, **(node.keywords or op.keywords))
    return list(out) if isinstance(out, tuple) else [out], starts
