"""Recurrent layers over whole sequences: LSTM, GRU and RNN, forward and backward.

One call computes all steps of one layer in one direction. What does not depend on the step before
is done for many steps at once: the products of the input with its weights, the factors of the
backward pass, and every gradient of a weight, which is one product over all steps.

Method: in the forward pass the gates of a step lie one behind the other, (gates, batch, features),
so that each is contiguous: elementwise work on runs of 64 numbers takes twice as long as on 2,048.
A sigmoid is `½ + ½ tanh(z / 2)` with the half in the weights, so that one tanh serves all gates; it
is a third faster than an exponential and exact to the last digit of the sum. In the backward pass
the gates lie side by side, (batch, gates, features), as the products with the weights take them.
"""

from collections.abc import Iterator

import numpy as np

from autograd.kernels.windows import Array

# The factors of a backward pass are computed for about so many numbers of a gate at once: with
# their temporary arrays they stay in a megabyte of cache, and NumPy's calls cost little; half as
# many take 7 % longer, a quarter 17 %.
_BLOCK = 2**14


def lstm(
    x: Array,
    h: Array,
    c: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array | None,
    reverse: bool,
) -> tuple[Array, Array, Array, Array]:
    """All steps of an LSTM: `c' = f c + i g`, `h' = o tanh(c')`.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first state.
        c: likewise, the first cell.
        weight_ih: (4 · features, inputs), the gates in the order i, f, g, o.
        weight_hh: (4 · features, features).
        bias: (4 · features,) or None.
        reverse: whether the last step comes first.

    Returns:
        h' of all steps (steps, batch, features), the last c', and what `lstm_adjoint` reads: for
        every step o, i, f, g and the c before it (steps, 5, batch, features), and tanh c'.

    >>> zeros = np.zeros
    >>> outputs, c, *_ = lstm(zeros((5, 1, 2)), zeros((1, 3)), np.ones((1, 3)), zeros((12, 2)),
    ...                       zeros((12, 3)), None, False)
    >>> outputs.shape, c
    ((5, 1, 3), array([[0.03125, 0.03125, 0.03125]]))
    """
    steps, (batch, width) = len(x), h.shape
    order = [3, 0, 1, 2]  # the three sigmoids side by side, and i, f beside g, c
    halves = np.array([0.5, 0.5, 0.5, 1], x.dtype)[:, np.newaxis, np.newaxis]
    from_state = _by_gate(weight_hh, order, halves)
    parts = np.empty((steps, 5, batch, width), x.dtype)
    _from_inputs(x, weight_ih, bias, order, halves, parts[:, :4])
    outputs = np.empty((steps, batch, width), x.dtype)
    squashed = np.empty_like(outputs)
    total = np.empty((4, batch, width), x.dtype)
    products = np.empty((2, batch, width), x.dtype)
    kept, added = products
    half = x.dtype.type(0.5)
    for t in _steps(steps, reverse):
        now, tanh, out = parts[t], squashed[t], outputs[t]
        gates, sigmoids = now[:4], now[:3]
        np.matmul(h, from_state, total)
        total += gates
        np.tanh(total, gates)
        sigmoids *= half
        sigmoids += half
        now[4] = c
        np.multiply(now[1:3], now[3:], products)
        c = kept + added
        np.tanh(c, tanh)
        np.multiply(now[0], tanh, out)
        h = out
    return outputs, c, parts, squashed


def lstm_adjoint(
    g: Array | None,
    g_h: Array | None,
    g_c: Array | None,
    weight_hh: Array,
    outputs: Array,
    parts: Array,
    squashed: Array,
    reverse: bool,
) -> tuple[Array, Array, Array]:
    """The adjoint of `lstm` with respect to the gates before their functions.

    Args:
        g: the gradient of h' of all steps, or None for zeros.
        g_h: further gradient of the last h', or None.
        g_c: the gradient of the last c', or None.
        weight_hh: as in `lstm`.
        outputs: as `lstm` returns them.
        parts: likewise.
        squashed: likewise.
        reverse: as in `lstm`.

    Returns:
        The gradients of the gates' net inputs (steps, batch, 4 · features) in the order i, f, g, o,
        of the first h, and of the first c.
    """
    steps, batch, width = outputs.shape
    slopes = np.empty((steps, 4, batch, width), outputs.dtype)  # of i, f, g by c', of o by h'
    through = np.empty_like(outputs)  # dc' / dh'
    for block in _blocks(steps, batch * width):
        now, slope, h = parts[block], slopes[block], outputs[block]
        o, i_f, g_c_before = now[:, 0], now[:, 1:3], now[:, 3:]
        product = i_f * g_c_before
        np.multiply(product, i_f, slope[:, :2])
        np.subtract(product, slope[:, :2], slope[:, :2])
        np.multiply(product[:, 0], now[:, 3], slope[:, 2])
        np.subtract(now[:, 1], slope[:, 2], slope[:, 2])
        np.multiply(o, h, slope[:, 3])
        np.subtract(h, slope[:, 3], slope[:, 3])
        np.multiply(h, squashed[block], through[block])
        np.subtract(o, through[block], through[block])
    net = np.empty((steps, batch, 4, width), outputs.dtype)
    shape = (batch, width)
    d_h = np.zeros(shape, net.dtype) if g_h is None else g_h.astype(net.dtype)
    d_c = np.zeros(shape, net.dtype) if g_c is None else g_c.astype(net.dtype)
    product = np.empty_like(d_c)
    for t in _steps(steps, not reverse):
        if g is not None:
            d_h += g[t]
        np.multiply(d_h, through[t], product)
        d_c += product
        slope, rows = slopes[t], net[t]
        by_c, by_h = slope[:3], slope[3]
        by_c *= d_c
        by_h *= d_h
        rows[...] = slope.swapaxes(0, 1)
        d_c *= parts[t, 2]
        np.matmul(rows.reshape(batch, 4 * width), weight_hh, d_h)
    return net.reshape(steps, batch, 4 * width), d_h, d_c


def gru(
    x: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias_ih: Array | None,
    bias_hh: Array | None,
    reverse: bool,
) -> tuple[Array, Array, Array]:
    """All steps of a GRU: `h' = n + z (h - n)` with `n = tanh(n_x + r n_h)`.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first state.
        weight_ih: (3 · features, inputs), the gates in the order r, z, n.
        weight_hh: (3 · features, features).
        bias_ih: (3 · features,) or None.
        bias_hh: likewise.
        reverse: whether the last step comes first.

    Returns:
        h' of all steps (steps, batch, features), and what `gru_adjoint` reads: the gates r, z, n
        (steps, 3, batch, features), and n_h of all steps.
    """
    steps, (batch, width) = len(x), h.shape
    order = [0, 1, 2]
    halves = np.array([0.5, 0.5, 1], x.dtype)[:, np.newaxis, np.newaxis]
    from_state = _by_gate(weight_hh, order, halves)
    bias, bias_n = bias_ih, None
    if bias_hh is not None:
        bias_n = bias_hh[2 * width :]
        shared = np.concatenate([bias_hh[: 2 * width], np.zeros_like(bias_n)])
        bias = shared if bias is None else bias + shared
    gates = np.empty((steps, 3, batch, width), x.dtype)
    _from_inputs(x, weight_ih, bias, order, halves, gates)
    outputs = np.empty((steps, batch, width), x.dtype)
    hidden = np.empty_like(outputs)
    total = np.empty((3, batch, width), x.dtype)
    product = np.empty_like(h)
    half = x.dtype.type(0.5)
    for t in _steps(steps, reverse):
        now, n_h = gates[t], hidden[t]
        np.matmul(h, from_state, total)
        sigmoids, n = now[:2], now[2]
        sigmoids += total[:2]
        np.tanh(sigmoids, sigmoids)
        sigmoids *= half
        sigmoids += half
        if bias_n is None:
            n_h[...] = total[2]
        else:
            np.add(total[2], bias_n, n_h)
        np.multiply(sigmoids[0], n_h, product)
        n += product
        np.tanh(n, n)
        out = outputs[t]
        np.subtract(h, n, out)
        out *= sigmoids[1]
        out += n
        h = out
    return outputs, gates, hidden


def gru_adjoint(
    g: Array | None,
    g_h: Array | None,
    h: Array,
    outputs: Array,
    weight_hh: Array,
    gates: Array,
    hidden: Array,
    reverse: bool,
) -> tuple[Array, Array, Array]:
    """The adjoint of `gru` with respect to the gates before their functions.

    Args:
        g: the gradient of h' of all steps, or None for zeros.
        g_h: further gradient of the last h', or None.
        h: the first state.
        outputs: h' of all steps.
        weight_hh: as in `gru`.
        gates: as `gru` returns them.
        hidden: likewise.
        reverse: as in `gru`.

    Returns:
        The gradients of what the state gives to the gates (steps, batch, 3 · features), of what
        the input gives to n (steps, batch, features), and of the first h. What the input gives to
        r and z has the same gradient as what the state gives to them.
    """
    steps, batch, width = outputs.shape
    net = np.empty((steps, batch, 3, width), outputs.dtype)
    candidate = np.empty_like(outputs)
    before = _states_before(outputs, h, reverse)
    for block in _blocks(steps, batch * width):
        r, z, n = gates[block].swapaxes(0, 1)
        slopes, to_n = net[block], candidate[block]
        rest = 1 - z
        np.subtract(1, n * n, to_n)
        to_n *= rest
        rest *= z
        np.multiply(before[block] - n, rest, slopes[:, :, 1])
        through = to_n * r
        slopes[:, :, 2] = through
        through *= hidden[block]
        np.multiply(through, 1 - r, slopes[:, :, 0])
    d_h = np.zeros_like(h) if g_h is None else g_h.astype(h.dtype)
    passed = np.empty_like(h)
    for t in _steps(steps, not reverse):
        if g is not None:
            d_h += g[t]
        now, to_n = net[t], candidate[t]
        now *= d_h[:, np.newaxis]
        to_n *= d_h
        np.matmul(now.reshape(batch, 3 * width), weight_hh, passed)
        d_h *= gates[t, 1]
        d_h += passed
    return net.reshape(steps, batch, 3 * width), candidate, d_h


def rnn(
    x: Array,
    h: Array,
    weight_ih: Array,
    weight_hh: Array,
    bias: Array | None,
    relu: bool,
    reverse: bool,
) -> Array:
    """All steps of Elman's network: `h' = tanh(W_ih x + W_hh h + bias)`, or relu in its place.

    Args:
        x: (steps, batch, inputs).
        h: (batch, features), the first state.
        weight_ih: (features, inputs).
        weight_hh: (features, features).
        bias: (features,) or None.
        relu: whether the function is relu, not tanh.
        reverse: whether the last step comes first.

    Returns:
        h' of all steps, (steps, batch, features).
    """
    one = np.ones((1, 1, 1), x.dtype)
    outputs = np.empty((len(x), *h.shape), x.dtype)
    _from_inputs(x, weight_ih, bias, [0], one, outputs[:, np.newaxis])
    from_state = np.ascontiguousarray(weight_hh.T)
    total = np.empty_like(h)
    for t in _steps(len(x), reverse):
        now = outputs[t]
        np.matmul(h, from_state, total)
        now += total
        if relu:
            np.maximum(now, 0, out=now)
        else:
            np.tanh(now, now)
        h = now
    return outputs


def rnn_adjoint(
    g: Array | None,
    g_h: Array | None,
    h: Array,
    outputs: Array,
    weight_hh: Array,
    relu: bool,
    reverse: bool,
) -> tuple[Array, Array]:
    """The adjoint of `rnn` with respect to what its function is taken of.

    Args:
        g: the gradient of h' of all steps, or None for zeros.
        g_h: further gradient of the last h', or None.
        h: the first state.
        outputs: h' of all steps.
        weight_hh: as in `rnn`.
        relu: as in `rnn`.
        reverse: as in `rnn`.

    Returns:
        The gradients of the net inputs (steps, batch, features), and of the first h.
    """
    net = (outputs != 0).astype(outputs.dtype) if relu else 1 - outputs * outputs
    d_h = np.zeros_like(h) if g_h is None else g_h.astype(h.dtype)
    for t in _steps(len(outputs), not reverse):
        if g is not None:
            d_h += g[t]
        now = net[t]
        now *= d_h
        np.matmul(now, weight_hh, d_h)
    return net, d_h


def weight_gradients(
    net: Array, x: Array, outputs: Array, h: Array, reverse: bool
) -> tuple[Array, Array, Array]:
    """The gradients of both weights and of a bias, from those of the net inputs at all steps.

    Args:
        net: (steps, batch, rows).
        x: (steps, batch, inputs).
        outputs: (steps, batch, features), the states after each step.
        h: (batch, features), the first state.
        reverse: whether the last step came first.

    Returns:
        (rows, inputs), (rows, features), (rows,).
    """
    count = len(net) * len(h)
    rows = net.reshape(count, net.shape[-1])
    from_x = rows.T @ x.reshape(count, x.shape[-1])
    from_h = rows.T @ _states_before(outputs, h, reverse).reshape(count, h.shape[-1])
    return from_x, from_h, np.ones(len(rows), rows.dtype) @ rows


def _steps(count: int, reverse: bool) -> range:
    return range(count - 1, -1, -1) if reverse else range(count)


def _blocks(steps: int, size: int) -> Iterator[slice]:
    """Some steps at a time, of about `_BLOCK` numbers."""
    length = max(1, _BLOCK // max(1, size))
    for first in range(0, steps, length):
        yield slice(first, min(steps, first + length))


def _states_before(states: Array, first: Array, reverse: bool) -> Array:
    """The state before each step, from the first and those after each step."""
    parts = [states[1:], first[np.newaxis]] if reverse else [first[np.newaxis], states[:-1]]
    return np.concatenate(parts)


def _by_gate(weight: Array, order: list[int], scale: Array) -> Array:
    """A weight (gates · features, inputs) as (gates, inputs, features), contiguous, scaled."""
    rows, inputs = weight.shape
    parts = weight.reshape(len(order), rows // len(order), inputs).swapaxes(1, 2)[order]
    # BLAS takes small products with a transposed matrix at a third of its speed.
    return np.multiply(parts, scale, order="C")


def _from_inputs(
    x: Array, weight: Array, bias: Array | None, order: list[int], scale: Array, out: Array
) -> None:
    """Write what the inputs and the bias give to the gates: (steps, gates, batch, features)."""
    np.matmul(x[:, np.newaxis], _by_gate(weight, order, scale), out)
    if bias is not None:
        out += bias.reshape(len(order), 1, len(bias) // len(order))[order] * scale
