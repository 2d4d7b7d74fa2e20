"""What can be said of an operation, beside its function and its rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

KINDS = ("elementwise", "linear", "multilinear", "constant", "general")


@dataclass(eq=False, repr=False)
class Options:
    """The options of the decorator `op`, which documents them, and of the record it makes."""

    kind: str
    _: KW_ONLY
    symbol: str | None = None
    numpy: Any = None
    methods: Sequence[str] = ()
    reflected: str | None = None
    inplace: str | None = None
    arrays: Sequence[str] | None = None
    sequence: str | None = None
    aliases: Mapping[str, str] | None = None
    view: bool = False
    real_only: bool = False
    domain: str | Mapping[str, str] = "real"
    composed: Callable[..., Any] | None = None
    residuals: Sequence[str] = ()
    samples: Iterable[Any] = ()
    errors: Iterable[Any] = ()
    hint: Callable[..., str | None] | None = None
    caution: Callable[..., None] | None = None
    pytorch: str | None = ""
    helper: bool = False
    accumulates: bool = False
    vmap: int | str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str):
            name = getattr(self.kind, "__name__", repr(self.kind))  # type: ignore[unreachable]  # what is passed by mistake
            raise TypeError(
                f'op: write @op("elementwise") above {name}: the kind comes first, one of '
                f"{', '.join(KINDS)}"
            )
        if self.kind not in KINDS:
            raise ValueError(f"op: kind {self.kind!r} is not one of {', '.join(KINDS)}")
