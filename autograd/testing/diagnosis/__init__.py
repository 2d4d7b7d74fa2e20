"""What is probably wrong with a rule, read off the pattern of a mismatch.

On the smallest example, which a report shows, everything looks like everything: it is made of zeros
and ones. So the fault is named by what explains most of many points, see `evidence` and `patterns`.
Where the gradient is right at all of them, it is the property that does not hold which tells more.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from autograd.testing.case import Case
from autograd.testing.derivatives import first_order, p12_second_order
from autograd.testing.diagnosis.evidence import Evidence, from_the_end, moved, survey
from autograd.testing.diagnosis.generators import drawn, drawn_forward
from autograd.testing.diagnosis.misfits import misfit
from autograd.testing.diagnosis.patterns import COMPLETE, PLACES, explain
from autograd.testing.diagnosis.regions import region
from autograd.testing.diagnosis.scale import common_factor, row_factors
from autograd.testing.diagnosis.special import is_right_beside, what_is_special
from autograd.testing.objective import silent
from autograd.testing.result import Verdict
from autograd.testing.structure import p2_unmutated
from autograd.testing.violation import Violation

_CALLS = 1500  # of the function and its rules, for looking at points
_RARELY = 0.25  # of the evidence
_NEARLY_ALL = 0.97
_MOST = 0.75  # of the evidence: what fits it is believed
_SINGLE = 1e-6  # relative: what is right to as many digits was rounded to float32
_IN_PLACE = "an array that belongs to the caller is changed in place"
_NOT_LINEAR = (
    "not linear in the cotangent: it is squared, compared, or used otherwise than as a factor"
)
_SOME = 0.4  # what fits it is said where nothing fits better


def diagnose(
    case: Case, property_name: str, violation: Violation, witnesses: Sequence[Case] = ()
) -> str:
    """A guess at the fault, in a few words; empty where nothing is recognised.

    Args:
        case: where it was found, made as small as possible.
        property_name: of the property that does not hold.
        violation: what it raised.
        witnesses: other points, larger ones among them, which tell more.
    """
    try:
        random = "" if property_name == "P0" else drawn(case)
        if random:
            return random
        certain = _CERTAIN.get(property_name)
        if certain is not None:
            return certain(case, violation)
        cases = [*witnesses, case]
        if any(map(_changes_arguments, cases)):
            return _IN_PLACE
        found = survey(cases, _CALLS)
        wrong = any(each.wrong.any() for point in found for each in point)
        words = misfit(case, cases, violation, wrong)
        if words or wrong:
            words = words or _first_order(found)
            named = bool(words) or (property_name != "P5" and not is_right_beside(case))
            return words if named else _by_property(case, property_name, violation)
        if violation.off is not None and violation.off < _SINGLE:
            return "float32 precision only: something is rounded on its way"
        return _by_property(case, property_name, violation)
    except Exception:
        return ""  # the function or its backward pass fails there: the message says more


# ---------------------------------------------------------------------- the gradient itself


def _first_order(found: Sequence[Sequence[Evidence]]) -> str:
    """What explains the gradients that are wrong; empty where all are right, or nothing does."""
    exchanged = _exchanged(found)
    if exchanged:
        return exchanged
    by_input: dict[str, list[Evidence]] = defaultdict(list)
    for point in found:
        for evidence in point:
            by_input[_name(evidence, found)].append(evidence)
    several = len(by_input) > 1
    said: dict[str, list[str]] = defaultdict(list)
    for name, pieces in by_input.items():
        if any(each.wrong.any() for each in pieces):
            said[_best(pieces)].append(name)
    said.pop("", None)
    if any("ignored: " in words for words in said):  # a window's places, of which others follow
        said = {words: names for words, names in said.items() if "wrong only" not in words}
    return "; ".join(
        f"{' and '.join(names)}: {words}" if several else words for words, names in said.items()
    )


def _name(evidence: Evidence, found: Sequence[Sequence[Evidence]]) -> str:
    """What an input is called; the members of a list that is not always as long share a name."""
    counts = {len(point[0].case.inputs) for point in found}
    return evidence.name if len(counts) == 1 else evidence.name.partition("[")[0]


def _best(pieces: Sequence[Evidence]) -> str:
    """The explanation that fits most of what is known of one input."""
    wrong = [each for each in pieces if each.wrong.any()]
    total = sum(each.weight for each in wrong)
    votes: dict[str, float] = defaultdict(float)
    ranks: dict[str, int] = {}
    several = len({each.x.ndim for each in wrong}) > 1  # then axes may count from the end
    for each in wrong:
        ahead = explain(each)
        behind = explain(from_the_end(each)) if several else ahead
        for words, rank in {**behind, **ahead}.items():
            votes[words] += each.weight
            ranks[words] = 2 * rank + (words not in ahead)
    most = max(votes.values(), default=0.0)
    alike = [words for words, weight in votes.items() if weight >= 0.97 * most]
    words = min(alike, key=lambda words: ranks[words], default="")
    if words and ranks[words] // 2 == PLACES:
        # Where something is wrong says less than a formula that gives all of the numbers.
        whole = [w for w in votes if ranks[w] // 2 in COMPLETE and votes[w] >= _SOME * total]
        if whole:
            return max(whole, key=lambda w: votes[w])
    if len(wrong) <= _RARELY * len(pieces):  # few numbers are wrong: which ones says most
        where = region(pieces, enough=1)
        if where:
            told = (
                most >= _NEARLY_ALL * total and ranks[words] // 2 < PLACES and "zero" not in words
            )
            return f"{where}: {words}" if told else where
    if most >= _NEARLY_ALL * total and ranks[words] // 2 in COMPLETE:
        return words
    within = region(pieces)
    if most >= _NEARLY_ALL * total:
        return f"{within}: {words}" if within else words
    within = _one_factor(wrong) or within
    if within or most >= _MOST * total:
        return within or words
    return _factor_by_output(wrong) or (words if most >= _SOME * total else "")


def _one_factor(wrong: Sequence[Evidence]) -> str:
    """A factor for each point."""
    if sum(each.weight for each in wrong) < 2:
        return ""
    common = [factor for factor in map(common_factor, wrong) if factor is not None]
    if len(common) < len(wrong):
        return ""
    if _spread(common) <= 1e-4:
        if abs(common[0] - 1.0) < 0.1:
            return f"off by {100.0 * (common[0] - 1.0):+.3g} % everywhere"
        return f"{common[0]:.4g} times what it should be, everywhere"
    if not any(each.weight > 1 for each in wrong):
        return ""
    return (
        f"{min(common):.4g} to {max(common):.4g} times what it should be, one factor for all "
        "elements: a wrong count or divisor"
    )


def _factor_by_output(wrong: Sequence[Evidence]) -> str:
    """A factor for each output."""
    by_row = [(each, row_factors(each)) for each in wrong]
    factors = [factor for _, row in by_row if row is not None for factor in row]
    weight = sum(each.weight for each, row in by_row if row is not None)
    off = [factor for factor in factors if abs(factor - 1.0) > 1e-6]
    if not off or weight < _MOST * sum(each.weight for each in wrong):
        return ""
    if _spread(off) <= 1e-4:
        return f"{off[0]:.4g} times what it should be, for some outputs"
    return (
        f"{min(off):.4g} to {max(off):.4g} times what it should be, a factor for each output: "
        "a wrong count or divisor"
    )


def _spread(factors: Sequence[float]) -> float:
    """How far apart they are, relatively."""
    return (max(factors) - min(factors)) / max(abs(max(factors)), abs(min(factors)), 1e-300)


def _exchanged(found: Sequence[Sequence[Evidence]]) -> str:
    """Two inputs whose gradients are each other's, wherever they are wrong."""
    pairs: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for point in found:
        if any(each.wrong.any() for each in point):
            for a, b in itertools.combinations(point, 2):
                both = a.equals(b.numeric) and b.equals(a.numeric)
                pairs[a.name, b.name].append(both)
    for (first, second), fits in pairs.items():
        if len(fits) > 1 and sum(fits) >= 0.99 * len(fits):
            return f"the gradients of {first} and {second} are exchanged"
    return ""


# ---------------------------------------------------------------------- by property


def _by_property(case: Case, property_name: str, violation: Violation) -> str:
    """What the property that does not hold says, where the gradient is right at ordinary points."""
    if property_name == "P7":
        return what_is_special(case)
    named = _OTHERWISE.get(property_name)
    return "" if named is None else named(case, violation)


def _second_order(case: Case, violation: Violation) -> str:
    """Which part of the second derivative is missing, from the comparison alone."""
    comparison = violation.comparison
    if comparison is None:
        return "second derivatives are not symmetric: a cross term is missing or wrong"
    count = len(case.inputs)
    wrong = {
        p for c in comparison.disagreements for p, _ in c.direction.parts if c.direction.input == p
    }
    by_input = sorted(p for p in wrong if p < count)
    if by_input:
        names = " and ".join(case.names[p] for p in by_input)
        zero = all(not np.any(comparison.gradients[p]) for p in by_input)
        if zero:
            return (
                f"second order: nothing flows back to {names}: the rule computes on raw values, so "
                "it is not recorded (a saved value is taken for a constant)"
            )
        return f"second order: wrong in {names}: a term of the rule is not recorded"
    return "second order: the derivative by the cotangent is wrong"


def _accumulation(case: Case, violation: Violation) -> str:
    text = str(violation)
    if "uses" in text and _single_use(case):
        return "only the last use counted"
    return "gradients do not add up over uses"


def _single_use(case: Case) -> bool:
    inputs = [x.copy() for x in case.inputs]
    base = case.gradients()
    _, (once, _) = case.subject.accumulated(inputs, case.differentiated, case.cotangents)
    pairs = [(once[p], base[p]) for p in case.differentiated]
    return any(a is not None and np.allclose(a, b) and np.any(b) for a, b in pairs)


def _forward_mode(case: Case, violation: Violation) -> str:
    """Where reverse mode is right: its rule, or the second order of which it is made."""
    if first_order(case).verdict is Verdict.DISAGREE:
        return ""
    for point in (case, moved(case, seed=1, plain=True) or case):
        try:
            p12_second_order(point)
        except Violation as higher:
            return f"{_second_order(point, higher)}, and forward mode with it"
    return "reverse mode is right: the rule of forward mode (jvp, or the kind) is wrong"


def _layout(case: Case, violation: Violation) -> str:
    if "read-only" in str(violation):
        return "an array that belongs to the caller is changed in place (there it is read-only)"
    return "right for contiguous memory only"


def _single_precision(case: Case, violation: Violation) -> str:
    if "is not finite," in str(violation):
        return "not a number in float32, where the derivative is finite: it overflows sooner there"
    if "has dtype" in str(violation) or "and dtype of" in str(violation):
        return "float32 only: a float64 number leaks in (np.float64, np.eye, 0.5 * mask)"
    return "float32 precision only: in float64 it is right"


def _kept(case: Case, violation: Violation) -> str:
    random = drawn_forward(case)
    if random:
        return random
    if any(_adds_up(each) for each in (case, moved(case, plain=True)) if each is not None):
        return "first call right, second wrong: what the first call left is added to the next"
    if "after another call" in str(violation):
        return (
            "first call right, second wrong: a saved value is overwritten by the next call "
            "(something is kept between calls)"
        )
    with silent():
        passes = [[np.array(g) for g in case.gradients() if g is not None] for _ in range(5)]
    if len({b"".join(g.tobytes() for g in each) for each in passes[1:]}) > 1:
        return (
            "the gradient is another in every pass: something is kept between calls, or the rule "
            "draws random numbers"
        )
    return "first call right, second wrong: something is kept between calls"


def _adds_up(case: Case) -> bool:
    """Whether the gradients of a second pass hold those of the first."""
    with silent():
        first = [None if g is None else np.array(g) for g in case.gradients()]
        second = case.gradients()
        third = case.gradients()
    return any(
        a is not None and b is not None and c is not None and bool(np.any(a))
        and a.shape == b.shape == c.shape and np.allclose(c - b, b - a) and np.any(b - a)
        for a, b, c in zip(first, second, third, strict=True)
    )  # fmt: skip


_CERTAIN: dict[str, Callable[[Case, Violation], str]] = {
    "P0": lambda case, violation: drawn_forward(case),
    "P2": lambda case, violation: _IN_PLACE,
    "P3": lambda case, violation: "an array is handed on without a copy",
    "P4": _kept,
    "P6": _layout,
    "P15": lambda case, violation: "",
}


def _changes_arguments(case: Case) -> bool:
    """Whether an array of the caller's is changed in place: then all else follows from that."""
    try:
        with silent():
            p2_unmutated(case)
    except Violation:
        return True
    except Exception:
        return False
    return False


_OTHERWISE: dict[str, Callable[[Case, Violation], str]] = {
    "P5": lambda case, violation: _NOT_LINEAR,
    "P8": _forward_mode,
    "P9": _accumulation,
    "P12": _second_order,
    "P14": _single_precision,
}
