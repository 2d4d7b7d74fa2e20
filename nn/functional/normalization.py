"""Normalisation as functions: batch, instance, layer, group, root mean square, and others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import constant, in_single, levels_of, value
from nn.inputs import place, refuse_complex
from nn.parameter import update_buffer
from nn.path import named_call

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "normalize",
    "rms_norm",
]


def batch_norm(
    input: Any,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """`(x - mean) / √(var + eps) · weight + bias`, per channel.

    In training mean and variance are those of the batch, and the running ones move towards them by
    `momentum`; the running variance takes the unbiased one, the normalisation the biased. In
    evaluation the running ones are used.

    Args:
        input: (batch, channels, *spatial).
        running_mean: (channels,), changed in place in training; None for none.
        running_var: (channels,), changed in place in training; None for none.
        weight: (channels,) or None.
        bias: (channels,) or None.
        training: whether to take the batch's statistics.
        momentum: the share of the batch in the running statistics.
        eps: added to the variance.

    Raises:
        ValueError: in training, for a batch with one number per channel.

    >>> out = batch_norm(Tensor([[1.0], [3.0]]), None, None, training=True, eps=0.0)
    >>> out.data.ravel()
    array([-1.,  1.])
    """
    shape = np.shape(value(input))
    if len(shape) < 2:
        raise ValueError(f"batch_norm: expected (batch, channels, ...), got shape {shape}{place()}")
    along = (1, shape[1]) + (1,) * (len(shape) - 2)
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError(f"batch_norm: evaluation needs running_mean and running_var{place()}")
        return _by_constants(input, running_mean, running_var, weight, bias, eps, along)
    running_mean, running_var, momentum = _moving("batch_norm", running_mean, running_var, momentum)
    axes = (0, *range(2, len(shape)))
    count = math.prod(shape) // max(shape[1], 1)
    if not count:  # an empty batch has no statistics, and moves none
        ones = np.ones(shape[1], value(input).dtype)
        return _by_constants(input, 0 * ones, ones, weight, bias, 0.0, along)
    if count == 1:
        raise ValueError(
            f"batch_norm: training needs more than one value per channel, got shape "
            f"{shape}{place()}; use a larger batch, or eval()"
        )
    out, mean, var = autograd.normalize(input, weight, bias, axes, along, eps)
    if running_mean is not None or running_var is not None:
        _refuse_mapped("batch_norm", out)
        _move(running_mean, value(mean).reshape(-1), momentum)
        _move(running_var, value(var).reshape(-1) * (count / (count - 1)), momentum)
    return out


def _by_constants(
    input: Any, mean: Any, var: Any, weight: Any, bias: Any, eps: float, along: tuple[int, ...]
) -> Any:
    """Normalise by given statistics: one product and one sum per element."""
    dtype = value(input).dtype
    mean, var = (
        each if getattr(each, "requires_grad", False) else np.asarray(value(each))
        for each in (mean, var)
    )
    scale = autograd.rsqrt(var.astype(np.float64) + eps).astype(dtype)
    if weight is not None:
        scale = weight * scale
    shift = -mean.astype(dtype) * scale
    if bias is not None:
        shift = bias + shift
    return input * scale.reshape(along) + shift.reshape(along)


def _moving(caller: str, mean: Any, var: Any, momentum: Any) -> tuple[Any, Any, float]:
    """The running statistics and their momentum, which are changed and not differentiated."""
    for name, each in (("running_mean", mean), ("running_var", var)):
        constant(each, caller, name)
        if not (each is None or isinstance(each, Tensor)):
            raise TypeError(
                f"{caller}: {name} is changed in place and must be a Tensor, got a "
                f"{type(each).__name__}{place()}; use autograd.from_numpy"
            )
    return mean, var, constant(momentum, caller, "momentum")


def _refuse_mapped(caller: str, out: Any) -> None:
    """Refuse to move statistics by those of many samples, of which none is the running one."""
    if levels_of(out):
        raise RuntimeError(
            f"{caller}: in training the running statistics follow one batch, and inside vmap there "
            f"is one for each sample{place()}; call eval(), make the layer with "
            "track_running_stats=False, or take another normalisation, such as GroupNorm"
        )


def _move(running: Tensor | None, current: Any, momentum: float) -> None:
    if running is not None:
        old = value(running)
        update_buffer(running, (1 - momentum) * old + momentum * current)


def instance_norm(
    input: Any,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Like `batch_norm`, with the statistics of each example alone.

    Args:
        input: (batch, channels, *spatial).
        running_mean: (channels,), moved towards the mean over the batch; None for none.
        running_var: (channels,), likewise.
        weight: (channels,) or None.
        bias: (channels,) or None.
        use_input_stats: whether to take the example's statistics, or the running ones.
        momentum: the share of the batch in the running statistics.
        eps: added to the variance.

    >>> out = instance_norm(Tensor([[[1.0, 3.0]]]), eps=0.0)
    >>> out.data.ravel()
    array([-1.,  1.])
    """
    shape = np.shape(value(input))
    if len(shape) < 3:
        raise ValueError(
            f"instance_norm: expected (batch, channels, *spatial), got shape {shape}{place()}"
        )
    along = (1, shape[1]) + (1,) * (len(shape) - 2)
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError(
                f"instance_norm: without the input's statistics it needs running_mean and "
                f"running_var{place()}"
            )
        return _by_constants(input, running_mean, running_var, weight, bias, eps, along)
    running_mean, running_var, momentum = _moving(
        "instance_norm", running_mean, running_var, momentum
    )
    count = math.prod(shape[2:])
    if count <= 1:
        raise ValueError(
            f"instance_norm: needs more than one place per channel, got shape {shape}{place()}"
        )
    axes = tuple(range(2, len(shape)))
    out, mean, var = autograd.normalize(input, weight, bias, axes, along, eps)
    moving = running_mean is not None or running_var is not None
    if moving and shape[0]:  # an empty batch moves nothing
        _refuse_mapped("instance_norm", out)
        _move(running_mean, value(mean).reshape(shape[:2]).mean(axis=0), momentum)
        unbiased = value(var).reshape(shape[:2]).mean(axis=0) * (count / (count - 1))
        _move(running_var, unbiased, momentum)
    return out


def _last_axes(caller: str, input: Any, normalized_shape: Sequence[int]) -> tuple[int, ...]:
    shape, wanted = np.shape(value(input)), tuple(normalized_shape)
    if not wanted or shape[-len(wanted) :] != wanted:
        raise ValueError(
            f"{caller}: an input of shape {shape} does not end in the normalized shape "
            f"{wanted}{place()}"
        )
    return tuple(range(len(shape) - len(wanted), len(shape)))


def layer_norm(
    input: Any,
    normalized_shape: Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """`(x - mean) / √(var + eps) · weight + bias`, over the last axes of each example.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes.
        weight: of that shape, or None.
        bias: of that shape, or None.
        eps: added to the (biased) variance.

    >>> layer_norm(Tensor([[1.0, 3.0]]), (2,), eps=0.0).data
    array([[-1.,  1.]])
    """
    axes = _last_axes("layer_norm", input, normalized_shape)
    return autograd.normalize(input, weight, bias, axes, tuple(normalized_shape), eps)[0]


def rms_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None
) -> Any:
    """`x / √(mean(x²) + eps) · weight`, over the last axes of each example.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes.
        weight: of that shape, or None.
        eps: the smallest step of the dtype if not given.

    >>> rms_norm(Tensor([[3.0, 3.0]]), (2,), eps=0.0).data
    array([[1., 1.]])
    """
    axes = _last_axes("rms_norm", input, normalized_shape)
    if eps is None:
        eps = float(np.finfo(value(input).dtype).eps)
    return autograd.rms_normalize(input, weight, axes, eps)[0]


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Like `layer_norm` over groups of channels and all places, with weight and bias per channel.

    Args:
        input: (batch, channels, *spatial).
        num_groups: a divisor of the channels.
        weight: (channels,) or None.
        bias: (channels,) or None.
        eps: added to the variance.

    >>> group_norm(Tensor([[1.0, 3.0, 5.0, 9.0]]), 2, eps=0.0).data
    array([[-1.,  1., -1.,  1.]])
    """
    shape = np.shape(value(input))
    if len(shape) < 2 or num_groups < 1 or shape[1] % num_groups:
        raise ValueError(
            f"group_norm: {num_groups} groups must divide the channels (axis 1) of an input of "
            f"shape {shape}{place()}"
        )
    width = shape[1] // num_groups
    view = (shape[0], num_groups, width, *shape[2:])
    along = (num_groups, width) + (1,) * (len(shape) - 2)
    axes = tuple(range(2, len(view)))
    return autograd.normalize(input, weight, bias, axes, along, eps, view)[0]


@named_call
@in_single
def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """`x / (k + alpha · mean of x² over neighbouring channels)^beta`.

    AlexNet's formula has the sum in place of the mean: its alpha is ours over `size`.

    Args:
        input: (batch, channels, *spatial).
        size: how many channels count as neighbours, the channel itself in the middle.
        alpha: how much they weigh.
        beta: the exponent.
        k: what is added.

    References:
        A. Krizhevsky, I. Sutskever and G. Hinton (2012), ImageNet classification with deep
        convolutional neural networks.

    >>> local_response_norm(Tensor([[[2.0], [2.0]]]), 1, alpha=3.0, beta=0.5, k=4.0).data.ravel()
    array([0.5, 0.5])
    """
    shape = np.shape(value(input))
    if len(shape) < 3 or size < 1:
        raise ValueError(
            f"local_response_norm: expected (batch, channels, *spatial) and a size of at least 1, "
            f"got shape {shape} and {size}{place()}"
        )
    refuse_complex("local_response_norm", input=input)
    lines = autograd.reshape(input * input, (shape[0], 1, shape[1], math.prod(shape[2:])))
    around = ((0, 0), (0, 0), (size // 2, (size - 1) // 2), (0, 0))
    means = autograd.average_pool(autograd.ops.zero_pad(lines, around), (size, 1), 1)
    return input / (autograd.reshape(means, shape) * alpha + k) ** beta


@named_call
@in_single
def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """`x / max(‖x‖, eps)`, with the p-norm along axis `dim`.

    >>> from nn.functional import normalize
    >>> normalize(Tensor([[3.0, 4.0]])).data
    array([[0.6, 0.8]])
    """
    return input / autograd.maximum(vector_norm(input, p, dim, True), eps)


def vector_norm(x: Any, p: float, dim: int, keepdims: bool) -> Any:
    """`(Σ |x|^p)^(1/p)` along an axis, whose gradient at 0 is 0."""
    if p == math.inf:
        return autograd.abs(x).max(axis=dim, keepdims=keepdims)
    if p == 1:
        return autograd.abs(x).sum(axis=dim, keepdims=keepdims)
    if x.dtype.kind == "c":
        x = autograd.abs(x)
    powers = x * x if p == 2 else autograd.abs(x) ** p
    return root(powers.sum(axis=dim, keepdims=keepdims), p)


def root(total: Any, p: float) -> Any:
    """`total^(1/p)` of sums of powers, whose gradient at 0 is 0."""
    # The root has no slope at 0; with 1 in its place neither value nor gradient sees that.
    at_zero = total == 0
    one, zero = value(total).dtype.type(1), value(total).dtype.type(0)
    safe = autograd.where(at_zero, one, total)
    power = autograd.sqrt(safe) if p == 2 else safe ** (1 / p)
    return autograd.where(at_zero, zero, power)
