"""Special functions of probability and physics, computed by SciPy, whose names they have.

They keep float32 and float16. `expit` is an operation of `elementwise.py`, `sigmoid`.
"""

import math
from functools import cache

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import astype, exp, log, where
from autograd.samples import error, sample

__all__ = [
    "bessel_i", "beta", "digamma", "digamma_derivative", "entr", "erf", "erfc", "erfcx", "erfinv",
    "gammaln", "i0", "i1", "log_ndtr", "logit", "ndtr", "polygamma",
]  # fmt: skip

_SQRT_PI = math.sqrt(math.pi)


@cache
def _named(name):
    """A function of `scipy.special`, which is imported when first needed."""
    import scipy.special

    return getattr(scipy.special, name)


def _computed(name, x):
    """A function of one array; SciPy's widen float16."""
    out = _named(name)(x)
    return out.astype(x.dtype) if x.dtype.char == "e" else out


# ---------------------------------------------------------------------- the error function


@op("elementwise", methods=("erf",), pytorch="special.erf")
def erf(x):
    """Error function `2/√π ∫₀ˣ e^(-t²) dt`; the derivative is `2/√π e^(-x²)`.

    >>> erf(Tensor([0.0, 1.0]))
    Tensor([0.        , 0.84270079])
    """
    return _computed("erf", x)


erf.vjp(x=lambda g, x: g * exp(-(x * x)) * (2 / _SQRT_PI))


@op("elementwise", methods=("erfc",), composed=lambda x: 1 - erf(x), pytorch="special.erfc")
def erfc(x):
    """Complement of the error function, `1 - erf(x)`, exact where that is small.

    >>> erfc(Tensor([0.0, 10.0]))
    Tensor([1.00000000e+00, 2.08848758e-45])
    """
    return _computed("erfc", x)


erfc.vjp(x=lambda g, x: g * exp(-(x * x)) * (-2 / _SQRT_PI))


@op("elementwise", methods=("erfinv",), domain="unit", pytorch="special.erfinv")
def erfinv(x):
    """Inverse of the error function, for `-1 < x < 1`; the derivative is `√π/2 e^(y²)`.

    >>> erfinv(erf(Tensor(0.5)))
    Tensor(0.5)
    """
    return _computed("erfinv", x)


erfinv.vjp(x=lambda g, out: g * exp(out * out) * (_SQRT_PI / 2))


@op(
    "elementwise",
    domain="greater_than_minus_one",
    composed=lambda x: exp(x * x) * erfc(x),
    pytorch="special.erfcx",
)
def erfcx(x):
    """Scaled complement of the error function, `e^(x²) erfc(x)`, which does not underflow.

    The derivative is `2 x y - 2/√π`.

    >>> erfcx(Tensor([0.0, 100.0]))
    Tensor([1.        , 0.00564161])
    """
    return _computed("erfcx", x)


def _erfcx_x(g, x, out):
    narrow = value(x).dtype.itemsize < 8
    far = value(x) > (6 if narrow else 30)
    if not np.any(far):
        return g * (2 * x * out - 2 / _SQRT_PI)
    # There the two terms cancel: -1/(√π x²) (1 - 3/(2x²) + 15/(2x²)² - 105/(2x²)³ + ...).
    large = where(far, x, value(x).dtype.type(30))
    inverse = (math.sqrt(0.5) / large) ** 2
    series = 1.0
    for factor in (13, 11, 9, 7, 5, 3):
        series = 1 - factor * inverse * series
    return g * where(far, -2 / _SQRT_PI * inverse * series, 2 * x * out - 2 / _SQRT_PI)


erfcx.vjp(x=_erfcx_x)

# ---------------------------------------------------------------------- probabilities


@op(
    "elementwise",
    methods=("ndtr",),
    composed=lambda x: 0.5 * erfc(x * -math.sqrt(0.5)),
    pytorch="special.ndtr",
)
def ndtr(x):
    """Distribution function Φ of the standard normal distribution; its derivative is the density.

    >>> ndtr(Tensor([0.0, 1.0]))
    Tensor([0.5       , 0.84134475])
    """
    return _computed("ndtr", x)


ndtr.vjp(x=lambda g, x: g * exp(-0.5 * (x * x)) * (1 / math.sqrt(2 * math.pi)))


@op(
    "elementwise",
    domain="moderate",
    methods=("log_ndtr",),
    composed=lambda x: log(ndtr(x)),
    pytorch="special.log_ndtr",
)
def log_ndtr(x):
    """`ln Φ(x)`, exact where Φ underflows; the derivative is the density over Φ.

    >>> log_ndtr(Tensor([0.0, -100.0]))
    Tensor([-6.93147181e-01, -5.00552421e+03])
    """
    return _computed("log_ndtr", x)


# The quotient of two numbers that underflow, as one function that does not.
log_ndtr.vjp(x=lambda g, x: g * math.sqrt(2 / math.pi) / erfcx(x * -math.sqrt(0.5)))


@op(
    "elementwise",
    methods=("logit",),
    domain="probability",
    composed=lambda x: log(x / (1 - x)),
    pytorch="special.logit",
)
def logit(x):
    """`ln(x / (1 - x))` for `0 < x < 1`, the inverse of sigmoid; the derivative `1 / (x (1 - x))`.

    >>> logit(Tensor([0.5, 0.75]))
    Tensor([0.        , 1.09861229])
    """
    return _computed("logit", x)


logit.vjp(x=lambda g, x: g / (x * (1 - x)))


@op("elementwise", domain="positive", composed=lambda x: -x * log(x), pytorch="special.entr")
def entr(x):
    """Entropy of one outcome, `-x ln x`: 0 at 0, -inf below; the derivative is `-1 - ln x`.

    >>> entr(Tensor([0.0, 0.5, 1.0]))
    Tensor([ 0.        ,  0.34657359, -0.        ])
    """
    return _computed("entr", x)


entr.vjp(x=lambda g, x: g * (-1 - log(x)))

# ---------------------------------------------------------------------- gamma and beta


@op("elementwise", methods=("gammaln",), domain="positive", pytorch="special.gammaln")
def gammaln(x):
    """`ln |Γ(x)|`, the logarithm of the factorial of `x - 1`; the derivative is `digamma`.

    >>> gammaln(Tensor([1.0, 5.0]))
    Tensor([0.        , 3.17805383])
    """
    return _computed("gammaln", x)


gammaln.vjp(x=lambda g, x: g * digamma(x))


@op(
    "elementwise",
    methods=("digamma",),
    domain="positive",
    pytorch="special.digamma",
    real_only=True,
)
def digamma(x):
    """`ψ(x) = Γ'(x) / Γ(x)`; its derivative is the trigamma function `polygamma(1, x)`.

    >>> digamma(Tensor([1.0, 2.0]))
    Tensor([-0.57721566,  0.42278434])
    """
    return _computed("digamma", x)


digamma.vjp(x=lambda g, x: g * digamma_derivative(x, 1))


@op(
    "elementwise",
    arrays=("x",),
    domain="positive",
    samples=[sample((2, 3), 1), sample((4,), 0), sample((), 3)],
    errors=[
        error(ValueError, "digamma_derivative: the order must be an integer from 0", (2,), -1),
        error(ValueError, "digamma_derivative: the order must be an integer from 0", (2,), 0.5),
    ],
    pytorch="special.polygamma",
    helper=True,
)
def digamma_derivative(x, order):
    """`polygamma` as an operation: the derivative of some order of `digamma`.

    >>> digamma_derivative(Tensor(1.0), 1)
    Tensor(1.64493407)
    """
    if order != int(order) or order < 0:
        raise ValueError("the order must be an integer from 0")
    if order == 0:
        return digamma(x)
    # As SciPy's polygamma does it, which would widen float32.
    zeta = _named("zeta")(order + 1, x)
    return ((-1.0) ** (order + 1) * math.factorial(int(order)) * zeta).astype(x.dtype)


digamma_derivative.vjp(x=lambda g, x, order: g * digamma_derivative(x, order + 1))


def polygamma(n, x):
    """The n-th derivative of `digamma`, `ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹ n! Σ (x + k)⁻ⁿ⁻¹` over k from 0.

    Args:
        n: a fixed integer from 0; 1 gives the trigamma function.
        x: any shape.

    Raises:
        ValueError: for another order.

    >>> polygamma(1, Tensor([1.0, 2.0]))
    Tensor([1.64493407, 0.64493407])
    """
    if np.ndim(value(n)) != 0:
        raise ValueError(f"polygamma: the order n must be one number, got shape {np.shape(n)}")
    if value(n) != int(n) or n < 0:
        raise ValueError(f"polygamma: the order n must be an integer from 0, got {n!r}")
    return digamma_derivative(x, int(n))


@op(
    "elementwise",
    domain="positive",
    composed=lambda x, y: exp(gammaln(x) + gammaln(y) - gammaln(x + y)),
    pytorch=None,
)
def beta(x, y):
    """Beta function `Γ(x) Γ(y) / Γ(x + y)` for positive numbers.

    The derivatives are `B (ψ(x) - ψ(x + y))` and `B (ψ(y) - ψ(x + y))`.

    >>> beta(Tensor(2.0), Tensor(3.0))
    Tensor(0.08333333)
    """
    out = _named("beta")(x, y)
    wanted = np.result_type(x, y)
    return out.astype(wanted) if wanted.kind == "f" and out.dtype != wanted else out


def _digamma_step(x, y, out):
    """`ψ(x) - ψ(x + y)`, of which float32 would leave little for a small `y`."""
    x, y = (astype(each, np.float64) if hasattr(each, "dtype") else each for each in (x, y))
    return astype(digamma(x) - digamma(x + y), value(out).dtype)


beta.vjp(
    x=lambda g, x, y, out: g * out * _digamma_step(x, y, out),
    y=lambda g, x, y, out: g * out * _digamma_step(y, x, out),
)

# ---------------------------------------------------------------------- Bessel functions


@op("elementwise", domain="moderate", numpy=np.i0, pytorch="special.i0")
def i0(x):
    """Modified Bessel function of order 0; the derivative is `i1`.

    >>> i0(Tensor([0.0, 1.0]))
    Tensor([1.        , 1.26606588])
    """
    return _computed("i0", x)


i0.vjp(x=lambda g, x: g * i1(x))


@op("elementwise", domain="moderate", pytorch="special.i1")
def i1(x):
    """Modified Bessel function of order 1; the derivative is `(I₀(x) + I₂(x)) / 2`.

    >>> i1(Tensor([0.0, 1.0]))
    Tensor([0.        , 0.5651591])
    """
    return _computed("i1", x)


i1.vjp(x=lambda g, x: g * (i0(x) + bessel_i(x, 2)) * 0.5)


@op(
    "elementwise",
    arrays=("x",),
    domain="moderate",
    samples=[sample((2, 3), 2), sample((), 3)],
    errors=[error(ValueError, "bessel_i: the order must be an integer from 1", (2,), 0)],
    pytorch=None,
    real_only=True,
)
def bessel_i(x, order):
    """Modified Bessel function `I` of a whole order: `i1` and what its derivatives lead to.

    The derivative is `(I[order - 1] + I[order + 1]) / 2`.

    >>> bessel_i(Tensor(1.0), 2)
    Tensor(0.13574767)
    """
    if order != int(order) or order < 1:
        raise ValueError("the order must be an integer from 1")
    out = _named("iv")(order, x)
    return out.astype(x.dtype) if x.dtype.char == "e" else out


def _one_order_less(x, order):
    return {1: i0, 2: i1}[order](x) if order <= 2 else bessel_i(x, order - 1)


bessel_i.vjp(x=lambda g, x, order: g * (_one_order_less(x, order) + bessel_i(x, order + 1)) * 0.5)
