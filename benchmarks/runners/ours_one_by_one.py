"""Our side, one after the other where the rest of us runs all at once."""

from functools import partial

import ours
from ours import number, version

__all__ = ["number", "transform", "version"]

transform = partial(ours.transform, loop=True)
