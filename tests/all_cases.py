"""Cases by the hundred that take a millisecond each: one test runs them all.

A test of pytest costs as much as such a case: in each worker that collects it, and in what hands
it out and counts it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import pytest

import autograd

Case = tuple[dict[str, Any], str]  # the arguments, and the words that name it
Test = Callable[..., None]


def all_cases(
    names: str, cases: Iterable[Any], ids: Callable[[Any], str] | Iterable[str] | None = None
) -> Callable[[Test], Test]:
    """Like `pytest.mark.parametrize`, as one test that runs every case and names each that fails.

    Of several above one another the test runs every combination. Each case begins with the same
    random state; other fixtures are those of all cases together. A case cannot be skipped.

    >>> @all_cases("number", [1, 2, 3])
    ... def test_is_even(number):
    ...     assert number % 2 == 0
    >>> test_is_even()
    Traceback (most recent call last):
    ExceptionGroup: 2 of 3 cases of test_is_even fail: [1], [3] (2 sub-exceptions)
    """
    arguments = [name.strip() for name in names.split(",")]
    listed = list(cases)
    words = list(ids) if ids is not None and not callable(ids) else [None] * len(listed)
    told = ids if callable(ids) else _words
    found = [_case(arguments, each, word, told) for each, word in zip(listed, words, strict=True)]

    def decorate(test: Test) -> Test:
        inner, below = getattr(test, "of_cases", (test, [({}, "")]))
        together = [
            (own | given, f"{own_words}-{given_words}".strip("-"))
            for own, own_words in found
            for given, given_words in below
        ]
        return _one_test(inner, together)

    return decorate


def _case(arguments: list[str], case: Any, words: str | None, told: Callable[[Any], str]) -> Case:
    values = getattr(case, "values", None) if hasattr(case, "marks") else None
    if values is not None:  # made by `pytest.param`
        words = words or case.id
    else:
        values = case if len(arguments) > 1 else (case,)
    given = dict(zip(arguments, values, strict=True))
    return given, str(words or "-".join(map(told, values)))


def _words(value: Any) -> str:
    """A value as its test's name would have it."""
    return str(getattr(value, "__name__", value))[:60]


def _one_test(test: Test, cases: list[Case]) -> Test:
    @wraps(test)
    def run(**fixtures: Any) -> None:
        __tracebackhide__ = True
        failures: dict[str, Exception] = {}
        for given, words in cases:
            autograd.manual_seed(0)
            try:
                test(**given, **fixtures)
            except Exception as error:
                failures[words] = error
            except (pytest.fail.Exception, pytest.skip.Exception) as outcome:
                failures[words] = AssertionError(f"{type(outcome).__name__}: {outcome}")
                failures[words].__cause__ = outcome
            if words in failures:
                failures[words].add_note(f"in the case [{words}]")
        if failures:
            listed = ", ".join(f"[{words}]" for words in failures)
            raise ExceptionGroup(
                f"{len(failures)} of {len(cases)} cases of {test.__name__} fail: {listed}",
                list(failures.values()),
            )

    assert cases, f"{test.__name__} has no cases"
    parameters = inspect.signature(test).parameters
    left = [each for name, each in parameters.items() if name not in cases[0][0]]
    run.__signature__ = inspect.Signature(left)  # type: ignore[attr-defined]
    run.of_cases = test, cases  # type: ignore[attr-defined]
    return run
