"""A forward pass that raises is drawn up to where it stopped, with what did not fit."""

import gc
import weakref

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz.models import numbers
from tests.viz.picture import Picture
from viz.looks.style import STYLES


class Layers(nn.Module):
    def __init__(self, features):
        self.conv, self.pool = nn.Conv2d(1, 4, 3), nn.MaxPool2d(2)
        self.fc = nn.Sequential(nn.Linear(features, 10), nn.ReLU())

    def forward(self, x):
        x = self.pool(autograd.relu(self.conv(x)))
        return self.fc(x.reshape(len(x), -1))


class Branches(nn.Module):
    def __init__(self):
        self.a, self.b = nn.Linear(4, 5), nn.Linear(4, 6)

    def forward(self, x):
        return self.a(x) + self.b(x)


class Raises(nn.Module):
    def __init__(self):
        self.a = nn.Linear(4, 5)

    def forward(self, x):
        hidden = self.a(x)
        if hidden.shape[1] > 1:
            raise NotImplementedError("the head is missing")
        return hidden


def product(x):
    return autograd.tanh(x) @ Tensor(np.ones((3, 3)), name="W")


FAILURES = {
    "features": (Layers(90), numbers(2, 1, 12, 12), "linear", ["2×100", "10×90", "10"]),
    "branches": (Branches(), numbers(2, 4), "add", ["2×5", "2×6"]),
    "own error": (Raises(), numbers(2, 4), "NotImplementedError", ["2×4", "2×5"]),
    "function": (
        product, Tensor(np.ones((2, 4)), requires_grad=True, name="x"), "matmul", ["2×4", "3×3"]
    ),
    "reshape": (lambda x: (x * 2.0).reshape(3, 3), numbers(2, 4), "reshape", ["2×4"]),
    "index": (lambda x: (x * 2.0)[5], numbers(2, 4), "getitem", ["2×4"]),
    "concatenate": (
        lambda x: autograd.concatenate([x * 2.0, x[:1, :3]]), numbers(2, 4), "concatenate",
        ["2×4", "1×3"],
    ),
    "first": (lambda x: x @ x, numbers(2, 4), "matmul", ["2×4", "2×4"]),
}  # fmt: skip


def recorded(name):
    function, x, *_ = FAILURES[name]
    if not isinstance(function, nn.Module):
        x = Tensor(x.detach().numpy(), requires_grad=True, name="x")
    with (
        pytest.raises((ValueError, NotImplementedError, IndexError)) as caught,
        viz.record() as tape,
    ):
        function(x)
    return tape, str(caught.value)


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("style", [style for style in STYLES if style != "neurons"])
def test_what_failed_is_drawn_with_its_message(name, style):
    tape, message = recorded(name)
    operation = FAILURES[name][2]
    figure = viz.draw(tape, style, layout="builtin")
    lines = figure.text().splitlines()
    stopped = [line for line in lines if "stopped at" in line]
    assert len(stopped) == 1
    assert stopped[0] == lines[-1] or style == "modules"
    assert operation in stopped[0] or style == "modules"
    assert message[:40] in stopped[0]
    svg = figure.svg()
    assert "stopped at" in svg.partition("</desc>")[2]
    assert Picture(svg).overlaps() == []
    assert "<svg" in figure.html()
    assert "멈춤" in viz.draw(tape, style, lang="ko", layout="builtin").svg()


@pytest.mark.parametrize("name", FAILURES)
def test_the_shapes_that_did_not_fit_stand_there(name):
    tape, _ = recorded(name)
    picture = Picture(viz.draw(tape, "modules", layout="builtin").svg())
    (failed,) = [node for node in picture.nodes if "failed" in [role for role, _ in node.shapes]]
    shapes = FAILURES[name][3]
    if failed.kind == "group":
        assert shapes[0] in " ".join(failed.words("note"))
    else:
        assert failed.words("operation-note") == [", ".join(shapes)]


def test_what_was_computed_before_is_there_with_its_module():
    tape, _ = recorded("features")
    text = viz.draw(tape, "modules", layout="builtin").text()
    assert [word in text for word in ("model.conv (module)", "relu", "model.pool", "reshape")] == [
        True
    ] * 4
    picture = Picture(viz.draw(tape, "modules", layout="builtin").svg())
    assert "fc: Sequential" in [text.content for text in picture.loose]


def test_a_tape_without_a_failure_says_what_to_draw():
    with viz.record() as tape:
        y = Tensor(2.0, requires_grad=True) * 2.0
    with pytest.raises(ValueError, match="ended without an exception; draw what it computed"):
        viz.draw(tape)
    assert "forward value 4.00" in viz.draw(y, tape=tape).text()


def test_other_tensors_of_the_program_are_not_drawn():
    other = Tensor(np.ones(3), requires_grad=True, name="other") * 2.0
    tape, _ = recorded("function")
    assert "other" not in viz.draw(tape, names={"other": other}).text()


def test_a_tape_that_failed_keeps_nothing_alive_when_it_is_gone():
    tape, _ = recorded("branches")
    node = weakref.ref(tape.failure.operands[0][1])
    del tape
    gc.collect()
    assert node() is None
