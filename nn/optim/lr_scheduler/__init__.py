"""Schedules of learning rates; call `step()` after each epoch, or after each batch."""

from nn import faces
from nn.optim.lr_scheduler.base import *
from nn.optim.lr_scheduler.combined import *
from nn.optim.lr_scheduler.cycles import *
from nn.optim.lr_scheduler.plateau import *

__all__ = faces.offered(globals())


def __dir__() -> list[str]:
    return __all__
