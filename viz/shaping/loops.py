"""Repeated blocks in a sequence: the steps of a loop, the layers of a deep network."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

_LONGEST = 256  # elements of a block
_LEAST = 3  # repetitions


@dataclass(frozen=True, order=True)
class Loop:
    """A block of `period` elements that begins at `start` and comes `count` times in a row."""

    start: int
    period: int
    count: int

    @property
    def end(self) -> int:
        """The position behind the last repetition."""
        return self.start + self.period * self.count


def loops(tokens: Sequence[Hashable]) -> list[Loop]:
    """Find what repeats itself at least three times without a break.

    Args:
        tokens: What stands at every position; equal things are equal.

    Returns:
        Loops in order, which do not overlap: of several ways to see it the one that saves most.

    >>> loops("abcbcbcbcd")
    [Loop(start=1, period=2, count=4)]
    """
    numbers: dict[Hashable, int] = {}
    codes = np.array([numbers.setdefault(token, len(numbers)) for token in tokens], dtype=np.int64)
    found: list[Loop] = []
    waiting = [(0, len(codes))]
    while waiting:
        start, end = waiting.pop()
        best = _best(codes[start:end])
        if best is not None:
            loop = replace(best, start=start + best.start)
            found.append(loop)
            waiting += [(start, loop.start), (loop.end, end)]
    return sorted(found)


def _best(codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Loop | None:
    """The loop that takes the most elements out of a sequence."""
    best, most = None, 1
    for period in range(1, min(_LONGEST, len(codes) // _LEAST) + 1):
        broken = np.flatnonzero(codes[period:] != codes[:-period])
        edges = np.concatenate(([-1], broken, [len(codes) - period]))
        lengths = np.diff(edges) - 1
        longest = int(lengths.argmax())
        count = int(lengths[longest]) // period + 1
        saved = (count - 1) * period
        if count >= _LEAST and saved > most:  # of equal ones the first has the shortest block
            best, most = Loop(int(edges[longest]) + 1, period, count), saved
    return best
