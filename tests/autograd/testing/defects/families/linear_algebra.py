"""Shapes and linear algebra: operands not transposed, batches, indices, permutations."""

from itertools import accumulate

import numpy as np

from autograd import value
from autograd.ops import (
    einsum,
    expand_dims,
    flip,
    matrix_transpose,
    replaced,
    reshape,
    scatter,
    split,
    sum,
    transpose,
)
from tests.autograd.testing.defects.planting import (
    Family,
    Inputs,
    draw_shape,
    draw_side,
    fill,
    one,
    unregistered,
)

family = Family("shapes and linear algebra")


def _vector_and_square(rng):
    side = draw_side(rng, 1)
    return [fill(rng, "real", (side,)), fill(rng, "real", (side, side))]


@family.operation(
    "transposed",
    "general",
    Inputs((("real", "vector"), ("real", "square matrix of its length")), _vector_and_square),
    right={
        "x": lambda g, x, a: g * (a @ x + x @ a),
        "a": lambda g, x: g * (expand_dims(x, 1) * x),
    },
    wrong={"x": lambda g, x, a: 2 * g * (a @ x)},
)
def quadratic_form_taken_symmetric(x, a):
    """d(xᵀ A x) = 2 A x holds for symmetric matrices only."""
    return x @ a @ x


def _square_and_right_hand_sides(rng):
    side = draw_side(rng, 1)
    matrix = fill(rng, "real", (side, side)) * 0.5 + side * np.eye(side)
    return [matrix, fill(rng, "real", (side, draw_side(rng, 1)))]


@family.function(
    "transposed",
    Inputs(
        (("real", "square matrix, well conditioned"), ("real", "matrix of as many rows")),
        _square_and_right_hand_sides,
    ),
)
def solve_not_transposed(correct):
    """The adjoint solves with A where it takes the transpose of A."""

    @unregistered("general")
    def solve(a, b):
        return np.linalg.solve(a, b)

    def adjoint(g, a):
        return solve(matrix_transpose(a) if correct else a, g)

    solve.vjp(a=lambda g, a, out: -adjoint(g, a) @ matrix_transpose(out), b=adjoint)
    return solve


def _stack_and_matrix(rng):
    batch, rows, inner = draw_shape(rng, "stack")
    return [fill(rng, "real", (batch, rows, inner)), fill(rng, "real", (inner, draw_side(rng, 1)))]


@family.operation(
    "broadcast sum",
    "multilinear",
    Inputs((("real", "stack of matrices"), ("real", "matrix they multiply")), _stack_and_matrix),
    right={
        "x": lambda g, w: g @ matrix_transpose(w),
        "w": lambda g, x: einsum("bmk,bmn->kn", x, g),
    },
    wrong={"w": lambda g, x: (matrix_transpose(x) @ g)[0]},
)
def shared_matrix_of_first_example(x, w):
    """The gradient of the shared matrix comes from the first of the stack only."""
    return x @ w


def _stack_and_permutation(rng):
    shape = draw_shape(rng, "stack")
    return [fill(rng, "real", shape), tuple(int(axis) for axis in rng.permutation(3))]


def _inverse(axes):
    return tuple(int(axis) for axis in np.argsort(axes))


@family.operation(
    "transposed",
    "linear",
    Inputs(
        (("real", "stack"), ("integers", "a permutation of three axes")), _stack_and_permutation
    ),
    right={"x": lambda g, axes: transpose(g, _inverse(axes))},
    wrong={"x": lambda g, axes, x_shape: reshape(transpose(g, axes), x_shape)},
    arrays=("x",),
)
def permuted_forward_again(x, axes):
    """The rule applies the permutation again, not its inverse, and forces the shape."""
    return np.transpose(x, axes)


def _table_and_rows(rng):
    shape = draw_shape(rng, "non-empty matrix")
    return [fill(rng, "real", shape), rng.integers(0, shape[0], draw_side(rng, 1))]


@family.operation(
    "accumulation",
    "linear",
    Inputs((("real", "non-empty matrix"), ("integers", "rows of it")), _table_and_rows),
    right={"x": lambda g, x_shape, rows: scatter(g, rows, x_shape)},
    wrong={"x": lambda g, x_shape, rows: replaced(np.zeros(x_shape, value(g).dtype), g, rows)},
    arrays=("x",),
)
def picked_rows_overwritten(x, rows):
    """A row that was picked twice gets the gradient of the last time only."""
    return x[rows]


_BACKWARDS, _FORWARDS = (Ellipsis, slice(None, None, -2)), (Ellipsis, slice(None, None, 2))


@family.operation(
    "off by one",
    "linear",
    one("real", "non-empty"),
    right={"x": lambda g, x_shape: scatter(g, _BACKWARDS, x_shape)},
    wrong={"x": lambda g, x_shape: scatter(flip(g, -1), _FORWARDS, x_shape)},
)
def every_other_backwards(x):
    """The rule starts at element 0, which the slice reaches at odd lengths only."""
    return x[..., ::-2]


def _triangle(g, k):
    return np.tri(*np.shape(value(g)), k=k, dtype=value(g).dtype)


@family.operation(
    "off by one",
    "linear",
    one("real", "matrix"),
    right={"x": lambda g: g * _triangle(g, 0)},
    wrong={"x": lambda g: g * _triangle(g, -1)},
)
def lower_triangle_without_diagonal(x):
    """The mask of the rule leaves the diagonal out."""
    return np.tril(x)


def _two_sets_of_points(rng):
    features = draw_side(rng)
    return [fill(rng, "real", (draw_side(rng, 1), features)) for _ in range(2)]


def _differences(g, x, y):
    return 2 * expand_dims(g, -1) * (expand_dims(x, 1) - y)


@family.operation(
    "sign",
    "general",
    Inputs((("real", "matrix"), ("real", "matrix of as many columns")), _two_sets_of_points),
    right={
        "x": lambda g, x, y: sum(_differences(g, x, y), 1),
        "y": lambda g, x, y: -sum(_differences(g, x, y), 0),
    },
    wrong={"y": lambda g, x, y: sum(_differences(g, x, y), 0)},
)
def squared_distances_both_pull(x, y):
    """The second set of points gets the sign of the first."""
    return ((x[:, np.newaxis] - y) ** 2).sum(axis=-1)


def _one_to_three_parts(rng):
    columns = draw_side(rng, 1)
    return [
        fill(rng, "real", (draw_side(rng), columns)) for _ in range(int(rng.choice([1, 2, 2, 3])))
    ]


def _split_at(ends):
    return lambda g, parts_shape: split(g, ends([shape[0] for shape in parts_shape])[:-1])


@family.operation(
    "shape",
    "linear",
    Inputs((("real", "one or more matrices of as many columns"),), _one_to_three_parts),
    right={"parts": _split_at(lambda sizes: list(accumulate(sizes)))},
    wrong={"parts": _split_at(lambda sizes: sizes)},
)
def joined_split_by_sizes(*parts):
    """The rule cuts at the sizes, not at their running sums: right for one or two parts."""
    return np.concatenate(parts)


@family.operation(
    "transposed",
    "multilinear",
    Inputs((("real", "vector"), ("real", "square matrix of its length")), _vector_and_square),
    right={"x": lambda g, a: a @ g, "a": lambda g, x: expand_dims(x, 1) * g},
    wrong={"a": lambda g, x: expand_dims(g, 1) * x},
)
def row_times_matrix_outer(x, a):
    """The outer product of the matrix's gradient has its factors exchanged."""
    return x @ a
