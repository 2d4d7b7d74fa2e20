"""Losses as modules: what training makes small."""

from nn import faces
from nn.losses.classification import *
from nn.losses.embedding import *
from nn.losses.regression import *

__all__ = faces.offered(globals())


def __dir__() -> list[str]:
    return __all__
