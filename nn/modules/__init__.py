"""Layers, one file per family; adding one is a class in a file, named in its `__all__`."""

import typing

from autograd.internals import offered as _offered
from nn.modules.activation import *
from nn.modules.attention import *
from nn.modules.classifying import *
from nn.modules.containers import *
from nn.modules.convolution import *
from nn.modules.dropout import *
from nn.modules.embedding import *
from nn.modules.fractional_pooling import *
from nn.modules.lazy import *
from nn.modules.linear import *
from nn.modules.normalization import *
from nn.modules.padding import *
from nn.modules.pooling import *
from nn.modules.recurrent import *
from nn.modules.recurrent_cell import *
from nn.modules.resize import *
from nn.modules.softmax import *
from nn.modules.transformer import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
