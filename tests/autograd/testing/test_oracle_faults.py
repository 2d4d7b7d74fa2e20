"""Faults planted into exact derivatives: the oracle must see them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings

from autograd.testing import Verdict, compare_gradients
from tests.autograd.testing import known_functions as known
from tests.autograd.testing.known_functions import EVERYTHING

POINTS = min(6, max(2, settings().max_examples // 12))  # of each function and fault
ENOUGH = 0.9  # of the points: at a kink, or below the noise, a fault cannot be seen


def one_element(gradients, inputs):
    """A thousandth off in the largest element of the first input."""
    first = gradients[0].copy()
    if first.size:
        first.flat[np.argmax(np.abs(first))] *= 1.001
    return [first, *gradients[1:]]


FAULTS: dict[str, Callable] = {
    "sign": lambda gradients, inputs: [-g for g in gradients],
    "factor two": lambda gradients, inputs: [2 * g for g in gradients],
    "0.1 %": lambda gradients, inputs: [1.001 * g for g in gradients],
    "0.05 %": lambda gradients, inputs: [1.0005 * g for g in gradients],
    "one element": one_element,
    "beyond 5": lambda gradients, inputs: [
        np.where(np.abs(x) > 5, 0.9 * g, g) for g, x in zip(gradients, inputs, strict=True)
    ],
    "lost": lambda gradients, inputs: [*gradients[:-1], 0 * gradients[-1]],
    "reversed": lambda gradients, inputs: [g[..., ::-1] if g.ndim else g for g in gradients],
    "ones": lambda gradients, inputs: [np.ones_like(g) for g in gradients],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(fault: str) -> None:
    planted = found = unresolved = 0
    for number, function in enumerate(EVERYTHING):
        for seed in range(POINTS):
            rng = np.random.default_rng([seed, number])
            inputs = known.point(function, rng)
            with np.errstate(all="ignore"):
                cotangents = known.cotangents(function, inputs, rng)
                right = known.gradients(function, inputs, cotangents)
                wrong = FAULTS[fault](right, inputs)
            if not differ(right, wrong):
                continue
            verdict = compare_gradients(function.f, inputs, cotangents, wrong).verdict
            planted += 1
            found += verdict is Verdict.DISAGREE
            unresolved += verdict is Verdict.UNRESOLVED
    assert planted >= 4 * POINTS
    assert found >= ENOUGH * planted
    assert unresolved <= 0.05 * planted, "what is not found is mostly not to be told from right"


def differ(right, wrong) -> bool:
    """Whether gradients differ by more than 1e-4 of the largest element."""
    largest = max((np.abs(g).max(initial=0.0) for g in right), default=0.0)
    distances = [np.abs(a - b).max(initial=0.0) for a, b in zip(right, wrong, strict=True)]
    return max(distances) > 1e-4 * max(largest, 1e-12)
