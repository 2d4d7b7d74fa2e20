"""Forward mode: tangents pushed through a recorded graph, oldest node first.

How a node pushes follows from the kind of its operation, so no rule is written twice. The graph
must not be spent; the pass keeps it, and with `create_graph` it is recorded itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.derivatives.backward import grad
from autograd.derivatives.failures import check_usable
from autograd.derivatives.mapped import as_logical, as_physical
from autograd.derivatives.over_samples import Samples, takes_all_samples
from autograd.derivatives.recomputing import composition
from autograd.derivatives.reverse import on_a_path
from autograd.graph.modes import _mode, current_mode, mapping, numpy_errors
from autograd.graph.node import ArraySpec, Node, describe
from autograd.graph.tensor import Tensor, value, wrap
from autograd.mapping.level import or_one_by_one
from autograd.mapping.tensor import all_levels, levels_of, physical
from autograd.operation.call import SELECT, apply, rewrap
from autograd.ops.elementwise import conj, real
from autograd.ops.shapes import broadcast_to


def push_forward(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    tangents: Sequence[Any],
    create_graph: bool = False,
) -> list[Tensor]:
    """The directional derivatives of `outputs` along `tangents` of `inputs`.

    Args:
        outputs: Tensors computed from the inputs.
        inputs: leaves or computed Tensors that require gradients.
        tangents: one per input, of its shape.
        create_graph: record the pass, so that its results can be differentiated again.

    Returns:
        One tangent per output, of its shape; zeros where it does not depend on the inputs.

    Raises:
        ValueError: for a tangent of another shape.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> push_forward([(x * x).sum()], [x], [[1.0, 0.0]])
    [Tensor(2.)]
    """
    if current_mode().levels:
        return _push_mapped(outputs, inputs, tangents, create_graph)
    return _push_physical(outputs, inputs, tangents, create_graph)


def _push_mapped(
    outputs: Sequence[Tensor], inputs: Sequence[Tensor], tangents: Sequence[Any], create_graph: bool
) -> list[Tensor]:
    """As `push_forward`, where Tensors or tangents may be mapped."""
    own = [levels_of(tensor) for tensor in inputs]
    along = [as_physical(each, levels) for each, levels in zip(tangents, own, strict=True)]
    with mapping(all_levels(along)):
        pushed = _push_physical(
            [physical(each) for each in outputs], [physical(e) for e in inputs], along, create_graph
        )
    pairs = zip(pushed, outputs, strict=True)
    return [as_logical(each, levels_of(output)) for each, output in pairs]


def _push_physical(
    outputs: Sequence[Tensor], inputs: Sequence[Tensor], tangents: Sequence[Any], create_graph: bool
) -> list[Tensor]:
    mode = current_mode()
    samples = Samples(mode.levels) if mode.levels and not create_graph else None
    pushed: dict[Node, Any] = {}
    for position, (tensor, tangent) in enumerate(zip(inputs, tangents, strict=True)):
        if tensor._node is None:
            raise RuntimeError(f"push_forward: input {position} {tensor._why_no_gradient()}")
        start = _start(position, tensor, tangent, create_graph)
        pushed[tensor._node] = start if samples is None else samples.arrays(start)
    roots = [output for output in outputs if output._node is not None]
    targets = set(pushed)
    token = _mode.set(mode.of_a_pass(create_graph))
    try:
        with numpy_errors(mode.observer):
            for node in sorted(on_a_path(roots, targets), key=lambda each: each.sequence):
                if node not in targets:
                    given = [edge and pushed.get(edge) for edge in node.edges]
                    if samples is not None:
                        pushed[node] = _push_samples(node, given, samples)
                    elif mode.levels:
                        pushed[node] = or_one_by_one(partial(_push, node, on_tensors=True), given)
                    else:
                        pushed[node] = _push(node, given, create_graph)
    finally:
        _mode.reset(token)
    return [_arrived(pushed, output, samples) for output in outputs]


def _start(position: int, tensor: Tensor, tangent: Any, create_graph: bool) -> Any:
    """The tangent of an input as the pass takes it."""
    if levels_of(tangent):
        start = tangent.astype(tensor.dtype)
    elif create_graph and isinstance(tangent, Tensor):
        start = tangent
    else:
        start = np.asarray(value(tangent), tensor.dtype)[()]
    if start.shape != tensor.shape:
        raise ValueError(
            f"push_forward: tangent {position} has shape {start.shape}, the input {tensor.shape}"
        )
    return start


def _arrived(pushed: dict[Node, Any], output: Tensor, samples: Samples | None) -> Tensor:
    """The tangent of an output; zeros where it does not depend on the inputs."""
    tangent = None if output._node is None else pushed.get(output._node)
    if tangent is None:
        tangent = np.zeros(output.shape, output.dtype)[()]
    elif samples is not None:
        tangent = samples.tensors(tangent)
    return tangent if isinstance(tangent, Tensor) else wrap(tangent, None)


def _push_samples(node: Node, tangents: list[Any], samples: Samples) -> Any:
    """The tangents of a node's result for all samples, as arrays."""
    op: Any = node.op
    if not takes_all_samples(op):
        of_one = [samples.tensors(each) for each in tangents]
        return samples.arrays(or_one_by_one(partial(_push, node, on_tensors=True), of_one))
    check_usable(node)
    shape = node.value.shape
    parts = [
        pull(node, samples.widened(tangent, len(shape)))
        for pull, tangent in zip(op.pulls_on(None), tangents, strict=True)
        if tangent is not None
    ]
    return samples.fitted(_total(parts), shape, node.value)


def _push(node: Node, tangents: list[Any], on_tensors: bool) -> Any:
    """The tangent of a node's result from those of its arguments (None where there is none)."""
    op = node.op
    assert op is not None
    if op is SELECT:
        assert node.keywords is not None
        return tangents[0][node.keywords["index"]]
    check_usable(node)
    keywords = node.keywords or {}
    # Where nothing is recorded, only tangents that are mapped are Tensors.
    rewrapped = rewrap if on_tensors and current_mode().recording else None
    slots = [slot for slot, tangent in enumerate(tangents) if tangent is not None]
    if op.kind == "elementwise":
        parts = []
        for slot in slots:
            rule = op.rules[op.arguments[slot]]
            parts.append(op.compiled(rule, f"pull{slot}", rewrapped)(node, tangents[slot]))
        return _like(_total(parts), node.value)
    if op.kind == "linear":
        operands = [
            _saved(node, slot, on_tensors)
            if op.without_rule >> slot & 1
            else _zeros_of_argument(node, slot)
            if tangent is None
            else tangent
            for slot, tangent in enumerate(tangents)
        ]
        return _like(apply(op, operands, keywords), node.value)
    if op.kind == "multilinear":
        saved = [_saved(node, slot, on_tensors) for slot in range(len(tangents))]
        parts = [
            apply(op, [*saved[:slot], tangents[slot], *saved[slot + 1 :]], keywords)
            for slot in slots
        ]
        return _like(_total(parts), node.value)
    if op.push_rules and op.listed:  # one rule takes the tangents of all, None where there is none
        rule = op.push_rules[op.arguments[0]]
        return _like(op.compiled(rule, "push", rewrapped)(node, tangents), node.value)
    if op.push_rules:
        parts = []
        for slot in slots:
            argument = op.arguments[slot]
            if argument not in op.push_rules:
                raise RuntimeError(f"{op.name}: has jvp rules, but none for {argument!r}")
            rule = op.push_rules[argument]
            parts.append(op.compiled(rule, f"push{slot}", rewrapped)(node, tangents[slot]))
        return _like(_total(parts), node.value)
    if op.by_composition:
        return _push_through_composition(node, tangents, on_tensors)
    return _transposed_twice(node, tangents, slots, on_tensors)


def _push_through_composition(node: Node, tangents: list[Any], on_tensors: bool) -> Any:
    outputs, starts = composition(node, on_tensors)
    moved = [
        (start, tangent)
        for start, tangent in zip(starts, tangents, strict=True)
        if start is not None and tangent is not None
    ]
    inputs, along = [start for start, _ in moved], [tangent for _, tangent in moved]
    pushed = push_forward(outputs, inputs, along, create_graph=on_tensors)
    results = tuple(each if on_tensors else value(each) for each in pushed)
    return results if type(node.value) is tuple else results[0]


def _transposed_twice(node: Node, tangents: list[Any], slots: list[int], on_tensors: bool) -> Any:
    """A vjp is linear in its cotangent, so the vjp of the vjp is the jvp."""
    op = node.op
    assert op is not None
    token = _mode.set(current_mode().of_a_pass(True))
    try:
        several = type(node.value) is tuple
        specs = node.value if several else (node.value,)
        probes = [
            Tensor(np.zeros(spec.shape, spec.dtype), requires_grad=spec.dtype.kind in "fc")
            for spec in specs
        ]
        passed = op.contributions(node, tuple(probes) if several else probes[0], rewrap)
        reached = [s for s in slots if isinstance(passed[s], Tensor) and passed[s].requires_grad]
        wanted = [probe for probe in probes if probe.requires_grad]
        if reached:
            results = list(
                grad(
                    [passed[slot] for slot in reached],
                    wanted,
                    [_as_cotangent(tangents[slot], passed[slot]) for slot in reached],
                    create_graph=on_tensors,
                    retain_graph=True,
                    materialize_grads=True,
                )
            )
        else:
            results = [wrap(np.zeros(p.shape, p.dtype)[()], None) for p in wanted]
        # `grad` conjugates what comes in and goes out; a jvp is neither.
        results = [conj(t) if t is not None and t.dtype.kind == "c" else t for t in results]
    finally:
        _mode.reset(token)
    raw = iter([each if on_tensors else value(each) for each in results])
    pushed = tuple(next(raw) if probe.requires_grad else probe._value for probe in probes)
    return pushed if several else pushed[0]


def _as_cotangent(tangent: Any, root: Tensor) -> Any:
    """A tangent as the cotangent of what the rule passed on for its argument."""
    if tangent.dtype.kind != "c":
        return tangent
    return conj(tangent) if root.dtype.kind == "c" else real(tangent)


def _saved(node: Node, slot: int, on_tensors: bool) -> Any:
    saved = node.inputs[slot]
    if isinstance(saved, ArraySpec):
        # Not read by any rule: in a multilinear operation then replaced by its tangent.
        return np.zeros(saved.shape, saved.dtype)
    edge = node.edges[slot]
    return rewrap(saved, edge) if on_tensors and edge is not None else saved


def _zeros_of_argument(node: Node, slot: int) -> Any:
    edge = node.edges[slot]
    like = node.inputs[slot] if edge is None else edge.value
    return np.zeros(getattr(like, "shape", ()), getattr(like, "dtype", None))[()]


def _total(parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = tuple(map(_add, total, part)) if isinstance(total, tuple) else total + part
    return total


def _add(a: Any, b: Any) -> Any:
    return a + b


def _like(tangent: Any, like: Any) -> Any:
    """A tangent in the shape and dtype of the result it belongs to."""
    if isinstance(like, tuple):
        return tuple(map(_like, tangent, like))
    if not hasattr(tangent, "shape"):
        tangent = np.asarray(tangent)[()]
    if tangent.shape != like.shape:
        if np.broadcast_shapes(tangent.shape, like.shape) != like.shape:
            raise ValueError(f"a tangent of {describe(tangent)} does not fit {describe(like)}")
        tangent = broadcast_to(tangent, like.shape)
    if tangent.dtype.kind == "c" and like.dtype.kind != "c":
        # The rule of a real function of a complex argument gives, for a tangent t, a number whose
        # real part is the change (as its conjugate is d/dRe + i d/dIm for a cotangent of 1).
        tangent = real(tangent)
    if tangent.dtype != like.dtype:
        tangent = tangent.astype(like.dtype)
    return tangent
