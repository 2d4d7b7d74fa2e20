"""Layers as the courses write them, with `forward` and `backward`, right and wrong."""

import numpy as np
import pytest

from autograd.testing import GradientError, assert_gradients, check_grads
from autograd.testing.strategies import arrays

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])
RNG = np.random.default_rng(0)
W = RNG.normal(size=(3, 4))
B = RNG.normal(size=4)


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1.0 / (1.0 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


class Affine:
    """Parameters and gradients as pairs of attributes."""

    def __init__(self, weight, bias):
        self.W = weight
        self.b = bias
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class ListedAffine:
    """Parameters and gradients in lists, the gradients written in place."""

    def __init__(self, weight, bias):
        self.params = [weight, bias]
        self.grads = [np.zeros_like(weight), np.zeros_like(bias)]
        self.x = None

    def forward(self, x):
        weight, bias = self.params
        self.x = x
        return x @ weight + bias

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T


class Network:
    """Layers that share their parameters with the network's own lists."""

    def __init__(self, layers):
        self.layers = layers
        self.params, self.grads = [], []
        for layer in layers:
            self.params += getattr(layer, "params", [])
            self.grads += getattr(layer, "grads", [])

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Embedding:
    """Its input is no array to differentiate, so backward returns nothing."""

    def __init__(self, weight):
        self.params = [weight]
        self.grads = [np.zeros_like(weight)]
        self.index = None

    def forward(self, index):
        self.index = index
        return self.params[0][index]

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.index, dout)


class SoftmaxWithLoss:
    """A loss with integer targets as a second input, and a cotangent that defaults to 1."""

    def forward(self, x, target):
        shares = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = shares / shares.sum(axis=1, keepdims=True)
        self.target = target
        return -np.log(self.y[np.arange(len(x)), target]).mean()

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.target] -= 1
        return dx * dout / len(dx)


class Product:
    """Two inputs, two gradients."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x


def test_right_layers_pass():
    check_grads(Sigmoid(), X)
    check_grads(Affine(W, B), X)
    check_grads(ListedAffine(W, B), X)
    check_grads(Network([ListedAffine(W, B), Sigmoid(), ListedAffine(W.T, X[0])]), X)
    check_grads(Embedding(W), np.array([0, 2, 0]))
    check_grads(SoftmaxWithLoss(), X, np.array([2, 0]))
    check_grads(Product(), X, 2 * X)


def test_all_properties_hold_of_right_layers():
    assert_gradients(Sigmoid(), arrays((2, 3)), elementwise=True)
    assert_gradients(ListedAffine(W, B), arrays((2, 3)), batch=[True, False, False])
    assert_gradients(Product(), arrays((2, 3)), arrays((2, 3)))


def test_float32_parameters_are_checked_in_double_precision_and_left_alone():
    layer = ListedAffine(W.astype("f"), B.astype("f"))
    network = Network([layer, Sigmoid()])
    before = [each.copy() for each in [*layer.params, *layer.grads]]
    check_grads(network, X)
    after = [*layer.params, *layer.grads]
    assert all(a.dtype == np.float32 for a in after)
    assert all(np.array_equal(a, b) for a, b in zip(after, before, strict=True))


class WrongBias(Affine):
    def backward(self, dout):
        passed = super().backward(dout)
        self.db = dout.mean(axis=0)
        return passed


class Untransposed(Affine):
    def backward(self, dout):
        passed = super().backward(dout)
        self.dW = (self.x.T @ dout).T
        return passed


class Piling(ListedAffine):
    """Adds to the gradients of the call before."""

    def backward(self, dout):
        self.grads[0] += self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T


class Masking:
    """A rectifier that writes into what it is given."""

    def forward(self, x):
        self.mask = x <= 0
        x[self.mask] = 0
        return x

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class MaskingBackwards(Masking):
    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, 0.0, x)


class Forgetful(Affine):
    def backward(self, dout):
        self.dW = self.x.T @ dout
        return dout @ self.W.T


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (WrongBias(W, B), "b: the mean over broadcast axis 0 instead of the sum"),
        (Untransposed(RNG.normal(size=(3, 3)), B[:3]), "W: transposed"),
        (Piling(W, B), "first call right, second wrong"),
        (Masking(), "x was changed in place by the forward call"),
        (MaskingBackwards(), "the cotangent of output 0 was changed in place by the backward pass"),
        (Forgetful(W, B), "Forgetful.backward left no gradient of b in db"),
    ],
    ids=lambda each: "" if isinstance(each, str) else type(each).__name__,
)
def test_wrong_layers_are_reported(layer, words):
    with pytest.raises(GradientError, match=words):
        assert_gradients(layer, X)


def test_a_gradient_for_some_inputs_only_is_an_error():
    class Half(Product):
        def backward(self, dout):
            return dout * self.y

    with pytest.raises(GradientError, match="returned 1 gradients for 2 floating inputs"):
        check_grads(Half(), X, X)
    check_grads(Half(), X, X, differentiate=["x"])


def test_lists_that_do_not_match_are_an_error():
    layer = ListedAffine(W, B)
    layer.grads.pop()
    with pytest.raises(ValueError, match="has 2 params but 1 grads"):
        check_grads(layer, X)


def test_a_layer_that_draws_random_numbers_is_named():
    class Dropout:
        def forward(self, x):
            self.mask = np.random.default_rng().uniform(size=x.shape) > 0.5
            return x * self.mask

        def backward(self, dout):
            return dout * self.mask

    with pytest.raises(GradientError, match="Dropout is not deterministic"):
        check_grads(Dropout(), np.ones((5, 5)))
