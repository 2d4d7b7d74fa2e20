"""Averages of weights over training: often better than the last ones."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.internals import value_of
from nn.module import Module
from nn.modules.normalization import _BatchNorm
from nn.optim.lr_scheduler.base import LRScheduler, one_per_group
from nn.optim.optimizer import Optimizer
from nn.parameter import Buffer, update_buffer

__all__ = ["SWALR", "AveragedModel", "get_ema_avg_fn", "get_swa_avg_fn", "update_bn"]


def __dir__() -> list[str]:
    return __all__


Average = Callable[[Any, Any, int], Any]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average: `decay · average + (1 - decay) · new`.

    >>> get_ema_avg_fn(0.75)(1.0, 3.0, 1)
    1.5
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay must be between 0 and 1, got {decay}")
    return lambda average, new, count: decay * average + (1 - decay) * new


def get_swa_avg_fn() -> Average:
    """The mean of all: stochastic weight averaging.

    >>> get_swa_avg_fn()(1.0, 3.0, 1)
    2.0
    """
    return lambda average, new, count: average + (new - average) / (count + 1)


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of the model's over time.

    Args:
        model: the model that is trained; call `update_parameters(model)` now and then.
        avg_fn: of the average, the new value and how many there were; the mean of all if not given.
        use_buffers: whether buffers are averaged too, rather than copied.

    References:
        P. Izmailov et al. (2018), Averaging weights leads to wider optima and better
        generalization.

    >>> from nn import Linear
    >>> model = Linear(2, 1)
    >>> averaged = AveragedModel(model, avg_fn=get_ema_avg_fn(0.9))
    >>> averaged.update_parameters(model)
    >>> averaged.n_averaged.item()
    1
    """

    def __init__(
        self, model: Module, avg_fn: Average | None = None, use_buffers: bool = False
    ) -> None:
        self.module = copy.deepcopy(model)
        self.n_averaged = Buffer(np.int64(0))
        self.avg_fn = get_swa_avg_fn() if avg_fn is None else avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the averaged copy."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Move the averages towards the model's parameters."""
        count = int(self.n_averaged.item())
        own, other = list(self.module.parameters()), list(model.parameters())
        if self.use_buffers:
            own += list(self.module.buffers())  # type: ignore[arg-type]
            other += list(model.buffers())  # type: ignore[arg-type]
        for average, new in zip(own, other, strict=True):
            if count == 0 or new.dtype.kind not in "fc":
                update_buffer(average, value_of(new))
            else:
                update_buffer(average, self.avg_fn(value_of(average), value_of(new), count))
        if not self.use_buffers:
            for buffer, new_buffer in zip(self.module.buffers(), model.buffers(), strict=True):
                update_buffer(buffer, value_of(new_buffer))
        update_buffer(self.n_averaged, count + 1)


def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Take the running statistics of batch normalisation anew, over one pass of the data.

    Averaged weights have activations that none of the averaged models had.

    Args:
        loader: batches; of a tuple or list the first entry is the input.
        model: the model.

    >>> from nn import BatchNorm1d
    >>> layer = BatchNorm1d(1)
    >>> update_bn([Tensor([[1.0], [3.0]]).astype(np.float32)], layer)
    >>> layer.running_mean.item()
    2.0
    """
    layers = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    momenta = [layer.momentum for layer in layers]
    was_training = model.training
    model.train()
    try:
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, tuple | list) else batch)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
        model.train(was_training)


class SWALR(LRScheduler):
    """From the rate as it is to a constant one, in a few epochs.

    Args:
        optimizer: whose rates are set.
        swa_lr: the constant rate, or one per group.
        anneal_epochs: epochs on the way.
        anneal_strategy: "cos" or "linear".
        last_epoch: the epochs done before; -1 for none.

    >>> from nn.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear") or anneal_epochs < 0:
            raise ValueError(
                "SWALR: anneal_strategy must be 'cos' or 'linear' and anneal_epochs not negative, "
                f"got {anneal_strategy!r} and {anneal_epochs}"
            )
        self.swa_lrs = one_per_group("SWALR", optimizer, "swa_lr", swa_lr)
        self.anneal_epochs = anneal_epochs
        self.anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)
        self.starts = self.get_last_lr()

    def get_lr(self) -> list[float]:
        """The point on the way."""
        if self.last_epoch == 0:
            return self.get_last_lr() if self.anneal_epochs else self.swa_lrs
        share = min(1.0, self.last_epoch / max(1, self.anneal_epochs))
        if self.anneal_strategy == "cos":
            share = (1 - math.cos(math.pi * share)) / 2
        return [
            start + (end - start) * share
            for start, end in zip(self.starts, self.swa_lrs, strict=True)
        ]
