"""Section A: every number that the slides print about neurons, gates and their networks."""

import re

import numpy as np
import pytest

AND = [0, 0, 0, 1]
XOR = [0, 1, 1, 0]


@pytest.fixture(params=["en", "ko"])
def lesson(run_lesson, request):
    return run_lesson("perceptron", request.param)


def test_a_neuron_adds_up_and_squashes(lesson):
    found = lesson.variables
    assert found["u"].item() == pytest.approx(0.4 + 0.2 - 0.5)
    y = 1 / (1 + np.exp(-0.1))
    assert found["y"].item() == pytest.approx(y)
    assert found["w1"].grad.item() == pytest.approx(y * (1 - y))
    lesson.shown("u = 0.10, y = 0.5250, dy/dw1 = 0.2494")


def test_the_learned_model_of_the_slide_is_and(lesson):
    found = lesson.variables
    np.testing.assert_allclose(found["learned_sums"], [-0.5, -0.3, -0.1, 0.1])
    assert found["learned_outputs"].tolist() == AND
    assert found["step"](found["learned_sums"]).tolist() == AND, "both steps agree on it"
    assert found["step"](0.0) == 1
    lesson.shown("step(0) = 1  heaviside(0, 1) = 1.0")


def test_the_delta_rule_learns_and_from_75_per_cent(lesson):
    found = lesson.variables
    assert found["and_accuracies"][0] == 0.75, "the slide's first round"
    assert found["and_accuracies"][-1] == 1.0
    assert found["step"](found["INPUTS"] @ found["and_w"] + found["and_b"]).tolist() == AND
    rounds = re.findall(r"^(?:round|라운드) +\d+: .*?(\d+)%", lesson.printed, re.MULTILINE)
    assert [int(each) / 100 for each in rounds] == found["and_accuracies"]


def test_one_step_of_the_delta_rule_by_hand(lesson):
    """From the lesson's own start: an update is η (d − y) x, the bias' input is 1."""
    w1, w2, b = np.random.default_rng(6).uniform(-1, 1, 3)
    for x1, x2, d in [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]:
        y = 1 if w1 * x1 + w2 * x2 + b >= 0 else 0
        w1, w2, b = (
            w1 + 0.05 * (d - y) * x1, w2 + 0.05 * (d - y) * x2, b + 0.05 * (d - y)
        )  # fmt: skip
    w, bias, _ = lesson.variables["learn"](np.array(AND), 1, seed=6)
    np.testing.assert_allclose([*w, bias], [w1, w2, b])


def test_three_gates_are_learned_and_xor_never(lesson):
    accuracies = {name: each[2] for name, each in lesson.variables["perceptrons"].items()}
    assert [max(accuracies[name]) for name in ("AND", "OR", "NAND")] == [1.0, 1.0, 1.0]
    assert len(accuracies["XOR"]) == 200
    assert max(accuracies["XOR"]) <= 0.75
    assert lesson.variables["composed_xor"].tolist() == XOR


def test_a_hidden_layer_learns_xor_and_one_line_is_enough(lesson):
    found = lesson.variables
    assert (found["network_xor"] >= 0.5).tolist() == [False, True, True, False]
    h = found["hidden_layer"](found["INPUTS"])
    (v,), (bias,) = found["model"][2].weight.data, found["model"][2].bias.data
    assert ((h @ v + bias) >= 0).tolist() == [False, True, True, False]


def test_the_and_network_of_the_slides(lesson):
    found = lesson.variables
    assert found["and_again"].history["accuracy"][-1] == 1.0
    assert round(found["and_again"].history["loss"][-1], 4) == 0.6457
    lesson.shown("loss: 0.6457 - accuracy: 1.0", "Total params: 6")


def test_the_xor_network_of_the_slides(lesson):
    assert lesson.variables["xor_accuracy"] == 1.0
    assert lesson.variables["xor_loss"] == pytest.approx(0.3597, abs=0.03)
    lesson.shown(
        "dense (Dense)                (None, 5)                 15",
        "dense_1 (Dense)              (None, 2)                 12",
        "Total params: 27", "Trainable params: 27", "Non-trainable params: 0", "Epoch 2/2",
    )  # fmt: skip


def test_gradients_add_up_without_zero_grad(lesson):
    first, second, third = lesson.variables["grown"]
    assert second == pytest.approx(2 * first, rel=1e-4)
    assert third == pytest.approx(3 * first, rel=1e-4)


def test_mistakes_are_answered(lesson):
    lesson.shown(
        "ValueError: linear: x has 3 features but weight takes 2",
        "RuntimeError: Adam.step: no parameter has a gradient; call loss.backward()",
        "TypeError: requires_grad: only floating",
        "convert the input by .astype(np.float32)",
        "it wants one-hot targets",
    )


def test_its_figures(lesson):
    lang = "ko" if "퍼셉트론" in lesson.printed else "en"
    names = {path.name for path in lesson.folder.iterdir()}
    assert names >= {f"{name}.{lang}.svg" for name in (
        "neuron", "gates", "hidden_layer", "xor_network"
    )}  # fmt: skip
    assert {f"neuron.{lang}.html", f"xor_network.{lang}.html"} <= names


def test_the_gates_in_matrices(lesson):
    np.testing.assert_array_equal(lesson.variables["matrix_xor"], lesson.variables["composed_xor"])
