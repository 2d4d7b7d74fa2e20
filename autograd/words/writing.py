"""What PyTorch's words that write into a Tensor do: those with an underscore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd import random as drawing
from autograd.graph.tensor import Tensor
from autograd.graph.views import move_to
from autograd.operation.inplace import check_writable, write
from autograd.words.making import bernoulli
from autograd.words.shapes import converted


def in_place(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The word with an underscore: the result is written into the Tensor."""

    def written(t: Tensor, *args: Any, **kwargs: Any) -> Any:
        check_writable(t, name)
        result = function(t, *args, **kwargs)
        write(t, result if isinstance(result, Tensor) else Tensor(result), name)
        return t

    written.__name__ = written.__qualname__ = name
    return written


def filled(t: Tensor, value: Any = 0) -> Any:
    """A number, also of a Tensor, everywhere."""
    number = value if isinstance(value, Tensor) else Tensor(np.asarray(value))
    return ops.broadcast_to(converted(number, t.dtype), t.shape).copy()


def copied(t: Tensor, src: Any, non_blocking: bool = False) -> Any:
    """The values of another Tensor, in this one's shape and dtype."""
    source = src if isinstance(src, Tensor) else Tensor(src)
    return ops.broadcast_to(converted(source, t.dtype), t.shape).copy()


def drawn(name: str, method: str, *defaults: float) -> Any:
    """Random numbers in place of a Tensor's, from a method of NumPy's generator of two numbers."""

    def made(t: Tensor, *given: float, generator: Any = None, **named: float) -> Any:
        numbers = [*given, *named.values()]
        numbers += defaults[len(numbers) :]
        draw = generator or drawing.default_generator()
        return np.asarray(getattr(draw, method)(*numbers, t.shape)).astype(t.dtype)

    return in_place(name, made)


def random_(t: Tensor, *bounds: int, generator: Any = None) -> Any:
    """Random integers below a bound, or between two."""
    low, high = (0, 2**24) if not bounds else (0, *bounds) if len(bounds) == 1 else bounds
    draw = generator or drawing.default_generator()
    return copy_(t, np.asarray(draw.integers(low, high, t.shape)))


def exponential_(t: Tensor, lambd: float = 1, *, generator: Any = None) -> Any:
    """Exponential numbers with a rate."""
    draw = generator or drawing.default_generator()
    return copy_(t, np.asarray(draw.exponential(1 / lambd, t.shape)))


def bernoulli_(t: Tensor, p: Any = 0.5, *, generator: Any = None) -> Any:
    """1 with a probability, else 0."""
    return copy_(t, bernoulli(t, p, generator=generator))


def fill_diagonal_(t: Tensor, fill_value: Any) -> Any:
    """A number on the diagonal."""
    mask = np.zeros(t.shape, bool)
    mask[(np.arange(min(t.shape)),) * t.ndim] = True
    return copy_(t, ops.masked_fill(t, mask, fill_value))


copy_ = in_place("copy_", copied)


def detach_(t: Tensor) -> Tensor:
    """Take the Tensor itself out of the graph."""
    if t._view is not None:
        raise RuntimeError("detach_: this Tensor is a view; use t = t.detach()")
    move_to(t, None)
    return t
