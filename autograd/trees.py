"""Arguments of any structure: tuples, lists and dicts of Tensors, taken apart and put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
    """The leaves of a tree of tuples, lists and dicts in order, and a function that rebuilds it.

    >>> leaves, rebuild = flatten({"w": 1, "layers": [2, (3, 4)]})
    >>> leaves
    [1, 2, 3, 4]
    >>> rebuild([10 * leaf for leaf in leaves])
    {'w': 10, 'layers': [20, (30, 40)]}
    """
    leaves: list[Any] = []
    build = _visit(tree, leaves)

    def rebuild(replaced: Sequence[Any]) -> Any:
        if len(replaced) != len(leaves):
            raise ValueError(f"the tree has {len(leaves)} leaves, got {len(replaced)}")
        return build(iter(replaced))

    return leaves, rebuild


def _visit(tree: Any, leaves: list[Any]) -> Callable[[Any], Any]:
    if isinstance(tree, dict):
        keys = list(tree)
        parts = [_visit(tree[key], leaves) for key in keys]
        return lambda source: {key: part(source) for key, part in zip(keys, parts, strict=True)}
    if isinstance(tree, (list, tuple)):
        kind = type(tree)
        parts = [_visit(each, leaves) for each in tree]
        if hasattr(tree, "_fields"):  # a named tuple takes its fields one by one
            return lambda source: kind(*[part(source) for part in parts])
        return lambda source: kind([part(source) for part in parts])
    leaves.append(tree)
    return next
