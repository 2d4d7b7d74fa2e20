"""Transforms: against closed forms, against one another, nested, on any argument structure."""

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, func


def cubic(x):
    return (x**3).sum()


X = np.array([0.5, -1.5, 2.0])


def test_grad_hessian_and_products_of_a_cubic():
    x, v = Tensor(X), Tensor([1.0, -2.0, 0.5])
    assert np.allclose(func.grad(cubic)(x).data, 3 * X**2)
    assert np.allclose(func.hessian(cubic)(x).data, np.diag(6 * X))
    for product in (func.hvp, func.vhp):
        (gradient,), (along,) = product(cubic, (x,), (v,))
        assert np.allclose(gradient.data, 3 * X**2)
        assert np.allclose(along.data, 6 * X * v.data)


@pytest.mark.parametrize("order", range(1, 6))
def test_both_modes_nest_to_any_order(order):
    reverse = forward = ag.tanh
    for _ in range(order):
        reverse = func.grad(reverse)

        def forward(x, inner=forward):
            return func.jvp(inner, (x,), (Tensor(1.0),))[1]

    expected = [0.41997434, -0.63970001, 0.62162668, 0.66509104, -5.55689346][order - 1]
    assert reverse(Tensor(1.0)).item() == pytest.approx(expected)
    assert forward(Tensor(1.0)).item() == pytest.approx(expected)


def test_the_jacobians_agree_with_each_other_and_mixed():
    matrix = np.arange(6.0).reshape(2, 3) / 3

    def function(x):
        return ag.sin(ag.value(matrix) @ x) * x.sum()

    x = Tensor(X)
    by_rows, by_columns = func.jacrev(function)(x), func.jacfwd(function)(x)
    assert by_rows.shape == (2, 3)
    assert np.allclose(by_rows.data, by_columns.data)
    second = [a(b(function))(x).data for a in (func.jacrev, func.jacfwd)
              for b in (func.jacrev, func.jacfwd)]  # fmt: skip
    for other in second[1:]:
        assert np.allclose(second[0], other)
    assert np.allclose(second[0], second[0].swapaxes(1, 2)), "second derivatives are symmetric"


def test_structures_go_in_and_come_out():
    def loss(parameters, data):
        hidden = ag.tanh(data["x"] @ parameters["w"][0] + parameters["w"][1])
        return (hidden * parameters["scale"]).sum()

    rng = np.random.default_rng(0)
    parameters = {"w": [rng.normal(size=(3, 2)), np.zeros(2)], "scale": np.float64(2.0)}
    value, gradients = func.value_and_grad(loss)(parameters, {"x": rng.normal(size=(4, 3))})
    assert set(gradients) == {"w", "scale"}
    assert [g.shape for g in gradients["w"]] == [(3, 2), (2,)]
    assert np.isclose(gradients["scale"].item(), value.item() / 2)


def test_several_outputs_keep_their_structure():
    def function(x):
        return {"double": 2 * x, "square": x * x}

    out, tangent = func.jvp(function, (Tensor(X),), (Tensor(np.ones(3)),))
    assert np.allclose(tangent["double"].data, 2)
    assert np.allclose(tangent["square"].data, 2 * X)
    out, pull_back = func.vjp(function, Tensor(X))
    for _ in range(2):  # as often as one likes
        (gradient,) = pull_back({"double": np.ones(3), "square": np.zeros(3)})
        assert np.allclose(gradient.data, 2)
    assert np.allclose(out["square"].data, X**2)


def test_linearize_is_linear_and_pays_the_function_once():
    calls = []

    def function(x):
        calls.append(1)
        return ag.exp(x)

    out, push = func.linearize(function, Tensor(X))
    first, second = push(Tensor([1.0, 0.0, 2.0])), push(Tensor([0.0, 3.0, 1.0]))
    assert np.allclose((first + second).data, push(Tensor([1.0, 3.0, 3.0])).data)
    assert np.allclose(out.data, np.exp(X))
    assert len(calls) == 1


def test_a_tensor_the_function_closes_over_keeps_its_gradient():
    w = Tensor(3.0, requires_grad=True)
    slope = func.grad(lambda x: w * x * x)(Tensor(2.0))
    slope.backward()
    assert w.grad.item() == 4.0


def test_plain_results_carry_no_graph():
    value, gradient = func.value_and_grad(cubic)(Tensor(X))
    assert not value.requires_grad
    assert not gradient.requires_grad
    x = Tensor(X, requires_grad=True)
    assert func.grad(cubic)(x).requires_grad
    assert x.grad is None


def test_transforms_work_under_no_grad():
    with ag.no_grad():
        assert np.allclose(func.grad(cubic)(Tensor(X)).data, 3 * X**2)


def test_argnums_choose_and_count_from_the_end():
    def function(a, b):
        return (a * b).sum()

    assert np.allclose(func.grad(function, -1)(X, 2 * X).data, X)
    both = func.grad(function, (0, 1))(X, 2 * X)
    assert np.allclose(both[0].data, 2 * X)
    jacobians = func.jacrev(lambda a, b: a * b, (0, 1))(X, 2 * X)
    assert [j.shape for j in jacobians] == [(3, 3), (3, 3)]


def test_an_input_without_influence_gets_zeros():
    assert np.array_equal(func.grad(lambda x: Tensor(1.0, requires_grad=True))(X).data, np.zeros(3))
    assert np.array_equal(func.jvp(lambda x: Tensor([1.0]), (X,), (X,))[1].data, [0.0])


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: func.grad(lambda x: x * 2)(X), ValueError, r"grad: .*one element.*\(3,\)"),
        (lambda: func.grad(cubic)(np.array([1, 2])), TypeError, r"grad: only floating.*int64"),
        (lambda: func.grad(cubic, 3)(X), ValueError, "argnums names argument 3, but 1 were given"),
        (lambda: func.vjp(lambda x: 3.0, X), TypeError, "vjp: the function must return Tensors"),
        (
            lambda: func.vjp(lambda x: (x, x), X)[1](X),
            ValueError,
            "vjp: 2 outputs but 1 cotangents",
        ),
        (lambda: func.jvp(cubic, (X,), (X, X)), ValueError, "jvp: 1 inputs but 2 tangents"),
        (lambda: func.jvp(cubic, (X,), (X[:2],)), ValueError, r"tangent 0 has shape \(2,\)"),
        (lambda: func.grad(cubic)("abc"), TypeError, "grad: expected numbers, got str"),
    ],
)
def test_bad_calls_say_what_came(call, error, match):
    with pytest.raises(error, match=match):
        call()
