"""Gates on wires that flow down: as `gates` draws them, turned by a quarter.

The value stands to the right of the wire that leaves a gate and the gradient to its left, where
the backward line runs.
"""

from __future__ import annotations

from viz.looks.circles_and_boxes import CircleAndBoxArtist
from viz.looks.figure_model import Box, Drawing, FigureNode, Point, Shape
from viz.looks.parts import EMPTY, arrow_head, merge, stack, text_line
from viz.records import Vertex

_AIR = 5.0  # between a line and the numbers beside it
_SHORTEST = 18.0  # wire that leaves a gate

FORMS = {"parameter": "rounded", "input": "square", "constant": "ellipse", "group": "rounded"}


class DownwardGateArtist(CircleAndBoxArtist):
    """Draws gates on wires that flow down."""

    def draw(self, number: int, vertex: Vertex, frame: int | None) -> FigureNode:
        """Draw one vertex, inside the frame with the given index."""
        lines = self.gate_lines(number, vertex)
        texts = stack([text_line(text, role, self.paints) for text, role in lines], gap=0)
        form = FORMS.get(vertex.kind, "ellipse" if len(lines) == 1 else "rounded")
        body = self._body(texts, form, vertex.kind, self._room(vertex))
        inlets, notes = self._inlets(vertex, body)
        start = body.half_height
        if vertex.use is not None and vertex.use[0] > 1:
            note = text_line(self.labels.use(vertex), "note", self.paints)
            beside = note.moved(body.half_width + _AIR, -note.box.height / 2)
            tail, outlet = beside, (0.0, start)
        elif vertex.is_plain_number and not vertex.root:
            tail, outlet = EMPTY, (0.0, start)
        else:
            tail, outlet = self._tail(number, vertex, start, body.edge(self.style.backward_offset))
        drawing = merge([body.drawing, tail, *notes])
        label = self.labels.label(number, vertex)
        return FigureNode(vertex.kind, drawing, inlets, outlet, label, frame)

    def _tail(
        self, number: int, vertex: Vertex, start: float, edge: float
    ) -> tuple[Drawing, Point]:
        """The wire that leaves a gate, with its numbers on both sides, and where it ends."""
        value, gradient = self.value_of(vertex), self.gradient_of(vertex)
        end = start + max(value.box.height, gradient.box.height, _SHORTEST) + 2 * _AIR
        offset = self.style.backward_offset
        forward_head, backward_head = self.style.arrows
        shapes = []
        if vertex.reached:
            tip = edge - 1
            line = (-offset, end, -offset, tip + 0.8 * backward_head)
            shapes.append(Shape("line", line, "backward"))
            shapes.append(arrow_head((-offset, tip), (0, -1), backward_head, "backward-head"))
        fan_out = self.fan_out[number]
        if vertex.root and not fan_out:
            end += 6 + forward_head
            shapes.append(Shape("line", (0, start, 0, end - 0.8 * forward_head), "forward"))
            shapes.append(arrow_head((0, end), (0, 1), forward_head, "forward-head"))
        else:
            shapes.append(Shape("line", (0, start, 0, end), "forward"))
            if fan_out > 1:
                shapes.append(Shape("circle", (0, end, 3.2), "branch"))
        if vertex.cut:  # two strokes through the wire
            shapes += [Shape("line", (-5, y + 2, 5, y - 2), "cut") for y in (start + 6, start + 10)]
        parts = [Drawing(Box(-offset, start, 0, end), tuple(shapes))]
        if value is not EMPTY:
            parts.append(value.moved(_AIR, start + _AIR))
        if gradient is not EMPTY:
            parts.append(gradient.moved(-offset - _AIR - gradient.box.width, start + _AIR))
        return merge(parts), (0.0, end)
