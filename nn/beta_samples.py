"""Samples of the beta distribution with gradients of its parameters.

A sample is the quantile of a uniform number, and moves with a and b so that this number stays:
`dx/da = -(∂F/∂a) / p(x)` for the distribution function F and the density p.

References:
    M. Figurnov, S. Mohamed and A. Mnih (2018), Implicit reparameterization gradients; the series
    is that of the incomplete beta function, M. Abramowitz and I. Stegun (1964), 26.5.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.func import custom_vjp
from autograd.internals import value

__all__: list[str] = []

_MOST_TERMS = 100_000


def _speeds(y: Any, p: Any, q: Any) -> tuple[Any, Any]:
    """`dy/dp` and `dy/dq` of a sample y of the beta distribution of p and q, where y is small.

    `F = y^p (1-y)^q / (p B(p, q)) · S` with `S = Σ Π (p+q+k) / (p+1+k) y^n`, whose terms are all
    positive; the derivatives of its logarithm are found term by term.
    """
    term = total = y * 0 + 1
    of_p = of_q = sum_p = sum_q = y * 0
    for n in range(_MOST_TERMS):
        term = term * (y * ((p + q + n) / (p + 1 + n)))
        of_q = of_q + 1 / (p + q + n)
        of_p = of_p + 1 / (p + q + n) - 1 / (p + 1 + n)
        total, sum_p, sum_q = total + term, sum_p + term * of_p, sum_q + term * of_q
        if not np.any(value(term) * (1 + value(of_q)) > 1e-17 * value(total)):
            break
    both = autograd.digamma(p + q)
    by_p = total * (autograd.log(y) - 1 / p - autograd.digamma(p) + both) + sum_p
    by_q = total * (autograd.log(1 - y) - autograd.digamma(q) + both) + sum_q
    size = -y * (1 - y) / p
    return size * by_p, size * by_q


@custom_vjp
def beta_sample(concentration1: Any, concentration0: Any, drawn: Any) -> Any:
    """Numbers that were drawn from beta distributions, as functions of the parameters."""
    return drawn + 0 * (concentration1 + concentration0)


def _forward(concentration1: Any, concentration0: Any, drawn: Any) -> Any:
    x = beta_sample.function(concentration1, concentration0, drawn)
    return x, (x, concentration1, concentration0)


def _backward(residuals: Any, g: Any) -> Any:
    x, a, b = (each.astype(np.float64) for each in residuals)
    # The series converges fast below the mean; above it 1 - x is small, with a and b swapped.
    swapped = value(x) * (value(a) + value(b) + 2) > value(a) + 1
    where = autograd.where
    by_p, by_q = _speeds(where(swapped, 1 - x, x), where(swapped, b, a), where(swapped, a, b))
    by_a, by_b = where(swapped, -by_q, by_p), where(swapped, -by_p, by_q)
    return g * by_a.astype(g.dtype), g * by_b.astype(g.dtype), None


beta_sample.defvjp(_forward, _backward)
