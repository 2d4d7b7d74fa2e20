"""Polynomials, and the convolution of their coefficients."""

import numpy as np

from autograd.graph.tensor import value
from autograd.operation.dispatch import numpy_functions
from autograd.ops.arithmetic import power
from autograd.ops.differences import array_like
from autograd.ops.elementwise import conj
from autograd.ops.shapes import expand_dims, flip, reshape
from autograd.ops.windows import conv

__all__ = ["convolve", "correlate", "polyval", "vander"]


def convolve(a, v, mode="full"):
    """The discrete convolution of two sequences, `out[n] = Σ a[m] v[n - m]`.

    Args:
        a: one axis.
        v: one axis.
        mode: "full" for all places where they overlap, "same" for as many as the longer one has,
            "valid" for those where they overlap completely.

    Raises:
        ValueError: for another mode, no element, or more axes.

    >>> convolve(Tensor([1.0, 2.0]), Tensor([1.0, 1.0, 1.0]))
    Tensor([1., 3., 3., 2.])
    """
    a, v = _sequences("convolve", a, v)
    if a.size < v.size:
        a, v = v, a
    return _slid(a, flip(v), _first_place("convolve", mode, v.size), mode)


def correlate(a, v, mode="valid"):
    """The cross-correlation of two sequences, `out[k] = Σ a[n + k] conj(v[n])`.

    Args:
        a: one axis.
        v: one axis.
        mode: as for `convolve`.

    Raises:
        ValueError: for another mode, no element, or more axes.

    >>> correlate(Tensor([1.0, 2.0, 3.0]), Tensor([0.0, 1.0]))
    Tensor([2., 3.])
    """
    a, v = _sequences("correlate", a, v)
    if value(v).dtype.kind == "c":
        v = conj(v)
    if a.size >= v.size:
        return _slid(a, v, _first_place("correlate", mode, v.size), mode)
    return flip(_slid(v, a, _first_place("correlate", mode, a.size), mode))


def _sequences(caller, a, v):
    a, v = (reshape(each, -1) if np.ndim(each) == 0 else array_like(each) for each in (a, v))
    for name, each in (("a", a), ("v", v)):
        if np.ndim(each) != 1 or not np.size(each):
            raise ValueError(
                f"{caller}: {name} must have one axis and elements, got shape {np.shape(each)}"
            )
    return a, v


def _first_place(caller, mode, count):
    """How far the shorter sequence hangs over the beginning of the longer one at first."""
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"{caller}: mode={mode!r} is not one of 'full', 'same', 'valid'")
    return {"full": count - 1, "same": count // 2, "valid": 0}[mode]


def _slid(a, taps, before, mode):
    """The sums of products with `taps`, moved along the longer `a` from `before` its start on."""
    count = np.size(taps)
    kind = np.result_type(value(a), value(taps))
    a, taps = (each if each.dtype == kind else each.astype(kind) for each in (a, taps))
    sums = conv(reshape(a, (1, 1, -1)), reshape(taps, (1, 1, -1)), 1, count - 1)
    sums = reshape(sums, -1)
    first = count - 1 - before
    length = {"full": a.size + count - 1, "same": a.size, "valid": a.size - count + 1}[mode]
    return sums[first : first + length]


def polyval(p, x):
    """The polynomial `p[0] x^(n - 1) + ... + p[n - 1]`, by Horner's rule.

    Args:
        p: coefficients, that of the highest power first.
        x: where to evaluate, any shape.

    >>> polyval([3.0, 0.0, 1.0], Tensor(2.0))
    Tensor(13.)
    """
    x = array_like(x)
    out = np.zeros_like(value(x))
    for coefficient in p:
        out = out * x + coefficient
    return out


def vander(x, N=None, increasing=False):
    """The Vandermonde matrix: powers of `x`, one in every column.

    Args:
        x: one axis.
        N: how many columns; as many as `x` has elements by default.
        increasing: whether the first column is the power 0, or the last.

    Raises:
        ValueError: for more axes.

    >>> vander(Tensor([1.0, 2.0, 3.0]), 2)
    Tensor([[1., 1.],
            [2., 1.],
            [3., 1.]])
    """
    x = array_like(x)
    if np.ndim(x) != 1:
        raise ValueError(f"vander: x must have one axis, got shape {np.shape(x)}")
    powers = np.arange(np.size(x) if N is None else N)
    return power(expand_dims(x, 1), powers if increasing else powers[::-1].copy())


for _function in (convolve, correlate, polyval, vander):
    numpy_functions[getattr(np, _function.__name__)] = _function
