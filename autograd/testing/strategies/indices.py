"""Indices of every kind that NumPy takes."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograd.testing.strategies.shapes import Shape, shapes

_ALL = slice(None)
_RARELY = st.integers(0, 7).map(lambda number: number == 7)


@st.composite
def indices(draw: st.DrawFn, shape: Shape, *, arrays: bool = True, repeats: bool = True) -> Any:
    """Draw an index into an array of a shape.

    Numbers and slices of either sign, with bounds beyond the array and negative steps, `None`,
    `...`, arrays of integers that broadcast together, boolean masks over any number of axes, and
    all of them mixed.

    Args:
        shape: of the array.
        arrays: whether integer arrays and masks are among them; without, the result is a view.
        repeats: whether integer arrays may name an element more than once.

    Returns:
        A tuple, or its only entry bare.

    >>> from hypothesis import find
    >>> find(indices((3,)), lambda i: isinstance(i, np.ndarray) and i.dtype == int and i.ndim > 0)
    array([0])
    """
    kinds = ["basic", "integers", "mask"] + ["mixed"] * repeats if arrays else ["basic"]
    items = draw(_ITEMS[draw(st.sampled_from(kinds))](shape, repeats))
    items = _with_dots(draw, items)
    for place in range(len(items), -1, -1):
        if draw(_RARELY):
            items.insert(place, None)
    return items[0] if len(items) == 1 and draw(st.booleans()) else tuple(items)


def _with_dots(draw: st.DrawFn, items: list[Any]) -> list[Any]:
    """Leave out full slices at the end, or write `...` for a run of them, perhaps an empty one."""
    start = draw(st.integers(0, len(items)))
    stop = start
    while stop < len(items) and isinstance(items[stop], slice) and items[stop] == _ALL:
        stop += 1
    if stop == len(items) and draw(st.booleans()):
        return items[:start]
    if draw(_RARELY) or (stop > start and draw(st.booleans())):
        return [*items[:start], Ellipsis, *items[stop:]]
    return items


@st.composite
def _basic(draw: st.DrawFn, shape: Shape, repeats: bool = True) -> list[Any]:
    return [draw(_number_or_slice(side)) for side in shape]


@cache
def _number_or_slice(side: int) -> st.SearchStrategy[int | slice]:
    bound = st.none() | st.integers(-side - 1, side + 1)
    step = st.none() | st.sampled_from([1, -1, 2, -2, 3, -3])
    options: list[st.SearchStrategy[int | slice]] = [
        st.just(_ALL),
        st.builds(slice, bound, bound, step),
        st.builds(slice, st.none(), st.none(), st.integers(-2, -1)),
    ]
    if side:
        options.append(st.integers(-side, side - 1))
    return st.one_of(options)


@st.composite
def _integers(draw: st.DrawFn, shape: Shape, repeats: bool) -> list[Any]:
    """Integer arrays on some axes, on one only where they must not repeat an element."""
    items = draw(_basic(shape))
    usable = [axis for axis, side in enumerate(shape) if side]
    if not repeats:
        if usable:
            axis = draw(st.sampled_from(usable))
            items[axis] = _signed(draw, draw(_distinct(shape[axis])), shape[axis])
        return items
    common = () if draw(_RARELY) else draw(shapes(min_dims=1, max_dims=2, max_side=4, max_size=6))
    chosen = draw(st.permutations(usable))[: draw(st.integers(1, 3))]
    for axis in chosen:
        items[axis] = _integer_array(draw, shape[axis], common)
    return items


def _distinct(side: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, side - 1), max_size=side, unique=True)


def _integer_array(draw: st.DrawFn, side: int, common: Shape) -> NDArray[np.intp]:
    """Integers of a shape that broadcasts to the common one."""
    left_out = draw(st.integers(0, len(common))) if draw(_RARELY) else 0
    shape = tuple(1 if draw(_RARELY) else n for n in common[left_out:])
    size = int(np.prod(shape))
    numbers = draw(st.lists(st.integers(0, side - 1), min_size=size, max_size=size))
    return _signed(draw, numbers, side).reshape(shape)


def _signed(draw: st.DrawFn, numbers: list[int], side: int) -> NDArray[np.intp]:
    """Count some of the numbers from the end."""
    if draw(st.booleans()):
        numbers = [n - side if draw(st.booleans()) else n for n in numbers]
    return np.array(numbers, np.intp)


@st.composite
def _mask(draw: st.DrawFn, shape: Shape, repeats: bool) -> list[Any]:
    """One boolean array over some neighbouring axes, over none in rare cases."""
    first = draw(st.integers(0, max(len(shape) - 1, 0)))
    count = 0 if not shape or draw(_RARELY) else draw(st.integers(1, len(shape) - first))
    masked = shape[first : first + count]
    size = int(np.prod(masked))
    mask = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool)
    before, after = shape[:first], shape[first + count :]
    return [*draw(_basic(before)), mask.reshape(masked), *draw(_basic(after))]


@st.composite
def _mixed(draw: st.DrawFn, shape: Shape, repeats: bool) -> list[Any]:
    """A mask beside integer arrays: it has as many True as the arrays have columns."""
    items = draw(_basic(shape))
    usable = [axis for axis, side in enumerate(shape) if side]
    if not usable:
        return items
    masked = draw(st.sampled_from(usable))
    columns = draw(st.integers(1, shape[masked]))
    mask = np.zeros(shape[masked], bool)
    mask[draw(st.permutations(range(shape[masked])))[:columns]] = True
    items[masked] = mask
    rows = draw(st.integers(1, 2))
    for axis in usable:
        if axis != masked and draw(st.booleans()):
            items[axis] = _integer_array(draw, shape[axis], (rows, columns))
    return items


_ITEMS = {"basic": _basic, "integers": _integers, "mask": _mask, "mixed": _mixed}
