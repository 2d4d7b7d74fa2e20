"""The array API standard: programs for any library find `autograd` as the namespace of a Tensor."""

from __future__ import annotations

import numpy as np
import pytest

import autograd
from autograd import Tensor


def test_the_namespace_is_the_package():
    t = Tensor([1.0, 2.0])
    assert t.__array_namespace__() is autograd
    assert t.__array_namespace__(api_version="2023.12") is autograd
    assert autograd.__array_api_version__ == "2024.12"
    with pytest.raises(ValueError, match=r"version 2024.12 of the array API, not '2099.12'"):
        t.__array_namespace__(api_version="2099.12")


def test_a_function_written_for_any_library_has_gradients():
    def softmax(x, axis=-1):
        xp = x.__array_namespace__()
        shifted = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
        return shifted / xp.sum(shifted, axis=axis, keepdims=True)

    x = Tensor([[1.0, 2.0, 4.0]], requires_grad=True)
    out = softmax(x)
    np.testing.assert_allclose(out.detach(), softmax(np.array([[1.0, 2.0, 4.0]])))
    out[0, 0].backward()
    p = out.detach().numpy()[0]
    np.testing.assert_allclose(x.grad, [p[0] * (np.array([1, 0, 0]) - p)])


def test_inspection():
    asked = autograd.__array_namespace_info__()
    assert asked.default_device() in asked.devices()
    assert asked.capabilities()["boolean indexing"] is True
    assert asked.default_dtypes()["real floating"] == autograd.ones(1).dtype
    assert asked.default_dtypes()["integral"] == autograd.arange(2).dtype
    floating = asked.dtypes(kind=("real floating", "complex floating"), device="cpu")
    assert list(floating) == ["float32", "float64", "complex64", "complex128"]
    assert len(asked.dtypes()) == 13
    with pytest.raises(RuntimeError, match="no GPU"):
        asked.dtypes(device="cuda")


@pytest.mark.parametrize("name", autograd.__array_namespace_info__().dtypes())
@pytest.mark.parametrize(
    "kind",
    ["bool", "signed integer", "unsigned integer", "integral", "real floating",
     "complex floating", "numeric", np.float32, "float64"],
)  # fmt: skip
def test_isdtype_as_numpy(name, kind):
    expected = np.isdtype(np.dtype(name), np.dtype(kind) if kind == "float64" else kind)
    assert autograd.isdtype(np.dtype(name), kind) is bool(expected)


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="kind is one of bool, .* got 'float'"):
        autograd.isdtype(np.dtype("float32"), "float")


def test_asarray_copies_as_it_is_told():
    memory = np.zeros(2)
    for copy, seen in ((None, 1.0), (False, 1.0), (True, 0.0)):
        memory[:] = 0.0
        t = autograd.asarray(memory, copy=copy)
        memory[:] = 1.0
        assert t[0].item() == seen
    t = Tensor([1.0, 2.0])
    assert autograd.asarray(t) is t
    copied = autograd.asarray(t, copy=True)
    t[0] = 5.0
    assert copied[0].item() == 1.0
    with pytest.raises(ValueError, match=r"copy=False, but list becomes a Tensor of float64"):
        autograd.asarray([1.0], copy=False)
    with pytest.raises(ValueError, match=r"copy=False, but ndarray becomes a Tensor of float32"):
        autograd.asarray(memory, dtype=np.float32, copy=False)


@pytest.mark.parametrize("like", ["empty_like", "zeros_like", "ones_like"])
def test_no_dtype_is_that_of_the_array(like):
    assert getattr(autograd, like)(Tensor([True]), dtype=None).dtype == np.bool_


@pytest.mark.parametrize("k", [-2, 0, 1])
def test_ones_on_another_diagonal(k):
    np.testing.assert_array_equal(autograd.eye(3, 4, k=k, device="cpu"), np.eye(3, 4, k))
    np.testing.assert_array_equal(autograd.eye(3, 4, k), np.eye(3, 4, k))


@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
def test_frequencies_in_a_dtype(name):
    made = getattr(autograd.fft, name)(6, d=0.5, dtype=np.float32, device="cpu")
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, getattr(np.fft, name)(6, 0.5), rtol=1e-6)


def test_devices():
    t = Tensor([1.0])
    assert t.to_device(t.device) is t
    assert t.to_device("cpu") is t
    with pytest.raises(RuntimeError, match="no GPU"):
        t.to_device("cuda")
    with pytest.raises(ValueError, match="no streams"):
        t.to_device("cpu", stream=1)


def test_array_api_compat_finds_it():
    compat = pytest.importorskip("array_api_compat")
    assert compat.array_namespace(Tensor([1.0])) is autograd
