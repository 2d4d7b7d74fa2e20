"""Models with the sizes that were published, and short functions that use trained ones.

>>> from nn.train import summary
>>> summary(LeNet5(), (1, 28, 28)).total
61706
"""

import typing

from autograd.internals import offered as _offered
from nn.models.autoencoder import *
from nn.models.convolutional import *
from nn.models.language import *
from nn.models.perceptron import *
from nn.models.resnet import *
from nn.models.using import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
