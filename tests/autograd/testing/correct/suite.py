"""What an entry of the suite of correct functions is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Correct:
    """One correct function, with the arguments that its author declares.

    Attributes:
        name: what it is, in a few words.
        make: makes it, state included.
        inputs: a strategy or a value for each argument.
        options: of `assert_gradients`.
    """

    name: str
    make: Callable[[], Any]
    inputs: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


class Suite:
    """Correct functions in order."""

    def __init__(self) -> None:
        self.functions: list[Correct] = []

    def __iter__(self) -> Iterator[Correct]:
        return iter(self.functions)

    def add(self, name: str, function: Callable[..., Any], *inputs: Any, **options: Any) -> None:
        """Add a function."""
        self.functions.append(Correct(name, lambda: function, inputs, options))

    def made(self, name: str, make: Callable[[], Any], *inputs: Any, **options: Any) -> None:
        """Add what `make` returns: something with state."""
        self.functions.append(Correct(name, make, inputs, options))
