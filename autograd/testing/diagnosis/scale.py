"""Patterns of a gradient that is off by a factor, or by what it makes of the cotangent."""

from __future__ import annotations

import itertools
import math

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.wording import Words, words_of_axes
from autograd.testing.subjects import Array


def missing(e: Evidence) -> Words:
    """Nothing at all, or no number."""
    if not np.isfinite(e.analytic[e.known]).all():
        yield "not a number, where the derivative is finite (0 · inf, inf / inf, or an overflow)"
    elif e.equals(0.0):
        yield "no gradient arrives: it is zero everywhere"


def factor(e: Evidence) -> Words:
    """The sign, or a plain factor."""
    if e.equals(-e.numeric):
        yield "the sign is wrong"
    for factor, words in (
        (2.0, "twice too large"),
        (0.5, "half as large as it should be, as if one of two equal uses were lost"),
    ):
        if e.equals(factor * e.numeric):
            yield words
        elif e.equals(-factor * e.numeric):
            yield f"{words}, and of the wrong sign"


def cotangent(e: Evidence) -> Words:
    """What should be multiplied by the cotangent, once."""
    g, j = e.cotangent[:, np.newaxis], e.jacobian
    forms = {
        "the cotangent is ignored": j,
        "the cotangent is applied twice": g * g * j,
        "only the size of the cotangent counts, not its sign": np.abs(g) * j,
        "only the sign of the cotangent counts, not its size": np.sign(g) * j,
        "the cotangent is averaged over the outputs": g.mean() * j,
        "the cotangent is summed over the outputs": g.sum() * j,
    }
    for words, form in forms.items():
        if e.equals(e.from_row(form.sum(axis=0))):
            yield words
        elif e.equals(-e.from_row(form.sum(axis=0))):
            yield f"{words}, and the sign is wrong"
    own = e.own_cotangent
    if own is not None and e.equals(own):
        yield "the cotangent is passed on as it came: the local derivative is missing"


def forward(e: Evidence) -> Words:
    """The function itself, of the cotangent."""
    own = e.own_cotangent
    if own is None:
        return
    inputs = [own if x is e.x else x for x in e.case.inputs]
    try:
        found = e.case.value(inputs)[0]
    except Exception:
        return
    if not e.linear and e.equals(found):
        yield "the function is evaluated at the cotangent: forward where backward belongs"


def masks(e: Evidence) -> Words:
    """A mask that is made of the cotangent, and not of the input."""
    own = e.own_cotangent
    if own is None:
        return
    right = e.from_row((e.cotangent[:, np.newaxis] * e.jacobian).sum(axis=0))
    for mask, sign in ((own > 0, "positive"), (own < 0, "negative")):
        for passed in (own, right):
            if not mask.all() and e.equals(np.where(mask, passed, 0.0)):
                yield (
                    f"only {sign} cotangents pass: the mask is made of the cotangent, not of the "
                    "input"
                )


def outputs(e: Evidence) -> Words:
    """Of several outputs, one whose cotangent does not arrive."""
    if len(e.outputs) < 2 or not e.linear:
        return
    row = 0
    for i in e.outputs:
        rows = slice(row, row := row + e.case.outputs[i].size)
        if e.jacobian[rows].any() and not e.claimed[rows].any():
            yield f"the cotangent of output {i} is ignored"


def counts(e: Evidence) -> Words:
    """A mean for a sum, the reverse, or the wrong count."""
    factor = common_factor(e)
    if factor is None:
        return
    shape = e.x.shape
    named = {words_of_axes(e, (axis,)): side for axis, side in enumerate(shape)}
    if len(shape) > 1:
        named["all axes"] = math.prod(shape)
    if len(shape) > 2:
        named["all axes but the first"] = math.prod(shape[1:])
        named["all axes but the last"] = math.prod(shape[:-1])
    for where, count in named.items():
        if count > 1 and math.isclose(factor, count, rel_tol=1e-5):
            yield f"too large by the count of {where}: a sum where the mean belongs"
        if count > 1 and math.isclose(factor, 1.0 / count, rel_tol=1e-5):
            yield f"too small by the count of {where}: a mean where the sum belongs"
    for one, other in itertools.permutations(shape, 2):
        if one != other and min(one, other) > 0 and math.isclose(factor, one / other, rel_tol=1e-5):
            yield "divided by the count of another axis"
            break


def common_factor(e: Evidence) -> float | None:
    """The factor by which the whole gradient is off, where there is one."""
    big = e.known & (np.abs(e.numeric) > 1e-3 * e.size)
    if not big.any():
        return None
    factor = float(np.median(e.analytic[big] / e.numeric[big]))
    return factor if np.isfinite(factor) and e.equals(factor * e.numeric) else None


def row_factors(e: Evidence) -> Array | None:
    """What each output's contribution is off by, where every contribution has a factor."""
    if not e.linear or not e.known.all() or e.is_elementwise:
        return None
    squares = (e.jacobian**2).sum(axis=1)
    usable = squares > 1e-12 * squares.max(initial=0.0)
    several = (np.abs(e.jacobian) > 1e-6 * np.abs(e.jacobian).max(initial=0.0)).sum(axis=1) > 1
    if not (usable & several).any():
        return None
    factors = np.ones(len(squares))
    factors[usable] = (e.claimed * e.jacobian).sum(axis=1)[usable] / squares[usable]
    return factors if e.claims(factors[:, np.newaxis] * e.jacobian) else None
