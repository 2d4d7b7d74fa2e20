"""The patterns of wrong gradients, and what fits one piece of evidence.

A pattern yields the words of every explanation that fits. None needs to be certain: at one point
anything can coincide, so many points are asked, and what fits at most of them is believed. Words
therefore name axes and operands, never numbers that differ from point to point.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd.testing.diagnosis import forms, paths, places, scale, sums, terms, windows
from autograd.testing.diagnosis.evidence import Evidence
from autograd.testing.diagnosis.wording import Words

#: Plainer explanations first.
PATTERNS: tuple[Callable[[Evidence], Words], ...] = (
    scale.missing,
    scale.outputs,
    sums.uses,
    scale.factor,
    scale.masks,
    scale.forward,
    scale.cotangent,
    forms.formula,
    windows.product,
    windows.backwards,
    forms.label,
    terms.elementwise,
    terms.normalisation,
    sums.other_axes,
    scale.counts,
    places.arrangement,
    windows.window,
    places.misdelivered,
    places.anywhere,
    places.outputs,
    terms.coupling,
    sums.spread,
    terms.other_operand,
    terms.ratio,
    terms.elsewhere,
    terms.symmetric,
    terms.mask,
    forms.factors,
    forms.small_constant,
    forms.by_row,
    forms.lost,
    places.gained,
    places.part,
    paths.some_paths,
)
PLACES = PATTERNS.index(places.part)
# What explains every number, right ones too: where it shows and where not is no matter.
COMPLETE = frozenset(
    PATTERNS.index(each)
    for each in (
        forms.formula,
        forms.factors,
        windows.product,
        windows.backwards,
        windows.window,
        places.outputs,
        scale.forward,
        scale.masks,
        paths.some_paths,
    )
)


def explain(evidence: Evidence) -> dict[str, int]:
    """What fits, with the rank of its pattern: plainer explanations have a lower one."""
    found: dict[str, int] = {}
    with np.errstate(all="ignore"):
        for rank, pattern in enumerate(PATTERNS):
            for words in pattern(evidence):
                found.setdefault(words, rank)
    return found
