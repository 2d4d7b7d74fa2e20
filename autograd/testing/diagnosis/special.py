"""What is special about a point, where a gradient is wrong there and right at ordinary ones.

The answer is found by experiment: ties are broken and kept, zeros replaced and kept, cotangents
drawn anew, and the oracle is asked whether the gradient is still wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.testing.case import Case
from autograd.testing.derivatives import compare
from autograd.testing.diagnosis.evidence import moved
from autograd.testing.objective import OUTSIDE, silent
from autograd.testing.result import Verdict
from autograd.testing.subjects import Array

_FEW = 12  # elements that are moved one by one


def what_is_special(case: Case) -> str:
    """A few words on what makes this point one where the gradient is wrong."""
    if not _is_wrong(case):
        return ""
    gradients = case.gradients()
    for p in case.differentiated:
        lost = ~np.isfinite(gradients[p])
        if lost.any():
            return f"not a number where {case.names[p]} holds {_numbers([case.inputs[p][lost]])}"
    floating = [case.inputs[p] for p in case.differentiated]
    if _has_ties(floating):
        shifted = _with(case, [x + 0.375 for x in floating])
        if _is_wrong(shifted) and not _is_wrong(_with(case, _untied(floating))):
            return "wrong only at ties"
    zeros = [x == 0 for x in floating]
    if any(each.any() for each in zeros):
        apart = _untied(floating)
        kept = [np.where(z, 0.0, x) for z, x in zip(zeros, apart, strict=True)]
        if _is_wrong(_with(case, kept)) and not _is_wrong(_with(case, apart)):
            return "wrong only at special inputs: zeros"
    if not _is_wrong(moved(case, at=True)):
        cotangents = [g for g in case.cotangents if g is not None]
        return f"wrong only for special cotangents: {_numbers(cotangents)}"
    if _has_ties(floating) and not _is_wrong(_with(case, _untied(floating))):
        return "wrong only at ties"
    return _single(case, floating) or f"wrong only at special inputs: {_numbers(floating)}"


def _single(case: Case, floating: Sequence[Array]) -> str:
    """The one number without which the gradient is right."""
    for place, (p, x) in enumerate(zip(case.differentiated, floating, strict=True)):
        for element in list(np.ndindex(x.shape))[:_FEW]:
            moved = [each.astype(np.float64) for each in floating]
            moved[place][element] += 0.0625 * (abs(float(x[element])) or 1.0)
            if not _is_wrong(_with(case, moved)):
                return f"wrong only where {case.names[p]} is {x[element]:g}, and right beside it"
    return ""


def is_right_beside(case: Case) -> bool:
    """Whether the gradient is right close by, and at ordinary numbers."""
    beside = [moved(case), moved(case, seed=1), moved(case, plain=True)]
    return any(beside) and not any(map(_is_wrong, beside))


def _is_wrong(case: Case | None) -> bool:
    """Whether the oracle disagrees with the gradient there."""
    if case is None:
        return False
    with silent():
        return compare(case, case.gradients()).verdict is Verdict.DISAGREE


def _with(case: Case, floating: Sequence[Array]) -> Case | None:
    inputs = list(case.inputs)
    for p, x in zip(case.differentiated, floating, strict=True):
        inputs[p] = np.asarray(x, case.inputs[p].dtype)
    with silent():
        try:
            return case.at(inputs, case.cotangents)
        except OUTSIDE:
            return None


def _untied(arrays: Sequence[Array]) -> list[Array]:
    """The same numbers, moved apart by different amounts."""
    rng = np.random.default_rng(0)
    return [x + rng.uniform(0.05, 0.25, x.shape) * np.where(x < 0, -1.0, 1.0) for x in arrays]


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
