"""What PyTorch's words of shapes, dtypes and devices do, where that takes more than a line."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from autograd import ops
from autograd.graph.tensor import Tensor, value
from autograd.processor import checked_device
from autograd.words.machine import TypedTensor, looks_like_a_device


def linalg(name: str) -> Any:
    """A function of `autograd.linalg`, which is loaded when first needed."""
    return getattr(import_module("autograd.linalg"), name)


def sizes(given: Sequence[Any]) -> tuple[int, ...]:
    """The lengths of axes from `f(2, 3)`, `f((2, 3))` or `f([2, 3])`."""
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = given[0]
    return tuple(int(each) for each in given)


def plain(given: Any) -> Any:
    """An argument that is no data: a Tensor of one number as that number."""
    return given.item() if isinstance(given, Tensor) and given.size == 1 else value(given)


# ---------------------------------------------------------------------- shapes


def expand(t: Tensor, *size: Any) -> Any:
    """Broadcast to a shape, in which -1 keeps the length of an axis."""
    shape = list(sizes(size))
    offset = len(shape) - t.ndim
    for axis, length in enumerate(shape):
        if length == -1:
            if axis < offset:
                raise ValueError(f"expand: -1 stands for an axis that {t.shape} does not have")
            shape[axis] = t.shape[axis - offset]
    return ops.broadcast_to(t, tuple(shape))


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Several axes as one: those from `start_dim` to `end_dim`."""
    shape = np.shape(value(input)) or (1,)
    start, end = (each + len(shape) if each < 0 else each for each in (start_dim, end_dim))
    if not 0 <= start <= end < len(shape):
        raise IndexError(f"flatten: axes {start_dim} to {end_dim} of the shape {shape}")
    one = int(np.prod(shape[start : end + 1], dtype=int))
    return ops.reshape(input, (*shape[:start], one, *shape[end + 1 :]))


def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """One axis as several."""
    shape = np.shape(value(input))
    dim = dim + len(shape) if dim < 0 else dim
    return ops.reshape(input, (*shape[:dim], *sizes, *shape[dim + 1 :]))


def view(t: Tensor, *shape: Any) -> Any:
    """`reshape`; a dtype, which reads the memory anew, is refused."""
    if len(shape) == 1 and not isinstance(shape[0], (int, np.integer, tuple, list, Tensor)):
        raise TypeError(f"view: the memory is not read as {shape[0]!r}; use t.astype to convert")
    return ops.reshape(t, sizes(shape))


def permute(input: Any, *axes: Any, dims: Any = None) -> Any:
    """The axes in another order."""
    return ops.transpose(input, sizes(axes or dims))


def sum_to_size(t: Tensor, *size: Any) -> Any:
    """The sum over the axes that broadcasting would repeat."""
    return ops.sum_to(t, sizes(size))


def stride(t: Tensor, dim: int | None = None) -> Any:
    """How many elements lie between neighbours along each axis."""
    steps = tuple(each // t.dtype.itemsize for each in t.data.strides)
    return steps if dim is None else steps[dim]


def transposed(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes swapped."""
    return ops.swapaxes(input, dim0, dim1)


def flip(input: Any, *axes: Any, dims: Any = ()) -> Any:
    """The other way round along axes."""
    return ops.flip(input, sizes(axes or (dims,)))


def squeeze(input: Any, *, dim: Any) -> Any:
    """Without those of some axes that have length 1."""
    dim = dim if isinstance(dim, (tuple, list)) else (dim,)
    shape = np.shape(value(input))
    axes = [axis for axis in dim if not -len(shape) <= axis < len(shape) or shape[axis] == 1]
    return ops.squeeze(input, tuple(axes)) if axes else input


def tile(input: Any, *counts: Any, dims: Any = ()) -> Any:
    """Repeated as a whole along axes."""
    return ops.tile(input, sizes(counts or (dims,)))


def t(input: Any) -> Any:
    """The transpose of a matrix; vectors and numbers stay."""
    if np.ndim(value(input)) > 2:
        raise ValueError(f"t: expected at most 2 axes, got the shape {input.shape}; use swapaxes")
    return ops.transpose(input)


def split(tensor: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Parts of a length, the last one shorter, or of the lengths in a list."""
    length = np.shape(value(tensor))[dim]
    if isinstance(split_size_or_sections, (list, tuple)):
        if builtins.sum(split_size_or_sections) != length:
            raise ValueError(
                f"split: the lengths {split_size_or_sections} do not add up to {length}"
            )
        ends = np.cumsum(split_size_or_sections)[:-1]
    else:
        if split_size_or_sections < 1:
            raise ValueError(f"split: expected a length, got {split_size_or_sections}")
        ends = np.arange(split_size_or_sections, length, split_size_or_sections)
    return tuple(ops.split(tensor, ends.tolist(), dim))


def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """So many parts of equal length, or fewer, the last one shorter."""
    length = np.shape(value(input))[dim]
    return split(input, max(1, -(-length // chunks)), dim)


def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """So many parts whose lengths differ by one at most, or parts that begin at positions."""
    return tuple(ops.array_split(input, plain(indices_or_sections), dim))


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Tensors in the shape that they broadcast to."""
    return tuple(ops.broadcast_arrays(*tensors))


def narrow(input: Any, dim: int, start: int, length: int) -> Any:
    """A piece of an axis."""
    dim = dim % np.ndim(value(input))
    return input[(slice(None),) * dim + (slice(start, start + length),)]


def select(input: Any, dim: int, index: int) -> Any:
    """One position of an axis, which goes."""
    dim = dim % np.ndim(value(input))
    return input[(slice(None),) * dim + (index,)]


def unfold(t: Tensor, dimension: int, size: int, step: int) -> Any:
    """Windows of an axis in steps, along a new last one."""
    windows = ops.sliding_window_view(t, size, dimension)
    dimension = dimension % t.ndim
    return windows[(slice(None),) * dimension + (slice(None, None, step),)]


# ---------------------------------------------------------------------- dtypes and devices


def as_dtype(given: Any) -> np.dtype[Any]:
    """A dtype, also of PyTorch's old constructors."""
    dtype: np.dtype[Any] = np.dtype(given.dtype if isinstance(given, TypedTensor) else given)
    return dtype


def converted(t: Any, dtype: Any) -> Any:
    """`t` in another dtype; itself where it has it already."""
    dtype = as_dtype(dtype)
    return t if t.dtype == dtype else ops.astype(t, dtype)


def in_dtype(x: Any, dtype: Any) -> Any:
    """A Tensor, an array, or a list of them in another dtype."""
    if isinstance(x, (list, tuple)):
        return [in_dtype(each, dtype) for each in x]
    return converted(x if hasattr(x, "dtype") else np.asarray(x), dtype)


def astype(x: Any, dtype: Any, *, copy: bool = True, device: Any = None) -> Any:
    """In another dtype; with `copy=False` itself where it has it already."""
    checked_device(device)
    return ops.astype(x, dtype) if copy else converted(x, dtype)


def reshape(x: Any, shape: Any, *, copy: bool | None = None) -> Any:
    """In another shape; `copy=False` raises where the memory cannot be shared."""
    made = ops.reshape(x, shape)
    if copy:
        return made.copy()
    if copy is False and not np.may_share_memory(value(x), value(made)):
        raise ValueError(
            f"reshape: copy=False, but the shape {np.shape(x)} becomes {shape} only by a copy, as "
            "the elements lie in memory; leave copy= out"
        )
    return made


def to(t: Tensor, *args: Any, dtype: Any = None, device: Any = None, **ignored: Any) -> Any:
    """In another dtype, named or of another Tensor; on the device, the CPU."""
    copying = ignored.pop("copy", False)
    dtype = asked_dtype("to", args, dtype, device, ignored)
    if copying:
        t = t.copy()
    return t if dtype is None else converted(t, dtype)


def asked_dtype(
    name: str, args: Sequence[Any], dtype: Any, device: Any, ignored: dict[str, Any]
) -> Any:
    """The dtype among the arguments of `.to`, None where only a device is named.

    Raises:
        RuntimeError: for a device that is not there.
    """
    if ignored.keys() - {"non_blocking", "memory_format"}:
        raise TypeError(f"{name}: unknown arguments {', '.join(ignored)}")
    for each in args:
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, bool) or each is None:
            continue  # non_blocking and copy
        elif looks_like_a_device(each):
            device = each
        else:
            dtype = each
    checked_device(device)
    return None if dtype is None else as_dtype(dtype)


def type_(t: Tensor, dtype: Any = None) -> Any:
    """In another dtype."""
    if dtype is None:
        raise TypeError("type: PyTorch's t.type() names its class; t.dtype is the dtype here")
    return converted(t, dtype)
