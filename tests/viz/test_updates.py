"""What an optimizer did: seen by a tape, drawn beside the value, told as the last steps."""

import numpy as np
import pytest

import autograd
import nn
import viz
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import named, variable
from viz import gallery

STYLES = ("cs231n", "dlfs", "micrograd", "colah", "neurons")


def trained(optimizer, steps=1, clear=False):
    """The circuit's last pass and what was done to its leaves."""
    x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
    training = optimizer([x, y, z])
    with viz.record() as tape:
        for _ in range(steps):
            training.zero_grad()
            f = named(named(x + y, "q") * z, "f")
            f.backward()
            training.step()
        if clear:
            training.zero_grad()
    return f, tape, (x, y, z)


def sgd(parameters):
    return nn.optim.SGD(parameters, lr=0.1)


def updates(figure):
    return [step for step in figure._model.story if step.phase == "update"]


@pytest.mark.parametrize("clear", [False, True])
def test_the_update_is_told_by_its_own_numbers(clear):
    f, tape, _ = trained(sgd, clear=clear)
    steps = updates(viz.draw(f, tape=tape, layout="builtin"))
    assert [step.words for step in steps] == [
        "x ← x − 0.1 × ∂f/∂x = −2.00 − 0.1 × (−4.00) = −1.6",
        "y ← y − 0.1 × ∂f/∂y = 5.00 − 0.1 × (−4.00) = 5.4",
        "z ← z − 0.1 × ∂f/∂z = −4.00 − 0.1 × 3.00 = −4.3",
    ]
    assert [step.shown for step in steps] == [{"updated": (n,)} for n in (0, 1, 2)]
    assert [step.questions[0].answer for step in steps] == [(-1.6,), (5.4,), (-4.3,)]


def test_the_figure_shows_what_was_used_and_what_became_of_it():
    f, tape, (x, _, _) = trained(sgd)
    node = Picture(viz.draw(f, tape=tape, layout="builtin").svg()).node("x")
    assert node.words("value", "updated", "gradient") == ["−2.00", "→", "−1.6", "−4.00"]
    assert "forward value −2.00; after the step −1.6;" in viz.draw(f, tape=tape).text()
    assert "순전파 값 −2.00; 갱신 후 −1.6;" in viz.draw(f, tape=tape, lang="ko").text()
    x.data -= 1.0  # after the tape: not part of the picture
    node = Picture(viz.draw(f, tape=tape, layout="builtin").svg()).node("x")
    assert node.words("updated") == ["→", "−1.6"]
    plain = Picture(viz.draw(f, layout="builtin").svg()).node("x")
    assert plain.words("value", "updated") == ["−2.00"]


def test_of_a_loop_the_last_round_is_shown():
    f, tape, leaves = trained(sgd, steps=3)
    second = trained(sgd, steps=2)[2]
    figure = viz.draw(f, tape=tape, layout="builtin")
    for leaf, before, step in zip(leaves, second, updates(figure), strict=True):
        assert step.questions[0].answer == (float(leaf),)
        assert f"= {float(before):.2f} ".replace("-", "−") in step.words


def test_accumulated_passes_count_as_one_gradient():
    w = variable(1.0, "w")
    training = sgd([w])
    with viz.record() as tape:
        for factor in (2.0, 3.0):
            loss = named(w * factor, "loss")
            loss.backward()
        training.step()
        training.zero_grad()
    (step,) = updates(viz.draw(loss, tape=tape, layout="builtin"))
    assert step.words == "w ← w − 0.1 × ∂loss/∂w = 1.00 − 0.1 × 5.00 = 0.5"


def test_a_rule_that_is_not_gradient_descent_shows_where_it_went():
    f, tape, (x, _, _) = trained(lambda leaves: nn.optim.Adam(leaves, lr=0.123456))
    step = updates(viz.draw(f, tape=tape, layout="builtin"))[0]
    assert step.words == f"x: −2.00 → −{-float(x):.4f} (∂f/∂x = −4.00)"
    assert step.questions == ()
    program = programs.network()
    with viz.record() as tape:
        loss = (program.tensors[1] * 1.0).sum()
        loss.backward()
        nn.optim.RMSprop(program.tensors[1:2]).step()
    (step,) = updates(viz.draw(loss, tape=tape, layout="builtin"))
    assert step.words == "W1 becomes what stands behind the arrow"


def test_arrays_and_shared_memory():
    w = variable(np.arange(6.0).reshape(2, 3), "W")
    with viz.record() as tape:
        loss = (w * w).sum()
        loss.backward()
        w.data -= 0.5 * w.grad.data
        figure = viz.draw(loss, tape=tape, layout="builtin")  # the tape has not ended yet
    assert updates(figure)[0].words == "W ← W − 0.5 × ∂L/∂W"
    again = viz.draw(loss, tape=tape, layout="builtin")
    assert again.svg() == figure.svg()
    node = Picture(figure.svg()).node("W")
    assert sorted(node.words("value-cell")) == ["0.00", "1.00", "2.00", "3.00", "4.00", "5.00"]
    assert node.words("updated-cell") == ["0"] * 6


def test_the_chain_rule_is_that_of_the_parameters_as_they_were():
    x, w = variable([[1.0, 2.0], [3.0, 4.0]], "X"), variable([[1.0, -1.0], [2.0, 0.5]], "W")
    with viz.record() as tape:
        loss = (autograd.exp(x @ w * 0.1) @ w).sum()
        loss.backward()
        expected = [check.written for check in viz.draw(loss, layout="builtin")._model.checks]
        sgd([x, w]).step()
    checks = viz.draw(loss, tape=tape, layout="builtin")._model.checks
    assert [check.written for check in checks] == expected
    assert [check.written_difference() for check in checks] == expected
    assert {"X", "W"} <= {check.name for check in checks}


def test_without_a_change_there_is_no_update():
    with viz.record() as tape:
        program = programs.circuit()
        program.result.backward()
    assert updates(viz.draw(program.result, tape=tape, layout="builtin")) == []
    assert updates(viz.draw(program.result, layout="builtin")) == []


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("style", STYLES)
def test_every_style_shows_updates_without_defects(style, lang):
    gallery._leaves.clear()
    with viz.record() as tape:
        loss = gallery.network_322()
        loss.backward()
        sgd(list(gallery._leaves)).step()
    figure = viz.draw(loss, style, tape=tape, layout="builtin", lang=lang)
    picture = Picture(figure.svg())
    if style != "neurons":  # whose lines go through the room that is kept for circles
        assert picture.overlaps() == []
    assert updates(figure)
    shown = {number for step in updates(figure) for number in step.shown["updated"]}
    for number, node in enumerate(picture.nodes):
        assert bool(node.words("updated", "updated-weight")) <= (number in shown)


def test_a_learning_rate_stands_in_for_an_optimizer():
    program = programs.circuit()
    program.result.backward()
    figure = viz.draw(program.result, learning_rate=0.1, layout="builtin")
    f, tape, _ = trained(sgd)
    assert updates(figure) == updates(viz.draw(f, tape=tape, layout="builtin"))


def test_frames_end_with_the_updates():
    f, tape, _ = trained(sgd)
    figure = viz.draw(f, tape=tape, layout="builtin")
    texts = [
        [t for node in Picture(page).nodes for t in node.words("updated")]
        for page in figure.frames()[-4:]
    ]
    assert [len(each) for each in texts] == [0, 2, 4, 6]
    assert figure.frames(words=False)[-1] == figure.svg()
