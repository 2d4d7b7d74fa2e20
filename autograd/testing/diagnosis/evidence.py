"""What a diagnosis looks at: a Jacobian that is claimed beside the right one.

A gradient that is right explains nothing and a single wrong one too much. So a diagnosis looks at
many points: those that a search has drawn, others close by, and some with nothing special about
them, under cotangents of no pattern. The right Jacobian is numerical, by central differences; where
two steps or two sides do not agree on it, at kinks and where rounding is large, it counts as
unknown.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd.testing.case import Case
from autograd.testing.objective import OUTSIDE, silent
from autograd.testing.subjects import Array, Run

_STEP = 2.0**-10
_PRECISION = 1e-5  # relative, of an element
_FLOOR = 1e-8  # relative, of the largest element
_SETTLED = 1e-3  # two steps that differ more, relatively, meet no smooth function
LARGEST = 600  # elements of a Jacobian that are worth the time of a diagnosis


@dataclass
class Evidence:
    """What a function claims of one input beside what is right.

    Attributes:
        case: the function and the point.
        position: of the input.
        analytic: the gradient under test, for the cotangents of the case.
        claimed: the Jacobian under test; axis 0 counts the elements of all outputs that have a
            cotangent, axis 1 those of the input.
        jacobian: the numerical one.
        noise: what rounding may have done to each column of it.
        known: the elements of the input whose derivatives are known.
        backwards: whether axes are called by negative numbers.
    """

    case: Case
    position: int
    analytic: Array
    claimed: Array
    jacobian: Array
    noise: Array
    known: Array
    backwards: bool = False

    @property
    def x(self) -> Array:
        """The input."""
        return self.case.inputs[self.position]

    @property
    def name(self) -> str:
        """What the input is called."""
        return self.case.names[self.position]

    @cached_property
    def outputs(self) -> list[int]:
        """Positions of the outputs that have a cotangent, in the order of the rows."""
        return weighted(self.case)

    @cached_property
    def cotangent(self) -> Array:
        """The cotangents of all outputs that have one, in one row."""
        return row_of([self.case.cotangents[i] for i in self.outputs])

    @cached_property
    def contributions(self) -> Array:
        """What each output element adds to each input element: cotangent times Jacobian."""
        return self.cotangent[:, np.newaxis] * self.jacobian

    @cached_property
    def numeric(self) -> Array:
        """The right gradient."""
        return self.from_row(self.contributions.sum(axis=0))

    @cached_property
    def size(self) -> float:
        """Of the largest number that is compared."""
        numbers = np.abs(np.stack([self.analytic, self.numeric])[:, self.known])
        return max(float(numbers[np.isfinite(numbers)].max(initial=0.0)), 1e-300)

    @cached_property
    def wrong(self) -> Array:
        """Which elements of the gradient are known to be wrong."""
        return self.known & ~self._near(self.numeric)

    @cached_property
    def telling(self) -> Array:
        """Which elements say something: they are known, and large enough to be seen wrong."""
        with np.errstate(all="ignore"):
            unseen = np.abs(self.analytic) + np.abs(self.numeric) <= 1e3 * self._rounding
        return self.known & ~unseen

    @cached_property
    def weight(self) -> float:
        """How much it says: of one wrong element, nearly nothing."""
        count = int(self.wrong.sum())
        return 0.25 if count == 1 else min(count, 6)

    @cached_property
    def linear(self) -> bool:
        """Whether the gradient under test is linear in the cotangent."""
        with np.errstate(all="ignore"):
            along = self.from_row(self.cotangent @ self.claimed)
            return bool(
                (np.abs(along - self.analytic) <= 1e-9 * max(self.size, 1e-300))[self.known].all()
            )

    @property
    def output(self) -> Array | None:
        """The value, where there is one output of the shape of the input."""
        case = self.case
        alike = len(case.outputs) == 1 and case.outputs[0].shape == self.x.shape
        return case.outputs[0] if alike else None

    @property
    def own_cotangent(self) -> Array | None:
        """The cotangent, where there is one output of the shape of the input."""
        return None if self.output is None else self.case.cotangents[0]

    @cached_property
    def is_elementwise(self) -> bool:
        """Whether each output element depends on one input element only, of the same place."""
        if self.output is None:
            return False
        off = self.jacobian - np.diag(np.diagonal(self.jacobian))
        return bool(np.abs(off).max(initial=0.0) <= 1e-7 * np.abs(self.jacobian).max(initial=0.0))

    def from_row(self, row: Array) -> Array:
        """One number per element of the input, in its shape."""
        return np.asarray(row).reshape(self.x.shape)

    def equals(self, other: Array | float, where: Array | None = None) -> bool:
        """Whether the gradient under test is this array (on some elements), which is not right.

        What is right already explains nothing, and neither does an array of the wrong shape.
        """
        other = np.asarray(other)
        if other.shape not in ((), self.analytic.shape):
            return False
        chosen = self.known if where is None else where & self.known
        return bool(self._near(other)[chosen].all()) and bool(self.wrong[chosen].any())

    def agrees(self, one: Array, other: Array) -> bool:
        """Whether two arrays of the input's shape are equal where something is known."""
        size = float(np.abs(one[self.known]).max(initial=0.0))
        with np.errstate(all="ignore"):
            near = np.abs(one - other) <= _PRECISION * (np.abs(other) + 1e-3 * size)
        return bool(near[self.known].all())

    def agrees_in_order(self, right: Array, analytic: Array) -> bool:
        """Whether the elements are equal one by one, small ones too, taken in these orders."""
        a, b = self.analytic.reshape(-1)[analytic], self.numeric.reshape(-1)[right]
        allowed = self._rounding.reshape(-1)[right]
        return bool((np.abs(a - b) <= _PRECISION * np.maximum(abs(a), abs(b)) + allowed).all())

    def claims(self, jacobian: Array) -> bool:
        """Whether the Jacobian under test is this one, and the gradient is wrong."""
        known = self.known.reshape(-1)
        size = float(np.abs(self.jacobian[:, known]).max(initial=0.0))
        with np.errstate(all="ignore"):
            off = np.abs(self.claimed - jacobian) <= _PRECISION * size + 10.0 * self.noise
        return bool(off[:, known].all()) and bool(self.wrong.any())

    def _near(self, other: Array) -> Array:
        with np.errstate(all="ignore"):
            allowed = _PRECISION * np.maximum(np.abs(self.analytic), np.abs(other))
            return np.asarray(np.abs(self.analytic - other) <= allowed + self._rounding)

    @cached_property
    def _rounding(self) -> Array:
        """By how much an element may be off."""
        noise = self.from_row(np.abs(self.cotangent).sum() * self.noise)
        return np.asarray(_FLOOR * self.size + 10.0 * noise)


def gather(case: Case) -> list[Evidence]:
    """The differentiated inputs of a case, right or wrong; without those where nothing is known."""
    with silent():
        run = case.run()
        gradients = case.pull(run)
        claimed = _claimed(case, run)
    found = []
    for position in case.differentiated:
        gradient = gradients[position]
        if gradient is None or gradient.shape != case.inputs[position].shape:
            continue
        right = numerical_jacobian(case, position)
        if right is None:
            continue
        jacobian, noise, known = right
        known = known.reshape(gradient.shape)
        if known.any() and claimed[position] is not None:
            rows = np.asarray(claimed[position])
            found.append(
                Evidence(case, position, np.asarray(gradient), rows, jacobian, noise, known)
            )
    return found


def _claimed(case: Case, run: Run) -> list[Array | None]:
    """The Jacobians under test, put together from one-hot cotangents; None where too large."""
    rows = sum(case.outputs[i].size for i in weighted(case))
    found: list[Array | None] = [
        np.zeros((rows, x.size)) if p in case.differentiated and rows * x.size <= LARGEST else None
        for p, x in enumerate(case.inputs)
    ]
    if all(each is None for each in found):
        return found
    row = 0
    for i in weighted(case):
        for element in np.ndindex(case.outputs[i].shape):
            one_hot = [None if g is None else np.zeros_like(g) for g in case.cotangents]
            one_hot[i][element] = 1.0  # type: ignore[index]
            for jacobian, gradient in zip(found, case.pull(run, one_hot), strict=True):
                if jacobian is None or gradient is None:
                    continue
                if gradient.size == jacobian.shape[1]:
                    jacobian[row] = np.real(gradient).reshape(-1)
            row += 1
    return found


def numerical_jacobian(case: Case, position: int) -> tuple[Array, Array, Array] | None:
    """By central differences at two steps, extrapolated.

    Returns:
        The Jacobian, the rounding of each column, and whether each column is known; None where it
        would be too large.
    """
    x = case.inputs[position]
    rows = sum(case.outputs[i].size for i in weighted(case))
    if x.dtype.kind != "f" or rows * x.size > LARGEST:
        return None
    base = row_of([case.outputs[i] for i in weighted(case)])
    jacobian = np.zeros((rows, x.size))
    noise, known = np.zeros(x.size), np.ones(x.size, bool)
    with silent():
        for column, element in enumerate(np.ndindex(x.shape)):
            step = _STEP * (abs(float(x[element])) or 1.0)
            sides = [_sides(case, position, element, h, base) for h in (step, step / 2)]
            if any(each is None for each in sides):
                known[column] = False
                continue
            (left, right), (left_half, right_half) = sides  # type: ignore[misc]
            coarse, fine = (left + right) / 2.0, (left_half + right_half) / 2.0
            jacobian[:, column] = slope = (4.0 * fine - coarse) / 3.0
            noise[column] = 8.0 * np.finfo(float).eps * np.abs(base).max(initial=0.0) / step
            size = np.abs(slope).max(initial=0.0)
            bent, still_bent = np.abs(right - left), np.abs(right_half - left_half)
            kink = (still_bent > 0.75 * bent) & (still_bent > 1e-4 * size + 10.0 * noise[column])
            settled = np.abs(fine - coarse) <= _SETTLED * size + noise[column]
            known[column] = bool(np.isfinite(slope).all() and settled.all() and not kink.any())
        jacobian[:, ~known] = np.nan_to_num(jacobian[:, ~known])
        if known.sum() > 1 and not _adds_up(case, position, jacobian, noise, base, known):
            known[:] = False
    return jacobian, noise, known


def _adds_up(
    case: Case, position: int, jacobian: Array, noise: Array, base: Array, known: Array
) -> bool:
    """Whether the slope along all known elements at once is the sum of theirs.

    It is not where a median meets ties: each element alone can move without moving it.
    """
    x = case.inputs[position]
    step = _STEP * np.where(x == 0, 1.0, np.abs(x)) * known.reshape(x.shape)
    sides = _sides(case, position, ..., step, base)
    if sides is None:
        return True
    terms = jacobian * step.reshape(-1)
    allowed = 1e-2 * np.abs(terms).sum(axis=1) + (noise * step.reshape(-1)).sum()
    return bool((np.abs((sides[0] + sides[1]) / 2.0 - terms.sum(axis=1)) <= allowed).all())


def _sides(
    case: Case, position: int, element: Any, h: Any, base: Array
) -> tuple[Array, Array] | None:
    """The slopes to the left and to the right; where `h` is an array, how far they go."""
    slopes = []
    for sign in (-1.0, 1.0):
        inputs = list(case.inputs)
        inputs[position] = moved = inputs[position].astype(np.float64)
        moved[element] += sign * h
        try:
            outputs = case.value(inputs)
        except OUTSIDE:
            return None
        found = row_of([outputs[i] for i in weighted(case)])
        if found.shape != base.shape:
            return None
        slopes.append(sign * (found - base) / (1.0 if isinstance(h, np.ndarray) else h))
    return slopes[0], slopes[1]


def weighted(case: Case) -> list[int]:
    """Positions of the outputs that have a cotangent."""
    return [i for i in case.active if case.cotangents[i] is not None]


def row_of(arrays: Sequence[Array | None]) -> Array:
    """All their elements in one row; real parts, and nothing for None."""
    rows = [np.real(each).reshape(-1) for each in arrays if each is not None]
    return np.concatenate(rows) if rows else np.zeros(0)


# ---------------------------------------------------------------------- the points


def survey(witnesses: Sequence[Case], calls: int) -> list[list[Evidence]]:
    """The evidence at many points, one list for each.

    Args:
        witnesses: points from which to start; nearer ones count first.
        calls: of the function and its rules, after which no further point is looked at; they are
            counted and not timed, so that a report does not depend on the machine.
    """
    found: list[list[Evidence]] = []
    few = max(1, 12 // max(len(witnesses), 1))  # from one witness alone, more is to be made
    for place, witness in enumerate(witnesses):
        for seed in range(few):
            for point in _around(witness, 100 * place + 10 * seed):
                if calls < 0:
                    return found
                calls -= _calls(point)
                try:
                    evidence = gather(point)
                except Exception:
                    continue  # its rule fails there: other points tell more
                if evidence:
                    found.append(evidence)
    return found


def _calls(case: Case) -> int:
    """About how often the function and its rules are called for one point."""
    rows = sum(case.outputs[i].size for i in case.active)
    return 4 * sum(case.inputs[p].size for p in case.differentiated) + rows + 4


def _around(case: Case, seed: int) -> Iterator[Case]:
    """The point, one close by, and one with nothing special about it; cotangents are drawn."""
    points = [
        moved(case, seed=seed, at=True),
        moved(case, seed=seed + 1),
        moved(case, seed=seed + 2, plain=True),
    ]
    yield from (point for point in points if point is not None)


def moved(
    case: Case, cotangents: bool = True, seed: int = 0, plain: bool = False, at: bool = False
) -> Case | None:
    """The case with other numbers of the same signs; None outside of the domain.

    Args:
        case: at a special point, perhaps.
        cotangents: whether they are drawn anew, too, one for every output.
        seed: of what is drawn.
        plain: whether all inputs become about 1 in size; else they keep their size.
        at: whether the inputs stay as they are.
    """
    rng = np.random.default_rng(seed)

    def move(x: Array) -> Array:
        if x.dtype.kind != "f" or at:
            return x
        if plain:
            signs = np.where(x == 0, rng.choice([-1.0, 1.0], x.shape), np.sign(x))
            return np.asarray(signs * rng.uniform(0.4, 1.6, x.shape)).astype(x.dtype)
        shift = rng.uniform(0.05, 0.3, x.shape)
        return np.asarray(np.where(x == 0, shift, x * (1.0 + shift))).astype(x.dtype)

    other = _at(case, [move(x) for x in case.inputs])
    if other is not None and cotangents:
        other.rng = rng
        other.cotangents = [
            other.draw(out) if i in other.active else None for i, out in enumerate(other.outputs)
        ]
    return other


def _at(case: Case, inputs: Sequence[Array]) -> Case | None:
    """The case at other inputs, if its outputs are of the same shapes and finite there."""
    with silent():
        try:
            other = case.at(inputs, case.cotangents)
        except OUTSIDE:
            return None
    if [out.shape for out in other.outputs] != [out.shape for out in case.outputs]:
        return None
    return other if all(np.isfinite(other.outputs[i]).all() for i in other.active) else None


def changed(evidence: Evidence, inputs: Sequence[Array]) -> Evidence | None:
    """The same at other inputs; None outside of the domain."""
    other = _at(evidence.case, inputs)
    found = [] if other is None else gather(other)
    return next((each for each in found if each.position == evidence.position), None)


def from_the_end(evidence: Evidence) -> Evidence:
    """The same, with its axes called by negative numbers."""
    other = copy.copy(evidence)  # with what it has computed already
    other.backwards = True
    return other
