"""The third step of the layered layout: how far apart things are across the flow.

Vertices want to be level with their neighbours and must keep their order and their distance.
In one column that is solved exactly by pooling neighbours that are in each other's way; frames,
which tie columns together, are solved in the same manner on a graph of constraints (Dwyer,
Marriott, Stuckey, "Fast node overlap removal", 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from viz.layout.columns import Columns, Segment
from viz.layout.constraints import Constraint, satisfied
from viz.layout.ordering import frame_means, sort_by
from viz.layout.places import FRAME_PADDING

_NODES = 7.0  # between neighbours in a column
_FRAMES = 8.0  # between a frame and what is outside
# Weights in a column: of what stays where it is, and of leaves and their bends, which give way.
_FIRM, _LOOSE = 1000.0, 1e-5
_FAR = 1e9


def spread(columns: Columns, header: float) -> list[float]:
    """Place every vertex across the flow.

    Args:
        columns: The ordered columns; the order changes where frames need it.
        header: Room for labels of frames on their upper side.

    Returns:
        The coordinate of every vertex.
    """
    places = _levelled(columns, header, _even(columns, header))
    if not any(columns.chains):
        return places
    # Frames keep their place among others in every column that they pass.
    _agree(columns, places)
    places = _levelled(columns, header, _even(columns, header))
    return _keep_frames_free(columns, header, places)


def _even(columns: Columns, header: float) -> list[float]:
    places = [0.0] * len(columns.column)
    for vertices in columns.orders:
        gaps = _gaps(columns, vertices, header)
        position = -sum(gaps) / 2
        for vertex, gap in zip(vertices, [*gaps, 0.0], strict=True):
            places[vertex] = position
            position += gap
    return places


# The sweeps: in which direction, and which neighbours a vertex looks at.
_SWEEPS = (
    (1, "incoming"), (-1, "outgoing"), (1, "incoming"), (-1, "both"), (1, "both"), (-1, "both"),
    (1, "incoming"), (-1, "leaves"),
)  # fmt: skip


def _levelled(columns: Columns, header: float, places: list[float]) -> list[float]:
    """Sweep over the columns, each time moving every vertex level with its neighbours."""
    gaps = [_gaps(columns, vertices, header) for vertices in columns.orders]
    for step, looked_at in _SWEEPS:
        for vertices, distances in list(zip(columns.orders, gaps, strict=True))[::step]:
            wishes = [_wish(columns, places, vertex, looked_at) for vertex in vertices]
            moved = pooled([w[0] for w in wishes], [w[1] for w in wishes], distances)
            for vertex, place in zip(vertices, moved, strict=True):
                places[vertex] = place
    return places


def _wish(
    columns: Columns, places: Sequence[float], vertex: int, looked_at: str
) -> tuple[float, float]:
    """Where a vertex would like to be, and how much."""
    incoming, outgoing = columns.incoming[vertex], columns.outgoing[vertex]
    inner = [segment for segment in incoming if not segment.from_leaf]
    follows = all(segment.from_leaf for segment in outgoing) and bool(outgoing)
    if looked_at == "leaves" and not follows:
        return places[vertex], _FIRM
    if looked_at == "incoming" and incoming:
        outgoing = []
    elif looked_at == "outgoing" and outgoing:
        inner = incoming = []
    total = weight = 0.0
    for segment in inner or ([] if outgoing else incoming):
        total += segment.weight * (places[segment.source] - _shift(segment))
        weight += segment.weight
    for segment in outgoing:
        total += segment.weight * (places[segment.target] + _shift(segment))
        weight += segment.weight
    if not weight:
        return places[vertex], _LOOSE
    return total / weight, _LOOSE * weight if follows else weight


def _shift(segment: Segment) -> float:
    """The main line runs straight through its gates; side inputs aim at their slot."""
    return segment.shift if segment.from_leaf else 0.0


def pooled(wishes: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Places in a given order and with given least gaps that are closest to the wishes.

    Least weighted squares, by pooling adjacent violators.

    Args:
        wishes: Where each would like to be.
        weights: How much.
        gaps: Least distance of each from the next, one fewer.

    Returns:
        The places.

    >>> pooled([0.0, 0.0], [1.0, 1.0], [10.0])
    [-5.0, 5.0]
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        mean, heavy, members = wish - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, other_weight, other_members = blocks.pop()
            mean = (mean * heavy + other * other_weight) / (heavy + other_weight)
            heavy += other_weight
            members += other_members
        blocks.append((mean, heavy, members))
    means = [mean for mean, _, members in blocks for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


# ---------------------------------------------------------------------- frames

# In a column read from top to bottom, frames open and close between vertices. Events are
# ("open", frame), ("close", frame) and ("at", vertex).
_Event = tuple[str, int]


def _events(columns: Columns, vertices: Sequence[int]) -> list[_Event]:
    events: list[_Event] = []
    opened: tuple[int, ...] = ()
    for vertex in vertices:
        chain = columns.chains[vertex]
        shared = 0
        while shared < min(len(opened), len(chain)) and opened[shared] == chain[shared]:
            shared += 1
        events += [("close", frame) for frame in reversed(opened[shared:])]
        events += [("open", frame) for frame in chain[shared:]]
        events.append(("at", vertex))
        opened = chain
    return events + [("close", frame) for frame in reversed(opened)]


def _distance(columns: Columns, first: _Event, second: _Event, header: float) -> float:
    """Least distance of two events that follow each other."""
    (kind, vertex), (next_kind, next_vertex) = first, second
    distance = 0.0
    if kind == "at":
        distance += columns.extents[vertex].down
    if next_kind == "at":
        distance += columns.extents[next_vertex].up
    if kind == "open":
        return distance + FRAME_PADDING / 2 + header
    if next_kind == "close":
        return distance + FRAME_PADDING
    return distance + (_NODES if kind == next_kind == "at" else _FRAMES)


def _gaps(columns: Columns, vertices: Sequence[int], header: float) -> list[float]:
    """Least distance of each vertex of a column from the next."""
    gaps: list[float] = []
    gap = 0.0
    events = _events(columns, vertices)
    started = False
    for first, second in pairwise(events):
        if first[0] == "at":
            started, gap = True, 0.0
        gap += _distance(columns, first, second, header)
        if second[0] == "at" and started:
            gaps.append(gap)
    return gaps


def _agree(columns: Columns, places: Sequence[float]) -> None:
    """Give every frame and every passing wire one place in all columns, then sort by it."""
    keys = list(places)
    for bends in columns.bends:
        if bends:
            mean = sum(places[bend] for bend in bends) / len(bends)
            for bend in bends:
                keys[bend] = mean
    # Leaves follow their operations, and do not say where a frame belongs.
    inner = [vertex for vertex in range(len(keys)) if columns.incoming[vertex]]
    means = frame_means(columns, range(len(keys)), keys) | frame_means(columns, inner, keys)
    columns.orders = [sort_by(columns, order, keys, means) for order in columns.orders]


def _keep_frames_free(columns: Columns, header: float, places: list[float]) -> list[float]:
    """Move what is not in a frame out of its way, in all columns that the frame passes."""
    count = len(places)
    frames = sorted({frame for chain in columns.chains for frame in chain})
    top = {frame: count + i for i, frame in enumerate(frames)}
    bottom = {frame: count + len(frames) + i for i, frame in enumerate(frames)}
    variable = {"at": lambda v: v, "open": top.__getitem__, "close": bottom.__getitem__}
    constraints = []
    for vertices in columns.orders:
        for first, second in pairwise(_events(columns, vertices)):
            left, right = variable[first[0]](first[1]), variable[second[0]](second[1])
            constraints.append((left, right, _distance(columns, first, second, header)))
    means = frame_means(columns, range(count), places)
    wishes = places + [means[frame] for frame in frames] * 2
    weights = [1.0] * count + [1e-4] * (2 * len(frames))
    places = satisfied(wishes, weights, constraints)
    before: list[list[Constraint]] = [[] for _ in places]
    after: list[list[Constraint]] = [[] for _ in places]
    for constraint in constraints:
        after[constraint[0]].append(constraint)
        before[constraint[1]].append(constraint)
    # Frames take all the room they can get, outer ones first, so that their members are free.
    for frame in frames:
        starts = (places[left] + distance for left, _, distance in before[top[frame]])
        ends = (places[right] - distance for _, right, distance in after[bottom[frame]])
        places[top[frame]] = max(starts, default=-_FAR)
        places[bottom[frame]] = min(ends, default=_FAR)
    return _polished(columns, places, before, after)[:count]


def _polished(
    columns: Columns,
    places: list[float],
    before: Sequence[Sequence[Constraint]],
    after: Sequence[Sequence[Constraint]],
) -> list[float]:
    """Level what the frames have moved, as far as there is room."""
    for step, looked_at in ((1, "incoming"), (-1, "leaves")):
        for vertices in columns.orders[::step]:
            for vertex in vertices:
                wish, _ = _wish(columns, places, vertex, looked_at)
                for left, _, distance in before[vertex]:
                    wish = max(wish, places[left] + distance)
                for _, right, distance in after[vertex]:
                    wish = min(wish, places[right] - distance)
                places[vertex] = wish
    return places
