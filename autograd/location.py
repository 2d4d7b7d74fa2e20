"""Which line of the user's program is running: for messages that name a culprit."""

from __future__ import annotations

import sys
from functools import cache
from types import FrameType

__all__: list[str] = []

# Frames of these packages are ours, NumPy's or SciPy's; the user's line is the first one outside.
_INTERNAL = frozenset({"autograd", "nn", "viz", "numpy", "scipy", "contextlib"})


@cache
def _is_internal(module: str) -> bool:
    return module.partition(".")[0] in _INTERNAL


def caller_frame() -> FrameType | None:
    """The innermost frame outside the library, whose functions alone ask for it."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and _is_internal(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame


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
