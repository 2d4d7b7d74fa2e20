"""What the decorator `op` refuses, and what it makes of its options."""

import inspect

import numpy as np
import pytest

import autograd
from autograd import Tensor, op
from autograd.operation.call import make_call
from autograd.operation.record import Op, records
from autograd.testing import error, sample


def twice(x):
    """Twice `x`."""
    return 2 * x


def test_the_signature_lists_every_option_and_the_docstring_explains_each():
    options = inspect.signature(op).parameters
    record = vars(Op(twice, "linear"))
    assert len(options) > 20
    assert all(name in record for name in options)
    assert all(f"\n    {name}: " in inspect.getdoc(op) for name in options)


def test_a_misspelt_option_is_named():
    with pytest.raises(TypeError, match="unexpected keyword argument 'smybol'"):
        op("elementwise", smybol="×")


def test_a_decorator_without_a_kind_says_what_to_write():
    with pytest.raises(TypeError, match=r'write @op\("elementwise"\) above twice: the kind'):
        op(twice)
    assert "twice" not in records


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": [(2, 3), [4]]}, r"twice: a sample is a tuple of arguments, .* got \[4\]"),
        ({"samples": ["x"]}, "a sample is a tuple"),
        ({"errors": [((2, 3), ValueError, "pattern")]}, r"an error is a tuple \(exception, patt"),
        ({"errors": [(ValueError, "pattern")]}, "an error is a tuple"),
        ({"errors": [sample((2,))]}, "an error is a tuple"),
    ],
)
def test_samples_and_errors_are_checked_when_registered(options, message):
    with pytest.raises(TypeError, match=message):
        op("elementwise", **options)(twice)
    assert "twice" not in records


def test_plain_tuples_are_samples():
    record = Op(twice, "linear", samples=[((2, 3),)], errors=[(TypeError, "word", "text")])
    assert record.samples == [sample((2, 3))]
    assert record.errors == [error(TypeError, "word", "text")]


@pytest.mark.parametrize("name", [n for n, r in records.items() if r.real_only])
def test_functions_of_real_numbers_refuse_complex_ones(name):
    record = records[name]
    others = [name for name in record.parameters[1:] if name in record.required]
    more = [np.array([1]) if name in record.arguments else 1 for name in others]
    for given in (np.array([1.0 + 2.0j]), np.complex64(2), 1j, Tensor([1j])):
        with pytest.raises(TypeError, match=f"{name}: expected real numbers, got .*complex"):
            record.function(given, *more)


def test_there_are_functions_of_real_numbers_alone():
    assert sum(record.real_only for record in records.values()) >= 7


@pytest.mark.parametrize("given", [np.ones(3), Tensor([1.0, 2.0, 3.0])])
def test_a_body_that_fails_runs_once(given):
    calls = []

    def failing(x, y):
        calls.append(x)
        raise ValueError("no")

    call = make_call(Op(failing, "general"))
    with pytest.raises(ValueError, match=r"failing: no \(x: \(3,\) float64, y: \(3,\) float64\)"):
        call(given, given)
    assert len(calls) == 1


def test_helpers_are_operations_that_a_user_does_not_complete():
    helpers = [name for name, record in records.items() if record.helper]
    assert "conv_input" in helpers
    assert not set(helpers) & set(dir(autograd))
