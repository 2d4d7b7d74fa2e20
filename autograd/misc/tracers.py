"""Functions whose graph is built once: later calls compute what depends on the arguments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd.derivatives.trees import flatten
from autograd.hips.tracing import Node, traced
from autograd.hips.transforms import name_of

__all__ = ["const_graph"]


class _Replayed(Node):
    """An operation of the first call, which can be carried out again."""

    def __init__(
        self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any
    ) -> None:
        self.fun, self.args, self.kwargs = fun, args, kwargs
        self.argnums, self.parents = parent_argnums, parents

    def initialize_root(self) -> None:
        """The node of the argument."""
        self.parents = ()

    def again(self, values: list[Any]) -> Any:
        """The operation on other values of what it depended on."""
        args = list(self.args)
        for argnum, value in zip(self.argnums, values, strict=True):
            args[argnum] = value
        return self.fun(*args, **self.kwargs)


def _in_order(end: Any) -> list[Any]:
    """The nodes that a node comes from and it, each after its parents."""
    order: list[Any] = []
    seen: set[int] = set()
    stack = [(end, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def const_graph(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
    """A function that is run once, and then computed from the graph of that run.

    What does not depend on the arguments is not computed again, nor is Python code run: branches
    stay as they went.

    Args:
        fun: a function of numbers and arrays.
        *args: its first arguments, which stay.
        **kwargs: more that stay.

    >>> runs = []
    >>> twice = const_graph(lambda x: runs.append("run") or 2 * x)
    >>> float(twice(1.0)), float(twice(5.0)), runs
    (2.0, 10.0, ['run'])
    """
    built: list[Any] = []  # the argument's nodes, and all in order

    def build(given: tuple[Any, ...]) -> Any:
        starts = [_Replayed.new_root() for _ in flatten(given)[0]]
        value, end = traced(starts, lambda each: fun(*args, *each, **kwargs), given)
        if end is None:
            raise ValueError(f"const_graph: the result of {name_of(fun)} depends on no argument")
        built.extend((starts, _in_order(end)))
        return value

    @wraps(fun)
    def replayed(*given: Any) -> Any:
        if not built:
            return build(given)
        starts, order = built
        values = dict(zip(starts, flatten(given)[0], strict=True))
        for node in order:
            if node not in values:
                values[node] = node.again([values[parent] for parent in node.parents])
        return values[order[-1]]

    return replayed
