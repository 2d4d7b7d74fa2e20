"""Names given as strings, as Keras takes them: "adam", "mse", "relu"."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

__all__: list[str] = []


def named(kind: str, given: Any, known: Mapping[str, Any]) -> Any:
    """What a name stands for; anything that can be called stands for itself.

    Raises:
        ValueError: for an unknown name, with the nearest one.
        TypeError: for what is neither.
    """
    if isinstance(given, str):
        if given in known:
            return known[given]
        near = difflib.get_close_matches(given, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"{kind} {given!r} is none of {', '.join(map(repr, known))}{hint}")
    if callable(given):
        return given
    raise TypeError(
        f"{kind} must be a name such as {next(iter(known))!r} or a function, got "
        f"{type(given).__name__}"
    )


def lacking(module: str, name: str, known: Sequence[str]) -> AttributeError:
    """The error for what Keras has and this face has not: it names what there is."""
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    more = " (any layer of nn can be added to a model)" if module.endswith("layers") else ""
    return AttributeError(
        f"{module} has no {name!r}{hint} It has {', '.join(known)}{more}"
        if hint
        else f"{module} has no {name!r}; it has {', '.join(known)}{more}"
    )
