"""What each style promises, in both languages."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import module, named, variable
from tests.viz.test_golden import GOLDEN, LAYOUTS
from viz.looks.style import STYLES

NETWORKS = {"network": programs.network, "unrolled": lambda: programs.unrolled(2)}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.filterwarnings("ignore:draw. no weighted sums:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:draw. 뉴런:RuntimeWarning")
def test_no_text_overlaps_in_any_style(style, lang, layout):
    for case in (*GOLDEN, *NETWORKS):
        program = GOLDEN[case][0]() if case in GOLDEN else NETWORKS[case]()
        program.result.backward()
        svg = viz.draw(program.result, style, lang=lang, layout=layout).svg()
        assert Picture(svg).overlaps() == [], case


@given(
    seed=st.integers(0, 10_000),
    operations=st.integers(1, 20),
    style=st.sampled_from(["colah", "dezero", "modules"]),
)
def test_upright_styles_have_no_crossings(seed, operations, style):
    program = programs.random_program(seed, operations)
    picture = Picture(viz.draw(program.result, style, layout="builtin").svg())
    assert picture.overlaps() == []
    assert [d for wire in picture.wires for d in picture._wire_defects(wire)] == []


def test_colah_flows_up_with_equations_and_derivatives():
    program = programs.two_paths()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "colah", layout="builtin").svg())
    e = picture.node("e = v1 × v2")
    assert e.words("value", "gradient") == ["6.00", "∂e/∂e = 1.00"]
    assert e.words("chain") == ["∂e/∂v1 = v2 = 2.00", "∂e/∂v2 = v1 = 3.00"]
    b = picture.node("b")
    assert b.words("gradient") == ["∂e/∂b = 2.00 + 3.00 = 5.00"]
    assert e.region.bottom < picture.node("v1 = a + b").region.top < b.region.top
    for wire in picture.wires:
        ys = [y for _, y in wire.forward]
        assert ys == sorted(ys, reverse=True)


def test_dezero_has_names_and_shapes_only():
    program = programs.network()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "dezero", layout="builtin").svg())
    roles = {text.role for node in picture.nodes for text in node.texts}
    assert roles == {"name", "note", "operation-word", "operation-note"}
    assert picture.node("h").words("operation-word") == ["relu"]
    assert picture.node("x").region.bottom < picture.node("loss").region.top


def test_modules_are_boxes_with_their_parameters():
    x = autograd.Tensor(np.ones((1, 2)), name="x")
    w = variable(np.ones((2, 3)), "W")
    with module("net.fc"):
        h = x @ w + variable(np.zeros(3), "b")
    loss = named(h.sum(), "loss")
    loss.backward()
    picture = Picture(viz.draw(loss, "modules", layout="builtin").svg())
    (group,) = [node for node in picture.nodes if node.kind == "group"]
    assert group.words("group-text", "note") == ["fc", "1×2 → 1×3", "9 parameters · 72 B"]
    assert [node.kind for node in picture.nodes] == ["input", "group", "operation"]


def test_depth_draws_layers_in_any_style():
    program = programs.network()
    program.result.backward()
    picture = Picture(viz.draw(program.result, depth=1, layout="builtin").svg())
    groups = [node for node in picture.nodes if node.kind == "group"]
    assert [node.words("group-text") for node in groups] == [["fc1"], ["act"], ["fc2"]]
    assert picture.defects() == []


class _Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
        self.head = nn.Linear(3, 1)

    def forward(self, x):
        return self.head(autograd.tanh(self.body(x)))


@pytest.mark.parametrize(
    ("model", "depth", "groups", "alone"),
    [
        (nn.Sequential(nn.Linear(2, 3), nn.Tanh()), 1, ["model.0", "model.1"], []),
        (_Net(), 1, ["model.body", "model.head"], ["tanh"]),
        (_Net(), 2, ["model.body.0", "model.body.1", "model.head"], ["tanh"]),
        (nn.Linear(2, 3), 1, ["model"], []),
    ],
    ids=["sequential", "nested", "deeper", "one layer"],
)
def test_depth_counts_from_the_outermost_module(model, depth, groups, alone):
    loss = model(np.ones((1, 2), np.float32)).sum()
    loss.backward()
    picture = Picture(viz.draw(loss, depth=depth, layout="builtin").svg())
    titles = [node.words("group-text")[0] for node in picture.nodes if node.kind == "group"]
    assert titles == groups
    words = [node.words("operation-word") for node in picture.nodes if node.kind == "operation"]
    assert [word for (word,) in filter(None, words)] == alone
    assert picture.defects() == []


def test_the_page_of_modules_speaks_sentences():
    net = _Net()
    loss = net(np.ones((1, 2), np.float32)).sum()
    loss.backward()
    figure = viz.draw(loss, "modules", depth=1)
    words = "\n".join(step.words for step in figure._model.story)
    assert "model.head (Linear(3 -> 1)) makes (1, 1) of v4 (1, 3)" in words
    assert "model.head (Linear(3 -> 1)) passes the gradient on to v4 (1, 3)" in words
    assert "passes the gradient on to its own parameters" in words
    assert "model.head = " not in words
    korean = viz.draw(loss, "modules", depth=1, lang="ko")._model.story
    assert any("model.head (Linear(3 -> 1)): v4 (1, 3)" in step.words for step in korean)


@pytest.mark.parametrize("as_layers", [True, False])
def test_neurons_of_a_batch_show_one_example_and_its_share(as_layers):
    numbers = np.random.default_rng(0)
    x = autograd.Tensor(numbers.normal(size=(3, 2)), name="x")
    w1, b1 = variable(numbers.normal(size=(4, 2)), "w1"), variable(numbers.normal(size=4), "b1")
    w2 = variable(numbers.normal(size=(1, 4)), "w2")
    h = autograd.linear(x, w1, b1) if as_layers else x @ w1.T + b1
    h = named(autograd.tanh(h), "h")
    loss = (autograd.linear(h, w2) ** 2).mean()
    loss.backward()
    shares = []
    for sample in range(3):
        svg = viz.draw(loss, "neurons", sample=sample).svg()
        assert f">example {sample + 1} of 3: its values, and its share of every gradient<" in svg
        picture = Picture(svg)
        assert picture.overlaps() == []
        for row, value in zip(picture.nodes, x.data[sample], strict=False):
            (text,) = row.words("unit-value")
            assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.006)
        texts = [t for node in picture.nodes[:2] for t in node.words("weight-gradient")]
        shares.append([float(text.replace("−", "-")) for text in texts])
    np.testing.assert_allclose(np.sum(shares, 0), w1.grad.data.T.ravel(), atol=0.02)
    stepped = viz.draw(loss, "neurons", sample=2, learning_rate=0.1).svg()
    assert ">values of example 3 of 3; gradients of the whole batch<" in stepped
    with pytest.raises(ValueError, match="sample=3 is not in the batch, which has 3"):
        viz.draw(loss, "neurons", sample=3)


def test_neurons_have_a_weight_and_its_gradient_on_every_line():
    program = programs.network()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "neurons").svg())
    names = [node.words("name") for node in picture.nodes]
    assert names == [[f"x{i}"] for i in (1, 2)] + [[f"h{i}"] for i in (1, 2, 3)] + [
        ["logits1"], ["logits2"], ["loss"],
    ]  # fmt: skip
    w1 = next(t for t in program.tensors if t.name == "W1")
    for row in range(2):
        weights = [float(t.replace("−", "-")) for t in picture.nodes[row].words("weight")]
        np.testing.assert_allclose(weights, w1.data[row], atol=0.005)
        texts = picture.nodes[row].words("weight-gradient")
        gradients = [float(text.replace("−", "-")) for text in texts]
        np.testing.assert_allclose(gradients, w1.grad.data[row], atol=0.005)
    assert sum(wire.target in (2, 3, 4) for wire in picture.wires) == 6
    defects = [d for wire in picture.wires for d in picture._wire_defects(wire)]
    assert defects == []


def test_neurons_of_plain_numbers_and_after_one_step():
    program = programs.neuron()
    program.result.backward()
    picture = Picture(viz.draw(program.result, "neurons", learning_rate=0.1).svg())
    assert picture.node("x0").words("weight", "updated-weight") == ["w0 = 2.00", "→ 2.0197"]
    bias = picture.node("f").words("unit-value", "weight", "updated-weight")
    assert bias == ["0.73", "b = −3.00", "→ −3.0197"]


def test_wide_layers_are_shortened():
    x = autograd.Tensor(np.ones(30), name="x")
    y = (x @ variable(np.ones((30, 2)), "W")).sum()
    svg = viz.draw(y, "neurons").svg()
    assert "and 18 more" in svg
    assert Picture(svg).overlaps() == []


def test_neurons_without_weighted_sums_fall_back():
    program = programs.sum_of_squares()
    with pytest.warns(RuntimeWarning, match="no weighted sums"):
        svg = viz.draw(program.result, "neurons", layout="builtin").svg()
    assert svg == viz.draw(program.result, layout="builtin").svg()


@pytest.mark.parametrize("style", STYLES)
def test_print_has_no_colours(style):
    program = programs.network()
    program.result.backward()
    svg = viz.draw(program.result, style, theme="print", layout="builtin").svg()
    pictures = re.findall(r'<path[^>]*class="[a-z]+-image"[^>]*/>', svg)
    colours = set(re.findall("#[0-9a-f]{6}", "".join(pictures)))
    assert all(colour[1:3] == colour[3:5] == colour[5:] for colour in colours)
    for each in pictures:
        svg = svg.replace(each, "")
    assert set(re.findall("#[0-9a-f]{6}", svg)) <= {"#ffffff", "#d9d9d9", "#000000"}
    with pytest.raises(ValueError, match="theme='dark' is not one of 'light', 'print'"):
        viz.draw(program.result, theme="dark")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sibling_wires_stand_in_the_order_of_their_slots(layout):
    x, y, z = (variable(v, n) for v, n in ((1.0, "x"), (2.0, "y"), (3.0, "z")))
    cases = [((x + y) * z, ["x", "y", "z"]), (z * (x + y), ["z", "x", "y"]),
             ((x - y) / (z * x + 1), ["y", "z"])]  # fmt: skip
    for result, names in cases:
        picture = Picture(viz.draw(result, layout=layout).svg())
        levels = [picture.node(name).wire.top for name in names]
        assert levels == sorted(levels)


@pytest.mark.parametrize("style", ["cs231n", "dlfs"])
def test_gates_may_flow_down(style):
    program = programs.circuit()
    program.result.backward()
    svg = viz.draw(program.result, style, direction="down", layout="builtin").svg()
    picture = Picture(svg)
    f = picture.node("f")
    assert [w.lstrip("−") for w in f.words("value")] == ["12.00" if style == "cs231n" else "12"]
    assert picture.node("x").region.bottom < picture.node("q").region.top < f.region.bottom
    assert all(wire.backward is not None for wire in picture.wires)
    flat = viz.draw(program.result, style, direction="right", layout="builtin").svg()
    assert flat == viz.draw(program.result, style, layout="builtin").svg()


def test_what_is_cut_shows_also_when_it_flows_down():
    x = variable(2.0, "x")
    z = x * named(x.detach() * 3.0, "k")
    z.backward()
    picture = Picture(viz.draw(z, direction="down", layout="builtin").svg())
    assert [word[:8] for word in picture.node("k").words("cut-text")] == ["detached"]
    assert len([1 for role, _ in picture.node("k").shapes if role == "cut"]) == 2


@pytest.mark.parametrize(
    ("style", "direction", "message"),
    [
        ("cs231n", "up", "'up' is not possible in style 'cs231n', which flows 'right' or 'down'"),
        ("colah", "down", "'down' is not possible in style 'colah', which flows 'up'"),
        ("micrograd", "down", "'down' is not possible in style 'micrograd', which flows 'right'"),
    ],
)
def test_directions_that_a_style_lacks(style, direction, message):
    with pytest.raises(ValueError, match=message):
        viz.draw(variable(1.0) * 2.0, style, direction=direction)


def test_units_without_a_name_are_told_by_their_place():
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    loss = model(np.array([[1.0, -1.0]])).sum()
    loss.backward()
    lines = viz.draw(loss, "neurons").text().splitlines()
    assert lines[:2] == ["input 1 = 1.00", "input 2 = −1.00"]
    assert re.match(r"unit 2 of layer 1 = \S+; input 1: \S+, gradient \S+; input 2: ", lines[3])
    assert re.search(r"; bias: \S+, gradient 1.00$", lines[4])
    korean = viz.draw(loss, "neurons", lang="ko").text()
    assert "1층 2번째 뉴런 = " in korean
    assert "bias" not in korean
