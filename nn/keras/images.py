"""Keras's layers of images, (batch, height, width, channels)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

import autograd
from nn import functional
from nn.inputs import as_input, place
from nn.keras.activations import activation as chosen_activation
from nn.keras.initializers import NAMES as INITIALIZERS
from nn.keras.layer import Layer
from nn.keras.names import named
from nn.parameter import Parameter

__all__ = ["AveragePooling2D", "Conv2D", "GlobalAveragePooling2D", "MaxPooling2D"]


def __dir__() -> list[str]:
    return __all__


Pair = int | Sequence[int]


def _pair(layer: str, name: str, given: Any) -> tuple[int, int]:
    pair = tuple(given) if isinstance(given, Sequence) else (given, given)
    if len(pair) != 2 or not all(isinstance(each, int | np.integer) and each > 0 for each in pair):
        raise ValueError(f"{layer}: {name} must be a positive number, or two, got {given!r}")
    return int(pair[0]), int(pair[1])


def _check_padding(layer: str, padding: str) -> str:
    if padding not in ("valid", "same"):
        raise ValueError(f"{layer}: padding must be 'valid' or 'same', got {padding!r}")
    return padding


def _check_format(layer: str, data_format: str | None) -> None:
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f"{layer}: images are (height, width, channels) here, got data_format={data_format!r}; "
            "nn's own layers take the channels first"
        )


def _channels_first(layer: str, x: Any) -> Any:
    if x.ndim != 4:
        raise ValueError(
            f"{layer}: expected images (batch, height, width, channels), got shape {x.shape}"
            f"{place()}"
        )
    return autograd.transpose(x, (0, 3, 1, 2))


def _channels_last(x: Any) -> Any:
    return autograd.transpose(x, (0, 2, 3, 1))


def _around(
    sides: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> list[int]:
    """Keras's "same" padding, as `functional.pad` takes it: the odd one lies behind."""
    around: list[int] = []
    for side, taps, step, gap in zip(sides, kernel, strides, dilation, strict=True):
        total = max((-(-side // step) - 1) * step + gap * (taps - 1) + 1 - side, 0)
        around = [total // 2, total - total // 2, *around]
    return around


class Conv2D(Layer):
    """Convolution of images and its activation.

    Args:
        filters: how many maps come out.
        kernel_size: (height, width) of the kernel, or one number for both.
        strides: steps between places.
        padding: "valid" for none, or "same": the size is kept but for the strides.
        data_format: "channels_last", or None.
        dilation_rate: steps between the elements of the kernel.
        groups: into how many parts channels and maps are split.
        activation: "relu", ... or a function; none if not given.
        use_bias: whether there is a bias.
        kernel_initializer: the first values of the kernel.
        bias_initializer: likewise of the bias.
        input_shape: (height, width, channels) of an image. Of the first layer; the others find it.

    Attributes:
        weight: (filters, channels, height, width), Keras's kernel with the axes of `nn.Conv2d`.
        bias: (filters,).

    >>> Conv2D(4, 3, activation="relu", input_shape=(28, 28, 1))(np.zeros((2, 28, 28, 1))).shape
    (2, 26, 26, 4)
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        filters: int,
        kernel_size: Pair,
        strides: Pair = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Pair = (1, 1),
        groups: int = 1,
        activation: str | Callable[[Any], Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Callable[[Any], Any] = "glorot_uniform",
        bias_initializer: str | Callable[[Any], Any] = "zeros",
        *,
        input_shape: Sequence[int] | None = None,
    ) -> None:
        if filters < 1 or groups < 1 or filters % groups:
            raise ValueError(
                f"Conv2D: filters must be a positive multiple of groups, got {filters} and {groups}"
            )
        _check_format("Conv2D", data_format)
        self.filters = filters
        self.kernel_size = _pair("Conv2D", "kernel_size", kernel_size)
        self.strides = _pair("Conv2D", "strides", strides)
        self.padding = _check_padding("Conv2D", padding)
        self.dilation_rate = _pair("Conv2D", "dilation_rate", dilation_rate)
        self.groups = groups
        self.activation = chosen_activation("Conv2D", activation)
        self.use_bias = use_bias
        self.kernel_initializer = named(
            "Conv2D: kernel_initializer", kernel_initializer, INITIALIZERS
        )
        self.bias_initializer = named("Conv2D: bias_initializer", bias_initializer, INITIALIZERS)
        self.say_shape(input_shape)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make kernel and bias, for images (height, width, channels)."""
        if len(input_shape) != 3 or input_shape[-1] % self.groups:
            raise ValueError(
                f"Conv2D: expected images (height, width, channels), got {input_shape}"
                + (f" for {self.groups} groups" if self.groups > 1 else "")
            )
        shape = (self.filters, input_shape[-1] // self.groups, *self.kernel_size)
        self.weight = Parameter(np.zeros(shape, np.float32))
        self.bias = Parameter(np.zeros(self.filters, np.float32)) if self.use_bias else None
        self.reset_parameters()
        self.built = True

    def reset_parameters(self) -> None:
        """Draw kernel and bias anew, by their initializers."""
        self.kernel_initializer(self.weight)
        if self.bias is not None:
            self.bias_initializer(self.bias)

    def kept(self) -> list[tuple[Any, tuple[int, ...] | None]]:
        """Kernel (height, width, channels, filters) and bias."""
        own: list[tuple[Any, tuple[int, ...] | None]] = [(self.weight, (2, 3, 1, 0))]
        return own if self.bias is None else [*own, (self.bias, None)]

    def forward(self, input: Any) -> Any:
        """Convolve images (batch, height, width, channels)."""
        if not self.built:
            self.build(tuple(np.shape(input)[1:]))
        x = _channels_first("Conv2D", as_input(input, self.weight.dtype))
        if self.padding == "same":
            around = _around(x.shape[2:], self.kernel_size, self.strides, self.dilation_rate)
            x = functional.pad(x, around)
        x = functional.conv2d(
            x, self.weight, self.bias, self.strides, 0, self.dilation_rate, self.groups
        )
        return self.activation(_channels_last(x))

    def extra_repr(self) -> str:
        """Its sizes."""
        channels = self.weight.shape[1] * self.groups if self.built else "?"
        return f"{channels} -> {self.filters}, {self.kernel_size}"


class _Pooling2D(Layer):
    def __init__(
        self,
        pool_size: Pair = (2, 2),
        strides: Pair | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        *,
        input_shape: Sequence[int] | None = None,
    ) -> None:
        name = type(self).__name__
        _check_format(name, data_format)
        self.pool_size = _pair(name, "pool_size", pool_size)
        self.strides = self.pool_size if strides is None else _pair(name, "strides", strides)
        self.padding = _check_padding(name, padding)
        self.say_shape(input_shape)

    _outside: ClassVar[float]

    def forward(self, input: Any) -> Any:
        """Pool images (batch, height, width, channels)."""
        if not isinstance(input, autograd.Tensor):
            input = autograd.Tensor(np.asarray(input, np.float32))
        x = _channels_first(type(self).__name__, input)
        around = [0, 0, 0, 0]
        if self.padding == "same":
            around = _around(x.shape[2:], self.pool_size, self.strides, (1, 1))
        return _channels_last(self._pooled(x, around))

    def _pooled(self, x: Any, around: list[int]) -> Any:
        raise NotImplementedError

    def extra_repr(self) -> str:
        """The window, and what is not the default."""
        words = str(self.pool_size)
        if self.strides != self.pool_size:
            words += f", strides={self.strides}"
        return words if self.padding == "valid" else f"{words}, padding={self.padding!r}"


class MaxPooling2D(_Pooling2D):
    """The largest number of each window, channel by channel.

    Args:
        pool_size: (height, width) of the window, or one number for both.
        strides: steps between windows, the window if not given.
        padding: "valid", or "same": windows may hang over the border.
        data_format: "channels_last", or None.
        input_shape: (height, width, channels) of an image, of a first layer.

    >>> MaxPooling2D()(np.zeros((2, 28, 28, 3))).shape
    (2, 14, 14, 3)
    """

    def _pooled(self, x: Any, around: list[int]) -> Any:
        if any(around):
            x = functional.pad(x, around, value=-np.inf)
        return functional.max_pool2d(x, self.pool_size, self.strides)


class AveragePooling2D(_Pooling2D):
    """The mean of each window, channel by channel; what hangs over the border does not count.

    Args:
        pool_size: (height, width) of the window, or one number for both.
        strides: steps between windows, the window if not given.
        padding: "valid", or "same": windows may hang over the border.
        data_format: "channels_last", or None.
        input_shape: (height, width, channels) of an image, of a first layer.

    >>> AveragePooling2D(7)(np.zeros((2, 28, 28, 3))).shape
    (2, 4, 4, 3)
    """

    def _pooled(self, x: Any, around: list[int]) -> Any:
        if not any(around):
            return functional.avg_pool2d(x, self.pool_size, self.strides)
        inside = functional.pad(np.ones((1, 1, *x.shape[2:]), x.dtype), around)
        shares = functional.avg_pool2d(inside, self.pool_size, self.strides)
        padded = functional.pad(x, around)
        return functional.avg_pool2d(padded, self.pool_size, self.strides) / shares


class GlobalAveragePooling2D(Layer):
    """The mean of every channel over the image.

    >>> GlobalAveragePooling2D()(np.zeros((2, 7, 7, 3))).shape
    (2, 3)
    """

    def forward(self, input: Any) -> Any:
        """(batch, height, width, channels) to (batch, channels)."""
        return autograd.mean(input, (1, 2))
