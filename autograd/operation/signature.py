"""What the parameters of an operation's function say, and how a call is bound to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.operation.options import Options


def positional_names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the positional parameters, read off the code object: `inspect` is slow."""
    names: tuple[str, ...] = function.__code__.co_varnames[: function.__code__.co_argcount]
    return names


class Signature(Options):
    """The parameters of a function: arrays first, keywords after them.

    Attributes:
        arguments: names of the array arguments, in slot order; one name for a list.
        listed: whether the arrays come as a list, with one slot for each.
        starred: whether that list is written `*arrays`.
        arity: how many slots, 1 or 2; 0 where it varies or is larger (such nodes are wide).
        keywords: the other parameters with their defaults.
        optional: the array arguments that may be left out.
        required: the parameters that may not; `needed` those of them that are keywords.
    """

    def __init__(self, body: Callable[..., Any], kind: str, **options: Any) -> None:
        super().__init__(kind, **options)
        code = body.__code__
        self.name = body.__name__
        self.body = body
        self.parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.positional = code.co_argcount
        given = body.__defaults__ or ()
        defaults = dict(zip(reversed(positional_names(body)), reversed(given), strict=False))
        defaults.update(body.__kwdefaults__ or {})
        self.starred = bool(code.co_flags & 0x04)
        self.listed = self.starred or self.sequence is not None
        if self.listed:
            listed = self.sequence or code.co_varnames[len(self.parameters)]
            self.arguments: tuple[str, ...] = (listed,)
        elif self.arrays is not None:
            self.arguments = tuple(self.arrays)
        else:
            self.arguments = tuple(name for name in self.parameters if name not in defaults)
        if not self.starred and self.arguments != self.parameters[: len(self.arguments)]:
            raise ValueError(
                f"op: {self.name} must take its arrays first: {self.arguments} of {self.parameters}"
            )
        self.arity = 0 if self.listed or len(self.arguments) > 2 else len(self.arguments)
        self.optional = frozenset(name for name in self.arguments if name in defaults)
        self.keywords = {n: defaults.get(n) for n in self.parameters if n not in self.arguments}
        self.required = frozenset(self.parameters) - frozenset(defaults)
        self.needed = self.required & self.keywords.keys()
        # Calls with at least so many arguments, all positional, are bound without a search.
        least = sum(name in self.required for name in self.parameters[: self.positional])
        self.least_positional = (
            self.positional + 1 if self.listed else max(len(self.arguments), least)
        )

    def bind(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Sequence[Any], dict[str, Any]]:
        """Sort the arguments of a call into operands (one per slot) and keywords."""
        count = len(self.arguments)
        if not kwargs and self.least_positional <= len(args) <= self.positional:
            if len(args) == count:
                return args, self.keywords
            given = zip(self.parameters[count:], args[count:])  # noqa: B905 - naming it takes 0.5 µs
            return args[:count], {**self.keywords, **dict(given)}
        names = kwargs.keys()
        if len(args) == count and self.needed <= names <= self.keywords.keys() and not self.listed:
            return args, {**self.keywords, **kwargs}
        bound = self._named(args, kwargs)
        if self.starred:
            operands: Sequence[Any] = args[self.positional :]
        elif self.listed:
            operands = list(bound.pop(self.arguments[0]))
        else:
            operands = [bound.pop(name, None) for name in self.arguments]
        return operands, {**self.keywords, **bound} if bound else self.keywords

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by name, without those behind a star."""
        if self.starred and len(args) < self.positional:
            raise TypeError(
                f"{self.name}() takes {self.positional} leading arguments, got {len(args)}"
            )
        if not self.starred and len(args) > self.positional:
            raise TypeError(
                f"{self.name}() takes at most {self.positional} positional arguments "
                f"({', '.join(self.parameters[: self.positional])}), got {len(args)}"
            )
        bound = dict(zip(self.parameters[: self.positional], args, strict=False))
        for given, value in kwargs.items():
            name = (self.aliases or {}).get(given, given)
            if name in bound:
                raise TypeError(f"{self.name}() got several values for {name!r}")
            if name not in self.parameters:
                advice = "; array functions name it 'axis'" if name == "dim" else ""
                raise TypeError(
                    f"{self.name}() has no parameter {name!r}; "
                    f"it has {', '.join(self.parameters)}{advice} (see: keyword)"
                )
            bound[name] = value
        missing = [n for n in self.parameters if n in self.required and n not in bound]
        if missing:
            raise TypeError(f"{self.name}() is missing {', '.join(map(repr, missing))}")
        return bound

    def bound(
        self, body: Callable[..., Any], values: Sequence[Any], keywords: Mapping[str, Any]
    ) -> Any:
        """What a function of these parameters returns for one value per slot and keywords."""
        if not self.listed:
            return body(*values, **keywords)
        if not self.starred:
            return body(list(values), **keywords)
        leading = self.parameters[: self.positional]
        rest = {name: v for name, v in keywords.items() if name not in leading}
        return body(*(keywords[name] for name in leading), *values, **rest)
