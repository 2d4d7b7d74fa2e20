"""Words for a gradient that has another shape than its input, and for a rule that fails."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from autograd.testing.case import Case
from autograd.testing.diagnosis.wording import axes_words, broadcast_axes
from autograd.testing.objective import silent
from autograd.testing.subjects import Array
from autograd.testing.violation import Violation

Shape = tuple[int, ...]
_MOST = 0.9  # of the shapes: what explains them is believed


def misfit(case: Case, cases: Sequence[Case], violation: Violation, wrong: bool) -> str:
    """Words for gradients of other shapes, or a backward pass that raises; empty if none.

    Args:
        case: the smallest example.
        cases: all that are known.
        violation: what failed.
        wrong: whether gradients of the right shape are wrong, too; then those count for more than
            what is odd about arrays without elements.
    """
    chosen = [each for each in cases if not wrong or all(x.size for x in _arrays(each))]
    told = wrong and (any(x.size == 0 for x in _arrays(case)) or not _fails(case))
    return _shapes(chosen) or ("" if told else _refused(case, cases, violation))


def _arrays(case: Case) -> list[Array]:
    return [*case.inputs, *case.outputs]


def _shapes(cases: Sequence[Case]) -> str:
    """What is wrong with the shapes of gradients, over many cases; empty if nothing is."""
    found = [pair for case in cases for pair in _pairs(case)]
    if not found:
        return ""
    words = [set(shape_explanations(got, expected)) for _, got, expected in found]
    best = max(
        (each for _, got, expected in found for each in shape_explanations(got, expected)),
        key=lambda each: sum(each in one for one in words),
        default="",
    )
    if not best or sum(best in one for one in words) < _MOST * len(words):
        _, got, expected = found[-1]  # of the case that the report shows
        best = f"its shape is {got} where the input has {expected}"
    names = {name for name, _, _ in found}
    return f"{names.pop()}: {best}" if len(names) == 1 and "" not in names else best


def _pairs(case: Case) -> Iterator[tuple[str, Shape, Shape]]:
    """Name, shape and right shape of gradients that misfit; no name where the engine refuses."""
    try:
        with silent():
            gradients = case.gradients()
    except Exception as error:
        found = re.search(
            r"returned shape \(([\d, ]*)\), the argument has \(([\d, ]*)\)", str(error)
        )
        if found is not None:
            got, expected = (
                tuple(int(n) for n in re.findall(r"\d+", text)) for text in found.groups()
            )
            yield "", got, expected
        return
    for p in case.differentiated:
        gradient = gradients[p]
        if gradient is not None and gradient.shape != case.inputs[p].shape:
            yield case.names[p], gradient.shape, case.inputs[p].shape


def shape_words(got: Shape, expected: Shape) -> str:
    """What is wrong with a gradient of this shape.

    >>> shape_words((2, 3), (3,))
    'the sum over broadcast axis 0 is missing'
    """
    found = shape_explanations(got, expected)
    return found[0] if found else f"its shape is {got} where the input has {expected}"


def shape_explanations(got: Shape, expected: Shape) -> list[str]:
    """Everything that would explain a gradient of this shape, the plainest first."""
    found = []
    axes = broadcast_axes(expected, got)
    if any(got[axis] > 1 for axis in axes):
        found.append(f"the sum over broadcast {axes_words(axes, len(got))} is missing")
        found.append(f"the sum over broadcast {axes_words(axes, len(got), True)} is missing")
        found.append("the sum over broadcast axes is missing")
    if got == expected[::-1]:
        found.append("transposed")
    if [side for side in got if side != 1] == [side for side in expected if side != 1]:
        found.append("an axis of length 1 was dropped or added (keepdims)")
    if axes and found[-1:] != ["the sum over broadcast axes is missing"]:
        found.append("the sum over broadcast axes is missing")
    if sorted(got) == sorted(expected):
        found.append("its axes are in the wrong order")
    if math.prod(got) == math.prod(expected):
        found.append("not reshaped back to the shape of the input")
    return found


def _refused(case: Case, cases: Sequence[Case], violation: Violation) -> str:
    """What is special about the inputs for which the backward pass raises; empty if it does not."""
    if not _fails(case):
        return ""
    failing = [each for each in cases if _fails(each)]
    passing = [each for each in cases if each not in failing]
    for words, has in (
        ("empty arrays", lambda each: any(x.size == 0 for x in each.inputs)),
        ("arrays without axes", lambda each: any(x.ndim == 0 for x in each.inputs)),
    ):
        if all(map(has, failing)) and not any(map(has, passing)):
            shape = next(x.shape for x in case.inputs if x.size == 0 or x.ndim == 0)
            return f"the backward pass fails for {words}, such as one of shape {shape}"
    return _failure(case)


_MISSING = re.compile(r"object has no attribute '(\w+)'")
_UNSET = re.compile(r"(\w+\.backward) left no gradient of (\S+) in (\S+)")


def _failure(case: Case) -> str:
    """What the backward pass stumbles over."""
    try:
        with silent():
            case.gradients()
    except Exception as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        unset, attribute = _UNSET.search(text), _MISSING.search(text)
        if "NoneType as the gradient" in text:
            return "the backward pass returns nothing: is the `return` missing?"
        if unset is not None:
            return (
                f"{unset[3]} is never set: `backward` must leave the gradient of {unset[2]} there"
            )
        if attribute is not None:
            return f"the backward pass reads self.{attribute[1]}, which nothing has set"
        if "mismatch in its core dimension" in text or "not aligned" in text:
            return (
                "the backward pass multiplies matrices whose shapes do not fit (is a .T missing?)"
            )
        if "could not be broadcast" in text:
            return (
                "the backward pass combines arrays whose shapes do not fit (is keepdims=True "
                "missing, or an axis of length 1?)"
            )
        return f"the backward pass fails: {text}"
    return "the backward pass fails"


def _fails(case: Case) -> bool:
    try:
        with silent():
            case.gradients()
    except Exception:
        return True
    return False
