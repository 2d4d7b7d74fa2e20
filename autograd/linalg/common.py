"""What the rules of linear algebra share: adjoints, diagonals, and gaps between equal values."""

import numpy as np

from autograd.graph.tensor import value
from autograd.ops.elementwise import conj, where
from autograd.ops.shapes import expand_dims, transpose


def conjugate(x):
    """The complex conjugate; a real array as it is, without a copy."""
    return conj(x) if value(x).dtype.kind == "c" else x


def adjoint(x):
    """The conjugate transpose of every matrix."""
    return conjugate(x).mT


def hermitian_part(x):
    """`(x + xᴴ) / 2` of every matrix."""
    return (x + adjoint(x)) / 2


def scale_columns(x, factors):
    """`x diag(factors)`."""
    return x * expand_dims(factors, -2)


def scale_rows(factors, x):
    """`diag(factors) x`."""
    return expand_dims(factors, -1) * x


def diagonal_mask(n):
    """True on the diagonal: times a matrix it leaves only that, in the matrix's own dtype."""
    return np.eye(n, dtype=bool)


def to_last(x, axis):
    """The axis moved to the end, where broadcasting leaves it alone; see `from_last`."""
    return _moved(x, axis, to_end=True)


def from_last(x, axis):
    """The last axis moved back to the position `axis`."""
    return _moved(x, axis, to_end=False)


def _moved(x, axis, to_end):
    ndim = np.ndim(value(x))
    order = [i for i in range(ndim) if i != axis % ndim] + [axis % ndim]
    if order[-1] == ndim - 1:
        return x
    return transpose(x, tuple(order if to_end else np.argsort(order).tolist()))


def divided_by_gaps(x, gaps, scale, of_values=None):
    """`(x - xᴴ) / gaps`: how vectors turn into one another, from what the loss feels of it.

    Where two values are equal up to rounding their vectors are not determined. A function that
    does not depend on the choice has `x = xᴴ` there, and 0 is passed on; for any other there is no
    derivative, and NaN is. The diagonal counts as such a place, too: a complex vector has no
    determined phase.

    A function of the matrix, `v diag(f(w)) vᴴ`, has `x = xᴴ` as well, but what belongs there is
    `f'`, which nobody can tell from gradients of `w` and `v`. It is known by the gradients of equal
    values: they differ, or come together with an `x` that is not diagonal. That gives NaN, too.

    Args:
        x: (..., k, k), the vectors' adjoint times the gradient of the vectors.
        gaps: (..., k, k), the differences of the values.
        scale: (..., 1, 1), the raw size of numbers that the gaps are differences of.
        of_values: (..., k), the gradient of the values.
    """
    turning = x - adjoint(x)
    raw, raw_gaps = value(x), value(gaps)
    rounding = 16 * np.finfo(raw.dtype).eps * raw.shape[-1]
    equal = np.abs(raw_gaps) <= rounding * scale
    felt = np.abs(value(turning)) > rounding * largest(raw)
    if of_values is not None:
        mixed = _any(of_values) & (np.abs(raw) > rounding * largest(raw))
        felt = felt | ((unlike(of_values) | mixed) & ~diagonal_mask(raw.shape[-1]))
    undetermined = np.where(equal & felt, np.nan, 0).astype(raw.dtype)
    one = raw_gaps.dtype.type(1)
    return turning * ~equal / where(equal, one, gaps) + undetermined


def unlike(of_values):
    """(..., i, j), whether the gradients of two values differ by more than rounding."""
    raw = np.asarray(value(of_values))
    return np.abs(value(differences(raw))) > _noise(raw)


def _any(of_values):
    """(..., i, j), whether the second of two values has a gradient."""
    raw = np.asarray(value(of_values))
    return (np.abs(raw) > _noise(raw)[..., 0])[..., np.newaxis, :]


def _noise(raw):
    """What rounding may leave of the gradients of the values, as (..., 1, 1)."""
    rounding = 64 * np.finfo(raw.dtype).eps * raw.shape[-1]
    return rounding * np.abs(raw).max(axis=-1, initial=0)[..., np.newaxis, np.newaxis]


def largest(raw):
    """The size of the largest element of every matrix, as (..., 1, 1)."""
    return np.abs(raw).max(axis=(-2, -1), keepdims=True, initial=0)


def differences(values):
    """`values[j] - values[i]` as (..., i, j)."""
    return expand_dims(values, -2) - expand_dims(values, -1)


def seen(gradient_of_a):
    """A rule of `(g, a, out)` written for gradients as users see them, d/dRe + i d/dIm.

    The literature has them so for functions that conjugate; the library's are their conjugates.
    """

    def rule(g, a, out):
        g = tuple(map(conjugate, g)) if isinstance(g, (tuple, list)) else conjugate(g)
        return conjugate(gradient_of_a(g, a, out))

    return rule
