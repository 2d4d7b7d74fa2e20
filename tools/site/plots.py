"""Curves as SVG in the page's own colours: a function and its derivative, a schedule, a descent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_LONGEST = 30  # points that one line may stand for
_FEW = 64  # points that are joined however far apart: measurements, and no function's branches
_STRAIGHT = 0.08  # pixels beside a line that nobody sees
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 460.0, 250.0, 44.0, 26.0, 12.0


@dataclass
class Curve:
    """One line of a plot.

    Attributes:
        label: what the legend calls it.
        x: abscissas, ascending.
        y: ordinates; where they are not finite, the line has a gap.
        kind: "first", "second", ...: its colour and dashes.
    """

    label: str
    x: Array
    y: Array
    kind: str = "first"


def plot(curves: Sequence[Curve], title: str, across: str = "x") -> str:
    """A plot with ticks and a legend; colours come from the style sheet.

    Args:
        curves: the lines, drawn in order.
        title: what a screen reader says.
        across: what the horizontal axis is.
    """
    low_x, high_x = curves[0].x[0], curves[0].x[-1]
    low, high = _limits(curves)

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + (x - low_x) / (high_x - low_x) * (_WIDTH - _LEFT - 10)
        up = _TOP + (high - y) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)
        return across, up

    parts = [
        f'<svg class="plot" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'aria-label="{escape(title)}">'
    ]
    for value in _ticks(low_x, high_x):
        x, bottom = place(value, low)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{_TOP:g}" x2="{x:.1f}" y2="{bottom:.1f}"/>'
        )
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 9:g}" text-anchor="middle">{value:g}</text>')
    for value in _ticks(low, high):
        left, y = place(low_x, value)
        parts.append(
            f'<line class="grid" x1="{left:.1f}" y1="{y:.1f}" x2="{_WIDTH - 10:g}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    inner = f'x="{_LEFT:g}" y="{_TOP:g}" width="{_WIDTH - _LEFT - 10:g}"'
    parts.append(f'<svg {inner} height="{_HEIGHT - _TOP - _BOTTOM:g}">')  # cuts off what is outside
    for curve in curves:
        points = [place(x, y) for x, y in _shown(curve, low, high)]
        parts.append(f'<path class="{curve.kind}" d="{_path(points)}"/>')
    parts.append("</svg></svg>")
    legend = "".join(f'<span class="{curve.kind}">{escape(curve.label)}</span>' for curve in curves)
    return f'<figure class="plot">{"".join(parts)}<figcaption>{legend}</figcaption></figure>'


def _limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """The range to show: all of it, but not the last of what grows without bound."""
    values = np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves])
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    inner_low, inner_high = (float(each) for each in np.percentile(values, [4, 96]))
    inner = max(inner_high - inner_low, 1e-12)
    low, high = max(low, inner_low - 0.6 * inner), min(high, inner_high + 0.6 * inner)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _ticks(low: float, high: float) -> list[float]:
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(each for each in (1, 2, 5, 10) if (high - low) / (step * each) <= 6)
    first = math.ceil(low / step)
    return [round(count * step, 10) for count in range(first, math.floor(high / step) + 1)]


def _shown(curve: Curve, low: float, high: float) -> Iterator[tuple[float, float]]:
    """The points of a curve; between branches stands one that is no number."""
    span = high - low
    largest = 0.12 * span if len(curve.x) > _FEW else math.inf
    before = math.nan
    for x, y in zip(curve.x.tolist(), curve.y.tolist(), strict=True):
        far = not math.isfinite(y) or not low - 2 * span <= y <= high + 2 * span
        if far or abs(y - before) > largest:
            yield x, math.nan
        if not far:
            yield x, y
        before = y


def _path(points: Sequence[tuple[float, float]]) -> str:
    """The data of an SVG path, relative to the corner of the plot."""
    words = []
    drawing = False
    for x, y in _without_straight(points):
        if math.isfinite(y):
            words.append(f"{'L' if drawing else 'M'}{x - _LEFT:.1f} {y - _TOP:.1f}")
        drawing = math.isfinite(y)
    return "".join(words)


def _without_straight(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """The points without those that lie on the line between the ones that stay."""
    start = 0
    for number in range(len(points)):
        following = points[start : number + 2]
        longer = start < number < min(start + _LONGEST, len(points) - 1)
        if longer and _is_straight(following):
            continue
        start = number
        yield points[number]


def _is_straight(points: Sequence[tuple[float, float]]) -> bool:
    (x0, y0), (x1, y1) = points[0], points[-1]
    if not x1 > x0:
        return False
    slope = (y1 - y0) / (x1 - x0)
    return all(abs(y0 + slope * (x - x0) - y) < _STRAIGHT for x, y in points)  # false for NaN
