"""What the parameters of an operation's function say, and how a call is bound to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

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
        required: the parameters that may not.
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
        self._defaults = body.__defaults__, body.__kwdefaults__

    def bind(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Sequence[Any], dict[str, Any]]:
        """Sort the arguments of a call into operands (one per slot) and keywords."""
        if self.aliases:
            known = self.aliases.keys() & kwargs.keys()
            twice = [self.aliases[each] for each in known if self.aliases[each] in kwargs]
            if twice:
                raise TypeError(f"{self.name}() got multiple values for argument {twice[0]!r}")
            kwargs = {self.aliases.get(each, each): value for each, value in kwargs.items()}
        try:
            operands, keywords = self._sort(*args, **kwargs)
        except TypeError as error:
            words = f"{error}; it has {', '.join(self.parameters)}"
            if "unexpected keyword" in words:
                advice = "; array functions name it 'axis'" if "'dim'" in words else ""
                words = words.replace("got an unexpected keyword argument", "has no parameter")
                words += f"{advice} (see: keyword)"
            raise TypeError(words) from None
        return list(operands) if self.listed else operands, keywords

    @cached_property
    def _sort(self) -> Callable[..., tuple[Any, dict[str, Any]]]:
        """A function of these parameters: Python itself sorts arguments fastest."""
        leading, others = self.parameters[: self.positional], self.parameters[self.positional :]
        star = [f"*{self.arguments[0]}"] if self.starred else ["*"] * bool(others)
        operands = self.arguments[0] if self.listed else f"({', '.join(self.arguments)},)"
        keywords = ", ".join(f"{name!r}: {name}" for name in self.keywords)
        source = f"lambda {', '.join([*leading, *star, *others])}: ({operands}, {{{keywords}}})"
        sort = eval(compile(source, f"<arguments of {self.name}>", "eval"), {})
        sort.__defaults__, sort.__kwdefaults__ = self._defaults
        sort.__qualname__ = self.name
        return cast("Callable[..., Any]", sort)

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
