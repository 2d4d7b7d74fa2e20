"""Exponentials, logarithms and roots beyond `exp`, `log` and `sqrt`, element by element."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import exp, log, sigmoid, where
from autograd.samples import error, sample

__all__ = [  # noqa: RUF022 - in the order of sorted(): log10 before log1p
    "cbrt", "exp2", "expm1", "lerp", "log10", "log1p", "log2", "logaddexp", "logaddexp2", "rsqrt",
    "xlogy",
]  # fmt: skip

_LN_2 = math.log(2)
_LN_10 = math.log(10)


@op("elementwise", numpy=np.exp2, methods=("exp2",))
def exp2(x):
    """Power of two, `2^x`; the derivative is `2^x ln 2`.

    >>> exp2(Tensor([0.0, 3.0]))
    Tensor([1., 8.])
    """
    return np.exp2(x)


exp2.vjp(x=lambda g, out: g * (out * _LN_2))


@op("elementwise", symbol="eˣ-1", numpy=np.expm1, methods=("expm1",))
def expm1(x):
    """`e^x - 1`, exact also near 0; the derivative is `e^x`.

    >>> expm1(Tensor([0.0, 1e-10]))
    Tensor([0.e+00, 1.e-10])
    """
    return np.expm1(x)


expm1.vjp(x=lambda g, x: g * exp(x))  # not out + 1, which is 0 below -37


@op("elementwise", numpy=np.log1p, methods=("log1p",), domain="positive")
def log1p(x):
    """`ln(1 + x)`, exact also near 0, for `x > -1`; the derivative is `1 / (1 + x)`.

    >>> log1p(Tensor([0.0, 1e-10]))
    Tensor([0.e+00, 1.e-10])
    """
    return np.log1p(x)


log1p.vjp(x=lambda g, x: g / (1 + x))


@op("elementwise", numpy=np.log2, methods=("log2",), domain="positive")
def log2(x):
    """Logarithm to base 2, for `x > 0`; the derivative is `1 / (x ln 2)`.

    >>> log2(Tensor([1.0, 8.0]))
    Tensor([0., 3.])
    """
    return np.log2(x)


log2.vjp(x=lambda g, x: g / (x * _LN_2))


@op("elementwise", numpy=np.log10, methods=("log10",), domain="positive")
def log10(x):
    """Logarithm to base 10, for `x > 0`; the derivative is `1 / (x ln 10)`.

    >>> log10(Tensor([1.0, 1000.0]))
    Tensor([0., 3.])
    """
    return np.log10(x)


log10.vjp(x=lambda g, x: g / (x * _LN_10))


@op(
    "elementwise",
    symbol="∛",
    numpy=np.cbrt,
    methods=("cbrt",),
    domain="nonzero",
    pytorch="x**(1/3)",
)
def cbrt(x):
    """Cube root, also of negative numbers; the derivative `1 / (3 y²)` is inf at 0.

    >>> cbrt(Tensor([8.0, -27.0]))
    Tensor([ 2., -3.])
    """
    return np.cbrt(x)


cbrt.vjp(x=lambda g, out: g / (3 * out * out))


@op(
    "elementwise",
    symbol="1/√x",
    methods=("rsqrt",),
    domain="positive",
    composed=lambda x: x**-0.5,
)
def rsqrt(x):
    """Reciprocal of the square root, `y = x^(-1/2)` for `x > 0`; the derivative is `-y³/2`.

    >>> rsqrt(Tensor([4.0, 0.25]))
    Tensor([0.5, 2. ])
    """
    return 1 / np.sqrt(x)


rsqrt.vjp(x=lambda g, out: g * (-0.5 * out * out * out))


@op(
    "elementwise",
    numpy=np.logaddexp,
    errors=[error(ValueError, r"logaddexp: .*x: \(2,\).*y: \(3,\)", (2,), (3,))],
)
def logaddexp(x, y):
    """`ln(e^x + e^y)` without overflow; the derivatives `σ(x - y)` and `σ(y - x)` add up to 1.

    >>> logaddexp(Tensor([1000.0, 0.0]), Tensor([1000.0, -1000.0]))
    Tensor([1000.69314718,    0.        ])
    """
    return np.logaddexp(x, y)


logaddexp.vjp(x=lambda g, x, y: g * sigmoid(x - y), y=lambda g, x, y: g * sigmoid(y - x))


@op(
    "elementwise",
    numpy=np.logaddexp2,
    errors=[error(ValueError, "logaddexp2: ", (2,), (3,))],
)
def logaddexp2(x, y):
    """`log2(2^x + 2^y)` without overflow; the derivatives are `1 / (1 + 2^(y - x))` and the rest.

    >>> logaddexp2(Tensor(3.0), Tensor(3.0))
    Tensor(4.)
    """
    return np.logaddexp2(x, y)


logaddexp2.vjp(
    x=lambda g, x, y: g * sigmoid((x - y) * _LN_2),
    y=lambda g, x, y: g * sigmoid((y - x) * _LN_2),
)


@op(
    "elementwise",
    domain={"x": "real", "y": "positive"},
    composed=lambda x, y: x * log(y),
    samples=[
        sample((2, 3), (2, 3)),
        sample((3, 1), (2, 1, 4)),
        sample((), ()),
        sample(2.0, (3,)),
        sample((3,), 0.5),
        sample((0, 2), (2,)),
        sample(np.array([0.0, 2.0]), np.array([1.5, 3.0])),
        sample(np.array([0.0, 2.0]), np.array([np.nan, 3.0])),
    ],
    errors=[error(ValueError, "xlogy: ", (2,), (3,))],
)
def xlogy(x, y):
    """`x ln y`, and 0 where `x` is 0, whatever `y` (unless it is NaN).

    d/dx = ln y and d/dy = x / y, both 0 where x = 0 and y <= 0.

    >>> xlogy(Tensor([0.0, 2.0]), Tensor([0.0, 1.0]))
    Tensor([0., 0.])
    """
    zero = x == 0
    if not np.any(zero):
        # The logarithm of a Python number must not widen float32.
        return x * (np.log(y) if hasattr(y, "dtype") else float(np.log(y)))
    nothing = zero & ~np.isnan(y)
    return x * np.log(np.where(nothing, 1, y).astype(np.result_type(x, y)))


def _safe_y(g, x, y):
    """`y`, and 1 where it does not matter and its logarithm does not exist."""
    if isinstance(y, (int, float)):
        y = value(g).dtype.type(y)  # the logarithm of a Python number would be float64
    zero = value(x) == 0
    return where(zero & (value(y) <= 0), 1, y) if np.any(zero) else y


def _xlogy_x(g, x, y):
    return g * log(_safe_y(g, x, y))


xlogy.vjp(x=_xlogy_x, y=lambda g, x, y: g * (x / _safe_y(g, x, y)))


@op(
    "elementwise",
    composed=lambda start, end, weight: start + weight * (end - start),
    samples=[
        sample((2, 3), (2, 3), (2, 3)),
        sample((3, 1), (4,), ()),
        sample((3,), (3,), 0.25),
        sample((), (), ()),
        sample((2, 3), (2, 3), (3,)),
        sample((2, 3), (3,), np.array([-0.25, 0.5, 0.75])),
        sample((3,), (), 0.75),
    ],
    errors=[error(ValueError, r"lerp: .*start: \(2,\).*end: \(3,\)", (2,), (3,), 0.5)],
)
def lerp(start, end, weight):
    """Linear interpolation `start + weight (end - start)`; all three broadcast.

    The value is `start` at weight 0 and `end` at weight 1, exactly.

    Args:
        start: any shape.
        end: any shape.
        weight: any shape; outside of 0 to 1 it extrapolates.

    >>> lerp(Tensor([0.0, 10.0]), Tensor([1.0, 20.0]), 0.5)
    Tensor([ 0.5, 15. ])
    """
    return start * (1 - weight) + end * weight


lerp.vjp(
    start=lambda g, weight: g * (1 - weight),
    end=lambda g, weight: g * weight,
    weight=lambda g, start, end: g * (end - start),
)
