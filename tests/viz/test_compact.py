"""What a figure leaves out or says in place: powers, ports, workings, contributions of uses."""

import numpy as np
import pytest

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import named, variable


def picture(result, style="cs231n", **options):
    return Picture(viz.draw(result, style, layout="builtin", **options).svg())


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd", "colah"])
def test_small_powers_stand_in_the_gate(style):
    x = variable(3.0, "x")
    y = named(x**2 + x**3, "y")
    y.backward()
    figure = viz.draw(y, style, layout="builtin")
    assert "constant" not in figure.text()
    assert "power(x, 2)" in figure.text()
    assert figure._model.story[-1].words
    words = " ".join(step.words for step in figure._model.story)
    assert "= x² = " in words
    assert "= x³ = 3" in words
    texts = {text.content for text in Picture(figure.svg()).texts()}
    assert style == "colah" or {"x²", "x³"} <= texts
    assert Picture(figure.svg()).overlaps() == []


def test_other_powers_keep_their_exponent():
    x, n = variable(3.0, "x"), variable(2.0, "n")
    for y in (x**0.5, x**-1, 2.0**x, x**n, x**12):
        assert "²" not in viz.draw(y).svg()


def test_names_only_figures_keep_the_numbers():
    x = variable(3.0, "x")
    assert "2 (constant)" in viz.draw(x**2, "dezero").text()


def test_all_plain_numbers_of_a_large_figure_stand_in_their_gates():
    x, y = variable(1.0, "x"), variable(1.0, "y")
    small = viz.draw(1 + 2 * x - 3 * y)
    assert "2 (constant)" in small.text()
    z = x
    for n in range(2, 14):
        z = (n - n * z) / 2 + y
    z.backward()
    figure = viz.draw(z, layout="builtin", largest=1000)
    assert "constant" not in figure.text()
    texts = {text.content for text in Picture(figure.svg()).texts()}
    assert {"× 2", "2 −", "÷ 2"} <= texts
    assert "subtract(2, v1)" in figure.text()
    assert Picture(figure.svg()).defects() == []


def test_the_one_result_that_is_used_is_the_operations():
    x = variable(np.arange(16.0).reshape(1, 1, 4, 4), "x")
    y, _ = autograd.max_pool(x, (2, 2))
    y.sum().backward()
    figure = viz.draw(y.sum())
    assert "select" not in figure.text()
    assert "results" not in figure.text()
    assert "v2 = max_pool(x, kernel_size=(2, 2)); (1, 1, 2, 2)" in figure.text()


def test_several_results_are_ports():
    x = variable([[2.0, 1.0], [1.0, 3.0]], "x")
    values, vectors = autograd.linalg.eigh(x)
    y = values.sum() + vectors.sum()
    y.backward()
    texts = {text.content for text in picture(y).texts()}
    assert {"values", "vectors"} <= texts
    assert not any("index=" in text for text in texts)


def test_workings_of_the_library_are_not_written():
    norm = nn.BatchNorm1d(2)
    y = norm(Tensor(np.ones((3, 2), np.float32))).sum()
    assert "affine_shape" not in viz.draw(y).svg() + viz.draw(y).text()
    x = variable(np.ones((2, 2)), "x")
    z = x * 2.0
    z[0][1] = 5.0
    assert "replace_part" not in viz.draw(z.sum()).svg() + viz.draw(z.sum()).text()


def test_stubs_carry_what_their_use_sent_back():
    x = variable(2.0, "x")
    y = x
    for factor in (3.0, 4.0, 5.0, 6.0, 7.0):
        y = y * factor + x
    y.backward()
    text = viz.draw(y).text()
    parts = [line.partition("use ")[2].partition(";")[0] for line in text.splitlines()]
    known = [float(part.partition(": ")[2]) for part in parts if ": " in part]
    first = float(text.partition(" uses, ")[2].partition(" here")[0])
    assert first + sum(known) == pytest.approx(x.grad.item())
    assert f"Σ over 6 uses, {first:.2f} here" in text
    drawn = picture(y)
    assert drawn.defects() == []
    assert sum("use " in word for node in drawn.nodes for word in node.words("note")) == 5


def test_stubs_of_short_arrays_carry_it_too():
    b = variable([1.0, 2.0], "b")
    y = b
    for _ in range(5):
        y = autograd.tanh(y) + b
    y.sum().backward()
    text = viz.draw(y.sum()).text()
    assert "use 2 of 6: [" in text


def test_leaves_are_called_what_they_are():
    x, w = variable(2.0, "apple"), nn.Parameter([1.0, 2.0])
    w.name = "w"
    text = viz.draw((w * x).sum()).text()
    assert "apple (variable)" in text
    assert "w (parameter)" in text
    assert "apple (변수)" in viz.draw(x * 2.0, lang="ko").text()
    assert "fc.weight (parameter)" in viz.draw(variable(1.0, "fc.weight") * 2.0).text()
    assert ">variable, parameter<" in viz.draw((x * w).sum(), legend=True).svg()
    assert programs.circuit().result.requires_grad


@pytest.mark.parametrize("steps", [15, 25, 30])
def test_a_scan_is_rolled_up_as_soon_as_it_is_long(steps):
    w, b = variable([[0.5, 0.1], [0.2, 0.3]], "W"), variable([0.1, 0.0], "b")
    h = variable([0.1, 0.2], "h0")
    for _ in range(steps):
        h = autograd.tanh(h @ w + b)
    h.sum().backward()
    figure = viz.draw(h.sum(), layout="builtin")
    assert f">×{steps}<" in figure.svg()
    assert len(figure._model.nodes) < 15
    assert Picture(figure.svg()).overlaps() == []
    assert len(viz.draw(h.sum(), largest=1000)._model.nodes) > 3 * steps  # all of it on demand


def test_equal_layers_are_rolled_up():
    layers = [nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.ReLU()) for _ in range(12)]
    y = nn.Sequential(*layers)(Tensor(np.ones((1, 4), np.float32), name="x")).sum()
    figure = viz.draw(y, layout="builtin")
    assert "×12" in figure.svg()
    assert len(figure._model.nodes) < 20


def test_what_does_not_repeat_is_drawn():
    result = programs.random_program(5, 60).result
    assert "group" not in {node.kind for node in viz.draw(result)._model.nodes}


def test_many_leaves_of_one_operation_are_one():
    xs = [variable(float(n), f"x{n}") for n in range(1000)]
    y = autograd.stack(xs).sum()
    y.backward()
    figure = viz.draw(y, layout="builtin")
    assert "x0 … x999" in figure.text()
    assert len(figure._model.nodes) == 3
    assert Picture(figure.svg()).overlaps() == []
    few = viz.draw(autograd.stack(xs[:8]).sum())
    assert len(few._model.nodes) == 10


def test_an_image_that_nobody_could_read_is_refused():
    pytest.importorskip("resvg_py")
    xs = [variable(float(n), f"x{n}") for n in range(1000)]
    figure = viz.draw(autograd.stack(xs).sum(), layout="builtin", largest=10_000)
    with pytest.raises(ValueError, match=r"png: the figure has [\d,]+ x [\d,]+ pixels, too many"):
        figure.png()


def test_an_image_that_is_reduced_says_so():
    pytest.importorskip("resvg_py")
    xs = [variable(float(n), f"x{n}") for n in range(60)]
    figure = viz.draw(autograd.stack(xs).sum(), layout="builtin", largest=10_000)
    with pytest.warns(RuntimeWarning, match=r"the image has [\d.]+ pixels for each instead of 50"):
        assert figure.png(scale=50).startswith(b"\x89PNG")


def test_the_sum_at_a_branch_of_short_arrays_is_written_out():
    x = variable([1.0, 2.0], "x")
    h = named(x * 3.0, "h")
    y = (h * h).sum() + (h * 2.0).sum()
    y.backward()
    drawn = picture(y)
    parts = [text.content for text in drawn.node("h").texts if text.role.startswith("part")]
    assert sorted(parts) == sorted(["3.00", "6.00", "+", "3.00", "6.00", "+", "2.00", "2.00", "="])
    assert [float(each) for each in drawn.node("h").words("gradient-cell")] == [8.0, 14.0]
    assert drawn.defects() == []
    assert "part" not in viz.draw((x * 3.0).sum()).svg()
