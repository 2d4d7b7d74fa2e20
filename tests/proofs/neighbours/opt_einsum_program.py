"""opt_einsum contracts Tensors, and its functions are differentiated."""

import numpy as np
import opt_einsum

import autograd
from autograd import Tensor

random = np.random.default_rng(0)
x, y, z = random.normal(size=(3, 4)), random.normal(size=(4, 5)), random.normal(size=(5, 3))
expected = (y @ z).T

found = autograd.grad(lambda x: opt_einsum.contract("ij,jk,ki->", x, y, z))(x)
np.testing.assert_allclose(found, expected)

t = Tensor(x, requires_grad=True)
opt_einsum.contract("ij,jk,ki->", t, y, z).backward()
np.testing.assert_allclose(t.grad, expected)

expression = opt_einsum.contract_expression("ij,jk->ik", x.shape, y.shape)
np.testing.assert_allclose(expression(t, Tensor(y)).detach(), x @ y)
np.testing.assert_allclose(expression(x, y, backend="autograd"), x @ y)
assert opt_einsum.contract("ij->ji", t).shape == (4, 3)
assert opt_einsum.contract("ij,ij->", t, x).shape == ()
with_constants = opt_einsum.contract_expression("ij,jk,ki->", x.shape, y, z, constants=[1, 2])
np.testing.assert_allclose(autograd.grad(with_constants)(x), expected)
