"""Measures of how well outputs fit targets, exact over an epoch and not averaged over batches.

A metric gathers totals by `update` and gives the result by `compute`; called like a function, it
measures one pair of arrays on its own.

>>> scores, labels = [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6]], [1, 0, 0]
>>> float(Accuracy()(scores, labels))
0.6666666666666666
>>> ConfusionMatrix()(scores, labels)
array([[1, 1],
       [0, 1]])
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor

__all__ = [
    "F1",
    "MAE",
    "R2",
    "RMSE",
    "Accuracy",
    "ConfusionMatrix",
    "Metric",
    "Precision",
    "Recall",
    "TopKAccuracy",
]

Array = NDArray[Any]
_AVERAGES = ("macro", "micro", "weighted", "binary", None)


class Metric:
    """The base of metrics: a subclass writes `name`, `measure` and `compute`.

    `totals` holds everything gathered, as numbers and arrays that `update` adds up.

    >>> class Largest(Metric):
    ...     name = "largest error"
    ...
    ...     def measure(self, outputs, targets):
    ...         worst = np.abs(outputs - targets).max()
    ...         self.totals["worst"] = np.maximum(self.totals.get("worst", 0.0), worst)
    ...
    ...     def compute(self):
    ...         return float(self.totals["worst"])
    >>> Largest()([1.0, 2.0], [1.5, 2.0])
    0.5
    """

    name = "metric"
    larger_is_better = True

    def __init__(self) -> None:
        self.totals: dict[str, Any] = {}

    def reset(self) -> None:
        """Forget everything gathered."""
        self.totals = {}

    def update(self, outputs: Any, targets: Any) -> None:
        """Add a batch: Tensors, arrays or lists."""
        self.measure(_array(outputs), _array(targets))

    def measure(self, outputs: Array, targets: Array) -> None:
        """Add a batch of arrays to the totals; a subclass writes this."""
        raise NotImplementedError(f"{type(self).__name__} must define measure(outputs, targets)")

    def compute(self) -> Any:
        """The result over everything gathered; a subclass writes this."""
        raise NotImplementedError(f"{type(self).__name__} must define compute()")

    def __call__(self, outputs: Any, targets: Any) -> Any:
        """Measure one pair alone; what was gathered before stays."""
        alone = copy.copy(self)
        alone.reset()
        alone.update(outputs, targets)
        return alone.compute()

    def _add(self, **amounts: Any) -> None:
        for total, amount in amounts.items():
            self.totals[total] = self.totals.get(total, 0) + amount

    def _ratio(self, above: str, below: str) -> Any:
        if not self.totals.get(below):
            raise RuntimeError(f"{type(self).__name__}: nothing was measured yet; call update")
        return self.totals[above] / self.totals[below]


class Accuracy(Metric):
    """The share of examples whose predicted label is right.

    Args:
        threshold: For outputs with one number per example, label 1 is predicted from it on: 0.5
            for probabilities, 0 for logits.

    Shape:
        Outputs (batch, classes, ...) with scores of classes, or (batch,) and (batch, 1) with one
        number or label each; targets (batch, ...) with labels, or one-hot like the outputs.

    >>> Accuracy()([0.9, 0.2], [1, 1])
    0.5
    """

    name = "accuracy"

    def __init__(self, threshold: float = 0.5) -> None:
        super().__init__()
        self.threshold = threshold

    def measure(self, outputs: Array, targets: Array) -> None:
        """Count the examples that are right."""
        predicted, labels = as_labels(self, outputs, targets, self.threshold)
        self._add(right=int(np.count_nonzero(predicted == labels)), count=labels.size)

    def compute(self) -> float:
        """The share."""
        return float(self._ratio("right", "count"))


class TopKAccuracy(Metric):
    """The share of examples whose label is among the k classes with the highest scores.

    Args:
        k: How many classes may be named.

    >>> TopKAccuracy(2)([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], [1, 2])
    0.5
    """

    def __init__(self, k: int = 5) -> None:
        super().__init__()
        if k < 1:
            raise ValueError(f"TopKAccuracy: k must be at least 1, got {k}")
        self.k = k
        self.name = f"top-{k} accuracy"

    def measure(self, outputs: Array, targets: Array) -> None:
        """Count the examples whose label is among the first k."""
        if outputs.ndim != 2 or outputs.shape[1] < self.k:
            raise ValueError(
                f"TopKAccuracy: outputs must be (batch, classes) with at least {self.k} classes, "
                f"got shape {outputs.shape}"
            )
        _, labels = as_labels(self, outputs, targets, 0.5)
        own = np.take_along_axis(outputs, labels[:, np.newaxis].astype(np.intp), axis=1)
        # Of equal scores the first class comes first, as in a stable sort.
        earlier = np.arange(outputs.shape[1]) < labels[:, np.newaxis]
        ahead = (outputs > own) | ((outputs == own) & earlier)
        self._add(right=int(np.count_nonzero(ahead.sum(axis=1) < self.k)), count=labels.size)

    def compute(self) -> float:
        """The share."""
        return float(self._ratio("right", "count"))


class ConfusionMatrix(Metric):
    """How often class i was taken for class j: entry (i, j), truth in rows, predictions in columns.

    Args:
        classes: How many there are; found from the outputs and labels if not given.
        threshold: As in `Accuracy`.

    >>> ConfusionMatrix()([0, 1, 1], [0, 0, 1])
    array([[1, 1],
           [0, 1]])
    """

    name = "confusion matrix"

    def __init__(self, classes: int | None = None, threshold: float = 0.5) -> None:
        super().__init__()
        self.classes = classes
        self.threshold = threshold

    def measure(self, outputs: Array, targets: Array) -> None:
        """Count pairs of labels."""
        predicted, labels = as_labels(self, outputs, targets, self.threshold)
        if not labels.size:
            return
        known = self.totals.get("matrix", np.zeros((0, 0), np.int64))
        least = outputs.shape[1] if outputs.ndim > 1 and outputs.ndim > labels.ndim else 0
        needed = max(int(labels.max()) + 1, int(predicted.max()) + 1, least, len(known))
        if self.classes is not None:
            if needed > self.classes:
                raise ValueError(
                    f"{type(self).__name__}: label {needed - 1} is not among the {self.classes} "
                    "classes"
                )
            needed = self.classes
        if min(int(labels.min()), int(predicted.min())) < 0:
            raise ValueError(f"{type(self).__name__}: labels must be at least 0")
        matrix = np.zeros((needed, needed), np.int64)
        matrix[: len(known), : len(known)] = known
        np.add.at(matrix, (labels.ravel().astype(np.intp), predicted.ravel().astype(np.intp)), 1)
        self.totals["matrix"] = matrix

    def compute(self) -> Any:
        """The matrix, (classes, classes) int64."""
        if "matrix" not in self.totals:
            raise RuntimeError(f"{type(self).__name__}: nothing was measured yet; call update")
        return self.totals["matrix"]


class _FromMatrix(ConfusionMatrix):
    """Precision, recall and F1: each is a ratio per class, then averaged."""

    def __init__(
        self, average: str | None = "macro", classes: int | None = None, threshold: float = 0.5
    ) -> None:
        super().__init__(classes, threshold)
        if average not in _AVERAGES:
            raise ValueError(
                f"{type(self).__name__}: average must be one of {_AVERAGES}, got {average!r}"
            )
        self.average = average

    def _ratio_of(self, right: Any, predicted: Any, actual: Any) -> tuple[Any, Any]:
        raise NotImplementedError

    def compute(self) -> Any:
        """The average over classes, or one number per class."""
        matrix = super().compute()
        right, predicted, actual = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
        if self.average == "micro":
            right, predicted, actual = right.sum(), predicted.sum(), actual.sum()
        above, below = self._ratio_of(right, predicted, actual)
        # A class that never came is not predicted right: 0 and not NaN.
        ratios = np.where(below > 0, above / np.maximum(below, 1), 0.0)
        if self.average is None:
            return ratios
        if self.average == "binary":
            if len(matrix) > 2:
                raise ValueError(
                    f"{type(self).__name__}: average='binary' is for labels 0 and 1, there are "
                    f"{len(matrix)} classes"
                )
            return float(ratios[1]) if len(ratios) > 1 else 0.0
        if self.average == "weighted":
            return float((ratios * actual).sum() / actual.sum())
        if self.average == "macro":
            ratios = ratios[(predicted + actual) > 0]  # classes that neither side knows
        return float(np.mean(ratios))


class Precision(_FromMatrix):
    """Of the examples predicted as a class, the share that is of it.

    Args:
        average: "macro", the mean over classes; "weighted" by their frequency; "micro" over all
            examples; "binary", that of class 1; None, one number for each class.
        classes: How many there are; found from the outputs and labels if not given.
        threshold: As in `Accuracy`.

    >>> Precision("binary")([1, 1, 1, 0], [1, 0, 1, 1])
    0.6666666666666666
    """

    name = "precision"

    def _ratio_of(self, right: Any, predicted: Any, actual: Any) -> tuple[Any, Any]:
        return right, predicted


class Recall(_FromMatrix):
    """Of the examples of a class, the share that was predicted as it.

    Args:
        average: As in `Precision`.
        classes: As in `Precision`.
        threshold: As in `Accuracy`.

    >>> Recall(None)([1, 1, 1, 0], [1, 0, 1, 0])
    array([0.5, 1. ])
    """

    name = "recall"

    def _ratio_of(self, right: Any, predicted: Any, actual: Any) -> tuple[Any, Any]:
        return right, actual


class F1(_FromMatrix):
    """The harmonic mean of precision and recall, `2 right / (predicted + actual)`.

    Args:
        average: As in `Precision`.
        classes: As in `Precision`.
        threshold: As in `Accuracy`.

    >>> F1("binary")([1, 1, 0], [1, 0, 0])
    0.6666666666666666
    """

    name = "F1"

    def _ratio_of(self, right: Any, predicted: Any, actual: Any) -> tuple[Any, Any]:
        return 2 * right, predicted + actual


class MAE(Metric):
    """Mean absolute error, `Σ|y - t| / n`.

    >>> MAE()([1.0, 4.0], [2.0, 2.0])
    1.5
    """

    name = "MAE"
    larger_is_better = False

    def measure(self, outputs: Array, targets: Array) -> None:
        """Add up the errors."""
        error = _error(self, outputs, targets)
        self._add(error=float(np.abs(error).sum()), count=error.size)

    def compute(self) -> float:
        """The mean."""
        return float(self._ratio("error", "count"))


class RMSE(Metric):
    """Root of the mean squared error, `√(Σ(y - t)² / n)`.

    >>> RMSE()([1.0, 5.0], [2.0, 2.0])
    2.23606797749979
    """

    name = "RMSE"
    larger_is_better = False

    def measure(self, outputs: Array, targets: Array) -> None:
        """Add up the squares."""
        error = _error(self, outputs, targets)
        self._add(square=float((error * error).sum()), count=error.size)

    def compute(self) -> float:
        """The root of the mean."""
        return float(np.sqrt(self._ratio("square", "count")))


class R2(Metric):
    """Coefficient of determination, `1 - Σ(y - t)² / Σ(t - mean t)²`: 1 is perfect, 0 the mean.

    >>> R2()([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])
    0.5
    """

    name = "R²"

    def measure(self, outputs: Array, targets: Array) -> None:
        """Add up squares, and move mean and spread of the targets."""
        error = _error(self, outputs, targets)
        wide = targets.astype(np.float64)
        count, mean = self.totals.get("count", 0), self.totals.get("mean", 0.0)
        added = float(wide.mean()) if wide.size else 0.0
        total = count + wide.size
        # Chan's update: sums of squares of large means would cancel.
        spread = float(((wide - added) ** 2).sum())
        if total:
            spread += (added - mean) ** 2 * count * wide.size / total
            self.totals["mean"] = mean + (added - mean) * wide.size / total
        self._add(square=float((error * error).sum()), count=wide.size, spread=spread)

    def compute(self) -> float:
        """One less the share of the spread that is left."""
        if self.totals.get("count") and not self.totals["spread"]:
            raise ValueError("R2: all targets are the same, so there is no spread to explain")
        return float(1 - self._ratio("square", "spread"))


def as_labels(
    metric: Metric, outputs: Array, targets: Array, threshold: float
) -> tuple[Array, Array]:
    """Predicted and true labels, of one shape."""
    if outputs.shape == targets.shape and outputs.ndim > 1 and outputs.shape[1] > 1:
        if targets.dtype.kind == "f":  # one-hot, or probabilities
            return outputs.argmax(axis=1), targets.argmax(axis=1)
        return outputs, targets
    if outputs.ndim == targets.ndim + 1 and (
        outputs.shape[:1] + outputs.shape[2:] == targets.shape and outputs.shape[1] > 1
    ):
        return outputs.argmax(axis=1), targets
    if outputs.size == targets.size and outputs.shape[:1] == targets.shape[:1]:
        single = outputs.reshape(targets.shape)
        predicted = (single >= threshold).astype(np.int64) if single.dtype.kind == "f" else single
        return predicted, targets
    raise ValueError(
        f"{type(metric).__name__}: outputs {outputs.shape} do not fit targets {targets.shape}; "
        "expected scores (batch, classes) with labels (batch,), or one number for each label"
    )


def _error(metric: Metric, outputs: Array, targets: Array) -> Array:
    if outputs.shape != targets.shape:
        raise ValueError(
            f"{type(metric).__name__}: outputs {outputs.shape} and targets {targets.shape} must "
            "have one shape"
        )
    difference: Array = outputs.astype(np.float64) - targets
    return difference


def _array(values: Any) -> Array:
    return np.asarray(values.detach().numpy() if isinstance(values, Tensor) else values)


def by_name(metrics: Any) -> dict[str, Metric]:
    """The metrics that a trainer was given, by the name that its history uses."""
    if isinstance(metrics, Mapping):
        named = dict(metrics)
    else:
        listed = [metrics] if isinstance(metrics, str | Metric) else list(metrics)
        made = [_SHORT[each]() if each in _SHORT else each for each in listed]
        # A name that was given stays as it was spelt: "rmse" is the column "rmse".
        names = [
            each if isinstance(each, str) else getattr(each, "name", str(each)) for each in listed
        ]
        named = dict(zip(names, made, strict=True))
        if len(named) < len(made):
            raise ValueError("Trainer: two metrics have one name; give a dict of names to metrics")
    for name, metric in named.items():
        if not isinstance(metric, Metric):
            raise TypeError(
                f"Trainer: {name!r} is no metric; expected objects such as Accuracy(), or one of "
                f"{', '.join(_SHORT)}"
            )
    return named


_SHORT: dict[Any, type[Metric]] = {
    "accuracy": Accuracy,
    "precision": Precision,
    "recall": Recall,
    "f1": F1,
    "mae": MAE,
    "rmse": RMSE,
    "r2": R2,
    "acc": Accuracy,
}
