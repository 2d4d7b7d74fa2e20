"""Inputs for an operation, drawn from what its record says of domain and samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.operation.record import Op
from autograd.samples import Sample
from autograd.testing.subjects import Array

# Used where a record names no samples of its own: equal, broadcast, 0-d and empty operands.
_SHAPES: dict[int, list[tuple[tuple[int, ...], ...]]] = {
    1: [((2, 3),), ((),), ((0, 2),)],
    2: [((2, 3), (2, 3)), ((3, 1), (2, 1, 4)), ((), (2,)), ((3,), ()), ((), ()), ((0, 2), (2,))],
}

DOMAINS = (
    "real", "positive", "nonzero", "unit", "probability", "moderate", "greater_than_minus_one",
    "greater_than_one", "distinct", "far",
)  # fmt: skip


def draw(domain: str, shape: Sequence[int], rng: np.random.Generator) -> Array:
    """Random float64 numbers of a domain, far enough inside it for finite differences.

    Args:
        domain: one of DOMAINS; "distinct" numbers are all at least 0.1 apart, "far" ones close to
            one another but, some of the time, not to 0.
        shape: of the result.
        rng: where they come from.

    Raises:
        ValueError: for an unknown domain.

    >>> rng = np.random.default_rng(0)
    >>> bool((draw("positive", (100,), rng) > 0).all())
    True
    """
    shape = tuple(shape)
    size = int(np.prod(shape))
    signs = rng.choice([-1.0, 1.0], shape)
    if domain in ("real", "moderate"):
        return np.asarray(rng.uniform(-2.0, 2.0, shape))
    if domain == "far":
        return np.asarray(rng.uniform(-2.0, 2.0, shape) + rng.choice([0.0, 1024.0, -1024.0]))
    if domain == "positive":
        return np.asarray(rng.uniform(0.5, 2.5, shape))
    if domain == "nonzero":
        return np.asarray(signs * rng.uniform(0.5, 2.5, shape))
    if domain == "unit":
        return np.asarray(rng.uniform(-0.9, 0.9, shape))
    if domain == "probability":
        return np.asarray(rng.uniform(0.1, 0.9, shape))
    if domain == "greater_than_minus_one":
        return np.asarray(rng.uniform(-0.5, 2.0, shape))
    if domain == "greater_than_one":
        return np.asarray(rng.uniform(1.5, 3.0, shape))
    if domain == "distinct":
        offset = rng.integers(0, 2) * 0.05  # two draws are distinct from each other, too
        values = (rng.permutation(size) - size / 2) * 0.1 + offset + 0.01
        return np.asarray(values.reshape(shape))
    raise ValueError(f"draw: domain {domain!r} is not one of {', '.join(DOMAINS)}")


def is_shape(argument: Any) -> bool:
    """Whether an argument of a sample stands for an array to be drawn."""
    return isinstance(argument, tuple) and all(type(side) is int for side in argument)


def has_samples(op: Op) -> bool:
    """Whether the record names samples, or has arguments for which they can be guessed."""
    guessed = len(op.arguments) in _SHAPES and not op.required - set(op.arguments)
    return bool(op.samples) or (guessed and not op.listed)


def samples_of(op: Op) -> list[Sample]:
    """The record's samples, or shapes that any operation of that many arrays takes."""
    if op.samples:
        return list(op.samples)
    if not has_samples(op):
        raise ValueError(f"{op.name}: its record names no samples, and none can be guessed")
    return [Sample(shapes, {}) for shapes in _SHAPES[len(op.arguments)]]


class BoundSample:
    """One call of an operation with the arrays drawn: what they are, and a function of them."""

    def __init__(self, op: Op, given: Sample, rng: np.random.Generator) -> None:
        self.op = op
        self.arrays: list[Array] = []
        self.slots: list[int] = []  # which argument slot each array is in
        self._template: list[Any] = []
        self.keywords = given.keywords
        positional = [
            name for name in op.parameters[: op.positional] if not op.starred or name in op.keywords
        ]
        for position, argument in enumerate(given.arguments):
            if op.starred and position >= len(positional):
                name = op.arguments[0]
            else:
                name = positional[position]
            is_array = name in op.arguments
            if op.listed and not op.starred and name in op.arguments:
                slots = [self._slot(name, each, rng) for each in argument]
                self._template.append(slots)
            elif is_array:
                self._template.append(self._slot(name, argument, rng))
            else:
                self._template.append(("fixed", argument))

    def _slot(self, name: str, argument: Any, rng: np.random.Generator) -> tuple[str, Any]:
        if argument is None or isinstance(argument, (int, float)):
            return ("fixed", argument)  # a Python number, which takes the dtype of its partner
        if is_shape(argument):
            domain = self.op.domain
            argument = draw(
                domain if isinstance(domain, str) else domain.get(name, "real"), argument, rng
            )
        self.arrays.append(np.asarray(argument))
        self.slots.append(self.op.arguments.index(name))
        return ("array", len(self.arrays) - 1)

    def arguments(self, arrays: Sequence[Any]) -> list[Any]:
        """The positional arguments of the call, with these arrays (or Tensors) in their places."""

        def fill(entry: Any) -> Any:
            if isinstance(entry, list):
                return [fill(each) for each in entry]
            kind, content = entry
            return arrays[content] if kind == "array" else content

        return [fill(entry) for entry in self._template]

    def function(self, target: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """A function of the arrays alone: the operation, or `target` called the same way."""
        chosen = self.op.function if target is None else target

        def call(*arrays: Any) -> Any:
            return chosen(*self.arguments(arrays), **self.keywords)

        call.__name__ = self.op.name
        return call


def bound_samples(op: Op, seed: int = 0) -> Iterator[BoundSample]:
    """Every sample of a record with its arrays drawn."""
    for position, given in enumerate(samples_of(op)):
        yield BoundSample(op, given, np.random.default_rng([seed, position]))
