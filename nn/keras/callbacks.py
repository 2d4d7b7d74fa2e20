"""What `fit` calls between epochs and batches, by Keras's names and with its `logs`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from autograd.internals import show
from nn.keras.names import lacking
from nn.train import callbacks as training

__all__ = ["Callback", "EarlyStopping", "History", "LearningRateScheduler", "ModelCheckpoint"]

Logs = dict[str, float]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


class Callback:
    """The base of callbacks: a subclass writes the methods it needs.

    Attributes:
        model: the model that is trained; `model.stop_training = True` ends training after the
            epoch.

    >>> class Shout(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(f"epoch {epoch}: {logs['loss']:.1f}")
    """

    model: Any = None

    def set_model(self, model: Any) -> None:
        """Called first, with the model."""
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Called once, before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Called once, after the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Called before an epoch, with its number from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Called after an epoch, with its numbers: "loss", "val_loss", ..."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Called after every step, with its number within the epoch from 0."""


class History(Callback):
    """The numbers of all epochs; what `fit` returns.

    Attributes:
        epoch: the numbers of the epochs, from 0.
        history: one list per column: "loss", the metrics, and "val_loss" and so on.

    >>> History([0], {"loss": [0.5]}).history["loss"]
    [0.5]
    """

    def __init__(
        self, epoch: list[int] | None = None, history: dict[str, list[float]] | None = None
    ) -> None:
        self.epoch = epoch if epoch is not None else []
        self.history = history if history is not None else {}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew."""
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the numbers."""
        self.epoch.append(epoch)
        for name, number in (logs or {}).items():
            self.history.setdefault(name, []).append(number)


class _Watching(Callback):
    """What watches a column of the logs."""

    def __init__(self, monitor: str, mode: str, least: float) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(
                f"{type(self).__name__}: mode must be 'auto', 'min' or 'max', got {mode!r}"
            )
        larger = "acc" in monitor if mode == "auto" else mode == "max"
        self.monitor = monitor
        self.sign = 1 if larger else -1
        self.least = abs(least)
        self.best: float | None = None

    def improved(self, logs: Logs | None) -> bool:
        """Whether the column is better than ever."""
        logs = logs or {}
        if self.monitor not in logs:
            advice = (
                "; give fit validation_data or validation_split"
                if self.monitor.startswith("val_")
                else ""
            )
            raise KeyError(
                f"{type(self).__name__}: there is no {self.monitor!r} in the logs; there is "
                f"{', '.join(logs)}{advice}"
            )
        now = logs[self.monitor]
        if math.isnan(now):
            return False
        if self.best is not None and not (now - self.best) * self.sign > self.least:
            return False
        self.best = now
        return True


class EarlyStopping(_Watching):
    """Stop when a measure gets no better.

    Args:
        monitor: the column of the logs to watch.
        min_delta: how much better counts as better.
        patience: how many epochs may be no better than the best one before.
        verbose: 1 says when it stops.
        mode: "min", "max", or "auto", which takes accuracies for what should be large.
        baseline: what must be reached to count as better at all.
        restore_best_weights: whether to put the best weights back.
        start_from_epoch: epochs before this one are not looked at.

    >>> EarlyStopping(patience=3).monitor
    'val_loss'
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.on_train_begin()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin anew."""
        self.best = None
        self.waited = 0
        self.stopped_epoch = 0
        self.best_epoch = 0
        self.weights: list[Any] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Look at the measure."""
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.weights is None:
            self.weights, self.best_epoch = self.model.get_weights(), epoch
        self.waited += 1
        if self.improved(logs):
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.weights = self.model.get_weights()
            best = self.best if self.best is not None else math.nan
            if self.baseline is None or (best - self.baseline) * self.sign > self.least:
                self.waited = 0
            return
        if self.waited >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Say it, and put the best weights back."""
        if self.stopped_epoch > 0 and self.verbose:
            show(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.weights is not None:
            if self.verbose:
                show(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.weights)


class ModelCheckpoint(_Watching):
    """Save the weights after every epoch, or after the best ones.

    Args:
        filepath: ends in .npz or .safetensors; "{epoch:02d}" and "{val_loss:.2f}" are replaced.
        monitor: the column of the logs to watch.
        verbose: 1 says when it saves.
        save_best_only: whether to save only when it is better than ever.
        save_weights_only: must be True, or left out with such a file: only weights are saved.
        mode: "min", "max", or "auto", which takes accuracies for what should be large.

    >>> ModelCheckpoint("best.npz", save_best_only=True).monitor
    'val_loss'
    """

    def __init__(
        self,
        filepath: str | Path,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = True,
        mode: str = "auto",
    ) -> None:
        super().__init__(monitor, mode, 0)
        check_weights_path("ModelCheckpoint", filepath)
        self.filepath = str(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save, where it is wanted."""
        if self.save_best_only and not self.improved(logs):
            return
        path = self.filepath.format(epoch=epoch + 1, **(logs or {}))
        self.model.save_weights(path)
        if self.verbose:
            show(f"Epoch {epoch + 1}: saving model to {path}")


class LearningRateScheduler(Callback):
    """Set the learning rate before every epoch.

    Args:
        schedule: a function of the epoch, from 0, and the rate so far.
        verbose: 1 says the rate.

    >>> LearningRateScheduler(lambda epoch, lr: lr / 2).verbose
    0
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set it."""
        groups = self.model.optimizer.param_groups
        try:
            rate = self.schedule(epoch, groups[0]["lr"])
        except TypeError:  # an older one, of the epoch alone
            rate = self.schedule(epoch)
        for group in groups:
            group["lr"] = float(rate)
        if self.verbose:
            show(f"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")


def check_weights_path(caller: str, path: str | Path) -> None:
    """Refuse files of Keras's own formats.

    Raises:
        ValueError: for another ending than .npz and .safetensors.
    """
    if Path(path).suffix not in (".npz", ".safetensors"):
        raise ValueError(
            f"{caller}: weights are kept in .npz or .safetensors files, got {str(path)!r}; such as "
            f"{Path(path).name.split('.')[0]}.npz"
        )


class Called(training.Callback):
    """Calls Keras's callbacks where the trainer calls its own.

    Args:
        model: the model, whose `stop_training` is looked at.
        callbacks: Keras's.
        names: of the columns of the history, what Keras calls them.
        begun: epochs of earlier calls of `fit`.
    """

    def __init__(
        self, model: Any, callbacks: list[Callback], names: Mapping[str, str], begun: int
    ) -> None:
        self.model = model
        self.callbacks = callbacks
        self.names = names
        self.begun = begun
        self.batch = 0

    def _logs(self, record: Mapping[str, Any]) -> Logs:
        return {kept: float(record[name]) for name, kept in self.names.items() if name in record}

    def fit_began(self, trainer: Any) -> None:
        """Give them the model."""
        for each in self.callbacks:
            each.set_model(self.model)
        for each in self.callbacks:
            each.on_train_begin({})

    def epoch_began(self, trainer: Any) -> None:
        """Number it from 0."""
        self.batch = 0
        for each in self.callbacks:
            each.on_epoch_begin(trainer.epoch, {})

    def step_ended(self, trainer: Any) -> None:
        """Number it within the epoch."""
        for each in self.callbacks:
            each.on_train_batch_end(self.batch, {})
        self.batch += 1

    def epoch_ended(self, trainer: Any, record: dict[str, Any]) -> None:
        """Hand over the numbers, and stop where one wants that."""
        for each in self.callbacks:
            each.on_epoch_end(trainer.epoch - 1, self._logs(record))
        if self.model.stop_training:
            trainer.stop("a callback said so")

    def fit_ended(self, trainer: Any) -> None:
        """Say the end."""
        for each in self.callbacks:
            each.on_train_end({})
