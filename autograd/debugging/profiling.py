"""Where the time and the memory of a computation go, operation by operation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.graph.modes import Observer, observe
from autograd.graph.tensor import value

if TYPE_CHECKING:
    from autograd.graph.node import Node
    from autograd.operation.record import Op


class Entry:
    """What one operation cost: calls, seconds, and bytes of its results."""

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0
        self.bytes = 0


class Profile(Observer):
    """What `profile()` measured; printed, it is a table."""

    def __init__(self) -> None:
        self.forward: dict[str, Entry] = {}
        self.backward: dict[str, Entry] = {}
        self._started: list[float] = []

    def operation_started(self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Start the clock of a forward call."""
        self._started.append(time.perf_counter())

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Stop it."""
        self._add(self.forward, op.name, out if isinstance(out, tuple) else (out,))

    def step_started(self, node: Node, cotangent: Any) -> None:
        """Start the clock of a backward step."""
        self._started.append(time.perf_counter())

    def step_finished(self, node: Node, cotangent: Any, contributions: list[Any]) -> None:
        """Stop it."""
        assert node.op is not None
        self._add(self.backward, node.op.name, contributions)

    def _add(self, table: dict[str, Entry], name: str, results: Any) -> None:
        seconds = time.perf_counter() - self._started.pop()
        entry = table.setdefault(name, Entry())
        entry.calls += 1
        entry.seconds += seconds
        for each in results:
            raw = value(each)
            if isinstance(raw, ndarray):
                entry.bytes += raw.nbytes

    def table(self) -> str:
        """The operations by total time, forward and backward side by side."""
        names = {**self.forward, **self.backward}
        empty = Entry()

        def total(name: str) -> float:
            return sum(t.get(name, empty).seconds for t in (self.forward, self.backward))

        lines = [
            f"{'operation':20}{'calls':>8}{'forward':>12}{'bytes':>12}"
            f"{'calls':>8}{'backward':>12}{'bytes':>12}{'share':>8}"
        ]
        everything = sum(map(total, names)) or 1.0
        for name in sorted(names, key=lambda each: (-total(each), each)):
            f, b = self.forward.get(name, empty), self.backward.get(name, empty)
            lines.append(
                f"{name:20}{f.calls:8}{f.seconds * 1e3:9.3f} ms{_size(f.bytes):>12}"
                f"{b.calls:8}{b.seconds * 1e3:9.3f} ms{_size(b.bytes):>12}"
                f"{total(name) / everything:8.1%}"
            )
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.table()


def _size(count: int) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024  # type: ignore[assignment]  # a float from here on
    return f"{count:.1f} GiB"


@contextmanager
def profile() -> Iterator[Profile]:
    """Measure time, calls and bytes of every operation in a `with` block.

    Yields:
        A `Profile`; print it after the block.

    >>> x = Tensor(np.ones((100, 100)), requires_grad=True)
    >>> with profile() as costs:
    ...     (x @ x).sum().backward()
    >>> costs.forward["matmul"].calls, costs.forward["matmul"].bytes
    (1, 80000)
    >>> costs.backward["matmul"].bytes
    160000
    """
    costs = Profile()
    with observe(costs):
        yield costs
