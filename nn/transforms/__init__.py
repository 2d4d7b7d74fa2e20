"""Augmentation of images: on one or on a batch, drawn from a generator, in chains.

The names of torchvision's transforms stand here, too, for its programs.

>>> from nn.datasets import digits
>>> images, _ = digits()
>>> augment = Compose([Rotate(10), Translate(0.1), GaussianNoise(0.05)], seed=0)
>>> augment(images[:4]).shape
(4, 1, 8, 8)
"""

import typing

from autograd.internals import offered as _offered
from nn.transforms.colour import *
from nn.transforms.colours_of_torchvision import *
from nn.transforms.filtering import *
from nn.transforms.geometry import *
from nn.transforms.mixing import *
from nn.transforms.places_of_torchvision import *
from nn.transforms.sheet import *
from nn.transforms.tensors import *
from nn.transforms.transform import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
