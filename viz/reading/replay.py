"""A recorded graph that runs again on moved numbers: gradients by finite differences.

This knows no derivative rule: it calls the operations of the graph, nothing else, and so it is a
check on every rule. Nothing is computed before somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from autograd.internals import SELECT, Op
from viz.numerals import WRITTEN_ELEMENTS
from viz.reading.graph import quantity
from viz.records import Difference, Graph, Quantity, Vertex, altered

_MOST_VERTICES = 150
_LARGEST = 1024  # elements of an argument
_MOST_CALLS = 20_000  # of operations, for all differences of a figure together
_STEP = 1e-5  # times the size of the number that is moved


class _Call(NamedTuple):
    """One operation of the graph: the vertex of each argument slot (None for one not given)."""

    op: Op
    arguments: tuple[int | None, ...]
    keywords: Mapping[str, Any]


class _CannotRun(Exception):
    """Something of the graph was not kept, or is no real number."""


def with_differences(graph: Graph) -> Graph:
    """Give every gradient that is written out a way to be checked by finite differences.

    Args:
        graph: A graph as `read` returns it, with its chain rule.

    Returns:
        The graph; unchanged where it cannot run again, or its gradients are not those of one
        backward pass.
    """
    checked = [
        number
        for number, vertex in enumerate(graph.vertices)
        if vertex.reached and vertex.results == 1 and _is_written(vertex.gradient)
    ]
    if not checked or len(graph.vertices) > _MOST_VERTICES:
        return graph
    try:
        replay = Replay(graph)
    except _CannotRun:
        return graph
    vertices = list(graph.vertices)
    for number in checked:
        if number not in replay.accumulated:
            vertices[number] = altered(
                vertices[number], difference=Difference(number, partial(replay.checked, number))
            )
    return graph.renewed(vertices)


def _is_written(gradient: Quantity | None) -> bool:
    return gradient is not None and int(np.prod(gradient.shape)) <= WRITTEN_ELEMENTS


class Replay:
    """The operations of a graph with copies of their arguments, all in double precision.

    Args:
        graph: A graph as `read` returns it, with its chain rule.

    Raises:
        _CannotRun: If the graph cannot run again.
    """

    def __init__(self, graph: Graph) -> None:
        self.calls: dict[int, _Call] = {}
        self.given: dict[int, Any] = {}
        self.accumulated: set[int] = set()  # leaves with more in `.grad` than the graph's pass
        self.seeds: dict[int, Any] = {}
        self._left = _MOST_CALLS
        for number, vertex in enumerate(graph.vertices):
            if vertex.sources:
                self.calls[number] = _call(graph, number)
            else:
                self.given[number] = _copied(vertex.value)
        passes = {source.pass_number for n, source in graph.nodes.items() if n in self.calls}
        if len(passes - {0}) > 1:
            raise _CannotRun
        for number, vertex in enumerate(graph.vertices):
            if vertex.reached:
                self._note_seed(graph, number, vertex)
        self.results = {number: _copied(graph.vertices[number].value) for number in self.seeds}

    def _note_seed(self, graph: Graph, number: int, vertex: Vertex) -> None:
        """The seed of a last vertex; of all others, see that the graph explains the gradient."""
        users = [(n, slot) for n, slot in graph.uses[number] if graph.vertices[n].reached]
        if not users:
            self.seeds[number] = _copied(vertex.gradient)
            return
        if vertex.gradient is None or vertex.gradient.values is None:
            return
        locals_of = [graph.vertices[n].locals for n, _ in users]
        parts = [
            locals_[slot].passed if slot < len(locals_) and locals_[slot] else None  # type: ignore[union-attr]
            for locals_, (_, slot) in zip(locals_of, users, strict=True)
        ]
        known = [part.values for part in parts if part is not None and part.values is not None]
        if len(known) < len(users):
            return
        total = sum(values.astype(np.complex128) for values in known)
        if not np.allclose(total, vertex.gradient.values, rtol=1e-3, atol=1e-6, equal_nan=True):
            if number in self.calls:
                raise _CannotRun  # it is a root of its own, or was reached by other passes
            self.accumulated.add(number)

    @cached_property
    def _values(self) -> dict[int, Any] | None:
        """The value of every vertex; None where they are not what the program computed."""
        try:
            values = self._run(dict(self.given))
        except Exception:  # a user's operation may do anything, and a page is written all the same
            return None
        for number, result in self.results.items():
            if not np.allclose(values[number], result, rtol=1e-4, atol=1e-6):
                return None
        lower = (np.float16, np.float32)  # a graph that rounds has no differences to speak of
        rounds = any(getattr(value, "dtype", None) in lower for value in values.values())
        return None if rounds else values

    def _run(self, values: dict[int, Any], moved: int = -1) -> dict[int, Any]:
        """Run what depends on one vertex, or everything; `values` are changed."""
        changed = {moved}
        for number, call in self.calls.items():
            if moved >= 0 and (number == moved or changed.isdisjoint(call.arguments)):
                continue
            changed.add(number)
            arguments = [None if n is None else values[n] for n in call.arguments]
            if call.op is SELECT:
                values[number] = values[call.arguments[0] or 0][call.keywords["index"]]
            else:
                values[number] = call.op.call_body(arguments, call.keywords)
            self._left -= 1
        return values

    def checked(self, number: int) -> Quantity | None:
        """The differences of one vertex, without a word about overflow on the way."""
        with np.errstate(all="ignore"):
            return self.difference(number)

    def difference(self, number: int) -> Quantity | None:
        """`(L(x + h) − L(x − h)) / 2h` for every element of one vertex.

        L is the result of the graph, or the sum of its results times their seeds.
        """
        if self._values is None:
            return None
        value = np.asarray(self._values[number])
        slopes = np.empty(value.shape)
        for position in np.ndindex(value.shape):
            if self._left <= 0:
                return None
            step = _STEP * max(1.0, abs(float(value[position])))
            results = [self._objective(number, moved) for moved in _moved(value, position, step)]
            slopes[position] = (results[1] - results[0]) / (2 * step)
        return quantity(slopes)

    def _objective(self, number: int, value: Any) -> float:
        values = self._run({**(self._values or {}), number: value}, number)
        return float(sum(np.sum(seed * values[n]) for n, seed in self.seeds.items()))


def _call(graph: Graph, number: int) -> _Call:
    vertex = graph.vertices[number]
    if number not in graph.nodes:
        raise _CannotRun
    node, filled, _ = graph.nodes[number]
    slots: list[int | None] = [None] * len(node.edges)
    for slot, source in zip(filled, vertex.sources, strict=True):
        slots[slot] = source
    assert node.op is not None  # every node but a leaf has one
    keywords = {}
    for name, value in (node.keywords or node.op.keywords).items():
        if isinstance(value, np.ndarray) and value.size > _LARGEST:
            raise _CannotRun
        keywords[name] = value.copy() if isinstance(value, np.ndarray) else value
    return _Call(node.op, tuple(slots), keywords)


def _copied(known: Quantity | None) -> Any:
    """Real numbers in double precision; everything else as it is."""
    if known is None or known.values is None or known.values.size > _LARGEST:
        raise _CannotRun
    kind = known.values.dtype.kind
    if kind == "c":
        raise _CannotRun
    return (known.values.astype(np.float64) if kind == "f" else known.values.copy())[()]


def _moved(value: Any, position: tuple[int, ...], step: float) -> Iterator[Any]:
    for shift in (-step, step):
        moved = value.copy()
        moved[position] += shift
        yield moved[()]
