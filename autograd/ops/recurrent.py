"""One step of a gated recurrent network as one operation: what decides how fast they train."""

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.operation.record import error, sample
from autograd.ops.elementwise import sigmoid, tanh
from autograd.ops.shapes import concatenate

__all__ = ["gru_step", "lstm_step"]


def _parts(gates, count):
    """The gates, equal parts of the last axis."""
    width = np.shape(value(gates))[-1] // count
    return [gates[..., i * width : (i + 1) * width] for i in range(count)]


def _lstm_composed(gates, c):
    i, f, g, o = _parts(gates, 4)
    new = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(new), new


@op(
    "general",
    symbol="LSTM",
    composed=_lstm_composed,
    samples=[sample((2, 12), (2, 3)), sample((4,), (1,))],
    errors=[error(ValueError, r"lstm_step: gates must have 4 · 3 features", (2, 9), (2, 3))],
    pytorch=None,
    helper=True,
)
def lstm_step(gates, c):
    """`c' = σ(f) c + σ(i) tanh(g)`, `h' = σ(o) tanh(c')`.

    Args:
        gates: (..., 4 · features), the net inputs of i, f, g and o side by side.
        c: (..., features), the cell's state.

    Returns:
        h' and c', both (..., features).

    >>> h, c = lstm_step(Tensor([0.0, 0.0, 0.0, 0.0]), Tensor([2.0]))
    >>> c
    Tensor([1.])
    """
    if gates.shape != (*c.shape[:-1], 4 * c.shape[-1]):
        raise ValueError(f"gates must have 4 · {c.shape[-1]} features")
    return _lstm_composed(gates, c)


def _lstm_all(g, gates, c, out):
    g_h, g_c = g
    i, f, candidate, o = _parts(gates, 4)
    i, f, candidate, o = sigmoid(i), sigmoid(f), tanh(candidate), sigmoid(o)
    squashed = tanh(out[1])
    g_new = g_c + g_h * o * (1 - squashed * squashed)
    g_gates = [
        g_new * candidate * i * (1 - i),
        g_new * c * f * (1 - f),
        g_new * i * (1 - candidate * candidate),
        g_h * squashed * o * (1 - o),
    ]
    return concatenate(g_gates, -1), g_new * f


lstm_step.vjp_all(_lstm_all)


def _gru_composed(gates, hidden_gates, h):
    r, z, n = _parts(gates, 3)
    hidden_r, hidden_z, hidden_n = _parts(hidden_gates, 3)
    r, z = sigmoid(r + hidden_r), sigmoid(z + hidden_z)
    n = tanh(n + r * hidden_n)
    return n + z * (h - n)


@op(
    "general",
    symbol="GRU",
    composed=_gru_composed,
    samples=[sample((2, 9), (2, 9), (2, 3)), sample((3,), (3,), (1,))],
    errors=[
        error(ValueError, r"gru_step: .*must have 3 · 3 features", (2, 6), (2, 9), (2, 3)),
    ],
    pytorch=None,
    helper=True,
)
def gru_step(gates, hidden_gates, h):
    """`h' = (1 - z) n + z h` with `r, z = σ(...)`, `n = tanh(n_x + r n_h)`.

    Args:
        gates: (..., 3 · features), what the input gives to r, z and n, side by side.
        hidden_gates: the same of the hidden state.
        h: (..., features), the hidden state.

    Returns:
        h', (..., features).

    >>> gru_step(Tensor([0.0, 0.0, 0.0]), Tensor([0.0, 0.0, 0.0]), Tensor([2.0]))
    Tensor([1.])
    """
    expected = (*h.shape[:-1], 3 * h.shape[-1])
    if gates.shape != expected or hidden_gates.shape != expected:
        raise ValueError(f"both kinds of gates must have 3 · {h.shape[-1]} features")
    return _gru_composed(gates, hidden_gates, h)


def _gru_all(g, gates, hidden_gates, h):
    r, z, n = _parts(gates, 3)
    hidden_r, hidden_z, hidden_n = _parts(hidden_gates, 3)
    r, z = sigmoid(r + hidden_r), sigmoid(z + hidden_z)
    n = tanh(n + r * hidden_n)
    g_n = g * (1 - z) * (1 - n * n)
    g_z = g * (h - n) * z * (1 - z)
    g_r = g_n * hidden_n * r * (1 - r)
    return concatenate([g_r, g_z, g_n], -1), concatenate([g_r, g_z, g_n * r], -1), g * z


gru_step.vjp_all(_gru_all)
