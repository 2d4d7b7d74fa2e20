"""How losses become one number, and what that number was divided by.

A trainer that puts several batches together must weigh each as the loss did: by what counts in it,
which is not always the number of examples. While somebody listens, every loss notes its divisor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from autograd.internals import value
from nn.inputs import place

__all__: list[str] = []


class Reduction(NamedTuple):
    """A loss, and what the sum over its batch was divided by.

    Attributes:
        loss: The number.
        divisor: None for a sum, which is not divided.
        ignore_index: Class indices of this value did not count, if it has that.
    """

    loss: Any
    divisor: float | None
    ignore_index: int | None = None


_heard: ContextVar[list[Reduction] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[list[Reduction]]:
    """A list to which every loss that is reduced inside is added."""
    heard: list[Reduction] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def noted(
    loss: Any, divisor: float | Callable[[], float] | None, ignore_index: int | None = None
) -> Any:
    """Return a loss; say what it was divided by, if somebody listens."""
    heard = _heard.get()
    if heard is not None:
        if isinstance(divisor, int | float):  # first, as the size of a Tensor can be called, too
            heard.append(Reduction(loss, divisor, ignore_index))
        else:
            heard.append(Reduction(loss, None if divisor is None else divisor(), ignore_index))
    return loss


def reduced(losses: Any, reduction: str, caller: str, weight: Any = None) -> Any:
    """The mean or sum of losses, or the losses themselves; the mean is over the weights, if any."""
    if weight is not None:
        losses = losses * weight
        if reduction == "mean":
            return noted(losses.sum() / weight.sum(), lambda: float(value(weight).sum()))
    if reduction == "mean":
        return noted(losses.mean(), losses.size)
    if reduction == "sum":
        return noted(losses.sum(), None)
    if reduction == "none":
        return losses
    raise ValueError(
        f"{caller}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}{place()}"
    )
