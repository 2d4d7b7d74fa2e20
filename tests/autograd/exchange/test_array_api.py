"""The array API standard: programs for any library find `autograd` as the namespace of a Tensor."""

from __future__ import annotations

import inspect

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
    one = Tensor(1.0)  # no array, but a number
    copied = autograd.asarray(one, copy=True)
    one += 1.0
    assert copied.item() == 1.0
    assert autograd.asarray(one, copy=False) is one
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


MATRIX = np.array([[3.0, 1.0], [4.0, 5.0]])
OLD = np.lib.NumpyVersion(np.__version__) < "2.1.0"


@pytest.mark.parametrize(
    "call",
    [
        lambda xp, t: xp.sum(t, dtype=np.float32),
        lambda xp, t: xp.sum(t, axis=0, dtype=np.uint8),
        lambda xp, t: xp.prod(t, dtype=np.complex64),
        lambda xp, t: xp.mean(t, axis=1, dtype=np.float32),
        lambda xp, t: xp.std(t, dtype=np.float32),
        lambda xp, t: xp.std(t, correction=1),
        lambda xp, t: xp.var(t, axis=0, correction=1, dtype=np.float32),
        lambda xp, t: xp.cumsum(t, dtype=np.float32),
        lambda xp, t: xp.cumprod(t, axis=1, dtype=np.int16),
        lambda xp, t: xp.trace(t, dtype=np.float32),
        lambda xp, t: xp.linalg.trace(t, dtype=np.float32),
        lambda xp, t: xp.linalg.pinv(t, rtol=1e-3),
        lambda xp, t: xp.concatenate([t, t], dtype=np.float32),
        lambda xp, t: xp.stack([t, t], dtype=np.float32),
        lambda xp, t: xp.reshape(t, (4,), copy=True),
        lambda xp, t: xp.argsort(t, axis=0, stable=True),
        lambda xp, t: t.reshape(4, copy=True),
        lambda xp, t: t.astype(np.float32, copy=False),
        lambda xp, t: t.sum(dtype=np.float32),
        lambda xp, t: t.sum(0, dtype=None),
        lambda xp, t: xp.zeros_like(t, dtype=np.int8, device="cpu"),
        lambda xp, t: xp.full_like(t, 2, device="cpu"),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.uint8])
def test_keywords_of_numpy_2(call, dtype):
    """Through this package and through NumPy's dispatch: NumPy's values and dtypes."""
    if OLD and "copy" in str(call.__code__.co_consts):
        pytest.skip("NumPy 2.0 has no copy=")
    array = MATRIX.astype(dtype)
    expected = call(np, array)
    for namespace in (autograd, np):
        found = call(namespace, Tensor(array))
        assert isinstance(found, Tensor)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_what_is_computed_in_another_dtype_has_its_gradient():
    t = Tensor(MATRIX, requires_grad=True)
    out = (np.sum(t, axis=0, dtype=np.float32) * np.float32([1, 2])).sum()
    assert out.dtype == np.float32
    out.backward()
    assert t.grad.dtype == np.float64
    np.testing.assert_array_equal(t.grad, [[1, 2], [1, 2]])


def test_copies_as_they_are_asked_for():
    t = Tensor(MATRIX)
    assert t.astype(t.dtype, copy=False) is t
    assert t.astype(t.dtype) is not t
    assert np.shares_memory(t.reshape(4, copy=False).data, t.data)
    assert not np.shares_memory(t.reshape(4, copy=True).data, t.data)
    with pytest.raises(ValueError, match=r"copy=False, but the shape \(2, 2\) becomes \(4,\) only"):
        t.T.reshape((4,), copy=False)
    with pytest.raises(TypeError, match="argument 'kopy'"):
        t.reshape(4, kopy=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda xp, d: xp.zeros(2, device=d),
        lambda xp, d: xp.ones((2,), device=d),
        lambda xp, d: xp.empty((2,), device=d),
        lambda xp, d: xp.full(2, 1.5, device=d),
        lambda xp, d: xp.arange(3, device=d),
        lambda xp, d: xp.linspace(0, 1, 3, device=d),
        lambda xp, d: xp.eye(2, device=d),
        lambda xp, d: xp.empty_like(Tensor([1.0]), device=d),
        lambda xp, d: xp.zeros_like(Tensor([1.0]), device=d),
        lambda xp, d: xp.ones_like(Tensor([1.0]), device=d),
        lambda xp, d: xp.full_like(Tensor([1.0]), 2, device=d),
        lambda xp, d: xp.fft.fftfreq(3, device=d),
        lambda xp, d: xp.astype(Tensor([1.0]), np.float32, device=d),
        lambda xp, d: xp.asarray([1.0], device=d),
    ],
)
def test_there_is_one_device(make):
    assert make(autograd, "cpu").device == "cpu"
    assert make(autograd, None).device == "cpu"
    with pytest.raises(RuntimeError, match="no GPU"):
        make(autograd, "cuda")


@pytest.mark.parametrize("axis", [-1, 0, 1, None])
def test_equal_elements_stay_in_order_whichever_way_they_are_sorted(axis):
    x = np.array([[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 2.0, 3.0]])
    expected = np.argsort(-x, axis=axis, kind="stable")
    found = autograd.argsort(Tensor(x), axis=axis, descending=True, stable=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(Tensor(x).argsort(axis=axis, descending=True), expected)


def test_help_shows_what_is_understood():
    shown = {"sum": "dtype", "var": "correction", "reshape": "copy", "zeros": "device"}
    for name, keyword in shown.items():
        assert keyword in inspect.signature(getattr(autograd, name)).parameters


def test_bounds_may_be_left_out():
    t = Tensor([1.0, -2.0], requires_grad=True)
    np.testing.assert_array_equal(t.clip().detach(), [1.0, -2.0])
    t.clip().sum().backward()
    np.testing.assert_array_equal(t.grad, [1.0, 1.0])


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
