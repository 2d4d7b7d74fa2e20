"""Arrays in figures: a number, a matrix in brackets, or a heat map with its range.

Everything here is drawn with the top left corner at the origin; `role` is "value" or "gradient"
and decides the colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from viz.looks.figure_model import Box, Drawing, Shape, Text
from viz.looks.images import are_pictures, block_means, diverging, in_rows, pictures, scale_of
from viz.looks.parts import ASCENT, EMPTY, Paints, badge, row, stack, text_line
from viz.numerals import WRITTEN_ELEMENTS, Numerals
from viz.records import Quantity
from viz.text import text_width

Array = np.ndarray[Any, Any]

# The largest arrays that are written out as numbers.
WRITTEN_ROWS, WRITTEN_COLUMNS = 8, 12  # beside WRITTEN_ELEMENTS
# Cells of a heat map; an array of more elements shows the mean of blocks of them.
HEAT_CELLS, HEAT_SIDE = 256, 16
HEAT_WIDTH = 176.0  # pixels
_BAR_STEPS = 9  # of the colours that are explained
_DARK = 0.4  # of the largest number: from there on a mark must be white
_SEEN = 0.05  # of the largest number: from there on a negative one is marked
_WRAP = 32  # a single row longer than this continues in the next line


class QuantityArtist:
    """Draws arrays in one style and language.

    Args:
        numerals: How numbers are written.
        words: The words of one language.
        paints: How each role looks.
    """

    def __init__(self, numerals: Numerals, words: Mapping[str, str], paints: Paints) -> None:
        self.numerals = numerals
        self.words = words
        self.paints = paints

    def finer(self) -> QuantityArtist:
        """Draws numbers that differ from others in late digits."""
        return QuantityArtist(self.numerals.finer(), self.words, self.paints)

    def draw(self, quantity: Quantity, role: str, kind: str = "operation") -> Drawing:
        """Draw one array.

        Args:
            quantity: What is known of the array.
            role: "value" or "gradient".
            kind: The kind of vertex that it belongs to.

        Returns:
            The drawing.
        """
        values = quantity.values
        if values is not None and values.size and values.ndim == 0 and not _warning(values):
            return text_line(self.numerals.number(values[()]), role, self.paints)
        return self._drawn(quantity, role, kind).belonging(role)

    def _drawn(self, quantity: Quantity, role: str, kind: str) -> Drawing:
        values = quantity.values
        if values is None:
            return text_line(self._missing(quantity), "note", self.paints)
        if not values.size:
            return text_line(self.words["empty"], "note", self.paints)
        if values.ndim == 0:
            return badge(_warning(values) or "", self.paints)
        blocks = as_matrices(values)
        if is_written(values.shape):
            drawn = self._matrices(values, blocks.shape, role)
            notes = [EMPTY]
        else:
            if values.size > HEAT_CELLS and are_pictures(values.shape):
                drawn = pictures(_real(values), role, kind, self.words, self.paints)
                largest, signed = scale_of(_real(values), role)
                drawn = stack([drawn, self._colour_bar(largest) if signed else EMPTY], gap=2)
            else:
                drawn = self._heat_maps(values, blocks)
            notes = [self._range(values)]
        if warning := _warning(values):
            notes.append(badge(warning, self.paints))
        return stack([drawn, *notes], gap=3)

    def _missing(self, quantity: Quantity) -> str:
        return self.words[quantity.missing].format(by=quantity.by).strip()

    def lines(self, quantity: Quantity) -> tuple[str, ...]:
        """The same in plain text: one line per row of a matrix, or the range of a larger array."""
        values = quantity.values
        if values is None:
            return (self._missing(quantity),)
        if not values.size:
            return (self.words["empty"],)
        if values.ndim == 0:
            return (self.numerals.number(values[()]),)
        if values.size > WRITTEN_ELEMENTS:
            return (self._summary(values),)
        blocks = as_matrices(values)
        texts = iter(self.numerals.array(values))
        return tuple(
            "[" + " ".join(next(texts) for _ in range(blocks.shape[2])) + "]"
            for _ in range(blocks.shape[0] * blocks.shape[1])
        )

    def _matrices(self, values: Array, shape: tuple[int, ...], role: str) -> Drawing:
        texts = np.array(self.numerals.array(values), dtype=object).reshape(shape)
        return row([self._matrix(block, role) for block in texts], gap=8)

    def _matrix(self, texts: Array, role: str) -> Drawing:
        """Numbers in columns aligned on the right, between brackets."""
        size = self.paints[f"{role}-cell"].size
        space = 0.55 * size
        height = 1.22 * size
        cells = []
        x = 6.0
        for column in texts.T:
            x += max(text_width(text, size) for text in column)
            for i, text in enumerate(column):
                y = 1 + i * height + 0.13 * size + ASCENT * size
                cells.append(Text(x, y, text, f"{role}-cell", "end"))
            x += space
        box = Box(0, 0, x - space + 6, 2 + height * len(texts))
        brackets = tuple(
            Shape("line", (inner, 0.6, edge, 0.6, edge, box.bottom - 0.6, inner, box.bottom - 0.6),
                  f"{role}-bracket")
            for inner, edge in ((4.0, 0.6), (box.right - 4, box.right - 0.6))
        )  # fmt: skip
        return Drawing(box, brackets, tuple(cells))

    def _heat_maps(self, values: Array, blocks: Array) -> Drawing:
        """Cells coloured by sign and size, all blocks on one scale."""
        note = EMPTY
        if values.size > HEAT_CELLS:
            flat = _real(values).reshape(-1, values.shape[-1])
            pooled, height, width = block_means(flat, HEAT_SIDE)
            blocks = pooled[np.newaxis]
            words = self.words["cell"].format(rows=height, columns=width)
            note = text_line(words, "note", self.paints)
        blocks = _real(blocks)
        finite = np.abs(blocks[np.isfinite(blocks)])
        largest = float(finite.max()) if finite.size else 0.0
        maps = [_heat_map(_wrapped(block), largest, self.paints) for block in blocks]
        return stack([in_rows(maps), self._colour_bar(largest), note], gap=2)

    def _colour_bar(self, largest: float) -> Drawing:
        """What the colours mean: from the largest negative number to the largest positive one."""
        if not largest:
            return EMPTY
        steps = np.linspace(-largest, largest, _BAR_STEPS).reshape(1, -1)
        bar = _heat_map(steps, largest, self.paints, "colour-bar", 8.0)
        ends = (self.numerals.number(sign * largest) for sign in (-1.0, 1.0))
        low, high = (text_line(end, "note", self.paints) for end in ends)
        return row([low, bar, high], gap=4)

    def _range(self, values: Array) -> Drawing:
        if not np.isfinite(_real(values)).any():
            return EMPTY
        return text_line(self._summary(values), "note", self.paints)

    def _summary(self, values: Array) -> str:
        finite = _real(values)
        finite = finite[np.isfinite(finite)]
        if not finite.size:
            return _warning(values) or ""
        number = self.numerals.number
        mean = finite.mean(dtype=np.float64)
        if abs(mean) <= 1e-12 * np.abs(finite).max():
            mean = 0.0  # what rounding left of a sum that cancels
        return self.words["range"].format(
            low=number(finite.min()),
            mean=number(mean),
            high=number(finite.max()),
        )


def is_written(shape: tuple[int, ...], largest: int = WRITTEN_ELEMENTS) -> bool:
    """Whether an array is written out as numbers, rather than drawn in colours."""
    if not shape:
        return True
    rows, columns = as_matrices(np.empty(shape, np.bool_)).shape[1:] if np.prod(shape) else (0, 0)
    small = 0 < int(np.prod(shape)) <= largest
    return small and rows <= WRITTEN_ROWS and columns <= WRITTEN_COLUMNS


def as_matrices(values: Array) -> Array:
    """An array of any rank above zero as a pile of matrices: (blocks, rows, columns)."""
    if values.ndim == 1 or values.shape[-2:] == (1, 1):  # such as a bias with axes to broadcast
        return values.reshape(1, 1, -1)
    return values.reshape(-1, *values.shape[-2:])


def _heat_map(
    matrix: Array, largest: float, paints: Paints, role: str = "heat", cell: float = 0.0
) -> Drawing:
    rows, columns = matrix.shape
    width = cell or min(max(HEAT_WIDTH / columns, 4.0), 12.0)
    height = cell or min(max(160 / rows, 4.0), 12.0)
    shapes = []
    for i in range(rows):
        for j in range(columns):
            value = float(matrix[i, j])
            x, y = j * width, i * height
            if np.isfinite(value):
                colour = diverging(value, largest, paints)
                shapes.append(Shape("rectangle", (x, y, width, height, 0), role, colour))
                if value < -_SEEN * largest:  # the sign, also where colours are printed in grey
                    ends = (x + 0.3 * width, y + height / 2, x + 0.7 * width, y + height / 2)
                    faint = value > -_DARK * largest
                    shapes.append(Shape("line", ends, "minus-faint" if faint else "minus"))
            else:
                shapes.append(
                    Shape("rectangle", (x, y, width, height, 0), "heat", paints["unknown"].fill)
                )
                shapes.append(Shape("line", (x, y + height, x + width, y), "hatch"))
    box = Box(0, 0, columns * width, rows * height)
    shapes.append(Shape("rectangle", (0, 0, box.right, box.bottom, 0), "heat-border"))
    return Drawing(box, tuple(shapes))


def _wrapped(block: Array) -> Array:
    """A single long row as several lines of equal length, where that comes out even."""
    rows, columns = block.shape
    if rows > 1 or columns <= _WRAP:
        return block
    for length in range(_WRAP, 3, -1):
        if columns % length == 0:
            return block.reshape(-1, length)
    return block


def _real(values: Array) -> Array:
    """Floating numbers to colour by; of complex ones the absolute value."""
    if values.dtype.kind == "c":
        return np.abs(values)
    return values.astype(np.float64)


def _warning(values: Array) -> str | None:
    """A few words where an array holds NaN or infinity."""
    if values.dtype.kind not in "fc":
        return None
    words = []
    if nans := int(np.isnan(values).sum()):
        words.append("NaN" if values.ndim == 0 else f"{nans} NaN")
    if infinities := int(np.isinf(values).sum()):
        if values.ndim:
            words.append(f"{infinities} ∞")
        else:
            words.append("∞" if values.real > 0 else "−∞")
    return ", ".join(words) or None
