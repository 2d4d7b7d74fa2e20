"""Keras's `Sequential`: `add`, `compile`, `fit`, `evaluate`, `predict`, `summary`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.internals import as_numeric_array, show
from nn.data import DataLoader, TensorDataset
from nn.keras import losses, optimizers
from nn.keras.layers import Dense
from nn.keras.names import named
from nn.keras.progress import KerasLines
from nn.module import Module
from nn.modules import containers
from nn.train.metrics import MAE, Accuracy, Metric
from nn.train.progress import Progress
from nn.train.summary import summary
from nn.train.trainer import Trainer, evaluating

__all__ = ["History", "Sequential"]


def __dir__() -> list[str]:
    return __all__


_LINE = 65  # letters of the table of `summary`
_METRICS: dict[str, Callable[[], Metric]] = {
    "accuracy": Accuracy,
    "acc": Accuracy,
    "mae": MAE,
    "mean_absolute_error": MAE,
}


class History:
    """What `fit` returns.

    Attributes:
        epoch: the numbers of the epochs, from 0.
        history: one list per column: "loss", the metrics, and "val_loss" and so on.

    >>> History([0], {"loss": [0.5]}).history["loss"]
    [0.5]
    """

    def __init__(self, epoch: list[int], history: dict[str, list[float]]) -> None:
        self.epoch = epoch
        self.history = history


class Sequential(containers.Sequential):
    """A stack of layers that trains itself, as in Keras; an `nn.Sequential` in all else.

    Args:
        layers: the first layers, `Dense` or any layer of `nn`.

    >>> from nn.keras.layers import Dense
    >>> model = Sequential([Dense(5, input_dim=2, activation="sigmoid"), Dense(2)])
    >>> model.summary()
    Model: "sequential"
    _________________________________________________________________
    Layer (type)                 Output Shape              Param #
    =================================================================
    dense (Dense)                (None, 5)                 15
    _________________________________________________________________
    dense_1 (Dense)              (None, 2)                 12
    =================================================================
    Total params: 27
    Trainable params: 27
    Non-trainable params: 0
    _________________________________________________________________
    """

    def __init__(self, layers: Sequence[Module] = ()) -> None:
        super().__init__()
        self._input_shape: tuple[int, ...] | None = None
        self._trainer: Trainer | None = None
        self._compiled: dict[str, Any] | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Module) -> None:
        """Put a layer on top; a `Dense` finds its number of inputs if the first one has it.

        Raises:
            TypeError: for what is no layer.
        """
        if not len(self) and isinstance(layer, Dense) and layer.input_dim is not None:
            self._input_shape = (layer.input_dim,)
        self.append(layer)
        if self._input_shape is not None:
            self._build(self._input_shape)

    def compile(
        self,
        optimizer: str | Callable[..., Any] = "rmsprop",
        loss: str | Callable[[Any, Any], Any] | None = None,
        metrics: Sequence[str | Metric] = (),
    ) -> None:
        """Say how to train: what changes the weights, what is made small, what is measured.

        Args:
            optimizer: "adam", "sgd", ... or one of `nn.keras.optimizers`.
            loss: "binary_crossentropy", "categorical_crossentropy", "mse", ... or a function of
                truth and prediction.
            metrics: "accuracy", "mae", or metrics of `nn.train`.

        Raises:
            ValueError: for an unknown name.
            TypeError: for what is neither a name nor a function.
        """
        if loss is None:
            raise ValueError(
                "compile: no loss was given; say loss='categorical_crossentropy' or "
                f"another of {', '.join(map(repr, losses.NAMES))}"
            )
        if isinstance(metrics, str | Metric):
            metrics = [metrics]
        chosen = {
            str(name): each if isinstance(each, Metric) else named(
                "compile: metric", each, _METRICS
            )()
            for name, each in ((getattr(each, "name", each), each) for each in metrics)
        }  # fmt: skip
        self._compiled = {
            "optimizer": named("compile: optimizer", optimizer, optimizers.NAMES),
            "loss": named("compile: loss", loss, losses.NAMES),
            "metrics": chosen,
        }
        self._trainer = None

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int = 1,
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
    ) -> History:
        """Train for so many further epochs.

        Args:
            x: inputs, (examples, ...): arrays or nested lists.
            y: targets, likewise.
            batch_size: examples per step.
            epochs: how often all examples are seen.
            verbose: 1 for a bar and the numbers of every epoch, 2 for the numbers, 0 for nothing.
            validation_split: the share of the examples, the last ones, that is held out to be
                measured after every epoch.
            validation_data: inputs and targets to be measured instead.
            shuffle: whether every epoch sees the examples in another order.

        Returns:
            The numbers of these epochs.

        Raises:
            RuntimeError: before `compile`.
            ValueError: if x and y do not belong together or do not fit the model.
        """
        inputs, targets = self._checked("fit", x, y)
        held_out = None if validation_data is None else self._checked("fit", *validation_data)
        if held_out is None and validation_split:
            if not 0 < validation_split < 1:
                raise ValueError(f"fit: validation_split must be in [0, 1), got {validation_split}")
            kept = math.floor(len(inputs) * (1 - validation_split))
            held_out = inputs[kept:], targets[kept:]
            inputs, targets = inputs[:kept], targets[:kept]
        trainer = self._ready(inputs)
        begun = trainer.epoch
        columns = ["loss", *trainer.metrics]
        names = {name: name for name in columns}
        if held_out is not None:
            names |= {f"validation {name}": f"val_{name}" for name in columns}
        trainer.progress = KerasLines(verbose, names, begun) if verbose else Progress()
        batches = DataLoader(TensorDataset(inputs, targets), batch_size, shuffle)
        trainer.fit(batches, epochs, held_out)
        records = trainer.history.records[begun:]
        return History(
            list(range(begun, trainer.epoch)),
            {kept: [record[name] for record in records] for name, kept in names.items()},
        )

    def evaluate(
        self, x: Any, y: Any, batch_size: int = 32, verbose: int = 0
    ) -> float | list[float]:
        """The mean loss and the metrics, over examples that are not trained on.

        Args:
            x: inputs, as for `fit`.
            y: targets.
            batch_size: examples that are computed at once.
            verbose: whether to print the numbers too.

        Returns:
            The loss; with metrics a list, the loss first.

        Raises:
            RuntimeError: before `compile`.
            ValueError: if x and y do not belong together or do not fit the model.
        """
        inputs, targets = self._checked("evaluate", x, y)
        found = self._ready(inputs).evaluate((inputs, targets), batch_size=batch_size)
        if verbose:
            show(" - ".join(f"{name}: {number:.4f}" for name, number in found.items()))
        numbers = [float(number) for number in found.values()]
        return numbers if len(numbers) > 1 else numbers[0]

    def predict(self, x: Any, batch_size: int = 32) -> NDArray[Any]:
        """The outputs for inputs, (examples, units).

        Args:
            x: inputs, as for `fit`.
            batch_size: examples that are computed at once.
        """
        inputs = _examples("predict: x", x)
        parts = []
        with evaluating(self):
            for start in range(0, len(inputs), batch_size):
                parts.append(self(inputs[start : start + batch_size]).data)
        if not parts:
            raise ValueError("predict: x has no examples")
        return np.concatenate(parts)

    def summary(self) -> None:
        """Print every layer with the shape of its output and its number of parameters.

        Raises:
            ValueError: while the number of inputs is not known.
        """
        if self._input_shape is None:
            raise ValueError(
                "summary: this model has not yet been built; say input_dim=... in the first "
                "layer, or call fit() first"
            )
        found = summary(self, self._input_shape)
        names: dict[str, int] = {}
        rows = []
        for path, _, shape, count in found.rows:
            kind = type(self.get_submodule(path)).__name__
            base = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
            number = names[base] = names.get(base, -1) + 1
            name = f"{base}_{number}" if number else base
            rows.append(_row(f"{name} ({kind})", str(shape), str(count)))
        between = f"\n{'_' * _LINE}\n"
        lines = (
            'Model: "sequential"', "_" * _LINE, _row("Layer (type)", "Output Shape", "Param #"),
            "=" * _LINE, between.join(rows), "=" * _LINE, f"Total params: {found.total:,}",
            f"Trainable params: {found.trainable:,}",
            f"Non-trainable params: {found.total - found.trainable:,}", "_" * _LINE,
        )  # fmt: skip
        show("\n".join(lines))

    # ------------------------------------------------------------------ small parts

    def forward(self, x: Any) -> Any:
        """Call the layers one after the other; the first call tells them their inputs."""
        if self._input_shape is None:
            self._build(np.shape(x)[1:])
        return super().forward(x)

    def _build(self, input_shape: tuple[int, ...]) -> None:
        """Tell every `Dense` its number of inputs: what the layers before it give."""
        with evaluating(self):
            x: Any = Tensor(np.zeros((1, *input_shape), np.float32))
            for layer in self:
                if isinstance(layer, Dense) and layer.input_dim is None:
                    layer.build(x.shape[-1])
                x = layer(x)
        self._input_shape = input_shape

    def _ready(self, inputs: NDArray[Any]) -> Trainer:
        """The trainer; it is made once, so that a further `fit` goes on where the last ended."""
        if self._compiled is None:
            raise RuntimeError("You must call `compile()` before using the model.")
        if not len(self):
            raise RuntimeError("fit: the model has no layer yet; add(Dense(...)) one")
        if self._input_shape is None:
            self._build(inputs.shape[1:])
        if self._trainer is None:
            loss = self._compiled["loss"]
            self._trainer = Trainer(
                self,
                self._compiled["optimizer"](list(self.parameters())),
                lambda predicted, truth: loss(truth, predicted),
                self._compiled["metrics"],
                progress=False,
            )
        return self._trainer

    def _checked(self, caller: str, x: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any]]:
        """Inputs and targets as arrays: floating, or integer where the loss wants classes."""
        if self._compiled is None:
            raise RuntimeError(f"You must call `compile()` before calling `{caller}()`.")
        inputs = _examples(f"{caller}: x", x)
        targets = as_numeric_array(y, f"{caller}: y")
        if len(inputs) != len(targets):
            raise ValueError(
                f"{caller}: x has {len(inputs)} examples but y has {len(targets)} "
                f"(x: {inputs.shape}, y: {targets.shape})"
            )
        if self._compiled["loss"] is losses.sparse_categorical_crossentropy:
            return inputs, targets[:, 0] if targets.ndim == 2 and targets.shape[1] == 1 else targets
        return inputs, _examples(f"{caller}: y", targets)


def _examples(name: str, values: Any) -> NDArray[Any]:
    """Examples as float32, one per row; a row of numbers is a column of examples, as in Keras."""
    array = as_numeric_array(values, name)
    if not array.ndim:
        raise ValueError(f"{name} must hold one entry per example, got the number {array}")
    column = array[:, np.newaxis] if array.ndim == 1 else array
    return column.astype(np.float32)


def _row(layer: str, shape: str, count: str) -> str:
    return f"{layer:<29}{shape:<26}{count}"
