"""Sequences of different lengths, and parametrized weights, against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from autograd import Tensor  # noqa: E402
from nn.utils import parametrizations, rnn, spectral_norm  # noqa: E402
from tests.nn.pytorch.twin import (  # noqa: E402
    assert_close,
    assert_same_function,
    assert_same_model,
    normal,
    share_weights,
)

theirs_rnn = torch.nn.utils.rnn
LENGTHS = [2, 5, 3, 5, 1]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("given", [False, True])
def test_recurrent_layers_over_packed_sequences(name, bidirectional, batch_first, given):
    settings = {"num_layers": 2, "bidirectional": bidirectional, "batch_first": batch_first}
    if name == "LSTM":
        settings["proj_size"] = 2
    ours, theirs = getattr(nn, name)(3, 4, **settings), getattr(torch.nn, name)(3, 4, **settings)
    share_weights(ours, theirs)
    x = normal(5, 5, 3)
    count = 4 if bidirectional else 2
    states = [normal(count, 5, size, seed=size) for size in ((2, 4) if name == "LSTM" else (4,))]
    states = states if given else []

    def run(module, tools, as_lengths):
        def function(x, *states):
            packed = tools.pack_padded_sequence(
                x, as_lengths, batch_first=batch_first, enforce_sorted=False
            )
            state = states if len(states) > 1 else states[0] if states else None
            out, last = module(packed, state)
            padded, lengths = tools.pad_packed_sequence(out, batch_first, -1.0, 6)
            assert lengths.tolist() == LENGTHS if module is theirs else True
            return padded, *(last if isinstance(last, tuple) else (last,))

        return function

    assert_same_function(
        run(ours, rnn, LENGTHS), run(theirs, theirs_rnn, torch.tensor(LENGTHS)), x, *states
    )
    for (key, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert_close(a.grad, b.grad, 1e-11, key)


def test_packing_and_padding():
    arrays = [normal(n, 2, seed=n) for n in LENGTHS]
    ours, theirs = [Tensor(a) for a in arrays], [torch.from_numpy(a) for a in arrays]
    for settings in ({}, {"batch_first": True}, {"padding_value": 7.0, "padding_side": "left"}):
        np.testing.assert_array_equal(
            rnn.pad_sequence(ours, **settings).data, theirs_rnn.pad_sequence(theirs, **settings)
        )
    packed = rnn.pack_sequence(ours, enforce_sorted=False)
    expected = theirs_rnn.pack_sequence(theirs, enforce_sorted=False)
    np.testing.assert_array_equal(packed.data.data, expected.data)
    np.testing.assert_array_equal(packed.batch_sizes.data, expected.batch_sizes)
    for a, b in zip(rnn.unpack_sequence(packed), arrays, strict=True):
        np.testing.assert_array_equal(a.data, b)
    padded = rnn.pad_sequence(ours)
    for a, b in zip(rnn.unpad_sequence(padded, LENGTHS), arrays, strict=True):
        np.testing.assert_array_equal(a.data, b)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "make", [lambda nn: nn.Linear(4, 3), lambda nn: nn.ConvTranspose2d(2, 3, 2)]
)
def test_spectral_norm(make, training):
    x = normal(2, 4) if isinstance(make(nn), nn.Linear) else normal(2, 2, 3, 3)
    for ours, theirs in (
        (spectral_norm, torch.nn.utils.spectral_norm),
        (parametrizations.spectral_norm, torch.nn.utils.parametrizations.spectral_norm),
    ):
        a, b = ours(make(nn)), theirs(make(torch.nn))
        a.train(training)
        b.train(training)
        assert_same_model(a, b, x)


@pytest.mark.parametrize("orthogonal_map", [None, "matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5)])
def test_orthogonal(shape, orthogonal_map):
    ours, theirs = nn.Linear(*shape), torch.nn.Linear(*shape)
    parametrizations.orthogonal(ours, orthogonal_map=orthogonal_map)
    torch.nn.utils.parametrizations.orthogonal(theirs, orthogonal_map=orthogonal_map)
    original = theirs.parametrizations.weight.original
    with torch.no_grad():  # away from where all maps are the identity
        original += 0.3 * torch.randn(original.shape).tril(-1 if orthogonal_map != "cayley" else 0)
    assert_same_model(ours, theirs, normal(2, shape[0]), precision=1e-10)


def test_weight_norm():
    for dim in (0, 1, None):
        ours, theirs = nn.Linear(3, 4), torch.nn.Linear(3, 4)
        parametrizations.weight_norm(ours, dim=dim)
        torch.nn.utils.parametrizations.weight_norm(theirs, dim=dim)
        assert_same_model(ours, theirs, normal(2, 3))
