"""Section C: every form of a loss, its gradient, and the two penalties."""

import math

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def lesson(run_lesson, request):
    return run_lesson("losses", request.param)


def test_the_forms_of_the_squared_error(lesson):
    found = lesson.variables
    error = np.array([0.5, 2.0, 3.5, 3.0]) - [1.0, 2.0, 3.0, 4.0]
    squares = float((error**2).sum())
    expected = {
        "mean_square": (squares / 4, error / 2),
        "half_mean_square": (squares / 8, error / 4),
        "sum_of_squares": (squares / 2, error),
        "root_mean_square": (math.sqrt(squares / 4), error / 4 / math.sqrt(squares / 4)),
    }
    for (name, (value, slope)), gradient in zip(
        expected.items(), found["gradients"].values(), strict=True
    ):
        assert found[name].item() == pytest.approx(value), name
        np.testing.assert_allclose(gradient.data, slope, err_msg=name)
    lesson.shown("0.3750", "0.1875", "0.7500", "0.6124", "nn.functional.mse_loss = 0.375")


def test_binary_cross_entropy_and_its_misprinted_sign(lesson):
    found = lesson.variables
    expected = -(math.log(0.9) + math.log(0.8) + math.log(0.6)) / 3
    assert found["binary"].item() == pytest.approx(expected)
    assert found["library_binary"].item() == pytest.approx(expected)
    assert found["printed_right"] == pytest.approx(-math.log(0.001))
    assert found["misprinted"] == pytest.approx(math.log(0.001)), "a reward for being wrong"


def test_categorical_cross_entropy_over_one_hot_targets(lesson):
    expected = -(math.log(0.7) + math.log(0.3)) / 2
    assert lesson.variables["categorical"].item() == pytest.approx(expected)


def test_cross_entropy_of_distributions_is_smallest_where_they_agree(lesson):
    q = np.array([0.5, 0.3, 0.2])
    costs = [-(q * np.log(p)).sum() for p in (q, [0.4, 0.4, 0.2], [0.1, 0.1, 0.8])]
    assert costs == sorted(costs)
    lesson.shown(*(f"-Σ q ln p = {cost:.4f}" for cost in costs))


def test_the_gradient_at_the_scores_is_probability_minus_label(lesson):
    found = lesson.variables
    expected = [0.21194156, 0.21194156, 0.57611688 - 1]
    np.testing.assert_allclose(found["scores"].grad.data, [expected], atol=1e-8)
    np.testing.assert_allclose(found["x"].grad.data, expected, atol=1e-8)
    assert found["by_hand"].item() == pytest.approx(-math.log(0.57611688))


def test_a_sure_and_wrong_sigmoid_has_a_slope_with_cross_entropy_only(lesson):
    y = 1 / (1 + math.exp(6))
    square, entropy = lesson.variables["slopes_at_minus_6"]
    assert square == pytest.approx(2 * (y - 1) * y * (1 - y))
    assert entropy == pytest.approx(y - 1)
    assert abs(entropy) > 100 * abs(square)


def test_penalties(lesson):
    found = lesson.variables
    w = np.array([3.0, -4.0, 0.5])
    assert found["l2"].item() == pytest.approx(0.25 * (w**2).sum())
    assert found["l1"].item() == pytest.approx(0.25 * abs(w).sum())
    np.testing.assert_allclose(found["l2_gradient"].data, 0.5 * w)
    np.testing.assert_allclose(found["l1_gradient"].data, 0.25 * np.sign(w))
    np.testing.assert_allclose(found["with_term"].data, w - 0.1 * (1 + 0.5 * w))
    np.testing.assert_allclose(found["with_decay"].data, found["with_term"].data)


def test_mistakes_are_answered(lesson):
    assert lesson.variables["silent"] != pytest.approx(lesson.variables["mean_square"].item())
    lesson.shown(
        "mse_loss: input has shape (4, 1) but target has (4,)",
        "of one-hot labels take .argmax(axis=1)",
        "IndexError: cross_entropy: target[0] is 3",
        "for logits use binary_cross_entropy_with_logits",
        "take .sum() or .mean()",
    )


def test_its_figures(lesson):
    names = {path.name.split(".")[0] for path in lesson.folder.glob("*.svg")}
    assert names == {"cross_entropy", "square_or_entropy"}


def test_numbers_to_compute_by_hand(lesson):
    assert lesson.variables["marks"] == pytest.approx(2433.3, abs=0.05)
    assert lesson.variables["three"] == pytest.approx(1.4743, abs=5e-5)
