"""Normalisation to mean 0 and variance 1, or to mean square 1, as one operation each.

Batch, layer, group and instance normalisation are one formula over different axes, so they are
one operation. The statistics are outputs with gradients of their own: a rule that took them for
constants would be silently wrong in second order.
"""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.operation.record import error, sample
from autograd.ops.reductions import mean
from autograd.ops.shapes import reshape, sum_to

__all__ = ["normalize", "rms_normalize"]

_SAMPLES = [
    sample((4, 3), axes=(0,), affine_shape=(1, 3)),
    sample((4, 3), (3,), (3,), axes=(0,), affine_shape=(1, 3)),
    sample((2, 3, 2, 2), (3,), (3,), axes=(0, 2, 3), affine_shape=(1, 3, 1, 1)),
    sample((2, 2, 3), (2, 3), axes=(1, 2), affine_shape=(2, 3), eps=0.1),
    sample((2, 4, 3), (4,), (4,), axes=(2, 3), affine_shape=(2, 2, 1), view=(2, 2, 2, 3)),
]


def _composed(x, weight=None, bias=None, axes=(-1,), affine_shape=(), eps=1e-5, view=None):
    shape = np.shape(value(x))
    viewed = x if view is None else reshape(x, view)
    centre = mean(viewed, axes, True)
    centred = viewed - centre
    variance = mean(centred * centred, axes, True)
    out = centred / (variance + eps) ** 0.5
    if weight is not None:
        out = out * reshape(weight, affine_shape)
    if bias is not None:
        out = out + reshape(bias, affine_shape)
    return out if view is None else reshape(out, shape), centre, variance


@op(
    "general",
    symbol="norm",
    arrays=("x", "weight", "bias"),
    composed=_composed,
    samples=_SAMPLES,
    errors=[
        error(ValueError, r"normalize: .*no element", (0, 3), axes=(0,), affine_shape=(1, 3)),
        error(ValueError, "normalize: ", (4, 3), (2,), axes=(0,), affine_shape=(1, 3)),
    ],
    pytorch="F.batch_norm, F.layer_norm, ...",
    accumulates=True,
)
def normalize(x, weight=None, bias=None, axes=(-1,), affine_shape=(), eps=1e-5, view=None):
    """`(x - mean) / √(variance + eps) · weight + bias`, with the statistics over some axes.

    Batch norm takes the axes of batch and space, layer norm those of the features, instance norm
    those of space, group norm views the channels as groups first.

    Args:
        x: any shape.
        weight: the scale, or None.
        bias: the shift, or None.
        axes: over which mean and (biased) variance are taken; of the view where there is one.
        affine_shape: the shape in which weight and bias broadcast against it.
        eps: added to the variance.
        view: a shape in which all this is computed; the result has the shape of x again.

    Returns:
        The result, mean and variance; these two keep their axes as length 1.

    >>> out, centre, variance = normalize(Tensor([1.0, 3.0]), axes=(0,), eps=0.0)
    >>> out
    Tensor([-1.,  1.])
    >>> centre, variance
    (Tensor([2.]), Tensor([1.]))
    """
    viewed = x if view is None else x.reshape(view)
    if not math.prod(viewed.shape[axis] for axis in axes):
        raise ValueError("there is no element to take statistics of")
    centre = viewed.mean(axis=axes, keepdims=True)
    out = viewed - centre
    variance = (out * out).mean(axis=axes, keepdims=True)
    scale = 1 / np.sqrt(variance + eps)
    # The scale of few numbers takes the weight along where both lie along the same axes.
    if weight is not None:
        weight = weight.reshape(affine_shape)
        if np.broadcast_shapes(scale.shape, weight.shape) == scale.shape:
            scale = scale * weight
            weight = None
    out *= scale
    if weight is not None:
        out *= weight
    if bias is not None:
        out += bias.reshape(affine_shape)
    return out if view is None else out.reshape(x.shape), centre, variance


# The statistics alone are kept of the results: the large one may be written into, as residual
# blocks do, and need not live until backward.
def _normalize_all(g, x, weight, out1, out2, wanted, axes, affine_shape, eps, view, bias_shape):
    g_out, g_centre, g_variance = g
    centre, variance = out1, out2
    if view is not None:
        x_viewed, g_out = reshape(x, view), reshape(g_out, view)
    else:
        x_viewed = x
    scale = (variance + eps) ** -0.5
    standard = (x_viewed - centre) * scale
    passed = [None, None, None]
    if wanted[1]:
        weight_shape = np.shape(value(weight))
        passed[1] = reshape(sum_to(g_out * standard, _full(affine_shape, g_out)), weight_shape)
    if wanted[2]:
        passed[2] = reshape(sum_to(g_out, _full(affine_shape, g_out)), bias_shape)
    if wanted[0]:
        if weight is not None:
            g_out = g_out * reshape(weight, affine_shape)
        count = math.prod(value(x_viewed).shape[axis] for axis in axes)
        slope = 2 * g_variance / (count * scale) - scale * mean(g_out * standard, axes, True)
        shift = g_centre / count - scale * mean(g_out, axes, True)
        g_x = g_out * scale + standard * slope + shift
        passed[0] = g_x if view is None else reshape(g_x, np.shape(value(x)))
    return passed


def _full(affine_shape, g):
    """The affine shape with all axes of g: what a gradient is summed down to."""
    return (1,) * (np.ndim(value(g)) - len(affine_shape)) + tuple(affine_shape)


normalize.vjp_all(_normalize_all)


def _rms_composed(x, weight=None, axes=(-1,), eps=1e-5):
    power = mean(x * x, axes, True)
    out = x / (power + eps) ** 0.5
    return out if weight is None else out * weight, power


@op(
    "general",
    symbol="rms",
    arrays=("x", "weight"),
    composed=_rms_composed,
    samples=[
        sample((4, 3)),
        sample((4, 3), (3,)),
        sample((2, 2, 3), (2, 3), axes=(1, 2), eps=0.1),
    ],
    errors=[error(ValueError, r"rms_normalize: .*no element", (0, 3), axes=(0,))],
    pytorch="F.rms_norm",
    accumulates=True,
)
def rms_normalize(x, weight=None, axes=(-1,), eps=1e-5):
    """`x / √(mean(x²) + eps) · weight`, with the mean over some axes.

    Args:
        x: any shape.
        weight: the scale, which broadcasts against x, or None.
        axes: over which the mean is taken.
        eps: added to the mean.

    Returns:
        The result and the mean square, which keeps its axes as length 1.

    >>> rms_normalize(Tensor([3.0, 4.0]), eps=0.0)[1]
    Tensor([12.5])
    """
    if not math.prod(x.shape[axis] for axis in axes):
        raise ValueError("there is no element to take the mean of")
    power = (x * x).mean(axis=axes, keepdims=True)
    out = x / np.sqrt(power + eps)
    if weight is not None:
        out *= weight
    return out, power


def _rms_normalize_all(g, x, weight, out1, wanted, axes, eps):
    g_out, g_power = g
    scale = (out1 + eps) ** -0.5
    passed = [None, None]
    if wanted[1]:
        passed[1] = sum_to(g_out * x * scale, np.shape(value(weight)))
    if wanted[0]:
        if weight is not None:
            g_out = g_out * weight
        count = math.prod(value(x).shape[axis] for axis in axes)
        slope = 2 * g_power / count - scale**3 * mean(g_out * x, axes, True)
        passed[0] = g_out * scale + x * slope
    return passed


rms_normalize.vjp_all(_rms_normalize_all)
