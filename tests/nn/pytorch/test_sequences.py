"""Recurrent layers, attention and Transformers against PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from tests.nn.pytorch.twin import (  # noqa: E402
    Fixed,
    assert_close,
    assert_same_function,
    assert_same_model,
    normal,
    share_weights,
)

RECURRENT = [
    ("RNN", (3, 4), {}),
    ("RNN", (3, 4, 2), {"nonlinearity": "relu", "bidirectional": True}),
    ("LSTM", (3, 4), {}),
    ("LSTM", (3, 4, 2), {"bidirectional": True, "bias": False}),
    ("LSTM", (3, 4, 2), {"proj_size": 2, "bidirectional": True}),
    ("GRU", (3, 4, 2), {"bidirectional": True}),
    ("GRU", (3, 4), {"bias": False}),
]
IDS = [f"{name}{arguments}{settings or ''}" for name, arguments, settings in RECURRENT]


@pytest.mark.parametrize(("name", "arguments", "settings"), RECURRENT, ids=IDS)
@pytest.mark.parametrize("layout", ["steps first", "batch first", "one sequence"])
def test_recurrent_layer(name, arguments, settings, layout):
    batch_first = layout == "batch first"
    ours = getattr(nn, name)(*arguments, batch_first=batch_first, **settings)
    theirs = getattr(torch.nn, name)(*arguments, batch_first=batch_first, **settings)
    x = normal(5, 3) if layout == "one sequence" else normal(5, 2, 3)
    assert_same_model(ours, theirs, x)


@pytest.mark.parametrize(("name", "arguments", "settings"), RECURRENT, ids=IDS)
def test_recurrent_layer_from_a_given_state(name, arguments, settings):
    ours, theirs = (getattr(library, name)(*arguments, **settings) for library in (nn, torch.nn))
    count = (arguments[2] if len(arguments) > 2 else 1) * (
        2 if settings.get("bidirectional") else 1
    )
    state = normal(count, 2, settings.get("proj_size") or 4, seed=1)
    if name == "LSTM":
        state = (Fixed(state), Fixed(normal(count, 2, 4, seed=2)))
    assert_same_model(ours, theirs, normal(5, 2, 3), state)


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("bias", [True, False])
def test_cell(name, bias):
    ours, theirs = getattr(nn, name)(3, 4, bias), getattr(torch.nn, name)(3, 4, bias)
    assert_same_model(ours, theirs, normal(2, 3))
    state = normal(2, 4, seed=1)
    if name == "LSTMCell":
        state = (Fixed(state), Fixed(normal(2, 4, seed=2)))
    assert_same_function(ours, theirs, normal(2, 3), state)
    assert_same_model(ours, theirs, normal(3))


def test_relu_cell():
    ours = nn.RNNCell(3, 4, nonlinearity="relu")
    assert_same_model(ours, torch.nn.RNNCell(3, 4, nonlinearity="relu"), normal(2, 3))


CAUSAL = ~np.tri(4, 5, dtype=bool)
PADDING = np.array([[False, False, True, True, True], [False] * 5])

ATTENTION = [
    ({}, {}),
    ({"bias": False}, {}),
    ({"batch_first": True}, {"need_weights": False}),
    ({"kdim": 3, "vdim": 5}, {"average_attn_weights": False}),
    ({"add_bias_kv": True, "add_zero_attn": True}, {"key_padding_mask": PADDING}),
    ({}, {"attn_mask": CAUSAL}),
    ({}, {"attn_mask": normal(8, 4, 5, seed=5)}),
    ({}, {"key_padding_mask": PADDING}),
]


@pytest.mark.filterwarnings("ignore:Support for mismatched key_padding_mask")
@pytest.mark.parametrize(("settings", "masks"), ATTENTION)
def test_multihead_attention(settings, masks):
    ours = nn.MultiheadAttention(8, 4, **settings)
    theirs = torch.nn.MultiheadAttention(8, 4, **settings)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.from_numpy(normal(*parameter.shape, seed=3)))
    kdim, vdim = settings.get("kdim", 8), settings.get("vdim", 8)
    inputs = [normal(4, 2, 8), normal(5, 2, kdim, seed=1), normal(5, 2, vdim, seed=2)]
    if settings.get("batch_first"):
        inputs = [np.ascontiguousarray(x.swapaxes(0, 1)) for x in inputs]
    fixed = {
        name: Fixed(mask) if isinstance(mask, np.ndarray) else mask for name, mask in masks.items()
    }
    _assert_same_with_masks(ours, theirs, inputs, fixed)


def _assert_same_with_masks(ours, theirs, inputs, keywords):
    def ours_with(*tensors):
        return ours(*tensors, **{n: _array(v) for n, v in keywords.items()})

    def theirs_with(*tensors):
        return theirs(
            *tensors,
            **{n: torch.from_numpy(v.array) if isinstance(v, Fixed) else v
               for n, v in keywords.items()},
        )  # fmt: skip

    share_weights(ours, theirs)
    assert_same_function(ours_with, theirs_with, *inputs)
    gradients = {name: parameter.grad for name, parameter in ours.named_parameters()}
    for name, parameter in theirs.named_parameters():
        assert_close(gradients[name], parameter.grad, 1e-12, name)


def _array(keyword):
    return keyword.array if isinstance(keyword, Fixed) else keyword


def test_self_attention_and_one_sequence():
    def self_attention(layer):
        return lambda x: layer(x, x, x)

    ours, theirs = nn.MultiheadAttention(8, 2), torch.nn.MultiheadAttention(8, 2)
    share_weights(ours, theirs)
    assert_same_function(self_attention(ours), self_attention(theirs), normal(4, 3, 8))
    assert_same_function(self_attention(ours), self_attention(theirs), normal(4, 8))


@pytest.mark.parametrize("mask", [None, "causal", "bool", "added"])
def test_scaled_dot_product_attention(mask):
    inputs = [normal(2, 3, 4, 6), normal(2, 3, 5, 6, seed=1), normal(2, 3, 5, 7, seed=2)]
    given = {"bool": np.tri(4, 5, dtype=bool), "added": normal(3, 4, 5, seed=3)}.get(mask)
    assert_same_function(
        lambda q, k, v: nn.functional.scaled_dot_product_attention(
            q, k, v, given, is_causal=mask == "causal"
        ),
        lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(
            q, k, v, None if given is None else torch.from_numpy(given),
            is_causal=mask == "causal",
        ),
        *inputs,
    )  # fmt: skip


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_encoder_layer(norm_first, activation):
    settings = {"norm_first": norm_first, "activation": activation, "dropout": 0.0}
    ours = nn.TransformerEncoderLayer(8, 2, 16, **settings)
    theirs = torch.nn.TransformerEncoderLayer(8, 2, 16, **settings)
    assert_same_model(ours, theirs, normal(5, 3, 8))


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer(norm_first):
    settings = {"norm_first": norm_first, "dropout": 0.0, "batch_first": True}
    ours = nn.TransformerDecoderLayer(8, 2, 16, **settings)
    theirs = torch.nn.TransformerDecoderLayer(8, 2, 16, **settings)
    assert_same_model(ours, theirs, normal(3, 5, 8), normal(3, 4, 8, seed=1))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_transformer_in_evaluation():
    ours = nn.Transformer(8, 2, 2, 2, 16).eval()
    theirs = torch.nn.Transformer(8, 2, 2, 2, 16).eval()
    assert_same_model(ours, theirs, normal(5, 3, 8), normal(4, 3, 8, seed=1), precision=1e-11)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_transformer_with_masks():
    ours, theirs = nn.Transformer(8, 2, 1, 1, 16, 0.0), torch.nn.Transformer(8, 2, 1, 1, 16, 0.0)
    masks = {
        "tgt_mask": Fixed(np.where(np.tri(4, dtype=bool), 0.0, -np.inf)),
        "src_key_padding_mask": Fixed(np.array([[False] * 5, [False] * 3 + [True] * 2])),
    }
    _assert_same_with_masks(ours, theirs, [normal(5, 2, 8), normal(4, 2, 8, seed=1)], masks)
