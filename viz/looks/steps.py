"""A figure as a story: what is shown step by step, in the order in which the engine works.

First the program builds the graph, then values flow forward, then the seed is planted, and every
operation passes its gradient on, in the true order of the backward pass: the operation created
last goes first. A tensor with several uses collects what arrives until its gradient is complete.
Last an optimizer updates the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from viz.looks.labels import Labels, in_parentheses
from viz.looks.local_derivatives import InletWriter
from viz.records import Check, Graph, Quantity, Question, Step, Vertex
from viz.text import clean

LONGEST_LINE = 160
LARGEST_ANSWER = 12  # elements of an array that is asked for


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
        last = max((vertex.passes[1] for vertex in self.vertices if vertex.passes), default=1)
        # Which backward pass the gradient of an operation came from; leaves add up all of them.
        self.pass_of = [
            0 if vertex.is_leaf or not vertex.reached else vertex.passes[0] if vertex.passes
            else last for vertex in self.vertices
        ]  # fmt: skip
        self.seeds = [self._seeds(number) for number in range(1, last + 1)]
        # What is differentiated: the one result, or the loss as such.
        ends = self.seeds[-1]
        named = len(ends) == 1 and self.vertices[ends[0]].name
        self.root = self.labels.names[ends[0]] if named else "L"

    def _seeds(self, number: int) -> tuple[int, ...]:
        """Where a backward pass began, as far as the figure knows."""
        leaves = (
            n
            for n, vertex in enumerate(self.vertices)
            if vertex.is_leaf and vertex.root and vertex.reached and not self.uses[n]
        )
        inner = (
            n
            for n, place in enumerate(self.pass_of)
            if place == number and all(self.pass_of[user] != number for user, _ in self.uses[n])
        )
        return tuple(sorted([*leaves, *inner]))

    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        back = list(self._backward())
        seen: dict[str, set[int]] = {"graded": set(), "passed": set()}
        for step in back:
            for kind, numbers in seen.items():
                numbers.update(step.shown.get(kind, ()))
        return (*self._forward(**seen), *back, *self._updates())

    def checks(self) -> tuple[Check, ...]:
        """Every gradient that finite differences can check, in the order of the figure."""
        artist = self.labels.artist.finer()
        return tuple(
            Check(number, self.labels.names[number], self._finer(vertex.gradient),
                  vertex.difference, artist.lines)
            for number, vertex in enumerate(self.vertices)
            if vertex.difference is not None and (vertex.use is None or vertex.use[0] == 1)
        )  # fmt: skip

    # ------------------------------------------------------------------ forward

    def _forward(self, graded: set[int], passed: set[int]) -> Iterator[Step]:
        """How values arise, and with them all that no backward step will come back to."""
        leaves = tuple(n for n, vertex in enumerate(self.vertices) if vertex.is_leaf)
        inner = [n for n, vertex in enumerate(self.vertices) if not vertex.is_leaf]
        kinds = dict.fromkeys(self.words[self.vertices[leaf].word] for leaf in leaves)
        words = self.words["step_leaves"].format(kinds=", ".join(kinds))
        yield Step("build", words, {"built": leaves})
        for number in inner:
            yield Step("build", self._built(number), {"built": (number,)},
                       tuple(self.wires[number]))  # fmt: skip
        old = tuple(n for n, vertex in enumerate(self.vertices)
                    if vertex.reached and n not in graded)  # fmt: skip
        yield Step("forward", self.words["step_given"], {"valued": leaves, "graded": old})
        for number in inner:
            vertex = self.vertices[number]
            name = self.labels.names[number]
            shown = {"valued": (number,)}
            if number not in passed:
                shown["passed"] = (number,)
            question = self._question(f"{name} = ?", vertex.value)
            yield Step("forward", clean(self._computed(number), LONGEST_LINE), shown,
                       tuple(self.wires[number]), question)  # fmt: skip

    def _equation(self, number: int) -> str:
        vertex = self.vertices[number]
        if vertex.kind == "group":
            return self._sentence("step_module", number)
        names = [self.labels.names[source] for source in vertex.sources]
        return f"{self.labels.names[number]} = {self.labels.equation(vertex, names)}"

    def _built(self, number: int) -> str:
        """`q = x + y`, and where the program says so."""
        words, source = self._equation(number), self.vertices[number].source
        if source:
            words += "   # " + source.replace("\\", "/").rpartition("/")[2]
        return clean(words, LONGEST_LINE)

    def _computed(self, number: int) -> str:
        """`q = x + y = −2 + 5 = 3` of numbers, `Y = X @ W` of arrays."""
        vertex = self.vertices[number]
        names = [self.labels.names[source] for source in vertex.sources]
        numbers = [self._number(self.vertices[source].value) for source in vertex.sources]
        parts = [self._equation(number)]
        if vertex.kind == "group":
            return parts[0]
        if all(numbers) and numbers != names:
            parts.append(self.labels.equation(vertex, numbers))
        if written := self._number(vertex.value):
            parts.append(written)
        return " = ".join(parts)

    # ------------------------------------------------------------------ backward

    def _backward(self) -> Iterator[Step]:
        """Every pass, its operations in the reverse order of their creation."""
        expected = [len(self._senders(number)) for number in range(len(self.vertices))]
        waiting, graded = list(expected), set[int]()
        for place, seeds in enumerate(self.seeds, 1):
            if seeds:
                yield Step("seed", "\n".join(map(self._seed, seeds)), {"graded": seeds})
            graded.update(seeds)
            for number in reversed(range(len(self.vertices))):
                if self.pass_of[number] == place:
                    complete = self._arrived(number, waiting, graded)
                    sums = [each for each in complete
                            if expected[each] > 1 or self.vertices[each].arrivals]  # fmt: skip
                    yield self._step(number, [each for each in complete if each not in sums])
                    yield from map(self._sum, sums)

    def _senders(self, number: int) -> list[int]:
        """The uses that a gradient is the sum over."""
        users = [user for user, _ in self.uses[number] if self.pass_of[user]]
        if self.vertices[number].is_leaf:
            return users
        return [user for user in users if self.pass_of[user] == self.pass_of[number]]

    def _arrived(self, number: int, waiting: list[int], graded: set[int]) -> list[int]:
        """The sources whose gradient an operation completes."""
        complete: list[int] = []
        for source in self.vertices[number].sources:
            if self.vertices[source].reached and number in self._senders(source):
                waiting[source] -= 1
                if not waiting[source] and source not in graded:
                    graded.add(source)
                    complete.append(source)
        return complete

    def _step(self, number: int, complete: list[int]) -> Step:
        """An operation passes its gradient on."""
        vertex = self.vertices[number]
        lines = [
            self._passed(vertex, slot, source)
            for slot, source in enumerate(vertex.sources)
            if self.vertices[source].reached
        ]
        asked = [source for source in complete if self.vertices[source].use is None]
        wires = zip(self.wires[number], vertex.sources, strict=True)
        header = f"{self.labels.names[number]} ({vertex.operation}):"
        if vertex.kind == "group":
            header, lines = self._sentence("step_module_back", number), []
        return Step(
            "backward",
            "\n".join(clean(line, LONGEST_LINE) for line in (header, *lines)),
            {"passed": (number,), "graded": tuple(complete)},
            tuple(wire for wire, source in wires if self.vertices[source].reached),
            tuple(question for each in asked for question in self._gradient_question(each)),
        )

    def _sentence(self, key: str, number: int) -> str:
        """What a module, or another group of operations, does with shapes."""
        vertex = self.vertices[number]
        sources = [
            self._with_shape(source)
            for source in vertex.sources
            if key == "step_module" or self.vertices[source].reached
        ]
        return self.words[key].format(
            name=self.labels.names[number] + vertex.module_note,
            sources=", ".join(sources) or self.words["own_parameters"],
            result=self._shape(vertex) or self.words["outputs"].format(count=vertex.results),
        )

    def _with_shape(self, number: int) -> str:
        vertex = self.vertices[number]
        return f"{self.labels.names[number]} {self._shape(vertex)}".rstrip()

    def _shape(self, vertex: Vertex) -> str:
        """The shape of an array, the value of a number."""
        value = vertex.value
        if value is None:
            return ""
        return str(value.shape) if value.shape else self._number(value)

    def _seed(self, number: int) -> str:
        """The gradient that everything begins with."""
        gradient, name = self.vertices[number].gradient, self.labels.names[number]
        if gradient is None or gradient.values is None or (gradient.values == 1).all():
            return self.words["step_seed"].format(name=name)
        return self.words["step_other_seed"].format(name=name, seed=self._written(gradient))

    def _passed(self, vertex: Vertex, slot: int, source: int) -> str:
        """`→ q: ∂f/∂q = z = −4, 1 × (−4) = −4`."""
        name, given = self.labels.names[source], self.vertices[source]
        if given.kind == "group" and given.alias:  # what formulas call its result
            name = f"{name} ({given.alias})"
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

    # ------------------------------------------------------------------ the update

    def _updates(self) -> Iterator[Step]:
        """What an optimizer made of every parameter."""
        for number, vertex in enumerate(self.vertices):
            if vertex.updated is None or (vertex.use is not None and vertex.use[0] > 1):
                continue
            words = self.words["ask_update"].format(name=self.labels.names[number])
            asked = self._question(words, vertex.updated) if vertex.rate is not None else ()
            # The new number is written with more digits than the others.
            asked = tuple(replace(each, written=self._finer(vertex.updated)) for each in asked)
            yield Step("update", clean(self._updated(number, vertex), LONGEST_LINE),
                       {"updated": (number,)}, questions=asked)  # fmt: skip

    def _updated(self, number: int, vertex: Vertex) -> str:
        """`w ← w − 0.1 × ∂L/∂w = 0.5 − 0.1 × 2 = 0.3`, or how far another rule moved it."""
        name = self.labels.names[number]
        before = self._number(vertex.value)
        after = self._finer(vertex.updated) if before else ""
        gradient = self._number(vertex.gradient)
        if vertex.rate is not None:
            words = f"{name} ← {name} − {vertex.rate:g} × ∂{self.root}/∂{name}"
            if before and after:
                product = f"{vertex.rate:g} × {in_parentheses(gradient)}"
                words += f" = {before} − {product} = {after}"
            return words
        if before and after:
            words = self.words["step_update"].format(name=name, before=before, after=after)
            return f"{words} (∂{self.root}/∂{name} = {gradient})" if gradient else words
        return self.words["step_update_array"].format(name=name)

    def _finer(self, quantity: Quantity | None) -> str:
        """The same with more digits."""
        return "" if quantity is None else " ".join(self.labels.artist.finer().lines(quantity))

    # ------------------------------------------------------------------ numbers

    def _gradient_question(self, number: int) -> tuple[Question, ...]:
        words = self.words["ask_gradient"].format(name=self.labels.names[number])
        return self._question(words, self.vertices[number].gradient)

    def _question(self, words: str, quantity: Quantity | None) -> tuple[Question, ...]:
        if quantity is None or quantity.values is None or quantity.values.dtype.kind != "f":
            return ()
        values = quantity.values
        if not 0 < values.size <= LARGEST_ANSWER or not np.isfinite(values).all():
            return ()
        return (Question(words, tuple(map(float, values.ravel())), self._written(quantity)),)

    def _written(self, quantity: Quantity | None) -> str:
        """A number, or the rows of an array in one line."""
        return "" if quantity is None else " ".join(self.labels.artist.lines(quantity))

    def _number(self, quantity: Quantity | None) -> str:
        """A number, or nothing for arrays."""
        if quantity is None or quantity.shape or quantity.values is None:
            return ""
        return self.labels.artist.lines(quantity)[0]
