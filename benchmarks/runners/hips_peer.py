"""HIPS autograd's side; here `autograd` is theirs."""

from collections.abc import Callable
from importlib import metadata
from types import SimpleNamespace

import cases
import inputs
import numpy as np

import autograd
import autograd.numpy


def version() -> str:
    """Return the version of HIPS autograd."""
    return metadata.version("autograd")


def number(result: np.ndarray) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    return cases.number(result)


def case(name: str) -> cases.Run:
    """One of the functions of arrays."""
    library = SimpleNamespace(numpy=autograd.numpy)
    compute, arguments = cases.BY_NAME[name].build.function

    def function(arrays: tuple[np.ndarray, ...]) -> np.ndarray:
        return compute(library, *arrays)

    g = cases.cotangent(function(arguments))
    return lambda: autograd.make_vjp(function)(arguments)[0](g)[0]


def scalar_chain(operations: int) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward for all three; returns dc/db."""

    def chain(a: float, b: float, c: float) -> float:
        for _ in range(operations // 2):
            c = c * b + a
        return c

    gradients = autograd.grad(chain, argnum=(0, 1, 2))

    def run() -> float:
        _, b_grad, _ = gradients(*inputs.CHAIN_START.values())
        return float(b_grad)

    return run
