"""The golden figures: every number that a textbook prints stands at its wire."""

import pytest

import viz
from tests.viz import programs
from tests.viz.picture import Picture
from viz.layout.external import dot_program

# Program, then name -> (value, gradient) as they are printed.
GOLDEN = {
    "circuit": (
        programs.circuit,
        {"x": ("−2.00", "−4.00"), "y": ("5.00", "−4.00"), "z": ("−4.00", "3.00"),
         "q": ("3.00", "−4.00"), "f": ("−12.00", "1.00")},
    ),
    "neuron": (
        programs.neuron,
        {"w0": ("2.00", "−0.20"), "w1": ("−3.00", "−0.39"), "w2": ("−3.00", "0.20"),
         "x0": ("−1.00", "0.39"), "x1": ("−2.00", "−0.59"), "f": ("0.73", "1.00")},
    ),
    "two_paths": (
        programs.two_paths,
        {"a": ("2.00", "2.00"), "b": ("1.00", "2.00 + 3.00 = 5.00"), "e": ("6.00", "1.00")},
    ),
    "apple_shop": (
        programs.apple_shop,
        {"apple": ("100.00", "2.20"), "count": ("2.00", "110.00"), "tax": ("1.10", "200.00"),
         "total": ("220.00", "1.00")},
    ),
    "fruit_shop": (
        programs.fruit_shop,
        {"apple": ("100.00", "2.20"), "apples": ("2.00", "110.00"), "orange": ("150.00", "3.30"),
         "oranges": ("3.00", "165.00"), "tax": ("1.10", "650.00"), "total": ("715.00", "1.00")},
    ),
    "square_exp_square": (
        programs.square_exp_square,
        {"x": ("0.50", "3.30"), "y": ("1.65", "1.00")},
    ),
    "sum_of_squares": (
        programs.sum_of_squares,
        {"x": ("2.00", "64.00"), "a": ("4.00", "8.00 + 8.00 = 16.00"), "y": ("32.00", "1.00")},
    ),
}  # fmt: skip

LAYOUTS = [
    "builtin",
    pytest.param(
        "dot", marks=pytest.mark.skipif(dot_program() is None, reason="dot is not installed")
    ),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", GOLDEN)
def test_numbers_stand_at_their_wires(case, layout):
    build, expected = GOLDEN[case]
    program = build()
    program.result.backward()
    picture = Picture(viz.draw(program.result, layout=layout).svg())
    for name, (value, gradient) in expected.items():
        node = picture.node(name)
        assert node.words("value") == [value]
        assert node.words("gradient") == [gradient]
    assert picture.defects() == []


@pytest.mark.parametrize("case", GOLDEN)
def test_before_backward_gradients_are_not_computed(case):
    program = GOLDEN[case][0]()
    picture = Picture(viz.draw(program.result, layout="builtin").svg())
    for node in picture.nodes:
        assert node.words("gradient") == []
        assert node.words("missing") == ([] if node.kind == "constant" else ["not computed"])
    assert all(wire.backward is None for wire in picture.wires)


def test_full_precision_is_in_the_figure_where_asked_for():
    program = programs.square_exp_square()
    program.result.backward()
    text = viz.draw(program.result, "micrograd").text()
    assert "forward value 1.6487; gradient 1.0000" in text
    assert "forward value 0.5000; gradient 3.2974" in text


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", ["cs231n", "dlfs"])
def test_every_number_of_a_network_is_legible(style, layout, lang):
    program = programs.network()
    program.result.backward()
    picture = Picture(viz.draw(program.result, style, layout=layout, lang=lang).svg())
    assert picture.defects() == []
    for name in ("W1", "b1", "W2", "b2"):
        node = picture.node(name)
        count = next(t.size for t in program.tensors if t.name == name)
        assert len(node.words("value-cell")) == count
        assert len(node.words("gradient-cell")) == count
    assert picture.node("x").words("gradient-cell") == []  # an input has no gradient


def test_dlfs_prints_numbers_as_the_book_does():
    program = programs.fruit_shop()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "dlfs", layout="builtin").svg())
    printed = {name: picture.node(name).words("gradient") for name in ("apple", "oranges", "tax")}
    assert printed == {"apple": ["2.2"], "oranges": ["165"], "tax": ["650"]}


def test_micrograd_has_a_record_per_value():
    program = programs.two_paths()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "micrograd", layout="builtin").svg())
    assert picture.node("a").words("value", "gradient") == ["2.0000", "2.0000"]
    assert picture.node("b").words("gradient") == ["2.0000 + 3.0000 = 5.0000"]
    assert all(wire.backward is None for wire in picture.wires)
