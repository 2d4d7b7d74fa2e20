"""Data sets that are made: shapes, classes, geometry, seeds."""

import numpy as np
import pytest

import autograd
from nn.datasets import circles, logic_gate, moons, sine, spirals


@pytest.mark.parametrize("name", ["and", "or", "nand", "nor", "xor", "xnor"])
def test_gates_are_those_of_logic(name):
    operations = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}
    inputs, outputs = logic_gate(name)
    base = name.removeprefix("n") if name in ("nand", "nor") else name.replace("xnor", "xor")
    expected = operations[base](inputs[:, 0] > 0, inputs[:, 1] > 0) ^ (base != name)
    np.testing.assert_array_equal(outputs, expected)
    assert (inputs.dtype, outputs.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize("examples", [1, 2, 7, 60])
@pytest.mark.parametrize("make", [spirals, moons, circles])
def test_points_have_the_size_and_the_classes_asked_for(make, examples):
    points, labels = make(examples, seed=0)
    assert (points.shape, points.dtype) == ((examples, 2), np.float32)
    assert (labels.shape, labels.dtype) == ((examples,), np.int64)
    counts = np.bincount(labels)
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("make", [spirals, moons, circles, sine])
def test_a_seed_repeats_and_without_one_manual_seed_decides(make):
    np.testing.assert_array_equal(make(9, seed=1)[-2], make(9, seed=1)[-2])
    assert np.any(make(9, seed=1)[1] != make(9, seed=2)[1]) or np.any(
        make(9, seed=1)[0] != make(9, seed=2)[0]
    )
    autograd.manual_seed(3)
    first = make(9)
    autograd.manual_seed(3)
    for one, other in zip(first, make(9), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_noise_the_points_lie_on_their_curves():
    points, labels = spirals(300, classes=5, noise=0)
    radius = np.hypot(*points.T)
    angle = np.arctan2(points[:, 0], points[:, 1])
    turned = 2 * np.pi * (radius * 0.64 + labels / 5) - angle
    away = np.abs(np.remainder(turned + np.pi, 2 * np.pi) - np.pi)[radius > 0.01]
    np.testing.assert_allclose(away, 0, atol=1e-4)
    points, labels = circles(50, noise=0, factor=0.3)
    np.testing.assert_allclose(np.hypot(*points.T), np.where(labels, 0.3, 1), rtol=1e-6)
    points, labels = moons(50, noise=0)
    centres = np.where(labels[:, np.newaxis], [1.0, 0.5], [0.0, 0.0])
    np.testing.assert_allclose(np.hypot(*(points - centres).T), 1, rtol=1e-6)
    x, y = sine(50, noise=0, periods=2)
    np.testing.assert_allclose(y, np.sin(x), atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: logic_gate("imply"), "'imply' is none of and, or"),
        (lambda: spirals(0), "at least one example and class, got 0 and 3"),
        (lambda: moons(10, noise=-1), "noise must be at least 0, got -1"),
        (lambda: circles(1, seed=1, generator=np.random.default_rng()), "not both"),
    ],
)
def test_what_makes_no_sense_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
