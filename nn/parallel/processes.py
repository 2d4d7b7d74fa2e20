"""Which process this is."""

from __future__ import annotations

from nn import ranks

__all__ = ["only_first", "rank", "world_size"]


def rank() -> int:
    """The number of this process, from 0; 0 where it is alone.

    >>> rank()
    0
    """
    return ranks.rank()


def world_size() -> int:
    """How many processes train together; 1 where it is alone.

    >>> world_size()
    1
    """
    return ranks.size()


def only_first() -> bool:
    """Whether this is rank 0, the process that prints and saves.

    >>> if only_first():
    ...     print("one line, however many processes")
    one line, however many processes
    """
    return ranks.rank() == 0
