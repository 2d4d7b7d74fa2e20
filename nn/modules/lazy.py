"""Layers that take the size of their input from the first batch, and are ordinary ones after it.

Until then their parameters are empty. They are the same objects afterwards, so an optimizer may be
made before. A state that is loaded before the first batch gives the size as well; weights are
initialised by hand after either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.internals import checked_device, give_value
from nn.inputs import place
from nn.module import Module
from nn.modules.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from nn.modules.linear import Linear
from nn.modules.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)

__all__ = [
    "LazyBatchNorm1d",
    "LazyBatchNorm2d",
    "LazyBatchNorm3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
    "LazyInstanceNorm1d",
    "LazyInstanceNorm2d",
    "LazyInstanceNorm3d",
    "LazyLinear",
]


def _grow(tensor: Tensor | None, shape: tuple[int, ...], fill: float = 0) -> None:
    """Give an empty parameter or buffer its shape; it stays the same object."""
    if tensor is None:
        return
    required = tensor.requires_grad
    tensor.requires_grad_(False)  # its node notes the shape and is made anew
    give_value(tensor, np.full(shape, fill, tensor.dtype))
    tensor.requires_grad_(required)


class _Lazy(Module):
    """A layer whose first call makes it an ordinary one."""

    ordinary: ClassVar[Any]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Take the size from the input, and be an ordinary layer from now on."""
        self._take(self._size_of(np.shape(args[0] if args else next(iter(kwargs.values())))))
        self._draw()
        self.__class__ = self.ordinary
        return self.forward(*args, **kwargs)

    def take_shapes(self, shapes: Mapping[str, tuple[int, ...]]) -> Callable[[], None] | None:
        """Take the size from the shapes of a state that is to be loaded.

        Returns:
            What makes the layer a lazy one again; None if the state does not tell the size.
        """
        size = self._size_in(shapes)
        if not size:
            return None
        lazy = type(self)
        self._take(size)
        self.__class__ = self.ordinary

        def undo() -> None:
            self.__class__ = lazy
            self._take(0)

        return undo

    def _size_of(self, shape: tuple[int, ...]) -> int:
        """The size that an input of a shape has."""
        raise NotImplementedError

    def _size_in(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        """The size that parameters of such shapes have; 0 if they do not tell."""
        raise NotImplementedError

    def _take(self, size: int) -> None:
        """Give the parameters their shapes."""
        raise NotImplementedError

    def _draw(self) -> None:
        """Draw the parameters."""

    def _channels(self, shape: tuple[int, ...], axes: int, single: bool) -> int:
        """The length of the axis of channels of an input."""
        if len(shape) == axes + 2 or (single and len(shape) == axes + 1):
            return shape[-axes - 1] if axes else shape[-1]
        raise ValueError(
            f"{type(self).__name__}: expected (batch, channels, *spatial) with {axes} spatial "
            f"axes, got shape {shape}{place()}"
        )


class LazyLinear(_Lazy, Linear):
    """`Linear` whose `in_features` is the length of the first input's last axis.

    Args:
        out_features: length of the last axis of the output.
        bias: whether to add b.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    >>> layer = LazyLinear(2)
    >>> layer([[1.0, 2.0, 3.0]]).shape
    (1, 2)
    >>> layer
    Linear(3 -> 2)
    """

    ordinary = Linear

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        checked_device(device)
        Linear.__init__(self, 0, out_features, bias, dtype=dtype)

    def _size_of(self, shape: tuple[int, ...]) -> int:
        if not shape:
            raise ValueError(f"LazyLinear: the input has no axis{place()}")
        return shape[-1]

    def _size_in(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        weight = shapes.get("weight", ())
        return weight[1] if len(weight) == 2 else 0

    def _take(self, size: int) -> None:
        self.in_features = size
        _grow(self.weight, (self.out_features, size))

    def _draw(self) -> None:
        self.reset_parameters()


class _LazyConvolution(_Lazy):
    axes: ClassVar[int]
    groups: int

    def __init__(self, out_channels: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        self.ordinary.__init__(self, 0, out_channels, kernel_size, *args, **kwargs)

    def _size_of(self, shape: tuple[int, ...]) -> int:
        channels = self._channels(shape, self.axes, single=True)
        if channels % self.groups:
            raise ValueError(
                f"{type(self).__name__}: {self.groups} groups must divide {channels} input "
                f"channels{place()}"
            )
        return channels

    def _size_in(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        weight = shapes.get("weight", ())
        if len(weight) != self.axes + 2:
            return 0
        # A transposed convolution has its input channels first, the others their share second.
        transposed = issubclass(self.ordinary, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d)
        return weight[0] if transposed else weight[1] * self.groups

    def _take(self, size: int) -> None:
        layer: Any = self
        layer.in_channels = size
        _grow(layer.weight, layer.weight_shape())

    def _draw(self) -> None:
        layer: Any = self
        layer.reset_parameters()


class LazyConv1d(_LazyConvolution, Conv1d):
    """`Conv1d` whose `in_channels` is that of the first input; other arguments as there.

    >>> layer = LazyConv1d(4, kernel_size=3)
    >>> layer(np.zeros((1, 2, 10))).shape
    (1, 4, 8)
    """

    ordinary = Conv1d


class LazyConv2d(_LazyConvolution, Conv2d):
    """`Conv2d` whose `in_channels` is that of the first input; other arguments as there.

    >>> layer = LazyConv2d(4, kernel_size=3)
    >>> layer(np.zeros((1, 2, 10, 10))).shape
    (1, 4, 8, 8)
    >>> layer
    Conv2d(2 -> 4, kernel_size=(3, 3))
    """

    ordinary = Conv2d


class LazyConv3d(_LazyConvolution, Conv3d):
    """`Conv3d` whose `in_channels` is that of the first input; other arguments as there.

    >>> layer = LazyConv3d(4, kernel_size=3)
    >>> layer(np.zeros((1, 2, 4, 4, 4))).shape
    (1, 4, 2, 2, 2)
    """

    ordinary = Conv3d


class LazyConvTranspose1d(_LazyConvolution, ConvTranspose1d):
    """`ConvTranspose1d` whose `in_channels` is that of the first input; other arguments as there.

    >>> LazyConvTranspose1d(4, kernel_size=3)(np.zeros((1, 2, 10))).shape
    (1, 4, 12)
    """

    ordinary = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvolution, ConvTranspose2d):
    """`ConvTranspose2d` whose `in_channels` is that of the first input; other arguments as there.

    >>> LazyConvTranspose2d(4, kernel_size=2, stride=2)(np.zeros((1, 2, 3, 3))).shape
    (1, 4, 6, 6)
    """

    ordinary = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvolution, ConvTranspose3d):
    """`ConvTranspose3d` whose `in_channels` is that of the first input; other arguments as there.

    >>> LazyConvTranspose3d(4, kernel_size=2)(np.zeros((1, 2, 3, 3, 3))).shape
    (1, 4, 4, 4, 4)
    """

    ordinary = ConvTranspose3d


class _LazyNorm(_Lazy):
    axes: ClassVar[int]
    single = False  # whether an input may come without a batch

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.ordinary.__init__(self, 0, *args, **kwargs)

    def _size_of(self, shape: tuple[int, ...]) -> int:
        axes = 0 if self.axes == 1 and len(shape) == 2 and not self.single else self.axes
        return self._channels(shape, axes, self.single)

    def _size_in(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        vectors = [shape for shape in shapes.values() if len(shape) == 1]
        return vectors[0][0] if vectors else 0

    def _take(self, size: int) -> None:
        layer: Any = self
        layer.num_features = size
        for tensor, start in (
            (layer.weight, 1), (layer.bias, 0), (layer.running_mean, 0), (layer.running_var, 1),
        ):  # fmt: skip
            _grow(tensor, (size,), start)


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """`BatchNorm1d` whose `num_features` is that of the first input; other arguments as there.

    >>> LazyBatchNorm1d()(np.zeros((4, 3))).shape
    (4, 3)
    """

    ordinary = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """`BatchNorm2d` whose `num_features` is that of the first input; other arguments as there.

    >>> layer = LazyBatchNorm2d()
    >>> layer(np.zeros((4, 3, 5, 5))).shape
    (4, 3, 5, 5)
    >>> layer
    BatchNorm2d(3)
    """

    ordinary = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """`BatchNorm3d` whose `num_features` is that of the first input; other arguments as there.

    >>> LazyBatchNorm3d()(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    ordinary = BatchNorm3d


class _LazyInstanceNorm(_LazyNorm):
    single = True


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    """`InstanceNorm1d` whose `num_features` is that of the first input; other arguments as there.

    >>> LazyInstanceNorm1d()(np.zeros((4, 3, 5))).shape
    (4, 3, 5)
    """

    ordinary = InstanceNorm1d


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    """`InstanceNorm2d` whose `num_features` is that of the first input; other arguments as there.

    >>> LazyInstanceNorm2d(affine=True)(np.zeros((4, 3, 5, 5))).shape
    (4, 3, 5, 5)
    """

    ordinary = InstanceNorm2d


class LazyInstanceNorm3d(_LazyInstanceNorm, InstanceNorm3d):
    """`InstanceNorm3d` whose `num_features` is that of the first input; other arguments as there.

    >>> LazyInstanceNorm3d()(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    ordinary = InstanceNorm3d
