"""Fourier transforms along several axes, of images and volumes."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.fft.one_axis import counted_twice, hfft, ihfft, or_zeros, restored
from autograd.mapping.families import from_the_end
from autograd.operation.op import op
from autograd.samples import error, sample

__all__ = ["fft2", "fftn", "ifft2", "ifftn", "irfft2", "irfftn", "rfft2", "rfftn"]

_COMPLEX = np.array(
    [[1.0 + 2.0j, -0.5 + 0.3j, 0.7 - 1.1j, 0.2j], [0.4, 2.0 + 0.1j, -1.5j, 0.6 - 0.8j]]
)
_SEVERAL_AXES = [
    sample((2, 3)),
    sample((4, 3), s=(3, 4), axes=(0, 1)),
    sample((2, 3, 4), axes=(0, 2), norm="ortho"),
    sample((2, 3, 2), axes=(-1, 1), norm="forward"),
]


def _transform(x, compute, s, axes, norm):
    """A transform in several axes, once they are known to be different from one another."""
    if axes is not None:
        normalize_axis_tuple(axes, np.ndim(x), "axes")
    out = compute(x, s, axes, norm)
    return out.copy() if out is x else out  # no axis at all


def _axes_of(ndim, s, axes):
    """The axes of a transform in several of them."""
    if axes is None:
        return tuple(range(ndim)) if s is None else tuple(range(ndim - len(s), ndim))
    return tuple(axis % ndim for axis in axes)


def _axes_errors(name):
    return [
        error(ValueError, f"{name}: repeated axis in `axes`", (2, 3), axes=(0, -2)),
        error(ValueError, f"{name}: .*norm", (2, 3), norm="both"),
        error(IndexError, f"{name}: ", (2, 3), axes=(0, 2)),
    ]


_ON_COMPLEX = [*_SEVERAL_AXES, sample(_COMPLEX), sample(_COMPLEX, s=(3, 3), axes=(0, 1))]


@op("linear", numpy=np.fft.fftn, arrays=("x",), samples=_ON_COMPLEX, errors=_axes_errors("fftn"))
def fftn(x, s=None, axes=None, norm=None):
    """`fft` along several axes, one after the other.

    Args:
        x: any shape, real or complex.
        s: lengths of the transforms, one per axis.
        axes: along which; by default all, or the last `len(s)`.
        norm: as for `fft`.

    >>> fftn(Tensor([[1.0, 2.0], [0.0, 1.0]])).data.real
    array([[ 4., -2.],
           [ 2.,  0.]])
    """
    return _transform(x, np.fft.fftn, s, axes, norm)


@op("linear", numpy=np.fft.ifftn, arrays=("x",), samples=_ON_COMPLEX, errors=_axes_errors("ifftn"))
def ifftn(x, s=None, axes=None, norm=None):
    """`ifft` along several axes: the inverse of `fftn`, with its arguments.

    >>> ifftn(Tensor([[4.0, -2.0], [2.0, 0.0]])).data.real
    array([[1., 2.],
           [0., 1.]])
    """
    return _transform(x, np.fft.ifftn, s, axes, norm)


@op(
    "linear",
    numpy=np.fft.fft2,
    arrays=("x",),
    samples=_ON_COMPLEX,
    errors=_axes_errors("fft2"),
)
def fft2(x, s=None, axes=(-2, -1), norm=None):
    """`fftn` along the last two axes: the transform of images.

    >>> fft2(Tensor([[1.0, 2.0], [0.0, 1.0]])).data.real
    array([[ 4., -2.],
           [ 2.,  0.]])
    """
    return _transform(x, np.fft.fft2, s, axes, norm)


@op(
    "linear",
    numpy=np.fft.ifft2,
    arrays=("x",),
    samples=_ON_COMPLEX,
    errors=_axes_errors("ifft2"),
)
def ifft2(x, s=None, axes=(-2, -1), norm=None):
    """`ifftn` along the last two axes: the inverse of `fft2`.

    >>> ifft2(Tensor([[4.0, -2.0], [2.0, 0.0]])).data.real
    array([[1., 2.],
           [0., 1.]])
    """
    return _transform(x, np.fft.ifft2, s, axes, norm)


def _fftn_x(g, x_shape, s, axes, norm):
    return restored(fftn(g, None, _axes_of(len(x_shape), s, axes), norm), x_shape)


def _ifftn_x(g, x_shape, s, axes, norm):
    return restored(ifftn(g, None, _axes_of(len(x_shape), s, axes), norm), x_shape)


# The matrices of the complex transforms are symmetric: each is its own rule.
fftn.vjp(x=_fftn_x)
fft2.vjp(x=_fftn_x)
ifftn.vjp(x=_ifftn_x)
ifft2.vjp(x=_ifftn_x)


@op(
    "linear", numpy=np.fft.rfftn, arrays=("x",), samples=_SEVERAL_AXES, errors=_axes_errors("rfftn")
)
def rfftn(x, s=None, axes=None, norm=None):
    """`rfft` along the last of several axes, then `fft` along the others; arguments of `fftn`.

    >>> rfftn(Tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 0.0]])).shape
    (2, 2)
    """
    return _transform(x, np.fft.rfftn, s, axes, norm)


@op(
    "linear",
    numpy=np.fft.rfft2,
    arrays=("x",),
    samples=_SEVERAL_AXES,
    errors=_axes_errors("rfft2"),
)
def rfft2(x, s=None, axes=(-2, -1), norm=None):
    """`rfftn` along the last two axes.

    >>> rfft2(Tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 0.0]])).shape
    (2, 2)
    """
    return _transform(x, np.fft.rfft2, s, axes, norm)


def _rfftn_x(g, x_shape, s, axes, norm):
    *others, last = _axes_of(len(x_shape), s, axes)
    n = x_shape[last] if s is None else s[-1]
    if others:
        g = fftn(g, None, tuple(others), norm)
    halves = counted_twice(n, last, len(x_shape), g.dtype, 0.5)
    return restored(hfft(g * halves, n, last, norm), x_shape)


rfftn.vjp(x=_rfftn_x)
rfft2.vjp(x=_rfftn_x)


@op(
    "linear",
    numpy=np.fft.irfftn,
    arrays=("x",),
    samples=_ON_COMPLEX,
    errors=_axes_errors("irfftn"),
)
def irfftn(x, s=None, axes=None, norm=None):
    """Inverse of `rfftn`; an odd length of the last axis must be given in `s`.

    >>> irfftn(rfftn(Tensor([[1.0, 2.0, 5.0]])), s=(1, 3), axes=(0, 1)).data.round(12)
    array([[1., 2., 5.]])
    """
    return or_zeros(_transform(x, np.fft.irfftn, s, axes, norm), x)


@op(
    "linear",
    numpy=np.fft.irfft2,
    arrays=("x",),
    samples=_ON_COMPLEX,
    errors=_axes_errors("irfft2"),
)
def irfft2(x, s=None, axes=(-2, -1), norm=None):
    """`irfftn` along the last two axes.

    >>> irfft2(rfft2(Tensor([[1.0, 2.0, 5.0]])), s=(1, 3)).data.round(12)
    array([[1., 2., 5.]])
    """
    return or_zeros(_transform(x, np.fft.irfft2, s, axes, norm), x)


def _irfftn_x(g, x_shape, s, axes, norm):
    *others, last = _axes_of(len(x_shape), s, axes)
    n = g.shape[last]
    g = ihfft(g, n, last, norm) * counted_twice(n, last, len(x_shape), g.dtype, 2)
    if others:
        g = ifftn(g, None, tuple(others), norm)
    return restored(g, x_shape)


irfftn.vjp(x=_irfftn_x)
irfft2.vjp(x=_irfftn_x)


def _each(batch, x, s, axes, norm):
    """The axes are counted from the end, where that of the samples is in front of all."""
    ndim = x.ndim - 1
    return batch.call(
        (x,), {"s": s, "axes": from_the_end(_axes_of(ndim, s, axes), ndim), "norm": norm}
    )


for _function in (fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn):
    _function.vmap(_each)
