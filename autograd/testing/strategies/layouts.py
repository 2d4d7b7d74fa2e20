"""The same array in every arrangement of memory."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[Any]


def _contiguous(x: Array) -> Array:
    return x.copy(order="C")


def _fortran(x: Array) -> Array:
    return x.copy(order="F")


def _transposed(x: Array) -> Array:
    """The axes lie in memory in another order, neither C's nor Fortran's from three axes on."""
    order = np.roll(np.arange(x.ndim), 1)
    return x.transpose(order).copy(order="C").transpose(np.argsort(order))


def _strided(x: Array) -> Array:
    """Between two neighbours along each axis lies a number that does not belong to the array."""
    larger = np.full(tuple(2 * side + 1 for side in x.shape), 77, x.dtype)
    between: tuple[Any, ...] = (*(slice(1, None, 2) for _ in x.shape), ...)
    view: Array = larger[between]
    view[...] = x
    return view


def _reversed(x: Array) -> Array:
    """Every axis runs backwards through memory."""
    back: tuple[Any, ...] = (*(slice(None, None, -1) for _ in x.shape), ...)
    return np.asarray(x[back].copy(order="C")[back])


def _broadcast(x: Array) -> Array:
    """Axes along which nothing changes have stride zero, as `broadcast_to` makes them."""
    kept: list[Any] = [
        slice(0, 1) if side > 1 and _constant(x, axis) else slice(None)
        for axis, side in enumerate(x.shape)
    ]
    return np.broadcast_to(x[(*kept, ...)].copy(), x.shape)


def _constant(x: Array, axis: int) -> bool:
    first = np.take(x, [0], axis=axis)
    return bool(np.array_equal(np.broadcast_to(first, x.shape), x))


def _read_only(x: Array) -> Array:
    copy = x.copy()
    copy.flags.writeable = False
    return copy


#: Functions of an array that return an equal one: same values, shape and dtype, other memory.
#: `broadcast` gives a read-only view with zero strides where the array is constant along an axis.
LAYOUTS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "broadcast": _broadcast,
        "contiguous": _contiguous,
        "fortran": _fortran,
        "read-only": _read_only,
        "reversed": _reversed,
        "strided": _strided,
        "transposed": _transposed,
    }
)


def layouts(x: Array) -> st.SearchStrategy[Array]:
    """Draw an array equal to `x` that lies differently in memory; see `LAYOUTS`.

    Args:
        x: which is not changed and shares no memory with the result.

    >>> from hypothesis import find
    >>> find(layouts(np.eye(2)), lambda y: y.strides[0] < 0)
    array([[1., 0.],
           [0., 1.]])
    """
    names = ["contiguous", *sorted(set(LAYOUTS) - {"contiguous"})]
    return st.sampled_from(names).map(lambda name: LAYOUTS[name](x))
