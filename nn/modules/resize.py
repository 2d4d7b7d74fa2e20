"""Layers that change the size of maps: upsampling, shuffling, windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Tensor
from nn import functional
from nn.module import Module

__all__ = [
    "ChannelShuffle",
    "Fold",
    "PixelShuffle",
    "PixelUnshuffle",
    "Unfold",
    "Upsample",
    "UpsamplingBilinear2d",
    "UpsamplingNearest2d",
]

PerAxis = int | Sequence[int]


class Upsample(Module):
    """The input on a grid of another size; see `nn.functional.interpolate`.

    Args:
        size: of the output, for all axes or each; or
        scale_factor: how much larger, for all axes or each.
        mode: "nearest", "linear", "bilinear", "trilinear" or "bicubic".
        align_corners: whether the middles of the corner elements stay where they are.
        recompute_scale_factor: whether the step follows from the rounded size of the output.

    >>> Upsample(scale_factor=2)(autograd.ones((1, 3, 4, 5))).shape
    (1, 3, 8, 10)
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool = False,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Tensor:
        """Resample the input."""
        return functional.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            self.recompute_scale_factor,
        )

    def extra_repr(self) -> str:
        """Size or factor, and mode."""
        words = (
            f"size={self.size}" if self.size is not None else f"scale_factor={self.scale_factor}"
        )
        return f"{words}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """`Upsample` of images by the nearest pixel.

    Args:
        size: of the output, or
        scale_factor: how much larger.

    >>> UpsamplingNearest2d(scale_factor=2)(autograd.ones((1, 3, 4, 5))).shape
    (1, 3, 8, 10)
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """`Upsample` of images by straight lines between the middles of pixels, corners aligned.

    Args:
        size: of the output, or
        scale_factor: how much larger.

    >>> UpsamplingBilinear2d(scale_factor=2)(autograd.ones((1, 3, 4, 5))).shape
    (1, 3, 8, 10)
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)


class PixelShuffle(Module):
    """(..., channels · r², height, width) to (..., channels, height · r, width · r).

    Args:
        upscale_factor: r.

    >>> PixelShuffle(2)(autograd.ones((1, 8, 3, 3))).shape
    (1, 2, 6, 6)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Tensor:
        """Move channels to places."""
        return functional.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return str(self.upscale_factor)


class PixelUnshuffle(Module):
    """(..., channels, height · r, width · r) to (..., channels · r², height, width).

    Args:
        downscale_factor: r.

    >>> PixelUnshuffle(2)(autograd.ones((1, 2, 6, 6))).shape
    (1, 8, 3, 3)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Tensor:
        """Move places to channels."""
        return functional.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return str(self.downscale_factor)


class ChannelShuffle(Module):
    """The channels dealt out: the first of each group, the second of each group, ...

    Args:
        groups: number of groups.

    >>> ChannelShuffle(2)(autograd.ones((1, 4, 3, 3))).shape
    (1, 4, 3, 3)
    """

    def __init__(self, groups: int) -> None:
        self.groups = groups

    def forward(self, input: Any) -> Tensor:
        """Reorder the channels."""
        return functional.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """The number of groups."""
        return str(self.groups)


class Unfold(Module):
    """The windows of an image as columns; see `nn.functional.unfold`.

    Args:
        kernel_size: of the windows, for both axes or each.
        dilation: step between the elements of a window.
        padding: zeros on every side.
        stride: step between windows.

    >>> Unfold(2)(autograd.ones((1, 3, 4, 4))).shape
    (1, 12, 9)
    """

    def __init__(
        self,
        kernel_size: PerAxis,
        dilation: PerAxis = 1,
        padding: PerAxis = 0,
        stride: PerAxis = 1,
    ) -> None:
        self.settings = (kernel_size, dilation, padding, stride)

    def forward(self, input: Any) -> Tensor:
        """Take the windows."""
        return functional.unfold(input, *self.settings)

    def extra_repr(self) -> str:
        """The windows."""
        names = ("kernel_size", "dilation", "padding", "stride")
        return ", ".join(f"{n}={v}" for n, v in zip(names, self.settings, strict=True))


class Fold(Unfold):
    """Columns added up to an image; see `nn.functional.fold`.

    Args:
        output_size: (height, width) of the image.
        kernel_size: of the windows, for both axes or each.
        dilation: step between the elements of a window.
        padding: zeros on every side.
        stride: step between windows.

    >>> Fold(4, 2)(autograd.ones((1, 12, 9))).shape
    (1, 3, 4, 4)
    """

    def __init__(
        self,
        output_size: PerAxis,
        kernel_size: PerAxis,
        dilation: PerAxis = 1,
        padding: PerAxis = 0,
        stride: PerAxis = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        """Add up the columns."""
        return functional.fold(input, self.output_size, *self.settings)
