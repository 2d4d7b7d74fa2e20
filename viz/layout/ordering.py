"""The second step of the layered layout: the order of what stands in one column."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

from viz.layout.columns import Columns

_SWEEPS = 12


def order(columns: Columns) -> None:
    """Order every column so that few wires cross, keeping the members of frames together."""
    columns.orders = _first_order(columns)
    improve(columns)


def improve(columns: Columns) -> None:
    """Reorder columns by the neighbours of what is in them, as long as fewer wires cross."""
    count = len(columns.orders)
    best, fewest = [list(each) for each in columns.orders], crossings(columns)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for index in range(1, count) if down else range(count - 2, -1, -1):
            _reorder(columns, index, down)
        if (crossed := crossings(columns)) < fewest:
            best, fewest = [list(each) for each in columns.orders], crossed
    columns.orders = best


def sort_by(columns: Columns, vertices: Sequence[int], keys: Sequence[float],
            means: dict[int, float] | None = None) -> list[int]:  # fmt: skip
    """Sort vertices of one column by a key, treating each frame as one block.

    A frame stands at the mean of its members' keys: in this column, or `means` where given.
    """
    if means is None:
        means = frame_means(columns, vertices, keys)

    def place(vertex: int) -> list[tuple[float, int]]:
        blocks = [(means[frame], -1 - frame) for frame in columns.chains[vertex]]
        return [*blocks, (keys[vertex], vertex)]

    return sorted(vertices, key=place)


def frame_means(
    columns: Columns, vertices: Sequence[int], keys: Sequence[float]
) -> dict[int, float]:
    """The mean key of the given vertices per frame."""
    sums: dict[int, list[float]] = {}
    for vertex in vertices:
        for frame in columns.chains[vertex]:
            sums.setdefault(frame, []).append(keys[vertex])
    return {frame: sum(values) / len(values) for frame, values in sums.items()}


def _first_order(columns: Columns) -> list[list[int]]:
    """The order in which a walk from the roots, slot by slot, meets the vertices."""
    met: list[float] = [-1.0] * len(columns.column)
    clock = 0
    roots = [v for v, outgoing in enumerate(columns.outgoing) if not outgoing]
    waiting = roots[::-1]
    while waiting:
        vertex = waiting.pop()
        if met[vertex] < 0:
            met[vertex] = clock
            clock += 1
            waiting.extend(segment.source for segment in reversed(columns.incoming[vertex]))
    return [sort_by(columns, vertices, met) for vertices in columns.members()]


def _reorder(columns: Columns, index: int, from_left: bool) -> None:
    """Sort one column by the mean position of the neighbours on one side."""
    neighbours = columns.orders[index - 1 if from_left else index + 1]
    position = {vertex: float(i) for i, vertex in enumerate(neighbours)}
    keys = [0.0] * len(columns.column)
    here = columns.orders[index]
    for i, vertex in enumerate(here):
        if from_left:
            places = [position[s.source] - 0.1 * s.rank for s in columns.incoming[vertex]]
        else:
            places = [position[s.target] + s.rank - 0.5 for s in columns.outgoing[vertex]]
        own = i * max(len(neighbours) - 1, 1) / max(len(here) - 1, 1)
        keys[vertex] = sum(places) / len(places) if places else own
    columns.orders[index] = sort_by(columns, here, keys)


def crossings(columns: Columns) -> int:
    """How many pairs of wires cross."""
    place: dict[int, int] = {}
    for vertices in columns.orders:
        place.update((vertex, i) for i, vertex in enumerate(vertices))
    total = 0
    for vertices in columns.orders[:-1]:
        ends = sorted(
            (place[vertex], place[segment.target] + segment.rank)
            for vertex in vertices
            for segment in columns.outgoing[vertex]
        )
        passed: list[float] = []
        for _, end in ends:
            total += len(passed) - bisect_right(passed, end)
            insort(passed, end)
    return total
