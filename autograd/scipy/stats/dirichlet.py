"""The Dirichlet distribution."""

from __future__ import annotations

from typing import Any

import numpy as _np
from scipy.stats import dirichlet as _scipy

from autograd.hips.primitives import defvjp, primitive
from autograd.ops.elementwise import log
from autograd.ops.reductions import sum
from autograd.ops.shapes import reshape
from autograd.ops.special import digamma
from autograd.scipy.stats.common import others

__all__ = ["logpdf", "pdf"]
__getattr__ = others(_scipy)

pdf = primitive(_scipy.pdf)
logpdf = primitive(_scipy.logpdf)


def _in_x(x: Any, alpha: Any) -> Any:
    """The derivative of the logarithm, for one point (k,) or several (k, n)."""
    return (_columns(alpha, x) - 1) / x


def _in_alpha(x: Any, alpha: Any) -> Any:
    return log(x) - _columns(digamma(alpha) - digamma(sum(alpha)), x)


def _columns(vector: Any, x: Any) -> Any:
    return reshape(vector, (-1,) + (1,) * (_np.ndim(x) - 1))


def _over_points(gradient: Any) -> Any:
    return gradient if _np.ndim(gradient) == 1 else sum(gradient, 1)


defvjp(
    logpdf,
    lambda ans, x, alpha: lambda g: g * _in_x(x, alpha),
    lambda ans, x, alpha: lambda g: _over_points(g * _in_alpha(x, alpha)),
)
defvjp(
    pdf,
    lambda ans, x, alpha: lambda g: g * ans * _in_x(x, alpha),
    lambda ans, x, alpha: lambda g: _over_points(g * ans * _in_alpha(x, alpha)),
)
