"""The steps of the layouts, and the ways in which an external one can fail."""

import dataclasses
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.test_golden import GOLDEN
from viz.layout import external
from viz.layout.columns import in_columns
from viz.layout.constraints import satisfied
from viz.layout.ordering import crossings, order
from viz.layout.ranks import ranks_of
from viz.layout.spacing import pooled

PLACES = st.floats(-1000, 1000)


@given(st.lists(st.tuples(PLACES, st.floats(0.1, 10), st.floats(0, 50)), min_size=1, max_size=12))
def test_pooled_keeps_gaps_and_is_the_best(items):
    wishes, weights, gaps = ([item[i] for item in items] for i in range(3))
    gaps = gaps[1:]
    places = pooled(wishes, weights, gaps)

    def cost(candidate):
        return sum(w * (p - x) ** 2 for w, p, x in zip(weights, candidate, wishes, strict=True))

    for left, right, gap in zip(places, places[1:], gaps, strict=False):
        assert right - left >= gap - 1e-9
    for index in range(len(places)):  # no small move of a tail or a head is better
        for step in (-0.01, 0.01):
            moved = [p + step * (i >= index) for i, p in enumerate(places)]
            ok = all(b - a >= g - 1e-12 for a, b, g in zip(moved, moved[1:], gaps, strict=False))
            if ok:
                assert cost(moved) >= cost(places) - 1e-6


@given(
    st.lists(st.tuples(PLACES, st.floats(0.1, 10)), min_size=2, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 80)), max_size=25),
)
def test_satisfied_keeps_every_constraint(variables, drawn):
    count = len(variables)
    constraints = [
        (min(a, b) % count, max(a, b) % count, d)
        for a, b, d in drawn
        if min(a, b) % count < max(a, b) % count
    ]
    wishes, weights = [v[0] for v in variables], [v[1] for v in variables]
    places = satisfied(wishes, weights, constraints)
    for left, right, distance in constraints:
        assert places[right] - places[left] >= distance - 1e-6
    if not constraints:
        assert places == wishes


def fake_dot(folder: Path, script: str) -> None:
    path = folder / "dot"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell script as program")
@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exec /bin/sleep 60", "dot did not finish within 0 s; the built-in layout is used"),
        ("echo 'syntax error' >&2; exit 3", "dot failed: syntax error; the built-in layout"),
        ("exit 0", "dot failed: exit status 0; the built-in layout is used"),
    ],
)
def test_when_dot_fails_the_builtin_layout_serves(script, message, tmp_path, monkeypatch):
    fake_dot(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(external, "TIME_LIMIT", 0.2)
    program = programs.circuit()
    with pytest.warns(RuntimeWarning, match=message):
        svg = viz.draw(program.result, layout="auto").svg()
    assert svg == viz.draw(program.result, layout="builtin").svg()


def test_without_dot_the_builtin_layout_serves_silently(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(external.importlib.util, "find_spec", lambda name: None)
    program = programs.circuit()
    expected = viz.draw(program.result, layout="builtin").svg()
    assert viz.draw(program.result).svg() == expected
    with pytest.raises(RuntimeError, match="layout='dot' needs Graphviz's dot program"):
        viz.draw(program.result, layout="dot").svg()


def test_a_chain_is_level():
    x = programs.variable(1.0, "x")
    y = x
    for _ in range(6):
        y = (y * 2.0).sum()
    picture = Picture(viz.draw(y, layout="builtin", ratio=100).svg())
    operations = [node for node in picture.nodes if node.kind == "operation"]
    levels = [node.wire.top for node in operations]
    assert max(levels) - min(levels) < 0.1


def test_a_network_is_level_through_its_modules():
    program = programs.network()
    picture = Picture(viz.draw(program.result, layout="builtin", ratio=100).svg())
    gates = [node for node in picture.nodes if node.kind == "operation"]
    levels = [node.wire.top for node in gates[:5]]  # up to the logits
    assert max(levels) - min(levels) < 0.1


@pytest.mark.parametrize("case", GOLDEN)
def test_golden_figures_have_no_needless_crossings(case):
    model = viz.draw(GOLDEN[case][0]().result)._model
    columns = in_columns(model, ranks_of(model))
    order(columns)
    assert crossings(columns) == 0


def arrivals(result, **options):
    """For every operation of two arguments, which of them arrives above the other."""
    picture = Picture(viz.draw(result, layout="builtin", **options).svg())
    ends = {}
    for wire in picture.wires:
        ends.setdefault(wire.target, {})[wire.slot] = wire.forward[-1][1]
    return [level[0] < level[1] for level in ends.values() if len(level) == 2]


def test_operands_are_swapped_where_that_avoids_a_crossing():
    w, a, b = (programs.variable(float(n), name) for n, name in enumerate("wab", 1))
    h = autograd.tanh(w)
    roots = [a * h, autograd.exp(b * h)]
    assert not all(arrivals(roots))
    assert Picture(viz.draw(roots, layout="builtin").svg()).defects() == []
    assert all(arrivals(roots, derivatives=True))  # each note stands at its own argument
    assert all(arrivals([a - h, autograd.exp(b - h)]))  # the order of a difference says something


def test_crossings_are_counted():
    a, b = programs.variable(1.0, "a"), programs.variable(2.0, "b")
    for result, fewest in ((a * b + a * b, 1), (a * b + b * a, 2)):
        model = viz.draw(result)._model
        columns = in_columns(model, ranks_of(model))
        order(columns)
        assert crossings(columns) == fewest


def test_nodes_that_dot_puts_into_one_column_are_pushed_apart():
    """With clusters it does; whatever the order of the wires, every one of them leads forward."""
    x = autograd.tensor(2.0, requires_grad=True, name="x")
    y = autograd.exp(autograd.sin(autograd.tanh(x)))
    y.backward()
    model = viz.draw(y, layout="builtin")._model
    model = dataclasses.replace(model, wires=tuple(reversed(model.wires)))
    places = {f"m0n{index}": "0,0" for index in range(len(model.nodes))}
    splines = {f"m0w{number}": "0,0 900,0" for number in range(len(model.wires))}
    laid_out = external._as_dot_says(model, "m0", places, splines)
    for wire in model.wires:
        assert laid_out.origins[wire.source][0] < laid_out.origins[wire.target][0]
