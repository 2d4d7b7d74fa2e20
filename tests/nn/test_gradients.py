"""Modules put together, held to numerical derivatives; each alone is in the table of samples."""

import numpy as np
import pytest

import autograd
import nn
from autograd.testing import check_grads
from nn.utils import functional_call
from tests.nn.samples import normal, parts, spaced


class _Words(nn.Module):
    """Numbers of words, whatever the input: a table has no slope with respect to them."""

    def forward(self, x):
        return np.array([[0, 2], [2, 1]])


class _Pooled(nn.Module):
    def forward(self, x):
        largest, places = nn.MaxPool1d(2, return_indices=True)(x)
        return nn.MaxUnpool1d(2)(largest * largest, places)


MODULES = {
    "words": (lambda: nn.Sequential(_Words(), nn.Embedding(3, 2)), [normal(2)]),
    "pooled": (lambda: _Pooled(), [spaced(1, 1, 4)]),
    "weight_norm": (lambda: nn.utils.weight_norm(nn.Linear(3, 2)), [normal(2, 3)]),
}


@pytest.mark.parametrize("name", MODULES)
def test_module(name):
    make, inputs = MODULES[name]
    module = make().double()
    names = [name for name, _ in module.named_parameters()]

    def function(*tensors):
        parameters = dict(zip(names, tensors[len(inputs) :], strict=True))
        return parts(functional_call(module, parameters, tensors[: len(inputs)]))

    check_grads(function, *inputs, *(p.data for p in module.parameters()), order=2)


def test_a_penalty_on_the_gradient_of_a_whole_model():
    model = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.SiLU(), nn.Linear(3, 1)).double()
    weight = model[0].weight

    def penalty(raw):
        x = autograd.Tensor(normal(2, 2), requires_grad=True)
        with autograd.enable_grad():
            out = functional_call(model, {"0.weight": raw}, x)
            (gradient,) = autograd.grad(out.sum(), x, create_graph=True)
        return (gradient * gradient).sum()

    check_grads(penalty, weight.data, modes=("rev",), order=1)
