"""What a trainer calls between steps and epochs: stopping, keeping, schedules, logs."""

from __future__ import annotations

import copy
import csv
import math
import os
import weakref
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.internals import Flow, FlowRecorder, observe
from nn.arguments import Checked
from nn.atomic import replacing
from nn.optim.lr_scheduler import ReduceLROnPlateau
from nn.train.several import members

if TYPE_CHECKING:
    from nn.train.trainer import Trainer

__all__ = [
    "CSVLog", "Callback", "Checkpoint", "EarlyStopping", "FlowLog", "Schedule", "StopOnNaN"
]  # fmt: skip

Record = dict[str, Any]


class Callback(Checked):
    """The base of callbacks: a subclass writes the methods it needs.

    What it must remember over a save and load of the trainer is what `state_dict` returns. With
    another trainer, or another model, that is again what it was before the first training.

    >>> class Shout(Callback):
    ...     def epoch_ended(self, trainer, record):
    ...         trainer.say(f"epoch {record['epoch']} is done!")
    """

    _owners: tuple[weakref.ref[Any], ...] = ()  # the trainer and the model it worked for last
    _first: Mapping[str, Any] | None = None  # its state before any training

    def begin_anew(self) -> None:
        """Called before `fit_began` where the trainer or its model is another one than before."""
        self.load_state_dict(copy.deepcopy(self._first or {}))

    def fit_began(self, trainer: Trainer) -> None:
        """Called once, before the first batch."""

    def epoch_began(self, trainer: Trainer) -> None:
        """Called before the first batch of an epoch."""

    def watch_batch(self, trainer: Trainer) -> AbstractContextManager[Any] | None:
        """Called before a batch: what it returns is entered while the batch runs through."""

    def loss_computed(self, trainer: Trainer, loss: float) -> None:
        """Called before backpropagation; `trainer.stop(why)` skips it and ends training."""

    def step_ended(self, trainer: Trainer) -> None:
        """Called after the optimizer changed the parameters."""

    def epoch_ended(self, trainer: Trainer, record: Record) -> None:
        """Called with the record of the epoch, validation included."""

    def interrupted(self, trainer: Trainer) -> None:
        """Called after Ctrl-C, when the step that ran is done."""

    def fit_ended(self, trainer: Trainer) -> None:
        """Called once at the end, unless training was interrupted."""

    def state_dict(self) -> dict[str, Any]:
        """What to keep in a checkpoint."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_owners"}


def work_for(callback: Callback, trainer: Trainer) -> None:
    """Let a callback begin anew, unless it worked for this trainer and model before."""
    owners = (trainer, trainer.model)
    if callback._owners and all(
        known() is owner for known, owner in zip(callback._owners, owners, strict=True)
    ):
        return
    if callback._first is None:
        callback._first = copy.deepcopy(callback.state_dict())
    elif callback._owners:
        callback.begin_anew()
    callback._owners = tuple(weakref.ref(owner) for owner in owners)


def worked_for(callback: Callback, trainer: Trainer, before: Mapping[str, Any]) -> None:
    """Note that the state of a callback was loaded; before that it was another."""
    if callback._first is None:
        callback._first = copy.deepcopy(before)
    callback._owners = (weakref.ref(trainer), weakref.ref(trainer.model))


def _no_column(name: str | None, record: Record) -> str:
    advice = ""
    if str(name).startswith("validation"):
        advice = "; give fit a validation set, or an estimator a share to hold out, train_split=0.2"
    return f"there is no {name!r} in the history; there is {', '.join(record)}{advice}"


class _Watch:
    """The best value of a column so far."""

    def __init__(self, monitor: str, larger: bool | None, least: float = 0.0) -> None:
        self.monitor = monitor
        self.larger = larger
        self.least = least
        self.best: float | None = None

    def improved(self, trainer: Trainer, record: Record) -> bool:
        """Whether the record is better than all before."""
        if self.monitor not in record:
            raise KeyError(_no_column(self.monitor, record))
        value = float(record[self.monitor])
        larger = trainer.larger_is_better(self.monitor) if self.larger is None else self.larger
        gain = 0.0 if self.best is None else (value - self.best) * (1 if larger else -1)
        if math.isnan(value) or (self.best is not None and not gain > self.least):
            return False
        self.best = value
        return True


class FlowLog(Callback):
    """Note how large activations, gradients and updates are, layer by layer, over a training.

    Args:
        every: How many steps lie between two notes.

    Attributes:
        notes: Pairs of the number of a step and its `Flow`: `layers` with `path`, `activation`,
            `gradient`, `update`, `dead`, `saturated` and `marks`, and the `origin` of the first NaN
            or infinity; `viz.flow(note)` draws one.

    >>> import numpy as np
    >>> from nn import Linear, MSELoss, Sequential, Tanh
    >>> from nn.optim import SGD
    >>> from nn.train import Trainer
    >>> model, log = Sequential(Linear(2, 3), Tanh(), Linear(3, 1)), FlowLog(every=2)
    >>> optimizer = SGD(model.parameters(), lr=0.1)
    >>> trainer = Trainer(model, optimizer, MSELoss(), callbacks=[log], progress=False)
    >>> data = [(np.ones((4, 2), np.float32), np.ones((4, 1), np.float32))] * 4
    >>> _ = trainer.fit(data, epochs=1)
    >>> [step for step, _ in log.notes], log.over_time("model.0", "gradient").shape
    ([1, 3], (2,))
    """

    def __init__(self, every: int = 100) -> None:
        if every < 1:
            raise ValueError(f"FlowLog: every must be at least 1, got {every}")
        self.every = every
        self.notes: list[tuple[int, Flow]] = []
        self._recorder: FlowRecorder | None = None

    def watch_batch(self, trainer: Trainer) -> AbstractContextManager[Any] | None:
        """Measure the first batch of a step that is due."""
        if trainer.step % self.every or self._recorder is not None:
            return None
        self._recorder = FlowRecorder()
        return observe(self._recorder)

    def step_ended(self, trainer: Trainer) -> None:
        """Note what was measured, with what the step changed."""
        if self._recorder is not None:
            self.notes.append((trainer.step, self._recorder.flow()))
            self._recorder = None

    def over_time(self, path: str, what: str) -> np.ndarray[Any, Any]:
        """One measure of one layer in all notes, NaN where it is not known.

        Args:
            path: The layer, such as "model.0".
            what: "activation", "gradient", "weight", "weight_gradient", "update", "dead" or
                "saturated".

        Raises:
            KeyError: If there is no such layer.
        """
        found = [getattr(flow[path], what) for _, flow in self.notes]
        return np.array([np.nan if each is None else each for each in found], np.float64)

    def state_dict(self) -> dict[str, Any]:
        """Nothing but that notes begin anew with another model."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Begin anew."""
        self.notes, self._recorder = [], None


class EarlyStopping(Callback):
    """Stop when a measure gets no better, and put the best weights back.

    They are put back when training ends, whether it was stopped or reached its last epoch. A
    further `fit` of the same trainer goes on from there: with the best so far, and with the whole
    patience again after a stop. With another trainer or model everything begins anew, so one object
    may serve a loop over folds.

    Args:
        monitor: The column of the history to watch.
        patience: How many epochs in a row may be no better than the best one.
        min_delta: How much better counts as better.
        larger: Whether larger is better; known for losses and metrics if not given.
        restore_best: Whether to put the best weights back.

    >>> EarlyStopping("validation loss", patience=3).patience
    3
    """

    def __init__(
        self,
        monitor: str = "validation accuracy",
        patience: int = 5,
        min_delta: float = 0.0,
        larger: bool | None = None,
        restore_best: bool = True,
    ) -> None:
        if patience < 1:
            raise ValueError(f"EarlyStopping: patience must be at least 1, got {patience}")
        self.patience = patience
        self.restore_best = restore_best
        self.watch = _Watch(monitor, larger, min_delta)
        self.waited = 0
        self.best_epoch = 0
        self.weights: dict[str, Any] | None = None

    def fit_began(self, trainer: Trainer) -> None:
        """Be patient again after a stop."""
        if self.waited >= self.patience:
            self.waited = 0

    def epoch_ended(self, trainer: Trainer, record: Record) -> None:
        """Keep the weights if they are the best, stop if the last best are too long ago."""
        if self.watch.improved(trainer, record):
            self.waited, self.best_epoch = 0, trainer.epoch
            if self.restore_best:
                self.weights = trainer.model.state_dict()
            return
        self.waited += 1
        if self.waited >= self.patience:
            best = "none yet" if self.watch.best is None else f"{self.watch.best:.4g}"
            trainer.stop(
                f"{self.watch.monitor} was no better for {self.waited} epochs than {best} in "
                f"epoch {self.best_epoch}"
            )

    def fit_ended(self, trainer: Trainer) -> None:
        """Put the best weights back."""
        if self.weights is not None:
            trainer.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """The best value, its epoch and weights, and how long ago it was."""
        return {
            "best": self.watch.best,
            "best_epoch": self.best_epoch,
            "waited": self.waited,
            "weights": self.weights,
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.watch.best = state_dict["best"]
        self.best_epoch = state_dict["best_epoch"]
        self.waited = state_dict["waited"]
        self.weights = state_dict["weights"]


class Checkpoint(Callback):
    """Save the whole training after epochs or steps, and when it is interrupted.

    It comes after all other callbacks, whatever their order, so that it keeps what they did.

    A script that can be run again after a crash loads the file where there is one; `fit` then does
    the epochs that were left, bit for bit as if nothing had happened:

        if path.exists():
            trainer.load(path)
        trainer.fit(train, epochs=10)

    Args:
        path: The file, `.safetensors` or `.npz`; "{epoch}" in the name is replaced, else each
            save replaces the one before.
        every: Save after every so many epochs.
        every_steps: Save also after every so many steps, for long epochs.
        best: A column of the history: save only when it is better than ever.

    >>> Checkpoint("training-{epoch}.npz", every=5).every
    5
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        every: int = 1,
        every_steps: int | None = None,
        best: str | None = None,
    ) -> None:
        if every < 1 or (every_steps is not None and every_steps < 1):
            raise ValueError("Checkpoint: every and every_steps must be at least 1")
        self.path = Path(path)
        self.every = every
        self.every_steps = every_steps
        self.watch = None if best is None else _Watch(best, None)

    def step_ended(self, trainer: Trainer) -> None:
        """Save, where every so many steps are wanted."""
        if self.every_steps is not None and trainer.step % self.every_steps == 0:
            self._save(trainer)

    def epoch_ended(self, trainer: Trainer, record: Record) -> None:
        """Save, where it is the turn or better than ever."""
        wanted = trainer.epoch % self.every == 0
        if wanted and (self.watch is None or self.watch.improved(trainer, record)):
            self._save(trainer)

    def interrupted(self, trainer: Trainer) -> None:
        """Save where training is, in the middle of an epoch too."""
        if self.watch is None:
            self._save(trainer)

    def _save(self, trainer: Trainer) -> None:
        name = self.path.name.replace("{epoch}", str(trainer.epoch))
        trainer.save(self.path.with_name(name))

    def state_dict(self) -> dict[str, Any]:
        """The best value."""
        return {"best": self.watch.best if self.watch else None}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        if self.watch is not None:
            self.watch.best = state_dict["best"]


class Schedule(Callback):
    """Let a scheduler of learning rates step after every epoch, or after every step.

    Args:
        scheduler: Has `step()`, and `state_dict` and `load_state_dict` to be resumed.
        every: "epoch" or "step".
        monitor: A column of the history to give to `step`, for schedules that react to it.

    >>> class Halving:
    ...     def step(self):
    ...         pass
    >>> Schedule(Halving(), every="step").every
    'step'
    """

    def __init__(self, scheduler: Any, every: str = "epoch", monitor: str | None = None) -> None:
        if every not in ("epoch", "step"):
            raise ValueError(f"Schedule: every must be 'epoch' or 'step', got {every!r}")
        if every == "step" and monitor is not None:
            raise ValueError("Schedule: what is monitored is known after epochs, not after steps")
        if isinstance(scheduler, ReduceLROnPlateau) and monitor is None:
            raise ValueError(
                "Schedule: ReduceLROnPlateau follows a measure; give monitor, such as "
                "monitor='validation loss'"
            )
        if not hasattr(scheduler, "step"):
            raise TypeError(f"Schedule: {type(scheduler).__name__} has no step()")
        self.scheduler = scheduler
        self.every = every
        self.monitor = monitor

    def begin_anew(self) -> None:
        """Nothing: a schedule belongs to its optimizer."""

    def fit_began(self, trainer: Trainer) -> None:
        """Look whether the schedule is of the trainer's optimizer, or one of them."""
        own = getattr(self.scheduler, "optimizer", trainer.optimizer)
        if not any(own is each for each in (trainer.optimizer, *members(trainer.optimizer))):
            raise ValueError(
                f"Schedule: {type(self.scheduler).__name__} is of another optimizer than the "
                "trainer's, whose rates would stay as they are; make a schedule of that one"
            )

    def step_ended(self, trainer: Trainer) -> None:
        """Step, if it is every step's turn."""
        if self.every == "step":
            self.scheduler.step()

    def epoch_ended(self, trainer: Trainer, record: Record) -> None:
        """Step, if it is every epoch's turn."""
        if self.every == "epoch":
            self.scheduler.step(*([] if self.monitor is None else [self._watched(record)]))

    def _watched(self, record: Record) -> Any:
        if self.monitor not in record:
            raise KeyError(_no_column(self.monitor, record))
        return record[self.monitor]

    def state_dict(self) -> dict[str, Any]:
        """The scheduler's."""
        state: dict[str, Any] = self.scheduler.state_dict()
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Give it to the scheduler."""
        self.scheduler.load_state_dict(state_dict)


class CSVLog(Callback):
    """Write the history to a CSV file after every epoch: whole, so that it never has half a line.

    Args:
        path: The file.

    >>> CSVLog("history.csv").path.name
    'history.csv'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def epoch_ended(self, trainer: Trainer, record: Record) -> None:
        """Write all epochs."""
        columns = [
            name
            for name in trainer.history.columns()
            if not any(isinstance(each.get(name), np.ndarray) for each in trainer.history)
        ]
        with (
            replacing(self.path) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(trainer.history)


class StopOnNaN(Callback):
    """Stop when the loss is NaN or infinite, and put back what the epoch began with.

    A loss that is not a number has often had its cause a step before, in weights or in what the
    optimizer remembers; so both are put back as they were when an epoch last began with numbers.

    >>> StopOnNaN().weights is None
    True
    """

    def __init__(self) -> None:
        self.weights: dict[str, Any] | None = None
        self.optimizer: dict[int, Any] = {}

    def begin_anew(self) -> None:
        """Forget the weights of another model."""
        self.weights, self.optimizer = None, {}

    def fit_began(self, trainer: Trainer) -> None:
        """Keep what there is, for an epoch that is continued."""
        self.epoch_began(trainer)

    def epoch_began(self, trainer: Trainer) -> None:
        """Keep weights and the optimizer's state, unless a last step has spoilt them."""
        weights = trainer.model.state_dict()
        if all(np.isfinite(each.data).all() for each in weights.values()):
            self.weights, self.optimizer = weights, trainer.optimizer.state_dict()["state"]

    def watch_batch(self, trainer: Trainer) -> AbstractContextManager[Any] | None:
        """Called before a batch: what it returns is entered while the batch runs through."""

    def loss_computed(self, trainer: Trainer, loss: float) -> None:
        """Look at the loss."""
        if math.isfinite(loss):
            return
        where = f"the loss became {loss} in epoch {trainer.epoch + 1} at step {trainer.step + 1}; "
        if self.weights is None:
            where += "there were no finite weights to put back. "
        else:
            trainer.model.load_state_dict(self.weights)
            groups = trainer.optimizer.state_dict()["param_groups"]  # rates stay as they are
            trainer.optimizer.load_state_dict({"state": self.optimizer, "param_groups": groups})
            where += "the weights are those of the epoch's beginning. "
        trainer.stop(
            where + "Try a smaller learning rate or clip_norm; autograd.detect_anomaly() names the "
            "operation"
        )
