"""The lesson on training: how often, on how much at once, and with which settings."""

import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("training", request.param)


def test_epochs_batches_and_iterations(run):
    assert run.variables["iterations"] == {1400: 2, 100: 28, 1: 2800}
    reached = run.variables["reached"]
    assert reached[1400] < reached[100] < reached[1]
    assert reached[1] > 0.9


def test_the_settings_of_the_slides(run):
    assert list(run.variables["reached_with"]) == ["SGD", "Adagrad", "RMSprop", "Adam"]
    assert min(run.variables["reached_with"].values()) > 0.6
    assert run.variables["reached_with"]["SGD"] > 0.9


def test_random_search_finds_the_best_of_its_trials(run):
    found = run.variables["found"]
    results = [trial["result"]["result"] for trial in found.trials]
    assert len(results) == 12
    assert max(results) > 0.85 > 0.5 > min(results)
    best = max(found.trials, key=lambda trial: trial["result"]["result"])
    assert found.best == best["settings"]
    assert set(found.best) == {"lr", "batch_size", "layers", "units", "weight_decay"}


def test_mistakes(run):
    run.shown("call loss.backward() before step()", "pass its .parameters()", "[2.0, 4.0, 6.0]")
    assert run.printed.count("no parameter has a gradient") == 2
