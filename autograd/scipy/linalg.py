"""`scipy.linalg`, with gradients of matrix equations and functions.

Reference: M. Giles (2008), An extended collection of matrix derivative results for forward and
reverse mode algorithmic differentiation, University of Oxford.
"""

from __future__ import annotations

from typing import Any

import numpy as _np
import scipy.linalg as _scipy

from autograd import linalg as _linalg
from autograd.hips.primitives import defjvp as _defjvp
from autograd.hips.primitives import defjvp_argnums as _defjvp_argnums
from autograd.hips.primitives import defvjp as _defvjp
from autograd.hips.primitives import primitive as _primitive
from autograd.hips.wrapping import wrap_namespace as _wrap_namespace
from autograd.ops.elementwise import conj as _conj
from autograd.ops.rearrange import swapaxes as _swapaxes
from autograd.ops.shapes import stack as _stack


def _transposed(a: Any) -> Any:
    return _swapaxes(a, -1, -2)


def _solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    return _linalg.solve_triangular(a, b, trans, lower, unit_diagonal)


__all__ = _wrap_namespace(
    vars(_scipy),
    globals(),
    {
        "det": _linalg.det, "expm": _linalg.expm, "inv": _linalg.inv, "pinv": _linalg.pinv,
        "solve": _linalg.solve, "solve_triangular": _solve_triangular,
    },
)  # fmt: skip

sqrtm = _primitive(_scipy.sqrtm)
solve_sylvester = _primitive(_scipy.solve_sylvester)
solve_banded = _primitive(_scipy.solve_banded)


def _sqrtm_a(ans: Any, a: Any) -> Any:
    # x of y x + x y = g, with y the root
    other = _transposed(ans)
    return lambda g: solve_sylvester(other, other, g)


_defvjp(sqrtm, _sqrtm_a)
_defjvp(sqrtm, lambda g, ans, a: solve_sylvester(ans, ans, g))


def _sylvester(argnum: int) -> Any:
    """Rules of a x + x b = q: q's gradient solves the transposed equation."""

    def rule(ans: Any, a: Any, b: Any, q: Any) -> Any:
        def pull(g: Any) -> Any:
            of_q = solve_sylvester(_transposed(a), _transposed(b), g)
            other = _transposed(ans)
            return (-of_q @ other, -other @ of_q, of_q)[argnum]

        return pull

    return rule


_defvjp(solve_sylvester, *map(_sylvester, range(3)))


def _push_sylvester(argnums: Any, tangents: Any, ans: Any, args: Any, kwargs: Any) -> Any:
    a, b, _ = args
    moved = dict(zip(argnums, tangents, strict=True))
    right = _np.zeros(_np.shape(ans))
    if 2 in moved:
        right = moved[2]
    if 0 in moved:
        right = right - moved[0] @ ans
    if 1 in moved:
        right = right - ans @ moved[1]
    return solve_sylvester(a, b, right)


_defjvp_argnums(solve_sylvester, _push_sylvester)


def _diagonals(l_and_u: tuple[int, int], left: Any, right: Any) -> Any:
    """The bands of the matrix `left @ right.T`, as `solve_banded` takes them."""
    lower, upper = l_and_u
    side = _np.shape(left)[0]
    rows = []
    for offset in range(upper, -lower - 1, -1):  # the diagonal of a[i, i + offset]
        column = _np.arange(side)
        row = column - offset
        inside = ((row >= 0) & (row < side)).astype(float)
        products = left[_np.clip(row, 0, side - 1)] * right
        rows.append(inside * (products.sum(-1) if _np.ndim(products) > 1 else products))
    return _stack(rows)


def _transposed_bands(l_and_u: tuple[int, int], ab: Any) -> Any:
    """The bands of the transposed matrix."""
    lower, upper = l_and_u
    side = _np.shape(ab)[1]
    column = _np.arange(side)
    rows = []
    for offset in range(lower, -upper - 1, -1):  # row `upper + offset` holds the diagonal -offset
        source = column - offset
        inside = ((source >= 0) & (source < side)).astype(float)
        rows.append(inside * ab[upper + offset][_np.clip(source, 0, side - 1)])
    return (upper, lower), _stack(rows)


def _banded_rhs(l_and_u: Any, ab: Any, g: Any) -> Any:
    bands, transposed = _transposed_bands(l_and_u, ab)
    return solve_banded(bands, transposed, g)


_defvjp(
    solve_banded,
    lambda ans, l_and_u, ab, b: (
        lambda g: -_diagonals(l_and_u, _banded_rhs(l_and_u, ab, g), _conj(ans))
    ),
    lambda ans, l_and_u, ab, b: lambda g: _banded_rhs(l_and_u, ab, g),
    argnums=[1, 2],
)
