"""The multivariate normal distribution, with gradients in the place, the mean and the covariance.

The gradient of the covariance is symmetric: each half gets its part.
"""

from __future__ import annotations

from typing import Any

import numpy as _np
from scipy.stats import multivariate_normal as _scipy

from autograd.graph.tensor import value
from autograd.hips.primitives import defvjp, primitive
from autograd.linalg import inv, pinv
from autograd.ops.rearrange import swapaxes
from autograd.ops.reductions import sum
from autograd.ops.shapes import expand_dims, reshape, sum_to
from autograd.scipy.stats.common import others

__all__ = ["entropy", "logpdf", "pdf"]
__getattr__ = others(_scipy)


def _dimension(mean: Any, cov: Any) -> int:
    """The number of variables, read as SciPy does."""
    if mean is not None and _np.ndim(mean):
        return int(_np.shape(mean)[-1])
    return int(_np.shape(cov)[-1]) if _np.ndim(cov) else 1


def _matrix(cov: Any, dimension: int) -> Any:
    """A covariance that is given as one variance, or one for each variable, as a matrix."""
    if _np.ndim(cov) == 2:
        return cov
    return reshape(cov, (-1, 1) if _np.ndim(cov) else (1, 1)) * _np.eye(dimension)


def _points(x: Any, dimension: int) -> Any:
    """The places as (..., dimension)."""
    if dimension == 1 and (_np.ndim(x) < 2 or _np.shape(x)[-1] != 1):
        return expand_dims(x, -1)
    return x


def _density(name: str) -> Any:
    """`pdf` or `logpdf`: a primitive of whole arrays, and how arguments are read for it."""
    function = getattr(_scipy, name)
    logarithm = name == "logpdf"

    @primitive
    def of_arrays(x: Any, mean: Any, cov: Any, allow_singular: bool) -> Any:
        return _np.reshape(function(x, mean, cov, allow_singular), x.shape[:-1])

    def solved(x: Any, mean: Any, cov: Any, allow_singular: bool) -> Any:
        return (x - mean) @ (pinv if allow_singular else inv)(cov)

    def weight(ans: Any, g: Any) -> Any:
        return expand_dims(g if logarithm else ans * g, -1)

    def in_mean(ans: Any, x: Any, mean: Any, cov: Any, singular: bool) -> Any:
        shape = _np.shape(mean)
        return lambda g: sum_to(weight(ans, g) * solved(x, mean, cov, singular), shape)

    def in_cov(ans: Any, x: Any, mean: Any, cov: Any, singular: bool) -> Any:
        if singular:
            raise NotImplementedError(
                f"multivariate_normal.{name}: with allow_singular=True there is no derivative in "
                "the covariance"
            )

        def pull(g: Any) -> Any:
            half = solved(x, mean, cov, False)
            flat = reshape(half, (-1, half.shape[-1]))
            weights = reshape(weight(ans, g), (-1, 1))
            return (swapaxes(flat, 0, 1) @ (weights * flat) - sum(weights) * inv(cov)) / 2

        return pull

    defvjp(
        of_arrays,
        lambda *args: lambda g: -weight(args[0], g) * solved(*args[1:]),
        in_mean,
        in_cov,
    )

    def density(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        if not any(value(each) is not each for each in (x, mean, cov)):
            return function(x, mean, cov, allow_singular)
        dimension = _dimension(mean, cov)
        center = _np.zeros(dimension) if mean is None else mean
        return of_arrays(_points(x, dimension), center, _matrix(cov, dimension), allow_singular)

    density.__name__ = density.__qualname__ = name
    density.__doc__ = function.__doc__
    return density


pdf, logpdf = _density("pdf"), _density("logpdf")

entropy = primitive(_scipy.entropy)
defvjp(
    entropy,
    lambda ans, mean=None, cov=1: lambda g: 0.0 * mean * g,
    lambda ans, mean=None, cov=1: lambda g: 0.5 * g * swapaxes(inv(cov), 0, 1),
)
