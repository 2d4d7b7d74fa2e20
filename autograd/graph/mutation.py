"""The mutation table: which memory was changed, when, and by which line.

Nodes and mutations are numbered by one counter. A value that an operation saved at number s can
no longer be trusted if the array that owns its memory was changed after s; backward then raises,
naming the operation and the line that changed it. Training loops pay nothing: a graph whose
nodes are all younger than the last mutation is not looked up at all.

For drawing the table also remembers what small arrays held before: a copy is taken when somebody
is about to write, or is handed the memory, so that a forward pass pays nothing.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from numpy import ndarray

next_sequence: Callable[[], int] = count(1).__next__

KEPT_ELEMENTS = 256  # values and gradients up to this size are kept for drawing
KEPT_CONTENTS = 16  # of one array


class Change:
    """The last known change of one array's memory, and what the memory held before.

    `contents` are copies of its bytes with the number up to which they were there; once there are
    too many the first of them only says up to when they were dropped.
    """

    __slots__ = ("by", "contents", "copied", "location", "owner", "sequence")

    def __init__(self, owner: ndarray[Any, Any], forget: Callable[..., None]) -> None:
        self.owner = weakref.ref(owner, forget)
        self.copied = owner.flags.forc and not owner.dtype.hasobject  # its bytes are what it holds
        self.sequence = 0
        self.location = self.by = ""
        self.contents: deque[tuple[int, bytes]] = deque(maxlen=KEPT_CONTENTS + 1)

    def content_at(self, sequence: int) -> bytes | None:
        """What the memory held at a number, where a copy of that was taken and is still there."""
        contents = self.contents
        if len(contents) > KEPT_CONTENTS and sequence < contents[0][0]:
            return None
        return next((content for until, content in contents if until > sequence), None)

    def words(self) -> str:
        """Who changed it where, such as `SGD.step at train.py:12`."""
        return f"{self.by} at {self.location}"


def memory_owner(array: ndarray[Any, Any]) -> ndarray[Any, Any]:
    """The array that owns the memory which `array` looks at.

    Arrays over one foreign buffer (memory maps, DLPack) count as owners each on their own.
    """
    while array.base is not None:
        base: Any = array.base
        if not isinstance(base, ndarray):
            base = getattr(base, "base", None)  # what NumPy's strided views put in between
        if not isinstance(base, ndarray):
            break
        array = base
    return array


def is_borrowed(array: ndarray[Any, Any]) -> bool:
    """Whether the memory came by DLPack, and another library may write to it unnoticed."""
    return array.base is not None and type(memory_owner(array).base).__name__ == "PyCapsule"


class MutationTable:
    """Last change per owner of memory; entries vanish with their arrays."""

    def __init__(self) -> None:
        self.latest = 0  # sequence number of the last change of anything
        self._changes: dict[int, Change] = {}

    def expect(
        self, array: ndarray[Any, Any], limit: float = KEPT_ELEMENTS
    ) -> tuple[Change, bytes | None]:
        """What is known of memory that somebody is about to write into, for `record`.

        Returns:
            The entry, and a copy of what the memory holds if that is small.
        """
        owner = array if array.base is None else memory_owner(array)
        known = self._known(owner)
        if known is None:
            known = Change(owner, partial(self._forget, id(owner)))
            self._changes[id(owner)] = known
        return known, owner.tobytes("A") if owner.size <= limit and known.copied else None

    def record(self, expected: tuple[Change, bytes | None], location: str, by: str) -> None:
        """Note that `by` has changed the memory that was expected to change, at `location`."""
        known, before = expected
        known.sequence = self.latest = next_sequence()
        known.location = location
        known.by = by
        if before is not None:
            known.contents.append((known.sequence, before))

    def keep(self, array: Any) -> None:
        """Copy what the memory of a small array holds: somebody could write into it."""
        if type(array) is ndarray and array.size <= KEPT_ELEMENTS:
            known, content = self.expect(array)
            if content is not None:
                if known.contents and known.contents[-1][1] == content:
                    known.contents.pop()
                known.contents.append((next_sequence(), content))

    def _forget(self, key: int, dead: weakref.ref[ndarray[Any, Any]]) -> None:
        # The id may already belong to a new array with an entry of its own.
        if (known := self._changes.get(key)) is not None and known.owner is dead:
            del self._changes[key]

    def change_after(self, value: Any, sequence: int) -> Change | None:
        """The change that made `value`, saved at `sequence`, stale; None if it is intact."""
        if type(value) is not ndarray:
            return None
        known = self._known(memory_owner(value))
        return known if known is not None and known.sequence > sequence else None

    def _known(self, owner: ndarray[Any, Any]) -> Change | None:
        known = self._changes.get(id(owner))
        return known if known is not None and known.owner() is owner else None

    def as_of(self, value: Any, sequence: int) -> tuple[Any, Change | None]:
        """What `value`, saved at `sequence`, held then: itself, or a copy where it was changed.

        Where no copy was taken, what it holds now comes with the change.
        """
        if type(value) is not ndarray:
            return value, None
        owner = memory_owner(value)
        known = self._known(owner)
        if known is None:
            return value, None
        content = known.content_at(sequence)
        if content is not None:
            start = value.__array_interface__["data"][0]
            offset = start - owner.__array_interface__["data"][0]
            return ndarray(value.shape, value.dtype, content, offset, value.strides), None
        return value, known if known.sequence > sequence else None


mutations = MutationTable()


def replace_value(tensor: Any, value: Any, location: Callable[[], str], by: str) -> None:
    """Give a Tensor another raw value; its leaf remembers the old one, and who replaced it."""
    node = tensor._node
    if node is not None and node.is_leaf:
        node.replace_value(value, f"{by} at {location()}")
    tensor._value = value
