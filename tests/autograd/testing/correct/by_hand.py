"""NumPy functions with gradients by hand, and layers with `forward` and `backward`."""

import numpy as np
from scipy import special

from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
ROWS = arrays((4, 3))
add, made = suite.add, suite.made


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_vjp(g, x):
    out = softmax(x)
    return out * (g - (g * out).sum(axis=-1, keepdims=True))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def affine(x, w, b):
    return x @ w + b


def affine_vjp(g, x, w, b):
    return g @ w.T, x.T @ g, g.sum(axis=0)


def standardised(x):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


def standardised_vjp(g, x):
    d = np.sqrt(x.var(axis=0) + 1e-5)
    y = (x - x.mean(axis=0)) / d
    return (g - g.mean(axis=0) - y * (g * y).mean(axis=0)) / d


def swish_complement_vjp(g, x):
    s = sigmoid(x)
    return g * (1 - s - x * s * (1 - s))


def norm_vjp(g, x):
    return g * x / np.sqrt((x * x).sum() + 1.0)


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


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)


class SoftmaxWithLoss:
    """With the mean of a batch, and labels as numbers."""

    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.y = softmax(x)
        return -np.log(self.y[np.arange(4), [0, 2, 1, 1]]).mean()

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(4), [0, 2, 1, 1]] -= 1
        return dx * dout / 4


class TwoLayers:
    def __init__(self):
        rng = np.random.default_rng(0)
        self.params = [rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 2))]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x):
        w, b, v = self.params
        self.x, self.h = x, np.tanh(x @ w + b)
        return self.h @ v

    def backward(self, dout):
        w, _, v = self.params
        dh = dout @ v.T * (1 - self.h**2)
        self.grads[2][...] = self.h.T @ dout
        self.grads[1][...] = dh.sum(axis=0)
        self.grads[0][...] = self.x.T @ dh
        return dh @ w.T


class BatchNorm:
    def __init__(self):
        self.gamma, self.beta = np.array([1.0, 0.5, -2.0]), np.zeros(3)
        self.dgamma, self.dbeta = np.zeros(3), np.zeros(3)

    def forward(self, x):
        self.std = np.sqrt(x.var(axis=0) + 1e-6)
        self.xn = (x - x.mean(axis=0)) / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.xn).sum(axis=0), dout.sum(axis=0)
        d = dout * self.gamma
        return (d - d.mean(axis=0) - self.xn * (d * self.xn).mean(axis=0)) / self.std


class Dropout:
    def __init__(self):
        self.mask = np.array([[1, 0, 1], [0, 1, 1]])

    def forward(self, x):
        return x * self.mask / 0.6

    def backward(self, dout):
        return dout * self.mask / 0.6


class Embedding:
    def __init__(self):
        self.params = [np.arange(6.0).reshape(3, 2) / 3]
        self.grads = [np.zeros((3, 2))]

    def forward(self, scale):
        self.scale = scale
        return self.params[0][[0, 2, 2]] * scale

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], [0, 2, 2], dout * self.scale)
        return (dout * self.params[0][[0, 2, 2]]).sum(axis=0)


add("NumPy's softmax", softmax, X, vjp=softmax_vjp)
add("NumPy's affine map", affine, ROWS, arrays((3, 2)), arrays((2,)), vjp=affine_vjp)
add("NumPy's tanh", np.tanh, X, vjp=lambda g, x: g * (1 - np.tanh(x) ** 2))
add("NumPy's sigmoid", sigmoid, NEAR, vjp=lambda g, x: g * sigmoid(x) * (1 - sigmoid(x)))
add("NumPy's swish complement", lambda x: x * (1 - sigmoid(x)), NEAR, vjp=swish_complement_vjp)
add("NumPy's batch norm", standardised, ROWS, vjp=standardised_vjp)
add("NumPy's length", lambda x: np.sqrt((x * x).sum() + 1.0), X, vjp=norm_vjp)
add("NumPy's square", lambda x: (x**2).sum(), X, gradient=lambda x: 2 * x)
add(
    "NumPy's inverse",
    lambda a: np.linalg.inv(a + 5 * np.eye(2)),
    arrays((2, 2), domain="unit"),
    vjp=lambda g, a: -np.linalg.inv(a + 5 * np.eye(2)).T @ g @ np.linalg.inv(a + 5 * np.eye(2)).T,
)
add("SciPy's error function", special.erf, NEAR,
    vjp=lambda g, x: g * 2 / np.sqrt(np.pi) * np.exp(-x * x))  # fmt: skip
add("SciPy's logit of a share", special.logit, arrays((3,), domain="probability"),
    vjp=lambda g, p: g / (p * (1 - p)))  # fmt: skip
add("NumPy's relu", lambda x: np.maximum(x, 0), X, vjp=lambda g, x: g * (x > 0))
add(
    "NumPy's cumulative sum",
    lambda x: np.cumsum(x, axis=-1),
    X,
    vjp=lambda g, x: np.flip(np.cumsum(np.flip(g, -1), axis=-1), -1),
)
add(
    "NumPy's power",
    lambda x: x**2.5,
    arrays((3,), domain="positive"),
    vjp=lambda g, x: 2.5 * g * x**1.5,
)
add(
    "NumPy's max",
    lambda x: x.max(axis=-1),
    arrays((2, 3), domain="distinct"),
    vjp=lambda g, x: g[:, None] * (x == x.max(axis=-1, keepdims=True)),
)
made("Affine layer", Affine, ROWS)
made("Sigmoid layer", Sigmoid, NEAR)
made("Relu layer", Relu, X)
made("Tanh layer", Tanh, X)
made("SoftmaxWithLoss layer", SoftmaxWithLoss, arrays((4, 3), domain="moderate"))
made("network of two layers", TwoLayers, ROWS)
made("BatchNorm layer", BatchNorm, ROWS)
made("Dropout layer", Dropout, X)
made("Embedding layer", Embedding, arrays((2,)))
