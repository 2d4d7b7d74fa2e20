"""A reverse-mode engine to compare with: one number at a time, nothing fast, nothing clever.

Memory is a row of cells. A cell holds a value and its history: which other numbers it was computed
from, with which derivatives. An array is a set of positions in a memory, so a view is another
array over the same memory, and to write is to put new values and histories into cells. Nothing is
ever saved, so nothing can be out of date; but the engine under test saves whole arrays, and for
each operation a `Step` notes what it may have saved, to tell when an error is due.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np

_order = count().__next__


class Step:
    """One operation: what it reads in a backward pass, and the steps it was computed from."""

    def __init__(self, parents: list[Step], reads: list[Memory]) -> None:
        self.parents = parents
        # A single number is saved by value; an array may be overwritten while it is needed.
        self.reads = [(m, m.version) for m in reads if m.ndim]
        self.spent = False  # a backward pass has passed through it for certain
        self.perhaps_spent = False  # or possibly: the engine looks at arrays, not at numbers

    @property
    def stale(self) -> bool:
        return any(memory.version != version for memory, version in self.reads)

    def everything_before(self, found: frozenset[Step] = frozenset()) -> frozenset[Step]:
        for parent in self.parents:
            found = found if parent in found else parent.everything_before(found)
        return found | {self}


class History:
    """How one number came about: (earlier history, derivative) pairs; none for a leaf."""

    def __init__(self, parents: list[tuple[History, float]], step: Step) -> None:
        self.parents = parents
        self.step = step
        self.order = _order()


class Memory:
    """Cells that several arrays may share."""

    def __init__(self, values: np.ndarray, histories: list[History | None], step: Step) -> None:
        self.values = values.astype(float).ravel()
        self.histories = histories
        self.ndim = values.ndim
        self.step = step  # the last that wrote here
        self.version = 0
        self.tracked = any(histories)
        self.is_leaf = False


class Array:
    """Positions in a memory."""

    def __init__(self, memory: Memory, positions: np.ndarray, detached: bool = False) -> None:
        self.memory = memory
        self.positions = positions
        self.detached = detached

    @property
    def values(self) -> np.ndarray:
        return self.memory.values[self.positions]

    @property
    def requires_grad(self) -> bool:
        return self.memory.tracked and not self.detached

    def histories(self, shape: tuple[int, ...]) -> list[History | None]:
        """One per element after broadcasting; None for constants."""
        places = np.broadcast_to(self.positions, shape).ravel()
        return [None if self.detached else self.memory.histories[place] for place in places]

    def view(self, take: Callable[[np.ndarray], np.ndarray]) -> Array:
        return Array(self.memory, take(self.positions), self.detached)


def leaf(values: np.ndarray, requires_grad: bool) -> Array:
    step = Step([], [])
    histories = [History([], step) if requires_grad else None for _ in range(values.size)]
    made = Array(Memory(values, histories, step), np.arange(values.size).reshape(values.shape))
    made.memory.is_leaf = requires_grad
    return made


def compute(values, parents, of: list[Array], reads=(), reads_result: bool = False) -> Array:
    """A new array of these values; `parents` has a list of (history, slope) for each element."""
    step = Step([x.memory.step for x in of], [x.memory for x in reads])
    histories = []
    for pairs in parents:
        known = [(history, slope) for history, slope in pairs if history is not None]
        histories.append(History(known, step) if known else None)
    memory = Memory(values, histories, step)
    memory.tracked = any(x.requires_grad for x in of)
    if reads_result and memory.ndim:
        step.reads.append((memory, 0))
    return Array(memory, np.arange(values.size).reshape(values.shape))


def elementwise(values: np.ndarray, slopes: list, operands: list[Array], **reads) -> Array:
    """A new array whose elements depend on one element of each operand."""
    spread = [np.broadcast_to(slope, values.shape).ravel().tolist() for slope in slopes]
    histories = [x.histories(values.shape) for x in operands]
    columns = [list(zip(h, s, strict=True)) for h, s in zip(histories, spread, strict=True)]
    parents = [list(each) for each in zip(*columns, strict=True)]
    return compute(values, parents, of=operands, **reads)


def write(target: Array, new: Array, recording: bool) -> None:
    """Put the elements of `new` into the cells of `target`, with their histories if recorded."""
    memory = target.memory
    if memory.ndim == 0:  # nobody else looks at a single number: it moves to a cell of its own
        old, memory = memory, Memory(memory.values.reshape(()), memory.histories, memory.step)
        memory.tracked, memory.is_leaf = old.tracked, old.is_leaf
        target.memory = memory
    memory.values[target.positions] = new.values
    memory.version += 1
    if recording:
        places = target.positions.ravel()
        for place, history in zip(places, new.histories(target.positions.shape), strict=True):
            memory.histories[place] = history
        # What the engine's operation itself saved of this memory it has copied.
        new.memory.step.reads = [r for r in new.memory.step.reads if r[0] is not memory]
        memory.step = Step([memory.step, new.memory.step], [])
        memory.tracked |= new.requires_grad


def backward(root: Array, seed: np.ndarray) -> dict[History, float]:
    """The gradients of all numbers that `root` depends on."""
    pending: dict[History, float] = {}
    for history, g in zip(root.histories(root.positions.shape), seed.ravel(), strict=True):
        if history is not None:
            pending[history] = pending.get(history, 0.0) + g
    complete: dict[History, float] = {}
    while pending:
        history = max(pending, key=lambda each: each.order)
        complete[history] = g = pending.pop(history)
        for parent, slope in history.parents:
            pending[parent] = pending.get(parent, 0.0) + slope * g
    return complete
