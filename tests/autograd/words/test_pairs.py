"""`values, indices = max(x, 1)` is no NumPy, and PyTorch's; what is valid NumPy stays so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, no_grad

NAMES = ["max", "min", "sort", "median", "nanmedian", "cummax", "cummin"]
METHODS = [name for name in NAMES if name != "sort"]
ROWS = np.random.default_rng(0).normal(size=(5, 3, 4))


def inputs() -> list[Any]:
    """A Tensor in and outside the graph, and its `.data`."""
    x = Tensor(ROWS, requires_grad=True)
    return [x, x.detach(), x.data, (x * 1).data]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axis", [1, -1, 2, -2])
def test_two_names_get_values_and_indices(name: str, axis: int) -> None:
    function = getattr(autograd, name)
    expected = function(Tensor(ROWS), dim=axis)
    for x in inputs():
        values, indices = function(x, axis)
        np.testing.assert_array_equal(values.data, expected.values.data)
        np.testing.assert_array_equal(indices.data, expected.indices.data)
        assert values.requires_grad == getattr(x, "requires_grad", False)


@pytest.mark.parametrize("name", METHODS)
def test_methods_and_modes(name: str) -> None:
    x = Tensor(ROWS, requires_grad=True)
    expected = getattr(x, name)(dim=1).indices.data
    _, places = getattr(x, name)(1)
    with no_grad():
        [_, again] = getattr(x * 1, name)(1)
    np.testing.assert_array_equal(places.data, expected)
    np.testing.assert_array_equal(again.data, expected)
    values, _ = x.sort(1)
    np.testing.assert_array_equal(values.data, np.sort(ROWS, 1))


@pytest.mark.parametrize("name", NAMES)
def test_two_rows_are_refused_since_they_could_mean_either(name: str) -> None:
    function = getattr(autograd, name)
    for x in (Tensor(ROWS[:2]), Tensor(ROWS[:2]).data):
        with pytest.raises(ValueError, match=rf"{name}\(x, dim=1\).*{name}\(x, axis=1\)"):
            _, _ = function(x, 1)
        first, second = function(x, axis=1)
        np.testing.assert_array_equal(np.stack([first, second]), function(ROWS[:2], axis=1))


@pytest.mark.parametrize("name", ["max", "min"])
def test_what_is_valid_numpy_keeps_its_meaning(name: str) -> None:
    function = getattr(autograd, name)
    expected = getattr(np, name)(ROWS[:2], 1)
    for x in (Tensor(ROWS[:2], requires_grad=True), Tensor(ROWS[:2]).data):
        rows = function(x, 1)
        first, second = rows
        np.testing.assert_array_equal(np.stack([first.data, second.data]), expected)
        first, second = getattr(np, name)(x, 1)
        np.testing.assert_array_equal(np.stack([first.data, second.data]), expected)
        low, high = function(x, 0)[:2]
        assert low.shape == high.shape == (4,)
    first, second = function(ROWS[:2], 1)  # arrays that are of no Tensor
    np.testing.assert_array_equal(np.stack([first, second]), expected)
    pairs = Tensor(ROWS[:, 0, :2])
    across, up = function(pairs, 0)
    np.testing.assert_array_equal([across.item(), up.item()], getattr(np, name)(ROWS[:, 0, :2], 0))


@pytest.mark.parametrize("name", ["max", "min"])
def test_along_the_first_axis_the_error_names_the_cure(name: str) -> None:
    for x in (Tensor(np.ones((5, 3))), Tensor(np.ones((5, 3)), requires_grad=True)):
        with pytest.raises(ValueError, match=rf"its 3 values.*t\.{name}\(dim=1\)"):
            _, _ = getattr(x, name)(0)
        with pytest.raises(AttributeError, match=r"max\(dim=1\)"):
            _ = getattr(x, name)(1).indices
        _, _, _, _, last = getattr(x, name)(1)
        assert last.item() == 1.0
