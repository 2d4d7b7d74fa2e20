"""What a planted gradient defect is, how one is written down, and what inputs a user declares.

A defect is a function of Tensors whose value is right and whose gradient is wrong in one way,
together with its correct sibling. Most are one operation: the body, the right rules, and the wrong
ones that replace some of them. Nothing here knows of any gradient checker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

import autograd
from autograd.operation.record import records

DIAGNOSES = frozenset({
    "sign", "factor", "transposed", "broadcast sum", "axis", "accumulation", "mean term",
    "cotangent", "off by one", "ties", "second call", "dtype", "shared memory", "mutation",
    "saved value", "range", "second order", "shape", "other",
})  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """What a user would declare and draw for a function.

    Attributes:
        description: (domain, shape kind) per argument.
        draw: from a random generator a list with one entry per argument; see `is_differentiated`.
    """

    description: tuple[tuple[str, str], ...]
    draw: Callable[[np.random.Generator], list[Any]]


def is_differentiated(argument: Any) -> bool:
    """Whether a drawn argument becomes a Tensor; all others are passed as they are."""
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


@dataclass(frozen=True)
class Defect:
    """One planted defect.

    Attributes:
        diagnosis: the word of DIAGNOSES that a good report finds.
        reason: what is wrong, in one sentence.
        build: makes the defective function, fresh state included.
        correct: makes its sibling: the same value, and right in every respect.
        inputs: (domain, shape kind) per argument.
        draw_inputs: typical arguments, see `Inputs`; not chosen to expose the defect.
    """

    name: str
    family: str
    diagnosis: str
    reason: str
    build: Callable[[], Callable[..., Any]]
    correct: Callable[[], Callable[..., Any]]
    inputs: tuple[tuple[str, str], ...]
    draw_inputs: Callable[[np.random.Generator], list[Any]]

    def samples(self, count: int, seed: int = 0) -> list[list[Any]]:
        """So many draws of typical arguments, the same for the same seed."""
        return [self.draw_inputs(np.random.default_rng([seed, i])) for i in range(count)]


class Family:
    """The defects of one family, in order; its methods decorate them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.defects: list[Defect] = []

    def operation(
        self,
        diagnosis: str,
        kind: str,
        inputs: Inputs,
        *,
        right: Mapping[str, Callable[..., Any]],
        wrong: Mapping[str, Callable[..., Any]],
        own: bool = False,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Plant an operation of the decorated body; `wrong` replaces some of the rules `right`."""

        def plant(body: Callable[..., Any]) -> Callable[..., Any]:
            def make(rules: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
                function = unregistered(kind, own=own, **options)(body)
                function.vjp(**rules)
                return function

            self._add(
                body,
                diagnosis,
                inputs,
                lambda correct: make(right if correct else {**right, **wrong}),
            )
            return body

        return plant

    def function(
        self, diagnosis: str, inputs: Inputs
    ) -> Callable[[Callable[[bool], Callable[..., Any]]], Callable[[bool], Callable[..., Any]]]:
        """Plant what the decorated `make(correct)` returns: anything a table cannot say."""

        def plant(make: Callable[[bool], Callable[..., Any]]) -> Callable[..., Any]:
            self._add(make, diagnosis, inputs, make)
            return make

        return plant

    def _add(
        self,
        described: Callable[..., Any],
        diagnosis: str,
        inputs: Inputs,
        make: Callable[[bool], Callable[..., Any]],
    ) -> None:
        self.defects.append(
            Defect(
                described.__name__,
                self.name,
                diagnosis,
                (described.__doc__ or "").strip(),
                lambda: make(False),
                lambda: make(True),
                inputs.description,
                inputs.draw,
            )
        )


def unregistered(
    kind: str, *, own: bool = False, **options: Any
) -> Callable[[Callable[..., Any]], Any]:
    """`autograd.op` for an operation that the registry forgets again.

    Tests and documents are generated from the registry, and must not meet a wrong rule there.

    Args:
        kind: as for `autograd.op`.
        own: make it an operation of the library's own, whose rules the engine trusts to return
            memory that nobody else refers to.
        **options: as for `autograd.op`.
    """

    def decorate(body: Callable[..., Any]) -> Any:
        assert isinstance(body, FunctionType)
        name = f"planted_{body.__name__}"
        twin = FunctionType(
            body.__code__, body.__globals__, name, body.__defaults__, body.__closure__
        )
        twin.__module__ = body.__module__
        function = autograd.op(kind, **options)(twin)
        function.op.ours = own
        del records[name]
        return function

    return decorate


# ---------------------------------------------------------------------- typical inputs

# Numbers of axes, and the least length of one.
_KINDS = {
    "any": ((0, 1, 2, 3), 0),
    "non-empty": ((1, 2, 3), 1),
    "two or more along the last axis": ((1, 2, 3), 2),
    "vector": ((1,), 0),
    "non-empty vector": ((1,), 1),
    "matrix": ((2,), 0),
    "non-empty matrix": ((2,), 1),
    "stack": ((3,), 1),
}


def draw_side(rng: np.random.Generator, least: int = 0) -> int:
    """The length of an axis: mostly 1 to 4, now and then 0."""
    return max(least, int(rng.choice(6, p=[0.04, 0.18, 0.26, 0.26, 0.18, 0.08])))


def draw_shape(rng: np.random.Generator, kind: str = "any") -> tuple[int, ...]:
    """A shape of a kind that `_KINDS` names."""
    ranks, least = _KINDS[kind]
    return tuple(draw_side(rng, least) for _ in range(rng.choice(ranks)))


def fill(rng: np.random.Generator, domain: str, shape: tuple[int, ...]) -> Any:
    """An array of `shape` with float64 elements of the domain."""
    if domain == "real":
        drawn = rng.normal(size=shape)
    elif domain == "positive":
        drawn = rng.uniform(0.2, 2.5, shape)
    elif domain == "probability":
        drawn = rng.uniform(0.0, 1.0, shape)
    elif domain == "nonzero":
        drawn = rng.uniform(0.2, 2.5, shape) * rng.choice([-1.0, 1.0], shape)
    elif domain == "distinct":
        count = int(np.prod(shape))
        drawn = (rng.permutation(count) - count / 2).reshape(shape) * 0.5 + rng.uniform(0, 0.2)
    else:
        raise ValueError(f"fill: unknown domain {domain!r}")
    return np.asarray(drawn)


def one(domain: str, kind: str = "any") -> Inputs:
    """One array."""
    return Inputs(((domain, kind),), lambda rng: [fill(rng, domain, draw_shape(rng, kind))])


def alike(*domains: str, kind: str = "any") -> Inputs:
    """Several arrays of one shape."""

    def draw(rng: np.random.Generator) -> list[Any]:
        shape = draw_shape(rng, kind)
        return [fill(rng, domain, shape) for domain in domains]

    first, *others = domains
    return Inputs(((first, kind), *((each, "as the first") for each in others)), draw)


def broadcasting(*domains: str) -> Inputs:
    """Several arrays that broadcast against one another; the first is often the largest."""

    def draw(rng: np.random.Generator) -> list[Any]:
        full = draw_shape(rng)
        drawn = []
        for position, domain in enumerate(domains):
            shape = full
            if rng.random() < (0.3 if position == 0 else 0.6):
                shape = shape[int(rng.integers(0, len(full) + 1)) :]
                shape = tuple(1 if rng.random() < 0.3 else side for side in shape)
            drawn.append(fill(rng, domain, shape))
        return drawn

    return Inputs(tuple((each, "broadcasts with the others") for each in domains), draw)
