"""Transforms against matrices written out, NumPy's arguments, and gradients of what they invert."""

import numpy as np
import pytest

from autograd import Tensor, fft, grad
from autograd.operation.record import records
from autograd.testing.case import Case
from autograd.testing.properties import PROPERTIES
from tests.all_cases import all_cases

RNG = np.random.default_rng(3)
X = RNG.uniform(-1, 1, (3, 6))
Z = X + 1j * RNG.uniform(-1, 1, X.shape)


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


@pytest.mark.parametrize("n", [1, 2, 5, 6, 7, 8])
@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
def test_the_gradient_is_the_adjoint_matrix(n, norm):
    rows = np.arange(n)
    matrix = np.exp(-2j * np.pi * np.outer(rows, rows) / n)[:, : min(n, 6)]
    factor = {"ortho": n**-0.5, "forward": 1 / n}.get(norm, 1.0)
    z = leaf(Z[0])
    out = fft.fft(z, n, norm=norm)
    np.testing.assert_allclose(out.data, factor * matrix @ Z[0, :n], atol=1e-13)
    g = RNG.uniform(-1, 1, n) + 1j * RNG.uniform(-1, 1, n)
    (found,) = grad(out, z, g)
    expected = np.zeros(6, complex)
    expected[: min(n, 6)] = factor * matrix.conj().T @ g
    np.testing.assert_allclose(found.data, expected, atol=1e-13)


@all_cases("length", [1, 2, 3, 4, 5, 8])
@all_cases("n", [None, 1, 2, 3, 4, 7])
@all_cases("norm", [None, "ortho", "forward"])
@all_cases("name", ["rfft", "irfft", "hfft", "ihfft"])
def test_half_spectra_of_every_length(name, length, n, norm):
    if n is None and length == 1 and name in ("irfft", "hfft"):
        n = 1
    x = RNG.uniform(-1, 1, (2, length))
    if name in ("irfft", "hfft"):
        x = x + 1j * RNG.uniform(-1, 1, x.shape)
    function = getattr(fft, name)
    case = Case(lambda t: function(t, n, norm=norm), [x])
    for each in ("P7", "P8"):
        PROPERTIES[each](case)
    expected = getattr(np.fft, name)(x, n, norm=norm)
    np.testing.assert_allclose(case.outputs[0], expected, atol=1e-13)


INVERSES = {
    "fft": (fft.fft, fft.ifft, Z),
    "rfft, even": (fft.rfft, lambda t: fft.irfft(t, 6), X),
    "rfft, odd": (fft.rfft, lambda t: fft.irfft(t, 5), X[:, :5]),
    "hfft": (lambda t: fft.hfft(t, 11), fft.ihfft, np.fft.ihfft(RNG.uniform(-1, 1, (2, 11)))),
    "fft2": (fft.fft2, fft.ifft2, Z),
    "fftn": (fft.fftn, fft.ifftn, Z.reshape(3, 2, 3)),
    "rfft2": (fft.rfft2, lambda t: fft.irfft2(t, X.shape), X),
    "rfftn": (fft.rfftn, lambda t: fft.irfftn(t, (3, 2, 3), (0, 1, 2)), X.reshape(3, 2, 3)),
    "fftshift": (fft.fftshift, fft.ifftshift, X[:, :5]),
}


@pytest.mark.parametrize("name", INVERSES)
def test_there_and_back_is_the_identity_also_for_gradients(name):
    there, back, x = INVERSES[name]
    t = leaf(x)
    again = back(there(t))
    np.testing.assert_allclose(again.data, x, atol=1e-14)
    g = RNG.uniform(-1, 1, x.shape)
    (found,) = grad(again, t, g)
    kept = found.data
    if name == "hfft":  # the imaginary part of the first element does not count
        kept, g = kept[:, 1:], g[:, 1:]
    np.testing.assert_allclose(kept, g, atol=1e-13)


def test_parsevals_theorem():
    x = leaf(X)
    energy = (abs(fft.fft(x, norm="ortho")) ** 2).sum()
    np.testing.assert_allclose(energy.data, (X**2).sum())
    energy.backward()
    np.testing.assert_allclose(x.grad.data, 2 * X, atol=1e-14)


def test_a_convolution_by_transforms_has_the_gradients_of_the_direct_one():
    kernel = RNG.uniform(-1, 1, 3)
    weight = RNG.uniform(-1, 1, 8)
    x, k = leaf(X[0]), leaf(kernel)
    out = fft.irfft(fft.rfft(x, 8) * fft.rfft(k, 8), 8)
    np.testing.assert_allclose(out.data, np.convolve(X[0], kernel), atol=1e-14)
    (out * weight).sum().backward()
    np.testing.assert_allclose(x.grad.data, np.correlate(weight, kernel, "valid"), atol=1e-14)
    np.testing.assert_allclose(k.grad.data, np.correlate(weight, X[0], "valid"), atol=1e-14)


def test_single_precision_stays():
    x = leaf(X.astype(np.float32))
    spectrum = fft.rfft2(x)
    assert spectrum.dtype == np.complex64
    abs(spectrum).sum().backward()
    assert x.grad.dtype == np.float32


def test_everything_of_numpy_is_there():
    public = {name for name in dir(np.fft) if callable(getattr(np.fft, name)) and name[0] != "_"}
    assert public - {"test"} == set(fft.__all__)
    assert fft.__all__ == sorted(fft.__all__)
    ours = {each.name for each in records.values() if each.module.startswith("autograd.fft")}
    assert ours == set(fft.__all__) - {"fftfreq", "rfftfreq"}


@pytest.mark.parametrize("n", [1, 4, 5])
def test_frequencies(n):
    np.testing.assert_array_equal(fft.fftfreq(n, 0.1).data, np.fft.fftfreq(n, 0.1))
    np.testing.assert_array_equal(fft.rfftfreq(n, 0.1).data, np.fft.rfftfreq(n, 0.1))


def test_out_is_refused():
    with pytest.raises(TypeError, match=r"(?s)out=.* is not supported"):
        np.fft.fft(Tensor(Z), out=np.empty_like(Z))


def test_transforming_no_axis_is_a_copy():
    x = leaf(Z)
    out = fft.fftn(x, axes=())
    assert not np.shares_memory(out.data, x.data)


@pytest.mark.parametrize("transform", [fft.irfft, fft.hfft])
def test_of_no_frequencies_the_signal_is_zero(transform):
    memory = np.full(5, 7.0)  # which NumPy's result is then likely to show
    del memory
    x = leaf(np.zeros((2, 0)))
    out = transform(x, n=5)
    np.testing.assert_array_equal(out.data, np.zeros((2, 5)))
    np.testing.assert_array_equal(fft.irfftn(x, (5,), (1,)).data, np.zeros((2, 5)))
    np.testing.assert_array_equal(fft.irfft2(x, (2, 5)).data, np.zeros((2, 5)))
    out.sum().backward()
    assert x.grad.shape == (2, 0)
