"""What layers compute: windows, normalisation, losses, recurrent steps."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import autograd as ag
from benchmarks.operation_cases.case import RNG, SIZES, Case, case, drawn

_IMAGES = {"small": (1, 1, 4, 4), "large": (8, 4, 40, 40)}
_FILTERS = {"small": (1, 1, 3, 3), "large": (8, 4, 3, 3)}
_POOLED = {"small": (1, 1, 2, 2), "large": (8, 4, 20, 20)}
_OUT = {"small": (1, 1, 2, 2), "large": (8, 8, 38, 38)}
_ROWS = {"small": (2, 3), "large": (300, 400)}
_TARGETS = {s: RNG.integers(0, _ROWS[s][1], _ROWS[s][0]) for s in SIZES}


def _drawn(*shapes):
    return {s: [drawn("real", each[s]) for each in shapes] for s in SIZES}


def _windows(x, kernel):
    return sliding_window_view(x, kernel, (2, 3))


def _conv(x, w):
    """By columns and one matrix product, as everybody writes it."""
    columns = _windows(x, w.shape[2:])
    return np.tensordot(columns, w, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def _conv_weight(g, x):
    kernel = tuple(a - b + 1 for a, b in zip(x.shape[2:], g.shape[2:], strict=True))
    return np.tensordot(g, _windows(x, kernel), ((0, 2, 3), (0, 2, 3)))


def _conv_input(g, w):
    back = [(k - 1, k - 1) for k in w.shape[2:]]
    padded = np.pad(g, ((0, 0), (0, 0), *back))
    return _conv(padded, w[:, :, ::-1, ::-1].swapaxes(0, 1))


def _blocks(x):
    n, c, h, w = x.shape
    return x.reshape(n, c, h // 2, 2, w // 2, 2)


def _max_pool(x):
    return _blocks(x).max((3, 5))


def _positions(x):
    n, c, h, w = x.shape
    rows = _blocks(x).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // 2, w // 2, 4).argmax(-1)
    top = 2 * np.arange(h // 2)[:, None] + rows // 2
    left = 2 * np.arange(w // 2) + rows % 2
    return top * w + left


def _scattered(g, positions, shape):
    n, c = g.shape[:2]
    out = np.zeros((n, c, int(np.prod(shape))))
    np.put_along_axis(out, positions.reshape(n, c, -1), g.reshape(n, c, -1), -1)
    return out.reshape(n, c, *shape)


def _max_pool_gradient(g, y, x):
    return _scattered(g, _positions(x), x.shape[2:])


def _spread(g):
    return np.repeat(np.repeat(g, 2, 2), 2, 3) / 4


def _layer_norm(x):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)


def _layer_norm_gradient(g, y, x):
    centred = x - x.mean(-1, keepdims=True)
    scale = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    standard = centred * scale
    mean = g.mean(-1, keepdims=True)
    return scale * (g - mean - standard * (g * standard).mean(-1, keepdims=True))


def _rms_norm_gradient(g, y, x):
    scale = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5)
    return scale * g - x * scale**3 * (g * x).mean(-1, keepdims=True)


def _log_softmax(x):
    shifted = x - x.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _cross_entropy(x, t):
    return -_log_softmax(x)[np.arange(len(t)), t].mean()


def _cross_entropy_gradient(g, y, x, t):
    out = np.exp(_log_softmax(x))
    out[np.arange(len(t)), t] -= 1
    return out * (g / len(t))


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _lstm(gates, c):
    i, f, n, o = np.split(gates, [c.shape[1], 2 * c.shape[1], 3 * c.shape[1]], 1)
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(n)
    return _sigmoid(o) * np.tanh(c), c


def _gru(a, b, h):
    ra, za, na = np.split(a, 3, 1)
    rb, zb, nb = np.split(b, 3, 1)
    z = _sigmoid(za + zb)
    return (1 - z) * np.tanh(na + _sigmoid(ra + rb) * nb) + z * h


def _by_steps(cell, count):
    """A layer, step by step; the last result is the last state."""

    def layer(x, *arrays):
        state, (w_ih, w_hh) = arrays[:count], arrays[count:]
        outputs = []
        for each in x:
            state = cell(each @ w_ih.T, state[0] @ w_hh.T, *state)
            outputs.append(state[0])
        return np.stack(outputs)

    return layer


def _layer(gates, states):
    sizes = {"small": (2, 2, 3), "large": (10, 40, 40)}
    return {
        s: [
            drawn("real", sizes[s]),
            *(drawn("real", sizes[s][1:]) for _ in range(states)),
            *(drawn("real", (gates * sizes[s][2], sizes[s][2])) / 4 for _ in range(2)),
        ]
        for s in SIZES
    }


def _wider(times):
    return {s: (_ROWS[s][0], times * _ROWS[s][1]) for s in SIZES}


MODELS: list[Case] = [
    case("linear", lambda x, w, b: x @ w.T + b,
         lambda g, y, x, w, b: (g @ w, g.T @ x, g.sum(0)),
         arguments=_drawn(_ROWS, {s: (3 if s == "small" else 100, _ROWS[s][1]) for s in SIZES},
                          {"small": (3,), "large": (100,)})),
    case("conv", _conv, lambda g, y, x, w: (_conv_input(g, w), _conv_weight(g, x)),
         arguments=_drawn(_IMAGES, _FILTERS)),
    case("conv_input", _conv_input, lambda t, y, g, w: (_conv(t, w), _conv_weight(g, t)),
         arguments=_drawn(_OUT, _FILTERS),
         ours=lambda g, w: ag.ops.conv_input(g, w, tuple(n + 2 for n in g.shape[2:]))),
    case("conv_weight", _conv_weight, None, arguments=_drawn(_OUT, _IMAGES),
         ours=lambda g, x: ag.ops.conv_weight(g, x, (3, 3))),
    case("max_pool", _max_pool, _max_pool_gradient, arguments=_drawn(_IMAGES),
         ours=lambda x: ag.max_pool(x, 2)[0]),
    case("max_pool_scatter", lambda x, p: _scattered(x, p, [2 * n for n in x.shape[2:]]), None,
         arguments={s: [drawn("real", _POOLED[s]), _positions(drawn("real", _IMAGES[s]))]
                    for s in SIZES},
         ours=lambda x, p: ag.ops.max_pool_scatter(x, p.data, [2 * n for n in x.shape[2:]])),
    case("max_pool_gather",
         lambda x, p: np.take_along_axis(x.reshape(*x.shape[:2], -1),
                                         p.reshape(*p.shape[:2], -1), -1).reshape(p.shape),
         None,
         arguments={s: [drawn("real", _IMAGES[s]), _positions(drawn("real", _IMAGES[s]))]
                    for s in SIZES},
         ours=lambda x, p: ag.ops.max_pool_gather(x, p.data)),
    case("average_pool", lambda x: _blocks(x).mean((3, 5)), lambda g, y, x: _spread(g),
         arguments=_drawn(_IMAGES), ours=lambda x: ag.average_pool(x, 2)),
    case("average_pool_adjoint", _spread, lambda t, y, g: _blocks(t).mean((3, 5)),
         arguments=_drawn(_POOLED),
         ours=lambda g: ag.ops.average_pool_adjoint(g, [2 * n for n in g.shape[2:]], 2)),
    case("normalize", _layer_norm, _layer_norm_gradient, arguments=_drawn(_ROWS),
         ours=lambda x: ag.normalize(x)[0]),
    case("rms_normalize", lambda x: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5),
         _rms_norm_gradient, arguments=_drawn(_ROWS), ours=lambda x: ag.rms_normalize(x)[0]),
    case("cross_entropy", _cross_entropy, _cross_entropy_gradient,
         arguments={s: [drawn("real", _ROWS[s]), _TARGETS[s]] for s in SIZES},
         ours=lambda x, t: ag.cross_entropy(x, t.data)),
    case("cross_entropy_grad", lambda x, t: _cross_entropy_gradient(1.0, None, x, t), None,
         arguments={s: [drawn("real", _ROWS[s]), _TARGETS[s]] for s in SIZES},
         ours=lambda x, t: ag.ops.cross_entropy_grad(1.0, x, t.data)),
    case("lstm_step", lambda g, c: _lstm(g, c)[0], None, arguments=_drawn(_wider(4), _ROWS),
         ours=lambda g, c: ag.ops.lstm_step(g, c)[0]),
    case("gru_step", _gru, None, arguments=_drawn(_wider(3), _wider(3), _ROWS)),
    case("lstm", _by_steps(lambda a, b, h, c: _lstm(a + b, c), 2), None, arguments=_layer(4, 2),
         ours=lambda *arrays: ag.ops.lstm(*arrays)[0]),
    case("gru", _by_steps(lambda a, b, h: (_gru(a, b, h),), 1), None, arguments=_layer(3, 1),
         ours=lambda *arrays: ag.ops.gru(*arrays)[0]),
    case("rnn", _by_steps(lambda a, b, h: (np.tanh(a + b),), 1), None, arguments=_layer(1, 1),
         ours=lambda *arrays: ag.ops.rnn(*arrays)[0]),
]  # fmt: skip
