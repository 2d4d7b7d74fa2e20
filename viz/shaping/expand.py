"""Operations taken apart: a sigmoid as −, exp, +, 1/x, by the record's own `composed=`."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import Context
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.inner import ArraySpec, Leaf, Node, node_of
from viz.reading.graph import read
from viz.records import Graph, Source, Vertex


def expanded(graph: Graph, wanted: bool | Collection[str]) -> Graph:
    """Replace operations by what they are composed of, with all values and gradients.

    Args:
        graph: A graph as `read` returns it.
        wanted: Names of operations, or True for all that have a definition in simpler ones.

    Returns:
        The graph with every such operation in a frame of its own. An operation stays as it is
        where its arguments were too large to be kept.
    """
    vertices: list[Vertex] = []
    nodes: dict[int, Source] = {}
    renamed: dict[int, int] = {}
    for number, vertex in enumerate(graph.vertices):
        sources = tuple(renamed[source] for source in vertex.sources)
        source = graph.nodes.get(number)
        part = None
        if vertex.kind == "operation" and source is not None:
            chosen = wanted is True or (wanted is not False and vertex.operation in wanted)
            part = _taken_apart(source.node) if chosen else None
        if part is None:
            if source is not None:
                nodes[len(vertices)] = source
            renamed[number] = len(vertices)
            vertices.append(replace(vertex, sources=sources))
        else:
            assert source is not None
            _insert(part, vertex, source, sources, vertices, nodes)
            renamed[number] = len(vertices) - 1
    return Graph(tuple(vertices), nodes)


class _Part:
    """A composed operation that was run again: its graph and the leaves that stand for arguments.

    Args:
        graph: What ran, the result last.
        arguments: For leaves of it, the slot of the operation's argument.
    """

    def __init__(self, graph: Graph, arguments: dict[int, int]) -> None:
        self.graph = graph
        self.arguments = arguments


def _taken_apart(node: Node) -> _Part | None:
    op = node.op
    if op is None or op.composed is None or isinstance(node.value, tuple):
        return None
    values = []
    for slot, edge in enumerate(node.edges):
        value = edge.value_at(node.sequence)[0] if isinstance(edge, Leaf) else node.argument(slot)
        if isinstance(value, ArraySpec) or (value is None and edge is not None):
            return None
        values.append(value)
    try:
        with np.errstate(all="ignore"):
            # A fresh context: no observer, module or no_grad of the caller's.
            return Context().run(_run, node, values)
    except Exception:  # a user's definition may do anything, and a figure is drawn all the same
        return None


def _run(node: Node, values: list[Any]) -> _Part | None:
    op = node.op
    assert op is not None
    assert op.composed is not None
    tensors = [
        Tensor(value, requires_grad=True) if edge is not None else value
        for value, edge in zip(values, node.edges, strict=True)
    ]
    keywords = node.keywords or op.keywords
    result = op.composed(*tensors, **keywords)
    if not isinstance(result, Tensor) or node_of(result) is None:
        return None
    if node.gradient is not None and not isinstance(node.gradient, ArraySpec):
        result.backward(Tensor(node.gradient), retain_graph=True)
    slots = {id(node_of(t)): slot for slot, t in enumerate(tensors) if isinstance(t, Tensor)}
    graph = read([result])
    arguments = {
        number: slots[id(source.node)]
        for number, source in graph.nodes.items()
        if id(source.node) in slots
    }
    return _Part(graph, arguments)


def _insert(
    part: _Part,
    whole: Vertex,
    source: Source,
    sources: tuple[int, ...],
    vertices: list[Vertex],
    nodes: dict[int, Source],
) -> None:
    """Put a part in place of an operation; its result takes the operation's name and role."""
    position = dict(zip(source.filled, sources, strict=True))
    constants = [number for number in sources if not vertices[number].differentiable]
    module = f"{whole.module}.{whole.operation}" if whole.module else whole.operation
    renamed: dict[int, int] = {}
    last = len(part.graph.vertices) - 1
    for number, vertex in enumerate(part.graph.vertices):
        slot = part.arguments.get(number)
        same = [n for n in constants if _same(vertices[n], vertex)] if slot is None else []
        if slot is not None or same:
            renamed[number] = position[slot] if slot is not None else same[0]
            continue
        renamed[number] = len(vertices)
        mine = tuple(renamed[each] for each in vertex.sources)
        changed = replace(vertex, sources=mine, root=False)
        if vertex.kind == "operation":
            changed = replace(changed, module=module, source=whole.source)
        if number == last:
            changed = replace(changed, name=whole.name, root=whole.root, value=whole.value,
                              gradient=whole.gradient)  # fmt: skip
        known = part.graph.nodes.get(number)
        if known is not None:
            nodes[len(vertices)] = known._replace(pass_number=source.pass_number)
        vertices.append(changed)


def _same(known: Vertex, vertex: Vertex) -> bool:
    """Whether a constant of the part is an argument of the operation."""
    if vertex.differentiable or known.value is None or vertex.value is None:
        return False
    first, second = known.value.values, vertex.value.values
    return (
        first is not None
        and second is not None
        and first.size > 1
        and first.shape == second.shape
        and bool((first == second).all())
    )
