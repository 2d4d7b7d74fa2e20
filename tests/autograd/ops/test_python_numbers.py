"""Every elementwise operation takes Python's own numbers."""

import inspect

import numpy as np
import pytest

import autograd
from autograd.operation.record import complete_records, records
from tests.all_cases import all_cases

complete_records()
ELEMENTWISE = [
    op
    for op in records.values()
    if op.ours
    and op.kind == "elementwise"
    and not op.required & op.keywords.keys()
    and len(op.arguments) == 1
]


@all_cases("op", ELEMENTWISE, ids=lambda op: op.name)
@all_cases("number", [1, 0.5, True])
def test_of_a_python_number_it_is_that_of_an_array(op, number):
    with np.errstate(all="ignore"):
        try:
            expected = op.function(np.array([number]))[0]
        except TypeError:  # NumPy has no such function of truth values
            with pytest.raises(TypeError):
                op.function(number)
            return
        np.testing.assert_array_equal(op.function(number), expected)


def test_there_are_many():
    assert len(ELEMENTWISE) > 60
    assert autograd.erf in [op.function for op in ELEMENTWISE]
    assert inspect.signature(autograd.erf).parameters.keys() == {"x"}
