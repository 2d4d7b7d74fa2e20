"""What the oracle answers: a verdict in every direction, and what it rests on."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.testing.directions import Direction

NOT_FINITE = "the value of the function is not finite"  # the point lies outside of the domain
NOWHERE = "no slope on either side"
INFINITE = "infinite slope"
NOISE = "its slope is lost in the rounding of the function's own operations"
OVERFLOW = "overflows inside the function"
ROUNDING = "below the rounding of its terms"


class Verdict(StrEnum):
    """The answer in one direction, or to all of them together.

    >>> str(Verdict.DISAGREE)
    'disagree'
    """

    AGREE = "agree"
    DISAGREE = "disagree"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A gradient beside its numerical counterpart, in one direction.

    Attributes:
        direction: along which the inputs moved.
        verdict: the answer.
        analytic: the gradient under test, in this direction.
        numeric: the numerical slope; at a kink the mean of the two sides.
        bound: how far `analytic` may be from `numeric`; at a kink from the nearer side.
        left: the slope from below, NaN where it was not needed or does not exist.
        right: the slope from above, likewise.
        reason: why the answer is what it is, where that is not a plain slope: `kink`, `edge of the
            domain`, `infinite slope`, `the gradient is not a number`, ...; empty otherwise.

    >>> from autograd.testing import compare_gradients
    >>> result = compare_gradients(np.sin, [np.zeros(1)], None, [np.ones(1)])
    >>> result.comparisons[0].verdict, result.comparisons[0].analytic
    (<Verdict.AGREE: 'agree'>, 1.0)
    """

    direction: Direction
    verdict: Verdict
    analytic: float
    numeric: float
    bound: float
    left: float = float("nan")
    right: float = float("nan")
    reason: str = ""

    @property
    def badness(self) -> float:
        """The distance of the two values in units of the bound; infinite where one is no number."""
        distance = abs(self.analytic - self.numeric)
        if isnan(distance):
            return 0.0 if self.verdict is Verdict.AGREE else inf
        return distance / self.bound if self.bound > 0.0 else (inf if distance else 0.0)


@dataclass(frozen=True, slots=True)
class GradientComparison:
    """All comparisons of one function at one point.

    Attributes:
        comparisons: in the order in which they were made: input by input, then all inputs together.
        gradients: the gradients under test, one per input, None where none was given.
        evaluations: how often the function was called.

    >>> from autograd.testing import compare_gradients
    >>> result = compare_gradients(np.square, [np.array([1.0, 2.0])], None, [np.array([2.0, 2.0])])
    >>> str(result.verdict), [c.direction.element for c in result.disagreements]
    ('disagree', [(1,)])
    """

    comparisons: tuple[Comparison, ...]
    gradients: tuple[NDArray[Any] | None, ...]
    evaluations: int

    @property
    def verdict(self) -> Verdict:
        """DISAGREE if any comparison does, else UNRESOLVED if any is, else AGREE."""
        verdicts = {comparison.verdict for comparison in self.comparisons}
        for verdict in (Verdict.DISAGREE, Verdict.UNRESOLVED):
            if verdict in verdicts:
                return verdict
        return Verdict.AGREE

    @property
    def disagreements(self) -> list[Comparison]:
        """The comparisons that disagree."""
        return [c for c in self.comparisons if c.verdict is Verdict.DISAGREE]

    @property
    def unresolved(self) -> list[Comparison]:
        """The comparisons without an answer."""
        return [c for c in self.comparisons if c.verdict is Verdict.UNRESOLVED]

    def worst(self, count: int = 5) -> list[Comparison]:
        """Return the comparisons that are furthest off in units of their bound, worst first."""
        order = {Verdict.DISAGREE: 0, Verdict.UNRESOLVED: 1, Verdict.AGREE: 2}
        ranked = sorted(self.comparisons, key=lambda c: (order[c.verdict], -c.badness))
        return ranked[:count]

    def numeric(self, index: int) -> NDArray[Any] | None:
        """Return the numerical gradient of one input, NaN where an element was not moved alone.

        Args:
            index: of the input.

        Returns:
            An array of the input's shape, None where the input has no gradient under test.
        """
        gradient = self.gradients[index]
        if gradient is None:
            return None
        numeric = np.full(gradient.shape, np.nan, complex if gradient.dtype.kind == "c" else float)
        for comparison in self.comparisons:
            element = comparison.direction.element
            if comparison.direction.input != index or element is None:
                continue
            if comparison.direction.name == "element":
                numeric[element] = comparison.numeric
            else:
                numeric[element] += 1j * comparison.numeric
        return numeric
