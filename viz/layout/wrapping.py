"""Wide figures in several rows, as lines of text: for slides, which are not that wide.

A figure is cut where no node is in the way and few wires pass, rather between frames than through
them; a frame that is cut goes on in the next row. Wires that pass a cut go around: down beside the
row, back between the rows, and in again from the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from viz.layout.curves import pieces, split_at
from viz.layout.placing import frame_boxes
from viz.layout.ranks import frame_chains
from viz.looks.figure_model import Box, Layout, Model, Point, Route

_LANE = 12.0  # between two wires that go around, besides their backward lines
_MARGIN = 26.0  # between the rows and the first wire that goes around
_CORNER = 6.0  # radius of the corners of wires that go around, besides their backward lines
_QUARTER = 0.5523  # of a radius: control points of a quarter of a circle
_MOST_ROWS = 8
_ROW = 1.12  # how much better the proportions must become for one more row
_LEGIBLE = 700.0  # pixels of width that every slide has room for
# What a cut costs, in shares of the width of a row: for each wire and for each frame it passes.
_WIRE, _FRAME = 0.25, 0.3


@dataclass
class _Cut:
    """A place to cut at, with the wires that pass it, how high they are there, and its cost."""

    x: float
    passing: list[tuple[int, float]]
    cost: float


def wrapped(model: Model, layout: Layout, ratio: float) -> Layout:
    """Fold a layout that flows to the right into rows.

    Args:
        model: The figure.
        layout: Its places.
        ratio: Width through height that the figure should come close to.

    Returns:
        The places in rows; the layout itself where it is narrow, cannot be cut, or flows up
        or down.
    """
    boxes = [
        node.drawing.box.moved(*origin)
        for node, origin in zip(model.nodes, layout.origins, strict=True)
    ]
    if model.direction != "right" or not boxes:
        return layout
    if max(box.right for box in boxes) - min(box.left for box in boxes) < _LEGIBLE:
        return layout
    members = _members(model)
    cuts = _possible_cuts(layout, boxes, members)
    best, closest = layout, _misfit(layout, boxes, ratio)
    for rows in range(2, min(_MOST_ROWS, len(cuts) + 1) + 1):
        chosen = _chosen(cuts, boxes, rows)
        if len(chosen) + 1 < rows:
            break
        folded = _Folding(model, layout, boxes, members, chosen).layout()
        places = zip(model.nodes, folded.origins, strict=True)
        misfit = _misfit(folded, [n.drawing.box.moved(*o) for n, o in places], ratio)
        misfit *= _ROW ** (rows - 1)
        if misfit < closest:
            best, closest = folded, misfit
    return best


def _misfit(layout: Layout, boxes: Sequence[Box], ratio: float) -> float:
    """How far from the wanted proportions a layout is, 1 for right ones."""
    everything = [*boxes, *(part for parts in layout.frames for part in parts)]
    xs = [point[0] for route in layout.routes for point in route]
    ys = [point[1] for route in layout.routes for point in route]
    width = max([*xs, *(b.right for b in everything)]) - min([*xs, *(b.left for b in everything)])
    height = max([*ys, *(b.bottom for b in everything)]) - min([*ys, *(b.top for b in everything)])
    share = width / max(height, 1.0) / ratio
    return max(share, 1 / share)


def _members(model: Model) -> list[list[int]]:
    """The nodes inside of every frame."""
    members: list[list[int]] = [[] for _ in model.frames]
    chains = frame_chains(model)
    for number, node in enumerate(model.nodes):
        for frame in chains[node.frame]:
            members[frame].append(number)
    return members


def _possible_cuts(
    layout: Layout, boxes: Sequence[Box], members: Sequence[Sequence[int]]
) -> list[_Cut]:
    """The beginning of every gap between boxes, where wires are level still."""
    frames = [part for parts in layout.frames for part in parts]
    between = set(_gaps([*boxes, *frames]))
    cuts = []
    for x in sorted({*between, *_gaps(boxes)}):
        crossed = 0
        for inside in members:
            before = sum(boxes[number].left < x for number in inside)
            crossed += 0 < before < len(inside)
        if x not in between and not crossed:
            continue  # right behind a node, where its frame ends a little later
        levels = ((n, _level(route, x)) for n, route in enumerate(layout.routes))
        passing = [(n, level) for n, level in levels if level is not None]
        cuts.append(_Cut(x, passing, _WIRE * len(passing) + _FRAME * crossed))
    return cuts


def _gaps(boxes: Sequence[Box]) -> list[float]:
    """Where nothing stands any more, before something else begins."""
    gaps = []
    reach = min(box.left for box in boxes)
    for box in sorted(boxes, key=lambda each: each.left):
        if box.left > reach + 4:
            gaps.append(reach + 1)
        reach = max(reach, box.right)
    return gaps


def _level(route: Route, x: float) -> float | None:
    """How high a wire is at some x, if it passes there."""
    if not route[0][0] < x < route[-1][0]:
        return None
    return _parts(route, x)[0][-1][1]


def _parts(route: Route, x: float) -> tuple[Route, Route]:
    """A wire before and after it passes some x."""
    for index, curve in enumerate(pieces(route)):
        if curve[0][0] <= x <= curve[3][0]:
            low, high = 0.0, 1.0
            for _ in range(40):  # x grows along every piece
                middle = (low + high) / 2
                first, _second = split_at(curve, middle)
                low, high = (middle, high) if first[3][0] < x else (low, middle)
            first, second = split_at(curve, low)
            start = 3 * index
            return (*route[:start], *first), (*second, *route[start + 4 :])
    return route, (route[-1],)


def _chosen(cuts: Sequence[_Cut], boxes: Sequence[Box], rows: int) -> list[_Cut]:
    """Cuts near equal shares of the width, rather where fewer wires pass."""
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    share = (right - left) / rows
    chosen: list[_Cut] = []
    for row in range(1, rows):
        wanted = left + row * share
        free = [cut for cut in cuts if not chosen or cut.x > chosen[-1].x]
        near = [cut for cut in free if abs(cut.x - wanted) < share / 2]
        if near:
            chosen.append(min(near, key=lambda cut: abs(cut.x - wanted) / share + cut.cost))
    return chosen


class _Folding:
    """Moves the pieces of a layout below each other."""

    def __init__(
        self,
        model: Model,
        layout: Layout,
        boxes: Sequence[Box],
        members: Sequence[Sequence[int]],
        cuts: Sequence[_Cut],
    ) -> None:
        self.old = layout
        self.cuts = cuts
        self.lane = _LANE + model.backward_offset
        self.corner = _CORNER + model.backward_offset
        self.frames = self._frames(model, boxes, members)
        everything = [(self.row(box.left), box) for box in boxes]
        everything += [part for parts in self.frames for part in parts]
        self.edges = [min(box.left for _, box in everything) - _MARGIN]
        tops, bottoms, ends = [], [], []
        for row in range(len(cuts) + 1):
            inside = [box for at, box in everything if at == row]
            if row:  # frames may reach back over the cut
                self.edges.append(min([cuts[row - 1].x, *(b.left for b in inside)]))
            levels = [p[1] for route in layout.routes for p in route if self.row(p[0]) == row]
            tops.append(min([*(b.top for b in inside), *levels]))
            bottoms.append(max([*(b.bottom for b in inside), *levels]))
            ends.append(max(b.right for b in inside) - self.edges[row])
        self.width = max(ends) + _MARGIN
        self.shift: list[Point] = []
        self.between: list[float] = []  # where the first wire goes back below each row
        y = 0.0
        for row, (top, bottom) in enumerate(zip(tops, bottoms, strict=True)):
            self.shift.append((-self.edges[row], y - top))
            y += bottom - top + _MARGIN
            self.between.append(y)
            passing = len(cuts[row].passing) if row < len(cuts) else 0
            y += passing * self.lane + _MARGIN - self.lane

    def _frames(
        self, model: Model, boxes: Sequence[Box], members: Sequence[Sequence[int]]
    ) -> list[list[tuple[int, Box]]]:
        """The parts of every frame with their rows: the whole, or around what stands in each."""
        rows = [self.row(box.left) for box in boxes]
        parts: list[list[tuple[int, Box]]] = [[] for _ in model.frames]
        for row in range(len(self.cuts) + 1):
            here = [n for n, each in enumerate(rows) if each == row]
            whole = {}  # frames that are not cut keep their boxes, with the wires that pass inside
            for frame, inside in enumerate(members):
                if {rows[number] for number in inside} == {row}:
                    whole[frame] = self.old.frames[frame][0]
            inner = [
                (parent, box)
                for frame, box in whole.items()
                if (parent := model.frames[frame].parent) is not None
            ]
            around = frame_boxes(model, self.old.origins, inner, here)
            for frame, inside in enumerate(members):
                if any(rows[number] == row for number in inside):
                    parts[frame].append((row, whole.get(frame, around[frame])))
        return parts

    def row(self, x: float) -> int:
        """The row of what begins at some x."""
        return sum(x > cut.x for cut in self.cuts)

    def layout(self) -> Layout:
        """The places in rows."""
        origins = tuple(self._moved(origin, self.row(origin[0])) for origin in self.old.origins)
        frames = tuple(
            tuple(box.moved(*self.shift[row]) for row, box in parts) for parts in self.frames
        )
        routes = tuple(self._route(n, route) for n, route in enumerate(self.old.routes))
        return Layout(origins, routes, frames)

    def _moved(self, point: Point, row: int) -> Point:
        dx, dy = self.shift[row]
        return point[0] + dx, point[1] + dy

    def _route(self, number: int, route: Route) -> Route:
        points: list[Point] = []
        row, rest = self.row(route[0][0]), route
        while row < len(self.cuts) and rest[-1][0] > self.cuts[row].x:
            before, rest = _parts(rest, self.cuts[row].x)
            points += self._joined(points, before, row)
            passing = sorted(self.cuts[row].passing, key=lambda each: each[1])
            place = [n for n, _ in passing].index(number)
            self._go_around(points, row, place, len(passing), rest[0])
            row += 1
        points += self._joined(points, rest, row)
        return tuple(points)

    def _joined(self, points: Sequence[Point], part: Route, row: int) -> list[Point]:
        moved = [self._moved(point, row) for point in part]
        return moved[1:] if points else moved

    def _go_around(
        self, points: list[Point], row: int, place: int, count: int, rest: Point
    ) -> None:
        """Down beside the row, back below it and in from the left of the next one."""
        end = self._moved(rest, row + 1)
        outer = (count - 1 - place) * self.lane  # the highest wire goes farthest out
        x = self.width + outer
        y = self.between[row] + outer
        left = -_MARGIN - (count - 1 - place) * self.lane
        start = points[-1]
        corners = [(x, start[1]), (x, y), (left, y), (left, end[1])]
        _rounded(points, corners, end, self.corner)


def _rounded(points: list[Point], corners: Sequence[Point], end: Point, radius: float) -> None:
    """Straight lines over corners, which are rounded, to an end."""
    for corner, following in pairwise([*corners, end]):
        before = _towards(corner, points[-1], radius)
        after = _towards(corner, following, radius)
        _line(points, before)
        points += [
            _towards(before, corner, radius * _QUARTER),
            _towards(after, corner, radius * _QUARTER),
            after,
        ]
    _line(points, end)


def _line(points: list[Point], end: Point) -> None:
    (x0, y0), (x1, y1) = points[-1], end
    third = ((x1 - x0) / 3, (y1 - y0) / 3)
    points += [(x0 + third[0], y0 + third[1]), (x1 - third[0], y1 - third[1]), end]


def _towards(start: Point, end: Point, distance: float) -> Point:
    """A point on the way from one to another, along x or y."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = abs(dx) + abs(dy)
    if length < 1e-9:
        return start
    share = min(distance / length, 0.5)
    return start[0] + dx * share, start[1] + dy * share
