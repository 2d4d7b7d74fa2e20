"""The one SVG writer.

Looks come as attributes and arrow heads as plain polygons: no style sheet, identifier or script,
so that figures on one page cannot disturb each other and every viewer shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from viz.layout.curves import arrival, beside, reach_within, shortened
from viz.layout.places import header_of
from viz.looks.figure_model import (
    Box,
    Drawing,
    Frame,
    Layout,
    Model,
    Paint,
    Point,
    Route,
    Shape,
    Text,
)
from viz.looks.images import coloured_runs
from viz.looks.parts import arrow_head
from viz.text import fitted, is_wide, text_width
from viz.writing.progress import Progress

_LATIN_FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans'"
_KOREAN_FONTS = (
    "'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', 'Apple SD Gothic Neo', NanumGothic"
)
FONTS = f"{_LATIN_FONTS}, {_KOREAN_FONTS}, sans-serif"
# Not every renderer asks the fonts of a list one after the other for a letter that one lacks.
WIDE_FONTS = f"{_KOREAN_FONTS}, {_LATIN_FONTS}, sans-serif"
_MARGIN = 10.0
_LEGEND_GAP = 14.0
_LEGEND_WIDTH = 560.0  # that the legend may take even where the figure is narrower


@dataclass(frozen=True)
class Caption:
    """Lines of text above a figure, with room for as many lines as any of its pages has."""

    lines: tuple[str, ...]
    room: int


def width_of(model: Model, layout: Layout) -> float:
    """How wide a caption may be."""
    writer = _Writer(model, layout, None, None)
    _, box = writer.legend(writer.content_box())
    return max(box.width, _LEGEND_WIDTH)


def size_of(model: Model, layout: Layout) -> tuple[float, float]:
    """Width and height of a figure in pixels."""
    box = _Writer(model, layout, None, None).canvas()
    return box.width, box.height


def write_svg(
    model: Model,
    layout: Layout,
    progress: Progress | None = None,
    caption: Caption | None = None,
) -> str:
    """Write a figure as SVG.

    Args:
        model: The figure.
        layout: Where everything is.
        progress: How far its story has come; all of it if not given.
        caption: What is written above it.

    Returns:
        A complete SVG document.
    """
    return _Writer(model, layout, progress, caption).document()


def drawing_as_svg(drawing: Drawing, paints: Mapping[str, Paint]) -> str:
    """A drawing alone, to stand in a page."""
    model = Model((), (), (), (), "down", 0.0, (0.0, 0.0), paints, "")
    writer = _Writer(model, Layout((), (), ()), None, None)
    box = drawing.box.grown(0.5, 0.5)
    writer.draw(drawing.moved(-box.left, -box.top))
    width, height = number(box.width), number(box.height)
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-hidden="true">{"".join(writer.lines)}</svg>'
    )


class _Writer:
    def __init__(
        self,
        model: Model,
        layout: Layout,
        progress: Progress | None,
        caption: Caption | None,
    ) -> None:
        self.model = model
        self.caption = caption
        self.progress = progress
        self.layout = layout
        self.paints = model.paints
        self.lines: list[str] = []

    def document(self) -> str:
        legend, box = self.legend(self.content_box())
        caption, box = self._captioned(box)
        box = box.grown(_MARGIN, _MARGIN)
        width, height = number(box.width), number(box.height)
        summary = "\n".join(node.label.description for node in self.model.nodes)
        self.lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="{FONTS}">',
            f"<title>{_safe(self.model.title)}</title>",
            f"<desc>{_safe(summary)}</desc>",
            f'<rect width="{width}" height="{height}" fill="{self.paints["canvas"].fill}"/>',
            f'<g transform="translate({number(-box.left)} {number(-box.top)})">',
        ]
        for line in caption:
            self._text(line)
        if self.progress is None or self.progress.seen["built"]:
            self._frames()
        self._wires()
        self._nodes()
        self.lines.append('<g class="legend">')
        for drawing in legend:
            self.draw(drawing)
        self.lines += ["</g>", "</g>", "</svg>", ""]
        return "\n".join(self.lines)

    def canvas(self) -> Box:
        """What the document shows."""
        _, box = self.legend(self.content_box())
        return self._captioned(box)[1].grown(_MARGIN, _MARGIN)

    def content_box(self) -> Box:
        boxes = [
            node.drawing.box.moved(*origin)
            for node, origin in zip(self.model.nodes, self.layout.origins, strict=True)
        ]
        boxes += [part for parts in self.layout.frames for part in parts]
        for route in self.layout.routes:
            xs, ys = [p[0] for p in route], [p[1] for p in route]
            boxes.append(Box(min(xs), min(ys), max(xs), max(ys) + self.model.backward_offset))
        boxes += [tag.box for each in self.layout.breaks.values() for tag in each.tags]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

    def legend(self, content: Box) -> tuple[list[Drawing], Box]:
        """The legend in rows below the content, and the box of both."""
        items = self.model.legend
        if not items:
            return [], content
        width = max(content.width, *(item.box.width for item in items))
        placed = []
        x, y = content.left, content.bottom + _LEGEND_GAP
        height = max(item.box.height for item in items)
        for item in items:
            if x > content.left and x + item.box.width > content.left + width:
                x, y = content.left, y + height + 6
            top = y + (height - item.box.height) / 2
            placed.append(item.moved(x - item.box.left, top - item.box.top))
            x += item.box.width + 22
        right = max(content.right, *(item.box.right for item in placed))
        return placed, Box(content.left, content.top, right, y + height)

    def _captioned(self, box: Box) -> tuple[list[Text], Box]:
        """The caption, and the box with the room for it."""
        if self.caption is None:
            return [], box
        height = 1.35 * self.paints["caption"].size
        top = box.top - self.caption.room * height - _MARGIN
        lines = [
            Text(box.left, top + (i + 0.8) * height, line, "caption" if i else "phase", "start")
            for i, line in enumerate(self.caption.lines)
        ]
        return lines, Box(box.left, top, max(box.right, box.left + _LEGEND_WIDTH), box.bottom)

    # ------------------------------------------------------------------ parts

    def _frames(self) -> None:
        for frame, parts in zip(self.model.frames, self.layout.frames, strict=True):
            title = "; ".join((frame.label, *frame.notes))
            self.lines.append(f'<g class="frame"><title>{_safe(title)}</title>')
            for number, box in enumerate(parts):
                shape = Shape("rectangle", (box.left, box.top, box.width, box.height, 8), "frame")
                said = replace(frame, notes=()) if number else frame
                self.draw(Drawing(box, (shape,), self._words_of(said, box)))
            self.lines.append("</g>")

    def _words_of(self, frame: Frame, box: Box) -> tuple[Text, ...]:
        """The lines at the top of a frame, as far as wires leave room for them."""
        lines = [(frame.label, "frame-text"), *((note, "note") for note in frame.notes)]
        paints = [self.paints[role] for _, role in lines]
        widths = [text_width(t, p.size, p.bold) for (t, _), p in zip(lines, paints, strict=True)]
        x, room = self._free_place(box, max(widths), header_of(frame))
        found, y = [], box.top + 4
        for (words, role), paint in zip(lines, paints, strict=True):
            words = fitted(words, room, paint.size, paint.bold)
            if words != "…":  # a wire takes all of the room
                found.append(Text(x, y + paint.size, words, role, "start"))
            y += paint.size + 2
        return tuple(found)

    def _free_place(self, box: Box, width: float, header: float) -> tuple[float, float]:
        """Where on the upper edge of a frame no wire runs, and the room a label has there."""
        beside = self.model.backward_offset
        margin = 5 + beside
        strip = Box(box.left, box.top - beside, box.right, box.top + header)
        ways_out = (each.way_out for each in self.layout.breaks.values() if each.way_out)
        reaches = (reach_within(route, strip) for route in (*self.layout.routes, *ways_out))
        places = []
        x = box.left + 10
        for left, right in [*sorted(filter(None, reaches)), (box.right - 10 + margin, box.right)]:
            places.append((x, left - margin - x))
            x = max(x, right + margin)
        enough = (place for place in places if place[1] >= width)
        return next(enough, max(places, key=lambda place: place[1]))

    def _wires(self) -> None:
        forward_size = self.model.arrows[0]
        done = self.progress
        for number, (wire, route) in enumerate(
            zip(self.model.wires, self.layout.routes, strict=True)
        ):
            if done is not None and not {wire.source, wire.target} <= done.seen["built"]:
                continue
            self.lines.append(
                f'<g class="wire" data-source="{wire.source}" data-target="{wire.target}" '
                f'data-slot="{wire.slot}">'
            )
            gap = self.layout.breaks.get(number)
            returned = wire.returns and (done is None or number in done.returned)
            # A look of its own is that of the gradient, or of the only line that there is.
            forward, backward = (None, wire.look) if wire.returns else (wire.look, None)
            if gap is not None and gap.way_out:
                if returned:
                    beside_it = beside(gap.way_out, self.model.backward_offset)
                    self._path(beside_it, "backward", backward)
                self._path(gap.way_out, "forward", forward)
            if returned:
                self._path(beside(route, self.model.backward_offset), "backward", backward)
            self._path(shortened(route, 0.8 * forward_size), "forward", forward)
            self._shape(arrow_head(route[-1], arrival(route), forward_size, "forward-head"))
            for tag in () if gap is None else gap.tags:
                self.draw(tag)
            self.lines.append("</g>")

    def _nodes(self) -> None:
        places = zip(self.model.nodes, self.layout.origins, strict=True)
        for index, (node, origin) in enumerate(places):
            drawing, done = node.drawing, self.progress
            if done is not None:
                if index not in done.seen["built"]:
                    continue
                drawing = done.part(index, drawing)
            self.lines.append(f'<g class="node {node.kind}" data-node="{index}">')
            self.lines.append(f"<title>{_safe(node.label.description)}</title>")
            self.draw(drawing.moved(*origin))
            self.lines.append("</g>")

    def draw(self, drawing: Drawing) -> None:
        for shape in drawing.shapes:
            self._shape(shape)
        for text in drawing.texts:
            self._text(text)

    def _image(self, shape: Shape) -> None:
        """One path per colour; pixels stay sharp."""
        for colour, rectangles in coloured_runs(shape, self.paints):
            course = "".join(
                f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h-{number(w)}z"
                for x, y, w, h in rectangles
            )
            self.lines.append(
                f'<path d="{course}" class="{shape.role}"{_part(shape)} fill="{colour}" '
                'shape-rendering="crispEdges"/>'
            )

    def _shape(self, shape: Shape) -> None:
        if shape.kind == "image":
            self._image(shape)
            return
        numbers = shape.numbers
        if shape.kind == "rectangle":
            names = ["x", "y", "width", "height", "rx"][: 5 if numbers[4] else 4]
            geometry = _attributes("rect", dict(zip(names, numbers, strict=False)))
        elif shape.kind == "circle":
            geometry = _attributes("circle", dict(zip(("cx", "cy", "r"), numbers, strict=True)))
        elif shape.kind == "ellipse":
            names = ["cx", "cy", "rx", "ry"]
            geometry = _attributes("ellipse", dict(zip(names, numbers, strict=True)))
        else:
            points = " ".join(
                f"{number(x)},{number(y)}" for x, y in zip(numbers[::2], numbers[1::2], strict=True)
            )
            name = "polygon" if shape.kind == "polygon" else "polyline"
            geometry = f'<{name} points="{points}"'
        paint = self.paints[shape.role]
        self.lines.append(
            f'{geometry} class="{shape.role}"{_part(shape)}{_look(paint, shape.fill)}/>'
        )

    def _path(self, route: Route, role: str, look: tuple[str, float] | None = None) -> None:
        start, rest = route[0], route[1:]
        paint = self.paints[role]
        if look is not None:
            paint = replace(paint, stroke=look[0], width=look[1])
        curves = " ".join(_point(point) for point in rest)
        self.lines.append(f'<path d="M{_point(start)} C{curves}" class="{role}"{_look(paint)}/>')

    def _text(self, text: Text) -> None:
        paint = self.paints[text.role]
        anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
        look = f' font-size="{number(paint.size)}" fill="{paint.fill}"'
        if is_wide(text.content):
            look += f' font-family="{WIDE_FONTS}"'
        look += ' font-style="italic"' * paint.italic + ' font-weight="bold"' * paint.bold
        self.lines.append(
            f'<text x="{number(text.x)}" y="{number(text.y)}" class="{text.role}"{_part(text)}'
            f"{anchor}{look}>{_safe(text.content)}</text>"
        )


def number(value: float) -> str:
    """A coordinate in hundredths of a pixel, as short as it goes.

    >>> number(3.0), number(-0.001), number(2.345)
    ('3', '0', '2.35')
    """
    hundredths = round(value * 100)
    return str(hundredths / 100 if hundredths % 100 else hundredths // 100)


def _part(drawn: Shape | Text) -> str:
    """Which number a note or a cell belongs to, where its role does not say it."""
    plain = not drawn.of or drawn.role.startswith(drawn.of)
    return "" if plain else f' data-of="{drawn.of}"'


def _point(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _attributes(name: str, values: dict[str, float]) -> str:
    return f"<{name} " + " ".join(f'{key}="{number(value)}"' for key, value in values.items())


def _look(paint: Paint, fill: str | None = None) -> str:
    parts = [f' fill="{fill or paint.fill}"']
    if paint.stroke != "none":
        parts.append(f' stroke="{paint.stroke}" stroke-width="{number(paint.width)}"')
    if paint.dash:
        parts.append(f' stroke-dasharray="{" ".join(map(number, paint.dash))}"')
    return "".join(parts)


def _safe(text: str) -> str:
    """Text as XML content; `clean` has already taken out what XML cannot carry."""
    return escape(text, quote=True)
