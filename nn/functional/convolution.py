"""Convolution and its transpose as functions, in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import autograd
from autograd.internals import per_axis, value
from nn.inputs import place

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
]

PerAxis = int | Sequence[int]


def with_batch(caller: str, axes: int, input: Any, function: Callable[[Any], Any]) -> Any:
    """Call `function` on `(batch, channels, *spatial)`, also for an input without a batch.

    Raises:
        ValueError: unless the input has `axes` spatial axes.
    """
    if not hasattr(input, "ndim"):
        input = autograd.Tensor(input)
    if input.ndim == axes + 2:
        return function(input)
    if input.ndim != axes + 1:
        spatial = ("length", "height, width", "depth, height, width")[axes - 1]
        raise ValueError(
            f"{caller}: expected an input (batch, channels, {spatial}) or (channels, {spatial}), "
            f"got shape {input.shape}{place()}"
        )
    result = function(autograd.expand_dims(input, 0))
    return tuple(each[0] for each in result) if isinstance(result, tuple) else result[0]


def same_padding(
    caller: str, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> list[tuple[int, int]]:
    """Zeros before and after each axis so that the output is as long as the input."""
    if any(step != 1 for step in stride):
        raise ValueError(f"{caller}: padding='same' needs a stride of 1, got {tuple(stride)}")
    widths = [gap * (size - 1) for size, gap in zip(kernel, dilation, strict=True)]
    return [(width // 2, width - width // 2) for width in widths]


def _add_bias(out: Any, bias: Any, axes: int) -> Any:
    return out if bias is None else out + bias.reshape((-1,) + (1,) * axes)


def _conv(
    caller: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: PerAxis,
    padding: PerAxis | str,
    dilation: PerAxis,
    groups: int,
) -> Any:
    def apply(x: Any) -> Any:
        sides: Any = padding
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(
                    f"{caller}: padding must be integers, 'same' or 'valid', got {padding!r}"
                )
            sides = 0
            if padding == "same":
                steps = per_axis(caller, "stride", stride, axes, 1)
                gaps = per_axis(caller, "dilation", dilation, axes, 1)
                pairs = same_padding(caller, weight.shape[2:], steps, gaps)
                sides = [before for before, _ in pairs]
                if any(after != before for before, after in pairs):
                    extra = [(0, after - before) for before, after in pairs]
                    x = autograd.ops.zero_pad(x, ((0, 0), (0, 0), *extra))
        return _add_bias(autograd.conv(x, weight, stride, sides, dilation, groups), bias, axes)

    return with_batch(caller, axes, input, apply)


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis | str = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation over one axis; see `conv2d`.

    >>> from autograd import Tensor
    >>> conv1d(Tensor([[[1.0, 2.0, 3.0]]]), Tensor([[[1.0, 1.0]]]))
    Tensor([[[3., 5.]]])
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis | str = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation over height and width, the convolution of deep learning.

    out[n, o, p] = bias[o] + Σ input[n, c, stride · p + dilation · k - padding] · weight[o, c, k]

    Args:
        input: (batch, channels, height, width), or without the batch.
        weight: (out channels, channels / groups, height, width of the kernel).
        bias: (out channels,) or None.
        stride: step between windows, for both axes or each.
        padding: zeros on every side; "same" for an output of the input's size, "valid" for none.
        dilation: step between the elements of a window.
        groups: number of groups of channels that do not mix.

    Raises:
        ValueError: for shapes that do not match.

    >>> from autograd import Tensor
    >>> image = [[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]]
    >>> kernel = [[2, 0, 1], [0, 1, 2], [1, 0, 2]]
    >>> conv2d(Tensor([[image]]), Tensor([[kernel]]))
    Tensor([[[[15, 16],
              [ 6, 15]]]])
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis | str = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Any:
    """Cross-correlation over depth, height and width; see `conv2d`.

    >>> import autograd
    >>> conv3d(autograd.ones((1, 1, 2, 2, 2)), autograd.ones((1, 1, 2, 2, 2))).item()
    8.0
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _conv_transpose(
    caller: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: PerAxis,
    padding: PerAxis,
    output_padding: PerAxis,
    groups: int,
    dilation: PerAxis,
) -> Any:
    kernel = value(weight).shape[2:]
    steps = per_axis(caller, "stride", stride, axes, 1)
    pads = per_axis(caller, "padding", padding, axes, 0)
    extra = per_axis(caller, "output_padding", output_padding, axes, 0)
    gaps = per_axis(caller, "dilation", dilation, axes, 1)
    limits = tuple(map(max, steps, gaps))
    if any(more >= limit for more, limit in zip(extra, limits, strict=True)):
        raise ValueError(
            f"{caller}: output_padding {extra} must be smaller than the larger of stride {steps} "
            f"and dilation {gaps}{place()}"
        )
    # As many further steps, over places of the input that are 0, reach as far.
    further = [(0, more // step) for more, step in zip(extra, steps, strict=True)]

    def apply(x: Any) -> Any:
        size = [
            (length - 1) * step - 2 * pad + gap * (taps - 1) + more + 1
            for length, step, pad, gap, taps, more in zip(
                x.shape[2:], steps, pads, gaps, kernel, extra, strict=True
            )
        ]
        if min(size) < 1:
            raise ValueError(
                f"{caller}: an input of {x.shape[2:]} with kernel {kernel} and padding {pads} "
                f"leaves an output of {tuple(size)}{place()}"
            )
        if any(more for _, more in further):
            x = autograd.ops.zero_pad(x, ((0, 0), (0, 0), *further))
        out = autograd.ops.conv_input(x, weight, tuple(size), steps, pads, gaps, groups)
        return _add_bias(out, bias, axes)

    return with_batch(caller, axes, input, apply)


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    dilation: PerAxis = 1,
) -> Any:
    """The adjoint of `conv1d`; see `conv_transpose2d`.

    >>> from autograd import Tensor
    >>> conv_transpose1d(Tensor([[[1.0, 2.0]]]), Tensor([[[1.0, 1.0]]]))
    Tensor([[[1., 3., 2.]]])
    """
    return _conv_transpose(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups,
        dilation,
    )  # fmt: skip


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    dilation: PerAxis = 1,
) -> Any:
    """The adjoint of `conv2d`: every element spreads the kernel over the output.

    The output has the length (length - 1) · stride - 2 · padding + dilation · (kernel - 1) +
    output_padding + 1.

    Args:
        input: (batch, channels, height, width), or without the batch.
        weight: (channels, out channels / groups, height, width of the kernel).
        bias: (out channels,) or None.
        stride: step between spread kernels, for both axes or each.
        padding: what is cut off on every side.
        output_padding: further places at the end, fewer than the stride or the dilation.
        groups: number of groups of channels that do not mix.
        dilation: step between the elements of the kernel.

    Raises:
        ValueError: for shapes that do not match.

    >>> import autograd
    >>> conv_transpose2d(autograd.ones((1, 1, 2, 2)), autograd.ones((1, 1, 2, 2)))
    Tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    return _conv_transpose(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups,
        dilation,
    )  # fmt: skip


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    groups: int = 1,
    dilation: PerAxis = 1,
) -> Any:
    """The adjoint of `conv3d`; see `conv_transpose2d`.

    >>> import autograd
    >>> conv_transpose3d(autograd.ones((1, 1, 1, 1, 1)), autograd.ones((1, 2, 2, 2, 2))).shape
    (1, 2, 2, 2, 2)
    """
    return _conv_transpose(
        "conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups,
        dilation,
    )  # fmt: skip
