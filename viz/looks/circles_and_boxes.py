"""Nodes of figures that flow up or down: a circle with an equation, or a box and its variable.

Wires arrive at one horizontal side and leave from the other; what belongs to a wire stands to its
right, where the next wire keeps away from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from viz.looks.artist import Artist
from viz.looks.figure_model import Box, Drawing, FigureNode, Point, Shape
from viz.looks.module_words import module_lines, path_words
from viz.looks.parts import EMPTY, arrow_head, flush_line, merge, row, stack, text_line
from viz.records import Vertex
from viz.text import clean

_APART = 18.0  # between wires that arrive at neighbouring slots
_BESIDE = 6.0  # between a wire and the text to its right
_STEP = 16.0  # of the wire between a box and its variable


@dataclass(frozen=True)
class _Body:
    """A shape centred on the origin, half as wide and high as told, and its content."""

    drawing: Drawing
    half_width: float
    half_height: float
    is_round: bool

    def edge(self, x: float) -> float:
        """How far above and below the middle its border is, at `x`."""
        if not self.is_round:
            return self.half_height
        share = min(abs(x) / self.half_width, 1.0)
        return self.half_height * math.sqrt(1 - share * share)


class CircleAndBoxArtist(Artist):
    """Draws circles with equations, or boxes and their variables, along a flow up or down."""

    @property
    def along(self) -> float:
        """In which direction of y the flow goes."""
        return -1.0 if self.style.direction == "up" else 1.0

    def draw(self, number: int, vertex: Vertex, frame: int | None) -> FigureNode:
        """Draw one vertex, inside the frame with the given index."""
        if self.style.plate == "equation":
            body, tail, end = self._equation(number, vertex), EMPTY, None
        else:
            body, tail, end = self._box(number, vertex)
        inlets, texts = self._inlets(vertex, body)
        outlet = (0.0, self.along * body.half_height) if end is None else end
        drawing = merge([body.drawing, tail, *texts])
        label = self.labels.label(number, vertex)
        return FigureNode(vertex.kind, drawing, inlets, outlet, label, frame)

    def _inlets(self, vertex: Vertex, body: _Body) -> tuple[tuple[Point, ...], list[Drawing]]:
        """Where wires arrive, and what is written beside them."""
        slots = len(vertex.sources)
        notes = [EMPTY] * slots
        if self.style.derivatives and len(vertex.locals) == slots:
            lines = [self.inlets.derivative(each, 30) if each else "" for each in vertex.locals]
            notes = [flush_line(each, "chain", self.paints) for each in lines]
        apart = self._room(vertex) / max(slots - 1, 1)
        points, texts = [], []
        for slot, note in enumerate(notes):
            x = (slot - (slots - 1) / 2) * apart
            y = -self.along * body.edge(x)
            points.append((x, y))
            if note.box.width:
                below = body.half_height + 4 if self.along < 0 else -body.half_height - 4 - 14
                texts.append(note.moved(x + _BESIDE, below))
        return tuple(points), texts

    def _body(self, content: Drawing, kind: str, role: str, room: float = 0.0) -> _Body:
        """Content, centred on the origin, in an ellipse or a rectangle."""
        width, height = content.box.width, content.box.height
        is_round = kind in ("circle", "ellipse")
        if is_round:
            half_width = max(0.60 * width + 10, room / 2 / 0.9, 22.0)
            half_height = max(0.62 * height + 7, 16.0)
            shape = Shape("ellipse", (0, 0, half_width, half_height), role)
        else:
            half_width, half_height = max(width / 2 + 9, room / 2 + 8), height / 2 + 5
            corner = 5.0 if kind == "rounded" else 0.0
            numbers = (-half_width, -half_height, 2 * half_width, 2 * half_height, corner)
            shape = Shape("rectangle", numbers, role)
        box = Box(-half_width, -half_height, half_width, half_height)
        inside = content.moved(-width / 2, -height / 2)
        return _Body(merge([Drawing(box, (shape,)), inside]), half_width, half_height, is_round)

    def _room(self, vertex: Vertex) -> float:
        """How far the first and the last inlet are apart."""
        slots = len(vertex.sources)
        if self.style.derivatives and len(vertex.locals) == slots:
            wide = [self.inlets.derivative(each, 30) if each else "" for each in vertex.locals[:-1]]
            lines = [flush_line(each, "chain", self.paints) for each in wide]
            apart = max([_APART, *(line.box.width + 2 * _BESIDE for line in lines)])
        else:
            apart = _APART
        apart += self.style.backward_offset
        return (slots - 1) * apart if slots else 0.0

    # ------------------------------------------------------------------ equations

    def _equation(self, number: int, vertex: Vertex) -> _Body:
        """A circle with `c = a + b`, the value and the gradient of the result."""
        name = self.labels.names[number]
        if vertex.is_plain_number:
            content = text_line(name, "constant-text", self.paints)
            return self._body(content, "rounded", "constant")
        parts = [text_line(self._written(number, vertex), "name", self.paints)]
        if vertex.value is not None:
            value = self.quantities.draw(vertex.value, "value", vertex.kind)
            if vertex.updated is not None:
                after = self.quantities.finer().draw(vertex.updated, "updated", vertex.kind)
                value = row([value, text_line("→", "updated", self.paints), after], gap=4)
            parts.append(value)
        if vertex.gradient is not None:
            drawn = self.quantities.draw(vertex.gradient, "gradient", vertex.kind)
            written = self.labels.gradient_sum(vertex)
            if not vertex.gradient.shape:
                total = written or self.quantities.lines(vertex.gradient)[0]
                drawn = text_line(f"∂{self.root}/∂{name} = {total}", "gradient", self.paints)
            parts.append(drawn)
            for note in self.labels.gradient_notes(vertex):
                parts.append(text_line(note, "note", self.paints).belonging("gradient"))
        elif vertex.failed:
            lines = self.labels.failure(vertex)
            parts += [text_line(line, "cut-text", self.paints) for line in lines]
        elif vertex.cut:
            parts.append(text_line(self.labels.cut(vertex), "cut-text", self.paints))
        elif vertex.differentiable and vertex.results == 1:
            parts.append(text_line(self.words["not_computed"], "missing", self.paints))
        if origin := self.labels.origin(vertex):
            parts.append(text_line(origin, "cut-text", self.paints))
        if vertex.use is not None:
            parts.append(text_line(self.labels.use(vertex), "note", self.paints))
        if times := self.labels.times(vertex):
            parts.append(text_line(times, "note", self.paints))
        # The corners of a table or picture would stick out of an ellipse.
        table = vertex.value is not None and vertex.value.shape != ()
        kind = "ellipse" if vertex.differentiable and not table else "rounded"
        return self._body(stack(parts, gap=3), kind, vertex.kind, self._room(vertex))

    def _written(self, number: int, vertex: Vertex) -> str:
        """`c = a + b`, or the name of a leaf."""
        name = self.labels.names[number]
        if vertex.kind != "operation":
            return name
        arguments = [self.labels.names[source] for source in vertex.sources]
        return clean(f"{name} = {self.labels.equation(vertex, arguments)}", 40)

    # ------------------------------------------------------------------ boxes and variables

    def _box(self, number: int, vertex: Vertex) -> tuple[_Body, Drawing, Point | None]:
        """A function in a box with the variable that comes out of it; a leaf is a variable."""
        if vertex.kind == "group":
            title = path_words(vertex.box) if vertex.box else vertex.symbol
            lines = [text_line(clean(title, 60), "group-text", self.paints)]
            notes = list(vertex.content)
            if vertex.box is not None:
                notes += module_lines(vertex.box, self.words)
            else:
                notes.append(self.labels.kind_of_array(vertex, self.usual_dtype))
            lines += [text_line(clean(note, 60), "note", self.paints) for note in notes if note]
            return self._body(stack(lines), "rounded", "group", self._room(vertex)), EMPTY, None
        if vertex.is_leaf:
            return self._variable(number, vertex), EMPTY, None
        word = clean(vertex.operation)
        notes = [clean(f"{name}={value}") for name, value in vertex.keywords[:3]]
        notes += filter(None, [self.labels.times(vertex)])
        lines = [text_line(word, "operation-word", self.paints)]
        lines += [text_line(note, "operation-note", self.paints) for note in notes]
        if vertex.failed:
            failure = self.labels.failure(vertex)
            lines += [text_line(line, "cut-text", self.paints) for line in failure]
            body = self._body(stack(lines, gap=0), "square", "failed", self._room(vertex))
            return body, EMPTY, (0.0, self.along * body.half_height)
        body = self._body(stack(lines, gap=0), "square", "operation", self._room(vertex))
        variable = self._variable(number, vertex)
        head = self.style.arrows[0]
        start = self.along * body.half_height
        end = start + self.along * (_STEP + head)
        line = Shape("line", (0, start, 0, end - self.along * 0.8 * head), "forward")
        tip = arrow_head((0, end), (0, self.along), head, "forward-head")
        middle = end + self.along * variable.half_height
        wire = Drawing(Box(0, min(start, end), 0, max(start, end)), (line, tip))
        tail = merge([wire, variable.drawing.moved(0, middle)])
        return body, tail, (0.0, middle + self.along * variable.half_height)

    def _variable(self, number: int, vertex: Vertex) -> _Body:
        named = vertex.name or vertex.is_plain_number
        name = self.labels.names[number] if named else ""
        lines = [text_line(name, "name", self.paints)] if name else []
        if words := self.labels.kind_of_array(vertex, self.usual_dtype):
            lines.append(text_line(words, "note", self.paints))
        if origin := self.labels.origin(vertex):
            lines.append(text_line(origin, "cut-text", self.paints))
        if vertex.use is not None:
            lines.append(text_line(self.labels.use(vertex), "note", self.paints))
        return self._body(stack(lines), "ellipse", f"{vertex.kind}-variable")
