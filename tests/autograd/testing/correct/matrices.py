"""Products of matrices, linear algebra with `eye`, complex numbers, transforms."""

import numpy as np

import autograd as ag
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
W = arrays((3, 2))
A = arrays((3, 3), domain="moderate")
NEAR = arrays((2, 3), domain="moderate")
V = arrays((3,), domain="moderate")
Z = arrays((3,), np.complex128, domain="moderate")
add = suite.add


def spd(a):
    return a @ a.T + np.eye(3)


add("affine", lambda x, w, b: x @ w + b, X, W, arrays((2,)))
add("two layers", lambda x, w, v: ag.relu(x @ w) @ v, X, W, arrays((2, 2)))
add("scaled product", lambda x, w: (x @ w) / np.sqrt(3), X, W)
add("Gram matrix", lambda x: x @ x.T, X)
add("quadratic form", lambda x, a: x @ a @ x, V, A)
add("dot product", lambda x, y: (x * y).sum(), V, V)
add("outer product", lambda x, y: ag.outer(x, y), V, V)
add("contraction", lambda x, w: ag.einsum("ij,jk->ik", x, w), X, W)
add("trace of a product", lambda x, w: ag.einsum("ij,ji->", x, w), X, W)
add("chain of three", lambda x, w, a: x @ w @ a, X, W, arrays((2, 2)))
add("batched product", lambda a, b: a @ b, arrays((2, 2, 3)), arrays((2, 3, 2)))
add("inverse", lambda a: ag.linalg.inv(spd(a)), A)
add("solution", lambda a, b: ag.linalg.solve(spd(a), b), A, V)
add("log of a determinant", lambda a: ag.linalg.slogdet(spd(a))[1], A)
add("determinant", lambda a: ag.linalg.det(a + 4 * np.eye(3)), arrays((3, 3), domain="unit"))
add("Cholesky factor", lambda a: ag.linalg.cholesky(spd(a)), A)
add("ridge regression", lambda x, y: ag.linalg.solve(x.T @ x + 0.1 * np.eye(3), x.T @ y),
    NEAR, arrays((2,), domain="moderate"))  # fmt: skip
add("log likelihood of a Gaussian",
    lambda a, x: -0.5 * (x @ ag.linalg.solve(spd(a), x) + ag.linalg.slogdet(spd(a))[1]),
    A, V)  # fmt: skip
add("eigenvalues", lambda a: ag.linalg.eigvalsh(a + a.T + np.diag([0.0, 9.0, 20.0])),
    arrays((3, 3), domain="unit"))  # fmt: skip
add("singular values, summed", lambda a: ag.linalg.norm(a + np.eye(3), ord="nuc"),
    arrays((3, 3), domain="distinct"))  # fmt: skip
add("Frobenius norm", lambda a: ag.linalg.norm(a), A)
add("projection", lambda a, x: x - a * (a @ x) / (a @ a + 1.0), V, V)
add("Neumann series", lambda a: np.eye(3) + 0.1 * a + 0.01 * a @ a, A)
add("trace of an inverse", lambda a: ag.trace(ag.linalg.inv(spd(a))), A)
add("power spectrum", lambda x: ag.abs(ag.fft.rfft(x)) ** 2, V)
add(
    "smoothing by transforms",
    lambda x: ag.real(ag.fft.ifft(ag.fft.fft(x) * np.array([1.0, 0.5, 0.5]))),
    V,
)
add("size of a complex number", lambda z: ag.real(z * ag.conj(z)), Z)
add("complex product", lambda z, w: z * w, Z, Z)
add("complex exponential", lambda z: ag.exp(1j * z.real) * z.imag, Z)
add("phase difference", lambda z, w: ag.real(z * ag.conj(w)), Z, Z)
add("Möbius map", lambda z: (z - 1j) / (z + 40j), arrays((3,), np.complex128, domain="unit"))
add("unitary rotation", lambda t: ag.stack([ag.cos(t), -ag.sin(t)]) @ V0, arrays((2,)))
add("kernel matrix", lambda x: ag.exp(-((x[:, None] - x[None]) ** 2).sum(-1)), NEAR)
add("Gaussian process", lambda x, y: y @ ag.linalg.solve(
    ag.exp(-0.5 * (x[:, None] - x[None]) ** 2) + 0.1 * np.eye(3), y), V, V)  # fmt: skip

V0 = np.array([0.6, 0.8])
