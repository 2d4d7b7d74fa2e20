"""Models with the sizes that were published, and short functions that use trained ones.

>>> from nn.train import summary
>>> summary(LeNet5(), (1, 28, 28)).total
61706
"""

from nn import faces
from nn.models.autoencoder import *
from nn.models.convolutional import *
from nn.models.language import *
from nn.models.perceptron import *
from nn.models.resnet import *
from nn.models.using import *

__all__ = faces.offered(globals())


def __dir__() -> list[str]:
    return __all__
