"""Pooling layers: one number per window, channel by channel, without parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from autograd import Tensor
from nn import functional
from nn.module import Module

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]

PerAxis = int | Sequence[int]
Sizes = int | None | Sequence[int | None]


def _words(*plain: Any, **settings: tuple[Any, Any]) -> str:
    """Settings for a description: those that always matter, and those that are not the default."""
    words = [str(each) for each in plain]
    words += [f"{name}={now}" for name, (now, default) in settings.items() if now != default]
    return ", ".join(words)


class _MaxPool(Module):
    _pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        dilation: PerAxis = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Any:
        """Pool the input."""
        return type(self)._pool(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,
            self.return_indices,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The window and what is not the default."""
        return _words(
            self.kernel_size,
            stride=(self.stride, None),
            padding=(self.padding, 0),
            dilation=(self.dilation, 1),
            ceil_mode=(self.ceil_mode, False),
        )


class MaxPool1d(_MaxPool):
    """The largest element of each window of one axis; see `MaxPool2d`.

    >>> from autograd import zeros
    >>> MaxPool1d(2)(zeros((1, 2, 10))).shape
    (1, 2, 5)
    """

    _pool = functional.max_pool1d


class MaxPool2d(_MaxPool):
    """The largest element of each window of height and width; of equal ones the first.

    Args:
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        padding: places on every side that never win, at most half the kernel.
        dilation: step between the elements of a window.
        return_indices: whether to return too where each one was, for `MaxUnpool2d`.
        ceil_mode: whether a last window may hang over the end.

    >>> from autograd import zeros
    >>> MaxPool2d(2)(zeros((4, 6, 28, 28))).shape
    (4, 6, 14, 14)
    """

    _pool = functional.max_pool2d


class MaxPool3d(_MaxPool):
    """The largest element of each window of depth, height and width; see `MaxPool2d`.

    >>> from autograd import zeros
    >>> MaxPool3d(2)(zeros((1, 2, 4, 4, 4))).shape
    (1, 2, 2, 2, 2)
    """

    _pool = functional.max_pool3d


class _MaxUnpool(Module):
    _pool: ClassVar[Callable[..., Any]]

    def __init__(
        self, kernel_size: PerAxis, stride: PerAxis | None = None, padding: PerAxis = 0
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding

    def forward(self, input: Any, indices: Any, output_size: Sequence[int] | None = None) -> Tensor:
        """Put the elements back to where they were."""
        return type(self)._pool(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )

    def extra_repr(self) -> str:
        """The window and what is not the default."""
        return _words(self.kernel_size, stride=(self.stride, None), padding=(self.padding, 0))


class MaxUnpool1d(_MaxUnpool):
    """What `MaxPool1d` took, back in its place; see `MaxUnpool2d`.

    >>> from autograd import ones
    >>> pooled, places = MaxPool1d(2, return_indices=True)(ones((1, 2, 10)))
    >>> MaxUnpool1d(2)(pooled, places).shape
    (1, 2, 10)
    """

    _pool = functional.max_unpool1d


class MaxUnpool2d(_MaxUnpool):
    """What `MaxPool2d(return_indices=True)` took, back in its place among zeros.

    Args:
        kernel_size: of the pooling.
        stride: of the pooling.
        padding: of the pooling.

    >>> from autograd import ones
    >>> pooled, places = MaxPool2d(2, return_indices=True)(ones((1, 2, 4, 4)))
    >>> MaxUnpool2d(2)(pooled, places).shape
    (1, 2, 4, 4)
    """

    _pool = functional.max_unpool2d


class MaxUnpool3d(_MaxUnpool):
    """What `MaxPool3d` took, back in its place; see `MaxUnpool2d`.

    >>> from autograd import ones
    >>> pooled, places = MaxPool3d(2, return_indices=True)(ones((1, 2, 4, 4, 4)))
    >>> MaxUnpool3d(2)(pooled, places).shape
    (1, 2, 4, 4, 4)
    """

    _pool = functional.max_unpool3d


class AvgPool1d(Module):
    """The mean of each window of one axis; see `AvgPool2d`.

    >>> from autograd import zeros
    >>> AvgPool1d(2)(zeros((1, 2, 10))).shape
    (1, 2, 5)
    """

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Any) -> Tensor:
        """Pool the input."""
        return functional.avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
        )

    def extra_repr(self) -> str:
        """The window and what is not the default."""
        return _words(
            self.kernel_size,
            stride=(self.stride, None),
            padding=(self.padding, 0),
            ceil_mode=(self.ceil_mode, False),
            count_include_pad=(self.count_include_pad, True),
        )


class _AvgPool(AvgPool1d):
    _pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        padding: PerAxis = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: float | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Tensor:
        """Pool the input."""
        return type(self)._pool(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode,
            self.count_include_pad, self.divisor_override,
        )  # fmt: skip


class AvgPool2d(_AvgPool):
    """The mean of each window of height and width.

    Args:
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        padding: zeros on every side, at most half the kernel.
        ceil_mode: whether a last window may hang over the end.
        count_include_pad: whether the zeros of the padding count in the mean.
        divisor_override: what the sum of a window is divided by, in place of its size.

    >>> from autograd import zeros
    >>> AvgPool2d(2)(zeros((4, 6, 28, 28))).shape
    (4, 6, 14, 14)
    """

    _pool = functional.avg_pool2d


class AvgPool3d(_AvgPool):
    """The mean of each window of depth, height and width; see `AvgPool2d`.

    >>> from autograd import zeros
    >>> AvgPool3d(2)(zeros((1, 2, 4, 4, 4))).shape
    (1, 2, 2, 2, 2)
    """

    _pool = functional.avg_pool3d


class _LPPool(Module):
    _pool: ClassVar[Callable[..., Any]]

    def __init__(
        self,
        norm_type: float,
        kernel_size: PerAxis,
        stride: PerAxis | None = None,
        ceil_mode: bool = False,
    ) -> None:
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Any) -> Tensor:
        """Pool the input."""
        return type(self)._pool(
            input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode
        )

    def extra_repr(self) -> str:
        """Norm, window and what is not the default."""
        return _words(
            self.norm_type,
            self.kernel_size,
            stride=(self.stride, None),
            ceil_mode=(self.ceil_mode, False),
        )


class LPPool1d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of one axis; see `LPPool2d`.

    >>> from autograd import ones
    >>> LPPool1d(2, 2)(ones((1, 2, 10))).shape
    (1, 2, 5)
    """

    _pool = functional.lp_pool1d


class LPPool2d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of height and width.

    Args:
        norm_type: p.
        kernel_size: of the window, for both axes or each.
        stride: step between windows, the kernel size if not given.
        ceil_mode: whether a last window may hang over the end.

    >>> from autograd import ones
    >>> LPPool2d(2, 2)(ones((1, 2, 4, 4))).shape
    (1, 2, 2, 2)
    """

    _pool = functional.lp_pool2d


class LPPool3d(_LPPool):
    """`(Σ x^p)^(1/p)` over each window of depth, height and width; see `LPPool2d`.

    >>> from autograd import ones
    >>> LPPool3d(2, 2)(ones((1, 2, 4, 4, 4))).shape
    (1, 2, 2, 2, 2)
    """

    _pool = functional.lp_pool3d


class _AdaptiveAvgPool(Module):
    _pool: ClassVar[Callable[..., Any]]

    def __init__(self, output_size: Sizes) -> None:
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        """Pool the input."""
        return type(self)._pool(input, self.output_size)

    def extra_repr(self) -> str:
        """The size of the output."""
        return str(self.output_size)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Means over windows that make the axis as long as wanted; see `AdaptiveAvgPool2d`.

    >>> from autograd import ones
    >>> AdaptiveAvgPool1d(3)(ones((1, 2, 10))).shape
    (1, 2, 3)
    """

    _pool = functional.adaptive_avg_pool1d


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Means over windows chosen so that the output has the size wanted, whatever the input's.

    Args:
        output_size: (height, width) of the output, or one number for both; None keeps the input's.

    >>> from autograd import ones
    >>> AdaptiveAvgPool2d(1)(ones((4, 512, 7, 5))).shape
    (4, 512, 1, 1)
    """

    _pool = functional.adaptive_avg_pool2d


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Means over windows chosen so that the output has the size wanted; see `AdaptiveAvgPool2d`.

    >>> from autograd import ones
    >>> AdaptiveAvgPool3d(2)(ones((1, 2, 4, 5, 6))).shape
    (1, 2, 2, 2, 2)
    """

    _pool = functional.adaptive_avg_pool3d


class _AdaptiveMaxPool(_AdaptiveAvgPool):
    def __init__(self, output_size: Sizes, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """Pool the input."""
        return type(self)._pool(input, self.output_size, self.return_indices)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Maxima over windows that make the axis as long as wanted; see `AdaptiveMaxPool2d`.

    >>> from autograd import ones
    >>> AdaptiveMaxPool1d(3)(ones((1, 2, 10))).shape
    (1, 2, 3)
    """

    _pool = functional.adaptive_max_pool1d


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Maxima over windows chosen so that the output has the size wanted, whatever the input's.

    Args:
        output_size: (height, width) of the output, or one number for both; None keeps the input's.
        return_indices: whether to return too where in height · width each one was.

    >>> from autograd import ones
    >>> AdaptiveMaxPool2d((2, 3))(ones((1, 2, 7, 5))).shape
    (1, 2, 2, 3)
    """

    _pool = functional.adaptive_max_pool2d


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Maxima over windows chosen so that the output has the size wanted; see `AdaptiveMaxPool2d`.

    >>> from autograd import ones
    >>> AdaptiveMaxPool3d(2)(ones((1, 2, 4, 5, 6))).shape
    (1, 2, 2, 2, 2)
    """

    _pool = functional.adaptive_max_pool3d
