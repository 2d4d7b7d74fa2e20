"""Derivatives of functions under the names and conventions of HIPS autograd."""

import numpy
import pytest

import autograd
import autograd.numpy as np
from autograd import func
from autograd.differential_operators import __all__ as OPERATORS
from autograd.hips.spaces import vspace
from autograd.test_util import check_grads
from autograd.tracer import isbox

RNG = numpy.random.default_rng(0)
MATRIX = RNG.normal(size=(3, 4))
VECTOR = RNG.normal(size=4)


def curve(x):
    return np.tanh(np.dot(MATRIX, x))


def bowl(x):
    return np.sum(np.sin(x) ** 2 * x)


def test_the_names_are_reached_and_not_listed():
    for name in OPERATORS:
        if name != "make_jvp_reversemode":
            assert callable(getattr(autograd, name)), name
    assert not set(OPERATORS) - {"grad", "checkpoint"} & set(dir(autograd))
    assert autograd.numpy is np


@pytest.mark.parametrize("x", [0.7, VECTOR, numpy.float32(0.7), numpy.ones((2, 0)), 3])
def test_results_are_arrays_and_numbers(x):
    found = autograd.grad(bowl)(x)
    assert not isbox(found)
    assert numpy.shape(found) == numpy.shape(x)
    numpy.testing.assert_allclose(found, func.grad(bowl)(autograd.Tensor(1.0 * x)).numpy())
    value, again = autograd.value_and_grad(bowl)(x)
    assert value == pytest.approx(bowl(x))
    numpy.testing.assert_array_equal(again, found)


def test_grad_tells_tensors_from_functions():
    x = autograd.Tensor(3.0, requires_grad=True)
    (of_tensors,) = autograd.grad(x**2, x)
    assert of_tensors.item() == autograd.grad(lambda x: x**2)(3.0) == 6.0
    assert autograd.grad(lambda x, y: x * y**2, 1)(2.0, 3.0) == 12.0
    assert autograd.grad(lambda x, y: x * y**2, argnum=[1, 0])(2.0, 3.0) == (12.0, 9.0)


@pytest.mark.parametrize(
    "tree",
    [
        [1.0, numpy.ones(2)],
        (numpy.ones((2, 1)), {"a": 2.0, "b": [3.0]}),
        {"w": VECTOR, "none": None},
        [],
    ],
)
def test_trees(tree):
    def total(tree):
        leaves = [tree] if not isinstance(tree, (list, tuple, dict)) else None
        if leaves is None:
            parts = tree.values() if isinstance(tree, dict) else tree
            return sum((total(part) for part in parts if part is not None), 0.0)
        return np.sum(leaves[0] ** 2)

    found = autograd.grad(lambda x, tree: total(tree) + 0 * x, argnum=(1, 0))(1.0, tree)[0]
    space = vspace(tree)
    assert vspace(found) == space
    assert space.inner_prod(found, found) == pytest.approx(4 * space.inner_prod(tree, tree))


def test_transforms_nest_and_reach_outside():
    assert autograd.grad(autograd.grad(lambda x: x**3))(2.0) == 12.0
    assert autograd.grad(lambda x: x * autograd.grad(lambda y: x * y**2)(3.0))(2.0) == 24.0
    assert autograd.deriv(autograd.grad(lambda x: x**4))(2.0) == 48.0
    w = autograd.Tensor(2.0, requires_grad=True)
    autograd.grad(lambda x: w * x**2)(3.0).backward()
    assert w.grad is not None
    assert w.grad.item() == 6.0


def test_jacobians_and_hessians_agree_with_func():
    x = VECTOR
    numpy.testing.assert_allclose(autograd.jacobian(curve)(x), func.jacrev(curve)(x))
    numpy.testing.assert_allclose(autograd.hessian(bowl)(x), func.hessian(bowl)(x), atol=1e-14)
    v = RNG.normal(size=4)
    product = func.hessian(bowl)(x) @ v
    numpy.testing.assert_allclose(autograd.make_hvp(bowl)(x)[0](v), product)
    numpy.testing.assert_allclose(autograd.hessian_vector_product(bowl)(x, v), product)
    jacobian = func.jacrev(curve)(x)
    numpy.testing.assert_allclose(autograd.make_jvp(curve)(x)(v)[1], jacobian @ v)
    u = RNG.normal(size=3)
    numpy.testing.assert_allclose(autograd.vector_jacobian_product(curve)(x, u), u @ jacobian)
    numpy.testing.assert_allclose(autograd.make_vjp(curve)(x)[0](u), u @ jacobian)
    numpy.testing.assert_allclose(autograd.make_ggnvp(curve)(x)(v), jacobian.T @ (jacobian @ v))
    weights = numpy.array([1.0, 2.0, 3.0])
    curved = autograd.make_ggnvp(curve, lambda y: 0.5 * np.sum(weights * y**2))(x)(v)
    numpy.testing.assert_allclose(curved, jacobian.T @ (weights * (jacobian @ v)))
    numpy.testing.assert_allclose(autograd.elementwise_grad(np.sin)(x), numpy.cos(x))
    gradient, aux = autograd.grad_and_aux(lambda x: (bowl(x), 2 * x))(x)
    numpy.testing.assert_allclose(gradient, func.grad(bowl)(x))
    numpy.testing.assert_array_equal(aux, 2 * x)


def test_gradients_of_complex_arguments_are_conjugates_of_funcs():
    z = numpy.array([1 + 2j, -0.5 + 0.3j])

    def real_result(z):
        return np.sum(np.abs(z) ** 2 + np.real(z**3))

    numpy.testing.assert_allclose(
        autograd.grad(real_result)(z), numpy.conj(func.grad(real_result)(z))
    )
    assert autograd.grad(lambda z: np.real(z**2))(1 + 1j) == 2 * (1 + 1j)
    assert autograd.holomorphic_grad(lambda z: z**2)(1 + 1j) == 2 + 2j
    check_grads(real_result)(z)
    pull, _ = autograd.make_vjp(lambda z: z**2)(1 + 2j)
    assert pull(1j) == 1j * 2 * (1 + 2j)


def test_arguments_by_name():
    def weighted(x, y=2.0, *rest, scale=1.0):
        return scale * x * y**2 + sum(rest, 0.0)

    assert autograd.grad_named(weighted, "y")(3.0, 2.0) == 12.0
    assert autograd.multigrad_dict(weighted)(3.0, scale=2.0) == {
        "x": 8.0, "y": 24.0, "rest": (), "scale": 12.0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="grad_named: no argument 'z'; there are x, y"):
        autograd.grad_named(weighted, "z")


def test_checkpointed_functions_are_computed_again():
    runs = []

    def cube(x):
        runs.append(1)
        return x**3

    again = autograd.checkpoint(cube)
    assert again(2.0) == 8.0
    assert autograd.grad(again)(2.0) == 12.0
    assert autograd.grad(autograd.grad(again))(2.0) == 12.0
    assert len(runs) > 3


def test_errors_say_what_came():
    with pytest.raises(TypeError, match="grad: only functions with one real number .* got .* of 4"):
        autograd.grad(lambda x: x)(VECTOR)
    with pytest.raises(TypeError, match="got a result of 2 real numbers"):
        autograd.grad(lambda x: x * 1j)(1.0)
    with pytest.raises(TypeError, match="elementwise_grad: the result must be real"):
        autograd.elementwise_grad(lambda x: x * 1j)(1.0)
    with pytest.raises(TypeError, match="argnum=1 names argument 1, but 1 were given"):
        autograd.grad(bowl, 1)(1.0)
    with pytest.raises(TypeError, match="argnum is the position of an argument"):
        autograd.grad(bowl, "x")
    with pytest.warns(UserWarning, match="seems independent"):
        assert autograd.grad(lambda x: 1.0)(1.0) == 0.0
    with pytest.warns(UserWarning, match="the argument is real"):
        assert autograd.holomorphic_grad(lambda x: x**2)(3.0) == 6.0
