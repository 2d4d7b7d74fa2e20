"""Where a module sits in the model that is being called: `model.encoder.0`.

Every node of a graph notes the path of the module whose call made it; figures frame the modules
by it and errors name it. A path is a string, so that it means something without the model, and
knows the paths below it, so that a call costs one look-up.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from autograd.internals import (
    FunctionPlaces,
    ModulePlaces,
    Place,
    current_mode,
    enter_module,
    leave_module,
)

if TYPE_CHECKING:
    from nn.module import Module

_next_number = count(1).__next__
_Function = TypeVar("_Function", bound=Callable[..., Any])


class ModulePath(ModulePlaces):
    """The dotted path of a module; formatted in a message, it also says what is there.

    A call that comes right after another one of the same module has a path that is equal and not
    the same: that tells one call from the next.
    """

    __slots__ = ("inside", "module", "number", "outer_number")

    module: weakref.ref[Module]
    inside: dict[int, list[ModulePath]]  # of modules called from this one, by their id
    number: int  # of the latest call here
    outer_number: int  # and of the call around that

    @classmethod
    def of(cls, path: str, module: Module, around: tuple[Place, ...] = ()) -> ModulePath:
        """The path of `module`, inside of the places around it."""
        made = cls(path)
        made.module = weakref.ref(module)  # graphs keep paths, and must not keep models
        made.places = (*around, Place(path, made.module))
        made.inside = {}
        made.number = made.outer_number = 0
        return made

    def down_to(self, called: Module) -> ModulePath:
        """The path of a module that is called from the one here; found once, then remembered."""
        paths = self.inside.get(id(called))
        if paths is None or paths[0].module() is not called:
            path = ModulePath.of(self + "." + self._name_of(called), called, self.places)
            self.inside[id(called)] = [path]
        elif paths[0].outer_number == self.number:
            path = next_of(paths)
        else:  # nothing of the call around can be mistaken for what was in the one before
            path = paths[0]
        path.outer_number = self.number
        path.number = _next_number()
        return path

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


def next_of(paths: list[ModulePath]) -> ModulePath:
    """The path for a call right after another: of one or two in turn, the one used before."""
    latest = paths[0]
    if len(paths) == 1:
        module = latest.module()
        assert module is not None  # it is being called
        paths.append(ModulePath.of(str(latest), module, latest.places[:-1]))
    paths.reverse()
    return paths[0]


def root_path(paths: list[ModulePath]) -> ModulePath:
    """The path for one call more from outside of all modules."""
    path = next_of(paths)
    path.number = _next_number()
    return path


def path_inside(outer: str, called: Module) -> ModulePath:
    """The path of a module that is called where the path is `outer`, whoever gave it that."""
    outer = outer.around if type(outer) is FunctionPlaces else outer
    if type(outer) is ModulePath:
        return outer.down_to(called)
    return ModulePath.of(f"{outer}.{type(called).__name__}", called, (Place(outer),))


def named_call(function: _Function, name: str = "") -> _Function:
    """The function, which figures of models draw by its name and not by its operations.

    Outside of all modules, and inside of another function that is so named, nothing is noted.
    """
    name = name or function.__name__

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        around = current_mode().module
        if around is None or type(around) is FunctionPlaces:
            return function(*args, **kwargs)
        token = enter_module(FunctionPlaces.of(around, name))
        try:
            return function(*args, **kwargs)
        finally:
            leave_module(token)

    return called  # type: ignore[return-value]
