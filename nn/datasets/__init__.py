"""Data sets: bundled digits, small ones that are made, published ones, and your own images.

>>> images, labels = digits()
>>> images.shape, labels.shape
((1797, 1, 8, 8), (1797,))
"""

import typing

from autograd.internals import offered as _offered
from nn.datasets.bundled import *
from nn.datasets.cifar import *
from nn.datasets.download import *
from nn.datasets.folder import *
from nn.datasets.idx import *
from nn.datasets.synthetic import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
