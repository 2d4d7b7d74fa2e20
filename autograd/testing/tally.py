"""How much was checked, how much of it could not be told, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd.testing.result import (
    INFINITE,
    NOISE,
    NOT_FINITE,
    NOWHERE,
    OVERFLOW,
    Comparison,
    Verdict,
)

#: What was checked since the process began, by name; pytest's summary is made of it.
tallies: dict[str, Tally] = {}


@dataclass
class Tally:
    """What has been checked of one function.

    Attributes:
        name: of the function or the test.
        examples: points.
        comparisons: of a gradient with a numerical derivative along some direction.
        unresolved: those without an answer, by reason.
        outside: comparisons where the function itself is not finite; they count for nothing.
        seconds: spent.
        not_checked: properties that the function cannot be asked for, by name, and why.
        stopped: after how many seconds no more examples were drawn, where time ran out.

    >>> tally = Tally("sin", examples=2, comparisons=40, seconds=0.05)
    >>> print(tally)
    sin: 2 examples, 40 comparisons, 0.0 % unresolved, 25.0 ms per example
    """

    name: str
    examples: int = 0
    comparisons: int = 0
    unresolved: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    seconds: float = 0.0
    not_checked: dict[str, str] = field(default_factory=dict)
    stopped: float | None = None

    def count(self, comparisons: Sequence[Comparison], seconds: float) -> None:
        """Add one example."""
        self.examples += 1
        self.seconds += seconds
        for comparison in comparisons:
            if comparison.reason == NOT_FINITE:
                self.outside += 1
                continue
            self.comparisons += 1
            if comparison.verdict is Verdict.UNRESOLVED:
                self.unresolved[comparison.reason] += 1

    def add(self, other: Tally) -> None:
        """Add what another one has counted."""
        self.examples += other.examples
        self.comparisons += other.comparisons
        self.unresolved += other.unresolved
        self.outside += other.outside
        self.seconds += other.seconds
        self.not_checked |= other.not_checked
        self.stopped = other.stopped if self.stopped is None else self.stopped

    @property
    def share(self) -> float:
        """The unresolved share of the comparisons."""
        return sum(self.unresolved.values()) / max(self.comparisons, 1)

    @property
    def unexplained(self) -> float:
        """The share that is left open although the function has a slope that could be seen."""
        known = {INFINITE, NOISE, NOWHERE}
        open_ones = [
            count
            for why, count in self.unresolved.items()
            if why not in known and not why.endswith(OVERFLOW)
        ]
        return sum(open_ones) / max(self.comparisons, 1)

    def __str__(self) -> str:
        each = 1000.0 * self.seconds / max(self.examples, 1)
        return (
            f"{self.name}: {self.examples} example{'s' * (self.examples != 1)}, "
            f"{self.comparisons} comparisons, {100 * self.share:.1f} % unresolved, "
            f"{each:.1f} ms per example"
            + (f"; stopped after {self.stopped:g} s" if self.stopped is not None else "")
            + "".join(f"; not checked: {name}, {why}" for name, why in self.not_checked.items())
        )


def remember(tally: Tally) -> None:
    """Add to what the session has checked."""
    tallies.setdefault(tally.name, Tally(tally.name)).add(tally)
