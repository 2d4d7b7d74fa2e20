"""SciPy's names in `autograd.scipy`: SciPy's values, and derivatives by differences."""

import numpy
import pytest
import scipy.stats

import autograd.numpy as np
import autograd.scipy as ours
import autograd.scipy.stats as stats
from autograd import Tensor, grad, jacobian
from autograd.scipy import integrate, linalg, signal, special
from autograd.scipy.stats import multivariate_normal as mvn
from autograd.test_util import check_grads

RANDOM = numpy.random.default_rng(0)
ABOVE = RANDOM.uniform(1.2, 3.0, size=4)
INSIDE = RANDOM.uniform(0.2, 0.8, size=(2, 4))
FAMILIES = {
    "norm": (ABOVE,),
    "t": (ABOVE, 2.5),
    "gamma": (ABOVE, ABOVE[::-1].copy()),
    "chi2": (ABOVE, 3.5),
    "beta": (INSIDE, ABOVE, 2.0),
}


@pytest.mark.parametrize("function", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"])
@pytest.mark.parametrize("family", FAMILIES)
def test_families(family, function):
    ours, theirs = (getattr(getattr(m, family), function) for m in (stats, scipy.stats))
    args = FAMILIES[family]
    loc, scale = (0.1, 1.3) if family != "beta" else (-0.1, 1.3)
    numpy.testing.assert_array_equal(ours(*args, loc, scale), theirs(*args, loc, scale))
    with_shapes = function in ("pdf", "logpdf")
    known = (0, *(range(1, len(args)) if with_shapes else ()), len(args), len(args) + 1)
    check_grads(ours, known, modes=["rev"])(*args, loc, scale)
    check_grads(lambda x: ours(x, *args[1:]), modes=["rev"])(args[0])
    by_name = grad(lambda s: np.sum(ours(*args, scale=s)))(scale)
    by_place = grad(lambda s: np.sum(ours(*args, 0.0, s)))(scale)
    assert by_name == pytest.approx(by_place)
    if len(args) > 1 and not with_shapes:
        with pytest.raises(NotImplementedError, match="not defined"):
            grad(lambda a: np.sum(ours(args[0], a, *args[2:])))(2.0)


def test_other_distributions():
    k = numpy.array([0.0, 2.0, 3.0])
    for name in ("pmf", "logpmf", "cdf"):
        function = getattr(stats.poisson, name)
        check_grads(function, 1, modes=["rev"])(k, ABOVE[:3])
        check_grads(lambda mu, f=function: f(k + 1, mu, 1), modes=["rev"])(2.0)
    weights = numpy.array([0.2, 0.3, 0.5])
    alpha = ABOVE[:3]
    several = numpy.stack([weights, weights[::-1]], 1)
    for name in ("pdf", "logpdf"):
        density = getattr(stats.dirichlet, name)
        check_grads(lambda x, a, f=density: f(x / np.sum(x), a), (0, 1), modes=["rev"])(
            weights, alpha
        )
        check_grads(lambda a, f=density: f(several, a), modes=["rev"])(alpha)
    assert isinstance(stats.norm.rvs(size=2), numpy.ndarray)
    assert stats.norm.ppf(0.5) == 0.0


@pytest.mark.parametrize("name", ["pdf", "logpdf"])
@pytest.mark.parametrize(
    ("x", "mean", "cov"),
    [
        (RANDOM.normal(size=3), RANDOM.normal(size=3), numpy.eye(3) + 0.2),
        (RANDOM.normal(size=(2, 3)), RANDOM.normal(size=3), numpy.eye(3) + 0.2),
        (RANDOM.normal(size=(2, 4, 3)), numpy.zeros(3), numpy.array([1.0, 2.0, 3.0])),
        (RANDOM.normal(size=3), numpy.zeros(3), 2.0),
        (RANDOM.normal(size=5), 0.3, 2.0),
        (0.5, 0.3, 2.0),
    ],
)
def test_multivariate_normal(name, x, mean, cov):
    density, theirs = getattr(mvn, name), getattr(scipy.stats.multivariate_normal, name)
    numpy.testing.assert_array_equal(density(x, mean, cov), theirs(x, mean, cov))

    def symmetric(x, mean, cov):
        return density(x, mean, (cov + cov.T) / 2 if np.ndim(cov) > 1 else cov)

    check_grads(symmetric, (0, 1, 2), modes=["rev"])(x, mean, cov)


def test_multivariate_normal_of_singular_covariance():
    cov = numpy.diag([1.0, 0.0])
    x = numpy.array([0.3, 0.0])
    gradient = grad(lambda x: mvn.logpdf(x, numpy.zeros(2), cov, True))(x)
    numpy.testing.assert_allclose(gradient, [-0.3, 0.0], atol=1e-12)
    with pytest.raises(NotImplementedError, match="no derivative in the covariance"):
        grad(lambda c: mvn.logpdf(x, numpy.zeros(2), c, True))(cov)
    check_grads(lambda m, c: mvn.entropy(m, (c + c.T) / 2), (0, 1), modes=["rev"])(
        numpy.zeros(2), numpy.eye(2) + 0.3
    )


ELEMENTWISE = (
    "beta", "betaln", "digamma", "psi", "gamma", "rgamma", "loggamma", "gammaln", "gammasgn",
    "erf", "erfc", "erfcx", "erfinv", "erfcinv", "ndtr", "ndtri", "log_ndtr", "logit", "expit",
    "log_expit", "entr", "i0", "i1", "j0", "j1", "y0", "y1", "k0", "k1", "expm1", "log1p", "exp2",
    "cbrt", "sinc", "xlogy",
)  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_special_functions(name):
    function = getattr(special, name)
    args = (INSIDE, INSIDE + 0.1) if name in ("beta", "betaln", "xlogy") else (INSIDE,)
    numpy.testing.assert_allclose(function(*args), getattr(scipy.special, name)(*args))
    check_grads(function, tuple(range(len(args))), modes=["rev"])(*args)
    check_grads(function, modes=["rev"], order=1)(*(0.3 for _ in args))


@pytest.mark.parametrize(
    ("name", "before", "x"),
    [
        ("polygamma", (2,), ABOVE), ("jn", (2,), ABOVE), ("jv", (1.5,), ABOVE),
        ("yn", (2,), ABOVE), ("yv", (1.5,), ABOVE), ("iv", (1.5,), ABOVE), ("kv", (1.5,), ABOVE),
        ("ive", (1.5,), ABOVE), ("gammainc", (2.0,), ABOVE), ("gammaincc", (2.0,), ABOVE),
        ("betainc", (2.0, 3.0), INSIDE),
    ],
)  # fmt: skip
def test_special_functions_of_an_order(name, before, x):
    function = getattr(special, name)
    check_grads(lambda x: function(*before, x), modes=["rev"])(x)
    if name != "polygamma":
        with pytest.raises(NotImplementedError, match="wrt argnums 0 not defined"):
            grad(lambda n: np.sum(function(n, *before[1:], x)))(float(before[0]))


def test_sums_of_exponentials():
    x, b = RANDOM.normal(size=(3, 4)), numpy.exp(RANDOM.normal(size=(3, 4)))
    for options in ({}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}, {"axis": 1, "b": b}):
        check_grads(lambda x, o=options: special.logsumexp(x, **o), modes=["rev"])(x)
    for name in ("softmax", "log_softmax"):
        for axis in (None, 0, 1):
            function = getattr(special, name)
            check_grads(lambda x, f=function, a=axis: f(x, axis=a), modes=["rev"])(x)
            theirs = getattr(scipy.special, name)(x, axis=axis)
            numpy.testing.assert_allclose(function(Tensor(x), axis=axis).numpy(), theirs)
    check_grads(lambda a: special.multigammaln(a, 3), modes=["rev"])(ABOVE + 2)


def test_matrix_functions():
    a, b, q = RANDOM.normal(size=(3, 3, 3))
    positive = a @ a.T + numpy.eye(3)
    check_grads(linalg.sqrtm)(positive)
    check_grads(linalg.solve_sylvester, (0, 1, 2))(a, b, q)
    for lower in (False, True):
        for trans in (0, 1):
            check_grads(lambda a, b, o=(trans, lower): linalg.solve_triangular(a, b, *o), (0, 1))(
                positive, b
            )
    bands = RANDOM.normal(size=(4, 5)) + numpy.array([[0], [5], [0], [0]])
    for right in (RANDOM.normal(size=5), RANDOM.normal(size=(5, 2))):
        check_grads(lambda ab, b: linalg.solve_banded((2, 1), ab, b), (0, 1))(bands, right)
    check_grads(linalg.expm)(a)


def test_convolutions():
    a, b = RANDOM.normal(size=(5, 4)), RANDOM.normal(size=(3, 2))
    for mode in ("full", "valid", "same"):
        expected = scipy.signal.convolve(a, b, mode)
        numpy.testing.assert_allclose(signal.convolve(a, b, mode=mode), expected)
        check_grads(lambda a, b, m=mode: signal.convolve(a, b, mode=m), (0, 1))(a, b)
    numpy.testing.assert_allclose(
        signal.convolve(b, a, mode="valid"), scipy.signal.convolve(b, a, "valid")
    )
    with pytest.raises(ValueError, match="at least as long"):
        signal.convolve(a, b.T @ numpy.ones((3, 9)), mode="valid")
    with pytest.raises(ValueError, match="mode is"):
        signal.convolve(a, b, mode="half")


def test_differential_equations():
    def change(y, t, rate, shift):
        return -np.sqrt(t) - y * rate + shift - np.mean(y**2)

    times = numpy.linspace(0.1, 0.4, 3)
    parameters = (RANDOM.normal(size=2), {"shift": 0.5}["shift"])
    start = RANDOM.normal(size=2)
    check_grads(lambda *x: integrate.odeint(change, *x), (0, 1, 2), modes=["rev"], order=1)(
        start, times, parameters
    )
    rate = jacobian(lambda k: integrate.odeint(lambda y, t, k: -k * y, [1.0], [0.0, 2.0], (k,)))(
        0.5
    )
    numpy.testing.assert_allclose(rate[-1, 0], -2 * numpy.exp(-1.0), rtol=1e-6)


def test_parts_are_loaded_by_name():
    assert ours.stats is stats
    with pytest.raises(AttributeError, match="no attribute 'statistics'"):
        ours.statistics  # noqa: B018
