"""Layers that mix features: affine and bilinear maps; and two that only pass data on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from autograd.internals import checked_device
from nn import init
from nn.functional import bilinear
from nn.inputs import as_input, place
from nn.module import Module
from nn.parameter import Parameter

__all__ = ["Bilinear", "Flatten", "Identity", "Linear", "Unflatten"]


def new_parameter(*shape: int, dtype: Any = None) -> Parameter:
    """A parameter of a shape, to be initialised: float32 unless told otherwise."""
    return Parameter(np.zeros(shape, np.float32 if dtype is None else dtype))


class Linear(Module):
    """Affine map `y = x Wᵀ + b`.

    Weight and bias start uniform within ±1/√in_features.

    Args:
        in_features: length of the last axis of the input.
        out_features: length of the last axis of the output.
        bias: whether to add b.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    Shape:
        (..., in_features) to (..., out_features).

    >>> layer = Linear(3, 2)
    >>> layer([[1.0, 2.0, 3.0]]).shape
    (1, 2)
    >>> layer.weight.shape, layer.bias.shape
    ((2, 3), (2,))
    """

    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = new_parameter(out_features, in_features, dtype=dtype)
        self.bias = new_parameter(out_features, dtype=dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Tensor:
        """Apply the map to the last axis."""
        out: Tensor = autograd.linear(as_input(input, self.weight.dtype), self.weight, self.bias)
        return out

    def extra_repr(self) -> str:
        """The numbers of features."""
        words = f"{self.in_features} -> {self.out_features}"
        return words if self.bias is not None else f"{words}, bias=False"


class Bilinear(Module):
    """`y_o = x1ᵀ W_o x2 + b_o`, a form that is linear in each of two inputs.

    Weight and bias start uniform within ±1/√in1_features.

    Args:
        in1_features: length of the last axis of the first input.
        in2_features: length of the last axis of the second input.
        out_features: length of the last axis of the output.
        bias: whether to add b.
        device: the CPU, the only one there is.
        dtype: of the parameters, float32 if not given.

    Shape:
        (..., in1_features) and (..., in2_features) to (..., out_features).

    >>> Bilinear(2, 3, 4)([[1.0, 2.0]], [[1.0, 2.0, 3.0]]).shape
    (1, 4)
    """

    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        checked_device(device)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = new_parameter(out_features, in1_features, in2_features, dtype=dtype)
        self.bias = new_parameter(out_features, dtype=dtype) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        bound = 1 / math.sqrt(self.in1_features)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Tensor:
        """Apply the form to the last axes."""
        dtype = self.weight.dtype
        return bilinear(as_input(input1, dtype), as_input(input2, dtype), self.weight, self.bias)

    def extra_repr(self) -> str:
        """The numbers of features."""
        words = f"{self.in1_features}, {self.in2_features} -> {self.out_features}"
        return words if self.bias is not None else f"{words}, bias=False"


class Identity(Module):
    """The input itself: a place for a layer that is not there. Takes and ignores any settings.

    >>> Identity()(Tensor([1.0, 2.0]))
    Tensor([1., 2.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs  # so that it can stand in for any layer

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Flatten(Module):
    """The axes from `start_dim` to `end_dim` as one; by default all but the batch.

    Args:
        start_dim: the first axis.
        end_dim: the last axis.

    >>> Flatten()(autograd.zeros((2, 3, 4))).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Any) -> Tensor:
        """Merge the axes."""
        shape = np.shape(input)
        first, last = self.start_dim % len(shape), self.end_dim % len(shape)
        if not -len(shape) <= self.start_dim < len(shape) or first > last:
            raise ValueError(
                f"Flatten: axes {self.start_dim} to {self.end_dim} are none of an input of shape "
                f"{shape}{place()}"
            )
        merged = math.prod(shape[first : last + 1])
        return autograd.reshape(input, (*shape[:first], merged, *shape[last + 1 :]))

    def extra_repr(self) -> str:
        """The axes, where they are not the default."""
        default = (self.start_dim, self.end_dim) == (1, -1)
        return "" if default else f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One axis as several: the inverse of `Flatten`.

    Args:
        dim: the axis.
        unflattened_size: the lengths that replace it; -1 for one infers it.

    >>> Unflatten(1, (3, 4))(autograd.zeros((2, 12))).shape
    (2, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, input: Any) -> Tensor:
        """Split the axis."""
        shape = np.shape(input)
        axis = self.dim % len(shape)
        return autograd.reshape(input, (*shape[:axis], *self.unflattened_size, *shape[axis + 1 :]))

    def extra_repr(self) -> str:
        """The axis and its new lengths."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
