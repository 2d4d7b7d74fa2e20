"""The narrated engine is right, short, and names files that exist."""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd
from examples import engine_in_100_lines as small

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(small.__file__).read_text("utf-8")

FUNCTIONS = {
    "add": (small.add, autograd.add),
    "multiply": (small.multiply, autograd.multiply),
    "matmul": (small.matmul, autograd.matmul),
    "tanh": (small.tanh, autograd.tanh),
}


def random_program(generator, add, multiply, matmul, tanh, leaves):
    """A result of a dozen random operations on matrices, rows and numbers."""
    pool = list(leaves)
    for _ in range(12):
        x, y = (pool[i] for i in generator.integers(len(pool), size=2))
        kind = generator.integers(4)
        if kind == 0:
            pool.append(add(x, y))
        elif kind == 1:
            pool.append(tanh(multiply(x, y)))
        elif kind == 2:
            pool.append(tanh(matmul(leaves[0], leaves[0])))
        else:
            pool.append(tanh(x))
    return pool[-1]


@pytest.mark.parametrize("seed", range(40))
def test_gradients_are_the_library_s(seed):
    values = [np.random.default_rng(seed).normal(size=shape) for shape in ((3, 3), (3,), (3, 1))]
    ours = [small.Tensor(value) for value in values]
    theirs = [autograd.Tensor(value, requires_grad=True) for value in values]
    mine, library = zip(*FUNCTIONS.values(), strict=True)
    result = random_program(np.random.default_rng(seed + 1000), *mine, ours)
    expected = random_program(np.random.default_rng(seed + 1000), *library, theirs)
    small.backward(result)
    expected.backward(np.ones(expected.shape))
    np.testing.assert_allclose(result.value, expected.data, rtol=1e-12)
    for our, their in zip(ours, theirs, strict=True):
        if their.grad is None:
            assert our.gradient is None
        else:
            np.testing.assert_allclose(our.gradient.value, their.grad.data, rtol=1e-9, atol=1e-12)


def test_gradients_of_gradients():
    x, their = small.Tensor(0.5), autograd.Tensor(0.5, requires_grad=True)
    slope, expected = small.tanh(x), autograd.tanh(their)
    for _ in range(4):
        small.backward(slope)
        slope = x.gradient
        (expected,) = autograd.grad(expected, their, create_graph=True)
        assert slope.value == pytest.approx(expected.item(), rel=1e-12)


def test_it_learns_xor():
    outputs, losses = small.learn_xor()
    assert losses[-1] < 0.05 < losses[0]
    assert (np.sign(outputs.ravel()) == [-1, 1, 1, -1]).all()


def test_it_is_a_hundred_lines():
    """Code lines, without blanks, comments and the demonstration at the end."""
    engine = SOURCE[: SOURCE.index("def learn_xor")]
    code = [
        line for line in engine.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    assert len(code) <= 100


def test_the_files_that_it_names_exist():
    named = re.findall(r"autograd/[\w/.]+", SOURCE)
    folder, missing = "", []
    for name in named:
        folder = name.rpartition("/")[0]
        missing += [] if (ROOT / name).exists() else [name]
    assert folder
    assert missing == []
