"""The parts of the oracle: noise, tables of difference quotients, growth, Taylor rates."""

from math import inf, isnan, nan

import numpy as np
import pytest

from autograd.testing.extrapolation import extrapolate, growth, taylor_rate
from autograd.testing.noise import SAMPLES, difference_noise

STEPS = [0.125 / 4.0**k for k in range(8)]


def central(f, x):
    return [(f(x + h) - f(x - h)) / (2 * h) for h in STEPS]


def forward(f, x):
    return [(f(x + h) - f(x)) / h for h in STEPS]


class TestNoise:
    @pytest.mark.parametrize("size", [1e-300, 1e-12, 1.0, 1e200])
    def test_recovers_the_standard_deviation(self, size: float) -> None:
        rng = np.random.default_rng(0)
        ratios = [difference_noise(size * rng.normal(size=SAMPLES)) / size for _ in range(200)]
        assert 0.7 < np.median(ratios) < 2.0
        assert np.quantile(ratios, 0.05) > 0.25

    def test_smooth_samples_have_none(self) -> None:
        t = np.arange(SAMPLES)
        assert difference_noise(list(3.0 + 5.0 * t + 0.5 * t**2)) == 0.0
        assert difference_noise([0.0] * SAMPLES) == 0.0

    def test_is_nan_outside_the_domain(self) -> None:
        assert isnan(difference_noise([0.0, 1.0, nan, 3.0, 4.0]))
        assert isnan(difference_noise([0.0, 1.0, inf, 3.0, 4.0]))


class TestExtrapolation:
    @pytest.mark.parametrize(("f", "slope"), [(np.exp, np.exp(0.5)), (np.sin, np.cos(0.5))])
    def test_the_error_covers_the_truth(self, f, slope: float) -> None:
        for quotients, symmetric in ((central(f, 0.5), True), (forward(f, 0.5), False)):
            estimate = extrapolate(STEPS, quotients, 1e-16, symmetric=symmetric)
            assert abs(estimate.value - slope) < 20 * estimate.error < 1e-8

    def test_finite_neighbours_are_needed(self) -> None:
        assert extrapolate([0.1], [1.0], 0.0, symmetric=True).error == inf
        alternating = [1.0 if k % 2 else nan for k in range(8)]
        assert extrapolate(STEPS, alternating, 0.0, symmetric=True).error == inf

    def test_noise_keeps_away_from_small_steps(self) -> None:
        rng = np.random.default_rng(0)
        noise = 1e-6
        noisy = central(lambda x: np.exp(x) + noise * rng.normal(), 0.0)
        estimate = extrapolate(STEPS, noisy, noise, symmetric=True)
        assert abs(estimate.value - 1.0) < 20 * estimate.error
        assert 1e-6 < estimate.error < 1e-3

    def test_a_staircase_shows_as_noise_nobody_measured(self) -> None:
        quotients = central(lambda x: np.round(np.sin(x) * 1e5) / 1e5, 0.3)
        estimate = extrapolate(STEPS, quotients, 1e-16, symmetric=True)
        assert abs(estimate.value - np.cos(0.3)) < 20 * estimate.error

    def test_small_steps_overrule_coarse_ones(self) -> None:
        steps = [0.125 / 4.0**k for k in range(30)]
        quotients = [(np.log(1e-13 + h) - np.log(1e-13)) / h for h in steps]
        estimate = extrapolate(steps, quotients, 1e-15, symmetric=False)
        assert estimate.value == pytest.approx(1e13, rel=1e-3)


class TestGrowth:
    @pytest.mark.parametrize(
        ("f", "power"),
        [(np.sqrt, 0.5), (np.cbrt, 2 / 3), (np.ceil, 1.0), (np.sin, 0.0)],
    )
    def test_power_at_zero(self, f, power: float) -> None:
        assert growth(STEPS, [f(h) / h for h in STEPS]) == pytest.approx(power, abs=1e-6)

    def test_the_logarithm_grows_slowly(self) -> None:
        assert 0.02 < growth(STEPS, [h * np.log(h) / h for h in STEPS]) < 0.2

    def test_unclear_cases_count_as_none(self) -> None:
        assert growth(STEPS[:3], [1.0, 2.0, 4.0]) == 0.0
        assert growth(STEPS, [(-1.0) ** k / h for k, h in enumerate(STEPS)]) == 0.0


class TestTaylorRate:
    def remainders(self, slope: float) -> list[float]:
        return [np.exp(h) - 1.0 - h * slope for h in STEPS]

    def test_two_for_the_slope_one_for_anything_else(self) -> None:
        assert taylor_rate(STEPS, self.remainders(1.0), 1e-16) == pytest.approx(2.0, abs=0.05)
        assert taylor_rate(STEPS, self.remainders(1.001), 1e-16) == pytest.approx(1.0, abs=0.05)

    def test_three_for_the_odd_part(self) -> None:
        odd = [np.sinh(h) - h for h in STEPS]
        assert taylor_rate(STEPS, odd, 1e-16) == pytest.approx(3.0, abs=0.05)

    def test_nothing_above_the_noise_has_no_rate(self) -> None:
        assert isnan(taylor_rate(STEPS, [0.0] * 8, 0.0))
        assert isnan(taylor_rate(STEPS, self.remainders(1.0), 1.0))
