"""Patterns of missing terms, and of other arrays than those that belong in a rule."""

from __future__ import annotations

import itertools
import math

import numpy as np

from autograd.testing.diagnosis.evidence import Evidence, changed
from autograd.testing.diagnosis.wording import Words, axes_of, words_of_axes
from autograd.testing.subjects import Array


def elementwise(e: Evidence) -> Words:
    """A rule that looks at each element alone where all of them interact."""
    own = e.own_cotangent
    if own is None or e.is_elementwise:
        return
    if e.equals(own * e.from_row(np.diagonal(e.jacobian))):
        yield "each element is treated alone: the terms through the other elements are missing"


def normalisation(e: Evidence) -> Words:
    """Terms through a mean, a variance, a sum of shares: what is missing has their form."""
    difference = e.analytic - e.numeric
    for axes in axes_of(e.x.ndim):
        count = math.prod(e.x.shape[axis] for axis in axes)
        if count < 2 or not e.known.all():
            continue
        where = words_of_axes(e, axes)
        centred = e.x - e.x.mean(axis=axes, keepdims=True)
        balanced = _vanishes(e.numeric.sum(axis=axes), e)
        if balanced and _vanishes(difference - difference.mean(axis=axes, keepdims=True), e):
            yield f"the term through the mean over {where} is missing"
        taken_off = e.numeric.mean(axis=axes, keepdims=True)
        if not balanced and _vanishes(difference + taken_off, e):
            yield f"a term through the mean over {where} that does not belong"
        if e.output is not None:
            for shares in (e.output, np.exp(np.minimum(e.output, 50.0))):
                one = np.allclose(shares.sum(axis=axes), 1.0)  # of a softmax, or of its logarithm
                if one and _proportional(difference, shares, axes, e):
                    yield f"the sum over {where} is missing (the dot term of a softmax)"
        if count > 2 and balanced:
            if _proportional(difference, centred, axes, e):
                yield f"the term through the variance over {where} is missing"
            elif count > 3:
                rest = difference - difference.mean(axis=axes, keepdims=True)
                if _proportional(rest, centred, axes, e):
                    yield f"the terms through the mean and the variance over {where} are missing"


def _vanishes(x: Array, e: Evidence) -> bool:
    return bool((np.abs(x) <= 1e-6 * e.size).all())


def _proportional(x: Array, form: Array, axes: tuple[int, ...], e: Evidence) -> bool:
    """Whether x is the form times a number that is constant along the axes."""
    squares = (form * form).sum(axis=axes, keepdims=True)
    if not squares.any():
        return _vanishes(x, e)
    factor = (x * form).sum(axis=axes, keepdims=True) / np.where(squares > 0, squares, 1.0)
    return _vanishes(x - factor * form, e)


def coupling(e: Evidence) -> Words:
    """Along which axes elements interact, and along which the rule believes they do."""
    if e.output is None or not e.linear or not e.x.ndim:
        return
    right, claimed = (_coupled_axes(j, e.x.shape) for j in (e.jacobian, e.claimed))
    if right == claimed:
        return
    for axis, side in enumerate(e.x.shape):
        if side == 1 and not claimed:
            yield f"the sum over {words_of_axes(e, (axis,))} in place of {words_of_axes(e, right)}"
    if not claimed:
        yield (
            f"each element is treated alone: the terms through the other elements along "
            f"{words_of_axes(e, right)} are missing"
        )
    elif not right:
        yield (
            f"a term through the mean or the sum over {words_of_axes(e, claimed)} that does not "
            "belong: each element stands alone"
        )
    else:
        yield f"the sum over {words_of_axes(e, claimed)} in place of {words_of_axes(e, right)}"


def _coupled_axes(jacobian: Array, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes along which an output element and the input elements it depends on differ."""
    size = np.abs(jacobian).max(initial=0.0)
    rows, columns = np.nonzero(np.abs(jacobian) > 1e-7 * size)
    apart = [
        a != b
        for a, b in zip(
            np.unravel_index(rows, shape), np.unravel_index(columns, shape), strict=True
        )
    ]
    return tuple(axis for axis, differ in enumerate(apart) if differ.any())


# ---------------------------------------------------------------------- other operands


def mask(e: Evidence) -> Words:
    """Zero where something should arrive, and something where nothing should."""
    if not e.is_elementwise:
        return
    lost = (e.analytic == 0) & (np.abs(e.numeric) > 1e-3 * e.size) & e.known
    gained = (np.abs(e.analytic) > 1e-3 * e.size) & (np.abs(e.numeric) <= 1e-7 * e.size) & e.known
    if lost.any() and gained.any() and not (e.wrong & ~lost & ~gained).any():
        yield (
            "another mask in the backward pass: it is zero where it should not be, and not where "
            "it should; the one of the forward call was not saved"
        )


def other_operand(e: Evidence) -> Words:
    """The cotangent times something that is at hand, but not the derivative."""
    own = e.own_cotangent
    if own is None:
        return
    assert e.output is not None
    if e.equals(own * e.output):
        yield "it is the cotangent times the output: the wrong array was saved"
    for name, other in zip(e.case.names, e.case.inputs, strict=True):
        if other.shape == e.x.shape and e.equals(own * other):
            yield f"it is the cotangent times {name}: the wrong operand was saved"


def ratio(e: Evidence) -> Words:
    """A factor too many or too few, or one operand in place of another."""
    if len(e.case.outputs) != 1:
        return
    found = _at_the_output(e)
    operands = {name: column for name, column in found.items() if name != "the output"}
    for names in (operands, found):
        for name, factor in names.items():
            if e.equals(e.from_row((e.contributions * factor).sum(axis=0))):
                yield f"a factor {name} too many"
            if e.equals(e.from_row((e.contributions / factor).sum(axis=0))):
                yield f"a factor {name} is missing"
        for (one, a), (other, b) in itertools.permutations(names.items(), 2):
            for power in (1, 2):
                if e.equals(e.from_row((e.contributions * (a / b) ** power).sum(axis=0))):
                    yield f"{one} is read where {other} belongs: the wrong operand was saved"


def _at_the_output(e: Evidence) -> dict[str, Array]:
    """Inputs and output as columns with one number per element of the output."""
    out = e.case.outputs[0]
    found = {}
    for name, x in [*zip(e.case.names, e.case.inputs, strict=True), ("the output", out)]:
        try:
            column = np.broadcast_to(x, out.shape).reshape(-1, 1)
        except ValueError:
            continue
        found[name] = column
    return found


def elsewhere(e: Evidence) -> Words:
    """An elementwise derivative that is right, but for another number."""
    if not e.is_elementwise:
        return
    own = e.own_cotangent
    assert own is not None
    assert e.output is not None
    names = [*e.case.names, "the output"]
    for name, other in zip(names, [*e.case.inputs, e.output], strict=True):
        if other is e.x or other.shape != e.x.shape or other.dtype.kind != "f":
            continue
        inputs = [*e.case.inputs]
        inputs[e.position] = other
        there = changed(e, inputs)
        if there is None or not there.known.all():
            continue
        if e.equals(own * e.from_row(np.diagonal(there.jacobian))):
            yield f"it is the derivative at {name}: the wrong array was saved"


def symmetric(e: Evidence) -> Words:
    """Right where a matrix equals its transpose."""
    square = [
        p
        for p, x in enumerate(e.case.inputs)
        if x.ndim > 1 and x.shape[-1] == x.shape[-2] > 1 and x.dtype.kind == "f"
    ]
    if not square or e.is_elementwise:
        return
    for p in square:
        inputs = [*e.case.inputs]
        inputs[p] = (inputs[p] + inputs[p].swapaxes(-1, -2)) / 2
        there = changed(e, inputs)
        if there is not None and there.known.any() and not there.wrong.any():
            yield f"right for symmetric {e.case.names[p]} only: something is not transposed"
