"""The side of micrograd, whose backward pass is recursive."""

import sys
from collections.abc import Callable
from importlib import metadata

import inputs
from micrograd.engine import Value

sys.setrecursionlimit(100_000)


def version() -> str:
    """Return the version of micrograd."""
    return metadata.version("micrograd")


def scalar_chain(operations: int) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward; returns dc/db."""

    def run() -> float:
        a, b, c = map(Value, inputs.CHAIN_START.values())
        for _ in range(operations // 2):
            c = c * b + a
        c.backward()
        return b.grad

    return run
