"""Several backward passes in one graph, and what a tape saw of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.internals import Node
from viz.reading.graph import quantity
from viz.reading.tape import Tape
from viz.records import Array, Graph, altered

_LARGEST_SUM = 6  # contributions of several passes that a figure writes out


def adds_up(parts: list[Any], whole: Array) -> bool:
    """Whether parts give a whole, up to what adding in another order changes."""
    return bool(np.allclose(sum(parts), whole, rtol=1e-3, atol=1e-6, equal_nan=True))


def addends(tape: Tape, node: Node, gradient: Array) -> list[Array]:
    """What a gradient is the sum of, over the last passes that explain it; else nothing."""
    arrived = tape.traces.arrivals.get(node.sequence, [])
    for first in sorted({number for number, _ in arrived}):
        parts = [part for number, part in arrived if number >= first]
        if len(parts) <= _LARGEST_SUM and adds_up(parts, gradient):
            return parts
    return []


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
        unexplained = not vertex.arrivals or vertex.carried is not None
        if unexplained and gradient is not None and gradient.values is not None:
            parts = addends(tape, node, gradient.values)
            if len(parts) > 1:
                vertex = altered(vertex, arrivals=tuple(map(quantity, parts)))
        if times and (seconds := tape.traces.seconds.get(node.sequence)):
            vertex = altered(vertex, seconds=(seconds[0], seconds[1]))
        vertices[number] = vertex
    return graph.renewed(vertices)


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
            vertices[number] = altered(vertices[number], passes=(place, len(passes)))
    return graph.renewed(vertices)
