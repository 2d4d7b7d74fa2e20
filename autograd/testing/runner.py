"""The properties run on one case, and the words for what stands in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from autograd.testing.case import Case
from autograd.testing.properties import Property
from autograd.testing.subjects import NotChecked
from autograd.testing.tally import Tally
from autograd.testing.violation import Violation


class Failure(AssertionError):
    """A property that does not hold of a case: what a search looks for and shrinks."""

    def __init__(self, case: Case, broken: Property, violation: Violation, passed: list[str]):
        super().__init__(f"{broken.name}: {violation}")
        self.case = case
        self.broken = broken
        self.violation = violation
        self.passed = passed
        self.call: Any = None  # that made the case, where a search drew it


def run_properties(
    case: Case,
    properties: Sequence[Property],
    tally: Tally | None = None,
    reference: Callable[..., Any] | None = None,
) -> None:
    """Hold a case to properties, in this order, up to the first that fails.

    Args:
        case: the function and the point.
        properties: to check; those that do not concern the case are left out.
        tally: counts what was done.
        reference: an independent function for the values.

    Raises:
        Failure: for a property that does not hold, or a backward pass that raises.
    """
    begun = time.perf_counter()
    passed: list[str] = []
    for each in properties:
        if not each.concerns(case):
            continue
        try:
            if each.name == "P0":
                each(case, reference=reference)
            else:
                each(case)
        except NotChecked as missing:
            if tally is not None:
                tally.not_checked[each.name] = str(missing)
            continue
        except Warning:  # that somebody has made an error of a warning is no fault of a gradient
            raise
        except Violation as violation:
            raise Failure(case, each, violation, passed) from None
        except Exception as error:
            raise Failure(case, each, _as_violation(error), passed) from error
        passed.append(each.name)
    if tally is not None:
        tally.count(case.comparisons, time.perf_counter() - begun)


def _as_violation(error: Exception) -> Violation:
    """An exception out of a derivative: the function itself has run at this point already."""
    notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
    return Violation(f"{type(error).__name__}: {error}{notes}")
