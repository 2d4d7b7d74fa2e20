"""Axes and elements in another order or another number: moving, turning, repeating, windows."""

import math
import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import Tensor, value
from autograd.mapping.families import from_the_end, over_axis_or_flat, widened
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.indexing import scatter
from autograd.ops.shapes import reshape, stack, sum_to
from autograd.samples import error, sample

__all__ = [
    "add_windows", "diagonal", "moveaxis", "on_diagonal", "repeat", "roll", "rollaxis",
    "rot90", "sliding_window_view", "swapaxes", "tile", "trace", "tril", "triu", "unstack",
]  # fmt: skip


@op(
    "linear",
    numpy=np.moveaxis,
    arrays=("x",),
    view=True,
    samples=[sample((2, 3, 4), 0, -1), sample((2, 3, 4), (0, 1), (-1, 0)), sample((2,), 0, 0)],
    errors=[error(np.exceptions.AxisError, "moveaxis: .*axis 2 is out of bounds", (2, 3), 2, 0)],
    vmap="axes",
)
def moveaxis(x, source, destination):
    """Axes moved to other positions, the others in their order.

    Args:
        x: any shape.
        source: one axis, or several.
        destination: where each of them goes.

    >>> moveaxis(Tensor([[1.0, 2.0, 3.0]]), 0, 1).shape
    (3, 1)
    """
    return np.moveaxis(x, source, destination)


moveaxis.vjp(x=lambda g, source, destination: moveaxis(g, destination, source))


@op(
    "linear",
    numpy=np.swapaxes,
    arrays=("x",),
    methods=("swapaxes",),
    view=True,
    samples=[sample((2, 3, 4), 0, 2), sample((2, 3), -1, -2), sample((2, 3, 1), 1, 2)],
    errors=[error(np.exceptions.AxisError, "swapaxes: .*axis 2 is out of bounds", (2, 3), 2, 0)],
    vmap="axes",
)
def swapaxes(x, axis1, axis2):
    """Two axes exchanged.

    >>> swapaxes(Tensor([[1.0, 2.0, 3.0]]), 0, 1).shape
    (3, 1)
    """
    return np.swapaxes(x, axis1, axis2)


swapaxes.vjp(x=lambda g, axis1, axis2: swapaxes(g, axis1, axis2))


@op(
    "linear",
    numpy=np.rot90,
    view=True,
    samples=[sample((2, 3)), sample((2, 3), 2), sample((2, 3, 2), k=-1, axes=(1, 2))],
    errors=[error(ValueError, "rot90: .*axes", (2, 3), axes=(0, 0))],
    vmap="axes",
)
def rot90(x, k=1, axes=(0, 1)):
    """Turned by `k` times 90°, from the first of two axes towards the second.

    >>> rot90(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[2., 4.],
            [1., 3.]])
    """
    return np.rot90(x, k, axes)


rot90.vjp(x=lambda g, k, axes: rot90(g, -k, axes))


@op(
    "linear",
    numpy=np.roll,
    arrays=("x",),
    samples=[
        sample((4,), 1),
        sample((2, 3), -2),
        sample((2, 3), (1, 1), axis=(0, 1)),
        sample((2, 3), 1, axis=1),
    ],
    errors=[error(np.exceptions.AxisError, "roll: axis 2 is out of bounds", (2, 3), 1, axis=2)],
)
def roll(x, shift, axis=None):
    """The elements moved on along axes; what leaves at the end comes back at the start.

    Args:
        x: any shape.
        shift: by how many positions; several for several axes.
        axis: along which; None goes through the flattened array.

    >>> roll(Tensor([1.0, 2.0, 3.0]), 1)
    Tensor([3., 1., 2.])
    """
    return np.roll(x, shift, axis)


def _roll_each(batch, x, shift, axis):
    if axis is not None:
        return roll(x, shift, from_the_end(axis, x.ndim - 1))
    return reshape(roll(reshape(x, (batch.size, math.prod(x.shape[1:]))), shift, -1), x.shape)


roll.vmap(_roll_each)
roll.vjp(x=lambda g, shift, axis: roll(g, _opposite(shift), axis))


def _opposite(shift):
    return -np.asarray(shift) if np.ndim(shift) else -shift


@op(
    "linear",
    numpy=np.repeat,
    arrays=("x",),
    samples=[
        sample((2, 3), 2),
        sample((2, 3), 3, axis=0),
        sample((2, 3), np.array([2, 0, 1]), axis=-1),
        sample((2, 3), 0, axis=1),
        sample((), 3),
    ],
    errors=[error(ValueError, "repeat: .*broadcast", (2, 3), np.array([1, 2]), axis=1)],
    pytorch="repeat_interleave",
    accumulates=True,
)
def repeat(x, repeats, axis=None):
    """Every element several times in a row.

    Args:
        x: any shape.
        repeats: how often; one number, or one per element of the axis.
        axis: along which; None flattens.

    >>> repeat(Tensor([1.0, 2.0]), 2)
    Tensor([1., 1., 2., 2.])
    """
    return np.repeat(x, repeats, axis)


def _repeat_x(g, x_shape, repeats, axis):
    if axis is None or not x_shape:
        outer, count, inner = (), math.prod(x_shape), ()
    else:
        axis %= len(x_shape)
        outer, count, inner = x_shape[:axis], x_shape[axis], x_shape[axis + 1 :]
    if np.size(repeats) == 1:
        times = int(np.ravel(repeats)[0])
        return reshape(reshape(g, (*outer, count, times, *inner)).sum(len(outer) + 1), x_shape)
    rows = np.repeat(np.arange(count), repeats)
    summed = scatter(moveaxis(g, len(outer), 0), rows, (count, *outer, *inner))
    return reshape(moveaxis(summed, 0, len(outer)), x_shape)


repeat.vjp(x=_repeat_x)
repeat.vmap(over_axis_or_flat)


def _repeat_method(self, *repeats, axis=None):
    """Every element several times in a row: `t.repeat(2)`, `t.repeat(2, axis=1)`."""
    if len(repeats) == 2:
        raise TypeError(
            f"repeat: t.repeat{repeats} is PyTorch's autograd.tile(t, {repeats}), or NumPy's "
            f"t.repeat({repeats[0]}, axis={repeats[1]}); write which"
        )
    if len(repeats) > 2:  # no call of NumPy's, so it is PyTorch's
        return tile(self, repeats)
    return repeat(self, *repeats, axis)


_repeat_method.__name__ = "repeat"
Tensor.repeat = _repeat_method


@op(
    "linear",
    numpy=np.tile,
    arrays=("x",),
    samples=[sample((2, 3), 2), sample((2, 3), (2, 1, 3)), sample((2, 3, 2), (2,)), sample((), 3)],
    accumulates=True,
)
def tile(x, reps):
    """The whole array several times along each axis.

    Args:
        x: any shape.
        reps: how often along each axis; missing ones are 1, more of them make new axes.

    >>> tile(Tensor([1.0, 2.0]), 2)
    Tensor([1., 2., 1., 2.])
    """
    return np.tile(x, reps)


def _tile_x(g, x_shape, reps):
    times = tuple(np.ravel(reps).tolist())
    times = (1,) * (len(x_shape) - len(times)) + times
    split, repeated = [], []
    for axis, count in enumerate(times, start=len(x_shape) - len(times)):
        if count != 1:
            repeated.append(len(split))
            split.append(count)
        if axis >= 0:  # else one that x has not
            split.append(x_shape[axis])
    return reshape(g, tuple(split)).sum(tuple(repeated))


tile.vjp(x=_tile_x)


def _tile_each(batch, x, reps):
    reps = tuple(np.ravel(reps).tolist())
    x = widened(x, len(reps))
    return tile(x, (*(1,) * (x.ndim - len(reps)), *reps))


tile.vmap(_tile_each)


@op(
    "linear",
    numpy=getattr(np, "unstack", None),  # since NumPy 2.1
    view=True,
    samples=[sample((2, 3)), sample((2, 3), axis=-1), sample((1,))],
    errors=[error(ValueError, "unstack: .*at least one axis", ())],
    pytorch="unbind",
    vmap="axes",
)
def unstack(x, axis=0):
    """The slices along an axis, without that axis.

    Returns:
        A tuple of them.

    >>> unstack(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    (Tensor([1., 2.]), Tensor([3., 4.]))
    """
    if not np.ndim(x):
        raise ValueError("needs at least one axis")
    return tuple(np.moveaxis(x, operator.index(axis), 0))


unstack.vjp(x=lambda g, axis: stack(g, axis))


# ---------------------------------------------------------------------- diagonals and triangles


def _triangle(name, function, side):
    def body(x, k=0):
        if np.ndim(x) < 2:
            raise ValueError("needs at least two axes")
        return function(x, k)

    body.__name__ = body.__qualname__ = name
    body.__module__ = __name__
    kept = function(np.ones((2, 2)))
    body.__doc__ = f"""Matrices with zeros {side} the `k`-th diagonal.

    >>> {name}(Tensor([[1.0, 1.0], [1.0, 1.0]]))
    Tensor([[{kept[0, 0]:.0f}., {kept[0, 1]:.0f}.],
            [{kept[1, 0]:.0f}., {kept[1, 1]:.0f}.]])
    """
    made = op(
        "linear",
        numpy=function,
        arrays=("x",),
        methods=(name,),
        samples=[sample((3, 3)), sample((2, 3), 1), sample((2, 3, 2), k=-1)],
        errors=[error(ValueError, f"{name}: .*two axes", (3,))],
        vmap=2,
    )(body)
    made.vjp(x=lambda g, k: made(g, k))
    return made


tril = _triangle("tril", np.tril, "above")
triu = _triangle("triu", np.triu, "below")


@op(
    "linear",
    numpy=np.diagonal,
    methods=("diagonal",),
    view=True,
    samples=[
        sample((3, 3)),
        sample((2, 3), 1),
        sample((2, 3, 4), -1, axis1=2, axis2=0),
        sample((2, 2), offset=5),
        sample((2, 3, 3), axis1=-2, axis2=-1),
    ],
    errors=[error(ValueError, "diagonal: .*two", (3,))],
    vmap="axes",
)
def diagonal(x, offset=0, axis1=0, axis2=1):
    """The elements whose positions on two axes differ by `offset`, as the last axis of a view.

    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([1., 4.])
    """
    out = np.diagonal(x, offset, axis1, axis2)
    if x.flags.writeable:
        out.flags.writeable = True  # NumPy's is not, for the sake of old programs
    return out


diagonal.vjp(
    x=lambda g, x_shape, offset, axis1, axis2: on_diagonal(g, x_shape, offset, axis1, axis2)
)


@op(
    "linear",
    arrays=("x",),
    samples=[
        sample((3,), (3, 3)),
        sample((2,), (2, 3), 1),
        sample((3, 2), (2, 3, 4), -1, axis1=2, axis2=0),
    ],
    errors=[error(ValueError, "on_diagonal: .*broadcast", (2,), (3, 3))],
    pytorch="diagonal_scatter",
    helper=True,
)
def on_diagonal(x, shape, offset=0, axis1=0, axis2=1):
    """Zeros of `shape` with `x` on a diagonal: the adjoint of `diagonal`.

    >>> on_diagonal(Tensor([1.0, 2.0]), (2, 3), 1)
    Tensor([[0., 1., 0.],
            [0., 0., 2.]])
    """
    out = np.zeros(shape, np.result_type(x))
    part = np.diagonal(out, offset, axis1, axis2)
    part.flags.writeable = True
    part[...] = x
    return out


on_diagonal.vmap(
    lambda batch, x, shape, offset, axis1, axis2: on_diagonal(
        x,
        (batch.size, *shape),
        offset,
        from_the_end(axis1, len(shape)),
        from_the_end(axis2, len(shape)),
    )
)
on_diagonal.vjp(
    x=lambda g, x_shape, offset, axis1, axis2: sum_to(diagonal(g, offset, axis1, axis2), x_shape)
)


@understands(dtype=None)
@op(
    "linear",
    numpy=np.trace,
    methods=("trace",),
    samples=[sample((3, 3)), sample((2, 3), 1), sample((2, 3, 4), axis1=1, axis2=2)],
    errors=[error(ValueError, "trace: .*two", (3,))],
    vmap="axes",
)
def trace(x, offset=0, axis1=0, axis2=1):
    """The sum along a diagonal.

    >>> trace(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor(5.)
    """
    return np.trace(x, offset, axis1, axis2)


def _trace_x(g, x_shape, offset, axis1, axis2):
    return on_diagonal(reshape(g, (*value(g).shape, 1)), x_shape, offset, axis1, axis2)


trace.vjp(x=_trace_x)


# ---------------------------------------------------------------------- windows


@op(
    "linear",
    numpy=np.lib.stride_tricks.sliding_window_view,
    arrays=("x",),
    view=True,
    samples=[
        sample((5,), 2),
        sample((3, 4), (2, 3)),
        sample((3, 4), 2, axis=0),
        sample((2, 3), 2, axis=1),
        sample((4,), (2, 2), axis=(0, 0)),
    ],
    errors=[error(ValueError, "sliding_window_view: .*window", (3,), 4)],
    pytorch="Tensor.unfold",
    vmap="axes",
)
def sliding_window_view(x, window_shape, axis=None):
    """Every window of a shape, as a read-only view; the windows' axes come last.

    Args:
        x: any shape.
        window_shape: its length along each axis, or along the axes given.
        axis: along which axes it slides; all by default.

    >>> sliding_window_view(Tensor([1.0, 2.0, 3.0]), 2)
    Tensor([[1., 2.],
            [2., 3.]])
    """
    return np.lib.stride_tricks.sliding_window_view(x, window_shape, axis)


sliding_window_view.vjp(
    x=lambda g, x_shape, window_shape, axis: add_windows(g, x_shape, window_shape, axis)
)


@op(
    "linear",
    arrays=("x",),
    samples=[
        sample((4, 2), (5,), 2),
        sample((2, 2, 2, 3), (3, 4), (2, 3)),
        sample((2, 4, 2), (3, 4), 2, axis=0),
        sample((2, 2, 2), (4,), (2, 2), axis=(0, 0)),
    ],
    errors=[error(ValueError, r"add_windows: .*are \(4, 2\)", (3, 2), (5,), 2)],
    pytorch=None,
    helper=True,
)
def add_windows(x, shape, window_shape, axis=None):
    """Zeros of `shape` with windows added where `sliding_window_view` finds them: its adjoint.

    >>> add_windows(Tensor([[1.0, 1.0], [1.0, 1.0]]), (3,), 2)
    Tensor([1., 2., 1.])
    """
    out = np.zeros(shape, np.result_type(x))
    window = tuple(np.ravel(window_shape).tolist())
    axes = range(len(shape)) if axis is None else np.ravel(axis).tolist()
    expected = np.lib.stride_tricks.sliding_window_view(out, window_shape, axis).shape
    if np.shape(x) != expected:
        raise ValueError(f"the windows of {tuple(shape)} are {expected}")
    sides = expected[: len(shape)]
    for offset in np.ndindex(window):  # one addition per element of a window, not per window
        start = [0] * len(shape)
        for along, step in zip(axes, offset, strict=True):
            start[along] += step
        out[tuple(slice(s, s + side) for s, side in zip(start, sides, strict=True))] += x[
            (..., *offset)
        ]
    return out


def _add_windows_each(batch, x, shape, window_shape, axis):
    axis = tuple(range(len(shape))) if axis is None else axis
    return add_windows(x, (batch.size, *shape), window_shape, from_the_end(axis, len(shape)))


add_windows.vmap(_add_windows_each)
add_windows.vjp(x=lambda g, window_shape, axis: sliding_window_view(g, window_shape, axis))


@asks_elsewhere
def rollaxis(a, axis, start=0):
    """An axis moved to stand in front of another; NumPy's older `moveaxis`.

    Args:
        a: any shape.
        axis: which axis.
        start: before which axis, counted as they were.

    >>> rollaxis(Tensor([[1.0, 2.0, 3.0]]), 1).shape
    (3, 1)
    """
    ndim = np.ndim(a)
    axis = normalize_axis_index(axis, ndim, "rollaxis")
    start = start + ndim if start < 0 else start
    if not 0 <= start <= ndim:
        raise np.exceptions.AxisError(
            f"rollaxis: start must be from {-ndim} to {ndim}, got {start}"
        )
    return moveaxis(a, axis, start - 1 if axis < start else start)


numpy_functions[np.rollaxis] = rollaxis
