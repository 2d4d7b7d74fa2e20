"""What a case is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd

RNG = np.random.default_rng(0)
SIZES = ("small", "large")
# The shapes of a matrix, which most cases are of.
SHAPES = {"small": (2, 3), "large": (300, 400)}


@dataclass(frozen=True)
class Case:
    """One operation with its arguments.

    Attributes:
        name: of the operation, in `autograd` or `autograd.linalg` or `autograd.fft`.
        arguments: by size.
        ours: the call, of Tensors.
        formula: the same in plain NumPy, of arrays.
        gradient: of a cotangent, the result and the arrays: gradients, written by hand; None where
            nobody would, and the forward pass is what the backward pass is compared with.
    """

    name: str
    arguments: dict[str, Sequence[Any]]
    ours: Callable[..., Any]
    formula: Callable[..., Any]
    gradient: Callable[..., Any] | None = None


def named(name: str) -> Callable[..., Any]:
    """The operation of a name."""
    for module in (autograd, autograd.ops, autograd.linalg, autograd.fft):
        if name in module.__all__:
            found: Callable[..., Any] = getattr(module, name)
            return found
    raise ValueError(f"no operation {name!r}")


def drawn(domain: str, shape: tuple[int, ...]) -> np.ndarray:
    """Random numbers: "real", "positive", "unit", "large" ones above 1, or "integer"."""
    if domain == "integer":
        return RNG.integers(1, 20, shape)
    low, high = {
        "real": (-2.0, 2.0),
        "positive": (0.5, 2.5),
        "unit": (0.05, 0.95),
        "above one": (1.5, 3.0),
    }[domain]
    return RNG.uniform(low, high, shape)


def of_matrices(*domains: str) -> dict[str, Sequence[Any]]:
    """One matrix for each domain."""
    return {size: [drawn(domain, SHAPES[size]) for domain in domains] for size in SIZES}


def case(
    name: str,
    formula: Callable[..., Any],
    gradient: Callable[..., Any] | None = None,
    *,
    domains: Sequence[str] = ("real",),
    arguments: dict[str, Sequence[Any]] | None = None,
    ours: Callable[..., Any] | None = None,
) -> Case:
    """A case of matrices, unless other arguments are given."""
    given = of_matrices(*domains) if arguments is None else arguments
    return Case(name, given, named(name) if ours is None else ours, formula, gradient)
