"""Finding what a module is made of: by its attributes, and inside lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from autograd import Tensor
from nn.parameter import Buffer, Parameter

__all__: list[str] = []


class Owner:
    """What may hold parameters, buffers and other owners: the base of modules."""

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Names and values of all that may be or hold one of them."""
        raise NotImplementedError


_Owner = TypeVar("_Owner", bound=Owner)


def owned(module: Owner) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and modules that a module holds itself, with their names."""
    for name, value in module._members():
        yield from _inside(name, value, module)


def _inside(name: str, value: Any, owner: Owner) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and modules that an attribute is or holds."""
    if isinstance(value, (Owner, Parameter, Buffer)):
        yield name, value
    elif isinstance(value, list | tuple):
        for position, each in enumerate(value):
            yield from _inside(f"{name}.{position}", each, owner)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _inside(f"{name}.{key}", each, owner)
    elif isinstance(value, set | frozenset) and any(
        isinstance(each, Owner | Parameter) for each in value
    ):
        raise TypeError(
            f"{type(owner).__name__}.{name} is a set of modules or parameters, which have no "
            "order there that is the same in every run; use a list"
        )


def put_inside(owner: Owner, name: str, value: Any) -> None:
    """Set what an attribute holds further in, by the dotted name that `owned` gives it.

    Raises:
        AttributeError: if there is nothing at the name; the owner was left as it is.
        TypeError: if it is in a tuple, or is to become what is no module, parameter or buffer.
    """
    caller = f"{type(owner).__name__}: {name!r}"
    first, _, rest = name.partition(".")
    try:
        place: Any = getattr(owner, first)
    except AttributeError:
        raise AttributeError(
            f"{caller} cannot be set, there is no attribute {first!r}; names with dots are those "
            "of what attributes hold"
        ) from None
    while True:
        if isinstance(place, Owner):
            setattr(place, rest, value)
            return
        key, left = _split(caller, place, rest)
        if not left:
            break
        place, rest = place[key], left
    if isinstance(place, tuple):
        raise TypeError(f"{caller} is in a tuple, which cannot be changed; make it a list")
    if not isinstance(value, Owner | Tensor):
        raise TypeError(f"{caller} must become a module or parameter, got {type(value).__name__}")
    place[key] = value


def _split(caller: str, place: Any, path: str) -> tuple[Any, str]:
    """The key or position in a list, tuple or dict with which a path begins, and the rest of it."""
    keys: Any = ()
    if isinstance(place, dict):
        keys = place
    elif isinstance(place, list | tuple):
        keys = range(len(place))
    for key in keys:
        if path == str(key) or path.startswith(f"{key}."):
            return key, path[len(str(key)) + 1 :]
    raise AttributeError(f"{caller} cannot be set, there is nothing at {path!r}")


def tree(
    module: _Owner, prefix: str = "", above: tuple[_Owner, ...] = ()
) -> Iterator[tuple[str, _Owner]]:
    """All places at which modules are, a shared one under each of its names."""
    yield prefix, module
    above = (*above, module)
    for name, value in owned(module):
        if not isinstance(value, Tensor) and all(value is not each for each in above):
            yield from tree(value, joined(prefix, name), above)


def named_tensors(
    module: Owner, kind: type[Any], prefix: str = "", recurse: bool = True, once: bool = True
) -> Iterator[tuple[str, Any]]:
    """Parameters or buffers with their dotted names; with `once` a shared one only once."""
    seen: set[int] = set()
    for place, each in tree(module, prefix) if recurse else ((prefix, module),):
        for name, value in owned(each):
            if isinstance(value, kind) and not (once and id(value) in seen):
                seen.add(id(value))
                yield joined(place, name), value


def kept_tensors(module: Owner) -> dict[str, Tensor]:
    """The parameters and persistent buffers themselves, as `state_dict` names them."""
    return {
        name: tensor
        for name, tensor in named_tensors(module, Tensor, once=False)
        if isinstance(tensor, Parameter) or tensor.persistent
    }


def joined(prefix: str, name: str) -> str:
    """A dotted name."""
    return f"{prefix}.{name}" if prefix else name
