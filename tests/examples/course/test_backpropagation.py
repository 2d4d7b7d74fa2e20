"""Backpropagation by hand agrees with the engine's, and with numerical differentiation."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("backpropagation", request.param)


def test_every_gradient_of_the_322_network(run):
    engine, by_hand = run.variables["engine"], run.variables["by_hand"]
    assert list(engine) == [f"w{i}" for i in range(1, 11)] + [f"b{i}" for i in range(1, 5)]
    assert by_hand == pytest.approx(engine, rel=1e-12)


def test_the_322_network_of_the_slides(run):
    # h1 = σ(4.3), h2 = σ(5.3) for x = (1, 4, 5) and w1 to w6 = 0.1 to 0.6, b = 0.5.
    assert run.variables["H1"] == pytest.approx(1 / (1 + np.exp(-4.3)), rel=1e-13)
    assert run.variables["H2"] == pytest.approx(1 / (1 + np.exp(-5.3)), rel=1e-13)
    o1, o2 = run.variables["O1"], run.variables["O2"]
    assert run.variables["E"].item() == pytest.approx(0.5 * ((o1 - 0.1) ** 2 + (o2 - 0.05) ** 2))


def test_two_layers_and_their_loss(run):
    assert run.variables["loss"].item() == pytest.approx(run.variables["loss_by_hand"], rel=1e-14)
    by_hand, engine = run.variables["two_layers_by_hand"], run.variables["two_layers_engine"]
    for expected, gradient in zip(by_hand, engine, strict=True):
        np.testing.assert_allclose(gradient, expected, atol=1e-15, strict=True)


def test_any_number_of_layers(run):
    assert run.variables["deep"].item() == pytest.approx(run.variables["deep_loss"], rel=1e-13)
    assert len(run.variables["deep_differences"]) == 4
    assert max(run.variables["deep_differences"]) < 1e-14
    assert all(np.abs(gradient).max() > 1e-4 for gradient in run.variables["dWs"])


def test_numerical_differentiation_confirms_it(run):
    assert run.variables["own_error"] < 1e-8
    assert run.variables["library_error"] <= run.variables["bound"].max() < 1e-9
    errors = run.variables["errors"]
    assert min(errors) < 1e-9 < min(errors[0], errors[-1])  # best in the middle


def test_mistakes_and_the_misprint_are_found(run):
    run.shown("did you mean matmul(x, y.T)?", "expected shape (1, 2)", "the gradient is wrong")


@pytest.mark.parametrize("name", ["network_322", "network_322_graph", "two_layers", "step_size"])
def test_figures_are_saved(run, name):
    lang = run.variables["lesson"].lang
    assert (run.folder / f"{name}.{lang}.svg").stat().st_size > 1000


def test_layers_as_classes_and_the_misprint(run):
    run.shown("Relu", "SigmoidLayer", "Affine", "MisprintedRelu")
