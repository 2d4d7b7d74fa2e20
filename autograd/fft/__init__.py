"""Discrete Fourier transforms: all of `numpy.fft`.

The transforms are linear, so each is its own forward mode, and the family is closed under
transposition: the matrix of `fft` is symmetric, so `fft` is its own rule (seen from outside, where
gradients are conjugated, that is `ifft` times n), and so is `ifft`. Of the real transforms `rfft`
and `hfft` are each other's rules up to a factor of two at the frequencies that stand for two, and
so are `irfft` and `ihfft`. What `n=` cuts off or fills with zeros is filled or cut off again.

>>> from autograd import fft
>>> x = Tensor([1.0, 0.0, 0.0, 0.0], requires_grad=True)
>>> abs(fft.fft(x)).sum().backward()
>>> x.grad
Tensor([4., 0., 0., 0.])
"""

from autograd.fft.frequencies import fftfreq, fftshift, ifftshift, rfftfreq
from autograd.fft.one_axis import fft, hfft, ifft, ihfft, irfft, rfft
from autograd.fft.several_axes import fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift",
    "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip
