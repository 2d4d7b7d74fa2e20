"""Neural networks on `autograd`: layers, losses, optimizers, data.

>>> import nn
>>> model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
>>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
>>> loss = nn.functional.cross_entropy(model([[0.0, 1.0], [1.0, 1.0]]), [1, 0])
>>> loss.backward()
>>> optimizer.step()
"""

import typing

import autograd

# Two distributions cannot share one name, and any file `autograd.py` beside a script hides both.
if not (hasattr(autograd, "Tensor") and hasattr(autograd, "op")):
    raise ImportError(
        "nn needs wengert's package 'autograd', but the import found "
        f"{getattr(autograd, '__file__', None) or 'a namespace package'}, which hides it; "
        "rename the file, or uninstall the distribution it belongs to (pip uninstall autograd) and "
        "then install wengert again by pip install --force-reinstall --no-deps and its name "
        "(see: other-autograd)"
    )

from autograd import TrapWarning as TrapWarning
from autograd.internals import offered as _offered
from nn import data, functional, init, optim, utils
from nn import html as html
from nn.losses import *
from nn.module import *
from nn.modules import *
from nn.parameter import *
from nn.saving import *

if typing.TYPE_CHECKING:
    from nn import datasets as datasets
    from nn import distributions as distributions
    from nn import keras as keras
    from nn import models as models
    from nn import onnx as onnx
    from nn import parallel as parallel
    from nn import sklearn as sklearn
    from nn import train as train
    from nn import transforms as transforms
    from nn.parallel import DataParallel as DataParallel
    from nn.parallel import SyncBatchNorm as SyncBatchNorm
else:  # type checkers and editors see the imports
    # Loaded when first asked for: a script that only trains a model by hand needs none of them.
    _LATER = (
        "datasets", "distributions", "keras", "models", "onnx", "parallel", "train", "transforms"
    )  # fmt: skip
    # They need another library, so that `from nn import *` leaves them out.
    _OPTIONAL = ("sklearn",)
    _OF_PARALLEL = ("DataParallel", "SyncBatchNorm")  # as PyTorch's programs name them

    __all__ = ["data", "functional", "init", "optim", "utils", *_LATER]
    __all__ += _offered(globals())
    __all__.sort()

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _LATER + _OPTIONAL:
            return import_module(f"nn.{name}")
        if name in _OF_PARALLEL:
            return getattr(import_module("nn.parallel"), name)
        raise AttributeError(f"module 'nn' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return __all__
