"""Order: sorting, the largest elements, and searches. Of equal elements the first comes first."""

from collections import namedtuple

import numpy as np

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import Tensor, value, wrap
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.gather import positions_along, take, take_along_axis
from autograd.ops.indexing import scatter
from autograd.ops.shapes import reshape
from autograd.samples import error, sample

__all__ = [
    "argpartition", "argsort", "argwhere", "bincount", "count_nonzero", "digitize", "flatnonzero",
    "isin", "nonzero", "partition", "searchsorted", "sort", "topk", "unique", "unique_all",
    "unique_counts", "unique_inverse", "unique_values",
]  # fmt: skip

_AXES = [
    sample((4,)),
    sample((2, 3)),
    sample((3, 2), 0),
    sample((2, 3), axis=None),
    sample((2, 0)),
]


def _axis_error(name):
    return [error(np.exceptions.AxisError, f"{name}: axis 2 is out of bounds", (2, 3), axis=2)]


def _permuted(t, order, axis):
    """`t` in another order along an axis, flattened first where there is none."""
    if axis is None:
        return take_along_axis(reshape(t, -1), order, 0)
    return take_along_axis(t, order, axis)


def _permuted_back(g, order, x_shape, axis):
    """The adjoint: everything back to where it was, by the inverse permutation."""
    axis = 0 if axis is None else axis
    side = [1] * order.ndim
    if order.ndim:
        side[axis] = -1
    inverse = np.empty_like(order)
    numbers = np.arange(order.shape[axis] if order.ndim else 1).reshape(side)
    np.put_along_axis(inverse, order, np.broadcast_to(numbers, order.shape), axis)
    return reshape(take_along_axis(g, inverse, axis), x_shape)


def stable_order(x, axis=-1):
    """`np.argsort(x, axis, kind="stable")`: three times as fast where no two are equal."""
    if x.size < 1000:  # where looking for them costs more
        return np.argsort(x, axis, kind="stable")
    order = np.argsort(x, axis)
    ordered = np.moveaxis(np.take_along_axis(x, order, axis), axis or 0, -1)
    if (ordered[..., 1:] == ordered[..., :-1]).any():
        order = np.argsort(x, axis, kind="stable")
    return order


@op(
    "general",
    numpy=np.sort,
    domain="distinct",
    samples=_AXES,
    errors=_axis_error("sort"),
    vmap="axis or flat",
)
def sort(x, axis=-1):
    """The elements in increasing order along an axis, NaN last; each takes its gradient along.

    >>> sort(Tensor([3.0, 1.0, 2.0]))
    Tensor([1., 2., 3.])
    """
    return np.sort(x, axis)


def _sorting(x, axis):
    raw = value(x)
    return stable_order(raw.ravel(), 0) if axis is None else stable_order(raw, axis)


sort.vjp(x=lambda g, x, x_shape, axis: _permuted_back(g, _sorting(x, axis), x_shape, axis))
sort.jvp(x=lambda t, x, axis: _permuted(t, _sorting(x, axis), axis))


@op(
    "general",
    numpy=np.partition,
    arrays=("x",),
    domain="distinct",
    samples=[sample((5,), 2), sample((3, 4), [0, 2]), sample((3, 2), 1, axis=0)],
    errors=[error(ValueError, r"partition: kth\(=5\) out of bounds", (3,), 5)],
    pytorch=None,
    vmap="axis or flat",
)
def partition(x, kth, axis=-1):
    """The elements rearranged so that the `kth` is where sorting would put it.

    Smaller ones come before it and larger ones behind, in no particular order.

    >>> partition(Tensor([3.0, 1.0, 2.0]), 0)[0]
    Tensor(1.)
    """
    return np.take_along_axis(x, np.argpartition(x, kth, axis), axis)


def _partitioning(x, kth, axis):
    return np.argpartition(value(x), kth, axis)


partition.vjp(
    x=lambda g, x, x_shape, kth, axis: _permuted_back(g, _partitioning(x, kth, axis), x_shape, axis)
)
partition.jvp(x=lambda t, x, kth, axis: _permuted(t, _partitioning(x, kth, axis), axis))


TopK = namedtuple("TopK", "values indices")


@op(
    "general",
    arrays=("x",),
    methods=("topk",),
    domain="distinct",
    samples=[
        sample((5,), 2),
        sample((3, 4), 3, axis=0),
        sample((3, 4), 2, largest=False),
        sample((12,), 2),
        sample((2, 12), 2, largest=False),
        sample(np.tile([1.0, 3.0, 2.0], 4), 2),
        sample(np.tile([1.0, 3.0, 2.0], 4), 2, largest=False),
        sample(np.stack([np.arange(12.0), np.tile([20.0, 30.0, 25.0], 4)]), 2),
        sample(np.where(np.arange(12) == 6, 9.0, np.tile([1.0, 3.0, 2.0], 4)), 2),
        sample((3,), 0),
    ],
    errors=[
        error(ValueError, "topk: k=4 of 3 elements", (3,), 4),
        error(np.exceptions.AxisError, "topk: .*axis 1 is out of bounds", (3,), 1, axis=1),
    ],
    vmap="axis or flat",
)
def topk(x, k, axis=-1, largest=True, sorted=True) -> "tuple[Tensor, Tensor]":
    """The `k` largest (or smallest) elements along an axis, in order, and where they are.

    Args:
        x: at least one axis.
        k: how many.
        axis: along which.
        largest: the largest, else the smallest.
        sorted: whether they must come in order; they always do.

    Returns:
        `values`, which carry gradients, and integer `indices`; of equal elements the first.

    >>> topk(Tensor([1.0, 5.0, 3.0]), 2)
    TopK(values=Tensor([5., 3.]), indices=Tensor([1, 2]))
    """
    lines = np.swapaxes(x, axis, -1)
    count = lines.shape[-1]
    if not 0 <= k <= count:
        raise ValueError(f"k={k} of {count} elements")
    order = _first_of_all(lines, k, largest)
    order = np.ascontiguousarray(np.swapaxes(order, axis, -1))
    return TopK(np.take_along_axis(x, order, axis), order)


def _first_of_all(lines, k, largest):
    """Where the k largest (or smallest) of every line are, in order."""
    count = lines.shape[-1]
    if not 0 < k < count // 4:
        return _in_order(lines, largest)[..., :k]
    # Partition first: sorting all of them costs ten times as much.
    order = np.argpartition(lines, count - k if largest else k - 1, -1)
    order = np.sort(order[..., count - k :] if largest else order[..., :k], -1)
    picked = np.take_along_axis(lines, order, -1)
    worst = (picked.min if largest else picked.max)(axis=-1, keepdims=True)
    same = np.count_nonzero(lines == worst, -1) > np.count_nonzero(picked == worst, -1)
    if same.any() or (worst != worst).any():  # the first of equal ones may not be among them
        return _in_order(lines, largest)[..., :k]
    return np.take_along_axis(order, _in_order(picked, largest), -1)


def _in_order(lines, largest):
    """The positions from the largest (or smallest) to the others, of equal ones the first first."""
    if not largest:
        return np.argsort(lines, -1, kind="stable")
    # Sorting the mirror image keeps the first of equal elements in front.
    mirrored = np.argsort(np.flip(lines, -1), -1, kind="stable")
    return np.flip(lines.shape[-1] - 1 - mirrored, -1)


topk.vjp(
    x=lambda g, out, x_shape, axis: scatter(g[0], positions_along(x_shape, out[1], axis), x_shape)
)


@understands(stable=True)
@op(
    "constant",
    numpy=np.argsort,
    methods=("argsort",),
    samples=[*_AXES, sample(np.tile([1.0, 0.0], 20))],
    errors=_axis_error("argsort"),
    vmap="axis or flat",
)
def argsort(x, axis=-1, *, descending=False):
    """The positions that sort `x` along an axis, of equal elements the first first; no derivative.

    Args:
        x: any shape.
        axis: along which to sort; None sorts all elements.
        descending: begin with the largest.

    >>> argsort(Tensor([3.0, 1.0, 2.0]))
    Tensor([1, 2, 0])
    """
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    lines, along = (x.ravel(), 0) if axis is None else (x, axis)
    mirrored = np.argsort(np.flip(lines, along), along, kind="stable")
    return np.flip(lines.shape[along] - 1 - mirrored, along)


@op(
    "constant",
    numpy=np.argpartition,
    methods=("argpartition",),
    arrays=("x",),
    samples=[sample((5,), 2), sample((3, 2), 1, axis=0)],
    pytorch=None,
    vmap="axis or flat",
)
def argpartition(x, kth, axis=-1):
    """The positions that `partition` takes the elements from; no derivative.

    >>> argpartition(Tensor([3.0, 1.0, 2.0]), 0)[0]
    Tensor(1)
    """
    return np.argpartition(x, kth, axis)


@op(
    "constant",
    numpy=np.count_nonzero,
    samples=[
        sample(np.array([[0.0, 2.0], [0.0, 0.0]])),
        sample(np.array([[0.0, 2.0], [0.0, 0.0]]), axis=1),
        sample(np.array([[0.0, 2.0], [0.0, 0.0]]), axis=0, keepdims=True),
    ],
    vmap="axes",
)
def count_nonzero(x, axis=None, keepdims=False):
    """How many elements are not 0 over axes, by default all; no derivative.

    >>> count_nonzero(Tensor([0.0, 2.0, 3.0]))
    Tensor(2)
    """
    return np.asarray(np.count_nonzero(x, axis=axis, keepdims=keepdims))[()]


@op("constant", numpy=np.nonzero, methods=("nonzero",), samples=[sample(np.array([[0.0, 2.0]]))])
def nonzero(x) -> "tuple[Tensor, ...]":
    """The positions of the elements that are not 0, one array of integers per axis; no derivative.

    >>> nonzero(Tensor([0.0, 2.0, 3.0]))
    (Tensor([1, 2]),)
    """
    return np.nonzero(x)


@op("constant", numpy=np.flatnonzero, samples=[sample(np.array([[0.0, 2.0]]))], pytorch=None)
def flatnonzero(x):
    """The positions of the elements that are not 0 in the flattened array; no derivative.

    >>> flatnonzero(Tensor([[0.0, 2.0], [3.0, 0.0]]))
    Tensor([1, 2])
    """
    return np.flatnonzero(x)


@op("constant", numpy=np.argwhere, samples=[sample(np.array([[0.0, 2.0]]))])
def argwhere(x):
    """The positions of the elements that are not 0, one row per element; no derivative.

    >>> argwhere(Tensor([[0.0, 2.0], [3.0, 0.0]]))
    Tensor([[0, 1],
            [1, 0]])
    """
    return np.argwhere(x)


@asks_elsewhere
def unique(x, return_index=False, return_inverse=False, return_counts=False, axis=None):
    """The sorted distinct elements; the gradient of each goes to where it occurs first.

    Args:
        x: any shape.
        return_index: also where each first occurs.
        return_inverse: also the positions of the elements of `x` among them.
        return_counts: also how often each occurs.
        axis: slices along an axis are compared; None flattens.

    Returns:
        The elements, or a tuple of them and what was asked for.

    >>> unique(Tensor([2.0, 1.0, 2.0]), return_counts=True)
    (Tensor([1., 2.]), Tensor([1, 2]))
    """
    if not isinstance(x, Tensor):
        return np.unique(x, return_index, return_inverse, return_counts, axis)
    asked = (return_index, return_inverse, return_counts)
    _, index, *others = np.unique(x._value, True, return_inverse, return_counts, axis)
    elements = take(x, index, axis)
    if not any(asked):
        return elements
    return (elements, *(wrap(each, None) for each in ([index] * return_index + others)))


def unique_values(x):
    """The sorted distinct elements of the flattened array; see `unique`.

    >>> unique_values(Tensor([2.0, 1.0, 2.0]))
    Tensor([1., 2.])
    """
    return unique(x)


def unique_counts(x):
    """The sorted distinct elements as `values`, and how often each occurs as `counts`.

    >>> unique_counts(Tensor([2.0, 1.0, 2.0])).counts
    Tensor([1, 2])
    """
    return _named("UniqueCounts", "values counts", unique(x, return_counts=True))


def unique_inverse(x):
    """The sorted distinct elements as `values`, and the place of each of x as `inverse_indices`.

    >>> unique_inverse(Tensor([2.0, 1.0, 2.0])).inverse_indices
    Tensor([1, 0, 1])
    """
    return _named("UniqueInverse", "values inverse_indices", unique(x, return_inverse=True))


def unique_all(x):
    """The sorted distinct elements and all that `unique` tells of them, by name.

    >>> unique_all(Tensor([2.0, 1.0, 2.0])).indices
    Tensor([1, 0])
    """
    fields = "values indices inverse_indices counts"
    return _named("UniqueAll", fields, unique(x, True, True, True))


def _named(name, fields, results):
    """Results by name, in a class that is made when first needed: that is slow."""
    if name not in _CLASSES:
        _CLASSES[name] = namedtuple(name, fields)
    return _CLASSES[name](*results)


_CLASSES = {}
for _function in (unique, unique_values, unique_counts, unique_inverse, unique_all):
    numpy_functions[getattr(np, _function.__name__)] = _function


def _with_one_table(batch, *operands, **settings):
    """What is looked up in one and the same table may have any shape; else one by one."""
    table = 0 if batch.op.name == "searchsorted" else 1
    return NotImplemented if batch.mapped[table] else batch.call(operands, settings)


_BINS = np.array([0.0, 1.0, 2.0])
_REPEATED = np.array([[2.0, 1.0], [2.0, 1.0], [0.0, 3.0]])


@op(
    "constant",
    numpy=np.searchsorted,
    methods=("searchsorted",),
    arrays=("a", "v"),
    samples=[
        sample(_BINS, np.array([0.5, 1.0, 9.0])),
        sample(_BINS, np.array([[0.5], [1.0]]), side="right"),
        sample(_BINS[::-1].copy(), np.array(0.5), sorter=np.array([2, 1, 0])),
    ],
    errors=[error(ValueError, "searchsorted: side='middle'", (3,), (2,), side="middle")],
)
def searchsorted(a, v, side="left", sorter=None):
    """Where the elements of `v` would have to be inserted into the sorted `a`; no derivative.

    Args:
        a: increasing, one axis.
        v: any shape.
        side: "left" or "right" of equal elements.
        sorter: positions that sort `a`, where it is not sorted.

    >>> searchsorted(Tensor([1.0, 2.0, 3.0]), 2.5)
    Tensor(2)
    """
    if side not in ("left", "right"):
        raise ValueError(f"side={side!r} is neither 'left' nor 'right'")
    return np.searchsorted(a, v, side, sorter)


searchsorted.vmap(_with_one_table)


@op(
    "constant",
    numpy=np.digitize,
    arrays=("x", "bins"),
    samples=[sample(np.array([0.5, 1.0, 9.0]), _BINS), sample(np.array([1.0]), _BINS, right=True)],
    pytorch="bucketize",
)
def digitize(x, bins, right=False):
    """In which of the intervals between `bins` each element lies; no derivative.

    >>> digitize(Tensor([0.5, 2.5]), np.array([0.0, 1.0, 2.0]))
    Tensor([1, 3])
    """
    return np.digitize(x, bins, right)


digitize.vmap(_with_one_table)


@op(
    "constant",
    numpy=np.isin,
    arrays=("x", "test_elements"),
    samples=[sample(_REPEATED, np.array([2.0, 3.0])), sample(_REPEATED, _BINS, invert=True)],
)
def isin(x, test_elements, invert=False):
    """Whether each element is one of `test_elements`; no derivative.

    >>> isin(Tensor([1.0, 2.0]), np.array([2.0, 3.0]))
    Tensor([False,  True])
    """
    return np.isin(x, test_elements, invert=invert)


isin.vmap(_with_one_table)


@asks_elsewhere
def bincount(x, weights=None, minlength=0):
    """How often each integer occurs, or the sum of its weights, which have a gradient.

    Args:
        x: integers from 0, one axis.
        weights: as many numbers.
        minlength: the least length of the result.

    Raises:
        TypeError: where `x` is not of integers.
        ValueError: for negative integers, or weights of another shape.

    >>> bincount(Tensor([0, 2, 2]), Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 0., 5.])
    """
    index = np.asarray(value(x))
    if index.dtype.kind not in "iub":
        raise TypeError(f"bincount: x must be of integers, got {index.dtype}")
    index = index.astype(np.intp, copy=False)  # an index of bools would be a mask
    if index.ndim != 1 or (index.size and index.min() < 0):
        raise ValueError(f"bincount: x must have one axis and nothing negative, got {index.shape}")
    if weights is None:
        return _tensor_like(np.bincount(index, minlength=minlength), x)
    if np.shape(weights) != index.shape:
        raise ValueError(f"bincount: {index.shape} integers but weights of {np.shape(weights)}")
    length = max(minlength, int(index.max(initial=-1)) + 1)
    return _tensor_like(scatter(weights, index, (length,)), x)


def _tensor_like(found, other):
    """An array as a Tensor where `other` is one: Tensors in, Tensor out."""
    return Tensor(found) if isinstance(other, Tensor) and type(found) is np.ndarray else found


numpy_functions[np.bincount] = bincount
