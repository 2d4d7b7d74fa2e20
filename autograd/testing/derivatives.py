"""Properties that hold gradients against numbers: differences, second order, float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.testing.case import Case
from autograd.testing.directions import sizes
from autograd.testing.oracle import compare_gradients
from autograd.testing.result import (
    NOT_FINITE,
    ROUNDING,
    Comparison,
    GradientComparison,
    Verdict,
)
from autograd.testing.rounding import RUNS, random_rounding
from autograd.testing.structure import p1_shapes
from autograd.testing.subjects import DTYPES, Array, Precision
from autograd.testing.violation import Violation, close, largest

_SINGLE = 2.0**-23
_SLACK, _SLACK_OF_HALF = 64.0, 4.0  # how many roundings may add up; there are few digits to hide in
_REPRESENTABLE = 1e30  # far enough below the largest float32 for a product to fit
_NEARBY = 2.0**-24  # how far off, relatively, a kink is looked for
_CANCELLED = 1e-6  # of the terms of a gradient: what is smaller is zero but for their rounding
_ONE_BY_ONE = 64  # elements for each of which a direction is pushed forward to show the numbers
_HIGHER_LIMIT = 12  # elements of one input that are moved on their own in higher orders


def p7_numerical(case: Case) -> None:
    """P7: the vjp agrees with numerical derivatives, element by element."""
    if not case.active:
        return
    _conventional(case)
    result = first_order(case)
    case.comparisons += result.comparisons
    if result.verdict is Verdict.DISAGREE:
        raise Violation("the gradient disagrees with numerical derivatives", None, result)


def _conventional(case: Case) -> None:
    """The gradient where a convention says what the derivative is."""
    g = case.cotangents[0] if len(case.cotangents) == 1 else None
    for number, slope in case.limits.convention.items():
        for p in case.differentiated:
            x = case.inputs[p]
            if g is None or g.shape != x.shape or not (x == number).any():
                continue
            found, expected = np.asarray(case.gradients()[p])[x == number], slope * g[x == number]
            if not close(found, expected):
                raise Violation(
                    f"where {case.names[p]} is {number:g} the derivative is to be {slope:g}: the "
                    f"gradient there is\n{found!r}\nand not\n{expected!r}",
                    p,
                )


def first_order(case: Case) -> GradientComparison:
    """The gradients beside numerical derivatives; compared once."""
    if case.first_order is None:
        case.first_order = compare(case, case.gradients())
    return case.first_order


def compare(case: Case, gradients: Sequence[Any], **options: Any) -> GradientComparison:
    """Hold gradients of the differentiated inputs against the oracle.

    The oracle knows what it is given; the case knows more: that the function overflows in an output
    whose cotangent is zero, how the rounding of its rules moves a gradient, or else that a gradient
    is what is left of terms that cancel.
    """
    tested = [g if p in case.differentiated else None for p, g in enumerate(gradients)]
    cotangents = [case.cotangents[i] for i in case.active]
    result = compare_gradients(
        case.numpy_function, case.inputs, cotangents, tested, moved=case.moved_gradients, **options
    )
    if result.verdict is Verdict.AGREE:
        return result
    kept = [
        each if each.verdict is Verdict.AGREE else _reconsidered(each, case)
        for each in result.comparisons
        if each.verdict is Verdict.AGREE
        or not case.limits.without_slope(case.inputs, each.direction)
    ]
    return replace(result, comparisons=tuple(kept))


def _reconsidered(comparison: Comparison, case: Case) -> Comparison:
    if comparison.verdict is Verdict.DISAGREE and not np.isfinite(comparison.analytic):
        if not all(np.isfinite(case.outputs[i]).all() for i in case.active):
            return replace(comparison, verdict=Verdict.UNRESOLVED, reason=NOT_FINITE)
        return comparison
    if case.moved_gradients() is not None:
        return comparison
    off = abs(comparison.analytic - comparison.numeric) / _length(comparison)
    cancelled = comparison.reason == "noise" and comparison.bound <= _CANCELLED * case.terms
    if off <= case.rounding or (cancelled and off <= comparison.bound):
        return replace(comparison, verdict=Verdict.AGREE, reason=ROUNDING)
    return comparison


def _length(comparison: Comparison) -> float:
    """By how much all elements together move along a direction."""
    return sum(float(np.abs(vector).sum()) for _, vector in comparison.direction.parts)


def p8_duality(case: Case) -> None:
    """P8: forward and reverse mode agree: <jvp(v), g> = <v, vjp(g)>, for every subset of inputs."""
    base = case.gradients()
    subsets: list[list[int]] = [[p] for p in case.differentiated]
    if len(case.differentiated) > 1:
        subsets.append(case.differentiated)
    for subset in subsets:
        directions = [case.draw(x) if p in subset else None for p, x in enumerate(case.inputs)]
        pushed = case.tangents(directions)
        forward = size = 0.0
        for i, tangent in zip(case.active, pushed, strict=True):
            out, g = case.outputs[i], case.cotangents[i]
            if tangent.shape != out.shape or tangent.dtype != out.dtype:
                raise Violation(
                    f"the tangent of output {i} ({out.shape} {out.dtype}) is {tangent.shape} "
                    f"{tangent.dtype}"
                )
            if g is not None:
                forward, size = _add_product(g, tangent, forward, size)
        reverse = 0.0
        for p in subset:
            reverse, size = _add_product(base[p], directions[p], reverse, size)
        precision = max(float(np.finfo(case.inputs[p].dtype).eps) for p in subset)
        if (
            np.isfinite(size)
            and abs(forward - reverse) > 1e3 * precision * size + 4.0 * case.rounding
        ):
            names = " and ".join(case.names[p] for p in subset)
            raise Violation(
                f"forward mode gives {forward!r} and reverse mode {reverse!r} for the derivative "
                f"along a random direction of {names}",
                subset[0] if len(subset) == 1 else None,
                _forward_comparison(case),
                abs(forward - reverse) / size,
            )


def _forward_comparison(case: Case) -> GradientComparison | None:
    """Forward mode beside numbers, or reverse mode, whichever is wrong; None if large."""
    if sum(case.inputs[p].size for p in case.differentiated) > _ONE_BY_ONE:
        return None
    forward = compare(case, forward_gradients(case))
    return forward if forward.verdict is Verdict.DISAGREE else first_order(case)


def _add_product(a: Any, b: Any, total: float, size: float) -> tuple[float, float]:
    products = np.real(np.conj(a) * b)
    return total + float(products.sum()), size + float(np.abs(products).sum())


def forward_gradients(case: Case) -> list[Array | None]:
    """The gradients put together from forward mode, one direction per element."""
    gradients: list[Array | None] = [None] * len(case.inputs)
    for p in case.differentiated:
        gradient = np.zeros_like(case.inputs[p])
        for element in np.ndindex(gradient.shape):
            for unit in (1.0, 1.0j) if gradient.dtype.kind == "c" else (1.0,):
                directions: list[Array | None] = [None] * len(case.inputs)
                directions[p] = direction = np.zeros_like(gradient)
                direction[element] = unit
                slope = 0.0
                for i, tangent in zip(case.active, case.tangents(directions), strict=True):
                    g = case.cotangents[i]
                    slope = slope if g is None else _add_product(g, tangent, slope, 0.0)[0]
                gradient[element] += unit * slope
        gradients[p] = gradient
    return gradients


def p12_second_order(case: Case, order: int | None = None) -> None:
    """P12: the vjp is differentiated rightly, by the cotangent, too; Hessians are symmetric."""
    order = case.limits.order if order is None else order
    if order < 2:
        return
    positions = case.differentiated
    active = [i for i in case.active if case.cotangents[i] is not None]
    if not active or not positions or any(case.inputs[p].dtype.kind == "c" for p in positions):
        return
    if not _is_smooth(case):
        return  # there is no second derivative
    v, u = ([case.draw(case.inputs[p]) for p in positions] for _ in range(2))
    drawn = [case.draw(case.outputs[i]) for i in active]
    inner = _derivative(case, active, v)
    _symmetric(
        case,
        u,
        inner.gradients(inputs=[*case.inputs, *drawn]),
        v,
        _derivative(case, active, u).gradients(inputs=[*case.inputs, *drawn]),
        max((float(np.abs(g).max(initial=0.0)) for g in drawn), default=0.0),
    )
    result = compare(inner, inner.gradients(), limit=_HIGHER_LIMIT)
    inner.first_order = result
    case.comparisons += result.comparisons
    if result.verdict is Verdict.DISAGREE:
        raise Violation(
            "the second derivative disagrees with numerical derivatives of the first "
            f"(inputs {len(case.inputs)} and up are the cotangents)",
            None,
            result,
        )
    if order > 2:
        p12_second_order(inner, order - 1)


def _is_smooth(case: Case) -> bool:
    """Whether the gradient is about the same close by: no kink here, and none in reach."""
    if any(c.reason or c.verdict is not Verdict.AGREE for c in first_order(case).comparisons):
        return False
    base = case.gradients()
    for sign in (1.0, -1.0):
        case.rewind()
        moved = [
            x + sign * _NEARBY * sizes(x) * case.draw(x) if p in case.differentiated else x
            for p, x in enumerate(case.inputs)
        ]
        close_by = case.gradients(inputs=moved)
        if not all(close(close_by[p], base[p], 1e-3) for p in case.differentiated):
            return False
    return True


def _derivative(case: Case, active: Sequence[int], weights: Sequence[Array]) -> Case:
    """<vjp(inputs, cotangents), weights> at this point, a function of inputs and cotangents."""
    count, positions = len(case.inputs), case.differentiated
    cotangents = [case.cotangents[i] for i in active]
    return Case(
        case.subject.derivative(count, positions, active, weights),
        [*case.inputs, *cotangents],
        cotangents=[np.asarray(1.0)],
        differentiate=[*positions, *range(count, count + len(cotangents))],
        names=[*case.names, *(f"the cotangent of output {i}" for i in active)],
    )


def _symmetric(
    case: Case,
    u: Sequence[Array],
    hv: Sequence[Any],
    v: Sequence[Array],
    hu: Sequence[Any],
    drawn: float,
) -> None:
    """<u, H v> = <v, H u>, where H is that of the outputs weighted by cotangents up to `drawn`."""
    # The case knows the rounding of its own cotangents, which may be zero.
    largest = [max(float(np.abs(each).max(initial=0.0)) for each in w) for w in (u, v)]
    rounding = case.rounding + 4.0 * float(np.finfo(float).eps) * drawn * largest[0] * largest[1]
    left = right = size = 0.0
    for p, first, second in zip(case.differentiated, u, v, strict=True):
        left, size = _add_product(first, hv[p], left, size)
        right, size = _add_product(second, hu[p], right, size)
    if np.isfinite(size) and abs(left - right) > 1e-9 * size + 16.0 * rounding:
        raise Violation(
            f"second derivatives are not symmetric: <u, H v> is {left!r}, <v, H u> is {right!r}"
        )


def p14_float32(case: Case) -> None:
    """P14: in float32 values and gradients are near float64, and operations stay float32."""
    if any(case.inputs[p].dtype != np.float64 for p in case.differentiated):
        return
    narrow = [x.astype(np.float32) if x.dtype == np.float64 else x for x in case.inputs]
    wide = [x.astype(np.float64) if x.dtype == np.float32 else x for x in narrow]
    if any(not np.isfinite(x).all() for x in narrow):
        return  # too large for float32
    single, double = case.at(narrow), case.at(wide)
    single.cotangents = [
        None if g is None else g.astype(out.dtype)
        for g, out in zip(case.cotangents, single.outputs, strict=True)
    ]
    double.cotangents = [
        None if g is None else g.astype(out.dtype)
        for g, out in zip(single.cotangents, double.outputs, strict=True)
    ]
    for i in single.active:
        narrow_kind = np.complex64 if double.outputs[i].dtype.kind == "c" else np.float32
        if case.keeps_float32 and single.outputs[i].dtype != narrow_kind:
            raise Violation(f"output {i} of float32 inputs has dtype {single.outputs[i].dtype}")
    p1_shapes(single, case.keeps_float32 and DTYPES in case.subject.abilities)
    near = _Nearness(double, "float32", _SINGLE, _REPRESENTABLE, _SLACK)
    for i in single.active:
        near.check(single.outputs[i], double.outputs[i], f"output {i}", _output(i))
        if not (np.abs(double.outputs[i]) < _REPRESENTABLE).all():
            return  # the value overflows, and what becomes of its gradient is no matter
    a, b = single.gradients(), double.gradients()
    for p in case.differentiated:
        near.check(a[p], b[p], f"the gradient of {case.names[p]}", _gradient(p), p)
    for precision in case.subject.precisions():
        _p14_half(case, precision)


def _p14_half(case: Case, precision: Precision) -> None:
    """A half precision is near float64, at a point that it can hold."""
    points = [precision.narrow(x) if x.dtype.kind == "f" else x for x in case.inputs]
    given = [None if g is None else precision.narrow(g) for g in case.cotangents]
    if any(not np.isfinite(x).all() for x in points):
        return
    double = case.at(points, given)
    if any((np.abs(double.outputs[i]) > precision.largest).any() for i in double.active):
        return
    try:
        run = precision.subject.run(points, case.differentiated)
        gradients = run.pull(given)
    except (RuntimeError, NotImplementedError) as error:
        if "not implemented for" in str(error):  # there is no kernel for this precision
            return
        raise
    near = _Nearness(double, precision.name, precision.eps, precision.largest, _SLACK_OF_HALF)
    for i in double.active:
        near.check(run.outputs[i], double.outputs[i], f"output {i}", _output(i))
    expected = double.gradients()
    for p in case.differentiated:
        found = np.asarray(gradients[p])
        near.check(found, expected[p], f"the gradient of {case.names[p]}", _gradient(p), p)


Result = Callable[[Case, Sequence[Array], Sequence[Array | None]], Array]


def _output(i: int) -> Result:
    return lambda case, inputs, cotangents: np.asarray(case.subject.value(inputs)[i])


def _gradient(p: int) -> Result:
    return lambda case, inputs, cotangents: np.asarray(
        case.subject.rounded(inputs, case.differentiated, cotangents)[p]
    )


class _Nearness:
    """Tells whether a narrow result is as near to the float64 one as its conditioning allows."""

    def __init__(
        self, double: Case, name: str, eps: float, representable: float, slack: float
    ) -> None:
        self.double, self.name, self.eps = double, name, eps
        self.representable, self.slack = representable, slack
        self.size = max([1.0, *(largest(x) for x in double.inputs if x.dtype.kind == "f")])

    def check(
        self, single: Array, double: Array, what: str, again: Result, position: int | None = None
    ) -> None:
        """Raise if they are further apart than roundings of inputs and operations explain."""
        representable = np.abs(double) < self.representable
        if close(single[representable], double[representable], self.slack * self.eps):
            return
        off = np.abs(single - double)[representable]
        allowed = self.slack * self.eps * max(self.size, largest(double[representable]))
        if bool((off <= allowed).all()):
            return
        allowed = max(allowed, self.slack * self._moved(double, representable, again))
        if not bool((off <= allowed).all()):
            far = (
                "far from float64" if np.isfinite(off).all() else "not finite, as it is in float64"
            )
            raise Violation(
                f"{what} in {self.name} is {far}:\n{single!r}\nand\n{double!r}", position
            )

    def _moved(self, double: Array, representable: Array, again: Result) -> float:
        """How far the float64 result moves where everything is rounded on its way."""
        case, most = self.double, 0.0
        for seed in range(-1, RUNS):
            with random_rounding(seed, self.eps) as rounding:
                given = [
                    rounding.watch(rounding.moved(x) if x.dtype.kind == "f" else x)
                    for x in case.inputs
                ]
                seeds = [None if g is None else rounding.watch(g) for g in case.cotangents]
                change = np.abs(again(case, given, seeds) - double)[representable]
            if not np.isfinite(change).all():
                return np.inf
            most = max(most, largest(change))
        return most
