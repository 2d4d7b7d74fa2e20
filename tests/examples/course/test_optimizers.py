"""The optimizers of the slides beside the library's, and what the lesson says of them."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("optimizers", request.param)


def test_the_forms_that_agree_agree_at_every_step(run):
    distances = run.variables["distances"]
    for name in ("SGD", "Momentum", "Nesterov", "Adam, corrected"):
        assert distances[name].max() < 1e-12


def test_eps_inside_the_root_differs_by_a_hair(run):
    distances = run.variables["distances"]
    assert 0 < distances["AdaGrad"].max() < 1e-5
    assert 0 < distances["RMSProp"].max() < 1e-5


def test_without_bias_correction_adam_starts_with_other_steps(run):
    assert run.variables["distances"]["Adam"].max() > 0.5
    expected = (1 - 0.9) / np.sqrt(1 - 0.999)
    assert run.variables["first_adam_step"] / 0.3 == pytest.approx(expected, rel=1e-4)


def test_the_settings_of_the_book(run):
    paths, ends = run.variables["paths"], run.variables["ends"]
    for name in ("SGD", "Momentum", "AdaGrad", "Adam"):
        np.testing.assert_array_equal(paths[name][0], (-7.0, 2.0))
        assert len(paths[name]) == 31
    # Steps of gradient descent on x²/20 + y² have a closed form.
    sgd = (-7 * (1 - 0.95 / 10) ** 30, 2 * (1 - 2 * 0.95) ** 30)
    assert ends["SGD (0.95)"] == pytest.approx(sgd)
    for place in ends.values():
        assert np.hypot(*place) < 1.0  # all come close, from a distance of 7.3


def test_the_saddle_holds_gradient_descent_longest(run):
    left = run.variables["left_saddle"]
    assert left["SGD"] is None
    assert max(left[name] for name in ("AdaGrad", "RMSProp", "Adam")) < left["Momentum"]


def test_momentum_alone_leaves_the_shallow_hollow(run):
    arrivals = run.variables["arrivals"]
    assert {name for name, (x, _) in arrivals.items() if x > 0} == {"Momentum"}


def test_learning_rates(run):
    final = run.variables["final"]
    assert final == pytest.approx({rate: (1 - 2 * rate) ** 30 for rate in (0.01, 0.3, 0.95, 1.05)})
    assert final[1.05] > 1 > final[0.01] > final[0.95] > final[0.3]


def test_the_bowl_and_the_valley_are_convex(run):
    assert run.variables["convex"] == {
        "valley": True, "bowl": True, "saddle": False, "hollows": False
    }  # fmt: skip
