"""What the distributions share: SciPy's values, and derivatives by formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.hips.primitives import defvjp, primitive
from autograd.ops.elementwise import exp
from autograd.ops.shapes import sum_to

__all__ = ["by_formulas", "location_scale", "others"]

Formula = Callable[..., Any]


def by_formulas(
    function: Callable[..., Any], names: Sequence[str], derivatives: dict[str, Formula]
) -> Callable[..., Any]:
    """A function of a distribution with its derivatives.

    Args:
        function: SciPy's, of arrays that broadcast.
        names: of its arguments, which may be passed by name as well; `loc` and `scale` may be left
            out.
        derivatives: for the arguments that have one, functions of (result, *arguments).
    """
    made = primitive(function)
    defaults = {"loc": 0.0, "scale": 1.0}

    def rule(argnum: int, derivative: Formula) -> Callable[..., Any]:
        def maker(ans: Any, *args: Any) -> Any:
            shape = np.shape(args[argnum])
            full = [*args, *(defaults[name] for name in names[len(args) :])]
            return lambda g: sum_to(g * derivative(ans, *full), shape)

        return maker

    known = {names.index(name): each for name, each in derivatives.items()}
    defvjp(made, *(rule(n, each) for n, each in known.items()), argnums=tuple(known))

    def call(*args: Any, **kwargs: Any) -> Any:
        given = list(args)
        for name in names[len(args) :]:
            if not kwargs.keys() & set(names):
                break
            given.append(kwargs.pop(name) if name in kwargs else defaults[name])
        return made(*given, **kwargs)

    call.__name__ = call.__qualname__ = made.__name__
    call.__doc__ = function.__doc__
    return call


def others(distribution: Any) -> Callable[[str], Any]:
    """The `__getattr__` of a module: what SciPy's distribution has besides."""

    def attribute(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(distribution, name)

    return attribute


def location_scale(
    distribution: Any, shapes: dict[str, Formula], score: Formula
) -> dict[str, Callable[..., Any]]:
    """The functions of a family f((x - loc) / scale) / scale.

    Args:
        distribution: SciPy's.
        shapes: the derivative of log f in each shape parameter, a function of the standardized
            place and the shape parameters.
        score: the derivative of log f in the standardized place, of the same arguments.

    Returns:
        By name: `pdf` and `logpdf` with the derivatives in all arguments; `cdf`, `sf`, `logcdf` and
        `logsf` with those in `x`, `loc` and `scale`.
    """
    names = ("x", *shapes, "loc", "scale")

    def in_x(x: Any, *rest: Any) -> Any:
        *parameters, loc, scale = rest
        return score((x - loc) / scale, *parameters) / scale

    def in_scale(x: Any, *rest: Any) -> Any:
        *parameters, loc, scale = rest
        place = (x - loc) / scale
        return -(1 + place * score(place, *parameters)) / scale

    def of_shape(formula: Formula) -> Formula:
        def derivative(x: Any, *rest: Any) -> Any:
            *parameters, loc, scale = rest
            return formula((x - loc) / scale, *parameters)

        return derivative

    of_log: dict[str, Formula] = {
        "x": in_x,
        **{name: of_shape(formula) for name, formula in shapes.items()},
        "loc": lambda *args: -in_x(*args),
        "scale": in_scale,
    }

    def times_result(derivative: Formula) -> Formula:
        return lambda ans, *args: ans * derivative(*args)

    def without_result(derivative: Formula) -> Formula:
        return lambda ans, *args: derivative(*args)

    pdf = by_formulas(
        distribution.pdf, names, {name: times_result(each) for name, each in of_log.items()}
    )
    logpdf = by_formulas(
        distribution.logpdf, names, {name: without_result(each) for name, each in of_log.items()}
    )

    def of_probability(name: str, sign: float, logarithm: bool) -> Callable[..., Any]:
        def in_x(ans: Any, *args: Any) -> Any:
            return sign * (exp(logpdf(*args) - ans) if logarithm else pdf(*args))

        def in_scale(ans: Any, x: Any, *rest: Any) -> Any:
            return -in_x(ans, x, *rest) * (x - rest[-2]) / rest[-1]

        derivatives = {"x": in_x, "loc": lambda *args: -in_x(*args), "scale": in_scale}
        return by_formulas(getattr(distribution, name), names, derivatives)

    return {
        "pdf": pdf,
        "logpdf": logpdf,
        "cdf": of_probability("cdf", 1.0, False),
        "sf": of_probability("sf", -1.0, False),
        "logcdf": of_probability("logcdf", 1.0, True),
        "logsf": of_probability("logsf", -1.0, True),
    }
