"""Section B: values, derivatives, softmax, saturation, and gradients that vanish or die."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def lesson(run_lesson, request):
    return run_lesson("activations", request.param)


def test_values_and_derivatives_follow_the_formulas(lesson):
    found = lesson.variables
    table = found["table"]
    x = np.array([-2.0, 0.0, 2.0])
    sigmoid = 1 / (1 + np.exp(-x))
    expected = {
        "step": ([0, 1, 1], [0, 0, 0]),
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
        "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
        "ReLU": ([0, 0, 2], [0, 0, 1]),
        "Leaky ReLU": ([-0.02, 0, 2], [0.01, 0.01, 1]),
    }
    assert set(table) == set(expected)
    for name, (values, slopes) in expected.items():
        np.testing.assert_allclose(table[name][0], values, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(table[name][1], slopes, atol=1e-12, err_msg=name)
    assert found["sigmoid_error"] < 1e-15
    assert found["tanh_error"] < 1e-15


def test_the_library_has_chosen_a_derivative_of_relu_at_0(lesson):
    assert lesson.variables["relu_at_zero"] == 0
    assert lesson.variables["leaky_at_zero"] == 0.01


def test_softmax_of_the_slide(lesson):
    found = lesson.variables
    expected = [0.21194156, 0.21194156, 0.57611688]
    np.testing.assert_allclose(found["probabilities"].data, expected, atol=5e-9)
    np.testing.assert_allclose(found["large"].data, expected, atol=5e-9)
    lesson.shown("[0.21194156 0.21194156 0.57611688]")
    y1, y2, y3 = expected
    np.testing.assert_allclose(
        found["scores"].grad.data, [-y1 * y3, -y2 * y3, y3 * (1 - y3)], atol=1e-8
    )


def test_saturation_of_the_slide(lesson):
    found = lesson.variables
    assert found["u"].item() == 51
    assert found["y"].item() == 1
    assert found["w"].grad.item() == found["b"].grad.item() == 0
    lesson.shown("u = 51   y = 1.0   dy/dw = 0.0e+00   dy/db = 0.0")
    assert found["b_healthy"].grad.item() > 0.2


def test_gradients_vanish_through_sigmoids_only(lesson):
    ratio = {name: each[0] / each[-1] for name, each in lesson.variables["sizes"].items()}
    assert ratio["sigmoid"] < 1e-6
    assert min(ratio["tanh"], ratio["ReLU"], ratio["Leaky ReLU"]) > 0.1
    assert all(len(each) == 11 for each in lesson.variables["sizes"].values())


def test_relus_die_and_leaky_ones_do_not(lesson):
    relu, leaky = zip(*lesson.variables["dead"].values(), strict=True)
    assert list(relu) == sorted(relu)
    assert relu[0] == 0
    assert relu[-1] > 95
    assert not any(leaky)


def test_mistakes_are_answered(lesson):
    np.testing.assert_allclose(lesson.variables["right"].data, 1)
    assert abs(lesson.variables["wrong"].data - 1).max() > 0.1
    lesson.shown("TypeError: sum() has no parameter 'axes'", "use .detach().numpy()")


def test_its_figures(lesson):
    names = {path.name.split(".")[0] for path in lesson.folder.glob("*.svg")}
    assert names == {"functions", "softmax", "saturated", "vanishing"}
