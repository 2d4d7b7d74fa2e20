"""Softmax, attention, normalisations, recurrences, convolutions."""

import numpy as np

import autograd as ag
import nn.functional as F
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
V = arrays((3,), domain="moderate")
add = suite.add


def softmax(x):
    e = ag.exp(x - x.max(axis=-1, keepdims=True).detach())
    return e / e.sum(axis=-1, keepdims=True)


def layer_norm(x, scale, shift):
    mean = x.mean(axis=-1, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / ag.sqrt(var + 1e-5) * scale + shift


def rnn(xs, w, u):
    h = np.zeros(2)
    for x in xs:
        h = ag.tanh(x @ w + h @ u)
    return h


def lstm_cell(x, h, c):
    i, f, o = ag.sigmoid(x + h), ag.sigmoid(x - h), ag.sigmoid(0.5 * x)
    c = f * c + i * ag.tanh(x + 0.1 * h)
    return o * ag.tanh(c), c


def sinkhorn(x):
    k = ag.exp(x / 4)
    for _ in range(3):
        k = k / k.sum(axis=1, keepdims=True)
        k = k / k.sum(axis=0, keepdims=True)
    return k


add("softmax", lambda x: ag.softmax(x, axis=-1), X)
add("softmax by hand", softmax, X)
add("softmax, unshifted", lambda x: ag.exp(x) / ag.exp(x).sum(axis=-1, keepdims=True), NEAR)
add("softmax with a temperature", lambda x: ag.softmax(x / 0.07, axis=-1), X)
add("log of a softmax", lambda x: ag.log(ag.softmax(x, axis=-1)), NEAR)
add("log softmax", lambda x: ag.log_softmax(x, axis=-1), X)
add("entropy of a softmax", lambda x: -(ag.softmax(x, -1) * ag.log_softmax(x, -1)).sum(-1), X)
add("sum of a softmax, squared", lambda x: (ag.softmax(x, -1) ** 2).sum(), X)
add("expected value", lambda x: (ag.softmax(x, -1) * np.arange(3.0)).sum(-1), X)
add("attention", lambda q, k, v: ag.softmax(q @ k.T / np.sqrt(3), -1) @ v, NEAR, NEAR, NEAR)
add("self attention", lambda x: ag.softmax(x @ x.T / np.sqrt(3), axis=-1) @ x, NEAR)
add("causal attention", lambda x: ag.softmax(
    x @ x.T + np.where(np.tri(2) > 0, 0.0, -1e9), axis=-1) @ x, NEAR)  # fmt: skip
add("layer norm", layer_norm, X, arrays((3,)), arrays((3,)))
add("layer norm of the library", lambda x: F.layer_norm(x, (3,)), X)
add(
    "batch norm by hand",
    lambda x: (x - x.mean(0)) / ag.sqrt(((x - x.mean(0)) ** 2).mean(0) + 1e-5),
    arrays((4, 2)),
)
add("standardised", lambda x: (x - x.mean()) / (x.std() + 1e-6), NEAR)
add("root mean square norm", lambda x: x / ag.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6), X)
add("unit length", lambda x: x / ag.sqrt((x**2).sum(axis=-1, keepdims=True) + 1e-12), X)
add("unit length of the library", lambda x: F.normalize(x, dim=-1), X)
add("cosine of an angle", lambda x, y: (x * y).sum() / ag.sqrt((x**2).sum() * (y**2).sum() + 1e-6),
    NEAR, NEAR)  # fmt: skip
add("smallest and largest, scaled", lambda x: (x - x.min()) / (x.max() - x.min() + 1.0), NEAR)
add(
    "shares of a sum",
    lambda x: x / x.sum(axis=-1, keepdims=True),
    arrays((2, 3), domain="positive"),
)
add("recurrent network", rnn, arrays((3, 2), domain="moderate"), arrays((2, 2)), arrays((2, 2)))
add("LSTM cell", lstm_cell, V, V, V)
add("GRU step", lambda x, h: (1 - ag.sigmoid(x)) * ag.tanh(x * h) + ag.sigmoid(x) * h, V, V)
add("Sinkhorn", sinkhorn, arrays((3, 3), domain="moderate"))
add("convolution", lambda x, w: F.conv1d(x, w), arrays((1, 2, 5)), arrays((2, 2, 3)))
add("convolution, tanh, mean", lambda x, w: ag.tanh(F.conv1d(x, w, padding=1)).mean(-1),
    arrays((1, 2, 4)), arrays((2, 2, 3)))  # fmt: skip
add("convolution and pooling", lambda x, w: F.max_pool2d(ag.relu(F.conv2d(x, w)), 2),
    arrays((1, 1, 5, 5)), arrays((1, 1, 2, 2)))  # fmt: skip
add("moving average", lambda x: (x[:-2] + x[1:-1] + x[2:]) / 3, arrays((6,)))
add(
    "residual block", lambda x, w: x + ag.tanh(x @ w) @ w.T, NEAR, arrays((3, 3), domain="moderate")
)
add("embedding", lambda w: ag.tanh(w[np.array([0, 2, 2, 1])]), arrays((3, 2)))
