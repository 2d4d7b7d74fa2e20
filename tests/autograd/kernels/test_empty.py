"""Padding can make windows of an axis that has no elements: nothing flows back into it."""

import numpy as np
import pytest

import autograd


@pytest.mark.parametrize("stride", [1, 2])
def test_an_empty_axis_that_padding_fills(stride) -> None:
    x = autograd.zeros((1, 1, 1, 0), requires_grad=True)
    weight = autograd.ones((1, 1, 2, 2), requires_grad=True)
    out = autograd.conv(x, weight, stride=stride, padding=1)
    out.sum().backward()
    assert np.array_equal(out.data, np.zeros(out.shape))
    assert x.grad.shape == (1, 1, 1, 0)
    assert np.array_equal(weight.grad.data, np.zeros((1, 1, 2, 2)))
