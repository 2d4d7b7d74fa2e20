"""Planted gradient defects, written without sight of the checker that they are to judge.

`DEFECTS` holds all of them by family; see `planting.Defect`. That each is a defect, and its sibling
is right, is shown independently by `test_blind_is_sound.py`.
"""

from tests.autograd.testing.defects.families import (
    arithmetic,
    broadcasting,
    engine_like,
    linear_algebra,
    normalisation,
    second_order,
    windows,
)
from tests.autograd.testing.defects.planting import Defect

DEFECTS: tuple[Defect, ...] = tuple(
    defect
    for module in (
        arithmetic,
        broadcasting,
        linear_algebra,
        windows,
        normalisation,
        engine_like,
        second_order,
    )
    for defect in module.family.defects
)
