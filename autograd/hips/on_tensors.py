"""What NumPy's functions do with Tensors, where that is not what the operation of ours does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph.tensor import Tensor, value
from autograd.hips.wrapping import holds_tensor, stacked
from autograd.linalg import eigh, eigvalsh
from autograd.ops.elementwise import real
from autograd.ops.shapes import broadcast_to, concatenate, copy
from autograd.ops.shapes import reshape as _reshape

# Handed through: they make arrays of anything, also of functions.
ON_ANYTHING = ("array", "asarray", "asanyarray", "ascontiguousarray", "where")


def array(A: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.array`, which makes one Tensor of nested lists of Tensors."""
    if not holds_tensor(A):
        return np.array(A, *args, **kwargs)
    return _converted(copy(stacked(A)), *args, **kwargs)


def asarray(a: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.asarray`, which leaves a Tensor as it is."""
    return (
        _converted(stacked(a), *args, **kwargs)
        if holds_tensor(a)
        else np.asarray(a, *args, **kwargs)
    )


def _converted(tensor: Tensor, dtype: Any = None, *, ndmin: int = 0, **options: Any) -> Any:
    """A Tensor of the dtype and number of axes that were asked for."""
    if dtype is not None and tensor.dtype != dtype:
        tensor = tensor.astype(dtype)
    if tensor.ndim < ndmin:
        tensor = _reshape(tensor, (1,) * (ndmin - tensor.ndim) + tensor.shape)
    return tensor


def where(condition: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.where`, which gives Python numbers and lists where nothing it was given is an array."""
    given = (condition, *args, *kwargs.values())
    options = dict(zip(("x", "y"), args, strict=False)) | kwargs
    if holds_tensor(given):
        return np.where(stacked(condition), *map(stacked, options.values()))
    if options and not {"x", "y"} <= options.keys():
        raise ValueError("where: give both x and y, or neither")
    result = np.where(condition, *(options[name] for name in ("x", "y") if options))
    if not options or any(map(_holds_array, given)):
        return result
    return result.tolist()


def _holds_array(tree: Any) -> bool:
    if isinstance(tree, (list, tuple)):
        return any(map(_holds_array, tree))
    return isinstance(tree, (np.ndarray, np.generic))


class Joined:
    """`np.r_` and `np.c_` for Tensors: NumPy arranges positions, which are then filled."""

    def __init__(self, numpy: Any) -> None:
        self.numpy = numpy

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if not holds_tensor(parts):
            return self.numpy[key]
        parts = tuple(map(stacked, parts))
        places: list[Any] = []
        elements: list[Any] = []
        for part in parts:
            if isinstance(part, str):
                places.append(part)  # "1", "r": how the others are put together
                continue
            if isinstance(part, slice):
                part = np.r_[part]
            start = sum(each.size for each in elements)
            size = int(np.size(part))
            places.append(np.arange(start, start + size).reshape(np.shape(part)))
            elements.append(_reshape(part, (size,)))
        return concatenate(elements)[self.numpy[tuple(places)]]


def split(name: str) -> Callable[..., Any]:
    """A function that splits, whose parts come as a list."""
    return lambda *args, **kwargs: list(getattr(np, name)(*args, **kwargs))


def real_if_close(a: Any, tol: float = 100) -> Any:
    """`np.real_if_close`: the real part, where all imaginary parts are rounding."""
    close = np.iscomplexobj(value(a)) and not np.iscomplexobj(np.real_if_close(value(a), tol))
    return real(a) if close else a


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Matrices with the last axis as diagonal: what `np.diagonal(axis1=-1, axis2=-2)` undoes.

    >>> make_diagonal(np.array([1.0, 2.0]), axis1=-1, axis2=-2)
    array([[1., 0.],
           [0., 2.]])
    """
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError("make_diagonal: only offset=0, axis1=-1, axis2=-2 are supported")
    return D[..., np.newaxis] * np.eye(np.shape(D)[-1], dtype=value(D).dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """`np.full`, of a Tensor: it is broadcast to the shape."""
    return _converted(copy(broadcast_to(stacked(fill_value), shape)), dtype)


def full_like(a: Any, fill_value: Any, dtype: Any = None, **options: Any) -> Any:
    """`np.full_like`, of a Tensor."""
    if not holds_tensor(fill_value):
        return np.full_like(value(a), fill_value, dtype)
    return full(np.shape(a), fill_value, value(a).dtype if dtype is None else dtype)


INSTEAD: dict[str, Callable[..., Any]] = {
    "full": full,
    "full_like": full_like,
    **{name: split(name) for name in ("split", "array_split", "hsplit", "vsplit", "dsplit")},
    "real_if_close": real_if_close,
}
# NumPy reads the lower triangle where none is named; ours takes the Hermitian part.
LINALG: dict[str, Callable[..., Any]] = {
    "eigh": lambda a, UPLO="L": eigh(a, UPLO),
    "eigvalsh": lambda a, UPLO="L": eigvalsh(a, UPLO),
}


def integer(kind: Any) -> Any:
    """An integer type of NumPy, which takes the value of a Tensor."""

    class Integer(kind):  # type: ignore[misc]  # known at run time
        def __new__(cls, *args: Any) -> Any:
            return kind(*map(value, args))

    Integer.__name__ = kind.__name__
    return Integer


# Names that are not NumPy's function with a look at its arguments.
OF_ITS_OWN: dict[str, Any] = {
    "array": array, "asarray": asarray, "asanyarray": asarray, "ascontiguousarray": asarray,
    "where": where, "make_diagonal": make_diagonal, "r_": Joined(np.r_), "c_": Joined(np.c_),
    **{name: integer(getattr(np, name)) for name in ("int8", "int16", "int32", "int64")},
}  # fmt: skip
