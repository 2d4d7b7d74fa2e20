"""Part of `nn.data` under the name that PyTorch has for it."""

import typing

from nn import data
from nn.data import *  # noqa: F403

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = data.__all__

    def __dir__() -> list[str]:
        return __all__
