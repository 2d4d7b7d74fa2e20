"""The operation in which NaN or infinity came from finite numbers first."""

from __future__ import annotations

import numpy as np

from viz.records import Graph, Quantity, altered


def with_origin(graph: Graph) -> Graph:
    """Mark where the first number went bad: forward, or else on the way back.

    Args:
        graph: A graph with values and gradients.

    Returns:
        The graph itself where all numbers that are known are finite.
    """
    vertices = graph.vertices
    finite = [_is_finite(vertex.value) for vertex in vertices]
    found, phase = None, "forward"
    for number, vertex in enumerate(vertices):
        given = [finite[source] for source in vertex.sources]
        if finite[number] is False and given and all(given):
            found = number
            break
    if found is None:
        phase = "backward"
        for number in reversed(range(len(vertices))):
            vertex = vertices[number]
            if _is_finite(vertex.gradient) and any(
                _is_finite(vertices[source].gradient) is False for source in vertex.sources
            ):
                found = number
                break
    if found is None:
        return graph
    marked = list(vertices)
    marked[found] = altered(marked[found], origin=phase)
    return graph.renewed(marked)


def _is_finite(quantity: Quantity | None) -> bool | None:
    """Whether all numbers are finite; None where they are not known."""
    if quantity is None or quantity.values is None:
        return None
    if quantity.values.dtype.kind not in "fc":
        return True
    return bool(np.isfinite(quantity.values).all())
