"""HIPS autograd's side; here `autograd` is theirs."""

from collections.abc import Callable
from importlib import metadata

import inputs

import autograd


def version() -> str:
    """Return the version of HIPS autograd."""
    return metadata.version("autograd")


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
