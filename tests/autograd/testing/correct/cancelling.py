"""Differences of what is nearly equal, and sums of what is not alike in size."""

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
POSITIVE = arrays((4,), domain="positive")
add = suite.add

add("up and down again", lambda x: (x + 1e6) - 1e6, NEAR)
add("square less its line", lambda x: (1 + x) ** 2 - 1 - 2 * x, NEAR)
add("log of one plus x", lambda x: ag.log(1 + x), POSITIVE)
add("difference of roots", lambda x: ag.sqrt(x + 1) - ag.sqrt(x), POSITIVE)
add("exponential less one", lambda x: ag.exp(x) - 1, NEAR)
add("one less cosine", lambda x: 1 - ag.cos(x), NEAR)
add("x less its sine", lambda x: x - ag.sin(x), NEAR)
add("variance by moments", lambda x: (x**2).mean(axis=-1) - x.mean(axis=-1) ** 2, NEAR)
add("deviation from the mean", lambda x: x - x.mean(axis=0), X)
add("deviation, squared", lambda x: ((x - x.mean()) ** 2).sum(), X)
add("third moment", lambda x: ((x - x.mean(axis=-1, keepdims=True)) ** 3).mean(axis=-1), NEAR)
add("difference of exponentials", lambda x, y: ag.exp(x) - ag.exp(y), NEAR, NEAR)
add("difference of logs", lambda x, y: ag.log(x) - ag.log(y), POSITIVE, POSITIVE)
add("difference of squares", lambda x, y: x * x - y * y, X, X)
add("square of a difference", lambda x, y: (x - y) ** 2, X, X)
add("polynomial at its root", lambda x: x**3 - 3 * x**2 + 3 * x - 1, NEAR)
add("quadratic formula", lambda b: -b + ag.sqrt(b * b + 1), X)
add("alternating sum", lambda x: (x * np.array([1.0, -1.0, 1.0])).sum(axis=-1), X)
add("sum with a giant", lambda x: x.sum() + 1e8, NEAR)
add("telescope", lambda x: (x[:, 1:] - x[:, :-1]).sum(), X)
add("second difference", lambda x: x[:, 2:] - 2 * x[:, 1:-1] + x[:, :-2], X)
add("hyperbolic identity", lambda x: ag.cosh(x) ** 2 - ag.sinh(x) ** 2, arrays((3,), domain="unit"))
add("trigonometric identity", lambda x: ag.sin(x) ** 2 + ag.cos(x) ** 2, NEAR)
add("log of exp", lambda x: ag.log(ag.exp(x)), NEAR)
add("root of the square", lambda x: ag.sqrt(x**2 + 1e-12), X)
add("distance of two points", lambda x, y: ag.sqrt(((x - y) ** 2).sum(-1) + 1e-9), X, X)
add("logsumexp by hand", lambda x: ag.log(ag.exp(x).sum(axis=-1)), NEAR)
add("logsumexp, shifted", lambda x: ag.log(ag.exp(x - 3).sum(axis=-1)) + 3, NEAR)
add("determinant by hand", lambda a: a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0], arrays((2, 2)))
add("cross product by hand", lambda x, y: x[0] * y[1] - x[1] * y[0], arrays((2,)), arrays((2,)))
add("relative difference", lambda x, y: (x - y) / (x + y), POSITIVE, POSITIVE)
add("cosine's third order", lambda x: ag.cos(x) - 1 + x**2 / 2, NEAR)
