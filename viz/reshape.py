"""Graphs made fit for drawing: shared leaves become stubs, large graphs are summed up.

A leaf that is used again and again far away (the weights of a loop) ties the whole figure into a
knot, for the reader and for every layout; each use gets a stub with its own number instead. A
graph too large to read is drawn as groups: the calls of its modules, or else equal shares of the
operations in the order in which they ran. Both keep the order of creation, so no cycle can arise.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from viz.graph import Graph, Vertex
from viz.modules import call_runs

LARGEST = 150  # vertices that are drawn one by one
_GROUPS = 24  # of a graph whose modules do not help
_LEAVES = 12  # parameters or inputs that are drawn even if one group alone uses them
_NEAR = 3  # operations between two uses of a leaf that is drawn once
_FEW = 4  # uses of a leaf that is drawn once


def between(graph: Graph, start: Sequence[int], end: Sequence[int]) -> Graph:
    """What lies on the ways from some vertices to others, with the other inputs of each step.

    Args:
        graph: Any graph.
        start: Where the ways begin; what was before is left out.
        end: Where they end.

    Returns:
        The part of the graph; empty where no way leads from one to the other.
    """
    vertices = graph.vertices
    below, above = set(start), set(end)
    for number, vertex in enumerate(vertices):
        if any(source in below for source in vertex.sources):
            below.add(number)
    for number in reversed(range(len(vertices))):
        if number in above:
            above.update(vertices[number].sources)
    inner = below & above
    if not inner & set(start) or not inner & set(end):
        return Graph(())
    kept = inner | {s for n in inner - set(start) for s in vertices[n].sources}
    renamed = {number: position for position, number in enumerate(sorted(kept))}
    part = []
    for number in sorted(kept):
        vertex = vertices[number]
        if number in inner and number not in start:
            vertex = replace(vertex, sources=tuple(renamed[s] for s in vertex.sources))
        elif not vertex.is_leaf:  # its value comes in from outside
            vertex = replace(vertex, kind="input", sources=(), locals=(), name=vertex.name or
                             vertex.alias, module=None)  # fmt: skip
        part.append(replace(vertex, root=number in end))
    nodes = {renamed[n]: s for n, s in graph.nodes.items() if n in renamed}
    return Graph(tuple(part), nodes)


def with_stubs(graph: Graph) -> Graph:
    """Give every use of a widely shared leaf a vertex of its own.

    The first use keeps value and gradient; the others are stubs with the name and their number.
    """
    heights = _heights(graph)
    uses = graph.uses
    shared = {
        number: users
        for number, users in enumerate(uses)
        if graph.vertices[number].is_leaf and _far(users, heights)
    }
    if not shared:
        return graph
    vertices: list[Vertex] = []
    renamed: dict[int, int] = {}
    for number, vertex in enumerate(graph.vertices):
        sources = []
        for slot, source in enumerate(vertex.sources):
            users = shared.get(source, [])
            position = users.index((number, slot)) + 1 if users else 1
            if position == 1:
                sources.append(renamed[source])
            else:
                sources.append(len(vertices))
                leaf = graph.vertices[source]
                vertices.append(replace(leaf, use=(position, len(users)), root=False))
        renamed[number] = len(vertices)
        if number in shared:
            vertex = replace(vertex, use=(1, len(shared[number])))
        vertices.append(replace(vertex, sources=tuple(sources)))
    return Graph(tuple(vertices))


def _far(users: Sequence[tuple[int, int]], heights: Sequence[int]) -> bool:
    if len(users) < 2:
        return False
    reached = [heights[user] for user, _ in users]
    return len(users) > _FEW or max(reached) - min(reached) > _NEAR


def _heights(graph: Graph) -> list[int]:
    """For every vertex the longest way from it to a root: operations are drawn that far left."""
    heights = [0] * len(graph.vertices)
    for number in reversed(range(len(heights))):
        for source in graph.vertices[number].sources:
            heights[source] = max(heights[source], heights[number] + 1)
    return heights


def summed_up(graph: Graph, largest: int = LARGEST, depth: int | None = None) -> Graph:
    """Group the operations of a graph that is too large to be drawn one by one.

    Args:
        graph: Any graph.
        largest: Number of vertices up to which it stays as it is.
        depth: How many parts of a module path make a group, whatever the size of the graph.

    Returns:
        The graph itself, or one with vertices of kind "group" in place of its operations.
    """
    operations = [number for number, vertex in enumerate(graph.vertices) if not vertex.is_leaf]
    if depth is not None:
        paths = [graph.vertices[number].module for number in operations]
        runs = [
            (path, part)
            for path, run in call_runs(paths, depth)
            for part in ([run] if path else [range(i, i + 1) for i in run])
        ]
        chosen = [(path, [operations[i] for i in run]) for path, run in runs]
        return summed_up(_Grouping(graph, chosen, parameters=0).graph(), largest)
    if len(graph.vertices) <= largest or not operations:
        return graph
    paths = [graph.vertices[number].module for number in operations]
    runs = _module_runs(paths, largest // 3) or _equal_runs(len(operations))
    return _Grouping(graph, [(path, [operations[i] for i in run]) for path, run in runs]).graph()


def _module_runs(paths: Sequence[str | None], most: int) -> list[tuple[str | None, range]]:
    """The calls of modules, as deep as there are at most `most` of them; empty if none is."""
    deepest = max((path.count(".") + 1 for path in paths if path), default=0)
    for depth in range(deepest, 0, -1):
        runs = call_runs(paths, depth)
        if len(runs) <= most:
            return runs
    return []


def _equal_runs(count: int) -> list[tuple[str | None, range]]:
    share = -(-count // _GROUPS)
    return [(None, range(i, min(i + share, count))) for i in range(0, count, share)]


class _Grouping:
    """Draws groups of operations as one vertex each, in the order in which they ran."""

    def __init__(
        self,
        graph: Graph,
        groups: Sequence[tuple[str | None, list[int]]],
        parameters: int = _LEAVES,
    ) -> None:
        self.old = graph.vertices
        self.uses = graph.uses
        self.groups = groups
        self.group_of = {member: g for g, (_, members) in enumerate(groups) for member in members}
        self.new: list[Vertex] = []
        self.renamed: dict[int, int] = {}  # old number -> new number, of what is drawn
        kinds = Counter(vertex.kind for vertex in self.old)
        most = {"parameter": parameters, "input": _LEAVES}
        self.few = [kind for kind, count in most.items() if kinds[kind] <= count]

    def graph(self) -> Graph:
        first = 1
        for g, (path, members) in enumerate(self.groups):
            title = path or f"{first}–{first + len(members) - 1}"
            first += len(members)
            if path is None and len(members) == 1:
                self._single(members[0])
            else:
                self._group(g, title, members)
        for number, vertex in enumerate(self.old):
            if vertex.root and number not in self.renamed:
                self._leaf(number)
        return Graph(tuple(self.new))

    def _leaf(self, number: int) -> int:
        """The new number of a leaf, which is drawn now if it is not yet."""
        if number not in self.renamed:
            self.renamed[number] = len(self.new)
            self.new.append(self.old[number])
        return self.renamed[number]

    def _single(self, number: int) -> None:
        """An operation outside of all modules stays as it is."""
        sources = tuple(self._leaf(source) for source in self.old[number].sources)
        self.renamed[number] = len(self.new)
        self.new.append(replace(self.old[number], sources=sources))

    def _group(self, g: int, title: str, members: list[int]) -> None:
        inputs = {source: None for member in members for source in self.old[member].sources}
        sources = {
            self._leaf(source): None
            for source in inputs
            if not self._goes_without_saying(source, g)
        }
        leaving = [
            self.old[member]
            for member in members
            if self.old[member].root or any(self.group_of[u] != g for u, _ in self.uses[member])
        ]
        out = leaving[0] if len(leaving) == 1 else Vertex("group", "", results=max(len(leaving), 2))
        hidden = [n for n in inputs if self.old[n].is_leaf and self._goes_without_saying(n, g)]
        kinds = Counter(self.old[member].symbol for member in members)
        common = ", ".join(f"{count} {symbol}" for symbol, count in kinds.most_common(3))
        self.renamed.update((member, len(self.new)) for member in members)
        self.new.append(
            replace(
                out,
                kind="group",
                symbol=title,
                operation="",
                keywords=(),
                content=(common + (", …" if len(kinds) > 3 else ""),),
                weights=sum(self._size(n) for n in hidden if self.old[n].kind == "parameter"),
                sources=tuple(sources),
                reached=any(vertex.reached for vertex in leaving),
                root=any(vertex.root for vertex in leaving),
                arrivals=(),
                count=len(members),
            )
        )

    def _size(self, number: int) -> int:
        value = self.old[number].value
        return 0 if value is None else math.prod(value.shape)

    def _goes_without_saying(self, source: int, g: int) -> bool:
        """Whether this is inside of a group, or a leaf that only this group uses."""
        vertex = self.old[source]
        if not vertex.is_leaf:
            return self.group_of[source] == g
        if vertex.root or vertex.kind in self.few:
            return False
        return len({self.group_of[user] for user, _ in self.uses[source]}) == 1
