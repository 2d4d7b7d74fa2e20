"""Patterns of windows: the right numbers of each output, at other places of the input."""

from __future__ import annotations

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.wording import Words
from autograd.testing.subjects import Array


def backwards(e: Evidence) -> Words:
    """The Jacobian itself where its transpose belongs."""
    j = e.jacobian
    size = float(np.abs(j).max(initial=0.0))
    several = ((np.abs(j) > 1e-7 * size).sum(axis=0) > 1).any()  # else it only moves elements
    square = j.shape[0] == j.shape[1] > 1 and e.output is not None and several
    if square and not e.is_elementwise and np.abs(j - j.T).max() > 1e-6 * size and e.claims(j.T):
        yield (
            "what flows back goes forward again: the operation is applied where its reverse "
            "(its transpose) belongs"
        )


def window(e: Evidence) -> Words:
    """A stride or a dilation that is not heeded, a kernel that is read backwards."""
    if not e.linear or not e.known.all() or e.is_elementwise:
        return
    found = [_row(right, claimed) for right, claimed in zip(e.jacobian, e.claimed, strict=True)]
    if len(found) < 2 or any(each is None for each in found):
        return
    kinds = {kind for kind, _ in filter(None, found)}
    shifts = [shift for _, shift in filter(None, found)]
    if "reversed" in kinds and kinds <= {"reversed", "same"}:
        yield "each window is read backwards: the kernel is flipped, or not, where it should not be"
    elif "spread" in kinds and kinds <= {"spread", "same", "moved"}:
        if kinds == {"spread"} and len(set(shifts)) > 1:
            yield (
                "stride and dilation are exchanged, or both ignored: windows begin elsewhere, and "
                "their places are not as far apart as in forward"
            )
        else:
            yield (
                "the dilation is ignored: the places of a window are not as far apart as in forward"
            )
    elif kinds <= {"moved", "same"} and "moved" in kinds and len(set(shifts)) > 1:
        yield "the stride is ignored: windows do not begin where they did in forward"


def _row(right: Array, claimed: Array) -> tuple[str, int] | None:
    """How one output's numbers lie beside where they belong; None for other numbers."""
    size = max(float(np.abs(right).max(initial=0.0)), 1e-300)
    places, others = (np.flatnonzero(np.abs(row) > 1e-9 * size) for row in (right, claimed))
    if len(places) != len(others) or len(places) < 2:  # one number alone is no window
        return None
    here, there = right[places], claimed[others]
    if np.allclose(here, there, 1e-5, 1e-7 * size):
        if np.array_equal(places, others):
            return "same", 0
        shift = int(others[0] - places[0])
        return ("moved" if np.ptp(places - others) == 0 else "spread"), shift
    reverse = np.allclose(here, there[::-1], 1e-5, 1e-7 * size)
    return ("reversed", 0) if reverse and np.array_equal(places, others) else None


def product(e: Evidence) -> Words:
    """The factors of a matrix product, in another order or not transposed."""
    case = e.case
    if len(case.outputs) != 1 or case.outputs[0].ndim != 2 or e.x.ndim != 2:
        return
    g, out = case.cotangents[0], case.outputs[0]
    matrices = [p for p, x in enumerate(case.inputs) if x.ndim == 2 and x.dtype.kind == "f"]
    for p in matrices:
        for q in matrices:
            a, b = case.inputs[p], case.inputs[q]
            if p == q or e.position not in (p, q) or a.shape[1] != b.shape[0]:
                continue
            bias = _difference(out, a @ b)
            if bias is None or g is None:
                continue
            other, name = (b, case.names[q]) if e.position == p else (a, case.names[p])
            for words, left, right in (
                ("the factors are swapped", other.T, g) if e.position == p else
                ("the factors are swapped", g, other.T),
                (f"{name} is not transposed", g, other) if e.position == p else
                (f"{name} is not transposed", other, g),
                (f"the factors are swapped, and {name} is not transposed", other, g)
                if e.position == p else
                (f"the factors are swapped, and {name} is not transposed", g, other),
                ("the cotangent is transposed in place of the factor", g.T, other)
                if e.position == p else
                ("the cotangent is transposed in place of the factor", other, g.T),
            ):  # fmt: skip
                if left.shape[1] == right.shape[0] and e.equals(left @ right):
                    yield f"of the matrix product {words}"


def _difference(out: Array, product: Array) -> Array | None:
    """What a row adds to a product; None where it is not that."""
    if out.shape != product.shape:
        return None
    bias = out - product
    allowed = 1e-9 * max(float(np.abs(out).max(initial=0.0)), 1e-300)
    return bias if out.size and bool((np.ptp(bias, axis=0) <= allowed).all()) else None
