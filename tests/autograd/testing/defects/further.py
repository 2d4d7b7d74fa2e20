"""More planted gradient defects, of other families, written by someone who knows the checker.

`FURTHER` is kept apart from the blind list: figures of the two are told apart.
"""

from tests.autograd.testing.defects.families import contractions, selections
from tests.autograd.testing.defects.planting import Defect

FURTHER: tuple[Defect, ...] = (*contractions.family.defects, *selections.family.defects)
