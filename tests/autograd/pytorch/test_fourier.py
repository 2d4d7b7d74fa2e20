"""All Fourier transforms against PyTorch: real and complex, odd and even lengths, every norm."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autograd import Tensor, fft, grad  # noqa: E402

RNG = np.random.default_rng(7)
ONE_AXIS = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
TWO_AXES = ["fft2", "ifft2", "rfft2", "irfft2"]
MANY_AXES = ["fftn", "ifftn", "rfftn", "irfftn"]
OF_REAL = ("rfft", "ihfft", "rfft2", "rfftn")


def drawn(kind, shape):
    x = RNG.uniform(-1.0, 1.0, shape)
    return x + 1j * RNG.uniform(-1.0, 1.0, shape) if kind == "complex" else x


def compare(name, x, ours, theirs):
    """Values, and gradients of a loss of the real and the imaginary part."""
    leaf = Tensor(x, requires_grad=True)
    twin = torch.tensor(x, requires_grad=True)
    out, expected = getattr(fft, name)(leaf, **ours), getattr(torch.fft, name)(twin, **theirs)
    np.testing.assert_allclose(out.data, expected.detach().resolve_conj().numpy(), atol=1e-12)
    weight, other = RNG.uniform(0.5, 2.0, (2, *out.shape))
    loss = (out.real * weight).sum()
    their_loss = (torch.real(expected) * torch.tensor(weight)).sum()
    if out.dtype.kind == "c":
        loss = loss + (out.imag * other).sum()
        their_loss = their_loss + (expected.imag * torch.tensor(other)).sum()
    (found,) = grad(loss, [leaf])
    (wanted,) = torch.autograd.grad(their_loss, [twin])
    np.testing.assert_allclose(found.data, wanted.resolve_conj().numpy(), atol=1e-12)


def kinds(name):
    return ["real"] if name in OF_REAL else ["real", "complex"]


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize("n", [None, 4, 5, 8])
@pytest.mark.parametrize("name", ONE_AXIS)
def test_along_one_axis(name, n, norm):
    for kind in kinds(name):
        for shape, axis in (((5,), -1), ((2, 6), 1), ((6, 2), 0)):
            if n is None and name in ("irfft", "hfft") and shape[axis] < 2:
                continue
            x = drawn(kind, shape)
            compare(
                name,
                x,
                {"n": n, "axis": axis, "norm": norm},
                {"n": n, "dim": axis, "norm": norm},
            )


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize("s", [None, (4, 5), (3, 6)])
@pytest.mark.parametrize("name", [*TWO_AXES, *MANY_AXES])
def test_along_several_axes(name, s, norm):
    for kind in kinds(name):
        for shape, axes in (((3, 4), (0, 1)), ((2, 5, 4), (-2, -1)), ((4, 2, 3), (2, 0))):
            compare(
                name,
                drawn(kind, shape),
                {"s": s, "axes": axes, "norm": norm},
                {"s": s, "dim": axes, "norm": norm},
            )


@pytest.mark.parametrize("name", MANY_AXES)
def test_along_all_axes(name):
    for kind in kinds(name):
        compare(name, drawn(kind, (2, 3, 4)), {}, {})


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
def test_shifts(name):
    for shape, axes in (((5,), None), ((4, 3), None), ((4, 3), 1), ((2, 3, 4), (0, 2))):
        compare(name, drawn("real", shape), {"axes": axes}, {"dim": axes})
