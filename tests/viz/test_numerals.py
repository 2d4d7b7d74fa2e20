import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.numerals import Numerals

TEXTBOOK = Numerals(decimals=2, significant=2, trim=False)
BOOK = Numerals(decimals=0, significant=4, trim=True)


@pytest.mark.parametrize(
    ("value", "fixed", "trimmed"),
    [
        (0.0, "0.00", "0"),
        (-0.0, "0.00", "0"),
        (1.0, "1.00", "1"),
        (-12.0, "−12.00", "−12"),
        (0.7310586, "0.73", "0.7311"),
        (0.00123, "0.0012", "0.00123"),
        (1.25e-7, "1.2e−7", "1.25e−7"),
        (-4.5e12, "−4.5e12", "−4.5e12"),
        (123456.0, "123456.00", "123456"),
        (0.0999999, "0.10", "0.1"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
        (math.nan, "NaN", "NaN"),
        (7, "7", "7"),
        (True, "True", "True"),
        (1 - 2j, "1.00−2.00i", "1−2i"),
        (np.float32(0.1), "0.10", "0.1"),
    ],
)
def test_one_number(value, fixed, trimmed):
    assert TEXTBOOK.number(value) == fixed
    assert BOOK.number(value) == trimmed


@given(st.floats(-1e300, 1e300))
def test_a_number_is_right_to_two_digits_and_zero_only_if_it_is(value):
    printed = float(TEXTBOOK.number(value).replace("−", "-"))
    assert printed == pytest.approx(value, rel=0.051, abs=0.0)


def test_arrays_align_and_small_elements_do_not_vanish():
    assert TEXTBOOK.array(np.array([1.0, -0.5, 1e-5])) == ["1.00", "−0.50", "1e−5"]
    assert TEXTBOOK.array(np.array([0.11, 0.003, 0.0])) == ["0.11", "0.003", "0.00"]
    assert BOOK.array(np.array([0.5, 1.0, 2.25])) == ["0.50", "1.00", "2.25"]
    assert TEXTBOOK.array(np.array([[1, 2], [30, 4]])) == ["1", "2", "30", "4"]
    assert TEXTBOOK.array(np.array([0.001, 0.002])) == ["0.0010", "0.0020"]
    assert TEXTBOOK.array(np.array([np.nan, np.inf])) == ["NaN", "∞"]
