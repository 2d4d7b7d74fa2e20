"""Functions of one element at a time: exponentials, roots, trigonometry, choices."""

import numpy as np

from autograd.elsewhere import understands
from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.shapes import sum_to
from autograd.samples import error, sample

__all__ = [
    "abs", "astype", "clip", "conj", "cos", "exp", "floor", "log", "maximum", "minimum", "real",
    "reciprocal", "relu", "sigmoid", "sign", "sin", "sqrt", "square", "tanh", "where",
]  # fmt: skip


def zero_of(x):
    """A zero that does not change the dtype of a selection from `x`."""
    return _dtype_of(x).type(0)


def one_of(x):
    """A one in the dtype of `x`."""
    return _dtype_of(x).type(1)


def _dtype_of(x):
    x = value(x)
    return x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype


@op("elementwise", numpy=np.exp, methods=("exp",))
def exp(x):
    """Exponential `e^x`.

    >>> exp(Tensor([0.0, 1.0]))
    Tensor([1.        , 2.71828183])
    """
    return np.exp(x)


exp.vjp(x=lambda g, out: g * out)


@op("elementwise", numpy=np.log, methods=("log",), domain="positive")
def log(x):
    """Natural logarithm `ln x`, for `x > 0`.

    >>> log(Tensor([1.0, 2.0]))
    Tensor([0.        , 0.69314718])
    """
    return np.log(x)


log.vjp(x=lambda g, x: g / x)


@op("elementwise", symbol="√", numpy=np.sqrt, methods=("sqrt",), domain="positive")
def sqrt(x):
    """Square root, for `x >= 0`; the derivative 1 / (2 √x) is inf at 0.

    >>> sqrt(Tensor([4.0, 9.0]))
    Tensor([2., 3.])
    """
    return np.sqrt(x)


sqrt.vjp(x=lambda g, out: g / (2 * out))


@op("elementwise", symbol="²", numpy=np.square, methods=("square",))
def square(x):
    """Square `x²`.

    >>> square(Tensor([2.0, -3.0]))
    Tensor([4., 9.])
    """
    return x * x


square.vjp(x=lambda g, x: g * (2 * x))


@op("elementwise", symbol="1/x", numpy=np.reciprocal, methods=("reciprocal",), domain="nonzero")
def reciprocal(x):
    """Reciprocal `1 / x`, for `x != 0`.

    >>> reciprocal(Tensor([2.0, 4.0]))
    Tensor([0.5 , 0.25])
    """
    return 1 / x


reciprocal.vjp(x=lambda g, out: -g * out * out)


@op(
    "elementwise",
    symbol="|x|",
    numpy=(np.abs, np.absolute, np.fabs),
    methods=("abs", "__abs__"),
)
def abs(x):
    """Absolute value `|x|`; the derivative is `sign(x)`, 0 at 0.

    >>> abs(Tensor([-2.0, 3.0]))
    Tensor([2., 3.])
    """
    return np.abs(x)


def _abs_x(g, x):
    if value(x).dtype.kind == "c":
        size = abs(x)
        return g * conj(x) / (size + (value(size) == 0))  # 0 at 0
    return g * sign(x)


abs.vjp(x=_abs_x)


def no_slope(g):
    """The gradient of a step function: exactly 0, whatever arrives."""
    return np.zeros_like(value(g))


@op("elementwise", numpy=np.sign, methods=("sign",), domain="nonzero")
def sign(x):
    """Sign of a real `x`: -1, 0 or 1; the derivative is 0 everywhere, also at the step.

    >>> sign(Tensor([-2.0, 0.0, 3.0]))
    Tensor([-1.,  0.,  1.])
    """
    if x.dtype.kind == "c":
        raise TypeError("a complex sign is not constant; write z / abs(z), which has a derivative")
    return np.sign(x)


sign.vjp(x=no_slope)


@op("elementwise", numpy=np.floor, methods=("floor",))
def floor(x):
    """The largest integer not above `x`; the derivative is 0 everywhere, also at the steps.

    >>> floor(Tensor([1.5, -1.5]))
    Tensor([ 1., -2.])
    """
    return np.floor(x)


floor.vjp(x=no_slope)


@op("elementwise", numpy=np.sin, methods=("sin",))
def sin(x):
    """Sine, `x` in radians.

    >>> sin(Tensor(0.0))
    Tensor(0.)
    """
    return np.sin(x)


sin.vjp(x=lambda g, x: g * cos(x))


@op("elementwise", numpy=np.cos, methods=("cos",))
def cos(x):
    """Cosine, `x` in radians.

    >>> cos(Tensor(0.0))
    Tensor(1.)
    """
    return np.cos(x)


cos.vjp(x=lambda g, x: -g * sin(x))


@op("elementwise", numpy=np.tanh, methods=("tanh",))
def tanh(x):
    """Hyperbolic tangent `y = tanh x`; the derivative is `1 - y²`.

    >>> tanh(Tensor(0.0))
    Tensor(0.)
    """
    return np.tanh(x)


tanh.vjp(x=lambda g, out: g * (1 - out * out))


_REAL = np.dtype(float)  # of Python's numbers


def _sigmoid_composed(x):
    return 1 / (1 + exp(-x))


@op("elementwise", symbol="σ", methods=("sigmoid",), composed=_sigmoid_composed)
def sigmoid(x):
    """Logistic function `1 / (1 + e^-x)`; the derivative is `y (1 - y)`.

    >>> sigmoid(Tensor([0.0, 1000.0, -1000.0]))
    Tensor([0.5, 1. , 0. ])
    """
    if getattr(x, "dtype", _REAL).kind == "c":
        falling = np.where(x.real >= 0, -x, x)
        return np.where(x.real >= 0, 1, np.exp(falling)) / (1 + np.exp(falling))
    with np.errstate(over="ignore"):  # infinity leads to 0, as it should
        return 1 / (1 + np.exp(-x))


sigmoid.vjp(x=lambda g, out: g * out * (1 - out))


@op("elementwise", methods=("relu",))
def relu(x):
    """Rectified linear unit `max(0, x)`; the derivative at 0 is 0.

    >>> relu(Tensor([-1.0, 0.0, 2.0]))
    Tensor([0., 0., 2.])
    """
    out = np.maximum(x, 0)
    if out.dtype.kind == "c":  # asked of the result: `real_only` would take longer than all this
        raise TypeError(f"expected real numbers, got {out.dtype}; complex ones have no order")
    return out


# The mask stays bool: NumPy converts it chunk by chunk, without another array of floats. What is
# not 0 is positive or NaN, which is not hidden.
relu.vjp(x=lambda g, out: g * (value(out) != 0))


def _share(x, y, loses):
    """1 where an argument of maximum or minimum was taken, 0.5 at a tie, in its own dtype.

    At NaN neither loses, and both get the gradient.
    """
    wins = np.logical_not(loses)
    ties = value(x) == value(y)
    if not np.any(ties):
        return wins  # bool: NumPy converts it chunk by chunk
    dtype = np.result_type(value(x), value(y))
    return (wins - 0.5 * ties).astype(dtype)


@op("elementwise", symbol="max", numpy=np.maximum)
def maximum(x, y):
    """The larger of the two, element by element; at a tie each gets half of the gradient.

    NaN in either is passed on.

    >>> maximum(Tensor([1.0, 5.0]), 3.0)
    Tensor([3., 5.])
    """
    return np.maximum(x, y)


maximum.vjp(
    x=lambda g, x, y: g * _share(x, y, value(x) < value(y)),
    y=lambda g, x, y: g * _share(x, y, value(y) < value(x)),
)


@op("elementwise", symbol="min", numpy=np.minimum)
def minimum(x, y):
    """The smaller of the two, element by element; at a tie each gets half of the gradient.

    NaN in either is passed on.

    >>> minimum(Tensor([1.0, 5.0]), 3.0)
    Tensor([1., 3.])
    """
    return np.minimum(x, y)


minimum.vjp(
    x=lambda g, x, y: g * _share(x, y, value(x) > value(y)),
    y=lambda g, x, y: g * _share(x, y, value(y) > value(x)),
)


@op(
    "elementwise",
    numpy=np.clip,
    methods=("clip",),
    arrays=("x", "min", "max"),
    aliases={"a_min": "min", "a_max": "max"},
    samples=[
        sample((2, 3), -0.5, 0.5),
        sample((4,), None, 0.25),
        sample((4,), min=0.0),
        sample((2,)),
        sample((), -1, 1),
        sample((2, 4), np.array([-1.0, -0.5, 0.0, 0.5]), (2, 1)),
        sample((3,), (2, 1), None),
        sample((3,), np.array([1.0, 2.0, 3.0]), np.array([0.9, 2.5, 2.0])),
    ],
)
def clip(x, min=None, max=None):
    """Limit `x` to the range from `min` to `max`, either None; at a bound the derivative is x's.

    What is outside passes its gradient to the bound. Where `min` is above `max`, all is `max`.

    Args:
        x: any shape.
        min: number or array; the three broadcast.
        max: likewise.

    >>> clip(Tensor([-2.0, 0.5, 2.0]), -1, 1)
    Tensor([-1. ,  0.5,  1. ])
    """
    if min is None and max is None:
        return x.copy()
    return np.clip(x, min, max)


def _clip_x(g, x, min, max):
    raw = value(x)
    inside = np.isnan(raw) if raw.dtype.kind == "f" else np.zeros(raw.shape, bool)
    low = True if min is None else raw >= value(min)
    high = True if max is None else raw <= value(max)
    return g * (inside | (low & high))


def _clip_min(g, x, min, max):
    above = value(x) >= value(min)  # neither here nor there is NaN, which is not hidden
    if max is not None:
        above = above | (value(min) > value(max))
    return g * ~above


def _clip_max(g, x, min, max):
    low = value(x) if min is None else np.maximum(value(x), value(min))
    return g * ~(low <= value(max))


clip.vjp(x=_clip_x, min=_clip_min, max=_clip_max)


@op(
    "linear",
    numpy=np.where,
    samples=[
        sample(np.array([True, False, True]), (3,), (3,)),
        sample(np.array([[True], [False]]), (3,), (2, 1)),
        sample(np.array([True, False]), 1.0, (2,)),
        sample(np.array(True), (2,), ()),
    ],
    errors=[error(ValueError, "where: .*condition", (2,), (3,), (3,))],
    vmap=0,
)
def where(condition, x, y):
    """`x` where `condition` is true, else `y`; all three broadcast.

    The gradient goes to the chosen one. Where a branch that was not taken is undefined (the log of
    a negative number, say), its own rule can still turn that zero into NaN: replace the argument
    inside the branch as well, `where(x > 0, log(where(x > 0, x, 1)), 0)`.

    >>> where(Tensor([True, False]), Tensor([1.0, 2.0]), 0.0)
    Tensor([1., 0.])
    """
    return _selected(condition, x, y)


def _selected(condition, x, y):
    """`np.where`; where one side is the number 0, several times faster on what is not sorted.

    The bits of floating numbers times 0 or 1: exact for NaN and infinity too.
    """
    for array, other in ((x, y), (y, x)):
        if type(array) is np.ndarray and array.size > 1024 and np.ndim(other) == 0:
            bits = _BITS.get(array.dtype)
            if (
                bits is None
                or np.shape(condition) != array.shape
                or not (type(other) in (int, float) or getattr(other, "dtype", 0) == array.dtype)
                or other != 0
                or np.signbit(other)
            ):
                break
            mask = condition if array is x else ~np.asarray(condition, bool)
            return (np.ascontiguousarray(array).view(bits) * np.asarray(mask, bool)).view(
                array.dtype
            )
    return np.where(condition, x, y)


_BITS = {np.dtype(f"f{size}"): np.dtype(f"i{size}") for size in (2, 4, 8)}

where.vjp(
    x=lambda g, condition, x_shape: sum_to(where(condition, g, zero_of(g)), x_shape),
    y=lambda g, condition, y_shape: sum_to(where(condition, zero_of(g), g), y_shape),
)


@understands(copy=True, device=None)
@op(
    "linear",
    methods=("astype",),
    arrays=("x",),
    numpy=np.astype,
    samples=[sample((2, 3), np.float64), sample((), "float64")],
    pytorch="Tensor.to",
    vmap=0,
)
def astype(x, dtype):
    """`x` converted to another dtype; the gradient is converted back.

    Conversion to integers or bool has no derivative: the result is outside the graph.

    >>> astype(Tensor([1.0, 2.0]), np.float32)
    Tensor([1., 2.], dtype=float32)
    """
    return x.astype(dtype)


def _astype_x(g, x_dtype):
    # Only the real part of a cotangent concerns a real argument.
    return astype(real(g) if value(g).dtype.kind == "c" and x_dtype.kind != "c" else g, x_dtype)


astype.vjp(x=_astype_x)


@op("linear", numpy=np.real, view=True, vmap=0)
def real(x):
    """Real part.

    >>> real(Tensor([1 + 2j]))
    Tensor([1.])
    """
    return np.real(x)


real.vjp(x=lambda g, x_dtype: astype(g, x_dtype))


@op("linear", numpy=(np.conj, np.conjugate), methods=("conj", "conjugate"), vmap=0)
def conj(x):
    """Complex conjugate; the identity for real numbers.

    >>> conj(Tensor([1 + 2j]))
    Tensor([1.-2.j])
    """
    return np.conj(x)


conj.vjp(x=lambda g: g.conj())  # a real one as it is
