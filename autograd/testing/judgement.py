"""The verdict in one direction: cheap evidence first, all there is before a disagreement."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, isfinite, isinf, isnan, nan

from autograd.testing.extrapolation import COINCIDENCE, RATIO, SAFETY, Estimate
from autograd.testing.line import DEEPEST_STEP, EDGE, KINK, Line
from autograd.testing.result import (
    INFINITE,
    NOISE,
    NOT_FINITE,
    NOWHERE,
    OVERFLOW,
    ROUNDING,
    Comparison,
    Verdict,
)

KINKS_NEARBY = "kinks nearby"
_OF_NOISE = 1e-2  # the same where the noise of all operations is known
RESOLUTION = 1e-3  # a bound wider than this, relatively, says nothing
NEIGHBOURS = 48  # of seven tied values each is once the middle one, but for one run in a thousand
KINK_MARGIN = 1e-2  # of the bracket's width: close to a kink rounding is large
_NEARBY_MARGIN = 1e-4  # slopes at neighbouring points differ by curvature, too


def judge(
    line: Line,
    analytic: float,
    sums: float,
    rounding: Callable[[], float],
    neighbours: int = NEIGHBOURS,
) -> Comparison:
    """Compare in one direction, with as few values of the function as settle it.

    What is about to be called a disagreement, or left open, is weighed again with the noise that
    the function's own operations make. Something that could not be told without it is not called
    wrong because of it.

    Args:
        line: the function in this direction.
        analytic: the derivative that the gradient under test gives in this direction.
        sums: how far it may be off because it adds up elements that are off.
        rounding: measures how far rounding may have moved it; asked where that decides.
        neighbours: at how many points close by the slope is asked for before a disagreement.
    """
    comparison = _first_judgement(line, analytic, sums, neighbours)
    if comparison.verdict is Verdict.AGREE or comparison.reason == NOT_FINITE:
        return comparison
    allowed = sums + rounding() + SAFETY * line.rounding_of_slope
    if abs(analytic - comparison.numeric) <= allowed:
        return replace(comparison, verdict=Verdict.AGREE, bound=allowed, reason=ROUNDING)
    if not isfinite(analytic) and line.objective.overflows():
        reason = f"{line.objective.overflow} {OVERFLOW}"
        return replace(comparison, verdict=Verdict.UNRESOLVED, reason=reason)
    line.hear_operations()
    again = _last_judgement(line, analytic, allowed, neighbours)
    if again.verdict is Verdict.AGREE or comparison.verdict is again.verdict is Verdict.DISAGREE:
        return again
    if line.hears_operations:
        # A scale of the function finer than the samples of its noise looks like noise in them.
        line.trusts_operations = True
        line.try_ladder(DEEPEST_STEP)
        finer = _last_judgement(line, analytic, allowed, neighbours)
        if finer.verdict is Verdict.AGREE:
            return finer
    return again if again.verdict is Verdict.UNRESOLVED else comparison


def _first_judgement(line: Line, analytic: float, rounding: float, neighbours: int) -> Comparison:
    answer = _Answer(line, analytic)
    if line.meets_infinity():
        return answer(Verdict.UNRESOLVED, nan, inf, NOT_FINITE)
    step = line.first_step
    below, above = line.try_step(step)
    central = (above - below) / (2.0 * step)
    tolerance = _tolerance(line, analytic, rounding)
    if abs(analytic - central) <= tolerance:
        return answer(Verdict.AGREE, central, tolerance)
    for _ in range(2):
        line.try_step(line.steps[0] * RATIO)
    noise = line.rounding()
    left, right, centre = line.side(-1, noise), line.side(1, noise), line.centre(noise)
    answer.left, answer.right = left, right
    tolerance = _tolerance(line, analytic, rounding)
    if abs(analytic - centre.value) <= tolerance:
        return answer(Verdict.AGREE, centre.value, tolerance)
    for side, other in ((left, right), (right, left)):
        if abs(analytic - side.value) <= tolerance and not line.has_finer_scale:
            reason = EDGE if isnan(other.value) else KINK
            return answer(Verdict.AGREE, side.value, tolerance, reason)
    if line.direction.several and line.combined(left, right, centre)[1] == KINK:
        inside = min(left.value, right.value) <= analytic <= max(left.value, right.value)
        return answer(Verdict.AGREE if inside else Verdict.UNRESOLVED, centre.value, inf, KINK)
    return _last_judgement(line, analytic, rounding, neighbours)


def _last_judgement(line: Line, analytic: float, rounding: float, neighbours: int) -> Comparison:
    """Compare with everything there is."""
    answer = _Answer(line, analytic)
    line.try_ladder()
    comparison = _weigh(line, analytic, rounding, answer)
    if comparison.verdict is Verdict.UNRESOLVED or comparison.reason:
        line.try_ladder(DEEPEST_STEP)
        comparison = _weigh(line, analytic, rounding, answer)
    if comparison.verdict is not Verdict.DISAGREE or not isfinite(analytic):
        return comparison
    return _doubted(line, comparison, neighbours)


def ask_complex_step(line: Line, comparison: Comparison, rounding: float) -> Comparison:
    """Return a comparison revised by a complex step, which is exact for an analytic function."""
    slope = line.imaginary()
    if isnan(slope):
        return comparison
    analytic = comparison.analytic
    bound = COINCIDENCE * max(abs(slope), abs(analytic)) + SAFETY * line.rounding() + rounding
    agrees = abs(analytic - slope) <= bound
    if comparison.verdict is Verdict.UNRESOLVED:
        verdict = Verdict.AGREE if agrees else Verdict.DISAGREE
        return replace(
            comparison, verdict=verdict, numeric=slope, bound=bound, reason="complex step"
        )
    if agrees:
        reason = "a complex step agrees, differences do not"
        return replace(comparison, verdict=Verdict.UNRESOLVED, reason=reason)
    return comparison


class _Answer:
    """Makes the comparisons of one direction."""

    def __init__(self, line: Line, analytic: float) -> None:
        self.direction = line.direction
        self.analytic = analytic
        self.left = self.right = Estimate()

    def __call__(
        self, verdict: Verdict, numeric: float, bound: float, reason: str = ""
    ) -> Comparison:
        return Comparison(
            direction=self.direction,
            verdict=verdict,
            analytic=self.analytic,
            numeric=numeric,
            bound=bound,
            left=self.left.value,
            right=self.right.value,
            reason=reason,
        )


def _tolerance(line: Line, analytic: float, rounding: float) -> float:
    """Return how far from the gradient a difference may be that is taken to equal it.

    Where an element's slope drowns in the rounding of few values, more are asked for.
    """
    if not isfinite(analytic):
        return nan
    noise = 8.0 * line.rounding() / line.steps[0]
    if noise > RESOLUTION * abs(analytic) and not line.direction.several:
        noise = 0.0
    return COINCIDENCE * abs(analytic) + noise + rounding + SAFETY * line.rounding_of_slope


def _weigh(line: Line, analytic: float, rounding: float, answer: _Answer) -> Comparison:
    """Compare with everything that the whole ladder and the measured noise say."""
    left = answer.left = line.side(-1, line.noise(-1))
    right = answer.right = line.side(1, line.noise(1))
    centre = line.centre(max(line.noise(-1), line.noise(1)))
    best, reason = line.combined(left, right, centre)
    if reason == NOWHERE:
        return answer(Verdict.UNRESOLVED, nan, inf, reason)
    if isnan(analytic):
        return answer(Verdict.DISAGREE, best.value, 0.0, "the gradient is not a number")
    if reason == INFINITE:
        agrees = isinf(analytic) and analytic in (left.value, right.value)
        return answer(Verdict.AGREE if agrees else Verdict.UNRESOLVED, best.value, inf, reason)
    if isinf(analytic):
        return answer(Verdict.DISAGREE, best.value, 0.0, "the gradient is infinite")
    if line.coincides(analytic):
        return answer(Verdict.AGREE, analytic, COINCIDENCE * abs(analytic) + rounding, reason)

    sides = [side for side in (left, right) if not isnan(side.value)]
    margin = rounding
    if reason == KINK:
        margin += KINK_MARGIN * abs(left.value - right.value)
    lowest = min(side.value - SAFETY * side.error for side in sides) - margin
    highest = max(side.value + SAFETY * side.error for side in sides) + margin
    inside = lowest <= analytic <= highest
    bound = SAFETY * best.error + rounding
    size = max(abs(analytic), abs(best.value), line.scale())
    wide = SAFETY * best.error > (_OF_NOISE if line.hears_operations else RESOLUTION) * size
    if abs(analytic - best.value) <= bound or (reason == KINK and inside):
        if reason == KINK:
            wide = bound > 0.1 * abs(left.value - right.value)
        verdict = Verdict.UNRESOLVED if wide else Verdict.AGREE
        noise = NOISE if line.hears_operations else "noise"
        return answer(verdict, best.value, bound, noise if wide else reason)
    if line.direction.several and (wide or highest - lowest > abs(analytic - best.value)):
        return answer(Verdict.UNRESOLVED, best.value, bound, "noise")
    hidden = SAFETY * line.hidden_slope(best.value)
    if abs(analytic - best.value) <= hidden:
        return answer(Verdict.AGREE, best.value, hidden, "below the rounding of the outputs")
    if inside:
        return answer(Verdict.UNRESOLVED, best.value, bound, "the slope of one side allows it")
    return answer(Verdict.DISAGREE, best.value, bound, reason)


def _doubted(line: Line, comparison: Comparison, neighbours: int) -> Comparison:
    """Return a disagreement, or what is left of it if something speaks against it.

    That is a Taylor remainder without a linear part, or kinks close to the point.
    """
    analytic, left, right = comparison.analytic, comparison.left, comparison.right
    if comparison.reason == "":
        confirmed = line.taylor_rate(analytic, 0) < 2.0  # 1, not 3
    else:
        nearer = -1 if isnan(right) or abs(analytic - left) < abs(analytic - right) else 1
        confirmed = line.taylor_rate(analytic, nearer) < 1.5  # 1, not 2
    unresolved = replace(comparison, verdict=Verdict.UNRESOLVED)
    if not confirmed:
        return replace(unresolved, reason="the Taylor remainder does not confirm it")
    if comparison.reason == KINK and line.direction.several:
        return unresolved
    slopes, error = line.nearby_slopes(neighbours)
    if not slopes or error >= abs(analytic - comparison.numeric):
        # So close by, noise is all there is to see, or kinks that are closer still.
        return unresolved if line.direction.several else comparison
    lowest, highest = min(slopes), max(slopes)
    margin = _NEARBY_MARGIN * max(abs(lowest), abs(highest))
    near = lowest - margin <= analytic <= highest + margin
    if highest - lowest <= 10.0 * margin + error:
        middle = 0.5 * (lowest + highest)
        nearer = abs(middle - analytic) < abs(middle - comparison.numeric)
        if near and nearer:
            return replace(unresolved, reason="a finer scale says otherwise")
        return comparison
    if near and not line.direction.several:
        return replace(
            comparison, verdict=Verdict.AGREE, left=lowest, right=highest, reason=KINKS_NEARBY
        )
    margin += error
    if max(lowest - analytic, analytic - highest) > 10.0 * (highest - lowest) + margin:
        return comparison  # slopes differ close by, where they are nearly 0, but not by that much
    if min(left, right) - margin <= lowest and highest <= max(left, right) + margin and not near:
        return comparison  # the kink at the point is all there is
    return replace(unresolved, reason=KINKS_NEARBY)
