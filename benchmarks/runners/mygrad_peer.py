"""MyGrad's side."""

from collections.abc import Callable
from importlib import metadata
from types import SimpleNamespace

import cases
import inputs
import mygrad
import numpy as np


def version() -> str:
    """Return the version of MyGrad."""
    return metadata.version("mygrad")


def number(result: np.ndarray) -> float:
    """Return one number of a result, which differs where its elements are arranged differently."""
    return cases.number(result)


def case(name: str) -> cases.Run:
    """One of the functions of arrays."""
    library = SimpleNamespace(numpy=mygrad)
    compute, arguments = cases.BY_NAME[name].build.function
    tensors = [mygrad.tensor(each) for each in arguments]
    g = cases.cotangent(compute(library, *tensors).data)

    def run() -> np.ndarray:
        compute(library, *tensors).backward(g)
        return tensors[0].grad

    return run


def scalar_chain(operations: int) -> Callable[[], float]:
    """`c = c * b + a`, forward and backward; returns dc/db."""

    def run() -> float:
        a, b, c = (mygrad.tensor(value) for value in inputs.CHAIN_START.values())
        for _ in range(operations // 2):
            c = c * b + a
        c.backward()
        return b.grad.item()

    return run
