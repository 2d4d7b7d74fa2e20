"""Checks of gradients against finite differences, as programs for HIPS autograd write them.

`autograd.testing.check_grads` needs no tolerance and tells why; this one has their signature and
compares along one random direction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from autograd.hips.spaces import vspace
from autograd.hips.transforms import make_jvp, make_vjp, name_of, unary_to_nary

__all__ = ["check_equivalent", "check_grads", "combo_check", "scalar_close"]

_CLOSE = 1e-6  # absolute, or relative to the sum
_STEP = 1e-6


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers agree to 1e-6, absolutely or relatively."""
    return bool(abs(a - b) < _CLOSE or abs(a - b) / abs(a + b) < _CLOSE)


def check_equivalent(x: Any, y: Any) -> None:
    """Fail unless two values are of one structure, shapes and dtypes, and agree.

    Raises:
        AssertionError: if they do not.
    """
    space = vspace(x)
    if space != vspace(y):
        raise AssertionError(f"the values are of different kinds: {space} and {vspace(y)}")
    direction = space.randn()
    if not scalar_close(space.inner_prod(x, direction), space.inner_prod(y, direction)):
        raise AssertionError(f"the values differ:\n{x}\n{y}")


def _difference_along(f: Callable[[Any], Any], x: Any, direction: Any) -> Any:
    """(f(x + direction h/2) - f(x - direction h/2)) / h."""
    space = vspace(x)
    ahead = f(space.add(x, space.scalar_mul(direction, _STEP / 2)))
    behind = f(space.add(x, space.scalar_mul(direction, -_STEP / 2)))
    of_result = vspace(ahead)
    change = of_result.add(ahead, of_result.scalar_mul(behind, -1.0))
    return of_result.scalar_mul(change, 1 / _STEP)


def _check_reverse(f: Callable[[Any], Any], x: Any) -> None:
    pull, y = make_vjp(f, x)
    of_x, of_y = vspace(x), vspace(y)
    direction, cotangent = of_x.randn(), of_y.randn()
    gradient = of_x.covector(pull(of_y.covector(cotangent)))
    if vspace(gradient) != of_x:
        raise AssertionError(
            f"Derivative (VJP) check of {name_of(f)} failed: the gradient is in "
            f"{vspace(gradient)}, the argument in {of_x}"
        )
    exact = of_x.inner_prod(direction, gradient)
    numeric = of_y.inner_prod(cotangent, _difference_along(f, x, direction))
    if not scalar_close(numeric, exact):
        raise AssertionError(
            f"Derivative (VJP) check of {name_of(f)} failed with argument {x}:\n"
            f"by the rules:    {exact}\nby differences: {numeric}"
        )


def _check_forward(f: Callable[[Any], Any], x: Any) -> None:
    direction = vspace(x).randn()
    pushed = make_jvp(f, x)(direction)[1]
    try:
        check_equivalent(pushed, _difference_along(f, x, direction))
    except AssertionError as error:
        raise AssertionError(f"Derivative (JVP) check of {name_of(f)} failed: {error}") from None


@unary_to_nary
def check_grads(
    f: Callable[[Any], Any], x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2
) -> None:
    """Compare derivatives with differences along a random direction, up to an order.

    Args:
        f: a function; the transform takes `argnum` after it, and gives a function of its arguments.
        x: where to compare.
        modes: "fwd" for forward mode, "rev" for reverse mode.
        order: up to which derivatives of derivatives.

    Raises:
        AssertionError: if a derivative is wrong.

    >>> check_grads(lambda x: x**3)(2.0)
    """
    unknown = set(modes) - {"fwd", "rev"}
    if unknown:
        raise ValueError(f'check_grads: modes are "fwd" and "rev", got {modes!r}')
    if "fwd" in modes:
        _check_forward(f, x)
        if order > 1:

            def jvp(x: Any, direction: Any) -> Any:
                return make_jvp(f, x)(direction)[1]

            jvp.__name__ = f"jvp_{name_of(f)}"
            check_grads(jvp, (0, 1), modes, order=order - 1)(x, vspace(x).randn())
    if "rev" in modes:
        _check_reverse(f, x)
        if order > 1:

            def vjp(x: Any, cotangent: Any) -> Any:
                return make_vjp(f, x)[0](cotangent)

            vjp.__name__ = f"vjp_{name_of(f)}"
            check_grads(vjp, (0, 1), modes, order=order - 1)(x, vspace(f(x)).randn())


def combo_check(fun: Callable[..., Any], *options: Any, **more: Any) -> Callable[..., None]:
    """`check_grads` for all combinations of some arguments.

    Args:
        fun: the function.
        *options: of `check_grads`: `argnum` first.
        **more: of `check_grads`.

    Returns:
        A function of lists of values, one list per argument.
    """

    def check(*args: Any, **kwargs: Any) -> None:
        for given in product(*args):
            for chosen in product(*kwargs.values()):
                keywords = dict(zip(kwargs, chosen, strict=True))
                check_grads(fun, *options, **more)(*given, **keywords)

    return check
