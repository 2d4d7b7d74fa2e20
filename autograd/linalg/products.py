"""Products of vectors and arrays: inner and outer, contractions, chains of matrices."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.linalg.common import conjugate, from_last, to_last
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.matrix import aligned_product, batch_einsum, dot, matmul
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import expand_dims, reshape, sum_to, transpose
from autograd.samples import error, sample

__all__ = [
    "cross", "dot", "inner", "matmul", "multi_dot", "outer", "tensordot", "vdot", "vecdot",
]  # fmt: skip

_COMPLEX = np.array([1.0 + 2.0j, -0.5 + 0.3j, 0.7 - 1.1j])


@op(
    "multilinear",
    symbol="·",
    numpy=np.vdot,
    samples=[
        sample((3,), (3,)),
        sample((2, 3), (3, 2)),
        sample((), ()),
        sample(_COMPLEX, 2j * _COMPLEX[::-1]),
        sample((3,), _COMPLEX),
    ],
    errors=[error(ValueError, r"vdot: .*x: \(3,\).*y: \(2,\)", (3,), (2,))],
    pytorch="vdot",
)
def vdot(x, y):
    """Inner product `Σ conj(x) y` of all elements in row-major order.

    Args:
        x: any shape; the factor that is conjugated.
        y: any shape of as many elements.

    >>> vdot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    Tensor(11.)
    """
    return np.vdot(x, y)


def _vdot_each(batch, x, y):
    x, y = (batch.every(each, slot) for slot, each in enumerate((x, y)))
    return vecdot(*(reshape(each, (batch.size, math.prod(each.shape[1:]))) for each in (x, y)))


vdot.vmap(_vdot_each)
vdot.vjp(
    x=lambda g, y, x_shape: conjugate(g * reshape(y, x_shape)),
    y=lambda g, x, y_shape: g * conjugate(reshape(x, y_shape)),
)


@op(
    "multilinear",
    symbol="·",
    numpy=(np.vecdot, np.linalg.vecdot),
    arrays=("x", "y"),
    samples=[
        sample((3,), (3,)),
        sample((2, 3), (2, 3)),
        sample((4, 1, 3), (2, 3)),
        sample((3, 2), (3, 2), axis=0),
        sample((3,), (3, 2), axis=0),
        sample(_COMPLEX, np.stack([_COMPLEX, 1j * _COMPLEX])),
    ],
    errors=[error(ValueError, "vecdot: ", (3,), (2,))],
    vmap="axes",
)
def vecdot(x, y, axis=-1):
    """Inner products `Σ conj(x) y` of the vectors along an axis; the other axes broadcast.

    Args:
        x: (..., n), the factor that is conjugated.
        y: (..., n).
        axis: where the vectors lie, in both.

    Returns:
        (...), without that axis.

    >>> vecdot(Tensor([[1.0, 2.0], [0.0, 1.0]]), Tensor([3.0, 4.0]))
    Tensor([11.,  4.])
    """
    return np.vecdot(x, y, axis=axis)


def _shape_to_last(shape, axis):
    axis %= len(shape)
    return (*shape[:axis], *shape[axis + 1 :], shape[axis])


def _vecdot_operand(product, other, axis, shape):
    """A gradient computed with the vectors along the last axis, back in the operand's shape."""
    return from_last(sum_to(product(to_last(other, axis)), _shape_to_last(shape, axis)), axis)


vecdot.vjp(
    x=lambda g, y, x_shape, axis: _vecdot_operand(
        lambda y: conjugate(expand_dims(g, -1) * y), y, axis, x_shape
    ),
    y=lambda g, x, y_shape, axis: _vecdot_operand(
        lambda x: expand_dims(g, -1) * conjugate(x), x, axis, y_shape
    ),
)


@op(
    "multilinear",
    symbol="⊗",
    numpy=(np.outer, np.linalg.outer),
    samples=[sample((3,), (2,)), sample((3,), (3,)), sample((0,), (2,)), sample((), (2,))],
    pytorch="outer",
)
def outer(x, y):
    """Outer product `x yᵀ` of two vectors; other shapes are flattened first.

    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    Tensor([[3., 4.],
            [6., 8.]])
    """
    return np.outer(x, y)


def _outer_each(batch, x, y):
    of_x, of_y = (
        reshape(each, (batch.size, math.prod(each.shape[1:])) if own else -1)
        for each, own in zip((x, y), batch.mapped, strict=True)
    )
    return expand_dims(of_x, -1) * expand_dims(of_y, -2)


outer.vmap(_outer_each)
outer.vjp(
    x=lambda g, y, x_shape: reshape(matmul(g, reshape(y, -1)), x_shape),
    y=lambda g, x, y_shape: reshape(matmul(reshape(x, -1), g), y_shape),
)


def _contracted(axes, x_ndim, y_ndim):
    """The axes of both operands that are summed over, as lists of non-negative integers."""
    if isinstance(axes, (int, np.integer)):
        return list(range(x_ndim - axes, x_ndim)), list(range(axes))
    first, second = (np.atleast_1d(each).tolist() for each in axes)
    return [a % x_ndim for a in first], [a % y_ndim for a in second]


@op(
    "multilinear",
    symbol="⊗",
    numpy=(np.tensordot, np.linalg.tensordot),
    arrays=("x", "y"),
    samples=[
        sample((2, 3, 4), (3, 4, 2)),
        sample((2, 3), (4, 3), axes=(1, 1)),
        sample((2, 3, 4), (4, 5, 2), axes=([0, -1], [2, 0])),
        sample((2,), (3,), axes=0),
        sample((2, 3), (2, 3), axes=2),
        sample((), (3,), axes=0),
    ],
    errors=[error(ValueError, "tensordot: .*mismatch", (2, 3), (2, 3), axes=1)],
    pytorch="tensordot",
)
def tensordot(x, y, axes=2):
    """Sum of products over axes of both operands.

    Args:
        x: any shape.
        y: any shape.
        axes: how many, the last of `x` with the first of `y`; or (axes of `x`, axes of `y`).

    Returns:
        The axes of `x` that are left, then those of `y`.

    >>> tensordot(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]]), axes=(1, 1))
    Tensor([[11.]])
    """
    return np.tensordot(x, y, axes)[()]


def _sorted_axes(product, order):
    """The axes of a product, which belong at the places `order`, moved there."""
    if order == sorted(order):
        return product
    return transpose(product, tuple(sorted(range(len(order)), key=order.__getitem__)))


def _tensordot_x(g, y, x_shape, axes):
    y_ndim = value(y).ndim
    in_x, in_y = _contracted(axes, len(x_shape), y_ndim)
    free_x = [a for a in range(len(x_shape)) if a not in in_x]
    free_y = [a for a in range(y_ndim) if a not in in_y]
    product = tensordot(g, y, (list(range(len(free_x), value(g).ndim)), free_y))
    # Behind the free axes come those of y that were contracted, in the order of y.
    order = free_x + [in_x[in_y.index(a)] for a in sorted(in_y)]
    return _sorted_axes(product, order)


def _tensordot_y(g, x, y_shape, axes):
    x_ndim = value(x).ndim
    in_x, in_y = _contracted(axes, x_ndim, len(y_shape))
    free_x = [a for a in range(x_ndim) if a not in in_x]
    free_y = [a for a in range(len(y_shape)) if a not in in_y]
    product = tensordot(x, g, (free_x, list(range(len(free_x)))))
    order = [in_y[in_x.index(a)] for a in sorted(in_x)] + free_y
    return _sorted_axes(product, order)


tensordot.vjp(x=_tensordot_x, y=_tensordot_y)


def _tensordot_each(batch, x, y, axes):
    of_x, of_y = batch.ndims((x, y))
    return _contracted_each(batch, x, y, *_contracted(axes, of_x, of_y))


def _contracted_each(batch, x, y, in_x, in_y):
    of_x, of_y = batch.ndims((x, y))
    labels = list(range(of_x, of_x + of_y))
    for a, b in zip(in_x, in_y, strict=True):
        labels[b] = a
    free = [a for a in range(of_x) if a not in in_x] + [a for a in labels if a >= of_x]
    return batch_einsum(batch, (x, y), (list(range(of_x)), labels), free)


tensordot.vmap(_tensordot_each)


@op(
    "multilinear",
    symbol="·",
    numpy=np.inner,
    samples=[
        sample((3,), (3,)),
        sample((2, 3), (3,)),
        sample((2, 3), (4, 3)),
        sample((2, 2, 3), (4, 3)),
        sample((), (2,)),
        sample((2,), ()),
    ],
    errors=[error(ValueError, r"inner: .*x: \(2, 3\).*y: \(3, 2\)", (2, 3), (3, 2))],
    pytorch="inner",
)
def inner(x, y):
    """Sum of products over the last axes of both; nothing is conjugated.

    Returns:
        The other axes of `x`, then those of `y`.

    >>> inner(Tensor([[1.0, 2.0], [0.0, 1.0]]), Tensor([3.0, 4.0]))
    Tensor([11.,  4.])
    """
    return np.inner(x, y)[()]


def _inner_axes(x_ndim, y_ndim):
    return (-1, -1) if x_ndim and y_ndim else 0


def _inner_each(batch, x, y):
    of_x, of_y = batch.ndims((x, y))
    if not of_x or not of_y:
        return aligned_product(batch, x, y)
    return _contracted_each(batch, x, y, [of_x - 1], [of_y - 1])


inner.vmap(_inner_each)
inner.vjp(
    x=lambda g, y, x_shape: _tensordot_x(g, y, x_shape, _inner_axes(len(x_shape), value(y).ndim)),
    y=lambda g, x, y_shape: _tensordot_y(g, x, y_shape, _inner_axes(value(x).ndim, len(y_shape))),
)


@op(
    "multilinear",
    sequence="arrays",
    numpy=np.linalg.multi_dot,
    samples=[
        sample([(2, 3), (3, 4)]),
        sample([(2, 3), (3, 4), (4, 2)]),
        sample([(3,), (3, 4), (4, 2), (2,)]),
        sample([(3,), (3, 4)]),
        sample([(2, 3), (3, 4), (4,)]),
    ],
    errors=[
        error(ValueError, "multi_dot: .*at least two", [(2, 3)]),
        error(ValueError, r"multi_dot: .*\[\(2, 3\) float64, \(4, 2\)", [(2, 3), (4, 2)]),
    ],
)
def multi_dot(arrays):
    """Product of two or more matrices in the cheapest order; the outermost may be vectors.

    >>> multi_dot([Tensor([1.0, 2.0]), Tensor([[1.0, 0.0], [0.0, 2.0]]), Tensor([1.0, 1.0])])
    Tensor(5.)
    """
    return np.linalg.multi_dot(arrays)


def _multi_dot_arrays(g, arrays, arrays_shape, wanted):
    count = len(arrays)
    matrices = list(arrays)
    if value(arrays[0]).ndim == 1:
        matrices[0], g = expand_dims(arrays[0], 0), expand_dims(g, 0)
    if value(arrays[-1]).ndim == 1:
        matrices[-1], g = expand_dims(arrays[-1], 1), expand_dims(g, -1)
    # What stands to the left of each factor times the cotangent; then what stands to its right.
    arriving = [g]
    for matrix in matrices[:-1]:
        arriving.append(matmul(matrix.mT, arriving[-1]))
    gradients = [None] * count
    right = None
    for slot in reversed(range(count)):
        if wanted[slot]:
            product = arriving[slot] if right is None else matmul(arriving[slot], right.mT)
            gradients[slot] = reshape(product, arrays_shape[slot])
        right = matrices[slot] if right is None else matmul(matrices[slot], right)
    return gradients


multi_dot.vjp(arrays=_multi_dot_arrays)


def _multi_dot_each(batch, arrays):
    """From the left, or from the right where there is a vector: one of both ends may be."""
    ndims = batch.ndims(arrays)
    if len(arrays) < 2 or any(n != 2 for n in ndims[1:-1]) or min(ndims) < 1 or max(ndims) > 2:
        return NotImplemented  # which is an error
    labels = [[slot, slot + 1] for slot in range(len(arrays))]
    labels[0] = labels[0][-ndims[0] :]
    labels[-1] = labels[-1][: ndims[-1]]
    ends = [0] * (ndims[0] == 2) + [len(arrays)] * (ndims[-1] == 2)
    return batch_einsum(batch, arrays, labels, ends)


multi_dot.vmap(_multi_dot_each)


@op(
    "multilinear",
    symbol="×",
    numpy=np.linalg.cross,
    arrays=("x", "y"),
    samples=[
        sample((3,), (3,)),
        sample((2, 3), (3,)),
        sample((3,), (2, 3)),
        sample((4, 1, 3), (2, 3)),
        sample((3, 2), (3, 2), axis=0),
        sample((3, 2), (3, 1), axis=0),
        sample((2, 3, 2), (2, 3, 2), axis=1),
        sample((2, 3, 2), (1, 3, 2), axis=-2),
    ],
    errors=[error(ValueError, "cross: .*3", (2,), (2,))],
    vmap="axes",
)
def cross(x, y, axis=-1):
    """Cross product of vectors of three components; the other axes broadcast.

    Args:
        x: (..., 3).
        y: (..., 3).
        axis: where the vectors lie, in both and in the result.

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    Tensor([0., 0., 1.])
    """
    return np.linalg.cross(x, y, axis=axis)


def _cross_operand(g, other, axis, shape, sign):
    product = cross(to_last(other, axis), to_last(g, axis))
    product = product if sign > 0 else -product
    return from_last(sum_to(product, _shape_to_last(shape, axis)), axis)


cross.vjp(
    x=lambda g, y, x_shape, axis: _cross_operand(g, y, axis, x_shape, 1),
    y=lambda g, x, y_shape, axis: _cross_operand(g, x, axis, y_shape, -1),
)


def _numpys_cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """`np.cross`, which may find the vectors along an axis of each operand, and put them in one."""
    if axis is not None:
        return cross(a, b, axis)
    return moveaxis(cross(moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)), -1, axisc)


numpy_functions[np.cross] = _numpys_cross

# The array API's spelling of what NumPy has at its top level.
numpy_functions[np.linalg.matmul] = matmul
