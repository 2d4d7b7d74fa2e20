"""Gradients by finite differences: a graph that runs again on moved numbers."""

import gc
import weakref

import numpy as np
import pytest

import autograd
import viz
from autograd import Tensor
from autograd.operation.op import op
from tests.viz import programs
from tests.viz.programs import named, variable
from viz import gallery
from viz.reading.chain_rule import with_aliases, with_arrivals, with_locals
from viz.reading.graph import read
from viz.reading.replay import with_differences

# Without kinks, and small enough to be run again for every number.
SMOOTH = [n for n in gallery.EXHIBITS if not n.startswith(("cnn", "digit", "recurrent"))]


def checked(*roots):
    """Pairs of gradient and difference by the number of their vertex."""
    graph = with_differences(with_locals(with_aliases(with_arrivals(read(roots)))))
    found = {}
    for number, vertex in enumerate(graph.vertices):
        if vertex.difference is not None:
            difference = vertex.difference.quantity()
            if difference is not None:
                found[number] = (vertex.gradient.values, difference.values)
    return found


@pytest.mark.parametrize("name", SMOOTH)
def test_differences_agree_with_the_gradients_of_the_gallery(name):
    results = gallery.EXHIBITS[name].build()
    pairs = checked(*(results if isinstance(results, list) else [results]))
    assert len(pairs) >= 2
    for gradient, difference in pairs.values():
        np.testing.assert_allclose(difference, gradient, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("seed", range(30))
def test_differences_agree_with_random_programs(seed):
    program = programs.random_program(seed, 12)
    for gradient, difference in checked(program.result).values():
        if np.isfinite(gradient).all() and np.abs(gradient).max() < 1e3:
            # Of equal arguments of a maximum the gradient is the mean of both slopes, as here.
            np.testing.assert_allclose(difference, gradient, rtol=1e-3, atol=1e-3)


def test_a_wrong_rule_is_shown_up():
    @op("elementwise")
    def cubed(x):
        """The cube, with a slope that is wrong by one half."""
        return x * x * x

    cubed.vjp(x=lambda g, x: g * 2 * x * x)
    x = variable(2.0, "x")
    y = named(cubed(x), "y")
    y.backward()
    gradient, difference = checked(y)[0]
    assert gradient == 8.0
    assert difference == pytest.approx(12.0)
    page = viz.draw(y, layout="builtin").html()
    assert '<th scope="row">x</th><td>8</td><td>12</td>' in page


def test_a_cotangent_and_several_results():
    x = variable([1.0, 2.0], "x")
    y = named(x * x, "y")
    y.backward(Tensor([10.0, 100.0]))
    gradient, difference = checked(y)[0]
    np.testing.assert_allclose(difference, [20.0, 400.0], rtol=1e-6)
    x.grad = None
    a, b = (x * x).sum(), autograd.exp(x).sum()
    autograd.backward([a, b])
    gradient, difference = checked(a, b)[0]
    np.testing.assert_allclose(difference, gradient, rtol=1e-6)


def test_what_an_earlier_pass_left_is_not_compared():
    x = variable(3.0, "x")
    (x * x).backward()
    y = named(x * x * x, "y")
    y.backward()  # 6 + 27 in x.grad
    pairs = checked(y)
    assert 0 not in pairs
    assert pairs
    inner = x * 2.0  # a root of its own: its gradient is not that of the last result
    outer = inner * inner
    autograd.backward([inner, outer])
    assert checked(outer) == {}


@pytest.mark.parametrize(("data", "dtype", "runs"), [
    (np.ones(3, np.float32), np.float32, True),  # in double precision, as any other
    (np.ones(3), np.float32, False),  # what is rounded has no differences to speak of
    (np.array([1 + 2j, 3j]), np.complex128, False),
    (np.ones(2000), np.float64, False),
])  # fmt: skip
def test_where_the_graph_cannot_run_again_there_is_no_check(data, dtype, runs):
    x = variable(data, "x")
    y = (x if data.dtype == dtype else x.astype(dtype)) * dtype(2)
    y.backward(Tensor(np.ones(y.shape, y.dtype)))
    assert bool(checked(y)) == runs
    assert ('<tbody id="rows">' in viz.draw(y, layout="builtin").html()) == runs


def test_nothing_is_kept_alive_and_later_changes_do_not_show():
    x = variable([1.0, 2.0], "x")
    y = (x * x).sum()
    y.backward()
    figure = viz.draw(y, layout="builtin")
    expected = figure.html()
    figure = viz.draw(y, layout="builtin")
    x.data[:] = 100.0
    assert figure.html() == expected
    kept = weakref.ref(y._node.edges[0].value)
    del x, y
    gc.collect()
    assert kept() is None
    assert "<td>[2 4]</td><td>[2 4]</td>" in figure.html()


def test_drawing_computes_no_difference(monkeypatch):
    from viz.reading.replay import Replay

    monkeypatch.setattr(Replay, "_run", lambda *_: pytest.fail("ran"))
    program = programs.network()
    program.result.backward()
    figure = viz.draw(program.result, layout="builtin")
    figure.svg()
    figure.frames()
