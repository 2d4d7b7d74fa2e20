"""The report on a gradient that is wrong: what, where, how far off, and probably why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.testing.case import Case
from autograd.testing.diagnosis import diagnose
from autograd.testing.diagnosis.evidence import numerical_jacobian
from autograd.testing.korean import guess_in_korean, report_in_korean
from autograd.testing.objective import silent
from autograd.testing.paste import call, code_of, variables
from autograd.testing.result import Comparison, GradientComparison
from autograd.testing.runner import Failure
from autograd.testing.violation import largest

_SHOWN = 5


class GradientError(AssertionError):
    """A derivative that is wrong, or that could not be judged.

    Attributes:
        property: name of the property that does not hold, such as `P7`; empty if unresolved.
        diagnosis: a guess at the fault, empty where there is none.
        inputs: the arrays at which it shows.
        cotangents: one per output, None for outputs without.
        comparison: the gradient beside numerical derivatives, where they were compared.
        code: Python that shows it again.
        example: which of the drawn examples failed first, 1 where none are drawn.

    >>> from autograd.testing import check_grads
    >>> try:
    ...     check_grads(np.sin, np.array([3.0]), vjp=lambda g, x: -g * np.cos(x))
    ... except GradientError as error:
    ...     print(error.property, error.diagnosis)
    P7 the sign is wrong
    """

    is_gradient_error = True  # what pytest's side asks, without importing anything

    def __init__(
        self,
        message: str,
        *,
        property: str = "",
        diagnosis: str = "",
        inputs: Sequence[Any] = (),
        cotangents: Sequence[Any] = (),
        comparison: GradientComparison | None = None,
        code: str = "",
        example: int = 1,
    ) -> None:
        super().__init__(message)
        self.property = property
        self.diagnosis = diagnosis
        self.inputs = inputs
        self.cotangents = cotangents
        self.comparison = comparison
        self.code = code
        self.example = example


def report(
    failure: Failure,
    witnesses: Sequence[Case],
    code: str,
    example: int | None = None,
    blob: str = "",
    lang: str = "en",
) -> GradientError:
    """The error that tells everything about a failure.

    Args:
        failure: on the smallest example.
        witnesses: other examples, failing or not, from which more can be told.
        code: that shows it again.
        example: which of the drawn ones failed first; None where none are drawn.
        blob: what Hypothesis says of how to draw it again.
        lang: "en" or "ko".
    """
    case, broken, violation = failure.case, failure.broken, failure.violation
    with silent():
        diagnosis = diagnose(case, broken.name, violation, witnesses)
    found = "" if example is None else f" (example {example})"
    lines = [f"{case.name}: {diagnosis or 'the gradient is wrong'}{found}", ""]
    lines += [f"{broken.name} ({broken.title}) does not hold:", _indented(str(violation))]
    if violation.comparison is not None:
        lines += ["", *_table(violation.comparison, case)]
        if broken.name != "P8":  # the numbers are those of forward mode there
            with silent():
                lines += _where(violation.comparison, case)
    passed = ", ".join(failure.passed) or "none"
    lines += ["", f"held before: {passed}", "", "to see it again:", "", _indented(code)]
    lines += ["", blob] if blob else []
    message = "\n".join(lines)
    if lang == "ko":
        message, diagnosis = report_in_korean(message, diagnosis), guess_in_korean(diagnosis)
    return GradientError(
        message,
        property=broken.name,
        diagnosis=diagnosis,
        inputs=tuple(case.inputs),
        cotangents=tuple(case.cotangents),
        comparison=violation.comparison,
        code=code,
        example=1 if example is None else example,
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


# ---------------------------------------------------------------------- the numbers


def _table(comparison: GradientComparison, case: Case) -> list[str]:
    """The worst comparisons: analytic beside numerical beside the error bound."""
    rows = [("gradient of", "analytic", "numerical", "error bound")]
    elements = [c for c in comparison.disagreements if c.direction.element is not None]
    chosen = [c for c in comparison.worst(len(comparison.comparisons)) if c in elements]
    for each in (chosen or comparison.worst())[:_SHOWN]:
        numeric = f"{each.numeric:.9g}"
        if each.reason == "kink":
            numeric = f"{each.left:.6g} to {each.right:.6g}"
        rows.append((_label(each, case), f"{each.analytic:.9g}", numeric, f"{each.bound:.1e}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "    "
        + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    more = len(elements) - _SHOWN
    return [*lines, f"    ... and {more} more"] if more > 0 else lines


def _label(comparison: Comparison, case: Case) -> str:
    """Which element, or along which direction."""
    direction = comparison.direction
    if direction.input is None:
        return direction.name
    names = case.names
    place = direction.input
    name = names[place] if place < len(names) else f"the cotangent {place - len(names)}"
    if direction.element is None:
        return f"{name} ({direction.name})"
    imaginary = " (imaginary part)" if direction.name.endswith("(imaginary)") else ""
    return f"{name}{_element(direction.element)}{imaginary}"


def _element(element: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, element))}]" if element else ""


def _where(comparison: GradientComparison, case: Case) -> list[str]:
    """Which element of which output passes the wrong number back to which element of an input."""
    elements = [c for c in comparison.worst(9) if c.direction.element is not None]
    if not elements or len(comparison.gradients) != len(case.inputs):
        return []
    direction = elements[0].direction
    assert direction.element is not None
    position = direction.parts[0][0]
    found_numbers = numerical_jacobian(case, position)
    if found_numbers is None:
        return []
    numerical = found_numbers[0]
    column = (
        int(np.ravel_multi_index(direction.element, case.inputs[position].shape or (1,)))
        if direction.element
        else 0
    )
    row = 0
    worst, found = 1e-6 * max(largest(numerical), 1e-300), ""
    total = sum(case.outputs[i].size for i in case.active if case.cotangents[i] is not None)
    for i in case.active:
        if case.cotangents[i] is None:
            continue
        for element in np.ndindex(case.outputs[i].shape):
            one_hot = [None if g is None else np.zeros_like(g) for g in case.cotangents]
            one_hot[i][element] = 1.0  # type: ignore[index]
            analytic = case.gradients(one_hot)[position].reshape(-1)[column]
            off = abs(float(np.real(analytic)) - numerical[row, column])
            if off > worst:
                worst = off
                found = (
                    f"    d output{_output(i, case)}{_element(element)} / d "
                    f"{_label(elements[0], case)} is {analytic:.9g}, should be "
                    f"{numerical[row, column]:.9g}"
                )
            row += 1
    return ["", found] if found and total > 1 else []


def _output(i: int, case: Case) -> str:
    return f" {i}" if len(case.outputs) > 1 else ""


# ---------------------------------------------------------------------- code to paste


def pasted(
    target: str,
    arguments: Sequence[str],
    names: Sequence[str],
    arrays: Sequence[Any],
    cotangents: Sequence[Any] | None,
    options: Mapping[str, str],
    definitions: Sequence[str] = (),
) -> str:
    """Code that repeats a check.

    Args:
        target: the function, as an expression.
        arguments: of the check, as expressions; the arrays by their names.
        names: of the arrays.
        arrays: what they are.
        cotangents: one per output, or None to have them drawn.
        options: further arguments by name, as expressions.
        definitions: lines that the expressions need.
    """
    imported = (
        "adapters, assert_gradients" if target.startswith("adapters.") else "assert_gradients"
    )
    imports = [each for each in definitions if each.startswith(("import ", "from "))]
    others = [each for each in definitions if each not in imports]
    head = ["import numpy as np", f"from autograd.testing import {imported}", *imports]
    lines = [*dict.fromkeys(head), "", *others]
    lines += [f"{name} = {code_of(x)}" for name, x in zip(names, arrays, strict=True)]
    given = {} if cotangents is None else {"cotangents": code_of(list(cotangents))}
    keywords = [f"{name}={code}" for name, code in {**given, **options}.items()]
    return "\n".join([*lines, call("assert_gradients", [target, *arguments, *keywords])])


def array_names(names: Sequence[str]) -> list[str]:
    """Names for the arrays of a case, as Python takes them."""
    return variables(names)
