"""A sample of the wrong gradients that were reported in public; the whole list is a proof."""

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.strategies import arrays
from tests.autograd.testing.defects.reported import REPORTED

BY_NAME = {each.name: each for each in REPORTED}
NAMED = {
    "tanh_slope_by_a_fit": "right to a few digits only: an approximation",
    "quadratic_forward_for_backward": "the function is evaluated at the cotangent",
    "shared_heads_interleaved": "outputs are taken in another order",
    "smoothing_counts_what_is_ignored": "something arrives where nothing should",
    "stride_and_dilation_exchanged": "stride and dilation are exchanged",
    "median_every_equal": "wrong only at ties",
    "residual_assigned": "only the way through tanh counts",
    "softmax_axis_not_put_back": "shapes do not fit .is keepdims=True missing",
    "softplus_slope_overflows": "wrong only for large inputs",
    "permuted_by_negative_axes": "its axes are in the wrong order",
    "broadcast_sum_passes_on": "the sum over broadcast axes is missing",
}


@pytest.mark.parametrize("name", NAMED)
def test_a_reported_defect_is_found_and_named(name):
    function, options = BY_NAME[name].make(False)
    with pytest.raises(GradientError, match=NAMED[name]):
        assert_gradients(function, arguments=BY_NAME[name].inputs, seed=1, **options)


@pytest.mark.parametrize("name", ["sampled_at_the_border", "gathered_rows_written"])
def test_the_right_gradient_passes(name):
    function, options = BY_NAME[name].make(True)
    assert_gradients(function, arguments=BY_NAME[name].inputs, examples=25, seed=1, **options)


def looked_up(x):
    """Linear interpolation in a table: numbers are taken for indices."""
    table = np.sqrt(np.arange(6.0))
    left = x.astype(int)
    return table[left] + (x - left) * (table[left + 1] - table[left])


def looked_up_vjp(g, x):
    table = np.sqrt(np.arange(6.0))
    return g * (table[x.astype(int) + 1] - table[x.astype(int)])


def test_numbers_that_are_indices_may_leave_the_table():
    """A step out of the table, or a number that is none, is outside of the domain: no alarm."""
    check_grads(looked_up, np.array([0.25, 3.0, 4.5]), vjp=looked_up_vjp)
    inside = arrays((3,), domain="unit").map(lambda x: np.clip(2.5 + 2.4 * x, 0.0, 4.999))
    assert_gradients(looked_up, inside, vjp=looked_up_vjp, seed=0, examples=40)
