"""Properties that need no numerical derivatives: values, shapes, memory, sums, contracts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd.graph.modes import no_grad
from autograd.testing.case import Case
from autograd.testing.objective import OUTSIDE
from autograd.testing.subjects import ACCUMULATE, Array
from autograd.testing.tensors import TensorFunction
from autograd.testing.violation import Violation, close, largest, same_bits


def p0_value(case: Case, reference: Callable[..., Any] | None = None) -> None:
    """P0: the value equals an independent reference, and is the same every time."""
    for out, second in zip(case.outputs, case.value(), strict=True):
        if not _same(case, out, second):
            raise Violation(
                f"{case.name} is not deterministic: two calls with the same inputs gave different "
                "values. Draw its random numbers outside and pass them in, or seed a generator "
                "inside it; and let no call change what a later one reads"
            )
    if reference is None:
        return
    expected = reference(*[np.array(x) for x in case.inputs])
    listed = list(expected) if isinstance(expected, (tuple, list)) else [expected]
    if len(listed) != len(case.outputs):
        raise Violation(f"{len(case.outputs)} outputs, the reference has {len(listed)}")
    for i, (out, ours) in enumerate(zip(listed, case.outputs, strict=True)):
        wanted = np.asarray(out)
        if wanted.shape != ours.shape or not close(ours, wanted):
            raise Violation(f"output {i} is\n{ours!r}\nand the reference\n{wanted!r}")
        if wanted.dtype.kind in "fc" and wanted.dtype != ours.dtype:
            raise Violation(f"output {i} has dtype {ours.dtype}, the reference {wanted.dtype}")


def _same(case: Case, a: Any, b: Any) -> bool:
    """The same bit for bit, or up to rounding where no more was promised."""
    if case.limits.nondeterministic and a is not None and b is not None:
        return case.alike(a, b)
    return same_bits(a, b)


def p1_shapes(case: Case, typed: bool = True) -> None:
    """P1: one gradient per input, of its shape and dtype."""
    with case.subject.strict() if typed else nullcontext():
        gradients = case.gradients()
    for position in case.differentiated:
        gradient, x = gradients[position], case.inputs[position]
        if gradient is None or gradient.shape != x.shape or (typed and gradient.dtype != x.dtype):
            got = None if gradient is None else f"of shape {gradient.shape}, {gradient.dtype}"
            raise Violation(
                f"the gradient of {case.names[position]} is {got}; expected the shape and dtype of "
                f"{case.names[position]}, {x.shape} and {x.dtype}",
                position,
            )


def p2_unmutated(case: Case) -> None:
    """P2: forward and backward change neither inputs nor cotangents, nor what was computed."""
    inputs = [x.copy() for x in case.inputs]
    cotangents = [None if g is None else g.copy() for g in case.cotangents]
    run = case.subject.run(inputs, case.differentiated)
    _unchanged(inputs, case.inputs, case.names, "the forward call")
    values = [out.copy() for out in run.outputs]
    run.pull(cotangents)
    _unchanged(inputs, case.inputs, case.names, "the backward pass")
    named = [f"the cotangent of output {i}" for i in range(len(cotangents))]
    _unchanged(cotangents, case.cotangents, named, "the backward pass")
    _unchanged(
        run.outputs, values, [f"output {i}" for i in range(len(values))], "the backward pass"
    )


def _unchanged(
    now: Sequence[Array | None], before: Sequence[Array | None], names: Sequence[str], by: str
) -> None:
    for array, kept, name in zip(now, before, names, strict=True):
        if array is not None and not same_bits(array, kept):
            raise Violation(
                f"{name} was changed in place by {by}; compute on a copy (x = x * 2, not x *= 2)"
            )


def p3_unshared(case: Case) -> None:
    """P3: gradients share memory with nothing: one another, inputs, outputs, other passes'.

    Arrays of a NumPy function may be those that came, as in `return g`; but a later pass must not
    write into them.
    """
    if ACCUMULATE not in case.subject.abilities:
        _kept(case)
        return
    inputs = [x.copy() for x in case.inputs]
    cotangents = [None if g is None else g.copy() for g in case.cotangents]
    run = case.subject.run(inputs, case.differentiated)
    others = [*zip(case.names, inputs, strict=True)]
    others += [(f"output {i}", out) for i, out in enumerate(run.outputs)]
    others += [
        (f"the cotangent of output {i}", g) for i, g in enumerate(cotangents) if g is not None
    ]
    first = run.pull(cotangents)
    _unshared(case, first, others)
    earlier = [
        (f"the gradient of {case.names[p]} of an earlier pass, which it overwrites", first[p])
        for p in case.differentiated
        if first[p] is not None
    ]
    _unshared(case, case.gradients(), earlier)
    leaves, passes = case.subject.accumulated(inputs, case.differentiated, cotangents)
    _unshared(case, passes[-1], [*others, *zip(case.names, leaves, strict=True)])


def _kept(case: Case) -> None:
    """What a pass gave is the same after a pass at another point."""
    given = case.gradients()
    before = [None if each is None else np.array(each) for each in given]
    doubled = [None if g is None else 2 * g for g in case.cotangents]
    if _elsewhere(case, doubled) is None:
        return
    for p in case.differentiated:
        now, then = given[p], before[p]
        if now is not None and then is not None and not np.array_equal(now, then, equal_nan=True):
            raise Violation(
                f"the gradient of {case.names[p]} of an earlier pass was overwritten by a later "
                "one: the rule returns the same array each time; return a copy", p,
            )  # fmt: skip


def _unshared(case: Case, gradients: Sequence[Any], others: Sequence[tuple[str, Any]]) -> None:
    others = list(others)
    for position in case.differentiated:
        gradient, name = gradients[position], f"the gradient of {case.names[position]}"
        if gradient is None:
            continue
        for what, other in others:
            if gradient.size and np.may_share_memory(gradient, other):
                raise Violation(f"{name} shares memory with {what}", position)
        if gradient.ndim and not gradient.flags.writeable:
            raise Violation(f"{name} is read-only", position)
        others.append((name, gradient))


def p4_repeatable(case: Case) -> None:
    """P4: a gradient is the same bit for bit whatever was asked for before, or in between."""
    run = case.run()
    first = [None if g is None else g.copy() for g in case.pull(run)]
    _same_again(case, first, case.pull(run), "in a second pass")
    _same_again(case, first, case.gradients(), "in a new call")
    # The first cotangent is forgotten only now, where gradients are kept by input.
    other = [None if g is None else case.draw(g) for g in case.cotangents]
    after = case.gradients(other)
    elsewhere = _elsewhere(case)
    if elsewhere is None:
        return
    run = case.run()
    elsewhere.gradients()
    _same_again(case, first, case.pull(run), "after another call, at other inputs")
    elsewhere.gradients()
    _same_again(case, after, case.gradients(other), "after a pass with another cotangent")


def _same_again(case: Case, first: Sequence[Any], again: Sequence[Any], when: str) -> None:
    for p in case.differentiated:
        if not _same(case, first[p], again[p]):
            raise Violation(
                f"the gradient of {case.names[p]} is another {when}: first\n{first[p]!r}\nthen\n"
                f"{again[p]!r}",
                p,
            )


def _elsewhere(case: Case, cotangents: Sequence[Array | None] | None = None) -> Case | None:
    """The function after a pass at other inputs of the same shapes; None where it has none."""
    moved = [
        x * x.dtype.type(0.75) + x.dtype.type(0.125) if x.dtype.kind in "fc" else x
        for x in case.inputs
    ]
    try:
        other = case.at(moved)
        other.gradients(cotangents)
    except OUTSIDE:
        return None
    return other


def p5_linear(case: Case) -> None:
    """P5: the vjp is linear in the cotangent: odd, additive, zero at zero."""
    cotangents = case.cotangents
    other = [None if g is None else case.draw(g) for g in cotangents]
    pairs = list(zip(cotangents, other, strict=True))
    base, apart = case.gradients(), case.gradients(other)
    flipped = case.gradients([None if g is None else -g for g in cotangents])
    zero = case.gradients([None if g is None else g * 0 for g in cotangents])
    both = case.gradients([None if g is None or h is None else g + h for g, h in pairs])
    for p in case.differentiated:
        name = f"the gradient of {case.names[p]}"
        finite = np.isfinite(base[p]) & np.isfinite(apart[p])
        g, h = base[p][finite], apart[p][finite]
        if not case.alike(flipped[p][finite], -g):
            raise Violation(f"{name} does not change its sign with the cotangent", p)
        if np.any(zero[p][finite] != 0):
            raise Violation(f"{name} is not zero for a zero cotangent:\n{zero[p]!r}", p)
        if not case.alike(both[p][finite], g + h, size=max(largest(g), largest(h))):
            off = largest(both[p][finite] - g - h) / max(largest(g), largest(h))
            raise Violation(f"{name} is not additive in the cotangent", p, off=off)


_CHANNELS_LAST = "channels last"


def layouts(x: Array) -> dict[str, Array]:
    """The same values in other memory layouts."""
    spread = np.zeros(tuple(2 * side for side in x.shape), x.dtype)
    every_second: Any = (..., *(slice(None, None, 2) for _ in x.shape))
    strided = spread[every_second]
    strided[...] = x
    frozen = x.copy()
    frozen.flags.writeable = False
    return {
        "in Fortran order": np.asfortranarray(x) if x.ndim else x,
        "strided": strided,
        "reversed in memory": np.flip(np.flip(x).copy()) if x.ndim else x,
        "read-only": frozen,
        # Images as PyTorch keeps them for speed: axis 1 lies innermost.
        _CHANNELS_LAST: np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1) if x.ndim > 2 else x,
    }


def p6_layout(case: Case) -> None:
    """P6: the memory layout of inputs and cotangents does not matter."""
    base = case.gradients()
    inputs = [layouts(x) for x in case.inputs]
    cotangents = [None if g is None else layouts(g) for g in case.cotangents]
    flat = all(x.ndim < 3 for x in [*case.inputs, *case.outputs])
    for kind in layouts(np.zeros(())):
        if kind == _CHANNELS_LAST and flat:
            continue  # it is what there is already
        run = case.subject.run([x[kind] for x in inputs], case.differentiated)
        for i, (out, expected) in enumerate(zip(run.outputs, case.outputs, strict=True)):
            if not case.alike(out, expected):  # sums go another way, and may cancel
                raise Violation(f"output {i} is another where the inputs are {kind}")
        gradients = run.pull([None if g is None else g[kind] for g in cotangents])
        _same_gradients(case, gradients, base, f"where inputs and cotangents are {kind}")
    # The cotangent of a sum: one number, seen as an array by strides of zero.
    ones = [None if g is None else np.ones(g.shape, g.dtype) for g in case.cotangents]
    spread = [None if g is None else np.broadcast_to(g.dtype.type(1), g.shape) for g in ones]
    summed = case.at(case.inputs, ones)
    gradients = summed.run().pull(spread)
    _same_gradients(summed, gradients, summed.gradients(), "where the cotangents are broadcast")


def _same_gradients(case: Case, gradients: Sequence[Any], base: Sequence[Any], where: str) -> None:
    for p in case.differentiated:
        if not case.alike(gradients[p], base[p]):
            raise Violation(f"the gradient of {case.names[p]} is another {where}", p)


def p9_accumulation(case: Case) -> None:
    """P9: gradients add up: over two uses, over two passes, over two slots of one call."""
    base = case.gradients()
    inputs = [x.copy() for x in case.inputs]
    cotangents = [None if g is None else g.copy() for g in case.cotangents]
    _, passes = case.subject.accumulated(inputs, case.differentiated, cotangents)
    for factor, found, what in zip((2, 4), passes, ("uses", "uses, two passes over"), strict=True):
        for p in case.differentiated:
            total = found[p]
            if total is not None and not case.alike(total, factor * base[p]):
                raise Violation(
                    f"two {what} of {case.names[p]} do not give {factor} times its gradient: one "
                    f"use gives\n{base[p]!r}\nand all together\n{total!r}",
                    p,
                )
    _same_tensor_twice(case)


def _same_tensor_twice(case: Case) -> None:
    """One Tensor as two arguments gets the sum of both gradients."""
    subject = case.subject
    alike = [
        (p, q)
        for place, q in enumerate(case.differentiated)
        for p in case.differentiated[:place]
        if case.inputs[p].shape == case.inputs[q].shape
        and case.inputs[p].dtype == case.inputs[q].dtype
    ]
    if not alike or not isinstance(subject, TensorFunction):
        return
    p, q = alike[0]
    inputs = [case.inputs[p] if position == q else x for position, x in enumerate(case.inputs)]

    def joined(*tensors: Any) -> Any:
        return subject.call([tensors[p] if i == q else t for i, t in enumerate(tensors)])

    try:
        apart = case.at(inputs, case.cotangents).gradients()
    except OUTSIDE:
        return
    once = Case(joined, inputs, case.cotangents, differentiate=[p]).gradients()[p]
    if not case.alike(once, apart[p] + apart[q], size=max(largest(apart[p]), largest(apart[q]))):
        raise Violation(
            f"one Tensor as {case.names[p]} and {case.names[q]} does not get the sum of both "
            f"gradients, but\n{once!r}",
            p,
        )


def p10_broadcasting(case: Case) -> None:
    """P10: the gradient of a broadcast operand is that of the materialised one, summed."""
    full = case.outputs[0].shape
    if all(x.shape == full for x in case.inputs):
        return
    base = case.gradients()
    materialised = case.gradients(inputs=[np.broadcast_to(x, full) for x in case.inputs])
    for p in case.differentiated:
        summed = sum_to(materialised[p], case.inputs[p].shape)
        if not case.alike(base[p], summed, size=largest(materialised[p])):
            raise Violation(
                f"the gradient of {case.names[p]} is not that of the materialised operand, summed "
                f"over the axes along which it was broadcast:\n{base[p]!r}\nand\n{summed!r}",
                p,
            )


def sum_to(g: Array, shape: tuple[int, ...]) -> Array:
    """The sum over the axes that broadcasting to the shape of `g` added or stretched."""
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, side in enumerate(shape):
        if side == 1 and g.shape[axis] != 1:
            g = g.sum(axis=axis, keepdims=True)
    return np.asarray(g)


def p11_batch(case: Case) -> None:
    """P11: a batch gives what its examples give one at a time; shared inputs get the sum."""
    assert case.batch is not None
    sizes = {x.shape[0] for x, batched in zip(case.inputs, case.batch, strict=True) if batched}
    sizes |= {out.shape[0] if out.ndim else -1 for out in case.outputs}
    if len(sizes) != 1:
        raise Violation(
            "axis 0 of the batched inputs and of every output must be the batch, of one size; the "
            f"inputs have shapes {[x.shape for x in case.inputs]}, the outputs "
            f"{[out.shape for out in case.outputs]}"
        )
    base = case.gradients()
    totals = [np.zeros_like(x) for x in case.inputs]
    for example in range(sizes.pop()):
        row = slice(example, example + 1)
        inputs = [x[row] if b else x for x, b in zip(case.inputs, case.batch, strict=True)]
        alone = case.at(inputs, [None if g is None else g[row] for g in case.cotangents])
        for i, out in enumerate(alone.outputs):
            if not close(out, case.outputs[i][row], size=largest(case.outputs[i])):
                raise Violation(f"output {i} of example {example} depends on the rest of the batch")
        for p, gradient in enumerate(alone.gradients()):
            if gradient is not None:
                totals[p][row if case.batch[p] else ...] += gradient
    for p in case.differentiated:
        if not case.alike(base[p], totals[p]):
            raise Violation(
                f"the gradient of {case.names[p]} is not what the examples of the batch give one "
                f"at a time:\n{base[p]!r}\nand\n{totals[p]!r}",
                p,
            )


def p13_absent(case: Case) -> None:
    """P13: outputs without a cotangent count as zero; single inputs give the same gradients."""
    base = case.gradients()
    present = [i for i in case.active if case.cotangents[i] is not None]
    if len(present) > 1:
        parts = [
            case.gradients([g if i == only else None for i, g in enumerate(case.cotangents)])
            for only in present
        ]
        for p in case.differentiated:
            size = max(largest(part[p]) for part in parts)
            if not case.alike(sum(part[p] for part in parts), base[p], size=size):
                raise Violation(
                    f"the gradient of {case.names[p]} is not the sum over outputs of the gradients "
                    "with the other cotangents absent",
                    p,
                )
    if len(case.differentiated) > 1:
        for only in case.differentiated:
            alone = case.at(case.inputs, case.cotangents, differentiate=[only])
            if not case.alike(alone.gradients()[only], base[only]):
                raise Violation(
                    f"the gradient of {case.names[only]} changes where the others need none", only
                )


def p15_contracts(case: Case) -> None:
    """P15: no_grad, detach and constants: results require gradients only where they should."""
    assert isinstance(case.subject, TensorFunction)
    inputs = [x.copy() for x in case.inputs]
    leaves = case.subject.run(inputs, case.differentiated).leaves
    with no_grad():
        computed = [t for t in case.subject.call(leaves) if not any(t is leaf for leaf in leaves)]
        if any(t.requires_grad for t in computed):
            raise Violation("the result requires gradients under no_grad")
    if any(t.requires_grad for t in case.subject.call([t.detach() for t in leaves])):
        raise Violation("the result requires gradients although no input does")
    for i, out in enumerate(case.subject.call(leaves)):
        if out.requires_grad and out.dtype.kind not in "fc":
            raise Violation(f"output {i} of dtype {out.dtype} requires gradients")
