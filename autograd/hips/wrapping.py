"""NumPy's and SciPy's functions for Tensors and lists of them.

Without a Tensor a function is NumPy's own, with all its options. With one, NumPy hands the call to
the operation of ours that stands for it; what NumPy does not hand over, such as a list of Tensors
where an array is expected, is put right here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor, value
from autograd.ops.shapes import stack

# Functions that take a list of arrays: its elements are not stacked.
TAKE_LISTS = frozenset(
    {
        "choose", "column_stack", "concat", "concatenate", "dstack", "hstack", "multi_dot",
        "row_stack", "select", "stack", "vstack",
    }
)  # fmt: skip
# Functions of nested lists, whose elements may be of different shapes.
TAKE_NESTED_LISTS = frozenset({"block"})


def holds_tensor(tree: Any) -> bool:
    """Whether a Tensor is in it, at any depth of lists and tuples."""
    if type(tree) in (list, tuple):
        return any(map(holds_tensor, tree))
    return isinstance(tree, Tensor)


def stacked(tree: Any) -> Any:
    """Nested lists with Tensors in them as one Tensor; everything else unchanged."""
    if type(tree) in (list, tuple) and holds_tensor(tree):
        return stack([stacked(each) for each in tree])
    return tree


def wrapped(function: Callable[..., Any], instead: Callable[..., Any] | None = None) -> Any:
    """A function of NumPy that takes Tensors and lists of them.

    Args:
        function: NumPy's, which is called as it is where there is no Tensor.
        instead: what is called with Tensors; NumPy's own if not given, which hands them over.
    """
    name = function.__name__
    on_tensors = instead or function

    @wraps(function, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
    def call(*args: Any, **kwargs: Any) -> Any:
        if not (any(map(holds_tensor, args)) or any(map(holds_tensor, kwargs.values()))):
            return function(*args, **kwargs)
        if name in TAKE_NESTED_LISTS:
            return on_tensors(*args, **kwargs)
        if name in TAKE_LISTS:
            args = tuple(
                type(each)(map(stacked, each)) if type(each) in (list, tuple) else each
                for each in args
            )
        else:
            args = tuple(map(stacked, args))
        return on_tensors(*args, **kwargs)

    def replace(other: Callable[..., Any]) -> None:
        nonlocal on_tensors
        on_tensors = other
        call.primitive = other  # type: ignore[attr-defined]

    call.fun = function  # type: ignore[attr-defined]
    call.replace = replace  # type: ignore[attr-defined]
    return call


def wrap_namespace(
    names: Mapping[str, Any],
    into: dict[str, Any],
    instead: Mapping[str, Callable[..., Any]] | None = None,
    leave: Iterable[str] = (),
) -> list[str]:
    """Put the names of a module into another, its functions such that they take Tensors.

    Args:
        names: of NumPy's or SciPy's module.
        into: the `globals()` of ours.
        instead: what is called with Tensors, by the name of the function.
        leave: functions that are taken as they are.

    Returns:
        The names.
    """
    known: dict[int, Any] = {}  # a function under several names stays one
    found = []
    for name, each in names.items():
        if name.startswith("_") or isinstance(each, type(np)):
            continue
        other = (instead or {}).get(name)
        if other is not None or (_takes_arrays(each) and name not in leave):
            if id(each) not in known:
                known[id(each)] = wrapped(each, other)
            each = known[id(each)]
        into[name] = each
        found.append(name)
    return sorted(found)


def _takes_arrays(each: Any) -> bool:
    """Whether it is a function to wrap; a ufunc hands Tensors over by itself."""
    return callable(each) and not isinstance(each, (type, np.ufunc)) and hasattr(each, "__name__")


def on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is given raw arrays for Tensors: its answer has no derivative."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*map(value, args), **{name: value(each) for name, each in kwargs.items()})

    return call
