"""Where a gradient is wrong and where it is right: what tells the two apart, over many points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.places import inside
from autograd.testing.subjects import Array

_ENOUGH = 6  # elements of each sort
_CLEARLY = 1e-3  # relative
_GROSSLY = 0.5
_NEAR, _REACH = 3, 16.0  # so many right sizes, at most so much smaller than the least wrong one
_PURE = 0.98  # share of the wrong elements in a region, and of a region's elements that are wrong


def region(found: Sequence[Evidence], enough: int = _ENOUGH) -> str:
    """The region in which a derivative is wrong; empty where there is none.

    Where elements interact, only the element itself may decide.

    Args:
        found: everything known of one input, where it is right, too.
        enough: so many elements are to be wrong, and so many right.
    """
    pooled: dict[str, list[Array]] = {}
    wrong: list[Array] = []
    off: list[Array] = []
    alone = all(each.is_elementwise for each in found if each.wrong.any())
    for each in found:
        chosen = each.telling
        columns = dict(_features(each)) if alone else {"": each.x}
        skipped = alone and not each.is_elementwise
        if skipped or not chosen.any() or (pooled and columns.keys() != pooled.keys()):
            continue
        for name, column in columns.items():
            pooled.setdefault(name, []).append(column[chosen])
        wrong.append(each.wrong[chosen])
        with np.errstate(all="ignore"):
            share = np.abs(each.analytic - each.numeric) / np.abs(each.numeric)
        off.append(np.nan_to_num(share[chosen], nan=np.inf))
    if not wrong:
        return ""
    bad = np.concatenate(wrong)
    clear = np.concatenate(off)
    if min(bad.sum(), (~bad).sum()) < enough:
        return ""
    for name, parts in pooled.items():
        where = _boundary(name, np.concatenate(parts), bad, clear, min(enough, _NEAR))
        if where:
            there = {inside(each) for each in found if each.wrong.any()}
            return f"wrong only {where}{there.pop() if len(there) == 1 else ''}"
    return ""


def _features(e: Evidence) -> Iterator[tuple[str, Array]]:
    """Numbers that may decide, one for each element of the input."""
    yield "", e.x
    if e.output is None:
        return
    others = [
        (name, np.broadcast_to(x, e.x.shape))
        for name, x in zip(e.case.names, e.case.inputs, strict=True)
        if x is not e.x and x.dtype.kind == "f" and _fits(x, e.x.shape)
    ]
    yield from others
    for name, other in others:
        yield f"{e.name} - {name}", e.x - other
    yield "the output", e.output
    own = e.own_cotangent
    yield "the gradient", e.numeric
    if own is not None:
        yield "the cotangent", own


def _fits(x: Array, shape: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(x.shape, shape) == shape
    except ValueError:
        return False


def _boundary(name: str, values: Array, bad: Array, off: Array, near: int) -> str:
    """Words for where the wrong values lie, if they lie apart from the right ones.

    A branch begins somewhere: just inside it the gradient is clearly off, and just outside there
    are values at which it is right. Where it is off by less and less towards some point, or right
    at that point only, it is wrong everywhere, and the point is a chance.
    """
    of = f"where {name} is" if name else "for"
    inputs = "" if name else " inputs"
    if not values[bad].any() and values[~bad].all():
        return f"where {name or 'x'} is zero"
    only = values[bad][0]
    if (values[bad] == only).all() and bad.sum() > 1 and not (values[~bad] == only).any():
        return f"where {name or 'x'} is {only:.3g}"
    for words, sign in (("negative", values < 0), ("positive", values > 0)):
        if _parts(sign, bad, 0.9):
            return f"{of} {words}{inputs}"
    if not _begins(values, bad, off, near):
        return ""
    size = np.abs(values)
    least, most = size[bad].min(), size[bad].max()
    if _parts((size >= least) & (size <= most), bad):
        edge = f"|{name or 'x'}| of {least:.3g}"
        if (size[~bad] < least).mean() < 1 - _PURE:
            return f"{of} small{inputs}, |{name or 'x'}| of {most:.3g} and less"
        above = (size[~bad] > most).any()
        return f"{of} large{inputs}, {edge} {f'to {most:.3g}' if above else 'and more'}"
    low, high = values[bad].min(), values[bad].max()
    if _parts((values >= low) & (values <= high), bad):
        if (values[~bad] > high).mean() < 1 - _PURE:
            return f"where {name or 'x'} is large, {low:.3g} and more"
        if (values[~bad] < low).mean() < 1 - _PURE:
            return f"where {name or 'x'} is small, {high:.3g} and less"
        return f"where {name or 'x'} is {low:.3g} to {high:.3g}"
    return ""


def _parts(region: Array, bad: Array, pure: float = _PURE) -> bool:
    """Whether a region holds nearly all of what is wrong, and nearly nothing else."""
    if not region.any() or region.all():
        return False
    return bool(region[bad].mean() >= pure and bad[region].mean() >= pure)


def _begins(values: Array, bad: Array, off: Array, near: int) -> bool:
    """Whether the wrong values begin at an edge rather than fade out."""
    size = np.abs(values)
    wrong = np.sort(size[bad])
    edge = wrong[0]
    nearest = off[bad][np.argsort(size[bad], kind="stable")][: max(3, len(wrong) // 10)]
    below = np.unique(size[~bad & (size < edge)])
    inner = below[below >= edge / _REACH]
    if (size[~bad] > wrong[-1]).any() and not below.size:
        return True  # small ones are wrong: the edge is on the other side
    if (off[bad] > _GROSSLY).all() and len(below) >= _NEAR:
        return True  # what is lost altogether does not fade out
    return bool(np.median(nearest) > _CLEARLY and len(inner) >= near)
