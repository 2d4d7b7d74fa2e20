"""Arithmetic and comparison: the operators of Python, element by element."""

import operator

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import log, where
from autograd.samples import error, sample

__all__ = [
    "add", "divide", "equal", "greater", "greater_equal", "less", "less_equal",
    "logical_and", "logical_not", "logical_or", "mul", "negative", "not_equal", "power",
    "remainder", "subtract",
]  # fmt: skip


@op(
    "elementwise",
    symbol="+",
    numpy=np.add,
    methods=("__add__",),
    reflected="__radd__",
    inplace="__iadd__",
    errors=[error(ValueError, r"add: .*x: \(2,\).*y: \(3,\)", (2,), (3,))],
)
def add(x, y):
    """Sum `x + y`, element by element; broadcasts as NumPy does.

    >>> add(Tensor([1.0, 2.0]), 3.0)
    Tensor([4., 5.])
    """
    return x + y


add.vjp(x=lambda g: g, y=lambda g: g)


@op(
    "elementwise",
    symbol="-",
    numpy=np.subtract,
    methods=("__sub__",),
    reflected="__rsub__",
    inplace="__isub__",
    errors=[error(ValueError, "subtract: ", (2,), (3,))],
    pytorch="sub",
)
def subtract(x, y):
    """Difference `x - y`, element by element; broadcasts as NumPy does.

    >>> subtract(Tensor([1.0, 2.0]), 3.0)
    Tensor([-2., -1.])
    """
    return x - y


subtract.vjp(x=lambda g: g, y=lambda g: -g)


@op(
    "elementwise",
    symbol="×",
    numpy=np.multiply,
    methods=("__mul__",),
    reflected="__rmul__",
    inplace="__imul__",
    errors=[error(ValueError, "mul: ", (2,), (3,))],
)
def mul(x, y):
    """Product `x · y`, element by element; broadcasts as NumPy does.

    >>> mul(Tensor([1.0, 2.0]), 3.0)
    Tensor([3., 6.])
    """
    return x * y


mul.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)


@op(
    "elementwise",
    symbol="÷",
    numpy=np.divide,
    methods=("__truediv__",),
    reflected="__rtruediv__",
    inplace="__itruediv__",
    domain={"x": "real", "y": "nonzero"},
    errors=[error(ValueError, "divide: ", (2,), (3,))],
    pytorch="div",
)
def divide(x, y):
    """Quotient `x / y`, element by element; broadcasts as NumPy does.

    The domain is `y != 0`; at 0 value and gradients are NumPy's infinities and NaN.

    >>> divide(Tensor([1.0, 2.0]), 4.0)
    Tensor([0.25, 0.5 ])
    """
    return x / y


divide.vjp(x=lambda g, y: g / y, y=lambda g, out, y: -g * out / y)


@op("elementwise", symbol="-", numpy=np.negative, methods=("__neg__",), pytorch="neg")
def negative(x):
    """Negation `-x`.

    >>> negative(Tensor([1.0, -2.0]))
    Tensor([-1.,  2.])
    """
    return -x


negative.vjp(x=lambda g: -g)


@op(
    "elementwise",
    symbol="^",
    numpy=(np.power, np.float_power),
    methods=("__pow__",),
    reflected="__rpow__",
    inplace="__ipow__",
    domain={"x": "positive", "y": "real"},
    samples=[
        sample((2, 3), (2, 3)),
        sample((3, 1), (2, 1, 4)),
        sample((3,), 2.0),
        sample((), 3),
        sample(2.0, (3,)),
        sample((0, 2), (2,)),
    ],
    pytorch="pow",
)
def power(x, y):
    """Power `x ** y`, element by element; broadcasts as NumPy does.

    d/dx = y x^(y-1), which is 0 for y = 0 also at x = 0; d/dy = x^y ln x, which is 0 at x = 0 for
    y >= 0. Real results need `x >= 0` or integer `y`.

    >>> power(Tensor([1.0, 2.0]), 3)
    Tensor([1., 8.])
    """
    return x**y


def _power_x(g, x, y):
    exponent = value(y)
    if isinstance(exponent, (int, float)) and exponent != 0:
        return g * (y * x ** (y - 1))
    # At x = y = 0 the factor y is 0, but 0 ** -1 would be infinite.
    both_zero = (exponent == 0) & (value(x) == 0)
    below = where(both_zero, 1.0, y - 1) if np.any(both_zero) else y - 1
    return g * (y * x**below)


def _power_y(g, out, x, y):
    if isinstance(x, (int, float, complex)):
        x = value(out).dtype.type(x)  # the logarithm of a Python number would be float64
    at_zero = (value(x) == 0) & (np.real(value(y)) >= 0)  # where the logarithm is not needed
    base = where(at_zero, 1.0, x) if np.any(at_zero) else x
    if value(out).dtype.kind == "c" and base.dtype.kind != "c":
        base = base.astype(value(out).dtype)  # negative numbers have complex logarithms
    return g * out * log(base)


power.vjp(x=_power_x, y=_power_y)


@op(
    "elementwise",
    numpy=(np.remainder,),
    methods=("__mod__",),
    reflected="__rmod__",
    inplace="__imod__",
    domain={"x": "real", "y": "nonzero"},
    samples=[
        sample(np.array([5.3, -5.3, 0.7]), np.array([2.0, 2.0, -3.0])),
        sample(np.array([[5.3], [1.1]]), np.array([2.0, 0.7])),
    ],
)
def remainder(x, y):
    """Remainder `x - floor(x / y) y`, with the sign of `y`.

    d/dx = 1 and d/dy = -floor(x / y), except at the jumps where x is a multiple of y.

    >>> remainder(Tensor(-1.0), 3.0)
    Tensor(2.)
    """
    return x % y


remainder.vjp(x=lambda g: g, y=lambda g, x, y: -g * np.floor_divide(value(x), value(y)))


def _comparison(name, numpy_function, method, python_operator, symbol):
    """A comparison: bool results, no derivative."""

    def body(x, y):
        return python_operator(x, y)

    body.__name__ = body.__qualname__ = name
    body.__module__ = __name__
    body.__doc__ = f"""Whether `x {symbol} y`, element by element, as a bool Tensor; no derivative.

    >>> {name}(Tensor([1.0, 2.0, 3.0]), 2.0)
    Tensor([{", ".join(f"{python_operator(x, 2.0)!s:>5}" for x in (1.0, 2.0, 3.0))}])
    """
    torch = method.strip("_")
    return op(
        "constant", symbol=symbol, numpy=numpy_function, methods=(method,), pytorch=torch, vmap=0
    )(body)


equal = _comparison("equal", np.equal, "__eq__", operator.eq, "==")
not_equal = _comparison("not_equal", np.not_equal, "__ne__", operator.ne, "!=")
less = _comparison("less", np.less, "__lt__", operator.lt, "<")
less_equal = _comparison("less_equal", np.less_equal, "__le__", operator.le, "<=")
greater = _comparison("greater", np.greater, "__gt__", operator.gt, ">")
greater_equal = _comparison("greater_equal", np.greater_equal, "__ge__", operator.ge, ">=")


@op("constant", symbol="¬", numpy=np.logical_not, vmap=0)
def logical_not(x):
    """Whether `x` is zero or False, as a bool Tensor; no derivative.

    >>> logical_not(Tensor([True, False]))
    Tensor([False,  True])
    """
    return np.logical_not(x)


@op("constant", symbol="∧", numpy=np.logical_and, vmap=0)
def logical_and(x, y):
    """Whether both are true, as a bool Tensor; no derivative.

    >>> logical_and(Tensor([True, False]), True)
    Tensor([ True, False])
    """
    return np.logical_and(x, y)


@op("constant", symbol="∨", numpy=np.logical_or, vmap=0)
def logical_or(x, y):
    """Whether one is true, as a bool Tensor; no derivative.

    >>> logical_or(Tensor([True, False]), False)
    Tensor([ True, False])
    """
    return np.logical_or(x, y)
