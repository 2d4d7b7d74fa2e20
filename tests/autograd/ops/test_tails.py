"""Far from 0 and at NaN: float32 gives the slopes that float64 has, and no mask hides a NaN."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate

import autograd
from autograd import Tensor
from autograd.operation.record import records
from autograd.testing.samples import bound_samples
from tests.all_cases import all_cases

# NaN and sums over all pairs are what these are about.
pytestmark = pytest.mark.filterwarnings("ignore::autograd.TrapWarning")

GRID = np.concatenate(
    [np.linspace(-120, 120, 2401), *(sign * np.logspace(-20, 20, 161) for sign in (-1, 1))]
).astype(np.float32)

# Formulas of the result, as PyTorch has them: exact to the precision of 1, not of the slope.
TO_THE_PRECISION_OF_ONE = {"tanh", "sigmoid", "gelu", "tanhshrink", "mish"}
# Periodic in π, which float32 does not have; steps; or at the end of the range itself.
NOT_COMPARED = {"sinc", "sinc_derivative", "spacing", "nextafter", "i0", "i1", "sin", "cos", "tan"}
STEPS = {
    "ceil", "fix", "floor", "floor_divide", "heaviside", "nextafter", "rint", "round", "sign",
    "spacing", "trunc",
}  # fmt: skip

ELEMENTWISE = [
    op for op in records.values() if op.module.startswith("autograd.") and op.kind == "elementwise"
]
UNARY = [op for op in ELEMENTWISE if len(op.arguments) == 1 and not op.required - set(op.arguments)]


def slopes(op, dtype):
    x = Tensor(GRID.astype(dtype), requires_grad=True)
    with np.errstate(all="ignore"):
        out = op.function(x)
        out.sum().backward()
    return out.data.astype(float), x.grad.data.astype(float)


@pytest.mark.parametrize("op", UNARY, ids=lambda op: op.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # outside of the domain
def test_float32_has_the_slopes_of_float64(op) -> None:
    if op.name in NOT_COMPARED:
        return
    single, double = slopes(op, np.float32), slopes(op, np.float64)
    for found, expected in zip(single, double, strict=True):
        known = np.isfinite(expected) & (np.abs(expected) > 1e-35) & (np.abs(expected) < 1e37)
        scale = 1e-7 if op.name in TO_THE_PRECISION_OF_ONE else 0.0
        np.testing.assert_allclose(found[known], expected[known], rtol=1e-4, atol=4 * scale)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("elu", -20.0, np.exp(-20.0)),
        ("celu", -20.0, np.exp(-20.0)),
        ("selu", -20.0, 1.0507009873554805 * 1.6732632423543772 * np.exp(-20.0)),
        ("elu", -80.0, np.exp(-80.0)),
        ("arcsinh", 1e25, 1e-25),
    ],
)
def test_slopes_far_out(name, x, expected) -> None:
    for dtype in (np.float32, np.float64):
        leaf = Tensor(np.array([x], dtype), requires_grad=True)
        getattr(autograd, name)(leaf).sum().backward()
        np.testing.assert_allclose(leaf.grad.data, [expected], rtol=1e-5)


@pytest.mark.parametrize("x", [2.0, 5.0, 6.5, 12.0, 29.0, 31.0, 40.0, 300.0])
def test_slope_of_erfcx(x) -> None:
    """The derivative of `2/√π ∫ e^(-t² - 2xt) dt`, an integral of numbers of one sign."""
    integral, _ = scipy.integrate.quad(
        lambda t: t * np.exp(-t * t - 2 * x * t), 0, 40 / x, epsabs=0, epsrel=1e-12
    )
    for dtype, share in ((np.float32, 2e-5), (np.float64, 1e-11)):
        leaf = Tensor(np.array([x], dtype), requires_grad=True)
        autograd.erfcx(leaf).sum().backward()
        np.testing.assert_allclose(leaf.grad.data, [-4 / np.pi**0.5 * integral], rtol=share)


def test_second_derivatives_far_out() -> None:
    for dtype in (np.float32, np.float64):
        found = autograd.func.grad(autograd.func.grad(autograd.erfcx))(Tensor(dtype(40.0)))
        assert found.item() == pytest.approx(1.7598e-5, rel=1e-3)
        found = autograd.func.grad(autograd.func.grad(autograd.elu))(Tensor(dtype(-20.0)))
        assert found.item() == pytest.approx(np.exp(-20.0), rel=1e-5)


def nan_cases():
    for op in ELEMENTWISE:
        if op.name in STEPS:
            continue
        for position, bound in enumerate(bound_samples(op)):
            for slot, x in enumerate(bound.arrays):
                if x.dtype.kind == "f" and x.size and not op.without_rule >> bound.slots[slot] & 1:
                    yield pytest.param(op, bound, slot, id=f"{op.name}-{position}-{slot}")


@all_cases("op, bound, slot", list(nan_cases()))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nan_is_not_hidden_behind_a_slope_of_zero(op, bound, slot) -> None:
    arrays = [each.copy() for each in bound.arrays]
    arrays[slot].flat[0] = np.nan
    tensors = [Tensor(each, requires_grad=i == slot) for i, each in enumerate(arrays)]
    out = bound.function()(*tensors)
    if not np.isnan(out.data).any():
        return  # such as of fmax, which takes the other one
    out.sum().backward()
    assert tensors[slot].grad.data.flat[0] != 0


@pytest.mark.parametrize("axis", [1, None])
def test_the_nan_of_an_order_statistic_gets_its_gradient(axis) -> None:
    x = Tensor([[1.0, np.nan, 3.0], [1.0, 2.0, 5.0]], requires_grad=True)
    out = autograd.quantile(x, [0.5, 1.0], axis=axis)
    np.testing.assert_array_equal(out.data, np.quantile(x.data, [0.5, 1.0], axis=axis))
    out.sum().backward()
    expected = [[0, 2, 0], [0, 1, 1]] if axis else [[0, 2, 0], [0, 0, 0]]
    np.testing.assert_array_equal(x.grad.data, expected)
    x = Tensor(np.nan, requires_grad=True)
    autograd.median(x).backward()
    assert x.grad.item() == 1.0


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_nan_of_an_extreme_gets_its_gradient(name) -> None:
    x = Tensor([[1.0, np.nan, 3.0], [1.0, 1.0, 1.0]], requires_grad=True)
    out = getattr(autograd, name)(x, axis=1)
    out.sum().backward()
    np.testing.assert_allclose(x.grad.data, [[0, 1, 0], [1 / 3, 1 / 3, 1 / 3]])
