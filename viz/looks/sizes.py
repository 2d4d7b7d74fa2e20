"""Wires coloured by the size of the gradient that came back along them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from viz.looks.figure_model import Box, Drawing, Shape
from viz.looks.parts import Paints, flush_line, row
from viz.numerals import Numerals
from viz.records import Graph, Vertex

# From faint to strong, also in grey; and what is no number.
_RAMP = ("#f6c9a4", "#ee9a5d", "#d9641c", "#a63a00", "#5c1f00")
_BAD, _UNKNOWN = "#7b1fa2", "#b8c0c8"
_NARROW, _BROAD = 1.4, 4.6  # pixels
_SIZES = Numerals(decimals=2, significant=2, trim=True)


class GradientSizes:
    """Colours and widths for the gradients of one graph, by the logarithms of their norms."""

    def __init__(self, graph: Graph) -> None:
        self.sizes = [_size(vertex) for vertex in graph.vertices]
        known = [size for size in self.sizes if size and math.isfinite(size)]
        self.low, self.high = min(known, default=1.0), max(known, default=1.0)

    def look(self, number: int) -> tuple[str, float]:
        """The colour and the width of the wires that leave a vertex."""
        size = self.sizes[number]
        if size is None:
            return _UNKNOWN, _NARROW
        if not math.isfinite(size):
            return _BAD, _BROAD
        share = 0.0
        if size and self.high > self.low:
            share = math.log(size / self.low) / math.log(self.high / self.low)
        elif size:
            share = 1.0
        return _RAMP[min(int(share * len(_RAMP)), len(_RAMP) - 1)], (
            _NARROW + (_BROAD - _NARROW) * share
        )

    def legend(self, words: Mapping[str, str], paints: Paints) -> Drawing:
        """The ramp between the smallest and the largest size."""
        side = 14.0
        shapes = tuple(
            Shape("rectangle", (n * side, -4, side, 8, 0), "colour-bar", colour)
            for n, colour in enumerate(_RAMP)
        )
        bar = Drawing(Box(0, -4, side * len(_RAMP), 4), shapes)
        low, high = (
            flush_line(_SIZES.number(size), "legend-text", paints) for size in (self.low, self.high)
        )
        return row([flush_line(words["gradient_size"], "legend-text", paints), low, bar, high])


def _size(vertex: Vertex) -> float | None:
    gradient = vertex.gradient
    if gradient is None or gradient.values is None:
        return None
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(gradient.values.astype(np.complex128).reshape(-1)))
