"""MyGrad's side."""

from collections.abc import Callable
from importlib import metadata

import inputs
import mygrad


def version() -> str:
    """Return the version of MyGrad."""
    return metadata.version("mygrad")


def scalar_chain(operations: int) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward; returns dc/db."""

    def run() -> float:
        a, b, c = (mygrad.tensor(value) for value in inputs.CHAIN_START.values())
        for _ in range(operations // 2):
            c = c * b + a
        c.backward()
        return b.grad.item()

    return run
