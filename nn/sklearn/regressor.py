"""The estimator of numbers."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from nn.losses import MSELoss
from nn.sklearn.estimator import NeuralEstimator

__all__ = ["NeuralRegressor"]


class NeuralRegressor(RegressorMixin, NeuralEstimator):  # type: ignore[misc]
    """A network that predicts one number for each example, or several.

    The parameters are those of `NeuralClassifier`, without `class_weight` and
    `predict_nonlinearity`; `criterion` is `nn.MSELoss` where it is not given. Targets are best near
    0 and of size 1, as `sklearn.compose.TransformedTargetRegressor` makes them.

    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> network = NeuralRegressor(lr=0.05, random_state=0).fit(x, np.abs(x[:, 0]))
    >>> network.predict([[-0.5], [0.5]]).round(1)
    array([0.5, 0.5])
    """

    _usual_criterion = MSELoss
    _kind_of_targets = MappingProxyType({"multi_output": True, "y_numeric": True})
    _learns = "_shape_of_target"

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for `max_epochs` further epochs, on these examples; see `fit`."""
        return self._fit(X, y, sample_weight, self._is_made())

    def predict(self, X: Any) -> NDArray[Any]:
        """The numbers for inputs, in the shape that targets had: (examples,) or (examples, k).

        Raises:
            NotFittedError: Before `fit`.
            ValueError: If inputs are not as those of `fit` were.
        """
        outputs = self._outputs(X)
        shape = getattr(self, self._learns, outputs.shape[1:])
        return outputs.reshape((len(outputs), *shape))

    def _learned(self, y: NDArray[Any], classes: Any) -> tuple[int, ...]:
        return y.shape[1:]

    def _count_outputs(self, known: tuple[int, ...], criterion: Any) -> int:
        return math.prod(known)

    def _encoded(
        self, y: NDArray[Any], known: tuple[int, ...], criterion: Any
    ) -> NDArray[Any]:  # fmt: skip
        if y.shape[1:] != known:
            raise ValueError(
                f"{type(self).__name__}: y has shape {y.shape}, and in the first call it had "
                f"{('examples', *known)}".replace("'", "")
            )
        return y.astype(np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
