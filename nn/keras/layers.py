"""Keras's `Dense`; any other layer of `nn` can be added to a model as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from nn.inputs import place
from nn.keras.initializers import NAMES as INITIALIZERS
from nn.keras.names import named
from nn.modules.linear import Linear

__all__ = ["Dense"]


def __dir__() -> list[str]:
    return __all__


def _linear(x: Any) -> Any:
    return x


def _softmax(x: Any) -> Any:
    return autograd.softmax(x, axis=-1)


_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": _linear,
    "sigmoid": autograd.sigmoid,
    "tanh": autograd.tanh,
    "relu": autograd.relu,
    "softmax": _softmax,
    "elu": autograd.elu,
    "selu": autograd.selu,
    "softplus": autograd.softplus,
}


class Dense(Linear):
    """`f(x Wᵀ + b)`: an affine map and its activation.

    Args:
        units: how many neurons the layer has.
        activation: "sigmoid", "tanh", "relu", "softmax", ... or a function; none if not given.
        use_bias: whether to add b.
        kernel_initializer: the first values of W, "glorot_uniform", "normal", "he_normal", ... or
            a function that fills a Tensor.
        bias_initializer: likewise those of b.
        input_dim: how many inputs one example has. Of the first layer; the others find it.

    Attributes:
        weight: (units, input_dim), the transpose of Keras's kernel.
        bias: (units,).

    Raises:
        ValueError: for an unknown name or a size below 1.

    >>> layer = Dense(2, input_dim=3, activation="relu", kernel_initializer="ones")
    >>> layer([[1.0, 2.0, -1.0]]).data
    array([[2., 2.]], dtype=float32)
    """

    def __init__(
        self,
        units: int,
        activation: str | Callable[[Any], Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Callable[[Any], Any] = "glorot_uniform",
        bias_initializer: str | Callable[[Any], Any] = "zeros",
        *,
        input_dim: int | None = None,
    ) -> None:
        if units < 1:
            raise ValueError(f"Dense: units is the number of neurons, at least 1, got {units!r}")
        self.units = units
        self.activation = named(
            "Dense: activation", "linear" if activation is None else activation, _ACTIVATIONS
        )
        self.use_bias = use_bias
        self.kernel_initializer = named(
            "Dense: kernel_initializer", kernel_initializer, INITIALIZERS
        )
        self.bias_initializer = named("Dense: bias_initializer", bias_initializer, INITIALIZERS)
        self.input_dim = input_dim
        if input_dim is not None:
            self.build(input_dim)

    def build(self, input_dim: int) -> None:
        """Make kernel and bias; `Sequential.add` does, once the number of inputs is known."""
        super().__init__(input_dim, self.units, self.use_bias)
        self.input_dim = input_dim

    def reset_parameters(self) -> None:
        """Draw kernel and bias anew, by their initializers."""
        self.kernel_initializer(self.weight)
        if self.bias is not None:
            self.bias_initializer(self.bias)

    def forward(self, x: Any) -> Any:
        """`f(x Wᵀ + b)` of a batch (batch, input_dim)."""
        if self.input_dim is None:
            raise RuntimeError(
                f"Dense({self.units}){place()} does not know yet how many inputs it has; say "
                f"Dense({self.units}, input_dim=...), or add it to a Sequential after a layer "
                "that does"
            )
        return self.activation(super().forward(x))

    def extra_repr(self) -> str:
        """Its sizes."""
        return f"{self.input_dim if self.input_dim is not None else '?'} -> {self.units}"
