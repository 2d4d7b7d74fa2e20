"""The last step of the layered layout: coordinates along the flow, wires and frames.

Wires are straight inside columns, where each has its own lane, and turn between columns, where
there are no nodes: they never cross a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from viz.layout.columns import Columns
from viz.layout.places import FRAME_PADDING, from_axes, header_of, tallest_header, to_axes
from viz.layout.spacing import spread
from viz.looks.figure_model import Box, Layout, Model, Point, Route

# Between columns: at least, more per pixel that a wire in between goes up or down, and at most.
_GAP, _STEEP, _WIDEST = 12.0, 0.13, 24.0


def placed(model: Model, columns: Columns) -> Layout:
    """Turn ordered columns into coordinates.

    Args:
        model: The figure.
        columns: Its nodes and wires in columns, in order.

    Returns:
        The places of its nodes, wires and frames.
    """
    header = tallest_header(model) if model.direction == "right" else 0.0
    cross = spread(columns, header)
    starts, ends, turns = _columns_along(columns, cross, model)
    count = len(model.nodes)
    mains = []
    for number, node in enumerate(model.nodes):
        reach, index = columns.extents[number], columns.column[number]
        if node.inlets:
            mains.append(starts[index] + reach.before)
        else:  # leaves end where the next column begins
            mains.append(ends[index] - reach.after)
    axes = [(mains[v], cross[v]) for v in range(count)]
    origins = tuple(from_axes(point, model.direction) for point in axes)
    routes = tuple(
        _route(model, columns, number, axes, cross, ends, turns)
        for number in range(len(model.wires))
    )
    boxes = frame_boxes(model, origins, _lanes(model, columns, cross, starts, ends))
    return Layout(origins, routes, tuple((box,) for box in boxes))


def _columns_along(
    columns: Columns, cross: list[float], model: Model
) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    """Where every column begins and ends along the flow, and where wires turn before it."""
    count = len(columns.orders)
    lengths, leading, trailing, steepest = ([0.0] * count for _ in range(4))
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for vertex, index in enumerate(columns.column):
        reach = columns.extents[vertex]
        lengths[index] = max(lengths[index], reach.before + reach.after)
        for frame in columns.chains[vertex]:
            first[frame] = min(first.get(frame, index), index)
            last[frame] = max(last.get(frame, index), index)
    headers = [header_of(frame) for frame in model.frames]
    down, up = model.direction == "down", model.direction == "up"
    before = [FRAME_PADDING + (header if down else 0.0) for header in headers]
    after = [FRAME_PADDING + (header if up else 0.0) for header in headers]
    for vertex, index in enumerate(columns.column):
        chain = columns.chains[vertex]
        opening = sum(before[frame] for frame in chain if first[frame] == index)
        closing = sum(after[frame] for frame in chain if last[frame] == index)
        leading[index] = max(leading[index], opening)
        trailing[index] = max(trailing[index], closing)
    for segment in columns.segments:
        index = columns.column[segment.source]
        rise = abs(cross[segment.target] + segment.shift - cross[segment.source])
        steepest[index] = max(steepest[index], rise)
    starts, ends, turns, at = [], [], [], 0.0
    turn_from = 0.0
    for index in range(count):
        # Above the names of frames, so that these have room beside the wires.
        turns.append((turn_from, at) if down else (turn_from, at + leading[index]))
        at += leading[index]
        starts.append(at)
        ends.append(at + lengths[index])
        turn_from = ends[-1] + trailing[index] if down else ends[-1]
        turn = min(_GAP + _STEEP * steepest[index], _WIDEST) + 1.2 * model.backward_offset
        at = ends[-1] + trailing[index] + turn
    return starts, ends, turns


def _route(
    model: Model,
    columns: Columns,
    number: int,
    axes: list[Point],
    cross: list[float],
    ends: list[float],
    turns: list[tuple[float, float]],
) -> Route:
    """The course of one wire: straight through columns, curved between them."""
    wire = model.wires[number]
    start = _shifted(axes[wire.source], model.nodes[wire.source].outlet, model)
    end = _shifted(axes[wire.target], model.nodes[wire.target].inlets[wire.slot], model)
    column = columns.column[wire.source]
    points = [start]
    for level in [*(cross[bend] for bend in columns.bends[number]), end[1]]:
        _straight(points, ends[column])
        column += 1
        begin, end_of_turn = turns[column]
        _straight(points, begin)
        _curved(points, (end_of_turn, level))
    _straight(points, end[0])
    return tuple(from_axes(each, model.direction) for each in points)


def _shifted(origin: Point, point: Point, model: Model) -> Point:
    main, cross = to_axes(point, model.direction)
    return origin[0] + main, origin[1] + cross


def _straight(points: list[Point], main: float) -> None:
    """Go on along the flow."""
    at, level = points[-1]
    if abs(main - at) > 0.01:
        third = (main - at) / 3
        points += [(at + third, level), (main - third, level), (main, level)]


def _curved(points: list[Point], end: Point) -> None:
    """Swing over to another level and arrive in the direction of the flow."""
    start = points[-1]
    middle = (start[0] + end[0]) / 2
    points += [(middle, start[1]), (middle, end[1]), end]


def _lanes(
    model: Model, columns: Columns, cross: list[float], starts: list[float], ends: list[float]
) -> list[tuple[int, Box]]:
    """The boxes of wires that pass columns inside a frame."""
    lanes = []
    for bend in range(len(model.nodes), len(columns.column)):
        if columns.chains[bend] and columns.wire[bend] is not None:
            reach, index = columns.extents[bend], columns.column[bend]
            corners = [
                from_axes((main, cross[bend] + across), model.direction)
                for main, across in ((starts[index], -reach.up), (ends[index], reach.down))
            ]
            (x0, y0), (x1, y1) = corners
            box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            lanes.append((columns.chains[bend][-1], box))
    return lanes


def frame_boxes(
    model: Model,
    origins: tuple[Point, ...],
    lanes: Sequence[tuple[int, Box]] = (),
    nodes: Iterable[int] | None = None,
) -> tuple[Box, ...]:
    """The box of every frame: around its nodes and the frames inside, with room for its label.

    Args:
        model: The figure.
        origins: Where its nodes are.
        lanes: Boxes of what else is in a frame, with the frame.
        nodes: The nodes that count; all of them if not given.

    Returns:
        A box per frame; of no size where nothing that counts is in it.
    """
    boxes: list[Box | None] = [None] * len(model.frames)

    def include(frame: int | None, box: Box) -> None:
        if frame is not None:
            known = boxes[frame] or box
            boxes[frame] = Box(
                min(known.left, box.left),
                min(known.top, box.top),
                max(known.right, box.right),
                max(known.bottom, box.bottom),
            )

    for number in range(len(model.nodes)) if nodes is None else nodes:
        include(model.nodes[number].frame, model.nodes[number].drawing.box.moved(*origins[number]))
    for lane in lanes:
        include(*lane)
    finished = []
    for index in reversed(range(len(model.frames))):  # inner frames come after outer ones
        box = boxes[index]
        if box is None:
            finished.append(Box(0, 0, 0, 0))
            continue
        box = box.grown(FRAME_PADDING - 2, FRAME_PADDING / 2)
        box = Box(box.left, box.top - header_of(model.frames[index]), box.right, box.bottom)
        finished.append(box)
        include(model.frames[index].parent, box)
    return tuple(reversed(finished))
