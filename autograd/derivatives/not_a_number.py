"""The advice for a result that is NaN, where its gradients are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph.modes import current_mode
from autograd.graph.node import ArraySpec, Node
from autograd.graph.tensor import Tensor
from autograd.location import modules_below_the_caller
from autograd.traps import warn_of_trap


def warn_of_nan(root: Tensor) -> None:
    """Warn, at the user's line, that gradients of NaN are asked for, and say where it began."""
    faces = ("autograd.derivatives", "autograd.of_functions", "autograd.elsewhere")
    if not all(name.startswith(faces) for name in modules_below_the_caller()):
        return  # trainers and tests have words of their own
    observer = current_mode().observer
    if (observer is not None and observer.silences_numpy) or np.geterr()["invalid"] == "ignore":
        return  # it is looked for already, or meant
    assert root._node is not None
    origin = _origin(root._node)
    if origin is not None:
        warn_of_trap(
            f"backward: the result is NaN; {origin}run both passes under `with "
            "autograd.detect_anomaly():`, which stops at the line where NaN begins "
            "(see: first-nan)"
        )


def _origin(root: Node) -> str | None:
    """The oldest operation or leaf that is NaN, as far as the values were kept.

    None where that is no mistake: the mean of nothing, also of targets that are all ignored.
    """
    culprit, seen, stack = root, {root}, [root]
    while stack:
        for edge in stack.pop().edges:
            if edge is not None and edge not in seen and _is_nan(edge.value) is not False:
                seen.add(edge)
                stack.append(edge)
                if edge.sequence < culprit.sequence:
                    culprit = edge
    if culprit.is_leaf:
        if _is_nan(culprit.value):
            return f"the {culprit.label()} is NaN itself, perhaps since an earlier step; "
        return ""
    slots = range(len(culprit.edges))
    given = [_is_nan(culprit.argument(slot)) for slot in slots]
    if True in given:
        return f"a constant that is NaN goes into {culprit.label()}; "
    if not _is_nan(culprit.value) or None in given:
        return ""
    assert culprit.op is not None
    return f"it began in {culprit.label()}; " if culprit.op.kind == "elementwise" else None


def _is_nan(kept: Any) -> bool | None:
    """Whether there is a NaN in what a node keeps; None where only the shape was kept."""
    if isinstance(kept, ArraySpec):
        return None
    values = kept if isinstance(kept, tuple) else (kept,)
    if any(isinstance(each, ArraySpec) for each in values):
        return None
    return any(
        np.asarray(each).dtype.kind in "fc" and bool(np.isnan(each).any())
        for each in values
        if each is not None
    )
