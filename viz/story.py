"""A figure as a story: what is shown step by step, in the order in which the engine works.

First the program builds the graph, then values flow forward, then the seed is planted, and every
operation passes its gradient on, in the true order of the backward pass: the operation created
last goes first. A tensor with several uses collects what arrives until its gradient is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from viz.graph import Graph, Quantity, Vertex
from viz.inlets import InletWriter
from viz.labels import Labels
from viz.text import clean

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Question:
    """A number to be predicted before it is shown."""

    words: str
    answer: float
    written: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Args:
        phase: "build", "forward", "seed", "backward" or "sum".
        words: What happens.
        shown: For "built", "valued", "passed" and "graded" the nodes that become so.
        wires: Wires along which something flows.
        questions: What can be asked before the step is shown.
    """

    phase: str
    words: str
    shown: Mapping[str, tuple[int, ...]]
    wires: tuple[int, ...] = ()
    questions: tuple[Question, ...] = field(default=())


class Teller:
    """Tells the story of one graph.

    Args:
        graph: The graph as it is drawn.
        labels: Names and numbers.
        words: The words of one language.
    """

    def __init__(self, graph: Graph, labels: Labels, words: Mapping[str, str]) -> None:
        self.vertices = graph.vertices
        self.uses = graph.uses
        self.labels = labels
        self.words = words
        self.inlets = InletWriter(labels.artist)
        self.wires: list[list[int]] = []  # of every vertex the numbers of the wires that arrive
        count = 0
        for vertex in self.vertices:
            self.wires.append(list(range(count, count + len(vertex.sources))))
            count += len(vertex.sources)

    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return (*self._forward(), *self._backward())

    # ------------------------------------------------------------------ forward

    def _forward(self) -> Iterator[Step]:
        leaves = tuple(n for n, vertex in enumerate(self.vertices) if vertex.is_leaf)
        inner = [n for n, vertex in enumerate(self.vertices) if not vertex.is_leaf]
        yield Step("build", self.words["step_leaves"], {"built": leaves})
        for number in inner:
            yield Step("build", self._built(number), {"built": (number,)},
                       tuple(self.wires[number]))  # fmt: skip
        yield Step("forward", self.words["step_given"], {"valued": leaves})
        for number in inner:
            value = self.vertices[number].value
            words = self.labels.expression(self.vertices[number])
            if written := self._number(value):
                words = f"{words} = {written}"
            name = self.labels.names[number]
            question = self._question(f"{name} = ?", value)
            yield Step("forward", f"{name} = {clean(words, _LONGEST)}", {"valued": (number,)},
                       tuple(self.wires[number]), question)  # fmt: skip

    def _built(self, number: int) -> str:
        vertex = self.vertices[number]
        words = f"{self.labels.names[number]} = {self.labels.expression(vertex)}"
        return clean(f"{words}   # {vertex.source}" if vertex.source else words, _LONGEST)

    # ------------------------------------------------------------------ backward

    def _backward(self) -> Iterator[Step]:
        roots = tuple(n for n, vertex in enumerate(self.vertices) if vertex.root and vertex.reached)
        if not roots:
            return
        names = ", ".join(self.labels.names[number] for number in roots)
        yield Step("seed", self.words["step_seed"].format(name=names), {"graded": roots})
        waiting = [sum(self.vertices[user].reached for user, _ in users) for users in self.uses]
        graded = set(roots)
        for number in reversed(range(len(self.vertices))):
            vertex = self.vertices[number]
            if vertex.is_leaf or not vertex.reached:
                continue
            if number not in graded:
                graded.add(number)
            lines: list[str] = []
            questions: list[Question] = []
            complete: list[int] = []  # sources whose gradient is what this operation passed on
            sums: list[int] = []  # and those to which it was the last to add
            for slot, source in enumerate(vertex.sources):
                if not self.vertices[source].reached:
                    continue
                waiting[source] -= 1
                lines.append(self._passed(vertex, slot, source))
                if not waiting[source] and source not in graded:
                    graded.add(source)
                    several = sum(self.vertices[u].reached for u, _ in self.uses[source]) > 1
                    (sums if several else complete).append(source)
            for source in complete:
                if self.vertices[source].use is None:
                    questions += self._gradient_question(source)
            yield Step(
                "backward",
                clean(f"{self.labels.names[number]} ({vertex.operation or vertex.symbol}): "
                      + "; ".join(lines), 3 * _LONGEST),
                {"passed": (number,), "graded": tuple(complete)},
                tuple(wire for wire, source in zip(self.wires[number], vertex.sources, strict=True)
                      if self.vertices[source].reached),
                tuple(questions),
            )  # fmt: skip
            for source in sums:
                yield self._sum(source)

    def _passed(self, vertex: Vertex, slot: int, source: int) -> str:
        """`→ q: ∂f/∂q = z = −4, 1 × (−4) = −4`."""
        name = self.labels.names[source]
        local = vertex.locals[slot] if slot < len(vertex.locals) else None
        parts = [] if local is None else self.inlets.lines(vertex, local)
        if len(parts) < 2 and local is not None and (written := self._number(local.passed)):
            parts.append(written)
        return f"→ {name}: {', '.join(parts)}" if parts else f"→ {name}"

    def _sum(self, number: int) -> Step:
        vertex = self.vertices[number]
        written = self.labels.gradient_sum(vertex) or self._number(vertex.gradient)
        name = self.labels.names[number]
        words = self.words["step_sum"].format(name=name)
        if written:
            words += f" {written}"
        return Step("sum", words, {"graded": (number,)},
                    questions=tuple(self._gradient_question(number)))  # fmt: skip

    def _gradient_question(self, number: int) -> tuple[Question, ...]:
        words = self.words["ask_gradient"].format(name=self.labels.names[number])
        return self._question(words, self.vertices[number].gradient)

    def _question(self, words: str, quantity: Quantity | None) -> tuple[Question, ...]:
        written = self._number(quantity)
        if not written or quantity is None or quantity.values is None:
            return ()
        if quantity.values.dtype.kind != "f":
            return ()
        answer: Any = float(quantity.values)
        if not abs(answer) < float("inf"):
            return ()
        return (Question(words, answer, written),)

    def _number(self, quantity: Quantity | None) -> str:
        """A number, or nothing for arrays."""
        if quantity is None or quantity.shape or quantity.values is None:
            return ""
        return self.labels.artist.lines(quantity)[0]
