"""Trees of arrays as one vector, for optimizers that know vectors only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.derivatives.trees import flatten as leaves_of
from autograd.ops.shapes import concatenate, reshape

__all__ = ["flatten", "flatten_func"]


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """A tree of numbers and arrays as one vector, and the function that makes a tree of one.

    Args:
        value: nested tuples, lists and dicts of numbers and arrays; dicts in the order of their
            keys.

    Returns:
        The vector, and a function of a vector of that length that gives a tree of that structure.

    >>> vector, unflatten = flatten({"b": 2.0, "a": [np.zeros((1, 2))]})
    >>> vector
    array([0., 0., 2.])
    >>> unflatten(vector + 1)
    {'b': np.float64(3.0), 'a': [array([[1., 1.]])]}
    """
    leaves, rebuild = leaves_of(value)
    order = leaves_of(_sorted(rebuild(range(len(leaves)))))[0]
    parts = [reshape(leaves[position], (-1,)) for position in order]
    shapes = [np.shape(leaves[position]) for position in order]
    ends = np.cumsum([0, *map(np.size, parts)]).tolist()
    vector = concatenate(parts) if parts else np.zeros(0)

    def unflatten(vector: Any) -> Any:
        if np.shape(vector) != (ends[-1],):
            raise ValueError(
                f"unflatten: expected a vector of {ends[-1]} numbers, got shape {np.shape(vector)}"
            )
        filled: list[Any] = [None] * len(order)
        for position, start, end, shape in zip(order, ends, ends[1:], shapes, strict=False):
            filled[position] = reshape(vector[start:end], shape)[()]
        return rebuild(filled)

    return vector, unflatten


def _sorted(tree: Any) -> Any:
    """The tree with its dicts in the order of their keys."""
    if isinstance(tree, dict):
        return {key: _sorted(tree[key]) for key in sorted(tree)}
    return [_sorted(part) for part in tree] if isinstance(tree, (list, tuple)) else tree


def flatten_func(
    func: Callable[..., Any], example: Any
) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """A function of a tree that gives a tree, as a function of a vector that gives a vector.

    Returns:
        The function of vectors, the function that makes a tree of a vector, the example's vector.

    >>> flat, unflatten, x = flatten_func(lambda pair: [2 * each for each in pair], [1.0, 2.0])
    >>> flat(x)
    array([2., 4.])
    """
    vector, unflatten = flatten(example)
    return lambda x, *args: flatten(func(unflatten(x), *args))[0], unflatten, vector
