"""NumPy under the name that programs written for HIPS autograd import.

>>> import autograd.numpy as np
>>> from autograd import grad
>>> grad(lambda x: np.sum(np.sin(x)))(np.zeros(2))
array([1., 1.])

Every name of NumPy is here. Functions take Tensors and lists of them; `np.r_` and `np.c_`, which
NumPy hands over to nobody, do so too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # checkers and editors know NumPy
    from numpy import *
else:
    import numpy as _numpy

    from autograd.hips import on_tensors as _on_tensors
    from autograd.hips.wrapping import wrap_namespace as _wrap_namespace
    from autograd.numpy import fft, linalg, random  # noqa: F401  # parts of NumPy

    __version__ = _numpy.__version__
    __all__ = _wrap_namespace(
        vars(_numpy), globals(), _on_tensors.INSTEAD, leave=_on_tensors.ON_ANYTHING
    )
    globals().update(_on_tensors.OF_ITS_OWN)
    __all__ = sorted({*__all__, *_on_tensors.OF_ITS_OWN})
