import numpy as np

import viz
from autograd.graph.modes import current_mode
from tests.viz.picture import Picture
from tests.viz.programs import named, variable


def test_large_values_are_kept_inside():
    with viz.record():
        x = variable(np.ones((20, 20)), "x")
        y = named(x * 2.0, "y")
        z = y.sum()
    node = Picture(viz.draw(z, layout="builtin").svg()).node("y")
    assert "min 2.00 · mean 2.00 · max 2.00" in node.words("note")


def test_large_gradients_are_kept_inside():
    with viz.record():
        x = variable(np.ones((20, 20)), "x")
        y = named(x * 2.0, "y")
        z = (y * 3.0).sum()
        z.backward()
    node = Picture(viz.draw(z, layout="builtin").svg()).node("y")
    assert "min 3.00 · mean 3.00 · max 3.00" in node.words("note")


def test_source_lines_are_known_inside():
    with viz.record():
        x = variable(1.0, "x")
        y = x * 2.0
    assert "test_record.py:" in viz.draw(y).text()
    assert "test_record.py:" not in viz.draw(x * 2.0).text()


def test_the_observer_is_gone_afterwards():
    with viz.record() as tape:
        assert current_mode().observer is tape
    assert current_mode().observer is None
