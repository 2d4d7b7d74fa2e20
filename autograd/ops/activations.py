"""Smooth and gated activation functions, one operation each; `piecewise.py` has the straight ones.

At a kink the derivative is PyTorch's, and every docstring says which. Masks are computed on the
raw values; what a mask keeps is an operation, so that second derivatives exist.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.graph.tensor import value
from autograd.kernels import gaussian
from autograd.operation.op import op
from autograd.ops.elementwise import abs, clip, exp, log, one_of, sigmoid, tanh, where
from autograd.ops.shapes import concatenate, split
from autograd.ops.special import erf
from autograd.samples import error, sample

__all__ = [
    "celu", "elu", "gelu", "glu", "log_sigmoid", "mish", "selu", "silu", "softplus", "softsign",
    "tanhshrink",
]  # fmt: skip

_SQRT_2 = math.sqrt(2)
_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


@op(
    "elementwise",
    methods=("elu",),
    composed=lambda x, alpha=1.0: where(value(x) > 0, x, alpha * (exp(x) - 1)),
    samples=[sample((2, 3)), sample((), 0.5)],
    pytorch="F.elu",
    real_only=True,
)
def elu(x, alpha=1.0):
    """Exponential linear unit: `x` where positive, else `alpha (e^x - 1)`; slope alpha at 0.

    >>> elu(Tensor([-1.0, 2.0]))
    Tensor([-0.63212056,  2.        ])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _falling(x):
    """`x` where it is not positive: what the exponential of an `elu` is taken of."""
    return where(value(x) > 0, one_of(x) * 0, x)


# The exponential itself: the result plus alpha is 0 in float32 from -17 on.
elu.vjp(x=lambda g, x, alpha: g * where(value(x) > 0, one_of(g), alpha * exp(_falling(x))))


@op(
    "elementwise",
    methods=("celu",),
    composed=lambda x, alpha=1.0: where(value(x) > 0, x, alpha * (exp(x / alpha) - 1)),
    samples=[sample((2, 3)), sample((), 0.5)],
    pytorch="F.celu",
    real_only=True,
)
def celu(x, alpha=1.0):
    """`x` where positive, else `alpha (e^(x/alpha) - 1)`, whose slope at 0 is 1 for every alpha.

    >>> celu(Tensor([-1.0, 2.0]), alpha=2.0)
    Tensor([-0.78693868,  2.        ])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


celu.vjp(x=lambda g, x, alpha: g * where(value(x) > 0, one_of(g), exp(_falling(x) / alpha)))

# G. Klambauer et al. (2017): they make 0 and 1 a fixed point of mean and variance.
_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@op(
    "elementwise",
    methods=("selu",),
    composed=lambda x: _SELU_SCALE * where(value(x) > 0, x, _SELU_ALPHA * (exp(x) - 1)),
    pytorch="F.selu",
    real_only=True,
)
def selu(x):
    """Scaled `elu`: `1.0507 x` where positive, else `1.7581 (e^x - 1)`; slope 1.7581 at 0.

    >>> selu(Tensor([-1.0, 2.0]))
    Tensor([-1.11133074,  2.10140197])
    """
    return _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))


selu.vjp(
    x=lambda g, x: g * _SELU_SCALE * where(value(x) > 0, one_of(g), _SELU_ALPHA * exp(_falling(x)))
)


@op("elementwise", methods=("silu",), composed=lambda x: x * sigmoid(x), pytorch="F.silu")
def silu(x):
    """`x σ(x)`, also called swish.

    >>> silu(Tensor([-1.0, 2.0]))
    Tensor([-0.26894142,  1.76159416])
    """
    return x * sigmoid(x)


def _silu_x(g, x):
    gate = sigmoid(x)
    return g * gate * (1 + x * (1 - gate))


silu.vjp(x=_silu_x)


def _softplus_composed(x, beta=1.0, threshold=20.0):
    del threshold  # only for speed and overflow
    return log(1 + exp(beta * x)) / beta


@op(
    "elementwise",
    methods=("softplus",),
    composed=_softplus_composed,
    samples=[sample((2, 3)), sample((), 2.0)],
    pytorch="F.softplus",
    real_only=True,
)
def softplus(x, beta=1.0, threshold=20.0):
    """`ln(1 + e^(βx)) / β`, a smooth relu; never overflows.

    Args:
        x: any shape.
        beta: β, how sharp it is.
        threshold: where βx is larger, the result is x itself.

    >>> softplus(Tensor([0.0, 1000.0]))
    Tensor([6.93147181e-01, 1.00000000e+03])
    """
    scaled = beta * x
    smooth = (np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    straight = scaled > threshold
    return np.where(straight, x, smooth) if np.any(straight) else smooth


def _softplus_x(g, x, beta, threshold):
    scaled = beta * x
    straight = value(scaled) > threshold
    slope = sigmoid(scaled)
    return g * (where(straight, one_of(g), slope) if np.any(straight) else slope)


softplus.vjp(x=_softplus_x)


@op(
    "elementwise",
    methods=("log_sigmoid",),
    composed=lambda x: log(sigmoid(x)),
    pytorch="F.logsigmoid",
    real_only=True,
)
def log_sigmoid(x):
    """`ln σ(x) = -ln(1 + e^-x)`, exact where σ underflows.

    >>> log_sigmoid(Tensor([0.0, -1000.0]))
    Tensor([-6.93147181e-01, -1.00000000e+03])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


log_sigmoid.vjp(x=lambda g, x: g * sigmoid(-x))


@op(
    "elementwise", methods=("mish",), composed=lambda x: x * tanh(log(1 + exp(x))), pytorch="F.mish"
)
def mish(x):
    """`x tanh(ln(1 + e^x))`.

    >>> mish(Tensor([-1.0, 2.0]))
    Tensor([-0.30340146,  1.94395896])
    """
    return x * np.tanh(softplus(x))


def _mish_x(g, x):
    squashed = tanh(softplus(x))
    return g * (squashed + x * (1 - squashed * squashed) * sigmoid(x))


mish.vjp(x=_mish_x)


def _gelu_composed(x, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + erf(x / _SQRT_2))


@op(
    "elementwise",
    methods=("gelu",),
    composed=_gelu_composed,
    residuals=("cdf",),
    samples=[sample((2, 3)), sample((2, 3), "tanh"), sample(())],
    pytorch="F.gelu",
)
def gelu(x, approximate="none"):
    """`x Φ(x)` with the standard normal distribution function Φ.

    Args:
        x: any shape.
        approximate: "none", or "tanh" for `x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`.

    Raises:
        ValueError: for another approximation.

    >>> gelu(Tensor([-1.0, 2.0]))
    Tensor([-0.15865525,  1.95449974])
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate must be 'none' or 'tanh', got {approximate!r}")
    if approximate == "none" and _by_kernel(x):
        return gaussian.gelu(x)
    if approximate == "none":
        return 0.5 * np.maximum(x, -40) * (1 + erf(x / _SQRT_2)), None  # -inf times 0 is not 0
    return _gelu_composed(x, approximate), None


def _by_kernel(x):
    """Whether the kernel in float32 wins over SciPy's erf."""
    return x.dtype.char == "f" and x.size >= 2000


def _gelu_x(g, x, approximate):
    if approximate == "tanh":
        squashed = tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x))
        inner = _SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x * x)
        return g * (0.5 * (1 + squashed) + 0.5 * x * (1 - squashed * squashed) * inner)
    near = clip(x, -40, 40)  # beyond, the density is 0, which infinity times 0 is not
    density = exp(-0.5 * near * near) * (_SQRT_2_OVER_PI / 2)
    return g * (0.5 * (1 + erf(x / _SQRT_2)) + near * density)


gelu.vjp(x=_gelu_x)
gelu.vjp_raw(
    lambda g, x, approximate, cdf: [
        _gelu_x(g, x, approximate) if cdf is None else gaussian.gelu_adjoint(g, x, cdf)
    ]
)


@op(
    "elementwise",
    methods=("softsign",),
    composed=lambda x: x / (1 + x * np.sign(value(x))),
    pytorch="F.softsign",
    real_only=True,
)
def softsign(x):
    """`x / (1 + |x|)`; the derivative at 0 is 1.

    >>> softsign(Tensor([-1.0, 3.0]))
    Tensor([-0.5 ,  0.75])
    """
    return x / (1 + np.abs(x))


def _softsign_x(g, x):
    size = 1 + abs(x)
    return g / (size * size)


softsign.vjp(x=_softsign_x)


@op("elementwise", methods=("tanhshrink",), composed=lambda x: x - tanh(x), pytorch="F.tanhshrink")
def tanhshrink(x):
    """`x - tanh(x)`.

    >>> tanhshrink(Tensor([0.0, 1.0]))
    Tensor([0.        , 0.23840584])
    """
    return x - np.tanh(x)


def _tanhshrink_x(g, x):
    squashed = tanh(x)
    return g * squashed * squashed


tanhshrink.vjp(x=_tanhshrink_x)


def _glu_composed(x, axis=-1):
    first, second = split(x, 2, axis)
    return first * sigmoid(second)


@op(
    "general",
    methods=("glu",),
    composed=_glu_composed,
    samples=[sample((4,)), sample((2, 3), 0), sample((2, 4, 3), axis=1), sample((0, 2))],
    errors=[
        error(ValueError, r"glu: axis -1 of length 3 cannot be halved .*x: \(2, 3\)", (2, 3)),
        error(np.exceptions.AxisError, "glu: .*axis 1", (2,), axis=1),
    ],
    pytorch="F.glu",
    vmap="axes",
)
def glu(x, axis=-1):
    """Gated linear unit: one half of an axis times σ of the other half.

    Args:
        x: any shape with an axis of even length.
        axis: which one.

    References:
        Y. Dauphin, A. Fan, M. Auli and D. Grangier (2017), Language modeling with gated
        convolutional networks.

    >>> glu(Tensor([1.0, 2.0, 0.0, 0.0]))
    Tensor([0.5, 1. ])
    """
    first, second = _halves(x, axis)
    return first * sigmoid(second)


def _halves(x, axis):
    """Both halves of an axis, as views."""
    length = np.shape(x)[normalize_axis_index(axis, np.ndim(x))]
    if length % 2:
        raise ValueError(f"axis {axis} of length {length} cannot be halved")
    return split(x, 2, axis)


def _glu_x(g, x, axis):
    first, second = _halves(x, axis)
    gate = sigmoid(second)
    passed = g * gate
    return concatenate([passed, passed * first * (1 - gate)], axis)


glu.vjp(x=_glu_x)
