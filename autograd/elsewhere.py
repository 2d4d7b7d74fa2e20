"""Where calls go that find nothing here: to the words of other libraries.

The words themselves (`autograd/words/`) are made of operations, far above; this file is what the
lower floors know of them. Nothing in it is reached unless a name, a keyword or an argument is not
found, so that nothing else pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

# Names that Tensor understands and that its `dir` leaves out.
understood: set[str] = set()


def _no_meaning(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Callable[[], Any] | None:
    return None


# Finds what a call that failed with a TypeError means elsewhere, as the call that does it.
meaning = _no_meaning


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

    return call  # type: ignore[return-value]


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
