"""`scipy.special`: operations of ours where there is one, and rules for a few more.

Derivatives of functions whose order or shape is not differentiated are undefined, and say so.

Reference: NIST Digital Library of Mathematical Functions, chapters 5, 6, 8 and 10.
"""

from __future__ import annotations

from typing import Any

import numpy as _np
import scipy.special as _scipy

from autograd import ops as _ops
from autograd.hips.primitives import defvjp as _defvjp
from autograd.hips.primitives import primitive as _primitive
from autograd.hips.wrapping import wrap_namespace as _wrap_namespace


def _logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    if return_sign:
        raise TypeError("logsumexp: return_sign=True is not supported on Tensors")
    return _ops.logsumexp(a, axis, keepdims, b)


def _softmax(x: Any, axis: Any = None) -> Any:
    return _ops.exp(x - _log_normalizer(x, axis))


def _log_softmax(x: Any, axis: Any = None) -> Any:
    return x - _log_normalizer(x, axis)


def _log_normalizer(x: Any, axis: Any) -> Any:
    return _ops.logsumexp(x, axis, True)


_OURS = {
    name: getattr(_ops, name)
    for name in (
        "beta", "cbrt", "digamma", "entr", "erf", "erfc", "erfcx", "erfinv", "exp2", "expit",
        "expm1", "gammaln", "i0", "i1", "log1p", "log_ndtr", "logit", "ndtr", "polygamma", "sinc",
        "softplus", "xlogy",
    )
} | {
    "log_expit": _ops.log_sigmoid, "log_softmax": _log_softmax,
    "logsumexp": _logsumexp, "psi": _ops.digamma, "softmax": _softmax,
}  # fmt: skip

__all__ = _wrap_namespace(vars(_scipy), globals(), _OURS)


def _defined(function: Any, *derivatives: Any, argnums: Any = None) -> Any:
    """A function of SciPy with its derivatives, as functions of the result and the arguments."""
    made = _primitive(function)
    argnums = range(len(derivatives)) if argnums is None else argnums

    def rule(argnum: int, derivative: Any) -> Any:
        def maker(ans: Any, *args: Any) -> Any:
            shape = _np.shape(args[argnum])
            return lambda g: _ops.sum_to(g * derivative(ans, *args), shape)

        return maker

    rules = [rule(argnum, each) for argnum, each in zip(argnums, derivatives, strict=True)]
    _defvjp(made, *rules, argnums=argnums)
    return made


_psi, _gammaln, _exp, _log = _ops.digamma, _ops.gammaln, _ops.exp, _ops.log

gamma = _defined(_scipy.gamma, lambda ans, x: ans * _psi(x))
rgamma = _defined(_scipy.rgamma, lambda ans, x: -ans * _psi(x))
loggamma = _defined(_scipy.loggamma, lambda ans, x: _psi(x))
gammasgn = _defined(_scipy.gammasgn, lambda ans, x: 0.0 * x)
gammainc = _defined(
    _scipy.gammainc,
    lambda ans, a, x: _exp((a - 1) * _log(x) - x - _gammaln(a)),
    argnums=[1],
)
gammaincc = _defined(
    _scipy.gammaincc,
    lambda ans, a, x: -_exp((a - 1) * _log(x) - x - _gammaln(a)),
    argnums=[1],
)
betaln = _defined(
    _scipy.betaln,
    lambda ans, a, b: _psi(a) - _psi(a + b),
    lambda ans, a, b: _psi(b) - _psi(a + b),
)
betainc = _defined(
    _scipy.betainc,
    lambda ans, a, b, x: _exp((a - 1) * _log(x) + (b - 1) * _ops.log1p(-x) - betaln(a, b)),
    argnums=[2],
)
erfcinv = _defined(_scipy.erfcinv, lambda ans, y: -(_np.sqrt(_np.pi) / 2) * _exp(ans**2))
ndtri = _defined(_scipy.ndtri, lambda ans, p: _np.sqrt(2 * _np.pi) * _exp(ans**2 / 2))

multigammaln = _primitive(_scipy.multigammaln)
_defvjp(
    multigammaln,
    lambda ans, a, d: lambda g: g * _ops.sum(_psi(_ops.expand_dims(a, -1) - _np.arange(d) / 2), -1),
)

# Bessel functions: derivatives in x by those of neighbouring orders.
jv: Any = _defined(_scipy.jv, lambda ans, n, x: (jv(n - 1, x) - jv(n + 1, x)) / 2, argnums=[1])
jn = jv
yv: Any = _defined(_scipy.yv, lambda ans, n, x: (yv(n - 1, x) - yv(n + 1, x)) / 2, argnums=[1])
yn: Any = _defined(_scipy.yn, lambda ans, n, x: (yn(n - 1, x) - yn(n + 1, x)) / 2, argnums=[1])
iv: Any = _defined(_scipy.iv, lambda ans, n, x: (iv(n - 1, x) + iv(n + 1, x)) / 2, argnums=[1])
ive: Any = _defined(
    _scipy.ive, lambda ans, n, x: ive(n + 1, x) + ans * (n / x - _ops.sign(x)), argnums=[1]
)
kv: Any = _defined(_scipy.kv, lambda ans, n, x: -(kv(n - 1, x) + kv(n + 1, x)) / 2, argnums=[1])
j0: Any = _defined(_scipy.j0, lambda ans, x: -j1(x))
j1: Any = _defined(_scipy.j1, lambda ans, x: (j0(x) - jv(2, x)) / 2)
y0: Any = _defined(_scipy.y0, lambda ans, x: -y1(x))
y1: Any = _defined(_scipy.y1, lambda ans, x: (y0(x) - yv(2, x)) / 2)
k0: Any = _defined(_scipy.k0, lambda ans, x: -k1(x))
k1: Any = _defined(_scipy.k1, lambda ans, x: -k0(x) - ans / x)
