"""The figures of the textbooks and courses, drawn into files: `python -m viz.gallery`.

Every figure is byte-identical on every machine, so that a change of any of them shows in review.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import Observer, enter_module, leave_module, observe
from viz.drawing import draw
from viz.figure import Figure

FOLDER = Path("docs") / "gallery"
LANGUAGES = ("en", "ko")


@dataclass(frozen=True)
class Exhibit:
    """One figure of the gallery: how it is computed and how it is drawn."""

    build: Callable[[], Tensor | list[Tensor]]
    style: str
    title: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)

    def figure(self, lang: str) -> Figure:
        """Draw it."""
        result = self.build()
        return draw(result, self.style, lang=lang, layout="builtin", **self.options)


_leaves: list[Tensor] = []  # of the figure that is being drawn: their gradients are on them


def leaf(data: Any, name: str) -> Tensor:
    """A parameter that stays alive until the next figure."""
    tensor = Tensor(data, requires_grad=True, name=name)
    _leaves.append(tensor)
    return tensor


def named(tensor: Tensor, name: str) -> Tensor:
    """The same tensor with a name."""
    tensor.name = name
    return tensor


def solved(build: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """A result with all of its gradients."""

    @wraps(build)
    def run() -> Tensor:
        _leaves.clear()
        result = build()
        result.backward()
        return result

    return run


@contextmanager
def module(path: str) -> Iterator[None]:
    """Run operations as inside of the module at `path`."""
    token = enter_module(path)
    try:
        yield
    finally:
        leave_module(token)


# ---------------------------------------------------------------------- numbers


def circuit() -> Tensor:
    """CS231n's f = (x + y) z."""
    x, y, z = leaf(-2.0, "x"), leaf(5.0, "y"), leaf(-4.0, "z")
    return named(named(x + y, "q") * z, "f")


def neuron() -> Tensor:
    """CS231n's sigmoid neuron, operation by operation."""
    w0, w1, w2 = leaf(2.0, "w0"), leaf(-3.0, "w1"), leaf(-3.0, "w2")
    x0, x1 = leaf(-1.0, "x0"), leaf(-2.0, "x1")
    return named(1 / (1 + autograd.exp(-(w0 * x0 + w1 * x1 + w2))), "f")


def two_paths() -> Tensor:
    """Colah's e = (a + b)(b + 1)."""
    a, b = leaf(2.0, "a"), leaf(1.0, "b")
    return named(named(a + b, "c") * named(b + 1, "d"), "e")


def apple_shop() -> Tensor:
    """Two apples at 100 with 10 % tax."""
    price, count, tax = leaf(100.0, "apple"), leaf(2.0, "count"), leaf(1.1, "tax")
    return named(price * count * tax, "total")


def fruit_shop() -> Tensor:
    """Two apples at 100 and three oranges at 150 with 10 % tax."""
    apple, apples = leaf(100.0, "apple"), leaf(2.0, "apples")
    orange, oranges, tax = leaf(150.0, "orange"), leaf(3.0, "oranges"), leaf(1.1, "tax")
    return named((apple * apples + orange * oranges) * tax, "total")


def square_exp_square() -> Tensor:
    """DeZero's first composed function, at 0.5."""
    x = leaf(0.5, "x")
    return named(named(autograd.exp(named(x**2, "a")), "b") ** 2, "y")


def sum_of_squares() -> Tensor:
    """DeZero's branch: a = x², y = a² + a², at 2."""
    a = named(leaf(2.0, "x") ** 2, "a")
    return named(a**2 + a**2, "y")


def matyas() -> Tensor:
    """Matyas' test function at (1, 1)."""
    x, y = leaf(1.0, "x"), leaf(1.0, "y")
    return named(0.26 * (x**2 + y**2) - 0.48 * x * y, "z")


def goldstein_price() -> Tensor:
    """Goldstein and Price's test function at (1, 1)."""
    x, y = leaf(1.0, "x"), leaf(1.0, "y")
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return named(first * second, "z")


def tanh_orders(orders: int = 2) -> list[Tensor]:
    """Tanh at 1 and its derivatives, each by a backward pass over the graph of the last."""
    _leaves.clear()
    x = leaf(1.0, "x")
    results = [named(autograd.tanh(x), "y")]
    for order in range(1, orders + 1):
        (derivative,) = autograd.grad(results[-1], x, create_graph=True)
        assert derivative is not None  # every result depends on x
        results.append(named(derivative, "y" + "′" * order))
    return results


def add_node() -> Tensor:
    """An addition passes the gradient on as it is."""
    return named(leaf(2.0, "x") + leaf(3.0, "y"), "z")


def multiply_node() -> Tensor:
    """A multiplication passes it on times the other argument."""
    return named(leaf(2.0, "x") * leaf(3.0, "y"), "z")


def square_of_sum() -> Tensor:
    """Z = (x + y)², drawn as t = x + y and z = t²."""
    x, y = leaf(1.0, "x"), leaf(2.0, "y")
    return named(named(x + y, "t") ** 2, "z")


def sigmoid_chain() -> Tensor:
    """The sigmoid as a chain of four gates."""
    x = leaf(1.0, "x")
    return named(autograd.reciprocal(autograd.exp(x * -1.0) + 1.0), "y")


def sigmoid_node() -> Tensor:
    """The sigmoid as one node."""
    return named(autograd.sigmoid(leaf(1.0, "x")), "y")


def chain_rule_exercise() -> Tensor:
    """U = x² + 2y with x = r sin t, y = sin² t, at r = 2, t = 0.5."""
    r, t = leaf(2.0, "r"), leaf(0.5, "t")
    s = named(autograd.sin(t), "s")
    x, y = named(r * s, "x"), named(s**2, "y")
    return named(named(x**2, "p") + named(2 * y, "q"), "u")


def multi_path() -> Tensor:
    """The variable w of x, y and z, each of r and s: six paths."""
    r, s = leaf(1.0, "r"), leaf(2.0, "s")
    x, y, z = named(r + s, "x"), named(r * s, "y"), named(r - s, "z")
    return named(named(x * y, "xy") * z, "w")


# ---------------------------------------------------------------------- networks


def affine() -> Tensor:
    """Y = X W + B for one example."""
    x = leaf([0.5, -1.0], "X")
    w, b = leaf([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], "W"), leaf([0.1, 0.2, 0.3], "B")
    y = named(x @ w + b, "Y")
    return named((y * y).sum() / 2, "L")


def affine_batch() -> Tensor:
    """Y = X W + B for a batch: the bias collects the sum over it."""
    x = leaf([[0.5, -1.0], [1.0, 0.5]], "X")
    w, b = leaf([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], "W"), leaf([0.1, 0.2, 0.3], "B")
    y = named(x @ w + b, "Y")
    return named((y * y).sum() / 2, "L")


def network_322() -> Tensor:
    """The 3-2-2 network with every weight named, and E = ½ Σ (o − t)²."""
    x1, x2, x3 = (Tensor(v, name=f"x{i + 1}") for i, v in enumerate((1.0, 4.0, 5.0)))
    w = [leaf(round(0.1 * i, 1), f"w{i}") for i in range(1, 11)]
    b1, b2 = leaf(0.5, "b1"), leaf(0.5, "b2")
    t1, t2 = Tensor(0.1, name="t1"), Tensor(0.05, name="t2")
    h1 = named(autograd.sigmoid(w[0] * x1 + w[2] * x2 + w[4] * x3 + b1), "h1")
    h2 = named(autograd.sigmoid(w[1] * x1 + w[3] * x2 + w[5] * x3 + b1), "h2")
    o1 = named(autograd.sigmoid(w[6] * h1 + w[8] * h2 + b2), "o1")
    o2 = named(autograd.sigmoid(w[7] * h1 + w[9] * h2 + b2), "o2")
    return named(0.5 * ((o1 - t1) ** 2 + (o2 - t2) ** 2), "E")


def two_layers() -> Tensor:
    """Two layers and binary cross-entropy over three examples."""
    a0 = Tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]], name="A0")
    w1, b1 = leaf([[0.5, -0.4], [0.3, 0.8]], "W1"), leaf([[0.1], [-0.1]], "b1")
    w2, b2 = leaf([[0.7, -0.6]], "W2"), leaf([[0.05]], "b2")
    y = Tensor([[1.0, 1.0, 0.0]], name="Y")
    a1 = named(autograd.tanh(named(w1 @ a0 + b1, "Z1")), "A1")
    a2 = named(autograd.sigmoid(named(w2 @ a1 + b2, "Z2")), "A2")
    losses = y * autograd.log(a2) + (1.0 - y) * autograd.log(1.0 - a2)
    return named(-losses.mean(), "L")


def _dense(x: Tensor, inputs: int, outputs: int, name: str, seed: int, size: float = 1.0) -> Tensor:
    numbers = np.random.default_rng(seed)
    with module(name):
        w = leaf((size * numbers.normal(size=(outputs, inputs))).round(2), f"{name}.weight")
        b = leaf(numbers.normal(size=outputs).round(2), f"{name}.bias")
        result: Tensor = autograd.linear(x, w, b)
        return result


def and_network() -> Tensor:
    """The AND network of the slides on one row of its table: two sigmoid units."""
    x = Tensor([[1.0, 1.0]], name="x")
    y = named(autograd.sigmoid(_dense(x, 2, 2, "dense", 1)), "y")
    target = Tensor([[0.0, 1.0]], name="t")
    losses = target * autograd.log(y) + (1.0 - target) * autograd.log(1.0 - y)
    return named(-losses.mean(), "loss")


def xor_network() -> Tensor:
    """The XOR network of the slides on one row of its table: 2-5-2, softmax."""
    x = Tensor([[0.0, 1.0]], name="x")
    h = named(autograd.sigmoid(_dense(x, 2, 5, "dense1", 2)), "h")
    y = named(autograd.softmax(_dense(h, 5, 2, "dense2", 3)), "y")
    return named(-autograd.log(y[0, 1]), "loss")


def mlp() -> Tensor:
    """A perceptron of two layers on a batch of two."""
    x = Tensor([[0.5, -1.0, 0.2], [1.5, 0.3, -0.7]], name="x")
    h = _dense(x, 3, 4, "fc1", 4)
    with module("act"):
        h = named(autograd.relu(h), "h")
    logits = named(_dense(h, 4, 2, "fc2", 5), "logits")
    return named(autograd.cross_entropy(logits, Tensor([0, 1], name="t")), "loss")


def cnn() -> Tensor:
    """Convolution, ReLU, pooling and a dense layer on one small image."""
    numbers = np.random.default_rng(6)
    image = [[1.0, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]]
    x = Tensor(np.array(image)[np.newaxis, np.newaxis], name="image")
    with module("conv"):
        kernels = leaf((0.2 * numbers.normal(size=(2, 1, 3, 3))).round(1), "conv.weight")
        h = autograd.conv(x, kernels)
    with module("act"):
        h = autograd.relu(h)
    with module("pool"):
        h, _ = autograd.max_pool(h, (2, 2))
    h = h.reshape((1, 2))
    logits = named(_dense(h, 2, 2, "fc", 8, size=0.1), "logits")
    return named(autograd.cross_entropy(logits, Tensor([0], name="t")), "loss")


def recurrent() -> Tensor:
    """Fifty steps of a recurrent network over shared weights."""
    numbers = np.random.default_rng(9)
    w_x = leaf(numbers.normal(size=(2, 3)).round(2), "W_x")
    w_h, b = leaf((0.5 * numbers.normal(size=(3, 3))).round(2), "W_h"), leaf([0.1, 0.0, -0.1], "b")
    h: Tensor = Tensor(np.zeros((1, 3)), name="h0")
    for step in range(1, 51):
        x = Tensor(numbers.normal(size=(1, 2)).round(2), name=f"x{step}")
        h = named(autograd.tanh(x @ w_x + h @ w_h + b), f"h{step}")
    return named((h * h).sum(), "L")


def digit() -> Tensor:
    """One layer of a convolutional network over a batch of images: the ring of a zero."""
    rows, columns = np.mgrid[-13.5:14.5, -13.5:14.5]
    distance = np.sqrt((rows / 1.25) ** 2 + columns**2)
    ring = np.exp(-(((distance - 6.5) / 2) ** 2)).round(2)
    x = Tensor(np.stack([ring, ring.T])[:, np.newaxis], name="images")
    edges = [[[[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]], [[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]]]
    with module("conv"):
        h = autograd.conv(x, leaf(edges, "kernels"))
    with module("act"):
        h = named(autograd.relu(h), "maps")
    return named((h * h).mean(), "L")


def batch_norm() -> Tensor:
    """A batch of three through a layer, its normalisation and ReLU."""
    x = Tensor([[1.0, 2.0], [3.0, 0.0], [-1.0, 1.0]], name="x")
    h = _dense(x, 2, 2, "fc1", 11)
    with module("norm"):
        scale, shift = leaf([1.0, 1.0], "norm.weight"), leaf([0.0, 0.0], "norm.bias")
        centred = named(h - h.mean(axis=0), "centred")
        h = centred / autograd.sqrt((centred * centred).mean(axis=0) + 1e-5) * scale + shift
    with module("act"):
        h = named(autograd.relu(h), "h")
    return named((h * h).mean(), "L")


def attention() -> Tensor:
    """One head of attention over three tokens."""
    numbers = np.random.default_rng(12)
    x = Tensor(numbers.normal(size=(3, 2)).round(1), name="x")
    q, k, v = (
        named(x @ leaf(numbers.normal(size=(2, 2)).round(1), f"W_{n}"), n) for n in ("q", "k", "v")
    )
    weights = named(autograd.softmax(q @ k.T / 2**0.5), "weights")
    return named((weights @ v).sum(), "L")


def lstm() -> Tensor:
    """Three steps of a memory cell of one unit, gate by gate."""
    w, u = leaf(0.5, "w"), leaf(0.8, "u")
    h: Tensor = Tensor(0.0, name="h0")
    c: Tensor = Tensor(0.0, name="c0")
    for step, given in enumerate((1.0, -0.5, 2.0), 1):
        x = Tensor(given, name=f"x{step}")
        z = named(w * x + u * h, f"z{step}")
        gate = autograd.sigmoid(z)
        c = named(gate * c + gate * autograd.tanh(z), f"c{step}")
        h = named(gate * autograd.tanh(c), f"h{step}")
    return h


def spring() -> Tensor:
    """A mass on a spring over five steps of Euler's method."""
    k, x, v = leaf(2.0, "k"), leaf(1.0, "x0"), leaf(0.0, "v0")
    for step in range(1, 6):
        v = named(v - 0.1 * k * x, f"v{step}")
        x = named(x + 0.1 * v, f"x{step}")
    return x


def kalman() -> Tensor:
    """One step of a Kalman filter of one number: predict, weigh, correct."""
    x, p = leaf(1.0, "x"), leaf(0.5, "P")
    q, r, z = leaf(0.1, "Q"), leaf(0.4, "R"), Tensor(1.6, name="z")
    predicted = named(p + q, "P'")
    gain = named(predicted / (predicted + r), "K")
    return named(x + gain * (z - x), "x'")


def residual() -> Tensor:
    """A residual block: what goes around the layers is added to what they make of it."""
    x = leaf([[1.0, -2.0]], "x")
    h = _dense(x, 2, 3, "block.fc1", 13)
    h = _dense(autograd.relu(h), 3, 2, "block.fc2", 14)
    return named((named(x + h, "y") ** 2).mean(), "L")


def two_losses() -> list[Tensor]:
    """Two losses on one trunk: their gradients meet where the ways part."""
    _leaves.clear()
    x, w, a, b = leaf(0.5, "x"), leaf(2.0, "w"), leaf(-1.0, "a"), leaf(3.0, "b")
    h = named(autograd.tanh(w * x), "h")
    first, second = named((a * h - 1.0) ** 2, "L1"), named(autograd.exp(b * h), "L2")
    autograd.backward([first, second])
    return [first, second]


class _Keeper(Observer):
    """Keeps large values as `record` does, but no line of the source: lines move."""

    keep_values = True


def recorded(build: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """A result whose large values and gradients were kept as well."""

    def run() -> Tensor:
        with observe(_Keeper()):
            return solved(build)()

    return run


EXHIBITS: dict[str, Exhibit] = {
    "circuit": Exhibit(solved(circuit), "cs231n", {
        "en": "f = (x + y) z", "ko": "f = (x + y) z"}),
    "neuron": Exhibit(solved(neuron), "cs231n", {
        "en": "A sigmoid neuron", "ko": "시그모이드 뉴런"}),
    "neuron_down": Exhibit(solved(neuron), "cs231n", {
        "en": "The same, from top to bottom", "ko": "같은 뉴런, 위에서 아래로"},
        {"direction": "down"}),
    "two_paths": Exhibit(solved(two_paths), "colah", {
        "en": "e = (a + b)(b + 1): b over two paths", "ko": "e = (a + b)(b + 1): 두 경로의 b"}),
    "apple_shop": Exhibit(solved(apple_shop), "dlfs", {
        "en": "Two apples", "ko": "사과 두 개"}),
    "fruit_shop": Exhibit(solved(fruit_shop), "dlfs", {
        "en": "Apples and oranges", "ko": "사과와 귤"}),
    "square_exp_square": Exhibit(solved(square_exp_square), "micrograd", {
        "en": "Square, exponential, square", "ko": "제곱, 지수, 제곱"}),
    "sum_of_squares": Exhibit(solved(sum_of_squares), "dezero", {
        "en": "y = a² + a² with a = x²: names only", "ko": "y = a² + a², a = x²: 이름만"}),
    "matyas": Exhibit(solved(matyas), "cs231n", {
        "en": "Matyas' function at (1, 1)", "ko": "마차시 함수 (1, 1)"}),
    "goldstein_price": Exhibit(solved(goldstein_price), "cs231n", {
        "en": "Goldstein and Price's function at (1, 1)", "ko": "골드스타인-프라이스 함수 (1, 1)"},
        {"decimals": 0, "legend": False}),
    "tanh_orders": Exhibit(tanh_orders, "dezero", {
        "en": "tanh and its first two derivatives", "ko": "tanh와 1계·2계 도함수"}),
    "add_node": Exhibit(solved(add_node), "dlfs", {
        "en": "An addition", "ko": "덧셈 노드"}),
    "multiply_node": Exhibit(solved(multiply_node), "dlfs", {
        "en": "A multiplication", "ko": "곱셈 노드"}),
    "square_of_sum": Exhibit(solved(square_of_sum), "dlfs", {
        "en": "z = (x + y)²", "ko": "z = (x + y)²"}),
    "sigmoid_chain": Exhibit(solved(sigmoid_chain), "dlfs", {
        "en": "The sigmoid as a chain", "ko": "시그모이드의 계산 그래프"}),
    "sigmoid_node": Exhibit(solved(sigmoid_node), "dlfs", {
        "en": "The sigmoid as one node", "ko": "하나로 묶은 시그모이드 노드"}),
    "affine": Exhibit(solved(affine), "dlfs", {
        "en": "Affine: Y = X W + B", "ko": "어파인 변환: Y = X W + B"}),
    "affine_batch": Exhibit(solved(affine_batch), "dlfs", {
        "en": "Affine over a batch", "ko": "배치용 어파인 변환"}),
    "chain_rule_exercise": Exhibit(solved(chain_rule_exercise), "colah", {
        "en": "u = x² + 2y, x = r sin t, y = sin² t",
        "ko": "u = x² + 2y, x = r sin t, y = sin² t"}),
    "multi_path": Exhibit(solved(multi_path), "colah", {
        "en": "w of x, y, z, each of r and s", "ko": "r, s에서 w까지의 여러 경로"}),
    "network_322": Exhibit(solved(network_322), "neurons", {
        "en": "A 3-2-2 network, before and after one step",
        "ko": "3-2-2 신경망, 한 번 갱신하기 전과 후"}, {"learning_rate": 0.5}),
    "two_layers": Exhibit(solved(two_layers), "cs231n", {
        "en": "Two layers, binary cross-entropy", "ko": "2층 신경망, 이진 교차 엔트로피"}),
    "and_network": Exhibit(solved(and_network), "neurons", {
        "en": "The AND network", "ko": "AND 신경망"}),
    "xor_network": Exhibit(solved(xor_network), "neurons", {
        "en": "The XOR network", "ko": "XOR 신경망"}),
    "mlp": Exhibit(solved(mlp), "cs231n", {
        "en": "A perceptron of two layers", "ko": "다층 퍼셉트론"}),
    "mlp_expanded": Exhibit(solved(mlp), "cs231n", {
        "en": "The same, layers taken apart", "ko": "같은 신경망, 층을 연산으로 펼침"},
        {"expand": ["linear"]}),
    "cnn": Exhibit(solved(cnn), "cs231n", {
        "en": "A convolutional network", "ko": "합성곱 신경망"}),
    "cnn_modules": Exhibit(solved(cnn), "modules", {
        "en": "The same, layer by layer", "ko": "같은 신경망, 층 단위"}),
    "digit": Exhibit(recorded(digit), "cs231n", {
        "en": "Images, kernels and feature maps", "ko": "영상, 필터, 특징 맵"}),
    "recurrent": Exhibit(solved(recurrent), "cs231n", {
        "en": "A loop of fifty steps", "ko": "50단계의 순환"}),
    "batch_norm": Exhibit(solved(batch_norm), "cs231n", {
        "en": "Batch normalisation, step by step", "ko": "배치 정규화, 단계별로"}),
    "attention": Exhibit(solved(attention), "cs231n", {
        "en": "A head of attention", "ko": "어텐션 헤드 하나"}),
    "lstm": Exhibit(solved(lstm), "cs231n", {
        "en": "A memory cell over three steps", "ko": "세 단계의 LSTM 셀"}),
    "spring": Exhibit(solved(spring), "cs231n", {
        "en": "A spring over five Euler steps", "ko": "용수철, 오일러 방법 다섯 단계"}),
    "kalman": Exhibit(solved(kalman), "cs231n", {
        "en": "One step of a Kalman filter", "ko": "칼만 필터의 한 단계"}, {"derivatives": True}),
    "residual": Exhibit(solved(residual), "cs231n", {
        "en": "A residual block", "ko": "잔차 블록"}),
    "descent": Exhibit(solved(neuron), "cs231n", {
        "en": "One step of gradient descent", "ko": "경사 하강법 한 단계"}, {"learning_rate": 0.5}),
    "two_losses": Exhibit(two_losses, "cs231n", {
        "en": "Two losses on one trunk", "ko": "한 줄기에서 갈라진 두 손실"}),
}  # fmt: skip


def files() -> Iterator[tuple[str, str]]:
    """Every file of the gallery: name and content."""
    lines = ["# Gallery", "", "Written by `python -m viz.gallery`.", ""]
    for name, exhibit in EXHIBITS.items():
        for lang in LANGUAGES:
            yield f"{name}.{lang}.svg", exhibit.figure(lang).svg()
        lines += [f"## {exhibit.title['en']}", "", f"{exhibit.title['ko']}", ""]
        lines += [f"![{name}, {lang}]({name}.{lang}.svg)" for lang in LANGUAGES]
        lines += [""]
    yield "README.md", "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write all files.

    Args:
        arguments: Words of the command line; those of the process if not given.
    """
    parser = argparse.ArgumentParser(prog="python -m viz.gallery", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in files():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
        count += 1
    sys.stdout.write(f"{count} files in {folder}\n")


if __name__ == "__main__":
    main()
