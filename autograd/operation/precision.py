"""Half precision computed in single: sums of float16 lose digits, squares and counts overflow."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np

_Function = TypeVar("_Function", bound=Callable[..., Any])

HALF, SINGLE = np.dtype(np.float16), np.dtype(np.float32)


def in_single(function: _Function) -> _Function:
    """The function, with float16 taken as float32, and its results rounded to float16 again.

    The first argument decides, or the first of it where that is a list. Beside float32 the result
    stays float32, as it would without. Of several results the first alone is rounded: statistics
    beside it, which a rule reads, need not be in the range of float16.

    >>> in_single(lambda x: x * x / 1000)(np.float16(300.0))
    np.float16(90.0)
    """

    @wraps(function)
    def rounded_once(*args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else next(iter(kwargs.values()), None)
        if type(first) in (tuple, list) and first:
            first = first[0]
        if getattr(first, "dtype", None) is not HALF:
            return function(*args, **kwargs)
        out = function(
            *[_as(SINGLE, HALF, each) for each in args],
            **{name: _as(SINGLE, HALF, each) for name, each in kwargs.items()},
        )
        wide = any(getattr(each, "dtype", None) is SINGLE for each in (*args, *kwargs.values()))
        if wide:
            return out
        if type(out) is tuple:
            return (_as(HALF, SINGLE, out[0]), *out[1:])
        return _as(HALF, SINGLE, out)

    return rounded_once  # type: ignore[return-value]  # of the same signature


def _as(wanted: Any, given: Any, x: Any) -> Any:
    """`x`, or each of a tuple or list, in the wanted dtype where it has the given one."""
    if type(x) in (tuple, list):
        return type(x)(_as(wanted, given, each) for each in x)
    return x.astype(wanted) if getattr(x, "dtype", None) is given else x
