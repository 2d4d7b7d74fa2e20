"""Normalisation by kernels: right in every arrangement, and as exact as float32 can be."""

import numpy as np
import pytest

import autograd
from autograd import Tensor

# What is normalised: shape, axes of the statistics, shape of weight and bias, view.
ARRANGEMENTS = {
    "batch": ((8, 6, 4, 4), (0, 2, 3), (1, 6, 1, 1), None),
    "batch, wide places": ((3, 5, 20, 20), (0, 2, 3), (1, 5, 1, 1), None),
    "batch, vectors": ((64, 6), (0,), (1, 6), None),
    "batch, odd sizes": ((7, 3, 5, 3), (0, 2, 3), (1, 3, 1, 1), None),
    "layer": ((10, 33), (1,), (33,), None),
    "layer, two axes": ((4, 3, 7), (1, 2), (3, 7), None),
    "layer, one weight for all": ((4, 6), (1,), (1,), None),
    "layer, weights that repeat in a row": ((4, 3, 7), (1, 2), (7,), None),
    "group": ((4, 6, 5, 5), (2, 3, 4), (2, 3, 1, 1), (4, 2, 3, 5, 5)),
    "group, vectors": ((4, 6), (2,), (2, 3), (4, 2, 3)),
    "instance": ((4, 6, 5, 5), (2, 3), (1, 6, 1, 1), None),
    "over the last axis alone": ((2, 3, 4, 5), (3,), (1, 3, 1, 1), None),
    "over the middle": ((2, 3, 4), (1,), (1, 3, 1), None),
    "large": ((96, 1200), (1,), (1200,), None),
    "large, columns": ((300, 7, 9, 9), (0, 2, 3), (1, 7, 1, 1), None),
}
LAYOUTS = {
    "as it is": lambda x: x,
    "channels last": lambda x: np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1),
    "every second": lambda x: np.repeat(x, 2, axis=0)[::2],
}


def _reference(x, weight, bias, axes, affine_shape, view, g, g_mean, g_variance, eps):
    """The formula and its gradients, in float64."""
    shape = x.shape
    x, g = (each.reshape(view or shape) for each in (x, g))
    weight, bias = weight.reshape(affine_shape), bias.reshape(affine_shape)
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    scale = (variance + eps) ** -0.5
    standard = (x - mean) * scale
    count = standard.size / mean.size
    full = (1,) * (x.ndim - len(affine_shape)) + affine_shape
    along = tuple(axis for axis, n in enumerate(full) if n == 1)
    d_weight, d_bias = (each.sum(along) for each in (g * standard, g))
    g = g * weight
    d_x = scale * (g - g.mean(axes, keepdims=True))
    d_x -= scale * standard * (g * standard).mean(axes, keepdims=True)
    d_x += (g_mean.reshape(mean.shape) + 2 * g_variance.reshape(mean.shape) * (x - mean)) / count
    return (standard * weight + bias).reshape(shape), [d_x.reshape(shape), d_weight, d_bias]


def _case(name, dtype, offset=0.0):
    shape, axes, affine_shape, view = ARRANGEMENTS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(offset, 1.0, shape).astype(dtype)
    weight, bias = (rng.normal(1.0, 0.5, np.prod(affine_shape)).astype(dtype) for _ in range(2))
    g = rng.normal(size=shape).astype(dtype)
    return x, weight, bias, g, {"axes": axes, "affine_shape": affine_shape, "view": view}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ARRANGEMENTS)
@pytest.mark.parametrize(("dtype", "digits"), [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_values_and_gradients_in_every_arrangement(name, layout, dtype, digits):
    x, weight, bias, g, settings = _case(name, dtype)
    inputs = [Tensor(each, requires_grad=True) for each in (x, weight, bias)]
    inputs[0] = autograd.from_numpy(LAYOUTS[layout](x)).requires_grad_()
    out, mean, variance = autograd.normalize(*inputs, eps=1e-5, **settings)
    rng = np.random.default_rng(1)
    of_statistics = [rng.normal(size=mean.shape).astype(dtype) for _ in range(2)]
    g_out = LAYOUTS[layout](g)
    autograd.backward([out, mean, variance], [g_out, *of_statistics])
    exact = [each.astype(np.float64) for each in (x, weight, bias)]
    expected, gradients = _reference(
        *exact, settings["axes"], settings["affine_shape"], settings["view"],
        g.astype(np.float64), *(each.astype(np.float64) for each in of_statistics), 1e-5,
    )  # fmt: skip
    np.testing.assert_allclose(out.detach().numpy(), expected, atol=digits * 5)
    for each, gradient in zip(inputs, gradients, strict=True):
        assert each.grad.dtype == dtype
        scale = max(1.0, np.abs(gradient).max())
        np.testing.assert_allclose(
            each.grad.numpy().ravel() / scale, gradient.ravel() / scale, atol=digits
        )


@pytest.mark.parametrize("name", ["batch", "layer", "group", "large", "large, columns"])
def test_numbers_far_from_zero_lose_only_what_float32_has_lost(name):
    """A mean of 1,000 times the deviation costs three of seven digits, and not the variance."""
    x, weight, bias, _, settings = _case(name, np.float32, offset=1000.0)
    out, _, variance = autograd.normalize(Tensor(x), weight, bias, **settings)
    exact, _, exactly = autograd.normalize(
        Tensor(x.astype(np.float64)), weight.astype(float), bias.astype(float), **settings
    )
    np.testing.assert_allclose(variance.numpy(), exactly.numpy(), rtol=1e-3)
    np.testing.assert_allclose(out.numpy(), exact.numpy(), atol=2e-3)


def test_what_cannot_be_a_number_stays_in_its_group():
    x = np.ones((3, 2048), np.float32)
    x[:, ::2] = 2
    x[1, 5] = np.nan
    out = autograd.normalize(Tensor(x), axes=(1,), affine_shape=(2048,))[0].numpy()
    assert np.isnan(out[1]).all()
    assert np.isfinite(out[[0, 2]]).all()


@pytest.mark.parametrize(
    ("shape", "down_to"),
    [
        ((16, 8, 12, 12), (8, 1, 1)),
        ((16, 8, 12, 12), (16, 1, 1, 1)),
        ((16, 8, 12, 12), (12, 1)),
        ((16, 8, 12, 12), (1, 8, 1, 12)),
        ((16, 8, 12, 12), (16, 8, 1, 1)),
        ((16, 8, 12, 12), ()),
        ((700, 40), (40,)),
        ((700, 40), (700, 1)),
        ((20_000,), (1,)),
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_summed_down_to_a_bias(shape, down_to, layout, dtype):
    x = np.random.default_rng(0).normal(1.0, 1.0, shape).astype(dtype)
    given = LAYOUTS[layout](x) if len(shape) > 2 or layout == "every second" else x
    total = autograd.ops.sum_to(given, down_to)
    full = (1,) * (len(shape) - len(down_to)) + down_to
    axes = tuple(axis for axis, n in enumerate(full) if n == 1)
    expected = x.astype(np.float64).sum(axis=axes).reshape(down_to)
    assert total.dtype == dtype
    assert total.shape == down_to
    np.testing.assert_allclose(total, expected, rtol=2e-6 if dtype == np.float32 else 1e-12)
