"""Figures are legible where they are shown: on a slide, and in the cell of a notebook."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import nn
import viz
from autograd import Tensor
from tests.viz import programs
from tests.viz.picture import Picture
from tests.viz.programs import named, variable
from tests.viz.test_truth import scalar_program
from viz import gallery

SLIDE, CELL, LEAST = (1280, 720), 880, 10.0  # pixels


def smallest_letters(svg):
    """How large the smallest letters are on a slide, and in a cell."""
    width, height = (float(each) for each in re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2])
    size = min(float(each) for each in re.findall(r'font-size="([\d.]+)"', svg))
    on_slide = size * min(1.0, SLIDE[0] / width, SLIDE[1] / height)
    return on_slide, size * min(1.0, CELL / width)


@pytest.mark.parametrize("lang", gallery.LANGUAGES)
@pytest.mark.parametrize("name", gallery.EXHIBITS)
def test_the_gallery_is_legible(name, lang):
    on_slide, in_cell = smallest_letters(gallery.EXHIBITS[name].figure(lang).svg())
    assert on_slide >= LEAST
    assert in_cell >= LEAST


def chain(operations):
    y = variable(0.5, "x")
    for _ in range(operations):
        y = autograd.tanh(y * 1.5)
    return y


def newton():
    x = variable(2.0, "x")
    for _ in range(4):
        x = x - (x**2 - 2.0) / (2.0 * x)
    return x


def spring():
    k, x, v = variable(2.0, "k"), variable(1.0, "x0"), variable(0.0, "v0")
    for _ in range(5):
        v = v - 0.1 * k * x
        x = x + 0.1 * v
    return named(x, "x5")


def attention():
    numbers = np.random.default_rng(0)
    x = Tensor(numbers.normal(size=(3, 4)).round(1), name="x")
    q, k, v = (x @ variable(numbers.normal(size=(4, 2)).round(1), f"W{n}") for n in "qkv")
    return (autograd.softmax(q @ k.T / 2.0**0.5) @ v).sum()


def perceptron():
    autograd.manual_seed(1)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 1))
    return (net(Tensor([[1.0, 2.0]], name="x").astype("float32")) ** 2).mean()


PROGRAMS = [lambda: chain(3), lambda: chain(10), lambda: chain(18), newton, spring, attention,
            perceptron, lambda: programs.network().result]  # fmt: skip


@pytest.mark.parametrize("style", ["cs231n", "micrograd"])
@pytest.mark.parametrize("program", range(len(PROGRAMS)))
def test_figures_of_up_to_forty_vertices_are_legible(style, program):
    result = PROGRAMS[program]()
    result.backward()
    svg = viz.draw(result, style, layout="builtin").svg()
    on_slide, in_cell = smallest_letters(svg)
    assert on_slide >= LEAST
    assert in_cell >= LEAST
    assert Picture(svg).overlaps() == []


@given(seed=st.integers(0, 10_000), operations=st.integers(3, 9))
def test_random_programs_fit_a_cell(seed, operations):
    program = scalar_program(seed, operations)
    program.result.backward()
    assert min(smallest_letters(viz.draw(program.result, layout="builtin").svg())) >= LEAST


def test_the_measure_sees_what_is_too_wide():
    result = chain(12)
    result.backward()
    flat = viz.draw(result, layout="builtin", ratio=1000).svg()
    assert max(smallest_letters(flat)) < LEAST


def test_digits_behind_the_point_can_be_chosen():
    x = variable(1 / 3, "x")
    y = x * 2.0
    y.backward()
    for decimals, written in ((1, "0.33"), (4, "0.3333"), (0, "0.33")):
        for style in ("cs231n", "dlfs", "micrograd"):
            node = Picture(viz.draw(y, style, decimals=decimals, layout="builtin").svg()).node("x")
            assert node.words("value") == [written]
    assert "forward value 1876;" in viz.draw(x * 0.0 + 1876.0, decimals=0).text()
    with pytest.raises(TypeError, match="decimals must be a number of digits"):
        viz.draw(y, decimals=-1)
