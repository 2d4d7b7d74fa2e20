"""Reading and writing parts of an array by NumPy's indices: `t[index]` and `t[index] = value`."""

import math

import numpy as np

from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, value
from autograd.mapping.families import widened
from autograd.operation.inplace import check_writable, write
from autograd.operation.op import op
from autograd.ops.shapes import reshape, sum_to, transpose
from autograd.samples import error, sample

__all__ = ["getitem", "replaced", "scatter"]


def is_basic(index):
    """Whether an index selects each element at most once, as a view: no arrays in it."""
    parts = index if isinstance(index, tuple) else (index,)
    # Any other sequence, such as a tuple or range inside a tuple, is an array of positions too.
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


def clean_index(index):
    """An index without Tensors: NumPy accepts ints, slices, None, Ellipsis and arrays."""
    if isinstance(index, Tensor):
        if index.dtype.kind not in "iub":
            raise IndexError(f"index: expected integers or bool, got a Tensor of {index.dtype}")
        return index._value
    if isinstance(index, tuple):
        return tuple(clean_index(part) for part in index)
    if isinstance(index, list):
        return np.asarray([clean_index(part) for part in index], None if index else np.intp)
    return index


@op(
    "linear",
    symbol="[ ]",
    arrays=("x",),
    view=True,
    samples=[
        sample((3, 4), 1),
        sample((3, 4), (slice(None, None, -2), slice(1, 3))),
        sample((3, 4), (Ellipsis, None, 2)),
        sample((3,), np.array([0, 2, 2, -1])),
        sample((3, 4), (np.array([[0, 1], [2, 0]]), np.array([1, 1]))),
        sample((2, 3, 4), (slice(None), np.array([1, 1]), slice(0, 4, 3))),
        sample((3, 2), np.array([True, False, True])),
        sample((4, 2), np.arange(20) % 7 - 3),
        sample((4, 2, 2), (np.arange(18).reshape(3, 6) % 4,)),
        sample((), ()),
        sample((3,), slice(0, 0)),
    ],
    errors=[
        error(IndexError, "getitem: index 5 is out of bounds", (3,), 5),
        error(IndexError, "getitem: too many indices", (3,), (0, 0)),
    ],
    pytorch="t[index]",
)
def getitem(x, index):
    """`x[index]` with every index NumPy knows: integer, slice, None, Ellipsis, arrays, bool, mixed.

    Without arrays in the index the result is a view. An element picked several times gets the sum
    of its gradients.

    >>> getitem(Tensor([1.0, 2.0, 3.0]), np.array([0, 0, 2]))
    Tensor([1., 1., 3.])
    """
    return x[index]


class _Parts:
    """An index into one sample, taken apart for all samples.

    Attributes:
        parts: without bool arrays; integer arrays of the samples have their axis first.
        mapped: for each part whether it is such an array.
        ndim: the number of axes that the arrays have together in the result of a sample.
        start: the first of these axes.
        apart: whether slices stand between the arrays: then NumPy puts their axes first.
    """

    def __init__(self, index, ndim):
        self.parts, self.mapped = [], []
        for part in index if isinstance(index, tuple) else (index,):
            if isinstance(part, (list, range, tuple)):
                part = np.asarray(part, None if len(part) else np.intp)
            if getattr(getattr(part, "dtype", None), "kind", "") == "b":
                if isinstance(part, Tensor) or not part.ndim:
                    raise NotImplementedError  # how many are true differs between the samples
                self.parts += part.nonzero()
                self.mapped += [False] * part.ndim
            else:
                self.parts.append(part)
                self.mapped.append(isinstance(part, Tensor))
        advanced = [i for i, part in enumerate(self.parts) if not is_basic(part)]
        if advanced:
            advanced = [
                i
                for i, part in enumerate(self.parts)
                if i in advanced or isinstance(part, (int, np.integer))
            ]
        self.ndim = max((np.ndim(self.parts[i]) - self.mapped[i] for i in advanced), default=0)
        self.apart = bool(advanced) and advanced[-1] - advanced[0] >= len(advanced)
        used = sum(part is not None and part is not Ellipsis for part in self.parts)
        before = self.parts[: advanced[0]] if advanced else []
        self.start = 0
        if not self.apart:
            self.start = sum(ndim - used if part is Ellipsis else 1 for part in before)

    def whole(self):
        """The index into all samples, where it is the same for each."""
        return (slice(None), *self.parts)

    def aligned(self):
        """The parts with the axis of the samples in front of those that arrays have together."""
        return [
            reshape(part, (part.shape[0], *(1,) * (self.ndim + 1 - part.ndim), *part.shape[1:]))
            if own
            else part
            for part, own in zip(self.parts, self.mapped, strict=True)
        ]


def _getitem_each(batch, x, index):
    mine = batch.mapped[0]
    try:
        at = _Parts(index, np.ndim(x) - mine)
    except NotImplementedError:
        return NotImplemented
    if not any(at.mapped):
        out = getitem(x, at.whole())
        return _axis_moved(out, at.ndim, 0) if at.apart else out
    if not mine:
        out = getitem(x, clean_index(tuple(at.aligned())))
        return _axis_moved(out, at.start, 0)
    samples = np.arange(batch.size).reshape(-1, *(1,) * at.ndim)
    out = getitem(x, clean_index((samples, *at.aligned())))
    for _ in range(at.ndim):  # the axes of the arrays, which come first, to their place
        out = _axis_moved(out, 1, at.start + at.ndim)
    return out


def _axis_moved(x, source, destination):
    """`moveaxis`, which stands on this file."""
    order = [axis for axis in range(np.ndim(x)) if axis != source]
    order.insert(destination, source)
    return x if source == destination else transpose(x, tuple(order))


getitem.vmap(_getitem_each)
getitem.vjp(x=lambda g, x_shape, index: scatter(g, index, x_shape))


@op(
    "linear",
    arrays=("x",),
    samples=[
        sample((4,), 1, (3, 4)),
        sample((4, 2), np.array([0, 2, 2, -1]), (3, 2)),
        sample((2, 2), (np.array([[0, 1], [2, 0]]), np.array([1, 1])), (3, 4)),
        sample((2, 3), np.array([True, False, True]), (3, 3)),
        sample((2, 4), slice(None, None, -2), (3, 4)),
        sample((20, 2), np.arange(20) % 7 - 3, (4, 2)),
        sample((3, 6, 2), (np.arange(18).reshape(3, 6) % 4,), (4, 2)),
        sample((2,), np.arange(17) % 3, (3, 2)),
        sample((2, 18), (slice(None), np.arange(18)[::-1] - 18), (2, 20)),
        sample((2, 18, 2), (slice(None), np.arange(18) % 5), (2, 5, 2)),
    ],
    errors=[
        error(IndexError, "scatter: .*17 is out of bounds for axis 0", (18,), np.arange(18), (17,)),
        error(
            IndexError,
            "scatter: .*-4 to 0 is out of bounds for axis 1",
            (2,),
            (np.array([0, 1]), np.array([0, -4])),
            (2, 3),
        ),
    ],
    pytorch="index_put",
    accumulates=True,
)
def scatter(x, index, shape):
    """Zeros of `shape` with `x` added at `index`, repeats added up: the adjoint of `getitem`.

    >>> scatter(Tensor([1.0, 2.0]), np.array([0, 0]), (3,))
    Tensor([3., 0., 0.])
    """
    if is_basic(index):
        # Nothing is picked twice: where there are as many elements, each is written.
        blank = np.empty if np.size(x) == math.prod(shape) else np.zeros
        out = blank(shape, np.result_type(x))
        out[index] = x
        return out
    out = np.zeros(shape, np.result_type(x))
    if (places := _along_one_axis(index)) is not None:
        axis, rows = places
        picked = (*shape[:axis], *rows.shape, *shape[axis + 1 :])
        x = np.broadcast_to(x, picked).reshape(*shape[:axis], rows.size, *shape[axis + 1 :])
        _add_along(out, axis, rows.ravel(), x)
    elif _is_of_elements(index, shape):
        # One flat index: np.add.at is fast for these only.
        places = flat_positions(index, shape)
        np.add.at(out.reshape(-1), places.ravel(), np.broadcast_to(x, places.shape).ravel())
    else:
        np.add.at(out, index, x)
    return out


def from_zero(positions, count, axis):
    """Positions along an axis without negative ones; none may be outside."""
    positions = positions.astype(np.intp, copy=False)  # small integers would overflow
    if not positions.size or positions.view(np.uintp).max() < count:  # negative ones are huge
        return positions
    lowest, highest = positions.min(), positions.max()
    if not -count <= lowest <= highest < count:
        raise IndexError(
            f"an index from {lowest} to {highest} is out of bounds for axis {axis} with size "
            f"{count}"
        )
    return np.where(positions < 0, positions + count, positions) if lowest < 0 else positions


def flat_positions(index, shape):
    """Where elements, named by integers for every axis, are in the flattened array."""
    places, *others = (
        from_zero(part, side, axis)
        for axis, (part, side) in enumerate(zip(index, shape, strict=True))
    )
    for part, side in zip(others, shape[1:], strict=True):
        places = places * side + part
    return places


def _is_of_elements(index, shape):
    """Whether an index names elements one by one, by an integer array for every axis."""
    return (
        isinstance(index, tuple)
        and len(index) == len(shape) > 1
        and all(isinstance(part, np.ndarray) and part.dtype.kind in "iu" for part in index)
    )


def _along_one_axis(index):
    """The axis and the positions, where an index is whole slices and one long integer array."""
    parts = index if isinstance(index, tuple) else (index,)
    *slices, rows = parts or (None,)
    whole = all(isinstance(part, slice) and part == slice(None) for part in slices)
    long = isinstance(rows, np.ndarray) and rows.dtype.kind in "iu" and rows.size > 16
    return (len(slices), rows) if whole and long else None


def _add_along(out, axis, rows, x):
    """`out[..., rows, ...] += x` with repeats added up; np.add.at is ten times as slow."""
    if out.ndim == 1:
        np.add.at(out, rows, x)
        return
    rows = from_zero(rows, out.shape[axis], axis)
    before = (slice(None),) * axis
    last = np.empty(out.shape[axis], np.intp)
    numbers = np.arange(rows.size)
    last[rows] = numbers
    written = last[rows] == numbers  # one of each
    if written.all():
        out[(*before, rows)] = x
        return
    out[(*before, rows[written])] = x.compress(written, axis)
    # Of the others runs of equal ones, after sorting, are summed.
    others = np.flatnonzero(~written)
    order = others[np.argsort(rows[others], kind="stable")]
    ordered = rows[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    out[(*before, ordered[starts])] += np.add.reduceat(x.take(order, axis), starts, axis=axis)


def _scatter_each(batch, x, index, shape):
    try:
        at = _Parts(index, len(shape))
    except NotImplementedError:
        return NotImplemented
    if any(at.mapped):
        return NotImplemented
    x = widened(x, np.broadcast_to(0, shape)[index].ndim)
    x = _axis_moved(x, 0, at.ndim) if at.apart else x
    return scatter(x, at.whole(), (batch.size, *shape))


scatter.vmap(_scatter_each)
scatter.vjp(x=lambda g, index, x_shape: sum_to(getitem(g, index), x_shape))


@op(
    "linear",
    arrays=("x", "y"),
    samples=[
        sample((3, 4), (4,), 1),
        sample((3, 4), (2,), (slice(0, 2), 1)),
        sample((3,), (4,), np.array([0, 2, 2, -1])),
        sample((3, 2), (2,), np.array([True, False, True])),
        sample((3,), (), slice(None)),
    ],
    errors=[
        error(ValueError, "replaced: .*broadcast", (3,), (2,), slice(None)),
        error(IndexError, "replaced: index 5", (3,), (), 5),
    ],
    pytorch="t[index] = v",
    helper=True,
)
def replaced(x, y, index):
    """A copy of `x` with `y` written at `index`; `t[index] = y` records this.

    Where an element is written several times the last write counts, and only it gets the gradient.

    >>> replaced(Tensor([1.0, 2.0, 3.0]), 0.0, slice(0, 2))
    Tensor([0., 0., 3.])
    """
    out = np.array(x)
    out[index] = y
    return out


def _replaced_x(g, index):
    return replaced(g, value(g).dtype.type(0), index)


def _replaced_y(g, y_shape, index):
    if is_basic(index):
        return _fit_written(g[index], y_shape)
    # Which write came last: write the numbers of the writes themselves and look who is left.
    shape = value(g).shape
    picked = np.arange(value(g).size).reshape(shape)[index]
    writers = np.zeros(value(g).size, np.intp)
    numbers = np.arange(picked.size).reshape(picked.shape)
    writers[picked] = numbers
    last = writers[picked] == numbers
    return _fit_written(g[index] * last, y_shape)


def _fit_written(g, shape):
    """A gradient of what was written, where the value had leading axes of length 1 too many."""
    extra = len(shape) - len(np.shape(value(g)))
    if extra > 0:
        return reshape(sum_to(g, shape[extra:]), shape)
    return sum_to(g, shape)


replaced.vjp(x=_replaced_x, y=_replaced_y)


def _replaced_each(batch, x, y, index):
    x, (_, yours) = batch.every(x, 0), batch.mapped
    try:
        at = _Parts(index, x.ndim - 1)
    except NotImplementedError:
        return NotImplemented
    ndim = np.broadcast_to(0, x.shape[1:])[index].ndim if not any(at.mapped) else -1
    if at.apart or np.ndim(y) - yours > ndim:
        return NotImplemented
    return replaced(x, widened(y, ndim) if yours else y, at.whole())


replaced.vmap(_replaced_each)


def _getitem_method(self, index):
    """`t[index]`, with every index NumPy knows."""
    if type(index) is not int:
        index = clean_index(index)
    return getitem(self, index)


def _setitem_method(self, index, new) -> "None":
    """`t[index] = new`, recorded; see `replaced`."""
    index = clean_index(index)
    check_writable(self, "setitem")
    if isinstance(new, Tensor) and new.requires_grad and self.dtype.kind not in "fc":
        raise TypeError(
            f"setitem: a Tensor that requires gradients cannot be written into {describe(self)}; "
            "convert the target with .astype(float), or write t.detach()"
        )
    write(self, replaced(self, new, index), "setitem")


Tensor.__getitem__ = _getitem_method
Tensor.__setitem__ = _setitem_method
