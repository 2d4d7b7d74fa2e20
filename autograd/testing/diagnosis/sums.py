"""Patterns of a sum that is missing, incomplete, or taken over other axes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.wording import Words, axes_words, broadcast_axes
from autograd.testing.subjects import Array


def uses(e: Evidence) -> Words:
    """Contributions of several outputs that are not added up."""
    present = np.abs(e.contributions) > 0
    counts = present.sum(axis=0)
    if counts.max(initial=0) < 2:
        return
    axes = _broadcast_axes(e)
    repeated = math.prod(e.case.outputs[0].shape[axis] for axis in axes)
    if axes and e.equals(e.numeric / repeated):
        yield f"the mean over broadcast {_full_words(e, axes)} instead of the sum"
    rows = np.arange(len(present))[:, np.newaxis]
    columns = np.arange(present.shape[1])
    last = np.where(present, rows, -1).max(axis=0)
    first = np.where(present, rows, len(rows)).min(axis=0) % len(rows)
    for words, row in (("last", last), ("first", first)):
        if e.equals(e.from_row(np.where(counts, e.contributions[row, columns], 0.0))):
            if axes:
                yield f"the sum over broadcast {_full_words(e, axes)} is missing"
            yield f"only the {words} use counted"
    yield from _partial_sums(e, axes)


def _partial_sums(e: Evidence, axes: tuple[int, ...]) -> Words:
    """Only one place along an axis of the output is counted."""
    if len(e.outputs) != 1:
        return
    shape = e.case.outputs[e.outputs[0]].shape
    by_place = e.contributions.reshape(*shape, -1)
    for axis, side in enumerate(shape):
        if side < 2:
            continue
        for words, place in (("first", 0), ("last", side - 1)):
            part = by_place.take(place, axis).reshape(-1, by_place.shape[-1]).sum(axis=0)
            if e.equals(e.from_row(part)):
                where = axes_words([axis], len(shape), e.backwards)
                if axis in axes:
                    yield f"the sum over broadcast {where} is missing"
                yield (
                    f"only the {words} use counted: the sum over broadcast {where} of the output "
                    "is missing"
                )
        mean = e.contributions.sum(axis=0) / side
        shared = axis not in axes and len(shape) > 1 and _is_shared(by_place, axis)
        if shared and e.equals(e.from_row(mean)):
            where = axes_words([axis], len(shape), e.backwards)
            yield f"the mean over broadcast {where} of the output instead of the sum"


def _is_shared(by_place: Array, axis: int) -> bool:
    """Whether every input element contributes at every place along an axis of the output."""
    moved = np.moveaxis(np.abs(by_place), axis, 0)
    return bool((moved.reshape(len(moved), -1, moved.shape[-1]).sum(axis=1) > 0).all())


def _full_words(e: Evidence, axes: Sequence[int]) -> str:
    return axes_words(axes, e.case.outputs[0].ndim, e.backwards)


def _broadcast_axes(e: Evidence) -> tuple[int, ...]:
    """The axes of the only output along which the input was repeated."""
    if len(e.case.outputs) != 1:
        return ()
    return broadcast_axes(e.x.shape, e.case.outputs[0].shape)


def other_axes(e: Evidence) -> Words:
    """Of a broadcast operand: summed over other axes than those along which it was repeated."""
    axes = _broadcast_axes(e)
    if not axes or e.case.outputs[0].ndim < 2:
        return
    shape = e.case.outputs[0].shape
    terms = e.contributions.sum(axis=1).reshape(shape)
    for others in itertools.combinations(range(len(shape)), len(axes)):
        summed = terms.sum(axis=others)
        if others != axes and summed.size == e.x.size and e.equals(e.from_row(summed)):
            yield (
                f"the sum over {axes_words(others, len(shape), e.backwards)} in place of "
                f"{axes_words(axes, len(shape), e.backwards)}"
            )


def spread(e: Evidence) -> Words:
    """Of a reduction: the cotangent comes back along another axis."""
    if e.output is not None or len(e.outputs) != 1 or e.x.ndim < 2:
        return
    if ((np.abs(e.jacobian) > 0).sum(axis=0) != 1).any():
        return  # not every element goes into one output
    rows = np.abs(e.jacobian).argmax(axis=0)
    arrived = e.from_row(e.cotangent[rows])
    local = e.from_row(e.jacobian[rows, np.arange(e.x.size)])
    for order in itertools.permutations(range(e.x.ndim)):
        other = arrived.transpose(order)
        if other.shape == e.x.shape and e.equals(other * local):
            yield "the cotangent is spread along the wrong axis: dropped axes come back misplaced"
            return
