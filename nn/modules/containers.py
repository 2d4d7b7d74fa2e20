"""Modules that hold modules: in a row, in a list, under names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from autograd import Tensor
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]

_L = TypeVar("_L", bound="_Listed")


def _checked(container: Module, value: Any, kind: type[Any]) -> Any:
    if isinstance(value, kind):
        return value
    if kind is Parameter and isinstance(value, Tensor | np.ndarray):
        return Parameter(value)
    name = type(container).__name__
    if isinstance(value, type):
        raise TypeError(f"{name}: got the class {value.__name__}; call it, {value.__name__}(...)")
    several = isinstance(value, list | tuple) and all(isinstance(each, kind) for each in value)
    cure = f"; take it apart, {name}(*layers)" if several and name == "Sequential" else ""
    raise TypeError(f"{name}: expected {kind.__name__}s, got {type(value).__name__}{cure}")


def _several(container: Module, members: Any) -> Iterable[Any]:
    """What is added to a container: several, not one."""
    if isinstance(members, Iterable) and not isinstance(members, str | Mapping | Parameter):
        return members
    raise TypeError(
        f"{type(container).__name__}: expected several to add, got one {type(members).__name__}; "
        "use append(it), or + [it]"
    )


class _Container(Module):
    """Members by name, in order: what was put in as an item, an attribute or by `add_module`.

    They are kept apart from the attributes, so that a member may be called `keys` or `pop`.
    """

    kind: type[Any] = Module
    _dict: dict[str, Any]

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Names and members, then the attributes of a subclass."""
        yield from list(self._held().items())
        yield from (pair for pair in super()._members() if pair[0] != "_dict")

    def _held(self) -> dict[str, Any]:
        held: dict[str, Any] = vars(self).setdefault("_dict", {})
        return held

    def __setattr__(self, name: str, value: Any) -> None:
        if "." not in name and (isinstance(value, self.kind) or name in self._held()):
            self._held()[name] = _checked(self, value, self.kind)
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in self._held():
            del self._held()[name]
        else:
            super().__delattr__(name)

    if not TYPE_CHECKING:  # or checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            members = vars(self).get("_dict", {})  # there is none yet while a copy is made
            return members[name] if name in members else super().__getattr__(name)

    def __len__(self) -> int:
        return len(self._held())


class _Listed(_Container):
    """Members by position; a member without a name of its own is called by its position."""

    def append(self: _L, member: Any) -> _L:
        """Add one at the end, and return the container."""
        number = len(self)
        while str(number) in self._held():
            number += 1
        self._held()[str(number)] = _checked(self, member, self.kind)
        return self

    def extend(self: _L, members: Iterable[Any]) -> _L:
        """Add several at the end, and return the container."""
        for member in [_checked(self, each, self.kind) for each in members]:
            self.append(member)
        return self

    def __iadd__(self: _L, members: Iterable[Any]) -> _L:
        return self.extend(_several(self, members))

    def __add__(self: _L, members: Iterable[Any]) -> _L:
        """A new container: the members here, then the others; the modules themselves are shared."""
        others = _several(self, members)
        joined: _L = self._part(self._held())
        return joined.extend(others)

    def insert(self, index: int, member: Any) -> None:
        """Add one before the one at `index`."""
        members = list(self._held().items())
        members.insert(index, ("0", _checked(self, member, self.kind)))
        self._renumber(members)

    def pop(self, index: int = -1) -> Any:
        """Take one out, and return it."""
        member = self[index]
        del self[index]
        return member

    def _renumber(self, members: Iterable[tuple[str, Any]]) -> None:
        self._dict = {
            str(position) if name.isdecimal() else name: member
            for position, (name, member) in enumerate(members)
        }

    def _part(self, members: dict[str, Any]) -> Any:
        part = type(self)()
        part._renumber(members.items())
        return part

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self: _L, index: slice) -> _L: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self._part(dict(list(self._held().items())[index]))
        return list(self._held().values())[index]

    def __setitem__(self, index: int, member: Any) -> None:
        self._held()[list(self._held())[index]] = _checked(self, member, self.kind)

    def __delitem__(self, index: int | slice) -> None:
        members = list(self._held().items())
        del members[index]
        self._renumber(members)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held().values())


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
        self.extend(modules or ())


class ParameterList(_Listed):
    """A list of parameters. A plain list works as well.

    Args:
        values: the first members; Tensors and arrays become parameters.

    >>> weights = ParameterList([Parameter([1.0]), Parameter([2.0, 3.0])])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    kind = Parameter

    def __init__(self, values: Iterable[Parameter] | None = None) -> None:
        self.extend(values or ())


class _Named(_Container):
    """Members by name."""

    def __init__(self, members: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self.update(members)

    def update(self, members: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add or replace several."""
        for name, member in dict(members).items():
            self[name] = member

    def clear(self) -> None:
        """Take all out."""
        self._held().clear()

    def get(self, name: str, default: Any = None) -> Any:
        """The member of a name, or `default` where there is none."""
        return self._held().get(name, default)

    def pop(self, name: str) -> Any:
        """Take one out, and return it."""
        return self._held().pop(name)

    def keys(self) -> Iterable[str]:
        """The names, in the order of adding."""
        return self._held().keys()

    def values(self) -> Iterable[Any]:
        """The members, in the order of adding."""
        return self._held().values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and members."""
        return self._held().items()

    def __getitem__(self, name: str) -> Any:
        return self._held()[name]

    def __setitem__(self, name: str, member: Any) -> None:
        if not isinstance(name, str):
            raise TypeError(
                f"{type(self).__name__}: names must be strings, got {type(name).__name__}"
            )
        self._held()[name] = _checked(self, member, self.kind)

    def __delitem__(self, name: str) -> None:
        del self._held()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._held()

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())


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
        parameters: the first members, a mapping or pairs; Tensors and arrays become parameters.

    >>> scales = ParameterDict({"left": Parameter([1.0]), "right": Parameter([2.0])})
    >>> list(scales.state_dict())
    ['left', 'right']
    """

    kind = Parameter

    def __init__(
        self, parameters: Mapping[str, Parameter] | Iterable[tuple[str, Parameter]] | None = None
    ) -> None:
        super().__init__(parameters or ())


class Sequential(_Listed):
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
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self._held()[name] = _checked(self, module, Module)
        else:
            self.extend(modules)

    def forward(self, input: Any) -> Any:
        """Call the modules one after the other."""
        for module in self._held().values():
            input = module(input)
        return input

    def __mul__(self, times: int) -> Sequential:
        """The row so many times over; the modules are shared, not copied."""
        if times < 1:
            raise ValueError(f"Sequential: can be repeated 1 time or more, got {times!r}")
        return Sequential(*(module for _ in range(times) for module in self))

    __rmul__ = __mul__

    def _part(self, members: dict[str, Any]) -> Any:
        return Sequential(members)
