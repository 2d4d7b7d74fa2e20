"""Functions that suspend themselves: generators, coroutines and asynchronous generators.

What shall hold while such a function runs, and not while it is suspended, is put in force at the
beginning of every step and taken back at its end.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from types import coroutine
from typing import Any, Protocol

__all__: list[str] = []


class Steps(Protocol):
    """What happens around each step of one call."""

    def resume(self) -> None:
        """Called before a step."""

    def suspend(self) -> None:
        """Called after it, also where it ended by an exception."""


def in_steps(function: Callable[..., Any], begin: Callable[[], Steps]) -> Callable[..., Any] | None:
    """The function with something around its steps; None where it does not suspend itself.

    Args:
        function: of any kind.
        begin: makes what happens around the steps of one call.
    """
    wrapper: Any = None
    if isasyncgenfunction(function):

        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            generator = function(*args, **kwargs)
            steps = begin()
            step = _unwatched(generator)
            while True:
                try:
                    result = await _run(step, steps)
                except StopAsyncIteration:
                    return
                try:
                    step = generator.asend((yield result))
                except BaseException as error:
                    step = generator.athrow(error)

    elif iscoroutinefunction(function):

        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            return await _run(function(*args, **kwargs), begin())

    elif isgeneratorfunction(function):

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return (yield from _run(function(*args, **kwargs), begin()))

    return wrapper  # type: ignore[no-any-return]


@coroutine
def _run(suspended: Any, steps: Steps) -> Generator[Any, Any, Any]:
    """Drive a generator, a coroutine or a step of an asynchronous generator to its end."""
    resume, given = suspended.send, None
    while True:
        steps.resume()
        try:
            result = resume(given)
        except StopIteration as stop:
            return stop.value
        finally:
            steps.suspend()
        try:
            given = yield result
            resume = suspended.send
        except BaseException as error:  # also GeneratorExit, which closes
            resume, given = suspended.throw, error


def _unwatched(generator: AsyncGenerator[Any, Any]) -> Any:
    """The first step of an asynchronous generator that no event loop closes by itself.

    The loop watches the decorated one around it, which closes it; both at once would collide.
    """
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        return generator.asend(None)
    finally:
        sys.set_asyncgen_hooks(*hooks)
