"""Sequences of different lengths: packed ones compute what each would alone."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from autograd.testing import assert_gradients
from nn.utils import rnn

RNG = np.random.default_rng(0)
LENGTHS = [2, 4, 1, 4]
SEQUENCES = [Tensor(RNG.standard_normal((n, 3))) for n in LENGTHS]


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_each_sequence_is_computed_as_if_alone(name, bidirectional):
    layer = getattr(nn, name)(3, 4, num_layers=2, bidirectional=bidirectional, dtype=float)
    out, state = layer(rnn.pack_sequence(SEQUENCES, enforce_sorted=False))
    states = state if isinstance(state, tuple) else (state,)
    for row, (each, sequence) in enumerate(zip(rnn.unpack_sequence(out), SEQUENCES, strict=True)):
        alone, last = layer(sequence)
        np.testing.assert_allclose(each.data, alone.data, atol=1e-12)
        for a, b in zip(states, last if isinstance(last, tuple) else (last,), strict=True):
            np.testing.assert_allclose(a.data[:, row], b.data, atol=1e-12)


def test_gradients_flow_through_packing():
    layer = nn.GRU(3, 2, bidirectional=True, dtype=float).requires_grad_(False)

    def function(x):
        packed = rnn.pack_padded_sequence(x, [3, 1], enforce_sorted=True)
        return rnn.pad_packed_sequence(layer(packed)[0])[0]

    assert_gradients(function, RNG.standard_normal((3, 2, 3)), properties="-P14")  # float64


def test_indices_and_text_lengths_pack_too():
    packed = rnn.pack_padded_sequence(np.array([[5, 6, 7], [8, 0, 0]]), Tensor([3, 1]), True)
    np.testing.assert_array_equal(packed.data.data, [5, 8, 6, 7])
    table = nn.Embedding(9, 2)
    embedded = packed._replace(data=table(packed.data))
    out, _ = nn.LSTM(2, 3)(embedded)
    assert out.data.shape == (4, 3)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: rnn.pack_sequence(SEQUENCES), ValueError, "the longest must come first"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [4, 1]), ValueError, "from 1 to 3"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [3, 0]), ValueError, "from 1 to 3"),
        (lambda: rnn.pack_padded_sequence(np.ones((3, 2)), [3]), ValueError, "must be 2 integers"),
        (lambda: rnn.pad_sequence([]), ValueError, "got none"),
        (lambda: rnn.pad_sequence(np.ones((2, 3))), TypeError, "expected a list of sequences"),
        (
            lambda: rnn.pad_sequence([Tensor([1.0]), Tensor([1])]), ValueError, "differ in length",
        ),
        (lambda: rnn.pad_packed_sequence(np.ones(3)), TypeError, "expected a PackedSequence"),
        (
            lambda: rnn.pad_packed_sequence(rnn.pack_sequence(SEQUENCES[1:2]), total_length=2),
            ValueError,
            "total_length 2 is less",
        ),
        (
            lambda: nn.LSTM(2, 3, dtype=float)(rnn.pack_sequence(SEQUENCES[1:2])),
            ValueError,
            r"expected packed data \(elements, 2\)",
        ),
    ],
)  # fmt: skip
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_padding_is_not_learned_from():
    autograd.manual_seed(0)
    layer = nn.LSTM(3, 2, dtype=float)
    padded = rnn.pad_sequence(SEQUENCES, padding_value=1e3)
    packed = rnn.pack_padded_sequence(padded, LENGTHS, enforce_sorted=False)
    layer(packed)[0].data.sum().backward()
    first = [each.grad.data.copy() for each in layer.parameters()]
    layer.zero_grad()
    layer(rnn.pack_sequence(SEQUENCES, enforce_sorted=False))[0].data.sum().backward()
    for a, b in zip(first, layer.parameters(), strict=True):
        np.testing.assert_array_equal(a, b.grad.data)
