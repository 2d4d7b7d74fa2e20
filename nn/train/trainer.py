"""The trainer: the loop of batches and epochs, written once."""

from __future__ import annotations

import copy
import math
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, no_grad
from nn.arguments import Checked
from nn.data import Dataset, IterableDataset
from nn.functional.reduction import listening
from nn.module import Module
from nn.ranks import mean_of_numbers, rank
from nn.saving import load, random_state, save, set_random_state
from nn.train.batches import as_batches, count_batches, for_model, one_by_one
from nn.train.callbacks import Callback, Checkpoint, work_for, worked_for
from nn.train.checks import (
    check_parts,
    check_state,
    check_trained,
    checked_callbacks,
    checked_epochs,
    checked_loss,
    no_batch,
    warn_of_parts,
)
from nn.train.history import History
from nn.train.interrupts import InterruptAfterStep
from nn.train.metrics import Metric, by_name
from nn.train.position import Position, Stage, Waiting
from nn.train.progress import Progress, choose_progress
from nn.train.several import Together
from nn.train.weighing import Weight, counted, weigh
from nn.utils.gradients import clip_grad_norm_

__all__ = ["Trainer"]

_FORMAT = "wengert training"
Batches = Any  # a loader, any iterable of batches, or a pair of arrays


class Trainer(Checked):
    """Trains a model: for each batch forward, loss, backward and a step, for each epoch a record.

    A batch is `(inputs, targets)`, or `(first, second, ..., targets)` for a model of several
    inputs. For anything else, a subclass writes `compute`.

    Args:
        model: The module to train.
        optimizer: Of its parameters; or a list of several, each of other parameters, which step
            one after the other. Each may have a `Schedule` of its own.
        loss: Called with outputs and targets; gives one number.
        metrics: Names such as "accuracy", objects such as `TopKAccuracy(5)`, or a dict of them.
        callbacks: See `nn.train.Callback`.
        clip_norm: The largest norm of all gradients together; larger ones are scaled down.
        accumulate: Batches per step: their gradients are averaged by what counts in them, which
            gives the step of one batch as large as all of them. For the losses of `nn` that is
            what each divides by (`ignore_index` and class weights included, and nothing for a
            sum); for others the number of examples.
        progress: Whether to show progress: a bar in terminals, lines in logs.

    Attributes:
        history: One record per epoch.
        epoch: How many epochs are done.
        step: How many steps are done.
        interrupted: Whether the last `fit` was ended by Ctrl-C.

    Raises:
        TypeError: If the model is no Module or the loss cannot be called.
        ValueError: If a number makes no sense.

    >>> import nn
    >>> _ = autograd.manual_seed(1)
    >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="f4"), np.array([0, 1, 1, 0])
    >>> model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    >>> trainer = Trainer(
    ...     model, nn.optim.Adam(model.parameters(), lr=0.1), nn.functional.cross_entropy,
    ...     metrics="accuracy", progress=False,
    ... )
    >>> history = trainer.fit((x, y), epochs=40, batch_size=4)
    >>> history["accuracy"][-1]
    1.0
    >>> trainer.predict(x).argmax(axis=1)
    array([0, 1, 1, 0])
    """

    def __init__(
        self,
        model: Module,
        optimizer: Any,
        loss: Callable[[Any, Any], Tensor],
        metrics: Iterable[Any] | Mapping[str, Metric] | str | Metric = (),
        callbacks: Iterable[Callback] = (),
        *,
        clip_norm: float | None = None,
        accumulate: int = 1,
        progress: bool | Progress = True,
    ) -> None:
        if isinstance(optimizer, list | tuple):
            optimizer = Together(optimizer)
        check_parts(model, optimizer, loss)
        if accumulate < 1:
            raise ValueError(f"Trainer: accumulate must be at least 1, got {accumulate}")
        if clip_norm is not None and not clip_norm > 0:
            raise ValueError(f"Trainer: clip_norm must be above 0, got {clip_norm}")
        # Such as L-BFGS: steps ask for loss and gradients of the same batches again and again.
        self._asks_again = getattr(optimizer, "needs_closure", False)
        if clip_norm is not None and self._asks_again:
            raise ValueError(
                f"Trainer: clip_norm does not go with {type(optimizer).__name__}, which measures "
                "how the loss bends by its gradients; leave clip_norm out"
            )
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = by_name(metrics)
        # A checkpoint keeps what the other callbacks did, so it comes last.
        self.callbacks = sorted(
            checked_callbacks(callbacks), key=lambda each: isinstance(each, Checkpoint)
        )
        self.clip_norm = clip_norm
        self.accumulate = accumulate
        self.progress = progress
        self.history = History()
        self.epoch = 0
        self.step = 0
        self.interrupted = False
        self._at = Position()
        self._waiting = Waiting()
        self._loader: Any = None
        self._shown = Progress()

    # ------------------------------------------------------------------ training

    def compute(self, batch: Any) -> tuple[Tensor, Any, Any]:
        """Loss, outputs and targets of a batch; a subclass may do it another way."""
        if not isinstance(batch, tuple | list) or len(batch) < 2:
            raise TypeError(
                f"Trainer: a batch must be (inputs, targets), got {type(batch).__name__}; for "
                "other batches write a subclass with compute(batch) -> loss, outputs, targets"
            )
        *inputs, targets = one_by_one(batch)
        outputs = self.model(*inputs)
        return self.loss(outputs, targets), outputs, targets

    def fit(
        self,
        train: Batches,
        epochs: int,
        validation: Batches = None,
        *,
        batch_size: int = 32,
        validation_data: Batches = None,
    ) -> History:
        """Train for so many further epochs.

        After a `load` in the middle of a `fit`, the epochs of that `fit` before it count: a script
        that loads its checkpoint and is run again does what was left, and nothing if all is done.

        Ctrl-C ends training after the step that runs: the weights stay as learned, `interrupted`
        is True, and a further `fit` on the same data continues in the middle of the epoch, which
        is its first one; so does one from a checkpoint. After an error the epoch begins anew.

        Args:
            train: A DataLoader, any iterable of batches, a data set, or a pair of arrays, inputs
                and targets; `(a, b, targets)` and `((a, b), targets)` are of two inputs.
            epochs: How many, from 0.
            validation: The same as `train`; evaluated after every epoch.
            batch_size: Of arrays and data sets, which are shuffled anew for each epoch.
            validation_data: Another word for `validation`.

        Returns:
            The history, all epochs ever included.

        Raises:
            ValueError: If there is no batch, or a negative number of epochs.
            TypeError: If a batch or the loss is of the wrong kind.

        Warns:
            RuntimeWarning: If the loss becomes NaN or infinite.
        """
        if validation_data is not None:
            if validation is not None:
                raise ValueError("Trainer.fit: give validation or validation_data, not both")
            validation = validation_data
        loader = as_batches(self.model, train, batch_size, shuffle=True)
        held_out = None if validation is None else as_batches(self.model, validation, batch_size)
        last = self._at.last_epoch(self.epoch, checked_epochs(epochs))
        self._begin(loader)
        if self.epoch >= last and epochs:
            self.say(f"the {epochs} epochs of the loaded training are done; fit again for more")
        try:
            with InterruptAfterStep() as interrupt:
                while self.epoch < last and self._at.stopped is None and not interrupt.noted:
                    if self._at.stage is not Stage.TRAINED:
                        self._train_epoch(loader, last, interrupt)
                    if self._at.stage is Stage.TRAINED:
                        self._finish_epoch(held_out)
                self.interrupted = interrupt.noted
        except KeyboardInterrupt:  # where the signal is not ours
            self.interrupted = True
        except BaseException:
            self._at.fail()
            raise
        finally:
            self._shown.close()
        self._at.pause(loader)
        if self._at.stopped is not None:
            self.say(f"stopped: {self._at.stopped}")
        if self.interrupted:
            self.say(f"interrupted in epoch {self.epoch + 1} after step {self.step}")
            self._call("interrupted")
        else:
            self._at.began = None
            self._call("fit_ended")
        return self.history

    def _begin(self, loader: Any) -> None:
        check_trained(self.model, self.optimizer)
        self._at.begin_fit(self.epoch, loader)
        self._loader, self.interrupted = loader, False
        if not self.model.training:  # else the modules stay as they are
            for module in self.model.modules():
                required = [each.requires_grad for each in module.parameters()]
                if any(required) or not required:  # a frozen one keeps its running statistics
                    module.training = True
        others = self._is_replica() and rank() > 0
        self._shown = choose_progress(False if others else self.progress)
        for callback in self.callbacks:
            work_for(callback, self)
        self._call("fit_began")

    def _train_epoch(self, loader: Any, last: int, interrupt: InterruptAfterStep) -> None:
        """Train on all batches, or on those left of an interrupted epoch."""
        if self._at.stage is Stage.BETWEEN:
            self._at.begin_epoch()
            sampler: Any = getattr(loader, "sampler", None)
            if hasattr(sampler, "set_epoch"):
                sampler.set_epoch(self.epoch)
            for metric in self.metrics.values():
                metric.reset()
            self._call("epoch_began")
        count = count_batches(loader)
        self._shown.epoch_began(self.epoch + 1, last, count)
        self._waiting = Waiting()
        on_loss, on_step = self._listeners("loss_computed"), self._listeners("step_ended")
        watchers = self._listeners("watch_batch")
        for batch in loader:
            with ExitStack() as watched:
                if self.accumulate > 1 and self._is_replica():
                    watched.enter_context(self._replica().no_sync())  # the step averages over ranks
                for watch in watchers:
                    if (block := watch(self)) is not None:
                        watched.enter_context(block)
                learned = self._learn(batch, on_loss)
            if not learned:
                self._at.leave_epoch()
                return
            is_last = self._at.batches == count
            if self._waiting.batches < self.accumulate and not is_last:
                continue
            self._step(on_step)
            if (interrupt.noted or self._at.stopped is not None) and not is_last:
                return
        if not self._at.batches:
            self._at.leave_epoch()
            raise ValueError(no_batch(self.epoch))
        if self._waiting.batches:  # of an iterable whose end was not known before
            self._step(on_step)
        self._at.stage = Stage.TRAINED

    def _learn(self, batch: Any, listeners: list[Callable[..., None]]) -> bool:
        """Add the gradients of a batch to those that wait; False if a callback stopped training."""
        with listening() as heard:
            loss, outputs, targets = self.compute(batch)
        value = checked_loss(loss)
        weight = weigh(loss, len(targets), heard)
        if weight.factor:
            for listen in listeners:
                listen(self, value)
            if self._at.stopped is not None:
                return False
            if not (math.isfinite(value) or self._at.warned):
                self._warn(value)
        if not self._waiting.batches:  # and not after the step: callbacks may look at gradients
            self.optimizer.zero_grad()
        if not self._waiting.add(weight) and self.accumulate > 1:
            warn_of_parts()
        if weight.factor:
            if self._asks_again:
                self._waiting.kept.append(batch)
            elif self.accumulate == 1:
                loss.backward()
            else:
                loss.backward(np.asarray(weight.factor, loss.dtype))
        self._measure(outputs, targets, weight)
        self._at.add(value, weight)
        self._shown.batch_done(self._at.batches, self._at.mean_loss)
        return True

    def _measure(self, outputs: Any, targets: Any, weight: Weight) -> None:
        """Let the metrics see a batch, without what does not count."""
        if weight.factor:
            outputs, targets = counted(outputs, targets, weight.ignore_index)
            for metric in self.metrics.values():
                metric.update(outputs, targets)

    def _warn(self, loss: float) -> None:
        self._at.warned = True
        warnings.warn(
            f"Trainer: the loss became {loss} in epoch {self.epoch + 1} at step {self.step + 1}, "
            "and training goes on; the callback StopOnNaN() stops it and saves the weights; "
            "autograd.detect_anomaly() names the operation where it began",
            RuntimeWarning,
            stacklevel=5,
        )

    def _step(self, listeners: list[Callable[..., None]]) -> None:
        """Change the parameters by the gradients that wait, if anything counted in the batches."""
        if not self._waiting.counting:
            self._waiting = Waiting()
            return
        if self._asks_again:
            self.optimizer.step(self._compute_again)
        else:
            if self.accumulate > 1 and self._waiting.divisor:
                self._scale_gradients(1 / self._waiting.divisor)
            if self.clip_norm is not None:
                clip_grad_norm_(self._trained(), self.clip_norm)
            self.optimizer.step()
        self.step += 1
        self._waiting = Waiting()
        for listen in listeners:
            listen(self)

    def _compute_again(self) -> float:
        """The mean loss of the waiting batches, and its gradients, for parameters as they are."""
        self.optimizer.zero_grad()
        mean = 0.0
        for batch in self._waiting.kept:
            with listening() as heard:
                loss, _, targets = self.compute(batch)
            share = weigh(loss, len(targets), heard).factor / (self._waiting.divisor or 1)
            loss.backward(np.asarray(share, loss.dtype))
            mean += loss.item() * share
        return mean

    def _is_replica(self) -> bool:
        """Whether the model is wrapped, so that other processes may train replicas of it."""
        return hasattr(self.model, "no_sync")

    def _replica(self) -> Any:
        """The wrapped model."""
        return self.model

    def _trained(self) -> list[Tensor]:
        return [each for group in self.optimizer.param_groups for each in group["params"]]

    def _scale_gradients(self, factor: float) -> None:
        for parameter in self._trained():
            if (gradient := parameter.grad) is not None:
                gradient.data *= gradient.dtype.type(factor)

    def _finish_epoch(self, held_out: Any) -> None:
        """Measure, and make the epoch's record."""
        record: dict[str, Any] = {"epoch": self.epoch + 1, "loss": self._at.mean_loss}
        record.update((name, metric.compute()) for name, metric in self.metrics.items())
        if held_out is not None:
            measured = self.evaluate(held_out)
            record.update((f"validation {name}", value) for name, value in measured.items())
        if self._is_replica():
            record = mean_of_numbers(record)  # so that callbacks decide the same on all ranks
        record["lr"] = self.optimizer.param_groups[0]["lr"]
        self.epoch += 1
        self._at.leave_epoch()
        self.history.records.append(record)
        self._shown.epoch_ended(record)
        self._call("epoch_ended", record)

    def stop(self, why: str) -> None:
        """End training: at once if called with the loss, else after the step or epoch."""
        self._at.stopped = why

    def say(self, text: str) -> None:
        """Show a line above the progress, if any is shown."""
        self._shown.say(text)

    # ------------------------------------------------------------------ using

    def evaluate(self, data: Batches, *, batch_size: int = 256) -> dict[str, Any]:
        """Mean loss and metrics over data, in evaluation mode and without gradients.

        The mean is that of all data as one batch, whatever the batches: over what the loss itself
        divides by, and per example where it is a sum. What a loss ignores is no example for the
        metrics either.

        Returns:
            `{"loss": ..., metric: ...}`.

        Raises:
            ValueError: If there is no batch.
        """
        total, counts, batches = 0.0, 0.0, 0
        kept = {name: metric.totals for name, metric in self.metrics.items()}
        try:
            for metric in self.metrics.values():
                metric.reset()
            with evaluating(self.model):
                for batch in as_batches(self.model, data, batch_size):
                    with listening() as heard:
                        loss, outputs, targets = self.compute(batch)
                    weight = weigh(loss, len(targets), heard)
                    batches += 1
                    if weight.factor:
                        total += loss.item() * weight.factor
                        counts += weight.reported
                        self._measure(outputs, targets, weight)
            if not batches:
                raise ValueError("Trainer.evaluate: there was no batch to measure")
            measured = {name: metric.compute() for name, metric in self.metrics.items()}
        finally:
            for name, metric in self.metrics.items():
                metric.totals = kept[name]
        return {"loss": total / counts if counts else math.nan, **measured}

    def predict(self, inputs: Any, *, batch_size: int = 256) -> NDArray[Any]:
        """The outputs for inputs, in evaluation mode and without gradients.

        Args:
            inputs: An array or Tensor, a data set, or a loader of batches; of batches that are
                tuples the last entry is taken for targets and left out.
            batch_size: Of an array or a data set.

        Returns:
            All outputs in one array.
        """
        outputs = []
        with evaluating(self.model):
            if isinstance(inputs, Tensor | np.ndarray | list):
                array = for_model(self.model, inputs)
                for start in range(0, len(array), batch_size):
                    outputs.append(self.model(array[start : start + batch_size]).data)
            else:
                if isinstance(inputs, Dataset | IterableDataset):
                    inputs = as_batches(self.model, inputs, batch_size)
                for batch in inputs:
                    several = isinstance(batch, tuple | list)
                    given = one_by_one(batch)[:-1] if several else (batch,)
                    outputs.append(self.model(*given).data)
        if not outputs:
            raise ValueError("Trainer.predict: there was no batch to predict for")
        return np.concatenate(outputs)

    # ------------------------------------------------------------------ keeping

    def state_dict(self) -> dict[str, Any]:
        """All that training depends on; in the middle of an epoch too."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": random_state(),
            "epoch": self.epoch,
            "step": self.step,
            **self._at.state_dict(self._loader),
            "history": [dict(record) for record in self.history],
            "metrics": {name: dict(metric.totals) for name, metric in self.metrics.items()},
            "callbacks": [each.state_dict() for each in self.callbacks],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned, bit for bit.

        Raises:
            ValueError: If the model, optimizer, metrics or callbacks are others; nothing has
                changed then.
        """
        check_state(state_dict)
        if len(state_dict["callbacks"]) != len(self.callbacks):
            raise ValueError(
                f"Trainer.load: the state is of {len(state_dict['callbacks'])} callbacks, this "
                f"trainer has {len(self.callbacks)}"
            )
        if list(state_dict["metrics"]) != list(self.metrics):
            raise ValueError(
                f"Trainer.load: the state has the metrics {', '.join(state_dict['metrics'])}, "
                f"this trainer {', '.join(self.metrics)}"
            )
        before, position = self.state_dict(), copy.copy(self._at)
        try:
            self._take(state_dict)
            self._at.load_state_dict(state_dict)
            set_random_state(state_dict["random"])
        except BaseException:
            self._take(before)
            self._at = position
            raise
        for callback, first in zip(self.callbacks, before["callbacks"], strict=True):
            worked_for(callback, self, first)

    def _take(self, state: Mapping[str, Any]) -> None:
        """Take over all of a state but the place in the epoch and the random numbers."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(kept)
        for name, metric in self.metrics.items():
            metric.totals = dict(state["metrics"][name])
        self.epoch, self.step = state["epoch"], state["step"]
        self.history = History(state["history"])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole training to a `.safetensors` or `.npz` file, all of it or nothing.

        Of several processes that train replicas, rank 0 writes.
        """
        if self._is_replica() and rank() > 0:
            return
        texts = {"format": _FORMAT, "epoch": str(self.epoch), "step": str(self.step)}
        save(self.state_dict(), path, texts)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Continue from a file that `save` or a `Checkpoint` wrote, bit for bit.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is damaged, no training, or of another model; nothing has changed
                then.
        """
        state = load(path)
        try:
            self.load_state_dict(state)
        except Exception as error:  # what callbacks say of a damaged state is of any kind
            raise ValueError(
                f"Trainer.load: {os.fspath(path)} holds no training that fits: {error}"
            ) from error

    def __getstate__(self) -> dict[str, Any]:
        """For pickle and copies: without the data, which the next `fit` is given, and the bar."""
        return {**vars(self), "_loader": None, "_shown": Progress()}

    # ------------------------------------------------------------------ small parts

    def larger_is_better(self, column: str) -> bool:
        """Whether larger entries of a column of the history are better ones."""
        metric = self.metrics.get(column.removeprefix("validation "))
        return metric is not None and metric.larger_is_better

    def _listeners(self, event: str) -> list[Callable[..., None]]:
        """The callbacks' own methods for an event; not those that do nothing, to save time."""
        return [
            # A callback is called with the trainer first, then what happened.
            getattr(each, event)
            for each in self.callbacks
            if getattr(type(each), event) is not getattr(Callback, event)
        ]

    def _call(self, event: str, *details: Any) -> None:
        for listen in self._listeners(event):
            listen(self, *details)


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Evaluation mode without gradients; afterwards every module is in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode
