"""Operations taken apart: a sigmoid as −, exp, +, 1/x, by the record's own `composed=`."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import Context
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import SELECT, ArraySpec, Leaf, Node, node_of
from viz.reading.graph import read
from viz.records import Graph, Source, Vertex, altered


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
    used = _results_used(graph)
    several: dict[int, dict[int, int]] = {}  # of operations with several results: where each is now
    for number, vertex in enumerate(graph.vertices):
        source = graph.nodes.get(number)
        if source is not None and source.node.op is SELECT and vertex.sources[0] in several:
            result = several[vertex.sources[0]][_index(source.node)]
            vertices[result] = _in_place_of(vertex, vertices[result])
            renamed[number] = result
            continue
        sources = tuple(renamed[source] for source in vertex.sources)
        part = None
        if vertex.kind == "operation" and source is not None:
            chosen = wanted is True or (wanted is not False and vertex.operation in wanted)
            part = _taken_apart(source.node, used.get(number, [])) if chosen else None
        if part is None:
            if source is not None:
                nodes[len(vertices)] = source
            renamed[number] = len(vertices)
            vertices.append(altered(vertex, sources=sources))
        else:
            assert source is not None
            inserted = _insert(part, vertex, source, sources, vertices, nodes)
            if isinstance(source.node.value, tuple):
                several[number] = {index: inserted[at] for index, at in part.results.items()}
            renamed[number] = len(vertices) - 1
    return Graph(tuple(vertices), nodes)


def _results_used(graph: Graph) -> dict[int, list[int]]:
    """Of operations with several results, by their number, which of these are in the graph."""
    used: dict[int, list[int]] = {}
    for number, source in graph.nodes.items():
        if source.node.op is SELECT:
            used.setdefault(graph.vertices[number].sources[0], []).append(_index(source.node))
    return used


def _index(node: Node) -> int:
    """Which result a node selects."""
    assert node.keywords is not None
    index: int = node.keywords["index"]
    return index


class _Part:
    """A composed operation that was run again: its graph and the leaves that stand for arguments.

    Args:
        graph: What ran, the result last where there is one.
        arguments: For leaves of it, the slot of the operation's argument.
        results: Where each of several results is.
    """

    def __init__(self, graph: Graph, arguments: dict[int, int], results: dict[int, int]) -> None:
        self.graph = graph
        self.arguments = arguments
        self.results = results


def _taken_apart(node: Node, used: list[int]) -> _Part | None:
    op = node.op
    if op is None or op.composed is None:
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
            return Context().run(_run, node, values, used)
    except Exception:  # a user's definition may do anything, and a figure is drawn all the same
        return None


def _run(node: Node, values: list[Any], used: list[int]) -> _Part | None:
    op = node.op
    assert op is not None
    assert op.composed is not None
    tensors = [
        Tensor(value, requires_grad=True) if edge is not None else value
        for value, edge in zip(values, node.edges, strict=True)
    ]
    keywords = node.keywords or op.keywords
    out = op.composed(*tensors, **keywords)
    several = isinstance(node.value, tuple)
    results = {index: out[index] for index in used} if several else {0: out}
    if any(not isinstance(each, Tensor) or node_of(each) is None for each in results.values()):
        return None
    gradients = node.gradient if several else (node.gradient,)
    reached = {
        index: gradients[index]
        for index in results
        if gradients is not None and isinstance(gradients[index], np.ndarray | np.generic)
    }
    if reached:
        roots = [results[index] for index in reached]
        autograd.backward(roots, [Tensor(each) for each in reached.values()], retain_graph=True)
    slots = {id(node_of(t)): slot for slot, t in enumerate(tensors) if isinstance(t, Tensor)}
    graph = read(list(results.values()))
    numbers = {id(source.node): number for number, source in graph.nodes.items()}
    arguments = {numbers[each]: slot for each, slot in slots.items() if each in numbers}
    ends = {index: numbers[id(node_of(each))] for index, each in results.items()}
    return _Part(graph, arguments, ends)


def _insert(
    part: _Part,
    whole: Vertex,
    source: Source,
    sources: tuple[int, ...],
    vertices: list[Vertex],
    nodes: dict[int, Source],
) -> dict[int, int]:
    """Put a part in place of an operation; its result takes the operation's name and role.

    Returns:
        The numbers that the part's vertices have now.
    """
    position = dict(zip(source.filled, sources, strict=True))
    constants = [number for number in sources if not vertices[number].differentiable]
    module = f"{whole.module}.{whole.operation}" if whole.module else whole.operation
    renamed: dict[int, int] = {}
    one = not isinstance(source.node.value, tuple)
    last = len(part.graph.vertices) - 1 if one else None
    for number, vertex in enumerate(part.graph.vertices):
        slot = part.arguments.get(number)
        same = [n for n in constants if _same(vertices[n], vertex)] if slot is None else []
        if slot is not None or same:
            renamed[number] = position[slot] if slot is not None else same[0]
            continue
        renamed[number] = len(vertices)
        mine = tuple(renamed[each] for each in vertex.sources)
        changed = altered(vertex, sources=mine, root=False)
        if vertex.kind == "operation":
            changed = altered(changed, module=module, source=whole.source)
        if number == last:
            changed = _in_place_of(whole, changed)
        known = part.graph.nodes.get(number)
        if known is not None:
            nodes[len(vertices)] = known._replace(pass_number=source.pass_number)
        vertices.append(changed)
    return renamed


def _in_place_of(whole: Vertex, result: Vertex) -> Vertex:
    """The vertex of a result with the name and role of what it stands for."""
    return altered(result, name=whole.name, root=whole.root, value=whole.value,
                   gradient=whole.gradient)  # fmt: skip


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
