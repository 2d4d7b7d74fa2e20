"""PyTorch's words, put where they are looked for when nothing else is found.

`table.py` says what each word is. Here they become attributes of Tensor that its `dir` leaves out,
names of the package, and other ways to call what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from inspect import unwrap
from types import FunctionType
from typing import Any

import numpy as np

from autograd import elsewhere, ops
from autograd.graph.tensor import Tensor, value
from autograd.operation.record import Op, records
from autograd.processor import Device
from autograd.words import table, writing
from autograd.words.arrays import hear_words
from autograd.words.shapes import converted, in_dtype

__all__ = ["of_the_package"]

# ---------------------------------------------------------------------- on Tensors


class _Refused:
    """A word that is refused: an error that names what does it here."""

    def __init__(self, name: str, cure: str) -> None:
        self.message = f"Tensor has no {name!r}; use {cure} (see: other-names)"

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        raise AttributeError(self.message)


class _Package:
    """The functions of the package, as the expressions in the table name them."""

    def __getattr__(self, name: str) -> Any:
        if name == "linalg":
            return import_module("autograd.linalg")
        return getattr(ops, name, None) or getattr(self.linalg, name)


_NAMES = {"autograd": _Package(), "value": value, "Device": Device}


class _Spelt:
    """A word that is one expression, compiled when it is first used."""

    def __init__(self, signature: str, expression: str) -> None:
        self.name, bracket, rest = signature.partition("(")
        self.is_attribute = not bracket
        self.source = (
            f"lambda {', '.join(filter(None, ['t', rest.removesuffix(')')]))}: {expression}"
        )

    def make(self) -> Any:
        """The function."""
        made: FunctionType = eval(self.source, dict(_NAMES))
        made.__name__ = made.__qualname__ = self.name
        return made

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        made = property(self.make()) if self.is_attribute else self.make()
        setattr(Tensor, self.name, made)
        return made.__get__(instance, owner)


def _converting(dtype: Any) -> Callable[..., Any]:
    return lambda t, memory_format=None: converted(t, dtype)


def _writing(name: str) -> Callable[..., Any]:
    return writing.in_place(
        f"{name}_", lambda t, *args, **kwargs: getattr(t, name)(*args, **kwargs)
    )


def _named_by_records() -> Iterator[tuple[str, Op]]:
    """The names that operations have in PyTorch, where these are other ones."""
    for op in records.values():
        if op.ours and op.pytorch and op.pytorch.isidentifier() and not hasattr(ops, op.pytorch):
            yield op.pytorch, op


def _on_tensors() -> Mapping[str, Any]:
    """What is put on Tensor, by name; later rows win."""
    found: dict[str, Any] = {name: op.function for name, op in _named_by_records() if not op.listed}
    found |= {name: getattr(ops, name) for name in table.SAME}
    found |= {name: _converting(dtype) for name, dtype in table.DTYPES.items()}
    for signature, expression in table.SPELT.items():
        word = _Spelt(signature, expression)
        found[word.name] = word
    found |= {name: does for name, (_, does) in table.ON_TENSORS.items()}
    found |= {f"{name}_": _writing(name) for name in table.IN_PLACE}
    found |= {name: _Refused(name, cure) for name, cure in table.REFUSED_ON_TENSORS.items()}
    return {name: word for name, word in found.items() if name not in vars(Tensor)}


# ---------------------------------------------------------------------- of the package


@cache
def of_the_package(name: str) -> Any:
    """What PyTorch calls `torch.<name>`.

    Raises:
        AttributeError: for what is refused, with what does it here, and for what nobody knows.
    """
    if name in table.OF_THE_PACKAGE:
        return table.OF_THE_PACKAGE[name][1]
    if name in table.REFUSED_OF_THE_PACKAGE:
        cure = table.REFUSED_OF_THE_PACKAGE[name]
        raise AttributeError(
            f"module 'autograd' has no attribute {name!r}; use {cure} (see: other-names)"
        )
    if name in elsewhere.understood and name not in table.METHODS_ONLY:
        word = vars(Tensor)[name]
        if isinstance(word, _Spelt):
            word = word.make()
        if callable(word):
            return elsewhere.asks_elsewhere(word)
    for other, op in _named_by_records():
        if other == name:
            return op.function
    advice = ""
    if name in elsewhere.understood:
        advice = f"; use the method t.{name} of a Tensor"
        if isinstance(vars(Tensor)[name], _Refused):
            advice = f"; use {table.REFUSED_ON_TENSORS[name]}"
    raise AttributeError(f"module 'autograd' has no attribute {name!r}{advice}")


# ---------------------------------------------------------------------- other ways to call


def _pair(name: str, array: Any, axis: int) -> Any:
    """PyTorch's values and indices, for what NumPy's result cannot be unpacked into.

    Raises:
        ValueError: where the result along the first axis has two elements, which NumPy would give.
    """
    shape = np.shape(value(array))
    if not -len(shape) < axis < len(shape) or len(shape) < 2:
        return None
    if shape[0] == 2:
        raise ValueError(
            f"{name}: two names for what has two rows: values, indices = autograd.{name}(x, "
            f"dim={axis}) are PyTorch's, and first, second = autograd.{name}(x, axis={axis}) are "
            "the rows of NumPy's; write which"
        )
    return table.CALLS[name][1](Tensor(array) if type(array) is not Tensor else array, axis)


_inside: ContextVar[frozenset[str]] = ContextVar("inside", default=frozenset())


def _never(args: Sequence[Any]) -> bool:
    return False


def _meaning(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[[], Any] | None:
    """The call that a failed one means in PyTorch, if there is one."""
    if name in _inside.get():
        return None
    code = unwrap(function).__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if "dtype" in kwargs and "dtype" not in parameters and _holds_numbers(args):
        return _computed_in(function, args, dict(kwargs))
    if name in table.CALLS or name in table.CALLS_OF_NUMPY:
        form = table.CALLS[name][1] if name in table.CALLS else table.CALLS_OF_NUMPY[name]
        is_theirs = (
            table.BY_ARGUMENTS.get(name, _never)(args)
            or any(each not in parameters for each in kwargs)
            or (len(args) > code.co_argcount and not code.co_flags & 0x04)
        )
        if is_theirs and (found := table.bound(form, args, kwargs)) is not None:
            return _once(name, form, *found)
    renamed = _renamed(function, parameters, args, kwargs)
    return None if renamed is None else _once(name, function, *renamed)


def _holds_numbers(args: Sequence[Any]) -> bool:
    return bool(args) and isinstance(args[0], (Tensor, np.ndarray, list, tuple, np.generic))


def _computed_in(
    function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> Callable[[], Any]:
    """A call whose `dtype=` says in which dtype it is computed, as NumPy and PyTorch have it."""
    dtype = kwargs.pop("dtype")
    if dtype is None:
        return lambda: function(*args, **kwargs)
    return lambda: in_dtype(function(in_dtype(args[0], dtype), *args[1:], **kwargs), dtype)


def _once(name: str, function: Callable[..., Any], args: Any, kwargs: Any) -> Callable[[], Any]:
    """A call in which a failure of the same function is a failure."""

    def again() -> Any:
        token = _inside.set(_inside.get() | {name})
        try:
            return function(*args, **kwargs)
        finally:
            _inside.reset(token)

    return again


_FIRST = ("input", "self")
_SECOND = ("other", "exponent", "mat2", "vec2", "vec", "tensor2")
_LISTS = ("axis", "axes", "shape", "reps", "shift", "axis1", "axis2", "pad_width")


def _renamed(
    function: Callable[..., Any],
    parameters: Sequence[str],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> tuple[Sequence[Any], Mapping[str, Any]] | None:
    """The same call in our words; None where there is nothing of PyTorch's in it."""
    given = list(args)
    for place, name in enumerate(parameters[: len(args)]):
        if name in _LISTS and isinstance(given[place], list):
            given[place] = tuple(given[place])
    changed = any(new is not old for new, old in zip(given, args, strict=True))
    keywords: dict[str, Any] = {}
    for name, each in kwargs.items():
        each = tuple(each) if isinstance(each, list) and name not in ("data", "tensors") else each
        if name in parameters:
            keywords[name] = each
            continue
        changed = True
        if name in table.WITHOUT_MEANING and table.WITHOUT_MEANING[name](each):
            continue
        if name in ("size_average", "reduce") and "reduction" in parameters:
            # Older PyTorch's two switches: `reduce=False` is "none", whatever the other says.
            keywords["reduction"] = _reduction(kwargs)
            continue
        new = _our_name(function, name, parameters, {*kwargs, *keywords, *parameters[: len(args)]})
        if new is None:
            return None
        keywords[new] = each
    if not changed:
        return None
    return given, keywords


def _reduction(kwargs: Mapping[str, Any]) -> str:
    if kwargs.get("reduce") is False:
        return "none"
    return "sum" if kwargs.get("size_average") is False else "mean"


def _our_name(
    function: Callable[..., Any], name: str, parameters: Sequence[str], taken: set[str]
) -> str | None:
    """What an argument of PyTorch's is called here."""
    if name in _FIRST and parameters:
        return parameters[0]
    if name in _SECOND and len(parameters) > 1:
        return parameters[1]
    if name == "tensors":
        op = getattr(function, "op", None)
        return op.arguments[0] if op is not None and op.listed and not op.starred else None
    free = [each for each in table.KEYWORDS.get(name, ()) if each in parameters]
    return next((each for each in free if each not in taken), None)


for _name, _word in _on_tensors().items():
    setattr(Tensor, _name, _word)
    elsewhere.understood.add(_name)
elsewhere.meaning = _meaning
elsewhere.pair = _pair
hear_words()
