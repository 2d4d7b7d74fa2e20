"""Pillow and Matplotlib take plain Tensors: `PIL.Image.fromarray(t)`, `axes.plot_surface(x, y, t)`.

They ask for what arrays have: NumPy's older interface, the bytes, the steps between elements.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor

__all__: list[str] = []


def array_interface(self: Tensor) -> dict[str, Any]:
    """Shape, dtype and steps, for Pillow alone: NumPy would ask it before `__array__`.

    Raises:
        AttributeError: for all others.
        TypeError: if the Tensor requires gradients.
    """
    if not sys._getframe(1).f_globals.get("__name__", "").startswith("PIL."):
        raise AttributeError("Tensor has no '__array_interface__'; use np.asarray(t)")
    array = np.asarray(self.numpy())
    # With steps Pillow takes the bytes, without them memory that only arrays can lend.
    return {**array.__array_interface__, "strides": array.strides}


def tobytes(self: Tensor) -> bytes:
    """The elements as bytes, in row-major order.

    Raises:
        TypeError: if the Tensor requires gradients.
    """
    return bytes(self.numpy().tobytes())


def strides(self: Tensor) -> tuple[int, ...]:
    """How many bytes lie between neighbours along each axis."""
    return tuple(np.asarray(self._value).strides)


for _name, _method in {
    "strides": property(strides),
    "__array_interface__": property(array_interface),
    "tobytes": tobytes,
}.items():
    setattr(Tensor, _name, _method)
