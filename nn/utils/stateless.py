"""Calling a module with other parameters than its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd import Tensor
from nn.module import Module
from nn.walk import joined, tree

__all__ = ["functional_call"]

Slot = tuple[Any, Any]  # a list or dict, and the place in it


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    strict: bool = False,
) -> Any:
    """Call a module with some parameters and buffers replaced, which leaves it as it was.

    Gradients flow to the replacements: this turns a model into a function of its parameters.

    Args:
        module: the module.
        parameters_and_buffers: Tensors by dotted name, or several such dicts. Where a parameter
            is shared, one name replaces it in all places.
        args: the arguments, or the only one.
        kwargs: the arguments by name.
        strict: whether all parameters and buffers must be given.

    Raises:
        KeyError: for a name that the module does not have, or that is missing if strict.

    >>> from nn import Linear
    >>> layer = Linear(2, 1, bias=False, dtype=float)
    >>> weight = Tensor([[1.0, 10.0]], requires_grad=True)
    >>> functional_call(layer, {"weight": weight}, Tensor([2.0, 3.0])).item()
    32.0
    """
    given = parameters_and_buffers
    new: dict[str, Any] = {}
    for part in [given] if isinstance(given, Mapping) else given:
        new.update(part)
    slots = dict(_slots(module))
    unknown = [name for name in new if name not in slots]
    missing = [name for name in slots if name not in new] if strict else []
    if unknown or missing:
        raise KeyError(
            f"functional_call: {type(module).__name__} has no {', '.join(unknown) or 'more'}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
        )
    old = {name: container[key] for name, (container, key) in slots.items()}
    places: list[tuple[Slot, Any, Any]] = []  # where, what was there, what comes there
    for name, value in new.items():
        for other, slot in slots.items():
            if old[other] is old[name] and (other == name or other not in new):
                places.append((slot, old[other], value))
    if not isinstance(args, tuple):
        args = (args,)
    try:
        for (container, key), _, value in places:
            container[key] = value
        return module(*args, **dict(kwargs or {}))
    finally:
        for (container, key), value, _ in places:
            container[key] = value


def _slots(module: Module) -> Iterator[tuple[str, Slot]]:
    """Every place of a parameter or buffer, by its dotted name."""
    for prefix, each in tree(module):
        attributes, members = vars(each), dict(each._members())
        for name in attributes:
            if name in members:
                yield from _slots_in(joined(prefix, name), attributes, name)
            elif name == "_dict":  # a container's own, which adds nothing to the name
                yield from _slots_in(prefix, attributes, name)


def _slots_in(path: str, container: Any, key: Any) -> Iterator[tuple[str, Slot]]:
    value = container[key]
    if isinstance(value, Tensor):
        yield path, (container, key)
    elif isinstance(value, list):
        for position in range(len(value)):
            yield from _slots_in(joined(path, str(position)), value, position)
    elif isinstance(value, dict):
        for name in value:
            yield from _slots_in(joined(path, str(name)), value, name)
