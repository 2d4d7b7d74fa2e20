"""What is switched on while code runs: recording, an observer, the module being called.

All of it is one immutable `Mode` in one context variable, so an operation asks once, threads and
coroutines have their own, and leaving a block restores exactly what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.graph.node import Node
    from autograd.operation.record import Op


class Observer:
    """Sees every operation and every backward step while it is attached by `observe`.

    Subclasses override what they need; the methods here do nothing.
    """

    keep_values = False  # keep values and gradients of any size on the nodes
    keep_source = False  # note on each node the line that called the operation

    def operation_started(self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Called before an operation computes `values` (raw arrays)."""

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Called after an operation; `out` is raw, `node` is None where nothing was recorded."""

    def step_started(self, node: Node, cotangent: Any) -> None:
        """Called before a node passes its gradient on."""

    def step_finished(self, node: Node, cotangent: Any, contributions: list[Any]) -> None:
        """Called after a node passed on `contributions`, one per argument (None where no edge)."""


class Observers(Observer):
    """Several observers as one: blocks nest, and the inner one does not silence the outer."""

    def __init__(self, *observers: Observer) -> None:
        self.observers = observers
        self.keep_values = any(each.keep_values for each in observers)
        self.keep_source = any(each.keep_source for each in observers)

    def operation_started(self, *event: Any) -> None:
        """Tell all of them."""
        for each in self.observers:
            each.operation_started(*event)

    def operation_finished(self, *event: Any) -> None:
        """Tell all of them."""
        for each in self.observers:
            each.operation_finished(*event)

    def step_started(self, *event: Any) -> None:
        """Tell all of them."""
        for each in self.observers:
            each.step_started(*event)

    def step_finished(self, *event: Any) -> None:
        """Tell all of them."""
        for each in self.observers:
            each.step_finished(*event)


class Mode:
    """The settings in force: `plain` is the common case, recording without an observer."""

    __slots__ = ("module", "observer", "plain", "recording")

    def __init__(self, recording: bool, observer: Observer | None, module: str | None) -> None:
        self.recording = recording
        self.observer = observer
        self.module = module
        self.plain = recording and observer is None


_mode: ContextVar[Mode] = ContextVar("wengert_mode", default=Mode(True, None, None))
current_mode: Callable[[], Mode] = _mode.get


class _Recording(ContextDecorator):
    """Switches recording for a `with` block or a decorated function."""

    _value: bool

    def __init__(self) -> None:
        self._tokens: list[Token[Mode]] = []

    def _recreate_cm(self) -> _Recording:
        return type(self)()  # a decorated function may run in several threads at once

    def __enter__(self) -> None:
        mode = current_mode()
        self._tokens.append(_mode.set(Mode(self._value, mode.observer, mode.module)))

    def __exit__(self, *exception: object) -> None:
        _mode.reset(self._tokens.pop())


class no_grad(_Recording):
    """Inside, operations are computed and not recorded: results do not require gradients.

    Works as a context manager and as a decorator; blocks nest and restore what was before.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    _value = False


class enable_grad(_Recording):
    """Inside, operations are recorded again, also within `no_grad`.

    >>> x = Tensor(2.0, requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    _value = True


def is_grad_enabled() -> bool:
    """Whether operations are recorded here.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """
    return current_mode().recording


@contextmanager
def observe(observer: Observer) -> Iterator[Observer]:
    """Attach an observer for a `with` block, beside those that are attached already."""
    mode = current_mode()
    both = observer if mode.observer is None else Observers(mode.observer, observer)
    token = _mode.set(Mode(mode.recording, both, mode.module))
    try:
        yield observer
    finally:
        _mode.reset(token)


def enter_module(path: str) -> Token[Mode]:
    """Note on every node made from here on that it belongs to the module at `path`."""
    mode = current_mode()
    return _mode.set(Mode(mode.recording, mode.observer, path))


def leave_module(token: Token[Mode]) -> None:
    """Undo the `enter_module` that returned `token`."""
    _mode.reset(token)
