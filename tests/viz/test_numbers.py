"""Every number of a figure against the engine's: values, gradients, sums, in every style."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import viz
from tests.viz import programs
from tests.viz.picture import Picture
from viz.numerals import WRITTEN_ELEMENTS

NUMBER = r"−?(?:∞|\d+(?:\.\d+)?(?:e−?\d+)?)|NaN"


def printed(text):
    """A printed number, and half of its last digit."""
    plain = text.replace("−", "-").replace("∞", "inf")
    digits, _, power = plain.partition("e")
    places = len(digits.partition(".")[2])
    return float(plain), 0.5001 * 10.0 ** (int(power or 0) - places)


def agree(texts, values):
    """Whether printed numbers are those of an array, as far as their digits go."""
    values = np.ravel(values).tolist()
    assert len(texts) == len(values)
    for text, value in zip(texts, values, strict=True):
        number, slack = printed(text)
        if not math.isfinite(value):
            assert str(number) == str(value)
        else:
            assert abs(number - value) <= slack + 1e-12 * abs(value), f"{text} is not {value}"


def cells(node, role):
    """The numbers of an array as it is read: matrix by matrix, row by row."""
    brackets = sorted({round(region.left) for name, region in node.shapes
                       if name == f"{role}-bracket"})  # fmt: skip
    starts = brackets[::2]

    def place(text):
        matrix = sum(text.region.right > start for start in starts)
        return matrix, round(text.y), text.region.right

    texts = sorted((text for text in node.texts if text.role == f"{role}-cell"), key=place)
    return [text.content for text in texts]


def check(node, role, values):
    """The number or array that a node prints for a value or gradient."""
    written = node.words(role)
    if values.shape == ():
        if not math.isfinite(values):
            words = node.words("badge-text")
            assert any(re.fullmatch(NUMBER, word) for word in words)
            return
        (text,) = written
        *addends, total = re.findall(NUMBER, text)
        agree([total], values)
        if addends:
            parts = [printed(addend) for addend in addends]
            slack = sum(each for _, each in parts) + printed(total)[1]
            assert abs(sum(number for number, _ in parts) - float(values)) <= slack
    elif values.size <= WRITTEN_ELEMENTS:
        agree(cells(node, role), values)


@pytest.mark.parametrize("style", ["cs231n", "dlfs", "micrograd"])
@pytest.mark.parametrize("options", [{}, {"ratio": 16 / 9, "derivatives": True}], ids=str)
@given(seed=st.integers(0, 10_000), operations=st.integers(1, 25))
def test_every_number_is_the_engines(style, options, seed, operations):
    program = programs.random_program(seed, operations, backward=False)
    with np.errstate(all="ignore"):
        tensors = [program.result, *program.tensors]
        for tensor in tensors:
            if tensor.requires_grad:
                tensor.retain_grad()
        program.result.backward()
    figure = viz.draw(program.result, style, layout="builtin", largest=1000, **options)
    picture = Picture(figure.svg())
    drawn = {}
    order = iter(reachable(program.result._node))
    for node in picture.nodes:
        stub = any(re.match(r"use [2-9]|use 1\d", word) for word in node.words("note"))
        if node.kind in ("operation", "parameter") and not stub:
            drawn[next(order)] = node
    assert next(order, None) is None
    checked = 0
    for tensor in tensors:
        if tensor._node in drawn:
            node = drawn[tensor._node]
            check(node, "value", tensor.data)
            if tensor.grad is not None:
                check(node, "gradient", tensor.grad.data)
                checked += 1
    assert checked


def reachable(root):
    """All nodes of the engine behind one, in order of creation."""
    found, waiting = {root}, [root]
    while waiting:
        for edge in waiting.pop().edges:
            if edge is not None and edge not in found:
                found.add(edge)
                waiting.append(edge)
    return sorted(found, key=lambda node: node.sequence)


@given(seed=st.integers(0, 10_000), operations=st.integers(1, 15))
def test_equations_print_the_engines_numbers(seed, operations):
    program = programs.random_program(seed, operations)
    picture = Picture(viz.draw(program.result, "colah", layout="builtin").svg())
    named = [n for n in picture.nodes if n.kind in ("operation", "parameter")]
    for node, known in zip(named, reachable(program.result._node), strict=False):
        if "use" in " ".join(node.words("note")):
            return  # from here on stubs stand between
        value = np.asarray(known.value)
        check(node, "value", value)


def test_the_checker_sees_wrong_numbers():
    agree(["1.24", "−3e−7"], np.array([1.2381, -2.6e-7]))
    with pytest.raises(AssertionError, match=r"1\.24 is not 1\.23"):
        agree(["1.24"], np.array([1.23]))
    with pytest.raises(AssertionError, match="−3e−7 is not"):
        agree(["−3e−7"], np.array([2.6e-7]))
