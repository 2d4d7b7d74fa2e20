"""The graph as a layered layout sees it: nodes in columns, wires cut into pieces between them.

Every wire that passes columns gets a vertex of no width in each (a *bend*), so that all segments
join neighbouring columns and the space between two columns is the only place where wires turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from viz.layout.places import Extent, extent
from viz.layout.ranks import frame_chains, wire_lengths
from viz.looks.figure_model import Model, Wire

_LANE = 7.0  # room on both sides of a wire in passing, besides its backward line
# How hard wires pull: those with bends should be straight, those aside give way.
_MAIN, _LONG, _ASIDE = 4.0, 6.0, 1e-3


@dataclass
class Segment:
    """A piece of a wire between neighbouring columns.

    `shift` is where it arrives at its target, across the flow; `rank` between 0 and 1 tells its
    slot among those of the target. Wires from leaves follow where the operations go, others pull
    with their weight.
    """

    source: int
    target: int
    shift: float
    rank: float
    from_leaf: bool
    weight: float


@dataclass
class Columns:
    """The graph in columns: nodes first, then bends, then fillers of frames.

    Args:
        extents: Reach of every vertex.
        column: Column of every vertex.
        chains: For every vertex the frames around it, outermost first.
        wire: For every bend the wire it belongs to, None for all others.
        segments: All pieces of wires.
        bends: For every wire its bends in order.
        orders: For every column its vertices from top to bottom.
    """

    extents: list[Extent] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    chains: list[tuple[int, ...]] = field(default_factory=list)
    wire: list[int | None] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    bends: list[list[int]] = field(default_factory=list)
    orders: list[list[int]] = field(default_factory=list)
    incoming: list[list[Segment]] = field(default_factory=list)
    outgoing: list[list[Segment]] = field(default_factory=list)

    def add(self, reach: Extent, column: int, chain: tuple[int, ...], wire: int | None) -> int:
        """A new vertex; returns its number."""
        self.extents.append(reach)
        self.column.append(column)
        self.chains.append(chain)
        self.wire.append(wire)
        self.incoming.append([])
        self.outgoing.append([])
        return len(self.column) - 1

    def members(self) -> list[list[int]]:
        """The vertices of every column."""
        members: list[list[int]] = [[] for _ in range(max(self.column, default=-1) + 1)]
        for vertex, column in enumerate(self.column):
            members[column].append(vertex)
        return members

    def join(self, segment: Segment) -> None:
        """A new piece of wire."""
        self.segments.append(segment)
        self.outgoing[segment.source].append(segment)
        self.incoming[segment.target].append(segment)


def in_columns(model: Model, ranks: Sequence[int]) -> Columns:
    """Put every node into its column, with bends where wires pass columns.

    Args:
        model: The figure.
        ranks: The column of every node; wires go to the right.

    Returns:
        The columns, whose order is not decided yet.
    """
    columns = Columns()
    chains = frame_chains(model)
    lengths = wire_lengths(model, chains)
    for node, rank in zip(model.nodes, ranks, strict=True):
        columns.add(extent(node, model.direction), rank, chains[node.frame], None)
    spans = _spans(columns)
    # Backward lines run below forward ones, or left of those that flow down.
    sides = (_LANE, _LANE + model.backward_offset)
    bend = Extent(0.0, 0.0, *(sides[::-1] if model.direction == "down" else sides))
    across = 1 if model.direction == "right" else 0
    for number, wire in enumerate(model.wires):
        inlets = model.nodes[wire.target].inlets
        bends = [
            columns.add(bend, rank, _around(wire, rank, columns, spans), number)
            for rank in range(ranks[wire.source] + 1, ranks[wire.target])
        ]
        columns.bends.append(bends)
        stops = [wire.source, *bends, wire.target]
        # What enters a frame is the main line there, and the leaves that the frame holds follow.
        leaf = not model.nodes[wire.source].inlets and lengths[number] == 1
        for source, target in pairwise(stops):
            last = target == wire.target
            weight = _ASIDE if wire.aside else _LONG if bends else _MAIN
            shift = inlets[wire.slot][across] if last else 0.0
            place = (wire.slot + 1) / (len(inlets) + 1) if last else 0.5
            columns.join(Segment(source, target, shift, place, leaf, weight))
    _fill_frames(columns, spans, chains)
    return columns


def _spans(columns: Columns) -> dict[int, tuple[int, int]]:
    """The first and last column of every frame."""
    spans: dict[int, tuple[int, int]] = {}
    for column, chain in zip(columns.column, columns.chains, strict=True):
        for frame in chain:
            first, last = spans.get(frame, (column, column))
            spans[frame] = min(first, column), max(last, column)
    return spans


def _fill_frames(
    columns: Columns, spans: dict[int, tuple[int, int]], chains: dict[int | None, tuple[int, ...]]
) -> None:
    """Give every frame a vertex of no size in columns that it passes without a member."""
    present = {
        (column, frame)
        for column, chain in zip(columns.column, columns.chains, strict=True)
        for frame in chain
    }
    for frame in sorted(spans, reverse=True):  # inner frames come last, and bring the outer ones
        for column in range(*spans[frame]):
            if (column, frame) not in present:
                columns.add(Extent(0.0, 0.0, 0.0, 0.0), column, chains[frame], None)
                present.update((column, each) for each in chains[frame])


def _around(
    wire: Wire, rank: int, columns: Columns, spans: dict[int, tuple[int, int]]
) -> tuple[int, ...]:
    """The frames around a bend: a wire leaves and enters frames at their left and right ends."""
    before, after = columns.chains[wire.source], columns.chains[wire.target]
    common = _common(before, after)
    leaving = [frame for frame in before[len(common) :] if rank <= spans[frame][1]]
    entering = [frame for frame in after[len(common) :] if rank >= spans[frame][0]]
    return (*common, *(leaving or entering))


def _common(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]
