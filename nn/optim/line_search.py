"""A line search for the strong Wolfe conditions, with cubic interpolation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

__all__: list[str] = []

Array = ndarray[Any, Any]


class Point(NamedTuple):
    """A point on the line: the step, and there the loss, the gradient and the slope."""

    step: float
    loss: float
    gradient: Array
    slope: float


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, Array]],
    step: float,
    direction: Array,
    loss: float,
    gradient: Array,
    slope: float,
    sufficient: float = 1e-4,
    curvature: float = 0.9,
    tolerance: float = 1e-9,
    most: int = 25,
) -> tuple[float, Array, float, int]:
    """A step where the loss fell enough, and its slope is small enough.

    Args:
        evaluate: loss and gradient after a step of some length along the direction.
        step: tried first.
        direction: a descent direction.
        loss: at the start, and likewise
        gradient: at the start.
        slope: of the loss along the direction at the start, negative.
        sufficient: c1 in `loss(t) <= loss + c1 t slope`.
        curvature: c2 in `|slope(t)| <= c2 |slope|`.
        tolerance: brackets shorter than this are not searched.
        most: how often the search may evaluate.

    Returns:
        Loss, gradient, step and how often the loss was evaluated.
    """
    size = np.abs(direction).max()
    gradient = gradient.copy()

    def at(t: float) -> Point:
        new_loss, new_gradient = evaluate(t)
        return Point(t, new_loss, new_gradient.copy(), float(new_gradient @ direction))

    def enough(point: Point) -> bool:
        return point.loss <= loss + sufficient * point.step * slope

    # Bracket: go on until a step is too long, or good.
    start = previous = Point(0.0, loss, gradient, slope)
    current = at(step)
    evaluations, done = 1, False
    bracket: list[Point] = []
    for number in range(most):
        if not enough(current) or (number > 1 and current.loss >= previous.loss):
            bracket = [previous, current]
            break
        if abs(current.slope) <= -curvature * slope:
            bracket, done = [current], True
            break
        if current.slope >= 0:
            bracket = [previous, current]
            break
        least = current.step + 0.01 * (current.step - previous.step)
        longest = current.step * 10
        step = interpolate(previous, current, (least, longest))
        previous, current = current, at(step)
        evaluations += 1
    else:
        bracket = [start, current]
        number = most

    # Zoom: shrink the bracket around a good step.
    stuck = False
    low, high = (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)
    while not done and number < most:
        a, b = bracket
        if abs(b.step - a.step) * size < tolerance:
            break
        step = interpolate(a, b, None)
        ends = sorted((a.step, b.step))
        margin = 0.1 * (ends[1] - ends[0])
        if min(ends[1] - step, step - ends[0]) < margin:
            # Too close to an end, twice or outside: take a tenth of the bracket instead.
            if stuck or step >= ends[1] or step <= ends[0]:
                near_top = abs(step - ends[1]) < abs(step - ends[0])
                step = ends[1] - margin if near_top else ends[0] + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        new = at(step)
        evaluations += 1
        number += 1
        if not enough(new) or new.loss >= bracket[low].loss:
            bracket[high] = new
            low, high = (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)
        else:
            if abs(new.slope) <= -curvature * slope:
                done = True
            elif new.slope * (bracket[high].step - bracket[low].step) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = new
    best = bracket[low] if len(bracket) > 1 else bracket[0]
    return best.loss, best.gradient, best.step, evaluations


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
