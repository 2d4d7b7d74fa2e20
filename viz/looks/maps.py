"""Feature maps and their gradients in a strip: a few small pictures side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from viz.looks.figure_model import Drawing
from viz.looks.images import block_means, small_picture
from viz.looks.parts import EMPTY, Paints, merge

Array = np.ndarray[Any, Any]

_SIDE, _GAP = 32.0, 4.0  # pixels
_PICTURES = 5
_CELLS = 16  # along a side of a picture
_LONG, _LINE = 36, 5.0  # cells of a vector, and their side


def strip_of_maps(values: Array, role: str, paints: Paints) -> Drawing:
    """The first example's first maps; of a sequence or a vector one picture.

    Args:
        values: An output: (batch, channels, height, width), (batch, length, features), ...
        role: "value", or "gradient", which is coloured by sign.
        paints: How each role looks.
    """
    if values.dtype.kind not in "fiub" or not values.size:
        return EMPTY
    values = values.astype(np.float64)
    first = values[0] if values.ndim > 1 else values
    if first.ndim >= 3:
        maps = list(first.reshape(-1, *first.shape[-2:])[:_PICTURES])
    elif first.ndim == 2:
        maps = [first]
    elif first.ndim == 1:
        maps = [first[np.newaxis]]
    else:
        return EMPTY
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    signed = role == "gradient" or bool((values < 0).any())
    drawn, x = [], 0.0
    for each in maps:
        long = 1 in each.shape
        cells = block_means(each, _LONG if long else _CELLS)[0]
        side = _LINE if long else _SIDE / max(cells.shape)
        picture = small_picture(cells, largest, signed, side)
        drawn.append(picture.moved(x, 2.0))
        x += picture.box.width + _GAP
    strip = merge(drawn)
    return Drawing(strip.box.grown(0, 2), strip.shapes, strip.texts).belonging(role)
