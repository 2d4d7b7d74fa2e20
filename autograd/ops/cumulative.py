"""Running sums, products and extremes along an axis, and what they are built on.

With `axis=None` the array is flattened first, as in NumPy.
"""

import math
import operator

import numpy as np

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import value
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.elementwise import exp
from autograd.ops.gather import scatter_add, take_along_axis
from autograd.ops.rearrange import swapaxes
from autograd.ops.shapes import concatenate, flip, reshape
from autograd.samples import error, sample

__all__ = [
    "cummax", "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum",
    "linear_recurrence", "logcumsumexp",
]  # fmt: skip

_AXES = [
    sample((4,)),
    sample((2, 3)),
    sample((2, 3), 0),
    sample((2, 3, 2), axis=-2),
    sample((0, 3), axis=0),
]

# A factor of at least this share of the largest one costs four digits in second derivatives.
_LEAST_SHARE = 2.0**-14


def _axis_error(name):
    return [error(np.exceptions.AxisError, f"{name}: axis 2 is out of bounds", (2, 3), axis=2)]


def _part(axis, ndim, start, stop):
    """The index of the slice from `start` to `stop` along one axis."""
    return (slice(None),) * (axis % ndim) + (slice(start, stop),)


def _shifted(x, axis, fill):
    """`x` moved on by one position along an axis; its first element is a number."""
    ndim = value(x).ndim
    first = np.full_like(value(x)[_part(axis, ndim, 0, 1)], fill)
    return concatenate([first, x[_part(axis, ndim, None, -1)]], axis)


def _flat(x, axis):
    """`x`, flattened where there is no axis or it is one number, and the axis to go along."""
    if axis is None or (not np.ndim(x) and axis in (0, -1)):
        return reshape(x, -1), 0
    return x, operator.index(axis)


# ---------------------------------------------------------------------- sums


def _summed_backwards(g, axis):
    return flip(cumsum(flip(g, axis), axis), axis)


@understands(dtype=None)
@op(
    "linear",
    symbol="Σ",
    numpy=np.cumsum,
    methods=("cumsum",),
    samples=[*_AXES, sample(())],
    errors=_axis_error("cumsum"),
    accumulates=True,
    vmap="axis or flat",
)
def cumsum(x, axis=None):
    """Running sums `out[k] = x[0] + ... + x[k]` along an axis; float16 is added up in float32.

    >>> cumsum(Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 3., 6.])
    """
    return np.cumsum(x, axis)


def _cumsum_x(g, x_shape, axis):
    return reshape(_summed_backwards(g, 0 if axis is None else axis), x_shape)


cumsum.vjp(x=_cumsum_x)


@op(
    "general",
    arrays=("a", "b"),
    samples=[sample((5,), (5,)), sample((1,), (1,)), sample((2, 6), (2, 6)), sample((0,), (0,))],
    errors=[error(ValueError, r"linear_recurrence: a and b must have one shape", (2,), (3,))],
    pytorch=None,
    accumulates=True,
)
def linear_recurrence(a, b):
    """`y[k] = a[k] y[k - 1] + b[k]` along the last axis, from `y[-1] = 0`: `a[0]` plays no part.

    It computes running products and sums without division, so zeros do no harm. The axis is cut
    into √n blocks of √n steps: all blocks take a step at once, then each goes on from the one
    before.

    Args:
        a: the factors.
        b: the terms, of the same shape.

    >>> linear_recurrence(Tensor([0.0, 2.0, 0.0]), Tensor([1.0, 1.0, 1.0]))
    Tensor([1., 3., 1.])
    """
    if np.shape(a) != np.shape(b):
        raise ValueError("a and b must have one shape")
    if not b.size:
        return np.array(b)
    count = b.shape[-1]
    steps = math.isqrt(max(count - 1, 0)) + 1
    blocks = -(-count // steps)
    # The steps first, so that each is one contiguous part; what is missing at the end is zero.
    cut = np.zeros((2, *b.shape[:-1], blocks * steps), np.result_type(a, b))
    cut[0, ..., :count], cut[1, ..., :count] = a, b
    reach, y = np.ascontiguousarray(cut.reshape(2, -1, blocks, steps).transpose(0, 3, 1, 2))
    with np.errstate(over="ignore", invalid="ignore"):  # behind the end
        for k in range(1, steps):
            y[k] += reach[k] * y[k - 1]
            reach[k] *= reach[k - 1]  # how the step depends on the block before
        for block in range(1, blocks):
            y[:, :, block] += reach[:, :, block] * y[-1, :, block - 1]
    return y.transpose(1, 2, 0).reshape(*b.shape[:-1], -1)[..., :count].copy()


def _recurrence_b(g, a):
    """The recurrence of the adjoint, which runs backwards: `s[k] = g[k] + a[k + 1] s[k + 1]`."""
    return flip(linear_recurrence(_shifted(flip(a, -1), -1, 0), flip(g, -1)), -1)


linear_recurrence.vmap(lambda batch, a, b: linear_recurrence(batch.every(a, 0), batch.every(b, 1)))
linear_recurrence.vjp(
    a=lambda g, out, a: _recurrence_b(g, a) * _shifted(out, -1, 0),
    b=_recurrence_b,
)


# ---------------------------------------------------------------------- products


def can_divide(x, out):
    """Whether products without one factor are safely the product divided by that factor.

    They are not where a product is out of range, nor with a factor far smaller than the others: its
    second derivatives are then the rounding of large terms that cancel.
    """
    size, factors = np.abs(value(out)), np.abs(value(x))
    limits = np.finfo(size.dtype)
    if not np.all((size > limits.tiny) & (size < limits.max)):
        return False
    return not factors.size or bool(factors.min() > _LEAST_SHARE * factors.max())


@understands(dtype=None)
@op(
    "general",
    symbol="Π",
    numpy=np.cumprod,
    methods=("cumprod",),
    samples=[
        *_AXES,
        sample(np.array([2.0, 0.0, 3.0, 0.0, 5.0])),
        sample(np.array([[0.0, 2.0], [3.0, 0.0]]), axis=1),
    ],
    errors=_axis_error("cumprod"),
    accumulates=True,
    vmap="axis or flat",
)
def cumprod(x, axis=None):
    """Running products `out[k] = x[0] ... x[k]` along an axis; the gradient is exact with zeros.

    >>> cumprod(Tensor([1.0, 2.0, 3.0]))
    Tensor([1., 2., 6.])
    """
    return np.cumprod(x, axis)


def _cumprod_x(g, x, out, x_shape, axis):
    flat, along = _flat(x, axis)
    if can_divide(x, out):
        return reshape(_summed_backwards(g * out, along) / flat, x_shape)
    flat, g = swapaxes(flat, along, -1), swapaxes(g, along, -1)
    out = swapaxes(out, along, -1)
    # The factors before k, times Σ_j>=k g[j] x[k + 1] ... x[j]: the recurrence of the adjoint.
    passed = _shifted(out, -1, 1) * _recurrence_b(g, flat)
    return reshape(swapaxes(passed, along, -1), x_shape)


cumprod.vjp(x=_cumprod_x)


# ---------------------------------------------------------------------- extremes


def _last_attained(x, extreme, axis):
    """Where the running extreme was attained last, also if it is NaN."""
    hits = (x == extreme) | np.isnan(x)
    side = [1] * x.ndim
    side[axis] = -1
    return np.maximum.accumulate(np.where(hits, np.arange(x.shape[axis]).reshape(side), 0), axis)


def _running_extreme(g, x, out, x_shape, axis):
    raw, along = _flat(value(x), axis)
    index = _last_attained(raw, value(out), along)
    return reshape(scatter_add(np.zeros_like(raw), index, g, along), x_shape)


def _running_extreme_tangent(t, x, out, axis):
    raw, along = _flat(value(x), axis)
    return take_along_axis(_flat(t, axis)[0], _last_attained(raw, value(out), along), along)


@op(
    "general",
    symbol="max",
    methods=("cummax",),
    domain="distinct",
    samples=_AXES,
    errors=_axis_error("cummax"),
    vmap="axis or flat",
)
def cummax(x, axis=None):
    """The largest element so far along an axis; of equal ones the last gets the gradient.

    >>> cummax(Tensor([1.0, 3.0, 2.0]))
    Tensor([1., 3., 3.])
    """
    return np.maximum.accumulate(*_flat(x, axis))


@op(
    "general",
    symbol="min",
    methods=("cummin",),
    domain="distinct",
    samples=_AXES,
    errors=_axis_error("cummin"),
    vmap="axis or flat",
)
def cummin(x, axis=None):
    """The smallest element so far along an axis; of equal ones the last gets the gradient.

    >>> cummin(Tensor([2.0, 3.0, 1.0]))
    Tensor([2., 2., 1.])
    """
    return np.minimum.accumulate(*_flat(x, axis))


for _each in (cummax, cummin):
    _each.vjp(x=_running_extreme)
    _each.jvp(x=_running_extreme_tangent)


@op(
    "general",
    methods=("logcumsumexp",),
    samples=[*_AXES, sample(np.array([1000.0, -1000.0, 1000.0]))],
    errors=_axis_error("logcumsumexp"),
    accumulates=True,
    vmap="axis or flat",
)
def logcumsumexp(x, axis=None):
    """`out[k] = ln(e^x[0] + ... + e^x[k])` along an axis, without overflow.

    >>> logcumsumexp(Tensor([1000.0, 1000.0]))
    Tensor([1000.        , 1000.69314718])
    """
    return np.logaddexp.accumulate(*_flat(x, axis))


def _logcumsumexp_x(g, x, out, x_shape, axis):
    flat, along = _flat(x, axis)
    flat, out, g = (swapaxes(each, along, -1) for each in (flat, out, g))
    # Σ_j>=k g[j] e^(x[k] - out[j]) from ratios of neighbours, none of which is above 1.
    ratio = exp(_shifted(out, -1, 0) - out)
    passed = exp(flat - out) * _recurrence_b(g, ratio)
    return reshape(swapaxes(passed, along, -1), x_shape)


logcumsumexp.vjp(x=_logcumsumexp_x)


@understands(dtype=None)
@asks_elsewhere
def cumulative_sum(x, axis=None, include_initial=False):
    """Running sums as the array API has them: `axis` may be left out for one axis only.

    Args:
        x: any shape.
        axis: along which to add.
        include_initial: begin with a 0.

    Raises:
        ValueError: without an axis where `x` has not exactly one.

    >>> cumulative_sum(Tensor([1.0, 2.0]), include_initial=True)
    Tensor([0., 1., 3.])
    """
    return _cumulative("cumulative_sum", cumsum, 0, x, axis, include_initial)


@understands(dtype=None)
@asks_elsewhere
def cumulative_prod(x, axis=None, include_initial=False):
    """Running products as the array API has them: `axis` may be left out for one axis only.

    Args:
        x: any shape.
        axis: along which to multiply.
        include_initial: begin with a 1.

    Raises:
        ValueError: without an axis where `x` has not exactly one.

    >>> cumulative_prod(Tensor([2.0, 3.0]), include_initial=True)
    Tensor([1., 2., 6.])
    """
    return _cumulative("cumulative_prod", cumprod, 1, x, axis, include_initial)


def _cumulative(name, function, initial, x, axis, include_initial):
    if axis is None and np.ndim(x) > 1:
        raise ValueError(f"{name}: needs an axis, since x has {np.ndim(x)} of them")
    axis = 0 if axis is None else axis
    out = function(x, axis)
    if not include_initial:
        return out
    first = np.full_like(np.sum(value(out), axis, keepdims=True), initial)
    return concatenate([first, out], axis)


if hasattr(np, "cumulative_sum"):  # since NumPy 2.1
    numpy_functions[np.cumulative_sum] = cumulative_sum
    numpy_functions[np.cumulative_prod] = cumulative_prod
