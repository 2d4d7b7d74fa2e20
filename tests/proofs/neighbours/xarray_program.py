"""Labelled arrays of xarray around Tensors, with gradients."""

import numpy as np
import xarray as xr

from autograd import Tensor

t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
labelled = xr.DataArray(t, dims=("time", "place"), coords={"place": ["here", "there"]})
weights = xr.DataArray([10.0, 20.0], dims="place")

assert type(labelled.data) is Tensor
loss = (labelled * weights).sel(place="there").mean("time").sum()
loss.data.backward()
np.testing.assert_array_equal(t.grad, [[0.0, 10.0], [0.0, 10.0]])
assert Tensor(weights).tolist() == [10.0, 20.0]

plain = xr.DataArray(np.array([1.0, 2.0]), dims="place")
t = Tensor([3.0, 4.0], requires_grad=True)
for product in (t * plain, plain * t):
    assert isinstance(product, xr.DataArray)
    assert type(product.data) is Tensor
(t * plain).sum().data.backward()
np.testing.assert_array_equal(t.grad, [1.0, 2.0])
