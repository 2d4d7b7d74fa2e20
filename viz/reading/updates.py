"""The optimizer's update in a graph: what every parameter was, and what it became."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd.graph.node import Leaf
from viz.reading.graph import quantity
from viz.reading.tape import Tape, Update
from viz.records import Graph, Vertex

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
        vertex, update = vertices[number], None
        if tape is not None and isinstance(source.node, Leaf):
            update = tape.update_of(source.node)
        if update is not None:
            gradient = vertex.gradient if update.gradient is None else quantity(update.gradient)
            vertices[number] = replace(
                vertex,
                value=quantity(update.before),
                gradient=gradient,
                reached=gradient is not None,
                updated=quantity(update.after),
                rate=_rate(update),
                overwritten=False,
            )
        elif learning_rate is not None and (after := _descended(vertex, learning_rate)) is not None:
            vertices[number] = replace(vertex, updated=quantity(after), rate=learning_rate)
    return Graph(tuple(vertices), graph.nodes)


def _descended(vertex: Vertex, learning_rate: float) -> Any:
    value, gradient = vertex.value, vertex.gradient
    if vertex.kind != "parameter" or value is None or gradient is None:
        return None
    if value.values is None or gradient.values is None:
        return None
    return value.values - learning_rate * gradient.values


def _rate(update: Update) -> float | None:
    """The r of `after = before - r · gradient`, if one r of few digits does for all elements."""
    if update.gradient is None or not update.gradient.size:
        return None
    before, gradient, after = (
        np.ravel(each) for each in (update.before, update.gradient, update.after)
    )
    largest = np.abs(gradient).argmax()
    if not gradient[largest]:
        return None
    ratio = (before[largest] - after[largest]) / gradient[largest]
    rate = float(f"{ratio.real:.{_DIGITS}g}")
    # What a subtraction loses are the last digits of the larger operand.
    slack = 4 * np.finfo(before.dtype).eps * np.maximum(np.abs(before), np.abs(rate * gradient))
    return rate if bool((np.abs(before - rate * gradient - after) <= slack).all()) else None
