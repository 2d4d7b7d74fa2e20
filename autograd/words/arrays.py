"""PyTorch's words on `t.data`, which is an ndarray: what that cannot answer, a Tensor of it does.

What is valid NumPy keeps NumPy's meaning and gives arrays; a word of PyTorch gives what it gives on
Tensors, over the same memory and outside the graph.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from numpy import ndarray

from autograd.elsewhere import Values, understood
from autograd.graph.attributes import Size
from autograd.graph.modes import no_grad
from autograd.graph.tensor import Tensor, wrap

# Methods whose calls are sometimes valid NumPy and refused on Tensors, since PyTorch's are others.
_REFUSED_AT_TIMES = frozenset({"repeat", "transpose"})


def _on_tensors(array: Any, name: str) -> Any:
    """An attribute of the Tensor of an array's memory."""
    owner = getattr(array, "owner", None)
    if owner is not None and name.endswith("_") and name in understood:
        return no_grad()(getattr(owner, name))  # a number is replaced, not written to
    if array.ndim == 0 and not array.flags.writeable:
        return getattr(wrap(array.view(ndarray)[()], None), name)
    return getattr(wrap(array.view(ndarray), None), name)


def _missing(self: Any, name: str) -> Any:
    """What an ndarray does not have."""
    if name.startswith("_") or not (name in understood or hasattr(Tensor, name)):
        raise AttributeError(f"'numpy.ndarray' object has no attribute {name!r}")
    return _on_tensors(self, name)


def _answered(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of arrays, whose calls that are no NumPy mean what they mean on Tensors."""

    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args and name in _REFUSED_AT_TIMES:
            _on_tensors(self, name)(*args, **kwargs)
        try:
            return method(self, *args, **kwargs)
        except (TypeError, ValueError):
            again = _on_tensors(self, name)
        return again(*args, **kwargs)

    return call


def _size(self: Any) -> Any:
    """Number of elements; called, the shape, or the length of an axis."""
    size = Size(ndarray.size.__get__(self))
    size.shape = self.shape
    return size


def hear_words() -> None:
    """Let `t.data` answer, once Tensors do."""
    for name, method in vars(ndarray).items():
        if callable(method) and not name.startswith("_") and name in _methods():
            setattr(Values, name, _answered(name, method))
    for name, word in (("size", property(_size)), ("__getattr__", _missing)):
        setattr(Values, name, word)


def _methods() -> set[str]:
    """The methods that arrays and Tensors share."""
    return {name for name in vars(ndarray) if callable(getattr(Tensor, name, None))}
