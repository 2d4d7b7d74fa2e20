"""The figure model: what a figure shows, before anything has a place.

Nodes, wires and frames carry their own shapes and texts in coordinates relative to the node, and
the sizes that a layout needs. A layout adds places, the writer turns both into SVG; neither knows
which operation, tensor or style a shape came from. How a shape looks is the `Paint` of its role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import add
from typing import Literal

from viz.records import Check, Live, Product, Refusal, Step

Point = tuple[float, float]
Direction = Literal["right", "down", "up"]
# A wire's course: its first point, then three points (two controls, one end) per Bézier curve.
Route = tuple[Point, ...]
Anchor = Literal["start", "middle", "end"]
ShapeKind = Literal["rectangle", "circle", "ellipse", "polygon", "line", "image"]


@dataclass(frozen=True, slots=True)
class Paint:
    """How everything of one role looks.

    Args:
        fill: Colour of areas and letters, or "none".
        stroke: Colour of outlines and lines, or "none".
        width: Width of lines in pixels.
        dash: Lengths of dashes and gaps, empty for a solid line.
        size: Size of letters in pixels.
        italic: Whether letters are slanted.
        bold: Whether letters are bold.
    """

    fill: str = "none"
    stroke: str = "none"
    width: float = 1.0
    dash: tuple[float, ...] = ()
    size: float = 12.0
    italic: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its edges; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.bottom - self.top

    def moved(self, x: float, y: float) -> Box:
        """The same box, shifted."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, x: float, y: float) -> Box:
        """The same box with a margin on every side."""
        return Box(self.left - x, self.top - y, self.right + x, self.bottom + y)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; (x, y) is on its baseline, at its start, middle or end."""

    x: float
    y: float
    content: str
    role: str
    anchor: Anchor = "middle"
    of: str = ""  # "value" or "gradient" where the role does not say it

    def moved(self, x: float, y: float) -> Text:
        """The same text, shifted."""
        return Text(self.x + x, self.y + y, self.content, self.role, self.anchor, self.of)


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline.

    `numbers` are, by kind: (left, top, width, height, corner radius) of a rectangle; (x, y,
    radius) of a circle; (x, y, horizontal radius, vertical radius) of an ellipse; x and y of the
    corners of a polygon or of the points of a line, in turn; (left, top, side of a pixel, pixels in
    a row) of an image and then the step of every pixel on the scale of its role.
    """

    kind: ShapeKind
    numbers: tuple[float, ...]
    role: str
    fill: str | None = None  # a colour of its own, as the cells of a heat map have
    of: str = ""  # "value" or "gradient" where the role does not say it

    def moved(self, x: float, y: float) -> Shape:
        """The same shape, shifted."""
        if self.kind in ("polygon", "line"):
            shifts = (x, y) * (len(self.numbers) // 2)
            numbers = tuple(map(add, self.numbers, shifts))
        else:
            numbers = (self.numbers[0] + x, self.numbers[1] + y, *self.numbers[2:])
        return Shape(self.kind, numbers, self.role, self.fill, self.of)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes and texts with the box they need."""

    box: Box
    shapes: tuple[Shape, ...] = ()
    texts: tuple[Text, ...] = ()

    def moved(self, x: float, y: float) -> Drawing:
        """The same drawing, shifted."""
        return Drawing(
            self.box.moved(x, y),
            tuple([shape.moved(x, y) for shape in self.shapes]),
            tuple([text.moved(x, y) for text in self.texts]),
        )

    def belonging(self, to: str) -> Drawing:
        """The same drawing, as part of a value or of a gradient."""
        return Drawing(
            self.box,
            tuple([Shape(s.kind, s.numbers, s.role, s.fill, to) for s in self.shapes]),
            tuple([Text(t.x, t.y, t.content, t.role, t.anchor, to) for t in self.texts]),
        )


@dataclass(frozen=True, slots=True)
class Label:
    """What a node says, as plain lines: for Graphviz, screen readers and plain text."""

    title: str
    symbol: str
    value: tuple[str, ...]
    gradient: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class FigureNode:
    """One node: an operation with its outgoing wire, or a leaf with its own.

    Args:
        kind: "operation", "parameter", "input", "constant" or "group".
        drawing: Shapes and texts; wires along the direction of flow pass through y = 0 (or x = 0).
        inlets: Where wires arrive, per argument slot.
        outlet: Where wires leave.
        label: The same in words.
        frame: Index of the frame around the node, if any.
        commutes: Whether its two arguments may arrive in either order.
    """

    kind: str
    drawing: Drawing
    inlets: tuple[Point, ...]
    outlet: Point
    label: Label
    frame: int | None = None
    commutes: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """From the node that computed a tensor to one argument slot that uses it.

    `returns` says whether a gradient came back along it; what is `aside` gives way to the others.
    `look` is a colour and a width of its own.
    """

    source: int
    target: int
    slot: int
    returns: bool
    aside: bool = False
    look: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A box around the nodes of one call of a module.

    Args:
        label: Its name.
        parent: Index of the frame around it.
        notes: Lines below the name.
    """

    label: str
    parent: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A module, an operation or an input in the outline of a model, which can be opened and closed.

    Args:
        kind: "group" for a module, "operation", "input", "parameter", "constant" or "failed".
        lines: What it says, the first as its title.
        pictures: Feature maps and their gradients.
        number: What others call it; None where something is inside of it.
        sources: Numbers of what it reads.
        inside: What is in it.
        opened: Whether that is shown at first.
    """

    kind: str
    lines: tuple[str, ...]
    pictures: tuple[Drawing, ...] = ()
    number: int | None = None
    sources: tuple[int, ...] = ()
    inside: tuple[OutlineItem, ...] = ()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A whole figure without coordinates.

    Args:
        nodes: Nodes; every wire goes from an earlier to a later one.
        wires: Wires, ordered by target and slot.
        frames: Frames, outer ones first.
        legend: Drawings that are placed in rows below the figure.
        direction: Where the forward pass flows.
        backward_offset: How far beside a forward line its backward line runs.
        arrows: Size of arrow heads of forward and backward lines.
        paints: How each role looks.
        title: What the figure is, for screen readers.
        lang: Language of its words.
        story: What is shown step by step.
        checks: Gradients that finite differences can check.
        live: How a page computes the figure anew, or why it cannot.
        products: Products of matrices whose numbers are all written.
        folds: Whether it may be cut into rows, or into columns where it flows down.
        early: Whether branches begin side by side.
        outline: The modules of a model down to the innermost, for a page.
    """

    nodes: tuple[FigureNode, ...]
    wires: tuple[Wire, ...]
    frames: tuple[Frame, ...]
    legend: tuple[Drawing, ...]
    direction: Direction
    backward_offset: float
    arrows: tuple[float, float]
    paints: Mapping[str, Paint]
    title: str
    lang: str = "en"
    story: tuple[Step, ...] = ()
    checks: tuple[Check, ...] = ()
    live: Live | Refusal | None = None
    products: tuple[Product, ...] = ()
    folds: bool = False
    early: bool = False
    outline: tuple[OutlineItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """How a wire that goes on in another row is shown, besides the part that arrives there.

    Args:
        way_out: From its source to a tag; empty where another wire of that source shows it.
        tags: The tags, where they stand.
    """

    way_out: Route
    tags: tuple[Drawing, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of everything, in pixels; y grows downwards.

    Args:
        origins: Where the origin of each node lies.
        routes: The course of each wire.
        frames: The boxes of each frame: one, or one in each row of a figure that was folded.
        breaks: What else there is of wires that go on in another row.
    """

    origins: tuple[Point, ...]
    routes: tuple[Route, ...]
    frames: tuple[tuple[Box, ...], ...]
    breaks: Mapping[int, Break] = field(default_factory=dict)
