"""The suite of correct functions, a sample of it: none of them is ever called wrong.

`python -m benchmarks.false_alarms` goes through all of it with many seeds.
"""

import pytest

from autograd.testing import assert_gradients
from tests.autograd.testing.correct import CORRECT


@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.name)
def test_a_correct_function_passes(correct):
    options = {**correct.options, "examples": 2, "seed": 0}
    assert_gradients(correct.make(), *correct.inputs, **options)


def test_the_suite_is_as_large_as_it_says():
    assert len({correct.name for correct in CORRECT}) == len(CORRECT) >= 150
