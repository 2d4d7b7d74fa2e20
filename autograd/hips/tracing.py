"""`trace`: nodes of one's own for what a function computes, for drawing and printing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.derivatives.arguments import Inputs
from autograd.graph.modes import Observer, enable_grad, observe
from autograd.graph.tensor import Tensor
from autograd.hips.boxes import Box
from autograd.operation.call import SELECT, apply
from autograd.operation.record import Op

__all__ = ["JVPNode", "Node", "VJPNode", "isbox", "trace"]


class Node:
    """What `trace` makes for each step; a class of one's own derives from it.

    It is called with (value, fun, args, kwargs, parent_argnums, parents), and the first one, for
    the argument, is made by `new_root`.
    """

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        """Set up the node of the argument."""
        raise NotImplementedError(f"{type(self).__name__} has no initialize_root")

    @classmethod
    def new_root(cls, *args: Any, **kwargs: Any) -> Any:
        """The node of the argument."""
        root = cls.__new__(cls)
        root.initialize_root(*args, **kwargs)
        return root


class VJPNode(Node):
    """Names the reverse mode for `register_notrace`."""


class JVPNode(Node):
    """Names the forward mode for `register_notrace`."""


def isbox(x: Any) -> bool:
    """Whether it is what values are inside a function that is differentiated: a Tensor, a box."""
    return isinstance(x, (Box, Tensor))


class Step:
    """An operation as a function of the raw arguments of a call."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.__name__ = op.numpy[0].__name__ if op.numpy else op.name

    def __call__(self, *values: Any, **keywords: Any) -> Any:
        return apply(self.op, values, {**self.op.keywords, **keywords})


class Part:
    """The selection of one of several results."""

    __name__ = "select"

    def __init__(self, index: int) -> None:
        self.index = index

    def __call__(self, values: Any) -> Any:
        return values[self.index]


class _Tracing(Observer):
    """Makes a node of theirs for every node of ours that depends on the argument."""

    def __init__(self, kind: Any, nodes: dict[Any, Any]) -> None:
        self.kind = kind
        self.nodes = nodes

    def operation_finished(self, op: Op, values: Any, keywords: Any, out: Any, node: Any) -> None:
        if node is None:
            return
        for edge in node.edges:
            if edge is not None and edge.op is SELECT and edge not in self.nodes:
                self._select(edge)
        found = [(slot, self.nodes[e]) for slot, e in enumerate(node.edges) if e in self.nodes]
        if found:
            argnums, parents = zip(*found, strict=True)
            given = {k: v for k, v in keywords.items() if v is not op.keywords.get(k)}
            self.nodes[node] = self.kind(out, Step(op), values, given, argnums, parents)

    def _select(self, node: Any) -> None:
        """One of several results, which no operation of a program has selected."""
        source = self.nodes.get(node.edges[0])
        if source is not None:
            index = node.keywords["index"]
            self.nodes[node] = self.kind(node.value, Part(index), (None,), {}, (0,), (source,))


def trace(start_node: Any, fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """Run a function and make a node for every operation that depends on its argument.

    Args:
        start_node: the node of the argument, whose class makes the others.
        fun: a function of one number or array.
        x: its argument.

    Returns:
        The value, and the node that it comes from; None if it does not depend on the argument.
    """
    return traced([start_node], fun, x)


def traced(starts: Sequence[Any], fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """As `trace`, with a node for each number and array in the argument, or one for all."""
    inputs = Inputs("trace", x, x)
    several = starts if len(starts) > 1 else [starts[0]] * len(inputs.tensors)
    nodes = {each._node: start for each, start in zip(inputs.tensors, several, strict=True)}
    with enable_grad(), observe(_Tracing(type(starts[0]), nodes)):
        end = fun(inputs.tree)
    if not isinstance(end, Tensor):
        return end, None
    return inputs.giving([end])(end), nodes.get(end._node)
