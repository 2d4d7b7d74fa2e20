"""The gallery: files that are up to date, figures without defects, the textbooks' numbers."""

from pathlib import Path

import pytest

import viz
from tests.viz.picture import Picture
from viz import gallery

FOLDER = Path(viz.__file__).parents[1] / gallery.FOLDER

# What textbooks print; by hand for the exercise: du/dr = 2 r sin²t, du/dt = (r² + 2) sin 2t.
NUMBERS = {
    "circuit": {"f": ("−12.00", "1.00"), "x": ("−2.00", "−4.00"), "z": ("−4.00", "3.00")},
    "neuron": {"f": ("0.73", "1.00"), "w0": ("2.00", "−0.20")},
    "apple_shop": {"total": ("220", "1"), "apple": ("100", "2.2"), "count": ("2", "110"),
                   "tax": ("1.1", "200")},
    "fruit_shop": {"total": ("715", "1"), "apple": ("100", "2.2"), "apples": ("2", "110"),
                   "orange": ("150", "3.3"), "oranges": ("3", "165"), "tax": ("1.1", "650")},
    "square_exp_square": {"x": ("0.5000", "3.2974"), "y": ("1.6487", "1.0000")},
    "matyas": {"z": ("0.040", "1.00"), "x": ("1.00", "0.52 + (−0.48) = 0.040")},
    "goldstein_price": {"z": ("1876", "1.0"), "x": ("1.0", "−5376"), "y": ("1.0", "8064")},
    "square_of_sum": {"z": ("9", "1"), "t": ("3", "6"), "x": ("1", "6")},
    "sigmoid_chain": {"x": ("1", "0.1966"), "y": ("0.7311", "1")},
    "sigmoid_node": {"x": ("1", "0.1966"), "y": ("0.7311", "1")},
}  # fmt: skip
UPRIGHT = {
    "two_paths": ["∂e/∂a = 2.00", "∂e/∂b = 2.00 + 3.00 = 5.00"],
    "chain_rule_exercise": ["∂u/∂r = 0.92", "∂u/∂t = 5.05"],
    "multi_path": ["∂w/∂r = −2.00 + (−6.00) + 6.00 = −2.00"],
}


def test_the_files_are_up_to_date():
    fresh = dict(gallery.files())
    assert {path.name for path in FOLDER.iterdir()} == set(fresh)
    stale = [n for n, text in fresh.items() if (FOLDER / n).read_bytes() != text.encode()]
    assert stale == [], "run: python -m viz.gallery"


@pytest.mark.parametrize("lang", gallery.LANGUAGES)
@pytest.mark.parametrize("name", gallery.EXHIBITS)
def test_no_exhibit_has_a_defect(name, lang):
    exhibit = gallery.EXHIBITS[name]
    picture = Picture(exhibit.figure(lang).svg())
    assert picture.overlaps() == []
    assert [d for wire in picture.wires for d in picture._wire_defects(wire)] == []
    if exhibit.style in ("cs231n", "dlfs") and "direction" not in exhibit.options:
        assert picture.defects() == []


@pytest.mark.parametrize("name", NUMBERS)
def test_exhibits_print_the_numbers_of_the_books(name):
    picture = Picture(gallery.EXHIBITS[name].figure("en").svg())
    for tensor, (value, gradient) in NUMBERS[name].items():
        node = picture.node(tensor)
        assert node.words("value") == [value]
        assert node.words("gradient") == [gradient]


@pytest.mark.parametrize("name", UPRIGHT)
def test_equations_print_the_numbers_of_the_books(name):
    picture = Picture(gallery.EXHIBITS[name].figure("en").svg())
    words = {word for node in picture.nodes for word in node.words("gradient")}
    assert words >= set(UPRIGHT[name])


def test_derivatives_of_tanh():
    values = [tensor.item() for tensor in gallery.tanh_orders(8)]
    assert values == pytest.approx(
        [0.76159, 0.41997, -0.63970, 0.62163, 0.66509, -5.5569, 13.624, 12.288, -277.06], rel=1e-4
    )


def test_affine_in_matrix_form():
    picture = Picture(gallery.EXHIBITS["affine_batch"].figure("ko").svg())
    chain = [word for node in picture.nodes for word in node.words("chain")]
    assert "∂L/∂X = ∂L/∂v1 Wᵀ" in chain
    assert "(2, 2) = (2, 3) (3, 2)" in chain
    assert "∂L/∂W = Xᵀ ∂L/∂v1" in chain
    single = gallery.EXHIBITS["affine"].figure("en").svg()
    assert "∂L/∂W = Xᵀ ∂L/∂v1" in single


def test_the_command_writes_all_files(tmp_path, capsys):
    gallery.main([str(tmp_path / "new")])
    assert capsys.readouterr().out.startswith(f"{len(gallery.EXHIBITS) * 2 + 1} files in ")
    assert len(list((tmp_path / "new").iterdir())) == len(gallery.EXHIBITS) * 2 + 1
