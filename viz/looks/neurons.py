"""The figure of every first lesson: a circle per unit, a line per weight with its number on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from viz.looks.figure_model import (
    Box,
    Drawing,
    FigureNode,
    Label,
    Layout,
    Model,
    Point,
    Shape,
    Text,
    Wire,
)
from viz.looks.labels import in_parentheses
from viz.looks.parts import EMPTY, flush_line, merge, row, stack, text_line
from viz.looks.quantities import QuantityArtist
from viz.looks.style import Style
from viz.numerals import Numerals
from viz.reading.weighted_sums import Key, Unit, Units, Weight
from viz.records import Check, Graph, Question, Step
from viz.text import LONGEST_DESCRIPTION, clean
from viz.words import WORDS

LARGEST_LAYER = 12  # units that are drawn one by one
_RADIUS = 21.0
_ROW, _NARROW_ROW = 32.0, 28.0  # height of a weight with its gradient below: of few, of many
_FEW = 6  # weights
_FAN = 46.0  # along which lines spread from a circle to their numbers, and on to the next
_APART = 26.0  # between the rows of two units
_TERMS = 6  # of a weighted sum that is written out
_QUESTIONS = 3  # that are asked at a time
_LEVEL = 8.0  # between lines that arrive at a unit
_SLOPE = 0.16  # of the height of the figure, the least distance of two layers
_SPREAD = 0.7  # of the height of the figure that a layer of small units takes


def has_units(graph: Graph) -> bool:
    """Whether anything in a graph is a weighted sum of parameters."""
    return any(unit.weights for unit in Units(graph).units.values())


def has_shares(graph: Graph, sample: int) -> bool:
    """Whether its gradients are the share that one example of a batch has in them."""
    units = Units(graph, sample)
    return units.shared and units.examples > 1


def compose_neurons(graph: Graph, style: Style, lang: str, sample: int = 0) -> tuple[Model, Layout]:
    """Compose the figure of a network's units.

    Args:
        graph: A graph with weighted sums, as `read` returns it.
        style: How to draw.
        lang: The language of its words.
        sample: Which example of a batch is shown.

    Returns:
        The model and its places.

    Raises:
        ValueError: If the batch has no such example.
    """
    units = Units(graph, sample)
    if not 0 <= sample < units.examples:
        raise ValueError(f"draw: sample={sample} is not in the batch, which has {units.examples}")
    return _Network(graph, units, style, WORDS[lang]).figure(lang)


class _Network:
    def __init__(
        self,
        graph: Graph,
        found: Units,
        style: Style,
        words: Mapping[str, str],
    ) -> None:
        self.graph = graph
        self.found = found
        units = found.units
        self.style = style
        self.words = words
        self.paints = style.paints
        self.units = units
        self.titles: dict[Key, str] = {}  # what every unit is called in a sentence
        self.layers = self._layers()
        shown = [unit.key for layer in self.layers for unit in layer]
        self.number = {key: index for index, key in enumerate(shown)}
        self.unit_of = {index: units[key] for index, key in enumerate(shown)}
        self.outgoing: dict[Key, list[tuple[Unit, Weight]]] = {key: [] for key in shown}
        for layer in self.layers:
            for unit in layer:
                for weight in unit.weights:
                    if weight.source in self.outgoing:
                        self.outgoing[weight.source].append((unit, weight))

    def _layers(self) -> list[list[Unit]]:
        """Units by the longest way from the inputs, of wide layers the first and the last."""
        depth: dict[Key, int] = {}
        waiting = list(self.units)
        while waiting:  # units are few; those whose sources are placed are placed
            later = []
            for key in waiting:
                sources = [w.source for w in self.units[key].weights if w.source is not None]
                if all(source in depth for source in sources):
                    depth[key] = max((depth[source] + 1 for source in sources), default=0)
                else:
                    later.append(key)
            waiting = later
        layers: list[list[Unit]] = [[] for _ in range(max(depth.values()) + 1)]
        for key in sorted(depth):
            layers[depth[key]].append(self.units[key])
        half = LARGEST_LAYER // 2
        for at, layer in enumerate(layers):
            word = self.words["unit" if at else "input_unit"]
            for place, unit in enumerate(layer, 1):
                self.titles[unit.key] = unit.name or word.format(layer=at, number=place)
        self.left_out = [max(len(layer) - LARGEST_LAYER, 0) for layer in layers]
        return [
            layer if len(layer) <= LARGEST_LAYER else layer[:half] + layer[-half:]
            for layer in layers
        ]

    # ------------------------------------------------------------------ the figure

    def figure(self, lang: str) -> tuple[Model, Layout]:
        nodes: list[FigureNode] = []
        origins: list[Point] = []
        ends: dict[tuple[Key, Key], tuple[Point, Point]] = {}  # of the row of a weight
        drawn = [[self._unit(unit) for unit in layer] for layer in self.layers]
        spans = [sum(each.box.height + _APART for each, _ in column) for column in drawn]
        # The steeper the lines from layer to layer, the wider the room between them.
        gap = max(_FAN, _SLOPE * max(spans))
        x = 0.0
        for layer, column, span in zip(self.layers, drawn, spans, strict=True):
            x -= min(drawing.box.left for drawing, _ in column)
            more = max(_SPREAD * max(spans) - span, 0.0) / len(layer)
            y = -(span + more * len(layer)) / 2
            for unit, (drawing, rows) in zip(layer, column, strict=True):
                height = drawing.box.height + _APART + more
                middle = y + height / 2 - (drawing.box.top + drawing.box.bottom) / 2
                nodes.append(self._node(unit, drawing))
                origins.append((x, middle))
                for (target, _), (left, right, level) in zip(
                    self.outgoing[unit.key], rows, strict=True
                ):
                    ends[unit.key, target.key] = (
                        (x + left, middle + level),
                        (x + right, middle + level),
                    )
                y += height
            right = max(drawing.box.right for drawing, _ in column)
            for unit in layer:  # all rows of a layer end at one place, or lines would cross some
                for target, _ in self.outgoing[unit.key]:
                    start, end = ends[unit.key, target.key]
                    ends[unit.key, target.key] = (start, (x + right, end[1]))
            x += right + gap
        wires, routes = self._wires(nodes, origins, ends)
        self._add_rest(nodes, origins, wires, routes, x + _RADIUS)
        self._add_notes(nodes, origins)
        self._add_sample(nodes, origins)
        model = Model(
            nodes=tuple(nodes),
            wires=tuple(wires),
            frames=(),
            legend=(),
            direction="right",
            backward_offset=0.0,
            arrows=self.style.arrows,
            paints=self.paints,
            title=self.words["units"].format(count=len(self.number)),
            lang=lang,
            story=tuple(self._story(nodes, wires)),
            checks=tuple(self._checks()),
        )
        return model, Layout(tuple(origins), tuple(routes), ())

    def _wires(
        self,
        nodes: list[FigureNode],
        origins: list[Point],
        ends: dict[tuple[Key, Key], tuple[Point, Point]],
    ) -> tuple[list[Wire], list[tuple[Point, ...]]]:
        """From circle to row, along it, and level into the next circle, clear of its texts."""
        arriving: dict[Key, list[tuple[float, Key]]] = {}
        for (source, target), (_, end) in ends.items():
            arriving.setdefault(target, []).append((end[1], source))
        levels: dict[tuple[Key, Key], float] = {}
        for target, rows in arriving.items():
            apart = min(_LEVEL, 1.4 * _RADIUS / max(len(rows) - 1, 1))
            for index, (_, source) in enumerate(sorted(rows)):
                levels[source, target] = (index - (len(rows) - 1) / 2) * apart
        wires, routes = [], []
        for (source, target), (start, end) in ends.items():
            first, last = origins[self.number[source]], origins[self.number[target]]
            level = levels[source, target]
            before = (last[0] + nodes[self.number[target]].drawing.box.left - 4, last[1] + level)
            tip = (last[0] - (_RADIUS**2 - level**2) ** 0.5, last[1] + level)
            points = [_on_circle(first, start), start, end, before, tip]
            wires.append(Wire(self.number[source], self.number[target], 0, False))
            routes.append(_straight(points))
        return wires, routes

    def _add_rest(
        self,
        nodes: list[FigureNode],
        origins: list[Point],
        wires: list[Wire],
        routes: list[tuple[Point, ...]],
        x: float,
    ) -> None:
        """What follows the last layer, as one box: the loss."""
        roots = [vertex for vertex in self.graph.vertices if vertex.root]
        ends = {key[0] for key in self.number}
        root = roots[0]
        if len(roots) != 1 or self.graph.vertices.index(root) in ends or root.value is None:
            return
        value = root.value.values
        lines = [text_line(clean(root.name or "L"), "name", self.paints)]
        if value is not None and value.ndim == 0:
            lines.append(text_line(self._number(value[()]), "value", self.paints))
        content = stack(lines)
        box = Box(-_RADIUS, -content.box.height / 2 - 6, content.box.width - _RADIUS + 24,
                  content.box.height / 2 + 6)  # fmt: skip
        shape = Shape("rectangle", (box.left, box.top, box.width, box.height, 6), "group")
        inside = content.moved(box.left + 12, -content.box.height / 2)
        written = () if value is None or value.ndim else (self._number(value[()]),)
        name = clean(root.name or "L")
        label = Label(name, "", written, (), " = ".join((name, *written)))
        number = len(nodes)
        drawing = merge([Drawing(box, (shape,)), inside])
        nodes.append(FigureNode("group", drawing, ((box.left, 0.0),), (box.right, 0.0), label))
        for unit in self.layers[-1]:
            start = origins[self.number[unit.key]]
            end = (x + box.left, 0.0)
            wires.append(Wire(self.number[unit.key], number, 0, False))
            clear = start[0] + nodes[self.number[unit.key]].drawing.box.right + 3
            points = [(start[0] + _RADIUS, start[1]), (clear, start[1]), end]
            routes.append(_straight(points))
        origins.append((x, 0.0))

    def _add_notes(self, nodes: list[FigureNode], origins: list[Point]) -> None:
        """How many units of a layer are left out, below it."""
        for layer, count in zip(self.layers, self.left_out, strict=True):
            if count:
                text = self.words["more_units"].format(count=count)
                line = text_line(text, "note", self.paints)
                lowest = self.number[layer[-1].key]
                x, y = origins[lowest]
                bottom = y + nodes[lowest].drawing.box.bottom + 8
                label = Label(text, "", (), (), text)
                nodes.append(FigureNode("group", line, (), (0.0, 0.0), label))
                origins.append((x - _RADIUS, bottom))

    def _add_sample(self, nodes: list[FigureNode], origins: list[Point]) -> None:
        """Which example of a batch the numbers belong to, above the figure."""
        notes = []
        if self.found.examples > 1:
            key = "sample" if self.found.shared else "sample_of_batch"
            notes.append(self.words[key].format(
                number=self.found.sample + 1, count=self.found.examples))  # fmt: skip
        if any(vertex.carried is not None for vertex in self.graph.vertices):
            notes.append(self.words["earlier_array"])
        if any(vertex.edited is not None for vertex in self.graph.vertices):
            notes.append(self.words["edited_array"])
        top = min(y + node.drawing.box.top for node, (_, y) in zip(nodes, origins, strict=True))
        left = min(x + node.drawing.box.left for node, (x, _) in zip(nodes, origins, strict=True))
        for note in reversed(notes):
            line = flush_line(note, "note", self.paints)
            top -= line.box.height + 6
            nodes.append(FigureNode("group", line, (), (0.0, 0.0), Label(note, "", (), (), note)))
            origins.append((left, top))

    def _story(self, nodes: list[FigureNode], wires: list[Wire]) -> Iterator[Step]:
        """Layer by layer: units, their values, and backwards the gradients of their weights."""
        layers = [tuple(self.number[unit.key] for unit in layer) for layer in self.layers]
        shown = {number for layer in layers for number in layer}
        rest = tuple(number for number in range(len(nodes)) if number not in shown)
        columns = [*layers, rest] if rest else layers
        into = [
            tuple(i for i, wire in enumerate(wires) if wire.target in column) for column in columns
        ]
        titles = [
            ", ".join(filter(None, (nodes[n].label.title for n in column)))
            or self.words["layer"].format(number=index)
            for index, column in enumerate(columns)
        ]
        for column, title, arriving in zip(columns, titles, into, strict=True):
            yield Step("build", title, {"built": column}, arriving)
        for column, arriving in zip(columns, into, strict=True):
            labels = [(n, nodes[n].label) for n in column if nodes[n].label.value]
            values = (f"{label.title} = {self._sum(n)}{label.value[0]}".removeprefix(" = ")
                      for n, label in labels)  # fmt: skip
            words = ("\n" if arriving else ", ").join(values)
            yield Step("forward", words, {"valued": column}, arriving)
        weights = [weight for unit in self.units.values() for weight in unit.weights]
        if any(weight.gradient is not None for weight in weights):
            name = next((v.name for v in self.graph.vertices if v.root and v.name), "L")
            yield Step("seed", self.words["step_seed"].format(name=clean(name)), {})
            yield from self._backward(layers, titles, into, wires)
        if any(weight.after is not None for weight in weights):
            yield from self._updates(layers, titles, into, wires)

    def _sum(self, number: int) -> str:
        """`f(w × x + … + b) = ` of a unit with few weights."""
        unit = self.unit_of.get(number)
        if unit is None or not 0 < len(unit.weights) <= _TERMS:
            return ""
        terms: list[str] = []
        for weight in unit.weights:
            term = self._number(weight.value)
            term = in_parentheses(term) if terms else term
            if weight.source is not None:
                value = self._number(self.units[weight.source].value)
                term += f" × {in_parentheses(value)}"
            terms.append(term)
        return f"f({' + '.join(terms)}) = "

    def _backward(
        self,
        layers: list[tuple[int, ...]],
        titles: list[str],
        into: list[tuple[int, ...]],
        wires: list[Wire],
    ) -> Iterator[Step]:
        for index in reversed(range(1, len(layers))):
            sources = {wires[i].source for i in into[index]}
            words = self.words["step_weights"].format(names=titles[index])
            shown = {"passed": layers[index], "graded": tuple(sorted(sources))}
            questions = tuple(self._questions(self.layers[index]))
            yield Step("backward", words, shown, into[index], questions[:_QUESTIONS])

    def _updates(
        self,
        layers: list[tuple[int, ...]],
        titles: list[str],
        into: list[tuple[int, ...]],
        wires: list[Wire],
    ) -> Iterator[Step]:
        """Last of all the new weights, layer by layer; those of a bias stand at its unit."""
        for index in range(1, len(layers)):
            sources = {wires[i].source for i in into[index]}
            words = self.words["step_new_weights"].format(names=titles[index])
            shown = {"updated": (*sorted(sources), *layers[index])}
            yield Step("update", words, shown, into[index])

    def _questions(self, layer: list[Unit]) -> Iterator[Question]:
        """The gradients of the weights into some units."""
        for unit in layer:
            for weight in unit.weights:
                if weight.gradient is None or not np.isfinite(weight.gradient):
                    continue
                source = "b" if weight.source is None else self.titles[weight.source]
                name = clean(
                    weight.name or f"{source} → {self.titles[unit.key]}", LONGEST_DESCRIPTION
                )
                words = self.words["ask_gradient"].format(name=name)
                answer = (float(weight.gradient),)
                yield Question(words, answer, self._number(weight.gradient))

    def _checks(self) -> Iterator[Check]:
        """The gradients of all weights of a layer; they show with those of its first unit."""
        artist = QuantityArtist(self.style.numerals, self.words, self.paints).finer()
        seen: set[int] = set()
        for layer in self.layers:
            weights = [weight for unit in layer for weight in unit.weights]
            sources = [w.source for w in weights if w.source in self.number]
            for number in dict.fromkeys(weight.vertex for weight in weights):
                vertex = self.graph.vertices[number]
                if sources and vertex.difference is not None and number not in seen:
                    seen.add(number)
                    written = " ".join(artist.lines(vertex.gradient)) if vertex.gradient else ""
                    name = clean(vertex.name or vertex.alias)
                    place = self.number[sources[0]]
                    yield Check(place, name, written, vertex.difference, artist.lines)

    # ------------------------------------------------------------------ one unit

    def _unit(self, unit: Unit) -> tuple[Drawing, list[tuple[float, float, float]]]:
        """A circle with its numbers to the right, and where the row of each weight is."""
        circle = Shape("circle", (0, 0, _RADIUS), unit.kind)
        size = 12.0
        texts = []
        inside = self._number(unit.value)
        texts.append(Text(0, 0.36 * size, inside, "unit-value"))
        box = Box(-_RADIUS, -_RADIUS, _RADIUS, _RADIUS)
        parts = [Drawing(box, (circle,), tuple(texts))]
        if unit.name:
            title = text_line(clean(unit.name, 12), "name", self.paints)
            parts.append(title.moved(-title.box.width / 2, -_RADIUS - title.box.height - 1))
        below = stack([self._weight(w, "b = ") for w in unit.weights if w.source is None], gap=0)
        if below is not EMPTY:
            below = below.belonging("bias")
            parts.append(below.moved(-below.box.width / 2, _RADIUS + 2))
        rows = []
        outgoing = self.outgoing[unit.key]
        width = max((self._weight(w).box.width for _, w in outgoing), default=0.0) + 10
        height = _ROW if len(outgoing) <= _FEW else _NARROW_ROW
        for index, (_, weight) in enumerate(outgoing):
            level = (index - (len(outgoing) - 1) / 2) * height
            left = _RADIUS + _FAN
            drawn = self._weight(weight, apart=3.0)
            above = drawn.texts[0].y + 4.0
            parts.append(drawn.moved(left + (width - drawn.box.width) / 2, level - above))
            rows.append((left, left + width, level))
            parts.append(Drawing(Box(left, level, left + width, level)))
        return merge(parts), rows

    def _weight(self, weight: Weight, prefix: str = "", apart: float = 0.0) -> Drawing:
        """A weight, and its gradient below."""
        value = prefix + self._number(weight.value)
        if weight.name and not prefix:
            value = f"{clean(weight.name, 8)} = {value}"
        line = text_line(value, "weight", self.paints)
        if weight.after is not None:
            written = self._number(weight.after, self.style.numerals.finer())
            line = row([line, text_line(f"→ {written}", "updated-weight", self.paints)], gap=1)
        lines = [line]
        if weight.gradient is not None:
            lines.append(text_line(self._number(weight.gradient), "weight-gradient", self.paints))
        else:
            lines.append(text_line(self.words["not_computed"], "missing-weight", self.paints))
        return stack(lines, gap=apart)

    def _number(self, value: Any, numerals: Numerals | None = None) -> str:
        numerals = numerals or self.style.numerals
        return "…" if value is None else numerals.number(value)

    def _node(self, unit: Unit, drawing: Drawing) -> FigureNode:
        words = self.words
        lines = [f"{self.titles[unit.key]} = {self._number(unit.value)}"]
        for weight in unit.weights:
            source = words["bias"] if weight.source is None else self.titles[weight.source]
            line = f"{source}: {self._number(weight.value)}"
            if weight.after is not None:
                line += f" → {self._number(weight.after, self.style.numerals.finer())}"
            gradient = words["not_computed"]
            if weight.gradient is not None:
                gradient = self._number(weight.gradient)
            lines.append(f"{line}, {words['backward']} {gradient}")
        value = (self._number(unit.value),)
        label = Label(clean(unit.name), "", value, (), clean("; ".join(lines), LONGEST_DESCRIPTION))
        inlets = ((-_RADIUS, 0.0),) if unit.weights else ()
        return FigureNode(unit.kind, drawing, inlets, (_RADIUS, 0.0), label)


def _on_circle(centre: Point, towards: Point) -> Point:
    """Where the line from a unit's centre to a point leaves its circle."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    length = (dx * dx + dy * dy) ** 0.5
    return centre[0] + dx / length * _RADIUS, centre[1] + dy / length * _RADIUS


def _straight(points: list[Point]) -> tuple[Point, ...]:
    """A line through points, as a route."""
    route = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy = (x1 - x0) / 3, (y1 - y0) / 3
        route += [(x0 + dx, y0 + dy), (x1 - dx, y1 - dy), (x1, y1)]
    return tuple(route)
