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

from nn.optim import lr_scheduler, swa_utils
from nn.optim.adam import Adam, Adamax, AdamW, NAdam, RAdam
from nn.optim.adaptive import Adadelta, Adagrad, RMSprop
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.optim.sgd import SGD

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "lr_scheduler",
    "swa_utils",
]
