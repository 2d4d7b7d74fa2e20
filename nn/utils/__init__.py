"""Tools around training: clipping, vectors of parameters, weight normalisation."""

import typing

from autograd.internals import offered as _offered
from nn.utils import data, parametrizations, parametrize, rnn
from nn.utils.gradients import *
from nn.utils.skip_init import *
from nn.utils.spectral_norm import *
from nn.utils.stateless import *
from nn.utils.vectors import *
from nn.utils.weight_norm import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = ["data", "parametrizations", "parametrize", "rnn"]
    __all__ += _offered(globals())
    __all__.sort()

    def __dir__() -> list[str]:
        return __all__
