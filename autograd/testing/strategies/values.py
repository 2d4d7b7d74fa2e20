"""Arrays of drawn numbers."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

from autograd.testing.strategies.domains import (
    NEAREST,
    Domain,
    extreme,
    far,
    named_domain,
    near,
    simple,
    whole,
)
from autograd.testing.strategies.shapes import Shape

_WIDEST_HALF = 8.0  # in float16, larger numbers soon overflow


@st.composite
def arrays(
    draw: st.DrawFn,
    shape: Shape,
    dtype: DTypeLike = np.float64,
    *,
    domain: str | Domain = "real",
    kinks: Sequence[float] = (),
    distinct: bool = False,
    wide: bool = True,
    equal: bool = True,
) -> NDArray[Any]:
    """Draw an array.

    Some arrays hold small multiples of 1/16 only, some a few whole numbers, some the same number
    everywhere, some numbers at and near the kinks, some numbers of every size; so a failure at
    ties, at zero or far out is not hidden among ordinary numbers, and shrinks to them where it
    does not need the others.

    Args:
        shape: of the array.
        dtype: floating, complex (real and imaginary part are drawn alike), integer or boolean.
        domain: where floating numbers come from: one of `DOMAINS` by name, or a `Domain`;
            `"distinct"` is short for `distinct=True` in the reals.
        kinks: where the function is not smooth.
        distinct: whether no two numbers are equal or close, for functions that order them.
        wide: whether numbers of very different size are drawn.
        equal: whether arrays with many equal numbers are drawn on purpose.

    Returns:
        A contiguous array of its own memory; see `layouts` for others.

    >>> from hypothesis import find
    >>> find(arrays((2, 2)), lambda x: x.max() > 1)
    array([[0., 0.],
           [0., 2.]])
    >>> find(arrays((3,), domain="distinct"), lambda x: True)
    array([0., 1., 2.])
    """
    dtype = np.dtype(dtype)
    if domain == "distinct":
        domain, distinct = "real", True
    size = prod(shape)
    if dtype.kind == "b":
        entries: list[Any] = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    elif dtype.kind in "iu":
        entries = draw(st.lists(_whole(dtype), min_size=size, max_size=size))
    elif distinct:
        entries = draw(_ordered(size, named_domain(domain)))
    else:
        entries = _floating(draw, size, named_domain(domain), dtype, tuple(kinks), wide, equal)
    return np.array(entries, dtype).reshape(shape)


def _whole(dtype: np.dtype[Any]) -> st.SearchStrategy[int]:
    return st.integers(0 if dtype.kind == "u" else -4, 4)


def _narrowed(domain: Domain, dtype: np.dtype[Any]) -> Domain:
    """Return the part of a domain whose numbers a dtype holds with room to spare."""
    if np.finfo(dtype).bits > 16:
        return domain
    low, high = max(domain.low, -_WIDEST_HALF), min(domain.high, _WIDEST_HALF)
    return Domain(low, high, domain.zero)


def _floating(
    draw: st.DrawFn,
    size: int,
    domain: Domain,
    dtype: np.dtype[Any],
    kinks: tuple[float, ...],
    wide: bool,
    equal: bool,
) -> list[Any]:
    """Draw the numbers of one array, floating or complex."""
    domain = _narrowed(domain, dtype)
    nearest = min(NEAREST, np.finfo(dtype).nmant - 3)  # what is near one must not round to it
    families = ["simple", "far" if wide else "simple"] + ["whole", "equal"] * equal
    families += ["kinks"] * 2 * bool(kinks) + ["wide"] * 2 * wide
    family = draw(st.sampled_from(families))
    element = whole(domain) if family == "whole" else simple(domain)
    if family in ("far", "wide"):
        element |= far(domain)
    if family == "wide":
        element |= extreme(domain, nearest)
    elif kinks and family in ("kinks", "equal"):
        element |= near(domain, kinks, nearest)
    count = 2 * size if dtype.kind == "c" else size
    numbers: list[Any] = draw(st.lists(element, min_size=count, max_size=count))
    if dtype.kind == "c":
        numbers = [complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    # As many are drawn where all are equal, so that nothing shrinks towards equal numbers.
    return numbers[:1] * size if family == "equal" else numbers


@st.composite
def _ordered(draw: st.DrawFn, size: int, domain: Domain) -> list[float]:
    """Draw numbers that are whole steps apart, in any order, from any start that the domain has."""
    order = draw(st.permutations(range(size)))
    step = draw(st.sampled_from([1.0, 0.5, 0.25]))
    finite = domain.low > -np.inf and domain.high < np.inf
    if finite:
        return [domain.low + (domain.high - domain.low) * (n + 1) / (size + 1) for n in order]
    if domain.low > -np.inf:
        return [domain.low + step * (n + 1) for n in order]
    if domain.high < np.inf:
        return [domain.high - step * (n + 1) for n in order]
    start = draw(st.integers(0, size)) * step
    numbers = [step * n - start for n in order]
    return numbers if domain.zero else [n if n < 0 else n + step for n in numbers]
