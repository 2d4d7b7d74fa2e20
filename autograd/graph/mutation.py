"""The mutation table: which memory was changed, when, and by which line.

Nodes and mutations are numbered by one counter. A value that an operation saved at number s can
no longer be trusted if the array that owns its memory was changed after s; backward then raises,
naming the operation and the line that changed it. Training loops pay nothing: a graph whose
nodes are all younger than the last mutation is not looked up at all.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from numpy import ndarray

next_sequence: Callable[[], int] = count(1).__next__


class Change:
    """The last known change of one array's memory."""

    __slots__ = ("location", "owner", "sequence")

    def __init__(self, owner: weakref.ref[ndarray[Any, Any]]) -> None:
        self.owner = owner
        self.sequence = 0
        self.location = ""


def memory_owner(array: ndarray[Any, Any]) -> ndarray[Any, Any]:
    """The array that owns the memory which `array` looks at.

    Arrays over one foreign buffer (memory maps, DLPack) count as owners each on their own.
    """
    while isinstance(array.base, ndarray):
        array = array.base
    return array


class MutationTable:
    """Last change per owner of memory; entries vanish with their arrays."""

    def __init__(self) -> None:
        self.latest = 0  # sequence number of the last change of anything
        self._changes: dict[int, Change] = {}

    def record(self, array: Any, location: str) -> None:
        """Note that the memory of `array` was changed at `location`; scalars cannot change."""
        if type(array) is not ndarray:
            return
        owner = array if array.base is None else memory_owner(array)
        key = id(owner)
        known = self._changes.get(key)
        if known is None or known.owner() is not owner:
            known = Change(weakref.ref(owner, partial(self._forget, key)))
            self._changes[key] = known
        known.sequence = self.latest = next_sequence()
        known.location = location

    def _forget(self, key: int, dead: weakref.ref[ndarray[Any, Any]]) -> None:
        # The id may already belong to a new array with an entry of its own.
        if (known := self._changes.get(key)) is not None and known.owner is dead:
            del self._changes[key]

    def change_after(self, value: Any, sequence: int) -> Change | None:
        """The change that made `value`, saved at `sequence`, stale; None if it is intact."""
        if type(value) is not ndarray:
            return None
        owner = memory_owner(value)
        known = self._changes.get(id(owner))
        if known is not None and known.sequence > sequence and known.owner() is owner:
            return known
        return None


mutations = MutationTable()
