"""`numpy.fft` for Tensors and lists of them."""

import numpy as _numpy

from autograd.hips.wrapping import wrap_namespace as _wrap_namespace

__all__ = _wrap_namespace(vars(_numpy.fft), globals())
