"""Every module held to numerical derivatives: inputs and parameters, both modes, second order."""

import numpy as np
import pytest

import autograd
import nn
from autograd.testing import check_grads
from nn.utils import functional_call


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def spaced(*shape):
    """Numbers that are not near one another, or near 0, so that no kink is close."""
    count = int(np.prod(shape))
    return (np.random.default_rng(1).permutation(count).reshape(shape) - count / 2 + 0.25) * 0.2


class _Words(nn.Module):
    """Numbers of words, whatever the input: a table has no slope with respect to them."""

    def forward(self, x):
        return np.array([[0, 2], [2, 1]])


class _Pooled(nn.Module):
    def forward(self, x):
        largest, places = nn.MaxPool1d(2, return_indices=True)(x)
        return nn.MaxUnpool1d(2)(largest * largest, places)


MODULES = {
    "Linear": (lambda: nn.Linear(3, 2), [normal(2, 3)]),
    "Bilinear": (lambda: nn.Bilinear(2, 3, 2), [normal(2, 2), normal(2, 3, seed=1)]),
    "Conv1d": (lambda: nn.Conv1d(2, 2, 2, stride=2, padding=1), [normal(1, 2, 4)]),
    "Conv2d same": (lambda: nn.Conv2d(1, 2, (2, 3), padding="same"), [normal(1, 1, 3, 3)]),
    "Conv2d reflect": (
        lambda: nn.Conv2d(2, 2, 2, groups=2, padding=1, padding_mode="reflect"),
        [normal(1, 2, 3, 2)],
    ),
    "Conv3d": (lambda: nn.Conv3d(1, 1, (1, 2, 2)), [normal(1, 1, 1, 2, 3)]),
    "ConvTranspose1d": (lambda: nn.ConvTranspose1d(1, 2, 2), [normal(2, 1, 2)]),
    "ConvTranspose3d": (lambda: nn.ConvTranspose3d(1, 1, (1, 2, 1)), [normal(1, 1, 1, 2, 2)]),
    "ConvTranspose2d": (
        lambda: nn.ConvTranspose2d(2, 2, 2, stride=2, output_padding=1, bias=False),
        [normal(1, 2, 2, 2)],
    ),
    "MaxPool2d": (lambda: nn.MaxPool2d(2, stride=1), [spaced(1, 2, 3, 3)]),
    "AvgPool2d": (
        lambda: nn.AvgPool2d(2, ceil_mode=True, divisor_override=3),
        [normal(1, 1, 3, 3)],
    ),
    "LPPool1d": (lambda: nn.LPPool1d(2, 2), [np.abs(spaced(1, 2, 4)) + 0.1]),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d((2, 1)), [normal(1, 2, 3, 2)]),
    "AdaptiveMaxPool1d": (lambda: nn.AdaptiveMaxPool1d(2), [spaced(1, 2, 3)]),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(2), [normal(4, 2)]),
    "BatchNorm2d evaluation": (lambda: nn.BatchNorm2d(2).eval(), [normal(1, 2, 2, 2)]),
    "InstanceNorm1d": (lambda: nn.InstanceNorm1d(2, affine=True), [normal(2, 2, 3)]),
    "LayerNorm": (lambda: nn.LayerNorm((2, 3)), [normal(2, 2, 3)]),
    "RMSNorm": (lambda: nn.RMSNorm(3), [normal(2, 3)]),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), [normal(2, 4, 2)]),
    "LocalResponseNorm": (lambda: nn.LocalResponseNorm(3, 0.5), [normal(1, 4, 2)]),
    "RNN": (lambda: nn.RNN(2, 2, bidirectional=True), [normal(3, 1, 2)]),
    "LSTM": (lambda: nn.LSTM(2, 2, 2), [normal(2, 1, 2)]),
    "GRU": (lambda: nn.GRU(2, 2), [normal(2, 2, 2)]),
    "RNNCell": (lambda: nn.RNNCell(2, 2), [normal(1, 2)]),
    "GRUCell": (lambda: nn.GRUCell(2, 2), [normal(1, 2)]),
    "Embedding": (lambda: nn.Sequential(_Words(), nn.Embedding(3, 2)), [normal(2)]),
    "MaxUnpool1d": (
        lambda: _Pooled(),
        [spaced(1, 1, 4)],
    ),
    "LSTMCell": (lambda: nn.LSTMCell(2, 2), [normal(1, 2)]),
    "MultiheadAttention": (
        lambda: nn.MultiheadAttention(4, 2),
        [normal(2, 1, 4), normal(3, 1, 4, seed=1), normal(3, 1, 4, seed=2)],
    ),
    "TransformerEncoderLayer": (
        lambda: nn.TransformerEncoderLayer(2, 1, 2, dropout=0.0, activation="gelu"),
        [normal(2, 1, 2)],
    ),
    "Upsample": (lambda: nn.Upsample(scale_factor=2, mode="bicubic"), [normal(1, 1, 3, 3)]),
    "PixelShuffle": (lambda: nn.PixelShuffle(2), [normal(1, 4, 1, 2)]),
    "Unfold": (lambda: nn.Unfold(2), [normal(1, 1, 3, 3)]),
    "Fold": (lambda: nn.Fold(3, 2), [normal(1, 4, 4)]),
    "ReflectionPad1d": (lambda: nn.ReflectionPad1d((1, 2)), [normal(1, 1, 4)]),
    "PReLU": (lambda: nn.PReLU(2), [spaced(1, 2, 2)]),
    "GLU": (lambda: nn.GLU(), [normal(2, 4)]),
    "Softmax2d": (lambda: nn.Softmax2d(), [normal(1, 3, 2, 1)]),
    "weight_norm": (lambda: nn.utils.weight_norm(nn.Linear(3, 2)), [normal(2, 3)]),
    "model": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.Tanh(), nn.Flatten(), nn.Linear(8, 2)),
        [normal(1, 1, 3, 3)],
    ),
}

LOSSES = {
    "CrossEntropyLoss": (
        lambda: nn.CrossEntropyLoss(np.array([1.0, 2.0, 0.5]), label_smoothing=0.1),
        np.array([0, 2]),
    ),
    "NLLLoss": (lambda: nn.NLLLoss(), np.array([0, 2])),
    "MSELoss": (lambda: nn.MSELoss(), normal(2, 3, seed=1)),
    "HuberLoss": (lambda: nn.HuberLoss(delta=0.7), normal(2, 3, seed=1)),
    "KLDivLoss": (lambda: nn.KLDivLoss(log_target=True), normal(2, 3, seed=1)),
    "BCEWithLogitsLoss": (lambda: nn.BCEWithLogitsLoss(), np.abs(np.sin(normal(2, 3, seed=1)))),
    "CosineSimilarity": (lambda: nn.CosineSimilarity(), normal(2, 3, seed=1)),
    "PairwiseDistance": (lambda: nn.PairwiseDistance(), normal(2, 3, seed=1)),
    "MultiMarginLoss": (lambda: nn.MultiMarginLoss(p=2, margin=5.0), np.array([0, 2])),
    "L1Loss": (lambda: nn.L1Loss(), spaced(2, 3) + 0.07),
    "SmoothL1Loss": (lambda: nn.SmoothL1Loss(beta=0.6), normal(2, 3, seed=1)),
    "PoissonNLLLoss": (lambda: nn.PoissonNLLLoss(), np.abs(normal(2, 3, seed=1))),
    "HingeEmbeddingLoss": (
        lambda: nn.HingeEmbeddingLoss(3.0),
        np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]]),
    ),
    "MultiLabelMarginLoss": (lambda: nn.MultiLabelMarginLoss(), np.array([[1, 2, -1], [0, -1, 1]])),
    "MultiLabelSoftMarginLoss": (
        lambda: nn.MultiLabelSoftMarginLoss(),
        np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
    ),
    "SoftMarginLoss": (lambda: nn.SoftMarginLoss(), normal(2, 3, seed=1)),
}


@pytest.mark.parametrize("name", MODULES)
def test_module(name):
    make, inputs = MODULES[name]
    module = make().double()
    for position, parameter in enumerate(module.parameters()):
        parameter.data = normal(*parameter.shape, seed=10 + position) * 0.5
    names = [name for name, _ in module.named_parameters()]

    def function(*tensors):
        parameters = dict(zip(names, tensors[len(inputs) :], strict=True))
        return _flat(functional_call(module, parameters, tensors[: len(inputs)]))

    # The second order of a whole layer of many parameters takes seconds; its parts have theirs.
    order = 1 if name == "TransformerEncoderLayer" else 2
    check_grads(function, *inputs, *(p.data for p in module.parameters()), order=order)


def _flat(out):
    """The outputs side by side; sequences return their states in tuples."""
    if isinstance(out, tuple):
        return tuple(each for part in out for each in _flat(part))
    return (out,)


@pytest.mark.parametrize("name", LOSSES)
def test_loss(name):
    make, target = LOSSES[name]
    loss = make().double()
    check_grads(lambda x, y: loss(x, y), normal(2, 3), target)


# Losses of several floating inputs; a target of signs or classes is bound.
SEVERAL = {
    "CosineEmbeddingLoss": (lambda a, b: nn.CosineEmbeddingLoss(-0.9)(a, b, [1.0, -1.0]), 2),
    "TripletMarginLoss": (lambda a, b, c: nn.TripletMarginLoss(5.0, swap=True)(a, b, c), 3),
    "MarginRankingLoss": (
        lambda a, b: nn.MarginRankingLoss(0.5)(a[:, 0], b[:, 0], np.array([1.0, -1.0])),
        2,
    ),
    "GaussianNLLLoss": (lambda a, b, c: nn.GaussianNLLLoss(full=True)(a, b, c * c + 0.1), 3),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_loss_of_several_inputs(name):
    loss, count = SEVERAL[name]
    check_grads(loss, *(normal(2, 3, seed=seed) for seed in range(count)))


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
