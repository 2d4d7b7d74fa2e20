"""What is switched on while code runs: recording, an observer, mapping, the module being called.

All of it is one `Mode` in one context variable, so an operation asks once, threads and coroutines
have their own, and leaving a block restores exactly what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, Token
from functools import wraps
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload
from weakref import WeakSet

import numpy as np

from autograd.suspension import in_steps

if TYPE_CHECKING:
    from autograd.graph.node import Node
    from autograd.operation.record import Op

Function = TypeVar("Function", bound=Callable[..., Any])
Seen = TypeVar("Seen", bound="Observer")


class Observer:
    """Sees every operation and every backward step while it is attached by `observe`.

    Subclasses override what they need; the methods here change nothing.
    """

    keep_values = False  # keep values and gradients of any size on the nodes
    keep_source = False  # note on each node the line that called the operation
    silences_numpy = False  # NumPy's floating-point warnings while operations and rules run

    def compute(self, op: Op, values: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """What an operation on Tensors computes; another result may take its place."""
        return op.call_body(values, keywords)

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
        self.silences_numpy = any(each.silences_numpy for each in observers)

    def compute(self, op: Op, values: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """As the innermost of those says that have a say in it."""
        own = [each for each in self.observers if type(each).compute is not Observer.compute]
        return (own or self.observers)[-1].compute(op, values, keywords)

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


_AS_THEY_ARE = nullcontext()


def numpy_errors(observer: Observer | None) -> AbstractContextManager[Any]:
    """How NumPy's floating-point warnings are treated while operations and rules run."""
    if observer is not None and observer.silences_numpy:
        return np.errstate(all="ignore")
    return _AS_THEY_ARE


class Mode:
    """The settings in force: `plain` is the common case, recording and nothing else.

    `levels` are the hidden axes of the samples that run at once, outermost first: each carries out
    the operations on Tensors that have it.
    """

    __slots__ = (
        "__weakref__",
        "became",
        "followers",
        "levels",
        "module",
        "observer",
        "outer",
        "plain",
        "recording",
    )

    def __init__(
        self,
        recording: bool,
        observer: Observer | None,
        module: str | None,
        levels: tuple[Any, ...] = (),
    ) -> None:
        self.recording = recording
        self.observer = observer
        self.module = module
        self.levels = levels
        self.plain = recording and observer is None and not levels
        self.outer: Mode | None = None  # what was in force when the block was entered
        self.became: Mode | None = None  # what it stands for since its block was ended elsewhere
        self.followers: WeakSet[Mode] | None = None  # the modes that became this one

    def of_a_pass(self, recording: bool) -> Mode:
        """That of a pass over the graph."""
        return Mode(recording, self.observer, None, self.levels)

    def standing(self) -> Mode:
        """The innermost mode, from here outwards, whose block has not ended."""
        mode = self
        while mode.became is not None:
            mode = mode.became
        return mode

    def become(self, other: Mode) -> None:
        """Turn into `other` for everyone in whose context this mode still is."""
        self.became = other
        mine = (self, *(self.followers or ()))
        for each in mine:
            each.recording, each.plain = other.recording, other.plain
            each.observer, each.module = other.observer, other.module
            each.levels = other.levels
        if other.outer is not None:  # the outermost one never ends
            if other.followers is None:
                other.followers = WeakSet()
            other.followers.update(mine)


_mode: ContextVar[Mode] = ContextVar("wengert_mode", default=Mode(True, None, None))
current_mode: Callable[[], Mode] = _mode.get


class Entry:
    """One entering of a block, to be left once, possibly in another thread or task.

    What `with` is given has entered already.
    """

    __slots__ = ("mode", "token")

    def __init__(self, mode: Mode) -> None:
        outer = current_mode()
        mode.outer = outer if outer.became is None else outer.standing()
        self.mode = mode
        self.token: Token[Mode] = _mode.set(mode)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exception: object) -> None:
        """Restore what was in force before.

        Nearly always this is the innermost block of its context. But a generator may be closed by
        another thread or task, and of two generators the outer may end first. Its mode is still
        in someone's context then, and becomes there what was before it.
        """
        now = current_mode()
        try:
            _mode.reset(self.token)
        except ValueError:  # entered in another context
            pass
        else:
            if now is self.mode or (now := now.standing()) is self.mode:
                return
            _mode.set(now)
        assert self.mode.outer is not None
        self.mode.become(self.mode.outer.standing())


class ModeBlock:
    """Puts another mode in force: for a `with` block, or whenever a decorated function runs.

    Also where the function is a generator, a coroutine or an asynchronous generator: the mode is
    off while it is suspended. One object may be used many times, inside itself and by several
    threads.
    """

    @overload
    def __new__(cls) -> Self: ...
    @overload
    def __new__(cls, function: Function) -> Function: ...  # type: ignore[misc]  # a bare decorator
    def __new__(cls, function: Any = None) -> Any:
        """Make a block; with a function, as in `@no_grad` without parentheses, decorate it."""
        return super().__new__(cls) if function is None else cls()(function)

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def inside(self, mode: Mode) -> Mode:
        """The mode inside, given the one outside."""
        raise NotImplementedError

    def __enter__(self) -> None:
        self._entries.append(Entry(self.inside(current_mode())))

    def __exit__(self, *exception: object) -> None:
        entry = self._entries[-1]
        if entry.mode is not current_mode():
            entry = self._entry_here()
        self._entries.remove(entry)
        entry.__exit__()

    def _entry_here(self) -> Entry:
        """The entry that this context is in, of those that several threads may have made."""
        here: Mode | None = current_mode()
        while here is not None:
            for entry in self._entries:
                if entry.mode is here:
                    return entry
            here = here.outer
        return self._entries[-1]

    def __call__(self, function: Function) -> Function:
        """Decorate a function."""
        if isinstance(function, type) or not callable(function):
            raise TypeError(
                f"{type(self).__name__}: expected a function to decorate, got {function!r}; "
                "decorate the methods of a class one by one"
            )
        wrapper: Any = in_steps(function, lambda: _Steps(self))
        if wrapper is None:

            def wrapper(*args: Any, **kwargs: Any) -> Any:
                with Entry(self.inside(current_mode())):
                    return function(*args, **kwargs)

        return wraps(function)(wrapper)  # type: ignore[return-value]  # of the same signature


class _Steps:
    """The mode of a block during the steps of a function that suspends itself."""

    def __init__(self, block: ModeBlock) -> None:
        self.block = block
        self.inner: Mode | None = None  # of blocks in the function that are open across steps

    def resume(self) -> None:
        self.outside = current_mode()
        self.ours = self.block.inside(self.outside)
        self.ours.outer = self.outside.standing()
        _mode.set(self.inner or self.ours)

    def suspend(self) -> None:
        last = current_mode().standing()
        self.inner = None if last is self.ours else last
        _mode.set(self.outside)


class _Recording(ModeBlock):
    """Switches recording."""

    _value: bool

    def inside(self, mode: Mode) -> Mode:
        """The same, recording or not."""
        return Mode(self._value, mode.observer, mode.module, mode.levels)


class no_grad(_Recording):
    """Inside, operations are computed and not recorded: results do not require gradients.

    Works as a context manager and as a decorator, also of generators and coroutines; blocks nest
    and restore what was before.

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


def observed(mode: Mode, observer: Observer) -> Mode:
    """The mode with one observer more."""
    both = observer if mode.observer is None else Observers(mode.observer, observer)
    return Mode(mode.recording, both, mode.module, mode.levels)


@contextmanager
def observe(observer: Seen) -> Iterator[Seen]:
    """Attach an observer for a `with` block, beside those that are attached already."""
    with Entry(observed(current_mode(), observer)):
        yield observer


def mapping(levels: tuple[Any, ...]) -> Entry:
    """Put other levels in force for a `with` block."""
    mode = current_mode()
    return Entry(Mode(mode.recording, mode.observer, mode.module, levels))


def enter_module(path: str) -> Token[Mode]:
    """Note on every node made from here on that it belongs to the module at `path`."""
    mode = current_mode()
    inside = Mode(mode.recording, mode.observer, path, mode.levels)
    inside.outer = mode
    return _mode.set(inside)  # cheaper than an Entry: a module's call ends where it began


def leave_module(token: Token[Mode]) -> None:
    """Undo the `enter_module` that returned `token`."""
    _mode.reset(token)
