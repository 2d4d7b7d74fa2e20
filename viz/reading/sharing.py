"""Arrays whose memory the user shares, as `from_numpy` does: what was written there went unnoticed.

An operation that would give another result today shows that its arguments are not what they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from viz.records import Graph, Source, Vertex, altered


def with_shared_memory(graph: Graph) -> Graph:
    """Take out the numbers of leaves and constants that are no longer those that were used.

    Args:
        graph: A graph as `read` returns it.

    Returns:
        The graph itself where nothing was written to shared memory.
    """
    shared = {number for number, vertex in enumerate(graph.vertices) if _is_shared(vertex)}
    if not shared:
        return graph
    vertices = list(graph.vertices)
    for number, source in graph.nodes.items():
        at_fault = shared.intersection(vertices[number].sources)
        if at_fault and _gives_another_result(graph, number, source):
            for each in at_fault:
                value = vertices[each].value
                assert value is not None  # it is shared
                lost = replace(value, values=None, missing="written_to")
                vertices[each] = altered(vertices[each], value=lost)
    return graph.renewed(vertices)


def _is_shared(vertex: Vertex) -> bool:
    values = None if vertex.value is None or not vertex.is_leaf else vertex.value.values
    return values is not None and values.base is not None and values.ndim > 0


def _gives_another_result(graph: Graph, number: int, source: Source) -> bool:
    """Whether an operation, on the arguments as they are today, gives something else than then."""
    node, filled, _ = source
    vertex = graph.vertices[number]
    then = None if vertex.value is None else vertex.value.values
    if then is None or node.op is None:
        return False
    arguments: list[Any] = [None] * len(node.edges)
    for slot, given in zip(filled, vertex.sources, strict=True):
        quantity = graph.vertices[given].value
        if quantity is None or quantity.values is None:
            return False
        arguments[slot] = quantity.values[()]
    try:
        today = np.asarray(node.op.call_body(arguments, node.keywords or node.op.keywords))
    except Exception:  # a user's operation may do anything, and is drawn all the same
        return False
    exact = then.dtype.kind not in "fc"
    close = 0.0 if exact else float(np.finfo(then.dtype).eps) ** 0.5
    return not np.allclose(today, then, rtol=close, atol=close, equal_nan=not exact)
