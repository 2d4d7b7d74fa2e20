"""Keeping for a figure what a graph would let go of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from autograd.internals import (
    KEPT_ELEMENTS,
    Flow,
    FlowRecorder,
    Leaf,
    Node,
    Observer,
    Op,
    mutations,
    next_sequence,
    observe,
    value_of,
)
from viz.reading.failure import Failure, failure_of
from viz.records import Array


@dataclass(frozen=True, eq=False)
class Update:
    """What an optimizer did to one leaf: the value that was used, its gradient, the value after."""

    before: Array
    gradient: Array | None
    after: Array


class _Use:
    """A leaf as operations saw it, and what came back to it since."""

    def __init__(self, value: Any, user: int) -> None:
        self.user = user  # number of the first operation that used it
        self.used = value  # the array itself, which an optimizer writes into, or a scalar
        self.before = np.array(value)
        self.sequence = next_sequence()
        self.arrived: Any = None
        self.after: Array | None = None  # once the tape has ended

    def is_current(self, value: Any) -> bool:
        """Whether the leaf still has the value that was noted."""
        return value is self.used and mutations.change_after(value, self.sequence) is None


class Traces:
    """Times and contributions by the sequence numbers of nodes, so that no node is kept alive.

    Args:
        clock: Tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[int, list[float]] = {}  # of a node: forward, and backward in all passes
        self.arrivals: dict[int, list[tuple[int, Array]]] = {}  # at a node: pass, contribution
        self._clock = clock
        self._started: list[float] = []
        self._pass, self._last = 0, -1

    def begin(self) -> None:
        """An operation or a backward step begins."""
        self._started.append(self._clock())

    def computed(self, node: Node | None) -> None:
        """The operation that began last is done."""
        elapsed = self._clock() - self._started.pop()
        if node is not None:
            self.seconds[node.sequence] = [elapsed, 0.0]

    def passed(self, node: Node, contributions: list[Any]) -> None:
        """The backward step that began last is done."""
        elapsed = self._clock() - self._started.pop()
        self.seconds.setdefault(node.sequence, [0.0, 0.0])[1] += elapsed
        if node.sequence >= self._last:  # within a pass numbers fall
            self._pass += 1
        self._last = node.sequence
        for edge, passed in zip(node.edges, contributions, strict=True):
            if edge is not None and passed is not None:
                raw = np.asarray(getattr(passed, "_value", passed))
                if raw.size <= KEPT_ELEMENTS:  # a copy: the engine may go on adding to it
                    arrived = self.arrivals.setdefault(edge.sequence, [])
                    arrived.append((self._pass, raw.copy()))


# What the last tape of every model measured, as long as the model lives.
flows: WeakKeyDictionary[Any, Flow] = WeakKeyDictionary()


class Tape(Observer):
    """Keeps values and gradients of every size, and the line that called each operation.

    It also notes how long operations took, what arrived at every node, and the value that every
    leaf was used with: where an optimizer changes it before the tape ends, a figure drawn with
    `tape=` shows the update.

    `record()` attaches one.

    >>> with record() as tape:
    ...     pass
    >>> tape.keep_values
    True
    """

    keep_values = True
    keep_source = True

    def __init__(self) -> None:
        self.traces = Traces()
        self.measured = Flow()  # once the tape has ended, for `viz.flow`
        self._flow: FlowRecorder | None = FlowRecorder()
        self.failure: Failure | None = None  # of the block, if an exception left it
        self._began = next_sequence()
        self._uses: dict[Leaf, _Use] = {}

    def failed(self, error: BaseException) -> None:
        """Note where the block was left by an exception."""
        self.failure = failure_of(error, self._began)

    def operation_started(self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Take the time."""
        self.traces.begin()

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Note the leaves that were used."""
        self.traces.computed(node)
        if self._flow is not None:
            self._flow.operation_finished(op, values, keywords, out, node)
        if node is None:
            return
        for edge in node.edges:
            if isinstance(edge, Leaf) and (tensor := edge.tensor()) is not None:
                known = self._uses.get(edge)
                if known is None or not known.is_current(value_of(tensor)):
                    self._uses[edge] = _Use(value_of(tensor), node.sequence)

    def step_started(self, node: Node, cotangent: Any) -> None:
        """Take the time."""
        self.traces.begin()

    def step_finished(self, node: Node, cotangent: Any, contributions: list[Any]) -> None:
        """Add up what arrives at leaves."""
        self.traces.passed(node, contributions)
        if self._flow is not None:
            self._flow.step_finished(node, cotangent, contributions)
        for edge, passed in zip(node.edges, contributions, strict=True):
            if isinstance(edge, Leaf) and passed is not None and edge in self._uses:
                use = self._uses[edge]
                passed = getattr(passed, "_value", passed)
                use.arrived = passed if use.arrived is None else use.arrived + passed

    def end(self) -> None:
        """Note the value that every leaf has at the end of the block, and how all of it went."""
        if self._flow is not None:
            self.measured = self._flow.flow()
            for model in self._flow.models():
                flows[model] = self.measured
            self._flow = None
        for leaf, use in self._uses.items():
            tensor = leaf.tensor()
            if tensor is not None and not use.is_current(value_of(tensor)):
                use.after = np.array(value_of(tensor))
            use.used = None  # large arrays are not kept alive by what a tape has seen of them

    def used_value(self, leaf: Leaf, user: int) -> Array | None:
        """The value of a leaf when an operation used it, as far as the tape saw that."""
        use = self._uses.get(leaf)
        return None if use is None or user < use.user else use.before

    def update_of(self, leaf: Leaf, user: int) -> Update | None:
        """How a leaf was changed after its last use; None where it was not.

        Args:
            leaf: The engine's node of the leaf.
            user: Number of the operation that used it; of an earlier use nothing is known.

        Returns:
            The update. Its gradient is `.grad`, or where that was cleared what the passes brought.
        """
        use = self._uses.get(leaf)
        if use is None or user < use.user:
            return None
        tensor = leaf.tensor()
        after = use.after
        if use.used is not None and tensor is not None and not use.is_current(value_of(tensor)):
            after = np.array(value_of(tensor))  # the tape has not ended yet
        if after is None:
            return None
        gradient = use.arrived
        if tensor is not None and tensor.grad is not None:
            gradient = value_of(tensor.grad)
        return Update(use.before, None if gradient is None else np.array(gradient), after)


@contextmanager
def record() -> Iterator[Tape]:
    """Keep everything that a figure can show, for the graphs made inside.

    A graph keeps values and gradients of up to 256 elements by itself. Inside this block it keeps
    all of them, and where in the program each operation was called; run the forward and the
    backward pass inside, then draw. In a figure that is drawn with `tape=`, a step of an optimizer
    inside shows as well, what each of several backward passes brought, and with `times=True` how
    long every operation took.

    Where the block is left by an exception, `viz.draw(tape)` draws what was computed until then,
    and what did not fit.

    Yields:
        The tape that is attached meanwhile.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> with record() as tape:
    ...     x = Tensor(np.ones((20, 20)), requires_grad=True, name="x")
    ...     loss = (x * x).sum()
    ...     loss.backward()
    ...     x.data -= 0.1 * x.grad.data
    >>> import viz
    >>> "x ← x − 0.1 × ∂L/∂x" in viz.draw(loss, tape=tape).html()
    True
    """
    tape = Tape()
    with observe(tape):
        try:
            yield tape
        except Exception as error:
            tape.failed(error)
            raise
        finally:
            tape.end()
