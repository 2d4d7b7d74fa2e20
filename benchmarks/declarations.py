"""What a user would pass to `assert_gradients` for the planted defects: a strategy for each input.

The planted defects say in words what their arguments are, and nothing about how they are drawn
here: one strategy stands for each wording, made of those that `autograd.testing.strategies` offers
everybody, and none knows of a defect. The domain "distinct" is drawn like the reals: it is what
other checkers need, and ours takes ties and kinks as they come; `strict` keeps to the word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies import arrays, broadcastable_shapes, matrices, orders, shapes

Shape = tuple[int, ...]
Description = tuple[tuple[str, str], ...]

_BROADCAST = "broadcasts with the others"
_SIDE = st.sampled_from([1, 2, 2, 3, 3, 4])


def declared(description: Description, *, strict: bool = False) -> st.SearchStrategy[tuple]:  # type: ignore[type-arg]
    """Return the strategy that draws all arguments of a description, as a tuple.

    Args:
        description: (domain, kind) of each argument, in the words of the planted defects.
        strict: whether numbers that are called distinct never tie.

    Raises:
        KeyError: for a wording that nobody declared.
    """
    kinds = tuple(kind for _, kind in description)
    return _arguments(description, _SHAPES[kinds], strict)


def is_elementwise(description: Description) -> bool:
    """Whether the arguments broadcast against one another, which a user would declare, too."""
    return all(kind == _BROADCAST for _, kind in description)


@st.composite
def _arguments(
    draw: st.DrawFn, description: Description, given: st.SearchStrategy[Any], strict: bool
) -> tuple[Any, ...]:
    """Draw shapes, and arrays for them; what is no shape is an argument already."""
    drawn = draw(given)
    domains = [domain for domain, _ in description]
    domains += domains[-1:] * (len(drawn) - len(domains))  # any number of arrays of one kind
    return tuple(
        _argument(draw, domain, each, strict) for domain, each in zip(domains, drawn, strict=True)
    )


def _argument(draw: st.DrawFn, domain: str, drawn: Any, strict: bool) -> Any:
    if not isinstance(drawn, _Sides):
        return drawn
    if domain == "distinct" and not strict:
        domain = "real"
    return draw(arrays(tuple(drawn), domain=domain))


class _Sides(tuple):  # type: ignore[type-arg]
    """The shape of an array to be filled; a plain tuple is an argument."""


def _sides(*shapes_of: Sequence[int]) -> tuple[_Sides, ...]:
    return tuple(map(_Sides, shapes_of))


def _alone(**options: Any) -> st.SearchStrategy[Any]:
    return shapes(**options).map(_sides)


def _together(
    make: Callable[..., Sequence[Shape]], *sides: st.SearchStrategy[int]
) -> st.SearchStrategy[Any]:
    """Shapes made of some sides."""
    return st.tuples(*sides).map(lambda drawn: _sides(*make(*drawn)))


def _and(
    first: st.SearchStrategy[Any], more: Callable[[Shape], st.SearchStrategy[Any]]
) -> st.SearchStrategy[Any]:
    """A shape, and an argument that is drawn for it."""
    return first.flatmap(lambda drawn: st.tuples(st.just(_Sides(drawn)), more(tuple(drawn))))


_SIDE_OR_0 = st.sampled_from([1, 2, 2, 3, 3, 4, 0])
_MATRIX = {"min_dims": 2, "max_dims": 2}
_STACK = {"min_dims": 3, "max_dims": 3, "min_side": 1}
_SIGNAL = (_SIDE, _SIDE, st.integers(3, 6))  # batch, channels, length: a window fits
_CORRELATED = (_SIDE, _SIDE, _SIDE, st.integers(1, 3), st.integers(0, 4))


def _signal_and_kernel(
    batch: int, channels: int, outputs: int, kernel: int, more: int
) -> list[Shape]:
    return [(batch, channels, kernel + more), (outputs, channels, kernel)]


def _signal_kernel_and_bias(*sides: int) -> list[Shape]:
    signal, kernel = _signal_and_kernel(*sides)
    return [signal, kernel, kernel[:1]]


def _columns_and_rows(columns: int, rows: list[int]) -> tuple[_Sides, ...]:
    return _sides(*((each, columns) for each in rows))


_SHAPES: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("any",): _alone(),
    ("any", "as the first"): shapes().map(lambda shape: _sides(shape, shape)),
    ("non-empty",): _alone(min_dims=1, min_side=1),
    ("non-empty", "as the first"): shapes(min_dims=1, min_side=1).map(
        lambda shape: _sides(shape, shape)
    ),
    (_BROADCAST, _BROADCAST): broadcastable_shapes(2).map(lambda pair: _sides(*pair)),
    ("matrix",): _alone(**_MATRIX),
    ("non-empty matrix",): _alone(**_MATRIX, min_side=1),
    ("stack",): _alone(**_STACK),
    ("two or more along the last axis",): _alone(min_dims=1, max_dims=3, min_side=2),
    ("two or three axes, non-empty",): _alone(min_dims=2, max_dims=3, min_side=1),
    ("vector of two or more",): _alone(min_dims=1, max_dims=1, min_side=2),
    ("matrix of one row or more", "its row"): _together(
        lambda rows, columns: [(rows, columns), (columns,)], _SIDE, _SIDE_OR_0
    ),
    ("non-empty matrix", "its row"): shapes(**_MATRIX, min_side=1).map(
        lambda shape: _sides(shape, shape[1:])
    ),
    ("non-empty matrix", "its row", "its row"): shapes(**_MATRIX, min_side=1).map(
        lambda shape: _sides(shape, shape[1:], shape[1:])
    ),
    ("non-empty vector", "non-empty vector"): _together(
        lambda a, b: [(a,), (b,)], st.integers(1, 6), st.integers(1, 6)
    ),
    ("vector", "square matrix of its length"): _together(lambda n: [(n,), (n, n)], _SIDE),
    ("matrix", "matrix of as many columns"): _together(
        lambda a, b, columns: [(a, columns), (b, columns)], _SIDE, _SIDE, _SIDE_OR_0
    ),
    ("matrix", "matrix of as many rows as columns"): _together(
        lambda a, inner, b: [(a, inner), (inner, b)], _SIDE, _SIDE, _SIDE
    ),
    ("stack of matrices", "matrix they multiply"): _together(
        lambda batch, a, inner, b: [(batch, a, inner), (inner, b)], _SIDE, _SIDE, _SIDE, _SIDE
    ),
    ("square matrix, well conditioned", "matrix of as many rows"): st.tuples(_SIDE, _SIDE).flatmap(
        lambda sides: st.tuples(matrices("well-conditioned", side=sides[0]), st.just(_Sides(sides)))
    ),
    ("square matrix, well conditioned",): _SIDE.flatmap(
        lambda side: st.tuples(matrices("well-conditioned", side=side))
    ),
    ("rows of three", "as the first"): _together(lambda rows: [(rows, 3), (rows, 3)], _SIDE),
    ("one or more matrices of as many columns",): st.builds(
        _columns_and_rows, _SIDE, st.lists(_SIDE_OR_0, min_size=1, max_size=4)
    ),
    ("(batch, channels, length)",): _together(lambda *sides: [sides], *_SIGNAL),
    ("(batch, channels, length)", "(out channels, channels, kernel)"): _together(
        _signal_and_kernel, *_CORRELATED
    ),
    (
        "(batch, channels, length)",
        "(out channels, channels, kernel)",
        "vector of out channels",
    ): _together(_signal_kernel_and_bias, *_CORRELATED),
    ("non-empty", "an axis of the first"): _and(
        shapes(min_dims=1, min_side=1), lambda shape: st.integers(-len(shape), len(shape) - 1)
    ),
    ("stack", "a permutation of three axes"): _and(shapes(**_STACK), lambda shape: orders(3)),
    ("non-empty matrix", "rows of it"): _and(
        shapes(**_MATRIX, min_side=1),
        lambda shape: st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=5).map(np.array),
    ),
    ("non-empty matrix", "a class per row, -1 does not count"): _and(
        shapes(**_MATRIX, min_side=1),
        lambda shape: st.lists(
            st.integers(-1, shape[1] - 1), min_size=shape[0], max_size=shape[0]
        ).map(np.array),
    ),
    ("any", "a seed"): _and(shapes(), lambda shape: st.integers(0, 1000)),
}
