"""A line search for the strong Wolfe conditions, with cubic interpolation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

__all__: list[str] = []

Array = ndarray[Any, Any]

_SUFFICIENT = 1e-4  # c1, the share of the fall at the start's slope that must be had
_CURVATURE = 0.9  # c2, the share of that slope that may be left
_TOLERANCE = 1e-9  # brackets shorter than this are not searched


class Point(NamedTuple):
    """A point on the line: the step, and there the loss, the gradient and the slope."""

    step: float
    loss: float
    gradient: Array
    slope: float


class Line:
    """The loss along a direction, and how often it was evaluated."""

    def __init__(
        self, evaluate: Callable[[float], tuple[float, Array]], direction: Array, start: Point
    ) -> None:
        self.evaluate = evaluate
        self.direction = direction
        self.size = float(np.abs(direction).max())
        self.start = start
        self.evaluations = 0

    def at(self, step: float) -> Point:
        """The point after a step."""
        self.evaluations += 1
        loss, gradient = self.evaluate(step)
        return Point(step, loss, gradient.copy(), float(gradient @ self.direction))

    def fell_enough(self, point: Point) -> bool:
        """`loss(t) <= loss(0) + c1 t slope(0)`."""
        return point.loss <= self.start.loss + _SUFFICIENT * point.step * self.start.slope

    def flat_enough(self, point: Point) -> bool:
        """`|slope(t)| <= c2 |slope(0)|`."""
        return abs(point.slope) <= -_CURVATURE * self.start.slope


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, Array]],
    step: float,
    direction: Array,
    start: Point,
    most: int,
) -> tuple[Point, int]:
    """A point where the loss fell enough, and its slope is small enough.

    Args:
        evaluate: loss and gradient after a step of some length along the direction.
        step: tried first.
        direction: a descent direction.
        start: where the search begins, with a negative slope.
        most: how often the loss may be evaluated, at least once; if that is not enough, the best
            point so far is taken.

    Returns:
        The point, and how often the loss was evaluated.
    """
    line = Line(evaluate, direction, start)
    bracket = _bracket(line, step, most)
    if len(bracket) > 1:
        bracket = _zoom(line, bracket, most)
    return min(bracket, key=lambda point: point.loss), line.evaluations


def _bracket(line: Line, step: float, most: int) -> list[Point]:
    """One good point, or two with a good one between them: go on until it is too far."""
    previous, current = line.start, line.at(step)
    while line.evaluations < most:
        passed = line.evaluations > 2 and current.loss >= previous.loss
        if not line.fell_enough(current) or passed:
            return [previous, current]
        if line.flat_enough(current):
            return [current]
        if current.slope >= 0:
            return [previous, current]
        least = current.step + 0.01 * (current.step - previous.step)
        step = interpolate(previous, current, (least, current.step * 10))
        previous, current = current, line.at(step)
    return [line.start, current]


def _zoom(line: Line, bracket: list[Point], most: int) -> list[Point]:
    """Shrink a bracket around a good point: that point alone, or what is left of the bracket."""
    stuck = False
    low, high = sorted(bracket, key=lambda point: point.loss)
    while line.evaluations < most and abs(high.step - low.step) * line.size >= _TOLERANCE:
        step, stuck = _inside(low, high, stuck)
        new = line.at(step)
        if not line.fell_enough(new) or new.loss >= low.loss:
            high = new
            low, high = sorted((low, high), key=lambda point: point.loss)
            continue
        if line.flat_enough(new):
            return [new]
        if new.slope * (high.step - low.step) >= 0:
            high = low
        low = new
    return [low, high]


def _inside(low: Point, high: Point, stuck: bool) -> tuple[float, bool]:
    """Where to look in a bracket, not too near its ends twice; and whether that was near one."""
    step = interpolate(low, high, None)
    first, last = sorted((low.step, high.step))
    margin = 0.1 * (last - first)
    if min(last - step, step - first) >= margin:
        return step, False
    # Too close to an end, twice or outside: take a tenth of the bracket instead.
    if stuck or step >= last or step <= first:
        near_top = abs(step - last) < abs(step - first)
        return last - margin if near_top else first + margin, False
    return step, True


def interpolate(a: Point, b: Point, bounds: tuple[float, float] | None) -> float:
    """Where the cubic through both points with both slopes is least, within the bounds."""
    low, high = bounds or (min(a.step, b.step), max(a.step, b.step))
    sum_ = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    square = sum_**2 - a.slope * b.slope
    if square < 0:
        return (low + high) / 2
    root = np.sqrt(square)
    first, last = (a, b) if a.step <= b.step else (b, a)
    share = (last.slope + root - sum_) / (last.slope - first.slope + 2 * root)
    return float(min(max(last.step - (last.step - first.step) * share, low), high))
