"""The order of frequencies, and the frequencies themselves."""

import numpy as np

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.tensor import Tensor, constant
from autograd.operation.op import op
from autograd.samples import sample

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]

_SHIFTS = [sample((4,)), sample((5,)), sample((2, 3)), sample((2, 3), axes=1)]


@op("linear", numpy=np.fft.fftshift, arrays=("x",), samples=_SHIFTS, vmap="axes")
def fftshift(x, axes=None):
    """The zero frequency moved to the middle, along all axes or those named.

    >>> fftshift(Tensor([0.0, 1.0, 2.0, -2.0, -1.0]))
    Tensor([-2., -1.,  0.,  1.,  2.])
    """
    return np.fft.fftshift(x, axes)


@op("linear", numpy=np.fft.ifftshift, arrays=("x",), samples=_SHIFTS, vmap="axes")
def ifftshift(x, axes=None):
    """Inverse of `fftshift`; they differ for odd lengths.

    >>> ifftshift(Tensor([-2.0, -1.0, 0.0, 1.0, 2.0]))
    Tensor([ 0.,  1.,  2., -2., -1.])
    """
    return np.fft.ifftshift(x, axes)


fftshift.vjp(x=lambda g, axes: ifftshift(g, axes))
ifftshift.vjp(x=lambda g, axes: fftshift(g, axes))


@understands(device=None)
@asks_elsewhere
def fftfreq(n, d=1.0, dtype=None):
    """The frequencies of `fft`, in cycles per unit of the sample spacing `d`.

    >>> fftfreq(4, 0.5)
    Tensor([ 0. ,  0.5, -1. , -0.5])
    """
    made = np.fft.fftfreq(n, constant(d, "fftfreq", "d"))
    return Tensor(made if dtype is None else made.astype(dtype))


@understands(device=None)
@asks_elsewhere
def rfftfreq(n, d=1.0, dtype=None):
    """The frequencies of `rfft`, in cycles per unit of the sample spacing `d`.

    >>> rfftfreq(4, 0.5)
    Tensor([0. , 0.5, 1. ])
    """
    made = np.fft.rfftfreq(n, constant(d, "rfftfreq", "d"))
    return Tensor(made if dtype is None else made.astype(dtype))
