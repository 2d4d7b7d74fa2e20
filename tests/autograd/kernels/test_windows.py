"""The geometry of sliding windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.kernels.windows import output_size, per_axis


def count_windows(length, kernel, stride, padding, dilation, ceil_mode):
    span = dilation * (kernel - 1) + 1
    start, count = -padding, 0
    while start + span <= length + padding:
        start, count = start + stride, count + 1
    last_end = start - stride + span
    overhangs = ceil_mode and last_end < length + padding and start < length
    return count + overhangs


@given(st.data(), st.booleans())
def test_output_size_counts_the_windows(data, ceil_mode):
    kernel, stride, dilation = (data.draw(st.integers(1, 4)) for _ in range(3))
    padding = data.draw(st.integers(0, kernel // 2 if ceil_mode else 3))
    length = max(1, dilation * (kernel - 1) + 1 - 2 * padding) + data.draw(st.integers(0, 9))
    axis = (length, kernel, stride, padding, dilation)
    counted = output_size("f", *((value,) for value in axis), ceil_mode)
    assert counted == (count_windows(*axis, ceil_mode),)


def test_ceil_mode_lets_a_window_hang_over_a_small_input():
    assert output_size("f", (3,), (4,), (3,), (0,), (1,), ceil_mode=True) == (1,)


def test_output_size_names_the_sizes_that_do_not_fit():
    message = (
        r"conv: a kernel of \(3, 5\) with dilation \(1, 2\) does not fit into an input of "
        r"\(8, 6\) with padding \(0, 1\): it spans 9 places but there are 8"
    )
    with pytest.raises(ValueError, match=message):
        output_size("conv", (8, 6), (3, 5), (1, 1), (0, 1), (1, 2))


def test_settings_are_one_integer_or_one_for_each_axis():
    assert per_axis("f", "stride", np.int64(2), 2, 1) == (2, 2)
    assert per_axis("f", "stride", [1, 2], 2, 1) == (1, 2)
    with pytest.raises(TypeError, match=r"f: stride must be an integer or 2 integers, got 1\.5"):
        per_axis("f", "stride", 1.5, 2, 1)
    with pytest.raises(ValueError, match=r"f: stride has 3 values, \(1, 2, 3\), but there are 2"):
        per_axis("f", "stride", (1, 2, 3), 2, 1)
    with pytest.raises(ValueError, match="f: stride must be at least 1, got 0"):
        per_axis("f", "stride", 0, 2, 1)
