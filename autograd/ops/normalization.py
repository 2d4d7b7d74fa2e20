"""Normalisation to mean 0 and variance 1, or to mean square 1, as one operation each.

Batch, layer, group and instance normalisation are one formula over different axes, so they are
one operation. The statistics are outputs with gradients of their own: a rule that took them for
constants would be silently wrong in second order.
"""

import math
from functools import lru_cache

import numpy as np

from autograd.graph.tensor import value
from autograd.kernels import normalization as kernels
from autograd.mapping.families import from_the_end
from autograd.operation.op import op
from autograd.ops.reductions import mean
from autograd.ops.shapes import reshape, sum_to
from autograd.samples import error, sample

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
    real_only=True,
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
    at = _arrangement(viewed, weight, bias, axes, affine_shape)
    if at is None:
        out, centre, variance = _by_formula(viewed, weight, bias, axes, affine_shape, eps)
    else:
        out, centre, variance = _by_kernel(viewed, weight, bias, at, eps)
    return out if view is None else out.reshape(x.shape), centre, variance


def _by_formula(x, weight, bias, axes, affine_shape, eps):
    centre = x.mean(axis=axes, keepdims=True)
    out = x - centre
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
    return out, centre, variance


def _arrangement(x, weight, bias, axes, affine_shape):
    """Where the kernels take an array; None where there is no kernel for such arrays."""
    dtype = x.dtype
    same = (weight is None or weight.dtype == dtype) and (bias is None or bias.dtype == dtype)
    order = kernels.in_memory(x) if same and dtype.char in "fd" else None
    if order is None:
        return None
    return _found(x.shape, order, tuple(axes), tuple(affine_shape))


@lru_cache(1024)
def _found(shape, order, axes, affine_shape):
    """The same from the shapes alone: a small layer takes less time than to look at them."""
    inside = {axis % len(shape) for axis in axes}
    groups = kernels.grouped(shape, inside, order)
    full = (1,) * (len(shape) - len(affine_shape)) + affine_shape
    if groups is None or any(n not in (1, m) for n, m in zip(full, shape, strict=True)):
        return None
    varying = [axis for axis, length in enumerate(full) if length > 1]
    one_each = [axis for axis, n in enumerate(shape) if n > 1 and axis not in inside]
    natural = tuple(range(len(shape)))
    fits = varying in ([], one_each) if groups.columns else order == natural
    return _Arrangement(shape, order, groups, inside, full, varying) if fits else None


class _Arrangement:
    """How an array lies in memory, its groups, and where weight and bias belong.

    In columns one number of weight and bias belongs to each group. In rows they repeat after some
    elements, from the first axis that they vary along to the last of the array.
    """

    def __init__(self, shape, order, groups, inside, full, varying):
        self.shape, self.order, self.groups = shape, order, groups
        self.kept = [1 if axis in inside else n for axis, n in enumerate(shape)]
        self.plain = order == tuple(range(len(shape)))
        # In rows one number is for so many neighbours; the shape of all of them, and their own.
        first, last = (varying[0], varying[-1] + 1) if varying else (len(shape), len(shape))
        self.inner = math.prod(shape[last:]) if varying else groups.inner
        self.repeated, self.own = shape[first:last], full[first:last]

    def of_groups(self, vector):
        """A weight or bias with one number per group."""
        if vector is None or vector.size == self.groups.groups:
            return None if vector is None else vector.reshape(-1)
        return np.broadcast_to(vector.reshape(-1), self.groups.groups)

    def of_rows(self, vector):
        """A weight or bias over rows, flat, and how it lies there."""
        flat = vector.reshape(-1)
        if self.own != self.repeated:
            flat = np.broadcast_to(vector.reshape(self.own), self.repeated).reshape(-1)
        return kernels.affine_of_rows(flat, self.inner, self.groups.inner)

    def flat(self, x):
        """An array as the kernels take it."""
        if not self.plain:
            x = x.transpose(self.order)
        return np.ascontiguousarray(x).reshape(self.groups[1:])

    def folded(self, total, vector):
        """A gradient of weight or bias as a kernel returns it, in the shape of the parameter."""
        if vector is None:
            return None
        if not self.groups.columns:
            count = math.prod(self.repeated)
            total = kernels.folded(total, count, self.inner, self.groups.inner)
            if self.own != self.repeated:
                total = sum_to(total.reshape(self.repeated), self.own)
        elif vector.size == 1:
            total = total.sum()
        return total.reshape(vector.shape).astype(vector.dtype)


def _by_kernel(x, weight, bias, at, eps):
    """Result, mean and variance by a kernel."""
    out = np.empty_like(x)
    flat, flat_out = at.flat(x), at.flat(out)
    if at.groups.columns:
        given = at.of_groups(weight), at.of_groups(bias)
        statistics = kernels.normalize_columns(flat, at.groups, *given, eps, flat_out)
    else:
        affine = kernels.Affine(at.groups.inner, 1)
        given = [None, None]
        for i, each in enumerate((weight, bias)):
            if each is not None:
                given[i], affine = at.of_rows(each)
        statistics = kernels.normalize_rows(flat[0], *given, affine, eps, flat_out[0])
    return out, *(each.reshape(at.kept) for each in statistics)


def _normalize_raw(
    g, x, weight, bias, out1, out2, wanted, axes, affine_shape, eps, view, bias_shape
):
    viewed = x if view is None else x.reshape(view)
    at = None
    if g[0] is not None:
        at = _arrangement(viewed, weight, bias, axes, affine_shape)
    if at is None:
        given = (x, out1, out2)
        g = [np.zeros_like(o) if each is None else each for each, o in zip(g, given, strict=True)]
        return _normalize_all(
            g, x, weight, out1, out2, wanted, axes, affine_shape, eps, view, bias_shape
        )
    g, *of_statistics = g
    g = at.flat(g if view is None else g.reshape(view))
    of_statistics = [None if each is None else each.reshape(-1) for each in of_statistics]
    d_x = np.empty_like(x)
    flat, flat_d_x = (at.flat(each if view is None else each.reshape(view)) for each in (x, d_x))
    statistics = out1.reshape(-1), out2.reshape(-1)
    if at.groups.columns:
        d_weight, d_bias = kernels.normalize_columns_adjoint(
            g, *of_statistics, flat, at.groups, at.of_groups(weight), *statistics, eps, flat_d_x
        )
    else:
        given = weight if weight is not None else None if bias is None else np.ones_like(bias)
        table, affine = np.ones(1, x.dtype), kernels.Affine(at.groups.inner, 1)
        if given is not None:
            table, affine = at.of_rows(given)
        d_weight, d_bias = kernels.normalize_rows_adjoint(
            g[0], *of_statistics, flat[0], table, affine, *statistics, eps, flat_d_x[0]
        )
    return [d_x, at.folded(d_weight, weight), at.folded(d_bias, bias)]


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


def _normalize_each(batch, x, weight, bias, axes, affine_shape, eps, view):
    if batch.mapped != (True, False, False):
        return NotImplemented
    ndim = x.ndim - 1 if view is None else len(view)
    view = None if view is None else (batch.size, *view)
    return normalize(x, weight, bias, from_the_end(tuple(axes), ndim), affine_shape, eps, view)


normalize.vmap(_normalize_each)
normalize.vjp_all(_normalize_all)
normalize.vjp_raw(_normalize_raw)


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
    real_only=True,
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


rms_normalize.vmap(
    lambda batch, x, weight, axes, eps: (
        rms_normalize(x, weight, from_the_end(tuple(axes), x.ndim - 1), eps)
        if batch.mapped == (True, False)
        else NotImplemented
    )
)
rms_normalize.vjp_all(_rms_normalize_all)
