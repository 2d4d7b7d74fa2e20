"""What must hold of every derivative: the table of properties, cheapest first.

A property is called with a `Case` and raises `Violation` where it does not hold. It is left out
where the subject lacks an ability it needs, or where it says nothing about the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from autograd.testing import derivatives, structure
from autograd.testing import subjects as can
from autograd.testing.case import Case
from autograd.testing.violation import Violation, close

__all__ = ["PROPERTIES", "Property", "Violation", "close", "select"]


class Property:
    """One promise, by name.

    Attributes:
        name: `P0` to `P15`, what reports and selections use.
        title: the promise in a few words.
        check: a function of a case that raises `Violation`.
        needs: an ability of the subject without which there is nothing to check.
        applies: whether it says something about a case.
    """

    def __init__(
        self,
        name: str,
        title: str,
        check: Callable[..., None],
        needs: str | None = None,
        applies: Callable[[Case], bool] = lambda case: True,
    ) -> None:
        self.name = name
        self.title = title
        self.check = check
        self.needs = needs
        self.applies = applies

    def concerns(self, case: Case) -> bool:
        """Whether there is something to check."""
        able = self.needs is None or self.needs in case.subject.abilities
        return able and self.applies(case)

    def __call__(self, case: Case, **options: Any) -> None:
        """Check it; raise `Violation` where it does not hold."""
        if self.concerns(case):
            case.rewind()
            with np.errstate(all="ignore"):  # points outside of a domain are asked for on purpose
                self.check(case, **options)

    def __repr__(self) -> str:
        return f"<{self.name}: {self.title}>"


def _check_shapes(case: Case) -> None:
    structure.p1_shapes(case, can.DTYPES in case.subject.abilities)


_TABLE = (
    Property("P0", "the value is deterministic and equals a reference", structure.p0_value),
    Property("P1", "gradients have the shape and dtype of their inputs", _check_shapes),
    Property("P2", "nothing is changed in place", structure.p2_unmutated),
    Property("P3", "gradients share no memory", structure.p3_unshared),
    Property("P4", "the same bit for bit, whatever was asked for before", structure.p4_repeatable),
    Property("P5", "linear in the cotangent", structure.p5_linear),
    Property("P15", "no_grad, detach and constants", structure.p15_contracts, can.MODES),
    Property(
        "P10", "broadcasting equals the materialised operand, summed", structure.p10_broadcasting,
        applies=lambda case: case.elementwise,
    ),
    Property("P9", "gradients add up over uses and passes", structure.p9_accumulation,
             can.ACCUMULATE),
    Property("P13", "absent cotangents and unused inputs", structure.p13_absent),
    Property("P6", "memory layout does not matter", structure.p6_layout, can.LAYOUT),
    Property(
        "P11", "a batch equals its examples, one at a time", structure.p11_batch,
        applies=lambda case: case.batch is not None,
    ),
    Property("P7", "agrees with numerical derivatives", derivatives.p7_numerical),
    Property("P8", "forward mode agrees with reverse mode", derivatives.p8_duality, can.PUSH),
    Property("P14", "float32 is near float64", derivatives.p14_float32, can.SINGLE),
    Property("P12", "second order agrees with numerical derivatives", derivatives.p12_second_order,
             can.DERIVE),
)  # fmt: skip

#: The properties by name, cheapest first.
PROPERTIES: Mapping[str, Property] = MappingProxyType({each.name: each for each in _TABLE})


def select(names: Sequence[str] | str | None = None) -> list[Property]:
    """The properties of these names, cheapest first; all of them for None.

    Args:
        names: such as `["P5", "P7"]`, or `"P5,P7"`; with a minus in front of every name all but
            these.

    Raises:
        ValueError: for a name that is none.

    >>> [each.name for each in select("P7,P5")]
    ['P5', 'P7']
    >>> "P12" in [each.name for each in select("-P12")]
    False
    """
    if names is None:
        return list(_TABLE)
    listed = names.replace(" ", "").split(",") if isinstance(names, str) else list(names)
    left_out = [name[1:] for name in listed if name.startswith("-")]
    if left_out and len(left_out) < len(listed):
        raise ValueError(f"properties: {names!r} mixes names to run with names to leave out")
    unknown = [name for name in left_out or listed if name not in PROPERTIES]
    if unknown or not listed:
        raise ValueError(f"properties: {names!r} is not made of {', '.join(PROPERTIES)}")
    if left_out:
        return [each for each in _TABLE if each.name not in left_out]
    return [each for each in _TABLE if each.name in listed]
