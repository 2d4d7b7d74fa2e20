"""What is probably wrong with a rule, read off the pattern of a mismatch.

Each pattern is a function of the evidence that returns a few words, or None. They are tried in
order, the plainer explanation first, on numbers that have nothing special about them: on those
that a search has shrunk (zeros and ones), everything looks like everything.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from autograd.testing.case import Case
from autograd.testing.evidence import Evidence, axes_of, gather, moved, ordinary
from autograd.testing.subjects import Array
from autograd.testing.violation import Violation

Pattern = Callable[[Evidence], str | None]


def diagnose(case: Case, property_name: str, violation: Violation) -> str:
    """A guess at the fault, in a few words; empty where nothing is recognised.

    Args:
        case: where it was found; the largest such case tells most.
        property_name: of the property that does not hold.
        violation: what it raised.
    """
    try:
        by_property = _BY_PROPERTY.get(property_name)
        if by_property is not None:
            return by_property(case, violation)
        shapes = _named_shapes(str(violation)) or _shapes(case)
        if shapes:
            return shapes
        probes = [probe for probe in ordinary(case) if probe is not None]
        found = [evidence for evidence in map(gather, probes) if evidence]
        if found:
            return _vote(found)
        return _special(case) if property_name == "P7" else ""
    except Exception:
        return ""  # the function or its backward pass fails there: the message says more


def _vote(found: Sequence[Sequence[Evidence]]) -> str:
    """The explanation that fits at most points, the plainer one where several do.

    At a single point anything can coincide: two numbers are exchanged, reversed and transposed.
    """
    votes: Counter[str] = Counter()
    for wrong_inputs in found:
        exchanged = _exchanged(wrong_inputs)
        if exchanged:
            votes[exchanged] += 1
            continue
        for evidence in wrong_inputs:
            explanations = explain(evidence)
            if len(evidence.case.differentiated) > 1:
                explanations = [f"{evidence.name}: {words}" for words in explanations]
            votes.update(explanations)
    return max(votes, key=lambda words: votes[words], default="")  # the first of the most


def explain(evidence: Evidence) -> list[str]:
    """What fits, the plainer explanation first."""
    return list(filter(None, (pattern(evidence) for pattern in PATTERNS)))


# ---------------------------------------------------------------------- everywhere wrong


def _missing(e: Evidence) -> str | None:
    if not np.isfinite(e.analytic).all() and np.isfinite(e.numeric).all():
        return "not a number, where the derivative is finite (0 · inf, inf / inf, or an overflow)"
    return "no gradient arrives: it is zero everywhere" if e.equals(0.0) else None


def _factor(e: Evidence) -> str | None:
    """The sign, or a plain factor."""
    if e.equals(-e.numeric):
        return "the sign is wrong"
    for factor, words in ((2.0, "twice too large"), (0.5, "half as large as it should be")):
        if e.equals(factor * e.numeric):
            return words
        if e.equals(-factor * e.numeric):
            return f"{words}, and of the wrong sign"
    return None


def _cotangent(e: Evidence) -> str | None:
    """What should be multiplied by the cotangent, once."""
    g, j = e.cotangent[:, np.newaxis], e.jacobian
    forms = {
        "the cotangent is ignored": j,
        "the cotangent is applied twice": g * g * j,
        "only the size of the cotangent counts, not its sign": np.abs(g) * j,
        "only the sign of the cotangent counts, not its size": np.sign(g) * j,
        "the cotangent is averaged over the outputs": g.mean() * j,
        "the cotangent is summed over the outputs": g.sum() * j,
    }
    for words, form in forms.items():
        if e.equals(e.from_row(form.sum(axis=0))):
            return words
        if e.equals(-e.from_row(form.sum(axis=0))):
            return f"{words}, and the sign is wrong"
    own = e.own_cotangent
    if own is not None and e.equals(own):
        return "the cotangent is passed on as it came: the local derivative is missing"
    return None


def _uses(e: Evidence) -> str | None:
    """Contributions of several outputs that are not added up."""
    counts = (np.abs(e.contributions) > 0).sum(axis=0)
    if counts.max(initial=0) < 2:
        return None
    axis = _broadcast_axes(e)
    missing = f"the sum over broadcast {_axes_words(axis)} is missing" if axis else ""
    rows = np.arange(len(e.contributions))[:, np.newaxis]
    present = np.abs(e.contributions) > 0
    last = np.where(present, rows, -1).max(axis=0)
    first = np.where(present, rows, len(rows)).min(axis=0)
    columns = np.arange(e.contributions.shape[1])
    if e.equals(e.from_row(np.where(counts, e.contributions[last, columns], 0.0))):
        return missing or "only the last use counted"
    if e.equals(e.from_row(np.where(counts, e.contributions[first % len(rows), columns], 0.0))):
        return missing or "only the first use counted"
    if axis and e.equals(e.numeric / e.from_row(np.maximum(counts, 1))):
        return f"the mean over broadcast {_axes_words(axis)} instead of the sum"
    return None


def _broadcast_axes(e: Evidence) -> tuple[int, ...]:
    """The axes of the only output along which the input was repeated."""
    if len(e.case.outputs) != 1:
        return ()
    return broadcast_axes(e.x.shape, e.case.outputs[0].shape)


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


def _axes_words(axes: Sequence[int]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def _elementwise(e: Evidence) -> str | None:
    """A rule that looks at each element alone where all of them interact."""
    own = e.own_cotangent
    diagonal = np.diagonal(e.jacobian)
    if own is None or np.allclose(np.diag(diagonal), e.jacobian, atol=1e-9):
        return None
    if e.equals(own * e.from_row(diagonal)):
        return "each element is treated alone: the terms through the other elements are missing"
    return None


def _wrong_factor_by_count(e: Evidence) -> str | None:
    """A mean for a sum, or the reverse."""
    for axes in axes_of(e.x.ndim):
        count = math.prod(e.x.shape[axis] for axis in axes)
        if count > 2:
            where = f"the count of {_axes_words(axes)}"
            if e.equals(e.numeric * count):
                return f"{count} times too large, {where}: a sum where the mean belongs"
            if e.equals(e.numeric / count):
                return f"{count} times too small, {where}: a mean where the sum belongs"
    return None


# ---------------------------------------------------------------------- misplaced


def _arrangement(e: Evidence) -> str | None:
    """The right numbers in the wrong places."""
    right = e.numeric
    for order in itertools.permutations(range(right.ndim)):
        if order != tuple(range(right.ndim)) and e.equals(right.transpose(order)):
            return "transposed" if right.ndim == 2 else f"its axes are in the wrong order {order}"
    for axis in range(right.ndim):
        if e.equals(np.flip(right, axis)):
            return f"reversed along axis {axis}"
        for shift, words in ((1, "one place too far"), (-1, "one place too early")):
            if e.equals(np.roll(right, shift, axis)) or e.equals(_shifted(right, shift, axis)):
                return f"off by one along axis {axis}: everything is {words}"
    if e.equals(right.ravel(order="F").reshape(right.shape)):
        return "its elements are in Fortran order"
    if right.size > 2 and not e.equals(right):
        same = np.allclose(np.sort(e.analytic, None), np.sort(right, None), 1e-5, 1e-5 * e.size)
        if same:
            return "the right numbers in the wrong places (an inverse permutation, an index)"
    return None


def _shifted(x: Array, shift: int, axis: int) -> Array:
    moved = np.roll(x, shift, axis)
    edge = [slice(None)] * x.ndim
    edge[axis] = slice(0, 1) if shift > 0 else slice(-1, None)
    moved[tuple(edge)] = 0.0
    return moved


def _exchanged(found: Sequence[Evidence]) -> str:
    for a, b in itertools.combinations(found, 2):
        if a.equals(b.numeric) and b.equals(a.numeric):
            return f"the gradients of {a.name} and {b.name} are exchanged"
    return ""


# ---------------------------------------------------------------------- missing terms


def _normalisation(e: Evidence) -> str | None:
    """Terms through a mean, a variance, a sum of shares: what is missing has their form."""
    difference = e.analytic - e.numeric
    output = e.output
    for axes in axes_of(e.x.ndim):
        count = math.prod(e.x.shape[axis] for axis in axes)
        if count < 3:
            continue
        where = _axes_words(axes)
        centred = e.x - e.x.mean(axis=axes, keepdims=True)
        balanced = _vanishes(e.numeric.sum(axis=axes), e)
        if balanced and _vanishes(difference - difference.mean(axis=axes, keepdims=True), e):
            return f"the term through the mean over {where} is missing"
        if output is not None:
            for shares in (output, np.exp(np.minimum(output, 50.0))):
                one = np.allclose(shares.sum(axis=axes), 1.0)  # of a softmax, or of its logarithm
                if one and _proportional(difference, shares, axes, e):
                    return f"the sum over {where} is missing (the dot term of a softmax)"
        if count > 3 and balanced:
            if _proportional(difference, centred, axes, e):
                return f"the term through the variance over {where} is missing"
            rest = difference - difference.mean(axis=axes, keepdims=True)
            if _proportional(rest, centred, axes, e):
                return f"the terms through the mean and the variance over {where} are missing"
    return None


def _vanishes(x: Array, e: Evidence) -> bool:
    return bool((np.abs(x) <= 1e-6 * e.size).all())


def _proportional(x: Array, form: Array, axes: tuple[int, ...], e: Evidence) -> bool:
    """Whether x is the form times a number that is constant along the axes."""
    squares = (form * form).sum(axis=axes, keepdims=True)
    if not (squares > 0).all():
        return False
    factor = (x * form).sum(axis=axes, keepdims=True) / squares
    return _vanishes(x - factor * form, e)


# ---------------------------------------------------------------------- partly wrong


def _part(e: Evidence) -> str | None:
    """Wrong in one region only: of values, or of places."""
    wrong = e.wrong
    if wrong.all() or not wrong.any():
        return None
    where = _region(e.x, wrong) or _place(wrong) or _contributing(e)
    if where is None:
        return None
    inside = ""
    if e.equals(0.0, wrong):
        inside = " (zero there)"
    elif e.equals(-e.numeric, wrong):
        inside = " (of the wrong sign there)"
    elif e.equals(2.0 * e.numeric, wrong):
        inside = " (twice too large there)"
    return f"wrong only {where}{inside}"


def _region(x: Array, wrong: Array) -> str | None:
    """The values of x at which it is wrong, if they lie apart from the others."""
    bad, good = x[wrong], x[~wrong]
    if (bad < 0).all() and (good >= 0).all():
        return "for negative inputs"
    if (bad > 0).all() and (good <= 0).all():
        return "for positive inputs"
    if np.abs(bad).min() > max(2.0, np.abs(good).max()):
        return f"for large inputs, |x| of {np.abs(bad).min():.3g} and more"
    if np.abs(bad).max() < 0.5 * np.abs(good).min():
        return f"for small inputs, |x| of {np.abs(bad).max():.3g} and less"
    return None


def _place(wrong: Array) -> str | None:
    """The first or last places along an axis, or one axis' worth of them."""
    for axis, side in enumerate(wrong.shape):
        others = tuple(k for k in range(wrong.ndim) if k != axis)
        hit = wrong.any(axis=others)
        if side < 2 or hit.all():
            continue
        places = np.flatnonzero(hit)
        if places[0] == side - len(places):
            return f"at the end of axis {axis}"
        if places[-1] == len(places) - 1:
            return f"at the beginning of axis {axis}"
    return None


def _contributing(e: Evidence) -> str | None:
    counts = e.from_row((np.abs(e.contributions) > 0).sum(axis=0))
    if counts[e.wrong].min() > 1 and (e.wrong.all() or counts[~e.wrong].max() <= 1):
        return "where several outputs contribute"
    return None


def _other_operand(e: Evidence) -> str | None:
    """The cotangent times something that is at hand, but not the derivative."""
    own = e.own_cotangent
    if own is None:
        return None
    x, out = e.x, e.output
    assert out is not None
    with np.errstate(all="ignore"):
        if e.equals(own * out):
            return "it is the cotangent times the output: the wrong array was saved"
        for name, other in zip(e.case.names, e.case.inputs, strict=True):
            if other.shape == x.shape and e.equals(own * other):
                return f"it is the cotangent times {name}: the wrong operand was saved"
    return None


def _any_factor(e: Evidence) -> str | None:
    """One factor for all elements, or per output."""
    if e.numeric.size < 2:
        return None
    big = np.abs(e.numeric) > 1e-3 * e.size
    factor = float(np.median(e.analytic[big] / e.numeric[big])) if big.any() else 0.0
    if e.equals(factor * e.numeric):
        if abs(factor - 1.0) < 0.1:
            return f"off by {100.0 * (factor - 1.0):+.3g} % everywhere"
        return f"{factor:.4g} times what it should be, everywhere"
    return None


PATTERNS: tuple[Pattern, ...] = (
    _missing,
    _uses,
    _factor,
    _cotangent,
    _arrangement,
    _elementwise,
    _normalisation,
    _wrong_factor_by_count,
    _other_operand,
    _any_factor,
    _part,
)


# ---------------------------------------------------------------------- shapes, special points


def _shapes(case: Case) -> str:
    """A gradient of another shape than its input."""
    for p, gradient in enumerate(case.gradients()):
        if gradient is not None and gradient.shape != case.inputs[p].shape:
            return f"{case.names[p]}: {shape_words(gradient.shape, case.inputs[p].shape)}"
    return ""


def _named_shapes(message: str) -> str:
    """The same, where the engine refused the gradient: its message names the shapes."""
    found = re.search(r"returned shape \(([\d, ]*)\), the argument has \(([\d, ]*)\)", message)
    if found is None:
        return ""
    got, expected = (tuple(int(n) for n in re.findall(r"\d+", text)) for text in found.groups())
    return shape_words(got, expected)


def shape_words(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What is wrong with a gradient of this shape.

    >>> shape_words((2, 3), (3,))
    'the sum over broadcast axis 0 is missing'
    """
    axes = broadcast_axes(expected, got)
    if axes:
        return f"the sum over broadcast {_axes_words(axes)} is missing"
    if got == expected[::-1]:
        return "transposed"
    if [side for side in got if side != 1] == [side for side in expected if side != 1]:
        return "an axis of length 1 was dropped or added (keepdims)"
    if math.prod(got) == math.prod(expected):
        return "not reshaped back to the shape of the input"
    return f"its shape is {got} where the input has {expected}"


def _special(case: Case) -> str:
    """Right at ordinary points: what is special about this one?"""
    gradients = case.gradients()
    for p in case.differentiated:
        lost = ~np.isfinite(gradients[p])
        if lost.any():
            return f"not a number where {case.names[p]} holds {_numbers([case.inputs[p][lost]])}"
    if gather_wrong(moved(case, cotangents=False)):
        cotangents = [g for g in case.cotangents if g is not None]
        return f"wrong only for special cotangents: {_numbers(cotangents)}"
    floating = [case.inputs[p] for p in case.differentiated]
    if _has_ties(floating):
        return "wrong only at ties"
    return f"wrong only at special inputs: {_numbers(floating)}"


def gather_wrong(case: Case | None) -> bool:
    """Whether a gradient is wrong at this case."""
    return case is not None and bool(gather(case))


def _has_ties(arrays: Sequence[Array]) -> bool:
    numbers = np.concatenate([x.reshape(-1) for x in arrays]) if arrays else np.zeros(0)
    return np.unique(numbers).size < numbers.size


def _numbers(arrays: Sequence[Array]) -> str:
    numbers = np.concatenate([np.real(x).reshape(-1) for x in arrays]) if arrays else np.zeros(0)
    if numbers.size and (numbers == 0).any():
        return "zeros"
    if numbers.size and (np.abs(numbers) > 1e3).any():
        return "very large ones"
    if numbers.size and (np.abs(numbers) < 1e-3).any():
        return "very small ones"
    return "whole numbers" if (numbers == np.round(numbers)).all() else "these"


# ---------------------------------------------------------------------- by property


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
    from autograd.testing.derivatives import first_order
    from autograd.testing.result import Verdict

    if first_order(case).verdict is Verdict.AGREE:
        return "reverse mode is right: the rule of forward mode (jvp, or the kind) is wrong"
    return ""


def _layout(case: Case, violation: Violation) -> str:
    if "read-only" in str(violation):
        return "an array that belongs to the caller is changed in place (there it is read-only)"
    return "right for contiguous memory only"


def _single_precision(case: Case, violation: Violation) -> str:
    if "has dtype" in str(violation) or "and dtype of" in str(violation):
        return "float32 only: a float64 number leaks in (np.float64, np.eye, 0.5 * mask)"
    return "float32 precision only: in float64 it is right"


_BY_PROPERTY: dict[str, Callable[[Case, Violation], str]] = {
    "P0": lambda case, violation: "",
    "P15": lambda case, violation: "",
    "P2": lambda case, violation: "an array that belongs to the caller is changed in place",
    "P3": lambda case, violation: "an array is handed on without a copy",
    "P4": lambda case, violation: "first call right, second wrong: something is kept between calls",
    "P6": _layout,
    "P8": _forward_mode,
    "P9": _accumulation,
    "P12": _second_order,
    "P14": _single_precision,
}
