"""Activation functions, one operation each.

At a kink the derivative is PyTorch's, and every docstring says which. Masks are computed on the
raw values; what a mask keeps is an operation, so that second derivatives exist.
"""

import math

import numpy as np

from autograd.operation import op
from autograd.ops.elementwise import exp, log, relu, sigmoid, tanh, where
from autograd.ops.special import erf
from autograd.record import sample
from autograd.tensor import value

_SQRT_2 = math.sqrt(2)
_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def _one(x):
    """1 in the dtype of x."""
    return np.asarray(value(x)).dtype.type(1)


def _zero(x):
    """0 in the dtype of x."""
    return np.asarray(value(x)).dtype.type(0)


@op(
    "elementwise",
    methods=("leaky_relu",),
    domain="nonzero",
    composed=lambda x, negative_slope=0.01: where(value(x) > 0, x, negative_slope * x),
    samples=[sample((2, 3)), sample((), 0.2), sample((3,), negative_slope=-0.5)],
)
def leaky_relu(x, negative_slope=0.01):
    """`x` where positive, else `slope · x`; the derivative at 0 is the slope.

    >>> leaky_relu(Tensor([-1.0, 2.0]))
    Tensor([-0.01,  2.  ])
    """
    return np.where(x > 0, x, negative_slope * x)


leaky_relu.vjp(x=lambda g, x, negative_slope: g * where(value(x) > 0, _one(g), negative_slope))


@op(
    "elementwise",
    methods=("elu",),
    domain="nonzero",
    composed=lambda x, alpha=1.0: where(value(x) > 0, x, alpha * (exp(x) - 1)),
    samples=[sample((2, 3)), sample((), 0.5)],
)
def elu(x, alpha=1.0):
    """Exponential linear unit: `x` where positive, else `alpha (e^x - 1)`; slope alpha at 0.

    >>> elu(Tensor([-1.0, 2.0]))
    Tensor([-0.63212056,  2.        ])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


elu.vjp(x=lambda g, x, out, alpha: g * where(value(x) > 0, _one(g), out + alpha))


@op(
    "elementwise",
    methods=("celu",),
    domain="nonzero",
    composed=lambda x, alpha=1.0: where(value(x) > 0, x, alpha * (exp(x / alpha) - 1)),
    samples=[sample((2, 3)), sample((), 0.5)],
)
def celu(x, alpha=1.0):
    """`x` where positive, else `alpha (e^(x/alpha) - 1)`, whose slope at 0 is 1 for every alpha.

    >>> celu(Tensor([-1.0, 2.0]), alpha=2.0)
    Tensor([-0.78693868,  2.        ])
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


celu.vjp(x=lambda g, x, out, alpha: g * where(value(x) > 0, _one(g), out / alpha + 1))

# G. Klambauer et al. (2017): they make 0 and 1 a fixed point of mean and variance.
_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@op(
    "elementwise",
    methods=("selu",),
    domain="nonzero",
    composed=lambda x: _SELU_SCALE * where(value(x) > 0, x, _SELU_ALPHA * (exp(x) - 1)),
)
def selu(x):
    """Scaled `elu`: `1.0507 x` where positive, else `1.7581 (e^x - 1)`; slope 1.7581 at 0.

    >>> selu(Tensor([-1.0, 2.0]))
    Tensor([-1.11133074,  2.10140197])
    """
    return _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * np.expm1(np.minimum(x, 0)))


selu.vjp(
    x=lambda g, x, out: (
        g * where(value(x) > 0, _one(g) * _SELU_SCALE, out + _SELU_SCALE * _SELU_ALPHA)
    )
)


@op(
    "elementwise",
    methods=("silu",),
    composed=lambda x: x * sigmoid(x),
)
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
    return np.where(scaled > threshold, x, smooth)


softplus.vjp(
    x=lambda g, x, beta, threshold: (
        g * where(value(x) * beta > threshold, _one(g), sigmoid(beta * x))
    )
)


@op(
    "elementwise",
    methods=("log_sigmoid",),
    composed=lambda x: log(sigmoid(x)),
)
def log_sigmoid(x):
    """`ln σ(x) = -ln(1 + e^-x)`, exact where σ underflows.

    >>> log_sigmoid(Tensor([0.0, -1000.0]))
    Tensor([-6.93147181e-01, -1.00000000e+03])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


log_sigmoid.vjp(x=lambda g, x: g * sigmoid(-x))


@op(
    "elementwise",
    methods=("mish",),
    composed=lambda x: x * tanh(log(1 + exp(x))),
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
    samples=[sample((2, 3)), sample((2, 3), "tanh"), sample(())],
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
    return _gelu_composed(x, approximate)


def _gelu_x(g, x, approximate):
    if approximate == "tanh":
        squashed = tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x))
        inner = _SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x * x)
        return g * (0.5 * (1 + squashed) + 0.5 * x * (1 - squashed * squashed) * inner)
    density = exp(-0.5 * x * x) * (_SQRT_2_OVER_PI / 2)
    return g * (0.5 * (1 + erf(x / _SQRT_2)) + x * density)


gelu.vjp(x=_gelu_x)


def _hardtanh_composed(x, min_val=-1.0, max_val=1.0):
    return where(value(x) >= max_val, max_val, where(value(x) <= min_val, min_val, x))


@op(
    "elementwise",
    methods=("hardtanh",),
    domain="nonzero",
    composed=_hardtanh_composed,
    samples=[sample((2, 3)), sample((4,), 0.0, 6.0), sample((), max_val=0.25)],
)
def hardtanh(x, min_val=-1.0, max_val=1.0):
    """`x` limited to `[min, max]`; unlike `clip` the derivative at a bound is 0.

    >>> hardtanh(Tensor([-2.0, 0.5, 2.0]))
    Tensor([-1. ,  0.5,  1. ])
    """
    if min_val > max_val:
        raise ValueError(f"min_val={min_val} is larger than max_val={max_val}")
    return np.clip(x, min_val, max_val)


hardtanh.vjp(x=lambda g, x, min_val, max_val: g * ((value(x) > min_val) & (value(x) < max_val)))


@op(
    "elementwise",
    methods=("hardsigmoid",),
    composed=lambda x: _hardtanh_composed(x + 3, 0, 6) / 6,
)
def hardsigmoid(x):
    """`x/6 + 1/2` limited to `[0, 1]`; the derivative at ±3 is 0.

    >>> hardsigmoid(Tensor([-3.0, 0.0, 1.5]))
    Tensor([0.  , 0.5 , 0.75])
    """
    return np.clip(x + 3, 0, 6) / 6


hardsigmoid.vjp(x=lambda g, x: g * (np.abs(value(x)) < 3) / 6)


@op(
    "elementwise",
    methods=("hardswish",),
    composed=lambda x: x * _hardtanh_composed(x + 3, 0, 6) / 6,
)
def hardswish(x):
    """`x` times `hardsigmoid(x)`; the derivative is 0 at -3 and 1 at 3.

    >>> hardswish(Tensor([1.0, 3.0]))
    Tensor([0.66666667, 3.        ])
    """
    return x * np.clip(x + 3, 0, 6) / 6


hardswish.vjp(
    x=lambda g, x: (
        g * where(np.abs(value(x)) < 3, x / 3 + 0.5, (value(x) >= 3).astype(_one(g).dtype))
    )
)


@op(
    "elementwise",
    methods=("softsign",),
    domain="nonzero",
    composed=lambda x: x / (1 + x * np.sign(value(x))),
)
def softsign(x):
    """`x / (1 + |x|)`; the derivative at 0 is 1.

    >>> softsign(Tensor([-1.0, 3.0]))
    Tensor([-0.5 ,  0.75])
    """
    return x / (1 + np.abs(x))


def _softsign_x(g, x):
    size = 1 + x * np.sign(value(x))
    return g / (size * size)


softsign.vjp(x=_softsign_x)


@op("elementwise", methods=("tanhshrink",), composed=lambda x: x - tanh(x))
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


def _outside(x, knee):
    return np.abs(value(x)) > knee


@op(
    "elementwise",
    methods=("softshrink",),
    composed=lambda x, lambd=0.5: where(
        _outside(x, lambd), x - lambd * np.sign(value(x)), _zero(x)
    ),
    samples=[sample((2, 3)), sample((4,), 0.3)],
)
def softshrink(x, lambd=0.5):
    """`x` moved by λ towards 0, and 0 within ±λ; the derivative at ±λ is 0.

    >>> softshrink(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-1.5,  0. ,  0.5])
    """
    if lambd < 0:
        raise ValueError(f"lambd must not be negative, got {lambd}")
    return np.where(np.abs(x) > lambd, x - lambd * np.sign(x), _zero(x))


softshrink.vjp(x=lambda g, x, lambd: g * _outside(x, lambd))


@op(
    "elementwise",
    methods=("hardshrink",),
    composed=lambda x, lambd=0.5: where(_outside(x, lambd), x, _zero(x)),
    samples=[sample((2, 3)), sample((4,), 0.3)],
)
def hardshrink(x, lambd=0.5):
    """`x`, and 0 within ±λ; the derivative at ±λ is 0.

    >>> hardshrink(Tensor([-2.0, 0.3, 1.0]))
    Tensor([-2.,  0.,  1.])
    """
    return np.where(np.abs(x) > lambd, x, _zero(x))


hardshrink.vjp(x=lambda g, x, lambd: g * _outside(x, lambd))


@op(
    "elementwise",
    arrays=("x",),
    composed=lambda x, threshold, replacement: where(
        value(x) > threshold, x, _one(x) * replacement
    ),
    samples=[sample((2, 3), 0.3, -1.0)],
)
def threshold(x, threshold, replacement):
    """`x` where it is above the threshold, else the replacement; the derivative at it is 0.

    >>> threshold(Tensor([0.5, 2.0]), 1.0, 20.0)
    Tensor([20.,  2.])
    """
    return np.where(x > threshold, x, _one(x) * replacement)


threshold.vjp(x=lambda g, x, threshold: g * (value(x) > threshold))


@op(
    "elementwise",
    domain={"x": "nonzero", "slope": "real"},
    composed=lambda x, slope: where(value(x) > 0, x, slope * x),
)
def prelu(x, slope):
    """`x` where positive, else `slope · x`, with slopes that may be learned; broadcasts.

    The derivative at 0 is the slope.

    >>> prelu(Tensor([-1.0, 2.0]), Tensor(0.25))
    Tensor([-0.25,  2.  ])
    """
    return np.where(x > 0, x, slope * x)


prelu.vjp(
    x=lambda g, x, slope: g * where(value(x) > 0, _one(g), slope),
    slope=lambda g, x: -g * relu(-x),
)
