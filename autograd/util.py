"""What programs import from `autograd.util`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.test_util import check_grads

__all__ = ["func", "quick_grad_check", "subval", "subvals"]


def func(f: Any) -> Any:
    """The function itself: a name for methods, which Python once wrapped."""
    return f


def subvals(x: Sequence[Any], ivs: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    """A tuple with others at some positions.

    >>> subvals((1, 2, 3), [(0, 10)])
    (10, 2, 3)
    """
    replaced = list(x)
    for position, each in ivs:
        replaced[position] = each
    return tuple(replaced)


def subval(x: Sequence[Any], i: int, v: Any) -> tuple[Any, ...]:
    """A tuple with another at one position."""
    return subvals(x, [(i, v)])


def quick_grad_check(
    fun: Callable[..., Any], arg0: Any, extra_args: Sequence[Any] = (), **ignored: Any
) -> None:
    """Check the gradient with respect to the first argument; `check_grads` is its newer name."""
    check_grads(lambda x: fun(x, *extra_args), modes=["rev"], order=1)(arg0)
