"""Depthwise convolution computes what one convolution per channel computes."""

import numpy as np
import pytest

from autograd.kernels import depthwise
from autograd.kernels.convolution import conv, conv_input, conv_weight

# shape of x, kernel, stride, padding, dilation
GEOMETRIES = {
    "3x3": ((2, 6, 8, 8), (3, 3), 1, 1, 1),
    "without padding": ((2, 6, 8, 8), (2, 3), 1, 0, 1),
    "stride": ((2, 6, 8, 7), (3, 3), 2, 1, 1),
    "dilated": ((2, 6, 9, 9), (3, 3), 1, 2, (2, 1)),
    "sequences": ((2, 6, 20), (4,), 3, 1, 1),
    "volumes": ((2, 3, 4, 5, 6), (3, 2, 3), 1, 1, 1),
    "no image": ((0, 6, 8, 8), (3, 3), 1, 1, 1),
    "one place": ((2, 6, 3, 3), (3, 3), 1, 0, 1),
    "cropping adjoint": ((2, 6, 4, 4), (3, 3), 1, 4, 1),
}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.float16])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_as_channel_by_channel(name, dtype, last, monkeypatch):
    x_shape, kernel, *settings = GEOMETRIES[name]
    channels = x_shape[1]
    rng = np.random.default_rng(0)
    x, weight = (rng.normal(size=s).astype(dtype) for s in (x_shape, (channels, 1, *kernel)))
    if last:
        x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    out = conv(x, weight, *settings, channels)
    g = rng.normal(size=out.shape).astype(dtype)
    together = [
        out,
        conv_input(g, weight, x_shape[2:], *settings, channels),
        conv_weight(g, x, kernel, *settings, channels),
    ]
    monkeypatch.setattr(depthwise, "suits", lambda *_: False)
    parts = [slice(c, c + 1) for c in range(channels)]
    by_channel = [
        np.concatenate([conv(x[:, c], weight[c], *settings) for c in parts], 1),
        np.concatenate([conv_input(g[:, c], weight[c], x_shape[2:], *settings) for c in parts], 1),
        np.concatenate([conv_weight(g[:, c], x[:, c], kernel, *settings) for c in parts]),
    ]
    digits = {np.float16: 5e-2, np.float32: 1e-5}.get(dtype, 1e-12)
    for each, expected in zip(together, by_channel, strict=True):
        assert each.dtype == dtype
        np.testing.assert_allclose(each, expected, atol=digits, rtol=digits)
