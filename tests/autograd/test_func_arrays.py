"""Transforms: arrays in, arrays out; and what SciPy does with them."""

import numpy as np
import pytest
from scipy import optimize
from scipy.integrate import solve_ivp

import autograd
from autograd import Tensor, func

X = np.array([0.5, -1.0, 2.0])


def number(x):
    return (autograd.sin(x) * x).sum()


def row(x):
    return autograd.tanh(x) * x


# Name: what is called with the point, in arrays or Tensors alike.
TRANSFORMS = {
    "grad": func.grad(number),
    "value_and_grad": func.value_and_grad(number),
    "jacrev": func.jacrev(row),
    "jacfwd": func.jacfwd(row),
    "hessian": func.hessian(number),
    "hvp": lambda x: func.hvp(number, (x,), (x,)),
    "vhp": lambda x: func.vhp(number, (x,), (x,)),
    "jvp": lambda x: func.jvp(row, (x,), (x,)),
    "vjp": lambda x: (func.vjp(row, x)[0], func.vjp(row, x)[1](x)),
    "linearize": lambda x: (func.linearize(row, x)[0], func.linearize(row, x)[1](x)),
    "grad of grad": func.grad(lambda x: func.grad(number)(x).sum()),
    "has_aux": func.grad(lambda x: (number(x), {"besides": 2 * x}), has_aux=True),
    "jacrev has_aux": func.jacrev(lambda x: (row(x), [row(x)]), has_aux=True),
    "structure": lambda x: func.grad(lambda w: number(w["a"]) + number(w["b"]))({"a": x, "b": x}),
}


def leaves(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in leaves(each)]
    return [tree]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_arrays_in_arrays_out_and_tensors_in_tensors_out(name):
    arrays, tensors = leaves(TRANSFORMS[name](X)), leaves(TRANSFORMS[name](Tensor(X)))
    assert len(arrays) == len(tensors)
    for array, tensor in zip(arrays, tensors, strict=True):
        assert isinstance(array, (np.ndarray, np.generic))
        assert isinstance(tensor, Tensor)
        assert not tensor.requires_grad
        np.testing.assert_array_equal(array, tensor.numpy())
        assert array.dtype == tensor.dtype


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "jacrev", "jacfwd", "hessian"])
def test_a_parameter_in_a_closure_keeps_the_result_in_the_graph(name):
    """As in a gradient penalty, where the parameter is what is to be trained."""
    w = Tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    transform = getattr(func, name)
    result = transform(lambda x: (w * x**3).sum())(X)
    found = leaves(result)
    assert all(isinstance(each, Tensor) and each.requires_grad for each in found)
    found[-1].sum().backward()
    assert np.abs(w.grad.data).sum() > 0


@pytest.mark.parametrize("start", [3.0, np.float32(3), np.array(3.0), np.array([[1.0, 2.0]])])
def test_numbers_are_arrays(start):
    gradient = func.grad(lambda x: (x * x).sum())(start)
    assert isinstance(gradient, (np.ndarray, np.generic))
    np.testing.assert_array_equal(gradient, 2 * np.asarray(start))


def test_another_argument_that_is_a_tensor_makes_tensors():
    t = Tensor(X)
    assert isinstance(func.grad(lambda x, y: (x * y).sum())(X, t), Tensor)
    assert isinstance(func.grad(lambda x, y: (x * y).sum())(X, y=t), Tensor)


def test_cotangents_that_are_tensors_make_tensors():
    _, pull_back = func.vjp(row, X)
    assert isinstance(pull_back(Tensor(X))[0], Tensor)
    _, push = func.linearize(row, X)
    assert isinstance(push(Tensor(X)), Tensor)


def test_results_are_no_views_of_what_was_given():
    gradient = func.grad(lambda x: (x * X).sum())(np.ones(3))
    gradient[:] = 7
    np.testing.assert_array_equal(X, [0.5, -1.0, 2.0])


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "instead"),
    [("jacobian", "jacrev"), ("elementwise_grad", "grad of the sum"), ("stop_gradient", "detach")],
)
def test_other_names_say_what_is_here(name, instead):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'; use .*{instead}"):
        getattr(func, name)
    with pytest.raises(AttributeError, match="no attribute 'jacrevv'$"):
        func.jacrevv  # noqa: B018


# ---------------------------------------------------------------------- SciPy


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


START = np.array([-1.2, 1.0, 0.8])
FIRST = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", "Newton-CG", "trust-constr")
SECOND = ("Newton-CG", "dogleg", "trust-ncg", "trust-krylov", "trust-exact", "trust-constr")


def solved(result, tolerance=5e-3):
    assert result.success or result.status in (1, 2)
    np.testing.assert_allclose(result.x, 1, atol=tolerance)
    for name, each in result.items():
        assert not isinstance(each, Tensor), name


@pytest.mark.parametrize("method", FIRST)
def test_minimize_with_our_gradient(method):
    options = {"maxfun": 5000} if method == "TNC" else {"maxiter": 500}
    found = optimize.minimize(
        rosenbrock, START, jac=func.grad(rosenbrock), method=method, options=options, tol=1e-9
    )
    solved(found)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B"])
def test_minimize_with_value_and_gradient_at_once(method):
    solved(optimize.minimize(func.value_and_grad(rosenbrock), START, jac=True, method=method))


@pytest.mark.parametrize("method", SECOND)
@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_minimize_with_our_hessian(method):
    start = np.array([1.1, 1.2, 1.4]) if method == "dogleg" else START  # it must be definite there
    solved(
        optimize.minimize(
            rosenbrock, start, jac=func.grad(rosenbrock), hess=func.hessian(rosenbrock),
            method=method, options={"maxiter": 500},
        )
    )  # fmt: skip


def residuals(x):
    return autograd.concatenate([10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]])


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
def test_least_squares(method):
    result = optimize.least_squares(residuals, START, jac=func.jacrev(residuals), method=method)
    np.testing.assert_allclose(result.x, 1, atol=1e-6)
    assert isinstance(result.jac, np.ndarray)


@pytest.mark.parametrize("method", ["hybr", "lm"])
def test_root(method):
    def equations(x):
        return autograd.stack([x[0] ** 2 + x[1] ** 2 - 4, x[0] - x[1]])

    result = optimize.root(equations, [1.0, 2.0], jac=func.jacfwd(equations), method=method)
    np.testing.assert_allclose(result.x, np.sqrt(2), rtol=1e-8)


def test_curve_fit():
    def curve(t, a, b):
        return a * autograd.exp(-b * t)

    def slopes(t, a, b):
        return func.jacfwd(lambda p: curve(t, p[0], p[1]))(np.array([a, b]))

    t = np.linspace(0, 3, 30)
    found, covariance = optimize.curve_fit(curve, t, 2.5 * np.exp(-1.3 * t), (1.0, 1.0), jac=slopes)
    np.testing.assert_allclose(found, [2.5, 1.3], rtol=1e-6)
    assert isinstance(covariance, np.ndarray)


@pytest.mark.parametrize("method", ["Radau", "BDF"])
def test_solve_ivp(method):
    def motion(t, y):
        return autograd.stack([y[1], 5 * (1 - y[0] ** 2) * y[1] - y[0]])

    def jacobian(t, y):
        return func.jacfwd(lambda y: motion(t, y))(y)

    given = solve_ivp(motion, (0, 5), [2.0, 0.0], method=method, jac=jacobian, rtol=1e-8)
    measured = solve_ivp(motion, (0, 5), [2.0, 0.0], method=method, rtol=1e-8)
    assert given.success
    np.testing.assert_allclose(given.y[:, -1], measured.y[:, -1], rtol=1e-4)


def test_a_gradient_inside_leaves_nothing_of_itself_in_the_result():
    w, x = np.ones((3, 2)), np.arange(3.0)

    def penalty(w):
        return (func.grad(lambda x: autograd.tanh(x @ w).sum())(x) ** 2).sum()

    for result in (func.grad(penalty)(w), func.jacrev(penalty)(w), func.hessian(penalty)(w)):
        assert type(result) is np.ndarray
    value, gradient = func.value_and_grad(penalty)(Tensor(w))
    assert not value.requires_grad
    assert not gradient.requires_grad
