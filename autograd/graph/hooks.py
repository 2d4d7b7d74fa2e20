"""Hooks: functions of a user that run when a gradient is there, until they are taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Hook = Callable[..., Any]


class Handle:
    """Takes the hook away for which it was returned, by `remove()` or by a call.

    Args:
        hooks: Where the hook stands from now on, by its handle.
        hook: The function.
    """

    def __init__(self, hooks: dict[Handle, Hook], hook: Hook) -> None:
        self._hooks = hooks
        hooks[self] = hook

    def remove(self) -> None:
        """Never call the hook again; a second call does nothing."""
        self._hooks.pop(self, None)

    __call__ = remove


class LeafHooks:
    """The hooks of a leaf, whose nodes come and go: for a gradient, and after it was added."""

    __slots__ = ("accumulated", "arriving")

    def __init__(self) -> None:
        self.arriving: dict[Handle, Hook] = {}
        self.accumulated: dict[Handle, Hook] = {}
