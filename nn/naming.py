"""What may be assigned to which attribute of a module."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from autograd import Tensor
from autograd.internals import warn_of_trap
from nn.parameter import Parameter
from nn.walk import Owner

__all__: list[str] = []


def check_name(module: Owner, base: type[Owner], name: str, value: Any) -> None:
    """Refuse a value that would take the place of a method of all modules, such as `parameters`.

    Another function may take it, as tools that wrap `forward` do; a module may be `forward`. A
    module has no `requires_grad` that could be set either: nothing would read it.

    Raises:
        AttributeError: for anything else.
    """
    if name == "requires_grad":
        raise AttributeError(
            f"{type(module).__name__}.requires_grad would change no parameter; call "
            f".requires_grad_({value!r}), which changes them all"
        )
    method = getattr(base, name, None)
    if name.startswith("_") or not callable(method):
        return
    works = isinstance(value, Owner) and name == "forward"
    if not callable(value) or (isinstance(value, type | Owner) and not works):
        raise AttributeError(
            f"{type(module).__name__}.{name} is a method of every module, and "
            f"{_words(value)} in its place would break it; call the attribute something else, "
            f"such as {name}_ or my_{name}"
        )


def _words(value: Any) -> str:
    kind = value if isinstance(value, type) else type(value)
    return f"a {kind.__name__}" if kind is value else f"a value of type {kind.__name__}"


def check_trained(module: Owner, name: str, value: Any) -> None:
    """Warn of Tensors that require gradients, in a module's `__init__`: no optimizer gets them."""
    held = value if isinstance(value, list | tuple) else (value,)
    if any(_is_plain_leaf(each) for each in held) and _is_being_made(module):
        warn_of_trap(
            f"{type(module).__name__}.{name} requires gradients and is no parameter, so "
            "parameters() does not give it to an optimizer and state_dict() does not keep it; "
            "make it nn.Parameter(...), or requires_grad=False if it is not to be trained "
            "(see: plain-tensor)"
        )


def _is_plain_leaf(value: Any) -> bool:
    return (
        isinstance(value, Tensor)
        and not isinstance(value, Parameter)
        and value.requires_grad
        and value.is_leaf
    )


def _is_being_made(module: Owner) -> bool:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        first = code.co_varnames[0] if code.co_name == "__init__" and code.co_argcount else ""
        if frame.f_locals.get(first) is module:
            return True
        frame = frame.f_back
    return False
