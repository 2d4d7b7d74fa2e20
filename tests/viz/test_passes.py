"""Several backward passes in one figure, and times."""

import re

import numpy as np
import pytest

import autograd
import viz
from tests.viz.picture import Picture
from tests.viz.programs import named, variable
from viz.numerals import duration
from viz.reading.passes import addends
from viz.reading.tape import Traces


def two_passes():
    a = variable(2.0, "a")
    b = named(a * 3, "b")
    c, d = named(b * b, "c"), named(b + 1, "d")
    c.backward(retain_graph=True)
    d.backward(retain_graph=True)
    return a, c, d


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah"])
def test_an_older_gradient_says_of_which_pass_it_is(style):
    _a, c, d = two_passes()
    svg = viz.draw([c, d], style, layout="builtin").svg()
    assert Picture(svg).overlaps() == []
    assert svg.count(">pass 1 of 2<") == 1
    assert ">pass 1 of 2<" not in viz.draw(d, style).svg()
    text = viz.draw([c, d], style, lang="ko").text()
    assert "c = mul(b, b); float64; 순전파 값 36" in text
    assert "역전파 2번 중 1번째" in text


def test_passes_are_counted_by_what_the_figure_shows():
    x = variable(1.0, "x")
    for _ in range(5):
        y = named(x * 2.0, "y")
        y.backward()
    assert "pass" not in viz.draw(y).text()  # one pass of this graph, whatever came before
    (x * 3.0).backward()  # another graph: this one has its own gradients still
    assert "x (variable); float64; forward value 1.00; gradient 2.00\n" in viz.draw(y).text()


def test_contributions_of_several_passes_are_written_as_one_sum():
    with viz.record() as tape:
        x = variable(3.0, "x")
        y = named(x * x + x, "y")
        y.backward(retain_graph=True)
        y.backward()
    node = Picture(viz.draw(y, tape=tape, layout="builtin").svg()).node("x")
    assert node.words("gradient") == ["1.00 + 3.00 + 3.00 + 1.00 + 3.00 + 3.00 = 14.00"]
    plain = Picture(viz.draw(y, layout="builtin").svg()).node("x")
    assert plain.words("gradient") == ["7.00 + 3.00 + 3.00 + 1.00 = 14.00"]
    assert "7.00 from an earlier backward: zero_grad?" in plain.words("note")


def test_only_passes_since_the_gradient_was_cleared_count():
    with viz.record() as tape:
        x = variable(3.0, "x")
        y = named(x * 2.0, "y")
        y.backward(retain_graph=True)
        x.grad = None
        for factor in (5.0, 7.0):
            (y * factor).backward(retain_graph=True)
    node = Picture(viz.draw(y, tape=tape, layout="builtin").svg()).node("x")
    assert node.words("gradient") == ["10.00 + 14.00 = 24.00"]


def test_contributions_of_other_graphs_count():
    with viz.record() as tape:
        w = variable(1.0, "w")
        for data in (2.0, 3.0):
            loss = w * data
            loss.backward()
    node = Picture(viz.draw(loss, tape=tape, layout="builtin").svg()).node("w")
    assert node.words("gradient") == ["2.00 + 3.00 = 5.00"]


def test_contributions_are_copies():
    with viz.record() as tape:
        x = variable(np.ones(3), "x")
        y = (x * 2.0).sum() + (x * x).sum()
        y.backward()
    parts = addends(tape, x._node, x.grad.data)
    np.testing.assert_allclose(sorted(part.sum() for part in parts), [3.0, 3.0, 6.0])
    assert all(not np.shares_memory(part, x.grad._value) for part in parts)


def test_times_come_from_the_clock():
    ticks = iter([0.0, 0.5, 1.0, 1.25])
    traces = Traces(clock=lambda: next(ticks))
    x = variable(2.0)
    y = x * x
    traces.begin()
    traces.computed(y._node)
    traces.begin()
    traces.passed(y._node, [1.0, None])
    assert traces.seconds[y._node.sequence] == [0.5, 0.25]


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero"])
def test_times_stand_in_every_operation(style):
    with viz.record() as tape:
        x = variable(3.0, "x")
        y = named(autograd.exp(x * x), "y")
        y.backward()
    svg = viz.draw(y, style, tape=tape, times=True, layout="builtin").svg()
    assert Picture(svg).overlaps() == []
    assert len(re.findall(r">→ [\d.]+ [mµ]?s +← [\d.]+ [mµ]?s<", svg)) == 2
    assert ">→ " not in viz.draw(y, style, tape=tape, layout="builtin").svg()


def test_times_need_a_tape():
    with pytest.raises(ValueError, match=r"times=True needs tape=, which viz.record\(\) returns"):
        viz.draw(variable(1.0) * 2.0, times=True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "0.0 µs"), (9.4e-6, "9.4 µs"), (9.99e-6, "10 µs"), (0.0123, "12 ms"), (61.0, "61 s")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_a_failing_operation_leaves_the_clock_sound():
    with viz.record() as tape:
        x = variable(np.ones(2), "x")
        with pytest.raises(ValueError, match="matmul"):
            x @ variable(np.ones(3))
        y = (x * 2.0).sum()
    times = [tape.traces.seconds[node.sequence] for node in (y._node,)]
    assert 0 <= times[0][0] < 1
