"""Data on its way into a model: data sets, splits, and a loader of batches.

>>> from nn.datasets import digits
>>> images, labels = digits()
>>> data = TensorDataset(images, labels)
>>> train, test = random_split(data, [0.8, 0.2], stratify=labels, seed=0)
>>> for inputs, targets in DataLoader(train, batch_size=64, shuffle=True, seed=0):
...     print(inputs.shape, targets.shape)
...     break
(64, 1, 8, 8) (64,)
"""

import typing

from autograd.internals import offered as _offered
from nn import faces as _faces
from nn.data.collate import *
from nn.data.dataset import *
from nn.data.folds import *
from nn.data.loader import *
from nn.data.preprocessing import *
from nn.data.samplers import *
from nn.data.split import *
from nn.data.workers import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__

    def __getattr__(name: str) -> object:
        raise _faces.missing(__name__, name, __all__)
