"""SciPy's other solvers with our derivatives: products, constraints, roots, boundaries."""

import numpy as np
import pytest
from scipy import optimize
from scipy.integrate import solve_bvp, solve_ivp

import autograd
from autograd import Tensor, func

START = np.array([-1.2, 1.0, 0.8])


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def hessian_product(x, p):
    return func.hvp(rosenbrock, (x,), (p,))[1][0]


def hessian_product_by_reverse_mode(x, p):
    return func.vhp(rosenbrock, (x,), (p,))[1][0]


def plain(result):
    """Nothing of ours is left in what SciPy returns."""
    for name, each in result.items():
        parts = each if isinstance(each, list | tuple) else [each]
        assert not any(isinstance(part, Tensor) for part in parts), name
    return result


@pytest.mark.parametrize("product", [hessian_product, hessian_product_by_reverse_mode])
@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov", "trust-constr"])
@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_minimize_with_products_of_the_hessian(method, product):
    gradient = func.grad(rosenbrock)
    found = optimize.minimize(rosenbrock, START, jac=gradient, hessp=product, method=method)
    np.testing.assert_allclose(plain(found).x, 1, atol=1e-3)


GRADIENTS = {
    "grad": func.grad(rosenbrock),
    "jacrev": func.jacrev(rosenbrock),
    "jacfwd": func.jacfwd(rosenbrock),
    "vjp": lambda x: func.vjp(rosenbrock, x)[1](1.0)[0],
    "jvp": lambda x: np.stack([func.jvp(rosenbrock, (x,), (e,))[1] for e in np.eye(3)]),
    "linearize": lambda x: func.vmap(func.linearize(rosenbrock, x)[1])(np.eye(3)),
}


@pytest.mark.parametrize("transform", GRADIENTS)
@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "SLSQP"])
def test_minimize_with_the_gradient_of_any_transform(method, transform):
    found = optimize.minimize(rosenbrock, START, jac=GRADIENTS[transform], method=method, tol=1e-8)
    np.testing.assert_allclose(plain(found).x, 1, atol=1e-3)


def on_the_circle(x):
    return (x**2).sum() - 1


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_constraints(method):
    derivative = func.grad(on_the_circle)
    constraint = {"type": "eq", "fun": on_the_circle, "jac": derivative}
    if method == "trust-constr":
        weighted = lambda x, v: v[0] * func.hessian(on_the_circle)(x)  # noqa: E731
        constraint = optimize.NonlinearConstraint(on_the_circle, 0, 0, derivative, weighted)
    found = optimize.minimize(
        lambda x: x.sum(), START, jac=func.grad(lambda x: x.sum()), method=method,
        constraints=[constraint],
    )  # fmt: skip
    np.testing.assert_allclose(plain(found).x, -(3**-0.5), atol=1e-5)


def cubic(x):
    return x**3 - 2 * x - 5


@pytest.mark.parametrize("method", ["newton", "halley"])
def test_root_scalar_and_newton(method):
    slope, bend = func.grad(cubic), func.grad(func.grad(cubic))
    found = optimize.root_scalar(cubic, x0=2.0, fprime=slope, fprime2=bend, method=method)
    assert found.root == pytest.approx(2.0945514815423265)
    assert not isinstance(found.root, Tensor)
    root = optimize.newton(cubic, 2.0, fprime=slope, fprime2=bend)
    assert root == pytest.approx(2.0945514815423265)
    assert not isinstance(root, Tensor)


def circle_and_line(x):
    return autograd.stack([x[0] ** 2 + x[1] ** 2 - 4, x[0] - x[1]])


@pytest.mark.parametrize("jacobian", [func.jacrev, func.jacfwd])
def test_fsolve_and_leastsq(jacobian):
    slopes = jacobian(circle_and_line)
    for solver in (
        lambda: optimize.fsolve(circle_and_line, [1.0, 2.0], fprime=slopes),
        lambda: optimize.leastsq(circle_and_line, [1.0, 2.0], Dfun=slopes)[0],
    ):
        root = solver()
        assert type(root) is np.ndarray
        np.testing.assert_allclose(root, np.sqrt(2))


def test_searches_for_the_global_minimum():
    def bumps(x):
        return (x**2 + 2 * autograd.sin(5 * x)).sum()

    local = {"jac": func.grad(bumps), "method": "L-BFGS-B"}
    hopped = optimize.basinhopping(bumps, [2.0, -2.0], minimizer_kwargs=local, niter=20, rng=0)
    searched = optimize.shgo(
        bumps, [(-3, 3)] * 2, minimizer_kwargs=local, options={"jac": func.grad(bumps)}
    )
    for found in (hopped, searched):
        np.testing.assert_allclose(func.grad(bumps)(found.x), 0, atol=1e-4)
        assert type(plain(found).x) is np.ndarray


@pytest.mark.parametrize("method", ["LSODA", "Radau", "BDF"])
def test_stiff_equations_with_either_jacobian(method):
    def decay(t, y):
        return autograd.stack([-50 * y[0] + y[1], -y[1]])

    for jacobian in (func.jacrev, func.jacfwd):
        slopes = lambda t, y, jacobian=jacobian: jacobian(lambda y: decay(t, y))(y)  # noqa: E731
        found = solve_ivp(decay, (0, 1), [1.0, 1.0], method=method, jac=slopes, rtol=1e-6)
        np.testing.assert_allclose(found.y[1, -1], np.exp(-1), rtol=1e-4)
        assert type(found.y) is np.ndarray


def test_boundary_values():
    """y'' = -y with y(0) = 0 and y(π/2) = 1 is the sine: a Jacobian for every node by `vmap`."""

    def slope(y):
        return autograd.stack([y[1], -y[0]])

    def slopes(x, y):
        return func.vmap(slope, in_axes=1, out_axes=1)(y)

    def of_slopes(x, y):
        return func.vmap(func.jacfwd(slope), in_axes=1, out_axes=2)(y)

    def ends(a, b):
        return np.array([a[0], b[0] - 1])

    x = np.linspace(0, np.pi / 2, 5)
    found = solve_bvp(slopes, ends, x, np.ones((2, 5)), fun_jac=of_slopes)
    assert found.success
    np.testing.assert_allclose(found.sol(1.0)[0], np.sin(1.0), atol=1e-4)


def test_gradients_are_checked():
    assert optimize.check_grad(rosenbrock, func.grad(rosenbrock), START) < 1e-4
    step = optimize.line_search(
        rosenbrock, func.grad(rosenbrock), START, -func.grad(rosenbrock)(START)
    )
    assert step[0] > 0
    assert not any(isinstance(each, Tensor) for each in step)
