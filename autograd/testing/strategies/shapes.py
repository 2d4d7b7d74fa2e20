"""Shapes, alone and in groups that broadcast together."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from math import prod

from hypothesis import strategies as st

Shape = tuple[int, ...]

MAX_SIZE = 24  # so many elements can each be compared with a numerical derivative
_ONE_IN = 8  # shapes is empty: enough to meet it, not so many that little else is tested


@st.composite
def shapes(
    draw: st.DrawFn,
    *,
    min_dims: int = 0,
    max_dims: int = 4,
    min_side: int = 0,
    max_side: int = 5,
    max_size: int = MAX_SIZE,
) -> Shape:
    """Draw a shape.

    Half of the time all sides come from a pool of two numbers, so equal sides, which hide a
    transposition, are as common as distinct ones, which reveal it.

    Args:
        min_dims: the least number of axes.
        max_dims: the largest number of axes.
        min_side: the least side; with 0, one shape in 8 with axes is empty.
        max_side: the largest side.
        max_size: the largest number of elements.

    >>> from hypothesis import find
    >>> find(shapes(), lambda shape: len(shape) == 3 and prod(shape) > 1)
    (1, 1, 2)
    """
    empty = min_side == 0 and draw(st.integers(1, _ONE_IN)) == _ONE_IN
    ndim = draw(st.integers(min_dims, max_dims))
    least = max(min_side, 1)
    side = st.integers(least, max_side)
    if draw(st.booleans()):
        side = st.sampled_from(sorted([draw(side), draw(side)]))
    sides: list[int] = []
    for _ in range(ndim):
        room = max_size // max(prod(sides), 1)
        sides.append(max(min(draw(side), room), least))
    if empty and ndim:
        sides[draw(st.integers(0, ndim - 1))] = 0
    return tuple(sides)


@st.composite
def broadcastable_shapes(
    draw: st.DrawFn,
    count: int = 2,
    *,
    max_dims: int = 3,
    min_side: int = 0,
    max_side: int = 4,
    max_size: int = MAX_SIZE,
) -> tuple[Shape, ...]:
    """Draw shapes that NumPy broadcasts together.

    Each is the common shape with some axes shrunk to 1 and leading axes left out; in one case of
    two, one of them is the common shape itself.

    Args:
        count: how many.
        max_dims: the largest number of axes.
        min_side: the least side.
        max_side: the largest side.
        max_size: the largest number of elements of the common shape.

    >>> from hypothesis import find
    >>> find(broadcastable_shapes(), lambda pair: len(pair[0]) < len(pair[1]))
    ((), (1,))
    """
    common = draw(
        shapes(max_dims=max_dims, min_side=min_side, max_side=max_side, max_size=max_size)
    )
    found = []
    for _ in range(count):
        if draw(st.booleans()):
            found.append(common)
            continue
        left_out = draw(st.integers(0, len(common)))
        found.append(tuple(side if draw(st.booleans()) else 1 for side in common[left_out:]))
    return tuple(found)
