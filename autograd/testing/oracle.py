"""Gradients held against finite differences that know their own error.

Cheap first. Two values of the function settle most directions: a gradient that equals a difference
quotient to seven digits does so for no other reason than being right. Where they do not settle it,
four more values are extrapolated, and the slopes of the two sides are looked at; only what is still
open gets the whole ladder of steps and a measurement of the function's noise. A disagreement is
pronounced if the gradient is outside what every estimate allows, by a safety factor, and the Taylor
remainder confirms it; what cannot be told is *unresolved*, never guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.testing.directions import ELEMENTWISE_LIMIT, Direction, directions, halves
from autograd.testing.extrapolation import COINCIDENCE, SAFETY
from autograd.testing.judgement import (
    KINK_MARGIN,
    KINKS_NEARBY,
    NEIGHBOURS,
    ask_complex_step,
    judge,
)
from autograd.testing.line import KINK, Line
from autograd.testing.objective import Function, Objective, silent
from autograd.testing.result import Comparison, GradientComparison, Verdict

_ROUNDINGS = 16.0  # of the largest element, that a sum may be off by
_CANCELLED = 1e-3  # of the terms of a sum: what is left of them says nothing about each
_PARTS = 256  # so many parts of one direction are compared at most


def compare_gradients(
    f: Function,
    inputs: Sequence[Any],
    cotangents: Sequence[Any] | None,
    gradients: Sequence[Any],
    *,
    limit: int = ELEMENTWISE_LIMIT,
    seed: int = 0,
    complex_step: bool = False,
    moved: Callable[[], Sequence[Any] | None] = lambda: None,
) -> GradientComparison:
    """Hold gradients against finite differences of `sum(Re(conj(cotangent) * f(*inputs)))`.

    Nothing is tuned by hand: the function's noise and the error of the differences are estimated,
    and what follows from them is `agree`, `disagree` or `unresolved` in every direction. At a kink
    the gradient must lie between the slopes of the two sides; at the edge of the domain the side
    that exists decides.

    Args:
        f: a NumPy function of arrays that returns an array or a tuple of arrays. It is called with
            float64 (complex128) copies of the inputs, often, and must be deterministic.
        inputs: the point, one array for each argument of `f`.
        cotangents: one array for each output, of its shape; None for an output that has none. None
            for all of them stands for ones.
        gradients: what is under test, one array of the input's shape for each input; None for an
            input that is not tested, which then does not move. A complex gradient is d/dRe + i
            d/dIm.
        limit: up to how many numbers in an input each is moved on its own; beyond, the comparison
            is along a few signed directions.
        seed: of the random directions.
        complex_step: set for a function that is analytic and takes complex arguments: what finite
            differences leave open is then asked of a complex step.
        moved: measures how far rounding may have moved the gradients, one array for each input with
            a row for each measurement. Without it, an element may be off by a few roundings of the
            largest one.

    Returns:
        The verdicts with the values they rest on.

    Raises:
        ValueError: if cotangents or gradients do not have the shapes of outputs and inputs, or if
            `f` writes to its arguments.
        TypeError: if `f` returns something else than arrays of numbers.

    >>> x, g = np.array([0.5, -2.0]), np.array([1.0, 3.0])
    >>> str(compare_gradients(np.tanh, [x], [g], [g * (1 - np.tanh(x) ** 2)]).verdict)
    'agree'
    >>> result = compare_gradients(np.tanh, [x], [g], [g * (1 + np.tanh(x) ** 2)])
    >>> worst = result.worst(1)[0]
    >>> str(worst.verdict), worst.direction.element
    ('disagree', (1,))
    """
    with silent():
        objective = Objective(f, inputs, cotangents)
        tested = _tested(objective.inputs, gradients)
        moving = [
            x if gradient is not None else np.empty(0)
            for x, gradient in zip(objective.inputs, tested, strict=True)
        ]
        check = _Check(objective, tested, limit, complex_step, moved)
        for direction in directions(moving, limit, seed):
            check.compare(direction)
    objective.check_arguments()
    return GradientComparison(tuple(check.comparisons), tuple(tested), objective.evaluations)


def _tested(inputs: Sequence[NDArray[Any]], gradients: Sequence[Any]) -> list[NDArray[Any] | None]:
    """Return the gradients as arrays, checked against the inputs."""
    if len(gradients) != len(inputs):
        raise ValueError(
            f"compare_gradients: {len(inputs)} inputs but {len(gradients)} gradients came; "
            "expected one for each input, None for an input that is not tested"
        )
    tested: list[NDArray[Any] | None] = []
    for k, (x, given) in enumerate(zip(inputs, gradients, strict=True)):
        gradient = None if given is None else np.asarray(given)
        if gradient is not None and gradient.shape != x.shape:
            raise ValueError(
                f"compare_gradients: input {k} has shape {x.shape} but its gradient has shape "
                f"{gradient.shape}; expected the same shape"
            )
        if gradient is not None and x.dtype.kind not in "fc":
            raise ValueError(
                f"compare_gradients: input {k} has dtype {x.dtype} and cannot have a gradient; "
                "pass None for it"
            )
        tested.append(gradient)
    return tested


class _Check:
    """The comparisons of one function at one point.

    Attributes:
        comparisons: those made so far.
    """

    def __init__(
        self,
        objective: Objective,
        gradients: Sequence[NDArray[Any] | None],
        limit: int,
        complex_step: bool,
        moved: Callable[[], Sequence[Any] | None],
    ) -> None:
        self.comparisons: list[Comparison] = []
        self._objective = objective
        self._gradients = gradients
        self._limit = limit
        self._complex_step = complex_step
        self._measure = cache(moved)  # takes time, and is needed for few functions
        self._disagrees = False
        # How far each element was off where it agreed: several together may be off by the sum.
        self._off = [np.zeros(x.shape) for x in objective.inputs]

    def compare(self, direction: Direction) -> None:
        """Compare in one direction, and in parts of it where several elements meet their kinks.

        What holds for one element at a kink, that the gradient lies between the slopes of the two
        sides, need not hold for several, whose slopes may be chosen from different sides, and where
        it holds it says little. So in a large array a random direction with kinks is halved until
        its parts are settled. Other directions through several elements are left out if they are
        not settled: the elements, or the parts of a random direction, stand for them.
        """
        made, waiting = 0, [direction]
        while waiting:
            direction = waiting.pop()
            comparison = self._comparison(direction)
            unresolved = comparison.verdict is Verdict.UNRESOLVED
            if direction.several and (unresolved or comparison.reason == KINK):
                divided = self._is_divided(direction)
                if divided and made + len(waiting) < _PARTS:
                    waiting += halves(direction)
                    continue
                if unresolved and not divided:
                    continue
            made += 1
            self.comparisons.append(comparison)

    def _is_divided(self, direction: Direction) -> bool:
        index = direction.input
        if index is None or not direction.name.endswith("random"):
            return False
        return self._objective.numbers(index) > self._limit

    def _comparison(self, direction: Direction) -> Comparison:
        analytic, sums, terms = self._along(direction)
        line = Line(self._objective, direction)
        # The first disagreement decides about the function; the others only complete the report.
        few = self._disagrees or direction.several
        neighbours = NEIGHBOURS // 4 if few else NEIGHBOURS
        rounding = partial(self._rounding, direction)
        comparison = judge(line, analytic, sums, rounding, neighbours)
        if self._complex_step and comparison.verdict is not Verdict.AGREE:
            comparison = ask_complex_step(line, comparison, sums + rounding())
        off = abs(comparison.analytic - comparison.numeric)
        if direction.element is not None:
            if comparison.reason in (KINK, KINKS_NEARBY):
                off = KINK_MARGIN * abs(comparison.left - comparison.right)
            self._off[direction.parts[0][0]][direction.element] += off if isfinite(off) else 0.0
        elif off <= _CANCELLED * terms and comparison.verdict is Verdict.DISAGREE:
            comparison = replace(comparison, verdict=Verdict.UNRESOLVED)
        self._disagrees |= comparison.verdict is Verdict.DISAGREE
        return comparison

    def _along(self, direction: Direction) -> tuple[float, float, float]:
        """Return the derivative that gradients give in a direction.

        Returns:
            The derivative; how far it may be off, because it adds up elements that were off by
            themselves; the sum of the sizes of its terms.
        """
        derivative = off = terms = 0.0
        for i, vector in direction.parts:
            gradient = self._gradients[i]
            assert gradient is not None
            if direction.element is not None:
                return float(np.real(np.conj(gradient[direction.element]) * vector)), 0.0, 0.0
            moved = np.not_equal(vector, 0)
            products = np.conj(gradient[moved]) * vector[moved]
            derivative += float(np.real(products).sum())
            size = float(np.abs(products[np.isfinite(products)]).sum())
            terms += size
            off += max(COINCIDENCE, _ROUNDINGS * _precision(gradient)) * size
            off += float((np.abs(vector) * self._off[i]).sum())
        return derivative, off, terms

    def _rounding(self, direction: Direction) -> float:
        """Return how far rounding may have moved the derivative that gradients give."""
        measured = self._measure()
        largest = 0.0
        for i, vector in direction.parts:
            gradient = self._gradients[i]
            assert gradient is not None
            if measured is None:
                if direction.several:
                    return 0.0  # what its elements were off by is counted
                sizes = np.abs(gradient[np.isfinite(gradient)])
                return _ROUNDINGS * _precision(gradient) * float(sizes.max(initial=0.0))
            rows = np.asarray(measured[i])
            if direction.element is not None:
                place: tuple[Any, ...] = (slice(None), *direction.element)
                sums = rows[place] * np.conj(vector)
            else:
                sums = (rows * np.conj(vector)).reshape(len(rows), -1).sum(axis=1)
            largest += float(np.abs(sums.real).max(initial=0.0))
        return SAFETY * largest if isfinite(largest) else 0.0


def _precision(gradient: NDArray[Any]) -> float:
    return float(np.finfo(gradient.dtype).eps) if gradient.dtype.kind in "fc" else 0.0
