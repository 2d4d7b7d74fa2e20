"""Keras's `Sequential`: `add`, `compile`, `fit`, `evaluate`, `predict`, weights, `summary`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.internals import as_numeric_array, show
from nn.data import DataLoader, TensorDataset
from nn.keras import losses, optimizers
from nn.keras.callbacks import Callback, Called, History, check_weights_path
from nn.keras.layer import Layer, kept_of, put_weights
from nn.keras.layers import InputLayer
from nn.keras.names import lacking, named
from nn.keras.progress import KerasLines
from nn.module import Module
from nn.modules import containers
from nn.saving import load, save
from nn.train.metrics import MAE, Accuracy, Metric
from nn.train.progress import Progress
from nn.train.summary import summary
from nn.train.trainer import Trainer, evaluating

__all__ = ["History", "Sequential"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


_LINE = 65  # letters of the table of `summary`
_METRICS: dict[str, Callable[[], Metric]] = {
    "accuracy": Accuracy,
    "acc": Accuracy,
    "mae": MAE,
    "mean_absolute_error": MAE,
}


class _Trainer(Trainer):
    """A trainer whose batches may end with the weights of their examples."""

    weigh: Callable[[Any, Any, Any], Any]  # of outputs, targets and weights

    def compute(self, batch: Any) -> tuple[Tensor, Any, Any]:
        """Loss, outputs and targets of a batch."""
        if len(batch) < 3:
            return super().compute(batch)
        inputs, targets, weights = batch
        outputs = self.model(inputs)
        return self.weigh(outputs, targets, weights), outputs, targets


class Sequential(containers.Sequential):
    """A stack of layers that trains itself, as in Keras; an `nn.Sequential` in all else.

    Args:
        layers: the first layers, those of `nn.keras.layers` or any layer of `nn`; `Input` first
            says the shape of one example.

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
        self.stop_training = False
        for layer in layers:
            self.add(layer)

    def add(self, layer: Module) -> None:
        """Put a layer on top; it finds its sizes if the first one has said its shape.

        Raises:
            TypeError: for what is no layer.
        """
        if not len(self) and isinstance(layer, Layer) and layer.input_shape is not None:
            self._input_shape = layer.input_shape
            if isinstance(layer, InputLayer):  # which computes nothing
                return
        self.append(layer)
        if self._input_shape is not None:
            self._build(self._input_shape)

    def compile(
        self,
        optimizer: str | Callable[..., Any] = "rmsprop",
        loss: str | Callable[[Any, Any], Any] | None = None,
        metrics: Sequence[str | Metric] | str | Metric | None = None,
    ) -> None:
        """Say how to train: what changes the weights, what is made small, what is measured.

        Args:
            optimizer: "adam", "sgd", ... or one of `nn.keras.optimizers`.
            loss: "binary_crossentropy", "categorical_crossentropy", "mse", ... or a function of
                truth and prediction.
            metrics: "accuracy", "mae", or metrics of `nn.train`; one, or a list.

        Raises:
            ValueError: for an unknown name.
            TypeError: for what is neither a name nor a function.
        """
        if loss is None:
            raise ValueError(
                "compile: no loss was given; say loss='categorical_crossentropy' or "
                f"another of {', '.join(map(repr, losses.NAMES))}"
            )
        if isinstance(loss, type):
            raise TypeError(f"compile: got the class {loss.__name__}; call it, {loss.__name__}()")
        if isinstance(metrics, str | Metric):
            metrics = [metrics]
        metrics = metrics or ()
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
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Sequence[Callback] | Callback | None = None,
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
    ) -> History:
        """Train for so many further epochs.

        Args:
            x: inputs, (examples, ...): arrays or nested lists.
            y: targets, likewise.
            batch_size: examples per step, 32 if not given.
            epochs: how often all examples are seen.
            verbose: 1 or "auto" for a bar and the numbers of every epoch, 2 for the numbers, 0 for
                nothing.
            callbacks: those of `nn.keras.callbacks`.
            validation_split: the share of the examples, the last ones, that is held out to be
                measured after every epoch.
            validation_data: inputs and targets to be measured instead.
            shuffle: whether every epoch sees the examples in another order.
            class_weight: a factor of the loss of every example of a class, by its index; 1 for
                classes that are not named.
            sample_weight: (examples,), a factor of the loss of every example.

        Returns:
            The numbers of these epochs.

        Raises:
            RuntimeError: before `compile`.
            ValueError: if x and y do not belong together or do not fit the model.
        """
        inputs, targets = self._checked("fit", x, y)
        weights = _weights(targets, class_weight, sample_weight)
        held_out = None if validation_data is None else self._checked("fit", *validation_data[:2])
        if held_out is None and validation_split:
            if not 0 < validation_split < 1:
                raise ValueError(f"fit: validation_split must be in [0, 1), got {validation_split}")
            kept = math.floor(len(inputs) * (1 - validation_split))
            held_out = inputs[kept:], targets[kept:]
            inputs, targets = inputs[:kept], targets[:kept]
            weights = None if weights is None else weights[:kept]
        trainer = self._ready(inputs)
        begun = trainer.epoch
        columns = ["loss", *trainer.metrics]
        names = {name: name for name in columns}
        if held_out is not None:
            names |= {f"validation {name}": f"val_{name}" for name in columns}
        shown = 1 if verbose == "auto" else int(verbose)
        trainer.progress = KerasLines(shown, names, begun) if shown else Progress()
        parts = [inputs, targets] if weights is None else [inputs, targets, weights]
        batches = DataLoader(TensorDataset(*parts), batch_size or 32, shuffle)
        history = History()
        called = [callbacks] if isinstance(callbacks, Callback) else list(callbacks or ())
        self.stop_training = False
        trainer.callbacks = [Called(self, [history, *called], names, begun)]
        try:
            trainer.fit(batches, epochs, held_out)
        finally:
            trainer.callbacks = []
        return history

    def evaluate(
        self, x: Any, y: Any, batch_size: int | None = None, verbose: int | str = 0
    ) -> float | list[float]:
        """The mean loss and the metrics, over examples that are not trained on.

        Args:
            x: inputs, as for `fit`.
            y: targets.
            batch_size: examples that are computed at once, 32 if not given.
            verbose: whether to print the numbers too.

        Returns:
            The loss; with metrics a list, the loss first.

        Raises:
            RuntimeError: before `compile`.
            ValueError: if x and y do not belong together or do not fit the model.
        """
        inputs, targets = self._checked("evaluate", x, y)
        found = self._ready(inputs).evaluate((inputs, targets), batch_size=batch_size or 32)
        if verbose:
            show(" - ".join(f"{name}: {number:.4f}" for name, number in found.items()))
        numbers = [float(number) for number in found.values()]
        return numbers if len(numbers) > 1 else numbers[0]

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: int | str = 0
    ) -> NDArray[Any]:
        """The outputs for inputs, (examples, units).

        Args:
            x: inputs, as for `fit`.
            batch_size: examples that are computed at once, 32 if not given.
            verbose: makes no difference: it prints nothing.
        """
        batch_size = batch_size or 32
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
                "summary: this model has not yet been built; say input_dim=... or input_shape=... "
                "in the first layer, or call fit() first"
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

    # ------------------------------------------------------------------ its parts

    @property
    def layers(self) -> list[Module]:
        """The layers, in their order."""
        return list(self)

    @property
    def optimizer(self) -> Any:
        """The optimizer of `nn.optim` that trains it; None before the first `fit`."""
        return None if self._trainer is None else self._trainer.optimizer

    def get_weights(self) -> list[NDArray[Any]]:
        """Copies of all weights, layer by layer, as Keras lays them out.

        Raises:
            ValueError: while the sizes of a layer are not known.
        """
        self._check_built("get_weights")
        return [
            array if axes is None else array.transpose(axes).copy()
            for layer in self
            for array, axes in ((tensor.data.copy(), axes) for tensor, axes in kept_of(layer))
        ]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Take over what `get_weights` of such a model returned, here or in Keras.

        Raises:
            ValueError: for other numbers or shapes of arrays; nothing has changed then.
        """
        self._check_built("set_weights")
        put_weights("Sequential", [pair for layer in self for pair in kept_of(layer)], weights)

    def save_weights(self, filepath: str | Path) -> None:
        """Keep all weights in a file, .npz or .safetensors."""
        check_weights_path("save_weights", filepath)
        self._check_built("save_weights")
        save(self.state_dict(), filepath)

    def load_weights(self, filepath: str | Path) -> None:
        """Take over weights that `save_weights` kept."""
        check_weights_path("load_weights", filepath)
        self._check_built("load_weights")
        self.load_state_dict(load(filepath))

    def _check_built(self, caller: str) -> None:
        if self._input_shape is None:
            raise ValueError(
                f"{caller}: this model has not yet been built; say input_shape=... in the first "
                "layer, or call fit() first"
            )

    # ------------------------------------------------------------------ small parts

    def forward(self, x: Any) -> Any:
        """Call the layers one after the other; the first call tells them their inputs."""
        if self._input_shape is None:
            self._build(np.shape(x)[1:])
        return super().forward(x)

    def _build(self, input_shape: tuple[int, ...]) -> None:
        """Tell every layer its sizes: those of what the layers before it give."""
        with evaluating(self):
            x: Any = Tensor(np.zeros((1, *input_shape), np.float32))
            for layer in self:
                if isinstance(layer, Layer) and not layer.built:
                    layer.build(x.shape[1:])
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
            self._trainer = _Trainer(
                self,
                self._compiled["optimizer"](list(self.parameters())),
                lambda predicted, truth: loss(truth, predicted),
                self._compiled["metrics"],
                progress=False,
            )
            self._trainer.weigh = lambda predicted, truth, weights: losses.weighted(
                loss, truth, predicted, weights
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
        if losses.wants_classes(self._compiled["loss"]):
            return inputs, targets[:, 0] if targets.ndim == 2 and targets.shape[1] == 1 else targets
        return inputs, _examples(f"{caller}: y", targets)


def _weights(
    targets: NDArray[Any], class_weight: Mapping[int, float] | None, sample_weight: Any
) -> NDArray[Any] | None:
    """A factor for every example, or None where all count alike."""
    if class_weight is None and sample_weight is None:
        return None
    weights = np.ones(len(targets), np.float32)
    if sample_weight is not None:
        given = np.asarray(as_numeric_array(sample_weight, "fit: sample_weight"))
        if given.shape != weights.shape:
            raise ValueError(
                f"fit: sample_weight must have shape {weights.shape}, got {given.shape}"
            )
        weights = weights * given.astype(np.float32)
    if class_weight is not None:
        one_hot = targets.ndim > 1 and targets.shape[-1] > 1
        classes = targets.argmax(-1) if one_hot else targets.reshape(len(targets), -1)[:, 0]
        for number, weight in class_weight.items():
            weights = np.where(classes == number, weights * np.float32(weight), weights)
    return weights


def _examples(name: str, values: Any) -> NDArray[Any]:
    """Examples as float32, one per row; a row of numbers is a column of examples, as in Keras."""
    array = as_numeric_array(values, name)
    if not array.ndim:
        raise ValueError(f"{name} must hold one entry per example, got the number {array}")
    column = array[:, np.newaxis] if array.ndim == 1 else array
    return column.astype(np.float32)


def _row(layer: str, shape: str, count: str) -> str:
    return f"{layer:<29}{shape:<26}{count}"
