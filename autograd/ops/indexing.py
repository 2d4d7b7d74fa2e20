"""Reading and writing parts of an array by NumPy's indices: `t[index]` and `t[index] = value`."""

import numpy as np

from autograd.inplace import check_writable, write
from autograd.node import describe
from autograd.operation import op
from autograd.ops.shapes import sum_to
from autograd.record import error, sample
from autograd.tensor import Tensor, value


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
        sample((), ()),
        sample((3,), slice(0, 0)),
    ],
    errors=[
        error(IndexError, "getitem: index 5 is out of bounds", (3,), 5),
        error(IndexError, "getitem: too many indices", (3,), (0, 0)),
    ],
)
def getitem(x, index):
    """`x[index]` with every index NumPy knows: integer, slice, None, Ellipsis, arrays, bool, mixed.

    Without arrays in the index the result is a view. An element picked several times gets the sum
    of its gradients.

    >>> getitem(Tensor([1.0, 2.0, 3.0]), np.array([0, 0, 2]))
    Tensor([1., 1., 3.])
    """
    return x[index]


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
    ],
)
def scatter(x, index, shape):
    """Zeros of `shape` with `x` added at `index`, repeats added up: the adjoint of `getitem`.

    >>> scatter(Tensor([1.0, 2.0]), np.array([0, 0]), (3,))
    Tensor([3., 0., 0.])
    """
    out = np.zeros(shape, np.result_type(x))
    if is_basic(index):
        out[index] = x
    elif (rows := _repeated_rows(index, shape)) is not None:
        # One index array over the first axis: sorting beats np.add.at by an order of magnitude.
        picked = np.shape(index[0] if isinstance(index, tuple) else index)
        x = np.broadcast_to(x, (*picked, *shape[1:]))
        _add_rows(out, rows, x.reshape(rows.size, *shape[1:]))
    else:
        np.add.at(out, index, x)
    return out


def _repeated_rows(index, shape):
    """The positions along the first axis, where the index is one integer array of some length."""
    if isinstance(index, tuple) and len(index) == 1:
        (index,) = index
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu" and index.size > 16:
        return index.ravel().astype(np.intp, copy=False) % shape[0]
    return None


def _add_rows(out, rows, x):
    """`out[rows] += x` with repeats added up, by summing runs of equal rows after sorting."""
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    out[ordered[starts]] = np.add.reduceat(x[order], starts, axis=0)


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
    from autograd.ops.shapes import reshape

    extra = len(shape) - len(np.shape(value(g)))
    if extra > 0:
        return reshape(sum_to(g, shape[extra:]), shape)
    return sum_to(g, shape)


replaced.vjp(x=_replaced_x, y=_replaced_y)


def _getitem_method(self, index):
    """`t[index]`, with every index NumPy knows."""
    if type(index) is not int:
        index = clean_index(index)
    return getitem(self, index)


def _setitem_method(self, index, new):
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
