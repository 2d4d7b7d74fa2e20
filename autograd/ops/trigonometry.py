"""Trigonometric and hyperbolic functions, their inverses, angles and lengths."""

import math

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import cos, sqrt
from autograd.samples import error, sample

__all__ = [
    "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "cosh", "deg2rad",
    "hypot", "rad2deg", "sinc", "sinc_derivative", "sinh", "tan",
]  # fmt: skip


@op("elementwise", numpy=np.tan, methods=("tan",), domain="unit")
def tan(x):
    """Tangent `y = tan x`, `x` in radians; the derivative is `1 + y²`.

    >>> tan(Tensor(0.0))
    Tensor(0.)
    """
    return np.tan(x)


tan.vjp(x=lambda g, out: g * (1 + out * out))


@op("elementwise", numpy=np.arcsin, methods=("arcsin",), domain="unit")
def arcsin(x):
    """Inverse of the sine, for `-1 <= x <= 1`; the derivative `1 / √(1 - x²)` is inf at ±1.

    >>> arcsin(Tensor([0.0, 1.0]))
    Tensor([0.        , 1.57079633])
    """
    return np.arcsin(x)


# (1 - x)(1 + x) and not 1 - x²: exact near ±1, where the derivative is large.
arcsin.vjp(x=lambda g, x: g / sqrt((1 - x) * (1 + x)))


@op("elementwise", numpy=np.arccos, methods=("arccos",), domain="unit")
def arccos(x):
    """Inverse of the cosine, for `-1 <= x <= 1`; the derivative is `-1 / √(1 - x²)`.

    >>> arccos(Tensor([0.0, 1.0]))
    Tensor([1.57079633, 0.        ])
    """
    return np.arccos(x)


arccos.vjp(x=lambda g, x: -g / sqrt((1 - x) * (1 + x)))


@op("elementwise", numpy=np.arctan, methods=("arctan",))
def arctan(x):
    """Inverse of the tangent; the derivative is `1 / (1 + x²)`.

    >>> arctan(Tensor([0.0, 1.0]))
    Tensor([0.        , 0.78539816])
    """
    return np.arctan(x)


arctan.vjp(x=lambda g, x: g / (1 + x * x))


@op("elementwise", numpy=np.sinh, methods=("sinh",))
def sinh(x):
    """Hyperbolic sine `(e^x - e^-x) / 2`; the derivative is `cosh x`.

    >>> sinh(Tensor(0.0))
    Tensor(0.)
    """
    return np.sinh(x)


sinh.vjp(x=lambda g, x: g * cosh(x))


@op("elementwise", numpy=np.cosh, methods=("cosh",))
def cosh(x):
    """Hyperbolic cosine `(e^x + e^-x) / 2`; the derivative is `sinh x`.

    >>> cosh(Tensor(0.0))
    Tensor(1.)
    """
    return np.cosh(x)


cosh.vjp(x=lambda g, x: g * sinh(x))


@op("elementwise", numpy=np.arcsinh, methods=("arcsinh",))
def arcsinh(x):
    """Inverse of the hyperbolic sine; the derivative is `1 / √(x² + 1)`.

    >>> arcsinh(Tensor([0.0, 1.0]))
    Tensor([0.        , 0.88137359])
    """
    return np.arcsinh(x)


def _arcsinh_x(g, x):
    if value(x).dtype.kind == "c":
        return g / sqrt(x * x + 1)
    return g / hypot(x, 1.0)  # the square of a large number would overflow


arcsinh.vjp(x=_arcsinh_x)


@op("elementwise", numpy=np.arccosh, methods=("arccosh",), domain="greater_than_one")
def arccosh(x):
    """Inverse of the hyperbolic cosine, for `x >= 1`; the derivative is `1 / √(x² - 1)`.

    >>> arccosh(Tensor([1.0, 2.0]))
    Tensor([0.       , 1.3169579])
    """
    return np.arccosh(x)


# Two roots: their product is the right branch for complex numbers too.
arccosh.vjp(x=lambda g, x: g / (sqrt(x - 1) * sqrt(x + 1)))


@op("elementwise", numpy=np.arctanh, methods=("arctanh",), domain="unit")
def arctanh(x):
    """Inverse of the hyperbolic tangent, for `-1 < x < 1`; the derivative is `1 / (1 - x²)`.

    >>> arctanh(Tensor([0.0, 0.5]))
    Tensor([0.        , 0.54930614])
    """
    return np.arctanh(x)


arctanh.vjp(x=lambda g, x: g / ((1 - x) * (1 + x)))


def _or_one(length):
    """A length to divide by: 1 where it is 0, so that 0 / 0 is 0."""
    raw = value(length)
    # One pass where all is well; a NaN is no reason to divide the others by 0.
    return length if np.min(raw, initial=1) > 0 else length + (raw == 0)


@op(
    "elementwise",
    numpy=np.hypot,
    errors=[error(ValueError, r"hypot: .*x: \(2,\).*y: \(3,\)", (2,), (3,))],
)
def hypot(x, y):
    """Length `√(x² + y²)` without overflow; the derivatives `x / out`, `y / out` are 0 at (0, 0).

    >>> hypot(Tensor([3.0, 0.0]), Tensor([4.0, 0.0]))
    Tensor([5., 0.])
    """
    return np.hypot(x, y)


hypot.vjp(x=lambda g, out, x: g * (x / _or_one(out)), y=lambda g, out, y: g * (y / _or_one(out)))


@op(
    "elementwise",
    numpy=np.arctan2,
    domain="nonzero",
    samples=[
        sample((2, 3), (2, 3)),
        sample((3, 1), (2, 1, 4)),
        sample((), ()),
        sample(2.0, (3,)),
        sample((3,), -0.5),
        sample((0, 2), (2,)),
        sample(np.array([3e200, -2.0]), np.array([1e200, 0.5])),
    ],
    errors=[error(ValueError, r"arctan2: .*y: \(2,\).*x: \(3,\)", (2,), (3,))],
)
def arctan2(y, x):
    """Angle of the point `(x, y)`, from -π to π.

    d/dy = x / (x² + y²) and d/dx = -y / (x² + y²), both 0 at (0, 0).

    >>> arctan2(Tensor([1.0, 0.0]), Tensor([0.0, -1.0]))
    Tensor([1.57079633, 3.14159265])
    """
    return np.arctan2(y, x)


def _over_squared_length(side, y, x):
    """`side / (x² + y²)`; in two steps where the square of a length is too small or too large."""
    squares = y * y + x * x
    raw = value(squares)
    limits = np.finfo(raw.dtype)
    if np.min(raw, initial=1) > limits.tiny and np.max(raw, initial=1) < limits.max:
        return side / squares
    length = _or_one(hypot(y, x))
    return side / length / length


arctan2.vjp(
    y=lambda g, y, x: g * _over_squared_length(x, y, x),
    x=lambda g, y, x: g * -_over_squared_length(y, y, x),
)


@op("elementwise", numpy=(np.deg2rad, np.radians))
def deg2rad(x):
    """Degrees to radians, `x π / 180`.

    >>> deg2rad(Tensor([0.0, 180.0]))
    Tensor([0.        , 3.14159265])
    """
    return np.deg2rad(x)


deg2rad.vjp(x=lambda g: g * (math.pi / 180))


@op("elementwise", numpy=(np.rad2deg, np.degrees))
def rad2deg(x):
    """Radians to degrees, `x 180 / π`.

    >>> rad2deg(Tensor([0.0, np.pi]))
    Tensor([  0., 180.])
    """
    return np.rad2deg(x)


rad2deg.vjp(x=lambda g: g * (180 / math.pi))


@op("elementwise", numpy=np.sinc)
def sinc(x):
    """Normalised sinc `sin(πx) / (πx)`, 1 at 0; all its derivatives exist there too.

    >>> sinc(Tensor([0.0, 0.5]))
    Tensor([1.        , 0.63661977])
    """
    return np.sinc(x)


sinc.vjp(x=lambda g, x: g * sinc_derivative(x, 1))


def _sinc_derivative_composed(x, order=1):
    assert order == 1
    return (cos(math.pi * x) - sinc(x)) / x


@op(
    "elementwise",
    arrays=("x",),
    composed=_sinc_derivative_composed,
    samples=[sample((2, 3)), sample(()), sample((4,), 1)],
    pytorch=None,
    helper=True,
)
def sinc_derivative(x, order=1):
    """The derivative of `sinc` of some order, exact at and near 0.

    Args:
        x: any shape.
        order: 1 or more; one more is the derivative of this.

    >>> sinc_derivative(Tensor([1.0, 2.0]))
    Tensor([-1. ,  0.5])
    """
    u = np.pi * x
    near = np.abs(u) < 0.5 * order
    if np.all(near):
        return np.pi**order * _series(u, order)
    far = _recursion(np.where(near, order, u).astype(u.dtype), order)
    return np.pi**order * (np.where(near, _series(u * near, order), far) if np.any(near) else far)


def _series(u, order):
    """The power series: the sum of `(-1)^k u^m / (m! (2k + 1))` over m = 2k - order >= 0."""
    first = -(-order // 2)  # the smallest k
    total = u * 0
    for k in range(first + 8 + order, first - 1, -1):
        m = 2 * k - order
        term = (-1) ** k / (math.factorial(m) * (2 * k + 1))
        total = total * (u * u) + term
    return total * u if order % 2 else total


def _recursion(u, order):
    """From `u f = sin u`, differentiated: `u f' + f = cos u`, and so on."""
    f = np.sin(u) / u
    for n in range(1, order + 1):
        f = (np.sin(u + n * (np.pi / 2)) - n * f) / u
    return f


sinc_derivative.vjp(x=lambda g, x, order: g * sinc_derivative(x, order + 1))
