"""Long figures in several rows, as lines of text: slides and notebooks are not that wide.

A figure is cut between columns, where few tensors pass: a wire that passes a cut ends in a tag with
the tensor's name and goes on from a tag of the same name in the row of its use. Every row is laid
out on its own; a leaf stands in the row of its first use. Of a figure that flows down, a *row* is
what stands below each other, and the next one is to its right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from viz.layout.layered import layered
from viz.layout.places import FRAME_PADDING, extent, header_of
from viz.layout.ranks import ranks_of
from viz.looks.figure_model import (
    Box,
    Break,
    Drawing,
    FigureNode,
    Frame,
    Label,
    Layout,
    Model,
    Point,
    Route,
    Shape,
    Wire,
)
from viz.looks.parts import centred_text
from viz.text import fitted, text_width

LEGIBLE_WIDTH, LEGIBLE_HEIGHT = 1020.0, 840.0  # pixels: what slides and notebooks show full size
_GAP, _GAP_DOWN = 30.0, 18.0  # between columns, about
_ROWS_APART = 18.0
_MOST_ROWS = 12
_LARGEST = 150  # nodes of a figure that is folded unasked
_MEASURED, _TRIED = 60, 3  # nodes of a figure of which so many ways are laid out and measured
_LONGEST = 2  # times as long as is legible may be a row that is one of several
_ONE_MORE_ROW = 1.005, 1.05  # how much better a figure must become for one more row, by the aim
_LEGEND = 50.0  # its height, about
_TAG = 16.0  # height of a tag
_LONGEST_TAG, _LONGEST_TAG_DOWN = 90.0, 150.0
# What a cut costs for each tensor and each frame that it passes, in squares of a row's width.
_TENSOR, _FRAME = 0.06, 0.15


@dataclass
class Row:
    """One row of a figure, as a figure of its own.

    Args:
        model: Its nodes, with the tags of tensors that come from other rows or go on in them.
        nodes: For every node the number that it has in the whole figure; None for tags.
        wires: For every wire its number in the whole; None for those that end in a tag.
        frames: For every frame its number in the whole.
        tags: Which tensor each tag stands for: the number of its node in the whole.
    """

    model: Model
    nodes: list[int | None]
    wires: list[int | None]
    frames: list[int]
    tags: dict[int, int]

    @cached_property
    def layout(self) -> Layout:
        """The row in the built-in layout."""
        return layered(self.model)


def rows_of(model: Model, ratio: float | None) -> list[Row]:
    """Cut a figure into rows.

    Args:
        model: The figure.
        ratio: Width through height to come close to; None for what is legible on a slide.

    Returns:
        The rows, in order; none where the figure is short, cannot be cut, or flows up.
    """
    if not model.folds:
        return []
    if ratio is None and len(model.nodes) > _LARGEST:  # no number of rows makes that legible
        return []
    columns = _Columns(model)
    if columns.length(0, columns.count) < (0.85 * columns.legible if ratio is None else 700.0):
        return []
    estimated = [
        (_aim(columns.estimate(cuts), ratio, len(cuts)), len(cuts), cuts)
        for cuts in columns.ways_to_cut()
    ]
    if len(model.nodes) > _MEASURED:
        cuts = min(estimated)[2]
        return _split(model, columns.rows(cuts)) if cuts else []
    best: list[Row] = []
    closest = float("inf")
    legend = _LEGEND if model.legend else 0.0
    for _, count, cuts in sorted(sorted(estimated)[:_TRIED], key=lambda each: each[1]):
        rows = _split(model, columns.rows(cuts))
        misfit = _aim(_laid_out(rows, legend), ratio, count)
        if misfit < closest:
            best, closest = rows, misfit
        if ratio is None and misfit <= _ONE_MORE_ROW[0] ** count:
            break  # legible, and in the fewest rows
    return best if len(best) > 1 else []


def _aim(size: tuple[float, float], ratio: float | None, cuts: int) -> float:
    return _misfit(*size, ratio) * _ONE_MORE_ROW[ratio is not None] ** cuts


def _laid_out(rows: Sequence[Row], legend: float) -> tuple[float, float]:
    """How wide and high rows with a legend become."""
    boxes = [_box(row.model, row.layout) for row in rows]
    apart = _ROWS_APART * (len(boxes) - 1)
    if rows[0].model.direction == "down":
        height = max(box.height for box in boxes)
        return sum(box.width for box in boxes) + apart, height + legend
    height = sum(box.height for box in boxes) + apart
    return max(box.width for box in boxes), height + legend


def _misfit(width: float, height: float, ratio: float | None) -> float:
    """How far from the wanted proportions a figure is, or how much too large; 1 for right ones."""
    if ratio is None:
        return max(width / LEGIBLE_WIDTH, height / LEGIBLE_HEIGHT, 1.0)
    share = width / max(height, 1.0) / ratio
    return max(share, 1 / share)


class _Columns:
    """The columns of a figure and where it can be cut."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.down = model.direction == "down"
        self.legible = LEGIBLE_HEIGHT if self.down else LEGIBLE_WIDTH  # along the flow
        self.ranks = ranks_of(model)
        self.count = max(self.ranks) + 1
        self.lengths = [0.0] * self.count
        self.breadths = [0.0] * self.count
        for node, rank in zip(model.nodes, self.ranks, strict=True):
            reach = extent(node, model.direction)
            self.lengths[rank] = max(self.lengths[rank], reach.before + reach.after)
            self.breadths[rank] += reach.up + reach.down + 12
        self.spans = self._spans()
        for frame, (first, _) in self.spans.items() if self.down else ():
            self.lengths[first] += header_of(model.frames[frame]) + FRAME_PADDING
        gap = _GAP_DOWN if self.down else _GAP
        self.sums = [0.0, *accumulate(length + gap for length in self.lengths)]
        self.passing = self._passing()

    def _spans(self) -> dict[int, tuple[int, int]]:
        """The first and the last column of every frame."""
        spans: dict[int, tuple[int, int]] = {}
        for node, rank in zip(self.model.nodes, self.ranks, strict=True):
            frame = node.frame
            while frame is not None:
                low, high = spans.get(frame, (rank, rank))
                spans[frame] = min(low, rank), max(high, rank)
                frame = self.model.frames[frame].parent
        return spans

    def _passing(self) -> list[float]:
        """What a cut before each column costs."""
        ends = [rank + 1 for rank in self.ranks]  # behind the last use of every tensor
        for wire in self.model.wires:
            ends[wire.source] = max(ends[wire.source], self.ranks[wire.target] + 1)
        costs = [0.0] * (self.count + 1)
        for node, rank, end in zip(self.model.nodes, self.ranks, ends, strict=True):
            first = rank + (1 if node.inlets else 2)  # a leaf moves into the row of its first use
            for column in range(first, end):
                costs[column] += _TENSOR
        for low, high in self.spans.values():
            for column in range(low + 1, high + 1):
                costs[column] += _FRAME
        return costs

    def length(self, start: int, end: int) -> float:
        """How long a row of columns is along the flow, about."""
        tag = (_TAG if self.down else _LONGEST_TAG / 2) + _GAP
        return self.sums[end] - self.sums[start] + tag * ((start > 0) + (end < self.count))

    def breadth(self, start: int, end: int) -> float:
        """How broad a row of columns is across the flow, about."""
        return max(self.breadths[start:end])

    def estimate(self, cuts: Sequence[int]) -> tuple[float, float]:
        """Width and height of the figure in rows, about."""
        ends = list(zip([0, *cuts], [*cuts, self.count], strict=True))
        breadth = sum(self.breadth(*each) for each in ends) + _ROWS_APART * len(cuts)
        length = max(self.length(*each) for each in ends)
        return (breadth, length) if self.down else (length, breadth)

    def ways_to_cut(self) -> Iterator[list[int]]:
        """For one row, two, ... where to cut: into similar lengths, rather where little passes."""
        infinite = float("inf")
        before = [0.0] + [infinite] * self.count  # the least cost of rows up to each column
        choice: list[list[int]] = []
        for _ in range(min(_MOST_ROWS, self.count)):
            now, chosen = [infinite] * (self.count + 1), [0] * (self.count + 1)
            for end in range(1, self.count + 1):
                for start in reversed(range(end)):
                    length = self.length(start, end)
                    if length > _LONGEST * self.legible and start < end - 1 and choice:
                        break  # and so is every longer row
                    cost = before[start] + (length / self.legible) ** 2 + self.passing[start]
                    if cost < now[end]:
                        now[end], chosen[end] = cost, start
            choice.append(chosen)
            before = now
            if now[-1] < infinite:
                cuts, end = [], self.count
                for row in reversed(choice):
                    end = row[end]
                    cuts.append(end)
                yield cuts[-2::-1]

    def rows(self, cuts: Sequence[int]) -> list[int]:
        """The row of every node: a leaf goes with its first use."""
        rows = [sum(rank >= cut for cut in cuts) for rank in self.ranks]
        first: dict[int, int] = {}
        for wire in self.model.wires:
            first[wire.source] = min(first.get(wire.source, len(cuts)), rows[wire.target])
        moved = [
            first.get(number, row) if not node.inlets else row
            for number, (node, row) in enumerate(zip(self.model.nodes, rows, strict=True))
        ]
        kept = sorted(set(moved))  # a row of leaves alone is empty now
        return [kept.index(row) for row in moved]


# ---------------------------------------------------------------------- rows as figures


def _split(model: Model, row_of: Sequence[int]) -> list[Row]:
    return [_row(model, row_of, row) for row in range(max(row_of) + 1)]


def _row(model: Model, row_of: Sequence[int], row: int) -> Row:
    nodes: list[FigureNode] = []
    numbers: list[int | None] = []
    place: dict[int, int] = {}  # of a node or an entering tensor of the whole: its number here
    tags: dict[int, int] = {}
    wires: list[Wire] = []
    wire_numbers: list[int | None] = []
    arriving: dict[int, list[tuple[int, Wire]]] = {}
    leaving: dict[int, bool] = {}  # sources of tensors that go on: whether a gradient came back
    for number, wire in enumerate(model.wires):
        if row_of[wire.target] == row:
            arriving.setdefault(wire.target, []).append((number, wire))
        elif row_of[wire.source] == row:
            leaving[wire.source] = leaving.get(wire.source, False) or wire.returns
    frames = _frames_in(model, row_of, row)
    for number, node in enumerate(model.nodes):
        if row_of[number] != row:
            continue
        for _, wire in arriving.get(number, ()):
            if wire.source not in place:
                place[wire.source] = tags_at = len(nodes)
                tags[tags_at] = wire.source
                tag = _tag(model, model.nodes[wire.source], arrives=True)
                if node.frame is not None and model.nodes[wire.source].frame == node.frame:
                    tag = replace(tag, frame=frames.index(node.frame))
                nodes.append(tag)
                numbers.append(None)
        place[number] = len(nodes)
        frame = None if node.frame is None else frames.index(node.frame)
        nodes.append(replace(node, frame=frame))
        numbers.append(number)
        for wire_number, wire in arriving.get(number, ()):
            wires.append(replace(wire, source=place[wire.source], target=place[number]))
            wire_numbers.append(wire_number)
    for source, returns in leaving.items():
        tags[len(nodes)] = source
        wires.append(Wire(place[source], len(nodes), 0, returns))
        wire_numbers.append(None)
        nodes.append(_tag(model, model.nodes[source], arrives=False))
        numbers.append(None)
    before = {frame for other in range(row) for frame in _frames_in(model, row_of, other)}
    inner = []
    for frame in frames:
        known = model.frames[frame]
        parent = None if known.parent is None else frames.index(known.parent)
        notes = () if frame in before else known.notes  # that is said where it begins
        inner.append(Frame(known.label, parent, notes))
    part = replace(
        model,
        nodes=tuple(nodes),
        wires=tuple(wires),
        frames=tuple(inner),
        legend=(),
        story=(),
        checks=(),
    )
    return Row(part, numbers, wire_numbers, frames, tags)


def _frames_in(model: Model, row_of: Sequence[int], row: int) -> list[int]:
    """The frames of a row's nodes, outer ones first."""
    found: set[int] = set()
    for number, node in enumerate(model.nodes):
        frame = node.frame if row_of[number] == row else None
        while frame is not None and frame not in found:
            found.add(frame)
            frame = model.frames[frame].parent
    return sorted(found)


def _tag(model: Model, source: FigureNode, arrives: bool) -> FigureNode:
    """A capsule with the name of a tensor that goes on in another row."""
    size = model.paints["connector-text"].size
    inlets: tuple[Point, ...]
    longest = _LONGEST_TAG_DOWN if model.direction == "down" else _LONGEST_TAG
    words = fitted(source.label.title or source.label.symbol, longest - 14, size)
    width, half = text_width(words, size) + 14, _TAG / 2
    if model.direction == "down":  # the wire passes near its left end, as it does in boxes
        shape = Shape("rectangle", (-_TAG, 0, width, _TAG, half), "connector")
        text = centred_text(width / 2 - _TAG, half, words, "connector-text", model.paints)
        inlets = () if arrives else ((0.0, 0.0),)
        drawing = Drawing(Box(-_TAG, 0, width - _TAG, _TAG), (shape,), (text,))
        return FigureNode(
            "connector", drawing, inlets, (0.0, _TAG), Label(words, "", (), (), words)
        )
    box = Box(0, -half, width, half)
    shape = Shape("rectangle", (0, -half, width, _TAG, half), "connector")
    text = centred_text(width / 2, 0, words, "connector-text", model.paints)
    inlets = () if arrives else ((0.0, 0.0),)
    label = Label(words, "", (), (), words)
    return FigureNode("connector", Drawing(box, (shape,), (text,)), inlets, (width, 0.0), label)


# ---------------------------------------------------------------------- putting rows together


def joined(model: Model, rows: Sequence[Row], layouts: Sequence[Layout]) -> Layout:
    """The places of a whole figure from those of its rows.

    Args:
        model: The figure.
        rows: Its rows.
        layouts: The places of each.

    Returns:
        The places; wires that pass from row to row are broken.
    """
    origins: list[Point] = [(0.0, 0.0)] * len(model.nodes)
    routes: list[Route] = [()] * len(model.wires)
    frames: list[list[Box]] = [[] for _ in model.frames]
    ways_out: dict[int, tuple[Route, Drawing]] = {}  # by source: the wire to its tag, and the tag
    ways_in: dict[int, Drawing] = {}  # by wire: the tag that it comes from
    at = 0.0
    for row, layout in zip(rows, layouts, strict=True):
        box = _box(row.model, layout)
        if model.direction == "down":
            shift = (at - box.left, -box.top)
            at += box.width + _ROWS_APART
        else:
            shift = (-box.left, at - box.top)
            at += box.height + _ROWS_APART
        for here, origin in enumerate(layout.origins):
            number = row.nodes[here]
            if number is not None:
                origins[number] = _plus(origin, shift)
        for frame, boxes in zip(row.frames, layout.frames, strict=True):
            frames[frame] += [each.moved(*shift) for each in boxes]
        seen: set[int] = set()
        for here, route in enumerate(layout.routes):
            moved = tuple(_plus(point, shift) for point in route)
            wire, number = row.model.wires[here], row.wires[here]
            if number is None:
                end = row.model.nodes[wire.target].drawing
                place = _plus(layout.origins[wire.target], shift)
                ways_out[row.tags[wire.target]] = moved, end.moved(*place)
                continue
            routes[number] = moved
            if wire.source in row.tags and wire.source not in seen:
                seen.add(wire.source)
                start = row.model.nodes[wire.source].drawing
                ways_in[number] = start.moved(*_plus(layout.origins[wire.source], shift))
    breaks: dict[int, Break] = {}
    for number, wire in enumerate(model.wires):
        way_out = ways_out.pop(wire.source, None) if _is_broken(number, wire, rows) else None
        if number in ways_in or way_out is not None:
            out, tag = way_out or ((), None)
            tags = tuple(each for each in (tag, ways_in.get(number)) if each is not None)
            breaks[number] = Break(out, tags)
    return Layout(tuple(origins), tuple(routes), tuple(map(tuple, frames)), breaks)


def _is_broken(number: int, wire: Wire, rows: Sequence[Row]) -> bool:
    """Whether a wire comes out of a tag."""
    for row in rows:
        if number in row.wires:
            return row.model.wires[row.wires.index(number)].source in row.tags
    return False


def _plus(point: Point, shift: Point) -> Point:
    return point[0] + shift[0], point[1] + shift[1]


def _box(model: Model, layout: Layout) -> Box:
    """Around everything in a row."""
    boxes = [
        node.drawing.box.moved(*origin)
        for node, origin in zip(model.nodes, layout.origins, strict=True)
    ]
    boxes += [part for parts in layout.frames for part in parts]
    for route in layout.routes:
        xs, ys = [p[0] for p in route], [p[1] for p in route]
        boxes.append(Box(min(xs), min(ys), max(xs), max(ys) + model.backward_offset))
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
