"""Outlines of nodes around text of any size, and where wires meet them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from viz.looks.figure_model import Box, Shape

_LINE = 20.0  # height of one line of text, at most
_POINT = 8.0  # how far the tips of tags and hexagons stick out


@dataclass(frozen=True)
class Outline:
    """A shape whose left end is at x = 0 and whose middle is at y = 0.

    `edge` tells how far inside its left and right ends the border is at a height y; a tag has its
    point on the right only.
    """

    shape: Shape
    box: Box
    edge: Callable[[float], float]


def outline(kind: str, inside: Box, room: float, role: str, lowest: float = 26.0) -> Outline:
    """Put an outline around something.

    Args:
        kind: One of "circle", "ellipse", "capsule", "rounded", "square", "tag" and "hexagon".
        inside: The box of what is in it.
        room: Distance between the first and the last wire that arrive.
        role: The role of the shape.
        lowest: Least height.

    Returns:
        The outline; `inside`, centred at y = 0 between its ends, fits into it.
    """
    height = max(inside.height + 8, room + 12, lowest)
    half = height / 2
    width = max(inside.width + 18, 1.1 * height)
    if kind == "circle":
        radius = max(lowest / 2 + 2, room / 2 + 6, inside.width / 2 + 4)
        box = Box(0, -radius, 2 * radius, radius)
        shape = Shape("circle", (radius, 0, radius), role)
        return Outline(shape, box, lambda y: radius - math.sqrt(max(radius**2 - y**2, 0)))
    if kind == "ellipse":
        if inside.height > _LINE:  # the corners of several lines must not stick out
            half = 0.72 * inside.height
        width = max(1.44 * inside.width if inside.height > _LINE else inside.width + 24, 2.8 * half)
        shape = Shape("ellipse", (width / 2, 0, width / 2, half), role)
        return Outline(
            shape,
            Box(0, -half, width, half),
            lambda y: width / 2 * (1 - math.sqrt(max(1 - (y / half) ** 2, 0))),
        )
    if kind in ("tag", "hexagon"):
        box = Box(0, -half, width + (_POINT if kind == "tag" else 6), half)
        left = (0.0, half, 0.0, -half) if kind == "tag" else (_POINT, half, 0, 0, _POINT, -half)
        right = (box.right - _POINT, -half, box.right, 0, box.right - _POINT, half)
        shape = Shape("polygon", (*left, *right), role)
        return Outline(shape, box, lambda y: _POINT * min(abs(y) / half, 1.0))
    corner = {"capsule": min(half, 14.0), "rounded": 6.0}.get(kind, 0.0)
    shape = Shape("rectangle", (0, -half, width, height, corner), role)

    def edge(y: float) -> float:
        into_corner = max(abs(y) - (half - corner), 0.0)
        return corner - math.sqrt(max(corner**2 - into_corner**2, 0))

    return Outline(shape, Box(0, -half, width, half), edge)
