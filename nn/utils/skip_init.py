"""Layers whose first values are given by something else."""

from __future__ import annotations

from typing import Any, TypeVar

import autograd
from nn import init
from nn.module import Module

__all__ = ["skip_init"]

_M = TypeVar("_M", bound=Module)


def skip_init(module_cls: type[_M], *args: Any, **kwargs: Any) -> _M:
    """A module whose parameters are 0, for values that are loaded: no random numbers are used up.

    Args:
        module_cls: the class.
        *args: its arguments.
        **kwargs: its keywords.

    Raises:
        TypeError: for anything but a class of modules.

    >>> from nn import Linear
    >>> skip_init(Linear, 2, 1).weight.data
    array([[0., 0.]], dtype=float32)
    """
    given: Any = module_cls
    if not isinstance(given, type) or not issubclass(given, Module):
        raise TypeError(
            f"skip_init: expected a class of modules, such as nn.Linear, and its arguments, got "
            f"{module_cls!r:.60}"
        )
    bits = autograd.default_generator().bit_generator
    state = bits.state
    try:
        module = module_cls(*args, **kwargs)
    finally:
        bits.state = state
    for parameter in module.parameters():
        init.zeros_(parameter)
    return module
