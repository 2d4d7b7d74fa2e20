"""The chain rule of a graph that was read: what each operation passes on, and why.

Numbers and symbols come from the operations' own rules; nothing is estimated. What is not known
exactly (values that were let go, gradients of several passes) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.derivatives.gradients import fit
from autograd.graph.node import ArraySpec, Node, WideNode
from viz.reading.derivatives import Rule, formulas
from viz.reading.graph import quantity
from viz.reading.passes import adds_up
from viz.records import Graph, Local, Vertex
from viz.text import clean

LARGEST_SUM = 4  # uses of a tensor up to which its gradient is taken apart
_LONGEST = 12  # letters of a name in a formula


def with_aliases(graph: Graph) -> Graph:
    """Call unnamed tensors v1, v2, ... in the order of creation."""
    vertices, count = list(graph.vertices), 0
    for number, vertex in enumerate(vertices):
        if not vertex.name and not vertex.is_plain_number:
            count += 1
            vertices[number] = replace(vertex, alias=f"v{count}")
    return Graph(tuple(vertices), graph.nodes)


def with_locals(graph: Graph) -> Graph:
    """Add to every operation the local derivative at each of its arguments."""
    vertices = list(graph.vertices)
    for number, (_, filled, _) in graph.nodes.items():
        vertex = vertices[number]
        if vertex.kind == "operation":
            found = tuple(_locals(graph, vertex, _as_used(graph, number), filled))
            vertices[number] = replace(vertex, locals=found)
    return Graph(tuple(vertices), graph.nodes)


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
    vertices, nodes = list(graph.vertices), graph.nodes
    passed: dict[int, list[Any]] = {}
    for number, users in enumerate(graph.uses):
        gradient = vertices[number].gradient
        if number not in nodes or not 2 <= len(users) <= LARGEST_SUM:
            continue
        if gradient is None or gradient.values is None:
            continue
        parts: list[Any] = []
        for user, position in users:
            node, filled, pass_number = nodes[user]
            if pass_number != nodes[number].pass_number:
                continue  # it took no part in the pass that computed this gradient
            if user not in passed:
                passed[user] = passed_on(_as_used(graph, user), node.gradient)
            parts.append(passed[user][filled[position]] if passed[user] else None)
        known = len(parts) > 1 and all(part is not None for part in parts)
        if known and adds_up(parts, gradient.values):
            vertices[number] = replace(vertices[number], arrivals=tuple(map(quantity, parts)))
    return Graph(tuple(vertices), nodes)


def _as_used(graph: Graph, number: int) -> Node:
    """The node of an operation, with its parameters as they were before an optimizer's step."""
    node: Node
    node, filled, _ = graph.nodes[number]
    arguments = zip(filled, graph.vertices[number].sources, strict=True)
    changed = {slot: graph.vertices[source].value for slot, source in arguments
               if graph.vertices[source].updated is not None}  # fmt: skip
    if not changed:
        return node
    inputs = list(node.inputs)
    for slot, used in changed.items():
        if used is not None and isinstance(inputs[slot], np.ndarray):
            inputs[slot] = used.values
    node = copy(node)
    if isinstance(node, WideNode):
        node.inputs = tuple(inputs)
    else:
        node.input0, node.input1 = (*inputs, None)[:2]
    return node


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
