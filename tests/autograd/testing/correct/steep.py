"""Steep and flat places, and wide inputs."""

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
POSITIVE = arrays((4,), domain="positive")
add = suite.add

add("steep tanh", lambda x: ag.tanh(50 * x), X)
add("steep sigmoid, moved", lambda x: ag.sigmoid(100 * (x - 0.3)), X)
add("narrow bell", lambda x: ag.exp(-100 * x**2), X)
add("wide bell", lambda x: ag.exp(-(x**2) / 200), X)
add("bell times x", lambda x: x * ag.exp(-(x**2)), X)
add("fast sine", lambda x: ag.sin(30 * x), NEAR)
add("sine of a square", lambda x: ag.sin(x**2), NEAR)
add("eighth power", lambda x: x**8, NEAR)
add("tenth root", lambda x: x**0.1, POSITIVE)
add("power of a power", lambda x: (x**1.5) ** (1 / 3), POSITIVE)
add("Lorentz peak", lambda x: 1 / (1e-3 + x**2), X)
add("tiny scale", lambda x: 1e-8 * ag.sin(x), NEAR)
add("giant scale", lambda x: 1e8 * ag.cos(x), NEAR)
add("log", ag.log, POSITIVE, elementwise=True)
add("log of a log", lambda x: ag.log(1 + ag.log(1 + x)), POSITIVE)
add("root", lambda x: ag.sqrt(x), POSITIVE)
add("reciprocal", lambda x: 1 / x, POSITIVE)
add("reciprocal square", lambda x: 1 / (x * x), POSITIVE)
add("x over one and its square", lambda x: x / (1 + x**2), X)
add("length with one", lambda x: ag.sqrt(1 + x**2), X)
add("length less one", lambda x: ag.sqrt(1 + x**2) - 1, X)
add("inverse hyperbolic sine by hand", lambda x: ag.log(x + ag.sqrt(x**2 + 1)), POSITIVE)
add("log cosh", lambda x: ag.log(ag.cosh(x)), NEAR)
add("logaddexp", ag.logaddexp, X, X, elementwise=True)
add("angle", lambda y, x: ag.arctan2(y, x), POSITIVE, POSITIVE)
add("hypotenuse", lambda x, y: ag.hypot(x, y), POSITIVE, POSITIVE)
add("product with broadcasting", lambda x, y: x * y, X, arrays((3,)), elementwise=True)
add("quotient", lambda x, y: x / y, X, arrays((2, 3), domain="nonzero"), elementwise=True)
add("power", lambda x, y: x**y, POSITIVE, arrays((4,), domain="unit"))
add("geometric mean", lambda x: ag.exp(ag.log(x).mean()), POSITIVE)
add("harmonic mean", lambda x: 4 / (1 / x).sum(), POSITIVE)
add("root mean square", lambda x: ag.sqrt((x**2).mean()), POSITIVE)
add("entropy", lambda p: -(p * ag.log(p)).sum(), POSITIVE)
add("fraction of fractions", lambda x: 1 / (1 + 1 / (1 + x)), POSITIVE)
add("gamma function's log", lambda x: ag.gammaln(x), POSITIVE)
add("relu and bell", lambda x: ag.relu(x) * ag.exp(-x), NEAR)
add("piecewise parabola", lambda x: ag.where(ag.abs(x) < 1, 0.5 * x**2, ag.abs(x) - 0.5), X)
add("Rosenbrock", lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, arrays((2,)))
add("Rastrigin", lambda x: (x**2 - 10 * ag.cos(2 * np.pi * x)).sum(), NEAR)
add("Ackley's well", lambda x: -20 * ag.exp(-0.2 * ag.sqrt((x**2).mean() + 1e-3)), X)
