"""Softmax and what is made of it, over the contiguous rows of large arrays.

Few passes over blocks that stay in the cache; sums are products with ones by BLAS. The maximum is
looked for in any case, but taken off before the exponential only where it has to be: as long as
every row's largest number is between -30 and 30, `e^x` neither overflows nor loses what counts, and
its sum in float32 has all its digits. Logarithms are taken with the maximum off, always: `x - ln Σ
e^x` would lose the digits that x and the logarithm have in common.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.kernels.windows import Array

_SAFE = 30
# A block and a temporary array of its size stay in half a megabyte of cache.
_BLOCK = 2**16
# Of fewer elements the calls cost more than the passes.
_FEW = 2**11


def softmax(x: Array, out: Array) -> None:
    """Write `e^x / Σ e^x` of every row of x (rows, length).

    >>> out = np.empty((1, 2))
    >>> softmax(np.array([[1000.0, 1000.0]]), out)
    >>> out
    array([[0.5, 0.5]])
    """
    for block in _blocks(x):
        part, sums = out[block], np.empty(block.stop - block.start, out.dtype)
        _powers(x[block], part, sums)
        part *= (1 / sums)[:, np.newaxis]


def softmax_adjoint(g: Array, out: Array, d_x: Array) -> None:
    """Write `out (g - Σ g out)` of every row, with `out` as `softmax` returns it."""
    for block in _blocks(out):
        part, given, now = d_x[block], g[block], out[block]
        np.subtract(given, np.vecdot(given, now)[:, np.newaxis], part)
        part *= now


def surprises(x: Array, labels: Array) -> tuple[Array, Array, Array]:
    """`ln Σ e^x - x[label]` of every row of x (rows, length).

    Args:
        x: contiguous.
        labels: one per row.

    Returns:
        The surprises; and for the gradient the powers of e, up to a factor for each row, and their
        sums.
    """
    rows = len(x)
    if x.size <= _FEW:
        shifted = x - np.maximum.reduce(x, 1, keepdims=True)
        powers = np.exp(shifted)
        sums = np.add.reduce(powers, 1)
        return np.log(sums) - shifted[np.arange(rows), labels], powers, sums
    powers, sums, losses = np.empty_like(x), np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    for block in _blocks(x):
        largest, shifted_sums = _powers(x[block], powers[block], sums[block])
        here = labels[block]
        losses[block] = np.log(shifted_sums) - (x[block][np.arange(len(here)), here] - largest)
    return losses, powers, sums


def surprises_adjoint(factors: Any, labels: Array, powers: Array, sums: Array) -> Array:
    """The gradient of `surprises` by x: `factor (softmax - one at the label)` of every row.

    One factor may serve all rows.
    """
    scales = (factors / sums)[:, np.newaxis]
    if powers.size <= _FEW:
        d_x: Array = powers * scales
    else:
        d_x = np.empty_like(powers)
        for block in _blocks(powers):
            np.multiply(powers[block], scales[block], d_x[block])
    d_x[np.arange(len(labels)), labels] -= factors
    return d_x


def _powers(x: Array, out: Array, sums: Array | None = None) -> tuple[Array, Array]:
    """Write the powers of e, up to a factor for each row.

    Returns:
        The largest number of each row, and the sum of the powers of what is left without it.
    """
    ones = np.ones(x.shape[1], x.dtype)
    largest = x.max(axis=1)
    safe = bool(np.abs(largest).max() <= _SAFE)
    if safe:
        np.exp(x, out)
    else:
        np.subtract(x, largest[:, np.newaxis], out)
        np.exp(out, out)
    total = np.matmul(out, ones, out=sums)
    return largest, total * np.exp(-largest) if safe else total


def _blocks(x: Array) -> Iterator[slice]:
    """Some rows at a time, of about `_BLOCK` elements."""
    rows, length = x.shape
    count = max(1, _BLOCK // length)
    for first in range(0, rows, count):
        yield slice(first, min(rows, first + count))
