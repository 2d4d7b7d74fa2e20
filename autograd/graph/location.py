"""Which line of the user's program is running: for messages that name a culprit."""

from __future__ import annotations

import sys
from types import FrameType

# Frames of these packages are ours or NumPy's; the user's line is the first one outside.
_INTERNAL = frozenset({"autograd", "nn", "viz", "numpy", "contextlib"})


def caller_location() -> str:
    """`file:line` of the innermost frame outside the library, or "<unknown>"."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in _INTERNAL:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return "<unknown>"
