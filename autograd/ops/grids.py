"""Evenly and geometrically spaced numbers, with gradients with respect to both ends."""

import numpy as np

from autograd.elsewhere import asks_elsewhere, understands
from autograd.graph.defaults import by_default
from autograd.graph.tensor import Tensor, wrap
from autograd.mapping.families import from_the_end, widened
from autograd.operation.dispatch import numpy_functions
from autograd.operation.op import op
from autograd.ops.arithmetic import power
from autograd.ops.reductions import sum
from autograd.ops.shapes import broadcast_to, expand_dims, sum_to
from autograd.samples import sample

__all__ = ["evenly_spaced", "geomspace", "linspace", "logspace"]


@op(
    "linear",
    samples=[
        sample((), (), num=4),
        sample((2,), (3, 1), num=3, endpoint=False),
        sample((2,), (2,), num=3, axis=-1),
        sample((), (), num=1),
    ],
    pytorch=None,
    helper=True,
)
def evenly_spaced(start, stop, num=50, endpoint=True, axis=0):
    """`num` numbers from `start` to `stop` along a new axis; see `linspace`.

    >>> evenly_spaced(Tensor(0.0), Tensor(1.0), 3)
    Tensor([0. , 0.5, 1. ])
    """
    return np.linspace(start, stop, num, endpoint=endpoint, axis=axis)


def _part(g, num, endpoint, axis, of_the_end):
    """How much of each number is that of one end."""
    shares = np.linspace(0, 1, num, endpoint=endpoint)
    shares = shares if of_the_end else 1 - shares
    sides = [1] * g.ndim
    sides[axis] = num
    return sum(g * shares.astype(g.dtype).reshape(sides), axis)


def _evenly_spaced_each(batch, start, stop, num, endpoint, axis):
    most = max(batch.ndims((start, stop)))
    ends = [
        widened(x, most) if own else x for x, own in zip((start, stop), batch.mapped, strict=True)
    ]
    return evenly_spaced(*ends, num, endpoint, from_the_end(axis, most + 1))


evenly_spaced.vmap(_evenly_spaced_each)
evenly_spaced.vjp(
    start=lambda g, start_shape, num, endpoint, axis: sum_to(
        _part(g, num, endpoint, axis, False), start_shape
    ),
    stop=lambda g, stop_shape, num, endpoint, axis: sum_to(
        _part(g, num, endpoint, axis, True), stop_shape
    ),
)


@understands(device=None)
@asks_elsewhere
def linspace(
    start,
    stop,
    num=50,
    endpoint=True,
    retstep=False,
    dtype=None,
    axis=0,
    requires_grad=False,
):
    """`num` evenly spaced numbers from `start` to `stop`; gradients flow into both.

    Args:
        start: a number, or any shape that broadcasts with `stop`.
        stop: the last number, or with `endpoint=False` the one behind the last.
        num: how many.
        endpoint: whether `stop` is one of them.
        retstep: also return the distance of two.
        dtype: as wide as the ends if not given, float64 for Python's numbers.
        axis: where the new axis stands in the result.
        requires_grad: whether to compute the gradient of the result.

    Returns:
        A Tensor; with `retstep` a tuple of it and the distance.

    >>> linspace(0, 1, 3)
    Tensor([0. , 0.5, 1. ])
    """
    if isinstance(start, Tensor) or isinstance(stop, Tensor):
        made = evenly_spaced(start, stop, num, endpoint, axis)
    else:
        raw = np.linspace(start, stop, num, endpoint, axis=axis)
        made = wrap(by_default(raw, (start, stop)), None)
    made = _finished(made, dtype, requires_grad)
    if not retstep:
        return made
    gaps = num - 1 if endpoint else num
    return made, (stop - start) / gaps if gaps else np.nan


@understands(device=None)
@asks_elsewhere
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0, requires_grad=False):
    """`num` numbers from `start` to `stop` with equal ratios; gradients flow into both.

    Args:
        start: not 0; a number, or any shape that broadcasts with `stop`.
        stop: likewise, of the same sign.
        num: how many.
        endpoint: whether `stop` is one of them.
        dtype: as wide as the ends if not given.
        axis: where the new axis stands in the result.
        requires_grad: whether to compute the gradient of the result.

    >>> geomspace(1, 100, 3)
    Tensor([  1.,  10., 100.])
    """
    if not isinstance(start, Tensor) and not isinstance(stop, Tensor):
        raw = np.geomspace(start, stop, num, endpoint, axis=axis)
        made = wrap(by_default(raw, (start, stop)), None)
        return _finished(made, dtype, requires_grad)
    if np.any(np.equal(start, 0)) or np.any(np.equal(stop, 0)):
        raise ValueError("geomspace: no geometric sequence begins or ends at 0")
    ratio = stop / start
    shares = np.linspace(0, 1, num, endpoint=endpoint).astype(ratio.dtype)
    position = axis % (ratio.ndim + 1)
    shares = shares.reshape((num,) + (1,) * (ratio.ndim - position))
    begin = expand_dims(broadcast_to(start, ratio.shape), position)
    made = begin * power(expand_dims(ratio, position), shares)
    return _finished(made, dtype, requires_grad)


@understands(device=None)
@asks_elsewhere
def logspace(
    start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0, requires_grad=False
):
    """`base` to the power of evenly spaced exponents; gradients flow into both ends and the base.

    Args:
        start: the first exponent.
        stop: the last one.
        num: how many.
        endpoint: whether `stop` is one of the exponents.
        base: a number, or any shape that broadcasts with the ends.
        dtype: as wide as the ends if not given.
        axis: where the new axis stands in the result.
        requires_grad: whether to compute the gradient of the result.

    >>> logspace(0, 2, 3)
    Tensor([  1.,  10., 100.])
    """
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    if np.ndim(base):
        base = expand_dims(base, axis)
    return _finished(power(base, exponents), dtype, requires_grad)


def _finished(made, dtype, requires_grad):
    made = made if dtype is None else made.astype(dtype)
    return made.requires_grad_() if requires_grad else made


for _function in (linspace, geomspace, logspace):
    numpy_functions[getattr(np, _function.__name__)] = _function
