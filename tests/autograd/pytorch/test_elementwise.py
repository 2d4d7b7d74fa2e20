"""Functions of single elements against PyTorch's, over shapes, dtypes and special points.

What differs by decision is in `DIFFERENT`, with PyTorch's derivative and ours.
"""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import Tensor, grad  # noqa: E402
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
]
BINARY = [
    ("logaddexp", "real", "real"),
    ("logaddexp2", "real", "real"),
    ("xlogy", "real", "positive"),
    ("hypot", "nonzero", "nonzero"),
    ("arctan2", "nonzero", "nonzero"),
    ("fmax", "distinct", "distinct"),
    ("fmin", "distinct", "distinct"),
    ("fmod", "nonzero", "positive"),
    ("copysign", "nonzero", "nonzero"),
]
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
    ("fmax", [1.0, 1.0]),
    ("fmin", [1.0, 1.0]),
    ("fmax", [1.0, np.nan]),
    ("fmin", [np.nan, 1.0]),
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


# A point, PyTorch's gradient and ours.
DIFFERENT = [
    ("hypot", [0.0, 0.0], [np.nan, np.nan], [0.0, 0.0]),
    ("xlogy", [0.0, 0.0], [0.0, np.nan], [0.0, 0.0]),
    ("expm1", [-50.0], [0.0], [np.exp(-50.0)]),
]


@pytest.mark.parametrize(("name", "point", "theirs", "ours"), DIFFERENT)
def test_different_by_decision(name, point, theirs, ours):
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
    getattr(torch, name)(*tensors).backward()
    np.testing.assert_array_equal([t.grad.item() for t in tensors], theirs)
    leaves = [Tensor(x, requires_grad=True) for x in point]
    found = grad(getattr(autograd, name)(*leaves), leaves)
    np.testing.assert_allclose([g.item() for g in found], ours, rtol=1e-14)
