"""The page of a figure as a file: its story, its data, its size, and what it must not contain."""

import json
import re

import numpy as np
import pytest

import autograd
import viz
from autograd import Tensor
from autograd.graph.modes import Observer, observe
from tests.viz import programs
from tests.viz.test_hostile import HOSTILE, drawn
from viz import gallery
from viz.writing.page_assets import script, style_sheet


def story_of(page):
    (data,) = re.findall(r'<script type="application/json" id="story">(.*?)</script>', page)
    return json.loads(data)


def circuit(**options):
    program = programs.circuit()
    program.result.backward()
    return viz.draw(program.result, layout="builtin", **options)


def words_of(figure, *phases):
    return [step["words"] for step in story_of(figure.html())["steps"] if step["phase"] in phases]


def test_the_page_is_small_and_loads_nothing():
    page = circuit().html()
    assert len((script(live=True) + style_sheet()).encode()) < 60_000
    assert not re.search(
        r"(?:src|href)\s*=|url\(|@import|fetch\(|XMLHttp|https?://(?!www\.w3)", page
    )
    assert "default-src 'none'" in page
    assert page == circuit().html()


def test_the_story_runs_in_the_engines_order():
    program = programs.circuit()
    order = []

    class Order(Observer):
        def step_started(self, node, cotangent):
            if not node.is_leaf:
                order.append(node.op.name)

    with observe(Order()):
        program.result.backward()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    backward = [step for step in steps if step["phase"] == "backward"]
    assert [re.search(r"\((\w+)\)", step["words"])[1] for step in backward] == order
    assert [step["phase"] for step in steps] == (
        ["build"] * 3 + ["forward"] * 3 + ["seed"] + ["backward"] * 2
    )
    asked = [[q["answer"] for q in step["questions"]] for step in backward]
    assert asked == [[[-4.0], [3.0]], [[-4.0], [-4.0]]]
    assert "→ q: ∂f/∂q = z = −4.00, 1.00 × (−4.00) = −4.00" in backward[0]["words"]


def test_what_arrives_at_a_branch_is_summed_in_a_step_of_its_own():
    program = programs.two_paths()
    program.result.backward()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    (total,) = [step for step in steps if step["phase"] == "sum"]
    assert total["words"].endswith("2.00 + 3.00 = 5.00")
    assert total["questions"][0]["answer"] == [5.0]


def test_before_backward_the_story_ends_with_the_forward_pass():
    steps = story_of(viz.draw(programs.circuit().result, layout="builtin").html())["steps"]
    assert {step["phase"] for step in steps} == {"build", "forward"}


def test_the_build_phase_has_source_lines_under_record():
    with viz.record():
        program = programs.circuit()
    steps = story_of(viz.draw(program.result, layout="builtin").html())["steps"]
    assert "programs.py:" in steps[1]["words"]


def test_values_are_told_with_their_numbers():
    assert words_of(circuit(), "forward")[1:] == [
        "q = x + y = −2.00 + 5.00 = 3.00",
        "f = q × z = 3.00 × (−4.00) = −12.00",
    ]
    assert words_of(circuit(), "build")[1:] == ["q = x + y", "f = q × z"]


def test_a_seed_that_is_not_one_says_so():
    program = programs.circuit()
    program.result.backward(np.float64(2.0))
    assert words_of(viz.draw(program.result, layout="builtin"), "seed") == [
        "backward begins at f with the gradient 2.00"
    ]


def test_several_roots_begin_together():
    x = programs.variable(2.0, "x")
    a, b = programs.named(x * 3.0, "a"), programs.named(x + 1.0, "b")
    autograd.backward([a, b])
    figure = viz.draw([a, b], layout="builtin")
    assert words_of(figure, "seed") == [
        "the gradient of a with respect to itself is 1\n"
        "the gradient of b with respect to itself is 1"
    ]
    assert words_of(figure, "sum") == ["gradient of x: the sum of what arrived 3.00 + 1.00 = 4.00"]


def test_several_passes_are_told_one_after_the_other():
    a = programs.variable(2.0, "a")
    b = programs.named(a * 3, "b")
    c, d = programs.named(b * b, "c"), programs.named(b + 1, "d")
    c.backward(retain_graph=True)
    d.backward()
    steps = story_of(viz.draw([c, d], layout="builtin").html())["steps"]
    told = [(step["phase"], step["words"][:1]) for step in steps if "words" in step]
    assert [each for each in told if each[0] in ("seed", "backward")] == [
        ("seed", "t"), ("backward", "c"), ("seed", "t"), ("backward", "d"), ("backward", "b"),
    ]  # fmt: skip


def test_a_derivative_of_a_derivative_is_told_from_its_own_seed():
    figure = gallery.EXHIBITS["tanh_orders"].figure("en")
    assert words_of(figure, "seed") == ["the gradient of y′ with respect to itself is 1"]
    assert words_of(figure, "backward")[-1].splitlines()[0] == "y (tanh):"


def test_gradients_of_an_earlier_pass_are_there_from_the_start():
    x = programs.variable(2.0, "x")
    (x * x).backward()
    steps = story_of(viz.draw(x * 3.0, layout="builtin").html())["steps"]
    assert [step["shown"].get("graded") for step in steps if step["phase"] == "forward"] == [
        [0], None,
    ]  # fmt: skip


def test_a_freed_graph_still_tells_what_is_known():
    program = programs.network()
    program.result.backward()
    result = program.result
    del program  # the leaves are gone, and their gradients with them
    page = viz.draw(result, layout="builtin").html()
    assert {step["phase"] for step in story_of(page)["steps"]} >= {"build", "forward", "backward"}


def test_arrays_are_asked_for_element_by_element():
    figure = gallery.EXHIBITS["affine_batch"].figure("en")
    questions = [q for step in story_of(figure.html())["steps"] for q in step["questions"]]
    (bias,) = [q for q in questions if q["words"] == "gradient of B = ?"]
    assert bias["answer"] == pytest.approx([0.25, 0.65, 1.05])
    assert bias["written"] == "[0.25 0.65 1.05]"


def test_neurons_ask_for_the_gradients_of_weights():
    steps = story_of(gallery.EXHIBITS["network_322"].figure("ko").html())["steps"]
    forward = [step["words"] for step in steps if step["phase"] == "forward"]
    assert forward[2] == (
        "o1 = f(0.70 × 0.99 + 0.90 × 1.00 + 0.50) = 0.89\n"
        "o2 = f(0.80 × 0.99 + 1.00 × 1.00 + 0.50) = 0.91"
    )
    backward = [step for step in steps if step["phase"] == "backward"]
    assert [q["words"] for q in backward[0]["questions"]] == [
        "w7의 기울기 = ?", "w9의 기울기 = ?", "b2의 기울기 = ?",
    ]  # fmt: skip
    assert [step["phase"] for step in steps[-5:]] == [
        "seed", "backward", "backward", "update", "update",
    ]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name):
    page = drawn(name).html()
    page.encode()
    assert page.count("<script") == 2
    assert len(re.findall("</script>", page)) == 2
    story_of(page)


def test_units_without_names_are_told_by_their_layer():
    x, w = Tensor([[1.0, -1.0]]), programs.variable([[0.5, 0.25], [1.0, 2.0]])
    loss = autograd.relu(autograd.linear(x, w)).sum()
    loss.backward()
    figure = viz.draw(loss, "neurons", learning_rate=0.1)
    assert words_of(figure, "build")[:2] == ["layer 0", "layer 1"]
    assert words_of(figure, "forward")[:2] == [
        "1.00, −1.00",
        "f(0.50 × 1.00 + 0.25 × (−1.00)) = 0.25\nf(1.00 × 1.00 + 2.00 × (−1.00)) = 0.00",
    ]
    assert words_of(figure, "update") == ["new weights and biases of layer 1"]
