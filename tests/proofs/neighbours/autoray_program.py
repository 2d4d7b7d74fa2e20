"""autoray finds NumPy's functions for Tensors, with gradients."""

import autoray
import numpy as np
from autoray import do

import autograd
from autograd import Tensor

values = np.random.default_rng(0).normal(size=(3, 3)) + 4 * np.eye(3)
t = Tensor(values, requires_grad=True)
assert autoray.infer_backend(t) == "autograd"
assert isinstance(do("zeros", (2,), like=t), np.ndarray)
assert autoray.shape(t) == (3, 3)

CALLS = [
    ("sum", (t,)), ("exp", (t,)), ("tensordot", (t, t, 1)), ("einsum", ("ij,jk->ik", t, t)),
    ("stack", ([t, t],)), ("concatenate", ([t, t],)), ("reshape", (t, (9,))), ("diag", (t,)),
    ("transpose", (t,)), ("linalg.norm", (t,)), ("linalg.inv", (t,)), ("linalg.solve", (t, t)),
    ("where", (t > 3, t, 0.0)), ("take", (t, np.array([0]), 0)), ("clip", (t, 0, 1)),
    ("conj", (t,)), ("real", (t,)), ("trace", (t,)), ("moveaxis", (t, 0, 1)), ("sort", (t,)),
    ("linalg.cholesky", (t @ t.T,)), ("astype", (t, "float32")), ("complex", (t, t)),
]  # fmt: skip
for name, arguments in CALLS:
    out = do(name, *arguments, like=t)
    assert isinstance(out, Tensor), name
    assert out.requires_grad, name
q, r = do("linalg.qr", t)
np.testing.assert_allclose((q @ r).detach(), values)
u, s, v = do("linalg.svd", t)
np.testing.assert_allclose((u * s @ v).detach(), values)


def weight(x):
    return do("sum", do("linalg.svd", x)[1])


u, _, v = np.linalg.svd(values)
np.testing.assert_allclose(autograd.grad(weight)(values), u @ v)
