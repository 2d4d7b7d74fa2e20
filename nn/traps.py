"""Warnings of what runs without an error and is hardly ever meant.

They have a category of their own, so that they can be silenced together, or alone by their words:
`warnings.filterwarnings("ignore", category=nn.TrapWarning)`.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType

__all__ = ["TrapWarning"]


class TrapWarning(UserWarning):
    """Something runs, and probably does not do what was meant.

    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", TrapWarning)
    """


def warn_of_trap(message: str) -> None:
    """Warn at the line of the user's program that led here."""
    warnings.warn(message, TrapWarning, stacklevel=_levels_of_ours() + 1)


def _levels_of_ours() -> int:
    """How many frames up the first one is that is neither ours nor Python's glue."""
    level, frame = 1, sys._getframe(2)
    while frame.f_back is not None and _is_ours(frame):
        level, frame = level + 1, frame.f_back
    return level


def _is_ours(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__", "").partition(".")[0] in ("nn", "autograd")
