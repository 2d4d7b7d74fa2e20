"""Networks as estimators of scikit-learn: `fit`, `predict`, `score`, pipelines, searches.

The parameters have skorch's names; training is a `nn.train.Trainer`'s. It needs scikit-learn:
`pip install 'wengert[sklearn]'`.

>>> from sklearn.datasets import load_iris
>>> from sklearn.model_selection import cross_val_score
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> from nn.sklearn import NeuralClassifier
>>> network = NeuralClassifier(module__hidden=(16,), max_epochs=50, random_state=0)
>>> scores = cross_val_score(make_pipeline(StandardScaler(), network), *load_iris(return_X_y=True))
>>> bool(scores.mean() > 0.9)
True
"""

import importlib.util
import typing

if importlib.util.find_spec("sklearn") is None:
    raise ImportError("nn.sklearn needs scikit-learn: pip install 'wengert[sklearn]'")

from autograd.internals import offered as _offered
from nn.sklearn.classifier import *
from nn.sklearn.regressor import *

if not typing.TYPE_CHECKING:  # type checkers and editors see the star imports
    __all__ = _offered(globals())

    def __dir__() -> list[str]:
        return __all__
