"""Graphs made fit for drawing: shared leaves become stubs, large graphs are summed up.

A leaf that is used again and again far away (the weights of a loop) ties the whole figure into a
knot, for the reader and for every layout; each use gets a stub with its own number instead. A
graph too large to read is drawn as groups: of a loop the first round and one box for all others,
the calls of its modules, or else equal shares of the operations in the order in which they ran.
All keep the order of creation, so no cycle can arise.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from viz.reading.modules import TIMES, call_runs
from viz.records import Graph, Quantity, Vertex, altered
from viz.shaping.loops import Loop, loops
from viz.shaping.modules import in_modules

LARGEST = 150  # vertices that are drawn one by one
_SUMMARY = 4  # times as many vertices get a summary rather than a figure of their modules
_GROUPS = 24  # of a summary, or of a graph whose modules do not help
_PATTERN = 6  # operations of a loop that its box names
_LEAVES = 12  # parameters or inputs that are drawn even if one group alone uses them
_ROLLED, _OFTEN = 45, 6  # vertices of a graph in which what repeats so often is rolled up
_SAVED = 0.5  # of the operations that rolling up must save
_WIDE = 24  # leaves of one operation that are drawn as one
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
            vertex = altered(vertex, sources=tuple(renamed[s] for s in vertex.sources))
        elif not vertex.is_leaf:  # its value comes in from outside
            vertex = altered(vertex, kind="input", sources=(), locals=(), name=vertex.name or
                             vertex.alias, module=None)  # fmt: skip
        part.append(altered(vertex, root=number in end))
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
            place = users.index((number, slot)) if users else 0
            if place == 0:
                sources.append(renamed[source])
            else:
                sources.append(len(vertices))
                merged = [_merged(graph, use) for use in users]
                use = (sum(merged[:place]) + 1, sum(merged))
                leaf = altered(graph.vertices[source], use=use, merged=merged[place], root=False,
                               contribution=_contribution(vertex, slot))  # fmt: skip
                vertices.append(leaf)
        renamed[number] = len(vertices)
        if number in shared:
            merged = [_merged(graph, use) for use in shared[number]]
            first = graph.vertices[shared[number][0][0]]
            part = _contribution(first, shared[number][0][1])
            vertex = altered(vertex, use=(1, sum(merged)), merged=merged[0], contribution=part)
        vertices.append(altered(vertex, sources=tuple(sources)))
    return Graph(tuple(vertices))


def _contribution(user: Vertex, slot: int) -> Quantity | None:
    """What a use sent back, where the chain rule of the figure knows it."""
    local = user.locals[slot] if slot < len(user.locals) else None
    return None if local is None else local.passed


def _merged(graph: Graph, use: tuple[int, int]) -> int:
    """How many uses of a leaf one wire stands for."""
    user, slot = use
    counts = graph.vertices[user].multiplicity
    return counts[slot] if counts else 1


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


def summed_up(graph: Graph, largest: int = LARGEST) -> Graph:
    """Group the operations of a graph that is too large to be drawn one by one.

    Args:
        graph: Any graph.
        largest: Number of vertices up to which it stays as it is.

    Returns:
        The graph itself, or one with vertices of kind "group" in place of its operations.
    """
    operations = [number for number, vertex in enumerate(graph.vertices) if not vertex.is_leaf]
    if not operations:
        return graph
    if len(graph.vertices) <= largest:
        return _repeats_rolled_up(graph, operations) if _ROLLED < largest <= LARGEST else graph
    most = max(largest // 3, 1)
    if len(graph.vertices) > _SUMMARY * largest:
        most = min(most, _GROUPS)
    for units in _ways(graph, operations):
        found = loops([_token(graph, unit) for unit in units])
        if len(units) - sum((loop.count - 1) * loop.period - 1 for loop in found) <= most:
            return _Grouping(graph, _rolled_up(graph, units, found)).graph()
    if any(vertex.call for vertex in graph.vertices):
        boxes = in_modules(graph, None)
        if len(boxes.vertices) <= largest:
            return boxes
    share = -(-len(operations) // min(most, _GROUPS))
    shares = [operations[i : i + share] for i in range(0, len(operations), share)]
    return _Grouping(graph, [_Unit(None, each) for each in shares]).graph()


def _repeats_rolled_up(graph: Graph, operations: Sequence[int]) -> Graph:
    """Roll up the steps of a loop, or equal layers, where most of a graph is that."""
    if len(graph.vertices) <= _ROLLED:
        return graph
    for units in _ways(graph, operations):
        found = [loop for loop in loops([_token(graph, unit) for unit in units])
                 if loop.count >= _OFTEN]  # fmt: skip
        saved = sum((loop.count - 1) * loop.period for loop in found)
        if saved >= _SAVED * len(units):
            return _Grouping(graph, _rolled_up(graph, units, found)).graph()
    return graph


def _elements(vertex: Vertex) -> int:
    return 0 if vertex.value is None else math.prod(vertex.value.shape)


def with_wide_leaves(graph: Graph) -> Graph:
    """Draw the many leaves of one operation, such as a stack of a thousand numbers, as one."""
    vertices = list(graph.vertices)
    gone: set[int] = set()
    for number, vertex in enumerate(graph.vertices):
        if len(vertex.sources) < _WIDE:
            continue
        own = [s for s in vertex.sources if vertices[s].is_leaf and len(graph.uses[s]) == 1]
        if len(own) < _WIDE or any(vertices[source].root for source in own):
            continue
        first, last = (vertices[own[place]] for place in (0, -1))
        title = f"{first.name or first.alias} … {last.name or last.alias}".strip(" …")
        vertices[own[0]] = Vertex(
            "group", title or "…", content=(f"{TIMES} {len(own)}",), differentiable=False,
            weights=sum(map(_elements, (vertices[s] for s in own))),
            reached=any(vertices[source].reached for source in own),
        )  # fmt: skip
        gone.update(own[1:])
        rest = tuple(source for source in vertex.sources if source not in own[1:])
        vertices[number] = altered(vertex, sources=rest, locals=())
    if not gone:
        return graph
    place = {n: index for index, n in enumerate(n for n in range(len(vertices)) if n not in gone)}
    return Graph(
        tuple(
            altered(vertices[n], sources=tuple(place[source] for source in vertices[n].sources))
            for n in place
        )
    )


@dataclass
class _Unit:
    """Operations that ran one after the other and are drawn as one vertex.

    Args:
        path: The module whose call they are, if they are one.
        members: Numbers of the operations.
        title: What the group is called instead of by its path.
        content: What it says of itself instead of counting its operations.
        around: Path of the frame around it.
    """

    path: str | None
    members: list[int]
    title: str = ""
    content: tuple[str, ...] = field(default=())
    around: str | None = None


def _runs(graph: Graph, operations: Sequence[int], depth: int) -> list[tuple[str | None, range]]:
    return call_runs([graph.vertices[number].module for number in operations], depth)


def _ways(graph: Graph, operations: Sequence[int]) -> Iterator[list[_Unit]]:
    """Ways to group operations by the calls of modules, from fine to coarse.

    Operations outside of modules are drawn one by one, then also in groups.
    """
    paths = (graph.vertices[number].module for number in operations)
    deepest = max((path.count(".") + 1 for path in paths if path), default=0)
    yield from (_calls(graph, operations, depth) for depth in range(max(deepest, 1), 0, -1))
    for depth in range(deepest, 0, -1):
        runs = _runs(graph, operations, depth)
        yield [_Unit(path, [operations[i] for i in run]) for path, run in runs]


def _calls(graph: Graph, operations: Sequence[int], depth: int) -> list[_Unit]:
    return [
        _Unit(path, [operations[i] for i in part])
        for path, run in _runs(graph, operations, depth)
        for part in ([run] if path else [range(i, i + 1) for i in run])
    ]


def _token(graph: Graph, unit: _Unit) -> Hashable:
    """What two rounds of a loop have in common: all but the numbers in the paths of modules."""
    parts = []
    for number in unit.members:
        vertex = graph.vertices[number]
        path = re.sub(r"\d+", "#", vertex.module or "")
        shape = None if vertex.value is None else vertex.value.shape
        symbol = vertex.symbol if vertex.kind == "operation" else vertex.content
        parts.append((path, vertex.operation, symbol, vertex.keywords, shape))
    return tuple(parts)


def _rolled_up(graph: Graph, units: list[_Unit], found: Sequence[Loop]) -> list[_Unit]:
    """Keep the first round of every loop, and make one unit of all others."""
    rolled: list[_Unit] = []
    at = 0
    for loop in found:
        rolled += units[at : loop.start]
        first, rest = (
            units[loop.start : loop.start + loop.period],
            units[loop.start + loop.period : loop.end],
        )
        inside = [graph.vertices[n].module for unit in (*first, *rest) for n in unit.members]
        common, frame = _common_path(inside), f"{TIMES}{loop.count}"
        frame = f"{common}.{frame}" if common else frame
        for unit in first:
            path = graph.vertices[unit.members[0]].module or ""
            beyond = path.removeprefix(common).strip(".") if unit.path is None else ""
            rolled.append(replace(unit, around=f"{frame}.{beyond}".rstrip(".")))
        rolled.append(
            _Unit(
                None,
                [number for unit in rest for number in unit.members],
                title=f"{TIMES}{loop.count - 1}",
                content=(_pattern(graph, first, common),),
                around=frame,
            )
        )
        at = loop.end
    return rolled + units[at:]


def _common_path(paths: Sequence[str | None]) -> str:
    parts = [path.split(".") if path else [] for path in paths]
    common = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return ".".join(common)


def _pattern(graph: Graph, units: Sequence[_Unit], common: str) -> str:
    """What one round consists of: modules, without what their paths have in common, or symbols."""
    names = []
    for unit in units:
        path = (unit.path or "").removeprefix(common).strip(".")
        names.append(re.sub(r"^\d+\.", "", path) or graph.vertices[unit.members[0]].symbol)
    return ", ".join(names[:_PATTERN]) + (", …" if len(names) > _PATTERN else "")


class _Grouping:
    """Draws groups of operations as one vertex each, in the order in which they ran."""

    def __init__(self, graph: Graph, units: Sequence[_Unit]) -> None:
        self.old = graph.vertices
        self.uses = graph.uses
        self.units = units
        self.group_of = {member: g for g, unit in enumerate(units) for member in unit.members}
        self.new: list[Vertex] = []
        self.renamed: dict[int, int] = {}  # old number -> new number, of what is drawn
        kinds = Counter(vertex.kind for vertex in self.old)
        self.few = [kind for kind in ("parameter", "input") if kinds[kind] <= _LEAVES]

    def graph(self) -> Graph:
        first = 1
        for g, unit in enumerate(self.units):
            title = unit.title or unit.path or f"{first}–{first + len(unit.members) - 1}"
            first += len(unit.members)
            if unit.path is None and len(unit.members) == 1:
                self._single(unit.members[0], unit.around)
            else:
                self._group(g, title, unit)
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

    def _single(self, number: int, around: str | None) -> None:
        """An operation that no group takes in stays as it is."""
        vertex = self.old[number]
        sources = tuple(self._leaf(source) for source in vertex.sources)
        self.renamed[number] = len(self.new)
        self.new.append(altered(vertex, sources=sources, module=around or vertex.module))

    def _group(self, g: int, title: str, unit: _Unit) -> None:
        members = unit.members
        inputs: Counter[int] = Counter()
        for member in members:
            vertex = self.old[member]
            counts = vertex.multiplicity or (1,) * len(vertex.sources)
            for source, count in zip(vertex.sources, counts, strict=True):
                inputs[source] += count
        sources: Counter[int] = Counter()
        for source, count in inputs.items():
            if not self._goes_without_saying(source, g):
                sources[self._leaf(source)] += count
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
            altered(
                out,
                kind="group",
                symbol=title,
                operation="",
                keywords=(),
                module=unit.around,
                module_note="" if unit.title else out.module_note,
                content=unit.content or (common + (", …" if len(kinds) > 3 else ""),),
                weights=sum(
                    _elements(self.old[n]) for n in hidden if self.old[n].kind == "parameter"
                ),
                sources=tuple(sources),
                multiplicity=tuple(sources.values()),
                reached=any(vertex.reached for vertex in leaving),
                root=any(vertex.root for vertex in leaving),
                arrivals=(),
                count=sum(self.old[member].count for member in members),
            )
        )

    def _goes_without_saying(self, source: int, g: int) -> bool:
        """Whether this is inside of a group, or a leaf that only this group uses."""
        vertex = self.old[source]
        if not vertex.is_leaf:
            return self.group_of[source] == g
        if vertex.root or vertex.kind in self.few:
            return False
        return len({self.group_of[user] for user, _ in self.uses[source]}) == 1
