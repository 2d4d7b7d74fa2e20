"""What a tape saw of every node: how long it took, and what arrived at it in which pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.graph.node import KEPT_ELEMENTS, Node
from viz.reading.graph import Array, Graph, quantity

if TYPE_CHECKING:
    from viz.reading.tape import Tape

_LARGEST_SUM = 6  # contributions of several passes that a figure writes out
_TENTHS = 9.95  # of a unit: a duration below has one digit after the point


class Traces:
    """Times and contributions by the sequence numbers of nodes, so that no node is kept alive.

    Args:
        clock: Tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[int, list[float]] = {}  # of a node: forward, and backward in all passes
        self.arrivals: dict[int, list[tuple[int, Array]]] = {}  # at a node: pass, contribution
        self._clock = clock
        self._started: list[float] = []
        self._pass, self._last = 0, -1

    def begin(self) -> None:
        """An operation or a backward step begins."""
        self._started.append(self._clock())

    def computed(self, node: Node | None) -> None:
        """The operation that began last is done."""
        elapsed = self._clock() - self._started.pop()
        if node is not None:
            self.seconds[node.sequence] = [elapsed, 0.0]

    def passed(self, node: Node, contributions: list[Any]) -> None:
        """The backward step that began last is done."""
        elapsed = self._clock() - self._started.pop()
        self.seconds.setdefault(node.sequence, [0.0, 0.0])[1] += elapsed
        if node.sequence >= self._last:  # within a pass numbers fall
            self._pass += 1
        self._last = node.sequence
        for edge, passed in zip(node.edges, contributions, strict=True):
            if edge is not None and passed is not None:
                raw = np.asarray(getattr(passed, "_value", passed))
                if raw.size <= KEPT_ELEMENTS:  # a copy: the engine may go on adding to it
                    arrived = self.arrivals.setdefault(edge.sequence, [])
                    arrived.append((self._pass, raw.copy()))

    def addends(self, node: Node, gradient: Array) -> list[Array]:
        """What a gradient is the sum of, over the last passes that explain it; else nothing."""
        arrived = self.arrivals.get(node.sequence, [])
        for first in sorted({number for number, _ in arrived}):
            parts = [part for number, part in arrived if number >= first]
            if len(parts) <= _LARGEST_SUM and adds_up(parts, gradient):
                return parts
        return []


def adds_up(parts: list[Any], whole: Array) -> bool:
    """Whether parts give a whole, up to what adding in another order changes."""
    return bool(np.allclose(sum(parts), whole, rtol=1e-3, atol=1e-6, equal_nan=True))


def with_traces(graph: Graph, tape: Tape | None, times: bool) -> Graph:
    """Add what a tape saw: the contributions of several passes, and times if wanted.

    Args:
        graph: A graph that knows what arrived in its last pass.
        tape: What `record` returned, if anything.
        times: Whether operations get their times.

    Returns:
        The graph.
    """
    if tape is None:
        return graph
    vertices = list(graph.vertices)
    for number, (node, _, _) in graph.nodes.items():
        vertex = vertices[number]
        gradient = vertex.gradient
        if not vertex.arrivals and gradient is not None and gradient.values is not None:
            parts = tape.traces.addends(node, gradient.values)
            if len(parts) > 1:
                vertex = replace(vertex, arrivals=tuple(map(quantity, parts)))
        if times and (seconds := tape.traces.seconds.get(node.sequence)):
            vertex = replace(vertex, seconds=(seconds[0], seconds[1]))
        vertices[number] = vertex
    return Graph(tuple(vertices), graph.nodes)


def with_passes(graph: Graph) -> Graph:
    """Mark the gradients that are older than others: those of an earlier backward pass."""
    passes = sorted(
        {
            source.pass_number
            for number, source in graph.nodes.items()
            if source.pass_number and graph.vertices[number].gradient is not None
        }
    )
    if len(passes) < 2:
        return graph
    vertices = list(graph.vertices)
    for number, source in graph.nodes.items():
        if source.pass_number in passes[:-1] and vertices[number].gradient is not None:
            place = passes.index(source.pass_number) + 1
            vertices[number] = replace(vertices[number], passes=(place, len(passes)))
    return Graph(tuple(vertices), graph.nodes)


def duration(seconds: float) -> str:
    """A time in words that are as short as it is exact.

    >>> duration(0.0000123), duration(0.00456), duration(2.5)
    ('12 µs', '4.6 ms', '2.5 s')
    """
    unit, size = ("s", 1.0) if seconds >= 1 else ("ms", 1e-3) if seconds >= 1e-3 else ("µs", 1e-6)
    amount = seconds / size
    return f"{amount:.1f} {unit}" if amount < _TENTHS else f"{amount:.0f} {unit}"
