"""Python's operators: `t * x`, `x - t`, `t < x`, and which operands answer for themselves.

Beside numbers, arrays and lists the operator is the operation. Objects of other classes that
define the reflected method (units, labelled and lazy arrays, symbols) are asked first, and those
that opt out of NumPy's functions are left alone, as NumPy does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.graph.tensor import Tensor
from autograd.operation.call import RAW_TYPES, apply
from autograd.operation.record import Op
from autograd.operation.scalar_calls import make_scalar_call
from autograd.tables import is_table

# Each operator, and the one that Python tries on the other operand.
REFLECTED = {
    f"__{name}__": f"__r{name}__"
    for name in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul", "and", "or",
        "xor", "lshift", "rshift",
    )
} | {
    "__lt__": "__gt__", "__le__": "__ge__", "__gt__": "__lt__", "__ge__": "__le__",
    "__eq__": "__eq__", "__ne__": "__ne__",
}  # fmt: skip
_EQUALITY = ("__eq__", "__ne__")
_KNOWN = RAW_TYPES | {Tensor}
UNASKED = object()


def is_foreign(kind: type) -> bool:
    """Whether a class has its own way with NumPy's functions, or none; tables give way to us."""
    own = getattr(kind, "__array_ufunc__", ndarray.__array_ufunc__)
    return own is not ndarray.__array_ufunc__ and not (issubclass(kind, Tensor) or is_table(kind))


@lru_cache(256)
def _speaks_for_itself(kind: type, reflected: str) -> bool:
    """Whether a class defines the reflected method itself: not Python or NumPy for it."""
    for each in kind.__mro__:
        if each is Tensor or each.__module__.partition(".")[0] in ("builtins", "array", "numpy"):
            return False
        if vars(each).get(reflected) is not None:
            return True
    return False


def _is_no_number(operand: Any) -> bool:
    """Whether an operand is nothing that can be equal to a number, such as a text."""
    try:
        return np.asarray(operand).dtype.kind not in "biufc"
    except (TypeError, ValueError):  # ragged, or with Tensors inside: the operation says so
        return False


def ask(self: Tensor, other: Any, method: str) -> Any:
    """What the other operand of an operator says.

    Returns:
        Its answer; NotImplemented, which makes Python ask it; or `UNASKED` where its numbers are to
        be taken.
    """
    kind: Any = type(other)
    if kind in _KNOWN or is_table(kind):
        return UNASKED
    reflected = REFLECTED[method]
    if not _speaks_for_itself(kind, reflected):
        unequal = method in _EQUALITY and _is_no_number(other)
        return NotImplemented if unequal or is_foreign(kind) else UNASKED
    if is_foreign(kind) or not hasattr(kind, "__array__"):
        return NotImplemented
    # An array of another library answers if it can, else its numbers are taken.
    answer = getattr(kind, reflected)(other, self)
    return UNASKED if answer is NotImplemented else answer


def make_operator(op: Op, method: str) -> Callable[[Tensor, Any], Any]:
    """The method behind an operator with the Tensor on its left."""

    def beside(self: Tensor, other: Any) -> Any:
        if type(other) not in _KNOWN and (answer := ask(self, other, method)) is not UNASKED:
            return answer
        return apply(op, (self, other), op.keywords)

    return update_wrapper(make_scalar_call(op, beside) if op.fast else beside, op.function)


def make_reflected(op: Op) -> Callable[[Tensor, Any], Any]:
    """The method behind an operator with the Tensor on its right: the other one gave way."""
    function = op.function

    def reflected(self: Tensor, other: Any) -> Any:
        if type(other) not in _KNOWN and is_foreign(type(other)):
            return NotImplemented
        return function(other, self)

    return update_wrapper(reflected, function)


def gives_way(other: Any, method: str) -> bool:
    """Whether an in-place operator leaves it to the other operand to answer."""
    kind: Any = type(other)
    if kind in _KNOWN or is_table(kind):
        return False
    return is_foreign(kind) or (
        _speaks_for_itself(kind, REFLECTED[method]) and not hasattr(kind, "__array__")
    )
