"""Convolution and its adjoints, against the definition written with loops for reading."""

from dataclasses import dataclass
from itertools import product
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.kernels import convolution
from autograd.kernels.convolution import conv, conv_input, conv_weight
from autograd.kernels.windows import channels_to_end


def naive_conv(x, weight, stride, padding, dilation, groups):
    """One window and one output channel after the other."""
    batch, _, *size = x.shape
    out_channels, group_channels, *kernel = weight.shape
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    out = [
        (length + 2 * p - span) // s + 1
        for length, p, span, s in zip(size, padding, spans, stride, strict=True)
    ]
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    result = np.zeros((batch, out_channels, *out), np.result_type(x, weight))
    for n, o, *place in np.ndindex(result.shape):
        first = o // (out_channels // groups) * group_channels
        window = tuple(
            slice(p * s, p * s + span, d)
            for p, s, span, d in zip(place, stride, spans, dilation, strict=True)
        )
        seen = padded[(n, slice(first, first + group_channels), *window)]
        result[(n, o, *place)] = (weight[o] * seen).sum()
    return result


def numbers(shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def axis_settings(axes, low, high):
    return st.tuples(*[st.integers(low, high)] * axes)


@dataclass(frozen=True)
class Geometry:
    """A convolution that exists."""

    batch: int
    groups: int
    group_channels: int
    group_width: int
    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def x_shape(self):
        return (self.batch, self.groups * self.group_channels, *self.size)

    @property
    def weight_shape(self):
        return (self.groups * self.group_width, self.group_channels, *self.kernel)

    @property
    def settings(self):
        return (self.stride, self.padding, self.dilation, self.groups)


@st.composite
def geometries(draw):
    """One to three axes; strides that skip places, remainders, padding beyond the kernel."""
    axes = draw(st.integers(1, 3))
    kernel = draw(axis_settings(axes, 1, 3))
    dilation = draw(axis_settings(axes, 1, 3))
    padding = draw(axis_settings(axes, 0, 4))
    beyond = draw(axis_settings(axes, 0, 4))  # what the input has more than one window needs
    size = tuple(
        max(1, d * (k - 1) + 1 - 2 * p) + extra
        for k, d, p, extra in zip(kernel, dilation, padding, beyond, strict=True)
    )
    return Geometry(
        batch=draw(st.integers(0, 3)),
        groups=draw(st.integers(1, 3)),
        group_channels=draw(st.integers(1, 2)),
        group_width=draw(st.integers(1, 2)),
        size=size,
        kernel=kernel,
        stride=draw(axis_settings(axes, 1, 4)),
        padding=padding,
        dilation=dilation,
    )


def assert_fresh(result, *inputs):
    assert result.flags.writeable
    for array in inputs:
        assert not np.shares_memory(result, array)


# Blocks of the usual size hold all of a small example, small ones cut it in images and lines.
BLOCKS = {
    "one block": {"_BLOCK_SIZE": 2**17, "_BLOCK_ROWS": 512},
    "by image": {"_BLOCK_SIZE": 1, "_BLOCK_ROWS": 30},
    "by line": {"_BLOCK_SIZE": 1, "_BLOCK_ROWS": 1},
}
in_blocks = pytest.mark.parametrize("blocks", BLOCKS.values(), ids=BLOCKS)


def in_blocks_of(blocks):
    return mock.patch.multiple(convolution, **blocks)


COURSE_INPUT = np.array([[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])[None, None]
COURSE_FILTER = np.array([[2, 0, 1], [0, 1, 2], [1, 0, 2]])[None, None]


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (0, [[15, 16], [6, 15]]),
        (1, [[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]),
    ],
)
def test_conv_gives_the_example_that_courses_print(padding, expected):
    result = conv(COURSE_INPUT, COURSE_FILTER, padding=padding)
    np.testing.assert_array_equal(result[0, 0], expected)
    assert result.dtype == COURSE_INPUT.dtype


@in_blocks
@given(geometry=geometries())
def test_conv_is_its_definition(blocks, geometry):
    x, weight = numbers(geometry.x_shape), numbers(geometry.weight_shape, 1)
    with in_blocks_of(blocks):
        result = conv(x, weight, *geometry.settings)
    np.testing.assert_allclose(result, naive_conv(x, weight, *geometry.settings), atol=1e-12)


@in_blocks
@given(geometry=geometries())
def test_conv_and_its_adjoints_are_one_trilinear_form(blocks, geometry):
    x, weight = numbers(geometry.x_shape), numbers(geometry.weight_shape, 1)
    with in_blocks_of(blocks):
        out = conv(x, weight, *geometry.settings)
        g = numbers(out.shape, 2)
        dx = conv_input(g, weight, geometry.size, *geometry.settings)
        dweight = conv_weight(g, x, geometry.kernel, *geometry.settings)
    assert dx.shape == x.shape
    assert dweight.shape == weight.shape
    form = (out * g).sum()
    np.testing.assert_allclose((dx * x).sum(), form, atol=1e-11)
    np.testing.assert_allclose((dweight * weight).sum(), form, atol=1e-11)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        (np.float16, 2e-2),
        (np.float32, 1e-5),
        (np.longdouble, 1e-15),
        (np.complex64, 1e-5),
        (np.complex128, 1e-13),
        (np.int8, 0),
        (np.int64, 0),
    ],
)
@pytest.mark.parametrize("groups", [1, 2])
def test_conv_in_every_dtype(dtype, tolerance, groups):
    wide = np.complex128 if np.dtype(dtype).kind == "c" else np.float64
    make = [numbers(shape, i) for i, shape in enumerate([(2, 4, 5, 6), (2, 4 // groups, 3, 2)])]
    if wide is np.complex128:
        make = [array + 1j * array[::-1] for array in make]
    x, weight = (array.astype(dtype) for array in make)
    settings = ((2, 1), (1, 0), (1, 2), groups)
    exact = naive_conv(x.astype(wide), weight.astype(wide), *settings)
    out = conv(x, weight, *settings)
    assert out.dtype == dtype
    np.testing.assert_allclose(out, exact, atol=tolerance)

    g = out
    dx, dweight = (
        conv_input(g, weight, (5, 6), *settings),
        conv_weight(g, x, (3, 2), *settings),
    )
    assert dx.dtype == dweight.dtype == dtype
    wide_g, wide_x, wide_weight = (array.astype(wide) for array in (g, x, weight))
    scale = 1 + np.abs(exact).max()
    for result, expected in [
        (dx, conv_input(wide_g, wide_weight, (5, 6), *settings)),
        (dweight, conv_weight(wide_g, wide_x, (3, 2), *settings)),
    ]:
        np.testing.assert_allclose(result, expected, atol=10 * tolerance * scale)


def test_conv_promotes_as_a_product_does():
    x, weight = np.ones((1, 1, 3), np.float32), np.ones((1, 1, 2), np.int64)
    assert conv(x, weight).dtype == np.float64
    assert conv(x, weight.astype(np.float16)).dtype == np.float32


def test_conv_of_integers_is_exact_beyond_the_floating_point_range():
    x, weight = np.full((1, 1, 2), 2**60 + 1), np.array([[[1, 3]]])
    assert conv(x, weight).item() == 4 * (2**60 + 1)
    assert conv_weight(np.ones((1, 1, 1), int), x, (2,)).tolist() == [[[2**60 + 1] * 2]]
    assert conv_input(np.full((1, 1, 1), 2**60), weight, (2,)).tolist() == [[[2**60, 3 * 2**60]]]


def test_float16_is_accumulated_in_float32():
    # In float16, 2048 + 1 is 2048.
    ones = np.ones((1, 4096, 1), np.float16)
    assert conv(ones, ones).item() == 4096
    assert conv_weight(np.ones((1, 1, 4096), np.float16), ones.reshape(1, 1, -1), (1,)) == 4096
    assert conv_input(ones, ones.reshape(4096, 1, 1), (1,)).item() == 4096


@pytest.mark.parametrize("kernel", [(1, 1), (3, 2)])
@pytest.mark.parametrize(("padding", "groups"), [(0, 1), (1, 1), (1, 2)])
def test_the_layout_of_the_inputs_does_not_matter(layout, kernel, padding, groups):
    x, weight = numbers((2, 4, 5, 6)), numbers((2, 4 // groups, *kernel), 1)
    settings = (1, padding, 1, groups)
    out = conv(x, weight, *settings)
    g = numbers(out.shape, 2)
    for function, arrays, shape in [
        (conv, (x, weight), ()),
        (conv_input, (g, weight), (x.shape[2:],)),
        (conv_weight, (g, x), (kernel,)),
    ]:
        arranged = [layout(array) for array in arrays]
        result = function(*arranged, *shape, *settings)
        np.testing.assert_allclose(result, function(*arrays, *shape, *settings), atol=1e-12)
        assert_fresh(result, *arranged)
        for array, original in zip(arranged, arrays, strict=True):
            np.testing.assert_array_equal(array, original)


def test_results_lie_in_memory_as_documented():
    x, weight = numbers((2, 3, 5, 6)), numbers((4, 3, 2, 2))
    for stride in (1, 2):
        out = conv(x, weight, stride)
        assert channels_to_end(out).flags.c_contiguous
        dx = conv_input(out, weight, (5, 6), stride)
        assert channels_to_end(dx).flags.c_contiguous
        assert conv_weight(out, x, (2, 2), stride).flags.c_contiguous


def test_a_wide_layer_in_many_blocks():
    # More output channels than _NARROW, and more windows than fit into one block.
    x, weight = numbers((3, 40, 20, 20)), numbers((80, 40, 3, 3), 1)
    out = conv(x, weight, padding=1)
    expected = np.zeros((3, 80, 20, 20))
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
    for i, j in product(range(3), range(3)):
        expected += np.einsum(
            "oc,nchw->nohw", weight[:, :, i, j], padded[:, :, i : i + 20, j : j + 20]
        )
    np.testing.assert_allclose(out, expected, atol=1e-10)
    form = (out * out).sum()
    dx = conv_input(out, weight, (20, 20), padding=1)
    dweight = conv_weight(out, x, (3, 3), padding=1)
    np.testing.assert_allclose([(dx * x).sum(), (dweight * weight).sum()], form)


@pytest.mark.parametrize(
    ("x_shape", "weight_shape"),
    [((0, 2, 5), (3, 2, 2)), ((2, 0, 5), (3, 0, 2)), ((2, 2, 5), (0, 2, 2))],
)
@pytest.mark.parametrize("stride", [1, 2])
def test_nothing_to_sum_gives_zeros_of_the_right_shape(x_shape, weight_shape, stride):
    x, weight = np.ones(x_shape), np.ones(weight_shape)
    out = conv(x, weight, stride)
    assert out.shape == (x_shape[0], weight_shape[0], 4 if stride == 1 else 2)
    assert not out.any()
    dx, dweight = conv_input(out, weight, (5,), stride), conv_weight(out, x, (2,), stride)
    assert (dx.shape, dweight.shape) == (x_shape, weight_shape)
    assert not dx.any()
    assert not dweight.any()


@pytest.mark.parametrize(
    ("x_shape", "weight_shape", "settings", "message"),
    [
        (
            (2, 3, 8),
            (4, 3, 3, 3),
            {},
            r"conv: expected x .* \(x: \(2, 3, 8\), weight: \(4, 3, 3, 3\)",
        ),
        ((2, 3), (4, 3), {}, r"conv: expected x \(batch, channels, \*spatial\)"),
        (
            (2, 3, 8),
            (4, 2, 3),
            {},
            "conv: x has 3 channels, but weight takes 2 in each of 1 groups",
        ),
        ((2, 3, 8), (4, 1, 3), {"groups": 2}, "conv: groups=2 must divide the 3 channels of x"),
        ((2, 4, 8), (3, 2, 3), {"groups": 2}, "groups=2 must divide .* the 3 output channels"),
        ((2, 3, 8), (4, 3, 3), {"groups": 0}, "conv: groups must be at least 1, got 0"),
        ((2, 3, 8), (4, 3, 3), {"stride": 0}, "conv: stride must be at least 1, got 0"),
        ((2, 3, 8), (4, 3, 3), {"padding": -1}, "conv: padding must be at least 0, got -1"),
        ((2, 3, 8), (4, 3, 3), {"dilation": (1, 1)}, "conv: dilation has 2 values"),
        ((2, 3, 8), (4, 3, 0), {}, r"conv: kernel must be at least 1, got \(0,\)"),
        ((2, 3, 8), (4, 3, 9), {}, r"kernel of \(9,\) .* does not fit into an input of \(8,\)"),
    ],
)
def test_conv_says_what_does_not_fit(x_shape, weight_shape, settings, message):
    with pytest.raises(ValueError, match=message):
        conv(np.ones(x_shape), np.ones(weight_shape), **settings)


def test_the_adjoints_say_what_does_not_fit():
    x, weight, g = np.ones((2, 3, 8)), np.ones((4, 3, 3)), np.ones((2, 4, 6))
    message = (
        r"conv_input: g has shape \(2, 4, 6\), but conv of x \(2, 3, 9\) .* has shape \(2, 4, 7\)"
    )
    with pytest.raises(ValueError, match=message):
        conv_input(g, weight, (9,))
    message = r"conv_weight: g has shape \(2, 4, 6\), but conv .* \(4, 3, 2\) has shape \(2, 4, 7\)"
    with pytest.raises(ValueError, match=message):
        conv_weight(g, x, (2,))
    with pytest.raises(ValueError, match="conv_input: expected x"):
        conv_input(g, weight, (8, 8))
    with pytest.raises(ValueError, match="conv_weight: expected x"):
        conv_weight(g[0, 0], x, (3,))
    with pytest.raises(ValueError, match="conv_weight: groups=3 must divide .* the 4 output"):
        conv_weight(g, x, (3,), groups=3)
    with pytest.raises(ValueError, match="conv_weight: groups must be at least 1, got 0"):
        conv_weight(g, x, (3,), groups=0)
    with pytest.raises(TypeError, match="conv: stride must be an integer"):
        conv(x, weight, stride=1.0)
