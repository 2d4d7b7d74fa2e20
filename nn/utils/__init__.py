"""Tools around training: clipping, vectors of parameters, weight normalisation."""

from nn import faces
from nn.utils.gradients import *
from nn.utils.stateless import *
from nn.utils.vectors import *
from nn.utils.weight_norm import *

__all__ = faces.offered(globals())


def __dir__() -> list[str]:
    return __all__
