"""Figures are true whatever happened since: steps, writes, deaths, passes, edited gradients."""

import gc
import operator
import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import named, variable
from tests.viz.test_numbers import check, printed, reachable

STYLES = ("cs231n", "dlfs", "micrograd")

# Of tests that run for every event, in every style.
few = settings(max_examples=max(1, 2 * settings().max_examples // 5))


def drawn_nodes(result, style, **options):
    """The nodes of a figure that stand for nodes of the engine, by these."""
    picture = Picture(viz.draw(result, style, layout="builtin", largest=1000, **options).svg())
    order, found = iter(reachable(result._node)), {}
    for node in picture.nodes:
        stub = any(re.match(r"use [2-9]|use 1\d", word) for word in node.words("note"))
        if node.kind in ("operation", "parameter") and not stub:
            found[next(order)] = node
    assert next(order, None) is None
    return found


def solved(seed, operations, tape=None):
    """A random program, and of every node the value and the gradient right after backward."""
    program = programs.random_program(seed, operations, backward=False)
    tensors = {}
    for tensor in (program.result, *program.tensors):
        if tensor.requires_grad:
            tensor.retain_grad()
            tensors[tensor._node] = tensor
    with np.errstate(all="ignore"):
        program.result.backward(retain_graph=True)
    known = {
        node: (
            np.array(tensor._value),
            None if tensor.grad is None else np.array(tensor.grad._value),
        )
        for node, tensor in tensors.items()
    }
    return program, known


def leaves(program):
    return [t for t in program.tensors if t.requires_grad and t.is_leaf]


# ---------------------------------------------------------------------- what may happen since


def a_step(program, draw):
    rate = draw.choice([0.1, 1.0])
    kind = draw.choice([nn.optim.SGD, nn.optim.Adam, nn.optim.RMSprop])
    optimizer = kind(leaves(program), lr=rate)
    for _ in range(draw.randint(1, 3)):
        with np.errstate(all="ignore"):
            optimizer.step()
    if draw.random() < 0.5:
        optimizer.zero_grad(set_to_none=draw.random() < 0.5)


def writes_by_the_library(program, draw):
    for tensor in program.tensors:
        with autograd.no_grad():
            kind = draw.randrange(4)
            if kind == 0:
                tensor += 1.0
            elif kind == 1 and tensor.shape:
                tensor[0] = 7.0
            elif kind == 2 and tensor.is_leaf:
                nn.init.constant_(tensor, 3.0)
            elif kind == 3 and tensor.is_leaf:
                tensor.detach()  # nothing happens to it
                tensor.data = np.full(tensor.shape, -2.0)


def writes_through_numpy(program, draw):
    for tensor in program.tensors:
        if not tensor.shape:
            continue
        kind = draw.randrange(4)
        if kind == 0:
            tensor.data[...] = 99.0
        elif kind == 1 and tensor.is_leaf:
            tensor.data -= 0.5
        elif kind == 2:
            tensor.detach().numpy()[...] = 98.0
        elif kind == 3 and not tensor.requires_grad:
            np.asarray(tensor)[...] = 97.0


def deaths(program, draw):
    program.tensors = ()
    gc.collect()


def another_pass(program, draw):
    for leaf in leaves(program):
        leaf.grad = None
    with np.errstate(all="ignore"):
        (sum(leaf.sum() for leaf in leaves(program)) * 5.0).backward()


def edited_gradients(program, draw):
    for leaf in leaves(program):
        if leaf.grad is not None:
            kind = draw.randrange(3)
            if kind == 0:
                leaf.grad = None
            elif kind == 1:
                leaf.grad.data = np.zeros(leaf.shape)
            else:
                leaf.grad = Tensor(np.full(leaf.shape, 123.0))


EVENTS = (
    a_step, writes_by_the_library, writes_through_numpy, another_pass, edited_gradients, deaths
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("taped", [False, True], ids=["plain", "taped"])
@few
@given(seed=st.integers(0, 10_000), operations=st.integers(1, 15))
def test_numbers_are_those_of_the_pass(event, style, taped, seed, operations):
    draw = random.Random(seed)
    if taped:
        with viz.record() as tape:
            program, known = solved(seed, operations)
            event(program, draw)
    else:
        program, known = solved(seed, operations)
        event(program, draw)
    nodes = drawn_nodes(program.result, style, **({"tape": tape} if taped else {}))
    for node, (value, gradient) in known.items():
        if node in nodes:
            check(nodes[node], "value", value)
            if gradient is not None:
                check(nodes[node], "gradient", gradient)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@given(seed=st.integers(0, 10_000), operations=st.integers(1, 12))
def test_text_and_page_say_what_they_said_before(event, seed, operations):
    program, _ = solved(seed, operations)
    before = viz.draw(program.result, derivatives=True, layout="builtin")
    said, told = before.text(), [step.words for step in before._model.story]
    event(program, random.Random(seed))
    after = viz.draw(program.result, derivatives=True, layout="builtin")
    edited = re.sub(r"; \.grad was changed since(: [^;\n]*)?", "", after.text())
    assert edited == said
    assert [step.words for step in after._model.story] == told


# ---------------------------------------------------------------------- the loop of every lesson


def test_the_end_of_every_loop():
    layer = nn.Linear(2, 1)
    nn.init.constant_(layer.weight, 0.5)
    nn.init.constant_(layer.bias, 0.0)
    optimizer = nn.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        loss = (layer(Tensor([[1.0, 2.0]], name="x").astype("float32")) ** 2).mean()
        used = layer.weight.data.copy()
        optimizer.zero_grad()
        loss.backward()
        gradient = layer.weight.grad.data.copy()
        optimizer.step()
    node = Picture(viz.draw(loss, layout="builtin").svg()).node("weight")
    check(node, "value", used)
    check(node, "gradient", gradient)


def test_every_loss_that_is_kept_keeps_its_own_numbers():
    w, losses = variable(1.0, "w"), []
    for _ in range(5):
        loss = named(w * w, "loss")
        w.grad = None
        loss.backward()
        losses.append((loss, w.item(), w.grad.item()))
        w.data = w.data - 0.25 * w.grad.data
    for loss, value, gradient in losses:
        node = Picture(viz.draw(loss, layout="builtin").svg()).node("w")
        check(node, "value", np.array(value))
        check(node, "gradient", np.array(gradient))


def test_a_leaf_that_changed_between_two_uses_is_drawn_with_both_values():
    w = variable(2.0, "w")
    y = w * 3.0
    w.data = np.array(5.0)
    z = y + w * 4.0
    z.backward()
    text = viz.draw(z).text()
    assert "w (variable); float64; forward value 2.00" in text
    assert "w (variable); float64; forward value 5.00" in text
    for style in ("cs231n", "colah", "dlfs"):
        assert Picture(viz.draw(z, style, layout="builtin").svg()).overlaps() == []


def test_a_large_value_that_is_lost_is_not_shown_and_the_line_is_named():
    w = variable(np.ones(400), "w")
    loss = (w * w).sum()
    loss.backward()
    nn.optim.SGD([w], lr=0.1).step()
    words = r"changed since by SGD\.step at test_truth\.py:\d+"
    assert re.search(f"forward value {words}", viz.draw(loss).text())
    notes = Picture(viz.draw(loss, layout="builtin").svg()).node("w").words("note")
    assert any(re.fullmatch(words, note) for note in notes)
    assert re.search(words, viz.draw(loss).html())
    w.data = np.zeros(400)
    assert "forward value changed since by" in viz.draw(loss).text()


def test_a_large_value_is_kept_by_a_tape():
    with viz.record() as tape:
        w = variable(np.ones(400), "w")
        h = named(w * 3.0, "h")
        loss = h.sum()
        loss.backward()
        nn.optim.SGD([w], lr=0.1).step()
        with autograd.no_grad():
            h += 1.0
    text = viz.draw(loss, tape=tape).text()
    assert "w (variable); (400,) float64; forward value min 1.00 · mean 1.00" in text
    assert "h = mul(w, 3.00); (400,) float64; forward value min 3.00 · mean 3.00" in text


def test_a_value_that_changed_too_often_says_so():
    w = variable(0.0, "w")
    y = w * 2.0
    for step in range(40):
        w.data = np.array(float(step))
    assert "w (variable); float64; forward value changed since by Tensor.data at" in (
        viz.draw(y).text()
    )


# ---------------------------------------------------------------------- several passes


def test_an_earlier_gradient_is_named():
    x = variable(3.0, "x")
    for _ in range(2):
        y = x * 1.0
        y.backward()
    note = "1.00 from an earlier backward: zero_grad?"
    for style in ("cs231n", "dlfs", "micrograd", "colah"):
        node = Picture(viz.draw(y, style, layout="builtin", lang="en").svg()).nodes[0]
        assert re.search(r"1(\.0+)? from an earlier backward: zero_grad\?", " ".join(
            text.content for text in node.texts))  # fmt: skip
    assert note in viz.draw(y).text()
    assert note in viz.draw(y).html()
    assert "이전 역전파" in viz.draw(y, lang="ko").text()


def test_gradients_set_to_zero_are_no_earlier_ones():
    x = variable(3.0, "x")
    optimizer = nn.optim.SGD([x], lr=0.1)
    for _ in range(2):
        y = x * 1.0
        optimizer.zero_grad(set_to_none=False) if x.grad is not None else None
        y.backward()
    assert "earlier" not in viz.draw(y).text()


def test_an_edited_gradient_is_marked():
    x = variable(3.0, "x")
    w = variable([1.0, 2.0], "w")
    y = (w * x).sum()
    y.backward()
    nn.utils.clip_grad_norm_([x], 0.5)
    w.grad = Tensor([0.0, 0.0])
    text = viz.draw(y).text()
    assert "gradient 3.00; .grad was changed since: 0.50" in text
    assert "gradient [3.00 3.00]; .grad was changed since\n" in text
    svg = viz.draw(y, layout="builtin").svg()
    assert ">.grad was changed since: 0.50<" in svg
    assert Picture(svg).overlaps() == []


def test_the_step_of_a_clipped_gradient_prints_no_false_equation():
    with viz.record() as tape:
        x = variable(3.0, "x")
        y = x * x
        y.backward()
        nn.utils.clip_grad_norm_([x], 1.0)
        nn.optim.SGD([x], lr=0.1).step()
    words = [step.words for step in viz.draw(y, tape=tape)._model.story if step.phase == "update"]
    assert words == ["x: 3.00 → 2.9 (∂L/∂x = 6.00)"]


def test_a_tape_shows_an_earlier_loss_with_its_own_numbers():
    with viz.record() as tape:
        w = variable(4.0, "w")
        losses = []
        for _ in range(3):
            loss = named(w * w, "loss")
            w.grad = None
            loss.backward()
            losses.append(loss)
            nn.optim.SGD([w], lr=0.25).step()
    shown = [
        Picture(viz.draw(loss, tape=tape, layout="builtin").svg()).node("w").words("value")
        for loss in losses
    ]
    assert shown == [["4.00"], ["2.00"], ["1.00"]]


# ---------------------------------------------------------------------- equations

NUMBER = r"\(?−?(?:\d+(?:\.\d+)?(?:e−?\d+)?)\)?"


def interval(text):
    number, slack = printed(text.strip("()"))
    return number, slack


def false_equations(words):
    """The products and sums of numbers in some words that cannot be true as they are rounded."""
    found = []
    product = f"(?<![\\w.])({NUMBER}) × ({NUMBER}) = ({NUMBER})(?![\\d.])"
    for first, second, result in re.findall(product, words):
        (a, da), (b, db), (c, dc) = map(interval, (first, second, result))
        if abs(a * b - c) > abs(a) * db + abs(b) * da + da * db + dc + 1e-12:
            found.append(f"{first} × {second} = {result}")
    addition = f"(?<![\\w.])((?:{NUMBER} \\+ )+{NUMBER}) = ({NUMBER})(?![\\d.])"
    for left, result in re.findall(addition, words):
        parts, (total, slack) = [interval(part) for part in left.split(" + ")], interval(result)
        if abs(sum(p for p, _ in parts) - total) > sum(s for _, s in parts) + slack + 1e-12:
            found.append(f"{left} = {result}")
    return found


def scalar_program(seed, operations):
    draw = random.Random(seed)
    leaves = [variable(round(draw.uniform(-2, 2), 1), name) for name in "abc"]
    pool = list(leaves)
    for _ in range(operations):
        x, y = draw.choice(pool[-4:]), draw.choice(pool)
        choices = (operator.add, operator.mul, operator.sub, lambda x, _: autograd.tanh(x))
        pool.append(draw.choice(choices)(x, y))
    return programs.Program(sum(pool[len(leaves) :]) * 1.0, *leaves)


@pytest.mark.parametrize("event", [None, *EVENTS], ids=lambda event: event and event.__name__)
@few
@given(seed=st.integers(0, 10_000), operations=st.integers(1, 10), passes=st.integers(1, 2))
def test_no_equation_is_false(event, seed, operations, passes):
    program = scalar_program(seed, operations)
    for _ in range(passes):
        program.result.backward(retain_graph=True)
    if event is not None:
        event(program, random.Random(seed))
    for style in ("cs231n", "dlfs", "colah"):
        figure = viz.draw(program.result, style, derivatives=True, layout="builtin")
        words = [figure.text(), *(step.words for step in figure._model.story)]
        words += [text.content for text in Picture(figure.svg()).texts()]
        for each in words:
            assert false_equations(each) == []


def test_the_checker_of_equations_sees_false_ones():
    assert false_equations("−1.00 × 3 = 6.00") == ["−1.00 × 3 = 6.00"]
    assert false_equations("1.00 + 2.00 = 3.10") == ["1.00 + 2.00 = 3.10"]
    assert false_equations("0.33 × (−3.00) = −1.00, 1.00 + 2.00 = 3.00") == []


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("style", STYLES)
def test_memory_that_the_user_shares_and_writes_to_shows_no_false_number(style, trained):
    batch = np.array([1.0, 2.0])
    x, w = autograd.from_numpy(batch), variable([3.0, 4.0], "w")
    x.name = "x"
    if trained:
        x.requires_grad_()
    for factor in (1.0, 5.0):  # the next batch comes into the same memory
        batch *= factor
        loss = (x * w).sum()
        loss.backward()
        assert "forward value [" in viz.draw(loss, style, legend=False).text().split("\nv1")[0]
    batch *= 10.0
    figure = viz.draw(loss, style, layout="builtin")
    (line,) = (each for each in figure.text().splitlines() if each.startswith("x "))
    assert "changed since in shared memory" in line
    assert "50.00" not in figure.svg()
    assert "[5.00 10.00]" not in line
    assert "공유 메모리에서 이후 변경됨" in viz.draw(loss, style, lang="ko").text()
