"""The pictures show the numbers that they were given."""

import sys

import numpy as np
import pytest

import autograd
import nn
from nn.optim import SGD
from nn.train import History, plots

pytest.importorskip("matplotlib")


def test_curves_of_training_and_validation():
    records = [
        {"epoch": 1, "loss": 2.0, "validation loss": 3.0, "accuracy": 0.1, "lr": 1},
        {"epoch": 2, "loss": 1.0, "validation loss": 2.0, "accuracy": 0.2, "lr": 1},
    ]
    loss, accuracy = plots.curves(History(records)).axes
    assert [line.get_ydata().tolist() for line in loss.lines] == [[2.0, 1.0], [3.0, 2.0]]
    assert accuracy.get_title() == "accuracy"


def test_a_confusion_matrix_prints_every_count():
    figure = plots.confusion_matrix([[5, 1], [0, 4]], ["cat", "dog"])
    assert [text.get_text() for text in figure.axes[0].texts] == ["5", "1", "0", "4"]


@pytest.mark.parametrize(
    "model",
    [
        lambda p: np.stack([-p[:, 0], p[:, 0]], axis=1),
        lambda p: p[:, :1],
        lambda p: 1 / (1 + np.exp(-p[:, 0])),
    ],
    ids=["scores", "logits", "probabilities"],
)
def test_regions_follow_the_model(model):
    figure = plots.decision_regions(model, [[-1, -1], [1, 1]], [0, 1], resolution=21)
    contours = figure.axes[0].collections[0]
    left, right = (path.vertices[:, 0] for path in contours.get_paths())
    assert left.max() <= 0.1
    assert right.min() >= -0.1


def test_filters_in_grey_and_colour(rng):
    assert len(plots.filters(rng.normal(size=(4, 2, 3, 3))).axes) == 8
    coloured = plots.filters(rng.normal(size=(4, 3, 5, 5))).axes
    assert len(coloured) == 4
    assert coloured[0].images[0].get_array().shape == (5, 5, 3)


def test_histograms_hold_every_value(rng):
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    figure = plots.activation_histograms(model, rng.normal(size=(10, 4)))
    assert [axes.get_title() for axes in figure.axes] == ["0 Linear", "1 Tanh", "2 Linear"]
    counts = [sum(bar.get_height() for bar in axes.patches) for axes in figure.axes]
    assert counts == [80, 80, 30]
    assert not any(any((module._hooks or {}).values()) for module in model)
    model(rng.normal(size=(10, 4))).sum().backward()
    figure = plots.gradient_histograms(model)
    assert [sum(bar.get_height() for bar in axes.patches) for axes in figure.axes] == [32, 8, 24, 3]


def test_paths_are_those_of_the_optimizers():
    figure = plots.optimizer_paths(
        lambda x, y: x**2 / 20 + y**2, {"SGD": lambda p: SGD(p, lr=0.1)}, (-7.0, 2.0), steps=3
    )
    path = np.stack(figure.axes[0].lines[0].get_data(), axis=1)
    expected = [(-7 * 0.99**n, 2 * 0.8**n) for n in range(4)]
    np.testing.assert_allclose(path, expected)


def test_a_figure_can_be_shown_and_saved_without_pyplot(tmp_path):
    figure = plots.confusion_matrix(np.eye(2, dtype=int))
    assert figure._repr_png_().startswith(b"\x89PNG")
    figure.savefig(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.curves(History()), "the history has no epoch yet"),
        (lambda: plots.confusion_matrix(np.ones((2, 3))), r"square matrix, got shape \(2, 3\)"),
        (lambda: plots.confusion_matrix(np.eye(2), ["a"]), "1 names for 2 classes"),
        (lambda: plots.decision_regions(np.sum, np.ones((2, 3)), [0, 1]), r"\(examples, 2\), got"),
        (lambda: plots.filters(np.ones(3)), r"got shape \(3,\)"),
        (lambda: plots.gradient_histograms(nn.Linear(1, 1)), "call backward"),
        (lambda: plots.activation_histograms(nn.ReLU(), [1.0], [nn.Tanh]), "no layer of these"),
        (lambda: plots.optimizer_paths(np.add, {}, (0.0, 0.0)), "at least one optimizer"),
        (lambda: plots.filters(np.zeros((0, 3, 3, 3))), "nothing to draw in shape"),
        (lambda: plots.confusion_matrix(np.zeros((0, 0))), "expected a square matrix"),
        (lambda: plots.decision_regions(np.sum, np.zeros((0, 2)), []), r"got \(0, 2\)"),
    ],
)
def test_plots_name_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_gradients_that_are_no_numbers_are_counted():
    layer = nn.Linear(3, 2)
    layer.weight.grad = autograd.Tensor(np.full((2, 3), np.nan, np.float32))
    layer.bias.grad = autograd.Tensor(np.array([1.0, np.inf], np.float32))
    weight, bias = plots.gradient_histograms(layer).axes
    assert weight.get_xlabel() == "6 of 6 not finite"
    assert bias.get_xlabel() == "mean size 1\n1 of 2 not finite"


def test_a_path_that_leaves_all_numbers_is_drawn_until_there():
    figure = plots.optimizer_paths(
        lambda x, y: x**4 + y**4, {"SGD": lambda p: SGD(p, lr=2.0)}, (3.0, 3.0),
        extent=(-4, 4, -4, 4),
    )  # fmt: skip
    path = figure.axes[0].lines[0].get_xdata()
    assert 2 < len(path) < 31
    assert np.isfinite(path).all()
    figure.canvas.draw()


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'wengert\[plot\]'"):
        plots.filters(np.ones((1, 2, 2)))
