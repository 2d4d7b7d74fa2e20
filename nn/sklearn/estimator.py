"""What classifiers and regressors share: parameters, their parts, fitting, continuing."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

import autograd
from autograd import Tensor
from autograd.internals import show
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset
from nn.module import Module
from nn.optim import Adam
from nn.saving import random_state, set_random_state
from nn.sklearn.parts import (
    dtype_of,
    inputs_for,
    make_criterion,
    make_module,
    perceptron,
    split,
)
from nn.sklearn.training import WeighingTrainer
from nn.train import History
from nn.train.checks import described
from nn.train.trainer import evaluating

__all__: list[str] = []

Array = NDArray[Any]

PARTS = ("module", "criterion", "optimizer", "iterator_train", "iterator_valid", "trainer")
_PREFIXES = tuple(f"{part}__" for part in PARTS)
# What scikit-learn's own networks, and Keras's, call them.
_ELSEWHERE = {
    "hidden_layer_sizes": "module__hidden", "activation": "module__activation",
    "dropout": "module__dropout", "solver": "optimizer", "alpha": "optimizer__weight_decay",
    "momentum": "optimizer__momentum", "learning_rate_init": "lr", "learning_rate": "lr",
    "max_iter": "max_epochs", "epochs": "max_epochs", "early_stopping": "train_split, with "
    "callbacks=[EarlyStopping('validation loss')]", "validation_fraction": "train_split",
    "shuffle": "iterator_train__shuffle", "loss": "criterion", "clip_norm": "trainer__clip_norm",
    "metrics": "trainer__metrics",
}  # fmt: skip
# Seeded estimators of several threads take turns: the library's default generator is one.
_turn = threading.RLock()


class NeuralEstimator(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """A module, a criterion and an optimizer with the face of an estimator of scikit-learn.

    A subclass says what the targets are, how many outputs that takes and what outputs mean.
    """

    trainer_: WeighingTrainer
    _stream: Mapping[str, Any]  # of random numbers, as the last fit left it

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
        warm_start: bool = False,
        verbose: int = 0,
        device: str = "cpu",
        random_state: Any = None,
        **parts: Any,
    ) -> None:
        self.module = module
        self.criterion = criterion
        self.optimizer = optimizer
        self.lr = lr
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.iterator_train = iterator_train
        self.iterator_valid = iterator_valid
        self.train_split = train_split
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.verbose = verbose
        self.device = device
        self.random_state = random_state
        for name in parts:
            if not name.startswith(_PREFIXES):
                raise TypeError(self._unknown(name))
        self.__dict__.update(parts)

    # ------------------------------------------------------------------ parameters

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All parameters by name, those of parts included, such as `module__hidden`."""
        of_parts = {
            name: each for name, each in self.__dict__.items() if name.startswith(_PREFIXES)
        }
        return {**super().get_params(deep=deep), **of_parts}

    def set_params(self, **params: Any) -> Self:
        """Set parameters, and make anew what depends on them if it was made already.

        After a change of the module everything is forgotten, and the next fit makes it anew; a
        change of optimizer, rate, criterion, callbacks or trainer makes only that anew. The rest is
        read at the next fit.

        Raises:
            ValueError: For a name that is no parameter; nothing has changed then.
        """
        for name in params:
            if name not in self._get_param_names() and not name.startswith(_PREFIXES):
                raise ValueError(self._unknown(name))
        before = dict(self.__dict__)
        self.__dict__.update(params)
        try:
            self._make_again(params)
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise
        return self

    def _make_again(self, changed: Iterable[str]) -> None:
        """Make those parts anew that depend on parameters, where they were made."""
        parts = {name.partition("__")[0] for name in changed}
        if not self._is_made():
            return
        if "module" in parts:
            self._forget()
            if self.verbose:
                named = ", ".join(name for name in changed if name.partition("__")[0] == "module")
                show(f"{named} changed: the next fit makes the module anew")
        elif parts & {"criterion", "optimizer", "lr", "callbacks", "trainer"}:
            criterion, optimizer = self.criterion_, self.optimizer_
            if "criterion" in parts:
                criterion = self._new_criterion()
            if parts & {"criterion", "optimizer", "lr"}:
                optimizer = self._new_optimizer(self.module_, criterion)
            self._assemble(self.module_, criterion, optimizer, self.trainer_)

    def _unknown(self, name: str) -> str:
        """What to say of a name that is no parameter."""
        known = self._get_param_names()
        alike = difflib.get_close_matches(name, known, 1)
        meant = _ELSEWHERE.get(name) or (alike[0] if alike else "")
        hint = f"; did you mean {meant}?" if meant else "."
        return (
            f"Invalid parameter {name!r} for estimator {type(self).__name__}{hint} Valid "
            f"parameters are: {', '.join(known)}, and those of parts: {', '.join(_PREFIXES)}"
        )

    def _of(self, part: str) -> dict[str, Any]:
        """The arguments of a part, those given as `part__argument`."""
        prefix = f"{part}__"
        return {
            name.removeprefix(prefix): each
            for name, each in self.__dict__.items()
            if name.startswith(prefix)
        }

    # ------------------------------------------------------------------ parts

    def initialize(self) -> Self:
        """Make module, criterion and optimizer anew, untrained; `fit` does that itself.

        Raises:
            ValueError: If no module was given: its sizes come from the data then.
        """
        if self.module is None:
            raise ValueError(
                f"{type(self).__name__}.initialize: without a module its sizes come from the data; "
                "call fit(X, y), or give module="
            )
        with self._drawing(anew=True):
            self._make(self._new_criterion(), None, 0)
        return self

    def _is_made(self) -> bool:
        return hasattr(self, "trainer_")

    def __sklearn_is_fitted__(self) -> bool:
        return self._is_made()

    def _forget(self) -> None:
        """Forget what was learned."""
        for name in ("trainer_", "module_", "criterion_", "optimizer_", "_stream", *self._learns):
            self.__dict__.pop(name, None)

    def _make(self, criterion: Any, x: Array | None, outputs: int) -> None:
        """Make the parts, for inputs and as many outputs per example, where they are known."""
        if str(self.device) != "cpu":
            raise ValueError(f"device must be 'cpu', where NumPy computes, got {self.device!r}")
        if x is not None and self.module is None:
            narrow = x.dtype in (np.float16, np.float32)
            module = perceptron(
                int(np.prod(x.shape[1:])), outputs, np.float32 if narrow else np.float64,
                **self._of("module"),
            )  # fmt: skip
        else:
            module = make_module(self.module, self._of("module"))
        if x is not None:  # also where its parameters are made at the first call
            with evaluating(module):
                self._check_outputs(module(Tensor(inputs_for(module, x[:1]))), outputs)
        optimizer = self._new_optimizer(module, criterion)
        self._assemble(module, criterion, optimizer, None)

    def _new_criterion(self) -> Any:
        chosen = self._usual_criterion if self.criterion is None else self.criterion
        return make_criterion(chosen, self._of("criterion"))

    def _new_optimizer(self, module: Module, criterion: Any) -> Any:
        parameters = list(module.parameters())
        if isinstance(criterion, Module):
            parameters += criterion.parameters()
        if not callable(self.optimizer):
            raise TypeError(
                f"optimizer must be a class such as nn.optim.Adam, got {self.optimizer!r:.80}; "
                "its arguments are given as optimizer__..., the rate as lr"
            )
        return self.optimizer(parameters, lr=self.lr, **self._of("optimizer"))

    def _assemble(
        self, module: Module, criterion: Any, optimizer: Any, before: WeighingTrainer | None
    ) -> None:
        """A trainer of the parts, which goes on counting where the one before was."""
        trainer = WeighingTrainer(
            module, optimizer, criterion, callbacks=self.callbacks or (),
            **{"metrics": self._metrics(criterion), **self._of("trainer")},
        )  # fmt: skip
        if before is not None:
            trainer.history, trainer.epoch = before.history, before.epoch
            trainer.step = before.step
        self.module_, self.criterion_, self.optimizer_ = module, criterion, optimizer
        self.trainer_ = trainer

    # ------------------------------------------------------------------ training

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train a new module; with `warm_start` the one there is, if there is one.

        Args:
            X: (examples, ...), numbers: arrays, lists, data frames.
            y: (examples,): labels of any kind for classifiers, numbers for regressors; these also
                (examples, outputs).
            sample_weight: (examples,), how much each example counts, from 0.

        Returns:
            The estimator itself.

        Raises:
            ValueError: If data do not fit each other or the module.
        """
        return self._fit(X, y, sample_weight, self.warm_start and self._is_made())

    def _fit(
        self, x: Any, y: Any, sample_weight: Any, goes_on: bool, classes: Any = None
    ) -> Self:  # fmt: skip
        """Train, a new module or the one there is.

        Args:
            x: The inputs.
            y: The targets.
            sample_weight: How much each example counts, or None.
            goes_on: Whether with the module there is.
            classes: All labels that will ever come, if they are known.
        """
        x, y = self._checked(x, y, reset=not (goes_on and hasattr(self, "n_features_in_")))
        weights = self._weights(sample_weight, x, y)
        known = getattr(self, self._learns, None) if goes_on else None
        if known is None:
            known = self._learned(y, classes)
        criterion = self.criterion_ if goes_on else self._new_criterion()
        targets = self._encoded(y, known, criterion)
        with self._drawing(anew=not goes_on):
            if not goes_on:
                self._make(criterion, x, self._count_outputs(known, criterion))
            setattr(self, self._learns, known)
            train, held_out = self._parts(x, y, targets, weights)
            self.trainer_.progress = bool(self.verbose)
            self.trainer_.fit(
                self._batches("iterator_train", train, shuffle=True),
                self.max_epochs,
                held_out and self._batches("iterator_valid", held_out, shuffle=False),
            )
        return self

    def _checked(self, x: Any, y: Any, reset: bool) -> tuple[Array, Array]:
        """Inputs and targets as arrays."""
        given = self._plain("X", x), self._plain("y", y)
        checked: tuple[Array, Array] = validate_data(
            self, *given, reset=reset, allow_nd=True, **self._kind_of_targets
        )
        return checked

    def _plain(self, name: str, given: Any) -> Any:
        """What was given, Tensors as arrays: also where scikit-learn would compute with Tensors.

        Raises:
            TypeError: For data sets and loaders, and for Tensors that require gradients.
        """
        if isinstance(given, Dataset | IterableDataset | DataLoader):
            raise TypeError(
                f"{type(self).__name__}: {name} must be an array, got a {type(given).__name__}; "
                "for data sets and loaders use nn.train.Trainer"
            )
        return given.numpy() if isinstance(given, Tensor) else given

    def _weights(self, given: Any, x: Array, y: Array) -> Array | None:
        """How much each example counts, or None where all count alike."""
        if given is None:
            return None
        weights: Array = _check_sample_weight(given, x, dtype=float, ensure_non_negative=True)
        if not weights.any():
            raise ValueError("fit: sample_weight is zero for every example, so there is none")
        return weights

    def _parts(
        self, x: Array, y: Array, targets: Array, weights: Array | None
    ) -> tuple[list[Array], list[Array] | None]:
        """Inputs, targets and weights to train on, and those that are held out."""
        wanted = self.train_split
        every = self._for_module(x, targets)
        if weights is not None:
            every.append(weights.astype(dtype_of(self.module_)))
        if wanted is None:
            return every, None
        if isinstance(wanted, tuple):
            if len(wanted) != 2:
                raise ValueError(
                    f"train_split: expected the pair (X, y) of a validation set, got {len(wanted)} "
                    "parts"
                )
            held_x, held_y = self._checked(wanted[0], wanted[1], reset=False)
            known = getattr(self, self._learns)
            return every, self._for_module(held_x, self._encoded(held_y, known, self.criterion_))
        seed = int(autograd.default_generator().integers(2**31))
        kept, held_out = split(self, wanted, x, y, seed)
        return [each[kept] for each in every], [each[held_out] for each in every]

    def _for_module(self, x: Array, targets: Array) -> list[Array]:
        """Both in the module's dtype; labels stay whole numbers."""
        if targets.dtype.kind == "f":
            targets = targets.astype(dtype_of(self.module_))
        return [inputs_for(self.module_, x), targets]

    def _batches(self, name: str, parts: list[Array], shuffle: bool) -> Any:
        """A loader of the kind that the parameter says."""
        size = len(parts[0]) if self.batch_size == -1 else self.batch_size
        arguments = {"batch_size": size, "shuffle": shuffle, **self._of(name)}
        return getattr(self, name)(TensorDataset(*parts), **arguments)

    @contextmanager
    def _drawing(self, anew: bool) -> Iterator[None]:
        """Draw from a stream of the estimator's own, if it has a `random_state`.

        Args:
            anew: Whether from the stream's beginning, or from where the last fit left it.
        """
        if self.random_state is None:
            yield
            return
        with _turn:
            outside = random_state()
            if anew or not hasattr(self, "_stream"):
                seed = check_random_state(self.random_state).randint(2**31 - 1)
                autograd.manual_seed(int(seed))
            else:
                set_random_state(self._stream)
            try:
                yield
            finally:
                self._stream = random_state()
                set_random_state(outside)

    # ------------------------------------------------------------------ using

    def _outputs(self, X: Any) -> Array:
        """What the module gives, (examples, ...)."""
        check_is_fitted(self)
        x = validate_data(self, self._plain("X", X), reset=False, allow_nd=True)
        size = self._of("iterator_valid").get("batch_size", self.batch_size)
        return self.trainer_.predict(
            inputs_for(self.module_, x), batch_size=len(x) if size == -1 else size
        )

    @property
    def history(self) -> History:
        """One record per epoch: loss, metrics, and those of the examples held out."""
        if not self._is_made():
            raise NotFittedError(f"{type(self).__name__} has no history yet; call fit first")
        return self.trainer_.history

    @property
    def history_(self) -> History:
        """The same as `history`, in scikit-learn's spelling."""
        return self.history

    @property
    def n_iter_(self) -> int:
        """How many epochs were trained."""
        return len(self.history)

    # ------------------------------------------------------------------ of subclasses

    _usual_criterion: Any
    _kind_of_targets: Mapping[str, Any]  # how scikit-learn is to check them
    _learns: str  # the attribute that says what targets are like

    def _metrics(self, criterion: Any) -> Any:
        """What is measured beside the loss."""
        return ()

    def _learned(self, y: Array, classes: Any) -> Any:
        """What targets are like."""
        raise NotImplementedError

    def _count_outputs(self, known: Any, criterion: Any) -> int:
        """How many outputs for each example such targets take."""
        raise NotImplementedError

    def _encoded(self, y: Array, known: Any, criterion: Any) -> Array:
        """Targets as the criterion wants them.

        Raises:
            ValueError: Where they are not as is known.
        """
        raise NotImplementedError

    def _check_outputs(self, outputs: Any, wanted: int) -> None:
        """Raise where the module gives something else for an example than targets take."""
        caller = type(self).__name__
        if not isinstance(outputs, Tensor):
            raise TypeError(f"{caller}: module must give one Tensor, got {described(outputs)}")
        if outputs.size != wanted or len(outputs) != 1:
            number = "1 number" if wanted == 1 else f"{wanted} numbers"
            raise ValueError(
                f"{caller}: the module must give {number} for each example, as y and the criterion "
                f"take, and gives shape {outputs.shape} for a batch of one; change its last layer"
            )
