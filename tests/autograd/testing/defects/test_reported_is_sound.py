"""That what was reported is wrong as it says, and right where it is called right.

Nothing here knows of a gradient checker: the right gradients are held against differences, and the
wrong ones against the right ones.
"""

import re

import numpy as np
import pytest
from hypothesis import Phase, given, settings

import autograd
from autograd import Tensor
from tests.autograd.testing.defects.reported import REPORTED
from tests.autograd.testing.defects.reported.planting import Reported

EXAMPLES = 40
SECOND_ORDER = [each for each in REPORTED if each.diagnosis == "second order"]
FIRST_ORDER = [each for each in REPORTED if each not in SECOND_ORDER]


def every(listed):
    return pytest.mark.parametrize("reported", listed, ids=[each.name for each in listed])


def drawn(reported: Reported):
    """Arguments as a user would have them drawn, the same in every run."""
    found = []

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.generate])
    @given(reported.inputs)
    def collect(arguments):
        found.append(arguments)

    collect()
    return found


def is_float(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def copies(arguments):
    return [np.copy(x) if is_float(x) else x for x in arguments]


def cotangent(out):
    return np.cos(1.0 + np.arange(float(np.size(out)))).reshape(np.shape(out))


def gradients(made, arguments, g):
    """The gradients of the floating arguments, by rule or by engine."""
    function, options = made
    if "vjp" in options:
        found = options["vjp"](g, *arguments)
        return list(found) if isinstance(found, tuple) else [found]
    leaves = [Tensor(x, requires_grad=True) if is_float(x) else x for x in arguments]
    return [each.data for each in autograd.grad(function(*leaves), leaves, g)]


def positions(made, arguments):
    """Positions of the arguments whose gradients are asked for."""
    function, options = made
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    chosen = options.get("differentiate", names)
    return [k for k, x in enumerate(arguments) if is_float(x) and names[k] in chosen]


def slope(function, arguments, position, direction, g, step):
    """By a central difference; NaN at a kink, where the two sides do not agree."""
    values = []
    for sign in (1.0, 0.0, -1.0):
        moved = copies(arguments)
        moved[position] = moved[position] + sign * step * direction
        values.append(np.sum(g * np.asarray(function(*moved))))
    left, right = values[1] - values[2], values[0] - values[1]
    bent = abs(right - left) > 0.05 * (abs(right) + abs(left))
    return np.nan if bent else (left + right) / (2.0 * step)


@every([each for each in FIRST_ORDER if "vjp" in each.make(True)[1]])
def test_right_gradients_are_those_of_differences(reported):
    """At points of moderate size, where two steps agree about the slope."""
    made, compared = reported.make(True), 0
    function = made[0]
    for arguments in drawn(reported):
        with np.errstate(all="ignore"):
            g = cotangent(function(*copies(arguments)))
            found = gradients(made, copies(arguments), g.copy())
            wanted = [k for k, x in enumerate(arguments) if is_float(x)]
            if len(found) < len(wanted):
                wanted = positions(made, arguments)
            for position in positions(made, arguments):
                x = arguments[position]
                tied = reported.diagnosis == "ties" and np.unique(x).size < x.size
                if not x.size or np.abs(x).max() > 40 or tied:
                    continue
                direction = np.cos(np.arange(float(x.size)) * 2.0).reshape(x.shape)
                coarse, fine = (
                    slope(function, arguments, position, direction, g, 2.0**-k) for k in (13, 15)
                )
                size = abs(fine) + np.abs(g).sum() * 1e-3
                if np.isfinite(fine) and abs(coarse - fine) < 1e-5 * size:
                    ours = np.sum(found[wanted.index(position)] * direction)
                    assert abs(ours - fine) < 1e-4 * size
                    compared += 1
    assert compared >= 3


def first_difference(reported, arguments):
    """Whether the wrong gradients differ from the right ones, in value, shape or effect."""
    right, wrong = reported.make(True), reported.make(False)
    with np.errstate(all="ignore"):
        given_to_wrong = copies(arguments)
        out = np.asarray(wrong[0](*given_to_wrong))
        assert np.array_equal(out, right[0](*copies(arguments)), equal_nan=True)
        if any(not np.array_equal(a, b) for a, b in zip(given_to_wrong, arguments, strict=True)):
            return True  # the forward pass writes to its arguments
        for g in (cotangent(out), np.asfortranarray(cotangent(out))):
            expected = gradients(right, copies(arguments), g.copy(order="K"))
            for _ in range(2):
                try:
                    passed = g.copy(order="K")
                    found = gradients(wrong, copies(arguments), passed)
                except ValueError:  # shapes that do not fit
                    return True
                shapes = [np.shape(x) for x in found] != [np.shape(x) for x in expected]
                if shapes or not np.array_equal(passed, g):
                    return True
                if not all(map(np.allclose, found, expected)):
                    return True
    return False


@every(FIRST_ORDER)
def test_wrong_gradients_differ_somewhere(reported):
    assert any(first_difference(reported, arguments) for arguments in drawn(reported))


def bent(made, arguments):
    """First and second derivatives of a function of one Tensor, weighted."""
    x = Tensor(arguments[0], requires_grad=True)
    out = made[0](x)
    g = Tensor(cotangent(out.data), requires_grad=True)
    (first,) = autograd.grad(out, x, g, create_graph=True)
    second = autograd.grad((first * first).sum(), [x, g], allow_unused=True, materialize_grads=True)
    return first.data, [each.data for each in second]


@every(SECOND_ORDER)
def test_second_derivatives_alone_are_wrong(reported):
    right, wrong, differ = reported.make(True), reported.make(False), False
    for arguments in drawn(reported):
        if np.abs(arguments[0]).max(initial=0.0) > 40:
            continue
        first, second = bent(right, arguments)
        also, other = bent(wrong, arguments)
        np.testing.assert_allclose(also, first)
        differ |= not all(map(np.allclose, other, second))
    assert differ


def test_every_report_says_where_and_what():
    assert len(REPORTED) >= 40
    assert len({each.name for each in REPORTED}) == len(REPORTED)
    for each in REPORTED:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", each.where)
        assert each.reason.endswith(".")
