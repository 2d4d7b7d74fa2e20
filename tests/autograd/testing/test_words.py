"""Mistakes that students and authors of rules make, and what the first line says of them.

A guess that misleads is worse than none: each case names words that must not be there, too.
"""

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients
from autograd.testing.strategies import arrays

X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
SQUARE = arrays((3, 3))
TARGET = np.eye(3)[[0, 2]]
MISLEADING = r"wrong only|wrong places|float16|cotangent of output|handed on"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def windows(x, w, stride=1, dilation=1):
    span = (len(w) - 1) * dilation + 1
    places = range((len(x) - span) // stride + 1)
    return np.array(
        [sum(x[i * stride + j * dilation] * w[j] for j in range(len(w))) for i in places]
    )


def windows_vjp(g, x, w):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(len(g)):
        for j in range(len(w)):
            dx[i + j] += g[i] * w[j]
            dw[j] += g[i] * x[i + j]
    return dx, dw


def scaled(x):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-5)


def scaled_vjp(g, x, inside=0.0, outside=0.0):
    root = np.sqrt((x**2).mean(-1, keepdims=True) + inside) + outside
    return g / root - x * (g * x).mean(-1, keepdims=True) / root**3


def course_loss(x):
    return -(TARGET * np.log(softmax(x) + 1e-7)).sum() / 2


def matmul(x, w):
    return x @ w


def small_lost(g, x):
    slope = sigmoid(x) * (1 - sigmoid(x))
    return g * np.where(slope < 1e-4, 0.0, slope)


# What the first line must say, the function, its inputs, and the mistake.
MISTAKES = {
    "tanh's slope of its input": (
        "1 - y² is taken of the input", np.tanh, (X,), {"vjp": lambda g, x: g * (1 - x**2)},
    ),
    "sigmoid's slope of its input": (
        "y (1 - y) is taken of the input", sigmoid, (NEAR,), {"vjp": lambda g, x: g * x * (1 - x)},
    ),
    "1 - t": (
        "it is 1 - y where 1 - y² belongs", np.tanh, (X,),
        {"vjp": lambda g, x: g * (1 - np.tanh(x))},
    ),
    "small gradients": ("small gradients are lost", sigmoid, (NEAR,), {"vjp": small_lost}),
    "factors of dx": (
        "x: of the matrix product the factors are swapped", matmul, (SQUARE, SQUARE),
        {"vjp": lambda g, x, w: (w.T @ g, x.T @ g)},
    ),
    "factors of dw": (
        "w: of the matrix product the factors are swapped", matmul, (SQUARE, SQUARE),
        {"vjp": lambda g, x, w: (g @ w.T, g @ x.T)},
    ),
    "no transpose": (
        "not transposed", matmul, (SQUARE, SQUARE), {"vjp": lambda g, x, w: (g @ w, x.T @ g)},
    ),
    "stride": (
        "the stride is ignored", lambda x, w: windows(x, w, stride=2),
        (arrays((7,)), arrays((3,))), {"vjp": windows_vjp},
    ),
    "dilation": (
        "the dilation is ignored", lambda x, w: windows(x, w, dilation=2),
        (arrays((8,)), arrays((3,))), {"vjp": windows_vjp},
    ),
    "kernel": (
        "each window is read backwards", windows, (arrays((6,)), arrays((3,))),
        {"vjp": lambda g, x, w: (np.convolve(g, w[::-1]), windows(x, g))},
    ),
    "epsilon outside": (
        "nearly right: a small constant", scaled, (X,),
        {"vjp": lambda g, x: scaled_vjp(g, x, outside=1e-5)},
    ),
    "no epsilon": ("nearly right: a small constant", scaled, (X,), {"vjp": scaled_vjp}),
    "epsilon in the logarithm": (
        "nearly right: a small constant", course_loss, (X,),
        {"gradient": lambda x: (softmax(x) - TARGET) / 2},
    ),
    "half precision": (
        "something is kept in float16", np.exp, (arrays((3,), domain="unit"),),
        {"vjp": lambda g, x: g * np.exp(x).astype(np.float16)},
    ),
    "mask of the cotangent": (
        "the mask is made of the cotangent", lambda x: np.maximum(x, 0), (X,),
        {"vjp": lambda g, x: g * (g > 0)},
    ),
    "cumulative sum": (
        "goes forward again", lambda x: np.cumsum(x, -1), (X,),
        {"vjp": lambda g, x: np.cumsum(g, -1)},
    ),
    "product rule": (
        "only the way through multiply counts", lambda x: x * np.sin(x), (NEAR,),
        {"vjp": lambda g, x: g * np.sin(x)},
    ),
    "one of two paths": (
        "only the way through tanh counts", lambda x: np.exp(-x * x) + np.tanh(x), (NEAR,),
        {"vjp": lambda g, x: g * (1 - np.tanh(x) ** 2)},
    ),
    "the one at the label": (
        "the 1 at the label is not subtracted", course_loss, (X,),
        {"gradient": lambda x: softmax(x) / 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_and_nothing_else_is(mistake):
    words, function, inputs, options = MISTAKES[mistake]
    with pytest.raises(GradientError) as caught:
        assert_gradients(function, *inputs, examples=60, seed=0, **options)
    said = caught.value.diagnosis
    assert words in said, str(caught.value)
    for misleading in MISLEADING.split("|"):
        assert misleading in words or misleading not in said, said


class Affine:
    def __init__(self):
        self.W, self.b = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]), np.zeros(2)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Forgotten(Affine):
    def backward(self, dout):
        super().backward(dout)


class Unset(Affine):
    def backward(self, dout):
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class Unsaved(Affine):
    def backward(self, dout):
        self.dW, self.db = self.inputs.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Misfit(Affine):
    def backward(self, dout):
        self.dW, self.db = self.x @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Accumulating(Affine):
    def backward(self, dout):
        passed = self.x.T @ dout
        self.dW = passed if self.dW is None else self.dW + passed
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class InPlace(Affine):
    def forward(self, x):
        self.x = x
        x *= 2
        return x @ self.W + self.b


class Summed(Affine):
    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout
        return dout @ self.W.T


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Forgotten, "returns nothing: is the `return` missing"),
        (Unset, "dW is never set"),
        (Unsaved, "reads self.inputs, which nothing has set"),
        (Misfit, "matrices whose shapes do not fit"),
        (Accumulating, "what the first call left is added to the next"),
        (InPlace, "is changed in place"),
        (Summed, "b: the sum over broadcast axis 0 is missing"),
    ],
)
def test_a_student_s_slip_is_named(layer, words):
    with pytest.raises(GradientError) as caught:
        assert_gradients(layer(), arrays((4, 3)), examples=30, seed=0)
    assert words in caught.value.diagnosis, str(caught.value)


def test_the_right_layer_passes():
    assert_gradients(Affine(), arrays((4, 3)), examples=10, seed=0)
