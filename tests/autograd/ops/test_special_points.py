"""Zeros, ties, infinities and NaN, where other libraries differ or give NaN."""

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.testing import assert_gradients

# NaN is what these are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*the result is NaN")

INF, NAN = np.inf, np.nan


def gradients(function, *arrays):
    tensors = [Tensor(x, requires_grad=True) for x in arrays]
    found = grad(function(*tensors).sum(), tensors)
    return [g.data.tolist() for g in found]


@pytest.mark.parametrize(
    ("function", "arrays", "expected"),
    [
        (autograd.prod, [[0.0, 2.0, 3.0]], [[6.0, 0.0, 0.0]]),
        (autograd.prod, [[0.0, 2.0, 0.0]], [[0.0, 0.0, 0.0]]),
        (autograd.prod, [[1e-200, 1e-200, 1e150]], [[1e-50, 1e-50, 0.0]]),  # the product is 0
        (autograd.cumprod, [[0.0, 2.0, 3.0]], [[9.0, 0.0, 0.0]]),
        (autograd.std, [[2.0, 2.0, 2.0]], [[0.0, 0.0, 0.0]]),
        (autograd.median, [[4.0, 1.0, 3.0, 2.0]], [[0.0, 0.0, 0.5, 0.5]]),
        (autograd.sort, [[1.0, 1.0]], [[1.0, 1.0]]),
        (lambda x: autograd.sort(x)[0], [[1.0, 1.0]], [[1.0, 0.0]]),
        (lambda x: autograd.topk(x, 1)[0], [[1.0, 3.0, 3.0]], [[0.0, 1.0, 0.0]]),
        (lambda x: autograd.topk(x, 1, largest=False)[0], [[2.0, 1.0, 1.0]], [[0.0, 1.0, 0.0]]),
        (autograd.cummax, [[1.0, 1.0, 0.0]], [[1.0, 2.0, 0.0]]),
        (autograd.cummin, [[1.0, 1.0, 2.0]], [[1.0, 2.0, 0.0]]),
        (autograd.hypot, [[0.0, 3.0], [0.0, 4.0]], [[0.0, 0.6], [0.0, 0.8]]),
        (autograd.arctan2, [[0.0], [0.0]], [[0.0], [0.0]]),
        (autograd.arctan2, [[1e-200], [0.0]], [[0.0], [-1e200]]),
        (autograd.arctan2, [[0.0], [1e200]], [[1e-200], [0.0]]),
        (
            autograd.xlogy,
            [[0.0, 0.0, 2.0], [0.0, 5.0, 1.0]],
            [[0.0, np.log(5.0), 0.0], [0.0, 0.0, 2.0]],
        ),
        (
            autograd.fmax,
            [[1.0, NAN, 2.0, NAN], [1.0, 3.0, NAN, NAN]],
            [[1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0]],
        ),
        (autograd.fmin, [[1.0, NAN, 2.0], [1.0, 3.0, NAN]], [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
        (autograd.copysign, [[0.0, -2.0], [1.0, 3.0]], [[0.0, -1.0], [0.0, 0.0]]),
        (autograd.nan_to_num, [[1.0, NAN, INF, -INF]], [[1.0, 0.0, 0.0, 0.0]]),
        (
            autograd.logaddexp,
            [[1000.0, -INF, INF], [-1000.0, 1.0, 1.0]],
            [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
        ),
        (autograd.logcumsumexp, [[-1000.0, 1000.0]], [[1.0, 1.0]]),
        (lambda x: autograd.logcumsumexp(x)[1], [[-INF, 2.0]], [[NAN, 1.0]]),
        (autograd.expm1, [[-50.0, 0.0]], [[np.exp(-50.0), 1.0]]),
        (autograd.cbrt, [[0.0]], [[INF]]),
        (autograd.sinc, [[0.0]], [[0.0]]),
        (autograd.nanmax, [[NAN, 1.0, 1.0]], [[0.0, 0.5, 0.5]]),
        (autograd.nansum, [[NAN, 1.0]], [[0.0, 1.0]]),
        (autograd.ptp, [[2.0, 2.0]], [[0.0, 0.0]]),
    ],
)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_gradients_at_special_points(function, arrays, expected):
    found = gradients(function, *arrays)
    for ours, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=1e-12)


@pytest.mark.parametrize("zeros", [(), (0,), (2,), (1, 3), (0, 1, 2)])
def test_products_with_zeros_have_every_derivative(zeros):
    x = np.array([2.0, -1.5, 0.5, 3.0])
    x[list(zeros)] = 0.0
    for function in (autograd.prod, autograd.cumprod):
        assert_gradients(function, x)
    a = Tensor(x, requires_grad=True)
    # The fourth derivative of the product with respect to all four elements is 1.
    value = autograd.prod(a)
    for position in range(4):
        (slope,) = grad(value, [a], create_graph=True)
        value = slope[position]
    assert value.item() == 1.0


@pytest.mark.parametrize("small", [2.0**-29, 2.0**-26, 1e-150])
def test_products_with_a_factor_far_smaller_than_the_others_keep_their_digits(small):
    x = np.array([small, 0.8125, -3.125, 3.8125])
    for function in (autograd.prod, lambda x: autograd.cumprod(x)[3]):
        a = Tensor(x, requires_grad=True)
        (slopes,) = grad(function(a), [a], create_graph=True)
        (row,) = grad(slopes[0], [a])  # by itself 0, by the others the products of the rest
        expected = [0.0, -3.125 * 3.8125, 0.8125 * 3.8125, 0.8125 * -3.125]
        np.testing.assert_allclose(row.data, expected, rtol=1e-14)


def test_sinc_has_every_derivative_at_0():
    x = Tensor([0.0, 1e-9], requires_grad=True)
    y = autograd.sinc(x)
    for expected in (0.0, -(np.pi**2) / 3, 0.0, np.pi**4 / 5):
        (y,) = grad(y.sum(), [x], create_graph=True)
        assert y.data == pytest.approx([expected, expected], rel=1e-6, abs=1e-6)


def test_heaviside_passes_on_what_it_takes_at_the_step():
    x = Tensor([-1.0, 0.0, 2.0], requires_grad=True)
    at_zero = Tensor(1.0, requires_grad=True)
    step = autograd.heaviside(x, at_zero)
    assert step.data.tolist() == [0.0, 1.0, 1.0]
    (3.0 * step).sum().backward()
    assert x.grad.data.tolist() == [0.0, 0.0, 0.0]
    assert at_zero.grad.item() == 3.0


def test_order_statistics_of_nan_are_nan():
    for function in (autograd.median, autograd.cummax, lambda x: autograd.quantile(x, 0.1)):
        assert np.isnan(function(Tensor([1.0, NAN, 0.0])).data).any()


def test_extremes_of_nothing_but_nan():
    x = np.array([[NAN, NAN], [1.0, 2.0]])
    assert autograd.nanmax(Tensor(x), axis=1).data.tolist()[1] == 2.0
    assert np.isnan(autograd.nanmin(Tensor(x), axis=1).data[0])
    assert np.isnan(autograd.nanmean(Tensor(x), axis=1).data[0])


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (autograd.tan, 0.4 + 0.3j),
        (autograd.arcsin, 0.4 - 0.3j),
        (autograd.arccos, -1.4 + 0.3j),
        (autograd.arctan, 0.4 + 0.3j),
        (autograd.sinh, 0.4 + 0.3j),
        (autograd.cosh, 0.4 + 0.3j),
        (autograd.arcsinh, 0.4 + 1.3j),
        (autograd.arccosh, -1.4 - 0.3j),
        (autograd.arctanh, 1.4 + 0.3j),
        (autograd.exp2, 0.4 + 0.3j),
        (autograd.expm1, 0.4 + 0.3j),
        (autograd.log1p, -2.4 + 0.3j),
        (autograd.log2, -2.4 + 0.3j),
        (autograd.log10, 0.4 - 0.3j),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_analytic_functions_of_complex_numbers(function, point):
    z = Tensor(point, requires_grad=True)
    autograd.real(function(z)).backward()
    step = 1e-6
    slope = (function(np.complex128(point + step)) - function(np.complex128(point - step))) / (
        2 * step
    )
    assert z.grad.item() == pytest.approx(np.conj(slope), rel=1e-8)


def test_imag_and_angle():
    z = Tensor(3 + 4j, requires_grad=True)
    autograd.imag(z).backward()
    assert z.grad.item() == 1j
    z.grad = None
    autograd.angle(z).backward()
    assert z.grad.item() == pytest.approx(1j * (3 + 4j) / 25)
    x = Tensor([1.0, -2.0], requires_grad=True)
    autograd.imag(x).sum().backward()
    assert x.grad.data.tolist() == [0.0, 0.0]


def test_views_share_memory_and_are_written_through():
    x = Tensor(np.arange(9.0).reshape(3, 3), requires_grad=True)
    y = x * 1.0
    y.diagonal()[...] = 0.0
    y.swapaxes(0, 1)[0, 1] = 7.0
    assert y.data[0, 0] == 0.0
    assert y.data[1, 0] == 7.0
    (y * y).sum().backward()
    expected = 2 * x.data * (1 - np.eye(3))
    expected[1, 0] = 0.0
    np.testing.assert_array_equal(x.grad.data, expected)


def test_windows_are_read_only():
    x = Tensor(np.arange(4.0), requires_grad=True)
    with pytest.raises(ValueError, match="read-only"):
        autograd.sliding_window_view(x * 1.0, 2)[0, 0] = 1.0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex128, np.int64])
def test_large_selections_of_zero_are_exact(dtype):
    """They take the bits: NaN, infinities and negative zeros must come out as they went in."""
    x = np.resize(np.array([1.5, -2.0, -0.0, 0.0, NAN, INF, -INF, 3.0]), (40, 50))
    if np.dtype(dtype).kind == "i":
        x = np.nan_to_num(x, posinf=9, neginf=-9)
    x = x.astype(dtype)
    mask = np.random.default_rng(0).uniform(size=x.shape) > 0.5
    one_row = mask[:1]
    for zero in (0, 0.0, -0.0, 0j, x.dtype.type(0), np.float64(0), np.array(0.0), False):
        for condition in (mask, one_row, mask.astype(int)):
            for choose in (
                lambda c, x, z: autograd.where(c, x, z),
                lambda c, x, z: autograd.where(c, z, x),
            ):
                found = choose(condition, Tensor(x), zero).data
                wanted = np.where(condition, *((x, zero) if choose(1, 1, 0) == 1 else (zero, x)))
                assert found.dtype == wanted.dtype
                np.testing.assert_array_equal(found, wanted)
                np.testing.assert_array_equal(np.signbit(found.real), np.signbit(wanted.real))
    tilted = Tensor(x.T)
    np.testing.assert_array_equal(autograd.where(mask.T, tilted, 0).data, np.where(mask.T, x.T, 0))


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("shape", [(3, 40), (40, 3), (200,)])
def test_the_largest_of_many_are_the_first_of_equal_ones(shape, largest):
    """They are partitioned first, which forgets the order of equal ones."""
    rng = np.random.default_rng(0)
    axis = int(np.argmax(shape))
    for values in (rng.permutation(np.arange(120.0 if len(shape) > 1 else 200.0)),
                   rng.integers(0, 4, int(np.prod(shape))).astype(float)):  # fmt: skip
        for holes in (0.0, 0.1, 0.9):
            x = np.where(rng.uniform(size=shape) < holes, NAN, values.reshape(shape))
            found, places = autograd.topk(Tensor(x), 3, axis, largest)
            keys = np.where(np.isnan(x), INF, x)  # NaN counts as the largest
            order = np.argsort(-keys if largest else keys, axis=axis, kind="stable")
            if not np.isnan(x).any():
                np.testing.assert_array_equal(places.data, order.take(range(3), axis))
            expected = np.take_along_axis(x, order.take(range(3), axis), axis)
            np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize("rows", [10, 100])
def test_sorting_takes_equal_ones_in_their_order(rows):
    x = Tensor(np.tile([2.0, 1.0, 1.0, 2.0], 3 * rows).reshape(rows, 12), requires_grad=True)
    for axis in (0, 1, None):
        out = autograd.sort(x, axis)
        g = np.arange(float(out.size)).reshape(out.shape)
        (found,) = grad(out, [x], [g])
        order = np.argsort(x.data, axis=axis, kind="stable")
        wanted = np.empty(x.size if axis is None else x.shape)
        np.put_along_axis(wanted, order, g, 0 if axis is None else axis)
        np.testing.assert_array_equal(found.data, wanted.reshape(x.shape))


def test_lengths_of_0_have_a_gradient_of_0_beside_nan():
    x = np.array([0.0, 3.0, NAN, 1e-200])
    y = np.array([0.0, 4.0, 1.0, 1e-200])
    tensors = [Tensor(each, requires_grad=True) for each in (x, y)]
    for found, wanted in zip(grad(autograd.hypot(*tensors).sum(), tensors), (x, y), strict=True):
        assert found.data[0] == 0
        assert found.data[1] == wanted[1] / 5
        assert np.isnan(found.data[2])
    for found in grad(autograd.arctan2(*tensors)[[0, 1, 3]].sum(), tensors):
        assert found.data[0] == 0
        assert np.isfinite(found.data[1])
        assert abs(found.data[3]) == pytest.approx(0.5e200)


def test_positions_of_narrow_integers_and_bools():
    """Their products with the sides of an array do not fit them; an index of bools is a mask."""
    x = Tensor(np.zeros((3, 300)), requires_grad=True)
    places = np.array([[200], [1], [255]], np.uint8)
    (found,) = grad(autograd.take_along_axis(x, places, 1).sum(), [x])
    np.testing.assert_array_equal(np.argwhere(found.data), [[0, 200], [1, 1], [2, 255]])
    added = autograd.scatter_add(x, places, np.ones((3, 1)), 1)
    np.testing.assert_array_equal(added.data, found.data)
    counted = autograd.bincount(np.array([True, False, True]), Tensor([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(counted, [2.0, 4.0])


@pytest.mark.parametrize("reps", [(), 0, 1, (1, 3), (2, 1, 1), (1, 1, 1, 2), (2, 0), (1, 2, 2, 1)])
def test_tiles_add_up(reps):
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    (found,) = grad(autograd.tile(x, reps).sum(), [x])
    np.testing.assert_array_equal(found.data, np.full((2, 3), float(np.prod(reps))))


def test_gradients_of_positions_with_few_and_many_repeats():
    rng = np.random.default_rng(1)
    for rows in (np.arange(20)[::-1], np.r_[np.arange(20), 3, 3, -1], rng.integers(-20, 20, 50)):
        for axis in (0, 1, 2):
            x = Tensor(rng.normal(size=(20, 20, 20)), requires_grad=True)
            out = autograd.take(x, rows, axis)
            g = rng.normal(size=out.shape)
            (found,) = grad(out, [x], [g])
            wanted = np.zeros((20, 20, 20))
            np.add.at(wanted, (slice(None),) * axis + (rows,), g)
            np.testing.assert_allclose(found.data, wanted, atol=1e-12)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 9, 10, 17, 100])
def test_recurrences_of_every_length(count):
    rng = np.random.default_rng(count)
    a, b = rng.normal(size=(2, 2, count))
    y = b.copy()
    for k in range(1, count):
        y[:, k] += a[:, k] * y[:, k - 1]
    np.testing.assert_allclose(autograd.linear_recurrence(a, b), y, rtol=1e-9, atol=1e-12)
