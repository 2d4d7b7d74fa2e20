"""Operations that combine the elements along axes: sums, means, extremes, softmax."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.operation.record import error, sample
from autograd.ops.elementwise import conj, exp, real
from autograd.ops.shapes import broadcast_to, reshape

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


def kept_shape(shape, axis):
    """The shape with the reduced axes as length 1, as `keepdims=True` leaves it."""
    if axis is None:
        return (1,) * len(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(1 if i in axes else side for i, side in enumerate(shape))


def restore(g, shape, axis):
    """A reduced gradient with its axes back, as length 1."""
    kept = kept_shape(shape, axis)
    return g if np.shape(value(g)) == kept else reshape(g, kept)


def count_reduced(shape, axis):
    """How many elements went into each result."""
    if axis is None:
        return math.prod(shape)
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return math.prod(shape[a] for a in axes)


@op(
    "linear",
    symbol="Σ",
    numpy=np.sum,
    methods=("sum",),
    samples=[*_AXES, sample((0, 3), 0)],
    errors=_axis_error("sum"),
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


@op(
    "linear",
    numpy=np.mean,
    methods=("mean",),
    composed=_mean_composed,
    samples=_AXES,
    errors=_axis_error("mean"),
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


@op(
    "general",
    numpy=np.var,
    methods=("var",),
    aliases={"correction": "ddof"},
    domain="far",
    composed=_var_composed,
    samples=[*_AXES, sample((4, 3), axis=0, ddof=1), sample((4,), ddof=1, keepdims=True)],
    errors=[
        *_axis_error("var"),
        error(ValueError, "var: ddof=3 leaves no degree of freedom of 3 elements", (3,), ddof=3),
    ],
)
def var(x, axis=None, ddof=0, keepdims=False):
    """Variance `Σ |x - mean|² / (n - ddof)` over axes, by default all.

    >>> var(Tensor([1.0, 2.0, 6.0]), ddof=1)
    Tensor(7.)
    """
    count = count_reduced(np.shape(x), axis)
    if count <= ddof:
        raise ValueError(f"ddof={ddof} leaves no degree of freedom of {count} elements")
    return x.var(axis=axis, ddof=ddof, keepdims=keepdims)


def _var_x(g, x, x_shape, axis, ddof):
    factor = 2 / (count_reduced(x_shape, axis) - ddof)
    centred = x - mean(x, axis, True)
    if value(x).dtype.kind == "c":
        centred = conj(centred)  # the squares are of sizes
    return restore(g, x_shape, axis) * centred * factor


var.vjp(x=_var_x)


@op(
    "general",
    methods=("logsumexp",),
    domain="far",
    samples=[*_AXES, sample(_ROWS_APART, 1)],
    errors=[*_axis_error("logsumexp"), error(ValueError, "logsumexp: .*zero-size", (0,))],
)
def logsumexp(x, axis=None, keepdims=False):
    """`ln Σ e^x` over axes, by default all, shifted by the maximum so that nothing overflows.

    All `-inf` give `-inf`; the gradient is the softmax of `x`.

    >>> logsumexp(Tensor([1000.0, 1000.0]))
    Tensor(1000.69314718)
    """
    largest = np.max(x.real, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0).astype(largest.dtype)
    with np.errstate(divide="ignore"):  # the logarithm of 0, for all -inf
        total = np.log(np.exp(x - shift).sum(axis=axis, keepdims=True)) + shift
    return total if keepdims else total.reshape(_dropped(np.shape(x), axis))


def _dropped(shape, axis):
    if axis is None:
        return ()
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(side for i, side in enumerate(shape) if i not in axes)


logsumexp.vjp(
    x=lambda g, x, out, x_shape, axis: (
        restore(g, x_shape, axis) * exp(x - restore(out, x_shape, axis))
    )
)


def _softmax_composed(x, axis=-1):
    powers = exp(x - value(max(x, axis, True)))
    return powers / sum(powers, axis, True)


_ONE_AXIS = [sample((3,)), sample((2, 3)), sample((2, 3), 0), sample((2, 3, 2), axis=1)]


@op(
    "general",
    methods=("softmax",),
    domain="far",
    composed=_softmax_composed,
    samples=[*_ONE_AXIS, sample(_ROWS_APART), sample(_ROWS_APART.T.copy(), axis=0)],
    errors=[error(np.exceptions.AxisError, "softmax: axis 2", (2, 3), axis=2)],
)
def softmax(x, axis=-1):
    """`e^x / Σ e^x` along an axis, shifted by the maximum so that nothing overflows.

    >>> softmax(Tensor([1.0, 1.0, 2.0]))
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _softmax_x(g, out, axis):
    return out * (g - sum(g * out, axis, True))


softmax.vjp(x=_softmax_x)
softmax.jvp(x=_softmax_x)  # the Jacobian is symmetric


def _log_softmax_composed(x, axis=-1):
    return x - logsumexp(x, axis, True)


@op(
    "general",
    methods=("log_softmax",),
    domain="far",
    composed=_log_softmax_composed,
    samples=[*_ONE_AXIS, sample(_ROWS_APART), sample(_ROWS_APART.T.copy(), axis=0)],
    errors=[error(np.exceptions.AxisError, "log_softmax: axis 2", (2, 3), axis=2)],
)
def log_softmax(x, axis=-1):
    """`x - ln Σ e^x` along an axis: the logarithm of softmax, exact where softmax underflows.

    >>> log_softmax(Tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


log_softmax.vjp(x=lambda g, out, axis: g - exp(out) * sum(g, axis, True))
log_softmax.jvp(x=lambda t, out, axis: t - sum(exp(out) * t, axis, True))


@op(
    "constant",
    numpy=np.argmax,
    methods=("argmax",),
    samples=[*_ONE_AXIS, sample((2, 3), axis=1, keepdims=True)],
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
)
def argmin(x, axis=None, keepdims=False):
    """Position of the smallest element, the first one at a tie; no derivative.

    >>> argmin(Tensor([1.0, 5.0, 1.0]))
    Tensor(0)
    """
    return np.argmin(x, axis=axis, keepdims=keepdims)


@op("constant", numpy=np.any, methods=("any",), samples=_AXES)
def any(x, axis=None, keepdims=False):
    """Whether any element is true over axes, by default all; no derivative.

    >>> any(Tensor([0.0, 2.0]))
    Tensor(True)
    """
    return np.any(x, axis=axis, keepdims=keepdims)


@op("constant", numpy=np.all, methods=("all",), samples=_AXES)
def all(x, axis=None, keepdims=False):
    """Whether all elements are true over axes, by default all; no derivative.

    >>> all(Tensor([0.0, 2.0]))
    Tensor(False)
    """
    return np.all(x, axis=axis, keepdims=keepdims)
