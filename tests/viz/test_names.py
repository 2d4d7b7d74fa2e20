"""What figures call things: names of variables, of NumPy arrays, of what was computed outside."""

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz.picture import Picture
from tests.viz.programs import named, variable


def names(figure):
    return [line.partition(" ")[0] for line in figure.text().splitlines()]


def test_automatic_names_keep_clear_of_those_in_the_graph():
    v1, v3 = variable(1.0, "v1"), variable(2.0, "v3")
    y = (v1 * 2.0 + v3) * v1
    assert names(viz.draw(y)) == ["v1", "v3", "2.00", "v2", "v4", "v5"]


def test_automatic_names_keep_clear_of_variables():
    v1 = np.zeros(2)  # a velocity, which is not in the graph
    x = variable([1.0, 2.0], "x")
    assert names(viz.draw((x * 2.0).sum(), names=True))[2:] == ["v2", "v3"]
    assert names(viz.draw((x * 2.0).sum(), names={"v2": v1}))[2:] == ["v1", "v3"]
    assert names(viz.draw((x * 2.0).sum()))[2:] == ["v1", "v2"]


def test_numpy_arrays_are_called_by_their_variables():
    X, w = np.array([[1.0, 2.0], [3.0, 4.0]]), variable([0.5, 0.5], "w")
    mask = np.array([True, False])
    y = ((X @ w) * mask).sum()
    text = viz.draw(y, names=True).text()
    assert "X (input); (2, 2)" in text
    assert "mask (input); (2,) bool" in text
    assert "X" not in names(viz.draw(y))


def test_labels_in_numpy_are_told_from_what_was_computed_of_them():
    t, p = np.array([1.0, 0.0, 1.0]), variable([0.6, 0.2, 0.9], "p")
    m = np.array([True, False, True])
    loss = -(t * autograd.log(p) + (1 - t) * autograd.log(1 - p)).sum() + (p * (p > 0.5)).sum()
    called = names(viz.draw(loss, names={"t": t, "m": m}))
    assert "t" in called
    assert "1 − t (input)" in viz.draw(loss, names={"t": t, "m": m}).text()
    assert "m" not in called  # it holds the same as p > 0.5, and is another
    assert "p > 0.5 (input)" in viz.draw(loss, names={"t": t, "m": m}).text()


def test_indices_and_conditions_are_called_what_they_are_for():
    x = variable([[1.0, 2.0], [4.0, 3.0]], "x")
    y = autograd.where(np.array([True, False]), x, 0.0).sum() + x.max(dim=1)[0].sum()
    assert {"condition", "indices"} <= set(names(viz.draw(y)))


def test_an_array_that_two_variables_could_be_has_no_name():
    a, b = np.zeros(2), np.zeros(2)
    w = variable([0.5, 0.5], "w")
    first = names(viz.draw((w * a).sum(), names={"a": a, "b": b}))
    assert "a" not in first
    assert "b" not in first


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda t, w: 1 - t, "1 − t"),
        (lambda t, w: t > 0, "t > 0"),
        (lambda t, w: w > 0, "w > 0"),
        (lambda t, w: (t + 1) * 2, "(t + 1) × 2"),
        (lambda t, w: -t, "negative(t)"),
        (lambda t, w: autograd.exp(t), "exp(t)"),
        (lambda t, w: (1 - t).detach(), "v1"),
    ],
)
def test_what_was_computed_outside_of_the_graph_says_from_what(build, name):
    t, w = Tensor([0.0, 1.0], name="t"), variable([1.0, 2.0], "w")
    y = (w * build(t, w)).sum()
    assert f"\n{name} (input);" in viz.draw(y, names=False).text()
    if name != "v1":
        assert f">{name}<".replace(">", "&gt;", 0) in viz.draw(y).svg().replace("&gt;", ">")


def test_names_of_variables_reach_into_what_was_computed_from_them():
    target, w = Tensor([0.0, 1.0]), variable([1.0, 2.0], "w")
    y = ((1 - target) * w).sum()
    assert "1 − target (input)" in viz.draw(y, names=True).text()
    assert "1 −" not in viz.draw(y).text()  # nobody knows what the other one is called


def test_origins_keep_nothing_alive():
    import gc
    import weakref

    t = Tensor([0.0, 1.0])
    seen = weakref.ref(t)
    y = (1 - t) * variable([1.0, 2.0], "w")
    del t
    gc.collect()
    assert seen() is None
    assert "v1 (input)" in viz.draw(y).text()


def test_the_mask_of_dropout_stands_inside_its_module():
    model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 1))
    y = model(Tensor([[1.0, 2.0]], name="x").astype("float32")).sum()
    figure = viz.draw(y, layout="builtin")
    assert "mask (input)" in figure.text()
    (mask,) = (n for n in figure._model.nodes if n.label.title == "mask")
    assert "Dropout" in figure._model.frames[mask.frame].label
    assert Picture(figure.svg()).defects() == []
    named(y, "y")
    assert nn.functional.dropout(np.ones(3)).__class__ is np.ndarray


@pytest.mark.parametrize(
    ("build", "written"),
    [
        (lambda t, w: w * (1 - t), "w × (1 − t)"),
        (lambda t, w: (1 - t) * w, "(1 − t) × w"),
        (lambda t, w: w - (t > 0), "w − (t > 0)"),
        (lambda t, w: w / ((t + 1) * 2), "w ÷ ((t + 1) × 2)"),
        (lambda t, w: w * autograd.exp(1 - t), "w × exp(1 − t)"),
        (lambda t, w: w * t, "w × t"),
    ],
)
def test_what_was_computed_is_kept_together_in_an_equation(build, written):
    t, w = Tensor([0.0, 1.0], name="t"), variable([1.0, 2.0], "w")
    y = named(build(t, w), "y")
    y.backward(autograd.ones(2))
    story = [step.words for step in viz.draw(y, layout="builtin")._model.story]
    assert any(words.startswith(f"y = {written}") for words in story)
