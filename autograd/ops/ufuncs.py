"""NumPy's other functions of single elements: choices, remainders, parts of numbers, rounding.

What is piecewise constant, or answers a question, has no derivative and gives plain Tensors.
"""

import numpy as np

from autograd.graph.tensor import Tensor, value
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.operation.operators import UNASKED, ask, is_foreign
from autograd.ops.arithmetic import remainder
from autograd.ops.elementwise import real, sign
from autograd.ops.rounding import floor_divide
from autograd.ops.trigonometry import arctan2
from autograd.samples import error, sample

__all__ = [
    "angle", "copysign", "divmod", "fmax", "fmin", "fmod", "frexp", "imag", "ldexp", "modf",
    "nan_to_num",
]  # fmt: skip


def _first_wins(x, y, better):
    """Where `fmax` and `fmin` take their first argument: if it is better or equal, or y is NaN."""
    return better | np.isnan(value(y))


@op(
    "elementwise",
    symbol="fmax",
    numpy=np.fmax,
    errors=[error(ValueError, r"fmax: .*x: \(2,\).*y: \(3,\)", (2,), (3,))],
)
def fmax(x, y):
    """The larger of the two, the other one where one is NaN; at a tie the first gets the gradient.

    >>> fmax(Tensor([1.0, np.nan]), 0.0)
    Tensor([1., 0.])
    """
    return np.fmax(x, y)


fmax.vjp(
    x=lambda g, x, y: g * _first_wins(x, y, value(x) >= value(y)),
    y=lambda g, x, y: g * ~_first_wins(x, y, value(x) >= value(y)),
)


@op(
    "elementwise",
    symbol="fmin",
    numpy=np.fmin,
    errors=[error(ValueError, "fmin: ", (2,), (3,))],
)
def fmin(x, y):
    """The smaller of the two, the other one where one is NaN; at a tie the first gets the gradient.

    >>> fmin(Tensor([1.0, np.nan]), 0.0)
    Tensor([0., 0.])
    """
    return np.fmin(x, y)


fmin.vjp(
    x=lambda g, x, y: g * _first_wins(x, y, value(x) <= value(y)),
    y=lambda g, x, y: g * ~_first_wins(x, y, value(x) <= value(y)),
)


@op(
    "elementwise",
    numpy=np.fmod,
    domain={"x": "real", "y": "nonzero"},
    samples=[
        sample(np.array([5.3, -5.3, 0.7]), np.array([2.0, 2.0, -3.0])),
        sample(np.array([[5.3], [1.1]]), np.array([2.0, 0.7])),
    ],
)
def fmod(x, y):
    """Remainder `x - trunc(x / y) y`, with the sign of `x` as in C.

    d/dx = 1 and d/dy = -trunc(x / y), except at the jumps where x is a multiple of y.

    >>> fmod(Tensor(-1.0), 3.0)
    Tensor(-1.)
    """
    return np.fmod(x, y)


fmod.vjp(x=lambda g: g, y=lambda g, x, y: g * -np.trunc(value(x) / value(y)))


@op(
    "elementwise",
    numpy=np.copysign,
    domain={"x": "real", "y": "nonzero"},
    samples=[
        sample((2, 3), (2, 3)),
        sample((3, 1), (2, 1, 4)),
        sample((), ()),
        sample((3,), -1.0),
        sample((0, 2), (2,)),
        sample(np.array([0.0, 2.0]), np.array([-1.0, 3.0])),
    ],
)
def copysign(x, y):
    """`|x|` with the sign of `y`; d/dx is 1 or -1 (0 where `x` is 0), d/dy is 0.

    >>> copysign(Tensor([1.0, -2.0]), Tensor([-0.0, 3.0]))
    Tensor([-1.,  2.])
    """
    return np.copysign(x, y)


copysign.vjp(x=lambda g, x, out: g * (sign(x) * sign(out)), y=lambda g: np.zeros_like(g))


@op(
    "elementwise",
    arrays=("x",),
    numpy=np.nan_to_num,
    samples=[
        sample((2, 3)),
        sample(np.array([1.0, np.nan, np.inf]), nan=2.0, posinf=3.0),
        sample(np.array([1.0, -np.inf]), neginf=-4.0),
        sample(()),
    ],
)
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """`x` with NaN and infinities replaced by numbers; no gradient flows through those.

    Args:
        x: any shape.
        nan: what NaN becomes.
        posinf: what infinity becomes; the largest number of the dtype by default.
        neginf: what minus infinity becomes; the most negative number by default.

    >>> nan_to_num(Tensor([1.0, np.nan]))
    Tensor([1., 0.])
    """
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def _nan_to_num_x(g, x):
    raw = value(x)
    if raw.dtype.kind != "c":
        return g * np.isfinite(raw)
    # Real and imaginary part are replaced each on its own.
    return real(g) * np.isfinite(raw.real) + 1j * (imag(g) * np.isfinite(raw.imag))


nan_to_num.vjp(x=_nan_to_num_x)


@op("linear", numpy=np.imag, view=True, samples=[sample((2, 3)), sample(())], vmap=0)
def imag(x):
    """Imaginary part, a view; zeros for real numbers.

    >>> imag(Tensor([1 + 2j]))
    Tensor([2.])
    """
    return x.imag if x.dtype.kind == "c" else np.zeros(x.shape, x.dtype)


def _imag_x(g, x_dtype):
    return g * x_dtype.type(-1j) if x_dtype.kind == "c" else np.zeros_like(g)


imag.vjp(x=_imag_x)


Tensor.real = property(real, doc="The real part.")
Tensor.imag = property(imag, doc="The imaginary part; zeros for real numbers.")


def angle(z, deg=False):
    """Angle of complex numbers in the plane, from -π to π; its gradient at 0 is 0.

    Args:
        z: any shape; of real numbers it is 0 or π.
        deg: in degrees.

    >>> angle(Tensor([1j, -1.0]))
    Tensor([1.57079633, 3.14159265])
    """
    result = arctan2(imag(z), real(z))
    return result * (180 / np.pi) if deg else result


@op(
    "general",
    numpy=np.modf,
    domain="distinct",
    samples=[sample(np.array([1.3, -2.6, 0.4])), sample(np.array(2.5))],
    pytorch=None,
    vmap=0,
)
def modf(x):
    """Fractional and integral part, both with the sign of `x`; the derivatives are 1 and 0.

    >>> modf(Tensor([1.5, -2.25]))
    (Tensor([ 0.5 , -0.25]), Tensor([ 1., -2.]))
    """
    return np.modf(x)


modf.vjp(x=lambda g: g[0])
modf.jvp(x=lambda t: (t, np.zeros_like(t)))


@op(
    "general",
    numpy=np.frexp,
    samples=[sample(np.array([1.3, -2.6, 0.4])), sample(np.array(2.5))],
    vmap=0,
)
def frexp(x):
    """Mantissa `m` and integer exponent `n` of `x = m 2^n`; dm/dx = 2^-n.

    >>> frexp(Tensor([3.0, -0.5]))
    (Tensor([ 0.75, -0.5 ]), Tensor([2, 0], dtype=int32))
    """
    return np.frexp(x)


frexp.vjp(x=lambda g, out: ldexp(g[0], -value(out[1])))


@op(
    "elementwise",
    numpy=np.ldexp,
    samples=[
        sample((2, 3), np.array([[1], [-2]])),
        sample((), np.array(3)),
        sample((2,), np.array([0, 4], np.int32)),
    ],
    errors=[error(TypeError, "ldexp: .*exponent", (2,), (2,))],
)
def ldexp(x, exponent):
    """`x 2^exponent` for integer exponents, which have no gradient.

    >>> ldexp(Tensor([1.0, 3.0]), np.array([2, -1]))
    Tensor([4. , 1.5])
    """
    return np.ldexp(x, exponent)


ldexp.vjp(x=lambda g, exponent: ldexp(g, value(exponent)))


def divmod(x, y) -> "tuple[Tensor, Tensor]":
    """`floor(x / y)`, without derivative, and the remainder `x - floor(x / y) y`, with one.

    Returns:
        Quotient and remainder.

    >>> divmod(Tensor([7.0, -7.0]), 2.0)
    (Tensor([ 3., -4.]), Tensor([1., 1.]))
    """
    return floor_divide(x, y), remainder(x, y)


def _divmod_method(self, other) -> "tuple[Tensor, Tensor]":
    """`divmod(self, other)`."""
    answer = ask(self, other, "__divmod__")
    return divmod(self, other) if answer is UNASKED else answer


def _reflected_divmod(self, other) -> "tuple[Tensor, Tensor]":
    """`divmod(other, self)`."""
    return NotImplemented if is_foreign(type(other)) else divmod(other, self)


Tensor.__divmod__ = _divmod_method
Tensor.__rdivmod__ = _reflected_divmod

numpy_functions[np.divmod] = divmod
numpy_functions[np.angle] = angle
