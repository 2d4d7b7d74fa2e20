"""What every way to draw a node shares: numbers, names, and what stands at a wire.

The wire that a node sends out belongs to its drawing as far as numbers stand on it. So no layout
can part a number from its wire, or put two numbers on one another.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping

from viz.looks.figure_model import Drawing, FigureNode
from viz.looks.labels import Labels
from viz.looks.local_derivatives import InletWriter
from viz.looks.module_words import module_lines, path_words
from viz.looks.parts import EMPTY, flush_line, row, stack, text_line
from viz.looks.quantities import QuantityArtist
from viz.looks.style import Style
from viz.reading.graph import common_dtype
from viz.records import Graph, Vertex
from viz.text import clean, text_width

_SUMMED_ELEMENTS, _SUMMED_PARTS = 4, 3  # of arrays whose sum at a branch is written out
SYMBOL = 22.0  # pixels; what is wider is a word, not a symbol
_KEYWORDS = 3  # of an operation, that its gate shows


class Artist(ABC):
    """Draws the nodes of one graph in one style and language.

    Args:
        graph: The graph.
        style: How to draw.
        words: The words of one language.
    """

    def __init__(self, graph: Graph, style: Style, words: Mapping[str, str]) -> None:
        self.graph = graph
        self.style = style
        self.words = words
        self.paints = style.paints
        self.quantities = QuantityArtist(style.numerals, words, style.paints)
        self.labels = Labels(graph, self.quantities, words)
        self.inlets = InletWriter(self.quantities)
        self.usual_dtype = common_dtype(graph)
        self.fan_out = [len(users) for users in graph.uses]
        roots = [n for n, vertex in enumerate(graph.vertices) if vertex.root]
        self.root = self.labels.names[roots[0]] if len(roots) == 1 else "L"

    @abstractmethod
    def draw(self, number: int, vertex: Vertex, frame: int | None) -> FigureNode:
        """Draw one vertex, inside the frame with the given index."""

    def explained(self) -> list[str]:
        """What the legend says of the way in which nodes are drawn."""
        return []

    def gate_lines(self, number: int, vertex: Vertex) -> list[tuple[str, str]]:
        """Lines of text with their roles."""
        if vertex.box is not None:
            lines = [(clean(path_words(vertex.box)), "group-text")]
            return lines + [
                (clean(line, 40), "note") for line in module_lines(vertex.box, self.words)
            ]
        if vertex.kind == "group":
            lines = [(clean(vertex.symbol), "group-text")]
            if vertex.count > 1:
                lines.append((self.words["operations"].format(count=vertex.count), "note"))
            return lines + [(clean(line, 40), "note") for line in vertex.content]
        if vertex.kind != "operation":
            return [(self.labels.names[number], f"{vertex.kind}-text")]
        symbol = clean(vertex.symbol)
        short = text_width(symbol, self.paints["operation-text"].size) <= SYMBOL
        lines = [(symbol, "operation-text" if short else "operation-word")]
        notes = [clean(f"{name}={value}") for name, value in vertex.keywords[:_KEYWORDS]]
        notes += filter(None, [self.labels.times(vertex)])
        return lines + [(note, "operation-note") for note in notes]

    # ------------------------------------------------------------------ values and gradients

    def value_of(self, vertex: Vertex) -> Drawing:
        """What stands on one side of the wire that leaves a vertex: name, shape and value."""
        return stack([self._caption(vertex), self._value(vertex)], gap=2)

    def _caption(self, vertex: Vertex) -> Drawing:
        parts = []
        if vertex.name and not vertex.is_leaf:
            parts.append(text_line(clean(vertex.name), "name", self.paints))
        elif self.style.derivatives and vertex.alias and not vertex.is_leaf:
            parts.append(text_line(vertex.alias, "note", self.paints))  # formulas refer to it
        if words := self.labels.kind_of_array(vertex, self.usual_dtype):
            parts.append(text_line(words, "note", self.paints))
        return row(parts, gap=5) if parts else EMPTY

    def _value(self, vertex: Vertex) -> Drawing:
        if vertex.value is None:
            return EMPTY
        value = self.quantities.draw(vertex.value, "value", vertex.kind)
        if vertex.updated is None:
            return value
        arrow = text_line("→", "updated", self.paints)
        return row(
            [value, arrow, self.quantities.finer().draw(vertex.updated, "updated", vertex.kind)],
            gap=4,
        )

    def _sum_of_arrays(self, vertex: Vertex) -> Drawing:
        """The gradient of an array; of a short one with several uses `[1 2] + [3 4] = [4 6]`."""
        gradient = vertex.gradient
        assert gradient is not None
        total = self.quantities.draw(gradient, "gradient", vertex.kind)
        short = 1 <= math.prod(gradient.shape) <= _SUMMED_ELEMENTS
        if not gradient.shape or not short or not 2 <= len(vertex.arrivals) <= _SUMMED_PARTS:
            return total
        row_of = []
        for sign, part in zip(["", "+", "+"], vertex.arrivals, strict=False):
            row_of += [text_line(sign, "part", self.paints)] if sign else []
            row_of.append(self.quantities.draw(part, "part", vertex.kind))
        equals = text_line("=", "part", self.paints)
        return stack([
            row([each.belonging("gradient") for each in row_of], gap=4),
            row([equals.belonging("gradient"), total], gap=4),
        ])  # fmt: skip

    def gradient_of(self, vertex: Vertex) -> Drawing:
        """What stands on the other side: the gradient, or why there is none."""
        drawn = EMPTY
        if vertex.failed:
            lines = self.labels.failure(vertex)
            return stack([flush_line(line, "cut-text", self.paints) for line in lines])
        if vertex.gradient is not None:
            if written := self.labels.gradient_sum(vertex):
                drawn = text_line(written, "gradient", self.paints)
            else:
                drawn = self._sum_of_arrays(vertex)
        elif vertex.differentiable and vertex.results == 1:
            drawn = text_line(self.words["not_computed"], "missing", self.paints)
        for note in self.labels.gradient_notes(vertex):
            drawn = stack([drawn, text_line(note, "note", self.paints).belonging("gradient")])
        if origin := self.labels.origin(vertex):
            drawn = stack([drawn, text_line(origin, "cut-text", self.paints)])
        if vertex.cut:
            drawn = text_line(self.labels.cut(vertex), "cut-text", self.paints)
        if vertex.use is not None:
            lines = self.labels.use(vertex).split(", ")
            drawn = stack([drawn, *(text_line(line, "note", self.paints) for line in lines)])
        return drawn
