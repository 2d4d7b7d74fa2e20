"""Modules that hold modules: in a row, in a list, under names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, overload

from nn.module import Module
from nn.parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


def _checked(container: Module, value: Any, kind: type[Any]) -> Any:
    if isinstance(value, kind):
        return value
    name = type(container).__name__
    if isinstance(value, type):
        raise TypeError(f"{name}: got the class {value.__name__}; call it, {value.__name__}(...)")
    raise TypeError(f"{name}: expected {kind.__name__}s, got {type(value).__name__}")


def _attributes(container: Module, own: str) -> Iterator[tuple[str, Any]]:
    return (pair for pair in Module._members(container) if pair[0] != own)


class _Listed(Module):
    """Members by position; the names in a state are 0, 1, ..."""

    kind: type[Any] = Module

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._list: list[Any] = []
        self.extend(members)

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Positions and members, then the attributes of a subclass."""
        for position, each in enumerate(self._list):
            yield str(position), each
        yield from _attributes(self, "_list")

    def append(self, member: Any) -> _Listed:
        """Add one at the end, and return the container."""
        self._list.append(_checked(self, member, self.kind))
        return self

    def extend(self, members: Iterable[Any]) -> _Listed:
        """Add several at the end, and return the container."""
        self._list.extend([_checked(self, each, self.kind) for each in members])
        return self

    def insert(self, index: int, member: Any) -> None:
        """Add one before the one at `index`."""
        self._list.insert(index, _checked(self, member, self.kind))

    def pop(self, index: int = -1) -> Any:
        """Take one out, and return it."""
        return self._list.pop(index)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> _Listed: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            part = type(self)()
            part._list = self._list[index]
            return part
        return self._list[index]

    def __setitem__(self, index: int, member: Any) -> None:
        self._list[index] = _checked(self, member, self.kind)

    def __delitem__(self, index: int | slice) -> None:
        del self._list[index]

    def __len__(self) -> int:
        return len(self._list)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._list)


class ModuleList(_Listed):
    """A list of modules. A plain list works as well; this one has a name in figures and `repr`.

    Args:
        modules: the first members.

    >>> from nn import Linear
    >>> layers = ModuleList(Linear(4, 4) for _ in range(3))
    >>> len(layers), layers[-1]
    (3, Linear(4 -> 4))
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__(modules or ())


class ParameterList(_Listed):
    """A list of parameters. A plain list works as well.

    Args:
        values: the first members.

    >>> weights = ParameterList([Parameter([1.0]), Parameter([2.0, 3.0])])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    kind = Parameter

    def __init__(self, values: Iterable[Parameter] | None = None) -> None:
        super().__init__(values or ())


class _Named(Module):
    """Members by name."""

    kind: type[Any] = Module

    def __init__(self, members: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._dict: dict[str, Any] = {}
        self.update(members)

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Names and members, then the attributes of a subclass."""
        yield from list(self._dict.items())
        yield from _attributes(self, "_dict")

    def update(self, members: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add or replace several."""
        for name, member in dict(members).items():
            self[name] = member

    def pop(self, name: str) -> Any:
        """Take one out, and return it."""
        return self._dict.pop(name)

    def keys(self) -> Iterable[str]:
        """The names, in the order of adding."""
        return self._dict.keys()

    def values(self) -> Iterable[Any]:
        """The members, in the order of adding."""
        return self._dict.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and members."""
        return self._dict.items()

    def __getitem__(self, name: str) -> Any:
        return self._dict[name]

    def __setitem__(self, name: str, member: Any) -> None:
        if not isinstance(name, str):
            raise TypeError(
                f"{type(self).__name__}: names must be strings, got {type(name).__name__}"
            )
        self._dict[name] = _checked(self, member, self.kind)

    def __delitem__(self, name: str) -> None:
        del self._dict[name]

    def __contains__(self, name: object) -> bool:
        return name in self._dict

    def __len__(self) -> int:
        return len(self._dict)

    def __iter__(self) -> Iterator[str]:
        return iter(self._dict)


class ModuleDict(_Named):
    """Modules by name. A plain dict works as well; this one has a name in figures and `repr`.

    Args:
        modules: the first members, a mapping or pairs.

    >>> from nn import Linear
    >>> heads = ModuleDict({"digit": Linear(8, 10), "parity": Linear(8, 2)})
    >>> heads["parity"]
    Linear(8 -> 2)
    """

    def __init__(
        self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None
    ) -> None:
        super().__init__(modules or ())


class ParameterDict(_Named):
    """Parameters by name. A plain dict works as well.

    Args:
        parameters: the first members, a mapping or pairs.

    >>> scales = ParameterDict({"left": Parameter([1.0]), "right": Parameter([2.0])})
    >>> list(scales.state_dict())
    ['left', 'right']
    """

    kind = Parameter

    def __init__(
        self, parameters: Mapping[str, Parameter] | Iterable[tuple[str, Parameter]] | None = None
    ) -> None:
        super().__init__(parameters or ())


class Sequential(Module):
    """Modules in a row: each is called with the result of the one before.

    Args:
        modules: modules, or one mapping of names to modules; without names they are 0, 1, ...

    >>> from nn import Linear, ReLU
    >>> model = Sequential(Linear(2, 16), ReLU(), Linear(16, 2))
    >>> model([[0.5, 1.0]]).shape
    (1, 2)
    >>> model[0]
    Linear(2 -> 16)
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        self._dict: dict[str, Module] = {}
        named: Mapping[str, Any]
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            named = modules[0]
        else:
            named = {str(position): module for position, module in enumerate(modules)}
        for name, module in named.items():
            self._dict[name] = _checked(self, module, Module)

    def forward(self, x: Any) -> Any:
        """Call the modules one after the other."""
        for module in self._dict.values():
            x = module(x)
        return x

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Names and modules, then the attributes of a subclass."""
        yield from list(self._dict.items())
        yield from _attributes(self, "_dict")

    def append(self, module: Module) -> Sequential:
        """Add one at the end, and return the container."""
        name = len(self._dict)
        while str(name) in self._dict:
            name += 1
        self._dict[str(name)] = _checked(self, module, Module)
        return self

    def extend(self, modules: Iterable[Module]) -> Sequential:
        """Add several at the end, and return the container."""
        for module in modules:
            self.append(module)
        return self

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return Sequential(dict(list(self._dict.items())[index]))
        return list(self._dict.values())[index]

    def __setitem__(self, index: int, module: Module) -> None:
        self._dict[list(self._dict)[index]] = _checked(self, module, Module)

    def __delitem__(self, index: int) -> None:
        del self._dict[list(self._dict)[index]]

    def __len__(self) -> int:
        return len(self._dict)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._dict.values())
