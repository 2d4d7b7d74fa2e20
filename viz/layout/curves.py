"""Geometry of wires: Bézier curves, the same beside them, and where they point."""

from __future__ import annotations

import math
from itertools import pairwise

from viz.looks.figure_model import Box, Point

# Pieces into which a curve is cut before it is moved sideways; more follow it more closely.
_PIECES = 4


def pieces(route: tuple[Point, ...]) -> list[tuple[Point, Point, Point, Point]]:
    """The cubic curves of a route: start, two controls, end."""
    return [
        (route[i], route[i + 1], route[i + 2], route[i + 3]) for i in range(0, len(route) - 1, 3)
    ]


def beside(route: tuple[Point, ...], distance: float) -> tuple[Point, ...]:
    """A route that runs along another one.

    Args:
        route: The route.
        distance: How far to its right-hand side, as seen along it on a page with y downwards.

    Returns:
        The route beside it, of more and shorter curves where it bends.
    """
    points: list[Point] = []
    for curve in pieces(route):
        parts = [curve] if _is_level(curve) else _cut(curve)
        for part in parts:
            moved = _moved(part, distance)
            points += moved if not points else moved[1:]
    return tuple(points)


def _is_level(curve: tuple[Point, Point, Point, Point]) -> bool:
    (x0, y0), _, _, (x1, y1) = curve
    return abs(x1 - x0) < 0.01 or abs(y1 - y0) < 0.01


def _cut(curve: tuple[Point, Point, Point, Point]) -> list[tuple[Point, Point, Point, Point]]:
    parts = []
    rest = curve
    for left in range(_PIECES, 1, -1):
        first, rest = split_at(rest, 1 / left)
        parts.append(first)
    return [*parts, rest]


def split_at(
    curve: tuple[Point, Point, Point, Point], at: float
) -> tuple[tuple[Point, Point, Point, Point], tuple[Point, Point, Point, Point]]:
    """De Casteljau's two parts of a curve."""
    a, b, c, d = curve
    ab, bc, cd = _between(a, b, at), _between(b, c, at), _between(c, d, at)
    abc, bcd = _between(ab, bc, at), _between(bc, cd, at)
    middle = _between(abc, bcd, at)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _moved(curve: tuple[Point, Point, Point, Point], distance: float) -> list[Point]:
    """A short curve, moved to its right: both ends along their normals, controls with them."""
    a, b, c, d = curve
    start, end = direction(a, b, d), direction(c, d, a, backwards=True)
    before, after = _length(a, d), 0.0
    a2 = (a[0] - start[1] * distance, a[1] + start[0] * distance)
    d2 = (d[0] - end[1] * distance, d[1] + end[0] * distance)
    after = _length(a2, d2)
    scale = after / before if before else 1.0
    b2 = (a2[0] + (b[0] - a[0]) * scale, a2[1] + (b[1] - a[1]) * scale)
    c2 = (d2[0] + (c[0] - d[0]) * scale, d2[1] + (c[1] - d[1]) * scale)
    return [a2, b2, c2, d2]


def direction(start: Point, end: Point, otherwise: Point, backwards: bool = False) -> Point:
    """The unit vector from one point to another; towards a third where the two coincide."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    if abs(dx) + abs(dy) < 1e-9:
        dx, dy = otherwise[0] - start[0], otherwise[1] - start[1]
        if backwards:
            dx, dy = -dx, -dy
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


def _length(start: Point, end: Point) -> float:
    return math.hypot(end[0] - start[0], end[1] - start[1])


def points_along(route: tuple[Point, ...], steps: int = 12) -> list[Point]:
    """Points on a route, `steps` per curve."""
    points = [route[0]]
    for (x0, y0), (x1, y1), (x2, y2), (x3, y3) in pieces(route):
        for step in range(1, steps + 1):
            t = step / steps
            s = 1 - t
            a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return points


def reach_within(route: tuple[Point, ...], box: Box) -> tuple[float, float] | None:
    """From where to where along x a route runs through a box; None where it does not."""
    inside: list[float] = []
    for curve in pieces(route):
        xs, ys = [x for x, _ in curve], [y for _, y in curve]
        if max(ys) < box.top or min(ys) > box.bottom or max(xs) < box.left or min(xs) > box.right:
            continue
        flat = min(ys) == max(ys)
        for (x0, y0), (x1, y1) in pairwise(points_along(curve, steps=1 if flat else 12)):
            if max(y0, y1) >= box.top and min(y0, y1) <= box.bottom:
                low, high = max(min(x0, x1), box.left), min(max(x0, x1), box.right)
                if low <= high:
                    inside += [low, high]
    return (min(inside), max(inside)) if inside else None


def arrival(route: tuple[Point, ...]) -> Point:
    """The unit vector in which a route arrives at its end."""
    return direction(route[-2], route[-1], route[0])


def shortened(route: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """A route that stops short of its end, where the head of an arrow begins."""
    while len(route) > 4 and (last := _length(route[-4], route[-1])) < by:
        route, by = route[:-3], by - last
    (dx, dy), (x, y) = arrival(route), route[-1]
    cx, cy = route[-2]
    return (*route[:-2], (cx - dx * by, cy - dy * by), (x - dx * by, y - dy * by))
