"""gelu in float32: as exact as float32 is, in every layout, and at the edges."""

import numpy as np
import pytest
import scipy.special

import autograd
from autograd import Tensor

# NaN is what these are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*the result is NaN")

X = np.concatenate([np.linspace(-12, 12, 30_001), np.geomspace(1e-30, 1e30, 999)])
X = np.concatenate([X, -X]).astype(np.float32)


def _exact(x):
    """gelu and its slope in float64."""
    x = x.astype(np.float64)
    cdf = scipy.special.ndtr(x)
    density = np.exp(-np.minimum(x * x, 1e3) / 2) / np.sqrt(2 * np.pi)
    return x * cdf, cdf + x * density


def test_as_exact_as_float32_is():
    x = Tensor(X, requires_grad=True)
    out = autograd.gelu(x)
    out.sum().backward()
    value, slope = _exact(X)
    error = np.abs(out.detach().numpy() - value) / np.maximum(1, np.abs(value))
    assert error.max() < 2.5e-7  # two units of the last digit of 1
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=4e-7)


@pytest.mark.parametrize("count", [1, 3000])  # by erf, and by the kernel
def test_edges(count):
    edges = np.array([0.0, -0.0, np.inf, np.nan, 1e38, -1e38], np.float32)
    x = Tensor(np.tile(edges, count), requires_grad=True)
    out = autograd.gelu(x)
    out.sum().backward()
    zero, minus_zero, infinite, nan, large, small = out.detach().numpy()[-6:]
    assert (zero, np.signbit(minus_zero), infinite, large) == (0, True, np.inf, np.float32(1e38))
    assert np.isnan(nan)
    assert small == 0
    assert x.grad.numpy()[0] == x.grad.numpy()[1] == 0.5
    assert np.isnan(x.grad.numpy()[3])


def test_minus_infinity_gives_zero():
    x = Tensor(np.full(3000, -np.inf, np.float32), requires_grad=True)
    out = autograd.gelu(x)
    out.sum().backward()
    assert not out.detach().numpy().any()
    np.testing.assert_allclose(x.grad.numpy(), 0, atol=1e-7)


@pytest.mark.parametrize(
    "layout",
    [
        lambda x: x.reshape(60, 50),
        lambda x: x.reshape(60, 50).T,
        lambda x: np.repeat(x, 2)[::2].reshape(30, 100),
        lambda x: x.reshape(10, 3, 10, 10).transpose(0, 3, 1, 2),
        lambda x: x[::-1],
    ],
)
def test_memory_layout_does_not_matter(layout):
    given = layout(np.random.default_rng(0).normal(size=3000).astype(np.float32))
    g = np.random.default_rng(1).normal(size=given.shape).astype(np.float32)
    x = autograd.from_numpy(given).requires_grad_()
    out = autograd.gelu(x)
    out.backward(g)
    value, slope = _exact(given)
    np.testing.assert_allclose(out.detach().numpy(), value, atol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), g * slope, atol=2e-6)


def test_second_order_and_forward_mode_of_large_arrays():
    given = np.linspace(-3, 3, 3000).astype(np.float32)
    x = Tensor(given, requires_grad=True)
    (slope,) = autograd.grad(autograd.gelu(x).sum(), [x], create_graph=True)
    (curvature,) = autograd.grad(slope.sum(), [x])
    exact = (
        np.exp(-(given.astype(float) ** 2) / 2)
        / np.sqrt(2 * np.pi)
        * (2 - given.astype(float) ** 2)
    )
    np.testing.assert_allclose(curvature.numpy(), exact, atol=2e-6)
    _, tangent = autograd.func.jvp(autograd.gelu, (Tensor(given),), (Tensor(np.ones_like(given)),))
    np.testing.assert_allclose(tangent.numpy(), _exact(given)[1], atol=2e-6)
