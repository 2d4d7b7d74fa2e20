"""From difference quotients at a ladder of steps to a slope and an estimate of its error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log, nan

RATIO = 4.0  # between neighbouring rungs of the ladder
COINCIDENCE = 1e-7  # closer than this, relatively, is no coincidence
_COLUMNS = 6  # powers of the step that are eliminated at most
SAFETY = 20.0  # Ridders's estimate can lie below the true error
_RESOLVED = 1e-3  # a relative error that leaves no doubt about a slope


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and how far it may be from the truth, by its own account.

    Attributes:
        value: the estimate; NaN where there is none, infinite where the slope is.
        error: the estimated distance from the truth. Such an estimate can be too small, so what
            relies on it multiplies it by a safety factor.

    >>> Estimate(2.0, 1e-12).error
    1e-12
    """

    value: float = nan
    error: float = inf


def extrapolate(
    steps: Sequence[float], quotients: Sequence[float], noise: float, *, symmetric: bool
) -> Estimate:
    """Return the limit of difference quotients for the step going to zero.

    Ridders's method (C. J. F. Ridders, Advances in Engineering Software 4, 1982): Neville's table
    eliminates one power of the step after another, every entry is judged by its distance from the
    two it was made of, and the best one is taken. What noise does to a quotient is added to that.

    Args:
        steps: falling; where two neighbours are not `RATIO` apart, a new table begins.
        quotients: the difference quotient at each step, NaN where the function has no value.
        noise: the standard deviation of the noise in one value of the function.
        symmetric: whether the quotients are central, their error a series in even powers.

    Returns:
        The best entry with its error; `Estimate(nan, inf)` where no two neighbours are finite.
    """
    table = list(_table(steps, quotients, symmetric))
    best, chosen = _best(table, noise)
    # Below the chosen step a smooth function gives the same slope again. What is left there is
    # noise that was not seen before: that of a staircase, say, whose treads are longer than the
    # samples were apart.
    left: dict[float, float] = {}
    for step, entry, _ in table:
        if step < chosen:
            left[step] = min(left.get(step, inf), abs(entry - best.value) * step)
    unseen = max(left.values(), default=0.0)
    return best if unseen <= noise else _best(table, unseen)[0]


def coincides(
    steps: Sequence[float], quotients: Sequence[float], slope: float, *, symmetric: bool
) -> bool:
    """Tell whether an entry of the tables equals a slope to seven digits.

    On some scale the function then has this slope, although another scale may give an estimate that
    seems better.
    """
    return any(
        abs(entry - slope) <= COINCIDENCE * abs(slope) and spread <= _RESOLVED * abs(slope)
        for _, entry, spread in _table(steps, quotients, symmetric)
    )


def _table(
    steps: Sequence[float], quotients: Sequence[float], symmetric: bool
) -> Iterator[tuple[float, float, float]]:
    """Yield step, value, and distance from the entries it was made of, for all of the tables."""
    factor = RATIO * RATIO if symmetric else RATIO
    above: list[float] = []
    step_above = nan
    for step, quotient in zip(steps, quotients, strict=True):
        if not isfinite(quotient):
            above = []
            continue
        if step_above != RATIO * step:
            above = []
        row = [quotient]
        if above:
            yield step, quotient, abs(quotient - above[0])
        power = 1.0
        for column in range(min(len(above), _COLUMNS)):
            power *= factor
            entry = row[column] + (row[column] - above[column]) / (power - 1.0)
            yield step, entry, max(abs(entry - row[column]), abs(entry - above[column]))
            row.append(entry)
        above, step_above = row, step


def _best(table: list[tuple[float, float, float]], noise: float) -> tuple[Estimate, float]:
    """Return the entry of least error, and its step.

    Where entries at small steps resolve a slope, those that contradict it belong to a coarser scale
    of the function, however small their error: log at 1e-13 has slope 1e13 near the point and about
    1e2 further off.
    """
    finest: Estimate | None = None
    for step, entry, spread in reversed(table):
        error = spread + 2.0 * noise / step
        if error <= _RESOLVED * abs(entry):
            finest = Estimate(entry, error)
            break
    best, chosen = Estimate(), 0.0
    for step, entry, spread in table:
        error = spread + 2.0 * noise / step
        if error < best.error and (
            finest is None or abs(entry - finest.value) <= SAFETY * (error + finest.error)
        ):
            best, chosen = Estimate(entry, error), step
    return best, chosen


def growth(steps: Sequence[float], quotients: Sequence[float]) -> float:
    """Return p where the quotients grow like step**-p at the four smallest steps, else 0.

    A jump of the function has p = 1, the square root at zero 1/2, x log x just above 0; at a
    finite slope p is 0.

    Args:
        steps: falling.
        quotients: the one-sided difference quotient at each step.
    """
    if len(steps) < 4:
        return 0.0
    powers = []
    for i in range(len(steps) - 3, len(steps)):
        before, after = quotients[i - 1], quotients[i]
        if not (isfinite(before) and isfinite(after)) or before * after <= 0.0:
            return 0.0
        powers.append(log(after / before) / log(steps[i - 1] / steps[i]))
    if max(powers) - min(powers) > 0.1:
        return 0.0
    return powers[-1]


def taylor_rate(steps: Sequence[float], remainders: Sequence[float], noise: float) -> float:
    """Return the power of the step with which what a slope leaves unexplained goes to zero.

    Of `f(x + t v) - f(x) - t a` the rate is 2 where `a` is the slope of f along v, and 1 where it
    is not; of the odd part `(f(x + t v) - f(x - t v)) / 2 - t a` it is 3 against 1. No step has to
    be chosen: the rate is read where the remainder just rises above the noise, because a wrong
    slope, if there is one, dominates there.

    Args:
        steps: falling.
        remainders: what is left at each step, NaN where the function has no value.
        noise: the standard deviation of the noise in one value of the function.

    Returns:
        The rate; NaN where no two neighbouring remainders are above the noise.
    """
    floor = 10.0 * noise
    for i in range(len(steps) - 1, 0, -1):
        larger, smaller = abs(remainders[i - 1]), abs(remainders[i])
        if isfinite(larger) and floor < smaller <= larger:
            return log(larger / smaller) / log(steps[i - 1] / steps[i])
    return nan
