"""Borders around the spatial axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd.internals import constant, value
from nn.inputs import place

__all__ = ["pad"]

_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float = 0) -> Any:
    """The input with a border around its last axes; negative widths cut off.

    Args:
        input: any shape.
        pad: before and after the last axis, then before and after the one in front of it, ...
        mode: "constant", or copies of the inside: "reflect" (without the edge), "replicate" (the
            edge), "circular".
        value: of the constant border.

    Raises:
        ValueError: for another mode, or widths that do not fit the axes.

    >>> from autograd import Tensor
    >>> from nn.functional import pad
    >>> pad(Tensor([[1.0, 2.0]]), (1, 2), value=9)
    Tensor([[9., 1., 2., 9., 9.]])
    """
    return _pad(input, tuple(pad), mode, constant(value, "pad", "value"))


def _pad(x: Any, widths: tuple[int, ...], mode: str, fill: float) -> Any:
    shape = value(x).shape
    if mode not in _MODES:
        raise ValueError(f"pad: mode must be one of {', '.join(_MODES)}, got {mode!r}{place()}")
    if len(widths) % 2 or len(widths) > 2 * len(shape):
        raise ValueError(
            f"pad: expected two widths for each of some last axes of an input of shape {shape}, "
            f"got {widths}{place()}"
        )
    pairs = [(0, 0)] * (len(shape) - len(widths) // 2)
    pairs += [tuple(widths[i : i + 2]) for i in range(len(widths) - 2, -1, -2)]  # type: ignore[misc]
    for (before, after), length in zip(pairs, shape, strict=True):
        most = {"reflect": length - 1, "circular": length}.get(mode, math.inf)
        if max(before, after, 0) > max(most, 0) or length + before + after < 0:
            raise ValueError(
                f"pad: a border of {(before, after)} by {mode!r} does not fit an axis of {length} "
                f"places{place()}"
            )
    kept = tuple(
        slice(max(-before, 0), length + min(after, 0))
        for (before, after), length in zip(pairs, shape, strict=True)
    )
    if any(before < 0 or after < 0 for before, after in pairs):
        x = x[kept]
    added = [(max(before, 0), max(after, 0)) for before, after in pairs]
    return autograd.pad(x, added, _MODES[mode], fill)
