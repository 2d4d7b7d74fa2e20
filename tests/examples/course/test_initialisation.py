"""Section E: why zeros fail, and how wide the activations of ten layers are for every scheme."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def lesson(run_lesson, request):
    return run_lesson("initialisation", request.param)


def test_zeros_fail(lesson):
    found = lesson.variables
    assert not found["zero_gradient"].any()
    assert found["zero_loss"] == pytest.approx(np.log(2))
    assert found["zero_accuracy"] == 0.5
    assert found["normal_accuracy"] == 1.0
    rows = found["and_from_zeros"][0].weight.data
    assert rows.any()
    assert (rows == rows[0]).all(), "five neurons are one"
    lesson.shown("0.6931")


def test_the_schemes_are_those_of_the_slides(lesson):
    schemes = {name: scheme(100) for name, scheme in lesson.variables["SCHEMES"].items()}
    expected = {"N(0, 1)": 1.0, "N(0, 0.01)": 0.01, "Xavier": 0.1, "He": 1 / 50**0.5}
    assert schemes == pytest.approx(expected)


def test_activations_saturate_die_or_stay(lesson):
    spread, measured = lesson.variables["spread"], lesson.variables["measured"]
    assert len(spread) == 12
    for activation in ("sigmoid", "tanh"):
        outputs = measured[activation, "N(0, 1)"]
        assert [each.shape for each in outputs] == [(300, 100)] * 10
    at_the_ends = abs(measured["tanh", "N(0, 1)"][9]) > 0.99
    assert at_the_ends.mean() > 0.7
    assert spread["ReLU", "N(0, 1)"][9] > 1e6
    assert spread["tanh", "N(0, 0.01)"][9] < 1e-8
    assert spread["ReLU", "N(0, 0.01)"][9] < 1e-8
    assert abs(measured["sigmoid", "N(0, 0.01)"][9] - 0.5).max() < 0.1
    assert spread["tanh", "Xavier"][9] > 0.2
    assert 0.5 < spread["ReLU", "He"][9] / spread["ReLU", "He"][0] < 2
    assert spread["ReLU", "Xavier"][9] < 0.1 * spread["ReLU", "Xavier"][0]


def test_a_right_start_learns_faster(lesson):
    learning = lesson.variables["learning"]
    assert min(learning["N(0, 0.01)"]) == pytest.approx(np.log(10), abs=0.01)
    assert learning["He"][-1] < learning["Xavier"][-1] < 1.5


def test_the_library_starts_alike(lesson):
    assert lesson.variables["xavier_std"] == pytest.approx((2 / 150) ** 0.5, rel=0.05)
    assert lesson.variables["he_std"] == pytest.approx((2 / 100) ** 0.5, rel=0.05)


def test_mistakes_are_answered(lesson):
    lesson.shown("update it under no_grad()", "need a weight of two or more axes")


def test_its_figures(lesson):
    names = {path.name.split(".")[0] for path in lesson.folder.glob("*.svg")}
    assert names == {
        "histograms_sigmoid", "histograms_tanh", "histograms_relu", "learning"
    }  # fmt: skip


def test_normal_and_uniform_of_one_spread(lesson):
    for value in lesson.variables["same_spread"].values():
        assert value == pytest.approx(0.1, rel=0.02)
