"""Images, feature maps and kernels: the last two axes as pixels, one picture per channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np

from viz.looks.figure_model import Box, Drawing, Shape
from viz.looks.parts import Paints, merge, stack, text_line

Array = np.ndarray[Any, Any]
Rectangle = tuple[float, float, float, float]  # left, top, width, height

LONGEST_SIDE = 64  # pixels of a picture; of a larger one the means of blocks are shown
_LEAST_SIDE = 3  # rows and columns of a picture; less is a table
_OBLONG = 2  # times as long as wide, or the other way round, is a picture still
_LARGE = 12  # rows and columns of what is an image, also where it is a parameter
_MAPS = 16  # pictures of one array
_WIDTH = 192.0  # of all pictures in one row
_PICTURE = 72.0  # width of one picture of several
_LEVELS = 24  # steps of grey, and of either sign of a signed picture
_RGB_LEVELS = 6  # steps of each colour
_BYTES = 16.0  # brighter colours are numbers from 0 to 255
_UNKNOWN = -999  # the step of NaN and infinity


def are_pictures(shape: tuple[int, ...]) -> bool:
    """Whether an array is drawn as pictures: an image, feature maps or kernels, not a table."""
    if len(shape) < 2 or min(shape[-2:]) < (_LEAST_SIDE if len(shape) > 2 else _LARGE):
        return False
    return max(shape[-2:]) <= _OBLONG * min(shape[-2:])


def pictures(
    values: Array, role: str, kind: str, words: Mapping[str, str], paints: Paints
) -> Drawing:
    """Draw an array as pictures, with notes on what of it is shown.

    A value that is nowhere negative is grey from black to white, or in colours where it is an image
    of three channels; anything else has diverging colours, centred on zero.

    Args:
        values: Real numbers, `(rows, columns)` or with leading axes: channels, and before them the
            examples of a batch or the output channels of kernels.
        role: "value" or "gradient".
        kind: The kind of vertex. The first of four axes is a batch, of which the first example is
            shown, but for the outputs of kernels; colours are those of what was given.
        words: The words of one language.
        paints: How each role looks.

    Returns:
        The drawing, with the top left corner at the origin.
    """
    notes = []
    largest, signed = scale_of(values, role)
    if values.ndim == 4 and (kind != "parameter" or min(values.shape[-2:]) >= _LARGE):
        if len(values) > 1:
            notes.append(words["batch"].format(count=len(values)))
        values = values[:1]
    maps = values.reshape(-1, *values.shape[-2:])
    given = kind in ("input", "parameter")
    if given and len(maps) == 3 and not signed and min(maps.shape[1:]) >= _LARGE:
        pooled, note = _pooled(maps, words)
        drawn = [_picture(_in_colours(pooled, largest), "rgb", room=_WIDTH / 2)]
    else:
        if len(maps) > _MAPS:
            notes.append(words["maps"].format(shown=_MAPS, count=len(maps)))
            maps = maps[:_MAPS]
        pooled, note = _pooled(maps, words)
        scale = "signed" if signed else "grey"
        room = _WIDTH / 2 if len(maps) == 1 else _PICTURE
        drawn = [_picture(_levels(each, largest), scale, room=room) for each in pooled]
    lines = [text_line(each, "note", paints) for each in [*notes, note] if each]
    return stack([in_rows(drawn), *lines], gap=2)


def scale_of(values: Array, role: str) -> tuple[float, bool]:
    """The largest absolute value, and whether colours tell signs: of gradients they always do."""
    finite = values[np.isfinite(values)]
    signed = role == "gradient" or bool((finite < 0).any())
    return float(np.abs(finite).max(initial=0.0)), signed


def _pooled(maps: Array, words: Mapping[str, str]) -> tuple[list[Array], str]:
    """Pictures of at most so many pixels, and what a pixel is."""
    rows, columns = maps.shape[1:]
    if max(rows, columns) <= LONGEST_SIDE:
        return list(maps), ""
    height, width = -(-rows // LONGEST_SIDE), -(-columns // LONGEST_SIDE)
    means = [block_means(each, LONGEST_SIDE)[0] for each in maps]
    return means, words["cell"].format(rows=height, columns=width)


def _levels(matrix: Array, largest: float) -> Array:
    """Steps of brightness: from 0 to the largest, or negative ones below."""
    with np.errstate(invalid="ignore"):
        shares = np.clip(matrix / largest, -1, 1) if largest else np.zeros(matrix.shape)
        steps = np.rint(shares * _LEVELS)
    return np.where(np.isfinite(matrix), steps, _UNKNOWN)


def _in_colours(channels: list[Array], largest: float) -> Array:
    top = _RGB_LEVELS - 1
    bright = 1.0 if largest <= 1 else 255.0 if largest > _BYTES else largest
    red, green, blue = (
        np.rint(np.clip(np.nan_to_num(each) / bright, 0, 1) * top) for each in channels
    )
    steps: Array = (red * _RGB_LEVELS + green) * _RGB_LEVELS + blue
    return steps


def small_picture(matrix: Array, largest: float, signed: bool, side: float) -> Drawing:
    """A picture whose pixels have the given side, coloured up to the largest absolute value."""
    return _picture(_levels(matrix, largest), "signed" if signed else "grey", side=side)


def _picture(steps: Array, scale: str, room: float = 0.0, side: float | None = None) -> Drawing:
    """Pixels as one shape per picture, with a border; those without a finite value are hatched."""
    rows, columns = steps.shape
    side = side or float(max(int(min(room / columns, room / rows, 12.0)), 1))
    box = Box(0, 0, side * columns, side * rows)
    numbers = (0.0, 0.0, side, float(columns), *steps.ravel().tolist())
    image = Shape("image", numbers, f"{scale}-image")
    unknown = [runs for step, runs in _runs(image) if step == _UNKNOWN]
    hatches = [
        Shape("line", (x, y + side, x + width, y), "hatch")
        for runs in unknown
        for x, y, width, _ in runs
    ]
    border = Shape("rectangle", (0, 0, box.right, box.bottom, 0), "heat-border")
    return Drawing(box, (image, *hatches, border))


def _runs(image: Shape) -> list[tuple[float, list[Rectangle]]]:
    """Every step with its pixels, neighbours in a row as one rectangle."""
    left, top, side, columns, *steps = image.numbers
    rectangles: dict[float, list[Rectangle]] = {}
    for start in range(0, len(steps), int(columns)):
        x, y = left, top + start // int(columns) * side
        for step, run in groupby(steps[start : start + int(columns)]):
            width = sum(1 for _ in run) * side
            rectangles.setdefault(step, []).append((x, y, width, side))
            x += width
    return sorted(rectangles.items())


def coloured_runs(image: Shape, paints: Paints) -> Iterator[tuple[str, list[Rectangle]]]:
    """The pixels of an image by colour, neighbours in a row as one rectangle.

    Args:
        image: A shape of kind "image".
        paints: How each role looks.

    Yields:
        A colour, and (left, top, width, height) of every rectangle that has it.
    """
    kind = image.role.partition("-")[0]
    for step, found in _runs(image):
        yield _colour(int(step), kind, paints), found


def _colour(step: int, kind: str, paints: Paints) -> str:
    if step == _UNKNOWN:
        return paints["unknown"].fill
    if kind == "signed":
        return diverging(step, _LEVELS, paints)
    if kind == "grey":
        level = round(255 * step / _LEVELS)
        return f"#{level:02x}{level:02x}{level:02x}"
    rest, blue = divmod(step, _RGB_LEVELS)
    channels = (*divmod(rest, _RGB_LEVELS), blue)
    red, green, blue = (round(255 * each / (_RGB_LEVELS - 1)) for each in channels)
    if len(set(_parts(paints["positive"].fill))) == 1:  # a theme without colours
        red = green = blue = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return f"#{red:02x}{green:02x}{blue:02x}"


def diverging(value: float, largest: float, paints: Paints) -> str:
    """A colour between those of "negative", "zero" and "positive" in the paints."""
    share = min(abs(value) / largest, 1.0) if largest else 0.0
    end = paints["positive" if value > 0 else "negative"].fill
    pairs = zip(_parts(paints["zero"].fill), _parts(end), strict=True)
    red, green, blue = (round(zero + (full - zero) * share) for zero, full in pairs)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _parts(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def block_means(matrix: Array, longest: int) -> tuple[Array, int, int]:
    """Means over equal blocks, at most so many of them along each side.

    Returns:
        The means, and rows and columns of a block; the last blocks may be smaller.
    """
    rows, columns = matrix.shape
    height, width = -(-rows // longest), -(-columns // longest)
    row_starts, column_starts = np.arange(0, rows, height), np.arange(0, columns, width)
    sums = np.add.reduceat(np.add.reduceat(matrix, row_starts, 0), column_starts, 1)
    counts = np.diff(np.append(row_starts, rows))[:, np.newaxis]
    return sums / (counts * np.diff(np.append(column_starts, columns))), height, width


def in_rows(maps: list[Drawing], gap: float = 5.0) -> Drawing:
    """Pictures of one size side by side, in as many rows as it takes."""
    width, height = maps[0].box.width + gap, maps[0].box.height + gap
    columns = max(int((_WIDTH + gap) // width), 1)
    return merge(
        [each.moved(i % columns * width, i // columns * height) for i, each in enumerate(maps)]
    )
