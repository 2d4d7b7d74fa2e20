"""New Tensors: from data, of constants, on grids. NumPy's names and arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.elsewhere import asks_elsewhere
from autograd.graph.defaults import by_default, get_default_dtype
from autograd.graph.tensor import Tensor, as_numeric_array, constant, value, wrap
from autograd.operation.dispatch import numpy_functions
from autograd.ops.shapes import broadcast_to
from autograd.processor import checked_device

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    Shape = int | tuple[int, ...]


@asks_elsewhere
def tensor(
    data: ArrayLike | Tensor,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """A Tensor with a copy of `data`.

    Args:
        data: a number, nested list, array or Tensor.
        dtype: NumPy's choice if not given.
        requires_grad: whether to compute its gradient.
        name: what figures and messages call it.

    >>> tensor([1, 2], dtype=np.float32)
    Tensor([1., 2.], dtype=float32)
    """
    raw = data._leaving("tensor") if isinstance(data, Tensor) else data
    array = as_numeric_array(raw, "tensor")
    return Tensor(array if dtype is None else array.astype(dtype), requires_grad, name)


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """A Tensor that shares the memory of `array`: changing one changes the other.

    A 0-d array is copied, since Tensors keep single numbers as such. Writing to the array itself
    is not noticed by the graph; write to the Tensor.

    Raises:
        TypeError: if it is not a numeric ndarray.

    >>> a = np.zeros(2)
    >>> t = from_numpy(a)
    >>> a[0] = 5.0
    >>> t
    Tensor([5., 0.])
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"from_numpy: expected an ndarray, got {type(array).__name__}; use Tensor()"
        )
    checked = as_numeric_array(array, "from_numpy").view(np.ndarray)
    return wrap(checked[()] if checked.ndim == 0 else checked, None)


def _floating(dtype: DTypeLike | None) -> DTypeLike:
    return get_default_dtype() if dtype is None else dtype


def _made(
    caller: str,
    make: Callable[[], Any],
    shape: Any,
    requires_grad: bool,
    name: str | None,
    device: Any = None,
) -> Tensor:
    """Wrap a new array; running out of memory names the shape that was asked for."""
    checked_device(device)
    try:
        array = make()
    except MemoryError as error:
        raise MemoryError(f"{caller}: no memory for an array of shape {shape}: {error}") from error
    except (TypeError, ValueError) as error:
        raise type(error)(f"{caller}: {error} (shape {shape!r})") from error
    if isinstance(array, Tensor):  # random numbers that differ between the samples of vmap
        made = array
    else:
        made = wrap(array if type(array) is np.ndarray and array.ndim else array[()], None)
    if requires_grad:
        made.requires_grad_()
    if name is not None:
        made.name = name
    return made


@asks_elsewhere
def zeros(
    shape: Shape,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
    *,
    device: Any = None,
) -> Tensor:
    """A Tensor of zeros, float64 by default.

    >>> zeros(2)
    Tensor([0., 0.])
    """
    return _made(
        "zeros", lambda: np.zeros(shape, _floating(dtype)), shape, requires_grad, name, device
    )


@asks_elsewhere
def ones(
    shape: Shape,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
    *,
    device: Any = None,
) -> Tensor:
    """A Tensor of ones, float64 by default.

    >>> ones(2)
    Tensor([1., 1.])
    """
    return _made(
        "ones", lambda: np.ones(shape, _floating(dtype)), shape, requires_grad, name, device
    )


@asks_elsewhere
def full(
    shape: Shape,
    fill_value: Any,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
    *,
    device: Any = None,
) -> Tensor:
    """A Tensor filled with one value, or with an array that broadcasts; gradients flow into it.

    >>> full((1, 2), 7.0)
    Tensor([[7., 7.]])
    """
    if isinstance(fill_value, Tensor) and fill_value.requires_grad:
        checked_device(device)
        filled = _filled(fill_value, shape, dtype)
        filled.name = name
        return filled
    fill = value(fill_value)
    return _made(
        "full",
        lambda: np.full(shape, fill if dtype else by_default(np.asarray(fill), fill), dtype),
        shape,
        requires_grad,
        name,
        device,
    )


def _filled(fill: Tensor, shape: Any, dtype: DTypeLike | None) -> Tensor:
    """A Tensor of its own memory, through which gradients flow into the fill."""
    fill = fill if dtype is None else fill.astype(dtype)
    filled: Tensor = broadcast_to(fill, shape).copy()
    return filled


@asks_elsewhere
def arange(
    start: float,
    stop: float | None = None,
    step: float = 1,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    *,
    device: Any = None,
) -> Tensor:
    """Evenly spaced values in `[start, stop)`; with one argument in `[0, start)`.

    >>> arange(3)
    Tensor([0, 1, 2])
    """
    given = {"start": start, "stop": stop, "step": step}
    start, stop, step = (constant(each, "arange", name) for name, each in given.items())
    start, stop = (0, start) if stop is None else (start, stop)
    shape = f"arange({start}, {stop}, {step})"

    def make() -> Any:
        made = np.arange(start, stop, step, dtype=dtype)
        return made if dtype else by_default(made, (start, stop, step))

    return _made("arange", make, shape, requires_grad, None, device)


@asks_elsewhere
def eye(
    n: int,
    m: int | None = None,
    k: int = 0,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    *,
    device: Any = None,
) -> Tensor:
    """The identity matrix of `n` rows and `m` columns, or ones on the diagonal `k` above the main.

    >>> eye(2)
    Tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(
        "eye", lambda: np.eye(n, m, k, dtype=_floating(dtype)), (n, m), requires_grad, None, device
    )


@asks_elsewhere
def zeros_like(x: Tensor | ArrayLike, dtype: DTypeLike | None = None, *, device: Any = None) -> Any:
    """Zeros of the shape and dtype of `x`: a Tensor for a Tensor, an array for an array.

    >>> zeros_like(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    checked_device(device)
    return np.zeros_like(x, dtype=dtype)


@asks_elsewhere
def ones_like(x: Tensor | ArrayLike, dtype: DTypeLike | None = None, *, device: Any = None) -> Any:
    """Ones of the shape and dtype of `x`: a Tensor for a Tensor, an array for an array.

    >>> ones_like(Tensor([1.0, 2.0]))
    Tensor([1., 1.])
    """
    checked_device(device)
    return np.ones_like(x, dtype=dtype)


@asks_elsewhere
def full_like(
    x: Tensor | ArrayLike, fill_value: Any, dtype: DTypeLike | None = None, *, device: Any = None
) -> Any:
    """One value in the shape and dtype of `x`: a Tensor for a Tensor, an array for an array.

    Gradients flow into the value, where that is a Tensor.

    >>> full_like(Tensor([1.0, 2.0]), 3)
    Tensor([3., 3.])
    """
    checked_device(device)
    if isinstance(fill_value, Tensor):
        return full(np.shape(x), fill_value, dtype or value(x).dtype)
    raw = np.full_like(value(x), fill_value, dtype=dtype)
    return wrap(raw[()] if raw.ndim == 0 else raw, None) if isinstance(x, Tensor) else raw


numpy_functions[np.full_like] = full_like
