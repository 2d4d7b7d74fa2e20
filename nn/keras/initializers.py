"""First values of kernels and biases, by Keras's names.

A kernel is stored as `nn.Linear` stores it, (units, inputs): Keras's own is the transpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import Tensor
from nn import init
from nn.keras.names import lacking

__all__ = [
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "ones",
    "random_normal",
    "random_uniform",
    "zeros",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


Initializer = Callable[[Tensor], Tensor]
# A normal distribution that is cut at two standard deviations has this standard deviation.
_CUT = 0.87962566103423978


def zeros(tensor: Tensor) -> Tensor:
    """All 0: right for biases; a kernel of zeros never learns different units.

    >>> zeros(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return init.zeros_(tensor)


def ones(tensor: Tensor) -> Tensor:
    """All 1.

    >>> ones(Tensor([0.0, 2.0]))
    Tensor([1., 1.])
    """
    return init.ones_(tensor)


def random_normal(tensor: Tensor, mean: float = 0.0, stddev: float = 0.05) -> Tensor:
    """Normal, `N(mean, stddev²)`; Keras's old name for it is "normal".

    >>> random_normal(Tensor([1.0, 2.0])).shape
    (2,)
    """
    return init.normal_(tensor, mean, stddev)


def random_uniform(tensor: Tensor, minval: float = -0.05, maxval: float = 0.05) -> Tensor:
    """Uniform in [minval, maxval); Keras's old name for it is "uniform".

    >>> bool(abs(random_uniform(Tensor([1.0, 2.0]))).max() <= 0.05)
    True
    """
    return init.uniform_(tensor, minval, maxval)


def glorot_uniform(tensor: Tensor) -> Tensor:
    """Uniform in ±√(6 / (inputs + units)), what `Dense` begins with.

    >>> bool(abs(glorot_uniform(Tensor([[1.0, 2.0]]))).max() <= 2**0.5)
    True

    References:
        X. Glorot and Y. Bengio (2010), Understanding the difficulty of training deep feedforward
        neural networks.
    """
    return init.xavier_uniform_(tensor)


def glorot_normal(tensor: Tensor) -> Tensor:
    """Normal with variance 2 / (inputs + units), cut at two standard deviations.

    >>> glorot_normal(Tensor([[1.0, 2.0]])).shape
    (1, 2)
    """
    inputs, outputs = init.fans("keras", tensor)
    return _cut_normal(tensor, math.sqrt(2 / (inputs + outputs)))


def he_uniform(tensor: Tensor) -> Tensor:
    """Uniform in ±√(6 / inputs).

    >>> bool(abs(he_uniform(Tensor([[1.0, 2.0]]))).max() <= 3**0.5)
    True

    References:
        K. He et al. (2015), Delving deep into rectifiers.
    """
    return init.kaiming_uniform_(tensor, nonlinearity="relu")


def he_normal(tensor: Tensor) -> Tensor:
    """Normal with variance 2 / inputs, cut at two standard deviations.

    >>> he_normal(Tensor([[1.0, 2.0]])).shape
    (1, 2)
    """
    return _cut_normal(tensor, math.sqrt(2 / init.fans("keras", tensor)[0]))


def _cut_normal(tensor: Tensor, stddev: float) -> Tensor:
    wide = stddev / _CUT
    return init.trunc_normal_(tensor, 0.0, wide, -2 * wide, 2 * wide)


NAMES: dict[str, Initializer] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "normal": random_normal,
    "random_normal": random_normal,
    "uniform": random_uniform,
    "random_uniform": random_uniform,
    "zeros": zeros,
    "ones": ones,
}
