"""Differences between neighbours, numerical derivatives and integrals, interpolation."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.elsewhere import asks_elsewhere
from autograd.graph.tensor import constant, value
from autograd.mapping.level import sample_by_sample
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.operation.precision import in_single
from autograd.ops.elementwise import where
from autograd.ops.matrix import matmul
from autograd.ops.rearrange import moveaxis
from autograd.ops.shapes import broadcast_to, concatenate, zero_pad
from autograd.samples import error, sample

__all__ = ["diff", "differences", "gradient", "interp", "trapezoid", "unwrap"]


@op(
    "linear",
    arrays=("x",),
    samples=[
        sample((4,)),
        sample((2, 4), 2),
        sample((4, 2), axis=0),
        sample((3,), 0),
        sample((2,), 5),
        sample((1, 3), axis=0),
    ],
    errors=[
        error(ValueError, "differences: n=-1 must be 0 or more", (3,), -1),
        error(np.exceptions.AxisError, "differences: axis 1 is out of bounds", (3,), axis=1),
    ],
    pytorch="diff",
    helper=True,
    vmap="axes",
)
def differences(x, n=1, axis=-1):
    """Differences `x[k + 1] - x[k]` along an axis, taken `n` times; see also `diff`.

    >>> differences(Tensor([1.0, 4.0, 9.0]))
    Tensor([3., 5.])
    """
    if n < 0:
        raise ValueError(f"n={n} must be 0 or more")
    return np.diff(x, n, axis) if n else np.array(x)


def array_like(x, other=None):
    """A Tensor or array as it is; numbers and lists as an array, floats as wide as `other`."""
    if hasattr(x, "dtype"):
        return x
    array = np.asarray(x)
    width = getattr(value(other), "dtype", array.dtype)
    return array.astype(width) if array.dtype.kind == "f" and width.kind in "fc" else array


def _differences_x(g, x_shape, n, axis):
    if x_shape[axis] <= n:  # nothing is left of x
        return np.zeros(x_shape, value(g).dtype)
    widths = [(0, 0)] * len(x_shape)
    widths[axis] = (n, n)
    return (-1) ** n * differences(zero_pad(g, tuple(widths)), n, axis)


differences.vjp(x=_differences_x)


@asks_elsewhere
def diff(a, n=1, axis=-1, prepend=None, append=None):
    """Differences between neighbours along an axis, taken `n` times.

    Args:
        a: at least one axis.
        n: how many times.
        axis: along which.
        prepend: number or array to put before `a` first.
        append: likewise behind.

    >>> diff(Tensor([1.0, 4.0, 9.0]), prepend=0.0)
    Tensor([1., 3., 5.])
    """
    a = array_like(a)
    if n == 0:  # NumPy: nothing is put before or behind then
        return differences(a, 0, axis)
    if prepend is not None or append is not None:
        shape = list(np.shape(a))
        shape[axis] = 1
        ends = [end if end is None else array_like(end, a) for end in (prepend, append)]
        ends = [end if np.ndim(end) or end is None else broadcast_to(end, shape) for end in ends]
        a = concatenate([each for each in (ends[0], a, ends[1]) if each is not None], axis)
    return differences(a, n, axis)


@asks_elsewhere
def gradient(f, *spacing, axis=None, edge_order=1):
    """Numerical derivatives of values on a grid: differences inside, one-sided ones at the edges.

    Args:
        f: values on the grid, at least `edge_order + 1` along each axis.
        *spacing: nothing for distance 1, one distance for all axes, or per axis a distance or the
            coordinates.
        axis: along which axes; all by default.
        edge_order: 1 or 2, the order of accuracy at the edges.

    Returns:
        One array of the shape of `f`; a tuple of them where there are several axes.

    Raises:
        ValueError: for a wrong number of distances, too few values, or an axis named twice.
        AxisError: for an axis out of range.

    >>> gradient(Tensor([1.0, 4.0, 9.0]))
    Tensor([3., 4., 5.])
    """
    ndim = np.ndim(f)
    axes = tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim, "gradient")
    if not spacing:
        spacing = (1.0,)
    if len(spacing) == 1 and np.ndim(spacing[0]) == 0:
        spacing = spacing * len(axes)
    if len(spacing) != len(axes):
        raise ValueError(f"gradient: {len(spacing)} distances for {len(axes)} axes")
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order={edge_order!r} is neither 1 nor 2")
    found = tuple(
        _along(f, distance, each, edge_order) for distance, each in zip(spacing, axes, strict=True)
    )
    return found[0] if len(found) == 1 else found


def _along(f, distance, axis, edge_order):
    shape = np.shape(f)
    count = shape[axis]
    if count < edge_order + 1:
        raise ValueError(f"gradient: axis {axis} of {shape} has fewer than {edge_order + 1} values")
    if np.ndim(distance) == 1 and np.shape(distance)[0] != count:
        raise ValueError(
            f"gradient: {np.shape(distance)[0]} coordinates for {count} values along axis {axis}"
        )

    def at(start, stop=None):
        stop = start + 1 or None if stop is None else stop
        return f[(slice(None),) * axis + (slice(start, stop),)]

    if np.ndim(distance) == 0:
        before = after = first = second = last = previous = distance
    else:
        steps = diff(distance)
        side = [1] * len(shape)
        side[axis] = -1
        before, after = steps[:-1].reshape(side), steps[1:].reshape(side)
        first, last = steps[0], steps[-1]
        second, previous = (steps[1], steps[-2]) if edge_order == 2 else (first, last)
    inside = _three_points(at(0, -2), at(1, -1), at(2, count), before, after)
    if edge_order == 1:
        left, right = (at(1) - at(0)) / first, (at(-1) - at(-2)) / last
    else:
        left = _one_sided(at(0), at(1), at(2), first, second)
        right = -1 * _one_sided(at(-1), at(-2), at(-3), last, previous)
    return concatenate([left, inside, right], axis)


def _three_points(low, here, high, before, after):
    """The slope at the middle of three points."""
    if before is after:
        return (high - low) / (2 * before)
    total = before + after
    return (
        (before / (after * total)) * high
        + ((after - before) / (before * after)) * here
        - (after / (before * total)) * low
    )


def _one_sided(here, near, far, first, second):
    """The slope of the parabola through three points, at the first of them."""
    total = first + second
    return (
        (total / (first * second)) * near
        - ((first + total) / (first * total)) * here
        - (first / (second * total)) * far
    )


@asks_elsewhere
def unwrap(p, discont=None, axis=-1, period=2 * np.pi):
    """`p` with jumps of more than half a period taken away by whole periods; its slope is 1.

    Args:
        p: such as angles in radians.
        discont: what is a jump; half of the period by default.
        axis: along which.
        period: what may be added.

    >>> unwrap(Tensor([0.0, 3.0, 6.0, 0.5]), period=6.0)
    Tensor([0. , 3. , 6. , 6.5])
    """
    p = array_like(p)
    discont, period = constant(discont, "unwrap", "discont"), constant(period, "unwrap", "period")
    added = np.unwrap(value(p), discont, axis, period=period) - value(p)
    return p + added


@asks_elsewhere
@in_single
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral by the trapezoidal rule, `Σ (y[k] + y[k + 1]) / 2 · (x[k + 1] - x[k])`.

    Args:
        y: values.
        x: where they are: one axis, or the shape of `y`; evenly spaced by default.
        dx: the distance where `x` is not given.
        axis: along which.

    >>> trapezoid(Tensor([1.0, 2.0, 3.0]))
    Tensor(4.)
    """
    (axis,) = normalize_axis_tuple(axis, np.ndim(y), "trapezoid: axis")
    steps = dx
    if x is not None:
        along = np.ndim(x) - 1 if np.ndim(x) == 1 else axis
        if np.shape(x)[along] != np.shape(y)[axis]:
            raise ValueError(
                f"trapezoid: {np.shape(x)[along]} points for {np.shape(y)[axis]} values along axis "
                f"{axis} of y, {np.shape(y)}"
            )
        steps = diff(x, axis=along)
        if np.ndim(x) == 1:
            steps = steps.reshape((-1,) + (1,) * (np.ndim(y) - axis - 1))
    if np.ndim(steps) == 0 and np.shape(y)[axis] > 1:
        weights = np.ones(np.shape(y)[axis], np.result_type(value(y), np.float16))
        weights[[0, -1]] = 0.5
        lines = y if axis == np.ndim(y) - 1 else moveaxis(array_like(y), axis, -1)
        return matmul(lines, weights) * steps
    before = (slice(None),) * axis + (slice(None, -1),)
    after = (slice(None),) * axis + (slice(1, None),)
    return ((y[after] + y[before]) * steps / 2).sum(axis)


@sample_by_sample
def interp(x, xp, fp, left=None, right=None, period=None):
    """Piecewise linear interpolation; gradients flow into `x`, `xp`, `fp`, `left` and `right`.

    At a point of the grid the slope of the piece on the right is taken, and outside it is 0.

    Args:
        x: where to evaluate, any shape.
        xp: increasing positions of the points, one axis.
        fp: their values.
        left: the value below the first position; `fp[0]` by default.
        right: the value above the last position; `fp[-1]` by default.
        period: positions are taken modulo this; then left and right do not matter.

    Raises:
        ValueError: where `xp` and `fp` have not the same one axis, or are empty.

    >>> interp(Tensor([0.5, 9.0]), np.array([0.0, 1.0]), Tensor([10.0, 20.0]))
    Tensor([15., 20.])
    """
    x, xp, fp = map(array_like, (x, xp, fp))
    if np.ndim(xp) != 1 or np.shape(xp) != np.shape(fp) or not np.size(xp):
        raise ValueError(
            f"interp: xp and fp must have one axis of the same length, got {np.shape(xp)} and "
            f"{np.shape(fp)}"
        )
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        period = abs(period)
        x, xp = x % period, xp % period
        order = np.argsort(value(xp), kind="stable")
        xp, fp = xp[order], fp[order]
        xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = concatenate([fp[-1:], fp, fp[:1]])
        left = right = None
    positions, raw = value(xp), value(x)
    left = fp[0] if left is None else left
    right = fp[-1] if right is None else right
    if np.size(xp) == 1:
        return where(raw < positions[0], left, where(raw > positions[0], right, fp[0]))
    piece = np.clip(np.searchsorted(positions, raw, side="right") - 1, 0, len(positions) - 2)
    start, low = xp[piece], fp[piece]
    inside = low + (x - start) * ((fp[piece + 1] - low) / (xp[piece + 1] - start))
    inside = where(raw == positions[-1], fp[-1], inside)
    return where(raw < positions[0], left, where(raw > positions[-1], right, inside))


def _numpys_gradient(f, varargs=(), axis=None, edge_order=1):
    return gradient(f, *varargs, axis=axis, edge_order=edge_order)


def _numpys_diff(a, n=1, axis=-1, prepend=np._NoValue, append=np._NoValue):
    ends = [None if end is np._NoValue else end for end in (prepend, append)]
    return diff(a, n, axis, *ends)


numpy_functions[np.diff] = _numpys_diff
numpy_functions[np.gradient] = _numpys_gradient
numpy_functions[np.trapezoid] = trapezoid
numpy_functions[np.interp] = interp
numpy_functions[np.unwrap] = unwrap
