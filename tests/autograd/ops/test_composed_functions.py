"""Functions that are composed of operations: NumPy's values, right gradients, and dispatch."""

import inspect

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.testing import assert_gradients

RNG = np.random.default_rng(0)
VECTOR = RNG.uniform(0.5, 2.0, 4)
OTHER = RNG.uniform(0.5, 2.0, 4)
MATRIX = RNG.uniform(-2.0, 2.0, (3, 4))
WEIGHTS = RNG.uniform(0.5, 2.0, (3, 4))
CUBE = RNG.uniform(-2.0, 2.0, (2, 4, 3))
POINTS = np.array([0.0, 0.75, 1.5, 4.0], np.float32)  # unevenly spaced; widens nothing
WITH_NAN = np.where(MATRIX > 1.0, np.nan, MATRIX)
NUMBER = np.array(1.5)

# A function of a namespace (NumPy's or ours) and arrays, and the arrays.
CASES = [
    (lambda xp, x: xp.atleast_1d(x), [NUMBER]),
    (lambda xp, x: xp.atleast_2d(x), [VECTOR]),
    (lambda xp, x: xp.atleast_3d(x), [VECTOR]),
    (lambda xp, x: xp.atleast_3d(x), [MATRIX]),
    (lambda xp, x, y: xp.atleast_2d(x, y), [NUMBER, CUBE]),
    (lambda xp, x, y: xp.hstack([x, y]), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.hstack((x, y)), [MATRIX, WEIGHTS]),
    (lambda xp, x, y: xp.hstack([x, y]), [NUMBER, VECTOR]),
    (lambda xp, x, y: xp.vstack([x, y]), [VECTOR, MATRIX]),
    (lambda xp, x, y: xp.dstack([x, y]), [MATRIX, WEIGHTS]),
    (lambda xp, x, y: xp.column_stack([x, y]), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.column_stack([x, y]), [VECTOR, MATRIX.T]),
    (lambda xp, x, y: xp.append(x, y), [MATRIX, VECTOR]),
    (lambda xp, x, y: xp.append(x, y, axis=0), [MATRIX, WEIGHTS]),
    (lambda xp, x, y: xp.block([[x, y], [y, x]]), [MATRIX, WEIGHTS]),
    (lambda xp, x, y: xp.block([x, y]), [NUMBER, VECTOR]),
    (lambda xp, x: xp.array_split(x, 3), [VECTOR]),
    (lambda xp, x: xp.array_split(x, [1, 2], axis=1), [MATRIX]),
    (lambda xp, x: xp.hsplit(x, 2), [MATRIX]),
    (lambda xp, x: xp.hsplit(x, 2), [VECTOR]),
    (lambda xp, x: xp.vsplit(x, 3), [MATRIX]),
    (lambda xp, x: xp.dsplit(x, 3), [CUBE]),
    (lambda xp, x: xp.delete(x, 1), [VECTOR]),
    (lambda xp, x: xp.delete(x, [0, -1], axis=1), [MATRIX]),
    (lambda xp, x: xp.delete(x, slice(0, 2), axis=-1), [MATRIX]),
    (lambda xp, x: xp.insert(x, 1, 5.0), [VECTOR]),
    (lambda xp, x, y: xp.insert(x, 1, y), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.insert(x, 1, y, axis=1), [CUBE[0], VECTOR]),
    (lambda xp, x, y: xp.insert(x, [1, 3], y, axis=1), [MATRIX, VECTOR[:2]]),
    (lambda xp, x, y: xp.insert(x, [2, 0, 0], y), [VECTOR, OTHER[:3]]),
    (lambda xp, x, y: xp.insert(x, slice(0, 2), y, axis=0), [MATRIX, VECTOR]),
    (lambda xp, x, y: xp.broadcast_arrays(x, y), [VECTOR, MATRIX]),
    (lambda xp, x, y: xp.meshgrid(x, y), [VECTOR, OTHER[:2]]),
    (lambda xp, x, y: xp.meshgrid(x, y, indexing="ij", sparse=True), [VECTOR, OTHER[:2]]),
    (lambda xp, x, y: xp.meshgrid(x, y, copy=False), [VECTOR, NUMBER]),
    (lambda xp, x, y: xp.kron(x, y), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.kron(x, y), [MATRIX, VECTOR]),
    (lambda xp, x, y: xp.kron(x, y), [MATRIX, CUBE]),
    (lambda xp, x, y: xp.kron(x, y), [NUMBER, MATRIX]),
    (lambda xp, x: xp.diag(x), [VECTOR]),
    (lambda xp, x: xp.diag(x, k=-2), [VECTOR]),
    (lambda xp, x: xp.diag(x, 1), [MATRIX]),
    (lambda xp, x: xp.diagflat(x, 1), [MATRIX]),
    (lambda xp, x: xp.fliplr(x), [MATRIX]),
    (lambda xp, x: xp.flipud(x), [VECTOR]),
    (lambda xp, x: xp.diff(x), [VECTOR]),
    (lambda xp, x: xp.diff(x, n=2, axis=0), [MATRIX]),
    (lambda xp, x: xp.diff(x, prepend=0.0, append=1.0), [MATRIX]),
    (lambda xp, x, y: xp.diff(x, append=y, axis=0), [MATRIX, WEIGHTS]),
    (lambda xp, x: xp.gradient(x), [VECTOR]),
    (lambda xp, x: xp.gradient(x), [MATRIX]),
    (lambda xp, x: xp.gradient(x, 0.5, axis=1), [MATRIX]),
    (lambda xp, x: xp.gradient(x, 0.5, 2.0, edge_order=2), [MATRIX]),
    (lambda xp, x: xp.gradient(x, POINTS, edge_order=2), [VECTOR]),
    (lambda xp, x: xp.gradient(x, 2.0, POINTS), [MATRIX]),
    (lambda xp, x: xp.trapezoid(x), [VECTOR]),
    (lambda xp, x: xp.trapezoid(x, dx=0.5, axis=0), [MATRIX]),
    (lambda xp, x: xp.trapezoid(x, POINTS), [MATRIX]),
    (lambda xp, x: xp.trapezoid(x, POINTS[:3], axis=0), [MATRIX]),
    (lambda xp, x, y: xp.trapezoid(x, y, axis=0), [MATRIX, WEIGHTS.cumsum(0)]),
    (lambda xp, x, y: xp.interp(x, POINTS, y), [MATRIX, VECTOR]),
    (lambda xp, x, y: xp.interp(x, y, POINTS), [MATRIX, VECTOR.cumsum()]),
    (lambda xp, x, y: xp.interp(x, POINTS, y, left=-1.0, right=7.0), [MATRIX, VECTOR]),
    (lambda xp, x, y: xp.interp(x, POINTS[::-1], y, period=5.0), [3 * MATRIX, VECTOR]),
    (lambda xp, x, y: xp.interp(x, POINTS[:1], y, left=-1.0), [MATRIX, VECTOR[:1]]),
    (lambda xp, x: xp.ptp(x, axis=1), [MATRIX]),
    (lambda xp, x: xp.ptp(x, keepdims=True), [MATRIX]),
    (lambda xp, x: xp.median(x), [MATRIX]),
    (lambda xp, x: xp.median(x, axis=(0, 2), keepdims=True), [CUBE]),
    (lambda xp, x: xp.percentile(x, 30), [MATRIX]),
    (lambda xp, x: xp.percentile(x, [10, 90], axis=0, method="nearest"), [MATRIX]),
    (lambda xp, x: xp.average(x, axis=0), [MATRIX]),
    (lambda xp, x, w: xp.average(x, weights=w), [MATRIX, WEIGHTS]),
    (lambda xp, x, w: xp.average(x, axis=1, weights=w, returned=True), [MATRIX, VECTOR]),
    (lambda xp, x, w: xp.average(x, axis=(2, 1), weights=w), [CUBE, MATRIX**2]),
    (lambda xp, x: xp.cov(x), [MATRIX]),
    (lambda xp, x: xp.cov(x, rowvar=False, bias=True), [MATRIX]),
    (lambda xp, x, y: xp.cov(x, y, ddof=2), [VECTOR, OTHER]),
    (lambda xp, x: xp.cov(x, fweights=np.array([1, 2, 1, 3]), aweights=POINTS + 1), [MATRIX]),
    (lambda xp, x: xp.corrcoef(x), [MATRIX]),
    (lambda xp, x: xp.nansum(x, axis=0), [WITH_NAN]),
    (lambda xp, x: xp.nanprod(x, axis=1), [WITH_NAN]),
    (lambda xp, x: xp.nanmean(x, axis=1, keepdims=True), [WITH_NAN]),
    (lambda xp, x: xp.nanmax(x, axis=1), [WITH_NAN]),
    (lambda xp, x: xp.nanmin(x), [WITH_NAN]),
    (lambda xp, x: xp.compress([True, False, True], x), [VECTOR]),
    (lambda xp, x: xp.compress(np.array([True, False, True]), x, axis=0), [MATRIX]),
    (lambda xp, x: xp.extract(MATRIX > 0, x), [MATRIX]),
    (lambda xp, x, y: xp.choose(np.array([1, 0, 0, 1]), [x, y]), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.choose(np.array([[5], [-1]]), [x, y], mode="wrap"), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.choose(np.array([[5], [-1]]), [x, y], mode="clip"), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.select([VECTOR < 1, VECTOR < 1.5], [x, y]), [VECTOR, OTHER]),
    (lambda xp, x, y: xp.select([VECTOR < 1], [x], default=y), [VECTOR, OTHER]),
    (lambda xp, x: xp.bincount(np.array([0, 3, 3, 1]), x, 6), [VECTOR]),
    (lambda xp, x: xp.angle(x), [VECTOR]),
    (lambda xp, x, y: xp.divmod(x, y)[1], [3 * VECTOR, OTHER]),
    (
        lambda xp, x: xp.linalg.diagonal(x, offset=1) if xp is np else xp.diagonal(x, 1, -2, -1),
        [CUBE],
    ),
    (lambda xp, x: xp.linalg.trace(x) if xp is np else xp.trace(x, 0, -2, -1), [CUBE]),
]
for _mode in (
    "edge",
    "reflect",
    "symmetric",
    "wrap",
    "linear_ramp",
    "maximum",
    "mean",
    "median",
    "minimum",
):
    CASES.append((lambda xp, x, mode=_mode: xp.pad(x, ((1, 0), (2, 3)), mode), [MATRIX]))
CASES += [
    (lambda xp, x: xp.pad(x, (2, 1), constant_values=(1.5, 2.5)), [VECTOR]),
    (lambda xp, x: xp.pad(x, 2, "linear_ramp", end_values=(1.5, -2.5)), [MATRIX]),
    (lambda xp, x: xp.pad(x, (1, 2), "mean", stat_length=((1, 2), (3, 1))), [MATRIX]),
    (lambda xp, x: xp.pad(x, 2, "reflect", reflect_type="odd"), [MATRIX]),
    (lambda xp, x: xp.pad(x, (2, 3), "symmetric", reflect_type="odd"), [MATRIX]),
]
if hasattr(np, "cumulative_sum"):
    CASES += [
        (lambda xp, x: xp.cumulative_sum(x, include_initial=True), [VECTOR]),
        (lambda xp, x: xp.cumulative_prod(x, axis=1, include_initial=True), [MATRIX]),
    ]


if hasattr(np, "matvec"):
    CASES += [
        (lambda xp, x, v: xp.matvec(x, v), [CUBE, CUBE[0, 0]]),
        (lambda xp, x, v: xp.vecmat(v, x), [CUBE, VECTOR]),
    ]


def _source(function):
    text = inspect.getsource(function).partition(": ")[2]
    return " ".join(text.rpartition(", [")[0].split() or text.split())[:70]


PARAMETERS = [
    pytest.param(function, arrays, id=f"{_source(function)}-{position}")
    for position, (function, arrays) in enumerate(CASES)
]


@pytest.mark.parametrize(("function", "arrays"), PARAMETERS)
def test_gradients(function, arrays):
    # Where a NaN is left out, an input is no number, and there is nothing to differentiate.
    properties = "P1,P2,P3,P4,P5,P15" if any(np.isnan(x).any() for x in arrays) else None
    assert_gradients(
        lambda *tensors: _tuple(function(autograd, *tensors)),
        *arrays,
        properties=properties,
        reference=lambda *plain: _tuple(function(np, *plain)),
    )


def _tuple(out):
    return tuple(out) if isinstance(out, list) else out


@pytest.mark.parametrize(("function", "arrays"), PARAMETERS)
def test_numpys_function_is_ours(function, arrays):
    tensors = [Tensor(x, requires_grad=True) for x in arrays]
    ours, dispatched = _listed(function(autograd, *tensors)), _listed(function(np, *tensors))
    plain, expected = _listed(function(autograd, *arrays)), _listed(function(np, *arrays))
    for tensor, same, array, wanted in zip(ours, dispatched, plain, expected, strict=True):
        if not isinstance(tensor, Tensor):  # the weights of an average
            continue
        assert isinstance(same, Tensor)
        assert not isinstance(array, Tensor)
        assert same.requires_grad
        np.testing.assert_array_equal(tensor.data, same.data)
        np.testing.assert_allclose(tensor.data, wanted, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(array, wanted, rtol=1e-12, atol=1e-12)


def _listed(out):
    return out if isinstance(out, (tuple, list)) else [out]


@pytest.mark.parametrize("method", ["linear", "lower", "higher", "nearest", "midpoint", "hazen",
                                    "weibull", "inverted_cdf", "averaged_inverted_cdf",
                                    "closest_observation", "interpolated_inverted_cdf",
                                    "normal_unbiased"])  # fmt: skip
def test_quantiles_by_every_method(method):
    assert_gradients(
        lambda x: autograd.quantile(x, [0.0, 0.21, 0.5, 0.97, 1.0], axis=1, method=method),
        MATRIX,
        reference=lambda x: np.quantile(x, [0.0, 0.21, 0.5, 0.97, 1.0], axis=1, method=method),
    )


# ---------------------------------------------------------------------- what NumPy lacks

PLACES = np.array([[0, 2, 0, 3], [1, 1, 1, -1], [0, 0, 2, 2]])


def _reduced(function, include_self):
    """`scatter_reduce` along axis 1, one element after the other."""

    def reference(x, source):
        out = x.copy()
        for row in range(x.shape[0]):
            for column in range(x.shape[1]):
                hits = source[row, PLACES[row] % x.shape[1] == column]
                given = [x[row, column], *hits] if include_self or not hits.size else hits
                out[row, column] = function(given)
        return out

    return reference


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize(
    ("reduce", "function"),
    [("sum", np.sum), ("mean", np.mean), ("prod", np.prod), ("amax", np.max), ("amin", np.min)],
)
def test_scatter_reduce(reduce, function, include_self):
    for source in (WEIGHTS, np.where(WEIGHTS < 1.2, 0.0, WEIGHTS)):
        if reduce in ("amax", "amin") and source is not WEIGHTS:
            continue
        assert_gradients(
            lambda x, s: autograd.scatter_reduce(x, PLACES, s, 1, reduce, include_self),
            MATRIX,
            source,
            reference=_reduced(function, include_self),
        )


def test_scatter_reduce_shares_the_gradient_of_equal_extremes():
    x = Tensor([1.0, 5.0], requires_grad=True)
    source = Tensor([1.0, 1.0, 2.0], requires_grad=True)
    autograd.scatter_reduce(x, np.array([0, 0, 1]), source, reduce="amin").sum().backward()
    np.testing.assert_allclose(x.grad.data, [1 / 3, 0.0])
    np.testing.assert_allclose(source.grad.data, [1 / 3, 1 / 3, 1.0])


def test_put_along_axis():
    for axis, places in ((1, PLACES), (0, PLACES % 3), (None, np.array([3, 0, 3]))):
        values = WEIGHTS if axis is not None else VECTOR[:3]
        assert_gradients(
            lambda x, y, axis=axis, places=places: autograd.put_along_axis(x, places, y, axis),
            MATRIX,
            values,
            reference=lambda x, y, axis=axis, places=places: _put(x, places, y, axis),
        )


def _put(x, places, values, axis):
    out = x.copy()
    np.put_along_axis(out, places, values, axis)
    return out


def test_numpys_put_along_axis_writes_in_place():
    x = Tensor(MATRIX, requires_grad=True)
    y = x * 1.0
    v = Tensor(WEIGHTS, requires_grad=True)
    np.put_along_axis(y, np.array([[1], [0], [3]]), v[:, :1], 1)
    y.sum().backward()
    assert x.grad.data.sum() == 9.0
    np.testing.assert_array_equal(v.grad.data[:, 0], 1.0)
    with pytest.raises(TypeError, match="an ndarray cannot be changed in place"):
        np.put_along_axis(MATRIX.copy(), PLACES, v, 1)


@pytest.mark.parametrize(
    ("call", "exception", "match"),
    [
        (
            lambda t: autograd.scatter_reduce(t, PLACES, t, 1, "max"),
            ValueError,
            "scatter_reduce: 'max'",
        ),
        (lambda t: autograd.scatter_reduce(t, PLACES, t, 0), IndexError, "out of bounds"),
        (lambda t: autograd.compress([[True]], t), ValueError, "compress: .*one axis"),
        (lambda t: autograd.choose(np.array([2]), [t, t]), ValueError, "choose: .*2 choices"),
        (lambda t: autograd.select([t > 0], [t, t]), ValueError, "select: 1 conditions for 2"),
        (lambda t: autograd.select([t], [t]), TypeError, "select: .*bool, got float64"),
        (lambda t: autograd.bincount(t), TypeError, "bincount: .*float64"),
        (lambda t: autograd.bincount(np.array([-1])), ValueError, "bincount: .*negative"),
        (lambda t: autograd.bincount(np.array([1]), t), ValueError, r"bincount: .*\(3, 4\)"),
        (lambda t: autograd.gradient(t, 1.0, 2.0, 3.0), ValueError, "gradient: 3 distances for 2"),
        (lambda t: autograd.gradient(t[:1]), ValueError, r"gradient: axis 0 of \(1, 4\)"),
        (lambda t: autograd.gradient(t, edge_order=3), ValueError, "gradient: edge_order=3"),
        (
            lambda t: autograd.gradient(t, POINTS, axis=0),
            ValueError,
            "gradient: 4 coordinates for 3",
        ),
        (
            lambda t: autograd.interp(t, POINTS, POINTS[1:]),
            ValueError,
            r"interp: .*\(4,\) and \(3,\)",
        ),
        (lambda t: autograd.interp(t, POINTS, POINTS, period=0), ValueError, "interp: period"),
        (lambda t: autograd.average(t, weights=POINTS), ValueError, r"average: .*\(4,\)"),
        (lambda t: autograd.cov(t[None]), ValueError, r"cov: .*\(1, 3, 4\)"),
        (lambda t: autograd.diag(t[None]), ValueError, r"diag: .*\(1, 3, 4\)"),
        (lambda t: autograd.array_split(t, 0), ValueError, "array_split: 0 parts"),
        (lambda t: autograd.hsplit(t[0, 0], 1), ValueError, "hsplit: a 0-d"),
        (lambda t: autograd.vsplit(t[0], 1), ValueError, r"vsplit: .*\(4,\)"),
        (lambda t: autograd.dsplit(t, 1), ValueError, r"dsplit: .*\(3, 4\)"),
        (lambda t: autograd.fliplr(t[0]), ValueError, r"fliplr: .*\(4,\)"),
        (lambda t: autograd.flipud(t[0, 0]), ValueError, "flipud"),
        (lambda t: autograd.meshgrid(t[0], indexing="yx"), ValueError, "meshgrid: indexing='yx'"),
        (lambda t: autograd.block([[t], t]), ValueError, "block: .*different depths"),
        (lambda t: autograd.block([]), ValueError, "block: .*empty"),
        (lambda t: autograd.pad(t, 1, "mirror"), ValueError, "pad: mode 'mirror'"),
        (lambda t: autograd.pad(t > 0, 1, "mean"), ValueError, "pad: mode 'mean' .*bool"),
        (lambda t: autograd.pad(t, 1, reflect_type="no"), ValueError, "pad: reflect_type='no'"),
        (lambda t: autograd.pad(t, 3, "reflect", reflect_type="odd"), ValueError, "wider"),
        (lambda t: autograd.cumulative_sum(t), ValueError, "cumulative_sum: needs an axis"),
        (
            lambda t: autograd.delete(t, 9, axis=1),
            IndexError,
            r"delete: index 9 .* axis 1 .*\(3, 4\)",
        ),
        (lambda t: autograd.insert(t, 9, 0.0, axis=0), IndexError, r"insert: index 9 .*\(3, 4\)"),
        (
            lambda t: autograd.insert(t, [9], 0.0, axis=1),
            IndexError,
            r"insert: .*\[9\] is out of bounds for axis 1",
        ),
        (
            lambda t: autograd.put_along_axis(t, np.array([[0.5]]), 1.0),
            IndexError,
            "put_along_axis: the indices must be integers, got float64",
        ),
        (
            lambda t: autograd.trapezoid(t, POINTS, axis=0),
            ValueError,
            r"trapezoid: 4 points for 3 values along axis 0 of y, \(3, 4\)",
        ),
        (lambda t: autograd.matvec(t, t[:, 0]), ValueError, r"matvec: matrices of shape \(3, 4\)"),
        (lambda t: autograd.vecmat(t[0], t), ValueError, r"vecmat: .* vectors of shape \(4,\)"),
        (lambda t: autograd.polygamma(-1, t), ValueError, "polygamma: the order n .*got -1"),
    ],
)
def test_errors(call, exception, match):
    with pytest.raises(exception, match=match):
        call(Tensor(MATRIX, requires_grad=True))
