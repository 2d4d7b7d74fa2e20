"""What a user declares of a function, so that no property need be switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.testing.directions import Direction
from autograd.testing.subjects import Array


@dataclass(frozen=True)
class Limits:
    """What is known of a function.

    Attributes:
        kinks: numbers at which it has no derivative: there any gradient is right.
        low: the function is not asked for numbers at this one or below it.
        high: likewise at this one or above it.
        order: up to which derivatives are compared.
        convention: what the derivative is at some numbers, for elementwise functions.
        nondeterministic: whether values and gradients are the same up to rounding only.
    """

    kinks: Sequence[float] = ()
    low: float = -np.inf
    high: float = np.inf
    order: int = 2
    convention: Mapping[float, float] = field(default_factory=dict)
    nondeterministic: bool = False

    def check(self, arrays: Sequence[Array]) -> None:
        """Raise ValueError where a step has left the domain: the function is not defined there."""
        if self.low == -np.inf and self.high == np.inf:
            return
        for x in arrays:
            if x.dtype.kind == "f" and (np.any(x <= self.low) or np.any(x >= self.high)):
                raise ValueError("outside of the domain")

    def without_slope(self, inputs: Sequence[Array], direction: Direction) -> bool:
        """Whether something that moves along a direction is where there is no derivative."""
        points = [*self.kinks, *self.convention]
        if not points:
            return False
        moved = [
            inputs[i][direction.element]
            if direction.element is not None
            else inputs[i][vector != 0]
            for i, vector in direction.parts
        ]
        return any(bool(np.isin(x, points).any()) for x in moved)


def limits_of(options: Mapping[str, Any]) -> Limits:
    """The limits among the options of a check.

    Raises:
        ValueError: for an order below 1.
    """
    order = 2 if options.get("order") is None else options["order"]
    if order < 1:
        raise ValueError(f"order is 1 or more, got {order}")
    domain = options.get("domain")
    low, high = (-np.inf, np.inf) if domain is None else domain
    return Limits(
        kinks=tuple(options.get("kinks") or ()),
        low=low,
        high=high,
        order=order,
        convention=dict(options.get("convention") or {}),
        nondeterministic=bool(options.get("nondeterministic")),
    )
