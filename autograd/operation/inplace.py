"""Writing to a Tensor: `t += u`, `t[index] = u`, and what that means for views.

The result of an in-place operation is recorded as if it were out of place; then it is written to
the Tensor's memory, the Tensor moves to the new node, and the mutation table learns of it. Where
the Tensor is a view, the write is recorded on every base up the chain as `replace_part`; other
views of these bases are retaken at their next use (`tensor.refresh`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.graph.modes import current_mode
from autograd.graph.mutation import KEPT_ELEMENTS, is_borrowed, mutations, replace_value
from autograd.graph.node import describe
from autograd.graph.tensor import Tensor, value
from autograd.graph.views import View, move_to
from autograd.location import caller_location
from autograd.operation.call import apply, record
from autograd.operation.operators import gives_way
from autograd.operation.record import Op


def make_inplace(op: Op, name: str) -> Callable[[Tensor, Any], Any]:
    """The method behind `t += u` for a binary operation."""
    method = name.replace("__i", "__")

    def inplace(self: Tensor, other: Any) -> Any:
        if gives_way(other, method):
            return NotImplemented  # Python goes on to `t + other`
        check_writable(self, f"{op.name} in place")
        result = apply(op, (self, other), op.keywords)
        write(self, result, f"{op.name} in place")
        return self

    inplace.__name__ = inplace.__qualname__ = name
    inplace.__doc__ = f"`{op.name}` written into this Tensor's memory."
    return inplace


def check_writable(target: Tensor, what: str) -> None:
    """Refuse before anything changes: leaves that require gradients, and lost views."""
    mode = current_mode()
    if not mode.recording:
        return
    each: Tensor | None = target
    if mode.levels:
        each, _ = mode.levels[-1].to_write(target, target, what)
    while each is not None:
        if each._node is not None and each._node.is_leaf:
            words = f"'{each._name}' " if each._name else ""
            relation = "" if each is target else "the base of this view, "
            raise RuntimeError(
                f"{what}: {relation}the leaf {words}({describe(each)}) requires gradients and "
                "cannot be overwritten while recording; update it under no_grad(), or compute a "
                "new Tensor (see: leaf-in-place)"
            )
        each = each._view.base if each._view is not None else None


def write(target: Tensor, result: Tensor, what: str) -> None:
    """Put `result` into the memory of `target` and move `target` to its node."""
    if result.shape != target.shape:
        raise ValueError(
            f"{what}: the result has shape {result.shape} and does not fit into {target.shape}"
        )
    if not np.can_cast(result.dtype, target.dtype, "same_kind"):
        raise TypeError(f"{what}: {result.dtype} does not fit into {target.dtype} without loss")
    levels = current_mode().levels
    if levels:
        target, result = levels[-1].to_write(target, result, what)
    if type(target._value) is ndarray and not target._value.flags.writeable:
        raise ValueError(
            f"{what}: the memory of this Tensor is read-only ({describe(target)}), as after "
            "broadcast_to; write to a .copy()"
        )
    node = result._node  # the one that may have saved the memory of target
    if node is not None and current_mode().recording and is_borrowed(np.asarray(target._value)):
        raise RuntimeError(
            f"{what}: the memory of this Tensor belongs to another library, which may change what "
            "a gradient depends on; write to a .copy()"
        )
    if result.dtype != target.dtype:
        result = result.astype(target.dtype)
    chain = _views_up(target)
    if current_mode().recording and any(
        not view.recorded and (node is not None or view.base._node is not None) for _, view in chain
    ):
        raise RuntimeError(
            f"{what}: this view was made under no_grad, so the gradient of what is written to it "
            "would be lost; take the view again outside no_grad"
        )
    if type(target._value) is not ndarray:
        # A scalar: nobody else looks at its memory.
        replace_value(target, result._value, caller_location, what)
    else:
        if node is not None:
            # What it saved from memory that is about to be overwritten becomes its own.
            memory = target._value
            node.change_inputs(
                lambda saved: (
                    saved.copy()
                    if type(saved) is ndarray and np.may_share_memory(saved, memory)
                    else saved
                )
            )
        observer = current_mode().observer
        keeps = observer is not None and observer.keep_values
        expected = mutations.expect(target._value, inf if keeps else KEPT_ELEMENTS)
        np.copyto(target._value, result._value)
        mutations.record(expected, caller_location(), what)
    if current_mode().recording:
        move_to(target, result._node)
        target._cut = result._cut
        _record_on_bases(target, chain)


def _views_up(target: Tensor) -> list[tuple[Tensor, View]]:
    chain = []
    each = target
    while (view := each._view) is not None:
        chain.append((each, view))
        each = view.base
    return chain


def _record_on_bases(target: Tensor, chain: list[tuple[Tensor, View]]) -> None:
    """Every base up the chain now depends on what was written to the view."""
    for part, view in chain:
        base = view.base
        if base._node is not None or part._node is not None:
            keywords = {"view": view.op, "keywords": view.keywords, "index": view.index}
            mask = (base._node is not None) + 2 * (part._node is not None)
            values, edges = (base._value, part._value), (base._node, part._node)
            call = replace_part, (base, part), values, edges, mask, keywords
            base._node = record(call, base._value, current_mode())
        view.base_node = base._node


def part_of(array: Any, view: Op, keywords: dict[str, Any], index: int | None) -> Any:
    """The part of `array` (raw or Tensor) that a view operation shows."""
    if isinstance(array, Tensor):
        part = view.function(array, **keywords)
    else:
        part = view.call_body((array,), keywords)
    return part if index is None else part[index]


def _replace_part(
    base: Any, part: Any, view: Any = None, keywords: Any = None, index: Any = None
) -> Any:
    """The array `base` with the part that a view shows replaced by `part`."""
    out = np.array(base)
    part_of(out, view, keywords, index)[...] = part
    return out


_replace_part.__name__ = "replace_part"
replace_part = Op(_replace_part, "linear", arrays=("base", "part"))


def _zero_part(g: Any, view: Any, keywords: Any, index: Any) -> Any:
    part = part_of(value(g), view, keywords, index)
    zeros = np.zeros(np.shape(part), part.dtype)  # real for the real part of complex numbers
    return apply(replace_part, (g, zeros), {"view": view, "keywords": keywords, "index": index})


def _written_part(g: Any, view: Any, keywords: Any, index: Any) -> Any:
    # An imaginary part is written as i times it, whose transpose is -imag(g).
    if g.dtype.kind != "c":
        return part_of(g, view, keywords, index)
    part = part_of(g.conj(), view, keywords, index)
    return part.conj() if part.dtype.kind == "c" else part


replace_part.set_rules({"base": _zero_part, "part": _written_part})
