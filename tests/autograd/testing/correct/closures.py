"""Constants and integers in closures and arguments; nothing here is anybody's float64 leak."""

import functools
import math

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
V = arrays((3,))
add = suite.add

WEIGHTS = np.array([0.25, -1.5, 3.0])
TABLE = np.arange(6.0).reshape(2, 3) / 7
MEAN, DEVIATION = np.float64(0.1307), np.float64(0.3081)
KERNEL = [0.25, 0.5, 0.25]
COUNTS = np.array([3, 1, 2])


def polynomial(x, coefficients):
    total = 0.0
    for c in coefficients:
        total = total * x + c
    return total


def repeated(x, n):
    for _ in range(n):
        x = x * 0.5 + ag.sin(x)
    return x


def scaled(x, *, factor=1.0):
    return x * factor


class Scaler:
    def __init__(self):
        self.mean, self.scale = np.array([0.5, -0.5, 1.0]), np.sqrt(np.array([2.0, 3.0, 5.0]))

    def transform(self, x):
        return (x - self.mean) / self.scale

    def __call__(self, x):
        return ag.tanh(self.transform(x))


add("divided by a root", lambda q: q / np.sqrt(2), X)
add("times an array", lambda q: q * np.array([1.0, 2.0, 3.0]), X)
add("weighted sum", lambda x: (x * WEIGHTS).sum(axis=-1), X)
add("normalised image", lambda x: (x - MEAN) / DEVIATION, X)
add("identity added", lambda a: a + np.eye(3), arrays((3, 3)))
add("matrix in the closure", lambda x: x @ TABLE.T, X)
add("counts as weights", lambda x: x * COUNTS, X)
add("divided by counts", lambda x: x.sum(axis=0) / COUNTS, X)
add("power by an integer", lambda x, n: x**n, X, 3)
add("axis by an integer", lambda x, axis: x.sum(axis=axis), X, 1)
add("polynomial", lambda x: polynomial(x, [0.5, -1, 2, 0.1]), NEAR)
add("loop of n steps", repeated, NEAR, 4)
add("keyword by partial", functools.partial(scaled, factor=1 / 3), X)
add("math's constants", lambda x: x * math.pi + math.e, X)
add("method", Scaler().transform, X)
add("callable object", Scaler(), X)
add("angle in degrees", lambda x: ag.sin(x * np.pi / 180), X)
add("list of weights", lambda x: x[:-2] * KERNEL[0] + x[1:-1] * KERNEL[1] + x[2:] * KERNEL[2],
    arrays((5,)))  # fmt: skip
add("Fourier features", lambda x: ag.concatenate([ag.sin(2 * np.pi * x), ag.cos(2 * np.pi * x)]), V)
add("positional encoding", lambda x: x + np.sin(np.arange(3) / 10000 ** (np.arange(3) / 3)), X)
add("mask by multiplication", lambda x: x * np.array([1, 0, 1]), X)
add("mask of booleans", lambda x: ag.where(np.array([True, False, True]), x, 0.0), X)
add("triangle", lambda a: ag.where(np.tri(3) > 0, a, 0.0), arrays((3, 3)))
add("difference quotient", lambda x: (x[1:] - x[:-1]) / 0.01, arrays((4,)))
add("trapezoid rule", lambda y: ((y[1:] + y[:-1]) / 2 * np.diff([0.0, 0.5, 2.0, 2.5])).sum(),
    arrays((4,)))  # fmt: skip
add(
    "list of arrays",
    lambda xs: xs[0] * xs[1] + xs[0],
    X.map(lambda x: [x, x + 1]),
)
add("number and array", lambda x, a: a * x**2, X, arrays(()))
add("linspace as grid", lambda a: ag.exp(-a * np.linspace(0, 1, 4)), arrays((), domain="unit"))
add("float32 constant", lambda x: x * np.float32(0.1), X)
add("integer division by a length", lambda x: x.sum() / len(WEIGHTS), X)
