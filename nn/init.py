"""First values of parameters: `init.kaiming_normal_(layer.weight)`.

Every function fills a Tensor in place, without recording, and returns it. All draw from the
library's default generator, which `autograd.manual_seed` sets, or from `generator=`. The same
generator gives the same numbers in float32 and float64, up to rounding.

Fan-in is the number of inputs of one unit, fan-out the number of units that one input reaches:
for a weight of shape (out, in, *kernel), in · Πkernel and out · Πkernel.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import caller_location
from nn.parameter import assign

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


def __dir__() -> list[str]:
    return __all__


Generator = np.random.Generator


def _drawing(generator: Generator | None) -> Generator:
    return autograd.default_generator() if generator is None else generator


def _fill(tensor: Tensor, values: Any) -> Tensor:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"init: expected a Tensor to fill, got {type(tensor).__name__}")
    if not tensor.is_leaf:
        raise RuntimeError(
            "init: this Tensor was computed by an operation; only leaves, such as parameters, "
            "can be filled"
        )
    array = np.broadcast_to(np.asarray(values), tensor.shape).astype(tensor.dtype)
    assign(tensor, array, caller_location(), "nn.init")
    return tensor


def _matrix(caller: str, tensor: Tensor) -> None:
    if tensor.ndim != 2:
        raise ValueError(f"{caller}: expected a matrix, got shape {tensor.shape}")


def fans(caller: str, tensor: Tensor) -> tuple[int, int]:
    """Fan-in and fan-out."""
    if tensor.ndim < 2:
        raise ValueError(
            f"{caller}: fan-in and fan-out need a weight of two or more axes, (out, in, *kernel), "
            f"got shape {tensor.shape}"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much a layer's weights should be larger because of the activation that follows.

    1 for linear, convolutional layers and sigmoid, 5/3 for tanh, √2 for relu, √(2 / (1 + a²)) for
    leaky_relu of slope a (0.01 if not given), 3/4 for selu.

    Raises:
        ValueError: for another name.

    >>> calculate_gain("relu")
    1.4142135623730951
    """
    if nonlinearity in ("linear", "sigmoid") or nonlinearity.startswith("conv"):
        return 1.0
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    if nonlinearity not in gains:
        raise ValueError(
            f"calculate_gain: {nonlinearity!r} is none of linear, conv..., sigmoid, tanh, relu, "
            "leaky_relu, selu"
        )
    return gains[nonlinearity]


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform in [a, b).

    >>> w = uniform_(Tensor([0.0, 0.0, 0.0]), -1, 1)
    >>> bool(abs(w).max() <= 1)
    True
    """
    return _fill(tensor, _drawing(generator).uniform(a, b, tensor.shape))


def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Normal, N(mean, std²).

    >>> normal_(Tensor([0.0, 0.0]), std=0.01).shape
    (2,)
    """
    return _fill(tensor, _drawing(generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Normal, N(mean, std²), conditioned on [a, b]: drawn by inverting the distribution function.

    Raises:
        ValueError: unless a < b and the interval has a positive probability.

    >>> w = trunc_normal_(autograd.zeros(1000))
    >>> bool(abs(w).max() <= 2)
    True
    """
    from scipy.special import ndtr, ndtri

    low, high = ndtr((a - mean) / std), ndtr((b - mean) / std)
    if not low < high:
        raise ValueError(f"trunc_normal_: N({mean}, {std}²) has no mass between a={a} and b={b}")
    quantiles = _drawing(generator).uniform(low, high, tensor.shape)
    return _fill(tensor, np.clip(mean + std * ndtri(quantiles), a, b))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """`val` everywhere.

    >>> constant_(Tensor([1.0, 2.0]), 0.5)
    Tensor([0.5, 0.5])
    """
    return _fill(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """1 everywhere.

    >>> ones_(Tensor([0.0, 2.0]))
    Tensor([1., 1.])
    """
    return _fill(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """0 everywhere. Units that start equal stay equal: right for biases, not for weights.

    >>> zeros_(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return _fill(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix: a layer that passes its input on.

    >>> eye_(autograd.zeros((2, 2)))
    Tensor([[1., 0.],
            [0., 1.]])
    """
    _matrix("eye_", tensor)
    return _fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A convolution that passes its input on: 1 in the middle of the kernel from channel i to i.

    Args:
        tensor: (out channels, in channels / groups, *kernel).
        groups: of the convolution; must divide the out channels.

    >>> dirac_(autograd.zeros((1, 1, 3))).data
    array([[[0., 1., 0.]]])
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError(
            f"dirac_: expected a convolution's weight of 3 to 5 axes, got shape {tensor.shape}"
        )
    if groups < 1 or tensor.shape[0] % groups:
        raise ValueError(f"dirac_: {groups} groups must divide {tensor.shape[0]} out channels")
    values = np.zeros(tensor.shape)
    width = tensor.shape[0] // groups
    middle = tuple(side // 2 for side in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(width, tensor.shape[1])):
            values[(group * width + channel, channel, *middle)] = 1
    return _fill(tensor, values)


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Generator | None = None
) -> Tensor:
    """Uniform within ±gain · √(6 / (fan-in + fan-out)).

    Keeps the variance of activations and of gradients where the activation is near the identity.

    References:
        X. Glorot and Y. Bengio (2010), Understanding the difficulty of training deep feedforward
        neural networks. The courses' "Xavier", N(0, 1 / fan-in), is `normal_` with that std.

    >>> w = xavier_uniform_(autograd.zeros((2, 4)))
    >>> bool(abs(w).max() <= 1)
    True
    """
    fan_in, fan_out = fans("xavier_uniform_", tensor)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Normal with std gain · √(2 / (fan-in + fan-out)); see `xavier_uniform_`.

    >>> xavier_normal_(autograd.zeros((2, 4))).shape
    (2, 4)
    """
    fan_in, fan_out = fans("xavier_normal_", tensor)
    return normal_(tensor, 0, gain * math.sqrt(2 / (fan_in + fan_out)), generator)


def _kaiming_std(caller: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    both = dict(zip(("fan_in", "fan_out"), fans(caller, tensor), strict=True))
    if mode not in both:
        raise ValueError(f"{caller}: mode must be 'fan_in' or 'fan_out', got {mode!r}")
    return calculate_gain(nonlinearity, a) / math.sqrt(both[mode])


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Uniform within ±gain · √(3 / fan).

    Args:
        tensor: a weight (out, in, *kernel).
        a: the negative slope of leaky_relu; 0 is relu.
        mode: "fan_in" keeps the variance of activations, "fan_out" that of gradients.
        nonlinearity: what follows, see `calculate_gain`.
        generator: the library's default generator if not given.

    References:
        K. He et al. (2015), Delving deep into rectifiers. Also called He initialisation.

    >>> w = kaiming_uniform_(autograd.zeros((2, 6)))
    >>> bool(abs(w).max() <= 1)
    True
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Normal with std gain / √fan; see `kaiming_uniform_`.

    >>> kaiming_normal_(autograd.zeros((2, 6)), nonlinearity="relu").shape
    (2, 6)
    """
    std = _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity)
    return normal_(tensor, 0, std, generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """A matrix with orthonormal rows or columns, whichever are fewer, times `gain`.

    Args:
        tensor: (out, in, *kernel); the axes after the first count as one.
        gain: the length of the rows or columns.
        generator: the library's default generator if not given.

    References:
        A. Saxe, J. McClelland, S. Ganguli (2014), Exact solutions to the nonlinear dynamics of
        learning in deep linear neural networks.

    >>> w = orthogonal_(autograd.zeros((2, 3))).data
    >>> np.allclose(w @ w.T, np.eye(2))
    True
    """
    fans("orthogonal_", tensor)
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    drawn = _drawing(generator).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q *= np.sign(np.diag(r))  # without it the distribution is not uniform over all such matrices
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """Normal with std `std`, and in every column the fraction `sparsity` set to 0.

    Raises:
        ValueError: if the Tensor is no matrix, or the fraction is not between 0 and 1.

    References:
        J. Martens (2010), Deep learning via Hessian-free optimization.

    >>> int((sparse_(autograd.zeros((4, 3)), 0.5) == 0).sum())
    6
    """
    _matrix("sparse_", tensor)
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_: sparsity is a fraction between 0 and 1, got {sparsity}")
    draw = _drawing(generator)
    values = draw.normal(0, std, tensor.shape)
    rows = tensor.shape[0]
    for column in range(tensor.shape[1]):
        values[draw.permutation(rows)[: math.ceil(sparsity * rows)], column] = 0
    return _fill(tensor, values)
