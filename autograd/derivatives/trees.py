"""Arguments of any structure: tuples, lists and dicts of Tensors, taken apart and put together.

None stands for nothing: it is no leaf, and stays where it is.
"""

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


def matched(tree: Any, given: Any, path: str = "") -> list[Any]:
    """The leaves of `given` in the order of those of `tree`, which has the same structure.

    Dicts are matched by key, in whatever order they were written.

    Raises:
        ValueError: naming the place where the structures differ.

    >>> matched({"w": 1, "b": (2, None)}, {"b": [20, None], "w": 10})
    [10, 20]
    """
    where = path or "the top"
    if tree is None:
        if given is not None:
            raise ValueError(f"{where}: expected None, got {type(given).__name__}")
        return []
    if isinstance(tree, dict):
        if not isinstance(given, dict) or set(given) != set(tree):
            what = sorted(map(str, given)) if isinstance(given, dict) else type(given).__name__
            raise ValueError(f"{where}: expected a dict of {sorted(map(str, tree))}, got {what}")
        return [leaf for key in tree for leaf in matched(tree[key], given[key], f"{path}[{key!r}]")]
    if isinstance(tree, (list, tuple)):
        if not isinstance(given, (list, tuple)) or len(given) != len(tree):
            what = f"{len(given)}" if isinstance(given, (list, tuple)) else type(given).__name__
            raise ValueError(
                f"{where}: expected a {type(tree).__name__} of {len(tree)}, got {what}"
            )
        return [
            leaf
            for position, (each, other) in enumerate(zip(tree, given, strict=True))
            for leaf in matched(each, other, f"{path}[{position}]")
        ]
    if given is None or isinstance(given, dict):
        raise ValueError(f"{where}: expected a Tensor, got {type(given).__name__}")
    return [given]


def spread_over(prefix: Any, tree: Any, path: str) -> list[Any]:
    """What each leaf of `tree` is given by a tree that may stop at any depth of it.

    Raises:
        ValueError: naming the place where the structures differ.

    >>> spread_over({"w": 0, "b": None}, {"w": [1, 2], "b": (3, 4)}, "axes")
    [0, 0, None, None]
    """
    if tree is None:
        return []
    if isinstance(prefix, dict):
        if not isinstance(tree, dict) or set(prefix) != set(tree):
            what = sorted(map(str, tree)) if isinstance(tree, dict) else type(tree).__name__
            raise ValueError(f"{path}: a dict of {sorted(map(str, prefix))} for {what}")
        return [x for key in tree for x in spread_over(prefix[key], tree[key], f"{path}[{key!r}]")]
    if isinstance(prefix, (list, tuple)):
        if not isinstance(tree, (list, tuple)) or len(prefix) != len(tree):
            what = f"{len(tree)}" if isinstance(tree, (list, tuple)) else type(tree).__name__
            raise ValueError(f"{path}: {len(prefix)} entries for {what}")
        pairs = enumerate(zip(prefix, tree, strict=True))
        return [x for i, (p, t) in pairs for x in spread_over(p, t, f"{path}[{i}]")]
    return [prefix] * len(flatten(tree)[0])


def _visit(tree: Any, leaves: list[Any]) -> Callable[[Any], Any]:
    if tree is None:
        return lambda source: None
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
