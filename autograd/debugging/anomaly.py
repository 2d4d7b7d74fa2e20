"""Where NaN and infinity come from, and which arrays were changed behind the graph's back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.graph.modes import Mode, ModeBlock, Observer, observed
from autograd.graph.node import Node, describe
from autograd.graph.tensor import value as raw_value
from autograd.location import caller_location

if TYPE_CHECKING:
    from autograd.operation.record import Op


class detect_anomaly(ModeBlock):
    """Inside, the operation that first produces NaN or infinity raises, with its source line.

    The forward pass is watched as well as the backward pass, so the report is of the first bad
    number, not of the first one that the gradient meets. Arrays that were changed through NumPy
    between forward and backward (`t.data[...] = v`) are found too. Costs about one more pass over
    every array; use it for debugging.

    Raises:
        FloatingPointError: naming the operation, its arguments and the line that called it.
        RuntimeError: for a saved array that was changed.

    >>> x = Tensor([1.0, 0.0], requires_grad=True)
    >>> with detect_anomaly():
    ...     y = (x * 2).log()
    Traceback (most recent call last):
    ...
    FloatingPointError: log produced -inf in 1 of 2 elements from finite arguments ...
    """

    def inside(self, mode: Mode) -> Mode:
        """The same, watched."""
        return observed(mode, _Anomalies())


class _Anomalies(Observer):
    """Checks every result, forward and backward."""

    keep_source = True
    silences_numpy = True  # its warnings would come first and say less

    def operation_finished(
        self, op: Op, values: tuple[Any, ...], keywords: dict[str, Any], out: Any, node: Node | None
    ) -> None:
        """Raise where finite arguments gave a number that is not."""
        for each in out if isinstance(out, tuple) else (out,):
            kind = bad_kind(each)
            if kind and all(bad_kind(value) is None for value in values):
                given = ", ".join(describe(value) for value in values if value is not None)
                raise FloatingPointError(
                    f"{op.name} produced {kind} in {_count(each)} elements from finite arguments "
                    f"({given}){_extremes(values)} at {caller_location()}{_module(node)}"
                    f"{_left_out(op, each)}"
                )
        if node is not None:
            node.annotate().checksums = checksums(node)

    def step_started(self, node: Node, cotangent: Any) -> None:
        """Raise where an array that the rules will read was changed since."""
        if node.annotations is None or node.annotations.checksums is None:
            return
        for position, (before, now) in enumerate(
            zip(node.annotations.checksums, checksums(node), strict=True)
        ):
            if before != now:
                assert node.op is not None
                what = f"its argument {position}" if position < len(node.edges) else "its result"
                raise RuntimeError(
                    f"backward: {node.label()}, called at {node.source}, saved {what}, which was "
                    "changed since through NumPy (an in-place write to .data or to an array that "
                    "shares memory); change a copy, or do it after backward()"
                )

    def step_finished(self, node: Node, cotangent: Any, contributions: list[Any]) -> None:
        """Raise where a finite cotangent became a gradient that is not."""
        given = cotangent if isinstance(cotangent, tuple) else (cotangent,)
        if any(bad_kind(each) for each in given):
            return
        for slot, passed in enumerate(contributions):
            kind = bad_kind(passed)
            if kind:
                assert node.op is not None
                argument = node.op.arguments[min(slot, len(node.op.arguments) - 1)]
                raise FloatingPointError(
                    f"the gradient of {node.op.name} with respect to {argument!r} is {kind} in "
                    f"{_count(passed)} elements, from a finite cotangent; {node.op.name} was "
                    f"called at {node.source}{_module(node)}{_trap(given[0], passed, node)}"
                )


def bad_kind(value: Any) -> str | None:
    """What is in an array or Tensor that is no number: "NaN", "inf" or "-inf"; else None."""
    raw = raw_value(value)
    if not isinstance(raw, (ndarray, np.generic)) or raw.dtype.kind not in "fc":
        return None
    if np.isfinite(raw).all():
        return None
    if np.isnan(raw).any():
        return "NaN"
    return "inf" if np.isposinf(np.real(raw)).any() else "-inf"


def _count(value: Any) -> str:
    raw = np.asarray(raw_value(value))
    return f"{np.count_nonzero(~np.isfinite(raw))} of {raw.size}"


def _extremes(values: tuple[Any, ...]) -> str:
    """The smallest and largest argument, which often say why."""
    texts = []
    for value in values:
        raw = np.asarray(value) if value is not None else np.empty(0)
        if raw.size and raw.dtype.kind in "iuf":
            texts.append(f"[{raw.min():.6g}, {raw.max():.6g}]")
    return f" in the range{'s' if len(texts) > 1 else ''} {', '.join(texts)}" if texts else ""


def _module(node: Node | None) -> str:
    return f" in module {node.module}" if node is not None and node.module else ""


def _left_out(op: Op, out: Any) -> str:
    """Advice where some elements only are bad: `where` does not take them back out."""
    bad = np.count_nonzero(~np.isfinite(out))
    if op.kind != "elementwise" or bad == np.size(out):
        return ""
    return (
        "; if a where() shall leave these elements out, replace the argument inside the branch "
        f"too, {_cure(op)}: else their gradient is NaN"
    )


def _cure(op: Op | None) -> str:
    return f"where(ok, {op.name if op else 'f'}(where(ok, x, 1)), other)"


def _trap(cotangent: Any, passed: Any, node: Node) -> str:
    """Advice where 0 times infinity made NaN: the branch that `where` did not take."""
    g = np.asarray(raw_value(cotangent))
    raw = np.asarray(raw_value(passed))
    lost = np.isnan(raw)
    if g.shape != raw.shape or not lost.any() or not np.all(g[lost] == 0):
        return ""
    return (
        "; the cotangent is 0 there: this looks like a branch that where() did not take. Replace "
        f"the argument inside the branch too: {_cure(node.op)}"
    )


def checksums(node: Node) -> tuple[int, ...]:
    """A checksum of everything that the rules of a node may read."""
    values = node.value if isinstance(node.value, tuple) else (node.value,)
    return tuple(_checksum(value) for value in (*node.inputs, *values))


def _checksum(value: Any) -> int:
    if type(value) is not ndarray:
        return 0
    from zlib import crc32

    return crc32(value.tobytes())
