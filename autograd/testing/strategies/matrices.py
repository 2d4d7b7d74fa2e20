"""Matrices with a property."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

from autograd.testing.strategies.shapes import Shape
from autograd.testing.strategies.values import arrays

Array = NDArray[Any]


def _dominant(raw: Array) -> Array:
    """Each diagonal element outweighs its row: the condition number is small."""
    n = raw.shape[-1]
    return np.asarray(raw / 4 + _sign(raw) * (n + 1) * np.eye(n))


def _sign(raw: Array) -> Array:
    diagonal = np.diagonal(raw, axis1=-2, axis2=-1).real
    return np.where(diagonal < 0, -1.0, 1.0)[..., None]


def _symmetric(raw: Array) -> Array:
    """Equal to its conjugate transpose, with eigenvalues 1 apart and 1/2 away from zero."""
    n = raw.shape[-1]
    coupling = (raw + _adjoint(raw)) / 16 / max(n, 1)
    return np.asarray(coupling + np.diag(2.0 * (np.arange(n) - n // 2) + 1.0))


def _positive_definite(raw: Array) -> Array:
    factor = _lower(raw)
    return np.asarray(factor @ _adjoint(factor))


def _lower(raw: Array) -> Array:
    """Triangular, with a diagonal of at least 1 and at most 5 in size."""
    diagonal = np.abs(np.diagonal(raw, axis1=-2, axis2=-1)) + 1.0
    return np.asarray(np.tril(raw, -1) / 4 + diagonal[..., None] * np.eye(raw.shape[-1]))


def _upper(raw: Array) -> Array:
    return _adjoint(_lower(raw))


def _orthogonal(raw: Array) -> Array:
    """Cayley's transform of a skew matrix; unitary where the numbers are complex."""
    skew = (raw - _adjoint(raw)) / 4
    eye = np.eye(raw.shape[-1])
    return np.asarray(np.linalg.solve(eye + skew, eye - skew))


def _singular(raw: Array) -> Array:
    """Of rank n - 1: the last row is the sum of the others, which are independent."""
    matrix = _dominant(raw)
    matrix[..., -1:, :] = matrix[..., :-1, :].sum(axis=-2, keepdims=True)
    return matrix


def _rank_one(raw: Array) -> Array:
    """An outer product, zero at times."""
    return np.asarray(raw[..., :, :1] * _adjoint(raw)[..., :1, :] / 4)


def _adjoint(raw: Array) -> Array:
    return np.conj(np.swapaxes(raw, -1, -2))


#: What `matrices` can be asked for: functions of square matrices of small numbers.
MATRICES: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "lower": _lower,
        "orthogonal": _orthogonal,
        "positive definite": _positive_definite,
        "rank one": _rank_one,
        "singular": _singular,
        "symmetric": _symmetric,
        "upper": _upper,
        "well-conditioned": _dominant,
    }
)


@st.composite
def matrices(
    draw: st.DrawFn,
    kind: str = "well-conditioned",
    *,
    side: int | None = None,
    max_side: int = 4,
    batch: Shape = (),
    dtype: DTypeLike = np.float64,
) -> Array:
    """Draw square matrices with a property.

    Args:
        kind: one of `MATRICES`: `well-conditioned`, `symmetric` (Hermitian, with eigenvalues at
            least 1 apart), `positive definite`, `lower` and `upper` (triangular and invertible),
            `orthogonal` (unitary), `singular` (of rank n - 1), `rank one`.
        side: of the matrices; drawn from 1 to `max_side` where None.
        max_side: the largest side.
        batch: the shape of a stack of matrices.
        dtype: floating or complex.

    Raises:
        ValueError: for an unknown kind.

    >>> from hypothesis import find
    >>> find(matrices("positive definite"), lambda a: len(a) == 2)
    array([[1., 0.],
           [0., 1.]])
    """
    if kind not in MATRICES:
        raise ValueError(f"matrices: kind {kind!r} is not one of {', '.join(sorted(MATRICES))}")
    n = draw(st.integers(1, max_side)) if side is None else side
    raw = draw(arrays((*batch, n, n), np.result_type(dtype, np.float64), wide=False))
    return np.asarray(MATRICES[kind](raw)).astype(dtype)
