"""Activations along an axis, as layers: softmax and its kin, gated linear units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

import autograd
from autograd import Tensor
from nn import functional
from nn.inputs import place
from nn.module import Module

__all__ = ["GLU", "LogSoftmax", "Softmax", "Softmax2d", "Softmin"]


class _AlongAxis(Module):
    _function: ClassVar[Callable[..., Any]]

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        """Apply it along the axis."""
        return type(self)._function(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """`e^x / Σ e^x` along an axis: positive numbers that sum to 1.

    Args:
        dim: the axis; the last one by default, where PyTorch guesses.

    >>> from autograd import Tensor
    >>> Softmax()(Tensor([1.0, 1.0, 2.0]))
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """

    _function = functional.softmax


class Softmin(_AlongAxis):
    """`softmax(-x)` along an axis.

    Args:
        dim: the axis.

    >>> from autograd import Tensor
    >>> Softmin()(Tensor([-1.0, -1.0, -2.0]))
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """

    _function = functional.softmin


class LogSoftmax(_AlongAxis):
    """`x - ln Σ e^x` along an axis.

    Args:
        dim: the axis.

    >>> from autograd import Tensor
    >>> LogSoftmax()(Tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """

    _function = functional.log_softmax


class GLU(_AlongAxis):
    """One half of an axis times σ of the other half.

    Args:
        dim: the axis.

    >>> from autograd import Tensor
    >>> GLU()(Tensor([1.0, 2.0, 0.0, 0.0]))
    Tensor([0.5, 1. ])
    """

    _function = functional.glu


class Softmax2d(Module):
    """Softmax over the channels of (batch, channels, height, width), at every place.

    >>> from autograd import zeros
    >>> Softmax2d()(zeros((1, 4, 2, 2)))[0, :, 0, 0]
    Tensor([0.25, 0.25, 0.25, 0.25])
    """

    def forward(self, input: Any) -> Tensor:
        """Apply it over the channels."""
        if np.ndim(input) not in (3, 4):
            raise ValueError(
                "Softmax2d: expected (batch, channels, height, width) or without the batch, got "
                f"shape {np.shape(input)}{place()}"
            )
        return autograd.softmax(input, -3)
