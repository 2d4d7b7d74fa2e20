"""Functions of single elements: formulas and derivatives."""

import math
from collections.abc import Iterator, Set
from functools import partial
from typing import Any

import numpy as np
import scipy.special as sc

from autograd.operation.record import Op, complete_records, records
from benchmarks.operation_cases.case import Case, case, named

SQRT_PI = math.sqrt(math.pi)
GELU = math.sqrt(2 / math.pi)


def sigmoid(x):
    """The formula everybody writes."""
    return 1 / (1 + np.exp(-x))


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _mish_gradient(g, y, x):
    t = np.tanh(_softplus(x))
    return g * (t + x * (1 - t * t) * sigmoid(x))


def _silu_gradient(g, y, x):
    s = sigmoid(x)
    return g * s * (1 + x * (1 - s))


# The name, the domain of x, the formula, and of g, y and x the gradient.
_UNARY = [
    ("exp", "real", np.exp, lambda g, y, x: g * y),
    ("log", "positive", np.log, lambda g, y, x: g / x),
    ("sqrt", "positive", np.sqrt, lambda g, y, x: g / (2 * y)),
    ("square", "real", np.square, lambda g, y, x: 2 * g * x),
    ("reciprocal", "positive", np.reciprocal, lambda g, y, x: -g * y * y),
    ("abs", "real", np.abs, lambda g, y, x: g * np.sign(x)),
    ("negative", "real", np.negative, lambda g, y, x: -g),
    ("sin", "real", np.sin, lambda g, y, x: g * np.cos(x)),
    ("cos", "real", np.cos, lambda g, y, x: -g * np.sin(x)),
    ("tan", "unit", np.tan, lambda g, y, x: g * (1 + y * y)),
    ("tanh", "real", np.tanh, lambda g, y, x: g * (1 - y * y)),
    ("sinh", "real", np.sinh, lambda g, y, x: g * np.cosh(x)),
    ("cosh", "real", np.cosh, lambda g, y, x: g * np.sinh(x)),
    ("arcsin", "unit", np.arcsin, lambda g, y, x: g / np.sqrt(1 - x * x)),
    ("arccos", "unit", np.arccos, lambda g, y, x: -g / np.sqrt(1 - x * x)),
    ("arctan", "real", np.arctan, lambda g, y, x: g / (1 + x * x)),
    ("arcsinh", "real", np.arcsinh, lambda g, y, x: g / np.sqrt(1 + x * x)),
    ("arccosh", "above one", np.arccosh, lambda g, y, x: g / np.sqrt(x * x - 1)),
    ("arctanh", "unit", np.arctanh, lambda g, y, x: g / (1 - x * x)),
    ("exp2", "real", np.exp2, lambda g, y, x: g * y * math.log(2)),
    ("expm1", "real", np.expm1, lambda g, y, x: g * (y + 1)),
    ("log1p", "positive", np.log1p, lambda g, y, x: g / (1 + x)),
    ("log2", "positive", np.log2, lambda g, y, x: g / (x * math.log(2))),
    ("log10", "positive", np.log10, lambda g, y, x: g / (x * math.log(10))),
    ("cbrt", "positive", np.cbrt, lambda g, y, x: g / (3 * y * y)),
    ("rsqrt", "positive", lambda x: 1 / np.sqrt(x), lambda g, y, x: -0.5 * g * y * y * y),
    ("deg2rad", "real", np.deg2rad, lambda g, y, x: g * (math.pi / 180)),
    ("rad2deg", "real", np.rad2deg, lambda g, y, x: g * (180 / math.pi)),
    ("sinc", "positive", np.sinc, lambda g, y, x: g * (np.cos(math.pi * x) - y) / x),
    ("nan_to_num", "real", np.nan_to_num, lambda g, y, x: g * np.isfinite(x)),
    ("conj", "real", np.conj, lambda g, y, x: g.copy()),
    ("real", "real", np.real, lambda g, y, x: g.copy()),
    ("imag", "real", np.imag, lambda g, y, x: np.zeros_like(x)),
    ("copy", "real", np.copy, lambda g, y, x: g.copy()),
    ("modf", "real", np.modf, lambda g, y, x: g.copy()),
    ("frexp", "real", np.frexp, lambda g, y, x: np.ldexp(g, -y[1])),
    ("erf", "real", sc.erf, lambda g, y, x: g * np.exp(-x * x) * (2 / SQRT_PI)),
    ("erfc", "real", sc.erfc, lambda g, y, x: g * np.exp(-x * x) * (-2 / SQRT_PI)),
    ("erfcx", "positive", sc.erfcx, lambda g, y, x: g * (2 * x * y - 2 / SQRT_PI)),
    ("erfinv", "unit", sc.erfinv, lambda g, y, x: g * np.exp(y * y) * (SQRT_PI / 2)),
    ("ndtr", "real", sc.ndtr, lambda g, y, x: g * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)),
    ("log_ndtr", "real", sc.log_ndtr,
     lambda g, y, x: g * (math.sqrt(2 / math.pi) / sc.erfcx(-x / math.sqrt(2)))),
    ("logit", "unit", sc.logit, lambda g, y, x: g / (x * (1 - x))),
    ("entr", "positive", sc.entr, lambda g, y, x: g * (-1 - np.log(x))),
    ("gammaln", "positive", sc.gammaln, lambda g, y, x: g * sc.digamma(x)),
    ("digamma", "positive", sc.digamma, lambda g, y, x: g * sc.zeta(2, x)),
    ("i0", "real", sc.i0, lambda g, y, x: g * sc.i1(x)),
    ("i1", "real", sc.i1, lambda g, y, x: g * (sc.i0(x) + sc.iv(2, x)) * 0.5),
    ("sigmoid", "real", sc.expit, lambda g, y, x: g * y * (1 - y)),
    ("relu", "real", lambda x: np.maximum(x, 0), lambda g, y, x: g * (x > 0)),
    ("relu6", "real", lambda x: np.clip(x, 0, 6), lambda g, y, x: g * ((x > 0) & (x < 6))),
    ("elu", "real", lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
     lambda g, y, x: g * np.where(x > 0, 1, y + 1)),
    ("celu", "real", lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
     lambda g, y, x: g * np.where(x > 0, 1, y + 1)),
    ("selu", "real", lambda x: 1.0507 * np.where(x > 0, x, 1.6733 * np.expm1(np.minimum(x, 0))),
     lambda g, y, x: g * np.where(x > 0, 1.0507, y + 1.7581)),
    ("silu", "real", lambda x: x * sigmoid(x), _silu_gradient),
    ("softplus", "real", lambda x: np.where(x > 20, x, _softplus(x)),
     lambda g, y, x: g * np.where(x > 20, 1, sigmoid(x))),
    ("log_sigmoid", "real", lambda x: -_softplus(-x), lambda g, y, x: g * sigmoid(-x)),
    ("mish", "real", lambda x: x * np.tanh(_softplus(x)), _mish_gradient),
    ("gelu", "real", lambda x: 0.5 * x * (1 + sc.erf(x / math.sqrt(2))),
     lambda g, y, x: g * (0.5 * (1 + sc.erf(x / math.sqrt(2)))
                          + x * np.exp(-0.5 * x * x) * (GELU / 2))),
    ("softsign", "real", lambda x: x / (1 + np.abs(x)), lambda g, y, x: g / (1 + np.abs(x)) ** 2),
    ("tanhshrink", "real", lambda x: x - np.tanh(x), lambda g, y, x: g * np.tanh(x) ** 2),
    ("leaky_relu", "real", lambda x: np.where(x > 0, x, 0.01 * x),
     lambda g, y, x: g * np.where(x > 0, 1, 0.01)),
    ("hardtanh", "real", lambda x: np.clip(x, -1, 1), lambda g, y, x: g * ((x > -1) & (x < 1))),
    ("hardsigmoid", "real", lambda x: np.clip(x + 3, 0, 6) / 6,
     lambda g, y, x: g * (np.abs(x) < 3) / 6),
    ("hardswish", "real", lambda x: x * np.clip(x + 3, 0, 6) / 6,
     lambda g, y, x: g * np.where(np.abs(x) < 3, x / 3 + 0.5, x >= 3)),
    ("softshrink", "real", lambda x: np.where(np.abs(x) > 0.5, x - 0.5 * np.sign(x), 0),
     lambda g, y, x: g * (np.abs(x) > 0.5)),
    ("hardshrink", "real", lambda x: np.where(np.abs(x) > 0.5, x, 0),
     lambda g, y, x: g * (np.abs(x) > 0.5)),
]  # fmt: skip
# The same of two arguments: a pair of gradients.
_BINARY = [
    ("add", "real", np.add, lambda g, z, x, y: (g.copy(), g.copy())),
    ("subtract", "real", np.subtract, lambda g, z, x, y: (g.copy(), -g)),
    ("mul", "real", np.multiply, lambda g, z, x, y: (g * y, g * x)),
    ("divide", "positive", np.divide, lambda g, z, x, y: (g / y, -g * z / y)),
    ("power", "positive", np.power,
     lambda g, z, x, y: (g * y * x ** (y - 1), g * z * np.log(x))),
    ("remainder", "positive", np.remainder,
     lambda g, z, x, y: (g.copy(), -g * np.floor_divide(x, y))),
    ("fmod", "positive", np.fmod, lambda g, z, x, y: (g.copy(), -g * np.trunc(x / y))),
    ("maximum", "real", np.maximum, lambda g, z, x, y: (g * (x > y), g * (x < y))),
    ("minimum", "real", np.minimum, lambda g, z, x, y: (g * (x < y), g * (x > y))),
    ("fmax", "real", np.fmax, lambda g, z, x, y: (g * (x >= y), g * (x < y))),
    ("fmin", "real", np.fmin, lambda g, z, x, y: (g * (x <= y), g * (x > y))),
    ("logaddexp", "real", np.logaddexp,
     lambda g, z, x, y: (g * sigmoid(x - y), g * sigmoid(y - x))),
    ("logaddexp2", "real", np.logaddexp2,
     lambda g, z, x, y: (g / (1 + np.exp2(y - x)), g / (1 + np.exp2(x - y)))),
    ("xlogy", "positive", sc.xlogy, lambda g, z, x, y: (g * np.log(y), g * x / y)),
    ("hypot", "positive", np.hypot, lambda g, z, x, y: (g * x / z, g * y / z)),
    ("arctan2", "positive", np.arctan2,
     lambda g, z, y, x: (g * x / (x * x + y * y), -g * y / (x * x + y * y))),
    ("copysign", "real", np.copysign,
     lambda g, z, x, y: (g * np.sign(x) * np.sign(y), np.zeros_like(y))),
    ("beta", "positive", sc.beta,
     lambda g, z, x, y: (g * z * (sc.digamma(x) - sc.digamma(x + y)),
                         g * z * (sc.digamma(y) - sc.digamma(x + y)))),
    ("prelu", "real", lambda x, s: np.where(x > 0, x, s * x),
     lambda g, z, x, s: (g * np.where(x > 0, 1, s), g * np.minimum(x, 0))),
]  # fmt: skip
_CONSTANT = [
    "sign", "floor", "ceil", "trunc", "rint", "round", "fix", "isnan", "isinf", "isfinite",
    "isposinf", "isneginf", "signbit", "spacing", "logical_not",
]  # fmt: skip
_COMPARING = [
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and",
    "logical_or", "logical_xor", "floor_divide", "heaviside", "nextafter",
]  # fmt: skip
_BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm"]

ELEMENTWISE: list[Case] = [
    *(case(name, f, df, domains=(domain,)) for name, domain, f, df in _UNARY),
    *(case(name, f, df, domains=(domain, domain)) for name, domain, f, df in _BINARY),
    *(case(name, getattr(np, name)) for name in _CONSTANT),
    *(case(name, getattr(np, name), domains=("positive", "positive")) for name in _COMPARING),
    *(case(name, getattr(np, name), domains=("integer", "integer")) for name in _BITWISE),
    *(case(name, getattr(np, name), domains=("integer",)) for name in ("invert", "bitwise_count")),
    case("ldexp", np.ldexp, lambda g, z, x, n: np.ldexp(g, n), domains=("real", "integer")),
    case("digamma_derivative", lambda x: sc.polygamma(1, x),
         lambda g, y, x: g * sc.polygamma(2, x), domains=("positive",),
         ours=lambda x: named("digamma_derivative")(x, 1)),
    case("bessel_i", lambda x: sc.iv(2, x), lambda g, y, x: g * (sc.i1(x) + sc.iv(3, x)) / 2,
         ours=lambda x: named("bessel_i")(x, 2)),
    case("sinc_derivative", lambda x: (np.cos(math.pi * x) - np.sinc(x)) / x, domains=("positive",),
         ours=lambda x: named("sinc_derivative")(x)),
    case("clip", lambda x: np.clip(x, -1, 1), lambda g, y, x: g * ((x >= -1) & (x <= 1)),
         ours=lambda x: named("clip")(x, -1, 1)),
    case("threshold", lambda x: np.where(x > 0.1, x, 20.0), lambda g, y, x: g * (x > 0.1),
         ours=lambda x: named("threshold")(x, 0.1, 20.0)),
    case("huber", lambda x: np.where(np.abs(x) <= 1, 0.5 * x * x, np.abs(x) - 0.5),
         lambda g, y, x: g * np.clip(x, -1, 1)),
    case("lerp", lambda x, y, w: x + w * (y - x),
         lambda g, z, x, y, w: (g * (1 - w), g * w, g * (y - x)), domains=("real",) * 3),
    case("astype", lambda x: x.astype(np.float32), lambda g, y, x: g.astype(np.float64),
         ours=lambda x: x.astype(np.float32)),
    case("where", lambda x, y: np.where(x > y, x, y),
         lambda g, z, x, y: (np.where(x > y, g, 0.0), np.where(x > y, 0.0, g)),
         domains=("real", "real"), ours=lambda x, y: named("where")(x.data > y.data, x, y)),
]  # fmt: skip


def of_records(known: Set[str]) -> Iterator[Case]:
    """Those that nobody has written a case for: beside the NumPy they are made of."""
    complete_records()
    for op in records.values():
        ours = op.module.startswith("autograd.") and op.kind == "elementwise"
        if ours and op.name not in known and not op.required & op.keywords.keys():
            domains = [
                op.domain if isinstance(op.domain, str) else op.domain.get(argument, "real")
                for argument in op.arguments
            ]
            numbers = [each if each in ("real", "positive") else "unit" for each in domains]
            yield case(op.name, partial(_value, op), domains=numbers)


def _value(op: Op, *arrays: np.ndarray) -> Any:
    return op.call_body(arrays, op.keywords)
