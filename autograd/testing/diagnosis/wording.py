"""How diagnoses call axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence

Words = Iterator[str]


def axes_words(axes: Sequence[int], ndim: int, backwards: bool = False) -> str:
    """Axes by their numbers, or by negative ones."""
    named = [str(axis - ndim if backwards else axis) for axis in axes]
    if len(named) == 1:
        return f"axis {named[0]}"
    return f"axes {', '.join(named[:-1])} and {named[-1]}"


def words_of_axes(e: Evidence, axes: Sequence[int], ndim: int | None = None) -> str:
    """Axes of the input, or of an array with so many."""
    return axes_words(axes, e.x.ndim if ndim is None else ndim, e.backwards)


def axes_of(ndim: int) -> Iterator[tuple[int, ...]]:
    """Axes that a reduction runs over: each, all, all but each."""
    yield from ((axis,) for axis in range(ndim))
    if ndim > 1:
        yield tuple(range(ndim))
    if ndim > 2:
        yield from (tuple(a for a in range(ndim) if a != axis) for axis in range(ndim))


def broadcast_axes(shape: tuple[int, ...], full: tuple[int, ...]) -> tuple[int, ...]:
    """The axes along which broadcasting to `full` repeats; empty where it cannot."""
    try:
        if np.broadcast_shapes(shape, full) != full:
            return ()
    except ValueError:
        return ()
    padded = (1,) * (len(full) - len(shape)) + shape
    added = range(len(full) - len(shape))
    stretched = [k for k in range(len(full)) if padded[k] == 1 != full[k]]
    return tuple(sorted({*added, *stretched}))
