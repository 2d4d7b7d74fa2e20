"""Operations that combine the elements along axes: sums, means, extremes, softmax."""

import math

import numpy as np

from autograd.elsewhere import understands
from autograd.graph.tensor import value
from autograd.kernels import softmax as kernels
from autograd.mapping.families import over_axes
from autograd.operation.op import op
from autograd.ops.elementwise import conj, exp, real, where
from autograd.ops.shapes import broadcast_to, reshape, sum_to
from autograd.ops.squares import warn_of_square
from autograd.samples import error, sample

__all__ = [
    "all", "any", "argmax", "argmin", "log_softmax", "logsumexp", "max", "mean", "min", "softmax",
    "sum", "var",
]  # fmt: skip

_AXES = [
    sample((2, 3)),
    sample((2, 3), 0),
    sample((2, 3), axis=-1, keepdims=True),
    sample((2, 3, 4), (0, 2)),
    sample((2, 3, 4), axis=(0, -1), keepdims=True),
    sample((2, 3), axis=()),
    sample(()),
]

# A maximum that is not each row's own overflows in one of them, or leaves nothing.
_ROWS_APART = np.array([[1024.0, 1025.0, 1023.5], [0.5, -0.5, 1.0], [-1023.0, -1024.0, -1024.5]])


def _axis_error(name):
    return [error(np.exceptions.AxisError, f"{name}: axis 2 is out of bounds", (2, 3), axis=2)]


def axes_of(axis, ndim):
    """Reduced axes as a tuple of numbers from 0; a single number has none, though NumPy names 0."""
    if axis is None:
        return tuple(range(ndim))
    if not ndim:
        return ()
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def kept_shape(shape, axis):
    """The shape with the reduced axes as length 1, as `keepdims=True` leaves it."""
    if axis is None:
        return (1,) * len(shape)
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else side for i, side in enumerate(shape))


def restore(g, shape, axis):
    """A reduced gradient with its axes back, as length 1."""
    kept = kept_shape(shape, axis)
    return g if np.shape(value(g)) == kept else reshape(g, kept)


def count_reduced(shape, axis):
    """How many elements went into each result."""
    return math.prod(shape if axis is None else [shape[a] for a in axes_of(axis, len(shape))])


@understands(dtype=None)
@op(
    "linear",
    symbol="Σ",
    numpy=np.sum,
    methods=("sum",),
    samples=[*_AXES, sample((0, 3), 0)],
    errors=_axis_error("sum"),
    caution=warn_of_square,
    vmap="axes",
)
def sum(x, axis=None, keepdims=False):
    """Sum over axes, by default all; float16 is added up in float32.

    >>> sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.])
    """
    if x.dtype.char == "e":
        return x.sum(axis=axis, keepdims=keepdims, dtype=np.float32).astype(np.float16)
    return x.sum(axis=axis, keepdims=keepdims)


sum.vjp(x=lambda g, x_shape, axis: broadcast_to(restore(g, x_shape, axis), x_shape))


def _mean_composed(x, axis=None, keepdims=False):
    return sum(x, axis, keepdims) / count_reduced(np.shape(value(x)), axis)


@understands(dtype=None)
@op(
    "linear",
    numpy=np.mean,
    methods=("mean",),
    composed=_mean_composed,
    samples=_AXES,
    errors=_axis_error("mean"),
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def mean(x, axis=None, keepdims=False):
    """Arithmetic mean over axes, by default all; integers give float64, no elements NaN.

    >>> mean(Tensor([1.0, 2.0, 6.0]))
    Tensor(3.)
    """
    if not x.size:
        return x.sum(axis=axis, keepdims=keepdims) * np.asarray(np.nan, np.result_type(x, 0.0))
    return x.mean(axis=axis, keepdims=keepdims)


mean.vjp(
    x=lambda g, x_shape, axis: broadcast_to(
        restore(g / max_one(count_reduced(x_shape, axis)), x_shape, axis), x_shape
    )
)


def max_one(count):
    """The count, or 1 where nothing was reduced."""
    return count if count > 1 else 1


def _extreme_x(g, x, out, x_shape, axis):
    """The gradient of max and min: shared evenly by the elements that attain it."""
    hits = value(x) == value(restore(out, x_shape, axis))
    if np.isnan(value(out)).any():
        hits |= np.isnan(value(x))
    share = hits / hits.sum(axis=axis, keepdims=True, dtype=value(x).dtype)
    return restore(g, x_shape, axis) * share.astype(value(x).dtype)


@op(
    "general",
    symbol="max",
    numpy=(np.max, np.amax),
    methods=("max",),
    samples=_AXES,
    errors=[*_axis_error("max"), error(ValueError, "max: .*zero-size", (0,))],
    pytorch="amax",
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def max(x, axis=None, keepdims=False):
    """The largest element over axes, by default all; ties share the gradient evenly.

    >>> max(Tensor([[1.0, 5.0], [3.0, 4.0]]), axis=1)
    Tensor([5., 4.])
    """
    return x.max(axis=axis, keepdims=keepdims)


max.vjp(x=_extreme_x)


@op(
    "general",
    symbol="min",
    numpy=(np.min, np.amin),
    methods=("min",),
    samples=_AXES,
    errors=[*_axis_error("min"), error(ValueError, "min: .*zero-size", (0,))],
    pytorch="amin",
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def min(x, axis=None, keepdims=False):
    """The smallest element over axes, by default all; ties share the gradient evenly.

    >>> min(Tensor([[1.0, 5.0], [3.0, 4.0]]), axis=1)
    Tensor([1., 3.])
    """
    return x.min(axis=axis, keepdims=keepdims)


min.vjp(x=_extreme_x)


def _var_composed(x, axis=None, ddof=0, keepdims=False):
    centred = x - mean(x, axis, True)
    count = count_reduced(np.shape(value(x)), axis) - ddof
    squares = centred * centred if value(x).dtype.kind != "c" else real(centred * conj(centred))
    return sum(squares, axis, keepdims) / count


@understands(correction=0, dtype=None)
@op(
    "general",
    numpy=np.var,
    methods=("var",),
    aliases={"correction": "ddof"},
    domain="far",
    composed=_var_composed,
    samples=[*_AXES, sample((4, 3), axis=0, ddof=1), sample((4,), ddof=1, keepdims=True)],
    errors=_axis_error("var"),
    accumulates=True,
    caution=warn_of_square,
    vmap="axes",
)
def var(x, axis=None, ddof=0, keepdims=False):
    """Variance `Σ |x - mean|² / (n - ddof)` over axes, by default all.

    Where `n` is not above `ddof` it is NaN or infinite, with NumPy's warning.

    >>> var(Tensor([1.0, 2.0, 6.0]), ddof=1)
    Tensor(7.)
    """
    return x.var(axis=axis, ddof=ddof, keepdims=keepdims)


def degrees_of_freedom(shape, axis, ddof):
    """How many numbers are free, as a divisor: NaN where there is none."""
    left = count_reduced(shape, axis) - ddof
    return left if left > 0 else math.nan


def _var_x(g, x, x_shape, axis, ddof):
    factor = 2 / degrees_of_freedom(x_shape, axis, ddof)
    centred = x - mean(x, axis, True)
    if value(x).dtype.kind == "c":
        centred = conj(centred)  # the squares are of sizes
    return restore(g, x_shape, axis) * centred * factor


var.vjp(x=_var_x)


@op(
    "general",
    methods=("logsumexp",),
    domain="far",
    samples=[
        *_AXES,
        sample(_ROWS_APART, 1),
        sample((2, 3), b=2.0),
        sample((2, 3), 1, b=np.array([0.5, 0.0, 2.0])),
        sample(_ROWS_APART, 1, True, np.array([1.0, 0.0, 2.0])),
        sample((3,), b=np.array([[1.0], [2.0]]), axis=1),
    ],
    errors=[
        *_axis_error("logsumexp"),
        error(ValueError, "logsumexp: .*zero-size", (0,)),
        error(ValueError, "logsumexp: .*broadcast", (3,), b=np.ones(2)),
    ],
    accumulates=True,
    vmap="axes",
)
def logsumexp(x, axis=None, keepdims=False, b=None):
    """`ln Σ b e^x` over axes, by default all, shifted by the maximum so that nothing overflows.

    All `-inf` give `-inf`; the gradient is the softmax of `x`.

    Args:
        x: any shape.
        axis: over which axes.
        keepdims: leave them as length 1.
        b: factors that broadcast with `x`, 1 by default; the result is NaN where their sum is
            negative. What has the factor 0 does not count.

    >>> logsumexp(Tensor([1000.0, 1000.0]))
    Tensor(1000.69314718)
    >>> logsumexp(Tensor([0.0, 1.0]), b=[3.0, 0.0])
    Tensor(1.09861229)
    """
    if b is not None:
        b, x = np.broadcast_arrays(np.asarray(b, np.result_type(x, np.float16)), x)
        x = np.where(b == 0, x.dtype.type(-np.inf), x)
    largest = np.max(x.real, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0).astype(largest.dtype)
    powers = np.exp(x - shift)
    with np.errstate(divide="ignore", invalid="ignore"):  # the logarithm of 0, for all -inf
        total = (powers if b is None else b * powers).sum(axis=axis, keepdims=True)
        total = np.log(total) + shift
    return total if keepdims else total.reshape(_dropped(np.shape(x), axis))


def _dropped(shape, axis):
    axes = axes_of(axis, len(shape))
    return tuple(side for i, side in enumerate(shape) if i not in axes)


def _logsumexp_x(g, x, out, x_shape, axis, b):
    if b is None:
        powers = exp(x - restore(out, x_shape, axis))
        # They add up to 1 but for the rounding of the result, which is that of large numbers.
        return restore(g, x_shape, axis) * powers / sum(powers, axis, True)
    b = np.asarray(b, value(x).dtype)
    shape = np.broadcast_shapes(b.shape, x_shape)
    raised = broadcast_to(x, shape) - restore(out, shape, axis)
    none = value(x).dtype.type(0)
    powers = where(b == 0, none, b * exp(where(b == 0, none, raised)))
    return sum_to(restore(g, shape, axis) * powers / sum(powers, axis, True), x_shape)


logsumexp.vjp(x=_logsumexp_x)
logsumexp.vmap(
    lambda batch, x, axis, keepdims, b: (
        NotImplemented if np.ndim(b) else over_axes(batch, x, axis=axis, keepdims=keepdims, b=b)
    )
)


def _softmax_composed(x, axis=-1):
    if not np.size(value(x)):
        return exp(x)
    powers = exp(x - value(max(x, axis, True)))
    return powers / sum(powers, axis, True)


_ONE_AXIS = [sample((3,)), sample((2, 3)), sample((2, 3), 0), sample((2, 3, 2), axis=1)]
_EMPTY = [sample((0,)), sample((2, 0)), sample((0, 2))]


@op(
    "general",
    methods=("softmax",),
    domain="far",
    composed=_softmax_composed,
    samples=[*_ONE_AXIS, *_EMPTY, sample(_ROWS_APART), sample(_ROWS_APART.T.copy(), axis=0)],
    errors=[error(np.exceptions.AxisError, "softmax: axis 2", (2, 3), axis=2)],
    accumulates=True,
    vmap="axes",
)
def softmax(x, axis=-1):
    """`e^x / Σ e^x` along an axis, shifted by the maximum so that nothing overflows.

    >>> softmax(Tensor([1.0, 1.0, 2.0]))
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """
    if not x.size:
        return x.copy()
    if _are_rows(x, axis):
        return _by_rows(kernels.softmax, x)
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _are_rows(x, axis, *others):
    """Whether kernels take x: an axis that lies in memory in rows, and others like it."""
    return (
        x.size >= 2000  # with fewer the calls cost more than the passes
        and x.ndim > 0
        and axis in (-1, x.ndim - 1)
        and x.dtype.char in "fd"
        and x.flags.c_contiguous
        and np.all([each.shape == x.shape and each.dtype is x.dtype for each in others])
    )


def _by_rows(kernel, *arrays):
    """What a kernel writes for arrays with the rows along their last axis."""
    out = np.empty_like(arrays[-1])
    shape = (out.size // out.shape[-1], out.shape[-1])
    kernel(*(np.ascontiguousarray(each).reshape(shape) for each in arrays), out.reshape(shape))
    return out


def _softmax_x(g, out, axis):
    return out * (g - sum(g * out, axis, True))


softmax.vjp(x=_softmax_x)
softmax.vjp_raw(
    lambda g, out, axis: [
        _by_rows(kernels.softmax_adjoint, g, out)
        if out.size and _are_rows(out, axis, g)
        else _softmax_x(g, out, axis)
    ]
)
softmax.jvp(x=_softmax_x)  # the Jacobian is symmetric


def _log_softmax_composed(x, axis=-1):
    if not np.size(value(x)):
        return exp(x)
    return x - logsumexp(x, axis, True)


@op(
    "general",
    methods=("log_softmax",),
    domain="far",
    composed=_log_softmax_composed,
    samples=[*_ONE_AXIS, *_EMPTY, sample(_ROWS_APART), sample(_ROWS_APART.T.copy(), axis=0)],
    errors=[error(np.exceptions.AxisError, "log_softmax: axis 2", (2, 3), axis=2)],
    accumulates=True,
    vmap="axes",
)
def log_softmax(x, axis=-1):
    """`x - ln Σ e^x` along an axis: the logarithm of softmax, exact where softmax underflows.

    >>> log_softmax(Tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """
    if not x.size:
        return x.copy()
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


log_softmax.vjp(x=lambda g, out, axis: g - exp(out) * sum(g, axis, True))
log_softmax.jvp(x=lambda t, out, axis: t - sum(exp(out) * t, axis, True))


@op(
    "constant",
    numpy=np.argmax,
    methods=("argmax",),
    samples=[*_ONE_AXIS, sample((2, 3), axis=1, keepdims=True)],
    vmap="axis or flat",
)
def argmax(x, axis=None, keepdims=False):
    """Position of the largest element, the first one at a tie; no derivative.

    >>> argmax(Tensor([1.0, 5.0, 5.0]))
    Tensor(1)
    """
    return np.argmax(x, axis=axis, keepdims=keepdims)


@op(
    "constant",
    numpy=np.argmin,
    methods=("argmin",),
    samples=[*_ONE_AXIS, sample((2, 3), axis=1, keepdims=True)],
    vmap="axis or flat",
)
def argmin(x, axis=None, keepdims=False):
    """Position of the smallest element, the first one at a tie; no derivative.

    >>> argmin(Tensor([1.0, 5.0, 1.0]))
    Tensor(0)
    """
    return np.argmin(x, axis=axis, keepdims=keepdims)


@op("constant", numpy=np.any, methods=("any",), samples=_AXES, vmap="axes")
def any(x, axis=None, keepdims=False):
    """Whether any element is true over axes, by default all; no derivative.

    >>> any(Tensor([0.0, 2.0]))
    Tensor(True)
    """
    return np.any(x, axis=axis, keepdims=keepdims)


@op("constant", numpy=np.all, methods=("all",), samples=_AXES, vmap="axes")
def all(x, axis=None, keepdims=False):
    """Whether all elements are true over axes, by default all; no derivative.

    >>> all(Tensor([0.0, 2.0]))
    Tensor(False)
    """
    return np.all(x, axis=axis, keepdims=keepdims)
