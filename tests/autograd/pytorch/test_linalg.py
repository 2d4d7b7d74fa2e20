"""Values and gradients of linear algebra and transforms, beside PyTorch's."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autograd import Tensor, fft, grad, linalg  # noqa: E402 - after what may skip the module

RNG = np.random.default_rng(11)


def drawn(*shape, kind="real"):
    x = RNG.uniform(-1.0, 1.0, shape)
    return x + 1j * RNG.uniform(-1.0, 1.0, shape) if kind == "complex" else x


def regular(*shape, kind="real"):
    return drawn(*shape, kind=kind) + 2 * np.eye(shape[-1])


def positive(*shape, kind="real"):
    x = drawn(*shape, kind=kind)
    return x @ x.conj().swapaxes(-1, -2) + np.diag(np.linspace(0.5, 2.5, shape[-1]))


def _vectors_without_phase(first, vectors):
    return first, abs(vectors)


# Name: ours, PyTorch's, arguments drawn for "real" or "complex".
CALLS = {
    "det": (linalg.det, torch.linalg.det, lambda k: [regular(2, 3, 3, kind=k)]),
    "slogdet": (lambda a: linalg.slogdet(a)[1], lambda a: torch.linalg.slogdet(a)[1],
                lambda k: [regular(4, 4, kind=k)]),
    "inv": (linalg.inv, torch.linalg.inv, lambda k: [regular(2, 3, 3, kind=k)]),
    "solve": (linalg.solve, torch.linalg.solve,
              lambda k: [regular(2, 3, 3, kind=k), drawn(2, 3, 2, kind=k)]),
    "solve_triangular": (lambda a, b: linalg.solve_triangular(a, b, lower=True),
                         lambda a, b: torch.linalg.solve_triangular(a, b, upper=False),
                         lambda k: [regular(3, 3, kind=k), drawn(3, 2, kind=k)]),
    # Sizes: PyTorch's gradient is not Hermitian where a loss names the imaginary diagonal, all 0.
    "cholesky": (lambda a: abs(linalg.cholesky(a)), lambda a: abs(torch.linalg.cholesky(a)),
                 lambda k: [positive(2, 3, 3, kind=k)]),
    "qr": (linalg.qr, torch.linalg.qr, lambda k: [drawn(4, 3, kind=k)]),
    "qr, wide": (linalg.qr, torch.linalg.qr, lambda k: [drawn(3, 5, kind=k)]),
    "eigh": (lambda a: _vectors_without_phase(*linalg.eigh(a)),
             lambda a: _vectors_without_phase(*torch.linalg.eigh(a)),
             lambda k: [positive(2, 4, 4, kind=k)]),
    "eigvalsh": (linalg.eigvalsh, torch.linalg.eigvalsh, lambda k: [positive(4, 4, kind=k)]),
    # Powers, summed: eigenvalues come in no order.
    "eig": (lambda a: (linalg.eig(a)[0] ** 3).sum(), lambda a: (torch.linalg.eig(a)[0] ** 3).sum(),
            lambda k: [regular(4, 4, kind=k)]),
    "svd": (lambda a: (lambda u, s, vh: (s, abs(u), abs(vh)))(*linalg.svd(a, False)),
            lambda a: (lambda u, s, vh: (s, abs(u), abs(vh)))(*torch.linalg.svd(a, False)),
            lambda k: [drawn(2, 4, 3, kind=k)]),
    "svd, wide": (lambda a: (lambda u, s, vh: (s, abs(u), abs(vh)))(*linalg.svd(a, False)),
                  lambda a: (lambda u, s, vh: (s, abs(u), abs(vh)))(*torch.linalg.svd(a, False)),
                  lambda k: [drawn(3, 5, kind=k)]),
    "svdvals": (linalg.svdvals, torch.linalg.svdvals, lambda k: [drawn(2, 4, 3, kind=k)]),
    "pinv": (linalg.pinv, torch.linalg.pinv, lambda k: [drawn(2, 4, 3, kind=k)]),
    "lstsq": (lambda a, b: linalg.lstsq(a, b)[0], lambda a, b: torch.linalg.lstsq(a, b)[0],
              lambda k: [drawn(5, 3, kind=k), drawn(5, 2, kind=k)]),
    "matrix_power": (lambda a: linalg.matrix_power(a, 3),
                     lambda a: torch.linalg.matrix_power(a, 3),
                     lambda k: [drawn(2, 3, 3, kind=k)]),
    "expm": (linalg.expm, torch.linalg.matrix_exp, lambda k: [drawn(2, 3, 3, kind=k)]),
    "norm": (linalg.norm, torch.linalg.norm, lambda k: [drawn(3, 4, kind=k)]),
    "nuclear norm": (lambda a: linalg.norm(a, "nuc"), lambda a: torch.linalg.norm(a, "nuc"),
                     lambda k: [drawn(3, 4, kind=k)]),
    "vector norm 3": (lambda a: linalg.vector_norm(a, ord=3, axis=1),
                      lambda a: torch.linalg.vector_norm(a, ord=3, dim=1),
                      lambda k: [drawn(3, 4, kind=k)]),
    "vector norm inf": (lambda a: linalg.vector_norm(a, ord=np.inf, axis=1),
                        lambda a: torch.linalg.vector_norm(a, ord=np.inf, dim=1),
                        lambda k: [drawn(3, 4, kind=k)]),
    "cond": (linalg.cond, torch.linalg.cond, lambda k: [regular(3, 3, kind=k)]),
    "vecdot": (linalg.vecdot, torch.linalg.vecdot,
               lambda k: [drawn(2, 3, kind=k), drawn(2, 3, kind=k)]),
    "cross": (linalg.cross, torch.linalg.cross,
              lambda k: [drawn(2, 3, kind=k), drawn(2, 3, kind=k)]),
    "tensordot": (lambda a, b: linalg.tensordot(a, b, ([1, 0], [0, 2])),
                  lambda a, b: torch.tensordot(a, b, ([1, 0], [0, 2])),
                  lambda k: [drawn(2, 3, 4, kind=k), drawn(3, 5, 2, kind=k)]),
    "multi_dot": (lambda a, b, c: linalg.multi_dot([a, b, c]),
                  lambda a, b, c: torch.linalg.multi_dot([a, b, c]),
                  lambda k: [drawn(2, 3, kind=k), drawn(3, 4, kind=k), drawn(4, kind=k)]),
    "tensorinv": (lambda a: linalg.tensorinv(a, 1), lambda a: torch.linalg.tensorinv(a, 1),
                  lambda k: [regular(6, 6, kind=k).reshape(6, 2, 3)]),
    "fft": (lambda a: fft.fft(a, 7), lambda a: torch.fft.fft(a, 7),
            lambda k: [drawn(2, 5, kind=k)]),
    "ifft2": (lambda a: fft.ifft2(a, norm="ortho"), lambda a: torch.fft.ifft2(a, norm="ortho"),
              lambda k: [drawn(3, 4, kind=k)]),
    "irfft": (lambda a: fft.irfft(a, 7), lambda a: torch.fft.irfft(a, 7),
              lambda k: [drawn(2, 4, kind=k)]),
    "hfft": (lambda a: fft.hfft(a, 6), lambda a: torch.fft.hfft(a, 6),
             lambda k: [drawn(2, 4, kind=k)]),
    "irfftn": (fft.irfftn, torch.fft.irfftn, lambda k: [drawn(2, 3, 4, kind=k)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("name", CALLS)
def test_values_and_gradients(name, kind):
    ours, theirs, arguments = CALLS[name]
    arrays = arguments(kind)
    leaves = [Tensor(x, requires_grad=True) for x in arrays]
    twins = [torch.tensor(x, requires_grad=True) for x in arrays]
    outputs, expected = _listed(ours(*leaves)), _listed(theirs(*twins))
    total, twin_total = 0.0, 0.0
    for found, twin in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(
            found.data, twin.detach().resolve_conj().numpy(), rtol=1e-10, atol=1e-12
        )
        weight = drawn(*found.shape)
        other = drawn(*found.shape)
        total = total + _loss(found, weight, other)
        twin_total = twin_total + _twin_loss(twin, torch.tensor(weight), torch.tensor(other))
    gradients = grad(total, leaves)
    for found, twin in zip(gradients, torch.autograd.grad(twin_total, twins), strict=True):
        np.testing.assert_allclose(found.data, twin.resolve_conj().numpy(), rtol=1e-8, atol=1e-10)


def _loss(out, weight, other):
    total = (out.real * weight).sum()
    return total + (out.imag * other).sum() if out.dtype.kind == "c" else total


def _twin_loss(out, weight, other):
    if not out.is_complex():
        return (out * weight).sum()
    return (out.real * weight).sum() + (out.imag * other).sum()


def _listed(out):
    return list(out) if isinstance(out, tuple) else [out]


def test_matrix_rank():
    for a in (drawn(3, 4), np.ones((3, 3)), np.zeros((2, 2)), drawn(2, 4, 3)):
        found = linalg.matrix_rank(Tensor(a)).data
        np.testing.assert_array_equal(found, torch.linalg.matrix_rank(torch.tensor(a)).numpy())
