"""Picking elements by integer positions along an axis, and the way back: gather and scatter."""

import math

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import Tensor, value
from autograd.mapping.families import from_the_end, widened
from autograd.mapping.level import sample_by_sample
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.elementwise import where
from autograd.ops.indexing import flat_positions, replaced, scatter
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import broadcast_to, reshape, stack, sum_to, zero_pad
from autograd.samples import error, sample

__all__ = [
    "choose", "compress", "extract", "masked_fill", "put_along_axis", "scatter_add", "select",
    "take", "take_along_axis",
]  # fmt: skip

_INDEX_MODES = {
    "raise": lambda index, count: index,
    "wrap": lambda index, count: index % count,
    "clip": lambda index, count: np.clip(index, 0, count - 1),
}


@op(
    "linear",
    arrays=("x", "indices"),
    numpy=np.take,
    methods=("take",),
    samples=[
        sample((3,), np.array([0, 2, 2, -1])),
        sample((2, 3), np.array([[5, 0], [0, 1]])),
        sample((2, 3, 2), np.array([[2, 0], [0, 1]]), axis=1),
        sample((2, 3), np.array(1), axis=-1),
        sample((2, 3), np.array([4, -5]), axis=1, mode="wrap"),
        sample((2, 3), np.array([4, -5]), axis=1, mode="clip"),
        sample((20, 2), np.arange(30) % 7, axis=0),
        sample((0, 1), np.array([3, 0]), axis=1),
    ],
    errors=[
        error(IndexError, r"take: .*out of bounds .*x: \(3,\)", (3,), np.array([3])),
        error(np.exceptions.AxisError, "take: axis 1", (3,), np.array([0]), axis=1),
    ],
    pytorch="index_select",
)
def take(x, indices, axis=None, mode="raise"):
    """The elements of `x` at integer positions along an axis; the gradients of repeats add up.

    Args:
        x: any shape.
        indices: integers of any shape, which takes the place of the axis.
        axis: along which; None counts positions in the flattened array.
        mode: "raise", "wrap" or "clip" for positions outside.

    >>> take(Tensor([10.0, 20.0, 30.0]), np.array([2, 0, 0]))
    Tensor([30., 10., 10.])
    """
    return np.take(x, indices, axis, mode=mode)


def _take_x(g, indices, x_shape, axis, mode):
    if not math.prod(x_shape):  # where NumPy takes any position
        return np.zeros(x_shape, value(g).dtype)
    if axis is None or not x_shape:
        outer, count, inner = 1, math.prod(x_shape), 1
    else:
        axis %= len(x_shape)
        outer, count = math.prod(x_shape[:axis]), x_shape[axis]
        inner = math.prod(x_shape[axis + 1 :])
    rows = np.ravel(_INDEX_MODES[mode](value(indices), count))
    picked = reshape(g, (outer, rows.size, inner))
    return reshape(scatter(picked, (slice(None), rows), (outer, count, inner)), x_shape)


take.vjp(x=_take_x)


def _take_each(batch, x, indices, axis, mode):
    mine, yours = batch.mapped
    if axis is None:  # positions among all elements of a sample
        x, axis = reshape(x, (batch.size, math.prod(x.shape[1:])) if mine else -1), 0
    ndim = np.ndim(x) - mine
    axis = from_the_end(axis, ndim) + ndim
    if not yours:
        return take(x, indices, axis + 1, mode)
    if not mine:
        return moveaxis(take(x, indices, axis, mode), axis, 0)
    if mode != "raise":
        return NotImplemented
    # Which sample, beside which element of it; the places of both axes come first.
    samples = np.arange(batch.size).reshape(-1, *(1,) * (indices.ndim - 1))
    picked = moveaxis(x, axis + 1, 1)[samples, indices]
    found = range(1, indices.ndim)
    return moveaxis(picked, tuple(found), tuple(axis + each for each in found))


take.vmap(_take_each)


def positions_along(shape, indices, axis):
    """NumPy's index for `take_along_axis`: `indices` on one axis, every position on the others."""
    indices = np.asarray(value(indices))
    if indices.dtype.kind not in "iu":
        raise IndexError(f"the indices must be integers, got {indices.dtype}")
    if indices.ndim != len(shape):
        raise ValueError(
            f"indices must have as many axes as the array, got {indices.ndim} for {len(shape)}"
        )
    if not shape:
        return ()
    axis = axis % len(shape)
    behind = range(len(shape) - 1, -1, -1)  # how many axes there are behind each
    return tuple(
        indices if each == axis else np.arange(side).reshape(-1, *(1,) * more)
        for each, (side, more) in enumerate(zip(shape, behind, strict=True))
    )


@op(
    "linear",
    arrays=("x", "indices"),
    numpy=np.take_along_axis,
    samples=[
        sample((2, 3), np.array([[2, 0, 0, 1], [1, 1, 1, -1]]), 1),
        sample((2, 3), np.array([[1, 0, 1]]), axis=0),
        sample((4,), np.array([3, 3]), axis=None),
        sample((3, 2, 2), np.array([[[0], [1]]] * 3), axis=-1),
    ],
    errors=[
        error(IndexError, "take_along_axis: .*out of bounds", (3,), np.array([3]), 0),
        error(ValueError, "take_along_axis: .*same.*dim", (2, 3), np.array([0]), 1),
    ],
    pytorch="take_along_dim",
)
def take_along_axis(x, indices, axis=-1):
    """The elements `x[..., indices[..., k], ...]`: positions along one axis, line by line.

    Args:
        x: any shape.
        indices: integers with as many axes; they broadcast against `x` on the other axes.
        axis: along which; None flattens `x`.

    >>> take_along_axis(Tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([[1], [0]]), 1)
    Tensor([[2.],
            [3.]])
    """
    return np.take_along_axis(x, indices, axis)


def _take_along_axis_x(g, indices, x_shape, axis):
    if axis is None:
        x_size = math.prod(x_shape)
        return reshape(scatter(g, value(indices), (x_size,)), x_shape)
    return scatter(g, positions_along(x_shape, indices, axis), x_shape)


take_along_axis.vjp(x=_take_along_axis_x)


def _take_along_axis_each(batch, x, indices, axis):
    x, indices = batch.every(x, 0), batch.every(indices, 1)
    if axis is None:
        x, axis = reshape(x, (batch.size, math.prod(x.shape[1:]))), 0
    return take_along_axis(x, indices, from_the_end(axis, x.ndim - 1))


take_along_axis.vmap(_take_along_axis_each)


@op(
    "linear",
    arrays=("x", "indices", "source"),
    composed=lambda x, indices, source, axis=-1: (
        x
        + scatter(
            fitting_source(source, indices),
            first_positions_along(np.shape(x), indices, axis),
            np.shape(x),
        )
    ),
    samples=[
        sample((4,), np.array([0, 2, 2, -1]), (4,)),
        sample((2, 3), np.array([[2, 0, 0, 1], [1, 1, 1, 0]]), (2, 4), axis=1),
        sample((2, 3), np.array([[1, 0, 1]]), (1, 3), axis=0),
        sample((2, 3), np.array([[1, 1], [0, 2]]), (), axis=-1),
        sample((3, 3), np.array([[2, 0]]), (1, 2), axis=1),
        sample((3, 4), np.array([[1, 0], [1, 1]]), (3, 3), axis=0),
    ],
    errors=[
        error(
            ValueError,
            "scatter_add: .*2 places along axis 0 .* 1",
            (1, 3),
            np.array([[0], [1]]),
            (2, 1),
            1,
        ),
        error(IndexError, "scatter_add: .*out of bounds", (3,), np.array([3]), (1,)),
        error(IndexError, "scatter_add: .*must be integers", (3,), (1,), (1,)),
        error(ValueError, "scatter_add: .*as many axes", (3, 2), np.array([1]), (1,)),
        error(ValueError, "scatter_add: .*broadcast", (3,), np.array([1, 2, 0]), (2,)),
    ],
    accumulates=True,
)
def scatter_add(x, indices, source, axis=-1):
    """A copy of `x` with `source` added at positions along an axis, repeats added up.

    The adjoint of `take_along_axis`, whose positions these are.

    Args:
        x: any shape.
        indices: integers with as many axes, on the others not longer than `x`; where they are
            shorter, the first places of `x` are meant.
        source: what to add: as many axes, and not shorter than `indices`, of which the first
            places are taken; or of a shape that broadcasts to that of `indices`.
        axis: along which.

    >>> scatter_add(Tensor([0.0, 0.0]), np.array([1, 1, 0]), Tensor([1.0, 2.0, 3.0]))
    Tensor([3., 3.])
    """
    out = np.array(x, np.result_type(x, source), order="C")
    places = flat_positions(first_positions_along(out.shape, indices, axis), out.shape)
    added = np.broadcast_to(fitting_source(source, indices), places.shape)
    # One flat index: np.add.at is fast for these only.
    np.add.at(out.reshape(-1), places.ravel(), added.ravel())
    return out


def first_positions_along(shape, indices, axis):
    """NumPy's index for positions along one axis, and on the others the first places of each."""
    indices = np.asarray(value(indices))
    whole = positions_along(shape, indices, axis)
    for each, (side, most) in enumerate(zip(indices.shape, shape, strict=True)):
        if each != axis % len(shape) and side > most:
            raise ValueError(f"indices have {side} places along axis {each} of x, which has {most}")
    return tuple(
        places if places is indices else places[:side]
        for places, side in zip(whole, indices.shape, strict=True)
    )


def fitting_source(source, indices):
    """The first places of a source that has more of them than `indices`."""
    shape, wanted = np.shape(value(source)), np.shape(value(indices))
    if len(shape) == len(wanted) and any(n > m for n, m in zip(shape, wanted, strict=True)):
        return source[tuple(slice(m) for m in wanted)]
    return source


def _scatter_add_source(g, indices, source_shape, axis):
    picked = g[first_positions_along(np.shape(value(g)), indices, axis)]
    missing = [n - m for n, m in zip(source_shape, picked.shape, strict=False)]
    if len(source_shape) == picked.ndim and any(n > 0 for n in missing):
        fitting = tuple(min(n, m) for n, m in zip(source_shape, picked.shape, strict=True))
        widths = tuple((0, n - m) for n, m in zip(source_shape, fitting, strict=True))
        return zero_pad(sum_to(picked, fitting), widths)
    return sum_to(picked, source_shape)


def _scatter_add_each(batch, x, indices, source, axis):
    x, indices, source = (batch.every(each, slot) for slot, each in enumerate((x, indices, source)))
    ndim = x.ndim - 1
    return scatter_add(x, indices, widened(source, ndim), from_the_end(axis, ndim))


scatter_add.vmap(_scatter_add_each)
scatter_add.vjp(x=lambda g: g, source=_scatter_add_source)


@sample_by_sample
@asks_elsewhere
def put_along_axis(x, indices, values, axis=-1):
    """A copy of `x` with `values` written at positions along an axis; of repeats the last counts.

    Args:
        x: any shape.
        indices: integers with as many axes; they broadcast against `x` on the other axes.
        values: what to write, broadcasting to the shape of the positions.
        axis: along which; None flattens `x` for the positions.

    >>> put_along_axis(Tensor([1.0, 2.0, 3.0]), np.array([0, 2]), Tensor(9.0))
    Tensor([9., 2., 9.])
    """
    shape = np.shape(x)
    if axis is None:
        return reshape(replaced(reshape(x, -1), values, value(indices)), shape)
    try:
        positions = positions_along(shape, indices, axis)
    except (IndexError, ValueError) as error:
        raise type(error)(f"put_along_axis: {error}") from None
    return replaced(x, values, positions)


def _put_along_axis_in_place(arr, indices, values, axis=-1):
    """`np.put_along_axis`, which writes into its first argument."""
    if not isinstance(arr, Tensor):
        raise TypeError(
            "np.put_along_axis: an ndarray cannot be changed in place by a Tensor, whose gradient "
            "would be lost; make the array a Tensor first"
        )
    if axis is None:
        raise TypeError("np.put_along_axis: axis=None is not supported on Tensors")
    arr[positions_along(arr.shape, indices, axis)] = values


# ---------------------------------------------------------------------- by conditions


@op(
    "linear",
    arrays=("x", "mask", "fill"),
    methods=("masked_fill",),
    composed=lambda x, mask, fill: where(mask, fill, x),
    samples=[
        sample((3,), np.array([True, False, True]), ()),
        sample((2, 3), np.array([[True], [False]]), (3,)),
        sample((2, 3), np.array([True, False, True]), 0.5),
        sample((), np.array(True), ()),
    ],
    errors=[
        error(ValueError, r"masked_fill: .*to the shape of x", (3,), np.ones((2, 3), bool), 0.0),
        error(TypeError, "masked_fill: .*bool, got int64", (3,), np.array([0, 1, 1]), 0.0),
    ],
)
def masked_fill(x, mask, fill):
    """`x` with `fill` wherever the mask is true.

    Args:
        x: any shape.
        mask: bool, broadcasting to the shape of `x`.
        fill: a number, or an array or Tensor that broadcasts too.

    >>> masked_fill(Tensor([1.0, 2.0]), np.array([True, False]), -np.inf)
    Tensor([-inf,   2.])
    """
    if mask.dtype != bool:
        raise TypeError(f"the mask must be bool, got {mask.dtype}")
    out = np.where(mask, fill, x)
    if out.shape != np.shape(x):
        raise ValueError("mask and fill must broadcast to the shape of x")
    return out


def _masked_fill_each(batch, x, mask, fill):
    x = batch.every(x, 0)
    _, mine, yours = batch.mapped
    mask, fill = (
        widened(each, x.ndim - 1) if own else each for each, own in ((mask, mine), (fill, yours))
    )
    return masked_fill(x, mask, fill)


masked_fill.vmap(_masked_fill_each)
masked_fill.vjp(
    x=lambda g, mask: where(mask, value(g).dtype.type(0), g),
    fill=lambda g, mask, fill_shape: sum_to(where(mask, g, value(g).dtype.type(0)), fill_shape),
)


@asks_elsewhere
def compress(condition, a, axis=None):
    """The elements of `a` along an axis where a one-dimensional condition is true.

    Args:
        condition: bools, at most as many as the axis is long.
        a: any shape.
        axis: along which; None flattens.

    >>> compress([True, False, True], Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3.])
    """
    chosen = np.asarray(value(condition))
    if chosen.ndim != 1:
        raise ValueError(f"compress: the condition must have one axis, got shape {chosen.shape}")
    return take(a, np.flatnonzero(chosen), axis)


def extract(condition, arr):
    """The elements of `arr` where a condition of as many elements is true, along one axis.

    >>> extract(np.array([[True], [False]]), Tensor([[1.0], [2.0]]))
    Tensor([1.])
    """
    return take(arr, np.flatnonzero(value(condition)))


@sample_by_sample
def choose(a, choices, mode="raise"):
    """`choices[a]`, element by element: which of several arrays each element comes from.

    Args:
        a: integers; they broadcast against the choices.
        choices: a list of arrays, or one whose first axis is that list.
        mode: "raise", "wrap" or "clip" for numbers outside.

    >>> choose(np.array([1, 0]), [Tensor([1.0, 2.0]), Tensor([10.0, 20.0])])
    Tensor([10.,  2.])
    """
    index = np.asarray(value(a))
    choices = list(choices)
    shape = np.broadcast_shapes(index.shape, *(np.shape(each) for each in choices))
    stacked = stack([broadcast_to(each, shape) for each in choices])
    index = np.broadcast_to(_INDEX_MODES[mode](index, len(choices)), shape)
    if index.size and (index.min() < 0 or index.max() >= len(choices)):
        raise ValueError(
            f"choose: a has {index.max()} or less, and there are {len(choices)} choices"
        )
    return take_along_axis(stacked, index[None], 0)[0]


@sample_by_sample
@asks_elsewhere
def select(condlist, choicelist, default=0):
    """From the first array whose condition is true, element by element, else the default.

    Args:
        condlist: bool arrays.
        choicelist: as many arrays or Tensors; all broadcast.
        default: a number, array or Tensor.

    Raises:
        ValueError: for lists of different lengths.
        TypeError: for conditions that are not bool.

    >>> x = Tensor([-1.0, 2.0])
    >>> select([x < 0, x > 1], [-x, 10 * x])
    Tensor([ 1., 20.])
    """
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(f"select: {len(condlist)} conditions for {len(choicelist)} choices")
    for each in condlist:
        if np.asarray(value(each)).dtype != bool:
            raise TypeError(f"select: conditions must be bool, got {np.asarray(value(each)).dtype}")
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        out = where(condition, choice, out)
    return out


def _compress_method(self, condition, axis=None):
    """The elements along an axis where a condition is true; see `autograd.compress`."""
    return compress(condition, self, axis)


Tensor.compress = _compress_method
Tensor.choose = choose
numpy_functions[np.put_along_axis] = _put_along_axis_in_place
numpy_functions[np.compress] = compress
numpy_functions[np.extract] = extract
numpy_functions[np.choose] = choose
numpy_functions[np.select] = select
