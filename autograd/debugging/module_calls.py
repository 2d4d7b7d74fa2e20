"""Places in a model: which call of which module an operation ran in.

Whatever a node notes as its module is a string; one that is a `ModulePlaces` also has, from the
outermost module to the innermost, what was called. Two calls of one module one after the other
have different places, so that whoever reads a graph can tell them apart.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.graph.tensor import Tensor


class Place:
    """One call of a module, as nodes know it: its path, and the module as long as it lives.

    Or that of a function of several operations in it, with its name.
    """

    __slots__ = ("function", "module", "path")

    def __init__(
        self, path: str, module: weakref.ref[Any] | None = None, function: str = ""
    ) -> None:
        self.path = path
        self.module = module
        self.function = function

    def is_same_call(self, other: Place) -> bool:
        """Whether both are one call; of a path without a module nobody knows better."""
        return self is other or (
            self.module is None and other.module is None and self.path == other.path
            and not self.function
        )  # fmt: skip


class ModulePlaces(str):
    """A dotted path with the places that it leads through, outermost first."""

    __slots__ = ("places",)

    places: tuple[Place, ...]


class FunctionPlaces(ModulePlaces):
    """The path of the module in which a function of several operations was called."""

    __slots__ = ("around",)

    around: str  # the path that the module has itself

    @classmethod
    def of(cls, around: str, name: str) -> FunctionPlaces:
        """The places of one call of the function `name`, inside of the module at `around`."""
        made = cls(str.__str__(around))
        made.around = around
        made.places = (*_places(around), Place(f"{made}.{name}", function=name))
        return made

    def __format__(self, specification: str) -> str:
        return format(self.around, specification)


@dataclass(frozen=True, slots=True)
class ParameterSize:
    """What one parameter takes.

    Args:
        name: What its module calls it.
        count: Number of its elements.
        bytes: Their memory.
        trainable: Whether it requires gradients.
        key: The same for one parameter under several names.
    """

    name: str
    count: int
    bytes: int
    trainable: bool
    key: int


def sizes_of(named: Iterable[tuple[str, Tensor]]) -> tuple[ParameterSize, ...]:
    """What parameters take, in their order."""
    return tuple(
        ParameterSize(name, each.size, each._value.nbytes, each.requires_grad, id(each))
        for name, each in named
    )


def total(sizes: Iterable[ParameterSize]) -> tuple[int, int, int]:
    """Elements, bytes and trainable elements of parameters together; shared ones count once."""
    once = {size.key: size for size in sizes}.values()
    return (
        sum(size.count for size in once),
        sum(size.bytes for size in once),
        sum(size.count for size in once if size.trainable),
    )


@dataclass(frozen=True, eq=False, slots=True)
class ModuleCall:
    """One call of a module, or of a function in it: where it is, what it is, its parameters.

    Args:
        path: The dotted path.
        described: The module in one line, such as `Linear(3 -> 2)`; empty where that is not known.
        outer: The call from which it was called.
        sizes: Its parameters, with those of the modules in it; None where the module is not known
            any more.
        module: A number for the module, the same for all of its calls.
        function: The name of the function; empty where it is a module.
    """

    path: str
    described: str
    outer: ModuleCall | None
    sizes: tuple[ParameterSize, ...] | None
    module: int
    function: str = ""

    @property
    def of_module(self) -> ModuleCall | None:
        """The call of the module that this is, or in which the function was called."""
        return self.outer if self.function else self

    @property
    def chain(self) -> tuple[ModuleCall, ...]:
        """The calls that it is in, outermost first, and itself."""
        return (*(self.outer.chain if self.outer else ()), self)


def module_calls(paths: Sequence[str | None]) -> list[ModuleCall | None]:
    """In which call of a module each of several operations ran.

    Args:
        paths: What the nodes of the operations note as their module, in the order of running.

    Returns:
        The innermost call of each; calls are one object for all that ran in them.
    """
    opened: list[tuple[Place, ModuleCall]] = []
    found: list[ModuleCall | None] = []
    last: str | None = None
    for path in paths:
        if path is not last or path is None:
            places = () if path is None else tuple(_places(path))
            shared = 0
            while shared < min(len(places), len(opened)) and places[shared].is_same_call(
                opened[shared][0]
            ):
                shared += 1
            del opened[shared:]
            for place in places[shared:]:
                opened.append((place, _call(place, opened[-1][1] if opened else None)))
            last = path
        found.append(opened[-1][1] if opened else None)
    return found


def _places(path: str) -> Iterator[Place]:
    if isinstance(path, ModulePlaces):
        yield from path.places
        return
    parts = path.split(".")
    for count in range(1, len(parts) + 1):
        yield Place(".".join(parts[:count]))


def _call(place: Place, outer: ModuleCall | None) -> ModuleCall:
    module = None if place.module is None else place.module()
    if module is None:
        return ModuleCall(place.path, "", outer, None, hash(place.path), place.function)
    sizes = sizes_of(module.named_parameters())
    return ModuleCall(place.path, module.describe(), outer, sizes, id(module))


def memory(size: int) -> str:
    """Bytes in a unit of 1,024s that gives at most four digits.

    >>> memory(512), memory(37_632), memory(46_758_048)
    ('512 B', '36.8 KiB', '44.6 MiB')
    """
    if size < 1024:
        return f"{size} B"
    amount, units = size / 1024, iter(("KiB", "MiB", "GiB", "TiB"))
    unit = next(units)
    while amount >= 1000 and unit != "TiB":
        amount, unit = amount / 1024, next(units)
    return f"{amount:.1f} {unit}" if amount < 100 else f"{amount:.0f} {unit}"
