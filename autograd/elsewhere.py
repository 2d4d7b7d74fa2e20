"""Where calls go that find nothing here: to the words of other libraries.

The words themselves (`autograd/words/`) are made of operations, far above; this file is what the
lower floors know of them. Nothing in it is reached unless a name, a keyword or an argument is not
found, so that nothing else pays for it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from inspect import Parameter, signature
from itertools import takewhile
from types import FrameType
from typing import Any, TypeVar

from numpy import ndarray

_F = TypeVar("_F", bound=Callable[..., Any])

# What does for all elements what Python does for one number.
FOR_ALL = "for all: autograd.sqrt for math.sqrt, np.array2string(t.data, precision=2)"

# Names that Tensor understands and that its `dir` leaves out.
understood: set[str] = set()


def _no_meaning(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[[], Any] | None:
    return None


# Finds what a call that failed with a TypeError means elsewhere, as the call that does it.
meaning = _no_meaning


def by_name(
    function: Callable[..., Any], given: Mapping[str, Any], others: Mapping[str, Any]
) -> Any:
    """The call of a function with names of arguments that are not its own.

    Raises:
        TypeError: where they have no meaning elsewhere either.
    """
    args = [*takewhile(lambda each: each is not None, given.values())]
    named = {name: each for name, each in [*given.items()][len(args) :] if each is not None}
    again = meaning(function, function.__name__, args, {**named, **others})
    if again is None:
        raise TypeError(
            f"{function.__name__}() has no parameter {next(iter(others))!r}; it has "
            f"{', '.join(given)}"
        )
    return again()


def asks_elsewhere(function: _F) -> _F:
    """Let a function that is no operation be called in other libraries' words, too."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError:
            again = meaning(call, call.__name__, args, kwargs)
            if again is None:
                raise
        return again()

    return paired(call, function.__name__)  # type: ignore[return-value]


def understands(**others: Any) -> Callable[[_F], _F]:
    """Show in a function's signature keywords that it takes by their meaning elsewhere.

    Args:
        others: the keywords with their defaults: NumPy's `dtype=None`, for example.
    """

    def shown(function: _F) -> _F:
        own = signature(function)
        more = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=each) for name, each in others.items()
        ]
        function.__signature__ = own.replace(parameters=[*own.parameters.values(), *more])  # type: ignore[attr-defined]
        return function

    return shown


# ---------------------------------------------------------------------- values and indices

# What gives PyTorch's values and indices where it is called with an axis.
_PAIRED = frozenset({"max", "min", "sort", "median", "nanmedian", "cummax", "cummin"})
_UNPACK = dis.opmap["UNPACK_SEQUENCE"]


def _no_pair(name: str, array: Any, axis: int) -> Any:
    return None


# Finds (values, indices) for a call whose result is unpacked into two, or nothing.
pair = _no_pair


def paired(function: _F, name: str) -> _F:
    """Let `values, indices = max(x, 1)` mean what it does in PyTorch: it is no call of NumPy.

    Only a number as second argument along an axis other than the first is looked at, and nothing
    but the next instruction of the line that calls.
    """
    if name not in _PAIRED:
        return function

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if (
            len(args) == 2
            and not kwargs
            and type(args[1]) is int
            and args[1]
            and type(args[0]) is not ndarray
            and unpacks_into_two(sys._getframe(1))
            and (found := pair(name, *args)) is not None
        ):
            return found
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


def unpacks_into_two(frame: FrameType, ahead: int = 2) -> bool:
    """Whether the instruction of a frame, or the next one, unpacks something into two names."""
    code, place = frame.f_code.co_code, frame.f_lasti + ahead
    while place < len(code) and not code[place]:  # the caches of a call
        place += 2
    return code[place : place + 2] == bytes([_UNPACK, 2])


# ---------------------------------------------------------------------- arrays


class Values(ndarray[Any, Any]):
    """The value of a Tensor as `t.data` hands it out: an ndarray over the same memory.

    It is a class of its own, as is what NumPy computes from it, so that what ndarray does not have
    can be asked elsewhere. Inside the library, values are plain arrays.
    """

    __slots__ = ()

    def __array_wrap__(
        self, array: ndarray[Any, Any], context: Any = None, return_scalar: bool = False
    ) -> Any:
        if not array.ndim:
            return array[()]
        return array.view(Values) if type(array) is ndarray else array

    def __repr__(self) -> str:
        return repr(self.view(ndarray))

    def __reduce__(self) -> Any:
        return self.view(ndarray).__reduce__()


# ---------------------------------------------------------------------- SciPy


def with_derivative(library: str, name: str) -> str:
    """What has the derivative of a function of SciPy's, such as `autograd.scipy.special.jv`, or "".

    For the messages of errors alone: it loads what it asks.
    """
    room = ".".join(library.split(".")[:2])
    try:
        ours = import_module(f"autograd.{room}")
    except ImportError:
        return ""
    known = getattr(ours, name, None)
    if name.startswith("_") or known is None or known is getattr(sys.modules[room], name, None):
        return ""
    is_operation = hasattr(getattr(sys.modules["autograd"], name, None), "op")
    return f"autograd.{name}" if is_operation else f"autograd.{room}.{name}"


def with_derivative_of_caller() -> str:
    """The same for the function of SciPy's that is running, followed by ", or "; else nothing."""
    found = ""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("scipy."):
            found = with_derivative(module, frame.f_code.co_name) or found
        frame = frame.f_back
    return f"{found}, or " if found else ""
