"""Borders around an array, in all of NumPy's modes."""

import numpy as np

from autograd.graph.tensor import constant, value
from autograd.operation.dispatch import numpy_functions
from autograd.ops.differences import array_like
from autograd.ops.gather import take
from autograd.ops.reductions import max, mean, min
from autograd.ops.shapes import broadcast_to, concatenate, flip, zero_pad
from autograd.ops.statistics import median

__all__ = ["pad"]

_STATISTICS = {"maximum": max, "mean": mean, "median": median, "minimum": min}
_COPIES = ("edge", "reflect", "symmetric", "wrap")
_MODES = ("constant", "empty", "linear_ramp", *_COPIES, *_STATISTICS)


def pad(
    array,
    pad_width,
    mode="constant",
    constant_values=0,
    end_values=0,
    stat_length=None,
    reflect_type="even",
):
    """`array` with a border, in NumPy's modes.

    Args:
        array: Tensor or array of any shape.
        pad_width: an int, (before, after), or one such pair per axis.
        mode: where the border comes from. "constant": a number; "edge", "reflect", "symmetric",
            "wrap": copies of the inside; "linear_ramp": a ramp from the edge to a number;
            "maximum", "mean", "median", "minimum": of the lines that end there; "empty": zeros.
        constant_values: the number of the constant border, or as many as `pad_width`; no gradient
            flows into it.
        end_values: likewise, where the ramps end.
        stat_length: how many elements from the edge a statistic takes; all by default.
        reflect_type: "even", or "odd" for reflections in the point at the edge.

    Raises:
        ValueError: for another mode, for an integer array in a mode that computes, or an odd
            reflection wider than the array.

    >>> pad(Tensor([1.0, 2.0, 3.0]), 1, mode="reflect")
    Tensor([2., 1., 2., 3., 2.])
    >>> pad(Tensor([1.0, 3.0]), (2, 1), mode="mean")
    Tensor([2., 2., 1., 3., 2.])
    """
    array = array_like(array)
    constant_values = constant(constant_values, "pad", "constant_values")
    end_values = constant(end_values, "pad", "end_values")
    if mode not in _MODES:
        raise ValueError(f"pad: mode {mode!r} is not one of {', '.join(_MODES)}")
    if reflect_type not in ("even", "odd"):
        raise ValueError(f"pad: reflect_type={reflect_type!r} is neither 'even' nor 'odd'")
    if mode in ("constant", "empty"):
        padded = zero_pad(array, pad_width)
        if mode == "constant" and np.any(np.asarray(constant_values) != 0):
            zeros = np.zeros(np.shape(array), value(array).dtype)
            padded = padded + np.pad(zeros, pad_width, constant_values=constant_values)
        return padded
    shape = np.shape(array)
    if mode in _COPIES and not (reflect_type == "odd" and mode in ("reflect", "symmetric")):
        # Copies of elements: pad the positions along each axis, then pick.
        widths = np.broadcast_to(np.asarray(pad_width, int), (len(shape), 2)).tolist()
        for axis, width in enumerate(widths):
            if any(width):
                array = take(array, np.pad(np.arange(shape[axis]), width, mode), axis)
        return array
    if value(array).dtype.kind not in "fc":
        raise ValueError(
            f"pad: mode {mode!r} computes with the elements, and the array is of "
            f"{value(array).dtype}; convert it with .astype(float)"
        )
    widths = np.broadcast_to(np.asarray(pad_width, int), (len(shape), 2)).tolist()
    for axis, (before, after) in enumerate(widths):
        if mode in _STATISTICS:
            lengths = _pair(stat_length, shape, axis)
            borders = _statistic(_STATISTICS[mode], lengths)
        elif mode == "linear_ramp":
            borders = _ramp(_pair(end_values, shape, axis))
        else:
            borders = _odd_reflection(int(mode == "reflect"))
        # The end of an axis is the beginning of its mirror image.
        mirrored = flip(array, axis)
        parts = [borders(array, axis, before, 0), array]
        parts.append(flip(borders(mirrored, axis, after, 1), axis))
        array = concatenate(parts, axis)
    return array


def _pair(given, shape, axis):
    """What a parameter says of the two ends of an axis."""
    if given is None:
        return None, None
    return np.broadcast_to(np.asarray(given), (len(shape), 2))[axis].tolist()


def _slice(x, axis, start, stop):
    return x[(slice(None),) * axis + (slice(start, stop),)]


def _statistic(function, lengths):
    """Borders of a statistic of the elements next to them."""

    def border(x, axis, width, end):
        part = x if lengths[end] is None else _slice(x, axis, 0, lengths[end])
        sides = list(np.shape(x))
        sides[axis] = width
        return broadcast_to(function(part, axis=axis, keepdims=True), tuple(sides))

    return border


def _ramp(ends):
    """Borders that begin at a number and lead to the edge."""

    def border(x, axis, width, end):
        side = [1] * np.ndim(x)
        side[axis] = -1
        share = (np.arange(width) / (width or 1)).astype(value(x).dtype).reshape(side)
        return _slice(x, axis, 0, 1) * share + ends[end] * (1 - share)

    return border


def _odd_reflection(skipped):
    """Borders that are the inside, reflected in the point at the edge."""

    def border(x, axis, width, end):
        if width > np.shape(x)[axis] - skipped:
            raise ValueError(
                f"pad: an odd reflection of {width} elements is wider than axis {axis} of "
                f"{np.shape(x)}"
            )
        inside = _slice(x, axis, skipped, skipped + width)
        return 2 * _slice(x, axis, 0, 1) - flip(inside, axis)

    return border


numpy_functions[np.pad] = pad
