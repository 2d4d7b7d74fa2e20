"""What Python's own modules ask of a number: `round(t)`, `math.trunc(t)`, `statistics.mean(t)`."""

from __future__ import annotations

from typing import Any

from autograd.graph.node import describe
from autograd.graph.tensor import Tensor

__all__: list[str] = []


def rounded(self: Tensor, ndigits: int | None = None) -> Any:
    """`round(t, 2)`: the only element, rounded, as a Python number.

    Raises:
        ValueError: if there is not exactly one element.
    """
    if self.size != 1:
        raise ValueError(
            f"round: needs exactly one element, got {describe(self)}; write "
            f"autograd.round(t, {ndigits or 0}) for all"
        )
    return round(self._as_number("round"), ndigits)


def truncated(self: Tensor) -> Any:
    """`math.trunc(t)`: the only element as a whole number, towards 0."""
    return int(self._as_number("trunc"))


def ratio(self: Tensor) -> Any:
    """What `statistics` and `fractions` ask: it would leave the graph silently.

    Raises:
        TypeError: always, with what does it here.
    """
    raise TypeError(
        "statistics and fractions compute with exact numbers, which no Tensor is; write t.mean(), "
        "t.var(ddof=1), t.std(ddof=1), or give them numbers: t.tolist()"
    )


# pandas leaves `series * t` to what stands above its own kinds: a Tensor comes of it.
Tensor.__pandas_priority__ = 10_000  # type: ignore[attr-defined]

for _name, _method in {
    "__round__": rounded,
    "__trunc__": truncated,
    "as_integer_ratio": ratio,
}.items():
    setattr(Tensor, _name, _method)
