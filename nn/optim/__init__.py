"""Optimizers: update rules of a few lines each, and schedules of their learning rates.

>>> w = Tensor([2.0], requires_grad=True)
>>> optimizer = SGD([w], lr=0.25)
>>> for _ in range(3):
...     optimizer.zero_grad()
...     (w * w).sum().backward()
...     optimizer.step()
>>> w.data
array([0.25])
"""

import typing

from autograd.internals import offered as _offered
from nn import faces
from nn.optim import lr_scheduler, swa_utils
from nn.optim.adafactor import *
from nn.optim.adam import *
from nn.optim.adaptive import *
from nn.optim.asgd import *
from nn.optim.lbfgs import *
from nn.optim.muon import *
from nn.optim.optimizer import *
from nn.optim.rprop import *
from nn.optim.sgd import *

faces.not_to_be_called(
    __name__, adafactor="Adafactor", adam="Adam", asgd="ASGD", lbfgs="LBFGS", muon="Muon",
    optimizer="Optimizer", rprop="Rprop", sgd="SGD",
)  # fmt: skip

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = ["lr_scheduler", "swa_utils"]
    __all__ += _offered(globals())
    __all__.sort()

    def __dir__() -> list[str]:
        return __all__

    def __getattr__(name: str) -> object:
        sparse = "it is for sparse gradients, and gradients are arrays here; use Adam"
        raise faces.missing(__name__, name, __all__, {"SparseAdam": sparse})
