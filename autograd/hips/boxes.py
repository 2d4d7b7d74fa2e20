"""Values of classes of one's own inside a function that is differentiated.

The engine knows arrays only. For a value of another class it is given a number, the token, which
takes part in the graph in its place; cotangents of the class travel in a number that carries them.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd.graph.tensor import Tensor, value
from autograd.hips.spaces import vspace

__all__ = ["Box", "Carrier"]


class Box:
    """What stands for a value of a class inside a function; one for a class derives from it.

    It is registered for the class by `MyBox.register(MyClass)`, and given methods that are
    primitives or read `self._value`. The space of such values is a `VSpace` registered for it.
    Numbers and arrays need none: they are Tensors.
    """

    type_mappings: ClassVar[dict[type, type[Box]]] = {}
    _value: Any
    _token: Tensor

    @classmethod
    def register(cls, value_type: type) -> None:
        """Make this the box of values of a class."""
        Box.type_mappings[value_type] = cls

    def __bool__(self) -> bool:
        return bool(self._value)


class Carrier(np.float64):
    """A number that carries a cotangent of another class, and is added up as that is."""

    carried: Any

    def __new__(cls, carried: Any) -> Carrier:
        """A zero that carries a value."""
        made = super().__new__(cls, 0.0)
        made.carried = carried
        return made

    def __add__(self, other: Any) -> Any:
        return Carrier(self.carried + other.carried) if isinstance(other, Carrier) else self

    __radd__ = __add__


def is_boxed(value: Any) -> bool:
    """Whether values of this class need a box."""
    return type(value) in Box.type_mappings


def boxed(value: Any, token: Tensor) -> Box:
    """A value in the box of its class, with its token in the graph."""
    kind = Box.type_mappings[type(value)]
    box = kind.__new__(kind)
    box._value, box._token = value, token
    return box


def in_the_graph(leaf: Any) -> Tensor | None:
    """The Tensor that takes part in the graph for a leaf: itself, or the token in a box."""
    if isinstance(leaf, Tensor):
        return leaf
    return leaf._token if isinstance(leaf, Box) else None


def standing_for(leaf: Any) -> Any:
    """What the engine is given for a leaf: a number for a value of another class."""
    if isinstance(leaf, Box):
        return leaf._token
    return np.float64(0.0) if is_boxed(leaf) else leaf


def put_in(leaf: Any, tensor: Tensor) -> Any:
    """What a function is given for a leaf, whose Tensor in the graph is this one."""
    inner = leaf._value if isinstance(leaf, Box) else leaf
    return boxed(inner, tensor) if is_boxed(inner) else tensor


def sent(leaf: Any, cotangent: Any) -> Any:
    """A cotangent of a leaf as the engine takes it."""
    inner = leaf._value if isinstance(leaf, Box) else leaf
    return Carrier(cotangent) if is_boxed(inner) else cotangent


def received(leaf: Any, gradient: Any) -> Any:
    """A cotangent or gradient of a leaf as the engine gives it, in the class of the leaf."""
    inner = leaf._value if isinstance(leaf, Box) else leaf
    if not is_boxed(inner):
        return gradient
    if isinstance(gradient, Tensor) and gradient.requires_grad:
        raise NotImplementedError(
            f"second derivatives of values of {type(inner).__name__} are not supported"
        )
    raw = value(gradient)
    return raw.carried if isinstance(raw, Carrier) else vspace(inner).zeros()
