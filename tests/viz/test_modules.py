"""Figures of models: a box is one call of one module, and its numbers are the model's."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
import viz
from autograd.internals import memory
from nn.train import summary
from tests.float_arguments import FUNCTIONAL, Fresh
from tests.viz.models import MODELS, Alone, called, numbers
from tests.viz.picture import Picture
from viz.looks.module_words import shape_words
from viz.reading.graph import as_tensors, read
from viz.shaping.modules import in_modules
from viz.shaping.ports import with_ports


def drawn(result, depth=None, **options):
    return Picture(viz.draw(result, "modules", depth=depth, layout="builtin", **options).svg())


def boxes(picture):
    return {node.words("group-text")[0].partition(":")[0] for node in picture.nodes
            if node.kind == "group"}  # fmt: skip


def frames(picture):
    return [text.content for text in picture.loose if text.role == "frame-text"]


def modules_of(result, depth):
    vertices = in_modules(with_ports(read(as_tensors(result))), depth).vertices
    found = {vertex.box for vertex in vertices if vertex.box}
    waiting = [vertex.around for vertex in vertices]
    while waiting:
        if (module := waiting.pop()) is not None:
            found.add(module)
            waiting.append(module.outer)
    return vertices, found


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("depth", [None, 1, 2])
def test_nothing_overlaps_and_no_name_is_cut(name, depth):
    _, result = called(name)
    picture = drawn(result, depth)
    assert picture.overlaps() == []
    texts = [text for node in picture.nodes for text in node.texts] + picture.loose
    assert not [text.content for text in texts if "…" in text.content]
    crossings = [defect for defect in picture.crowding() if "crosses" in defect]
    assert not [defect for defect in crossings if " parameters" in defect]


@pytest.mark.parametrize("name", MODELS)
def test_a_box_is_one_call_and_counts_what_the_module_has(name):
    model, result = called(name)
    by_path = {f"model.{path}".rstrip("."): each for path, each in model.named_modules()}
    depths = range(1, 5)
    for depth in depths:
        vertices, found = modules_of(result, depth)
        for module in found:
            if not module.described:
                continue  # the frame around several rounds
            real = by_path[module.path]
            assert module.described == real.describe()
            once = {id(each): each for each in real.parameters()}.values()
            assert module.count == sum(each.size for each in once)
            assert module.bytes == sum(each.data.nbytes for each in once)
        for vertex in vertices:
            if vertex.kind == "group":
                assert vertex.module in by_path
                assert vertex.module == vertex.box.path


@pytest.mark.parametrize("name", MODELS)
def test_the_summary_agrees(name):
    model, result = called(name)
    inputs = MODELS[name]()[1]
    whole = [module for module in modules_of(result, 9)[1] if module.path == "model"]
    if name in ("LSTM alone", "unrolled"):  # their batch comes second
        found = None
    else:
        kind = int if inputs.dtype.kind == "i" else None
        found = summary(model, inputs.shape[1:], dtype=kind)
        if whole:
            assert {(m.count, m.bytes) for m in whole} == {(found.total, found.bytes)}
    batch = inputs.shape[0]
    rows = {}
    for path, *row in found.rows if found else ():
        rows.setdefault(f"model.{path}".rstrip("."), []).append(row)
    for module in modules_of(result, 9)[1]:
        if module.opens or not module.described or module.path not in rows:
            continue
        described, shape, count = rows[module.path][module.call[0] - 1]
        assert (module.described, module.count) == (described, count)
        if isinstance(shape, tuple):
            assert tuple(batch if side is None else side for side in shape) in module.outputs


def test_depth_counts_levels():
    _, result = called("ResNet-18")
    first, second, third = (drawn(result, depth) for depth in (1, 2, 3))
    assert boxes(first) == {
        "conv1", "bn1", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc"
    }  # fmt: skip
    assert "model: ResNet" in frames(first)
    assert {"0", "1"} <= boxes(second)
    assert {"layer1: Sequential", "layer4: Sequential"} <= set(frames(second))
    assert "0–1: _Block ×2" in frames(third)
    assert {"conv2", "bn2"} <= boxes(third)


def test_skip_connections_run_outside_of_the_boxes():
    _, result = called("ResNet-18")
    picture = drawn(result, 3)
    kinds = [node.words("operation-word") for node in picture.nodes]
    adds = [number for number, words in enumerate(kinds) if words == ["+  add"]]
    assert len(adds) == 7  # eight blocks, of which the first two are drawn once
    for add in adds:
        arriving = [wire for wire in picture.wires if wire.target == add]
        assert len(arriving) == 2
        skip = max(arriving, key=lambda wire: len(wire.forward))
        passed = [
            node for number, node in enumerate(picture.nodes) if number not in
            (skip.source, skip.target)
        ]  # fmt: skip
        assert not any(node.region.holds(*point) for node in passed for point in skip.forward)


def test_repeats_are_drawn_once_with_their_number():
    _, result = called("ResNet-50")
    assert [name for name in frames(drawn(result, 3)) if "×" in name] == [
        "1–2: _Bottleneck ×2", "1–3: _Bottleneck ×3", "1–5: _Bottleneck ×5", "1–2: _Bottleneck ×2"
    ]  # fmt: skip
    _, result = called("GPT")
    assert "0–2: GPTBlock ×3" in frames(drawn(result))
    _, result = called("tied")
    (same,) = [node for node in drawn(result).nodes if "same" in "".join(node.words("group-text"))]
    assert same.words("group-text") == ["same: Linear(4 → 4) ×3"]
    assert "call 1–3 of 3" in same.words("note")
    assert not any("each" in words for words in same.words("note"))  # they are one module


@pytest.mark.parametrize("different", ["size", "order", "skip"])
def test_what_is_not_the_same_is_no_repetition(different):
    class Net(nn.Module):
        def __init__(self):
            widths = (4, 4, 4, 5, 4) if different == "size" else (4, 4, 4, 4, 4)
            self.layers = [nn.Linear(a, b) for a, b in pairwise(widths)]

        def forward(self, x):
            first = x
            for number, layer in enumerate(self.layers):
                x = layer(x)
                if different == "order":
                    x = autograd.tanh(x) if number % 2 else autograd.relu(x)
                elif different == "skip" and number == 1:
                    first = x
            return x + first if different == "skip" else x

    picture = drawn(Net()(numbers(2, 4)))
    names = boxes(picture)
    expected = {
        "size": {"layers.0", "layers.1", "layers.2", "layers.3"},
        "order": {"layers.0", "layers.1", "layers.2", "layers.3"},
        "skip": {"layers.0", "layers.1", "layers.2", "layers.3"},
    }
    assert names == expected[different]


def test_functions_between_modules_are_named_by_what_they_do():
    _, result = called("alone")
    picture = drawn(result)
    words = [node.words("operation-word") for node in picture.nodes]
    assert ["relu"] in words
    assert "alone: Sequential" in frames(picture)  # and not what is in it
    _, result = called("U-Net")
    (first, *_) = [node for node in drawn(result).nodes
                   if node.words("operation-word") == ["concatenate"]]  # fmt: skip
    assert first.words("operation-note")[0] == "1×4×8×8, 1×4×8×8 → 1×8×8×8"


def test_shapes_parameters_and_bytes_stand_in_every_box():
    model, result = called("LeNet")
    picture = drawn(result)
    (conv,) = [node for node in picture.nodes if node.words("group-text") ==
               ["0: Conv2d(1 → 6, kernel 5, padding 2)"]]  # fmt: skip
    assert conv.words("note") == ["2×1×28×28 → 2×6×28×28", "156 parameters · 624 B"]
    total = sum(each.size for each in model.parameters())
    notes = [text.content for text in picture.loose if text.role == "note"]
    assert f"{total:,} parameters · {memory(4 * total)}" in notes
    assert "2×1×28×28 → 2×10" in notes
    korean = viz.draw(result, "modules", lang="ko", layout="builtin").text()
    assert (
        f"매개변수 {total:,}개"
        in Picture(viz.draw(result, "modules", lang="ko", layout="builtin").svg()).loose[2].content
    )
    assert "model.features.0 (모듈)" in korean


@pytest.mark.parametrize("name", ["LeNet", "GPT block", "U-Net", "LSTM"])
def test_feature_maps_and_gradients_are_those_of_the_pass(name):
    autograd.manual_seed(0)
    model, x = MODELS[name]()
    with viz.record():
        loss = (model(x) ** 2).mean()
        loss.backward()
    figure = viz.draw(loss, "modules", layout="builtin")
    svg = figure.svg()
    assert svg.count("signed-image") >= 2 * len(boxes(Picture(svg)))
    assert Picture(svg).overlaps() == []


def test_a_model_that_is_gone_is_drawn_from_what_is_left():
    def run():
        model = Alone()
        return model(numbers(5, 6))

    result = run()
    vertices, _ = modules_of(result, 3)
    counts = [vertex.box.count for vertex in vertices if vertex.box]
    assert counts == [6 * 4 + 4, 4 * 2 + 2]
    assert drawn(result).overlaps() == []


@st.composite
def nested(draw, depth=0):
    """A model of nested containers around layers of one width."""
    if depth == 3 or draw(st.booleans()):
        kind = draw(st.sampled_from(["linear", "tanh", "skip"]))
        if kind == "skip":
            return _Skip(nn.Linear(3, 3))
        return nn.Linear(3, 3) if kind == "linear" else nn.Tanh()
    children = draw(st.lists(nested(depth=depth + 1), min_size=1, max_size=3))
    return nn.Sequential(*children)


class _Skip(nn.Module):
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        return x + autograd.relu(self.inner(x))


@given(nested(), st.integers(1, 4))
def test_every_operation_is_drawn_once_whatever_the_nesting(model, depth):
    x = numbers(2, 3)
    x.requires_grad_()
    result = model(x)
    full = with_ports(read(as_tensors(result)))
    vertices, found = modules_of(result, depth)
    operations = sum(not vertex.is_leaf for vertex in full.vertices)
    shown = 0
    for vertex in vertices:
        if vertex.kind in ("operation", "group"):
            times, around = (vertex.box.times if vertex.box else 1), vertex.around
            while around is not None:
                times *= around.times
                around = around.outer
            shown += vertex.count * times
    assert shown == operations
    outputs = [vertex for vertex in vertices if vertex.root]
    assert len(outputs) == 1
    for number, vertex in enumerate(vertices):
        assert all(source < number for source in vertex.sources)
    assert (
        Picture(viz.draw(result, "modules", depth=depth, layout="builtin").svg()).overlaps() == []
    )
    total = sum(each.size for each in model.parameters())
    if any(module.path == "model" and module.described for module in found):
        (whole,) = [m for m in found if m.path == "model" and m.described]
        assert whole.count == total


def test_calls_of_one_module_one_after_the_other_are_several():
    layer = nn.Linear(3, 3)
    model = nn.Sequential(layer, layer)
    found = read(as_tensors(model(numbers(2, 3)))).vertices
    calls = {vertex.call for vertex in found if vertex.call}
    assert len(calls) == 2
    assert {call.path for call in calls} == {"model.0"}
    assert len({call.outer for call in calls}) == 1


def test_shapes_in_words():
    assert [shape_words(shape) for shape in ((), (3,), (1, 64, 7, 7))] == ["()", "3", "1×64×7×7"]


def test_large_graphs_of_any_style_are_boxes_of_modules_and_no_arbitrary_shares():
    _, result = called("ResNet-18")
    text = viz.draw(result, layout="builtin", largest=40).text()
    assert not re.search(r"\d–\d+ \(", text)


def test_module_figures_do_not_depend_on_graphviz():
    _, result = called("GPT block")
    figures = [viz.draw(result, "modules", layout=engine).svg() for engine in ("auto", "builtin")]
    assert figures[0] == figures[1]


def test_tokens_are_an_input():
    _, result = called("LSTM")
    picture = drawn(result)
    assert [node.words("note") for node in picture.nodes if node.kind == "input"] == [["2×6 int64"]]
    (emb,) = [
        node for node in picture.nodes if node.words("group-text") == ["emb: Embedding(11, 4)"]
    ]
    assert emb.words("note")[0] == "2×6 → 2×6×4"


@pytest.mark.parametrize("name", ["LSTM", "LSTM alone", "unrolled", "GPT"])
@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah", "dezero", "modules"])
def test_nothing_stands_without_a_wire(name, style):
    _, result = called(name)
    for depth in (None, 1):
        model = viz.draw(result, style, depth=depth, layout="builtin")._model
        connected = {end for wire in model.wires for end in (wire.source, wire.target)}
        assert connected == set(range(len(model.nodes)))


class Calling(nn.Module):
    """A model that calls a function in `forward`."""

    def __init__(self, function, keywords):
        self.function, self.keywords = function, keywords

    def forward(self, x):
        return self.function(x, **self.keywords)


_NOTHING_TO_DRAW = {"one_hot"}


@pytest.mark.parametrize("name", sorted(set(FUNCTIONAL) - _NOTHING_TO_DRAW))
def test_a_function_in_forward_is_one_operation_of_its_name(name):
    for call in FUNCTIONAL[name]:
        keywords = {k: np.random.default_rng(3) if v is Fresh else v for k, v in call.items()}
        first = next(k for k, v in keywords.items() if getattr(v, "dtype", None) == np.float64)
        x = autograd.Tensor(keywords.pop(first), requires_grad=True, name="x")
        for each in {"running_mean", "running_var"} & set(keywords):
            keywords[each] = autograd.Tensor(keywords[each])
        function = getattr(nn.functional, name)
        result = Calling(lambda x, f=function, a=first, **k: f(**{a: x}, **k), keywords)(x)
        result = result[0] if isinstance(result, tuple) else result
        (result * 1.0).sum().backward()
        vertices, _ = modules_of(result, None)
        operations = [each.operation for each in vertices if not each.is_leaf]
        assert len(operations) == 1 or (len(operations) == 2 and name not in operations)
        nodes = sum(not each.is_leaf for each in read(as_tensors(result)).vertices)
        assert operations == [name] or nodes <= 2


def test_calls_of_a_function_are_told_apart_and_its_inside_stays_in_other_figures():
    class Twice(nn.Module):
        def forward(self, x):
            mask = np.array([[True, False], [True, True]])
            attend = nn.functional.scaled_dot_product_attention
            return attend(attend(x, x, x, attn_mask=mask), x, x)

    x = autograd.tensor([[[1.0, 2.0], [3.0, 4.0]]], requires_grad=True, name="x")
    model = Twice()
    result = model(x)
    result.backward(autograd.ones((1, 2, 2)))
    lines = viz.draw(result, "modules").text().splitlines()
    calls = [line.partition(";")[0].partition(" = ") for line in lines[1:]]
    assert [call for _, _, call in calls] == [
        "scaled_dot_product_attention(x)",
        f"scaled_dot_product_attention({calls[0][0]}, x)",
    ]
    assert not any("mask" in line for line in lines)  # nobody gave it a name
    text = viz.draw(result).text()
    assert "matmul(" in text
    assert "scaled_dot" not in text
    assert "in model (Twice)" in text
    with pytest.raises(ValueError, match=r"in module model \(Twice\)|expected"):
        model(x[0, 0])


def test_one_of_several_results_is_told_by_its_place():
    x = autograd.tensor([[1.0, 5.0, 2.0]], requires_grad=True, name="x")
    first, second = autograd.split(x, [1], axis=1)
    text = viz.draw((first * second).sum()).text()
    assert " = v1[0];" in text
    assert " = v1[1];" in text
    assert "select" not in text
