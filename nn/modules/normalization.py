"""Normalisation layers: batch, instance, layer, group, root mean square, local response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.internals import checked_device
from nn import functional
from nn.functional.convolution import with_batch
from nn.inputs import as_input, place
from nn.module import Module
from nn.parameter import Buffer, Parameter, update_buffer

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
]


def _constant(shape: Any, number: float, dtype: Any) -> Any:
    return np.full(shape, number, np.float32 if dtype is None else dtype)


class _RunningStatistics(Module):
    """Weight and bias per channel, and running statistics of batches."""

    axes: ClassVar[int]  # how many of the input's axes are spatial
    weight: Parameter | None
    bias: Parameter | None
    running_mean: Buffer | None
    running_var: Buffer | None
    num_batches_tracked: Buffer | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        checked_device(device)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(_constant(num_features, 1, dtype)) if affine else None
        self.bias = Parameter(_constant(num_features, 0, dtype)) if affine and bias else None
        tracking = track_running_stats
        self.running_mean = Buffer(_constant(num_features, 0, dtype)) if tracking else None
        self.running_var = Buffer(_constant(num_features, 1, dtype)) if tracking else None
        self.num_batches_tracked = Buffer(np.int64(0)) if tracking else None

    def reset_running_stats(self) -> None:
        """Forget all batches."""
        for buffer, start in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                update_buffer(buffer, np.full(buffer.shape, start, buffer.dtype))

    def _checked(self, x: Any) -> Any:
        """A batch, in the dtype of the parameters, with the right number of channels."""
        reference = self.weight if self.weight is not None else self.running_mean
        if reference is not None:
            x = as_input(x, reference.dtype)
        shape = np.shape(x)
        if len(shape) < 2 or shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__}: expected {self.num_features} channels in axis 1, got "
                f"shape {shape}{place()}"
            )
        return x

    def extra_repr(self) -> str:
        """Channels and what is not the default."""
        ours = not isinstance(self, _InstanceNorm)  # the default of the other two settings
        settings = {
            "eps": (self.eps, 1e-5),
            "momentum": (self.momentum, 0.1),
            "affine": (self.affine, ours),
            "track_running_stats": (self.track_running_stats, ours),
        }
        words = [f"{name}={now}" for name, (now, default) in settings.items() if now != default]
        if self.weight is not None and self.bias is None:
            words.append("bias=False")
        return ", ".join([str(self.num_features), *words])


class _BatchNorm(_RunningStatistics):
    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        if np.ndim(input) != self.axes + 2 and not (self.axes == 1 and np.ndim(input) == 2):
            raise ValueError(
                f"{type(self).__name__}: expected an input of {self.axes + 2} axes, (batch, "
                f"channels, *spatial), got shape {np.shape(input)}{place()}"
            )
        use_batch = self.training or self.running_mean is None
        batches = self.num_batches_tracked
        count = 1 if batches is None else int(batches.item()) + 1
        # Without a momentum the running statistics are the mean over all batches.
        share = 1 / count if self.momentum is None else self.momentum
        out = functional.batch_norm(
            self._checked(input), self.running_mean, self.running_var, self.weight, self.bias,
            use_batch, share, self.eps,
        )  # fmt: skip
        if self.training and batches is not None:
            update_buffer(batches, count)
        return out


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of (batch, channels) or (batch, channels, length); see `BatchNorm2d`.

    >>> BatchNorm1d(3)(np.zeros((4, 3))).shape
    (4, 3)
    """

    axes = 1


class BatchNorm2d(_BatchNorm):
    """`(x - mean) / √(var + eps) · weight + bias`, per channel.

    In training the statistics are those of the batch; running ones follow them and are used in
    evaluation.

    Args:
        num_features: number of channels.
        eps: added to the variance.
        momentum: the batch's share in the running statistics; None for the mean of all batches.
            Keras' momentum is 1 minus this one.
        affine: whether there are weight and bias.
        track_running_stats: whether there are running statistics; without them evaluation takes
            the batch's too.
        dtype: of parameters and buffers, float32 if not given.
        bias: whether there is a bias beside the weight.

    Shape:
        (batch, num_features, height, width) to the same.

    References:
        S. Ioffe and C. Szegedy (2015), Batch normalization: accelerating deep network training by
        reducing internal covariate shift.

    >>> layer = BatchNorm2d(3)
    >>> layer(np.zeros((4, 3, 5, 5))).shape
    (4, 3, 5, 5)
    >>> layer.num_batches_tracked.item()
    1
    """

    axes = 2


class BatchNorm3d(_BatchNorm):
    """Batch normalisation of (batch, channels, depth, height, width); see `BatchNorm2d`.

    >>> BatchNorm3d(3)(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    axes = 3


class _InstanceNorm(_RunningStatistics):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        checked_device(device)
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, dtype=dtype, bias=bias
        )

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        return with_batch(type(self).__name__, self.axes, input, self._normalize)

    def _normalize(self, x: Any) -> Any:
        use_input = self.training or not self.track_running_stats
        return functional.instance_norm(
            self._checked(x), self.running_mean, self.running_var, self.weight, self.bias,
            use_input, self.momentum or 0.0, self.eps,
        )  # fmt: skip


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of (batch, channels, length), or without the batch.

    >>> InstanceNorm1d(3)(np.zeros((4, 3, 5))).shape
    (4, 3, 5)
    """

    axes = 1


class InstanceNorm2d(_InstanceNorm):
    """Like `BatchNorm2d`, with the statistics of each example and channel alone.

    Args:
        num_features: number of channels.
        eps: added to the variance.
        momentum: the batch's share in the running statistics.
        affine: whether there are weight and bias.
        track_running_stats: whether evaluation uses running statistics.
        dtype: of parameters and buffers, float32 if not given.
        bias: whether there is a bias beside the weight.

    References:
        D. Ulyanov, A. Vedaldi and V. Lempitsky (2016), Instance normalization: the missing
        ingredient for fast stylization.

    >>> InstanceNorm2d(3)(np.zeros((4, 3, 5, 5))).shape
    (4, 3, 5, 5)
    """

    axes = 2


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of (batch, channels, depth, height, width), or without the batch.

    >>> InstanceNorm3d(3)(np.zeros((4, 3, 2, 2, 2))).shape
    (4, 3, 2, 2, 2)
    """

    axes = 3


class LayerNorm(Module):
    """`(x - mean) / √(var + eps) · weight + bias`, over the last axes of each example.

    Args:
        normalized_shape: the lengths of the last axes, or of the last one.
        eps: added to the variance.
        elementwise_affine: whether there are weight and bias.
        bias: whether there is a bias.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    References:
        J. Ba, J. Kiros and G. Hinton (2016), Layer normalization.

    >>> LayerNorm(8)(np.zeros((4, 5, 8))).shape
    (4, 5, 8)
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else normalized_shape
        self.normalized_shape = tuple(shape)
        self.eps = eps
        affine = elementwise_affine
        self.weight = Parameter(_constant(shape, 1, dtype)) if affine else None
        self.bias = Parameter(_constant(shape, 0, dtype)) if affine and bias else None

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        if self.weight is not None:
            input = as_input(input, self.weight.dtype)
        return functional.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The shape."""
        return str(self.normalized_shape)


class RMSNorm(Module):
    """`x / √(mean(x²) + eps) · weight`, over the last axes of each example.

    Args:
        normalized_shape: the lengths of the last axes, or of the last one.
        eps: the smallest step of the dtype if not given.
        elementwise_affine: whether there is a weight.
        device: the CPU, the only one there is.
        dtype: of the weight, float32 if not given.

    References:
        B. Zhang and R. Sennrich (2019), Root mean square layer normalization.

    >>> RMSNorm(8)(np.zeros((4, 8))).shape
    (4, 8)
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else normalized_shape
        self.normalized_shape = tuple(shape)
        self.eps = eps
        self.weight = Parameter(_constant(shape, 1, dtype)) if elementwise_affine else None

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        if self.weight is not None:
            input = as_input(input, self.weight.dtype)
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """The shape."""
        return str(self.normalized_shape)


class GroupNorm(Module):
    """Layer normalisation over groups of channels and all places.

    Args:
        num_groups: number of groups, a divisor of the channels.
        num_channels: number of channels.
        eps: added to the variance.
        affine: whether there are weight and bias, per channel.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.
        bias: whether there is a bias beside the weight.

    References:
        Y. Wu and K. He (2018), Group normalization.

    >>> GroupNorm(2, 4)(np.zeros((3, 4, 5, 5))).shape
    (3, 4, 5, 5)
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        checked_device(device)
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_groups} groups do not divide {num_channels} channels"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.weight = Parameter(_constant(num_channels, 1, dtype)) if affine else None
        self.bias = Parameter(_constant(num_channels, 0, dtype)) if affine and bias else None

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        if self.weight is not None:
            input = as_input(input, self.weight.dtype)
        return functional.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Groups and channels."""
        return f"{self.num_groups}, {self.num_channels}"


class LocalResponseNorm(Module):
    """`x / (k + alpha · mean of x² over neighbouring channels)^beta`, as in AlexNet.

    Args:
        size: how many channels count as neighbours.
        alpha: how much they weigh; the paper's alpha, of a sum, is ours over `size`.
        beta: the exponent.
        k: what is added.

    >>> LocalResponseNorm(3)(np.zeros((2, 4, 5, 5))).shape
    (2, 4, 5, 5)
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        return functional.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """The settings."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
