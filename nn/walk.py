"""Finding what a module is made of: by its attributes, and inside lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograd import Tensor
from nn.parameter import Buffer, Parameter

if TYPE_CHECKING:
    from nn.module import Module


def owned(module: Module) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and modules that a module holds itself, with their names."""
    for name, value in module._members():
        yield from _inside(name, value, module)


def _inside(name: str, value: Any, owner: Module) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and modules that an attribute is or holds."""
    from nn.module import Module  # which imports this file

    if isinstance(value, (Module, Parameter, Buffer)):
        yield name, value
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            yield from _inside(f"{name}.{position}", each, owner)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _inside(f"{name}.{key}", each, owner)
    elif isinstance(value, set | frozenset) and any(
        isinstance(each, Module | Parameter) for each in value
    ):
        raise TypeError(
            f"{type(owner).__name__}.{name} is a set of modules or parameters, which have no "
            "order there that is the same in every run; use a list"
        )


def tree(
    module: Module, prefix: str = "", above: tuple[Module, ...] = ()
) -> Iterator[tuple[str, Module]]:
    """All places at which modules are, a shared one under each of its names."""
    yield prefix, module
    above = (*above, module)
    for name, value in owned(module):
        if not isinstance(value, Tensor) and all(value is not each for each in above):
            yield from tree(value, joined(prefix, name), above)


def named_tensors(
    module: Module, kind: type[Any], prefix: str = "", recurse: bool = True, once: bool = True
) -> Iterator[tuple[str, Any]]:
    """Parameters or buffers with their dotted names; with `once` a shared one only once."""
    seen: set[int] = set()
    for place, each in tree(module, prefix) if recurse else ((prefix, module),):
        for name, value in owned(each):
            if isinstance(value, kind) and not (once and id(value) in seen):
                seen.add(id(value))
                yield joined(place, name), value


def kept_tensors(module: Module) -> dict[str, Tensor]:
    """The parameters and persistent buffers themselves, as `state_dict` names them."""
    return {
        name: tensor
        for name, tensor in named_tensors(module, Tensor, once=False)
        if isinstance(tensor, Parameter) or tensor.persistent
    }


def joined(prefix: str, name: str) -> str:
    """A dotted name."""
    return f"{prefix}.{name}" if prefix else name
