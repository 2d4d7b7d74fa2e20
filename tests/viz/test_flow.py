"""Where a network dies: the numbers of every layer, and what is marked."""

import gc
import re
import warnings
import weakref
from itertools import pairwise

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from autograd.internals import Flow
from nn.models import ResNet
from tests.viz.models import numbers
from tests.viz.picture import Picture


def recorded(model, x, rate=0.1, loss=lambda y: (y * y).mean()):
    optimizer = nn.optim.SGD(model.parameters(), lr=rate)
    with viz.record() as tape, np.errstate(all="ignore"):
        y = model(x)
        y = y[0] if isinstance(y, tuple) else y
        loss(y).backward()
        optimizer.step()
    return tape


def sigmoids(depth=10):
    layers = [layer for _ in range(depth) for layer in (nn.Linear(20, 20), nn.Sigmoid())]
    return nn.Sequential(*layers), numbers(16, 20)


def dying():
    model = nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 30), nn.ReLU(),
                          nn.Linear(30, 5))  # fmt: skip
    model[2].bias.data[...] = -10
    return model, numbers(16, 20)


def exploding():
    model = nn.RNN(4, 8, nonlinearity="relu")
    model.weight_hh_l0.data *= 4
    return model, numbers(40, 2, 4)


class Steps(nn.Module):
    def __init__(self, size):
        self.cell = nn.RNNCell(4, 8, nonlinearity="relu")
        self.cell.weight_hh.data *= size

    def forward(self, x):
        h = Tensor(np.zeros((x.shape[1], 8), np.float32))
        for each in x:
            h = self.cell(each, h)
        return h


def healthy():
    return ResNet("basic", (1, 1, 1, 1), 10, width=8), numbers(8, 3, 32, 32)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (sigmoids, {"vanishing"}),
        (dying, {"vanishing", "dead"}),
        (exploding, {"exploding"}),
        (lambda: (Steps(3.0), numbers(40, 2, 4)), {"exploding"}),
        (healthy, set()),
    ],
    ids=["deep sigmoids", "dying ReLU", "exploding RNN", "exploding cell", "healthy ResNet"],
)
def test_the_figure_says_which_is_which(build, expected):
    autograd.manual_seed(0)
    model, x = build()
    tape = recorded(model, x)
    marks = {mark for layer in tape.measured.layers for mark in layer.marks}
    assert marks - {"dead"} == expected - {"dead"}
    assert ("dead" in expected) <= ("dead" in marks)
    for lang in ("en", "ko"):
        figure = viz.flow(model, lang=lang)
        picture = Picture(figure.svg())
        assert picture.overlaps() == []
        assert not [text for text in picture.texts() if text.content.startswith("…")]
    first = viz.flow(model).text().splitlines()[0]
    assert first.startswith("nothing conspicuous") == (not expected)
    assert all(mark in first for mark in expected)


def test_activations_are_those_of_the_arrays():
    autograd.manual_seed(0)
    model, x = dying()
    hidden = model[1](model[0](x)).detach().numpy()
    dead = np.mean((hidden == 0).all(axis=0))
    found = recorded(model, x).measured
    layer = found["model.1"]
    np.testing.assert_allclose(layer.activation, np.sqrt(np.mean(hidden**2)), rtol=1e-5)
    assert layer.dead == dead
    assert found["model.3"].dead == 1.0
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    model[0].weight.data[...] = 50.0
    layer = recorded(model, Tensor(np.ones((4, 2), np.float32))).measured["model.1"]
    assert layer.saturated == 1.0
    assert "saturated" in layer.marks


def test_gradients_weights_and_updates_are_norms():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = numbers(5, 3)
    before = [each.detach().numpy().copy() for each in model[0].parameters()]
    tape = recorded(model, x, rate=0.5)
    layer = tape.measured["model.0"]
    after = [each.detach().numpy() for each in model[0].parameters()]
    grads = [each.grad.numpy() for each in model[0].parameters()]
    norm = lambda arrays: np.sqrt(sum((each.astype(float) ** 2).sum() for each in arrays))  # noqa: E731
    np.testing.assert_allclose(layer.weight, norm(before), rtol=1e-5)
    np.testing.assert_allclose(layer.weight_gradient, norm(grads), rtol=1e-5)
    changed = norm([a - b for a, b in zip(after, before, strict=True)])
    np.testing.assert_allclose(layer.update, changed / norm(before), rtol=1e-4)


@pytest.mark.parametrize("where", ["forward", "backward", "inside"])
def test_the_first_nan_is_named(where):
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
    x = numbers(8, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if where == "forward":
            tape = recorded(model, x, loss=lambda y: y.log().sum())
        elif where == "backward":
            tape = recorded(model, x, loss=lambda y: (y * 0.0).abs().sqrt().sum())
        else:
            model[0].weight.data[...] = np.float32(1e38)
            tape = recorded(model, x * 1e3)
    origin = tape.measured.origin
    expected = {
        "forward": ("log", "log", False), "backward": ("sqrt", "sqrt", True),
        "inside": ("model.0: linear", "linear", False),
    }  # fmt: skip
    assert (origin.path, origin.operation, origin.backward) == expected[where]
    text = viz.flow(tape).text()
    assert f"{origin.kind} begins in {origin.path}" in text
    assert "test_flow.py" in (origin.line or "test_flow.py")
    assert "begins" in viz.flow(tape).svg()


def test_a_model_that_was_not_recorded_shows_its_parameters():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    (model(numbers(5, 3)) ** 2).mean().backward()
    figure = viz.flow(model)
    assert "inside viz.record()" in figure.text()
    assert "model.0 (Linear(3 -> 4)); gradient" in figure.text()


def test_the_last_pass_of_a_model_counts_and_keeps_nothing_alive():
    model, x = sigmoids(2)
    first = recorded(model, x)
    second = recorded(model, x)
    assert viz.flow(model).text() == viz.flow(second).text()
    assert viz.flow(first).text() != viz.flow(second).text()
    known = weakref.ref(model)
    del model
    gc.collect()
    assert known() is None
    assert viz.flow(second).text().startswith("of 4 layers") or "nothing" in viz.flow(second).text()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(TypeError, match="expected a model, a tape of viz.record\\(\\) or a Flow"):
        viz.flow(3)
    with pytest.raises(ValueError, match="nothing was measured"):
        viz.flow(Flow())
    with pytest.raises(ValueError, match="lang='de' must be one of"):
        viz.flow(Flow(), lang="de")


def test_loops_of_calls_are_thinned():
    model, x = Steps(0.5), numbers(40, 2, 4)
    tape = recorded(model, x)
    lines = viz.flow(tape).text().splitlines()
    assert len([line for line in lines if "RNNCell" in line]) == 10
    assert [layer.call for layer in tape.measured.layers][:2] == [(1, 40), (2, 40)]


STROKE = re.compile(
    r'class="(forward|backward)" fill="none" stroke="(#\w+)" stroke-width="([\d.]+)"'
)


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero", "modules"])
def test_wires_are_coloured_by_the_size_of_their_gradient(style):
    autograd.manual_seed(0)
    layers = [layer for _ in range(3) for layer in (nn.Linear(3, 3), nn.Sigmoid())]
    loss = (nn.Sequential(*layers)(numbers(2, 3)) ** 2).mean()
    loss.backward()
    plain = viz.draw(loss, style, layout="builtin")
    figure = viz.draw(loss, style, layout="builtin", color="gradient")
    sizes = {}
    for wire in figure._model.wires:
        if wire.look is not None:
            sizes[wire.source] = wire.look
    colours = {colour for colour, _ in sizes.values()}
    assert len(colours) >= 3
    assert len({colour for _, colour, _ in STROKE.findall(figure.svg())}) >= len(colours)
    # Sizes fall from the loss to the input, more or less: so does the width.
    chain = [
        look[1] for source, look in sorted(sizes.items()) if figure._model.nodes[source].inlets
    ]
    assert all(one <= other + 0.1 for one, other in pairwise(chain))
    assert chain[0] < chain[-1] - 1.0
    assert "size of the gradient" in figure.svg()
    assert "size of the gradient" not in plain.svg()
    assert Picture(figure.svg()).overlaps() == []
    with pytest.raises(ValueError, match="color='value' is not one of 'gradient'"):
        viz.draw(loss, style, color="value")


def test_colours_stay_where_there_is_no_gradient_or_a_bad_one():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = (x * 2.0).sum()
    assert "size of the gradient" in viz.draw(y, color="gradient", layout="builtin").svg()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        z = (x * 0.0).sqrt().sum()
        z.backward()
    looks = {wire.look for wire in viz.draw(z, color="gradient")._model.wires}
    assert ("#7b1fa2", 4.6) in looks


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero", "modules"])
def test_figures_mark_where_numbers_go_bad(style):
    x = Tensor([1.0, -2.0], requires_grad=True, name="x")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = (x * 2.0).log()
        y = (y + 1.0).tanh().sum()
        y.backward()
        z = (x * 0.0).sqrt().sum()
        z.backward()
        w = (x * 2.0).sum()
        w.backward()
    for result, words, operation in (
        (y, "NaN or ∞ begins here", "log"), (z, "the gradient goes bad here", "sqrt")
    ):  # fmt: skip
        figure = viz.draw(result, style, layout="builtin")
        (line,) = [line for line in figure.text().splitlines() if words in line]
        assert f"= {operation}(" in line
        assert figure.svg().partition("</desc>")[2].count(f">{words}<") == 1
        assert Picture(figure.svg()).overlaps() == []
    assert "begins here" not in viz.draw(w, style).text()


def test_the_module_in_which_numbers_go_bad_is_marked():
    class Logarithm(nn.Module):
        def forward(self, x):
            return (x - 5.0).log()

    model = nn.Sequential(nn.Linear(3, 3), Logarithm(), nn.Tanh())
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = model(numbers(2, 3))
    picture = Picture(viz.draw(result, "modules", lang="ko", layout="builtin").svg())
    (box,) = [node for node in picture.nodes if node.words("cut-text")]
    assert box.words("group-text") == ["1: Logarithm"]


def test_units_of_a_signal_are_its_channels():
    model = nn.Sequential(nn.Conv1d(2, 4, 3), nn.BatchNorm1d(4), nn.ReLU(), nn.MaxPool1d(2),
                          nn.Conv1d(4, 4, 1), nn.ReLU())  # fmt: skip
    model[1].bias.data[:2] = -50  # two of four channels are dead, at every place
    model[4].bias.data[:3] = -50
    tape = recorded(model, numbers(8, 2, 20))
    dead = {layer.path: layer.dead for layer in tape.measured.layers if layer.dead is not None}
    assert dead == {"model.2": 0.5, "model.5": 0.75}


def test_units_of_a_sequence_are_its_features():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    model[0].bias.data[:1] = -50
    tape = recorded(model, numbers(8, 6, 3))
    assert [x.dead for x in tape.measured.layers if x.dead is not None] == [0.25]
