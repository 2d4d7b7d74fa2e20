"""Functions and layers take their input by PyTorch's name, `input=`."""

import inspect

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor
from tests.nn.samples import SAMPLES

X = Tensor(np.linspace(-2, 2, 8).reshape(2, 4))

# Those that need more than their input.
MORE = {"threshold": {"threshold": 0.0, "value": 1.0}, "prelu": {"weight": Tensor([0.25])}}
ACTIVATIONS = [
    "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh",
    "leaky_relu", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "relu6", "rrelu", "selu",
    "sigmoid", "silu", "softmax", "softmin", "softplus", "softshrink", "softsign", "tanh",
    "tanhshrink", "threshold",
]  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    function, more = getattr(F, name), MORE.get(name, {})
    np.testing.assert_array_equal(function(input=X, **more).data, function(X, **more).data)


# Layers whose input PyTorch calls otherwise, and containers, which have none.
OTHERWISE = {
    "Bilinear", "ModuleDict", "ModuleList", "MultiheadAttention", "ParameterDict", "ParameterList",
    "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.split()[0] not in OTHERWISE])
def test_layers(name):
    sample = SAMPLES[name]
    layer = sample.make().double().eval()
    first, *others = (
        Tensor(each) if each.dtype.kind == "f" else each for each in sample.inputs
    )  # fmt: skip
    second = list(inspect.signature(type(layer).forward).parameters)[2:]
    more = dict(zip(second, others, strict=False))
    autocalled = layer(input=first, **more)
    out = autocalled[0] if isinstance(autocalled, tuple) else autocalled
    assert out.size > 0


def test_others():
    names = {
        "Bilinear": ["input1", "input2"],
        "MultiheadAttention": ["query", "key", "value"],
        "Transformer": ["src", "tgt"],
        "TransformerDecoderLayer": ["tgt", "memory"],
        "TransformerEncoderLayer": ["src"],
    }
    for name, expected in names.items():
        parameters = list(inspect.signature(getattr(nn, name).forward).parameters)[1:]
        assert parameters[: len(expected)] == expected
