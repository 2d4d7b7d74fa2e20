"""The numbers of the section on computation graphs, as the lesson computes and prints them."""

import numpy as np
import pytest

LANGUAGES = ("en", "ko")
FIGURES = (
    "add", "affine", "affine_batch", "apple_shop", "chain_rule_exercise", "fruit_shop",
    "multi_path", "multiply", "sigmoid_chain", "sigmoid_node", "square_of_sum",
)  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def run(request, run_lesson):
    return run_lesson("graphs", request.param)


def test_an_add_node_passes_on_and_a_multiply_node_swaps(run):
    run.shown("x + y = 15.0:  dx = 1.3, dy = 1.3", "x × y = 50.0:  dx = 6.5, dy = 13.0")


def test_square_of_a_sum(run):
    assert run.variables["square"] == {"t": 3.0, "z": 9.0, "dz/dx": 6.0, "dz/dy": 6.0}


def test_every_gradient_of_the_sigmoid_chain(run):
    x, y = 1.0, 1 / (1 + np.exp(-1.0))
    expected = {
        "y": 1.0, "c": -(y**2), "b": -(y**2), "a": -(y**2) * np.exp(-x), "x": y**2 * np.exp(-x),
    }  # fmt: skip
    assert run.variables["sigmoid_chain"] == pytest.approx(expected, rel=1e-14)
    assert run.variables["sigmoid_node"] == pytest.approx(y * (1 - y), rel=1e-14)
    assert expected["x"] == pytest.approx(y * (1 - y), rel=1e-14)


def test_the_shop(run):
    assert run.variables["shop"] == pytest.approx([220, 2.2, 110, 200])
    assert run.variables["fruit_shop"] == pytest.approx([715, 2.2, 110, 3.3, 165, 650])
    run.shown("= 220\n", "= 715\n", "= 2.2\n", "= 110\n", "= 3.3\n", "= 165\n", "= 650\n")


def test_the_exercise_agrees_with_its_closed_form(run):
    r, t = 2.0, 0.5
    closed = (2 * r * np.sin(t) ** 2, (r**2 + 2) * np.sin(2 * t))
    assert run.variables["exercise"] == pytest.approx(closed, rel=1e-14)


def test_the_gradients_of_several_paths_add_up(run):
    assert run.variables["paths_to_r"] == [-2.0, -6.0, 6.0]
    assert run.variables["r"].grad.item() == -2.0
    assert run.variables["s"].grad.item() == -11.0  # w = (r + s) r s (r - s) at (1, 2)


@pytest.mark.parametrize("which", ["affine", "batch"])
def test_affine_by_hand_is_the_engine(run, which):
    by_hand = run.variables[f"{which}_by_hand"]
    for expected, gradient in zip(by_hand, run.variables[f"{which}_engine"], strict=True):
        assert gradient.shape == expected.shape
        np.testing.assert_allclose(gradient, expected, rtol=1e-13)


def test_the_shapes_of_affine_are_those_of_the_slide(run):
    x, w, b = run.variables["affine_engine"]
    assert (x.shape, w.shape, b.shape) == ((2,), (2, 3), (3,))


def test_mistakes_say_what_to_do(run):
    run.shown("compute the result again", "take .sum() or .mean()", ".astype(float)",
              ".detach().numpy()")  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_figures_are_saved(run, name, suffix):
    lang = run.variables["lesson"].lang
    assert (run.folder / f"{name}.{lang}.{suffix}").stat().st_size > 1000
