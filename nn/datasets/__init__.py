"""Data sets: bundled digits, small ones that are made, published ones, and your own images.

>>> images, labels = digits()
>>> images.shape, labels.shape
((1797, 1, 8, 8), (1797,))
"""

from nn import faces
from nn.datasets.bundled import *
from nn.datasets.cifar import *
from nn.datasets.download import *
from nn.datasets.folder import *
from nn.datasets.idx import *
from nn.datasets.synthetic import *

__all__ = faces.offered(globals())


def __dir__() -> list[str]:
    return __all__
