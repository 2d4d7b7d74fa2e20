"""How families of operations run over a hidden leading axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from autograd.operation.call import apply
from autograd.operation.record import Op, records

# What keywords are called that name axes.
_AXES = ("axis", "axes", "axis1", "axis2", "source", "destination")


class Batch:
    """What a rule knows of the samples besides the operands.

    Those operands that are mapped have the axis of the samples first.

    Attributes:
        op: the operation.
        size: the number of samples.
        mapped: for each operand whether it is mapped.
    """

    __slots__ = ("mapped", "op", "size")

    def __init__(self, op: Op, size: int, mapped: tuple[bool, ...]) -> None:
        self.op = op
        self.size = size
        self.mapped = mapped

    def ndims(self, operands: Sequence[Any]) -> list[int]:
        """The number of axes that each operand has in a sample."""
        return [getattr(x, "ndim", 0) - own for x, own in zip(operands, self.mapped, strict=True)]

    def every(self, x: Any, slot: int) -> Any:
        """An operand with the axis of the samples, repeated along it where it is not mapped."""
        return x if self.mapped[slot] else self.spread(x)

    def spread(self, x: Any) -> Any:
        """An unmapped operand, once for every sample."""
        return records["broadcast_to"].function(x, (self.size, *np.shape(x)))

    def call(self, operands: Sequence[Any], keywords: dict[str, Any]) -> Any:
        """The operation itself on all samples."""
        return apply(self.op, operands, keywords)


def widened(x: Any, ndim: int) -> Any:
    """With so many axes behind that of the samples: new ones of length 1 come right after it."""
    new = ndim + 1 - x.ndim
    return x.reshape(x.shape[0], *(1,) * new, *x.shape[1:]) if new > 0 else x


def aligned(batch: Batch, operands: Sequence[Any], keywords: dict[str, Any], cores: int = 0) -> Any:
    """An operation that broadcasts over all but the last `cores` axes of each operand."""
    ndims = batch.ndims(operands)
    for each in keywords.values():
        if isinstance(each, np.ndarray | list):
            return NotImplemented  # it would broadcast beside the samples
    most = max(ndims)
    for x, own, ndim in zip(operands, batch.mapped, ndims, strict=True):
        if ndim < cores and x is not None:
            return NotImplemented  # which is an error
        if ndim < most and own:
            pairs = zip(operands, batch.mapped, strict=True)
            operands = [widened(x, most) if mine else x for x, mine in pairs]
            break
    return apply(batch.op, operands, keywords)


def from_the_end(axis: Any, ndim: int) -> Any:
    """Axes of a sample counted from the end, where an axis in front of all changes nothing."""
    if isinstance(axis, tuple | list):
        return tuple(from_the_end(each, ndim) for each in axis)
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim)
    return axis - ndim if axis >= 0 else axis


def over_axes(batch: Batch, *operands: Any, **keywords: Any) -> Any:
    """An operation along axes that its keywords name; without them along all axes of a sample."""
    ndims = batch.ndims(operands)
    ndim = max(ndims)
    if min(ndims) < ndim:
        if keywords["axis"] >= 0:  # of each operand another one
            return NotImplemented
        pairs = zip(operands, batch.mapped, strict=True)
        operands = tuple(widened(x, ndim) if own else x for x, own in pairs)
    if not ndim and keywords.get("keepdims") is not None and keywords["axis"] is None:
        operands = tuple(x.reshape(batch.size, 1) for x in operands)  # one element to reduce
        ndim, keywords["axis"], keywords["keepdims"] = 1, -1, False
    for name in _AXES:
        if name in keywords:
            axis = keywords[name]
            axis = tuple(range(ndim)) if axis is None else axis
            keywords[name] = from_the_end(axis, ndim)
    return batch.call(operands, keywords)


def over_axis_or_flat(batch: Batch, x: Any, **keywords: Any) -> Any:
    """An operation along one axis; without it along all elements of a sample."""
    if keywords["axis"] is None:
        if keywords.get("keepdims"):
            return NotImplemented
        x = x.reshape(batch.size, prod(x.shape[1:]))
        keywords["axis"] = -1
    else:
        keywords["axis"] = from_the_end(keywords["axis"], np.ndim(x) - 1)
    return batch.call((x,), keywords)


FAMILIES: dict[str, Callable[..., Any]] = {"axes": over_axes, "axis or flat": over_axis_or_flat}
