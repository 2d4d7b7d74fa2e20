"""Schedules of learning rates; call `step()` after each epoch, or after each batch."""

import typing

from autograd.internals import offered as _offered
from nn.optim.lr_scheduler.base import *
from nn.optim.lr_scheduler.combined import *
from nn.optim.lr_scheduler.cycles import *
from nn.optim.lr_scheduler.plateau import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
