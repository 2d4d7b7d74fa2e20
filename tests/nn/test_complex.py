"""Every function of nn.functional on complex numbers: right, or refused by name."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from tests.float_arguments import FUNCTIONAL, Fresh

# What they make of one argument is linear in it, whatever the numbers.
LINEAR = {
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "avg_pool1d", "avg_pool2d",
    "avg_pool3d", "channel_shuffle", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
    "conv_transpose2d", "conv_transpose3d", "bilinear", "dropout", "dropout1d", "dropout2d",
    "dropout3d", "embedding", "fold", "interpolate", "max_unpool1d", "max_unpool2d", "max_unpool3d",
    "pad", "pixel_shuffle", "pixel_unshuffle", "unfold",
}  # fmt: skip


def sizes(x):
    return np.linalg.norm(x, axis=1, keepdims=True)


def softmax(x):
    powers = np.exp(x - x.real.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# Independent values of the others that are defined.
VALUES = {
    "l1_loss": lambda input, target: np.abs(input - target).mean(),
    "mse_loss": lambda input, target: (np.abs(input - target) ** 2).mean(),
    "normalize": lambda input, p=2.0, eps=1e-12: (
        input / np.maximum((np.abs(input) ** p).sum(axis=1, keepdims=True) ** (1 / p), eps)
    ),
    "pairwise_distance": lambda x1, x2, p, eps: (np.abs(x1 - x2 + eps) ** p).sum(-1) ** (1 / p),
    "triplet_margin_loss": lambda anchor, positive, negative, margin, p, eps: np.maximum(
        (np.abs(anchor - positive + eps) ** p).sum(-1) ** (1 / p)
        - (np.abs(anchor - negative + eps) ** p).sum(-1) ** (1 / p)
        + margin,
        0,
    ).mean(),
    "triplet_margin_with_distance_loss": lambda anchor, positive, negative, margin, swap: (
        np.maximum(
            sizes(anchor - positive + 1e-6)
            - np.minimum(sizes(anchor - negative + 1e-6), sizes(positive - negative + 1e-6))
            + margin,
            0,
        ).mean()
    ),
    "softmax": lambda input: softmax(input),
    "sigmoid": lambda input: 1 / (1 + np.exp(-input)),
    "silu": lambda input: input / (1 + np.exp(-input)),
    "tanh": lambda input: np.tanh(input),
    "tanhshrink": lambda input: input - np.tanh(input),
    "pdist": lambda input, p=2.0: np.array(
        [
            (np.abs(input[i] - input[j]) ** p).sum() ** (1 / p)
            for i in range(len(input))
            for j in range(i + 1, len(input))
        ]
    ),
    "softmin": lambda input: softmax(-input),
    "log_softmax": lambda input: np.log(softmax(input)),
    "glu": lambda input: input[:, :2] / (1 + np.exp(-input[:, 2:])),
    "batch_norm": lambda input, running_mean, running_var, weight, bias, eps: (
        (input - running_mean) / np.sqrt(running_var + eps) * weight + bias
    ),
    "instance_norm": lambda input, running_mean, running_var, weight, bias, eps, use_input_stats: (
        (input - running_mean[:, None]) / np.sqrt(running_var[:, None] + eps) * weight[:, None]
        + bias[:, None]
    ),
}

# Which arguments hold what is complex; the others are weights, statistics, bounds.
COMPLEX = {
    "input", "input1", "input2", "x1", "x2", "target", "anchor", "positive", "negative", "query",
    "key", "value", "logits", "weight",
}  # fmt: skip


def cases():
    for name, calls in FUNCTIONAL.items():
        for position, keywords in enumerate(calls):
            yield pytest.param(name, keywords, id=f"{name}-{position}")


def complex_call(name, keywords):
    """The arguments with imaginary parts, and which these are."""
    rng = np.random.default_rng(4)
    made = {}
    for argument, x in keywords.items():
        floating = isinstance(x, np.ndarray) and x.dtype.kind == "f"
        kept = argument == "weight" and name not in ("bilinear", "embedding") and "conv" not in name
        if argument in COMPLEX and floating and not kept:
            made[argument] = x + 1j * rng.uniform(-0.5, 0.5, x.shape)
    return made


def filled(name, keywords, made):
    given = {**keywords, **made}
    for argument, x in given.items():
        if x is Fresh:
            given[argument] = np.random.default_rng(3)
        elif argument in ("running_mean", "running_var"):
            given[argument] = Tensor(x)
    return given


@pytest.mark.parametrize(("name", "keywords"), list(cases()))
def test_right_or_refused(name, keywords) -> None:
    made = complex_call(name, keywords)
    if not made:
        return  # weights of a table that is not an array, or integers alone
    function = getattr(F, name)
    leaves = {argument: Tensor(x, requires_grad=True) for argument, x in made.items()}
    try:
        out = function(**filled(name, keywords, leaves))
    except TypeError as error:
        refusal = str(error)
        if "expected real numbers" not in refusal and "has no order" not in refusal:
            raise
        for argument, x in made.items():  # one alone is refused as well
            with pytest.raises(TypeError, match="expected real|no order|Tensor|complex"):
                function(**filled(name, keywords, {argument: Tensor(x)}))
        assert name not in LINEAR
        return
    if name in LINEAR:
        first = next(iter(made))
        whole, parts = made[first], (made[first].real + 0j, 1j * made[first].imag)
        bias = {"bias": None} if "bias" in keywords else {}
        fill = {"value": 0.0} if "value" in keywords else {}

        def call(x):
            rest = {**leaves, first: Tensor(x), **bias, **fill}
            return function(**filled(name, keywords, rest)).data

        np.testing.assert_allclose(call(whole), sum(map(call, parts)), rtol=1e-12, atol=1e-14)
    else:
        plain = {k: v for k, v in {**keywords, **made}.items() if k != "generator"}
        np.testing.assert_allclose(out.data, VALUES[name](**plain), rtol=1e-12, atol=1e-14)
    weights = np.cos(np.arange(out.size)).reshape(out.shape)
    loss = (autograd.real(out) * weights + autograd.imag(out) * weights**2).sum()
    loss.backward()
    for argument, x in made.items():
        expected = np.zeros(x.shape, complex)
        for index in np.ndindex(x.shape):
            for step in (1e-6, 1e-6j):
                ends = []
                for side in (step, -step):
                    moved = x.copy()
                    moved[index] += side
                    found = function(**filled(name, keywords, {**leaves, argument: Tensor(moved)}))
                    total = found.data.real * weights + found.data.imag * weights**2
                    ends.append(total.sum())
                slope = (ends[0] - ends[1]) / 2e-6
                expected[index] += slope if step.imag == 0 else 1j * slope
        np.testing.assert_allclose(leaves[argument].grad.data, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3), (4, 3)), (nn.LayerNorm(3), (2, 3)), (nn.GroupNorm(1, 3), (2, 3)),
        (nn.RMSNorm(3), (2, 3)), (nn.InstanceNorm1d(3), (2, 3, 4)), (nn.ReLU(), (3,)),
        (nn.LeakyReLU(), (3,)), (nn.ELU(), (3,)), (nn.SELU(), (3,)), (nn.CELU(), (3,)),
        (nn.ReLU6(), (3,)), (nn.Hardtanh(), (3,)), (nn.Hardswish(), (3,)), (nn.Hardsigmoid(), (3,)),
        (nn.Softplus(), (3,)), (nn.Softshrink(), (3,)), (nn.Hardshrink(), (3,)),
        (nn.Threshold(0.1, 2.0), (3,)), (nn.PReLU(), (2, 3)), (nn.RReLU(), (3,)),
        (nn.MaxPool1d(2), (1, 2, 4)), (nn.AdaptiveMaxPool1d(3), (1, 2, 4)),
        (nn.LPPool1d(2, 2), (1, 2, 4)), (nn.LocalResponseNorm(2), (1, 3, 2)),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, nn.Module) else "",
)  # fmt: skip
def test_what_orders_numbers_is_refused(layer, shape) -> None:
    x = np.ones(shape) + 1j
    layer.to(np.complex128)
    with pytest.raises(TypeError, match="expected real numbers|no order"):
        layer(Tensor(x))
