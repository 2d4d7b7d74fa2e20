"""Batch normalisation by the statistics of all processes' batches together."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

import autograd
from autograd import Function, Tensor
from nn import ranks
from nn.inputs import place
from nn.module import Module
from nn.modules import BatchNorm1d, BatchNorm2d, BatchNorm3d
from nn.parameter import update_buffer

__all__ = ["SyncBatchNorm"]


class _Context(Protocol):
    """What forward and backward share: nothing."""


class _Summed(Function):
    """`Σ_r x_r`; each rank's loss depends on all `x_r`, so gradients are summed up too."""

    @staticmethod
    def forward(ctx: _Context, x: Tensor) -> Any:
        ranks.agree("statistics")
        return Tensor(ranks.summed(x.data))

    @staticmethod
    def backward(ctx: _Context, grad: Tensor) -> Any:
        ranks.agree("statistics")
        return Tensor(ranks.summed(grad.data))


class SyncBatchNorm(BatchNorm2d):
    """`BatchNorm2d` of any number of axes, whose statistics are those of all ranks together.

    In training every rank must go through it equally often; the shares of a batch may be of
    different sizes. Its first derivatives are exact; it is not to be differentiated twice. In
    evaluation, and where a process is alone, it is ordinary batch normalisation.

    Shape:
        (batch, num_features, *spatial) to the same.

    >>> layer = SyncBatchNorm(3)
    >>> layer(np.ones((4, 3))).shape
    (4, 3)
    """

    def forward(self, input: Any) -> Tensor:
        """Normalise the input."""
        use_batch = self.training or self.running_mean is None
        if ranks.size() == 1 or not use_batch:
            self.axes = np.ndim(input) - 2  # type: ignore[misc]
            return super().forward(input)
        x = self._checked(input)
        x = x if isinstance(x, Tensor) else Tensor(x)
        axes = (0, *range(2, x.ndim))
        along = (1, self.num_features) + (1,) * (x.ndim - 2)
        ranks.agree("statistics")
        count = int(ranks.summed(x.size // self.num_features))
        if count < 2:
            raise ValueError(
                f"SyncBatchNorm: training needs more than one value per channel on all ranks "
                f"together, got {count}{place()}; use a larger batch, or eval()"
            )
        mean = _Summed.apply(x.sum(axis=axes)) / count
        centered = x - mean.reshape(along)
        var = _Summed.apply((centered * centered).sum(axis=axes)) / count
        out: Tensor = centered / autograd.sqrt(var + self.eps).reshape(along)
        if self.weight is not None:
            out = out * self.weight.reshape(along)
        if self.bias is not None:
            out = out + self.bias.reshape(along)
        if self.training:
            self._follow(mean.data, var.data * (count / (count - 1)))
        return out

    def _follow(self, mean: Any, var: Any) -> None:
        """Move the running statistics towards those of the batch."""
        if self.running_mean is None or self.running_var is None:
            return
        batches = 1
        if self.num_batches_tracked is not None:
            batches += int(self.num_batches_tracked.item())
            update_buffer(self.num_batches_tracked, batches)
        share = 1 / batches if self.momentum is None else self.momentum
        for buffer, now in ((self.running_mean, mean), (self.running_var, var)):
            update_buffer(buffer, buffer.data + share * (now - buffer.data))

    @classmethod
    def convert_sync_batchnorm(cls, module: Module) -> Module:
        """The module with every batch normalisation in it replaced by one over all ranks.

        >>> from nn import BatchNorm1d, Linear, Sequential
        >>> SyncBatchNorm.convert_sync_batchnorm(Sequential(Linear(2, 3), BatchNorm1d(3)))
        Sequential(
          (0): Linear(2 -> 3)
          (1): SyncBatchNorm(3)
        )
        """
        if isinstance(module, cls):
            return module
        if isinstance(module, BatchNorm1d | BatchNorm2d | BatchNorm3d):
            layer = cls.__new__(cls)
            vars(layer).update(vars(module))  # the same parameters, which an optimizer may hold
            return layer
        for name, each in list(module.named_modules()):
            if name and isinstance(each, BatchNorm1d | BatchNorm2d | BatchNorm3d):
                module.set_submodule(name, cls.convert_sync_batchnorm(each))
        return module
