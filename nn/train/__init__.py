"""Training: the loop, what it measures, and what watches it.

>>> import nn
>>> from nn.datasets import digits
>>> images, labels = digits()
>>> model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
>>> optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
>>> trainer = Trainer(model, optimizer, nn.CrossEntropyLoss(), "accuracy", progress=False)
>>> history = trainer.fit((images, labels), epochs=3)
>>> history["accuracy"][-1] > 0.9
True
"""

import typing

from autograd.internals import offered as _offered
from nn.train import plots
from nn.train.callbacks import *
from nn.train.history import *
from nn.train.metrics import *
from nn.train.search import *
from nn.train.summary import *
from nn.train.trainer import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = ["plots"]
    __all__ += _offered(globals())
    __all__.sort()

    def __dir__() -> list[str]:
        return __all__
