"""`scipy.signal`, with a `convolve` that sums over axes and keeps others apart."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as _np
import scipy.signal as _scipy

from autograd.hips.wrapping import wrap_namespace as _wrap_namespace
from autograd.ops.matrix import einsum as _einsum
from autograd.ops.padding import pad as _pad
from autograd.ops.rearrange import moveaxis as _moveaxis
from autograd.ops.rearrange import sliding_window_view as _windows

__all__ = _wrap_namespace(vars(_scipy), globals())

_LETTERS = string.ascii_letters

Axes = Sequence[Sequence[int]]


def convolve(
    A: Any, B: Any, axes: Axes | None = None, dot_axes: Axes = ((), ()), mode: str = "full"
) -> Any:
    """Convolution along some axes, a product summed over others, and all pairs of the rest.

    Args:
        A: any shape.
        B: any shape.
        axes: pairs of axes that are convolved, as one list for each array; all of them if not
            given.
        dot_axes: pairs of axes that are summed over, as one list for each array.
        mode: "full", "valid" or "same", which keeps the lengths of `A`.

    Returns:
        The axes of `A` that are left, those of `B`, then the convolved ones.

    >>> convolve(_np.array([1.0, 2.0]), _np.array([1.0, 10.0]))
    array([ 1., 12., 20.])
    """
    if mode not in ("full", "valid", "same"):
        raise ValueError(f'convolve: mode is "full", "valid" or "same", got {mode!r}')
    if axes is None:
        axes = (range(_np.ndim(A)), range(_np.ndim(A)))
    lengths = [(_np.shape(A)[i], _np.shape(B)[j]) for i, j in zip(*axes, strict=True)]
    if mode == "valid" and any(a < b for a, b in lengths):
        if any(a > b for a, b in lengths):
            raise ValueError(
                "convolve: one array must be at least as long as the other along all axes that "
                f"are convolved, got {lengths}"
            )
        apart = [_np.ndim(x) - len(axes[0]) - len(dot_axes[0]) for x in (B, A)]
        swapped = convolve(B, A, (axes[1], axes[0]), (dot_axes[1], dot_axes[0]), mode)
        return _moveaxis(swapped, range(apart[0]), range(apart[1], sum(apart)))
    # The windows of A that meet B backwards.
    padding = [(0, 0)] * _np.ndim(A)
    flipped: list[Any] = [slice(None)] * _np.ndim(B)
    for i, j, (_, b) in zip(*axes, lengths, strict=True):
        half = (b - 1) // 2
        padding[i] = {"full": (b - 1, b - 1), "valid": (0, 0), "same": (b - 1 - half, half)}[mode]
        flipped[j] = slice(None, None, -1)
    windows = _windows(_pad(A, padding), [b for _, b in lengths], tuple(axes[0]))
    letters = iter(_LETTERS)
    of_a = [next(letters) for _ in range(_np.ndim(windows))]
    of_b = [next(letters) for _ in range(_np.ndim(B))]
    for position, j in enumerate(axes[1]):
        of_b[j] = of_a[_np.ndim(A) + position]
    for i, j in zip(*dot_axes, strict=True):
        of_b[j] = of_a[i]
    left = [of_a[i] for i in range(_np.ndim(A)) if i not in (*axes[0], *dot_axes[0])]
    right = [of_b[j] for j in range(_np.ndim(B)) if j not in (*axes[1], *dot_axes[1])]
    convolved = [of_a[i] for i in axes[0]]
    pattern = f"{''.join(of_a)},{''.join(of_b)}->{''.join(left + right + convolved)}"
    return _einsum(pattern, windows, B[tuple(flipped)])
