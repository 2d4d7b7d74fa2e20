"""Fixed points, differentiated by the implicit function theorem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.hips.primitives import defvjp, primitive
from autograd.hips.spaces import vspace
from autograd.hips.transforms import make_vjp

__all__ = ["fixed_point"]


@primitive
def fixed_point(
    f: Callable[[Any], Callable[[Any], Any]],
    a: Any,
    x0: Any,
    distance: Callable[[Any, Any], Any],
    tol: float,
) -> Any:
    """The x with x = f(a)(x), by iteration from `x0` until a step is no longer than `tol`.

    Its gradient is that of the equation, whatever way led to the point: g of `a` is pulled through
    f at the point by the solution of w = g + (df/dx)ᵀ w, another fixed point.

    Args:
        f: gives for parameters the function that is iterated.
        a: the parameters, which get gradients.
        x0: where to start.
        distance: of two values.
        tol: which distance is near enough.

    >>> def babylonian(a):
    ...     return lambda x: (x + a / x) / 2
    >>> root = fixed_point(babylonian, 2.0, 1.0, lambda x, y: abs(x - y), 1e-12)
    >>> f"{root:.6f}"
    '1.414214'
    """
    step = f(a)
    x, before = step(x0), x0
    while distance(x, before) > tol:
        x, before = step(x), x
    return x


def _fixed_point_a(
    ans: Any, f: Any, a: Any, x0: Any, distance: Any, tol: float
) -> Callable[[Any], Any]:
    def backwards(parameters: Any) -> Callable[[Any], Any]:
        a, point, g = parameters
        pull, _ = make_vjp(f(a), point)
        space = vspace(point)
        return lambda w: space.add(pull(w), g)

    pull_a, _ = make_vjp(lambda each: f(each)(ans), a)
    start = vspace(x0).zeros()
    return lambda g: pull_a(fixed_point(backwards, (a, ans, g), start, distance, tol))


defvjp(fixed_point, None, _fixed_point_a, None)
