"""The estimator of labels."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets

from nn import functional
from nn.data import DataLoader
from nn.losses import CrossEntropyLoss
from nn.losses.base import Loss
from nn.optim import Adam
from nn.sklearn.estimator import NeuralEstimator
from nn.train.metrics import Accuracy

__all__ = ["NeuralClassifier"]

_SCORES = functional.cross_entropy
_LOGARITHMS = functional.nll_loss
_LOGIT = functional.binary_cross_entropy_with_logits
_PROBABILITY = functional.binary_cross_entropy

# What makes probabilities of the outputs that a criterion takes.
_PROBABILITIES: dict[Any, Callable[..., Any]] = {
    _SCORES: lambda scores: softmax(scores, axis=1),
    _LOGARITHMS: np.exp,
    _LOGIT: expit,
    _PROBABILITY: lambda probability: probability,
}
# Criteria that take one number for each example, and what it is where two classes are as likely.
_BOUNDARIES: dict[Any, float] = {_LOGIT: 0.0, _PROBABILITY: 0.5}


class NeuralClassifier(ClassifierMixin, NeuralEstimator):  # type: ignore[misc]
    """A network that tells classes apart, by labels of any kind.

    Arguments of parts are given with a prefix, such as `module__hidden`, `criterion__...`,
    `optimizer__weight_decay`, `iterator_train__shuffle`, `iterator_valid__batch_size` and
    `trainer__clip_norm`; searches may range over them.

    Args:
        module: A class of Module, a function that makes one, or a module, of which every fit trains
            a copy. It gives a score for each class. If not given, a multi-layer perceptron of the
            sizes of the data, with `module__hidden=(100,)`, `module__activation=nn.ReLU` and
            `module__dropout=0`.
        criterion: A class, object or function; `nn.CrossEntropyLoss` if not given. `nn.NLLLoss`
            takes log-probabilities; `nn.BCEWithLogitsLoss` and `nn.BCELoss` take one number for
            each example, of two classes.
        optimizer: A class of `nn.optim`.
        lr: Its learning rate.
        max_epochs: How often a fit goes through all examples.
        batch_size: Examples per step; -1 for all.
        iterator_train: The class of the loader to train with; it shuffles, unless
            `iterator_train__shuffle=False`.
        iterator_valid: The class of the loader to measure with.
        train_split: What is held out of training and measured after every epoch, as the
            "validation loss" and "validation accuracy" that callbacks such as
            `nn.train.EarlyStopping` watch: a share from 0 to 1, drawn at random; k for one of k
            parts; a splitter of scikit-learn; or the pair `(X, y)`. Nothing, if None.
        callbacks: Those of `nn.train`.
        warm_start: Whether a further `fit` goes on with what was learned.
        verbose: Whether to show progress.
        device: "cpu".
        random_state: A whole number makes every fit the same, bit for bit; None draws from the
            library's default generator, see `autograd.manual_seed`.
        predict_nonlinearity: What makes probabilities of outputs; "auto" knows it for the
            criteria above.
        class_weight: How much each class counts, a dict by label, or "balanced"; as in
            scikit-learn.

    Attributes:
        classes_: The labels, in order.
        module_: The trained module.
        criterion_: The criterion.
        optimizer_: The optimizer.
        trainer_: The `Trainer`.
        history_: One record per epoch.
        n_iter_: How many epochs were trained.
        n_features_in_: The number of columns of X.
        feature_names_in_: Their names, where X was a data frame.

    References:
        The names of parameters are those of skorch, M. Tietz et al. (2017).

    >>> import nn
    >>> from nn.train import EarlyStopping
    >>> from sklearn.datasets import load_digits
    >>> network = NeuralClassifier(
    ...     module__hidden=(64,), train_split=0.2, random_state=0,
    ...     callbacks=[EarlyStopping("validation loss", patience=3)],
    ... )
    >>> images, labels = load_digits(return_X_y=True)
    >>> _ = network.fit(images / 16, labels)
    >>> network.n_iter_ < 100, network.history["validation accuracy"][-1] > 0.95
    (True, True)
    """

    _usual_criterion = CrossEntropyLoss
    _kind_of_targets = MappingProxyType({})
    _learns = "classes_"
    classes_: NDArray[Any]

    def __init__(
        self,
        module: Any = None,
        criterion: Any = None,
        optimizer: Any = Adam,
        lr: float = 0.01,
        max_epochs: int = 100,
        batch_size: int = 128,
        iterator_train: Any = DataLoader,
        iterator_valid: Any = DataLoader,
        train_split: Any = None,
        callbacks: Any = None,
        predict_nonlinearity: Any = "auto",
        warm_start: bool = False,
        verbose: int = 0,
        device: str = "cpu",
        random_state: Any = None,
        class_weight: Any = None,
        **parts: Any,
    ) -> None:
        super().__init__(
            module, criterion, optimizer, lr, max_epochs, batch_size, iterator_train,
            iterator_valid, train_split, callbacks, warm_start, verbose, device, random_state,
            **parts,
        )  # fmt: skip
        self.predict_nonlinearity = predict_nonlinearity
        self.class_weight = class_weight

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> Self:  # fmt: skip
        """Train for `max_epochs` further epochs, on these examples.

        Args:
            X: As for `fit`.
            y: As for `fit`.
            classes: All labels that will ever come; if not given, those of the first call.
            sample_weight: As for `fit`.

        Raises:
            ValueError: For a label that the first call did not name.
        """
        if classes is not None and self._is_made() and hasattr(self, "classes_"):
            given = np.unique(classes)
            if not np.array_equal(given, self.classes_):
                raise ValueError(
                    f"partial_fit: classes are {_listed(given)}, and were "
                    f"{_listed(self.classes_)} in the first call; they cannot change"
                )
        return self._fit(X, y, sample_weight, self._is_made(), classes)

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """The probability of each class: (examples, classes), in the order of `classes_`.

        Raises:
            NotFittedError: Before `fit`.
            ValueError: If it is not known what makes probabilities of outputs, or if inputs are not
                as those of `fit` were.
        """
        outputs = self._outputs(X)
        function, make = _function_of(self.criterion_), self.predict_nonlinearity
        if make == "auto":
            if function not in _PROBABILITIES:
                raise ValueError(
                    "predict_proba: it is not known what makes probabilities of the outputs that "
                    f"{_name_of(function)} takes; give predict_nonlinearity, a function of them"
                )
            make = _PROBABILITIES[function]
        found = outputs if make is None else np.asarray(make(outputs))
        if found.size == len(found):  # of the second class
            second = found.reshape(len(found))
            return np.stack([1 - second, second], axis=1)
        return found

    def predict(self, X: Any) -> NDArray[Any]:
        """The most likely label of each example.

        Raises:
            NotFittedError: Before `fit`.
            ValueError: If inputs are not as those of `fit` were.
        """
        outputs = self._outputs(X)
        if not hasattr(self, "classes_"):
            raise NotFittedError(f"{type(self).__name__} has seen no labels yet; call fit first")
        boundary = _BOUNDARIES.get(_function_of(self.criterion_))
        if boundary is not None:
            chosen = (outputs.reshape(len(outputs)) > boundary).astype(int)
        elif outputs.shape[1:] == self.classes_.shape:
            chosen = outputs.argmax(axis=1)
        else:
            raise ValueError(
                f"predict: expected a score for each of the {len(self.classes_)} classes, and the "
                f"module gives shape {outputs.shape[1:]} for an example"
            )
        labels: NDArray[Any] = self.classes_[chosen]
        return labels

    # ------------------------------------------------------------------ its kind of targets

    def _metrics(self, criterion: Any) -> Any:
        return {"accuracy": Accuracy(_BOUNDARIES.get(_function_of(criterion), 0.5))}

    def _checked(self, x: Any, y: Any, reset: bool) -> tuple[NDArray[Any], NDArray[Any]]:
        x, y = super()._checked(x, y, reset)
        check_classification_targets(y)
        return x, y

    def _learned(self, y: NDArray[Any], classes: Any) -> NDArray[Any]:
        return np.unique(y if classes is None else np.asarray(classes))

    def _count_outputs(self, known: NDArray[Any], criterion: Any) -> int:
        function = _function_of(criterion)
        if function not in _BOUNDARIES:
            return len(known)
        if len(known) > 2:
            raise ValueError(
                f"{type(self).__name__}: {_name_of(function)} is for two classes, and y has "
                f"{len(known)}; use nn.CrossEntropyLoss"
            )
        return 1

    def _encoded(
        self, y: NDArray[Any], known: NDArray[Any], criterion: Any
    ) -> NDArray[Any]:  # fmt: skip
        strange = np.setdiff1d(y, known)
        if len(strange):
            raise ValueError(
                f"{type(self).__name__}: y has the labels {_listed(strange)}, which are not among "
                f"the classes {_listed(known)}; name all of them in the first call, "
                "partial_fit(X, y, classes=...), or fit anew"
            )
        one_number = _function_of(criterion) in _BOUNDARIES
        return np.searchsorted(known, y).astype(np.float64 if one_number else np.int64)

    def _weights(self, given: Any, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any] | None:
        weights = super()._weights(given, x, y)
        if self.class_weight is None:
            return weights
        of_classes: NDArray[Any] = compute_sample_weight(self.class_weight, y)
        return of_classes if weights is None else weights * of_classes


def _function_of(criterion: Any) -> Any:
    """The function that a criterion computes, under which it stands in the tables."""
    if isinstance(criterion, Loss):
        return type(criterion).function
    return getattr(criterion, "function", criterion)


def _name_of(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _listed(labels: NDArray[Any]) -> str:
    shown = ", ".join(repr(each) for each in labels[:10].tolist())
    return f"{shown}, ..." if len(labels) > 10 else shown
