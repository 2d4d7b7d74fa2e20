"""Neurons in a graph: which operations are a weighted sum, its bias and its activation.

A unit is found in matrices (`linear`, `x @ W + b`) and in plain numbers (`w1 * x1 + w2 * x2 + b`)
alike. Of a batch one example is shown, with its share of every weight's gradient.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from viz.records import Graph, Quantity, Vertex

Key = tuple[int, int]  # vertex of the activation, element


@dataclass
class Weight:
    """A weight of a unit, an element of a vertex; `source` is None for the bias."""

    vertex: int
    source: Key | None
    value: Any
    gradient: Any
    after: Any = None  # an update
    name: str = ""


@dataclass
class Unit:
    """One neuron, or an input (which has no weights)."""

    key: Key
    name: str
    value: Any
    weights: list[Weight] = field(default_factory=list)
    kind: str = "operation"


class Units:
    """The units of a graph in the order of computation; empty where it has no weighted sums.

    Args:
        graph: A graph as `read` returns it.
        sample: Which example of a batch.
    """

    def __init__(self, graph: Graph, sample: int = 0) -> None:
        self.vertices = graph.vertices
        self.sample = sample
        self.examples = 1  # in the batch
        self.shared = True  # whether gradients are the example's share, not of the whole batch
        self.uses = graph.uses
        self.units: dict[Key, Unit] = {}
        self.inside: set[int] = set()  # vertices that are part of a sum
        sums = self._sums()
        # Of every weighted sum the vertex of its activation.
        self.end_of = {number: self._activation(number) for number in sums}
        for number in sums:
            value = self.vertices[number].value
            shape = () if value is None else value.shape
            self.examples = max(self.examples, int(np.prod(shape[:-1])))
            self.shared = self.shared and _values(self.vertices[number].gradient) is not None
        if any(vertex.updated is not None for vertex in graph.vertices):
            self.shared = False  # an update comes from the whole batch
        for number, addends in sums.items():
            self._add_units(number, addends)

    # ------------------------------------------------------------------ weighted sums

    def _sums(self) -> dict[int, list[tuple[str, int, int]]]:
        """Every maximal weighted sum: (kind, weight, input) per product, (kind, bias, -1)."""
        sums: dict[int, list[tuple[str, int, int]]] = {}
        for number in reversed(range(len(self.vertices))):
            if number in self.inside or self.vertices[number].kind != "operation":
                continue
            members: list[int] = []
            addends = self._addends(number, members)
            if addends and any(kind != "bias" for kind, _, _ in addends):
                sums[number] = addends
                self.inside.update(members)
        return dict(sorted(sums.items()))

    def _addends(self, number: int, members: list[int]) -> list[tuple[str, int, int]] | None:
        """The products and biases that a vertex adds up; None if it does anything else."""
        found: list[tuple[str, int, int]] = []
        waiting = [number]
        while waiting:
            at = waiting.pop()
            vertex = self.vertices[at]
            if at != number and vertex.kind == "operation" and len(self.uses[at]) > 1:
                return None
            if vertex.kind == "parameter":
                found.append(("bias", at, -1))
            elif vertex.operation == "add":
                waiting += reversed(vertex.sources)
            elif (product := self._product(vertex)) is not None:
                found += product
            else:
                return None
            members.append(at)
        return found

    def _product(self, vertex: Vertex) -> list[tuple[str, int, int]] | None:
        sources = vertex.sources
        if vertex.operation == "linear":
            bias = [("bias", sources[2], -1)] if len(sources) > 2 else []
            return [("rows", sources[1], sources[0]), *bias]
        if vertex.operation in ("matmul", "dot") and len(sources) == 2:
            first, second = sources
            for weight, other, kind in ((second, first, "columns"), (first, second, "rows")):
                read = self.vertices[weight]
                if read.kind == "parameter" and _rank(read) == 2:
                    return [(kind, weight, other)]
                if read.operation == "transpose" and self._is_weight(read.sources[0]):
                    turned = "rows" if kind == "columns" else "columns"
                    return [(turned, read.sources[0], other)]
            return None
        if vertex.operation == "mul" and _rank(vertex) == 0:
            weights = [n for n in sources if self._is_weight(n)]
            named = [n for n in weights if (self.vertices[n].name or "").lower().startswith("w")]
            if not weights or len(set(sources)) < 2:
                return None
            weight = (named or weights)[0]
            other = sources[1] if sources[0] == weight else sources[0]
            return None if self.vertices[other].is_plain_number else [("number", weight, other)]
        return None

    def _is_weight(self, number: int) -> bool:
        return self.vertices[number].kind == "parameter"

    def _activation(self, number: int) -> int:
        """The last vertex of the functions that one sum alone goes through."""
        at = number
        while len(self.uses[at]) == 1 and not (at != number and self.vertices[at].name):
            following = self.uses[at][0][0]
            vertex = self.vertices[following]
            inputs = [n for n in vertex.sources if not self.vertices[n].is_plain_number]
            here, after = self.vertices[at].value, vertex.value
            if len(inputs) != 1 or here is None or after is None or here.shape != after.shape:
                break
            if following in self.inside:
                break
            at = following
        return at

    # ------------------------------------------------------------------ units

    def _add_units(self, number: int, addends: list[tuple[str, int, int]]) -> None:
        end = self.end_of[number]
        vertex = self.vertices[end]
        names = vertex.name or self.vertices[number].name or ""
        size = 1 if _rank(vertex) == 0 else int(vertex.value.shape[-1])  # type: ignore[union-attr]
        for element in range(size):
            label = names if size == 1 else f"{names}{element + 1}" if names else ""
            unit = Unit((end, element), label, self._element(vertex.value, element))
            for addend in addends:
                unit.weights += self._weights(number, addend, element)
            self.units[unit.key] = unit

    def _weights(self, number: int, addend: tuple[str, int, int], element: int) -> Iterator[Weight]:
        kind, weight, source = addend
        share = None  # what the example sends back to the sum
        if self.shared and self.examples > 1:
            share = self._element(self.vertices[number].gradient, element)
        vertex = self.vertices[weight]
        name = vertex.name or ""
        value, gradient, after = map(_values, (vertex.value, vertex.gradient, vertex.updated))
        if kind in ("bias", "number"):
            key = None if kind == "bias" else self._input(source, 0)
            known, slope, new = (
                _flat(each, element) for each in (vertex.value, vertex.gradient, vertex.updated)
            )
            slope = slope if share is None or kind != "bias" or slope is None else share
            yield Weight(weight, key, known, slope, new, name)
            return
        shape = vertex.value.shape if vertex.value else (0, 0)
        for index in range(shape[1] if kind == "rows" else shape[0]):
            at = (element, index) if kind == "rows" else (index, element)
            slope = None if gradient is None else gradient[at]
            arriving = self._element(self.vertices[source].value, index)
            if share is not None and slope is not None:
                slope = None if arriving is None else share * arriving
            yield Weight(
                weight,
                self._input(source, index),
                None if value is None else value[at],
                slope,
                None if after is None else after[at],
            )

    def _input(self, number: int, element: int) -> Key:
        """The unit that a weight reads; made where it is an input of the network."""
        key = (number, element)
        if key not in self.units:
            vertex = self.vertices[number]
            name = vertex.name or ""
            many = _rank(vertex) > 0
            label = f"{name}{element + 1}" if name and many else name
            value = self._element(vertex.value, element)
            self.units[key] = Unit(key, label, value, kind="input")
        return key

    def _element(self, quantity: Quantity | None, element: int) -> Any:
        """One element of the example; None where it is not known."""
        values = _values(quantity)
        if values is None or not values.size:
            return None
        rows = np.asarray(values).reshape(-1, values.shape[-1] if values.ndim else 1)
        row = rows[self.sample % len(rows)]
        return row[element % row.size]


def _rank(vertex: Vertex) -> int:
    return len(vertex.value.shape) if vertex.value else 0


def _values(quantity: Quantity | None) -> Any:
    return None if quantity is None else quantity.values


def _flat(quantity: Quantity | None, element: int) -> Any:
    """One element of a bias, or of a number; None where it is not known."""
    values = _values(quantity)
    if values is None or not values.size:
        return None
    return np.ravel(values)[element % values.size]
