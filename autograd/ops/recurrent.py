"""Recurrent networks: one step of a cell, and all steps of a layer, as one operation each."""

import numpy as np

from autograd.graph.tensor import value
from autograd.kernels import recurrent as kernels
from autograd.operation.op import op
from autograd.ops.elementwise import relu, sigmoid, tanh
from autograd.ops.matrix import linear
from autograd.ops.shapes import concatenate, copy, reshape, split, stack
from autograd.samples import error, sample

__all__ = ["gru", "gru_step", "lstm", "lstm_step", "rnn"]


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


# ---------------------------------------------------------------------- layers


def _run(step, x, state, weight_ih, bias_ih, reverse):
    """All steps of a cell, one by one: the states after each, and the last."""
    length, batch, width = np.shape(value(x))
    # What the inputs give to the gates of all steps is one product.
    shares = split(linear(reshape(x, (length * batch, width)), weight_ih, bias_ih), length, 0)
    outputs = []
    for share in reversed(shares) if reverse else shares:
        state = step(share, *state)
        outputs.append(state[0])
    # The last state is a result of its own, also where it is the only one.
    return stack(outputs[::-1] if reverse else outputs, 0), *map(copy, state)


def _prepared(gates, arrays):
    """The arrays of a layer in one dtype, in which it is computed, once their shapes are checked.

    Args:
        gates: how many gates the cell has.
        arrays: x, the parts of the state, weight_ih, weight_hh, bias_ih, bias_hh.

    Returns:
        The dtype of the results and the arrays.
    """
    x, *states, weight_ih, weight_hh, bias_ih, bias_hh = arrays
    if x.ndim != 3 or not len(x):
        raise ValueError("x must be (steps, batch, inputs) with one step or more")
    if weight_hh.ndim != 2 or len(weight_hh) != gates * weight_hh.shape[1]:
        raise ValueError(f"weight_hh must be ({gates} · features, features)")
    rows, width = weight_hh.shape
    if weight_ih.shape != (rows, x.shape[2]):
        raise ValueError(f"weight_ih must be ({rows}, {x.shape[2]})")
    if any(state.shape != (x.shape[1], width) for state in states):
        raise ValueError(f"the first state must be ({x.shape[1]}, {width})")
    if any(bias is not None and bias.shape != (rows,) for bias in (bias_ih, bias_hh)):
        raise ValueError(f"a bias must be ({rows},)")
    dtype = np.result_type(*(each for each in arrays if each is not None))
    return dtype, _as(_computing(dtype), *arrays)


def _computing(dtype):
    """float16 is computed in float32."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def _as(dtype, *arrays):
    return [None if each is None else each.astype(dtype, copy=False) for each in arrays]


def _sum(bias_ih, bias_hh):
    if bias_ih is None or bias_hh is None:
        return bias_hh if bias_ih is None else bias_ih
    return bias_ih + bias_hh


def _passed(arrays, gradients):
    """A layer's gradients in the dtypes of its arguments."""
    return [
        None if each is None or gradient is None else gradient.astype(each.dtype, copy=False)
        for each, gradient in zip(arrays, gradients, strict=True)
    ]


def _lstm_layer(x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reverse=False):
    def step(share, h, c):
        return lstm_step(share + linear(h, weight_hh, bias_hh), c)

    return _run(step, x, (h, c), weight_ih, bias_ih, reverse)


def _layer_errors(name, gates, states):
    shapes = [(2, 3)] * states
    return [
        error(ValueError, f"{name}: x must be", (2, 4), *shapes, (gates * 3, 4), (gates * 3, 3)),
        error(ValueError, f"{name}: x must be", (0, 2, 4), *shapes, (gates * 3, 4), (gates * 3, 3)),
        error(ValueError, f"{name}: weight_hh", (5, 2, 4), *shapes, (gates * 3, 4), (gates * 3, 2)),
        error(ValueError, f"{name}: weight_ih", (5, 2, 4), *shapes, (gates * 3, 5), (gates * 3, 3)),
        error(
            ValueError, f"{name}: the first state",
            (5, 2, 4), *[(1, 3)] * states, (gates * 3, 4), (gates * 3, 3),
        ),
        error(
            ValueError, f"{name}: a bias", (5, 2, 4), *shapes, (gates * 3, 4), (gates * 3, 3), (2,)
        ),
    ]  # fmt: skip


def _layer_samples(gates, states, **keywords):
    weights, bias = ((gates * 3, 2), (gates * 3, 3)), (gates * 3,)
    shapes = [(2, 3)] * states
    return [
        sample((3, 2, 2), *shapes, *weights, bias, bias, **keywords),
        sample((2, 2, 2), *shapes, *weights, reverse=True, **keywords),
        sample((1, 2, 2), *shapes, *weights, bias, **keywords),
        sample((2, 2, 2), *shapes, *weights, None, bias, reverse=True, **keywords),
    ]


@op(
    "general",
    symbol="LSTM",
    arrays=("x", "h", "c", "weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    composed=_lstm_layer,
    residuals=("parts", "squashed"),
    samples=_layer_samples(4, 2),
    errors=_layer_errors("lstm", 4, 2),
    pytorch=None,
    helper=True,
)
def lstm(x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reverse=False):
    """A layer of long short-term memory over a whole sequence: `lstm_step` at every step.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first hidden state.
        c: (batch, features), the first state of the cells.
        weight_ih: (4 · features, inputs), for the gates i, f, g and o.
        weight_hh: (4 · features, features).
        bias_ih: (4 · features,) or None.
        bias_hh: (4 · features,) or None.
        reverse: whether the sequence is read from its end.

    Returns:
        h of all steps, (steps, batch, features), and the last h and c.

    >>> zeros = autograd.zeros
    >>> sizes = ((2, 1, 1), (1, 1), (1, 1), (4, 1), (4, 1))
    >>> [each.shape for each in lstm(*map(zeros, sizes))]
    [(2, 1, 1), (1, 1), (1, 1)]
    """
    dtype, arrays = _prepared(4, (x, h, c, weight_ih, weight_hh, bias_ih, bias_hh))
    x, h, c, weight_ih, weight_hh, bias_ih, bias_hh = arrays
    outputs, c, parts, squashed = kernels.lstm(
        x, h, c, weight_ih, weight_hh, _sum(bias_ih, bias_hh), reverse
    )
    last = outputs[0 if reverse else -1].copy()
    return tuple(_as(dtype, outputs, last, c)), parts, squashed


def _lstm_raw(g, x, h, c, weight_ih, weight_hh, bias_ih, bias_hh, out0, parts, squashed, reverse):
    given = (x, h, c, weight_ih, weight_hh, bias_ih, bias_hh)
    g, g_h, g_c, x, h, w_ih, w_hh, outputs = _as(parts.dtype, *g, x, h, weight_ih, weight_hh, out0)
    net, d_h, d_c = kernels.lstm_adjoint(g, g_h, g_c, w_hh, outputs, parts, squashed, reverse)
    d_ih, d_hh, d_bias = kernels.weight_gradients(net, x, outputs, h, reverse)
    return _passed(given, [net @ w_ih, d_h, d_c, d_ih, d_hh, d_bias, d_bias])


lstm.vjp_raw(_lstm_raw)


def _gru_layer(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reverse=False):
    def step(share, h):
        return (gru_step(share, linear(h, weight_hh, bias_hh), h),)

    return _run(step, x, (h,), weight_ih, bias_ih, reverse)


@op(
    "general",
    symbol="GRU",
    arrays=("x", "h", "weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    composed=_gru_layer,
    residuals=("gates", "hidden"),
    samples=_layer_samples(3, 1),
    errors=_layer_errors("gru", 3, 1),
    pytorch=None,
    helper=True,
)
def gru(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reverse=False):
    """A layer of gated recurrent units over a whole sequence: `gru_step` at every step.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first state.
        weight_ih: (3 · features, inputs), for the gates r, z and n.
        weight_hh: (3 · features, features).
        bias_ih: (3 · features,) or None.
        bias_hh: (3 · features,) or None.
        reverse: whether the sequence is read from its end.

    Returns:
        h of all steps, (steps, batch, features), and the last h.

    >>> [each.shape for each in gru(*map(autograd.zeros, ((2, 1, 1), (1, 1), (3, 1), (3, 1))))]
    [(2, 1, 1), (1, 1)]
    """
    dtype, arrays = _prepared(3, (x, h, weight_ih, weight_hh, bias_ih, bias_hh))
    outputs, gates, hidden = kernels.gru(*arrays, reverse)
    last = outputs[0 if reverse else -1].copy()
    return tuple(_as(dtype, outputs, last)), gates, hidden


def _gru_raw(g, x, h, weight_ih, weight_hh, bias_ih, bias_hh, out0, gates, hidden, reverse):
    given = (x, h, weight_ih, weight_hh, bias_ih, bias_hh)
    g, g_h, x, h, w_ih, w_hh, outputs = _as(gates.dtype, *g, x, h, weight_ih, weight_hh, out0)
    net, of_n, d_h = kernels.gru_adjoint(g, g_h, h, outputs, w_hh, gates, hidden, reverse)
    _, d_hh, d_bias_hh = kernels.weight_gradients(net, x, outputs, h, reverse)
    net[..., -of_n.shape[-1] :] = of_n
    d_ih, _, d_bias_ih = kernels.weight_gradients(net, x, outputs, h, reverse)
    return _passed(given, [net @ w_ih, d_h, d_ih, d_hh, d_bias_ih, d_bias_hh])


gru.vjp_raw(_gru_raw)


def _rnn_layer(
    x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh", reverse=False
):
    function = relu if nonlinearity == "relu" else tanh

    def step(share, h):
        return (function(share + linear(h, weight_hh, bias_hh)),)

    return _run(step, x, (h,), weight_ih, bias_ih, reverse)


@op(
    "general",
    symbol="RNN",
    arrays=("x", "h", "weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    composed=_rnn_layer,
    samples=[*_layer_samples(1, 1), *_layer_samples(1, 1, nonlinearity="relu")],
    errors=[
        *_layer_errors("rnn", 1, 1),
        error(
            ValueError, "rnn: nonlinearity must be 'tanh' or 'relu'",
            (5, 2, 4), (2, 3), (3, 4), (3, 3), nonlinearity="cos",
        ),
    ],
    pytorch=None,
    helper=True,
)  # fmt: skip
def rnn(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh", reverse=False):
    """A layer of Elman's network over a whole sequence: `h' = tanh(W_ih x + W_hh h + b)`.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first state.
        weight_ih: (features, inputs).
        weight_hh: (features, features).
        bias_ih: (features,) or None.
        bias_hh: (features,) or None.
        nonlinearity: "tanh" or "relu".
        reverse: whether the sequence is read from its end.

    Returns:
        h of all steps, (steps, batch, features), and the last h.

    References:
        J. Elman (1990), Finding structure in time.

    >>> [each.shape for each in rnn(*map(autograd.zeros, ((2, 1, 1), (1, 1), (1, 1), (1, 1))))]
    [(2, 1, 1), (1, 1)]
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
    if nonlinearity == "relu" and np.result_type(x, h, weight_ih, weight_hh).kind == "c":
        raise TypeError("expected real numbers for relu; complex ones have no order")
    dtype, arrays = _prepared(1, (x, h, weight_ih, weight_hh, bias_ih, bias_hh))
    x, h, weight_ih, weight_hh, bias_ih, bias_hh = arrays
    outputs = kernels.rnn(
        x, h, weight_ih, weight_hh, _sum(bias_ih, bias_hh), nonlinearity == "relu", reverse
    )
    return tuple(_as(dtype, outputs, outputs[0 if reverse else -1].copy()))


def _rnn_raw(g, x, h, weight_ih, weight_hh, bias_ih, bias_hh, out0, nonlinearity, reverse):
    given = (x, h, weight_ih, weight_hh, bias_ih, bias_hh)
    dtype = _computing(out0.dtype)
    g, g_h, x, h, w_ih, w_hh, outputs = _as(dtype, *g, x, h, weight_ih, weight_hh, out0)
    net, d_h = kernels.rnn_adjoint(g, g_h, h, outputs, w_hh, nonlinearity == "relu", reverse)
    d_ih, d_hh, d_bias = kernels.weight_gradients(net, x, outputs, h, reverse)
    return _passed(given, [net @ w_ih, d_h, d_ih, d_hh, d_bias, d_bias])


rnn.vjp_raw(_rnn_raw)
