"""Figures of models: a box per call of a module, with shapes, parameters and feature maps.

Everything stands to the right of the wire that passes through it, so that a model reads from top
to bottom like a list, and frames have room for their names.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from viz.looks.artist import Artist
from viz.looks.figure_model import Box, Drawing, FigureNode, Shape
from viz.looks.maps import strip_of_maps
from viz.looks.module_words import (
    ARROW,
    call_words,
    frame_words,
    head_words,
    shape_words,
    shapes_words,
    size_words,
)
from viz.looks.parts import EMPTY, flush_line, merge
from viz.records import Graph, Vertex
from viz.text import clean, text_width

_LEFT = 20.0  # of the wire to the left end of a box
_PAD = 8.0  # between the border of a box and its text
_APART = 16.0  # between wires that arrive side by side
_LEAST, _MOST = 150.0, 350.0  # width of boxes
_TITLE, _NOTE = 38, 52  # characters
_BESIDE = 36.0  # what a frame needs beside its words, as the wire enters at their left
_SHOWN = 0.7  # of the boxes have values: then all show them


def main_slots(graph: Graph) -> list[int]:
    """For every vertex the slot of the wire that comes the longest way: the others are skips."""
    depths: list[int] = []
    slots = []
    for vertex in graph.vertices:
        before = [depths[source] for source in vertex.sources]
        depths.append(max(before, default=-1) + 1)
        slots.append(before.index(max(before)) if before else 0)
    return slots


class ModuleArtist(Artist):
    """Draws boxes of modules, and operations between them."""

    def draw(self, number: int, vertex: Vertex, frame: int | None) -> FigureNode:
        """Draw one vertex, inside the frame with the given index."""
        label = self.labels.label(number, vertex)
        label = replace(label, title=self._tag(vertex) or label.title)
        role = "failed" if vertex.failed else vertex.kind
        corner = 11.0 if vertex.kind == "operation" else 5.0
        lines = self.lines(number, vertex)
        drawn = [flush_line(text, of, self.paints) for text, of in lines if text]
        drawn += self.maps(vertex)
        width = max([line.box.width for line in drawn], default=0.0) + 2 * _PAD
        slots = len(vertex.sources)
        if vertex.kind == "group":
            width = max(width, self.width)
        apart = min(_APART, (width - _LEFT - 8) / max(slots - 1, 1))
        y, placed = 4.0, []
        for line in drawn:
            placed.append(line.moved(_PAD - _LEFT - line.box.left, y - line.box.top))
            y += line.box.height
        box = Box(-_LEFT, 0, width - _LEFT, y + 4.0)
        outline = Shape("rectangle", (box.left, 0, width, box.bottom, corner), role)
        main = self.main[number]  # stays in line
        order = sorted(range(slots), key=lambda slot: (slot != main, slot))
        inlets = tuple((order.index(slot) * apart, 0.0) for slot in range(slots))
        drawing = merge([Drawing(box, (outline,)), *placed])
        return FigureNode(vertex.kind, drawing, inlets, (0.0, box.bottom), label, frame)

    def lines(self, number: int, vertex: Vertex) -> list[tuple[str, str]]:
        """What a box says, line by line, with the role of each."""
        if vertex.kind not in ("operation", "group"):
            return self._leaf_lines(number, vertex)
        origin = [(self.labels.origin(vertex), "cut-text")]
        if vertex.kind == "operation":
            return self._operation_lines(number, vertex) + origin
        failure = [(line, "cut-text") for line in self.labels.failure(vertex)]
        return self._box_lines(vertex) + failure + origin

    @staticmethod
    def _tag(vertex: Vertex) -> str:
        """What a wire is called that goes on elsewhere."""
        module = vertex.box or vertex.around
        if module is None or vertex.name or vertex.is_leaf:
            return vertex.name or ""
        path = module.path.removeprefix("model.")
        return path if vertex.box else f"{path}: {vertex.symbol}"

    def explained(self) -> list[str]:
        """What the pictures in the boxes are."""
        if not self.shows_values:
            return []
        reached = any(v.gradient is not None for v in self.graph.vertices if v.kind == "group")
        return [self.words["maps_and_gradients" if reached else "maps_alone"]]

    @cached_property
    def main(self) -> list[int]:
        """For every vertex the slot of its main wire."""
        return main_slots(self.graph)

    @cached_property
    def width(self) -> float:
        """The width of all boxes of modules, so that they stand in line."""
        lines = [
            (text, role, 2 * _PAD)
            for vertex in self.graph.vertices
            if vertex.kind == "group"
            for text, role in self._box_lines(vertex)
        ]
        for module in {vertex.around for vertex in self.graph.vertices if vertex.around}:
            title, notes = frame_words(module, self.words)
            lines += [(title, "frame-text", _BESIDE), *((n, "note", _BESIDE) for n in notes)]
        widths = [
            text_width(text, self.paints[role].size, self.paints[role].bold) + more
            for text, role, more in lines
        ]
        return min(max([_LEAST, *widths]), _MOST)

    @cached_property
    def shows_values(self) -> bool:
        """Whether the values of nearly all boxes were kept: then they are shown."""
        boxes = [v for v in self.graph.vertices if v.kind == "group" and v.value is not None]
        known = sum(v.value.values is not None for v in boxes if v.value is not None)
        return bool(boxes) and known >= _SHOWN * len(boxes)

    def _box_lines(self, vertex: Vertex) -> list[tuple[str, str]]:
        module = vertex.box
        if module is None:  # operations without a module, in a summary
            return self.gate_lines(0, vertex)
        heads = head_words(module, _TITLE)
        lines = [(clean(heads[0], _TITLE), "group-text")]
        lines += [(clean(each, _NOTE), "note") for each in heads[1:]]
        rests = (shapes_words(module), size_words(module, self.words),
                 call_words(module, self.words))  # fmt: skip
        return lines + [(clean(each, _NOTE), "note") for each in rests if each]

    def _operation_lines(self, number: int, vertex: Vertex) -> list[tuple[str, str]]:
        """What it does, and the shape of its result where that is another one."""
        symbol, name = clean(vertex.symbol), clean(vertex.operation)
        title = f"{symbol}  {name}"
        if vertex.inside or name == "select":
            title = symbol
        elif symbol == name or symbol.replace("_", "").isalpha():
            title = name
        notes = [vertex.name or ""]
        before = [self.graph.vertices[source].value for source in vertex.sources]
        if vertex.value is not None and all(
            each is None or each.shape != vertex.value.shape for each in before
        ):
            shapes = [shape_words(each.shape) for each in before if each is not None]
            notes.append(ARROW.join([", ".join(shapes), shape_words(vertex.value.shape)]))
        notes += [f"{key}={value}" for key, value in vertex.keywords[:2] if key != "shape"]
        if vertex.failed:
            given = ", ".join(shape_words(each.shape) for each in before if each is not None)
            failure = [(line, "cut-text") for line in self.labels.failure(vertex)]
            return [(name, "operation-word"), (given, "operation-note"), *failure]
        lines = [(title, "operation-word")]
        return lines + [(clean(note, _NOTE), "operation-note") for note in notes if note]

    def _leaf_lines(self, number: int, vertex: Vertex) -> list[tuple[str, str]]:
        words = self.labels.names[number]
        lines = [(words, f"{vertex.kind}-text")]
        if vertex.value is not None and not vertex.is_plain_number:
            shape = shape_words(vertex.value.shape)
            dtype = vertex.value.dtype if vertex.value.dtype != self.usual_dtype else ""
            lines.append((f"{shape} {dtype}".strip(), "note"))
        return lines

    def maps(self, vertex: Vertex) -> list[Drawing]:
        """Feature maps, and below them their gradients."""
        if not self.shows_values or vertex.kind == "operation":
            return []
        rows = []
        for quantity, role in ((vertex.value, "value"), (vertex.gradient, "gradient")):
            if quantity is not None and quantity.values is not None:
                rows.append(strip_of_maps(quantity.values, role, self.paints))
        return [each for each in rows if each is not EMPTY]
