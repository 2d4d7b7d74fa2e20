"""Random whole programs: what they contain, what they shrink to, and that the engine is right."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tensor
from autograd.testing import GradientError, assert_gradients
from autograd.testing.strategies import Program, Step, arrays, programs
from tests.autograd.testing.defects.planting import unregistered

with_inputs = programs().flatmap(
    lambda program: st.tuples(st.just(program), *(arrays(s, wide=False) for s in program.shapes))
)


def run(program, *inputs):
    return program(*inputs)


@given(programs())
@settings(max_examples=500)
def test_every_program_runs_on_arrays_and_uses_earlier_values_only(program):
    for position, step in enumerate(program.steps):
        assert max(step.operands) < len(program.shapes) + position
    results = program(*(np.ones(shape) for shape in program.shapes))
    for each in results if len(program.results) > 1 else [results]:
        assert np.isfinite(each).all()
    last = len(program.shapes) + len(program.steps) - 1
    assert program.results[0] == last
    assert last not in program.dead


def _seen(wanted, count=200):
    found = []
    examine = given(programs())(lambda program: found.append(wanted(program)))
    settings(max_examples=count, derandomize=True, database=None)(examine)()
    return sum(found) / len(found)


def _has_diamond(program):
    """Whether two different steps that use one value both lead to a result."""
    first = len(program.shapes)
    alive = [step for n, step in enumerate(program.steps, first) if n not in program.dead]
    return any(sum(value in step.operands for step in alive) > 1 for value in range(first, 99))


@pytest.mark.parametrize(
    "wanted",
    [lambda program: bool(program.reused), lambda program: bool(program.dead), _has_diamond],
    ids=["reuse", "dead branches", "diamonds"],
)
def test_what_they_are_for_is_frequent(wanted):
    assert _seen(wanted) > 0.1


def test_they_shrink_to_the_steps_that_matter():
    program = find(programs(), lambda p: sum(step.name == "sin" for step in p.steps) > 1)
    assert program == Program(((),), (Step("sin", (0,)),) * 2, (2,))


def test_values_and_gradients_of_a_program():
    program = Program(((2, 3), (3,)), (Step("gated by", (0, 1)), Step("+", (2, 2))), (3, 1))
    x, y = np.arange(6.0).reshape(2, 3), np.array([0.1, 0.2, 0.3])
    for result, expected in zip(program(x, y), (2 * x * np.tanh(y), y), strict=True):
        np.testing.assert_allclose(result, expected)
    tensors = [Tensor(each, requires_grad=True) for each in (x, y)]
    gradient, _ = autograd.grad(program(*tensors), tensors, [np.ones((2, 3)), np.ones(3)])
    np.testing.assert_allclose(gradient.data, np.broadcast_to(2 * np.tanh(y), (2, 3)))


def test_the_engine_is_right_about_whole_programs():
    tally = assert_gradients(run, arguments=with_inputs, examples=settings().max_examples)
    assert tally.examples >= settings().max_examples


def test_a_fault_that_only_reuse_shows_is_found_and_made_small():
    """A rule that returns its buffer again: right as long as its value is used once."""
    buffer = {}

    @unregistered("elementwise", own=True)
    def doubled(x):
        return 2 * x

    def rule(g):
        if isinstance(g, Tensor):
            return 2 * g
        place = buffer.setdefault((np.shape(g), g.dtype), np.empty_like(g))
        return np.multiply(g, 2, out=place) if np.ndim(g) else 2 * g

    doubled.vjp(x=rule)

    def program_of_doubled(program, *inputs):
        return program(*(doubled(each) for each in inputs))

    with pytest.raises(GradientError) as caught:
        assert_gradients(program_of_doubled, arguments=with_inputs, examples=200)
    assert max(x.size for x in caught.value.inputs) == 1
