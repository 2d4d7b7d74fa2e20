"""The trap of a column beside a row: `(N, 1) - (N,)` is a square, and its mean is no loss.

Broadcasting turns predictions of shape (N, 1) and targets of shape (N,) into all N² pairs. That
is meant where the column was made for it, `x[:, None] - y`, or one came from the other; summed to
one number right away it hardly ever is.
"""

from __future__ import annotations

from typing import Any

from autograd.graph.node import Node
from autograd.graph.tensor import Tensor
from autograd.location import modules_below_the_caller
from autograd.traps import warn_of_trap

__all__: list[str] = []

_STEPS = 2  # between the square and the sum, such as square and a factor
# What makes a column on purpose.
_SHAPING = frozenset({
    "broadcast_to", "concatenate", "expand_dims", "matrix_transpose", "moveaxis", "reshape",
    "stack", "swapaxes", "transpose",
})  # fmt: skip


def warn_of_square(x: Any, axis: Any = None) -> None:
    """Warn where all of `x` is reduced, and `x` is what a column and a row broadcast to.

    Nothing but the shape is looked at unless its sides are equal.
    """
    if type(x) is not Tensor or x._node is None:
        return
    shape = x._value.shape
    if len(shape) < 2 or shape[0] != shape[-1] or shape[0] < 2:
        return
    if axis is not None and (not isinstance(axis, tuple) or len(axis) != len(shape)):
        return
    pair = _pair(x._node, shape, _STEPS)
    if pair is None or _library_is_at_work():
        return
    node, column, row = pair
    if _made_on_purpose(node, column) or _related(node.edges[column], node.edges[row]):
        return
    shapes = _shape(node, column), _shape(node, row)
    left, right = shapes if column == 0 else shapes[::-1]
    warn_of_trap(
        f"{node.label()}: shapes {left} and {right} broadcast to {shape}, each number of one with "
        "each of the other, and the result is reduced at once; give both the same shape, such as "
        "predictions.reshape(-1) and targets of (N,), or write column[:, None] where all pairs "
        "are meant (see: broadcast-loss)"
    )


def _pair(node: Node, shape: tuple[int, ...], steps: int) -> tuple[Node, int, int] | None:
    """The elementwise operation of a column and a row that gave this shape, and their slots."""
    op = node.op
    if op is None or (op.kind != "elementwise" and op.name != "where"):
        return None
    if len(node.edges) == 2:
        for column, row in ((0, 1), (1, 0)):
            upright, flat = _shape(node, column), _shape(node, row)
            if len(flat) == 1 and upright == flat + (1,) * (len(shape) - 1):
                return node, column, row
    if steps and op.name != "exp":  # the kernel of two samples
        for edge in node.edges:
            if edge is not None and edge.op is not None and _shape_of(edge.value) == shape:
                found = _pair(edge, shape, steps - 1)
                if found is not None:
                    return found
    return None


def _shape_of(kept: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = getattr(kept, "shape", ())
    return shape


def _shape(node: Node, slot: int) -> tuple[int, ...]:
    """The shape of an argument, whether it was computed, saved or is a number."""
    edge = node.edges[slot]
    return _shape_of(node.inputs[slot] if edge is None else edge.value)


def _library_is_at_work() -> bool:
    """Whether the sum is part of something else of the library: a rule, a loss, a test."""
    quiet = (
        "autograd.ops", "autograd.operation", "autograd.linalg", "autograd.elsewhere", "numpy",
    )  # fmt: skip
    return not all(module.startswith(quiet) for module in modules_below_the_caller())


def _made_on_purpose(node: Node, slot: int) -> bool:
    """Whether a column was made by `[:, None]` and its like, or keeps the axes of a reduction."""
    edge = node.edges[slot]
    if edge is None:
        notes = node.annotations
        origin = None if notes is None else notes.constants.get(slot, (None,) * 3)[2]
        op = getattr(origin, "op", None)
        if op is None:
            return False
        return op.name in _SHAPING or (op.name == "getitem" and _is_flat(origin.parts[0]))
    while edge is not None and edge.op is not None:
        keywords = edge.keywords or {}
        if edge.op.name in _SHAPING or keywords.get("keepdims"):
            return True
        if edge.op.name == "getitem":
            index = keywords["index"]
            return any(each is None for each in (index if type(index) is tuple else (index,)))
        if edge.op.kind != "elementwise":
            return False
        shape = _shape_of(edge.value)
        edge = next((e for e in edge.edges if e is not None and _shape_of(e.value) == shape), None)
    return False


def _is_flat(part: Any) -> bool:
    """Whether what was indexed, outside the graph, had one axis; also where it is gone."""
    base = part[0]() if isinstance(part, tuple) else None
    return base is None or base.ndim < 2


def _related(one: Node | None, other: Node | None) -> bool:
    """Whether one argument was computed from the other."""
    if one is None or other is None:
        return False
    young, old = (one, other) if one.sequence > other.sequence else (other, one)
    seen: set[Node] = set()
    stack = [young]
    while stack:
        node = stack.pop()
        if node is old:
            return True
        if node in seen or node.sequence < old.sequence:
            continue
        seen.add(node)
        stack.extend(edge for edge in node.edges if edge is not None)
    return False
