"""The optimizer's update in a graph: what every parameter was, and what it became."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.internals import Leaf
from viz.reading.graph import quantity
from viz.reading.tape import Tape
from viz.records import Array, Graph, Vertex, altered

_DIGITS = 4  # of a learning rate that is found from the numbers


def with_updates(graph: Graph, tape: Tape | None, learning_rate: float | None) -> Graph:
    """Show parameters as they were used, and add what an update made of them.

    Args:
        graph: A graph as `read` returns it.
        tape: What saw an optimizer change the parameters, if any.
        learning_rate: For parameters that no tape saw change, one step of gradient descent at
            this rate.

    Returns:
        The graph, in which parameters have what they became.
    """
    vertices = list(graph.vertices)
    for number, source in graph.nodes.items():
        vertex, users = vertices[number], graph.uses[number]
        if tape is not None and isinstance(source.node, Leaf) and users:
            user = graph.nodes[users[0][0]].node.sequence
            vertices[number] = _as_taped(vertex, tape, source.node, user)
        if vertices[number].updated is None and learning_rate is not None:
            after = _descended(vertices[number], learning_rate)
            if after is not None:
                vertices[number] = altered(
                    vertices[number], updated=quantity(after), rate=learning_rate
                )
    return graph.renewed(vertices)


def _as_taped(vertex: Vertex, tape: Tape, leaf: Leaf, user: int) -> Vertex:
    """A leaf with what a tape saw of it: the value that was used, and what it became."""
    used, update = tape.used_value(leaf, user), tape.update_of(leaf, user)
    if used is not None and vertex.value is not None and vertex.value.values is None:
        vertex = altered(vertex, value=quantity(used))
    if update is None:
        return vertex
    gradient = vertex.gradient
    if gradient is None or gradient.values is None:  # it was cleared since
        gradient = None if update.gradient is None else quantity(update.gradient)
    return altered(
        vertex,
        gradient=gradient,
        reached=gradient is not None,
        updated=quantity(update.after),
        rate=None if gradient is None else _rate(update.before, gradient.values, update.after),
    )


def _descended(vertex: Vertex, learning_rate: float) -> Any:
    value, gradient = vertex.value, vertex.gradient
    if vertex.kind != "parameter" or value is None or gradient is None:
        return None
    if value.values is None or gradient.values is None:
        return None
    return value.values - learning_rate * gradient.values


def _rate(before: Array, gradient: Array | None, after: Array) -> float | None:
    """The r of `after = before - r · gradient`, if one r of few digits does for all elements."""
    if gradient is None or not gradient.size:
        return None
    before, gradient, after = (np.ravel(each) for each in (before, gradient, after))
    largest = np.abs(gradient).argmax()
    if not gradient[largest]:
        return None
    ratio = (before[largest] - after[largest]) / gradient[largest]
    rate = float(f"{ratio.real:.{_DIGITS}g}")
    # What a subtraction loses are the last digits of the larger operand.
    slack = 4 * np.finfo(before.dtype).eps * np.maximum(np.abs(before), np.abs(rate * gradient))
    return rate if bool((np.abs(before - rate * gradient - after) <= slack).all()) else None
