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
            "vjp: cotangents: expected a tuple of 2, got ndarray",
        ),
        (
            lambda: func.vjp(lambda x: {"a": x, "b": [x]}, X)[1]({"a": X, "b": [X, X]}),
            ValueError,
            r"vjp: cotangents\['b'\]: expected a list of 1, got 2",
        ),
        (
            lambda: func.vjp(lambda x: {"a": x}, X)[1]({"c": X}),
            ValueError,
            r"vjp: cotangents: expected a dict of \['a'\], got \['c'\]",
        ),
        (
            lambda: func.vjp(lambda x: (x, None), X)[1]((X, X)),
            ValueError,
            r"vjp: cotangents\[1\]: expected None, got ndarray",
        ),
        (lambda: func.vjp(cubic, X)[1](X), ValueError, r"vjp: cotangent 0 has shape \(3,\)"),
        (
            lambda: func.jvp(cubic, (X,), (X, X)),
            ValueError,
            "jvp: tangents: expected a list of 1, got 2",
        ),
        (
            lambda: func.jvp(cubic, (X,), (None,)),
            ValueError,
            r"jvp: tangents\[0\]: expected a Tensor, got NoneType",
        ),
        (lambda: func.jvp(cubic, X, X), TypeError, r"jvp: primals must be a tuple, .*\(3,\)"),
        (lambda: func.grad(cubic, (0, -1))(X), ValueError, "names an argument twice"),
        (lambda: func.grad(Tensor(X)), TypeError, "grad: expected a function, got .*autograd.grad"),
        (lambda: func.jacrev(X), TypeError, "jacrev: expected a function"),
        (lambda: func.grad(lambda x: None)(X), TypeError, "got NoneType; .* a missing return"),
        (lambda: func.grad(lambda x: (x.sum(), 1))(X), TypeError, "pass has_aux=True"),
        (
            lambda: func.jacfwd(lambda x: x, has_aux=True)(X),
            TypeError,
            "jacfwd: with has_aux=True the function must return a pair",
        ),
        (lambda: func.jvp(cubic, (X,), (X[:2],)), ValueError, r"tangent 0 has shape \(2,\)"),
        (lambda: func.grad(cubic)("abc"), TypeError, "grad: expected numbers, got str"),
    ],
)
def test_bad_calls_say_what_came(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_what_is_returned_besides_comes_along():
    def function(x):
        return (x**3).sum(), {"double": 2 * x, "note": "as it is"}

    gradient, aux = func.grad(function, has_aux=True)(Tensor(X))
    assert np.allclose(gradient.data, 3 * X**2)
    assert np.allclose(aux["double"].data, 2 * X)
    assert aux["note"] == "as it is"
    assert not aux["double"].requires_grad
    (value, aux), _ = func.value_and_grad(function, has_aux=True)(X)
    assert np.isclose(value.item(), (X**3).sum())
    for jacobian in (func.jacrev, func.jacfwd):
        found, aux = jacobian(lambda x: (x * x, x), has_aux=True)(X)
        assert np.allclose(found.data, np.diag(2 * X))
        assert np.allclose(aux.data, X)
    _, pull_back, aux = func.vjp(lambda x: (x * x, "aux"), X, has_aux=True)
    assert aux == "aux"
    assert np.allclose(pull_back(np.ones(3))[0].data, 2 * X)


def test_none_is_nothing_to_differentiate():
    def function(parameters):
        assert parameters["bias"] is None
        return {"out": parameters["w"] * 2, "state": None}

    gradient = func.grad(lambda p: function(p)["out"].sum())({"w": X, "bias": None})
    assert gradient["bias"] is None
    assert np.allclose(gradient["w"].data, 2)
    found = func.jacrev(lambda x: function({"w": x, "bias": None}))(X)
    assert found["state"] is None
    assert np.allclose(found["out"].data, 2 * np.eye(3))
    out, tangent = func.jvp(lambda x: (x, None), (X,), (X,))
    assert (out[1], tangent[1]) == (None, None)


def test_dicts_are_matched_by_key():
    """Not by the order in which they were written, which a sum of both would not show."""
    _, pull_back = func.vjp(lambda x: {"one": x, "ten": 10 * x}, X)
    (found,) = pull_back({"ten": np.zeros(3), "one": np.ones(3)})
    assert np.allclose(found.data, 1)
    primals = {"a": X, "b": 2 * X}
    _, tangent = func.jvp(
        lambda p: p["a"] * p["b"], (primals,), ({"b": np.zeros(3), "a": np.ones(3)},)
    )
    assert np.allclose(tangent.data, 2 * X)


def test_forward_over_reverse_over_forward():
    ones = np.ones(3)

    def along(x):
        return func.jvp(lambda y: (y**4).sum(), (x,), (ones,))[1]

    _, tangent = func.jvp(func.grad(along), (X,), (ones,))
    assert np.allclose(tangent.data, 24 * X)


def test_writing_in_place_inside():
    def function(x):
        y = x * 1.0
        y[0] = 5.0
        y *= 2
        return (y * y).sum()

    assert np.allclose(func.grad(function)(X).data, [0.0, 8 * X[1], 8 * X[2]])
    assert np.allclose(func.hessian(function)(X).data, np.diag([0.0, 8.0, 8.0]))
    assert np.isclose(func.jvp(function, (X,), (np.ones(3),))[1].item(), 8 * (X[1] + X[2]))


def test_hessian_of_a_dict_of_parameters():
    def loss(p):
        return (p["w"] ** 2 * p["b"]).sum()

    found = func.hessian(loss)({"w": X, "b": np.float64(3.0)})
    assert np.allclose(found["w"]["w"].data, 6 * np.eye(3))
    assert np.allclose(found["w"]["b"].data, 2 * X)
    assert np.allclose(found["b"]["w"].data, 2 * X)
    assert found["b"]["b"].item() == 0


def test_integer_arguments_may_stand_beside():
    rows = np.array([0, 0, 2])
    found = func.grad(lambda x, index: x[index].sum())(X, rows)
    assert np.array_equal(found.data, [2.0, 0.0, 1.0])


class TestComplex:
    """The conventions of Jacobians and Hessians where numbers are complex."""

    Z = np.array([0.3 + 0.4j, -1.2 + 0.5j])

    @staticmethod
    def holomorphic(z):
        return ag.exp(z[0] * z) + z[1] * z * z

    def expected(self, z):
        """The complex derivatives, by differences along the real axis."""
        columns = []
        for k in range(2):
            ends = []
            for side in (1e-6, -1e-6):
                moved = z.copy()
                moved[k] += side
                ends.append(self.holomorphic(Tensor(moved)).data)
            columns.append((ends[0] - ends[1]) / 2e-6)
        return np.stack(columns, axis=-1)

    def test_holomorphic_jacobians_agree(self) -> None:
        expected = self.expected(self.Z)
        for jacobian in (func.jacrev, func.jacfwd):
            found = jacobian(self.holomorphic, holomorphic=True)(Tensor(self.Z))
            np.testing.assert_allclose(found.data, expected, rtol=1e-8)

    def test_holomorphic_hessian(self) -> None:
        found = func.hessian(lambda z: z[0] ** 3 * z[1], holomorphic=True)(Tensor(self.Z))
        z, w = self.Z
        np.testing.assert_allclose(found.data, [[6 * z * w, 3 * z**2], [3 * z**2, 0]], rtol=1e-12)

    def test_a_real_result_of_complex_arguments(self) -> None:
        found = func.jacrev(lambda z: ag.abs(z) ** 2)(Tensor(self.Z))
        np.testing.assert_allclose(found.data, np.diag(2 * self.Z), rtol=1e-12)

    def test_a_complex_result_of_real_arguments(self) -> None:
        x = np.array([0.5, 2.0])
        found = func.jacfwd(lambda x: ag.exp(1j * x))(Tensor(x))
        np.testing.assert_allclose(found.data, np.diag(1j * np.exp(1j * x)), rtol=1e-12)

    @pytest.mark.parametrize(
        ("call", "match"),
        [
            (lambda z: func.jacrev(lambda z: z * z)(z), "jacrev: a complex result"),
            (lambda z: func.jacrev(lambda x: 1j * x)(z.real), "jacrev: a complex result"),
            (lambda z: func.jacfwd(lambda z: z * z)(z), "jacfwd: a complex argument"),
            (lambda z: func.hessian(lambda z: (abs(z) ** 2).sum())(z), "a complex argument"),
            (lambda z: func.jacrev(lambda x: x, holomorphic=True)(z.real), "every result must be"),
            (lambda z: func.jacrev(lambda x: 1j * x, holomorphic=True)(z.real), "every argument"),
            (lambda z: func.jacfwd(lambda x: x, holomorphic=True)(z.real), "every argument must"),
            (lambda z: func.jacfwd(lambda z: abs(z), holomorphic=True)(z), "every result must be"),
        ],
    )
    def test_others_are_refused(self, call, match) -> None:
        with pytest.raises(TypeError, match=match):
            call(Tensor(self.Z))
