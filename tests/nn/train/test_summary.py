"""The table of a model."""

import numpy as np
import pytest

import autograd
import nn
from nn.train import summary


def test_the_table_of_the_courses_xor_network():
    model = nn.Sequential(nn.Linear(2, 5), nn.Sigmoid(), nn.Linear(5, 2), nn.Softmax(1))
    found = summary(model, (2,))
    shapes = [(shape, count) for _, _, shape, count in found.rows if count]
    assert shapes == [((None, 5), 15), ((None, 2), 12)]
    assert (found.total, found.trainable) == (27, 27)
    model[0].requires_grad_(False)
    assert str(summary(model, (2,))).endswith("27 parameters: 12 trainable, 15 not; 108 B")


def test_nothing_changes():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())
    model[1].eval()
    before = {name: value.numpy() for name, value in model.state_dict().items()}
    drawn = autograd.default_generator().bit_generator.state
    assert summary(model, (1, 6, 5)).rows[0][2] == (None, 2, 4, 3)
    assert [module.training for module in model] == [True, False, True]
    assert not any(any((module._hooks or {}).values()) for module in model)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert autograd.default_generator().bit_generator.state == drawn


def test_shared_layers_and_own_parameters():
    class Scaled(nn.Module):
        def __init__(self):
            self.layer, self.scale = nn.Linear(3, 3), nn.Parameter([2.0])

        def forward(self, a, b):
            return self.layer(self.layer(a)) * self.scale, b

    found = summary(Scaled(), [(3,), (2, 3)])
    assert [(name, shape) for name, _, shape, _ in found.rows] == [
        ("layer", (None, 3)),
        ("layer", (None, 3)),
        ("", [(None, 3), (None, 2, 3)]),
    ]
    assert found.total == 13


def test_an_input_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match=r"Linear cannot take a batch of 2 inputs of shape \(4,\)"):
        summary(nn.Linear(3, 2), (4,))


def test_numbers_of_tokens_are_integers():
    model = nn.Sequential(nn.Embedding(20, 4), nn.Linear(4, 2))
    assert summary(model, (5,), int).rows[-1][2] == (None, 5, 2)
    with pytest.raises(ValueError, match=r"dtype float32 .*; give dtype=int"):
        summary(model, (5,))
    with pytest.raises(TypeError, match=r"input_shape is the shape of one example.* got ndarray"):
        summary(model, np.zeros((2, 5), int))
