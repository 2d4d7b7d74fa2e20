"""A function seen along one line through its inputs: values, slopes, noise."""

from collections.abc import Sequence
from math import frexp, inf, isfinite, isinf, isnan, ldexp, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.testing.directions import Direction, sizes
from autograd.testing.extrapolation import (
    RATIO,
    SAFETY,
    Estimate,
    coincides,
    extrapolate,
    growth,
    taylor_rate,
)
from autograd.testing.noise import (
    SAMPLES,
    SPACING,
    SPACINGS,
    agreeing_noise,
    difference_noise,
)
from autograd.testing.objective import OUTSIDE, Objective
from autograd.testing.result import INFINITE, NOWHERE

_LARGEST_STEP = 2.0**-3  # of the argument's size
SMALLEST_STEP = 2.0**-23  # about 1e-7
DEEPEST_STEP = 2.0**-35  # for a point very close to the edge of a domain
_LOST_STEP = 2.0**-40  # below this share of the largest element it would not be moved exactly
_FIRST_STEP = 2.0**-13
_NEARBY = 2.0**-20  # how far off, relatively, a neighbouring point is
_JUMP = 1e-2
KINK = "kink"
EDGE = "edge of the domain"
_SLOPE = 1e-2  # an estimate whose relative error is below this is a slope


class Line:
    """An objective along one direction: values by step, and slopes estimated from them.

    Attributes:
        steps: the steps taken so far, falling; each was tried on both sides.
        changed: which outputs have been seen to move.
        rounding_of_slope: what the terms of the slope, one for each output, are rounded by.
        hears_operations: whether the noise of the function's own operations counts.
        trusts_operations: whether there is no other noise than that.
        has_finer_scale: whether something moves that is much smaller than the first steps.
    """

    def __init__(self, objective: Objective, direction: Direction) -> None:
        self.objective = objective
        self.direction = direction
        self.steps: list[float] = []
        self.changed = np.zeros(objective.base.shape, bool)
        self._values: dict[float, float] = {}
        self._measured_noise: dict[int, float] = {}
        self._reached: tuple[NDArray[np.bool_], float] | None = None
        self.hears_operations = self.trusts_operations = False
        self.rounding_of_slope = 0.0
        self._of_operations = 0.0
        magnitudes = self._magnitudes()
        largest = magnitudes[-1]
        self.first_step = _FIRST_STEP * min(max(largest, 2.0**-4), 2.0**3)
        self._sizes = sorted({1.0, *magnitudes})
        self.has_finer_scale = self._sizes[0] < 2.0**-4
        self._smallest_useful = _LOST_STEP * largest

    def _magnitudes(self) -> list[float]:
        """The least and greatest step that moves an element by its own size; 1 for zeros."""
        least, greatest = inf, 0.0
        for i, vector in self.direction.parts:
            x = self.objective.inputs[i]
            if self.direction.element is not None:
                steps = np.abs(x[self.direction.element])
            else:
                moved = np.not_equal(vector, 0)
                steps = np.abs(x[moved]) / np.abs(vector[moved])
            steps = steps[steps > 0]
            if steps.size:
                least, greatest = min(least, steps.min()), max(greatest, steps.max())
        if not (0.0 < greatest < inf):
            return [1.0, 1.0]
        return [_power_of_two(least), _power_of_two(greatest)]

    def arguments(
        self, step: complex, start: Sequence[NDArray[Any]] | None = None
    ) -> list[NDArray[Any]]:
        """Return the inputs (or `start`) moved by `step` in this direction."""
        moved = list(self.objective.inputs if start is None else start)
        for i, vector in self.direction.parts:
            x = moved[i].copy() if np.isrealobj(step) else moved[i].astype(np.complex128)
            if self.direction.element is not None:
                x[self.direction.element] += step * vector
            else:
                x += step * vector
            moved[i] = x
        return moved

    def value(self, step: float) -> float:
        """Return the objective at a step, relative to its value at 0; NaN outside the domain."""
        known = self._values.get(step)
        if known is not None:
            return known
        objective = self.objective
        try:
            difference = objective.values(self.arguments(step)) - objective.base
        except OUTSIDE:
            result = nan
        else:
            if not objective.finite.all():
                difference = np.where(objective.finite, difference, 0.0)
            self.changed |= difference != 0
            result = float(np.dot(objective.weights, difference).real)
            if step == self.first_step:
                sizes = np.abs(objective.weights * difference)
                self.rounding_of_slope = objective.precision * float(sizes.sum()) / step
        if not isfinite(result):
            result = nan
        self._values[step] = result
        return result

    def try_step(self, step: float) -> tuple[float, float]:
        """Evaluate on both sides; the values at -step and step."""
        if step not in self.steps:
            self.steps.append(step)
            self.steps.sort(reverse=True)
        return self.value(-step), self.value(step)

    def try_ladder(self, smallest: float = SMALLEST_STEP) -> None:
        """Evaluate at steps from an eighth down to 1e-7 of every size that matters here."""
        for size in self._sizes:
            rung = self.first_step
            while rung < _LARGEST_STEP * size:
                rung *= RATIO
            while rung > _LARGEST_STEP * size:
                rung /= RATIO
            while rung >= max(smallest * size, self._smallest_useful, 1e-307):
                self.try_step(rung)
                rung /= RATIO

    def rounding(self, *, everything: bool = False) -> float:
        """Return what the outputs that move (or all) are rounded by, added up."""
        return self._rounding_of(self.changed | everything)

    def _rounding_of(self, outputs: NDArray[np.bool_]) -> float:
        objective = self.objective
        outputs = outputs & objective.finite
        sizes = np.abs(objective.weights[outputs]) * np.abs(objective.base[outputs])
        return float(objective.precision * sizes.sum() + 5e-324 * sizes.size)

    def scale(self, *, everything: bool = False) -> float:
        """Return the slope that the size of the outputs that move (or of all) suggests."""
        size = self.rounding(everything=everything) / (self.objective.precision or 1.0)
        return size / self._sizes[-1]

    def meets_infinity(self) -> bool:
        """Tell whether an output that is not finite at the point depends on what moves."""
        finite = self.objective.finite
        if finite.all():
            return False
        reached, _ = self.dependent()
        return bool((reached & ~finite).any())

    def dependent(self) -> tuple[NDArray[np.bool_], float]:
        """Return which outputs depend on what moves, and the size of the largest of them."""
        if self._reached is None:
            self._reached = self.objective.dependent(self._poisoned())
        return self._reached

    def hear_operations(self) -> None:
        """Count from here on the noise that the function's own operations make.

        That of every output which depends on what moves, changed or not, added up with its sign:
        errors that cancel in the outputs' sum are no noise in it. Where operations cannot be seen,
        samples further and further apart are asked.
        """
        objective = self.objective
        rows = objective.moved()
        if len(rows):
            reached = (self.dependent()[0] | self.changed) & objective.finite
            sums = rows[:, reached] @ objective.weights[reached]
            sums = np.abs(sums.real)
            noise = float(sums.max(initial=0.0)) if np.isfinite(sums).all() else inf
            self.changed |= reached
            self.hears_operations = True
        else:
            noise = max(self._noise_at(spacing) for spacing in SPACINGS)
        self._of_operations = max(noise, self._of_operations)

    def _noise_at(self, spacing: float) -> float:
        """Return the noise in samples so far apart, on the side that has less: kinks look alike."""
        distance = max(spacing * self._sizes[-1], self._smallest_useful)
        return min(
            agreeing_noise([0.0] + [self.value(sign * k * distance) for k in range(1, SAMPLES)])
            for sign in (1, -1)
        )

    def hidden_slope(self, slope: float) -> float:
        """Return how large a slope may be that outputs hide in their rounding.

        Where the slope found is 0, it may hide in all outputs that depend on what moves, at the
        steps that change nothing; else in those that have not moved at any step. Each output is
        taken to be as large as the largest that depends on the same: the logarithm of a softmax,
        close to zero, is the difference of numbers that are not.
        """
        objective = self.objective
        reached, largest = self.dependent()
        reached, step = reached.copy(), self.steps[0]
        if slope == 0.0:
            step = next((t for t in self.steps if self.value(t) == self.value(-t) == 0.0), step)
        else:
            reached &= ~self.changed
        rounding = objective.precision * largest * np.abs(objective.weights[reached]).sum()
        return float(max(rounding, self._of_operations) / step)

    def _poisoned(self) -> list[NDArray[Any]]:
        """Return the inputs with NaN in place of what moves."""
        poisoned = list(self.objective.inputs)
        for i, vector in self.direction.parts:
            moves = np.not_equal(vector, 0)
            if self.direction.element is not None:
                moves = np.zeros(poisoned[i].shape, bool)
                moves[self.direction.element] = True
            poisoned[i] = np.where(moves, np.nan, poisoned[i])
        return poisoned

    def nearby_slopes(self, count: int) -> tuple[list[float], float]:
        """Return slopes in this direction at `count` points close by, and their common error.

        At a point where a function is not differentiable its slope along a line can exist and yet
        say nothing: where three values tie, moving one leaves the middle one as it is. Close by,
        the slope then takes several values.
        """
        objective, rng = self.objective, np.random.default_rng(0)
        step = _NEARBY / 16.0 * self._nearby_size()
        slopes = []
        for _ in range(count):
            shifted = [_shifted(x, rng) for x in objective.inputs]
            try:
                above = objective.values(self.arguments(step, shifted))
                below = objective.values(self.arguments(-step, shifted))
            except OUTSIDE:
                continue
            difference = np.where(objective.finite, above - below, 0.0)
            slopes.append(float(np.dot(objective.weights, difference).real) / (2.0 * step))
        noise = max(self.noise(1), self.noise(-1), self.rounding())
        return [slope for slope in slopes if isfinite(slope)], SAFETY * noise / step

    def _nearby_size(self) -> float:
        """The least step that moves an element by its own size, zeros by 1."""
        least = inf
        for i, vector in self.direction.parts:
            size = sizes(self.objective.inputs[i])
            if self.direction.element is not None:
                least = min(least, float(size[self.direction.element]))
            else:
                moved = np.not_equal(vector, 0)
                least = min(least, float((size[moved] / np.abs(vector[moved])).min()))
        return least

    def noise(self, sign: int) -> float:
        """Return the noise in one value, measured on one side, at least its rounding."""
        if sign not in self._measured_noise:
            size = min(self._sizes[0] if self._sizes[0] < 1.0 else self._sizes[-1], 2.0**400)
            distance = sign * max(SPACING * size, self._smallest_useful)
            samples = [0.0] + [self.value(k * distance) for k in range(1, SAMPLES)]
            noise, beside = difference_noise(samples), difference_noise(samples[1:])
            # Where the point itself lies apart from those beside it, the function jumps there.
            self._measured_noise[sign] = beside if beside < _JUMP * noise else noise
        if self.trusts_operations:
            return max(self.rounding(), self._of_operations)
        # Also where what was measured is not a number.
        return max(self.rounding(), self._of_operations, self._measured_noise[sign])

    def side(self, sign: int, noise: float) -> Estimate:
        """Return the one-sided slope on the right (`sign` 1) or on the left (-1).

        Infinite where the quotients grow without bound, NaN where the function is not defined on
        this side or jumps.
        """
        quotients = self._quotients(sign)
        estimate = extrapolate(self.steps, quotients, noise, symmetric=False)
        if estimate.error > _SLOPE * abs(estimate.value):
            clear = [k for k, q in enumerate(quotients) if abs(q) * self.steps[k] > 30.0 * noise]
            power = growth([self.steps[k] for k in clear], [quotients[k] for k in clear])
            if power > 0.9:
                return Estimate()
            if power > 0.02:
                return Estimate(inf if quotients[clear[-1]] > 0.0 else -inf, 0.0)
        return estimate

    def centre(self, noise: float) -> Estimate:
        """Return the slope from central differences."""
        return extrapolate(self.steps, self._quotients(0), noise, symmetric=True)

    def coincides(self, slope: float) -> bool:
        """Tell whether differences equal a slope to seven digits on some scale.

        One side alone counts where the other has no values: close to a kink one side has, at large
        steps, the slope that is wrong at the point.
        """
        for sign in (0, -1, 1):
            alone = sign == 0 or not any(isfinite(self._values[-sign * t]) for t in self.steps)
            if alone and coincides(self.steps, self._quotients(sign), slope, symmetric=sign == 0):
                return True
        return False

    def _quotients(self, sign: int) -> list[float]:
        """The difference quotients at all steps, on one side, or with `sign` 0 the central ones."""
        values = self._values
        if sign:
            return [values[sign * step] / (sign * step) for step in self.steps]
        return [(values[step] - values[-step]) / (2.0 * step) for step in self.steps]

    def combined(self, left: Estimate, right: Estimate, centre: Estimate) -> tuple[Estimate, str]:
        """Return one slope for the two sides, and why it is not the plain one, if it is not.

        At a kink it is the mean of the two, with the error of either.
        """
        sides = [side for side in (left, right) if not isnan(side.value)]
        if not sides:
            return Estimate(), NOWHERE
        infinite = {side.value for side in sides if isinf(side.value)}
        if infinite:
            return Estimate(infinite.pop() if len(infinite) == 1 else nan, inf), INFINITE
        if len(sides) == 1:
            return sides[0], EDGE
        if abs(left.value - right.value) <= SAFETY * (left.error + right.error):
            return min(centre, left, right, key=lambda estimate: estimate.error), ""
        middle = 0.5 * (left.value + right.value)
        return Estimate(middle, max(left.error, right.error)), KINK

    def taylor_rate(self, slope: float, sign: int) -> float:
        """Return the rate at which what `slope` leaves unexplained vanishes.

        On one side it is 2 for the true slope; with `sign` 0 the odd part is taken, where it is 3.
        It is 1 for any other slope.
        """
        if sign:
            remainders = [self._values[sign * t] - sign * t * slope for t in self.steps]
            noise = self.noise(sign)
        else:
            remainders = [
                0.5 * (self._values[t] - self._values[-t]) - t * slope for t in self.steps
            ]
            noise = max(self.noise(1), self.noise(-1))
        return taylor_rate(self.steps, remainders, noise)

    def imaginary(self) -> float:
        """Return the slope from one complex step, NaN where that cannot be.

        For an analytic function of real inputs `Im f(x + i h v) / h` with a tiny h has no
        cancellation and no truncation error. It means nothing for abs, conj and comparisons.
        """
        step = 1e-20
        objective = self.objective
        try:
            values = objective.values(self.arguments(step * 1j))
        except (*OUTSIDE, TypeError):
            return nan
        if values.dtype.kind != "c" or objective.base.dtype.kind == "c":
            return nan
        return float(np.dot(objective.weights, values.imag).real / step)


def _shifted(x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    if x.dtype.kind not in "fc":
        return x
    shift = _NEARBY * sizes(x) * rng.uniform(-1.0, 1.0, x.shape)
    return np.asarray(x + shift)


def _power_of_two(size: float) -> float:
    return ldexp(1.0, max(frexp(float(size))[1] - 1, -1000))
