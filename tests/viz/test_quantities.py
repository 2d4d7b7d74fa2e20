"""Arrays as matrices and heat maps."""

import re

import numpy as np
import pytest

import viz
from autograd import Tensor
from tests.viz.picture import Picture
from tests.viz.programs import variable
from viz.looks.images import block_means, diverging
from viz.looks.style import STYLES

PAINTS = STYLES["cs231n"].paints


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
    node = drawn(np.ones((100, 30)))
    assert len(cells(node)) <= 256
    assert "a cell is the mean of 7×2" in node.words("note")
    assert "한 칸은 7×2의 평균" in drawn(np.ones((100, 30)), lang="ko").words("note")


def test_block_means_against_numpy():
    matrix = np.random.default_rng(0).normal(size=(35, 17))
    means, height, width = block_means(matrix, 16)
    assert (height, width) == (3, 2)
    expected = [
        [matrix[i : i + 3, j : j + 2].mean() for j in range(0, 17, 2)] for i in range(0, 35, 3)
    ]
    np.testing.assert_allclose(means, expected)


def test_colours_tell_the_sign():
    def parts(value):
        text = diverging(value, 2.0, PAINTS)
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


# ---------------------------------------------------------------------- pictures


def pixels(node):
    return [region for role, region in node.shapes if role.endswith("-image")]


def colours(svg, role):
    return re.findall(rf'class="{role}-image"[^>]* fill="(#[0-9a-f]{{6}})"', svg)


def test_an_image_is_grey_and_as_large_as_it_is():
    values = np.linspace(0, 1, 28 * 28).reshape(1, 28, 28)
    node = drawn(values)
    union = pixels(node)
    assert max(r.right for r in union) - min(r.left for r in union) == pytest.approx(28 * 3)
    assert max(r.bottom for r in union) - min(r.top for r in union) == pytest.approx(28 * 3)
    svg = viz.draw(Tensor(values), layout="builtin").svg()
    found = colours(svg, "grey")
    assert found[0] == "#000000"
    assert found[-1] == "#ffffff"
    assert found == sorted(found)
    assert "min 0.00 · mean 0.50 · max 1.00" in node.words("note")
    assert cells(drawn(values[0])) == []  # and so without a channel


def test_every_pixel_has_the_colour_of_its_value():
    values = np.random.default_rng(0).uniform(0, 1, (20, 20))
    picture = Picture(viz.draw(Tensor(values, name="t"), layout="builtin").svg())
    border = next(region for role, region in picture.nodes[0].shapes if role == "heat-border")
    side = (border.right - border.left) / 20
    shades = np.full((20, 20), -1)
    for element in picture.root.iter("{http://www.w3.org/2000/svg}path"):
        if element.get("class") == "grey-image":
            for x, y, width in re.findall(r"M([-\d.]+) ([-\d.]+)h([-\d.]+)", element.get("d")):
                row = round((float(y) + picture.dy - border.top) / side)
                column = round((float(x) + picture.dx - border.left) / side)
                count = round(float(width) / side)
                assert (shades[row, column : column + count] == -1).all()
                shades[row, column : column + count] = int(element.get("fill")[1:3], 16)
    np.testing.assert_allclose(shades / 255, values / values.max(), atol=0.6 / 24)


def test_a_batch_of_images_shows_the_first():
    values = np.zeros((64, 2, 14, 14))
    values[0, 1] = 1.0
    node = drawn(values)
    assert "× 64: the first is shown" in node.words("note")
    assert len([1 for role, _ in node.shapes if role == "heat-border"]) == 2
    assert "× 64: 첫 번째만 표시" in drawn(values, lang="ko").words("note")
    assert colours(viz.draw(Tensor(values)).svg(), "grey") == ["#000000", "#ffffff"]


def test_kernels_are_not_a_batch():
    weight = variable(np.random.default_rng(0).normal(size=(8, 4, 5, 5)), "weight")
    y = (weight * weight).sum()
    y.backward()
    node = Picture(viz.draw(y, layout="builtin").svg()).node("weight")
    assert "16 of 32" in node.words("note")
    assert not [word for word in node.words("note") if "first" in word]
    borders = [1 for role, _ in node.shapes if role == "heat-border"]
    assert len(borders) == 32 + 2  # value and gradient, and the bar of either
    assert len({role for role, _ in node.shapes if role.endswith("-image")}) == 1  # signed


def test_gradients_of_images_are_signed():
    x = variable(np.ones((1, 1, 28, 28)), "x")
    y = x.sum()
    y.backward()
    svg = viz.draw(y, layout="builtin").svg()
    assert colours(svg, "grey") == ["#ffffff"]
    assert colours(svg, "signed") == ["#e66101"]
    (bar,) = (n for n in Picture(svg).nodes if any(role == "colour-bar" for role, _ in n.shapes))
    assert {"−1.00", "1.00"} <= set(bar.words("note"))  # what the colours of the gradient mean


def test_images_of_three_channels_have_their_colours():
    values = np.zeros((1, 3, 16, 16))
    values[0, 0, :8], values[0, 2, 8:] = 1.0, 1.0
    assert colours(viz.draw(Tensor(values)).svg(), "rgb") == ["#0000ff", "#ff0000"]
    assert colours(viz.draw(Tensor(values * 255)).svg(), "rgb") == ["#0000ff", "#ff0000"]


def test_feature_maps_have_no_colours():
    x = variable(np.ones((1, 3, 16, 16)), "x")
    with viz.record():
        svg = viz.draw([x * 0.5], layout="builtin").svg()
    assert colours(svg, "rgb") == ["#ffffff"]
    assert set(colours(svg, "grey")) == {"#ffffff"}


def test_large_images_show_means():
    node = drawn(np.ones((1, 200, 150)))
    assert "a cell is the mean of 4×3" in node.words("note")


def test_pixels_that_are_not_finite_are_hatched():
    values = np.ones((1, 28, 28))
    values[0, 3, 4:7] = np.nan
    node = drawn(values)
    assert len([1 for role, _ in node.shapes if role == "hatch"]) == 1
    assert node.words("badge-text") == ["3 NaN"]
    assert PAINTS["unknown"].fill in colours(viz.draw(Tensor(values)).svg(), "grey")


def test_a_bias_with_axes_to_broadcast_is_one_row():
    node = drawn(np.arange(8.0).reshape(8, 1, 1))
    assert len([1 for role, _ in node.shapes if role == "value-bracket"]) == 2
    assert "(8, 1, 1)" in node.words("note")[0]


def test_tiny_numbers_among_zeros():
    texts = drawn(np.array([0.0, 3e-26])).words("value-cell")
    assert texts == ["0", "3e−26"]


def test_print_has_no_colours_in_arrays():
    values = np.random.default_rng(0).normal(size=(3, 16, 16))
    for shown in (values, np.abs(values), values[0, :7, :7]):
        svg = viz.draw(Tensor(shown, name="t"), theme="print", layout="builtin").svg()
        found = set(re.findall('fill="#([0-9a-f]{6})"', svg))
        assert len(found) > 5
        assert all(colour[:2] == colour[2:4] == colour[4:] for colour in found)
    negative, positive = np.full((7, 7), -1.0), np.full((7, 7), 1.0)
    svg = viz.draw([Tensor(negative), Tensor(positive)], theme="print").svg()
    assert set(re.findall('class="heat"[^>]* fill="(#[0-9a-f]{6})"', svg)) == {"#000000", "#ffffff"}


@pytest.mark.parametrize("theme", ["light", "print"])
def test_the_sign_of_a_heat_map_survives_a_grey_print(theme):
    values = np.linspace(-1.0, 1.0, 60).reshape(5, 12)
    picture = Picture(viz.draw(Tensor(values, name="t"), layout="builtin", theme=theme).svg())
    (node,) = picture.nodes
    marks = [region for role, region in node.shapes if role.startswith("minus")]
    shown = [region for role, region in node.shapes if role == "heat"]
    assert len(shown) == 60
    marked = [
        any(cell.left < mark.left < cell.right and cell.top < mark.top < cell.bottom
            for mark in marks)
        for cell in shown
    ]  # fmt: skip
    assert marked == [bool(value < -0.05) for value in values.ravel()]
    assert sum(role == "colour-bar" for role, _ in node.shapes) == 9
    assert {"−1.00", "1.00"} <= set(node.words("note"))  # the ends of the bar
    assert picture.overlaps() == []


def test_a_heat_map_of_zeros_has_no_bar():
    (node,) = Picture(viz.draw(Tensor(np.zeros((8, 8))), layout="builtin").svg()).nodes
    assert not any(role in ("colour-bar", "minus") for role, _ in node.shapes)
