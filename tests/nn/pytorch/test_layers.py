"""Layers against PyTorch's: keys, outputs, gradients, buffers, in training and evaluation."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from tests.nn.pytorch.twin import assert_same_model, normal  # noqa: E402

# The layer's name, its arguments, its inputs.
LAYERS = [
    ("Linear", (3, 2), {}, [normal(4, 3)]),
    ("Linear", (3, 2), {"bias": False}, [normal(2, 4, 3)]),
    ("Linear", (3, 2), {}, [normal(3)]),
    ("Bilinear", (3, 4, 2), {}, [normal(5, 3), normal(5, 4, seed=1)]),
    ("Flatten", (), {}, [normal(2, 3, 4)]),
    ("Flatten", (0, 1), {}, [normal(2, 3, 4)]),
    ("Unflatten", (1, (2, 3)), {}, [normal(2, 6, 4)]),
    ("Conv1d", (2, 4, 3), {"stride": 2, "padding": 1}, [normal(2, 2, 9)]),
    ("Conv2d", (2, 4, 3), {}, [normal(2, 2, 6, 7)]),
    ("Conv2d", (4, 6, (3, 2)), {"groups": 2, "dilation": (2, 1)}, [normal(2, 4, 7, 6)]),
    ("Conv2d", (2, 3, 3), {"padding": "same", "bias": False}, [normal(2, 2, 5, 6)]),
    ("Conv2d", (2, 3, (2, 4)), {"padding": "same", "dilation": (1, 3)}, [normal(2, 2, 5, 6)]),
    ("Conv2d", (2, 3, 3), {"padding": "valid"}, [normal(2, 5, 6)]),
    ("Conv2d", (2, 3, 3), {"padding": 1, "padding_mode": "reflect"}, [normal(2, 2, 5, 6)]),
    ("Conv2d", (2, 3, 3), {"padding": (2, 1), "padding_mode": "circular"}, [normal(2, 2, 5, 6)]),
    ("Conv2d", (2, 3, 3), {"padding": 2, "padding_mode": "replicate"}, [normal(2, 2, 5, 6)]),
    ("Conv2d", (2, 3, (2, 3)), {"padding": "same", "padding_mode": "reflect"},
     [normal(2, 2, 5, 6)]),
    ("Conv3d", (1, 2, 2), {"stride": (1, 2, 1)}, [normal(2, 1, 3, 4, 3)]),
    ("ConvTranspose1d", (2, 4, 3), {"stride": 2, "padding": 1}, [normal(2, 2, 5)]),
    ("ConvTranspose2d", (2, 4, 3), {}, [normal(2, 2, 4, 5)]),
    ("ConvTranspose2d", (4, 6, (3, 2)), {"stride": (3, 2), "padding": 1, "output_padding": (2, 1),
     "groups": 2, "dilation": (1, 2), "bias": False}, [normal(2, 4, 3, 4)]),
    ("ConvTranspose2d", (2, 3, 2), {"stride": 2}, [normal(2, 4, 5)]),
    ("ConvTranspose3d", (1, 2, 2), {"stride": 2, "output_padding": 1}, [normal(1, 1, 2, 2, 3)]),
    ("MaxPool1d", (2,), {}, [normal(2, 3, 7)]),
    ("MaxPool2d", (3, 2, 1), {}, [normal(2, 3, 7, 8)]),
    ("MaxPool2d", ((2, 3),), {"dilation": (2, 1), "ceil_mode": True}, [normal(2, 3, 8, 7)]),
    ("MaxPool2d", (2,), {}, [normal(3, 6, 6)]),
    ("MaxPool3d", (2,), {"stride": 1}, [normal(1, 2, 3, 4, 3)]),
    ("AvgPool1d", (3, 2, 1), {"count_include_pad": False}, [normal(2, 3, 8)]),
    ("AvgPool2d", (3, 2, 1), {}, [normal(2, 3, 7, 8)]),
    ("AvgPool2d", (3, 2, 1), {"ceil_mode": True}, [normal(2, 3, 8, 8)]),
    ("AvgPool2d", (3, 2, 1), {"ceil_mode": True, "divisor_override": 2}, [normal(2, 3, 8, 8)]),
    ("AvgPool2d", ((2, 3),), {"divisor_override": 5}, [normal(2, 3, 7, 8)]),
    ("AvgPool3d", (2,), {"stride": 1, "padding": 1}, [normal(1, 2, 3, 4, 3)]),
    ("LPPool1d", (2, 3), {}, [normal(2, 3, 9)]),
    ("LPPool2d", (3, (2, 3)), {"ceil_mode": True}, [np.abs(normal(2, 3, 5, 7))]),
    ("LPPool3d", (2, 2), {}, [normal(1, 2, 4, 4, 4)]),
    ("AdaptiveAvgPool1d", (3,), {}, [normal(2, 3, 7)]),
    ("AdaptiveAvgPool2d", ((3, None),), {}, [normal(2, 3, 7, 5)]),
    ("AdaptiveAvgPool2d", (2,), {}, [normal(3, 8, 6)]),
    ("AdaptiveAvgPool3d", ((2, 3, 1),), {}, [normal(2, 3, 5, 4, 3)]),
    ("AdaptiveMaxPool1d", (3,), {}, [normal(2, 3, 7)]),
    ("AdaptiveMaxPool2d", ((3, 2),), {}, [normal(2, 3, 7, 5)]),
    ("AdaptiveMaxPool2d", (2,), {"return_indices": True}, [normal(2, 3, 6, 4)]),
    ("AdaptiveMaxPool2d", ((2, 3),), {"return_indices": True}, [normal(3, 5, 4)]),
    ("AdaptiveMaxPool3d", (2,), {}, [normal(2, 3, 5, 4, 3)]),
    ("MaxUnpool2d", (2,), {}, [normal(1, 1, 2, 2), np.array([[[[0, 3], [10, 15]]]])]),
    ("MaxUnpool1d", (2, 3), {}, [normal(1, 1, 2), np.array([[[0, 4]]])]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize(
    ("name", "arguments", "settings", "inputs"),
    LAYERS,
    ids=[f"{layer[0]}{layer[1]}{layer[2] or ''}" for layer in LAYERS],
)
def test_layer(name, arguments, settings, inputs):
    ours = getattr(nn, name)(*arguments, **settings)
    theirs = getattr(torch.nn, name)(*arguments, **settings)
    assert_same_model(ours, theirs, *inputs)


ACTIVATIONS = [
    ("CELU", ()), ("CELU", (0.5,)), ("ELU", ()), ("ELU", (0.3,)), ("GELU", ()), ("GELU", ("tanh",)),
    ("GLU", (1,)), ("Hardshrink", ()), ("Hardsigmoid", ()), ("Hardswish", ()), ("Hardtanh", ()),
    ("Hardtanh", (0.0, 2.0)), ("LeakyReLU", ()), ("LeakyReLU", (0.3,)), ("LogSigmoid", ()),
    ("LogSoftmax", (1,)), ("Mish", ()), ("PReLU", ()), ("PReLU", (4,)), ("ReLU", ()),
    ("ReLU6", ()), ("SELU", ()), ("SiLU", ()), ("Sigmoid", ()), ("Softmax", (0,)),
    ("Softmin", (1,)), ("Softplus", ()), ("Softplus", (2.0, 1.0)), ("Softshrink", ()),
    ("Softshrink", (0.2,)), ("Softsign", ()), ("Tanh", ()), ("Tanhshrink", ()),
    ("Threshold", (0.2, 3.0)),
]  # fmt: skip

# The kinks, where the slope is a decision; then ordinary and extreme values.
KINKS = np.array([[0.0, -0.0, 1.0, -1.0], [3.0, -3.0, 0.5, -0.5], [6.0, 20.0, 0.2, 0.3],
                  [1.5, -2.5, 30.0, -40.0]])  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), ACTIVATIONS, ids=lambda value: str(value))
def test_activation(name, arguments):
    ours = getattr(nn, name)(*arguments)
    # PyTorch's gradient of hardsigmoid has 1/6 in float32.
    precision = 1e-7 if name == "Hardsigmoid" else 1e-12
    assert_same_model(ours, getattr(torch.nn, name)(*arguments), KINKS, precision=precision)


def test_softmax_of_channels_and_random_slopes_in_evaluation():
    assert_same_model(nn.Softmax2d(), torch.nn.Softmax2d(), normal(2, 3, 4, 4))
    assert_same_model(nn.RReLU().eval(), torch.nn.RReLU().eval(), KINKS)


def test_a_model_in_layers():
    def model(library):
        return library.Sequential(
            library.Conv2d(1, 4, 3, padding=1),
            library.ReLU(),
            library.MaxPool2d(2),
            library.Flatten(),
            library.Linear(4 * 4 * 4, 10),
        )

    assert_same_model(model(nn), model(torch.nn), normal(3, 1, 8, 8))
