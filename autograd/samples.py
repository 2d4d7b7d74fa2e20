"""Calls of an operation for its tests: what it is given, and what must fail.

They stand in the record of each operation, beside its rules; what draws the arrays and runs the
calls is in `autograd/testing/`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__: list[str] = []


class Sample(NamedTuple):
    """One call of an operation for tests: shapes stand for arrays drawn from its domain."""

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class ErrorSample(NamedTuple):
    """One call that must fail, with the exception and a pattern of its message."""

    exception: type[Exception]
    match: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


def sample(*arguments: Any, **keywords: Any) -> Sample:
    """A call for tests; a tuple of integers is the shape of an array to be drawn.

    >>> sample((2, 3), axis=0)
    Sample(arguments=((2, 3),), keywords={'axis': 0})
    """
    return Sample(arguments, keywords)


def error(exception: type[Exception], match: str, *arguments: Any, **keywords: Any) -> ErrorSample:
    """A call that must raise `exception` with a message that `match` finds.

    >>> error(ValueError, "axis 2 is out of bounds", (3,), axis=2).match
    'axis 2 is out of bounds'
    """
    return ErrorSample(exception, match, arguments, keywords)


def as_sample(name: str, given: Any) -> Sample:
    """What was given as a sample of an operation, if it is one."""
    if isinstance(given, Sample):
        return given
    if isinstance(given, tuple):
        return Sample(given, {})
    raise TypeError(
        f"op: {name}: a sample is a tuple of arguments, or autograd.testing.sample(...) where it "
        f"has keywords, got {given!r}"
    )


def as_error(name: str, given: Any) -> ErrorSample:
    """What was given as a call that must fail, if it is one."""
    if isinstance(given, tuple) and not isinstance(given, ErrorSample) and len(given) > 2:
        given = ErrorSample(given[0], given[1], given[2:], {})
    if isinstance(given, ErrorSample):
        exception: Any = given.exception  # a user's tuple may hold anything
        if isinstance(exception, type) and issubclass(exception, Exception):
            return given
    raise TypeError(
        f"op: {name}: an error is a tuple (exception, pattern, *arguments), or "
        f"autograd.testing.error(...) where the call has keywords, got {given!r}"
    )
