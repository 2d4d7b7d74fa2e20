"""What a layout is given and what it gives back, whichever engine computes it.

Layouts think along two axes: *main*, in which the forward pass flows, and *cross*. The figure's
direction decides what these are on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from viz.looks.figure_model import Direction, FigureNode, Frame, Model, Point

FRAME_PADDING = 9.0
FRAME_HEADER = 18.0  # room for the label of a frame
_FRAME_NOTE = 14.0  # and for every line below it


def header_of(frame: Frame) -> float:
    """The room above what is in a frame."""
    return FRAME_HEADER + _FRAME_NOTE * len(frame.notes)


def tallest_header(model: Model) -> float:
    """The room that every frame of a figure has above what is in it, at most."""
    return max(map(header_of, model.frames), default=FRAME_HEADER)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far something reaches from its origin: along the main axis and across it."""

    before: float
    after: float
    up: float
    down: float


def extent(node: FigureNode, direction: Direction) -> Extent:
    """The reach of a node in the axes of a direction."""
    box = node.drawing.box
    if direction == "right":
        return Extent(-box.left, box.right, -box.top, box.bottom)
    if direction == "down":
        return Extent(-box.top, box.bottom, -box.left, box.right)
    return Extent(box.bottom, -box.top, -box.left, box.right)


def to_axes(point: Point, direction: Direction) -> Point:
    """(x, y) as (main, cross)."""
    x, y = point
    if direction == "right":
        return x, y
    return (y, x) if direction == "down" else (-y, x)


def from_axes(point: Point, direction: Direction) -> Point:
    """(main, cross) as (x, y)."""
    main, cross = point
    if direction == "right":
        return main, cross
    return (cross, main) if direction == "down" else (cross, -main)
