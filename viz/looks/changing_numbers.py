"""Figures whose numbers can be changed in the page, which then computes everything anew.

The page has a table of formulas in JavaScript. A figure says with which of its texts belongs which
number by being composed a second time, with a mark in place of every number; whatever a style
writes, the page fills the numbers into the same templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from viz.looks.figure_model import Model
from viz.looks.style import Style
from viz.numerals import Numerals
from viz.records import Graph, Live, Local, Quantity, Refusal, Vertex
from viz.text import clean

Composer = Callable[[Graph, Style], Model]

MOST_VERTICES = 100
# Operations whose derivative has another formula for other numbers: the page writes its value.
_BY_CASES = frozenset(("elu", "leaky_relu", "maximum", "minimum", "relu"))
_FIRST_MARK = 0xE000  # of the private use area: no font has letters there
_FINER = 3200  # added to the mark of a number that is written with more digits
_MARKED = 2.0**50  # from here on a number is a mark


@lru_cache(maxsize=1)
def formulas() -> dict[str, int]:
    """Every operation that the page can compute, with the number of its arguments."""
    text = files("viz").joinpath("assets/formulas.js").read_text("utf-8")
    found = re.findall(r"^  (\w+): \[\(?([\w, ]+?)\)? =>", text, re.MULTILINE)
    return {name: arguments.count(",") + 1 for name, arguments in found}


def live(full: Graph, shown: Graph, style: Style, compose: Composer) -> Live | Refusal:
    """What a page needs to compute a figure anew.

    Args:
        full: The graph with all of its operations, and its chain rule.
        shown: The same as it is drawn.
        style: How it is drawn.
        compose: Composes its figure.

    Returns:
        The data, to be written on demand, or why there is none.
    """
    if len(full.vertices) > MOST_VERTICES:
        return Refusal("no_change_size", {"count": MOST_VERTICES})
    for vertex in full.vertices:
        refusal = _refusal(vertex)
        if refusal is not None:
            return refusal
    if not any(map(_may_change, full.vertices)):
        return Refusal("no_change_leaf", {})
    plain = Graph(full.vertices), Graph(shown.vertices)  # without the engine's nodes
    return Live(_Recipe(*plain, style, compose).data)


def _refusal(vertex: Vertex) -> Refusal | None:
    name = clean(vertex.name or vertex.alias or vertex.symbol)
    value = vertex.value
    if vertex.cut:
        return Refusal("no_change_cut", {"name": name})
    if value is None or value.values is None or value.shape:
        return Refusal("no_change_array", {"name": name, "shape": value.shape if value else "?"})
    if value.values.dtype.kind not in "iuf" or not np.isfinite(value.values):
        return Refusal("no_change_number", {"name": name})
    if vertex.gradient is not None and not _is_finite(vertex.gradient):
        return Refusal("no_change_number", {"name": f"∂/∂{name}"})
    if vertex.updated is not None and vertex.rate is None:
        return Refusal("no_change_update", {"name": name})
    if not vertex.is_leaf:
        known = formulas().get(vertex.operation)
        if known != len(vertex.sources) or vertex.keywords:
            return Refusal("no_change_operation", {"operation": clean(vertex.operation)})
    return None


def _is_finite(quantity: Quantity) -> bool:
    values = quantity.values
    return values is not None and values.dtype.kind == "f" and bool(np.isfinite(values).all())


def _may_change(vertex: Vertex) -> bool:
    return vertex.is_leaf and not vertex.is_plain_number


@dataclass(frozen=True)
class _Marks(Numerals):
    """Numerals that write a mark in place of a numbered number."""

    is_finer: bool = False

    def number(self, value: Any) -> str:
        if not isinstance(value, float) or value < _MARKED:
            return super().number(value)
        return chr(_FIRST_MARK + int(value - _MARKED) + _FINER * self.is_finer)

    def finer(self) -> Numerals:
        return replace(self, decimals=4, trim=True, is_finer=True)


class _Recipe:
    """A figure of numbers that can be computed anew.

    Args:
        full: The graph with all of its operations.
        shown: The same as it is drawn.
        style: How it is drawn.
        compose: Composes its figure.
    """

    def __init__(self, full: Graph, shown: Graph, style: Style, compose: Composer) -> None:
        self.full = full
        self.shown = shown
        self.style = style
        self.compose = compose
        self.numbers: list[tuple[str, int] | tuple[str, int, int]] = []
        self.known: list[float] = []
        self._marks: dict[int, int] = {}  # id of a quantity -> its number
        self.seeds = dict(self._seeds())
        for number, vertex in enumerate(full.vertices):
            self._number_all(number, vertex)

    def _number_all(self, number: int, vertex: Vertex) -> None:
        if not vertex.is_plain_number:
            self._add(vertex.value, "value", number)
        if number not in self.seeds:
            self._add(vertex.gradient, "gradient", number)
        self._add(vertex.updated, "updated", number)
        for slot, local in enumerate(vertex.locals):
            if local is not None:
                self._add(local.factor, "local", number, slot)
                self._add(local.passed, "passed", number, slot)
        users = [(n, s) for n, s in self.full.uses[number] if self.full.vertices[n].reached]
        if len(users) == len(vertex.arrivals):
            for arrival, (user, slot) in zip(vertex.arrivals, users, strict=True):
                self._add(arrival, "passed", user, slot)

    def _add(self, quantity: Quantity | None, *where: Any) -> None:
        if quantity is not None and quantity.values is not None:
            self._marks[id(quantity)] = len(self.numbers)
            self.numbers.append(where)
            self.known.append(float(quantity.values))

    # ------------------------------------------------------------------ templates

    def _marked(self, quantity: Quantity | None) -> Quantity | None:
        if quantity is None or id(quantity) not in self._marks:
            return quantity
        return replace(quantity, values=np.array(_MARKED + self._marks[id(quantity)]))

    def _marked_local(self, operation: str, local: Local | None) -> Local | None:
        if local is None:
            return None
        return replace(
            local,
            formula="" if operation in _BY_CASES else local.formula,
            factor=self._marked(local.factor),
            passed=self._marked(local.passed),
        )

    def _templates(self) -> Graph:
        return Graph(
            tuple(
                replace(
                    vertex,
                    value=self._marked(vertex.value),
                    gradient=self._marked(vertex.gradient),
                    updated=self._marked(vertex.updated),
                    contribution=self._marked(vertex.contribution),
                    arrivals=tuple(filter(None, map(self._marked, vertex.arrivals))),
                    locals=tuple(
                        self._marked_local(vertex.operation, local) for local in vertex.locals
                    ),
                )
                for vertex in self.shown.vertices
            )
        )

    # ------------------------------------------------------------------ for the page

    def data(self) -> dict[str, Any]:
        """Everything as lists and numbers."""
        look, vertices = self.style.numerals, self.full.vertices
        marks = _Marks(look.decimals, look.significant, look.trim)
        model = self.compose(self._templates(), replace(self.style, numerals=marks))
        double = all(v.value is None or v.value.dtype == "float64" for v in vertices
                     if v.differentiable)  # fmt: skip
        return {
            "values": [float(vertex.value.values) for vertex in vertices],  # type: ignore[union-attr, arg-type]
            "calls": [
                [number, vertex.operation, vertex.sources]
                for number, vertex in enumerate(vertices)
                if not vertex.is_leaf
            ],
            "seeds": list(self.seeds.items()),
            "rates": [vertex.rate or 0 for vertex in vertices],
            "leaves": [
                [number, clean(vertex.name or vertex.alias)]
                for number, vertex in enumerate(vertices)
                if _may_change(vertex)
            ],
            "numbers": self.numbers,
            "known": self.known,
            "tolerance": 1e-9 if double else 1e-3,
            "numerals": [
                {"decimals": each.decimals, "significant": each.significant, "trim": each.trim}
                for each in (look, look.finer())
            ],
            "finer": _FINER,
            "texts": [
                [number, index, text.content]
                for number, node in enumerate(model.nodes)
                for index, text in enumerate(node.drawing.texts)
                if _has_marks(text.content)
            ],
            "titles": [node.label.description for node in model.nodes],
            "steps": [
                {
                    "words": step.words,
                    "questions": [
                        [q.words, int(q.answer[0] - _MARKED), q.written] for q in step.questions
                    ],
                }
                for step in model.story
            ],
            "checks": [[check.difference.number, check.written] for check in model.checks],
        }  # fmt: skip

    def _seeds(self) -> Iterator[tuple[int, float]]:
        """Where backward began, and with what."""
        vertices = self.full.vertices
        for number, vertex in enumerate(vertices):
            used = any(vertices[user].reached for user, _ in self.full.uses[number])
            begins = vertex.reached and not used and (vertex.root or not vertex.is_leaf)
            if begins and vertex.gradient is not None:
                yield number, float(vertex.gradient.values)  # type: ignore[arg-type]


def _has_marks(text: str) -> bool:
    return any(_FIRST_MARK <= ord(character) <= 0xF8FF for character in text)
