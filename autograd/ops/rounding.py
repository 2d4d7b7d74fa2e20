"""Rounding, whose derivative is 0, and what has none: questions about numbers, integers."""

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.op import op
from autograd.ops.elementwise import no_slope
from autograd.samples import error, sample

__all__ = [
    "bitwise_and", "bitwise_count", "bitwise_or", "bitwise_xor", "ceil", "fix", "floor_divide",
    "gcd", "heaviside", "invert", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "lcm",
    "left_shift", "logical_xor", "nextafter", "right_shift", "rint", "round", "signbit", "spacing",
    "trunc",
]  # fmt: skip


def _ufunc(kind, name, numpy_function, names, sentence, example, **options):
    """An operation that is a ufunc of one or two arrays."""
    if names == "x":

        def body(x):
            return numpy_function(x)
    else:

        def body(x, y):
            return numpy_function(x, y)

    body.__name__ = body.__qualname__ = name
    body.__module__ = __name__
    call, result = example
    body.__doc__ = f"""{sentence}.

    >>> {call}
    {result}
    """
    return op(kind, numpy=numpy_function, vmap=0, **options)(body)


def _constant(name, numpy_function, names, sentence, example, **options):
    """One whose results are bool or integers, without derivative."""
    sentence = f"{sentence}; no derivative"
    return _ufunc("constant", name, numpy_function, names, sentence, example, **options)


def _step(name, numpy_function, names, sentence, example, **options):
    """One whose result is a floating number that changes in steps: the derivative is 0."""
    sentence = f"{sentence}; the derivative is 0"
    made = _ufunc("elementwise", name, numpy_function, names, sentence, example, **options)
    made.vjp(**dict.fromkeys(names, no_slope))
    return made


rint = _step(
    "rint",
    np.rint,
    "x",
    "The nearest integer, the even one of two",
    ("rint(Tensor([0.5, 1.6]))", "Tensor([0., 2.])"),
    pytorch="round",
)
ceil = _step(
    "ceil",
    np.ceil,
    "x",
    "The smallest integer not below `x`",
    ("ceil(Tensor([1.5, -1.5]))", "Tensor([ 2., -1.])"),
    methods=("ceil",),
)
trunc = _step(
    "trunc",
    np.trunc,
    "x",
    "`x` without its fraction: the next integer towards 0",
    ("trunc(Tensor([1.5, -1.5]))", "Tensor([ 1., -1.])"),
    methods=("trunc",),
)


@op(
    "elementwise",
    numpy=(np.round, np.around),
    methods=("round",),
    samples=[sample((2, 3)), sample((3,), 1), sample((3,), decimals=-1)],
)
def round(x, decimals=0):
    """`x` rounded to some decimals, the even digit of two that are as near; the derivative is 0.

    >>> round(Tensor([1.26, 0.5]), 1)
    Tensor([1.3, 0.5])
    """
    return np.round(x, decimals)


round.vjp(x=no_slope)


@op(
    "elementwise",
    symbol="//",
    numpy=np.floor_divide,
    methods=("__floordiv__",),
    reflected="__rfloordiv__",
    inplace="__ifloordiv__",
    domain={"x": "real", "y": "nonzero"},
)
def floor_divide(x, y):
    """Quotient rounded down, `floor(x / y)`; the derivatives are 0 everywhere, also at the steps.

    >>> floor_divide(Tensor([7.0, -7.0]), 2.0)
    Tensor([ 3., -4.])
    """
    return x // y


floor_divide.vjp(x=no_slope, y=no_slope)


@op("elementwise", numpy=np.fix)
def fix(x):
    """`x` without its fraction, the same as `trunc`; the derivative is 0.

    >>> fix(Tensor([1.5, -1.5]))
    Tensor([ 1., -1.])
    """
    return np.trunc(x)  # np.fix is deprecated from NumPy 2.5 on


fix.vjp(x=no_slope)


isnan = _constant(
    "isnan",
    np.isnan,
    "x",
    "Whether `x` is not a number",
    ("isnan(Tensor([1.0, np.nan]))", "Tensor([False,  True])"),
)
isinf = _constant(
    "isinf",
    np.isinf,
    "x",
    "Whether `x` is infinite",
    ("isinf(Tensor([1.0, -np.inf]))", "Tensor([False,  True])"),
)
isfinite = _constant(
    "isfinite",
    np.isfinite,
    "x",
    "Whether `x` is neither infinite nor NaN",
    ("isfinite(Tensor([1.0, np.nan]))", "Tensor([ True, False])"),
)
isposinf = _constant(
    "isposinf",
    np.isposinf,
    "x",
    "Whether `x` is plus infinity",
    ("isposinf(Tensor([np.inf, -np.inf]))", "Tensor([ True, False])"),
)
isneginf = _constant(
    "isneginf",
    np.isneginf,
    "x",
    "Whether `x` is minus infinity",
    ("isneginf(Tensor([np.inf, -np.inf]))", "Tensor([False,  True])"),
)
signbit = _constant(
    "signbit",
    np.signbit,
    "x",
    "Whether the sign bit of `x` is set",
    ("signbit(Tensor([-0.0, 1.0]))", "Tensor([ True, False])"),
)


@op(
    "elementwise",
    numpy=np.heaviside,
    domain="nonzero",
    errors=[error(ValueError, r"heaviside: .*x: \(2,\).*y: \(3,\)", (2,), (3,))],
)
def heaviside(x, y):
    """Unit step: 0 where `x < 0`, 1 where `x > 0`, and `y` at 0 (the courses write 1).

    The derivative by `x` is 0 everywhere, also at the step; that by `y` is 1 at 0.

    >>> heaviside(Tensor([-2.0, 0.0, 3.0]), 1.0)
    Tensor([0., 1., 1.])
    """
    return np.heaviside(x, y)


heaviside.vjp(x=no_slope, y=lambda g, x: g * (value(x) == 0))


@op("elementwise", numpy=np.nextafter)
def nextafter(x, y):
    """The next floating number after `x` towards `y`; it moves as `x` does.

    >>> nextafter(Tensor(1.0), 2.0) > 1.0
    Tensor(True)
    """
    return np.nextafter(x, y)


nextafter.vjp(x=lambda g: g, y=no_slope)

spacing = _step(
    "spacing",
    np.spacing,
    "x",
    "The distance from `x` to the next larger number in size",
    ("spacing(Tensor(1.0))", "Tensor(2.22044605e-16)"),
    pytorch=None,
)
logical_xor = _constant(
    "logical_xor",
    np.logical_xor,
    "xy",
    "Whether exactly one is true",
    ("logical_xor(Tensor([True, False]), True)", "Tensor([False,  True])"),
)

_INTEGERS = [
    sample(np.array([12, 10, 7]), np.array([10, 6, 1])),
    sample(np.array([[3], [5]]), np.array([1, 2])),
]
_ERRORS = {
    name: [error(TypeError, f"{name}: .*float64", (2,), (2,))]
    for name in (
        "bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift", "gcd", "lcm",
    )
}  # fmt: skip

bitwise_and = _constant(
    "bitwise_and",
    np.bitwise_and,
    "xy",
    "Bits that are set in both integers",
    ("Tensor([12, 10]) & 6", "Tensor([4, 2])"),
    methods=("__and__",),
    reflected="__rand__",
    samples=_INTEGERS,
    errors=_ERRORS["bitwise_and"],
)
bitwise_or = _constant(
    "bitwise_or",
    np.bitwise_or,
    "xy",
    "Bits that are set in either integer",
    ("Tensor([12, 10]) | 6", "Tensor([14, 14])"),
    methods=("__or__",),
    reflected="__ror__",
    samples=_INTEGERS,
    errors=_ERRORS["bitwise_or"],
)
bitwise_xor = _constant(
    "bitwise_xor",
    np.bitwise_xor,
    "xy",
    "Bits that are set in exactly one of the integers",
    ("Tensor([12, 10]) ^ 6", "Tensor([10, 12])"),
    methods=("__xor__",),
    reflected="__rxor__",
    samples=_INTEGERS,
    errors=_ERRORS["bitwise_xor"],
)
invert = _constant(
    "invert",
    np.invert,
    "x",
    "The bits of integers turned round; of bool the opposite",
    ("~Tensor([5, -1])", "Tensor([-6,  0])"),
    methods=("__invert__",),
    samples=[sample(np.array([5, -1]))],
    errors=[error(TypeError, "invert: .*float64", (2,))],
    pytorch="bitwise_not",
)
bitwise_count = _constant(
    "bitwise_count",
    np.bitwise_count,
    "x",
    "How many bits of the size of an integer are set",
    ("bitwise_count(Tensor([5, -1]))", "Tensor([2, 1], dtype=uint8)"),
    samples=[sample(np.array([5, -1]))],
    errors=[error(TypeError, "bitwise_count: .*float64", (2,))],
    pytorch=None,
)
left_shift = _constant(
    "left_shift",
    np.left_shift,
    "xy",
    "Integers with their bits moved up, `x 2^y`",
    ("Tensor([1, 3]) << 2", "Tensor([ 4, 12])"),
    methods=("__lshift__",),
    reflected="__rlshift__",
    samples=_INTEGERS,
    errors=_ERRORS["left_shift"],
    pytorch="bitwise_left_shift",
)
right_shift = _constant(
    "right_shift",
    np.right_shift,
    "xy",
    "Integers with their bits moved down, `floor(x / 2^y)`",
    ("Tensor([8, -3]) >> 1", "Tensor([ 4, -2])"),
    methods=("__rshift__",),
    reflected="__rrshift__",
    samples=_INTEGERS,
    errors=_ERRORS["right_shift"],
    pytorch="bitwise_right_shift",
)
gcd = _constant(
    "gcd",
    np.gcd,
    "xy",
    "The greatest common divisor of integers",
    ("gcd(Tensor([12, 10]), 8)", "Tensor([4, 2])"),
    samples=_INTEGERS,
    errors=_ERRORS["gcd"],
)
lcm = _constant(
    "lcm",
    np.lcm,
    "xy",
    "The least common multiple of integers",
    ("lcm(Tensor([4, 6]), 6)", "Tensor([12,  6])"),
    samples=_INTEGERS,
    errors=_ERRORS["lcm"],
)
