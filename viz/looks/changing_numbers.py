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
from viz.looks.quantities import is_written
from viz.looks.style import Style
from viz.numerals import WRITTEN_ELEMENTS, Numerals
from viz.reading.movable import told
from viz.records import Array, Graph, Live, Local, Quantity, Refusal, Vertex, altered
from viz.text import clean

Composer = Callable[[Graph, Style], Model]

MOST_VERTICES = 100
# Operations whose derivative has another formula for other numbers: the page writes its value.
_BY_CASES = frozenset(("elu", "leaky_relu", "maximum", "minimum", "relu"))
# Formulas of their own.
_BY_KEYWORDS: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {
    ("gelu", (("approximate", "tanh"),)): "gelu_tanh"
}
_FIRST_MARK = 0xE000  # of the private use area: no font has letters there
# Added to the mark of a number of an array whose numbers are aligned, and to that of a number that
# is written with more digits.
_ALIGNED, _FINER = 1600, 3200
_MARKED = 2.0**50  # from here on a number is a mark
_RATE = 0.1  # of one more step of training, where the figure has none of its own


@lru_cache(maxsize=1)
def formulas() -> dict[str, int]:
    """Every operation that the page can compute, with the number of its arguments."""
    assets = files("viz").joinpath("assets")
    text = "".join(
        assets.joinpath(name).read_text("utf-8") for name in ("formulas.js", "more_formulas.js")
    )
    found = re.findall(r"^  (\w+): \[\(?([\w, ]+?)\)? =>", text, re.MULTILINE)
    return {name: arguments.count(",") + 1 for name, arguments in found}


def live(
    full: Graph, shown: Graph, style: Style, compose: Composer, arrays: bool = True
) -> Live | Refusal:
    """What a page needs to compute a figure anew.

    Args:
        full: The graph with all of its operations, and its chain rule.
        shown: The same as it is drawn.
        style: How it is drawn.
        compose: Composes its figure.
        arrays: Whether the figure shows the numbers of arrays as they are.

    Returns:
        The data, to be written on demand, or why there is none.
    """
    if len(full.vertices) > MOST_VERTICES:
        return Refusal("no_change_size", {"count": MOST_VERTICES})
    full = _with_first_results(full)
    largest = WRITTEN_ELEMENTS if arrays else 0
    for vertex in full.vertices:
        refusal = _refusal(vertex, largest)
        if refusal is not None:
            return refusal
    if not any(map(_may_change, full.vertices)):
        return Refusal("no_change_leaf", {})
    calls = []
    for number, vertex in enumerate(full.vertices):
        if not vertex.is_leaf:
            call = _call(full, number)
            if call is None:
                return Refusal("no_change_operation", {"operation": clean(vertex.operation)})
            calls.append(call)
    plain = Graph(full.vertices), Graph(shown.vertices)  # without the engine's nodes
    recipe = _Recipe(*plain, calls, style, compose)
    if len(recipe.known) >= _ALIGNED:
        return Refusal("no_change_size", {"count": MOST_VERTICES})
    return Live(recipe.data)


def _with_first_results(full: Graph) -> Graph:
    """Let an operation of which only the first result is used have that as its own."""
    vertices = list(full.vertices)
    for number, vertex in enumerate(vertices):
        users = [vertices[user] for user, _ in full.uses[number]]
        if vertex.results > 1 and [dict(each.keywords).get("index") for each in users] == ["0"]:
            vertices[number] = altered(vertex, value=users[0].value, results=1)
    return Graph(tuple(vertices), full.nodes)


def _refusal(vertex: Vertex, largest: int) -> Refusal | None:
    name = clean(vertex.name or vertex.alias or vertex.symbol)
    value = vertex.value
    if vertex.cut:
        return Refusal("no_change_cut", {"name": name})
    if value is None or value.values is None or not is_written(value.shape, largest):
        return Refusal("no_change_array", {"name": name, "shape": value.shape if value else "?"})
    if value.values.dtype.kind not in "iuf" or not np.isfinite(value.values).all():
        return Refusal("no_change_number", {"name": name})
    if vertex.gradient is not None and not _is_finite(vertex.gradient):
        return Refusal("no_change_number", {"name": f"∂/∂{name}"})
    if vertex.updated is not None and vertex.rate is None:
        return Refusal("no_change_update", {"name": name})
    return None


def _call(full: Graph, number: int) -> list[Any] | None:
    """One call for the page; None if it cannot compute it."""
    vertex = full.vertices[number]
    name = _BY_KEYWORDS.get((vertex.operation, vertex.keywords), vertex.operation)
    renamed = name != vertex.operation
    plain = formulas().get(name) == len(vertex.sources) and (renamed or not vertex.keywords)
    is_sum = vertex.operation == "sum" and _is_array(full.vertices[vertex.sources[0]])
    about = told(full, number) if is_sum or not plain else None
    if not plain and about is None:
        return None
    shape = list(vertex.value.shape) if vertex.value is not None else []
    return [number, name, list(vertex.sources), shape, about]


def _is_array(vertex: Vertex) -> bool:
    return vertex.value is not None and vertex.value.shape != ()


def _is_finite(quantity: Quantity) -> bool:
    values = quantity.values
    return values is not None and values.dtype.kind == "f" and bool(np.isfinite(values).all())


def _may_change(vertex: Vertex) -> bool:
    if _is_array(vertex) and not _is_real(vertex.value):  # such as the numbers of classes
        return False
    return vertex.is_leaf and not vertex.is_plain_number


def _is_real(quantity: Quantity | None) -> bool:
    return (
        quantity is not None and quantity.values is not None and quantity.values.dtype.kind == "f"
    )


@dataclass(frozen=True)
class _Marks(Numerals):
    """Numerals that write a mark in place of a numbered number."""

    is_finer: bool = False

    def number(self, value: Any) -> str:
        if not isinstance(value, float) or value < _MARKED:
            return super().number(value)
        return chr(_FIRST_MARK + int(value - _MARKED) + _FINER * self.is_finer)

    def array(self, values: Array) -> list[str]:
        if values.dtype.kind != "f" or not (values >= _MARKED).all():
            return super().array(values)
        return [self.number(value + _ALIGNED) for value in values.ravel().tolist()]

    def finer(self) -> Numerals:
        return replace(self, decimals=4, trim=True, in_arrays=None, is_finer=True)


class _Recipe:
    """A figure of numbers that can be computed anew.

    Args:
        full: The graph with all of its operations.
        shown: The same as it is drawn.
        calls: Its operations for the page.
        style: How it is drawn.
        compose: Composes its figure.
    """

    def __init__(
        self, full: Graph, shown: Graph, calls: list[Any], style: Style, compose: Composer
    ) -> None:
        self.style = style
        self.compose = compose
        self.quantities: list[tuple[str, int, int, int]] = []
        self.known: list[float] = []
        self._marks: dict[int, int] = {}  # id of a quantity -> the number of its first element
        self.seeds = dict(_seeds(full))
        for number, vertex in enumerate(full.vertices):
            self._number_all(full, number, vertex)
        # No array of the graph is kept: it may be the program's own, which changes it.
        self.computed = {**_computed(full), "calls": calls, "seeds": list(self.seeds.items())}
        self.templates = self._templates(shown)

    def _number_all(self, full: Graph, number: int, vertex: Vertex) -> None:
        if not vertex.is_plain_number:
            self._add(vertex.value, "value", number)
        if number not in self.seeds:
            self._add(vertex.gradient, "gradient", number)
        self._add(vertex.updated, "updated", number)
        for slot, local in enumerate(vertex.locals):
            if local is not None:
                self._add(local.factor, "local", number, slot)
                if local.passed is not None and not local.passed.shape:  # of arrays none is shown
                    self._add(local.passed, "passed", number, slot)
        users = [(n, s) for n, s in full.uses[number] if full.vertices[n].reached]
        if len(users) == len(vertex.arrivals):
            for arrival, (user, slot) in zip(vertex.arrivals, users, strict=True):
                self._add(arrival, "passed", user, slot)

    def _add(self, quantity: Quantity | None, kind: str, number: int, slot: int = 0) -> None:
        if quantity is None or quantity.values is None:
            return
        if quantity.shape and not _is_real(quantity):
            return  # the numbers of classes stay what they are
        self._marks[id(quantity)] = len(self.known)
        values = quantity.values.ravel().tolist()
        self.quantities.append((kind, number, slot, len(values)))
        self.known.extend(map(float, values))

    # ------------------------------------------------------------------ templates

    def _marked(self, quantity: Quantity | None) -> Quantity | None:
        if quantity is None or quantity.values is None:
            return quantity
        if id(quantity) not in self._marks:
            return replace(quantity, values=quantity.values.copy())
        marks = self._marks[id(quantity)] + np.arange(int(np.prod(quantity.shape)))
        return replace(quantity, values=(_MARKED + marks).reshape(quantity.shape))

    def _marked_local(self, operation: str, local: Local | None) -> Local | None:
        if local is None:
            return None
        return replace(
            local,
            formula="" if operation in _BY_CASES and local.factor is not None else local.formula,
            factor=self._marked(local.factor),
            passed=self._marked(local.passed),
        )

    def _templates(self, shown: Graph) -> Graph:
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
                for vertex in shown.vertices
            )
        )

    # ------------------------------------------------------------------ for the page

    def data(self) -> dict[str, Any]:
        """Everything as lists and numbers."""
        look = self.style.numerals
        marks = _Marks(look.decimals, look.significant, look.trim, look.in_arrays)
        model = self.compose(self.templates, replace(self.style, numerals=marks))
        return {
            **self.computed,
            "quantities": self.quantities,
            "known": self.known,
            "numerals": [
                {"decimals": each.decimals, "significant": each.significant, "trim": each.trim,
                 "in_arrays": each.in_arrays}
                for each in (look, look.finer())
            ],
            "aligned": _ALIGNED,
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
                        [q.words, [int(mark - _MARKED) for mark in q.answer], q.written]
                        for q in step.questions
                    ],
                }
                for step in model.story
            ],
            "checks": [[check.difference.number, check.written] for check in model.checks],
        }  # fmt: skip


def _computed(full: Graph) -> dict[str, Any]:
    """What the page computes with: the numbers of all vertices, and which of them can change."""
    vertices = full.vertices
    double = all(v.value is None or v.value.dtype == "float64" for v in vertices
                 if v.differentiable)  # fmt: skip
    return {
        "values": [_as_lists(vertex.value) for vertex in vertices],
        "names": [clean(vertex.name or vertex.alias or vertex.symbol) for vertex in vertices],
        "rates": [vertex.rate or 0 for vertex in vertices],
        "rate": _RATE,
        "trained": list(_trained(full)),
        "leaves": [
            [number, clean(vertex.name or vertex.alias)]
            for number, vertex in enumerate(vertices)
            if _may_change(vertex)
        ],
        "tolerance": 1e-9 if double else 1e-3,
    }


def _trained(full: Graph) -> Iterator[tuple[int, float]]:
    """What a step of training changes, and its own learning rate, if it has one."""
    vertices = list(enumerate(full.vertices))
    updated = [(number, vertex.rate) for number, vertex in vertices if vertex.rate]
    if updated:
        yield from updated
        return
    for number, vertex in vertices:
        if vertex.kind == "parameter" and vertex.gradient is not None:
            yield number, 0.0


def _seeds(full: Graph) -> Iterator[tuple[int, list[Any]]]:
    """Where backward began, and with what."""
    for number, vertex in enumerate(full.vertices):
        used = any(full.vertices[user].reached for user, _ in full.uses[number])
        begins = vertex.reached and not used and (vertex.root or not vertex.is_leaf)
        if begins and vertex.gradient is not None:
            yield number, _as_lists(vertex.gradient)


def _as_lists(quantity: Quantity | None) -> list[Any]:
    """Shape and numbers."""
    assert quantity is not None
    assert quantity.values is not None
    return [list(quantity.shape), list(map(float, quantity.values.ravel().tolist()))]


def _has_marks(text: str) -> bool:
    return any(_FIRST_MARK <= ord(character) <= 0xF8FF for character in text)
