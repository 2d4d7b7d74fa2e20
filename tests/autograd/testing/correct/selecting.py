"""Order, choice, indices, shapes."""

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
V = arrays((4,))
add = suite.add

add("sorted", lambda x: ag.sort(x, axis=-1), X)
add("largest", lambda x: x.max(axis=-1), X)
add("largest of tanh", lambda x: ag.tanh(x).max(axis=-1), X)
add("smallest, squared", lambda x: x.min() ** 2, X)
add("spread", lambda x: x.max(axis=0) - x.min(axis=0), X)
add("median", lambda x: ag.median(x, axis=-1), X)
add("sum of the two largest", lambda x: ag.sort(x, axis=-1)[..., -2:].sum(), X)
add("weighted order statistics", lambda x: (ag.sort(x) * np.array([0.1, 0.2, 0.3, 0.4])).sum(), V)
add("trimmed mean", lambda x: ag.sort(x)[1:-1].mean(), V)
add("running total of what is sorted", lambda x: ag.cumsum(ag.sort(x)), V)
add("cumulative sum", lambda x: ag.cumsum(x, axis=-1), X)
add("cumulative product", lambda x: ag.cumprod(x, axis=-1), NEAR)
add("product", lambda x: ag.prod(x, axis=-1), NEAR)
add("clipped", lambda x: ag.clip(x, -1.0, 1.0), X)
add("clipped at a percentile", lambda x: ag.minimum(x, 2.5) * x, X)
add("relu", ag.relu, X)
add("leaky relu by hand", lambda x: ag.where(x > 0, x, 0.01 * x), X)
add("relu of six", lambda x: ag.minimum(ag.maximum(x, 0.0), 6.0), X)
add("size", lambda x: ag.abs(x).sum(), X)
add("maxout", lambda x, y: ag.maximum(x, y), X, X)
add("relu squared", lambda x: ag.relu(x) ** 2, X)
add("safe quotient", lambda x: ag.where(x != 0, 1 / ag.where(x != 0, x, 1.0), 0.0), X)
add("safe log", lambda x: ag.log(ag.maximum(x, 1e-6)), X)
add("sign-preserving root", lambda x: ag.sign(x) * ag.sqrt(ag.abs(x) + 1e-3), X)
add("every second, backwards", lambda x: x[::-2], V)
add("rows picked twice", lambda x: x[np.array([0, 1, 1])], X)
add("columns by mask", lambda x: x[:, np.array([True, False, True])], X)
add("rearranged", lambda x: x.T.reshape(-1)[::-1], X)
add("joined", lambda x, y: ag.concatenate([x, 2 * y], axis=1), X, X)
add("stacked and summed", lambda x, y: ag.stack([x, y, x * y]).sum(axis=0), X, X)
add("split and multiplied", lambda x: ag.split(x, 2)[0] * ag.split(x, 2)[1], V)
add("padded", lambda x: ag.pad(x, 1), X)
add("tiled", lambda x: ag.tile(x, (2, 2)), X)
add("rolled difference", lambda x: x - ag.roll(x, 1, axis=-1), X)
add("broadcast to a block", lambda x: ag.broadcast_to(x, (2, 4)) * 2, V)
add("outer difference", lambda x: x[:, None] - x[None, :], V)
add("maximum over pairs", lambda x: ag.maximum(x[:, None], x[None, :]).sum(), V)
add("several results", lambda x: (ag.sin(x), x.sum(), x * x), NEAR)
add("diagonal", lambda a: ag.diagonal(a * a), arrays((3, 3)))
add("interpolation of two", lambda t, x, y: (1 - t) * x + t * y, arrays(()), V, V)
