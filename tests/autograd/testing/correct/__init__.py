"""Correct functions as users write them: what a checker of gradients must never call wrong.

`CORRECT` holds all of them. They saturate, cancel, are steep and flat, take wide inputs, hold
constants and integers in their closures; some are NumPy functions with a gradient by hand, layers,
and modules. `python -m benchmarks.false_alarms` holds them to every property with many seeds.
"""

from tests.autograd.testing.correct import (
    attention,
    by_hand,
    cancelling,
    closures,
    losses,
    matrices,
    saturating,
    selecting,
    steep,
)
from tests.autograd.testing.correct.suite import Correct

CORRECT: tuple[Correct, ...] = tuple(
    function
    for module in (
        saturating,
        cancelling,
        steep,
        matrices,
        attention,
        losses,
        closures,
        selecting,
        by_hand,
    )
    for function in module.suite
)
