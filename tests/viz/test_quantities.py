"""Arrays as matrices and heat maps."""

import numpy as np
import pytest

import viz
from autograd import Tensor
from tests.viz.picture import Picture
from tests.viz.programs import variable
from viz.quantities import block_means, colour


def drawn(values, **options):
    picture = Picture(viz.draw(Tensor(values, name="t"), layout="builtin", **options).svg())
    assert picture.defects() == []
    return picture.nodes[0]


def cells(node):
    return [region for role, region in node.shapes if role == "heat"]


def test_small_arrays_are_written_out():
    node = drawn(np.array([[1.0, -2.5], [0.125, 40.0]]))
    texts = [text for text in node.texts if text.role == "value-cell"]
    assert sorted(text.content for text in texts) == ["0.12", "1.00", "40.00", "−2.50"]
    columns = {round(text.x, 2) for text in texts}
    rows = {round(text.y, 2) for text in texts}
    assert len(columns) == len(rows) == 2  # right-aligned in two columns of two rows
    assert node.words("note") == ["(2, 2)"] or "(2, 2)" in node.words("note")[0]


def test_a_stack_of_matrices_is_written_side_by_side():
    node = drawn(np.arange(8.0).reshape(2, 2, 2))
    assert len(node.words("value-cell")) == 8
    assert len([1 for role, _ in node.shapes if role == "value-bracket"]) == 4


@pytest.mark.parametrize("shape", [(7, 7), (64,), (1, 64), (64, 1), (4, 8, 8), (2, 2, 3, 5)])
def test_larger_arrays_have_a_cell_per_element(shape):
    node = drawn(np.linspace(-1, 1, int(np.prod(shape))).reshape(shape))
    assert len(cells(node)) == np.prod(shape)
    assert all(cell.right - cell.left >= 3.9 for cell in cells(node))
    assert "min −1.00 · mean 0.00 · max 1.00" in node.words("note")


def test_very_large_arrays_show_means_of_blocks():
    node = drawn(np.ones((100, 50)))
    assert len(cells(node)) <= 256
    assert "a cell is the mean of 7×4" in node.words("note")
    assert "한 칸은 7×4의 평균" in drawn(np.ones((100, 50)), lang="ko").words("note")


def test_block_means_against_numpy():
    matrix = np.random.default_rng(0).normal(size=(35, 17))
    means, height, width = block_means(matrix)
    assert (height, width) == (3, 2)
    expected = [
        [matrix[i : i + 3, j : j + 2].mean() for j in range(0, 17, 2)] for i in range(0, 35, 3)
    ]
    np.testing.assert_allclose(means, expected)


def test_colours_tell_the_sign():
    def parts(value):
        text = colour(value, 2.0)
        return [int(text[i : i + 2], 16) for i in (1, 3, 5)]

    assert parts(0.0) == [247, 247, 247]
    red, _, blue = parts(2.0)
    assert red > blue
    red, _, blue = parts(-2.0)
    assert red < blue
    assert parts(1.0)[2] > parts(2.0)[2]  # larger is stronger


def test_cells_that_are_not_finite_are_hatched():
    values = np.ones((7, 7))
    values[0, 0], values[1, 1] = np.nan, -np.inf
    node = drawn(values)
    assert len([1 for role, _ in node.shapes if role == "hatch"]) == 2
    assert node.words("badge-text") == ["1 NaN, 1 ∞"]
    all_nan = drawn(np.full((7, 7), np.nan))
    assert all_nan.words("badge-text") == ["49 NaN"]


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((0, 3)),
        np.arange(12).reshape(3, 4),
        np.array([True, False]),
        np.array([1 + 2j, -3j]),
        np.full((9, 9), 1j),
        np.zeros((7, 7)),
        np.array([1e300, 1e-300]),
        np.array(5),
    ],
)
def test_any_dtype_and_size_is_drawn(values):
    assert drawn(values).kind == "input"


def test_empty_arrays_say_so():
    assert "empty" in drawn(np.zeros((0, 3))).words("note")


def test_gradients_are_drawn_like_values():
    x = variable(np.arange(49.0).reshape(7, 7), "x")
    y = (x * x).sum()
    y.backward()
    picture = Picture(viz.draw(y, layout="builtin").svg())
    assert len(cells(picture.node("x"))) == 98
    assert "min 0.00 · mean 48.00 · max 96.00" in picture.node("x").words("note")
