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

import typing

from autograd import faces
from autograd.fft.frequencies import *
from autograd.fft.one_axis import *
from autograd.fft.several_axes import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = faces.offered(globals())

    def __dir__() -> list[str]:
        return __all__
