"""Pooling as functions: one number per window, channel by channel, without parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd.internals import in_single, per_axis, sample_by_sample, value
from autograd.internals import output_size as window_count
from nn.functional.convolution import with_batch
from nn.functional.normalization import root
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]

PerAxis = int | Sequence[int]


def _max_pool(
    caller: str,
    axes: int,
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    dilation: PerAxis,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    def apply(x: Any) -> Any:
        pooled = autograd.max_pool(x, kernel_size, stride, padding, dilation, ceil_mode)
        return pooled if return_indices else pooled[0]

    return with_batch(caller, axes, input, apply)


def max_pool1d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of each window of one axis; see `max_pool2d`.

    >>> from autograd import Tensor
    >>> max_pool1d(Tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    Tensor([[[3., 2.]]])
    """
    return _max_pool(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool2d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of each window; of equal ones the first gets the gradient.

    Args:
        input: (batch, channels, height, width), or without the batch.
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        padding: places on every side that never win, at most half the kernel.
        dilation: step between the elements of a window.
        ceil_mode: whether a last window may hang over the end.
        return_indices: whether to return too where in height · width each one was.

    >>> from autograd import Tensor
    >>> image = [[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 7], [112, 100, 22, 12]]
    >>> max_pool2d(Tensor([[image]]), 2)
    Tensor([[[[ 20,  30],
              [112,  37]]]])
    """
    return _max_pool(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool3d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of each window over depth, height and width; see `max_pool2d`.

    >>> import autograd
    >>> max_pool3d(autograd.ones((1, 1, 4, 4, 4)), 2).shape
    (1, 1, 2, 2, 2)
    """
    return _max_pool(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@sample_by_sample
def _max_unpool(
    caller: str,
    axes: int,
    input: Any,
    indices: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    output_size: Sequence[int] | None,
) -> Any:
    positions = np.asarray(value(indices))
    if positions.dtype.kind not in "iu":
        raise TypeError(f"{caller}: indices must be integers, got {positions.dtype}{place()}")
    kernel = per_axis(caller, "kernel_size", kernel_size, axes, 1)
    steps = kernel if stride is None else per_axis(caller, "stride", stride, axes, 1)
    pads = per_axis(caller, "padding", padding, axes, 0)

    def apply(x: Any) -> Any:
        if output_size is not None:
            size = tuple(output_size)[-axes:]
        else:
            size = tuple(
                (length - 1) * step - 2 * pad + taps
                for length, step, pad, taps in zip(x.shape[2:], steps, pads, kernel, strict=True)
            )
        places = positions.reshape(*x.shape[:2], math.prod(positions.shape[2:]))
        last = math.prod(size)
        if places.size and not 0 <= places.min() <= places.max() < last:
            raise IndexError(
                f"{caller}: indices from {places.min()} to {places.max()} are not all within the "
                f"{last} places of spatial shape {size}{place()}"
            )
        # Of one element that won in several windows the last value is kept, and has its gradient.
        nothing = np.zeros((*x.shape[:2], last), x.dtype)
        unpooled = autograd.put_along_axis(nothing, places, x.reshape(places.shape), -1)
        return autograd.reshape(unpooled, (*x.shape[:2], *size))

    return with_batch(caller, axes, input, apply)


@named_call
def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Put what `max_pool1d` took back to where it was, among zeros; see `max_unpool2d`.

    >>> from autograd import Tensor
    >>> pooled, places = max_pool1d(Tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2, return_indices=True)
    >>> max_unpool1d(pooled, places, 2)
    Tensor([[[0., 3., 2., 0.]]])
    """
    return _max_unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


@named_call
def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Put what `max_pool2d` took back to where it was, among zeros.

    Where windows overlap and one element won twice, the last value is kept and has the gradient.

    Args:
        input: (batch, channels, height, width), as pooled.
        indices: where each was, as `max_pool2d` returned it.
        kernel_size: of the pooling.
        stride: of the pooling.
        padding: of the pooling.
        output_size: the shape wanted, where several are possible.

    >>> from autograd import Tensor
    >>> pooled, places = max_pool2d(Tensor([[[[1.0, 3.0], [2.0, 0.0]]]]), 2, return_indices=True)
    >>> max_unpool2d(pooled, places, 2)
    Tensor([[[[0., 3.],
              [0., 0.]]]])
    """
    return _max_unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


@named_call
def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Put what `max_pool3d` took back to where it was, among zeros; see `max_unpool2d`.

    >>> import autograd
    >>> pooled, places = max_pool3d(autograd.ones((1, 1, 2, 2, 2)), 2, return_indices=True)
    >>> max_unpool3d(pooled, places, 2).shape
    (1, 1, 2, 2, 2)
    """
    return _max_unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _avg_pool(
    caller: str,
    axes: int,
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    padding: PerAxis,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: float | None,
) -> Any:
    if divisor_override is None:
        return with_batch(
            caller,
            axes,
            input,
            lambda x: autograd.average_pool(
                x, kernel_size, stride, padding, ceil_mode, count_include_pad
            ),
        )
    if divisor_override == 0:
        raise ValueError(f"{caller}: divisor_override must not be 0{place()}")
    kernel = per_axis(caller, "kernel_size", kernel_size, axes, 1)
    steps = kernel if stride is None else per_axis(caller, "stride", stride, axes, 1)
    pads = per_axis(caller, "padding", padding, axes, 0)

    def apply(x: Any) -> Any:
        # With all zeros written out every window is full: its sum is its mean times its size.
        size = x.shape[2:]
        counts = window_count(caller, size, kernel, steps, pads, (1,) * axes, ceil_mode)
        widths = [
            (pad, max(pad, (count - 1) * step + taps - length - pad))
            for length, count, step, taps, pad in zip(
                size, counts, steps, kernel, pads, strict=True
            )
        ]
        x = autograd.ops.zero_pad(x, ((0, 0), (0, 0), *widths))
        inside = tuple(
            slice((count - 1) * step + taps)
            for count, step, taps in zip(counts, steps, kernel, strict=True)
        )
        means = autograd.average_pool(x[(..., *inside)], kernel, steps)
        return means * (math.prod(kernel) / divisor_override)

    return with_batch(caller, axes, input, apply)


@named_call
def avg_pool1d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """The mean of each window of one axis; see `avg_pool2d`.

    >>> from autograd import Tensor
    >>> avg_pool1d(Tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)
    Tensor([[[2., 1.]]])
    """
    return _avg_pool(
        "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None
    )


@named_call
def avg_pool2d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: float | None = None,
) -> Any:
    """The mean of each window.

    Args:
        input: (batch, channels, height, width), or without the batch.
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        padding: zeros on every side, at most half the kernel.
        ceil_mode: whether a last window may hang over the end.
        count_include_pad: whether the zeros of the padding count in the mean.
        divisor_override: what the sum of a window is divided by, in place of its size.

    >>> from autograd import Tensor
    >>> image = [[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 7], [112, 100, 22, 12]]
    >>> avg_pool2d(Tensor([[image]]), 2)
    Tensor([[[[13. ,  8. ],
              [79. , 19.5]]]])
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad,
        divisor_override,
    )  # fmt: skip


@named_call
def avg_pool3d(
    input: Any,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: float | None = None,
) -> Any:
    """The mean of each window over depth, height and width; see `avg_pool2d`.

    >>> import autograd
    >>> avg_pool3d(autograd.ones((1, 1, 4, 4, 4)), 2).shape
    (1, 1, 2, 2, 2)
    """
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad,
        divisor_override,
    )  # fmt: skip


def _lp_pool(
    caller: str,
    axes: int,
    input: Any,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None,
    ceil_mode: bool,
) -> Any:
    refuse_complex(caller, input=input)
    size = math.prod(per_axis(caller, "kernel_size", kernel_size, axes, 1))

    def apply(x: Any) -> Any:
        sums = autograd.average_pool(x**norm_type, kernel_size, stride, 0, ceil_mode) * size
        return root(autograd.relu(sums), norm_type)

    return with_batch(caller, axes, input, apply)


@named_call
@in_single
def lp_pool1d(
    input: Any,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
) -> Any:
    """`(Σ x^p)^(1/p)` over each window of one axis; see `lp_pool2d`.

    >>> from autograd import Tensor
    >>> lp_pool1d(Tensor([[[3.0, 4.0]]]), 2, 2)
    Tensor([[[5.]]])
    """
    return _lp_pool("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


@named_call
@in_single
def lp_pool2d(
    input: Any,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
) -> Any:
    """`(Σ x^p)^(1/p)` over each window: the sum for p = 1, the maximum for p towards infinity.

    As in PyTorch, the sum is not of |x|: an odd p can make it negative, which counts as 0, and a
    broken p makes NaN of negative x; and a window that hangs over the end is as if its elements
    filled it. A window of zeros has slope 0. `x^p` is infinite where it overflows.

    Args:
        input: (batch, channels, height, width), or without the batch.
        norm_type: p.
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        ceil_mode: whether a last window may hang over the end.

    >>> from autograd import Tensor
    >>> lp_pool2d(Tensor([[[[3.0, 4.0]]]]), 2, (1, 2))
    Tensor([[[[5.]]]])
    """
    return _lp_pool("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


@named_call
@in_single
def lp_pool3d(
    input: Any,
    norm_type: float,
    kernel_size: PerAxis,
    stride: PerAxis | None = None,
    ceil_mode: bool = False,
) -> Any:
    """`(Σ x^p)^(1/p)` over each window of depth, height and width; see `lp_pool2d`.

    >>> import autograd
    >>> lp_pool3d(autograd.ones((1, 1, 1, 2, 2)), 2, (1, 2, 2)).item()
    2.0
    """
    return _lp_pool("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)
