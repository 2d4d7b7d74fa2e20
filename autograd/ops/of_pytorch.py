"""What PyTorch has and NumPy has not, by its names and arguments, made of our operations."""

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.elsewhere import asks_elsewhere
from autograd.graph.node import describe
from autograd.graph.tensor import value
from autograd.ops.differences import array_like
from autograd.ops.gather import masked_fill, put_along_axis, scatter_add
from autograd.ops.rearrange import on_diagonal
from autograd.ops.reductions import mean, var
from autograd.ops.statistics import std

__all__ = [
    "diag_embed", "index_add", "index_copy", "index_fill", "std_mean", "var_mean",
]  # fmt: skip


def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """Matrices of zeros with the last axis of `input` on a diagonal.

    Args:
        input: (..., n).
        offset: how far above the main diagonal.
        dim1: the first of the two axes of the matrices in the result.
        dim2: the second.

    Returns:
        One axis more than `input`, with sides n + |offset| along `dim1` and `dim2`.

    >>> diag_embed(Tensor([1.0, 2.0]), offset=1)
    Tensor([[0., 1., 0.],
            [0., 0., 2.],
            [0., 0., 0.]])
    """
    input = array_like(input)
    if np.ndim(input) < 1:
        raise ValueError("diag_embed: expected one axis or more, got a number")
    count = np.ndim(input) + 1
    axes = [normalize_axis_index(axis, count, "diag_embed") for axis in (dim1, dim2)]
    if axes[0] == axes[1]:
        raise ValueError(f"diag_embed: dim1 and dim2 are the same axis, {axes[0]}")
    side = np.shape(input)[-1] + abs(offset)
    shape = list(np.shape(input)[:-1])
    for axis in sorted(axes):
        shape.insert(axis, side)
    return on_diagonal(input, tuple(shape), offset, *axes)


def index_add(input, dim, index, source, alpha=1):
    """A copy of `input` with slices of `source` added at positions along an axis.

    Args:
        input: any shape.
        dim: along which axis.
        index: (n,) integers; of repeats each is added.
        source: as `input`, with n along `dim`.
        alpha: a factor of `source`.

    >>> index_add(Tensor([0.0, 0.0]), 0, [1, 1], Tensor([2.0, 3.0]))
    Tensor([0., 5.])
    """
    places, source = _places("index_add", input, dim, index, source)
    return scatter_add(input, places, source if alpha == 1 else source * alpha, dim)


def index_copy(input, dim, index, source):
    """A copy of `input` with slices of `source` written at positions along an axis.

    Args:
        input: any shape.
        dim: along which axis.
        index: (n,) integers; of repeats the last counts.
        source: as `input`, with n along `dim`.

    >>> index_copy(Tensor([0.0, 0.0]), 0, [1], Tensor([2.0]))
    Tensor([0., 2.])
    """
    places, source = _places("index_copy", input, dim, index, source)
    return put_along_axis(input, places, source, dim)


def index_fill(input, dim, index, value):
    """A copy of `input` with one value at positions along an axis.

    Args:
        input: any shape.
        dim: along which axis.
        index: (n,) integers.
        value: a number, or a 0-d array.

    >>> index_fill(Tensor([0.0, 0.0]), 0, [1], 5.0)
    Tensor([0., 5.])
    """
    axis, index = _along("index_fill", input, dim, index)
    mask = np.zeros(np.shape(input)[axis], bool)
    mask[index] = True
    return masked_fill(input, mask.reshape((-1,) + (1,) * (np.ndim(input) - 1 - axis)), value)


def _along(name, input, dim, index):
    """The axis counted from the front, and positions along it."""
    axis = normalize_axis_index(dim, np.ndim(input), name)
    index = np.atleast_1d(np.asarray(value(index)))
    if index.dtype.kind not in "iu" or index.ndim != 1:
        raise TypeError(f"{name}: index must be integers along one axis, got {describe(index)}")
    side = np.shape(input)[axis]
    outside = index[(index < -side) | (index >= side)]
    if outside.size:
        raise IndexError(
            f"{name}: index {outside[0]} is out of range for axis {dim} of length {side}"
        )
    return axis, index


def _places(name, input, dim, index, source):
    """Positions for every element of the source, and the source."""
    axis, index = _along(name, input, dim, index)
    source = array_like(source)
    expected = (*np.shape(input)[:axis], len(index), *np.shape(input)[axis + 1 :])
    if np.shape(source) != expected:
        raise ValueError(
            f"{name}: source must have shape {expected}, for {len(index)} positions along axis "
            f"{dim} of {np.shape(input)}, got {np.shape(source)}"
        )
    shape = (1,) * axis + (-1,) + (1,) * (np.ndim(input) - 1 - axis)
    return np.broadcast_to(index.reshape(shape), expected), source


@asks_elsewhere
def var_mean(input, dim=None, *, correction=1, keepdim=False):
    """Variance and mean over axes, by default all.

    As in PyTorch the variance is divided by n - 1 unless told otherwise, where `var` divides by n
    as NumPy does.

    Args:
        input: any shape.
        dim: one axis or several.
        correction: what is taken off n.
        keepdim: leave the axes as length 1.

    >>> var_mean(Tensor([1.0, 3.0]))
    (Tensor(2.), Tensor(2.))
    """
    return var(input, dim, correction, keepdim), mean(input, dim, keepdim)


@asks_elsewhere
def std_mean(input, dim=None, *, correction=1, keepdim=False):
    """Standard deviation and mean over axes; see `var_mean`.

    >>> std_mean(Tensor([1.0, 3.0]), correction=0)
    (Tensor(1.), Tensor(2.))
    """
    return std(input, dim, correction, keepdim), mean(input, dim, keepdim)
