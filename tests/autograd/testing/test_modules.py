"""Modules as subjects: parameters by name, one state in every call, both modes."""

import numpy as np
import pytest

import autograd
import nn
from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.strategies import arrays

ROWS = arrays((4, 3))


class Detached(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return autograd.tanh(x @ self.fc.weight.T.detach() + self.fc.bias)


class Nested(nn.Module):
    def __init__(self):
        self.parts = [nn.Linear(3, 2), {"last": nn.Linear(2, 1)}]

    def forward(self, x, scale):
        return {"y": self.parts[1]["last"](self.parts[0](x["in"])) * scale, "x": (x["in"],)}


def sequence():
    return nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 2)
    )


@pytest.mark.parametrize(
    ("make", "inputs"),
    [
        (lambda: nn.Linear(3, 2), (ROWS,)),
        (sequence, (ROWS,)),
        (lambda: sequence().eval(), (ROWS,)),
        (lambda: nn.LayerNorm(3), (ROWS,)),
        (lambda: nn.GRU(3, 2), (arrays((2, 1, 3)),)),
        (lambda: nn.Conv2d(1, 2, 2), (arrays((1, 1, 3, 3)),)),
        (lambda: nn.Embedding(5, 2), (np.array([0, 1, 1]),)),
        (Nested, (ROWS.map(lambda x: {"in": x}), 2.0)),
    ],
    ids=["Linear", "training", "evaluation", "LayerNorm", "GRU", "Conv2d", "Embedding", "nested"],
)
def test_modules_pass_and_stay_as_they_are(make, inputs):
    autograd.manual_seed(0)
    module = make()
    before = {name: value.data.copy() for name, value in module.state_dict().items()}
    state = autograd.random.default_generator().bit_generator.state
    assert_gradients(module, *inputs, examples=3, seed=0)
    assert autograd.random.default_generator().bit_generator.state == state
    for name, value in module.state_dict().items():
        assert np.array_equal(value.data, before[name])
        assert value.dtype != np.float64


def test_a_weight_that_is_detached_inside_is_found_by_its_name():
    autograd.manual_seed(0)
    with pytest.raises(GradientError, match=r"fc\.weight: no gradient arrives"):
        check_grads(Detached(), np.ones((2, 3)))


def test_dropout_draws_the_same_mask_in_every_call():
    assert_gradients(nn.Dropout(0.5), ROWS, examples=3, seed=0)
    held = nn.Sequential(nn.Dropout(0.5, generator=np.random.default_rng(3)))
    assert_gradients(held, ROWS, examples=3, seed=0)
