"""Figures without some of their parts, and names from variables."""

import pytest

import autograd
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable


def hidden(tensor, what, style="cs231n", **options):
    picture = Picture(viz.draw(tensor, style, hide=what, layout="builtin", **options).svg())
    assert picture.defects() == []
    return picture


def test_constants_go_and_their_wires():
    program = programs.neuron()
    program.result.backward()
    picture = hidden(program.result, "constants")
    assert "constant" not in {node.kind for node in picture.nodes}
    assert len(picture.wires) == len(Picture(viz.draw(program.result).svg()).wires) - 2
    assert picture.node("w0").words("gradient") == ["−0.20"]


def test_an_operation_goes_and_its_wires_go_on():
    x = variable([[1.0, 2.0]], "x")
    y = named(autograd.tanh(x.reshape((2,)).sum()), "y")
    y.backward()
    picture = hidden(y, "reshape")
    assert [node.kind for node in picture.nodes] == ["parameter", "operation", "operation"]
    assert [(wire.source, wire.target) for wire in picture.wires] == [(0, 1), (1, 2)]
    # What the chain rule says at the gate behind stays; at the wire that was joined it is unknown.
    both = hidden(y, ["reshape", "sum"], derivatives=True)
    assert both.node("y").words("chain") == []
    assert hidden(y, "reshape", derivatives=True).node("y").words("chain") != []


def test_a_module_goes_with_its_parameters():
    program = programs.network()
    program.result.backward()
    picture = hidden(program.result, "fc1")
    names = {word for node in picture.nodes for word in node.words("parameter-text")}
    assert names == {"W2", "b2"}
    first = next(node for node in picture.nodes if node.words("operation-word") == ["relu"])
    (wire,) = [w for w in picture.wires if picture.nodes[w.target] is first]
    assert picture.nodes[wire.source].words("input-text") == ["x"]


def test_a_name_and_kinds_of_leaves():
    program = programs.circuit()
    assert len(hidden(program.result, "z").nodes) == 4
    assert len(hidden(program.result, "parameters").nodes) == 2
    assert len(hidden(program.result, ("x", "y")).nodes) == 3


def test_the_result_stays():
    x = variable(2.0, "x")
    y = named(x * x, "y")
    assert len(hidden(y * 1.0, "mul").nodes) == 3
    assert [node.kind for node in hidden(y, ["x", "y"]).nodes] == ["operation"]


def test_what_is_not_there_cannot_be_hidden():
    program = programs.network()
    with pytest.raises(ValueError, match=r"hide='conv' is nowhere .* operations add, .*fc1, fc2"):
        viz.draw(program.result, hide="conv")
    hidden(program.result, "constants")  # kinds of leaves may be absent


@pytest.mark.parametrize("style", ["dlfs", "micrograd", "colah", "dezero", "modules"])
def test_every_style_can_hide(style):
    x = variable(2.0, "x")
    with module("net.fc"):
        y = named(x * 3.0 + 1.0, "y")
    svg = viz.draw(y * y, style, hide="constants", layout="builtin").svg()
    assert Picture(svg).overlaps() == []
    assert ">3<" not in svg


def test_names_from_variables():
    weight, data, target = variable(2.0), Tensor([1.0, 2.0]), Tensor(0.5)
    other = variable(1.0, "own")
    difference = weight * data - target + other
    loss = (difference**2).sum()
    plain = viz.draw(loss, layout="builtin").text()
    assert "weight" not in plain
    named_after = viz.draw(loss, layout="builtin", names=True).text()
    for name in ("weight (variable)", "data (input)", "target (input)", "own (variable)",
                 "difference = add(", "loss = sum("):  # fmt: skip
        assert name in named_after
    given = viz.draw(loss, layout="builtin", names={"w": weight, "n": 3, "_": data}).text()
    assert "w (variable)" in given
    assert "data" not in given
    assert weight.name is None  # a figure changes nothing


def test_names_in_a_comprehension_and_at_module_level():
    namespace = {"viz": viz, "Tensor": Tensor}
    exec(
        "a = Tensor(2.0, requires_grad=True)\nb = a * 3.0\n"
        "text = [viz.draw(b, names=True).text() for _ in range(1)][0]",
        namespace,
    )
    assert "b = mul(a, 3.00)" in namespace["text"]
