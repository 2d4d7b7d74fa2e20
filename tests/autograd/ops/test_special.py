"""Special functions where they are difficult: far out, at edges, at high order, in few bits."""

import numpy as np
import pytest
import scipy.special

import autograd
from autograd import Tensor, func, grad

NAMES = [
    "erf", "erfc", "erfcx", "erfinv", "ndtr", "log_ndtr", "logit", "entr", "gammaln", "digamma",
    "i0", "i1", "expit",
]  # fmt: skip


def derivative(function, at):
    x = Tensor(at, requires_grad=True)
    return grad(function(x).sum(), [x])[0].data


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("name", NAMES)
def test_narrow_numbers_stay_narrow(name, dtype):
    x = np.array([0.25, 0.5], dtype)
    out = getattr(autograd, name)(Tensor(x))
    assert out.dtype == dtype
    assert derivative(getattr(autograd, name), x).dtype == dtype
    expected = getattr(scipy.special, name)(x.astype(float))
    np.testing.assert_allclose(out.data, expected, rtol=8 * np.finfo(dtype).eps)


def test_two_arguments_and_orders_stay_narrow():
    x = np.array([0.25, 0.5], np.float32)
    assert autograd.beta(Tensor(x), 2.0).dtype == np.float32
    assert autograd.polygamma(2, Tensor(x)).dtype == np.float32
    assert autograd.bessel_i(Tensor(x.astype(np.float16)), 2).dtype == np.float16
    assert autograd.ops.digamma_derivative(Tensor(x.astype(np.float16)), 1).dtype == np.float16


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        # Far out the density over Φ is as large as the number.
        (autograd.log_ndtr, [-1e6, -40.0, 40.0], [1e6, 40 + 1 / 40 - 2 / 40**3 + 10 / 40**5, 0.0]),
        (autograd.log_ndtr, np.array([-1e6], np.float32), [1e6]),
        (autograd.entr, [0.0, 1.0], [np.inf, -1.0]),
        (autograd.logit, [0.0, 0.5], [np.inf, 4.0]),
        (autograd.gammaln, [-0.5], [scipy.special.digamma(-0.5)]),
        (autograd.digamma, [-0.5, 1e-8], [np.pi**2 / 2 + 4, 1e16]),
    ],
)
def test_difficult_points(function, at, expected):
    with np.errstate(all="ignore"):
        found = derivative(function, np.asarray(at))
    tolerance = 1e-6 if found.dtype == np.float32 else 1e-9
    np.testing.assert_allclose(found, expected, rtol=tolerance)


@pytest.mark.parametrize(
    ("function", "coefficients"),
    [
        (autograd.i0, [1, 0, 1 / 2, 0, 3 / 8, 0]),
        (autograd.i1, [0, 1 / 2, 0, 3 / 8, 0, 5 / 16]),
        (autograd.erf, [0, 2, 0, -4, 0, 24]),  # times 1/√π
    ],
)
def test_derivatives_of_every_order_at_zero(function, coefficients):
    scale = 1 / np.sqrt(np.pi) if function is autograd.erf else 1.0
    for expected in coefficients:
        assert function(Tensor(0.0)).item() == pytest.approx(scale * expected, abs=1e-14)
        function = func.grad(function)


def test_polygamma_is_the_derivative_of_the_one_before():
    x = Tensor([0.3, 2.0, 7.5])
    for n in range(4):
        slope = func.jacrev(lambda t, n=n: autograd.polygamma(n, t).sum())(x)
        np.testing.assert_allclose(slope.data, autograd.polygamma(n + 1, x).data, rtol=1e-13)
        np.testing.assert_allclose(
            autograd.polygamma(n, x).data, scipy.special.polygamma(n, x.data), rtol=1e-13
        )


@pytest.mark.parametrize("n", [-1, 0.5, np.array([1, 2])])
def test_polygamma_of_no_order(n):
    with pytest.raises(ValueError, match="order"):
        autograd.polygamma(n, Tensor([1.0]))
