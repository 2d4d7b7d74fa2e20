"""Operations that move elements without computing with them."""

import math
from itertools import accumulate, pairwise

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import Tensor
from autograd.kernels.normalization import group_sums
from autograd.mapping.families import from_the_end, widened
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.samples import error, sample

__all__ = [
    "broadcast_to", "concatenate", "copy", "expand_dims", "flip", "matrix_transpose", "ravel",
    "reshape", "split", "squeeze", "stack", "sum_to", "transpose", "zero_pad",
]  # fmt: skip


def _tuple_of_ints(arguments):
    """`(2, 3)` from `f(2, 3)` and from `f((2, 3))`."""
    if len(arguments) == 1 and not isinstance(arguments[0], (int, np.integer)):
        return arguments[0]
    return arguments


@understands(copy=None)
@op(
    "linear",
    numpy=np.reshape,
    aliases={"newshape": "shape"},  # what NumPy 2.0 calls it
    arrays=("x",),
    view=True,
    samples=[sample((2, 3), (3, 2)), sample((2, 3), -1), sample((), (1, 1)), sample((0, 2), (0,))],
    errors=[error(ValueError, r"reshape: .*\(2, 3\).*shape=\(4,\)", (2, 3), (4,))],
)
def reshape(x, shape):
    """The same elements in another shape, in row-major order; -1 infers one side.

    >>> reshape(Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return np.reshape(x, shape)


def _reshape_each(batch, x, shape):
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if -1 in shape:  # which is not inferred from no sample
        known = math.prod(side for side in shape if side != -1)
        inferred = math.prod(x.shape[1:]) // known if known else 0
        shape = tuple(inferred if side == -1 else side for side in shape)
    return reshape(x, (batch.size, *shape))


reshape.vmap(_reshape_each)
reshape.vjp(x=lambda g, x_shape: reshape(g, x_shape))


@op(
    "linear",
    numpy=np.transpose,
    view=True,
    samples=[sample((2, 3)), sample((2, 3, 4), (1, 0, 2)), sample((2, 3, 4), (-1, 0, 1))],
    errors=[error(ValueError, "transpose: .*axes", (2, 3), (0, 0))],
    pytorch="permute",
)
def transpose(x, axes=None):
    """Axes in another order, reversed by default.

    >>> transpose(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[1., 3.],
            [2., 4.]])
    """
    return np.transpose(x, axes)


def _transpose_each(batch, x, axes):
    ndim = x.ndim - 1
    axes = range(ndim - 1, -1, -1) if axes is None else axes
    return transpose(x, (0, *from_the_end(tuple(axes), ndim)))


transpose.vmap(_transpose_each)
transpose.vjp(x=lambda g, axes: transpose(g, None if axes is None else _inverse(axes)))


def _inverse(permutation):
    count = len(permutation)
    return tuple(sorted(range(count), key=lambda axis: permutation[axis] % count))


@op(
    "linear",
    numpy=np.matrix_transpose,
    view=True,
    samples=[sample((2, 3)), sample((4, 2, 3))],
    errors=[error(ValueError, "matrix_transpose: .*two axes", (3,))],
    pytorch="Tensor.mT",
    vmap=2,
)
def matrix_transpose(x):
    """The last two axes swapped: the transpose of a matrix or of a stack of them.

    >>> matrix_transpose(Tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    if np.ndim(x) < 2:
        raise ValueError("needs at least two axes")
    return np.swapaxes(x, -1, -2)


matrix_transpose.vjp(x=lambda g: matrix_transpose(g))


@op(
    "linear",
    numpy=np.expand_dims,
    arrays=("x",),
    view=True,
    samples=[sample((2, 3), 1), sample((2,), (0, -1)), sample((), 0)],
    errors=[
        error(np.exceptions.AxisError, "expand_dims: axis 3 is out of bounds", (2,), 3),
        error(np.exceptions.AxisError, "expand_dims: axis 1 .*t.max.dim=1", (), 1),
    ],
    hint=lambda x, axis: (
        None if np.ndim(x) else "t.max(1)[0] is one number; t.max(dim=1)[0] is all"
    ),
    pytorch="unsqueeze",
)
def expand_dims(x, axis):
    """New axes of length 1 at the positions `axis` of the result.

    >>> expand_dims(Tensor([1.0, 2.0]), 1).shape
    (2, 1)
    """
    return np.expand_dims(x, axis)


def _expand_dims_each(batch, x, axis):
    axes = tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)
    return expand_dims(x, from_the_end(axes, x.ndim - 1 + len(axes)))


expand_dims.vmap(_expand_dims_each)
expand_dims.vjp(x=lambda g, x_shape: reshape(g, x_shape))


@op(
    "linear",
    numpy=np.squeeze,
    methods=("squeeze",),
    view=True,
    samples=[
        sample((2, 1, 3)),
        sample((1, 2, 1), 0),
        sample((1, 2, 1), (0, -1)),
        sample((2, 3, 1), -1),
    ],
    errors=[error(ValueError, "squeeze: .*not equal to one.*squeeze.dim=0", (2, 3), axis=0)],
    hint=lambda x, axis: (
        f"PyTorch leaves such an axis alone: drop the call, or squeeze(dim={axis})"
    ),
)
def squeeze(x, axis=None):
    """Without the axes of length 1: all of them, or those named.

    >>> squeeze(Tensor([[1.0, 2.0]])).shape
    (2,)
    """
    return np.squeeze(x, axis)


def _squeeze_each(batch, x, axis):
    ndim = x.ndim - 1
    if axis is None:
        axis = tuple(each for each, side in enumerate(x.shape[1:]) if side == 1)
    return squeeze(x, from_the_end(axis, ndim))


squeeze.vmap(_squeeze_each)
squeeze.vjp(x=lambda g, x_shape: reshape(g, x_shape))


@op(
    "linear",
    numpy=np.broadcast_to,
    arrays=("x",),
    view=True,
    samples=[sample((3,), (2, 3)), sample((2, 1), (2, 4)), sample((), (2, 2)), sample((1,), (0,))],
    errors=[error(ValueError, "broadcast_to: ", (3,), (2, 2))],
)
def broadcast_to(x, shape):
    """`x` repeated along new axes and axes of length 1, without a copy; the gradient is summed.

    >>> broadcast_to(Tensor([1.0, 2.0]), (2, 2))
    Tensor([[1., 2.],
            [1., 2.]])
    """
    return np.broadcast_to(x, shape)


def _broadcast_to_each(batch, x, shape):
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    return broadcast_to(widened(x, len(shape)), (batch.size, *shape))


broadcast_to.vmap(_broadcast_to_each)
broadcast_to.vjp(x=lambda g, x_shape: sum_to(g, x_shape))


# Where summing by BLAS saves more than it takes to see how an array lies in memory.
_LARGE = 2**14


@op(
    "linear",
    arrays=("x",),
    view=True,  # x itself where nothing was broadcast
    samples=[
        sample((2, 3), (3,)),
        sample((2, 3), (2, 1)),
        sample((4, 2, 3), (1, 3)),
        sample((2, 3), ()),
        sample((2, 3), (2, 3)),
    ],
    errors=[error(ValueError, r"sum_to: \(2,\) does not broadcast to \(3,\)", (3,), (2,))],
    pytorch="Tensor.sum_to_size",
)
def sum_to(x, shape):
    """`x` summed down to `shape`: what broadcasting did, undone. The adjoint of `broadcast_to`.

    >>> sum_to(Tensor([[1.0, 2.0], [3.0, 4.0]]), (2,))
    Tensor([4., 6.])
    """
    given = np.shape(x)
    if given == shape:
        return x
    extra = len(given) - len(shape)
    if extra < 0 or any(s not in (1, n) for s, n in zip(shape, given[extra:], strict=True)):
        raise ValueError(f"{tuple(shape)} does not broadcast to {given}")
    axes = tuple(range(extra)) + tuple(
        extra + i for i, side in enumerate(shape) if side == 1 and given[extra + i] != 1
    )
    if x.size >= _LARGE and x.dtype.char in "fd":
        sums = group_sums(x, axes)
        if sums is not None:
            return sums.reshape(shape)
    wide = np.float32 if x.dtype.char == "e" else None  # float16 is added up in float32
    return x.sum(axis=axes, keepdims=True, dtype=wide).reshape(shape).astype(x.dtype, copy=False)


def _sum_to_each(batch, x, shape):
    extra = x.ndim - 1 - len(shape)
    if extra > 0:  # these lead in a sample, and are behind the axis of the samples here
        x = transpose(x, (*range(1, extra + 1), 0, *range(extra + 1, x.ndim)))
    return sum_to(x, (batch.size, *shape))


sum_to.vmap(_sum_to_each)
sum_to.vjp(x=lambda g, x_shape: broadcast_to(g, x_shape))


@op(
    "linear",
    numpy=(np.copy, np.positive),
    methods=("__pos__", "copy"),
    samples=[sample((2, 3)), sample(())],
    pytorch="clone",
    vmap=0,
)
def copy(x):
    """The same values in memory of their own.

    >>> copy(Tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """
    return np.array(x)


copy.vjp(x=lambda g: g)


@understands(dtype=None)
@op(
    "linear",
    numpy=(np.concatenate, np.concat),
    sequence="arrays",
    samples=[
        sample([(2, 3), (1, 3)]),
        sample([(2, 1), (2, 0), (2, 3)], axis=1),
        sample([(2, 2), (3,)], axis=None),
        sample([(2,)]),
    ],
    errors=[
        error(ValueError, r"concatenate: .*\[\(2, 3\) float64, \(2, 4\)", [(2, 3), (2, 4)]),
        error(ValueError, "concatenate: .*at least one", []),
    ],
    pytorch="cat",
)
def concatenate(arrays, axis=0):
    """Arrays joined along an existing axis; with `axis=None` all are flattened first.

    >>> concatenate([Tensor([1.0]), Tensor([2.0, 3.0])])
    Tensor([1., 2., 3.])
    """
    return np.concatenate(arrays, axis)


def _concatenate_arrays(g, arrays_shape, axis):
    if axis is None:
        ends = list(accumulate(math.prod(shape) for shape in arrays_shape))
        parts = split(g, ends[:-1])
        return [reshape(p, shape) for p, shape in zip(parts, arrays_shape, strict=True)]
    ends = list(accumulate(shape[axis] for shape in arrays_shape))
    return split(g, ends[:-1], axis)


def _concatenate_each(batch, arrays, axis):
    arrays = [batch.every(x, slot) for slot, x in enumerate(arrays)]
    if axis is None:
        arrays = [reshape(x, (batch.size, math.prod(x.shape[1:]))) for x in arrays]
        axis = -1
    return concatenate(arrays, from_the_end(axis, arrays[0].ndim - 1))


concatenate.vmap(_concatenate_each)
concatenate.vjp(arrays=_concatenate_arrays)


@understands(dtype=None)
@op(
    "linear",
    numpy=np.stack,
    sequence="arrays",
    samples=[sample([(2, 3), (2, 3)]), sample([(2,), (2,), (2,)], axis=-1), sample([(), ()])],
    errors=[error(ValueError, "stack: .*same shape", [(2,), (3,)])],
)
def stack(arrays, axis=0):
    """Arrays of one shape joined along a new axis.

    >>> stack([Tensor(1.0), Tensor(2.0)])
    Tensor([1., 2.])
    """
    return np.stack(arrays, axis)


stack.vmap(
    lambda batch, arrays, axis: stack(
        [batch.every(x, slot) for slot, x in enumerate(arrays)],
        from_the_end(axis, batch.ndims(arrays)[0] + 1),
    )
)
stack.vjp(
    arrays=lambda g, arrays_shape, axis: [
        take_slice(g, index, axis) for index in range(len(arrays_shape))
    ]
)


def take_slice(x, index, axis):
    """The slice `index` along `axis`, without that axis."""
    axis %= np.ndim(x)
    return x[(slice(None),) * axis + (index,)]


@op(
    "linear",
    numpy=np.split,
    arrays=("x",),
    view=True,
    samples=[sample((4, 2), 2), sample((2, 5), [1, 3], axis=1), sample((3,), [0, 2])],
    errors=[
        error(ValueError, "split: .*equal division", (5,), 2),
        error(ValueError, "split: .*equal division", (5,), 0),
    ],
    vmap="axes",
)
def split(x, indices_or_sections, axis=0):
    """Consecutive parts along an axis: `n` equal ones, or cut before the given indices.

    Returns:
        A list of parts.

    >>> split(Tensor([1.0, 2.0, 3.0]), [1])
    [Tensor([1.]), Tensor([2., 3.])]
    """
    count = x.shape[axis]
    if np.ndim(indices_or_sections):
        ends = [*indices_or_sections, count]
    elif indices_or_sections < 1 or count % indices_or_sections:
        raise ValueError(
            f"no equal division of {count} elements along axis {axis} into {indices_or_sections} "
            "parts; array_split makes unequal ones"
        )
    else:
        each = count // indices_or_sections
        ends = range(each, count + 1, each) if each else [0] * indices_or_sections
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, slice(*part))] for part in pairwise([0, *ends])]


split.vjp(x=lambda g, axis: concatenate(g, axis))


@op(
    "linear",
    numpy=np.flip,
    methods=("flip",),
    view=True,
    samples=[sample((2, 3)), sample((2, 3), 1), sample((2, 3, 2), (0, -1)), sample(())],
    errors=[error(np.exceptions.AxisError, "flip: axis 2", (2, 3), axis=2)],
    vmap="axes",
)
def flip(x, axis=None):
    """The order of elements reversed along the axes, by default all.

    >>> flip(Tensor([1.0, 2.0, 3.0]))
    Tensor([3., 2., 1.])
    """
    return np.flip(x, axis)


flip.vjp(x=lambda g, axis: flip(g, axis))


@op(
    "linear",
    arrays=("x",),
    samples=[
        sample((2, 3), ((1, 0), (0, 2))),
        sample((2, 3), ((0, 0), (1, 2))),
        sample((3,), 2),
        sample((), ()),
    ],
    errors=[
        error(ValueError, "zero_pad: ", (2, 3), ((1, 1), (1, 1), (1, 1))),
        error(ValueError, "zero_pad: .*0 or more", (2,), (1, -1)),
        error(TypeError, "zero_pad: .*integers", (2,), 0.5),
    ],
    pytorch="F.pad",
    helper=True,
)
def zero_pad(x, pad_width):
    """Zeros around `x`; `pad_width` as in `numpy.pad`.

    >>> zero_pad(Tensor([1.0, 2.0]), (1, 0))
    Tensor([0., 1., 2.])
    """
    inside, shape = _padded(np.shape(x), pad_width)
    out = np.zeros(shape, x.dtype)
    out[inside] = x
    return out


def _padded(shape, pad_width):
    """Where the inside is, and the whole shape; far cheaper than `np.pad` on small arrays."""
    if not shape:
        return (), ()
    if np.asarray(pad_width).dtype.kind not in "iu":
        raise TypeError(f"pad_width={pad_width!r} is not of integers")
    widths = np.empty((len(shape), 2), np.intp)
    widths[...] = pad_width
    if widths.min() < 0:
        raise ValueError(f"pad_width={pad_width!r} must be 0 or more")
    pairs = list(zip(widths.tolist(), shape, strict=True))
    inside = tuple(slice(before, before + side) for (before, _), side in pairs)
    return inside, tuple(before + side + after for (before, after), side in pairs)


def _zero_pad_each(batch, x, pad_width):
    if x.ndim == 1:
        return x
    widths = np.broadcast_to(pad_width, (x.ndim - 1, 2)).tolist()
    return zero_pad(x, ((0, 0), *map(tuple, widths)))


zero_pad.vmap(_zero_pad_each)
zero_pad.vjp(x=lambda g, x_shape, pad_width: g[_padded(x_shape, pad_width)[0]])


def _reshape_method(self, *shape, copy=None):
    """The same elements in another shape: `t.reshape(2, -1)` or `t.reshape((2, -1))`.

    With NumPy's `copy=True` in memory of its own; `copy=False` raises where that must be.
    """
    sides = _tuple_of_ints(shape)
    return reshape(self, sides) if copy is None else reshape(self, sides, copy=copy)


@asks_elsewhere
def _transpose_method(self, *axes):
    """Axes in another order: `t.transpose()`, `t.transpose(1, 0)` or `t.transpose((1, 0))`.

    Two numbers swap two axes where there are more, as in PyTorch: NumPy has no such call. On a
    matrix NumPy's `t.transpose(0, 1)` changes nothing, which nobody writes, and is refused.
    """
    if len(axes) == 2 and not isinstance(axes[0], (tuple, list)):
        if self.ndim != 2:
            order = list(range(self.ndim))
            one, other = (normalize_axis_index(axis, self.ndim) for axis in axes)
            order[one], order[other] = other, one
            return transpose(self, tuple(order))
        if axes[0] % 2 == 0 and axes[1] % 2 == 1 and -2 <= min(axes) <= max(axes) < 2:
            raise ValueError(
                f"transpose: the axes in the order {axes} are as they were; use t.swapaxes"
                f"({axes[0]}, {axes[1]}), t.T or t.transpose(1, 0)"
            )
    return transpose(self, _tuple_of_ints(axes) if axes else None)


def ravel(x):
    """All elements along one axis, in row-major order.

    >>> ravel(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 2., 3., 4.])
    """
    return reshape(x, -1)


@asks_elsewhere
def _flatten_method(self):
    """All elements along one axis."""
    return ravel(self)


for _method in (_reshape_method, _transpose_method, _flatten_method):
    _method.__name__ = _method.__name__.removeprefix("_").removesuffix("_method")
Tensor.reshape = _reshape_method
Tensor.transpose = _transpose_method
Tensor.ravel = ravel
Tensor.flatten = _flatten_method
Tensor.T = property(transpose, doc="The axes in reverse order.")
Tensor.mT = property(matrix_transpose, doc="The last two axes swapped.")

numpy_functions[np.ravel] = ravel
