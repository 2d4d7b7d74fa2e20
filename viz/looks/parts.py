"""Small drawings and how to put them together: lines of text, badges, stacks and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from viz.looks.figure_model import Box, Drawing, Paint, Point, Shape, Text
from viz.text import text_width

Paints = Mapping[str, Paint]

ASCENT, DESCENT = 0.80, 0.24  # of a line of text, in font sizes, with the air it needs

EMPTY = Drawing(Box(0, 0, 0, 0))


def text_line(content: str, role: str, paints: Paints) -> Drawing:
    """One line of text in its own box, with the top left corner at the origin."""
    paint = paints[role]
    width = text_width(content, paint.size, paint.bold)
    baseline = ASCENT * paint.size
    box = Box(0, 0, width, (ASCENT + DESCENT) * paint.size)
    return Drawing(box, (), (Text(width / 2, baseline, content, role),))


def flush_line(content: str, role: str, paints: Paints) -> Drawing:
    """One line of text that begins at the left of its box, whatever the font's true widths."""
    line = text_line(content, role, paints)
    (text,) = line.texts
    return Drawing(line.box, (), (Text(0, text.y, content, role, "start"),))


def centred_text(x: float, y: float, content: str, role: str, paints: Paints) -> Text:
    """A line of text whose letters are centred on a point."""
    return Text(x, y + 0.36 * paints[role].size, content, role)


def badge(content: str, paints: Paints) -> Drawing:
    """A filled pill with a word in it, for what must not be overlooked."""
    line = text_line(content, "badge-text", paints)
    box = line.box.grown(5, 1.5)
    shape = Shape("rectangle", (box.left, box.top, box.width, box.height, 6), "badge")
    return Drawing(box, (shape,), line.texts).moved(5, 1.5)


def merge(drawings: Sequence[Drawing]) -> Drawing:
    """Several drawings as one, each where it is."""
    drawings = [each for each in drawings if each is not EMPTY]
    if not drawings:
        return EMPTY
    if len(drawings) == 1:
        return drawings[0]
    boxes = [each.box for each in drawings]
    box = Box(
        min([box.left for box in boxes]),
        min([box.top for box in boxes]),
        max([box.right for box in boxes]),
        max([box.bottom for box in boxes]),
    )
    return Drawing(
        box,
        tuple(shape for each in drawings for shape in each.shapes),
        tuple(text for each in drawings for text in each.texts),
    )


def stack(drawings: Sequence[Drawing], gap: float = 1.0) -> Drawing:
    """Drawings below each other, centred, with the top left corner at the origin."""
    drawings = [each for each in drawings if each is not EMPTY]
    width = max((each.box.width for each in drawings), default=0.0)
    placed, y = [], 0.0
    for each in drawings:
        placed.append(each.moved((width - each.box.width) / 2 - each.box.left, y - each.box.top))
        y += each.box.height + gap
    return merge(placed)


def row(drawings: Sequence[Drawing], gap: float = 6.0) -> Drawing:
    """Drawings side by side, centred on a line, with the top left corner at the origin."""
    drawings = [each for each in drawings if each is not EMPTY]
    height = max((each.box.height for each in drawings), default=0.0)
    placed, x = [], 0.0
    for each in drawings:
        placed.append(each.moved(x - each.box.left, (height - each.box.height) / 2 - each.box.top))
        x += each.box.width + gap
    return merge(placed)


def arrow_head(tip: Point, towards: Point, size: float, role: str) -> Shape:
    """A filled triangle at `tip`, pointing along the unit vector `towards`."""
    (x, y), (dx, dy) = tip, towards
    back_x, back_y = x - dx * size, y - dy * size
    half = 0.42 * size
    corners = (x, y, back_x - dy * half, back_y + dx * half, back_x + dy * half, back_y - dx * half)
    return Shape("polygon", corners, role)
