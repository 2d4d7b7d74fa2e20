"""Which line of the user's program is running: for messages that name a culprit."""

from __future__ import annotations

import sys
from types import FrameType

# Frames of these packages are ours, NumPy's or SciPy's; the user's line is the first one outside.
_INTERNAL = frozenset({"autograd", "nn", "viz", "numpy", "scipy", "contextlib"})


def caller_frame() -> FrameType | None:
    """The innermost frame outside the library."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in _INTERNAL:
            return frame
        frame = frame.f_back
    return None


def modules_below_the_caller() -> set[str]:
    """The names of the library's modules, and NumPy's, that are running for the user's line."""
    user, names = caller_frame(), set()
    frame: FrameType | None = sys._getframe(1)
    while frame is not user and frame is not None:
        names.add(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
    return names


def caller_location() -> str:
    """`file:line` of the innermost frame outside the library, or "<unknown>"."""
    frame = caller_frame()
    return "<unknown>" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"
