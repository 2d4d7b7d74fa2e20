"""Numerical differentiation for users: the courses' numerical gradient."""

import numpy as np
import pytest

from autograd.testing import numerical_gradient
from tests.autograd.testing import known_functions as known
from tests.autograd.testing.known_functions import SMOOTH, STRUCTURED, Known


def test_the_courses_examples() -> None:
    f = lambda x: (x**2).sum()  # noqa: E731
    np.testing.assert_allclose(numerical_gradient(f, [3.0, 4.0]), [6.0, 8.0], rtol=1e-12)
    parabola = lambda x: 0.01 * x**2 + 0.1 * x  # noqa: E731
    np.testing.assert_allclose(numerical_gradient(parabola, 5.0), 0.2, rtol=1e-10)


@pytest.mark.parametrize("function", SMOOTH + STRUCTURED, ids=lambda function: function.name)
def test_errors_are_honest(function: Known) -> None:
    for seed in range(5):
        rng = np.random.default_rng([seed, len(function.name)])
        inputs = known.point(function, rng)
        with np.errstate(all="ignore"):
            cotangents = known.cotangents(function, inputs, rng)
            expected = known.gradients(function, inputs, cotangents)[0]
        if inputs[0].size > 24:
            continue

        f = weighted(function, inputs[1:], cotangents)
        gradient, error = numerical_gradient(f, inputs[0], return_error=True)
        assert gradient.shape == error.shape == inputs[0].shape
        off = np.abs(gradient - expected)
        assert (off <= 20 * error + 1e-12 * np.abs(expected)).all(), (inputs, gradient, expected)


def weighted(function: Known, others, cotangents):
    """The function of its first argument, made one number by cotangents."""

    def f(x):
        outputs = function.f(x, *others)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        terms = [np.conj(g) * y for g, y in zip(cotangents, outputs, strict=True)]
        return sum(np.real(term).sum() for term in terms)

    return f


def test_the_array_itself_moves_and_is_restored() -> None:
    weights = np.array([1.0, -2.0])
    before = weights.copy()
    gradient = numerical_gradient(lambda _: (weights**3).sum(), weights)
    np.testing.assert_allclose(gradient, 3 * before**2, rtol=1e-9)
    np.testing.assert_array_equal(weights, before)


def test_the_array_is_restored_after_an_error() -> None:
    x = np.array([1.0, 2.0])

    def failing(values):
        if values[1] != 2.0:
            raise KeyError("moved")
        return values.sum()

    with pytest.raises(KeyError, match="moved"):
        numerical_gradient(failing, x)
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_a_view_of_the_argument_may_be_returned() -> None:
    np.testing.assert_allclose(numerical_gradient(lambda x: x[1], np.ones(3)), [0.0, 1.0, 0.0])


@pytest.mark.parametrize("x", [[1, 2], np.float32([1.0, 2.0]), np.array([1, 2])])
def test_other_arguments_are_converted_to_float64(x) -> None:
    gradient = numerical_gradient(lambda a: (a**3).sum(), x)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, [3.0, 12.0], rtol=1e-9)


def test_read_only_arrays_are_not_written_to() -> None:
    x = np.ones(2)
    x.flags.writeable = False
    np.testing.assert_allclose(numerical_gradient(np.sum, x), [1.0, 1.0])


def test_complex_points() -> None:
    z = np.array([1.0 + 2.0j, -3.0j])
    np.testing.assert_allclose(
        numerical_gradient(lambda z: (np.abs(z) ** 2).sum(), z), 2 * z, rtol=1e-9
    )


def test_at_a_kink_it_is_the_mean_of_the_sides() -> None:
    gradient, error = numerical_gradient(lambda x: np.maximum(x, 0.0), 0.0, return_error=True)
    assert (gradient, error) == (0.5, 0.5)


def test_at_the_edge_of_the_domain_the_one_side_counts() -> None:
    gradient, error = numerical_gradient(lambda x: np.sqrt(x) ** 2, 0.0, return_error=True)
    assert gradient == pytest.approx(1.0)
    assert error < 1e-6


def test_where_there_is_no_slope() -> None:
    gradient, error = numerical_gradient(np.sqrt, 0.0, return_error=True)
    assert (gradient, error) == (np.inf, np.inf)
    gradient, error = numerical_gradient(lambda x: np.inf if x else 0.0, 0.0, return_error=True)
    assert np.isnan(gradient)
    assert error == np.inf


def test_empty() -> None:
    assert numerical_gradient(np.sum, np.ones((0, 2))).shape == (0, 2)


def test_one_real_number_is_expected() -> None:
    with pytest.raises(ValueError, match=r"returned an array of shape \(2,\) .* one real number"):
        numerical_gradient(np.sin, np.ones(2))
    with pytest.raises(ValueError, match="dtype complex128; expected one real number"):
        numerical_gradient(lambda x: 1j * x, 1.0)
    with pytest.raises(TypeError, match="x has dtype <U1; expected numbers"):
        numerical_gradient(np.sum, "a")
