"""What a diagnosis looks at: a gradient beside the right one, and what the right one is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograd.testing.case import Case
from autograd.testing.objective import OUTSIDE, silent
from autograd.testing.subjects import Array
from autograd.testing.violation import largest

_STEP = 2.0**-10
_TOLERANCE = 1e-5  # of the largest element; numerical Jacobians are good to some 1e-9
LARGEST = 600  # elements of a Jacobian that are worth the time of a diagnosis


@dataclass
class Evidence:
    """The gradient of one input beside what it should be.

    Attributes:
        case: the function and the point.
        position: of the input.
        analytic: the gradient under test.
        jacobian: numerical; axis 0 counts the elements of all outputs that have a cotangent, axis 1
            those of the input.
    """

    case: Case
    position: int
    analytic: Array
    jacobian: Array

    @property
    def x(self) -> Array:
        """The input."""
        return self.case.inputs[self.position]

    @property
    def name(self) -> str:
        """What the input is called."""
        return self.case.names[self.position]

    @cached_property
    def cotangent(self) -> Array:
        """The cotangents of all outputs that have one, in one row."""
        return _row([self.case.cotangents[i] for i in _weighted(self.case)])

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
        return max(largest(self.analytic), largest(self.numeric), 1e-300)

    @cached_property
    def wrong(self) -> Array:
        """Which elements of the gradient are wrong."""
        with np.errstate(all="ignore"):
            return np.asarray(~(np.abs(self.analytic - self.numeric) <= _TOLERANCE * self.size))

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
        chosen = np.ones(self.analytic.shape, bool) if where is None else where
        with np.errstate(all="ignore"):
            near = np.abs(self.analytic - other) <= _TOLERANCE * self.size
        return bool(chosen.any()) and bool(near[chosen].all()) and bool(self.wrong[chosen].any())


def gather(case: Case) -> list[Evidence]:
    """The inputs of a case whose gradients are wrong; empty where all are right."""
    found = []
    gradients = _gradients(case)
    for position in case.differentiated:
        gradient = gradients[position]
        if gradient is None or gradient.shape != case.inputs[position].shape:
            continue
        jacobian = numerical_jacobian(case, position)
        if jacobian is None or not np.isfinite(jacobian).all():
            continue
        evidence = Evidence(case, position, np.asarray(gradient), jacobian)
        if evidence.wrong.any():
            found.append(evidence)
    return found


def _gradients(case: Case) -> list[Array | None]:
    with silent():
        return case.gradients()


def numerical_jacobian(case: Case, position: int) -> Array | None:
    """By central differences at two steps, extrapolated; None where it would be too large."""
    x = case.inputs[position]
    outputs = _weighted(case)
    rows = sum(case.outputs[i].size for i in outputs)
    if x.dtype.kind != "f" or rows * x.size > LARGEST:
        return None
    jacobian = np.zeros((rows, x.size))
    with silent():
        for column, element in enumerate(np.ndindex(x.shape)):
            step = _STEP * (abs(float(x[element])) or 1.0)
            coarse, fine = (_quotient(case, position, element, h) for h in (step, step / 2))
            if coarse is None or fine is None:
                return None
            jacobian[:, column] = (4.0 * fine - coarse) / 3.0
    return jacobian


def _quotient(case: Case, position: int, element: tuple[int, ...], h: float) -> Array | None:
    values = []
    for sign in (1.0, -1.0):
        inputs = list(case.inputs)
        inputs[position] = moved = inputs[position].astype(np.float64)
        moved[element] += sign * h
        try:
            outputs = case.value(inputs)
        except OUTSIDE:
            return None
        values.append(_row([outputs[i] for i in _weighted(case)]))
    above, below = values
    return np.asarray(above - below) / (2.0 * h)


def _weighted(case: Case) -> list[int]:
    return [i for i in case.active if case.cotangents[i] is not None]


def _row(arrays: list[Array | None]) -> Array:
    rows = [np.real(each).reshape(-1) for each in arrays if each is not None]
    return np.concatenate(rows) if rows else np.zeros(0)


# ---------------------------------------------------------------------- other points


def ordinary(case: Case) -> list[Case | None]:
    """Points with nothing special about them, close by and further off; None outside of the domain.

    What is wrong there, too, is not wrong because of ties, zeros or a cotangent of ones.
    """
    return [moved(case, seed=1), moved(case, seed=2, plain=True), moved(case, seed=3, plain=True)]


def moved(case: Case, cotangents: bool = True, seed: int = 0, plain: bool = False) -> Case | None:
    """The case with other numbers of the same signs; None outside of the domain.

    Args:
        case: at a special point, perhaps.
        cotangents: whether they are drawn anew, too.
        seed: of what is drawn.
        plain: whether all inputs become about 1 in size; else they keep their size.
    """
    rng = np.random.default_rng(seed)

    def move(x: Array) -> Array:
        if x.dtype.kind != "f":
            return x
        if plain:
            return np.where(x < 0, -1.0, 1.0) * rng.uniform(0.4, 1.6, x.shape)
        shift = rng.uniform(0.05, 0.3, x.shape)
        return np.asarray(np.where(x == 0, shift, x * (1.0 + shift)))

    with silent():
        try:
            other = case.at([move(x) for x in case.inputs], case.cotangents)
        except OUTSIDE:
            return None
    if any(a.shape != b.shape for a, b in zip(other.outputs, case.outputs, strict=True)):
        return None
    if not all(np.isfinite(out).all() for out in other.outputs):
        return None
    if cotangents:
        other.rng = rng
        drawn = [other.draw(out) for out in other.outputs]
        pairs = zip(drawn, case.cotangents, strict=True)
        other.cotangents = [None if g is None else new for new, g in pairs]
    return other


def axes_of(ndim: int) -> Iterator[tuple[int, ...]]:
    """Axes that a reduction runs over: each, all, all but each."""
    yield from ((axis,) for axis in range(ndim))
    if ndim > 1:
        yield tuple(range(ndim))
    if ndim > 2:
        yield from (tuple(a for a in range(ndim) if a != axis) for axis in range(ndim))
