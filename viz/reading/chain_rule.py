"""The chain rule of a graph that was read: what each operation passes on, and why.

Numbers and symbols come from the operations' own rules; nothing is estimated. What is not known
exactly (values that were let go, gradients of several passes) is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import copy
from itertools import count
from typing import Any

import numpy as np

from autograd.internals import ArraySpec, Node, WideNode, fit
from viz.reading.derivatives import Rule, formulas
from viz.reading.graph import held, quantity
from viz.reading.passes import adds_up
from viz.records import Graph, Local, Quantity, Vertex, altered
from viz.text import clean

LARGEST_SUM = 4  # uses of a tensor up to which its gradient is taken apart
_LONGEST = 12  # letters of a name in a formula


def with_aliases(graph: Graph, variables: Collection[str] = ()) -> Graph:
    """Call unnamed tensors v1, v2, ... in the order of creation, but for names that are taken.

    Args:
        graph: Any graph.
        variables: Names of the user's program, besides those in the graph.

    Returns:
        The graph.
    """
    taken = {vertex.name for vertex in graph.vertices}.union(variables)
    free = (name for name in map("v{}".format, count(1)) if name not in taken)
    vertices = [
        vertex if vertex.name or vertex.is_plain_number else altered(vertex, alias=next(free))
        for vertex in graph.vertices
    ]
    return graph.renewed(vertices)


def with_locals(graph: Graph) -> Graph:
    """Add to every operation the local derivative at each of its arguments."""
    vertices = list(graph.vertices)
    for number, (_, filled, _) in graph.nodes.items():
        vertex = vertices[number]
        if vertex.kind == "operation":
            found = tuple(_locals(graph, vertex, _as_used(graph, number), filled))
            vertices[number] = altered(vertex, locals=found)
    return graph.renewed(vertices)


def _locals(graph: Graph, vertex: Vertex, node: Node, filled: list[int]) -> Iterator[Local | None]:
    op = node.op
    assert op is not None
    count = len(node.edges)
    names, values = [""] * count, list(node.inputs)
    for slot, source in zip(filled, vertex.sources, strict=True):
        argument = graph.vertices[source]
        known = argument.value
        is_number = argument.is_plain_number
        names[slot] = "" if is_number else _name(argument)
        if known is not None and not is_number:
            values[slot] = known.shape if known.values is None else known.values
    result = vertex.value
    name = _name(vertex)
    rules = [Rule()] * count
    if result is not None:
        out = result.shape if result.values is None else result.values
        wanted = [edge is not None for edge in node.edges]
        keywords = node.keywords or op.keywords
        with np.errstate(all="ignore"):
            rules = formulas(op, names, values, (name, out), keywords, wanted, f"∂L/∂{name}")
    passed = [] if node.gradient is None else passed_on(node, node.gradient)
    elementwise = op.kind == "elementwise"
    scalar = elementwise and result is not None and not result.shape
    factors = passed_on(node, np.ones((), node.value.dtype)) if scalar else []
    for slot, source in zip(filled, vertex.sources, strict=True):
        if node.edges[slot] is None:
            yield None
            continue
        given, shapes = graph.vertices[source].value, rules[slot].shapes
        if elementwise and result is not None and given is not None:
            shapes = "" if given.shape == result.shape else f"Σ {result.shape}"
        factor, part = ((each[slot] if each else None) for each in (factors, passed))
        yield Local(
            name,
            names[slot],
            rules[slot].formula,
            elementwise,
            shapes,
            None if factor is None or np.shape(factor) else quantity(factor),
            None if part is None else quantity(part),
        )


def _name(vertex: Vertex) -> str:
    return clean(vertex.name, _LONGEST) if vertex.name else vertex.alias


def with_arrivals(graph: Graph) -> Graph:
    """Add to every tensor with several uses what each use sent back, from the rules themselves.

    Only where all of it is known exactly: values kept, one pass, and the parts give the whole.
    """
    vertices = list(graph.vertices)
    changed = False
    contributions = _Contributions(graph)
    for number, users in enumerate(graph.uses):
        gradient, carried = vertices[number].gradient, vertices[number].carried
        if number not in graph.nodes or len(users) > LARGEST_SUM:
            continue
        if len(users) + (carried is not None) < 2:
            continue  # no sum
        if gradient is None or gradient.values is None:
            continue
        parts = contributions.to(number, graph.nodes[number].pass_number)
        if carried is not None:
            parts = [carried.values, *parts]
        known = len(parts) > 1 and all(part is not None for part in parts)
        if known and adds_up(parts, gradient.values):
            vertices[number] = altered(vertices[number], arrivals=tuple(map(quantity, parts)))
            changed = True
    return graph.renewed(vertices) if changed else graph


def with_own_gradients(graph: Graph) -> Graph:
    """Give leaves that a later pass over another graph came by the gradients of this graph."""
    vertices, nodes = list(graph.vertices), dict(graph.nodes)
    uses = graph.uses
    contributions = None
    for number, source in graph.nodes.items():
        if not vertices[number].is_leaf or vertices[number].gradient is None:
            continue
        passes = {nodes[user].pass_number for user, _ in uses[number]} - {0}
        if not passes or source.pass_number in passes:
            continue
        contributions = contributions or _Contributions(graph)
        parts = contributions.to(number, max(passes))
        if all(part is not None for part in parts):
            total = quantity(np.asarray(sum(parts)))
            vertices[number] = altered(
                vertices[number], gradient=total, carried=None, edited=None, reached=True
            )
            nodes[number] = source._replace(pass_number=max(passes))
    return graph if contributions is None else Graph(tuple(vertices), nodes)


class _Contributions:
    """What every use of a tensor sent back, from the rules themselves."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._passed: dict[int, list[Any]] = {}

    def to(self, number: int, pass_number: int) -> list[Any]:
        """The parts of a vertex's gradient that one pass brought; None for what is not known."""
        parts: list[Any] = []
        for user, position in self.graph.uses[number]:
            node, filled, its_pass = self.graph.nodes[user]
            if its_pass != pass_number:
                continue  # it took no part in the pass that computed this gradient
            if user not in self._passed:
                self._passed[user] = passed_on(_as_used(self.graph, user), node.gradient)
            passed = self._passed[user]
            parts.append(passed[filled[position]] if passed else None)
        return parts


def _as_used(graph: Graph, number: int) -> Node:
    """The node of an operation, with its arguments and its result as they were at the call."""
    node: Node
    node, filled, _ = graph.nodes[number]
    vertex = graph.vertices[number]
    inputs = list(node.inputs)
    for slot, source in zip(filled, vertex.sources, strict=True):
        inputs[slot] = _then(inputs[slot], graph.vertices[source].value, node.sequence)
    value = _then(node.value, vertex.value, node.sequence)
    unchanged = all(new is old for new, old in zip(inputs, node.inputs, strict=True))
    if unchanged and value is node.value:
        return node
    node = copy(node)
    node.value = value
    if isinstance(node, WideNode):
        node.inputs = tuple(inputs)
    else:
        node.input0, node.input1 = (*inputs, None)[:2]
    return node


def _then(saved: Any, known: Quantity | None, sequence: int) -> Any:
    """What an array that a node refers to held at the call; its shape where that is lost."""
    kept, changed_by = held(saved, sequence)
    if not changed_by:
        return kept
    seen_by_a_tape = known is not None and known.values is not None
    return known.values if seen_by_a_tape else ArraySpec(saved.shape, saved.dtype)  # type: ignore[union-attr]


def passed_on(node: Node, g: Any) -> list[Any]:
    """What the node's rules make of a gradient, per slot; empty where it cannot be known."""
    op = node.op
    arrays = (node.value, g, *node.inputs)
    if op is None or g is None or any(isinstance(each, (ArraySpec, tuple)) for each in arrays):
        return []
    try:
        parts = op.contributions(node, np.array(g)[()])  # a copy: a rule may write into it
        return [
            None if edge is None else fit(part, edge, node, slot)
            for slot, (part, edge) in enumerate(zip(parts, node.edges, strict=True))
        ]
    except Exception:  # a user's rule may do anything, and a figure is drawn all the same
        return []
