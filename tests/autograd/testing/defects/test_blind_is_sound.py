"""Every planted defect is one, and its correct sibling is right.

Nothing here uses a gradient checker of the library: values come from the functions themselves,
derivatives from a difference formula of sixth order in float64, at points chosen to expose each
defect; what concerns memory, state, dtypes and shapes is observed directly.
"""

import numpy as np
import pytest

import autograd
import autograd.derivatives.gradients
import autograd.operation.record
from autograd import Tensor
from autograd.derivatives.forward import push_forward
from tests.autograd.testing.defects.blind import DEFECTS
from tests.autograd.testing.defects.exposing import (
    BENT_WRONG_AT,
    FAILS_AT,
    RIGHT_AT,
    WRONG_AT,
    X,
    ramp,
)
from tests.autograd.testing.defects.further import FURTHER
from tests.autograd.testing.defects.planting import DIAGNOSES, is_differentiated

ALL = (*DEFECTS, *FURTHER)
BY_NAME = {defect.name: defect for defect in ALL}
every_defect = pytest.mark.parametrize("defect", ALL, ids=list(BY_NAME))

# Sixth-order central differences: sum of weight · (f(x + k h) - f(x - k h)) / h.
STEP = 1e-3
WEIGHTS = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}


# ---------------------------------------------------------------------- both sides


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def call(function, arguments, requires_grad=False):
    """The results as a tuple of Tensors, and the Tensors that stand for the float arrays."""
    passed = [Tensor(a, requires_grad) if is_differentiated(a) else a for a in arguments]
    results = as_tuple(function(*passed))
    return results, [each for each in passed if isinstance(each, Tensor)]


def floats(arguments):
    return [each for each in arguments if is_differentiated(each)]


def cotangents_for(results):
    """Numbers of both signs that no power of two divides, one array per result."""
    return [
        np.cos(1.0 + i + np.arange(float(each.size))).reshape(each.shape)
        for i, each in enumerate(results)
    ]


def shifted(arguments, directions, distance):
    """The arguments, their float arrays moved along one direction each."""
    remaining = iter(directions)
    return [
        np.asarray(a + distance * next(remaining)) if is_differentiated(a) else a for a in arguments
    ]


def slope(value, arguments, directions):
    """Derivative of `value(arguments)`, an array, along directions of the float arguments."""
    return sum(
        weight
        * (
            value(shifted(arguments, directions, k * STEP))
            - value(shifted(arguments, directions, -k * STEP))
        )
        / STEP
        for k, weight in WEIGHTS.items()
    )


def unit_directions(arguments):
    """One set of directions per element of the float arguments, in order."""
    arrays = floats(arguments)
    for slot, array in enumerate(arrays):
        for position in range(array.size):
            directions = [np.zeros(each.shape) for each in arrays]
            directions[slot].flat[position] = 1.0
            yield directions


def contraction(function, cotangents):
    """The function `arguments -> <cotangents, function(arguments)>`, in NumPy."""

    def contract(arguments):
        results, _ = call(function, arguments)
        return sum(np.sum(c * r.data) for c, r in zip(cotangents, results, strict=True))

    return contract


def gradients(function, arguments, cotangents=None):
    """What reverse mode gives for the float arguments, and the cotangents."""
    results, tensors = call(function, arguments, requires_grad=True)
    if cotangents is None:
        cotangents = cotangents_for(results)
    given = [np.copy(each, order="K") for each in cotangents]  # a defect may write to them
    passed = autograd.grad(results, tensors, given, materialize_grads=True)
    return [each.data for each in passed], cotangents


def inner(lefts, rights):
    return sum(np.sum(left * right) for left, right in zip(lefts, rights, strict=True))


def relative(found, expected):
    """The largest difference as a share of the largest number."""
    if not len(expected):
        return 0.0
    scale = np.max(np.abs(expected)) or 1.0
    return np.max(np.abs(np.subtract(found, expected))) / scale


def first_order_error(function, arguments, cotangent=None, along_ones=False):
    """How far reverse mode is from differences, in each element or along all of them at once."""
    cotangents = None if cotangent is None else [cotangent]
    with np.errstate(over="ignore", invalid="ignore"):  # an overflow may be the defect
        found, cotangents = gradients(function, arguments, cotangents)
    chosen = (
        [[np.ones(each.shape) for each in floats(arguments)]]
        if along_ones
        else list(unit_directions(arguments))
    )
    value = contraction(function, cotangents)
    expected = [slope(value, arguments, directions) for directions in chosen]
    error = relative([inner(found, directions) for directions in chosen], expected)
    return np.inf if np.isnan(error) else error


def bent(function, arguments, create_graph=False):
    """Gradients of `<c, f> + <f, f> / 2`, whose cotangent depends on the input."""
    results, tensors = call(function, arguments, requires_grad=True)
    outputs = [
        (c * r + 0.5 * r * r).sum() for c, r in zip(cotangents_for(results), results, strict=True)
    ]
    passed = autograd.grad(outputs, tensors, create_graph=create_graph, materialize_grads=True)
    return passed, tensors


def second_order_error(function, arguments):
    """How far a Hessian-vector product is from differences of the gradient."""
    directions = cotangents_for(floats(arguments))
    passed, tensors = bent(function, arguments, create_graph=True)
    recorded = [
        (gradient * direction).sum()
        for gradient, direction in zip(passed, directions, strict=True)
        if gradient.requires_grad
    ]
    found = [np.zeros(each.shape) for each in tensors]
    if recorded:
        found = [g.data for g in autograd.grad(recorded, tensors, materialize_grads=True)]

    def flat_gradient(moved):
        return np.concatenate([each.data.ravel() for each in bent(function, moved)[0]])

    expected = slope(flat_gradient, arguments, directions)
    return relative(np.concatenate([each.ravel() for each in found]), expected)


# ---------------------------------------------------------------------- the list


def test_the_list_is_complete():
    assert len(BY_NAME) == len(ALL)
    assert len(DEFECTS) >= 36
    assert {defect.diagnosis for defect in DEFECTS} == DIAGNOSES
    assert all(defect.reason.endswith(".") for defect in ALL)
    observed = {name.removeprefix("test_") for name in globals()}
    assert set(BY_NAME) <= {*WRONG_AT, *BENT_WRONG_AT, *FAILS_AT, *observed}


@every_defect
def test_operations_stay_out_of_the_registry(defect):
    known = dict(autograd.operation.record.records)
    defect.build()
    defect.correct()
    assert autograd.operation.record.records == known


@every_defect
def test_value_is_that_of_the_sibling(defect):
    for arguments in defect.samples(20):
        wrong, _ = call(defect.build(), arguments)
        right, _ = call(defect.correct(), arguments)
        for one, other in zip(wrong, right, strict=True):
            np.testing.assert_array_equal(one.data, other.data, strict=True)


# ---------------------------------------------------------------------- defects of the gradient


@pytest.mark.parametrize("name", WRONG_AT)
def test_first_derivative_is_wrong(name):
    assert first_order_error(BY_NAME[name].build(), *WRONG_AT[name]) > 1e-8
    assert first_order_error(BY_NAME[name].correct(), *WRONG_AT[name]) < 1e-11


@pytest.mark.parametrize("name", RIGHT_AT)
def test_first_derivative_is_right_elsewhere(name):
    assert first_order_error(BY_NAME[name].build(), *RIGHT_AT[name]) < 1e-11


@pytest.mark.parametrize("name", BENT_WRONG_AT)
def test_second_derivative_is_wrong(name):
    arguments = BENT_WRONG_AT[name].arguments
    assert second_order_error(BY_NAME[name].build(), arguments) > 1e-3
    assert second_order_error(BY_NAME[name].correct(), arguments) < 1e-9


# ---------------------------------------------------------------------- defects seen directly


def both(name):
    """The defective function and the correct one, with what is to be observed of each."""
    return [(BY_NAME[name].build(), True), (BY_NAME[name].correct(), False)]


def test_one_tensor_in_two_slots():
    for function, defective in both("one_tensor_in_two_slots"):
        x = Tensor(X, requires_grad=True)
        function(x, x).sum().backward()
        assert np.allclose(x.grad.data, 2 * x.data) != defective


def test_halves_share_memory():
    for function, defective in both("halves_share_memory"):
        x, y = (Tensor(ramp(3), requires_grad=True) for _ in range(2))
        function(x, y).sum().backward()
        assert np.shares_memory(x.grad.data, y.grad.data) == defective


def test_workspace_reused():
    for function, defective in both("workspace_reused"):
        first, second = Tensor(X, requires_grad=True), Tensor([2.0, 2.5, 3.0], requires_grad=True)
        function(first).sum().backward()
        function(second).sum().backward()
        np.testing.assert_allclose(second.grad.data, np.cos(second.data))
        assert np.allclose(first.grad.data, np.cos(first.data)) != defective


def test_cotangent_multiplied_in_place():
    for function, defective in both("cotangent_multiplied_in_place"):
        cotangent = np.ones(3)
        function(Tensor(X, requires_grad=True)).backward(cotangent)
        assert np.array_equal(cotangent, np.ones(3)) != defective


def test_saved_input_centred_in_place():
    for function, defective in both("saved_input_centred_in_place"):
        x = Tensor(X, requires_grad=True)
        function(x).backward()
        assert np.array_equal(x.data, X) != defective


def test_softmax_shifts_its_input():
    for function, defective in both("softmax_shifts_its_input"):
        x = Tensor(X)
        function(x)
        assert np.array_equal(x.data, X) != defective


def test_latest_input_remembered():
    for function, defective in both("latest_input_remembered"):
        first, second = Tensor(X, requires_grad=True), Tensor([2.0, 2.5, 3.0], requires_grad=True)
        (function(first) + function(second)).sum().backward()
        np.testing.assert_allclose(second.grad.data, -np.sin(second.data))
        assert np.allclose(first.grad.data, -np.sin(first.data)) != defective


def test_gradient_remembered_by_input():
    for function, defective in both("gradient_remembered_by_input"):
        once, _ = gradients(function, [np.array(X)], [np.ones(3)])
        doubled, _ = gradients(function, [np.array(X)], [np.full(3, 2.0)])
        assert np.allclose(doubled[0], 2 * once[0]) != defective


def test_gradient_added_to_first():
    for function, defective in both("gradient_added_to_first"):
        x = Tensor(X, requires_grad=True)
        result = function(x)
        (once,) = autograd.grad(result, x, np.ones(3), retain_graph=True)
        (again,) = autograd.grad(result, x, np.ones(3))
        np.testing.assert_allclose(once.data, 2 * x.data)
        assert np.allclose(again.data, once.data) != defective


def test_saved_output_squared_in_place():
    for function, defective in both("saved_output_squared_in_place"):
        result = function(Tensor(X, requires_grad=True))
        result.backward(np.ones(3))
        assert np.array_equal(result.data, np.tanh(X)) != defective


def test_step_that_counts_its_calls():
    for function, defective in both("step_that_counts_its_calls"):
        once, _ = gradients(function, [np.array(X)], [np.ones(3)])
        again, _ = gradients(function, [np.array(X)], [np.ones(3)])
        assert np.array_equal(once[0], again[0]) != defective


def test_sum_of_float64_ones(monkeypatch):
    monkeypatch.setattr(autograd.derivatives.gradients, "strict_dtypes", True)
    (function, _), (sibling, _) = both("sum_of_float64_ones")
    x = np.array(X, np.float32)
    with pytest.raises(TypeError, match="returned dtype float64"):
        gradients(function, [x])
    assert gradients(sibling, [x])[0][0].dtype == np.float32


def test_power_of_two_leaks_float64(monkeypatch):
    monkeypatch.setattr(autograd.derivatives.gradients, "strict_dtypes", True)
    (function, _), (sibling, _) = both("power_of_two_leaks_float64")
    x = np.array(X, np.float32)
    with pytest.raises(TypeError, match="returned dtype float64"):
        gradients(function, [x])
    assert gradients(sibling, [x])[0][0].dtype == np.float32


@pytest.mark.parametrize("name", FAILS_AT)
def test_rule_fails(name):
    arguments, match = FAILS_AT[name]
    with pytest.raises(ValueError, match=match):
        gradients(BY_NAME[name].build(), arguments)
    assert first_order_error(BY_NAME[name].correct(), arguments) < 1e-11


# ---------------------------------------------------------------------- the siblings


@every_defect
def test_sibling_is_right(defect):
    """First and second order, forward mode, dtype and memory at what users typically draw."""
    function = defect.correct()
    for arguments in defect.samples(12):
        before = [np.copy(each) for each in floats(arguments)]
        assert first_order_error(function, arguments) < 1e-6
        assert second_order_error(function, arguments) < 1e-6
        found, cotangents = gradients(function, arguments)
        assert all(map(np.array_equal, before, floats(arguments)))
        assert not any(
            np.shares_memory(found[i], found[j]) for i in range(len(found)) for j in range(i)
        )

        results, tensors = call(function, arguments, requires_grad=True)
        directions = cotangents_for(tensors)
        pushed = [each.data for each in push_forward(results, tensors, directions)]
        np.testing.assert_allclose(inner(pushed, cotangents), inner(found, directions), atol=1e-9)


@every_defect
def test_sibling_keeps_float32(defect, monkeypatch):
    monkeypatch.setattr(autograd.derivatives.gradients, "strict_dtypes", True)
    function = defect.correct()
    for arguments in defect.samples(12):
        singles = [a.astype(np.float32) if is_differentiated(a) else a for a in arguments]
        results, _ = call(function, singles)
        assert {each.dtype for each in results} == {np.dtype(np.float32)}
        found, cotangents = gradients(function, singles)
        expected, _ = gradients(function, arguments, cotangents)
        for one, other in zip(found, expected, strict=True):
            assert one.dtype == np.float32
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-3)
