"""What the lesson shows of a model in the middle of training is what is there."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("inside", request.param)


def test_it_stops_in_the_middle_and_learns_in_the_end(run):
    losses = run.variables["losses"]
    assert len(losses) == 360
    assert 0.3 < losses[60] < np.log(2) < losses[160]  # the 61st step, and the damage later on
    assert losses[-1] < 0.05
    np.testing.assert_array_equal(run.variables["answers"].data, run.variables["targets"])


def test_the_hook_saw_the_hidden_units_that_the_figure_prints(run):
    # The figure of the batch was drawn at the same weights.
    hidden = run.variables["hidden"]
    assert hidden.shape == (4, 3)
    assert np.abs(hidden).max() < 1
    graph = (run.folder / f"graph.{run.variables['lesson'].lang}.svg").read_text("utf-8")
    for number in hidden.ravel():
        assert f"{abs(number):.2f}" in graph
    assert len(run.variables["handles"]) == 3
    model, seen = run.variables["model"], run.variables["seen"]
    model(np.ones((4, 2)))
    assert seen[model[1]] is hidden, "the hooks were removed"


def test_every_weight_and_gradient_is_printed(run):
    names = [name for name, _ in run.variables["model"].named_parameters()]
    assert names == ["0.weight", "0.bias", "2.weight", "2.bias"]
    run.shown(*(f"\n{name} (" for name in names))
    assert run.printed.count("\ngrad [") == 4


def test_the_damaged_unit_recovers(run):
    track = np.array(run.variables["track"])
    damaged = np.abs(track[:, 2:4]).min(axis=1)
    assert damaged[99] > 1 > 0.5 > damaged[100]
    assert damaged[-1] > 1


def test_the_graph_follows_the_loop(run):
    assert run.variables["slopes"] == {1.5: 0.5, 6.0: 0.125}


def test_the_hook_clips_and_is_gone(run):
    np.testing.assert_array_equal(run.variables["clipped"], [1.0, 1.0])
    run.shown("d/d(z²) = [1. 1.]")
    z = run.variables["z"]
    z.grad = None
    (z * z).sum().backward()
    np.testing.assert_array_equal(z.grad.data, [2.0, 20.0])


def test_every_reason_is_another_one(run):
    reasons = run.variables["reasons"]
    expected = ("int64", "requires_grad=True", "has not been run", "retain_grad", "detached at",
                "under no_grad")  # fmt: skip
    assert len(reasons) == len(expected)
    for reason, words in zip(reasons, expected, strict=True):
        assert words in reason


def test_the_first_bad_number_is_named(run):
    assert np.isnan(run.variables["bad_loss"])
    assert run.variables["good_loss"].item() == 0.0
    run.shown("exp produced inf", "the gradient of sqrt with respect to 'x' is inf", "inside.py:")


def test_mistakes(run):
    run.shown(".detach().numpy()", "update it under no_grad()", "was changed in place at")


@pytest.mark.parametrize(
    "name", ["neurons", "graph", "layers", "recorded", "weights", "loop_1_5", "loop_6"]
)
def test_figures_are_saved(run, name):
    lang = run.variables["lesson"].lang
    assert (run.folder / f"{name}.{lang}.svg").stat().st_size > 1000
