"""Further defects of contractions: convolution geometry, einsum, linear algebra, rearrangements."""

import numpy as np

from autograd import value
from autograd.ops import (
    conv,
    conv_input,
    conv_weight,
    einsum,
    expand_dims,
    matrix_transpose,
    replaced,
    reshape,
    scatter,
    sum,
    transpose,
    zero_pad,
)
from tests.autograd.testing.defects.families.linear_algebra import _square_and_right_hand_sides
from tests.autograd.testing.defects.families.windows import _CONVOLUTION, _SIGNAL
from tests.autograd.testing.defects.planting import (
    Family,
    Inputs,
    draw_shape,
    draw_side,
    fill,
    one,
    unregistered,
)

family = Family("contractions")


# ---------------------------------------------------------------------- geometry


@family.operation(
    "off by one",
    "multilinear",
    _CONVOLUTION,
    right={
        "x": lambda g, weight, x_shape: conv_input(g, weight, x_shape[2:], 1, 1),
        "weight": lambda g, x, weight_shape: conv_weight(g, x, weight_shape[2:], 1, 1),
    },
    wrong={
        "weight": lambda g, x, weight_shape: conv_weight(
            g, zero_pad(x, ((0, 0), (0, 0), (0, 2))), weight_shape[2:]
        )
    },
)
def padded_convolution_pads_behind(x, weight):
    """In the rule of the weight all padding is behind the signal, half of it belongs before."""
    return conv(x, weight, 1, 1)


@family.operation(
    "other",
    "multilinear",
    _CONVOLUTION,
    right={
        "x": lambda g, weight, x_shape: conv_input(g, weight, x_shape[2:], 1, 2, 2),
        "weight": lambda g, x, weight_shape: conv_weight(g, x, weight_shape[2:], 1, 2, 2),
    },
    wrong={
        "weight": lambda g, x, weight_shape: conv_weight(
            g, x[..., : np.shape(value(g))[2] + weight_shape[2] - 5], weight_shape[2:], 1, 2, 1
        )
    },
)
def dilated_convolution_forgets_dilation(x, weight):
    """The rule of the weight looks at neighbours where the windows skip every other element."""
    return conv(x, weight, 1, 2, 2)


def _pairs_of(g):
    shape = np.shape(value(g))
    return reshape(g, (*shape[:-1], shape[-1] // 2, 2))


@family.operation(
    "accumulation",
    "linear",
    _SIGNAL,
    right={"x": lambda g: sum(_pairs_of(g), -1)},
    wrong={"x": lambda g: _pairs_of(g)[..., 0]},
)
def upsampled_first_copy_only(x):
    """Every element is repeated; the gradient of its first copy is taken for that of both."""
    return np.repeat(x, 2, axis=-1)


@family.operation(
    "factor",
    "linear",
    _SIGNAL,
    right={"x": lambda g: 2 * g[..., ::2]},
    wrong={"x": lambda g: g[..., ::2]},
)
def stretched_without_its_factor(x):
    """Twice the elements at even places, zeros between; the rule has lost the 2."""
    stretched = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    stretched[..., ::2] = 2 * x
    return stretched


# ---------------------------------------------------------------------- einsum


def _two_matrices(rng):
    rows, inner, columns = (draw_side(rng, 1) for _ in range(3))
    return [fill(rng, "real", (rows, inner)), fill(rng, "real", (inner, columns))]


_PRODUCT = Inputs(
    (("real", "matrix"), ("real", "matrix of as many rows as columns")), _two_matrices
)


@family.operation(
    "transposed",
    "multilinear",
    _PRODUCT,
    right={
        "x": lambda g, y: einsum("ik,jk->ij", g, y),
        "y": lambda g, x: einsum("ij,ik->jk", x, g),
    },
    wrong={
        "x": lambda g, y, x_shape: reshape(einsum("ik,jk->ji", g, y), x_shape),
    },
)
def contraction_labels_exchanged(x, y):
    """The labels of the result are exchanged, and the shape is forced."""
    return np.einsum("ij,jk->ik", x, y)


@family.operation(
    "broadcast sum",
    "linear",
    one("real", "non-empty matrix"),
    right={"x": lambda g, x_shape: expand_dims(g, 1) * np.ones(x_shape, value(g).dtype)},
    wrong={"x": lambda g, x_shape: expand_dims(g, 1) * np.eye(*x_shape, dtype=value(g).dtype)},
)
def row_sums_of_the_diagonal(x):
    """The gradient of the row sums arrives at the diagonal only."""
    return np.einsum("ij->i", x)


# ---------------------------------------------------------------------- linear algebra

_SQUARE = Inputs(
    (("real", "square matrix, well conditioned"),),
    lambda rng: _square_and_right_hand_sides(rng)[:1],
)


@family.function("transposed", _SQUARE)
def determinant_of_the_transpose(correct):
    """The derivative of det A is det A times the inverse, transposed; the rule leaves it."""

    @unregistered("general")
    def inverse(a):
        return np.linalg.inv(a)

    inverse.vjp(a=lambda g, out: -matrix_transpose(out) @ g @ matrix_transpose(out))

    @unregistered("general")
    def determinant(a):
        return np.linalg.det(a)

    def rule(g, a, out):
        cofactors = g * out * inverse(a)
        return matrix_transpose(cofactors) if correct else cofactors

    determinant.vjp(a=rule)
    return determinant


@family.function("sign", _SQUARE)
def inverse_without_minus(correct):
    """The derivative of the inverse has lost its minus."""

    @unregistered("general")
    def inverse(a):
        return np.linalg.inv(a)

    sign = -1 if correct else 1
    inverse.vjp(a=lambda g, out: sign * (matrix_transpose(out) @ g @ matrix_transpose(out)))
    return inverse


def _triples(rng):
    shape = (draw_side(rng, 1), 3)
    return [fill(rng, "real", shape), fill(rng, "real", shape)]


_EPSILON = np.zeros((3, 3, 3))
for _cyclic in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
    _EPSILON[_cyclic] = 1.0
    _EPSILON[_cyclic[::-1]] = -1.0


def _cross(x, y):
    return einsum("ijk,nj,nk->ni", _EPSILON.astype(value(x).dtype), x, y)


@family.operation(
    "sign",
    "multilinear",
    Inputs((("real", "rows of three"), ("real", "as the first")), _triples),
    right={"x": lambda g, y: _cross(y, g), "y": lambda g, x: _cross(g, x)},
    wrong={"y": lambda g, x: _cross(x, g)},
)
def cross_product_commuted(x, y):
    """The rule of the second factor has the order of the first one's."""
    return np.einsum("ijk,nj,nk->ni", _EPSILON.astype(x.dtype), x, y)


# ---------------------------------------------------------------------- rearrangements


@family.operation(
    "off by one",
    "linear",
    one("real", "two or more along the last axis"),
    right={"x": lambda g, x_shape: scatter(g, np.s_[..., 1:], x_shape)},
    wrong={"x": lambda g, x_shape: scatter(g, np.s_[..., :-1], x_shape)},
)
def tail_given_to_the_head(x):
    """The gradient of all but the first goes to all but the last."""
    return x[..., 1:]


@family.operation(
    "off by one",
    "linear",
    one("real", "two or more along the last axis"),
    right={
        "x": lambda g, x_shape: (
            scatter(g, np.s_[..., 1:], x_shape) - scatter(g, np.s_[..., :-1], x_shape)
        )
    },
    wrong={
        "x": lambda g, x_shape: (
            scatter(g, np.s_[..., 1:], x_shape) - scatter(g[..., 1:], np.s_[..., 1:-1], x_shape)
        )
    },
)
def differences_without_the_first(x):
    """The first element gets nothing."""
    return np.diff(x)


@family.operation(
    "accumulation",
    "linear",
    one("real", "two or more along the last axis"),
    right={
        "x": lambda g, x_shape: (
            scatter(g, np.s_[..., 1:], x_shape) + scatter(g, np.s_[..., :-1], x_shape)
        )
    },
    wrong={
        "x": lambda g, x_shape: replaced(scatter(g, np.s_[..., 1:], x_shape), g, np.s_[..., :-1])
    },
)
def neighbours_overwrite(x):
    """The two uses of an element are written over one another, not added up."""
    return x[..., 1:] + x[..., :-1]


def _taken(order, g):
    return np.take_along_axis(g, order, -1) if type(g) is np.ndarray else _gather(order, g)


def _gather(order, g):
    flat = order + order.shape[-1] * np.arange(order.size // order.shape[-1]).reshape(
        *order.shape[:-1], 1
    )
    return reshape(reshape(g, (-1,))[flat.ravel()], order.shape)


def _ranks(x, inverse):
    order = np.argsort(value(x), axis=-1, kind="stable")
    return np.argsort(order, axis=-1) if inverse else order


@family.operation(
    "transposed",
    "general",
    one("distinct", "non-empty"),
    right={"x": lambda g, x: _taken(_ranks(x, True), g)},
    wrong={"x": lambda g, x: _taken(_ranks(x, False), g)},
)
def sorted_again(x):
    """The gradient is put in the order of the sort once more, not back."""
    return np.take_along_axis(x, np.argsort(x, axis=-1, kind="stable"), -1)


@family.operation(
    "axis",
    "linear",
    one("real", "stack"),
    right={"x": lambda g: transpose(g, (2, 0, 1))},
    wrong={"x": lambda g, x_shape: reshape(transpose(g, (0, 2, 1)), x_shape)},
)
def leading_axis_moved_back_wrongly(x):
    """Axis 0 went to the end; the rule exchanges the last two and forces the shape."""
    return np.moveaxis(x, 0, -1)


def _assigned(rng):
    shape = draw_shape(rng, "non-empty matrix")
    return [fill(rng, "real", shape), fill(rng, "real", shape[1:])]


@family.operation(
    "other",
    "linear",
    Inputs((("real", "non-empty matrix"), ("real", "its row")), _assigned),
    right={
        "x": lambda g, row_shape: replaced(g, np.zeros(row_shape, value(g).dtype), 0),
        "row": lambda g: g[0],
    },
    wrong={"x": lambda g: g},
)
def overwritten_row_keeps_gradient(x, row):
    """A row was overwritten, nothing of the old one is left; the rule passes it on all the same."""
    out = x.copy()
    out[0] = row
    return out
