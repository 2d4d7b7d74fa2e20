"""The oracle: no false alarm on functions with known derivatives, no planted fault unseen."""

import numpy as np
import pytest
from scipy import special

from autograd.testing import Verdict, compare_gradients
from tests.autograd.testing import known_functions as known
from tests.autograd.testing.known_functions import EVERYTHING, KINKED, Known

POINTS = 12  # of each known function


def one(f, x, gradient, **options):
    """Compare a function of one array, with ones as cotangents."""
    return compare_gradients(f, [x], None, [gradient], **options)


def verdict(f, x, gradient, **options) -> Verdict:
    return one(f, np.asarray(x, float), np.asarray(gradient, float), **options).verdict


def drawn(function: Known, seed: int):
    rng = np.random.default_rng([seed, len(function.name), ord(function.name[0])])
    inputs = known.point(function, rng)
    with np.errstate(all="ignore"):
        cotangents = known.cotangents(function, inputs, rng)
        return inputs, cotangents, known.gradients(function, inputs, cotangents)


class TestKnownFunctions:
    @pytest.mark.parametrize("function", EVERYTHING, ids=lambda function: function.name)
    def test_exact_derivatives_agree(self, function: Known) -> None:
        for seed in range(POINTS):
            inputs, cotangents, gradients = drawn(function, seed)
            result = compare_gradients(function.f, inputs, cotangents, gradients)
            assert result.verdict is Verdict.AGREE, (seed, inputs, result.worst(1))

    def test_the_points_include_what_is_awkward(self) -> None:
        sizes, values = set(), []
        for function in EVERYTHING:
            for seed in range(POINTS):
                for x in drawn(function, seed)[0]:
                    sizes.add((x.ndim, x.size))
                    values.append(np.abs(x).ravel())
        numbers = np.concatenate(values)
        assert (0, 1) in sizes, "0-d"
        assert any(size == 0 for _, size in sizes), "empty"
        assert any(size > 24 for _, size in sizes), "more than is compared element by element"
        assert (numbers == 0).any()
        assert numbers[numbers > 0].min() < 1e-12
        assert numbers.max() > 1e6
        assert len([f for f in KINKED if f.kinks]) > 8

    def test_smooth_functions_cost_two_evaluations_a_direction(self) -> None:
        x = np.linspace(-2.0, 2.0, 24).reshape(4, 6)
        result = one(np.tanh, x, 1.0 - np.tanh(x) ** 2)
        assert result.evaluations == 1 + 2 * len(result.comparisons)


class TestSpecialPoints:
    @pytest.mark.parametrize("slope", [-1.0, 0.0, 0.3, 1.0])
    def test_any_slope_between_the_sides_agrees_at_a_kink(self, slope: float) -> None:
        assert verdict(np.abs, 0.0, slope) is Verdict.AGREE

    @pytest.mark.parametrize("slope", [-1.1, 1.1, 2.0, np.inf, np.nan])
    def test_a_slope_outside_the_sides_disagrees_at_a_kink(self, slope: float) -> None:
        assert verdict(np.abs, 0.0, slope) is Verdict.DISAGREE

    @pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-12])
    def test_close_to_a_kink_the_nearer_side_counts(self, distance: float) -> None:
        assert verdict(np.abs, distance, 1.0) is Verdict.AGREE
        assert verdict(np.abs, distance, -1.0) is Verdict.DISAGREE

    def test_max_that_routes_to_every_tied_element_is_caught(self) -> None:
        def largest(x):
            return x.max()

        tied = np.array([2.0, 2.0, 1.0])
        assert verdict(largest, tied, [1.0, 0.0, 0.0]) is Verdict.AGREE
        assert verdict(largest, tied, [0.5, 0.5, 0.0]) is Verdict.AGREE
        result = one(largest, tied, np.array([1.0, 1.0, 0.0]))
        assert [c.direction.name for c in result.disagreements] == ["ones"]

    def test_maximum_that_routes_to_both_operands_is_caught(self) -> None:
        x = np.array([1.0, 2.0])
        result = compare_gradients(np.maximum, [x, x], None, [np.ones(2), np.ones(2)])
        assert [c.direction.name for c in result.disagreements] == ["ones in all inputs"]

    def test_ties_of_several_elements_with_cotangents_of_both_signs(self) -> None:
        cotangent = np.array([1.0, -2.0, 3.0])
        gradient = cotangent * 0.01
        x = np.zeros(3)
        leaky = lambda x: np.where(x > 0, x, 0.01 * x)  # noqa: E731
        assert compare_gradients(leaky, [x], [cotangent], [gradient]).verdict is Verdict.AGREE

    def test_the_middle_one_of_tied_values(self) -> None:
        def second(x):
            return np.sort(x)[1]

        tied = np.ones(3)
        assert verdict(second, tied, [0.0, 1.0, 0.0]) is Verdict.AGREE
        assert verdict(second, tied, [0.0, 2.0, 0.0]) is not Verdict.AGREE
        assert verdict(second, tied, [1.0, 1.0, 0.0]) is Verdict.DISAGREE, "along ones"

    def test_edge_of_the_domain(self) -> None:
        assert verdict(lambda x: x**1.5 + np.sqrt(x) ** 2, 0.0, 1.0) is not Verdict.DISAGREE
        result = one(lambda x: np.log1p(-np.abs(x)) * np.sqrt(x), np.zeros(()), np.zeros(()))
        assert result.verdict is not Verdict.DISAGREE
        inside = lambda x: np.where(x < 0, np.nan, 3 * x)  # noqa: E731
        assert verdict(inside, 0.0, 3.0) is Verdict.AGREE
        assert verdict(inside, 0.0, 1.0) is Verdict.DISAGREE

    def test_a_function_may_raise_outside_its_domain(self) -> None:
        def strict(x):
            if (x < 0).any():
                raise ValueError("negative")
            return 2 * x

        assert verdict(strict, 0.0, 2.0) is Verdict.AGREE
        assert verdict(strict, 0.0, 1.0) is Verdict.DISAGREE
        with pytest.raises(ValueError, match="negative"):
            verdict(strict, -1.0, 2.0)

    def test_infinite_slope(self) -> None:
        assert verdict(np.sqrt, 0.0, np.inf) is Verdict.AGREE
        assert verdict(np.cbrt, 0.0, np.inf) is Verdict.AGREE
        assert verdict(np.sqrt, 0.0, -np.inf) is not Verdict.AGREE
        assert verdict(np.sqrt, 0.0, 0.0) is Verdict.UNRESOLVED
        assert verdict(np.sqrt, 0.0, np.nan) is Verdict.DISAGREE
        assert verdict(np.sqrt, 1e-12, 5e5) is Verdict.AGREE

    def test_jumps(self) -> None:
        assert verdict(np.floor, [0.5, 2.0, -1.0], [0.0, 0.0, 0.0]) is Verdict.AGREE
        assert verdict(np.floor, [0.5], [1.0]) is Verdict.DISAGREE

    @pytest.mark.parametrize("x", [-40.0, -25.0, 0.0, 25.0, 36.0])
    def test_saturated_sigmoid(self, x: float) -> None:
        slope = special.expit(x) * special.expit(-x)
        assert verdict(special.expit, x, slope) is Verdict.AGREE
        assert verdict(special.expit, x, 1.01 * slope + 1e-12) is Verdict.DISAGREE

    @pytest.mark.parametrize("x", [-40.0, -25.0])
    def test_tiny_gradients_must_not_be_lost(self, x: float) -> None:
        assert verdict(special.expit, x, 0.0) is Verdict.DISAGREE

    @pytest.mark.parametrize("x", [-700.0, 1e-300, 700.0, 709.7])
    def test_exp_far_out(self, x: float) -> None:
        assert verdict(np.exp, x, np.exp(x)) is Verdict.AGREE
        assert verdict(np.exp, x, 1.01 * np.exp(x)) is Verdict.DISAGREE

    def test_noise_limits_what_can_be_told(self) -> None:
        steps = lambda x: 1.0 + 1e-14 * np.sin(x)  # noqa: E731
        assert verdict(steps, 0.3, 1e-14 * np.cos(0.3)) is not Verdict.DISAGREE
        assert verdict(steps, 0.3, 1e-10) is Verdict.DISAGREE
        noisy = lambda x: (np.sin(x) + 1e12) - 1e12  # noqa: E731
        assert verdict(noisy, 0.3, np.cos(0.3)) is not Verdict.DISAGREE
        assert verdict(noisy, 0.3, np.cos(0.3) + 1e-6) is not Verdict.DISAGREE
        assert verdict(noisy, 0.3, 2 * np.cos(0.3)) is Verdict.DISAGREE

    def test_coarse_steps_do_not_stand_for_fine_ones(self) -> None:
        assert verdict(np.log, 1e-18, 1e18) is Verdict.AGREE
        assert verdict(np.log, 1e-18, 0.0) is Verdict.DISAGREE
        assert verdict(np.log, 1e-18, 1.01e18) is Verdict.DISAGREE

    def test_float32_output_is_judged_by_its_own_rounding(self) -> None:
        f = lambda x: np.sin(x.astype(np.float32))  # noqa: E731
        assert verdict(f, [0.5, 1.0], np.cos([0.5, 1.0])) is not Verdict.DISAGREE
        assert verdict(f, [0.5, 1.0], 2 * np.cos([0.5, 1.0])) is Verdict.DISAGREE

    def test_float32_gradient_is_allowed_its_own_rounding(self) -> None:
        x = np.linspace(0.1, 1.0, 5)
        assert one(np.sin, x, np.cos(x).astype(np.float32)).verdict is Verdict.AGREE
        assert one(np.sin, x, (1.001 * np.cos(x)).astype(np.float32)).verdict is Verdict.DISAGREE

    def test_empty_and_constant(self) -> None:
        empty = one(np.exp, np.ones((2, 0)), np.ones((2, 0)))
        assert (empty.verdict, empty.comparisons) == (Verdict.AGREE, ())
        assert verdict(np.zeros_like, [1.0, 2.0], [0.0, 0.0]) is Verdict.AGREE
        assert verdict(np.zeros_like, [1.0, 2.0], [0.0, 1e-3]) is Verdict.DISAGREE


class TestValuesThatAreNotFinite:
    def test_an_element_that_feeds_an_infinite_output_is_unresolved(self) -> None:
        result = one(np.log, np.array([0.0, 2.0]), np.array([np.inf, 0.5]))
        assert [c.verdict for c in result.comparisons] == [Verdict.UNRESOLVED, Verdict.AGREE]
        assert "not finite" in result.comparisons[0].reason

    def test_the_others_are_still_held_to_account(self) -> None:
        result = one(np.log, np.array([0.0, 2.0]), np.array([np.inf, 0.6]))
        assert [c.direction.element for c in result.disagreements] == [(1,)]

    def test_an_output_without_cotangent_does_not_matter(self) -> None:
        x, g = np.array([0.0, 2.0]), np.array([0.0, 1.0])
        assert compare_gradients(np.log, [x], [g], [np.array([0.0, 0.5])]).verdict is Verdict.AGREE

    def test_nan_against_nan_is_no_agreement(self) -> None:
        assert verdict(lambda x: x * np.nan, 1.0, np.nan) is Verdict.UNRESOLVED
        assert verdict(np.exp, 1.0, np.nan) is Verdict.DISAGREE


class TestInputsAndOutputs:
    def test_several_inputs_and_outputs(self) -> None:
        f = lambda x, y: (x * y, (x + y).sum(), np.argmax(x))  # noqa: E731
        x, y, g = np.array([1.0, 3.0]), np.array([2.0, -1.0]), np.array([0.5, -2.0])
        right = [g * y + 4.0, g * x + 4.0]
        cotangents = [g, np.array(4.0), None]
        assert compare_gradients(f, [x, y], cotangents, right).verdict is Verdict.AGREE
        wrong = compare_gradients(f, [x, y], cotangents, [right[0], g * x])
        assert {c.direction.input for c in wrong.disagreements} == {1}
        absent = compare_gradients(f, [x, y], [g, None, None], [g * y, g * x])
        assert absent.verdict is Verdict.AGREE

    def test_an_input_without_gradient_does_not_move(self) -> None:
        f = lambda x, k: x[k]  # noqa: E731
        result = compare_gradients(
            f, [np.arange(3.0), np.array([0, 0, 2])], None, [np.array([2.0, 0.0, 1.0]), None]
        )
        assert result.verdict is Verdict.AGREE
        assert result.numeric(1) is None
        np.testing.assert_allclose(result.numeric(0), [2.0, 0.0, 1.0])

    def test_complex_inputs_follow_d_re_plus_i_d_im(self) -> None:
        z = np.array([1.0 + 2.0j, -0.5j])
        f = lambda z: (z * np.conj(z)).real  # noqa: E731
        assert one(f, z, 2 * z).verdict is Verdict.AGREE
        result = one(f, z, 2 * np.conj(z))
        assert {c.direction.name for c in result.disagreements} == {"element (imaginary)"}
        np.testing.assert_allclose(result.numeric(0), 2 * z, atol=1e-9)

    def test_complex_outputs_take_conjugated_cotangents(self) -> None:
        x, g = np.array([0.5, 1.0]), np.array([1.0 + 1.0j, 2.0j])
        gradient = (np.conj(g) * 1j * np.exp(1j * x)).real
        f = lambda x: np.exp(1j * x)  # noqa: E731
        assert compare_gradients(f, [x], [g], [gradient]).verdict is Verdict.AGREE
        assert compare_gradients(f, [x], [np.conj(g)], [gradient]).verdict is Verdict.DISAGREE

    def test_large_arrays_are_compared_along_a_few_directions(self) -> None:
        x = np.linspace(-3.0, 3.0, 1000).reshape(10, 100)
        gradient = np.cos(x)
        result = one(np.sin, x, gradient)
        assert result.verdict is Verdict.AGREE
        assert len(result.comparisons) == 5
        gradient[7, 3] *= 1.001
        assert one(np.sin, x, gradient).verdict is Verdict.DISAGREE

    def test_large_arrays_at_kinks_are_divided(self) -> None:
        x = np.tile([-1.0, 0.0, 2.0], 12)
        g = np.resize([1.0, -2.0, 0.5, 3.0], 36)
        right = g * (x > 0)
        relu = lambda x: np.maximum(x, 0.0)  # noqa: E731
        assert compare_gradients(relu, [x], [g], [right]).verdict is Verdict.AGREE
        wrong = np.where(np.arange(36) == 20, 1.01 * right, right)
        assert right[20] != 0
        result = compare_gradients(relu, [x], [g], [wrong])
        assert (20,) in [c.direction.element for c in result.disagreements]

    def test_elements_of_very_different_size(self) -> None:
        x = 10.0 ** np.arange(-15.0, 15.0)
        assert verdict(np.log, x, 1 / x) is Verdict.AGREE
        wrong = 1 / x
        wrong[3] *= 1.01
        assert verdict(np.log, x, wrong) is Verdict.DISAGREE

    def test_complex_step_as_a_second_opinion(self) -> None:
        noisy = lambda x: (np.sin(x) + 1e13) - 1e13  # noqa: E731
        smooth = lambda x: np.sin(x) if x.dtype.kind == "c" else noisy(x)  # noqa: E731
        assert verdict(smooth, 0.3, np.cos(0.3) + 1e-4) is Verdict.UNRESOLVED
        right = one(smooth, np.array(0.3), np.array(np.cos(0.3)), complex_step=True)
        wrong = one(smooth, np.array(0.3), np.array(np.cos(0.3) + 1e-4), complex_step=True)
        assert (right.verdict, wrong.verdict) == (Verdict.AGREE, Verdict.DISAGREE)
        assert wrong.comparisons[0].reason == "complex step"

    def test_a_complex_step_does_not_excuse_a_wrong_gradient(self) -> None:
        assert verdict(np.exp, [1.0, 2.0], [1.0, 2.0], complex_step=True) is Verdict.DISAGREE


class TestResult:
    def test_worst_come_first(self) -> None:
        x = np.array([1.0, 2.0, 3.0])
        result = one(np.square, x, np.array([2.0, 4.4, 60.0]))
        assert [c.direction.element for c in result.worst(2)] == [(2,), (1,)]
        worst = result.worst(1)[0]
        assert worst.analytic == 60.0
        assert worst.numeric == pytest.approx(6.0, abs=worst.bound)
        assert worst.bound < 1e-6

    def test_numeric_gradient_of_an_input(self) -> None:
        x = np.array([[1.0, 2.0], [3.0, 4.0]])
        np.testing.assert_allclose(one(np.square, x, x).numeric(0), 2 * x, rtol=1e-6)


class TestBadUse:
    def test_gradients_must_fit_the_inputs(self) -> None:
        with pytest.raises(ValueError, match=r"input 0 has shape \(2,\) .* shape \(1, 2\)"):
            one(np.sin, np.ones(2), np.ones((1, 2)))
        with pytest.raises(ValueError, match="1 inputs but 2 gradients"):
            compare_gradients(np.sin, [np.ones(2)], None, [np.ones(2), None])
        with pytest.raises(ValueError, match="dtype int64 and cannot have a gradient"):
            one(np.sin, np.arange(2), np.ones(2))

    def test_cotangents_must_fit_the_outputs(self) -> None:
        with pytest.raises(ValueError, match=r"output 0 has shape \(2,\) .* shape \(\)"):
            compare_gradients(np.sin, [np.ones(2)], [np.ones(())], [np.ones(2)])
        with pytest.raises(ValueError, match="returned 1 outputs but 2 cotangents"):
            compare_gradients(np.sin, [np.ones(2)], [np.ones(2), None], [np.ones(2)])

    def test_outputs_must_be_numbers(self) -> None:
        with pytest.raises(TypeError, match="returned str with an output of dtype <U4"):
            one(lambda x: "text", np.ones(2), np.ones(2))

    def test_arguments_must_not_be_changed(self) -> None:
        def careless(x):
            x *= 2.0
            return x

        with pytest.raises(ValueError, match="changed its argument 0 in place"):
            one(careless, np.ones(2), np.ones(2))

    def test_the_callers_arrays_are_left_alone(self) -> None:
        x = np.ones(3)
        x.flags.writeable = False
        one(np.sin, x, np.cos(x))
        np.testing.assert_array_equal(x, np.ones(3))
