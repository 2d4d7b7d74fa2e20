"""Pooling and its adjoints, against the definitions written with loops for reading."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.kernels.pooling import (
    average_pool,
    average_pool_adjoint,
    max_pool,
    max_pool_gather,
    max_pool_scatter,
)
from autograd.kernels.windows import channels_to_end, channels_to_second, output_size


def places(index, stride, padding, dilation, tap):
    """The place of x that a tap of a window falls on; it may lie in the padding."""
    return tuple(
        p * s + k * d - pad
        for p, s, k, d, pad in zip(index, stride, tap, dilation, padding, strict=True)
    )


def inside(place, size):
    return all(0 <= q < length for q, length in zip(place, size, strict=True))


def naive_max_pool(x, kernel, stride, padding, dilation, ceil_mode):
    size = x.shape[2:]
    out = output_size("naive", size, kernel, stride, padding, dilation, ceil_mode)
    values = np.zeros((*x.shape[:2], *out), x.dtype)
    indices = np.zeros(values.shape, np.intp)
    for n, c, *window in np.ndindex(values.shape):
        best = None
        for tap in np.ndindex(*kernel):
            place = places(window, stride, padding, dilation, tap)
            if inside(place, size) and (best is None or x[(n, c, *place)] > x[(n, c, *best)]):
                best = place
        values[(n, c, *window)] = x[(n, c, *best)]
        indices[(n, c, *window)] = np.ravel_multi_index(best, size)
    return values, indices


def naive_average_pool(x, kernel, stride, padding, ceil_mode, count_include_pad):
    size, one = x.shape[2:], (1,) * len(kernel)
    out = output_size("naive", size, kernel, stride, padding, one, ceil_mode)
    result = np.zeros((*x.shape[:2], *out))
    for n, c, *window in np.ndindex(result.shape):
        total, count = 0.0, 0
        for tap in np.ndindex(*kernel):
            place = places(window, stride, padding, one, tap)
            if inside(place, size):
                total += x[(n, c, *place)]
                count += 1
            elif count_include_pad:
                count += all(q < n + p for q, n, p in zip(place, size, padding, strict=True))
        result[(n, c, *window)] = total / count
    return result


def axis_settings(axes, low, high):
    return st.tuples(*[st.integers(low, high)] * axes)


@st.composite
def pooling_arguments(draw, dilated):
    """The shape of x, then kernel, stride, padding and dilation of one to three axes."""
    axes = draw(st.integers(1, 3))
    kernel = draw(axis_settings(axes, 1, 4))
    dilation = draw(axis_settings(axes, 1, 2)) if dilated else (1,) * axes
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    beyond = draw(axis_settings(axes, 0, 4))
    # At least 2, so that a dilated window cannot step over the whole input.
    size = tuple(
        max(2, d * (k - 1) + 1 - 2 * p) + extra
        for k, d, p, extra in zip(kernel, dilation, padding, beyond, strict=True)
    )
    stride = draw(axis_settings(axes, 1, 4))
    return (2, 2, *size), kernel, stride, padding, dilation


def numbers(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def channels_last(array):
    return channels_to_second(np.ascontiguousarray(channels_to_end(array)))


def assert_fresh(result, *inputs):
    assert result.flags.writeable
    for array in inputs:
        assert not np.shares_memory(result, array)


# --- Maxima ---

COURSE_POOLING = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 7], [112, 100, 22, 12]])


def test_max_pool_gives_the_example_that_courses_print(layout):
    x = layout(np.stack([COURSE_POOLING, COURSE_POOLING.T])[None])
    values, indices = max_pool(x, 2)
    np.testing.assert_array_equal(values, [[[[20, 30], [112, 37]], [[20, 112], [30, 37]]]])
    np.testing.assert_array_equal(indices, [[[[1, 2], [12, 10]], [[4, 3], [8, 10]]]])
    assert values.dtype == x.dtype
    assert indices.dtype == np.intp


@given(pooling_arguments(dilated=True), st.booleans(), st.booleans())
def test_max_pool_is_its_definition(arguments, ceil_mode, last):
    shape, *settings = arguments
    # Few different values, so that most windows have ties.
    x = np.random.default_rng(0).integers(-2, 3, shape).astype(float)
    x[x == -2] = -np.inf
    expected_values, expected_indices = naive_max_pool(x, *settings, ceil_mode)
    values, indices = max_pool(channels_last(x) if last else x, *settings, ceil_mode)
    np.testing.assert_array_equal(values, expected_values)
    np.testing.assert_array_equal(indices, expected_indices)
    np.testing.assert_array_equal(max_pool_gather(x, indices), values)


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.uint16, np.float16, np.float32])
def test_the_least_value_is_found_inside_x(dtype):
    x = np.zeros((1, 1, 3, 3), dtype)
    x[...] = False if dtype is np.bool_ else -np.inf if x.dtype.kind == "f" else np.iinfo(dtype).min
    values, indices = max_pool(x, 3, padding=1)
    assert values.dtype == dtype
    np.testing.assert_array_equal(values, x[:, :, :1, :1])
    np.testing.assert_array_equal(indices, 0)


def test_nan_propagates_from_its_first_place():
    x = np.array([[[1.0, 2.0, np.nan, 3.0, np.nan, np.nan, 9.0, np.nan, 4.0]]])
    values, indices = max_pool(x, 3)
    np.testing.assert_array_equal(values, [[[np.nan, np.nan, np.nan]]])
    np.testing.assert_array_equal(indices, [[[2, 4, 7]]])


def test_max_pool_of_more_windows_places_than_a_byte_counts():
    x = np.zeros((1, 1, 20, 20))
    x[0, 0, 16, 15] = 1
    values, indices = max_pool(x, 17, stride=3)
    np.testing.assert_array_equal(values, [[[[1, 1], [1, 1]]]])
    np.testing.assert_array_equal(indices, 16 * 20 + 15)


@given(pooling_arguments(dilated=True), st.booleans(), st.booleans())
def test_scatter_and_gather_are_adjoint(arguments, last, last_g):
    shape, *settings = arguments
    x = numbers(shape)
    _, indices = max_pool(channels_last(x) if last else x, *settings)
    g = numbers(indices.shape, 1)
    dx = max_pool_scatter(channels_last(g) if last_g else g, indices, shape[2:])
    assert dx.shape == x.shape
    np.testing.assert_allclose((dx * x).sum(), (g * max_pool_gather(x, indices)).sum(), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64, np.int32])
def test_scatter_and_gather_keep_the_dtype_and_add_precisely(dtype):
    g, indices = np.ones((1, 1, 4096), dtype), np.zeros((1, 1, 4096), np.uint8)
    dx = max_pool_scatter(g, indices, (2, 2))
    assert dx.dtype == dtype
    np.testing.assert_array_equal(dx, [[[[4096, 0], [0, 0]]]])
    taken = max_pool_gather(dx, indices)
    assert taken.dtype == dtype
    np.testing.assert_array_equal(taken, 4096 * g)


def test_pooling_results_are_fresh_in_every_layout(layout):
    original = numbers((2, 3, 4, 6))
    x = layout(original)
    values, indices = max_pool(x, 1)
    g = layout(original.copy())
    results = [
        values,
        indices,
        max_pool_scatter(g, indices, (4, 6)),
        max_pool_gather(x, indices),
        average_pool(x, 1),
        average_pool_adjoint(g, (4, 6), 1),
    ]
    for result in results:
        assert_fresh(result, x, g, *(other for other in results if other is not result))
        if result is not indices:
            np.testing.assert_array_equal(result, original)
        last = abs(x.strides[1]) < abs(x.strides[-1])
        assert (channels_to_end(result) if last else result).flags.c_contiguous
    np.testing.assert_array_equal(x, original)


def test_an_empty_batch_pools_to_an_empty_batch():
    values, indices = max_pool(np.ones((0, 3, 4)), 2)
    assert values.shape == indices.shape == (0, 3, 2)
    assert max_pool_scatter(values, indices, (4,)).shape == (0, 3, 4)
    assert max_pool_gather(np.ones((0, 3, 4)), indices).shape == (0, 3, 2)
    assert average_pool(np.ones((0, 3, 4)), 2).shape == (0, 3, 2)
    assert average_pool_adjoint(np.ones((0, 3, 2)), (4,), 2).shape == (0, 3, 4)


# --- Averages ---


def test_average_pool_of_the_example_that_courses_print():
    result = average_pool(COURSE_POOLING[None, None], 2)
    np.testing.assert_array_equal(result, [[[[13, 8], [79, 19.5]]]])
    assert result.dtype == np.float64


@given(pooling_arguments(dilated=False), st.booleans(), st.booleans(), st.booleans())
def test_average_pool_is_its_definition(arguments, ceil_mode, count_include_pad, last):
    shape, *settings, _ = arguments
    x = numbers(shape)
    result = average_pool(channels_last(x) if last else x, *settings, ceil_mode, count_include_pad)
    expected = naive_average_pool(x, *settings, ceil_mode, count_include_pad)
    np.testing.assert_allclose(result, expected, atol=1e-12)


@given(pooling_arguments(dilated=False), st.booleans(), st.booleans(), st.booleans())
def test_average_pool_adjoint_is_adjoint(arguments, ceil_mode, count_include_pad, last):
    shape, *settings, _ = arguments
    x = numbers(shape)
    out = average_pool(x, *settings, ceil_mode, count_include_pad)
    g = numbers(out.shape, 1)
    arranged = channels_last(g) if last else g
    dx = average_pool_adjoint(arranged, shape[2:], *settings, ceil_mode, count_include_pad)
    assert dx.shape == x.shape
    np.testing.assert_allclose((dx * x).sum(), (out * g).sum(), atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
def test_average_pool_keeps_the_dtype_and_adds_precisely(dtype):
    x = np.ones((1, 1, 4096), dtype)
    result = average_pool(x, 4096)
    assert result.dtype == dtype
    assert result.item() == 1
    # 4096 windows over one place.
    g = np.ones((1, 1, 4096), dtype)
    dx = average_pool_adjoint(g, (4096 + 4095,), 4096, 1)
    assert dx.dtype == dtype
    assert dx[0, 0, 4095] == 1


# --- Bad input of pooling ---


@pytest.mark.parametrize("pool", [max_pool, average_pool])
@pytest.mark.parametrize(
    ("shape", "settings", "message"),
    [
        ((2, 3), {"kernel": 2}, r"expected \(batch, channels, \*spatial\) .* got shape \(2, 3\)"),
        ((2, 3, 8), {"kernel": 9}, r"kernel of \(9,\) .* does not fit into an input of \(8,\)"),
        ((2, 3, 8), {"kernel": 3, "padding": 2}, r"at most half the kernel, got padding \(2,\)"),
        ((2, 3, 8), {"kernel": 3, "stride": 0}, "stride must be at least 1, got 0"),
        ((2, 3, 8), {"kernel": (2, 2)}, r"kernel has 2 values, \(2, 2\), but there are 1 spatial"),
        ((2, 3, 0), {"kernel": 2, "padding": 1}, r"input of \(0,\) sees nothing but padding"),
    ],
)
def test_pooling_says_what_does_not_fit(pool, shape, settings, message):
    with pytest.raises(ValueError, match=f"{pool.__name__}: .*{message}"):
        pool(np.ones(shape), **settings)


def test_a_dilated_window_that_steps_over_the_input_is_an_error():
    message = r"max_pool: with kernel \(2,\), .* an input of \(1,\) sees nothing but padding"
    with pytest.raises(ValueError, match=message):
        max_pool(np.ones((1, 1, 1)), 2, padding=1, dilation=2)


def test_complex_numbers_have_no_maximum():
    with pytest.raises(TypeError, match="max_pool: complex128 has no order"):
        max_pool(np.ones((1, 1, 2), complex), 2)


def test_places_must_exist():
    x, g = np.ones((1, 2, 4)), np.ones((1, 2, 1))
    for bad in (-1, 4):
        indices = np.array([[[0], [bad]]])
        message = r"indices from .* are not all within the 4 places of spatial shape \(4,\)"
        with pytest.raises(IndexError, match=f"max_pool_scatter: {message}"):
            max_pool_scatter(g, indices, (4,))
        with pytest.raises(IndexError, match=f"max_pool_gather: {message}"):
            max_pool_gather(x, indices)
    with pytest.raises(TypeError, match="max_pool_gather: indices must be integers, got float64"):
        max_pool_gather(x, g)
    with pytest.raises(ValueError, match=r"max_pool_scatter: g has shape \(1, 2, 1\) but indices"):
        max_pool_scatter(g, np.zeros((1, 2, 2), int), (4,))
    with pytest.raises(ValueError, match="max_pool_gather: x has .* the same batch and channels"):
        max_pool_gather(x, np.zeros((1, 1, 2), int))


def test_the_adjoint_of_average_pool_says_what_does_not_fit():
    message = (
        r"average_pool_adjoint: g has shape \(1, 1, 3\), but .* \(1, 1, 8\) has shape \(1, 1, 4\)"
    )
    with pytest.raises(ValueError, match=message):
        average_pool_adjoint(np.ones((1, 1, 3)), (8,), 2)
