"""The arguments of a call, taken apart: arrays to differentiate, and the rest in its place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.graph.tensor import Tensor

_NARROW = (np.float16, np.float32, np.complex64)


class Arguments:
    """One call of a function.

    Floating and complex arrays, Tensors and numbers are what is differentiated, also inside lists,
    tuples and dictionaries, however nested; a list of plain numbers is an array. Integers, arrays
    of them, strings, slices and the like stay where they are.

    Args:
        positional: the arguments in order.
        function: whose parameter names the reports use.
        taken: tells of what else is differentiated: an array, and what makes the argument of one.

    Attributes:
        arrays: what is differentiated, in float64 (complex128).
        names: what reports call them.

    >>> call = Arguments([[np.ones(2), 3.0], 1])
    >>> call.names
    ['argument 0[0]', 'argument 0[1]']
    >>> call.fill([np.zeros(2), 5.0])
    [[array([0., 0.]), 5.0], 1]
    """

    def __init__(
        self,
        positional: Sequence[Any],
        function: Callable[..., Any] | None = None,
        taken: Callable[[Any], tuple[Any, Callable[[Any], Any]] | None] = lambda argument: None,
    ) -> None:
        self._taken = taken
        self._remade: dict[int, Callable[[Any], Any]] = {}
        self.arrays: list[NDArray[Any]] = []
        self.names: list[str] = []
        labels = _parameter_names(function, len(positional))
        self._positional = [
            self._take(each, label) for each, label in zip(positional, labels, strict=True)
        ]

    def _take(self, argument: Any, name: str) -> Any:
        if isinstance(argument, dict):
            return type(argument)(
                {key: self._take(each, f"{name}[{key!r}]") for key, each in argument.items()}
            )
        if isinstance(argument, tuple) and hasattr(argument, "_fields"):
            return type(argument)(
                *(
                    self._take(each, f"{name}.{field}")
                    for field, each in zip(argument._fields, argument, strict=True)
                )
            )
        if type(argument) in (list, tuple) and not _is_nested_numbers(argument):
            return type(argument)(
                self._take(each, f"{name}[{place}]") for place, each in enumerate(argument)
            )
        found = self._taken(argument)
        array = _differentiable(argument if found is None else found[0])
        if array is None:
            return argument.data if isinstance(argument, Tensor) else argument
        self.arrays.append(array)
        self.names.append(name)
        if found is not None:
            self._remade[len(self.arrays) - 1] = found[1]
        return _Place(len(self.arrays) - 1)

    def fill(self, arrays: Sequence[Any]) -> list[Any]:
        """The positional arguments made of these arrays (or Tensors), in their places."""
        made = arrays
        if self._remade:
            made = [self._remade.get(k, _unchanged)(array) for k, array in enumerate(arrays)]
        return [
            made[each.position] if type(each) is _Place else _filled(each, made)
            for each in self._positional
        ]

    def written(self, names: Sequence[Any]) -> list[Any]:
        """The positional arguments with these in the places of arrays."""
        return [_filled(each, names) for each in self._positional]

    def bind(self, function: Callable[..., Any], leading: int = 0) -> Callable[..., Any]:
        """A function of the arrays alone; `leading` arguments before them are passed on."""

        def bound(*given: Any) -> Any:
            return function(*given[:leading], *self.fill(given[leading:]))

        bound.__name__ = bound.__qualname__ = name_of(function)
        return bound

    def matching(self, gradient: Callable[..., Any]) -> Callable[..., Any]:
        """A gradient function whose dictionaries are put in the order of the arguments'."""

        def matched(*given: Any) -> Any:
            found = gradient(*given)
            alone = len(self._positional) == 1 and isinstance(found, dict)
            parts = [found] if alone else found
            if not isinstance(parts, (list, tuple)) or len(parts) != len(self._positional):
                return found
            if not any(isinstance(each, dict) for each in parts):
                return found
            return [g for tree, part in zip(self._positional, parts, strict=True)
                    for g in _matched(tree, part)]  # fmt: skip

        return matched

    def describe(self) -> str:
        """Every argument with its shape and dtype, for messages."""
        return ", ".join(map(_described, self._positional)) or "none"


class _Place:
    """Stands for an array to be filled in."""

    def __init__(self, position: int) -> None:
        self.position = position


def _unchanged(array: Any) -> Any:
    return array


def _filled(tree: Any, arrays: Sequence[Any]) -> Any:
    if isinstance(tree, _Place):
        return arrays[tree.position]
    if isinstance(tree, dict):
        return type(tree)({key: _filled(each, arrays) for key, each in tree.items()})
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_filled(each, arrays) for each in tree))
    if type(tree) in (list, tuple):
        return type(tree)(_filled(each, arrays) for each in tree)
    return tree


def _matched(tree: Any, gradient: Any) -> list[Any]:
    """The gradients of the arrays in an argument, in their order."""
    if isinstance(tree, _Place):
        return [gradient]
    if isinstance(tree, dict) and isinstance(gradient, dict):
        return [g for key, each in tree.items() for g in _matched(each, gradient.get(key))]
    if isinstance(tree, (list, tuple)) and isinstance(gradient, (list, tuple)):
        return [g for each, part in zip(tree, gradient, strict=False) for g in _matched(each, part)]
    return []


def leaves(tree: Any) -> list[Any]:
    """What dictionaries, lists and tuples hold, nested or not, in order.

    >>> leaves({"a": (1, [2]), "b": 3})
    [1, 2, 3]
    """
    if isinstance(tree, dict):
        return [leaf for each in tree.values() for leaf in leaves(each)]
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in leaves(each)]
    return [tree]


def _is_nested_numbers(argument: Any) -> bool:
    """Whether this is a list of plain numbers, or of such lists: an array written out."""
    if type(argument) is list and argument:
        return all(_is_nested_numbers(each) for each in argument)
    return type(argument) in (int, float, complex)


def _differentiable(argument: Any) -> NDArray[Any] | None:
    """The argument as an array in double precision, if it is one of floating or complex numbers."""
    if isinstance(argument, Tensor):
        argument = argument.data
    if not isinstance(argument, (np.ndarray, np.generic, float, complex, list)):
        return None
    array = np.array(argument)
    if array.dtype.kind not in "fc":
        return None
    if array.dtype in _NARROW:
        return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    return array


def _described(argument: Any) -> str:
    if hasattr(argument, "shape") and hasattr(argument, "dtype"):
        return f"an array of shape {tuple(argument.shape)} and dtype {argument.dtype}"
    return repr(argument)


def name_of(function: Any) -> str:
    """What reports call a function; an operator of `torch.library` keeps its name elsewhere."""
    kept = getattr(function, "_name", None)
    usual = kept if isinstance(kept, str) else type(function).__name__
    return getattr(function, "__name__", usual)


def _parameter_names(function: Callable[..., Any] | None, count: int) -> list[str]:
    """The names of a function's first parameters, where it has any."""
    numbered = [f"argument {place}" for place in range(count)]
    try:
        parameters = list(inspect.signature(function).parameters.values()) if function else []
    except (TypeError, ValueError):  # some functions of NumPy hide theirs
        return numbered
    usual = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [parameter.name for parameter in parameters if parameter.kind in usual]
    return (named + numbered[len(named) :])[:count]
