"""What rules pass on: the shape, dtype and ownership of gradients, and what can be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.graph.mutation import mutations
from autograd.graph.node import SPENT, ArraySpec, Node, describe, keepsake
from autograd.graph.tensor import Tensor, value, wrap
from autograd.operation.rules import VALUE
from autograd.ops.elementwise import real
from autograd.ops.shapes import sum_to

# The test-suite sets this: a rule whose result needs a real-to-real cast leaks a wrong dtype.
strict_dtypes = False


def fit(passed: Any, edge: Node, node: Node, slot: int) -> Any:
    """A rule's result in the shape and dtype of the tensor it is the gradient of.

    Broadcasting is undone here, for elementwise operations only; for all others a wrong shape is
    an error of the rule. The imaginary part is dropped where the tensor is real.
    """
    expected = edge.value
    if not isinstance(passed, (Tensor, ndarray, np.generic)):
        if isinstance(passed, (bool, int, float, complex)):
            passed = expected.dtype.type(passed)
        else:
            what = "None; it must return a gradient of the argument's shape"
            what = what if passed is None else type(passed).__name__
            raise TypeError(_complaint(node, slot, f"returned {what}"))
    if passed.shape != expected.shape:
        if node.op is not None and node.op.kind == "elementwise":
            passed = _undo_broadcasting(passed, expected.shape, node, slot)
        else:
            raise ValueError(
                _complaint(
                    node, slot, f"returned shape {passed.shape}, the argument has {expected.shape}"
                )
            )
    if passed.dtype != expected.dtype:
        passed = _cast(passed, expected.dtype, node, slot)
    if type(passed) is ndarray and passed.ndim == 0:
        passed = passed[()]
    return passed


def _undo_broadcasting(passed: Any, shape: tuple[int, ...], node: Node, slot: int) -> Any:
    try:
        reachable = np.broadcast_shapes(passed.shape, shape) == passed.shape
    except ValueError:
        reachable = False
    if not reachable:
        raise ValueError(
            _complaint(node, slot, f"returned shape {passed.shape}, the argument has {shape}")
        )
    return sum_to(passed, shape)


def _cast(passed: Any, dtype: np.dtype[Any], node: Node, slot: int) -> Any:
    if passed.dtype.kind == "c" and dtype.kind != "c":
        passed = real(passed)
    if passed.dtype != dtype:
        if strict_dtypes and passed.dtype.kind == dtype.kind:
            raise TypeError(
                _complaint(node, slot, f"returned dtype {passed.dtype}, the argument has {dtype}")
            )
        passed = passed.astype(dtype)
    return passed


def is_fresh(passed: Any, g: Any, node: Node) -> bool:
    """Whether nobody but the pass refers to this array, so that a leaf may keep it.

    The cotangent, views and saved values are not; nor is anything from an operation that is not
    the library's own, whose rule may return an array of the user.
    """
    if type(passed) is not ndarray:
        passed, g = value(passed), value(g)
        if type(passed) is not ndarray:
            return True
    if passed is g or passed.base is not None or passed is node.value or not node.op.ours:  # type: ignore[union-attr]
        return False
    if type(g) is tuple and any(passed is value(each) for each in g):
        return False
    for saved in node.inputs:
        if passed is saved:
            return False
    if node.keywords is not None:
        for given in node.keywords.values():
            if passed is given:
                return False
    return True


def check_usable(node: Node) -> None:
    """Raise if a pass used this node, or a value that its rules read was changed after saving."""
    if node.state == SPENT:
        raise spent_error(node)
    if node.sequence > mutations.latest:
        return
    op = node.op
    assert op is not None
    mask = sum(1 << slot for slot, edge in enumerate(node.edges) if edge is not None)
    plan, reads_out = op.plan(mask, len(node.edges))
    saved = [(argument_label(op, i), v) for i, v in enumerate(node.inputs) if plan[i] == VALUE]
    if reads_out:
        values = node.value if type(node.value) is tuple else (node.value,)
        every = range(len(values)) if reads_out is True else reads_out
        saved += [("its result", values[index]) for index in every]
    for what, kept in saved:
        change = mutations.change_after(kept, node.sequence)
        if change is not None:
            raise RuntimeError(
                f"backward: {node.label()} needs {what} ({describe(kept)}) as it was, but it was "
                f"changed in place at {change.location}; change a copy, or do it after backward()"
            )


_failures: dict[int, str] = {}  # number of a pass that failed: why
_KEPT_FAILURES = 64


def note_failure(number: int, running: Node | None, error: BaseException) -> None:
    """Remember why pass `number` has spent its graph without a result."""
    if running is not None and running.state == SPENT:
        running.annotate().failed_in = number  # the pass has not come to number it
    while len(_failures) >= _KEPT_FAILURES:
        del _failures[next(iter(_failures))]
    lines = str(error).splitlines() or [""]
    _failures[number] = f"{type(error).__name__}: {lines[0]}".rstrip(": ")


def spent_error(node: Node) -> RuntimeError:
    """The error for a second pass over a graph that was not retained."""
    failed_in = None if node.annotations is None else node.annotations.failed_in
    failure = _failures.get(failed_in or node.pass_number)
    if failure is not None:
        return RuntimeError(
            f"backward: the first pass over this graph failed at {node.label()} or further on, and "
            f"no gradient was added ({failure}); it has let go of its values: compute the result "
            "again, or pass retain_graph=True to the first pass"
        )
    return RuntimeError(
        f"backward: the graph at {node.label()} was already used by a backward pass and has let go "
        "of its values; pass retain_graph=True to the first pass, or compute the result again"
    )


def argument_label(op: Any, slot: int) -> str:
    """What messages call an argument slot."""
    if op.listed:
        return f"{op.arguments[0]}[{slot}]"
    return f"'{op.arguments[slot]}'"


def _complaint(node: Node, slot: int, what: str) -> str:
    assert node.op is not None
    return f"backward: the rule of {node.label()} for {argument_label(node.op, slot)} {what}"


def where_it_failed(node: Node) -> str:
    """Which node was being run, with its arguments: a note for exceptions out of rules."""
    if node.op is None:
        return f"while delivering the gradient of {node.label()}"
    given = ", ".join(
        f"{argument_label(node.op, slot)}: {describe(node.argument(slot))}"
        for slot in range(len(node.edges))
    )
    return f"while running the backward of {node.label()} ({given})"


def kept_gradient(g: Any, limit: float) -> Any:
    """What a node keeps of its gradient for drawing."""
    return g if g is None or isinstance(g, ArraySpec) else keepsake(g, limit)


def outside(g: Any) -> Tensor:
    """A gradient as users see it: a Tensor, conjugated where complex (PyTorch's convention)."""
    if g.dtype.kind == "c":
        g = g.conj()
    return g if isinstance(g, Tensor) else wrap(g, None)


def inside(gradient: Tensor, on_tensors: bool) -> Any:
    """The inverse of `outside`."""
    if gradient.dtype.kind == "c":
        gradient = gradient.conj()
    return gradient if on_tensors else gradient._value
