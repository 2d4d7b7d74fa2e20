"""Convolutional layers and their transposes, in one, two and three dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.internals import checked_device, per_axis
from nn import functional, init
from nn.functional.convolution import same_padding
from nn.inputs import as_input
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]

PerAxis = int | Sequence[int]


class _Convolution(Module):
    """What both directions share: settings, parameters and their first values."""

    axes: ClassVar[int]
    transposed: ClassVar[bool] = False
    bias: Parameter | None

    def _set_up(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis,
        dilation: PerAxis,
        groups: int,
        bias: bool,
        dtype: Any,
    ) -> None:
        name, axes = type(self).__name__, self.axes
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: {groups} groups must divide {in_channels} input and {out_channels} "
                "output channels"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis(name, "kernel_size", kernel_size, axes, 1)
        self.stride = per_axis(name, "stride", stride, axes, 1)
        self.dilation = per_axis(name, "dilation", dilation, axes, 1)
        self.groups = groups
        kind = np.float32 if dtype is None else dtype
        self.weight = Parameter(np.zeros(self.weight_shape(), kind))
        self.bias = Parameter(np.zeros(out_channels, kind)) if bias else None
        self.reset_parameters()

    def weight_shape(self) -> tuple[int, ...]:
        """(out channels, in channels / groups, *kernel); transposed, in and out change places."""
        first, second = self.out_channels, self.in_channels
        if self.transposed:
            first, second = second, first
        return (first, second // self.groups, *self.kernel_size)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, uniform within ±1/√fan-in."""
        bound = 1 / math.sqrt(max(1, math.prod(self.weight.shape[1:])))
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _words(self, **settings: tuple[Any, Any]) -> str:
        words = [f"{self.in_channels} -> {self.out_channels}", f"kernel_size={self.kernel_size}"]
        words += [f"{name}={now}" for name, (now, default) in settings.items() if now != default]
        return ", ".join(words if self.bias is not None else [*words, "bias=False"])


class _Conv(_Convolution):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: PerAxis | str = 0,
        dilation: PerAxis = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        self._set_up(
            in_channels, out_channels, kernel_size, stride, dilation, groups, bias, dtype=dtype
        )
        name = type(self).__name__
        if padding_mode not in ("zeros", "reflect", "replicate", "circular"):
            raise ValueError(
                f"{name}: padding_mode must be zeros, reflect, replicate or circular, got "
                f"{padding_mode!r}"
            )
        self.padding: tuple[int, ...] | str
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(
                    f"{name}: padding must be integers, 'same' or 'valid', got {padding!r}"
                )
            if padding == "same":
                same_padding(name, self.kernel_size, self.stride, self.dilation)
            self.padding = padding
        else:
            self.padding = per_axis(name, "padding", padding, self.axes, 0)
        self.padding_mode = padding_mode

    def forward(self, input: Any) -> Tensor:
        """Convolve the input."""
        input = as_input(input, self.weight.dtype)
        padding: tuple[int, ...] | str | int = self.padding
        if self.padding_mode != "zeros":
            input, padding = functional.pad(input, self._sides(), self.padding_mode), 0
        apply = (functional.conv1d, functional.conv2d, functional.conv3d)[self.axes - 1]
        return apply(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _sides(self) -> list[int]:
        """The padding as `functional.pad` takes it: before and after, from the last axis on."""
        if isinstance(self.padding, str):
            pairs = [(0, 0)] * self.axes
            if self.padding == "same":
                pairs = same_padding("", self.kernel_size, self.stride, self.dilation)
        else:
            pairs = [(width, width) for width in self.padding]
        return [width for pair in reversed(pairs) for width in pair]

    def extra_repr(self) -> str:
        """Channels, kernel and what is not the default."""
        none, ones = (0,) * self.axes, (1,) * self.axes
        return self._words(
            stride=(self.stride, ones),
            padding=(self.padding, none),
            dilation=(self.dilation, ones),
            groups=(self.groups, 1),
            padding_mode=(self.padding_mode, "zeros"),
        )


class _ConvTranspose(_Convolution):
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PerAxis,
        stride: PerAxis = 1,
        padding: PerAxis = 0,
        output_padding: PerAxis = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: PerAxis = 1,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        self._set_up(
            in_channels, out_channels, kernel_size, stride, dilation, groups, bias, dtype=dtype
        )
        name, axes = type(self).__name__, self.axes
        self.padding = per_axis(name, "padding", padding, axes, 0)
        self.output_padding = per_axis(name, "output_padding", output_padding, axes, 0)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Tensor:
        """Apply the transposed convolution.

        Args:
            input: (batch, channels, *spatial), or without the batch.
            output_size: the spatial shape wanted, which the stride leaves open, in place of
                `output_padding`.
        """
        input = as_input(input, self.weight.dtype)
        extra = self.output_padding
        if output_size is not None:
            extra = self._padding_for(input, tuple(output_size)[-self.axes :])
        apply = (
            functional.conv_transpose1d,
            functional.conv_transpose2d,
            functional.conv_transpose3d,
        )[self.axes - 1]
        return apply(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            extra,
            self.groups,
            self.dilation,
        )

    def _padding_for(self, x: Tensor, size: tuple[int, ...]) -> tuple[int, ...]:
        least = tuple(
            (length - 1) * step - 2 * pad + gap * (taps - 1) + 1
            for length, step, pad, gap, taps in zip(
                x.shape[-self.axes :], self.stride, self.padding, self.dilation, self.kernel_size,
                strict=True,
            )
        )  # fmt: skip
        extra = tuple(want - low for want, low in zip(size, least, strict=True))
        if any(not 0 <= more < step for more, step in zip(extra, self.stride, strict=True)):
            most = tuple(low + step - 1 for low, step in zip(least, self.stride, strict=True))
            raise ValueError(
                f"{type(self).__name__}: output_size {size} must be between {least} and {most}"
            )
        return extra

    def extra_repr(self) -> str:
        """Channels, kernel and what is not the default."""
        none, ones = (0,) * self.axes, (1,) * self.axes
        return self._words(
            stride=(self.stride, ones),
            padding=(self.padding, none),
            output_padding=(self.output_padding, none),
            dilation=(self.dilation, ones),
            groups=(self.groups, 1),
        )


class Conv1d(_Conv):
    """Convolution over one axis; see `Conv2d`.

    >>> Conv1d(2, 4, kernel_size=3)(np.zeros((1, 2, 10))).shape
    (1, 4, 8)
    """

    axes = 1


class Conv2d(_Conv):
    """Convolution over height and width: every output is a weighted sum of a window.

    Weight and bias start uniform within ±1/√fan-in.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output, each with a kernel of its own.
        kernel_size: of the window, for both axes or each.
        stride: step between windows.
        padding: places added on every side; "same" for an output of the input's size.
        dilation: step between the elements of a window.
        groups: number of groups of channels that do not mix.
        bias: whether to add a number per output channel.
        padding_mode: what is added: "zeros", or copies of the inside by "reflect", "replicate"
            (the edge) or "circular".
        dtype: of the parameters, float32 if not given.

    Shape:
        (batch, in_channels, height, width) to (batch, out_channels, *out), with
        out = (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down.

    >>> layer = Conv2d(1, 6, kernel_size=5, padding=2)
    >>> layer(np.zeros((4, 1, 28, 28))).shape
    (4, 6, 28, 28)
    >>> layer
    Conv2d(1 -> 6, kernel_size=(5, 5), padding=(2, 2))
    """

    axes = 2


class Conv3d(_Conv):
    """Convolution over depth, height and width; see `Conv2d`.

    >>> Conv3d(1, 2, kernel_size=2)(np.zeros((1, 1, 4, 4, 4))).shape
    (1, 2, 3, 3, 3)
    """

    axes = 3


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution over one axis; see `ConvTranspose2d`.

    >>> ConvTranspose1d(2, 4, kernel_size=3)(np.zeros((1, 2, 10))).shape
    (1, 4, 12)
    """

    axes = 1


class ConvTranspose2d(_ConvTranspose):
    """The adjoint of a convolution over height and width, which makes maps larger.

    Args:
        in_channels: channels of the input.
        out_channels: channels of the output.
        kernel_size: of what each element of the input spreads, for both axes or each.
        stride: step between these in the output.
        padding: what is cut off on every side.
        output_padding: further places at the end, fewer than the stride or the dilation.
        groups: number of groups of channels that do not mix.
        bias: whether to add a number per output channel.
        dilation: step between the elements of the kernel.
        dtype: of the parameters, float32 if not given.

    Shape:
        (batch, in_channels, height, width) to (batch, out_channels, *out), with
        out = (size - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1.

    >>> ConvTranspose2d(8, 4, kernel_size=2, stride=2)(np.zeros((1, 8, 7, 7))).shape
    (1, 4, 14, 14)
    """

    axes = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution over depth, height and width; see `ConvTranspose2d`.

    >>> ConvTranspose3d(1, 2, kernel_size=2)(np.zeros((1, 1, 3, 3, 3))).shape
    (1, 2, 4, 4, 4)
    """

    axes = 3
