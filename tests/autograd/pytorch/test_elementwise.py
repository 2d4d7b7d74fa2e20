"""Functions of single elements against PyTorch's, over shapes, dtypes and special points.

What differs by decision is in `test_differences.py`.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import Tensor  # noqa: E402
from autograd.testing.samples import draw  # noqa: E402
from tests.autograd.pytorch.compare import assert_same  # noqa: E402

# The name, which is PyTorch's too, and the domains.
UNARY = [
    ("exp2", "real"),
    ("expm1", "real"),
    ("log1p", "positive"),
    ("log2", "positive"),
    ("log10", "positive"),
    ("rsqrt", "positive"),
    ("tan", "unit"),
    ("arcsin", "unit"),
    ("arccos", "unit"),
    ("arctan", "real"),
    ("sinh", "real"),
    ("cosh", "real"),
    ("arcsinh", "real"),
    ("arccosh", "greater_than_one"),
    ("arctanh", "unit"),
    ("deg2rad", "real"),
    ("rad2deg", "real"),
    ("sinc", "real"),
    ("nan_to_num", "real"),
    ("abs", "nonzero"),
    ("cos", "real"),
    ("exp", "real"),
    ("log", "positive"),
    ("negative", "real"),
    ("reciprocal", "nonzero"),
    ("relu", "nonzero"),
    ("sigmoid", "real"),
    ("sin", "real"),
    ("sqrt", "positive"),
    ("square", "real"),
    ("tanh", "real"),
]
# The same functions of PyTorch's other modules.
SPECIAL = [
    ("bessel_i", "real"),
    ("digamma", "positive"),
    ("entr", "positive"),
    ("erf", "real"),
    ("erfc", "real"),
    ("erfcx", "real"),
    ("erfinv", "unit"),
    ("expit", "real"),
    ("gammaln", "positive"),
    ("i0", "real"),
    ("i1", "real"),
    ("log_ndtr", "real"),
    ("logit", "probability"),
    ("ndtr", "real"),
]
ACTIVATIONS = {
    "celu": [(), (0.5,)],
    "elu": [(), (0.5,)],
    "gelu": [()],
    "glu": [()],
    "hardshrink": [(), (0.3,)],
    "hardsigmoid": [()],
    "hardswish": [()],
    "hardtanh": [(), (-0.5, 0.75)],
    "leaky_relu": [(), (0.2,)],
    "log_sigmoid": [()],
    "mish": [()],
    "relu6": [()],
    "selu": [()],
    "silu": [()],
    "softplus": [(), (2.0, 3.0)],
    "softshrink": [(), (0.3,)],
    "softsign": [()],
    "tanhshrink": [()],
    "threshold": [(0.1, 20.0)],
}
BINARY = [
    ("logaddexp", "real", "real"),
    ("logaddexp2", "real", "real"),
    ("xlogy", "real", "positive"),
    ("hypot", "nonzero", "nonzero"),
    ("arctan2", "nonzero", "nonzero"),
    ("fmax", "real", "real"),
    ("fmin", "real", "real"),
    ("fmod", "nonzero", "positive"),
    ("copysign", "nonzero", "nonzero"),
]
# PyTorch has fewer digits of the trigamma function, and a float32 sixth in hardsigmoid.
DIGITS = defaultdict(lambda: 1e-11, digamma=1e-9, hardsigmoid=1e-7)
SHAPES = [((), ()), ((3,), (3,)), ((2, 3), (3,)), ((3, 1), (2, 1, 4)), ((0, 2), (2,))]
DTYPES = [(np.float64, 1e-12), (np.float32, 2e-6)]


def _drawn(domain, shape, dtype, seed):
    rng = np.random.default_rng(seed)
    return draw(domain, shape, rng).astype(dtype)


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize(("name", "domain"), UNARY)
def test_unary(name, domain, dtype, precision):
    for shape in ((), (4,), (2, 3), (2, 0)):
        x = _drawn(domain, shape, dtype, 0)
        assert_same(getattr(autograd, name), getattr(torch, name), [x], precision)


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize(("name", "first", "second"), BINARY)
def test_binary(name, first, second, dtype, precision):
    for shape_x, shape_y in SHAPES:
        arrays = [_drawn(first, shape_x, dtype, 0), _drawn(second, shape_y, dtype, 1)]
        assert_same(getattr(autograd, name), getattr(torch, name), arrays, precision)


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize(("name", "domain"), SPECIAL)
def test_special(name, domain, dtype, precision):
    if name == "bessel_i":  # PyTorch has the orders 0 and 1 only
        ours, theirs = (lambda x: autograd.bessel_i(x, 1)), torch.special.i1
    else:
        ours, theirs = getattr(autograd, name), getattr(torch.special, name)
    for shape in ((), (4,), (2, 3), (2, 0)):
        assert_same(ours, theirs, [_drawn(domain, shape, dtype, 0)], max(precision, DIGITS[name]))


@pytest.mark.parametrize("n", [0, 1, 3])
def test_polygamma(n):
    x = _drawn("positive", (2, 3), np.float64, 0)
    assert_same(
        lambda x: autograd.ops.digamma_derivative(x, n),
        lambda x: torch.polygamma(n, x),
        [x],
        DIGITS["digamma"],
    )


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, dtype, precision):
    theirs = getattr(torch.nn.functional, {"log_sigmoid": "logsigmoid"}.get(name, name))
    for arguments in ACTIVATIONS[name]:
        for scale in (1.0, 4.0, 30.0):
            for shape in ((2, 4), (6,)):
                x = (scale * _drawn("real", shape, np.float64, 0)).astype(dtype)
                assert_same(
                    lambda x, a=arguments: getattr(autograd, name)(x, *a),
                    lambda x, a=arguments: theirs(x, *a),
                    [x],
                    max(5 * precision, DIGITS[name]),
                )


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
def test_activations_of_several_arguments(dtype, precision):
    x = _drawn("real", (2, 3), dtype, 0)
    assert_same(
        lambda x: autograd.gelu(x, "tanh"),
        lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
        [x],
        precision,
    )
    slope = _drawn("real", (1,), dtype, 1)
    assert_same(autograd.prelu, torch.nn.functional.prelu, [x, slope], precision)


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize(
    "name", ["add", "subtract", "mul", "divide", "power", "maximum", "minimum", "remainder"]
)
def test_arithmetic(name, dtype, precision):
    for shape_x, shape_y in SHAPES:
        arrays = [_drawn("positive", shape, dtype, i) for i, shape in enumerate((shape_x, shape_y))]
        their_name = {"power": "pow"}.get(name, name)
        assert_same(getattr(autograd, name), getattr(torch, their_name), arrays, precision)


def test_cbrt():
    x = _drawn("nonzero", (2, 3), np.float64, 0)
    assert_same(autograd.cbrt, lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3), [x])


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
def test_lerp(dtype, precision):
    for shapes in (((2, 3), (3,), (2, 1)), ((), (), ()), ((4,), (4,), ())):
        arrays = [_drawn("real", shape, dtype, i) for i, shape in enumerate(shapes)]
        assert_same(autograd.lerp, torch.lerp, arrays, precision)


@pytest.mark.parametrize(
    "name", ["ceil", "floor", "trunc", "round", "isnan", "isinf", "isfinite", "isposinf",
             "isneginf", "signbit"],
)  # fmt: skip
def test_without_derivative(name):
    x = np.array([-2.5, -0.5, -0.0, 0.5, 1.5, np.inf, -np.inf, np.nan])
    ours = getattr(autograd, name)(Tensor(x)).data
    np.testing.assert_array_equal(ours, getattr(torch, name)(torch.tensor(x)).numpy())


@pytest.mark.parametrize("name", ["gcd", "lcm", "bitwise_and", "bitwise_or", "bitwise_xor"])
def test_integers(name):
    x, y = np.arange(1, 9), np.array([6])
    ours = getattr(autograd, name)(Tensor(x), y).data
    np.testing.assert_array_equal(ours, getattr(torch, name)(torch.tensor(x), torch.tensor(y)))


def test_frexp_and_ldexp():
    x = _drawn("nonzero", (2, 3), np.float64, 0)
    exponents = np.array([[1, 0, 2], [3, 5, 2]])  # PyTorch's gradient for negative ones is 0
    assert_same(autograd.ldexp, torch.ldexp, [x, exponents])
    assert_same(lambda x: autograd.frexp(x), lambda x: tuple(torch.frexp(x)), [x])


# The same at these points as in PyTorch.
POINTS = [
    ("xlogy", [0.0, 2.0]),
    ("arctan2", [0.0, -1.0]),
    ("copysign", [0.0, -1.0]),
    ("logaddexp", [1000.0, -1000.0]),
    ("logaddexp", [np.inf, 1.0]),
    ("rsqrt", [4.0]),
    ("sinc", [0.0]),
    ("nan_to_num", [np.nan]),
]


@pytest.mark.parametrize(("name", "point"), POINTS)
def test_special_points(name, point):
    assert_same(getattr(autograd, name), getattr(torch, name), [np.array(x) for x in point])
