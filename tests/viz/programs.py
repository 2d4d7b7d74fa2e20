"""Graphs to draw: the golden figures, and programs made of random operations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

import autograd
from autograd import Tensor
from autograd.graph.modes import enter_module, leave_module


def variable(data: object, name: str | None = None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


def named(tensor: Tensor, name: str) -> Tensor:
    tensor.name = name
    return tensor


@contextmanager
def module(path: str | None) -> Iterator[None]:
    """Run operations as if inside of the nn module at `path`."""
    if path is None:
        yield
        return
    token = enter_module(path)
    try:
        yield
    finally:
        leave_module(token)


class Program:
    """A result with all the Tensors it was computed from, which must stay alive."""

    def __init__(self, result: Tensor, *tensors: Tensor) -> None:
        self.result = result
        self.tensors = tensors


def circuit() -> Program:
    x, y, z = variable(-2.0, "x"), variable(5.0, "y"), variable(-4.0, "z")
    q = named(x + y, "q")
    return Program(named(q * z, "f"), x, y, z, q)


def neuron() -> Program:
    w0, w1, w2 = variable(2.0, "w0"), variable(-3.0, "w1"), variable(-3.0, "w2")
    x0, x1 = variable(-1.0, "x0"), variable(-2.0, "x1")
    f = 1 / (1 + autograd.exp(-(w0 * x0 + w1 * x1 + w2)))
    return Program(named(f, "f"), w0, w1, w2, x0, x1)


def two_paths() -> Program:
    a, b = variable(2.0, "a"), variable(1.0, "b")
    return Program(named((a + b) * (b + 1), "e"), a, b)


def apple_shop() -> Program:
    price, count, tax = variable(100.0, "apple"), variable(2.0, "count"), variable(1.1, "tax")
    return Program(named(price * count * tax, "total"), price, count, tax)


def fruit_shop() -> Program:
    apple, apples = variable(100.0, "apple"), variable(2.0, "apples")
    orange, oranges = variable(150.0, "orange"), variable(3.0, "oranges")
    tax = variable(1.1, "tax")
    total = named((apple * apples + orange * oranges) * tax, "total")
    return Program(total, apple, apples, orange, oranges, tax)


def square_exp_square() -> Program:
    x = variable(0.5, "x")
    return Program(named(autograd.exp(x**2) ** 2, "y"), x)


def sum_of_squares() -> Program:
    x = variable(2.0, "x")
    a = named(x**2, "a")
    return Program(named(a**2 + a**2, "y"), x, a)


def network() -> Program:
    """A 2-3-2 perceptron with softmax cross-entropy on one example."""
    x = Tensor([[0.5, -1.0]], name="x")
    w1 = variable([[0.13, -0.13, 0.64], [0.1, -0.54, 0.36]], "W1")
    b1 = variable([0.1, -0.2, 0.3], "b1")
    w2, b2 = variable([[1.3, 0.95], [-0.7, -1.27], [-0.62, 0.04]], "W2"), variable([0.0, 0.0], "b2")
    target = Tensor([[0.0, 1.0]], name="t")
    with module("fc1"):
        h = x @ w1 + b1
    with module("act"):
        h = named(autograd.relu(h), "h")
    with module("fc2"):
        z = named(h @ w2 + b2, "logits")
    log_normaliser = autograd.log(autograd.sum(autograd.exp(z), axis=1, keepdims=True))
    loss = named(-autograd.sum(target * (z - log_normaliser)), "loss")
    return Program(loss, x, w1, b1, w2, b2, target)


def unrolled(steps: int) -> Program:
    """A recurrent network whose weights every step shares."""
    generator = np.random.default_rng(0)
    w_x = variable(generator.normal(size=(2, 3)).round(2), "W_x")
    w_h = variable(generator.normal(size=(3, 3)).round(2), "W_h")
    b = variable(np.zeros(3), "b")
    h: Tensor = Tensor(np.zeros((1, 3)), name="h0")
    for step in range(steps):
        x = Tensor(generator.normal(size=(1, 2)).round(2), name=f"x{step}")
        h = autograd.tanh(x @ w_x + h @ w_h + b)
    return Program(named((h * h).sum(), "loss"), w_x, w_h, b)


_MODULES = (
    None,
    None,
    "net.fc1",
    "net.fc1",
    "net.fc2",
    "net.block.a",
    "net.a module of a long name (순환 신경망, 12 -> 34)",
)
_NAMES = (None, "h", "q", "가중치", "a_long_name_of_a_tensor", "<lambda>")


def random_program(seed: int, operations: int, backward: bool = True) -> Program:
    """Random operations on random leaves, in random modules; numbers may overflow."""
    with np.errstate(all="ignore"):
        program = _random_program(seed, operations)
        if backward:
            program.result.backward()
    return program


def _random_program(seed: int, operations: int) -> Program:
    draw = random.Random(seed)
    numbers = np.random.default_rng(seed)
    leaves = [
        Tensor(
            numbers.normal(size=draw.choice([(), (3,), (2, 3)])).round(2),
            requires_grad=index == 0 or draw.random() < 0.8,
            name=draw.choice(_NAMES),
        )
        for index in range(draw.randint(2, 4))
    ]
    pool = list(leaves)
    path = None
    for _ in range(operations):
        if draw.random() < 0.4:
            path = draw.choice(_MODULES)
        with module(path):
            new = _operation(draw.randrange(8), draw.choice(pool[-5:]), draw.choice(pool))
        if draw.random() < 0.2:
            new.name = draw.choice(_NAMES)
        pool.append(new)
    tracked = [tensor for tensor in pool[len(leaves) :] if tensor.requires_grad]
    result = tracked[-1] if tracked else leaves[0] * 2.0
    return Program(result.sum(), *pool)


def _operation(choice: int, x: Tensor, y: Tensor) -> Tensor:
    if choice == 0:
        return x + y
    if choice == 1:
        return x * y
    if choice == 2:
        return autograd.exp(x * 0.1)
    if choice == 3:
        return autograd.tanh(x)
    if choice == 4:
        return x - 2.0
    if choice == 5:
        return x.sum()
    if choice == 6:
        return x * 1.5 + x
    return autograd.maximum(x, y)
