"""Losses as modules: what training makes small."""

import typing

from autograd.internals import offered as _offered
from nn.losses.classification import *
from nn.losses.embedding import *
from nn.losses.regression import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
