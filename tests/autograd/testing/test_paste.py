"""Code to paste makes the same values again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.testing.paste import call, code_of, variables
from autograd.testing.strategies import arrays, indices, shapes

DTYPES = st.sampled_from([np.float64, np.float32, np.complex128, np.int64, np.int8, bool])


def same(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and all(map(same, a, b)) and len(a) == len(b)
    return a == b


@given(st.data(), DTYPES)
def test_arrays_come_back(data, dtype):
    x = data.draw(shapes().flatmap(lambda shape: arrays(shape, dtype)))
    assert same(eval(code_of(x), {"np": np}), x)


@given(shapes().flatmap(indices))
def test_indices_come_back(index):
    assert same(eval(code_of(index), {"np": np}), index)


@pytest.mark.parametrize(
    "value",
    [
        np.array([np.nan, np.inf, -np.inf]),
        np.float32(0.5),
        {"axis": (0, 1), "keepdims": True},
        [None, "text", 3, 2.5, ()],
        (np.ones(2),),
    ],
)
def test_other_values_come_back(value):
    found = eval(code_of(value), {"np": np})
    assert same(found, np.asarray(value) if isinstance(value, np.generic) else value)


def test_types_and_functions_are_named():
    assert code_of(np.dtype(np.float32)) == "np.float32"
    assert code_of(np.sin) == "sin"


def test_variables_are_names_that_python_takes():
    assert variables(["x", "lambda", "arrays[0]", "x"]) == ["x", "x1", "x2", "x3"]


def test_a_long_call_is_broken():
    assert call("f", ["x", "y"]) == "f(x, y)"
    assert call("f", ["x" * 60, "y" * 60]) == f"f(\n    {'x' * 60},\n    {'y' * 60},\n)"
