"""Where a module sits in the model that is being called: `model.encoder.0`.

Every node of a graph notes the path of the module whose call made it; figures frame the modules
by it and errors name it. A path is a string, so that it means something without the model, and
knows the paths below it, so that a call costs one look-up.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from autograd.internals import ModulePlaces, Place

if TYPE_CHECKING:
    from nn.module import Module


class ModulePath(ModulePlaces):
    """The dotted path of a module; formatted in a message, it also says what is there.

    There are two of every path, which calls use in turn: that tells one call from the next.
    """

    __slots__ = ("inside", "module")

    module: weakref.ref[Module]
    inside: dict[int, list[ModulePath]]  # of modules called from this one, by their id

    @classmethod
    def of(cls, path: str, module: Module, around: tuple[Place, ...] = ()) -> list[ModulePath]:
        """Both paths of `module`, inside of the places around it; the next call has the first."""
        return [cls._made(path, module, around), cls._made(path, module, around)]

    @classmethod
    def _made(cls, path: str, module: Module, around: tuple[Place, ...]) -> ModulePath:
        made = cls(path)
        made.module = weakref.ref(module)  # graphs keep paths, and must not keep models
        made.places = (*around, Place(path, made.module))
        made.inside = {}
        return made

    def down_to(self, called: Module) -> ModulePath:
        """The path of a module that is called from the one here; found once, then remembered."""
        known = self.inside.get(id(called))
        if known is None or known[0].module() is not called:
            known = ModulePath.of(self + "." + self._name_of(called), called, self.places)
            self.inside[id(called)] = known
        known.reverse()
        return known[0]

    def _name_of(self, called: Module) -> str:
        here = self.module()
        if here is not None:
            for name, module in here.named_modules():
                if module is called and name:
                    return name
        return type(called).__name__  # made during the call, or of another model

    def __format__(self, specification: str) -> str:
        module = self.module()
        plain = str.__str__(self)
        return plain if module is None else f"{plain} ({module.describe()})"


def path_inside(outer: str, called: Module) -> ModulePath:
    """The path of a module that is called where the path is `outer`, whoever gave it that."""
    if type(outer) is ModulePath:
        return outer.down_to(called)
    return ModulePath.of(f"{outer}.{type(called).__name__}", called, (Place(outer),))[0]
