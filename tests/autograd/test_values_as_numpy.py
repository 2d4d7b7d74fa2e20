"""NumPy's functions on Tensors where an axis, a shape or an option is unusual: value and gradient.

Every call is made on an array and on a Tensor of it; gradients are held to numerical ones.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.testing import check_grads

A = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6]])
B = np.array([[1.0, 0.2], [-0.7, 0.9], [0.1, -2.0]])
V = np.array([0.3, -1.2, 2.0])
W = np.array([1.5, 0.4, -0.6])
CUBE = np.arange(24.0).reshape(2, 3, 4) / 7 - 1
HOLES = np.array([[0.3, np.nan, -0.5, 2.0, 1.1], [0.4, -1.5, 0.6, np.nan, np.nan]])
HOLES = np.stack([HOLES, HOLES[:, ::-1] - 0.7, HOLES + 3.2], axis=1)
SQUARE = np.array([[2.0, 0.3, -0.5], [0.4, -1.5, 0.6], [-0.2, 0.7, 1.1]])

CALLS = {
    "cov of one variable": (lambda np, x: np.cov(x), [V]),
    "cov of one row": (lambda np, x: np.cov(x), [V[None]]),
    "cov of one column": (lambda np, x: np.cov(x, rowvar=False), [V[:, None]]),
    "cov of two": (lambda np, x, y: np.cov(x, y), [V, W]),
    "cov with weights": (
        lambda np, x: np.cov(x, fweights=[1, 2, 1], aweights=[0.5, 1.0, 2.0]), [A]
    ),
    "cov with weights of one variable": (lambda np, x: np.cov(x, aweights=[0.5, 1, 2]), [V]),
    "corrcoef of one variable": (lambda np, x: np.corrcoef(x), [V]),
    "corrcoef of two": (lambda np, x: np.corrcoef(x), [A]),
    "diff of nothing": (lambda np, x: np.diff(x, n=0, prepend=1.0, append=2.0), [V]),
    "diff": (lambda np, x: np.diff(x, n=2, prepend=1.0, append=2.0), [V]),
    "gradient along one axis": (lambda np, x: np.gradient(x, axis=-1), [A]),
    "gradient along two": (lambda np, x: np.gradient(x, axis=(1, 0)), [A]),
    "dot of numbers": (lambda np, x, y: np.dot(x, y), [np.array(2.0), np.array(3.0)]),
    "dot with a number": (lambda np, x, y: np.dot(x, y), [A, np.array(3.0)]),
    "dot of a number": (lambda np, x, y: np.dot(x, y), [np.array(3.0), CUBE]),
    "dot with three axes": (lambda np, x, y: np.dot(x, y), [A, CUBE[:, :, :2]]),
    "dot of three axes": (lambda np, x, y: np.dot(x, y), [CUBE[:, :, :3], CUBE[:, :, :2]]),
    "dot of a vector": (lambda np, x, y: np.dot(x, y), [V, CUBE]),
    "method dot": (lambda np, x, y: x.dot(y), [A, CUBE]),
    "cross": (lambda np, x, y: np.cross(x, y), [V, W]),
    "cross with axis=None": (lambda np, x, y: np.cross(x, y, axis=None), [V, W]),
    "cross along an axis": (lambda np, x, y: np.cross(x, y, axis=0), [SQUARE, SQUARE.T + 1]),
    "cross along axes": (
        lambda np, x, y: np.cross(x, y, axisa=0, axisb=1, axisc=0), [SQUARE, SQUARE.T + 1]
    ),
    "singular values": (lambda np, x: np.linalg.svd(x, compute_uv=False), [A]),
    "eigenvalues of a triangle": (lambda np, x: np.linalg.eigvalsh(x, UPLO="U"), [SQUARE]),
    "eigh of the lower triangle": (
        lambda np, x: np.linalg.eigh(x, UPLO="L").eigenvalues, [SQUARE]
    ),
    "logarithm of a determinant": (lambda np, x: np.linalg.slogdet(x).logabsdet, [SQUARE]),
    "R": (lambda np, x: np.linalg.qr(x).R, [SQUARE]),
    "Q": (lambda np, x: np.linalg.qr(x).Q, [SQUARE]),
    "S": (lambda np, x: np.linalg.svd(x).S, [SQUARE]),
    "einsum with lists": (
        lambda np, x, y: np.einsum(x, [0, 1], y, [1, 2], [2, 0]), [A, B]
    ),
    "einsum with lists, implicit": (
        lambda np, x, y: np.einsum(x, [5, 3], y, [3, 30]), [A, B]
    ),
    "einsum with an ellipsis": (
        lambda np, x, y: np.einsum(x, [Ellipsis, 0], y, [0], [Ellipsis]), [CUBE[..., :3], V]
    ),
    "nanvar": (lambda np, x: np.nanvar(x, axis=2, ddof=1), [HOLES]),
    "nanvar of all": (lambda np, x: np.nanvar(x, keepdims=True), [HOLES]),
    "nanstd": (lambda np, x: np.nanstd(x, axis=0), [HOLES]),
    "nanmedian": (lambda np, x: np.nanmedian(x, axis=1), [HOLES]),
    "nanmedian of all": (lambda np, x: np.nanmedian(x), [HOLES]),
    "nanquantile": (lambda np, x: np.nanquantile(x, [0.3, 0.8], axis=1), [HOLES]),
    "nanquantile along axes": (
        lambda np, x: np.nanquantile(x, [0.3, 0.8], axis=(0, -1), keepdims=True), [HOLES]
    ),
    "nanquantile, lower": (
        lambda np, x: np.nanquantile(x, 0.3, axis=0, method="median_unbiased"), [HOLES]
    ),
    "nanpercentile": (lambda np, x: np.nanpercentile(x, 30, axis=1, keepdims=True), [HOLES]),
    "nansum": (lambda np, x: np.nansum(x, axis=1), [HOLES]),
    "polyval": (lambda np, p, x: np.polyval(p, x), [W, A]),
    "polyval of numbers": (lambda np, x: np.polyval([3.0, -1.0, 2.0], x), [A]),
    "vander": (lambda np, x: np.vander(x), [V]),
    "vander, increasing": (lambda np, x: np.vander(x, 5, increasing=True), [V]),
    "vander at 0": (lambda np, x: np.vander(x), [np.array([0.0, 1.0, -2.0])]),
    "unwrap": (lambda np, x: np.unwrap(x), [np.array([0.1, 6.0, 1.0, -7.0])]),
    "unwrap with a period": (
        lambda np, x: np.unwrap(x, discont=3.0, axis=0, period=4.0), [4 * SQUARE]
    ),
    "rollaxis": (lambda np, x: np.rollaxis(x, 2), [CUBE]),
    "rollaxis to the end": (lambda np, x: np.rollaxis(x, 0, 3), [CUBE]),
    "rollaxis backwards": (lambda np, x: np.rollaxis(x, -1, -2), [CUBE]),
    "linspace": (lambda np, x, y: np.linspace(x, y, 4), [V, W]),
    "linspace along an axis": (
        lambda np, x: np.linspace(x, 1.0, 3, endpoint=False, axis=1), [V]
    ),
    "linspace with its step": (lambda np, x: np.linspace(x, 2.0, 3, retstep=True), [V]),
    "geomspace": (lambda np, x, y: np.geomspace(x, y, 4), [np.abs(V), np.abs(W)]),
    "geomspace of negative numbers": (
        lambda np, x: np.geomspace(x, -8.0, 3, endpoint=False, axis=-1), [-np.abs(V)]
    ),
    "logspace": (lambda np, x, y: np.logspace(x, y, 3, base=2.0), [V, W]),
    "sum over no axis of a number": (lambda np, x: np.sum(x, axis=()), [np.array(2.0)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_value_and_gradient(name) -> None:
    call, arrays = CALLS[name]
    expected, found = call(np, *arrays), call(np, *map(Tensor, arrays))
    if not isinstance(expected, (tuple, list)):
        expected, found = [expected], [found]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == np.shape(theirs)
        np.testing.assert_allclose(ours.data, theirs, rtol=1e-12, atol=1e-14)
    places = [np.isfinite(each) for each in arrays]

    def of_the_known(*tensors):
        filled = [
            autograd.where(known, autograd.scatter(t, np.nonzero(known), known.shape), np.nan)
            if not known.all()
            else t
            for t, known in zip(tensors, places, strict=True)
        ]
        return call(np, *filled)

    given = [each if p.all() else each[p] for each, p in zip(arrays, places, strict=True)]
    check_grads(of_the_known, *given, order=2)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("lengths", [(5, 3), (3, 5), (4, 4), (6, 2), (2, 6), (1, 4), (4, 1)])
def test_convolutions_of_sequences(mode, lengths) -> None:
    a, v = (np.cos(np.arange(n) * 1.3 + i) for i, n in enumerate(lengths))
    for name in ("convolve", "correlate"):
        ours, numpys = getattr(autograd, name), getattr(np, name)
        for x, y in ((a, v), (a + 1j * a[::-1], v), (a, v * (1 - 2j)), (a > 0, 3 * (v > 0))):
            found = numpys(Tensor(x), Tensor(y), mode=mode)
            np.testing.assert_allclose(found.data, numpys(x, y, mode=mode), rtol=1e-12, atol=1e-15)
            assert found.data.dtype == numpys(x, y, mode=mode).dtype or x.dtype == bool
        check_grads(lambda x, y, f=ours: f(x, y, mode=mode), a, v, order=2)
    single = autograd.convolve(Tensor(a.astype(np.float32)), v.astype(np.float32))
    assert single.dtype == np.float32


@pytest.mark.parametrize("name", ["nanvar", "nanstd", "nanmedian", "nanquantile"])
def test_nothing_but_nan_is_nan_with_numpys_warning(name) -> None:
    data = np.array([[np.nan, np.nan], [1.0, 4.0]])
    extra = (0.25,) if name == "nanquantile" else ()
    x = Tensor(data, requires_grad=True)
    with warnings.catch_warnings(record=True) as expected_warnings:
        warnings.simplefilter("always")
        expected = getattr(np, name)(data, *extra, axis=1)
    with pytest.warns(RuntimeWarning) as found_warnings:
        out = getattr(autograd, name)(x, *extra, axis=1)
    assert {str(w.message) for w in found_warnings} == {str(w.message) for w in expected_warnings}
    np.testing.assert_allclose(out.data, expected)
    out[1].backward()
    assert np.isfinite(x.grad.data).all()
    assert not x.grad.data[0].any()


def test_nanstd_of_a_constant_has_the_slope_0() -> None:
    x = Tensor([2.0, np.nan, 2.0], requires_grad=True)
    autograd.nanstd(x).backward()
    assert x.grad.data.tolist() == [0.0, 0.0, 0.0]


# ---------------------------------------------------------------------- numbers with an axis

REDUCTIONS = [
    "sum", "prod", "max", "min", "mean", "var", "std", "ptp", "median", "average", "any", "all",
    "nansum", "nanprod", "nanmax", "nanmin", "nanmean", "cumsum", "cumprod", "cumulative_sum",
    "cumulative_prod", "argmax", "argmin", "count_nonzero", "sort", "argsort", "flip", "squeeze",
    "expand_dims", "roll", "repeat", "take", "quantile", "amax", "amin",
]  # fmt: skip
EXTRA = {"roll": (1,), "repeat": (2,), "take": (0,), "quantile": (0.5,)}


@pytest.mark.parametrize("axis", [None, 0, -1, (), (0,), 1])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_number_and_an_axis(name, axis) -> None:
    if (name, axis) in {("cumulative_sum", (0,)), ("cumulative_prod", (0,))}:
        pytest.skip("NumPy lets a tuple pass by accident")
    if not hasattr(np, name):
        pytest.skip(f"this NumPy has no {name}")
    numpys, ours = getattr(np, name), getattr(autograd, name)
    x = Tensor(2.0, requires_grad=True)
    try:
        expected = numpys(np.array(2.0), *EXTRA.get(name, ()), axis=axis)
    except (ValueError, TypeError):
        with pytest.raises((ValueError, TypeError), match="axis|integer"):
            ours(x, *EXTRA.get(name, ()), axis=axis)
        return
    out = ours(x, *EXTRA.get(name, ()), axis=axis)
    assert out.shape == np.shape(expected)
    np.testing.assert_array_equal(out.data, expected)
    if out.dtype.kind == "f":
        out.sum().backward()
        spread = {"var": 0.0, "std": 0.0, "ptp": 0.0, "repeat": 2.0}
        assert x.grad.item() == spread.get(name, 1.0)


@pytest.mark.parametrize("name", ["logsumexp", "cummax", "cummin", "logcumsumexp", "softmax"])
def test_a_number_and_an_axis_beyond_numpy(name) -> None:
    for axis in (0, -1):
        x = Tensor(2.0, requires_grad=True)
        out = getattr(autograd, name)(x, axis=axis)
        np.testing.assert_allclose(out.data.ravel(), [1.0 if name == "softmax" else 2.0])
        out.sum().backward()
        assert x.grad.item() == (0.0 if name == "softmax" else 1.0)
        with pytest.raises(np.exceptions.AxisError, match=f"{name}: axis 1"):
            getattr(autograd, name)(Tensor(2.0), axis=1)


# ---------------------------------------------------------------------- nothing


@pytest.mark.parametrize("name", ["var", "std"])
@pytest.mark.parametrize(
    ("shape", "options"),
    [((0,), {}), ((2, 0), {"axis": 1}), ((3,), {"ddof": 3}), ((2, 3), {"ddof": 4, "axis": 1})],
)
def test_spread_of_nothing_is_numpys_nan_with_its_warning(name, shape, options) -> None:
    data = np.arange(float(np.prod(shape))).reshape(shape)
    with warnings.catch_warnings(record=True) as expected_warnings:
        warnings.simplefilter("always")
        expected = getattr(np, name)(data, **options)
    x = Tensor(data, requires_grad=True)
    with warnings.catch_warnings(record=True) as found_warnings:
        warnings.simplefilter("always")
        found = getattr(autograd, name)(x, **options)
    np.testing.assert_array_equal(found.data, expected)
    assert {str(w.message) for w in found_warnings} == {str(w.message) for w in expected_warnings}
    found.sum().backward()
    assert x.grad.shape == shape
    assert np.isnan(x.grad.data).all()


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(("shape", "axis"), [((0,), 0), ((2, 0), 1), ((0, 3), 0), ((0, 3), 1)])
def test_softmax_of_nothing_is_nothing(name, shape, axis) -> None:
    x = Tensor(np.zeros(shape, np.float32), requires_grad=True)
    out = getattr(autograd, name)(x, axis=axis)
    assert out.shape == shape
    assert out.dtype == np.float32
    out.sum().backward()
    assert x.grad.shape == shape


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("call", "kind", "match"),
    [
        (lambda: np.cov(Tensor(A), fweights=[1, 2]), ValueError, r"cov: fweights .*\(3,\)"),
        (lambda: np.cov(Tensor(A), fweights=[1.5, 2, 1]), TypeError, "cov: fweights .*integers"),
        (lambda: np.cov(Tensor(A), fweights=[1, -2, 1]), ValueError, "cov: fweights .*negative"),
        (lambda: np.cov(Tensor(A), aweights=[1, -2, 1]), ValueError, "cov: aweights .*negative"),
        (lambda: np.cov(Tensor(A), aweights=np.ones((1, 3))), ValueError, "cov: aweights"),
        (lambda: np.gradient(Tensor(A), axis=2), np.exceptions.AxisError, "gradient: axis 2"),
        (lambda: np.gradient(Tensor(A), axis=(0, -2)), ValueError, "repeated axis in .gradient"),
        (lambda: np.dot(Tensor(A), Tensor(A)), ValueError, "dot: x has 3 columns but y has 2"),
        (lambda: np.dot(Tensor(A), CUBE.transpose(0, 2, 1)), ValueError, "dot: x has 3 columns"),
        (lambda: autograd.einsum(Tensor(A), Tensor(B)), TypeError, "einsum: .*must be a string"),
        (lambda: autograd.einsum(Tensor(A), [0, 1], Tensor(B)), TypeError, "einsum: "),
        (lambda: autograd.einsum(Tensor(A), [0], [0]), ValueError, "einsum: "),
        (lambda: np.vander(Tensor(A)), ValueError, "vander: x must have one axis"),
        (lambda: np.convolve(Tensor(A), V), ValueError, "convolve: a must have one axis"),
        (lambda: np.correlate(Tensor(V), []), ValueError, "correlate: v must have one axis"),
        (lambda: np.convolve(Tensor(V), V, "some"), ValueError, "convolve: mode='some'"),
        (lambda: np.nanquantile(Tensor(V), 1.5), ValueError, "nanquantile: q="),
        (lambda: np.rollaxis(Tensor(A), 2), np.exceptions.AxisError, "rollaxis"),
        (lambda: autograd.rollaxis(Tensor(A), 1, 3), np.exceptions.AxisError, "rollaxis: start"),
        (lambda: autograd.geomspace(Tensor(0.0), 1.0), ValueError, "geomspace: "),
        (lambda: autograd.trapezoid(Tensor(1.0)), np.exceptions.AxisError, "trapezoid: axis"),
    ],
)  # fmt: skip
def test_refused_by_name(call, kind, match) -> None:
    with pytest.raises(kind, match=match):
        call()


def test_results_have_numpys_names() -> None:
    for name in ("slogdet", "eigh", "eig", "qr", "svd"):
        expected = getattr(np.linalg, name)(SQUARE)
        for argument in (SQUARE, Tensor(SQUARE), Tensor(SQUARE, requires_grad=True)):
            found = getattr(autograd.linalg, name)(argument)
            assert found._fields == expected._fields
            assert isinstance(found[0], type(argument) if isinstance(argument, Tensor) else object)
    sign, logarithm = autograd.linalg.slogdet(Tensor(SQUARE))
    assert (sign * autograd.exp(logarithm)).item() == pytest.approx(np.linalg.det(SQUARE))


def test_a_result_with_names_is_differentiated_through_them() -> None:
    x = Tensor(SQUARE, requires_grad=True)
    autograd.linalg.slogdet(x).logabsdet.backward()
    np.testing.assert_allclose(x.grad.data, np.linalg.inv(SQUARE).T)
    tangent = autograd.func.jvp(
        lambda a: autograd.linalg.svd(a).S.sum(), (Tensor(SQUARE),), (Tensor(np.eye(3)),)
    )[1]
    u, _, vh = np.linalg.svd(SQUARE)
    assert tangent.item() == pytest.approx(np.trace(u @ vh))
