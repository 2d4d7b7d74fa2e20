"""Patterns of right numbers in wrong places, and of wrong numbers in some places only."""

from __future__ import annotations

import itertools

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.wording import Words, words_of_axes


def arrangement(e: Evidence) -> Words:
    """Axes in another order, reversed, or shifted by one."""
    right = e.numeric
    for order in itertools.permutations(range(right.ndim)):
        turned = right.transpose(order)
        if order == tuple(range(right.ndim)) or min(right.shape) < 1:
            continue
        flat = right.ndim == 2
        if e.equals(turned):
            yield "transposed" if flat else f"its axes are in the wrong order {order}"
        if e.equals(turned.reshape(right.shape)):
            words = "transposed" if flat else "its axes are in the wrong order"
            yield f"{words}, and its shape is forced"
    for axis in range(right.ndim):
        where = words_of_axes(e, (axis,))
        if right.shape[axis] > 1 and e.equals(np.flip(right, axis)):
            yield f"reversed along {where}"
        for shift, words in ((1, "one place too far"), (-1, "one place too early")):
            if _is_shifted(e, shift, axis):
                yield f"off by one along {where}: everything is {words}"
                yield f"off by one along {where}"
    if e.equals(right.ravel(order="F").reshape(right.shape)):
        yield "its elements are in Fortran order"


def anywhere(e: Evidence) -> Words:
    """The right numbers in the wrong places."""
    right = e.numeric
    if right.size > 2 and not e.equals(right) and e.known.all():
        order, other = np.argsort(right, None), np.argsort(e.analytic, None)
        if e.agrees_in_order(order, other):
            yield "the right numbers in the wrong places (an inverse permutation, an index)"


def outputs(e: Evidence) -> Words:
    """What flows back from an output goes where that of another one belongs."""
    if not e.linear or not e.known.all() or len(e.jacobian) < 2:
        return
    size = max(float(np.abs(e.jacobian).max(initial=0.0)), 1e-300)
    right, claimed = (np.round(rows / size, 5) + 0.0 for rows in (e.jacobian, e.claimed))
    if np.array_equal(right, claimed) or not e.wrong.any():
        return
    right, claimed = (rows[np.lexsort(rows.T[::-1])] for rows in (right, claimed))
    if np.array_equal(right, claimed):
        yield (
            "outputs are taken in another order: what flows back from one goes where that of "
            "another belongs (a permutation, an interleaving, a step)"
        )


def gained(e: Evidence) -> Words:
    """Something arrives at elements that nothing depends on."""
    if not e.linear or not e.known.all():
        return
    size = float(np.abs(e.jacobian).max(initial=0.0))
    unused = e.from_row(np.abs(e.jacobian).max(axis=0) <= 1e-9 * size)
    if unused.all() and (not e.x.ndim or e.x.shape[-1] < 2):
        return  # what is normalised over one element alone is constant, and masks nothing
    if e.wrong.any() and not (e.wrong & ~unused).any():
        yield (
            "something arrives where nothing should: what the forward pass leaves out (a mask, "
            "ignored rows, an overwritten part) is not left out on the way back"
        )


def _is_shifted(e: Evidence, shift: int, axis: int) -> bool:
    """Whether all but the edge is that of a neighbour; at the edge anything may stand."""
    side = e.x.shape[axis]
    if side < 2:
        return False
    rolled = np.roll(e.numeric, shift, axis)
    emptied = rolled.copy()
    emptied[(slice(None),) * axis + (0 if shift > 0 else -1,)] = 0.0
    if e.equals(rolled) or e.equals(emptied):
        return True
    inside: list[slice] = [slice(None)] * e.x.ndim
    inside[axis] = slice(1, None) if shift > 0 else slice(None, -1)
    where = np.zeros(e.x.shape, bool)
    where[tuple(inside)] = True
    return int((e.telling & where).sum()) > 1 and e.equals(rolled, where)


def misdelivered(e: Evidence) -> Words:
    """What some outputs pass back arrives one place beside where it belongs."""
    if not e.linear or not e.known.all():
        return
    size = max(np.abs(e.jacobian).max(initial=0.0), 1e-300)
    wrong = (np.abs(e.claimed - e.jacobian) > 1e-6 * size).any(axis=1)
    claimed = e.claimed[wrong].reshape(-1, *e.x.shape)
    right = e.jacobian[wrong].reshape(-1, *e.x.shape)
    if not right.size:
        return
    for axis, side in enumerate(e.x.shape):
        if side < 3:
            continue
        moved = [
            np.isclose(claimed, np.roll(right, shift, axis + 1), 1e-5, 1e-6 * size).reshape(
                len(right), -1
            )
            for shift in (1, -1)
        ]
        beside = moved[0].all(axis=1) | moved[1].all(axis=1)
        if len(right) and beside.all():
            yield f"off by one along {words_of_axes(e, (axis,))}"


def part(e: Evidence) -> Words:
    """Wrong in some places only."""
    wrong = e.wrong
    if wrong[e.telling].all() or not wrong.any():
        return
    for where in _places(e):
        guess = ": a triangle that is off by one" if "on the diag" in where else ""
        yield f"wrong only {where}{inside(e)}{guess}"
    counts = e.from_row((np.abs(e.contributions) > 0).sum(axis=0))
    if counts[wrong].min() > 1 and counts[e.telling & ~wrong].max(initial=0) <= 1:
        yield f"wrong only where several outputs contribute{inside(e)}"


def inside(e: Evidence) -> str:
    """What a gradient is where it is wrong."""
    if e.equals(0.0, e.wrong):
        return " (zero there)"
    if e.equals(-e.numeric, e.wrong):
        return " (of the wrong sign there)"
    if e.equals(2.0 * e.numeric, e.wrong):
        return " (twice too large there)"
    return ""


def _places(e: Evidence) -> Words:
    """The first or last places along an axis, the diagonal, or both ends."""
    wrong, telling = e.wrong, e.telling
    for axis, side in enumerate(wrong.shape):
        others = tuple(k for k in range(wrong.ndim) if k != axis)
        hit = (wrong & telling).any(axis=others)
        clean = ~hit & telling.any(axis=others)
        if side < 2 or not clean.any() or not hit.any():
            continue
        places, right = np.flatnonzero(hit), np.flatnonzero(clean)
        where = words_of_axes(e, (axis,))
        if places[0] > right[-1]:
            yield f"at the end of {where}"
        elif places[-1] < right[0]:
            yield f"at the beginning of {where}"
        elif places[0] == 0 and places[-1] == side - 1 and len(places) == 2:
            yield f"at both ends of {where}"
    if wrong.ndim == 2 and min(wrong.shape) > 1:
        rows, columns = np.indices(wrong.shape)
        for words, region in (
            ("on the diagonal", rows == columns),
            ("off the diagonal", rows != columns),
            ("above the diagonal", rows < columns),
            ("below the diagonal", rows > columns),
        ):
            if np.array_equal(wrong & telling, np.asarray(region) & telling) and wrong.any():
                yield words
