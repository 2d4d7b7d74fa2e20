"""The graphs of the puzzles, and what is said about numbers that were filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd
import viz
from autograd import Tensor
from examples.course.exercise import blanked
from examples.course.tasks.feedback import WORDS, Wrong, expect, language, say


def _circuit(x, y, z):
    q = x + y
    return {"q": q, "f": q * z}


def _two_paths(a, b):
    c, d = a + b, b + 1.0
    return {"c": c, "d": d, "e": c * d}


def _shop(a, n, o, m, r):
    p, q = a * n, o * m
    s = p + q
    return {"p": p, "q": q, "s": s, "t": s * r}


def _neuron(w, x, b):
    p = w * x
    u = p + b
    return {"p": p, "u": u, "y": autograd.sigmoid(u)}


def _square_twice(x):
    a = x * x
    b = a * a
    return {"a": a, "b": b, "y": a + b}


def _residual(w, x):
    h = w * x
    r = autograd.relu(h)
    return {"h": h, "r": r, "y": r + x}


# By name: the formula, and the leaves with their values. The last result is the root.
GRAPHS: dict[str, tuple[Any, dict[str, float]]] = {
    "circuit": (_circuit, {"x": -2.0, "y": 5.0, "z": -4.0}),
    "two_paths": (_two_paths, {"a": 2.0, "b": 1.0}),
    "shop": (_shop, {"a": 100.0, "n": 2.0, "o": 150.0, "m": 3.0, "r": 1.1}),
    "neuron": (_neuron, {"w": 2.0, "x": 1.0, "b": -2.0}),
    "square_twice": (_square_twice, {"x": 2.0}),
    "residual": (_residual, {"w": -0.5, "x": 2.0}),
}


def computed(name: str) -> dict[str, Tensor]:
    """Every Tensor of a graph by name, leaves first, after the backward pass; the root is last."""
    formula, numbers = GRAPHS[name]
    tensors = {
        leaf: Tensor(number, requires_grad=True, name=leaf) for leaf, number in numbers.items()
    }
    for result, tensor in formula(**tensors).items():
        tensor.name = result
        tensor.retain_grad()
        tensors[result] = tensor
    tensors[result].backward(retain_graph=True)
    return tensors


def check_graph(name: str, values: Mapping[str, float], gradients: Mapping[str, float]) -> None:
    """Hold filled-in numbers against the engine's: values forwards, then gradients backwards."""
    tensors = computed(name)
    leaves = GRAPHS[name][1]
    root = list(tensors)[-1]
    for each, tensor in tensors.items():
        if each not in leaves:
            _held(values, each, tensor.item(), each, tensors, each)
    for each in reversed(list(tensors)):
        if each == root:
            continue
        _held(gradients, each, tensors[each].grad.item(), f"∂{root}/∂{each}", tensors, each)


def _held(
    given: Mapping[str, float], key: str, right: float, where: str,
    tensors: Mapping[str, Tensor], wire: str,
) -> None:  # fmt: skip
    if not isinstance(given, Mapping) or key not in given:
        raise Wrong(f"{where}: {WORDS[language()]['blank']}")
    uses = _uses(tensors, wire) if where.startswith("∂") else 0
    ways = {2: ("two", "둘"), 3: ("three", "셋")}.get(uses)
    hint = ""
    if ways:
        hint = say(
            en=f"{ways[0]} ways lead from here to the result: add them",
            ko=f"여기서 결과로 가는 길이 {ways[1]}입니다. 모두 더하세요",
        )
    try:
        expect(given[key], right, where=where, within=1e-6, hint=hint)
    except Wrong as wrong:
        raise Wrong(str(wrong), marked(tensors, wire)) from None


def _uses(tensors: Mapping[str, Tensor], name: str) -> int:
    """How often a Tensor is an argument."""
    node = tensors[name]._node
    return sum(
        edge is node for other in tensors.values() if other._node for edge in other._node.edges
    )


def check_wire(name: str, written: Mapping[str, float], wire: Any, right: Any) -> None:
    """Hold an answer, the wire that is wrong first and its number, against the engine's."""
    tensors = computed(name)
    order = list(reversed(list(tensors)))
    wrong = {each for each in order if abs(written[each] - tensors[each].grad.item()) > 1e-9}
    if wire is ... or right is ...:
        raise Wrong(WORDS[language()]["blank"])
    if wire not in tensors:
        raise Wrong(say(
            en=f"there is no wire {wire!r}; there are {', '.join(order)}",
            ko=f"{wire!r}라는 자리는 없습니다. {', '.join(order)}가 있습니다",
        ))  # fmt: skip
    if wire not in wrong:
        raise Wrong(say(en=f"what is written at {wire} is right",
                        ko=f"{wire}는 맞습니다"))  # fmt: skip
    node = tensors[wire]._node
    behind = [
        each for each in wrong if tensors[each]._node is not node
        and any(edge is node for edge in tensors[each]._node.edges)
    ]  # fmt: skip
    if behind:
        raise Wrong(
            say(
                en=f"the mistake is in front of {wire}: what arrives there is wrong already",
                ko=f"{wire}보다 먼저 틀린 자리가 있습니다. {wire}에 도착한 수가 이미 틀렸습니다",
            ),
            marked(tensors, wire),
        )
    expect(right, tensors[wire].grad.item(), where=wire, within=1e-6)


def marked(tensors: Mapping[str, Tensor], wire: str) -> str:
    """The figure of a graph as SVG, with blanks for its gradients and one name in red."""
    *_, root = tensors.values()
    svg, _ = blanked(viz.draw(root, "dlfs", lang=language()).svg())
    before, found, after = svg.partition(f">{wire}<")
    start = before.rfind("<text")
    if not found or start < 0:
        return svg
    mark = ' style="fill:#c1121f;font-weight:bold;text-decoration:underline"'
    return f"{before[:start]}<text{mark}{before[start + len('<text') :]}{found}{after}"
