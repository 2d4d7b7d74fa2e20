"""Everything layers compute, as functions, with PyTorch's names and `dim` for axes."""

import typing
from functools import partial as _partial

from autograd.internals import offered as _offered
from nn.functional.activation import *
from nn.functional.adaptive_pooling import *
from nn.functional.attention import *
from nn.functional.classification_loss import *
from nn.functional.convolution import *
from nn.functional.ctc_loss import *
from nn.functional.distance import *
from nn.functional.dropout import *
from nn.functional.embedding import *
from nn.functional.embedding_bag import *
from nn.functional.fractional_pooling import *
from nn.functional.grid import *
from nn.functional.linear import *
from nn.functional.linear_cross_entropy import *
from nn.functional.loss import *
from nn.functional.normalization import *
from nn.functional.padding import *
from nn.functional.pooling import *
from nn.functional.rectifiers import *
from nn.functional.resize import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__

    def __getattr__(name: str) -> object:
        """PyTorch's names of the functions that write: `relu_(x)` is `relu(x, inplace=True)`."""
        function = globals().get(name.removesuffix("_"))
        if name.endswith("_") and "inplace" in getattr(function, "__annotations__", {}):
            return _partial(function, inplace=True)
        raise AttributeError(f"module 'nn.functional' has no attribute {name!r}")
