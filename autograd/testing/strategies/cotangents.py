"""Cotangents: what arrives at the outputs of a function in a backward pass."""
# ruff: noqa: D417 - `draw` comes from Hypothesis, callers do not pass it

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograd.testing.strategies.layouts import layouts
from autograd.testing.strategies.values import arrays

Array = NDArray[Any]


@st.composite
def cotangents(
    draw: st.DrawFn,
    outputs: Sequence[Array],
    *,
    absent: bool = True,
    layout: bool = True,
    zero: bool = True,
) -> tuple[Array | None, ...]:
    """Draw a cotangent for each output.

    Signed numbers, one-hot, ones, or zeros, in any memory layout; None for some of several outputs,
    never for all that can have one.

    Args:
        outputs: of the function; those that are not floating or complex always get None.
        absent: whether an output may get None.
        layout: whether memory layouts other than contiguous are drawn.
        zero: whether all numbers may be zeros, for which every gradient is zero.

    >>> from hypothesis import find
    >>> find(cotangents([np.ones(2), np.ones(())]), lambda pair: pair[0] is None)
    (None, array(1.))
    """
    usable = [k for k, y in enumerate(outputs) if np.asarray(y).dtype.kind in "fc"]
    kept = draw(st.sampled_from(usable)) if usable else None
    found: list[Array | None] = []
    for k, y in enumerate(outputs):
        if k not in usable or (absent and k != kept and draw(st.booleans())):
            found.append(None)
            continue
        g = draw(_cotangent(np.asarray(y), zero))
        found.append(draw(layouts(g)) if layout else g)
    return tuple(found)


@st.composite
def _cotangent(draw: st.DrawFn, y: Array, zero: bool) -> Array:
    families = ["ones", "signed", "signed", "signed", "one-hot"] + ["zero"] * zero
    family = draw(st.sampled_from(families))
    if family == "signed":
        return draw(arrays(y.shape, y.dtype, domain="nonzero", wide=False, equal=False))
    g = np.full(y.shape, 1 if family == "ones" else 0, y.dtype)
    if family == "one-hot" and y.size:
        g[np.unravel_index(draw(st.integers(0, y.size - 1)), y.shape)] = 1
    return g
