"""Shifted products compute what columns compute, in every geometry that they take."""

import numpy as np
import pytest

from autograd.kernels import shifted
from autograd.kernels.convolution import conv, conv_input, conv_weight

# shape of x, shape of weight, stride, padding, dilation
GEOMETRIES = {
    "3x3": ((2, 8, 9, 9), (5, 8, 3, 3), 1, 1, 1),
    "5x5 without padding": ((2, 8, 9, 9), (5, 8, 5, 5), 1, 0, 1),
    "dilated": ((2, 12, 9, 9), (5, 12, 3, 3), 1, 2, 2),
    "stride along the second axis": ((2, 8, 9, 9), (5, 8, 3, 3), (1, 2), 1, 1),
    "not square": ((2, 8, 9, 5), (5, 8, 3, 2), 1, (2, 0), 1),
    "wide padding": ((2, 8, 4, 4), (5, 8, 3, 3), 1, 5, 1),
    "sequences": ((2, 8, 20), (5, 8, 4), 1, 1, 1),
    "volumes": ((2, 8, 4, 5, 6), (5, 8, 3, 2, 3), 1, 1, 1),
    "no image": ((0, 8, 9, 9), (5, 8, 3, 3), 1, 1, 1),
}


@pytest.mark.parametrize("layout", ["first", "last"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_as_by_columns(name, dtype, layout, monkeypatch):
    x_shape, weight_shape, *settings = GEOMETRIES[name]
    rng = np.random.default_rng(0)
    x, weight = (rng.normal(size=shape).astype(dtype) for shape in (x_shape, weight_shape))

    def results():
        out = conv(x, weight, *settings)
        g = np.random.default_rng(1).normal(size=out.shape).astype(dtype)
        if layout == "last":
            g = np.moveaxis(np.moveaxis(g, 1, -1).copy(), -1, 1)
        d_x = conv_input(g, weight, x_shape[2:], *settings)
        return [out, d_x, conv_weight(g, x, weight_shape[2:], *settings)]

    if layout == "last":
        x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    monkeypatch.setattr(shifted, "_LEAST_WORK", 10**9)
    by_columns = results()
    taken = []
    for function in (shifted.correlate, shifted.weight_gradient):
        monkeypatch.setattr(
            shifted, function.__name__, lambda *given, f=function: taken.append(f) or f(*given)
        )
    monkeypatch.setattr(shifted, "_LEAST_WORK", -1)
    by_shifts = results()
    assert taken
    for each, expected in zip(by_shifts, by_columns, strict=True):
        assert each.dtype == dtype
        assert each.strides == expected.strides or not each.size
        np.testing.assert_allclose(each, expected, atol=1e-4 if dtype == np.float32 else 1e-12)


def test_cropped_and_grouped_convolutions_are_not_taken():
    x, weight = np.ones((2, 8, 12, 12)), np.ones((8, 4, 3, 3))
    out = conv(x, weight, 1, 1, 1, 2)
    assert out[0, 0, 5, 5] == 36
    # Padding beyond the kernel's reach crops in the adjoint.
    g = np.ones((1, 8, 16, 16))
    np.testing.assert_allclose(
        conv_input(g, np.ones((8, 8, 3, 3)), (12, 12), 1, 3)[0, 0, 5, 5], 72.0
    )
