"""Saturations, times and plus everything."""

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
add = suite.add

add("swish's complement", lambda x: x * (1 - ag.sigmoid(x)), X)
add("x times tanh's slope", lambda x: x * (1 - ag.tanh(1.1 * x) ** 2), X)
add("tanh of a product", lambda x, w: ag.tanh(x * w), X, X)
add("tanh of a quotient", lambda x, s: (x / s).tanh(), X, arrays((3,), domain="positive"))
add("tanh's slope", lambda x: 1 - ag.tanh(x) ** 2, X)
add("sigmoid's slope", lambda x: ag.sigmoid(x) * (1 - ag.sigmoid(x)), X)
add("swish", lambda x: x * ag.sigmoid(x), X)
add("mish", lambda x: x * ag.tanh(ag.log(1 + ag.exp(x))), NEAR)
add("quick gelu", lambda x: x * ag.sigmoid(1.702 * x), X)
add("gelu by erf", lambda x: 0.5 * x * (1 + ag.erf(x / np.sqrt(2))), NEAR)
add(
    "gelu by tanh",
    lambda x: 0.5 * x * (1 + ag.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    NEAR,
)
add("tanh, scaled and moved", lambda x: 3 + 2 * ag.tanh(x / 3), X)
add("tanh with a leak", lambda x: ag.tanh(x) + 1e-3 * x, X)
add("tanhshrink", lambda x: x - ag.tanh(x), X)
add("sigmoid by hand", lambda x: 1 / (1 + ag.exp(-x)), NEAR)
add("centred sigmoid by hand", lambda x: 1 / (1 + ag.exp(x)) - 0.5, NEAR)
add("softplus by hand", lambda x: ag.log(1 + ag.exp(x)), NEAR)
add("softplus less its line", lambda x: ag.log(1 + ag.exp(x)) - x, NEAR)
add("difference of sigmoids", lambda x, y: ag.sigmoid(x) - ag.sigmoid(y), X, X)
add("sigmoid of a sigmoid", lambda x: ag.sigmoid(10 * ag.sigmoid(x)), X)
add("tanh of tanh", lambda x: ag.tanh(3 * ag.tanh(3 * x)), X)
add("tanh from sigmoid", lambda x: 2 * ag.sigmoid(2 * x) - 1, X)
add("fourth power of a sigmoid", lambda x: ag.sigmoid(x) ** 4, X)
add("product of two gates", lambda x, y: ag.sigmoid(x) * ag.tanh(y), X, X)
add("arctan, steep", lambda x: ag.arctan(20 * x) / np.pi + 0.5, X)
add("softsign", lambda x: x / (1 + ag.abs(x)), X)
add("log of a sigmoid", lambda x: ag.log(ag.sigmoid(x)), NEAR)
add("log of its complement", lambda x: ag.log(1 - ag.sigmoid(x) + 1e-12), X)
add("hard-to-tell sum", lambda x: 100 + ag.tanh(x), X)
add("tanh plus a constant, squared", lambda x: (1 + ag.tanh(x)) ** 2, X)
add("sigmoid times exponential", lambda x: ag.sigmoid(x) * ag.exp(-x), NEAR)
add("erf times x", lambda x: x * ag.erf(x), NEAR)
add("complement of erf", lambda x: 1 - ag.erf(x), NEAR)
add("sech", lambda x: 1 / ag.cosh(x), NEAR)
add("tanh of a number, far", lambda x: ag.tanh(7.3 * x + 1.1), X)
add("elu times sigmoid", lambda x: ag.where(x > 0, x, ag.exp(x) - 1) * ag.sigmoid(x), NEAR)
add("hidden layer", lambda x, w, b: ag.tanh(x @ w + b), X, arrays((3, 2)), arrays((2,)))
add(
    "two hidden layers",
    lambda x, w, v: ag.sigmoid(ag.tanh(x @ w) @ v),
    X, arrays((3, 2)), arrays((2, 2)),
)  # fmt: skip
add(
    "gated unit",
    lambda x, w, v: ag.tanh(x @ w) * ag.sigmoid(x @ v),
    X, arrays((3, 2)), arrays((3, 2)),
)  # fmt: skip
