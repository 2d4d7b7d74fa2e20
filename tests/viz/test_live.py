"""Numbers that are changed in the page: what it computes is what the engine computes."""

import json
import random
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from autograd.operation.record import records
from tests.viz import programs
from tests.viz.browser import needs_browser
from tests.viz.programs import named, variable
from viz import gallery
from viz.looks.changing_numbers import formulas
from viz.looks.style import STYLES
from viz.records import Live

SVG = "{http://www.w3.org/2000/svg}"


def story_of(figure):
    (data,) = re.findall(r'<script type="application/json" id="story">(.*?)</script>',
                         figure.html())  # fmt: skip
    return json.loads(data)


def solved(program, **options):
    program.result.backward()
    return viz.draw(program.result, layout="builtin", **options)


def change(page, **values):
    """Type other numbers into the fields of leaves."""
    page.run("document.getElementById('change').open = true")
    for name, value in values.items():
        page.run(
            "const field = [...document.querySelectorAll('#leaves label')]"
            ".find(each => each.textContent.trim() === arguments[0]).querySelector('input');"
            "field.value = arguments[1]; field.dispatchEvent(new Event('input'))", name, value,
        )  # fmt: skip


# ---------------------------------------------------------------------- formulas


def numbers_for(name, generator, count):
    """Arguments from where the operation is differentiable."""
    record = records[name.removesuffix("_tanh") if name in FUNCTIONS else name]
    domain = record.domain
    arguments = []
    for argument in record.arguments:
        kind = domain.get(argument, "real") if isinstance(domain, dict) else domain
        values = generator.uniform(-3, 3, count)
        arguments.append(np.abs(values) + 0.1 if kind == "positive" else values)
    if name == "power":
        arguments[0][:20] *= -1
        arguments[1][:20] = generator.integers(-3, 4, 20)
    return arguments


# What the operations' own tests hold at a kink, held here as well.
KINKS = {
    "relu": [(0.0,)], "leaky_relu": [(0.0,)], "elu": [(0.0,)], "abs": [(0.0,)],
    "maximum": [(1.5, 1.5)], "minimum": [(1.5, 1.5)],
    "power": [(0.0, 0.0), (0.0, 2.0), (0.0, 1.0), (2.0, 0.0)],
    "sigmoid": [(800.0,), (-800.0,)], "softplus": [(800.0,), (-800.0,)],
}  # fmt: skip


# Formulas that are an operation with a keyword.
FUNCTIONS = {"gelu_tanh": lambda x: nn.functional.gelu(x, "tanh")}


@pytest.fixture(scope="module")
def table(window, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "page.html"
    window.open(solved(programs.circuit()).save(path).as_uri())
    return window


@needs_browser
@pytest.mark.parametrize("name", formulas())
def test_every_formula_is_that_of_the_engine(name, table):
    function = FUNCTIONS.get(name) or getattr(autograd, name)
    assert formulas()[name] == (1 if name in FUNCTIONS else len(records[name].arguments))
    generator = np.random.default_rng(7)
    arguments = [*zip(*numbers_for(name, generator, 200), strict=True), *KINKS.get(name, [])]
    computed = table.run(
        "const [f, ...slopes] = FORMULAS[arguments[0]];"
        "return arguments[1].map(x => { const z = f(...x);"
        "return [z, ...slopes.map(slope => slope(...x, z))].map(String); })",
        name, arguments,
    )  # fmt: skip
    for given, found in zip(arguments, computed, strict=True):
        leaves = [variable(float(each)) for each in given]
        with np.errstate(all="ignore"):
            result = function(*leaves)
            result.backward()
        expected = [float(result), *(float(leaf.grad) for leaf in leaves)]
        if name == "power" and given[0] < 0:
            expected[2] = found[2] = 0.0  # no real logarithm; nobody needs this slope
        np.testing.assert_allclose([float(each) for each in found], expected, rtol=1e-11,
                                   atol=1e-14)  # fmt: skip


@needs_browser
@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah"])
def test_numbers_are_written_as_the_figure_writes_them(style, opened):
    numerals = STYLES[style].numerals
    draw = random.Random(3)
    numbers = [draw.uniform(-1, 1) * 10 ** draw.uniform(-9, 9) for _ in range(400)]
    numbers += [float(draw.randint(-40, 40)) / 8 for _ in range(100)]  # ties
    numbers += [0.0, -0.0, 1.0, -1.0, 0.125, 2.5, 99999.5, 999999.5, 1e-4, 123456.0, 1e300]
    page = opened(solved(programs.circuit(), style=style))
    for fine, look in enumerate((numerals, numerals.finer())):
        found = page.run("return arguments[0].map(x => written(x, live.numerals[arguments[1]]))",
                         numbers, fine)  # fmt: skip
        assert found == [look.number(number) for number in numbers]
    assert page.run("return [NaN, 1 / 0, -1 / 0].map(x => written(x, live.numerals[0]))") == [
        "NaN", "∞", "−∞",
    ]  # fmt: skip


# ---------------------------------------------------------------------- whole figures


def texts_of(figure):
    root = ElementTree.fromstring(figure.svg())
    groups = [g for g in root.iter(f"{SVG}g") if "data-node" in g.attrib]
    return [[text.text or "" for text in group.iter(f"{SVG}text")] for group in groups]


def same(found, expected):
    """Equal but for how many digits a derivative by cases is written with: 1 or 1.00."""
    number = r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])"
    found, expected = (re.sub(number, lambda m: f"{float(m[0]):.9g}", t) for t in (found, expected))
    return found == expected


def everything(page):
    return page.run(
        "return [[...nodes].map(node => [...node.querySelectorAll('text')]"
        ".map(text => text.textContent)), steps.map(step => step.words),"
        "steps.map(step => step.questions.map(q => [q.words, q.answer, q.written])),"
        "[...document.querySelectorAll('#rows td:nth-child(2)')].map(td => td.textContent)]"
    )


def assert_the_page_is(page, figure):
    texts, words, questions, checks = everything(page)
    story = story_of(figure)
    pairs = [*zip(texts, texts_of(figure), strict=True)]
    pairs.append((words, [step["words"] for step in story["steps"]]))
    for found, expected in pairs:
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert same(one, other)
    for asked, step in zip(questions, story["steps"], strict=True):
        for (text, answer, written), question in zip(asked, step["questions"], strict=True):
            assert (text, written) == (question["words"], question["written"])
            assert answer == pytest.approx(question["answer"])
    assert checks == [check.written for check in figure._model.checks]


UNARY = ("exp", "sin", "cos", "tanh", "sigmoid", "relu", "square", "negative")
POSITIVE = ("log1p", "sqrt", "reciprocal")
BINARY = ("add", "mul", "subtract", "divide", "maximum", "minimum", "power")


def random_figure(seed, values, **options):
    """The same random operations on other numbers."""
    draw = random.Random(seed)
    leaves = [variable(value, name) for name, value in zip("abc", values, strict=True)]
    pool = list(leaves)
    for _ in range(8):
        if draw.random() < 0.5:
            x = draw.choice(pool[-3:])
            name = draw.choice(UNARY + POSITIVE)
            x = autograd.abs(x) + 0.5 if name in POSITIVE else x
            pool.append(getattr(autograd, name)(x))
        else:
            x, y, name = draw.choice(pool[-3:]), draw.choice([*pool, 2.0]), draw.choice(BINARY)
            if name == "power":
                x, y = autograd.abs(x) + 0.5, 2
            elif name == "divide":
                y = autograd.exp(y * 0.1)
            pool.append(getattr(autograd, name)(x, y))
    total = pool[-1]
    for leaf in leaves:
        total = total + leaf
    named(total, "L").backward()
    return viz.draw(total, layout="builtin", **options), leaves


@needs_browser
@pytest.mark.parametrize("seed", range(12))
def test_a_changed_page_is_the_page_of_the_changed_program(seed, opened):
    style = ("cs231n", "dlfs", "micrograd", "colah")[seed % 4]
    lang = ("en", "ko")[seed % 2]
    options = {"style": style, "lang": lang, "learning_rate": 0.1 if seed % 3 == 0 else None}
    generator = np.random.default_rng(seed)
    before = generator.uniform(-1, 1, 3).round(3)
    after = generator.uniform(-1, 1, 3).round(3)
    figure, _leaves = random_figure(seed, before, **options)
    changed, _others = random_figure(seed, after, **options)
    assert isinstance(figure._model.live, Live)
    page = opened(figure)
    assert page.run("return follows()")
    change(page, a=after[0], b=after[1], c=after[2])
    assert_the_page_is(page, changed)
    page.click("#reset")
    assert_the_page_is(page, figure)


@needs_browser
def test_constants_that_are_hidden_take_part(opened):
    def drawn(weight):
        w0, w1, w2 = (variable(v, f"w{i}") for i, v in enumerate((weight, -3.0, -3.0)))
        x0, x1 = variable(-1.0, "x0"), variable(-2.0, "x1")
        f = named(1 / (1 + autograd.exp(-(w0 * x0 + w1 * x1 + w2))), "f")
        f.backward()
        return viz.draw(f, "dlfs", layout="builtin", hide="constants")

    page = opened(drawn(2.0))
    change(page, w0=0.25)
    assert_the_page_is(page, drawn(0.25))


@needs_browser
def test_the_figure_of_units_computes_a_new_weight(opened):
    def drawn(weight):
        gallery._leaves.clear()
        build = gallery.network_322
        leaf = gallery.leaf
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gallery, "leaf", lambda data, name: leaf(
                weight if name == "w7" else data, name))  # fmt: skip
            error = build()
        error.backward()
        return viz.draw(error, "neurons", learning_rate=0.5, layout="builtin")

    page = opened(drawn(0.7))
    change(page, w7=-2.0)
    assert "w7 = −2.00" in page.visible("#figure text.weight")
    assert_the_page_is(page, drawn(-2.0))


@needs_browser
def test_predictions_blanks_and_checks_follow_a_change(opened):
    page = opened(solved(programs.circuit()), "#step=7")
    page.run("document.getElementById('checks').open = true")
    change(page, z=2.5)
    page.click("#predict")
    page.type("#answer0", "2.5")
    page.type("#answer1", "3")
    page.click("#check")
    assert page.text("#count") == "8 / 9"
    assert page.text("#said").splitlines()[1] == "→ q: ∂f/∂q = z = 2.50, 1.00 × 2.50 = 2.50"
    rows = "#rows tr:not([hidden])"
    assert page.visible(rows) == ["z33", "q2.52.5", "f11"]
    page.click("#predict")
    page.click("#blanks")
    change(page, z=-3.0)
    assert page.visible("#figure text.gradient") == [f"({k})" for k in range(1, 6)]
    assert page.visible("#solutions li")[2] == "z: 3.00"
    assert page.visible("#solutions li")[3] == "q: −3.00"


@needs_browser
def test_what_is_no_number_changes_nothing(opened):
    page = opened(solved(programs.circuit()))
    before = everything(page)
    change(page, z="")
    assert everything(page) == before
    change(page, z=1e308, x=1e308)
    assert "∞" in page.text("#figure")


def large():
    return programs.Program((variable(np.ones((7, 7)), "W") * 2.0).sum())


@pytest.mark.parametrize(("build", "options", "reason"), [
    (large, {}, r"W has the shape \(7, 7\)"),
    (lambda: programs.Program(autograd.cbrt(variable(1.0, "x"))), {}, "no formula for cbrt"),
    (lambda: programs.Program(variable(1.0, "x") * (variable(2.0, "w") * 3.0).detach()), {},
     "v1 was cut from the graph"),
    (lambda: programs.Program(variable(np.inf, "x") * 2.0), {}, "x is no finite real number"),
    (lambda: programs.Program(sum((variable(1.0, "x") for _ in range(80)), variable(1.0))), {},
     "more than 100 nodes"),
])  # fmt: skip
def test_a_figure_that_cannot_be_changed_says_why(build, options, reason):
    program = build()
    program.result.backward()
    page = viz.draw(program.result, layout="builtin", **options).html()
    assert re.search(f"values of this figure cannot be changed: .*{reason}", page)
    assert "FORMULAS" not in page
    korean = viz.draw(program.result, layout="builtin", lang="ko", **options).html()
    assert "이 그림의 값은 바꿀 수 없음" in korean


@needs_browser
def test_numbers_of_several_passes_say_so(opened):
    x = variable(3.0, "x")
    (x * x).backward()
    y = named(x * x, "y")
    y.backward()
    page = opened(viz.draw(y, layout="builtin"))
    assert "not those of one forward and one backward pass" in page.text("body")
    assert page.run("return document.querySelectorAll('#leaves input').length") == 0


@needs_browser
def test_before_backward_the_values_alone_are_computed(opened):
    program = programs.circuit()
    page = opened(viz.draw(program.result, layout="builtin"))
    change(page, x=1.0)
    assert page.visible("#figure text.value") == ["1.00", "5.00", "−4.00", "6.00", "−24.00"]


# ---------------------------------------------------------------------- arrays


def change_element(page, name, index, value):
    """Type another number into one field of a matrix."""
    page.run(
        "document.getElementById('change').open = true;"
        "const field = [...document.querySelectorAll('#leaves [type=number]')]"
        ".find(each => each.ariaLabel === arguments[0]);"
        "field.focus(); field.value = arguments[1]; field.dispatchEvent(new Event('input'))",
        f"{name}[{', '.join(map(str, index))}]", value,
    )  # fmt: skip


def dense(x, w, b):
    h = autograd.tanh(x @ w + b)
    return (h * h).mean()


def classes(x, w, b):
    return autograd.cross_entropy(autograd.linear(x, w.T, b), autograd.tensor([1, 0]))


def attention(x, w, b):
    q, k = x @ w, autograd.transpose(x @ w)
    return (autograd.softmax(q @ k / 2.0, axis=-1) @ (x * b[:3].sum())).sum()


def by_axes(x, w, b):
    centred = x - autograd.mean(x, axis=0)
    spread = autograd.sqrt(autograd.mean(centred * centred, axis=0, keepdims=True) + 1.0)
    scores = autograd.log_softmax((centred / spread) @ w + b, axis=1)
    return -scores[:, 1].sum() + autograd.logsumexp(w, axis=0).sum()


def moved(x, w, b):
    flat = autograd.reshape(w, (1, 12))
    return autograd.maximum(flat[0, 2:8], autograd.expand_dims(b, 1)).sum() + x[1, ::-1].sum() * 2.0


def statistics(x, w, b):
    rows = autograd.max(x @ w, axis=1) + autograd.min(w, axis=0)[:2]
    spread = autograd.var(w, axis=1, ddof=1).sum() + autograd.std(x, axis=0, keepdims=True).sum()
    return (rows * rows).sum() + spread * 0.5 + autograd.max(b)


def joined(x, w, b):
    both = autograd.concatenate([autograd.dot(x, w), b.reshape(1, 4)], axis=0)
    piled = autograd.stack([autograd.dot(x[0], w), b])
    return autograd.log_sigmoid(both).sum() - autograd.logaddexp(piled, b).mean()


def ties(x, w, b):
    return (autograd.max(autograd.relu(x), axis=1) ** 2).sum() + (w * b).mean()


def convolved(x, w, b):
    kernels = w[:2].reshape(2, 2, 2)
    maps = nn.functional.gelu(nn.functional.conv1d(x, kernels, padding=1))
    most = nn.functional.max_pool1d(maps, 2, stride=1)
    return (most * b[:3]).sum() + nn.functional.avg_pool1d(maps, 2).sum() * 2.0


def images(x, w, b):
    kernel = b.reshape(1, 1, 2, 2)
    image = nn.functional.conv2d(w.reshape(1, 1, 3, 4), kernel)
    wide = nn.functional.conv_transpose2d(image, kernel, stride=2)
    most = nn.functional.max_pool2d(nn.functional.gelu(wide, "tanh"), 2)
    batched = x.reshape(1, 2, 3) @ w.reshape(1, 3, 4)
    return (most.sum() + autograd.cumsum(x, axis=1).mean() + batched.mean()
            + autograd.einsum("ij,kj->ik", x, x).sum())  # fmt: skip


PROGRAMS_OF_ARRAYS = {
    "dense": dense, "classes": classes, "attention": attention, "by_axes": by_axes, "moved": moved,
    "statistics": statistics, "joined": joined, "ties": ties,
    "convolved": convolved, "images": images,
}  # fmt: skip


def figure_of_arrays(program, x, w, b, **options):
    leaves = [variable(x, "x"), variable(w, "w"), variable(b, "b")]
    loss = named(program(*leaves), "L")
    loss.backward()
    return viz.draw(loss, layout="builtin", **options), leaves


_STYLES = [("cs231n", "dlfs", "micrograd")[k % 3] for k in range(len(PROGRAMS_OF_ARRAYS))]


@needs_browser
@pytest.mark.parametrize(("name", "style"), [*zip(PROGRAMS_OF_ARRAYS, _STYLES, strict=True)])
def test_a_changed_element_gives_the_page_of_the_changed_program(name, style, opened):
    program, generator = PROGRAMS_OF_ARRAYS[name], np.random.default_rng(3)
    inner = 3 if name == "attention" else 4
    x, w, b = (generator.uniform(-1, 1, shape).round(2) for shape in ((2, 3), (3, inner), (4,)))
    options = {"style": style, "lang": "ko", "learning_rate": 0.1}
    if name == "attention":
        w = w[:, :3]
    figure, _leaves = figure_of_arrays(program, x, w, b, **options)
    assert isinstance(figure._model.live, Live), figure._model.live
    page = opened(figure)
    assert page.run("return follows()")
    x, w, b = x.copy(), w.copy(), b.copy()
    x[1, 2], w[2, 1], b[1] = -0.75, 0.5, 1.25
    for leaf, index, value in (("x", (1, 2), -0.75), ("w", (2, 1), 0.5), ("b", (1,), 1.25)):
        change_element(page, leaf, index, value)
    changed, _others = figure_of_arrays(program, x, w, b, **options)
    assert_the_page_is(page, changed)
    page.click("#reset")
    assert_the_page_is(page, figure)


def units(x, w, v, b, **options):
    leaves = [variable(w, "W"), variable(v, "V"), variable(b, "b")]
    hidden = named(
        autograd.sigmoid(autograd.linear(Tensor(x, name="x"), leaves[0], leaves[2])), "h"
    )
    loss = named((autograd.linear(hidden, leaves[1]) ** 2).sum(), "L")
    loss.backward()
    return viz.draw(loss, "neurons", **options)


@needs_browser
@pytest.mark.parametrize("batch", [1, 2])
def test_units_of_matrices_are_changed_as_well(batch, opened):
    generator = np.random.default_rng(batch)
    shapes = ((batch, 3), (2, 3), (2, 2), (2,))
    arrays = [generator.uniform(-1, 1, shape).round(2) for shape in shapes]
    options = {"lang": "ko", "learning_rate": 0.1}
    figure = units(*arrays, **options)
    page = opened(figure)
    change_element(page, "W", (1, 2), 12.5)
    arrays[1][1, 2] = 12.5
    assert_the_page_is(page, units(*arrays, **options))
    page.click("#reset")
    assert_the_page_is(page, figure)


def test_the_share_of_an_example_cannot_be_changed():
    page = units(np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 2)), np.ones(2)).html()
    assert "values of this figure cannot be changed: W has the shape (2, 3)" in page


@needs_browser
def test_more_training_steps_are_those_of_the_engine(opened):
    generator = np.random.default_rng(1)
    arrays = [generator.uniform(-1, 1, shape).round(2) for shape in ((2, 3), (3, 4), (4,))]
    figure, _leaves = figure_of_arrays(dense, *arrays, lang="en")
    page = opened(figure)
    page.run("document.getElementById('change').open = true;"
             "document.getElementById('rate').value = 0.25")  # fmt: skip
    for _ in range(4):
        page.click("#train")
        losses = [variable(each, name) for each, name in zip(arrays, "xwb", strict=True)]
        dense(*losses).backward()
        arrays = [leaf.data - 0.25 * leaf.grad.data for leaf in losses]
    found = page.run("return [0, 1, 2].map(k => given.get(live.leaves[k][0])[1])")
    for one, other in zip(found, arrays, strict=True):
        np.testing.assert_allclose(one, other.ravel(), rtol=1e-12)
    loss = dense(*map(variable, arrays)).item()
    assert page.text("#taken") == f"after 4 steps: L = {loss:.4f}".rstrip("0")
    expected, _others = figure_of_arrays(dense, *arrays, lang="en")
    assert_the_page_is(page, expected)


@needs_browser
def test_a_step_of_training_goes_at_the_rate_of_the_figure(opened):
    page = opened(solved(programs.circuit(), learning_rate=0.1))
    page.run("document.getElementById('change').open = true")
    page.click("#train")
    assert page.visible("#figure text.value")[:3] == ["−1.60", "5.40", "−4.30"]
    assert not page.run("return document.getElementById('rate').offsetParent")


@needs_browser
def test_sliders_move_a_number(opened):
    page = opened(solved(programs.circuit()))
    page.run("document.getElementById('change').open = true;"
             "const slider = document.querySelector('#leaves [type=range][aria-label=z]');"
             "slider.value = 2; slider.dispatchEvent(new Event('input'))")  # fmt: skip
    assert page.visible("#figure text.value")[-1] == "6.00"
    assert (
        page.run("return document.querySelector('#leaves [type=number][aria-label=z]').value")
        == "2"
    )
    figure, _leaves = figure_of_arrays(dense, np.ones((2, 3)), np.ones((3, 4)), np.zeros(4))
    page = opened(figure)
    page.run("document.getElementById('change').open = true;"
             "document.querySelector(`#leaves [aria-label='w[1, 2]']`).focus();"
             "const slider = document.querySelector(`#leaves [type=range][aria-label='w[1, 2]']`);"
             "slider.value = -1; slider.dispatchEvent(new Event('input'))")  # fmt: skip
    w = np.ones((3, 4))
    w[1, 2] = -1
    assert_the_page_is(page, figure_of_arrays(dense, np.ones((2, 3)), w, np.zeros(4))[0])


@needs_browser
def test_numbers_that_grow_stay_in_their_column(opened):
    figure, _leaves = figure_of_arrays(dense, np.ones((2, 3)), np.ones((3, 4)), np.zeros(4))
    page = opened(figure)
    change_element(page, "w", (0, 1), -123.456)
    overlapping = page.run(
        "const boxes = [...nodes[1].querySelectorAll('.value-cell')].map(t => t.getBBox());"
        "return boxes.some((a, i) => boxes.some((b, j) => j > i && a.x < b.x + b.width - .5 &&"
        " b.x < a.x + a.width - .5 && Math.abs(a.y - b.y) < 4))"
    )
    assert not overlapping


@pytest.mark.parametrize(("build", "reason"), [
    (lambda: autograd.cumprod(variable(np.ones(4), "x")).sum(), "no formula for cumprod"),
    (lambda: autograd.var(variable(np.ones(4), "x"), ddof=0.5).sum(), "no formula for var"),
    (lambda: autograd.sort(variable(np.ones((2, 2, 2)), "x")).sum(), "no formula for sort"),
    (lambda: autograd.cross_entropy(variable(np.ones((2, 2)), "x"), autograd.tensor([0, -100])),
     "no formula for cross_entropy"),
    (lambda: variable(np.array([1.0, np.nan]), "x").sum(), "x is no finite real number"),
])  # fmt: skip
def test_arrays_that_cannot_be_changed_say_why(build, reason):
    loss = build()
    with np.errstate(all="ignore"):
        loss.backward()
    page = viz.draw(loss, layout="builtin").html()
    assert re.search(f"values of this figure cannot be changed: .*{reason}", page)
