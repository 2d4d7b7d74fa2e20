"""Arrays put together and taken apart: stacks, grids, blocks, insertions, with NumPy's rules.

These are functions of the operations in `shapes`, `indexing` and `rearrange`, not operations.
"""

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.node import describe
from autograd.graph.tensor import value
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops import shapes
from autograd.ops.differences import array_like
from autograd.ops.gather import take
from autograd.ops.rearrange import diagonal, on_diagonal
from autograd.ops.shapes import broadcast_to, concatenate, flip, reshape, split
from autograd.samples import sample

__all__ = [
    "append", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "block", "block_diag",
    "broadcast_arrays", "column_stack", "delete", "diag", "diagflat", "dsplit", "dstack", "fliplr",
    "flipud", "hsplit", "hstack", "insert", "kron", "meshgrid", "vsplit", "vstack",
]  # fmt: skip


def _arrays(given):
    """Tensors and arrays as they are; numbers and lists as arrays."""
    return [array_like(each) for each in given]


# ---------------------------------------------------------------------- at least so many axes


def _at_least(arrays, minimum, grown):
    arrays = [
        x if np.ndim(x) >= minimum else reshape(x, grown(np.shape(x))) for x in _arrays(arrays)
    ]
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def atleast_1d(*arrays):
    """The arrays with one axis or more; a number becomes an array of length 1.

    Returns:
        The array, or a tuple where several were given.

    >>> atleast_1d(Tensor(3.0))
    Tensor([3.])
    """
    return _at_least(arrays, 1, lambda shape: (1,))


def atleast_2d(*arrays):
    """The arrays with two axes or more; a vector becomes a row.

    Returns:
        The array, or a tuple where several were given.

    >>> atleast_2d(Tensor([1.0, 2.0])).shape
    (1, 2)
    """
    return _at_least(arrays, 2, lambda shape: (1, *(shape or (1,))))


def atleast_3d(*arrays):
    """The arrays with three axes or more; a vector gets one before and one behind.

    Returns:
        The array, or a tuple where several were given.

    >>> atleast_3d(Tensor([1.0, 2.0])).shape
    (1, 2, 1)
    """
    return _at_least(
        arrays, 3, lambda shape: (*shape, 1) if len(shape) == 2 else (1, *(shape or (1,)), 1)
    )


# ---------------------------------------------------------------------- stacks


@asks_elsewhere
def hstack(tup):
    """Arrays joined along the second axis; those of one axis along it.

    >>> hstack([Tensor([1.0]), Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.])
    """
    arrays = [atleast_1d(x) for x in tup]
    return concatenate(arrays, 0 if arrays and np.ndim(arrays[0]) == 1 else 1)


@asks_elsewhere
def vstack(tup):
    """Arrays joined along the first axis; those of one axis are rows.

    >>> vstack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return concatenate([atleast_2d(x) for x in tup], 0)


def dstack(tup):
    """Arrays joined along the third axis.

    >>> dstack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]).shape
    (1, 2, 2)
    """
    return concatenate([atleast_3d(x) for x in tup], 2)


def column_stack(tup):
    """Vectors as the columns of a matrix; matrices are put beside them.

    >>> column_stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    Tensor([[1., 3.],
            [2., 4.]])
    """
    arrays = [x if np.ndim(x) >= 2 else reshape(x, (-1, 1)) for x in _arrays(tup)]
    return concatenate(arrays, 1)


@asks_elsewhere
def append(arr, values, axis=None):
    """`values` put behind `arr` along an axis; both are flattened where there is none.

    >>> append(Tensor([1.0, 2.0]), 3.0)
    Tensor([1., 2., 3.])
    """
    arr, values = array_like(arr), array_like(values, arr)
    if axis is None:
        return concatenate([reshape(arr, -1), reshape(values, -1)])
    return concatenate([arr, values], axis)


def block(arrays):
    """An array made of blocks in nested lists: the innermost are joined along the last axis.

    >>> block([[Tensor([[1.0]]), np.zeros((1, 2))]])
    Tensor([[1., 0., 0.]])
    """
    depth, ndim = _depth_and_ndim(arrays)
    return _blocks(arrays, depth, max(ndim, depth), 1)


def _depth_and_ndim(arrays):
    if not isinstance(arrays, list):
        return 0, np.ndim(arrays)
    if not arrays:
        raise ValueError("block: a list of blocks is empty")
    depths, ndims = zip(*map(_depth_and_ndim, arrays), strict=True)
    if min(depths) != max(depths):
        raise ValueError("block: the lists are nested to different depths")
    return depths[0] + 1, max(ndims)


def _blocks(arrays, depth, ndim, level):
    if not isinstance(arrays, list):
        (x,) = _arrays([arrays])
        return x if np.ndim(x) == ndim else reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x))
    joined = [_blocks(each, depth, ndim, level + 1) for each in arrays]
    return concatenate(joined, -(depth - level + 1))


# ---------------------------------------------------------------------- parts


@asks_elsewhere
def array_split(ary, indices_or_sections, axis=0):
    """Consecutive parts along an axis: `n` of nearly equal length, or cut before given indices.

    Returns:
        A tuple of parts, of which the first ones may be longer by one.

    Raises:
        ValueError: for fewer than one part.

    >>> [part.shape for part in array_split(Tensor([1.0, 2.0, 3.0]), 2)]
    [(2,), (1,)]
    """
    if np.ndim(indices_or_sections) == 0:
        sections = int(indices_or_sections)
        if sections < 1:
            raise ValueError(f"array_split: {sections} parts; at least 1 is needed")
        each, more = divmod(np.shape(ary)[axis], sections)
        sides = [each + 1] * more + [each] * (sections - more)
        indices_or_sections = np.cumsum(sides)[:-1].tolist()
    return split(ary, indices_or_sections, axis)


def hsplit(ary, indices_or_sections):
    """Parts along the second axis, or along the only one; see `split`.

    >>> hsplit(Tensor([[1.0, 2.0]]), 2)
    [Tensor([[1.]]), Tensor([[2.]])]
    """
    if np.ndim(ary) == 0:
        raise ValueError("hsplit: a 0-d array cannot be split")
    return split(ary, indices_or_sections, min(1, np.ndim(ary) - 1))


def vsplit(ary, indices_or_sections):
    """Parts along the first axis of a matrix or more; see `split`.

    >>> vsplit(Tensor([[1.0], [2.0]]), 2)
    [Tensor([[1.]]), Tensor([[2.]])]
    """
    if np.ndim(ary) < 2:
        raise ValueError(f"vsplit: needs at least two axes, got shape {np.shape(ary)}")
    return split(ary, indices_or_sections, 0)


def dsplit(ary, indices_or_sections):
    """Parts along the third axis; see `split`.

    >>> [part.shape for part in dsplit(Tensor([[[1.0, 2.0]]]), 2)]
    [(1, 1, 1), (1, 1, 1)]
    """
    if np.ndim(ary) < 3:
        raise ValueError(f"dsplit: needs at least three axes, got shape {np.shape(ary)}")
    return split(ary, indices_or_sections, 2)


@asks_elsewhere
def delete(arr, obj, axis=None):
    """`arr` without the slices at some positions along an axis.

    Args:
        arr: any shape.
        obj: a position, a slice, positions or bools.
        axis: along which; None flattens.

    >>> delete(Tensor([1.0, 2.0, 3.0]), 1)
    Tensor([1., 3.])
    """
    count = np.size(arr) if axis is None else np.shape(arr)[axis]
    kept = _of_positions("delete", lambda: np.delete(np.arange(count), value(obj)), arr, axis)
    return take(arr, kept, axis)


def _of_positions(name, function, arr, axis):
    """NumPy's answer for the positions along an axis; where they are outside, in our words."""
    try:
        return function()
    except IndexError as error:
        text = str(error).replace("for axis 0 ", f"for axis {axis} ")
        raise IndexError(f"{name}: {text} (arr: {describe(value(arr))})") from None


@asks_elsewhere
def insert(arr, obj, values, axis=None):
    """`arr` with `values` put before some positions along an axis.

    Args:
        arr: any shape.
        obj: a position, a slice, positions or bools.
        values: what to insert, broadcasting to that many slices.
        axis: along which; None flattens.

    >>> insert(Tensor([1.0, 3.0]), 1, Tensor(2.0))
    Tensor([1., 2., 3.])
    """
    arr, values = array_like(arr), array_like(values, arr)
    if axis is None:
        arr, axis = reshape(arr, -1), 0
    shape = np.shape(arr)
    axis %= len(shape)
    count = shape[axis]
    obj = value(obj)
    missing = len(shape) - np.ndim(values)
    if missing > 0:
        values = reshape(values, (1,) * missing + np.shape(values))
    if np.ndim(obj) == 0 and not isinstance(obj, slice):  # NumPy: then the first axis counts
        values = np.moveaxis(values, 0, axis)
        number = np.shape(values)[axis]
    else:
        places = _of_positions("insert", lambda: np.insert(np.zeros(count), obj, 0), arr, axis)
        number = places.size - count
    values = broadcast_to(values, (*shape[:axis], number, *shape[axis + 1 :]))
    # The same insertion into the numbers of the slices says where each slice comes from.
    fresh = np.arange(count, count + number)
    order = _of_positions("insert", lambda: np.insert(np.arange(count), obj, fresh), arr, axis)
    return take(concatenate([arr, values], axis), order, axis)


# ---------------------------------------------------------------------- grids and blocks


def broadcast_arrays(*arrays):
    """The arrays in the one shape to which they broadcast, as read-only views.

    Returns:
        A tuple of them.

    >>> [x.shape for x in broadcast_arrays(Tensor([1.0, 2.0]), Tensor([[3.0]]))]
    [(1, 2), (1, 2)]
    """
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(x if np.shape(x) == shape else broadcast_to(x, shape) for x in _arrays(arrays))


@asks_elsewhere
def meshgrid(*arrays, copy=True, sparse=False, indexing="xy"):
    """Coordinates on a grid from coordinates along its axes.

    Args:
        *arrays: one axis each.
        copy: in memory of their own.
        sparse: of length 1 along the axes that do not matter.
        indexing: "xy", where the first array runs along the second axis, or "ij".

    Returns:
        A tuple with one array per axis.

    Raises:
        ValueError: for another `indexing`.

    >>> meshgrid(Tensor([1.0, 2.0]), Tensor([3.0]), indexing="ij")
    (Tensor([[1.],
            [2.]]), Tensor([[3.],
            [3.]]))
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing={indexing!r} is neither 'xy' nor 'ij'")
    count = len(arrays)
    axes = list(range(count))
    if indexing == "xy" and count > 1:
        axes[:2] = 1, 0
    grid = tuple(
        reshape(x, tuple(-1 if each == axis else 1 for each in range(count)))
        for axis, x in zip(axes, _arrays(arrays), strict=True)
    )
    grid = grid if sparse else broadcast_arrays(*grid)
    return tuple(map(shapes.copy, grid)) if copy else grid


def kron(a, b):
    """Kronecker product: every element of `a` times the whole of `b`.

    >>> kron(Tensor([1.0, 10.0]), Tensor([1.0, 2.0]))
    Tensor([ 1.,  2., 10., 20.])
    """
    a, b = _arrays([a, b])
    ndim = max(np.ndim(a), np.ndim(b))
    sides_a = (1,) * (ndim - np.ndim(a)) + np.shape(a)
    sides_b = (1,) * (ndim - np.ndim(b)) + np.shape(b)
    spread_a = reshape(a, tuple(side for each in sides_a for side in (each, 1)))
    spread_b = reshape(b, tuple(side for each in sides_b for side in (1, each)))
    return reshape(spread_a * spread_b, tuple(m * n for m, n in zip(sides_a, sides_b, strict=True)))


@asks_elsewhere
def diag(v, k=0):
    """The `k`-th diagonal of a matrix, or a matrix with a vector on it.

    Raises:
        ValueError: for more than two axes.

    >>> diag(Tensor([1.0, 2.0]))
    Tensor([[1., 0.],
            [0., 2.]])
    """
    if np.ndim(v) == 1:
        side = np.shape(v)[0] + abs(k)
        return on_diagonal(v, (side, side), k)
    if np.ndim(v) == 2:
        return diagonal(v, k)
    raise ValueError(f"diag: needs one or two axes, got shape {np.shape(v)}")


@asks_elsewhere
def diagflat(v, k=0):
    """A matrix with the flattened elements on its `k`-th diagonal.

    >>> diagflat(Tensor([[1.0, 2.0]])).shape
    (2, 2)
    """
    return diag(reshape(v, -1), k)


@op("linear", samples=[sample((2, 3), (1, 2)), sample((2,), (), (1, 1)), sample((0, 2), (2, 2))])
def block_diag(*arrays):
    """Matrices along the diagonal of one that is zero elsewhere; vectors count as rows.

    >>> block_diag(Tensor([[1.0, 2.0]]), Tensor(3.0))
    Tensor([[1., 2., 0.],
            [0., 0., 3.]])
    """
    shape = tuple(map(sum, zip(*_block_sides(map(np.shape, arrays)), strict=True)))
    out = np.zeros(shape, np.result_type(*arrays))
    for part, x in zip(_block_places(map(np.shape, arrays)), arrays, strict=True):
        out[part] = x
    return out


def _block_sides(shapes):
    sides = [(1,) * (2 - len(shape)) + shape for shape in shapes]
    if any(len(side) > 2 for side in sides):
        raise ValueError("every block must have at most two axes")
    return sides


def _block_places(shapes):
    row = column = 0
    for height, width in _block_sides(shapes):
        yield slice(row, row + height), slice(column, column + width)
        row, column = row + height, column + width


block_diag.vjp(
    arrays=lambda g, arrays_shape: [
        reshape(g[part], shape)
        for part, shape in zip(_block_places(arrays_shape), arrays_shape, strict=True)
    ]
)


def fliplr(m):
    """The order reversed along the second axis.

    >>> fliplr(Tensor([[1.0, 2.0]]))
    Tensor([[2., 1.]])
    """
    if np.ndim(m) < 2:
        raise ValueError(f"fliplr: needs at least two axes, got shape {np.shape(m)}")
    return flip(m, 1)


def flipud(m):
    """The order reversed along the first axis.

    >>> flipud(Tensor([[1.0], [2.0]]))
    Tensor([[2.],
            [1.]])
    """
    if np.ndim(m) < 1:
        raise ValueError("flipud: needs at least one axis, got shape ()")
    return flip(m, 0)


def _of_a_tuple(function, argument):
    """The function for NumPy's dispatch, which hands over `*arrays` as one tuple."""

    def call(arrays, **keywords):
        return function(*arrays, **keywords)

    call.__name__ = function.__name__
    call.__doc__ = f"`np.{function.__name__}`, its {argument} in a tuple."
    return call


numpy_functions[np.atleast_1d] = _of_a_tuple(atleast_1d, "arys")
numpy_functions[np.atleast_2d] = _of_a_tuple(atleast_2d, "arys")
numpy_functions[np.atleast_3d] = _of_a_tuple(atleast_3d, "arys")
numpy_functions[np.broadcast_arrays] = _of_a_tuple(broadcast_arrays, "args")


def _numpys_meshgrid(xi, copy=True, sparse=False, indexing="xy"):
    return meshgrid(*xi, copy=copy, sparse=sparse, indexing=indexing)


numpy_functions[np.meshgrid] = _numpys_meshgrid
for _function in (
    hstack, vstack, dstack, column_stack, append, block, array_split, hsplit, vsplit, dsplit,
    delete, insert, kron, diag, diagflat, fliplr, flipud,
):  # fmt: skip
    numpy_functions[getattr(np, _function.__name__)] = _function
