"""Wrong gradients that were reported in public: facts from the reports, code of our own.

`REPORTED` is a list of its own: its figures are told apart from those of the other two.
"""

from tests.autograd.testing.defects.reported import (
    arithmetic,
    matrices,
    normalisation,
    selections,
)
from tests.autograd.testing.defects.reported.planting import Reported

REPORTED: tuple[Reported, ...] = tuple(
    each
    for module in (arithmetic, selections, normalisation, matrices)
    for each in module.reports.reported
)
