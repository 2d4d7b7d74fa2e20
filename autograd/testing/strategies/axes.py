"""Axes, their orders, and the shapes that an array can be reshaped to."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from itertools import permutations
from math import prod

from hypothesis import strategies as st

from autograd.testing.strategies.shapes import Shape

Axis = int | tuple[int, ...] | None


def axes(ndim: int, *, tuples: bool = True, none: bool = True) -> st.SearchStrategy[Axis]:
    """Draw the `axis` argument of a reduction: a number of either sign, a tuple of them, or None.

    Args:
        ndim: of the array. One without axes has only None and the empty tuple.
        tuples: whether the function takes tuples; the empty one is among them.
        none: whether it takes None, for all axes.

    >>> from hypothesis import find
    >>> find(axes(3), lambda axis: isinstance(axis, tuple) and len(axis) == 2)
    (0, 1)
    """
    options: list[st.SearchStrategy[Axis]] = []
    if ndim:
        options.append(st.integers(0, ndim - 1))
        options.append(st.integers(-ndim, -1))
    if tuples:
        options.append(_several(ndim))
    if none:
        options.append(st.none())
    return st.one_of(options)


@st.composite
def _several(draw: st.DrawFn, ndim: int) -> tuple[int, ...]:
    order = draw(st.permutations(range(ndim)))
    chosen = order[: draw(st.integers(0, ndim))]
    return tuple(axis - ndim if draw(st.booleans()) else axis for axis in chosen)


def orders(count: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Draw an order of so many things, each as likely as the others up to four.

    Hypothesis's own permutations leave most things in their places.

    Args:
        count: of the things.

    >>> from hypothesis import find
    >>> find(orders(3), lambda order: order[order[0]] != 0)
    (1, 2, 0)
    """
    if count > 4:
        return st.permutations(range(count)).map(tuple)
    return st.sampled_from(list(permutations(range(count))))


@st.composite
def axis_orders(draw: st.DrawFn, ndim: int) -> tuple[int, ...]:
    """Draw an order of all axes, as `transpose` takes it, with numbers of either sign.

    Args:
        ndim: of the array.

    >>> from hypothesis import find
    >>> find(axis_orders(3), lambda order: order[0] != 0)
    (1, 0, 2)
    """
    order = draw(orders(ndim))
    return tuple(axis - ndim if draw(st.booleans()) else axis for axis in order)


@st.composite
def reshape_targets(draw: st.DrawFn, shape: Shape, *, max_dims: int = 4) -> int | Shape:
    """Draw what an array of a shape can be reshaped to: a tuple, perhaps with one -1, or a number.

    Args:
        shape: of the array.
        max_dims: the largest number of axes of the target.

    >>> from hypothesis import find
    >>> find(reshape_targets((2, 3)), lambda target: target != (6,) and -1 not in target)
    (1, 6)
    """
    size = prod(shape)
    factors = _zeros if size == 0 else _factors
    target = factors(draw, size, max_dims)
    computable = [k for k in range(len(target)) if prod(target[:k] + target[k + 1 :])]
    if draw(st.booleans()) and computable:
        target[draw(st.sampled_from(computable))] = -1
    if len(target) == 1 and draw(st.booleans()):
        return target[0]
    return tuple(target)


def _zeros(draw: st.DrawFn, size: int, max_dims: int) -> list[int]:
    """Return numbers with a zero among them."""
    target: list[int] = draw(st.lists(st.integers(0, 3), min_size=1, max_size=max_dims))
    if prod(target):
        target[draw(st.integers(0, len(target) - 1))] = 0
    return target


def _factors(draw: st.DrawFn, size: int, max_dims: int) -> list[int]:
    """Return numbers whose product is the size, ones among them."""
    ndim = draw(st.integers(0 if size == 1 else 1, max_dims))
    target = []
    for _ in range(ndim - 1):
        factor = draw(st.sampled_from([n for n in range(1, size + 1) if size % n == 0]))
        target.append(factor)
        size //= factor
    return [*target, size] if ndim else []
