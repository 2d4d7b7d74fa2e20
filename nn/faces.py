"""What the packages of `nn` offer: all that their files list in `__all__`, and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import NoReturn

__all__: list[str] = []


class _File(ModuleType):
    """A file that somebody may call in place of a class in it."""

    instead: str

    def __call__(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError(f"{self.__name__} is a module; the class is {self.instead}")


def not_to_be_called(package: str, **files: str) -> None:
    """Let calls of files of a package name the classes that are meant."""
    for file, instead in files.items():
        module = sys.modules[f"{package}.{file}"]
        module.__class__ = _File
        vars(module)["instead"] = f"{package}.{instead}"


def missing(
    package: str, name: str, known: list[str], reasons: Mapping[str, str] = MappingProxyType({})
) -> AttributeError:
    """The error for a name that a package does not have; one in other letters is named.

    Args:
        package: the package.
        name: what it was asked for.
        known: what it has.
        reasons: why it lacks some names that others have, and what to do.
    """
    if name in reasons:
        return AttributeError(f"{package} has no {name}: {reasons[name]}")
    same = [each for each in known if each.lower() == name.lower()]
    hint = f"; did you mean {same[0]}?" if same else ""
    return AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
