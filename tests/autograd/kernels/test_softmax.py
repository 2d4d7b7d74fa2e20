"""Softmax by kernels: as exact as float32 can be, with and without the maximum taken off."""

import numpy as np
import pytest
import scipy.special

import autograd
from autograd import Tensor

RNG = np.random.default_rng(0)
ROWS = {
    "small numbers": RNG.normal(size=(300, 400)),
    "near the limit": RNG.normal(size=(100, 400)) * 7,
    "far above it": RNG.normal(size=(100, 400)) + 1000.0,
    "far below it": RNG.normal(size=(100, 400)) - 1000.0,
    "rows apart": RNG.normal(size=(100, 400)) + np.linspace(-500, 500, 100)[:, None],
    "few": RNG.normal(size=(7, 3)) * 3,
    "few rows apart": RNG.normal(size=(4, 5)) + np.linspace(-500, 500, 4)[:, None],
    "one class": RNG.normal(size=(5, 1)),
    "masked": np.where(np.tri(300, dtype=bool), RNG.normal(size=(300, 300)), -np.inf),
    "large in steep rows": RNG.normal(size=(100, 400)) * 300,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ROWS)
def test_values_and_gradients(name, dtype):
    given = ROWS[name].astype(dtype)
    exact = given.astype(np.float64)
    g = RNG.normal(size=given.shape).astype(dtype)
    digits = 1e-6 if dtype == np.float32 else 1e-13
    x = Tensor(given, requires_grad=True)
    out = autograd.softmax(x)
    out.backward(g)
    expected = scipy.special.softmax(exact, axis=-1)
    np.testing.assert_allclose(out.detach().numpy(), expected, rtol=10 * digits, atol=digits / 100)
    slope = expected * (g - (g * expected).sum(-1, keepdims=True))
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=5 * digits)

    finite = np.isfinite(exact)
    x = Tensor(given, requires_grad=True)
    out = autograd.log_softmax(x)
    out.backward(g)
    expected = scipy.special.log_softmax(exact, axis=-1)
    np.testing.assert_allclose(
        out.detach().numpy()[finite], expected[finite], rtol=5 * digits, atol=5 * digits
    )
    slope = g - np.exp(expected) * g.sum(-1, keepdims=True)
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=60 * digits)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", [name for name in ROWS if name != "masked"])
def test_cross_entropy(name, reduction):
    given = ROWS[name].astype(np.float32)
    labels = RNG.integers(0, given.shape[1], len(given))
    x = Tensor(given, requires_grad=True)
    losses = autograd.cross_entropy(x, labels, reduction=reduction)
    g = RNG.normal(size=losses.shape).astype(np.float32)
    losses.backward(g)
    exact = given.astype(np.float64)
    rows = np.arange(len(given))
    each = scipy.special.logsumexp(exact, axis=1) - exact[rows, labels]
    expected = {"none": each, "sum": each.sum(), "mean": each.mean()}[reduction]
    np.testing.assert_allclose(losses.detach().numpy(), expected, rtol=2e-6, atol=2e-6)
    slope = scipy.special.softmax(exact, axis=1)
    slope[rows, labels] -= 1
    slope *= (g if reduction == "none" else g / (len(given) if reduction == "mean" else 1)).reshape(
        -1, 1
    )
    np.testing.assert_allclose(x.grad.numpy(), slope, atol=3e-6)


def test_a_loss_that_is_sure_keeps_its_digits():
    """ln Σ e^x - x loses all of them, where the maximum is not taken off first."""
    logits = np.zeros((1, 2), np.float32)
    logits[0, 0] = 12
    loss = autograd.cross_entropy(Tensor(logits), np.array([0])).item()
    assert loss == pytest.approx(np.log1p(np.exp(-12)), rel=2e-2)
    small = -autograd.log_softmax(Tensor(logits)).numpy()[0, 0]
    assert small == pytest.approx(np.log1p(np.exp(-12)), rel=2e-2)


def test_a_row_that_is_not_a_number_does_not_spoil_the_others():
    given = np.zeros((3, 400), np.float32)
    given[1, 7] = np.nan
    out = autograd.softmax(Tensor(given)).numpy()
    assert np.isnan(out[1]).all()
    np.testing.assert_allclose(out[[0, 2]], 1 / 400, rtol=1e-6)
