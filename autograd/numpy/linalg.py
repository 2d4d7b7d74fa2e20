"""`numpy.linalg` for Tensors and lists of them."""

import numpy as _numpy

from autograd.hips.on_tensors import LINALG as _LINALG
from autograd.hips.wrapping import wrap_namespace as _wrap_namespace

__all__ = _wrap_namespace(vars(_numpy.linalg), globals(), _LINALG)
