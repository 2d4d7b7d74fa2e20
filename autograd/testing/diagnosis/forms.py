"""Patterns of formulas: a derivative that is a known one, but of another array, or nearly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.scale import common_factor
from autograd.testing.diagnosis.wording import Words
from autograd.testing.subjects import Array

#: Derivatives in terms of the output y, as rules write them.
FORMS: Mapping[str, Callable[[Array], Array]] = MappingProxyType(
    {
        "1": np.ones_like,
        "y": lambda y: y,
        "1 - y": lambda y: 1.0 - y,
        "1 + y": lambda y: 1.0 + y,
        "y²": lambda y: y * y,
        "1 - y²": lambda y: 1.0 - y * y,
        "1 + y²": lambda y: 1.0 + y * y,
        "y (1 - y)": lambda y: y * (1.0 - y),
        "y (1 + y)": lambda y: y * (1.0 + y),
        "1/y": lambda y: 1.0 / y,
        "1/(2y)": lambda y: 0.5 / y,
        "2y": lambda y: 2.0 * y,
        "-y²": lambda y: -y * y,
    }
)


_UNSEEN = 1e-9  # of the largest number
_NEARLY = (
    "nearly right: a small constant of the forward pass (an epsilon) is missing in the backward "
    "one, or in another place there"
)
_APPROXIMATE = (
    "right to a few digits only: an approximation (a fit, a table, a rounded constant) stands for "
    "the derivative"
)
_ALONE = 0.99  # of a row's difference, that one place carries
_FAR = 8.0  # here functions saturate
_LOOSELY = 1e-3  # so far out, numerical derivatives have not more digits


def formula(e: Evidence) -> Words:
    """A formula of the output that is read of the input, or is not quite the right one."""
    if not e.is_elementwise or e.output is None or not e.linear:
        return
    right = e.from_row(np.diagonal(e.jacobian))
    claimed = e.from_row(np.diagonal(e.claimed))
    if np.unique(e.x[e.known]).size < 2:
        return
    of_output = {name: form(e.output) for name, form in FORMS.items()}
    true = [name for name, form in of_output.items() if e.agrees(right, form)]
    for name in true:
        if name != "1" and e.agrees(claimed, FORMS[name](e.x)):
            yield (
                f"{name} is taken of the input, where y is the output: the wrong array was saved"
            )
        for other, form in of_output.items():
            if other not in true and e.agrees(claimed, form):
                yield f"it is {other} where {name} belongs (y: the output)"


def factors(e: Evidence) -> Words:
    """The product rule, half of it."""
    if not e.is_elementwise or e.output is None or not e.linear:
        return
    right = e.from_row(np.diagonal(e.jacobian))
    claimed = e.from_row(np.diagonal(e.claimed))
    if not (np.abs(e.x) > 1e-3)[e.known].all() or np.unique(e.x[e.known]).size < 2:
        return
    share = e.output / e.x
    if np.abs(right).max() <= 1e-6 * np.abs(share).max():
        return
    if e.agrees(claimed, share) or e.agrees(right - claimed, share):
        yield "only one of two factors that hold x counts: the product rule has two terms"


def small_constant(e: Evidence) -> Words:
    """Right to a few digits, and no more."""
    if not e.telling.any() or not e.wrong.any() or common_factor(e) is not None:
        return
    with np.errstate(all="ignore"):
        signed = ((e.analytic - e.numeric) / e.numeric)[e.telling | e.wrong]
    most = float(np.abs(signed).max(initial=0.0))
    if not 0.0 < most < 2.0**-6:
        return
    rows = e.claimed[np.abs(e.claimed) > 0]
    if rows.size and np.array_equal(rows, rows.astype(np.float16)) and most < 2.0**-9:
        yield "right to three digits only: something is kept in float16"
    elif rows.size and np.array_equal(rows, rows.astype(np.float32)) and most < 2.0**-20:
        yield "right to seven digits only: something is kept in float32"
    else:
        # A constant that is missing makes all too large, or all too small; a fit goes to and fro.
        if not e.is_elementwise or min(-signed.min(), signed.max()) < most / 16.0:
            yield _NEARLY
        if e.is_elementwise:
            yield _APPROXIMATE


def by_row(e: Evidence) -> Words:
    """A factor for each row, 1 but where something is tiny."""
    if len(e.outputs) != 1 or e.cotangent.size != 1 or e.x.ndim < 2 or not e.known.all():
        return
    if e.x.shape[-1] < 2:  # one number is some multiple of any other
        return
    analytic, numeric = (x.reshape(-1, e.x.shape[-1]) for x in (e.analytic, e.numeric))
    seen = np.abs(numeric).max(axis=1) > _UNSEEN * e.size
    if not seen.any() or not e.wrong.any() or common_factor(e) is not None:
        return
    # Where nothing is to arrive at ordinary numbers, the forward pass leaves them out: no constant.
    sizes = np.abs(e.x.reshape(seen.size, -1)).max(axis=1)
    hidden = ~seen & ((sizes > _FAR) | (sizes < _LOOSELY))
    vanished = bool(np.abs(analytic[hidden]).max(initial=0.0) > _LOOSELY * e.size)
    analytic, numeric = analytic[seen], numeric[seen]
    factor = (analytic * numeric).sum(axis=1) / (numeric * numeric).sum(axis=1)
    if (factor <= 0.0).any():
        return
    off = np.abs(analytic - factor[:, np.newaxis] * numeric).max(axis=1)
    near = off <= _LOOSELY * np.abs(analytic).max(axis=1) + _UNSEEN * e.size
    if near.all() and (vanished or np.abs(factor - 1.0).max() > _LOOSELY):
        yield _NEARLY


def lost(e: Evidence) -> Words:
    """Zero where something small belongs."""
    right = e.telling & ~e.wrong
    if not right.any() or not e.equals(0.0, e.wrong):
        return
    if np.abs(e.numeric[e.wrong]).max() <= 1e-2 * np.abs(e.numeric[right]).max():
        yield "small gradients are lost: it is zero where something small belongs"


def label(e: Evidence) -> Words:
    """The same number missing in one place of each row."""
    if len(e.outputs) != 1 or e.cotangent.size != 1 or not e.x.ndim:
        return
    if e.x.shape[-1] < 2 or not e.known.all():
        return
    rows = (e.analytic - e.numeric).reshape(-1, e.x.shape[-1])
    size = np.abs(rows)
    missing = np.take_along_axis(rows, size.argmax(axis=1)[:, np.newaxis], 1)
    alone = size.max(axis=1) >= _ALONE * size.sum(axis=1)
    if alone.all() and np.ptp(missing) <= (1.0 - _ALONE) * np.abs(missing).max() > 1e-6 * e.size:
        yield (
            "the same number is missing in one place of each row: the 1 at the label is not "
            "subtracted (y - t)"
        )
