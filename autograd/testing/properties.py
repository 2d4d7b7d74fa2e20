"""What must hold of every derivative, cheapest first.

A property is a function of a `Case` that raises `Violation` where it does not hold. The names
P0 to P15 are those that reports use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import engine
from autograd.modes import no_grad
from autograd.ops.arithmetic import mul
from autograd.ops.reductions import sum as sum_elements
from autograd.tensor import Tensor
from autograd.testing.case import Array, Case
from autograd.testing.oracle import compare_gradients
from autograd.testing.result import GradientComparison, Verdict


class Violation(AssertionError):
    """A property that does not hold; `comparison` has the numbers where there are some."""

    def __init__(self, message: str, comparison: GradientComparison | None = None) -> None:
        super().__init__(message)
        self.comparison = comparison


def close(a: Any, b: Any, precision: float = 1e-9) -> bool:
    """Equal up to rounding, relative to the largest element; NaN and inf must coincide."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype == bool or b.dtype == bool:
        return np.array_equal(a, b)
    finite = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    if not finite.any():
        return True
    size = max(np.abs(a[finite]).max(), np.abs(b[finite]).max())
    kinds = [x.dtype for x in (a, b) if x.dtype.kind in "fc"]
    precision = max([precision, *(8.0 * float(np.finfo(kind).eps) for kind in kinds)])
    return bool(np.abs(a[finite] - b[finite]).max() <= precision * max(size, 1e-300))


def p0_value(case: Case, reference: Callable[..., Any] | None = None) -> None:
    """P0: the value equals an independent reference, and is the same every time."""
    again = case.numpy_function(*case.inputs)
    for out, second in zip([case.outputs[i] for i in case.active], again, strict=True):
        if not np.array_equal(out, second, equal_nan=True):
            raise Violation(
                "two calls with the same inputs gave different values: the function is random; "
                "draw its random numbers outside and pass them in, or seed it on every call"
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


def p1_shapes(case: Case) -> None:
    """P1: one gradient per input, of its shape and dtype."""
    strict, engine.strict_dtypes = engine.strict_dtypes, True
    try:
        gradients = case.gradients()
    finally:
        engine.strict_dtypes = strict
    for position in case.differentiated:
        gradient, x = gradients[position], case.inputs[position]
        if gradient is None or gradient.shape != x.shape or gradient.dtype != x.dtype:
            got = None if gradient is None else f"{gradient.shape} {gradient.dtype}"
            raise Violation(f"the gradient of input {position} ({x.shape} {x.dtype}) is {got}")


def p2_unmutated(case: Case) -> None:
    """P2: neither inputs nor cotangents are changed by forward and backward."""
    leaves = case.leaves()
    outputs = case.call(leaves)
    cotangents = [None if g is None else g.copy() for g in case.cotangents]
    values = [t.data.copy() for t in outputs]
    case.gradients_of(outputs, leaves, cotangents)
    for position, (leaf, x) in enumerate(zip(leaves, case.inputs, strict=True)):
        if not np.array_equal(leaf.data, x, equal_nan=x.dtype.kind in "fc"):
            raise Violation(f"input {position} was changed in place")
    for i, (g, kept) in enumerate(zip(cotangents, case.cotangents, strict=True)):
        if g is not None and kept is not None and not np.array_equal(g, kept, equal_nan=True):
            raise Violation(f"the cotangent of output {i} was changed in place")
    for i, (out, before) in enumerate(zip(outputs, values, strict=True)):
        if not np.array_equal(out.data, before, equal_nan=before.dtype.kind in "fc"):
            raise Violation(f"output {i} was changed in place by the backward pass")


def p3_unshared(case: Case) -> None:
    """P3: gradients share memory with nothing: one another, inputs, outputs, cotangents."""
    leaves = case.leaves()
    outputs = case.call(leaves)
    cotangents = [None if g is None else g.copy() for g in case.cotangents]
    roots = [
        (o, g)
        for o, g in zip(outputs, cotangents, strict=True)
        if g is not None and o.requires_grad
    ]
    if not roots:
        return
    engine.backward([o for o, _ in roots], [g for _, g in roots], retain_graph=True)
    named = [(f"input {p}", leaves[p].data) for p in case.differentiated]
    named += [(f"output {i}", o.data) for i, o in enumerate(outputs)]
    named += [
        (f"the cotangent of output {i}", g) for i, g in enumerate(cotangents) if g is not None
    ]
    for position in case.differentiated:
        gradient = leaves[position].grad
        if gradient is None:
            continue
        for what, other in named:
            if np.may_share_memory(gradient.data, other) and gradient.size:
                raise Violation(f"the gradient of input {position} shares memory with {what}")
        if gradient.ndim and not gradient.data.flags.writeable:
            raise Violation(f"the gradient of input {position} is read-only")
        named.append((f"the gradient of input {position}", gradient.data))


def p4_repeatable(case: Case) -> None:
    """P4: the same graph and cotangent give the same bits twice, and so does a new graph."""
    leaves = case.leaves()
    outputs = case.call(leaves)
    first = [None if g is None else g.copy() for g in case.gradients_of(outputs, leaves)]
    second = case.gradients_of(outputs, leaves)
    for what, others in (("second pass", second), ("new graph", case.gradients())):
        for position in case.differentiated:
            if not _same_bits(first[position], others[position]):
                raise Violation(f"the gradient of input {position} differs in a {what}")


def _same_bits(a: Array | None, b: Array | None) -> bool:
    return (a is None) == (b is None) and (
        a is None or b is None or np.array_equal(a, b, equal_nan=True)
    )


def p5_linear(case: Case) -> None:
    """P5: the vjp is linear in the cotangent: odd, additive, zero at zero."""
    base = case.gradients()
    flipped = case.gradients([None if g is None else -g for g in case.cotangents])
    zero = case.gradients([None if g is None else g * 0 for g in case.cotangents])
    other = [None if g is None else case.draw(g) for g in case.cotangents]
    apart = case.gradients(other)
    both = case.gradients(
        [
            None if g is None or h is None else g + h
            for g, h in zip(case.cotangents, other, strict=True)
        ]
    )
    for p in case.differentiated:
        g, f, z, a, b = base[p], flipped[p], zero[p], apart[p], both[p]
        assert g is not None
        assert f is not None
        assert z is not None
        assert a is not None
        assert b is not None
        if not np.isfinite(g).all():
            continue
        if not close(f, -g):
            raise Violation(f"negating the cotangent does not negate the gradient of input {p}")
        if np.any(z != 0):
            raise Violation(f"a zero cotangent gives input {p} the gradient\n{z!r}")
        if not close(b, g + a):
            raise Violation(f"the gradient of input {p} is not additive in the cotangent")


def layouts(x: Array) -> list[Array]:
    """The same values in other memory layouts: Fortran order, strided, reversed, read-only."""
    spread = np.zeros(tuple(2 * side for side in x.shape), x.dtype)
    every_second: Any = (..., *(slice(None, None, 2) for _ in x.shape))
    strided = spread[every_second]
    strided[...] = x
    backwards = np.flip(np.flip(x).copy()) if x.ndim else x
    frozen = x.copy()
    frozen.flags.writeable = False
    return [np.asfortranarray(x) if x.ndim else x, strided, backwards, frozen]


def p6_layout(case: Case) -> None:
    """P6: the memory layout of inputs and cotangents does not matter."""
    from autograd.creation import from_numpy

    base = case.gradients()
    for kind in range(4):
        leaves = [from_numpy(layouts(x)[kind]) for x in case.inputs]
        for position in case.differentiated:
            leaves[position].requires_grad_()
        outputs = case.call(leaves)
        for i, (out, expected) in enumerate(zip(outputs, case.outputs, strict=True)):
            if not close(out.data, expected):
                raise Violation(f"output {i} depends on the memory layout of the inputs")
        cotangents = [None if g is None else layouts(g)[kind] for g in case.cotangents]
        gradients = case.gradients_of(outputs, leaves, cotangents)
        for p in case.differentiated:
            if not close(gradients[p], base[p]):
                raise Violation(
                    f"the gradient of input {p} depends on the memory layout of inputs or cotangent"
                )


def p7_numerical(case: Case) -> None:
    """P7: the vjp agrees with numerical derivatives, element by element."""
    if not case.active:
        return
    gradients = case.gradients()
    chosen = [gradients[p] if p in case.differentiated else None for p in range(len(case.inputs))]
    result = compare_gradients(
        case.numpy_function, case.inputs, [case.cotangents[i] for i in case.active], chosen
    )
    case.comparisons += result.comparisons
    if result.verdict is Verdict.DISAGREE:
        raise Violation("the gradient disagrees with numerical derivatives", result)


def p8_duality(case: Case) -> None:
    """P8: forward and reverse mode agree: <jvp(v), g> = <v, vjp(g)>, for every subset of inputs."""
    base = case.gradients()
    subsets: list[list[int]] = [[p] for p in case.differentiated]
    if len(case.differentiated) > 1:
        subsets.append(case.differentiated)
    for subset in subsets:
        directions = [case.draw(x) if p in subset else None for p, x in enumerate(case.inputs)]
        pushed = case.tangents(directions)
        for i, tangent in zip(case.active, pushed, strict=True):
            out = case.outputs[i]
            if tangent.shape != out.shape or tangent.dtype != out.dtype:
                raise Violation(
                    f"the tangent of output {i} ({out.shape} {out.dtype}) is "
                    f"{tangent.shape} {tangent.dtype}"
                )
        forward, size = 0.0, 0.0
        for i, tangent in zip(case.active, pushed, strict=True):
            g = case.cotangents[i]
            if g is not None:
                products = np.real(np.conj(g) * tangent)
                forward += float(products.sum())
                size += float(np.abs(products).sum())
        reverse = 0.0
        for p in subset:
            v, gradient = directions[p], base[p]
            assert v is not None
            assert gradient is not None
            products = np.real(np.conj(gradient) * v)
            reverse += float(products.sum())
            size += float(np.abs(products).sum())
        precision = max(float(np.finfo(case.inputs[p].dtype).eps) for p in subset)
        if np.isfinite(size) and abs(forward - reverse) > 1e3 * precision * max(size, 1e-300):
            raise Violation(
                f"forward mode gives {forward!r} and reverse mode {reverse!r} for the derivative "
                f"along random directions of inputs {subset}"
            )


def p9_accumulation(case: Case) -> None:
    """P9: gradients add up over two uses in one graph, and over two calls of backward."""
    base = case.gradients()
    leaves = case.leaves()
    twice = [*case.call(leaves), *case.call(leaves)]
    roots = [
        (o, g)
        for o, g in zip(twice, [*case.cotangents, *case.cotangents], strict=True)
        if g is not None and o.requires_grad
    ]
    if not roots:
        return
    engine.backward([o for o, _ in roots], [g for _, g in roots], retain_graph=True)
    for factor in (2, 4):
        for p in case.differentiated:
            gradient, single = leaves[p].grad, base[p]
            assert single is not None
            if gradient is not None and not close(gradient.data, factor * single):
                raise Violation(
                    f"{factor} uses do not give {factor} times the gradient of input {p}"
                )
        if factor == 2:
            engine.backward([o for o, _ in roots], [g for _, g in roots])


def p10_broadcasting(case: Case) -> None:
    """P10: the gradient of a broadcast operand is that of the materialised one, summed."""
    if not case.elementwise:
        return
    shapes = [x.shape for x in case.inputs]
    full = case.outputs[0].shape
    if all(shape == full for shape in shapes):
        return
    base = case.gradients()
    materialised = case.gradients(inputs=[np.broadcast_to(x, full).copy() for x in case.inputs])
    for p in case.differentiated:
        summed = _sum_to(materialised[p], shapes[p])
        if not close(base[p], summed):
            raise Violation(
                f"the gradient of input {p} is not that of the materialised operand, summed"
            )


def _sum_to(g: Any, shape: tuple[int, ...]) -> Array:
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, side in enumerate(shape):
        if side == 1 and g.shape[axis] != 1:
            g = g.sum(axis=axis, keepdims=True)
    return np.asarray(g)


def p12_second_order(case: Case) -> None:
    """P12: the vjp is itself differentiated rightly, also by the cotangent; Hessians are symmetric."""
    positions = case.differentiated
    active = [i for i in case.active if case.cotangents[i] is not None]
    if not active or not positions or any(case.inputs[p].dtype.kind == "c" for p in positions):
        return
    weights = {p: case.draw(case.inputs[p]) for p in positions}

    def first_order(*tensors: Tensor) -> Tensor:
        """<vjp(inputs, cotangents), weights>, a function of inputs and cotangents."""
        xs, gs = list(tensors[: len(case.inputs)]), tensors[len(case.inputs) :]
        leaves = [
            x if x.requires_grad or p not in positions else x.detach().requires_grad_()
            for p, x in enumerate(xs)
        ]
        with engine_recording():
            outputs = case.call(leaves)
            roots = [
                (outputs[i], g) for i, g in zip(active, gs, strict=True) if outputs[i].requires_grad
            ]
            total: Any = Tensor(0.0)
            if roots:
                found = engine.grad(
                    [o for o, _ in roots], [leaves[p] for p in positions], [g for _, g in roots],
                    create_graph=True, materialize_grads=True,
                )  # fmt: skip
                for p, gradient in zip(positions, found, strict=True):
                    total = total + sum_elements(mul(gradient, weights[p]))
        assert isinstance(total, Tensor)
        return total

    first_order.__name__ = f"the vjp of {case.name}"
    cotangents = [case.cotangents[i] for i in active]
    inner = Case(
        first_order,
        [*case.inputs, *cotangents],
        cotangents=[np.asarray(1.0)],
        differentiate=[*positions, *range(len(case.inputs), len(case.inputs) + len(cotangents))],
    )
    try:
        p7_numerical(inner)
    except Violation as violation:
        raise Violation(
            "the second derivative disagrees with numerical derivatives of the first "
            f"(inputs {len(case.inputs)} and up are the cotangents)",
            violation.comparison,
        ) from None


def engine_recording() -> Any:
    """Recording on, also where the numerical side has switched it off."""
    from autograd.modes import enable_grad

    return enable_grad()


def p13_absent(case: Case) -> None:
    """P13: outputs without a cotangent count as zero; single inputs give the same gradients."""
    base = case.gradients()
    if len(case.active) > 1:
        parts = [
            case.gradients([g if i == only else None for i, g in enumerate(case.cotangents)])
            for only in case.active
        ]
        for p in case.differentiated:
            total: Any = sum(part[p] for part in parts)
            if not close(total, base[p]):
                raise Violation(
                    f"the gradient of input {p} is not the sum over outputs of the gradients with "
                    "the other cotangents absent"
                )
    if len(case.differentiated) > 1:
        for only in case.differentiated:
            alone = Case(case.function, case.inputs, case.cotangents, differentiate=[only])
            if not close(alone.gradients()[only], base[only]):
                raise Violation(f"the gradient of input {only} changes when the others need none")


def p14_float32(case: Case) -> None:
    """P14: in float32 values and gradients are near those in float64, and stay float32."""
    if any(case.inputs[p].dtype != np.float64 for p in case.differentiated):
        return
    narrow = [x.astype(np.float32) if x.dtype == np.float64 else x for x in case.inputs]
    wide = [x.astype(np.float64) if x.dtype == np.float32 else x for x in narrow]
    with np.errstate(all="ignore"):
        single = Case(case.function, narrow, None, differentiate=case.differentiated)
        single.cotangents = [
            None if g is None else g.astype(out.dtype)
            for g, out in zip(case.cotangents, single.outputs, strict=True)
        ]
        double = Case(case.function, wide, None, differentiate=case.differentiated)
        double.cotangents = [None if g is None else g.astype(np.float64) for g in single.cotangents]
    for i in single.active:
        if single.outputs[i].dtype != np.float32:
            raise Violation(f"output {i} of float32 inputs has dtype {single.outputs[i].dtype}")
        if not close(single.outputs[i], double.outputs[i], 2e-4):
            raise Violation(f"output {i} in float32 is far from float64")
    p1_shapes(single)
    for p in case.differentiated:
        a, b = single.gradients()[p], double.gradients()[p]
        if not close(a, b, 1e-3):
            raise Violation(
                f"the gradient of input {p} in float32 is far from float64: {a!r}, {b!r}"
            )


def p15_contracts(case: Case) -> None:
    """P15: no_grad, detach and constants: results require gradients only where they should."""
    leaves = case.leaves()
    with no_grad():
        if any(t.requires_grad for t in case.call(leaves)):
            raise Violation("the result requires gradients under no_grad")
    if any(t.requires_grad for t in case.call([t.detach() for t in leaves])):
        raise Violation("the result requires gradients although no input does")
    outputs = case.call(leaves)
    for i, out in enumerate(outputs):
        if out.requires_grad and out.dtype.kind not in "fc":
            raise Violation(f"output {i} of dtype {out.dtype} requires gradients")


PROPERTIES: dict[str, Callable[..., None]] = {
    "P0": p0_value,
    "P1": p1_shapes,
    "P2": p2_unmutated,
    "P3": p3_unshared,
    "P4": p4_repeatable,
    "P5": p5_linear,
    "P6": p6_layout,
    "P7": p7_numerical,
    "P8": p8_duality,
    "P9": p9_accumulation,
    "P10": p10_broadcasting,
    "P12": p12_second_order,
    "P13": p13_absent,
    "P14": p14_float32,
    "P15": p15_contracts,
}
