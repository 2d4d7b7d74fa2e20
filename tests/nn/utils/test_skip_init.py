"""Layers without first values of their own."""

import numpy as np
import pytest

import autograd
import nn


@pytest.mark.parametrize(
    ("kind", "args"),
    [(nn.Linear, (3, 2)), (nn.Conv2d, (1, 2, 3)), (nn.LSTM, (2, 3)), (nn.BatchNorm1d, (2,))],
)
def test_a_layer_without_first_values_draws_nothing(kind, args):
    autograd.manual_seed(0)
    expected = autograd.rand(3).numpy()
    autograd.manual_seed(0)
    layer = nn.utils.skip_init(kind, *args)
    np.testing.assert_array_equal(autograd.rand(3).numpy(), expected)
    assert all(not parameter.data.any() for parameter in layer.parameters())
    shapes = {name: value.shape for name, value in kind(*args).state_dict().items()}
    assert {name: value.shape for name, value in layer.state_dict().items()} == shapes


@pytest.mark.parametrize("given", [nn.Linear(1, 1), "Linear", int])
def test_anything_else_is_refused(given):
    with pytest.raises(TypeError, match="skip_init: expected a class of modules"):
        nn.utils.skip_init(given, 1)
