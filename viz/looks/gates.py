"""How one node looks: a gate or a leaf, and behind it the tensor that comes out.

The wire that a node sends out belongs to its drawing as far as numbers stand on it: value above,
gradient below. So no layout can part a number from its wire, or put two numbers on one another.
"""

from __future__ import annotations

from viz.looks.artist import SYMBOL, Artist
from viz.looks.figure_model import Box, Drawing, FigureNode, Point, Shape
from viz.looks.local_derivatives import slot_levels
from viz.looks.outlines import Outline, outline
from viz.looks.parts import EMPTY, arrow_head, centred_text, merge, row, stack, text_line
from viz.records import Vertex

_SLOT = 15.0  # distance between wires that arrive at neighbouring slots
_COMMUTATIVE = frozenset(("add", "mul", "maximum", "minimum", "hypot", "logaddexp"))
_MANY_RECORDS = 24  # of which each is narrow
_CELL_GAP = 11.0  # between the cells of a record
_AIR = 4.0  # between a line and the numbers beside it

Plate = tuple[Drawing, tuple[Point, ...], Point]


class GateArtist(Artist):
    """Draws gates on wires that flow to the right, or records behind them."""

    def draw(self, number: int, vertex: Vertex, frame: int | None) -> FigureNode:
        """Draw one vertex, inside the frame with the given index."""
        if vertex.use is not None and vertex.use[0] > 1:
            plate = self._stub(number, vertex)
        elif self.style.plate == "record":
            plate = self._record(number, vertex)
        else:
            plate = self._wire(number, vertex)
        label = self.labels.label(number, vertex)
        noted = self.style.derivatives and bool(vertex.locals)  # each note belongs to its argument
        commutes = vertex.operation in _COMMUTATIVE and len(vertex.sources) == 2 and not noted
        return FigureNode(vertex.kind, *plate, label, frame, commutes)

    # ------------------------------------------------------------------ plates

    def _wire(self, number: int, vertex: Vertex) -> Plate:
        """A gate and the beginning of its wire, with the value above and the gradient below."""
        gate, inlets, around = self._gate(number, vertex)
        start = gate.box.right
        if vertex.is_plain_number and not vertex.root:
            return gate, inlets, (start, 0.0)
        offset = self.style.backward_offset
        above, below = self.value_of(vertex), self.gradient_of(vertex)
        length = max(above.box.width, below.box.width, 18.0) + 8
        middle, end = start + length / 2, start + length
        forward_head, backward_head = self.style.arrows
        lines = []
        if vertex.reached:
            tip = start - around.edge(offset) + 1
            line = (end, offset, tip + 0.8 * backward_head, offset)
            lines.append(Shape("line", line, "backward"))
            lines.append(arrow_head((tip, offset), (-1, 0), backward_head, "backward-head"))
        if vertex.root and not self.fan_out[number]:
            end += 6 + forward_head
            lines.append(Shape("line", (start, 0, end - 0.8 * forward_head, 0), "forward"))
            lines.append(arrow_head((end, 0), (1, 0), forward_head, "forward-head"))
        else:
            lines.append(Shape("line", (start, 0, end, 0), "forward"))
            if self.fan_out[number] > 1:
                lines.append(Shape("circle", (end, 0, 3.2), "branch"))
        if vertex.cut:  # two strokes through the wire
            lines += [Shape("line", (x - 2, 5, x + 2, -5), "cut") for x in (start + 6, start + 10)]
        parts = [gate, Drawing(Box(start, 0, end, 0), tuple(lines))]
        if above is not EMPTY:
            parts.append(above.moved(middle - above.box.width / 2, -_AIR - above.box.height))
        if below is not EMPTY:
            parts.append(below.moved(middle - below.box.width / 2, offset + _AIR))
        return merge(parts), inlets, (end, 0.0)

    def _stub(self, number: int, vertex: Vertex) -> Plate:
        """A leaf that is drawn again, at one more of its uses."""
        gate, inlets, _ = self._gate(number, vertex)
        note = text_line(self.labels.use(vertex), "note", self.paints)
        note = note.moved((gate.box.width - note.box.width) / 2, gate.box.bottom + 1)
        return merge([gate, note]), inlets, (gate.box.right, 0.0)

    def _record(self, number: int, vertex: Vertex) -> Plate:
        """A box `name | data | grad`, behind an ellipse where an operation computed it."""
        cells = self._cells(number, vertex)
        content = row(cells, gap=_CELL_GAP)
        kind = vertex.kind if vertex.is_leaf else "result"
        around = outline(self.style.outlines[kind], content.box, 0, f"{vertex.kind}-record", 0)
        box = around.box
        x = left = (box.width - content.box.width) / 2
        shapes = [around.shape]
        for cell in cells[:-1]:
            x += cell.box.width + _CELL_GAP
            between = x - _CELL_GAP / 2
            shapes.append(Shape("line", (between, box.top, between, box.bottom), "separator"))
        record = merge([Drawing(box, tuple(shapes)), content.moved(left, -content.box.height / 2)])
        if vertex.is_leaf:
            return record, (), (box.right, 0.0)
        gate, inlets, _ = self._gate(number, vertex)
        head = self.style.arrows[0]
        end = gate.box.right + 8 + head
        line = Shape("line", (gate.box.right, 0, end - 0.8 * head, 0), "forward")
        tip = arrow_head((end, 0), (1, 0), head, "forward-head")
        wire = Drawing(Box(gate.box.right, 0, end, 0), (line, tip))
        return merge([gate, wire, record.moved(end, 0)]), inlets, (end + box.right, 0.0)

    def _cells(self, number: int, vertex: Vertex) -> list[Drawing]:
        """What stands in a record, from left to right."""
        title = [text_line(self.labels.names[number], "name", self.paints)]
        if words := self.labels.kind_of_array(vertex, self.usual_dtype):
            title.append(text_line(words, "note", self.paints))
        cells = [] if vertex.is_plain_number else [stack(title)]
        parts = (("data", self._value(vertex)), ("grad", self.gradient_of(vertex)))
        named = [
            row([text_line(self.words[word], "note", self.paints), drawn], gap=4)
            if word == "data" or vertex.differentiable
            else drawn  # notes on what has no gradient
            for word, drawn in parts
            if drawn is not EMPTY
        ]
        # Arrays stand below one another, and numbers of many records: side by side they would be
        # wider than any page.
        is_array = vertex.value is not None and vertex.value.shape != ()
        narrow = is_array or len(self.graph.vertices) > _MANY_RECORDS
        cells += [stack(named, gap=4 if is_array else 1)] if narrow else named
        return cells

    # ------------------------------------------------------------------ gates and leaves

    def _gate(self, number: int, vertex: Vertex) -> tuple[Drawing, tuple[Point, ...], Outline]:
        """The outline with what stands in it; its left end is at x = 0."""
        lines = self.gate_lines(number, vertex)
        texts = stack([text_line(text, role, self.paints) for text, role in lines], gap=0)
        slots = len(vertex.sources)
        notes = self._notes(vertex)
        offset = self.style.backward_offset
        blocks = [note.box.height + offset + 2 * _AIR if note is not EMPTY else 0 for note in notes]
        heights = slot_levels(blocks, _SLOT)
        kind = vertex.kind
        if kind == "operation" and (texts.box.width > SYMBOL or len(lines) > 1 or slots > 3):
            kind = "word"
        room = heights[-1] - heights[0] if heights else 0.0
        around = outline(self.style.outlines[kind], texts.box, room, vertex.kind)
        middle = (around.box.right - (4 if self.style.outlines[kind] == "tag" else 0)) / 2
        if len(lines) == 1:  # centred by its letters rather than by its line
            text, role = lines[0]
            inside = Drawing(around.box, (), (centred_text(middle, 0, text, role, self.paints),))
        else:
            inside = texts.moved(middle - texts.box.width / 2, -texts.box.height / 2)
        inlets = tuple((around.edge(y), y) for y in heights)
        beside = [
            note.moved(-note.box.width - 2 * _AIR, y + offset + _AIR)
            for y, note in zip(heights, notes, strict=True)
            if note is not EMPTY
        ]
        return merge([Drawing(around.box, (around.shape,)), inside, *beside]), inlets, around

    def _notes(self, vertex: Vertex) -> list[Drawing]:
        """What stands below each wire that arrives."""
        if not self.style.derivatives or len(vertex.locals) != len(vertex.sources):
            return [EMPTY] * len(vertex.sources)
        notes = []
        for local in vertex.locals:
            lines = self.inlets.beside(vertex, local)
            notes.append(stack([text_line(each, "chain", self.paints) for each in lines]))
        return notes
