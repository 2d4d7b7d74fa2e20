"""Keras's layers, channels last; any layer of `nn` can be added to a model as it is, too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd
from nn import functional
from nn.inputs import as_input, place
from nn.keras.activations import activation as chosen_activation
from nn.keras.images import AveragePooling2D, Conv2D, GlobalAveragePooling2D, MaxPooling2D
from nn.keras.initializers import NAMES as INITIALIZERS
from nn.keras.layer import Layer
from nn.keras.names import lacking, named
from nn.modules.linear import Linear
from nn.parameter import Buffer, Parameter, update_buffer

__all__ = [
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "Input",
    "InputLayer",
    "LeakyReLU",
    "MaxPooling2D",
    "ReLU",
    "Reshape",
    "Softmax",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


class InputLayer(Layer):
    """Says the shape of one example, as the first of a `Sequential`; what `Input` returns.

    Args:
        shape: of one example, without the batch.

    >>> InputLayer((28, 28, 1)).input_shape
    (28, 28, 1)
    """

    def __init__(
        self, shape: Sequence[int] | None = None, *, input_shape: Sequence[int] | None = None
    ) -> None:
        given = shape if shape is not None else input_shape
        if given is None:
            raise ValueError("InputLayer: say the shape of one example, such as (28, 28, 1)")
        self.say_shape(given)

    def forward(self, input: Any) -> Any:
        """The same."""
        return input


def Input(shape: Sequence[int]) -> InputLayer:
    """The shape of one example, to begin a `Sequential` with.

    >>> Input(shape=(4,)).input_shape
    (4,)
    """
    return InputLayer(shape)


class Dense(Layer, Linear):
    """`f(x Wᵀ + b)`: an affine map and its activation.

    Args:
        units: how many neurons the layer has.
        activation: "sigmoid", "tanh", "relu", "softmax", ... or a function; none if not given.
        use_bias: whether to add b.
        kernel_initializer: the first values of W, "glorot_uniform", "normal", "he_normal", ... or
            a function that fills a Tensor.
        bias_initializer: likewise those of b.
        input_dim: how many inputs one example has. Of the first layer; the others find it.
        input_shape: the same as a tuple, (inputs,).

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
        input_shape: Sequence[int] | None = None,
    ) -> None:
        if units < 1:
            raise ValueError(f"Dense: units is the number of neurons, at least 1, got {units!r}")
        self.units = units
        self.activation = chosen_activation("Dense", activation)
        self.use_bias = use_bias
        self.kernel_initializer = named(
            "Dense: kernel_initializer", kernel_initializer, INITIALIZERS
        )
        self.bias_initializer = named("Dense: bias_initializer", bias_initializer, INITIALIZERS)
        self.input_dim: int | None = None
        self.say_shape((input_dim,) if input_dim is not None else input_shape)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make kernel and bias; `Sequential.add` does, once the number of inputs is known."""
        Linear.__init__(self, input_shape[-1], self.units, self.use_bias)
        self.input_dim = input_shape[-1]
        self.built = True

    def reset_parameters(self) -> None:
        """Draw kernel and bias anew, by their initializers."""
        self.kernel_initializer(self.weight)
        if self.bias is not None:
            self.bias_initializer(self.bias)

    def kept(self) -> list[tuple[Any, tuple[int, ...] | None]]:
        """Kernel (inputs, units) and bias."""
        own: list[tuple[Any, tuple[int, ...] | None]] = [(self.weight, (1, 0))]
        return own if self.bias is None else [*own, (self.bias, None)]

    def forward(self, input: Any) -> Any:
        """`f(x Wᵀ + b)` of a batch (batch, input_dim)."""
        if self.input_dim is None:
            raise RuntimeError(
                f"Dense({self.units}){place()} does not know yet how many inputs it has; say "
                f"Dense({self.units}, input_dim=...), or add it to a Sequential after a layer "
                "that does"
            )
        return self.activation(Linear.forward(self, input))

    def extra_repr(self) -> str:
        """Its sizes."""
        return f"{self.input_dim if self.input_dim is not None else '?'} -> {self.units}"


class Activation(Layer):
    """An activation as a layer.

    Args:
        activation: "relu", "softmax", ... or a function.
        input_shape: the shape of one example, of a first layer.

    >>> Activation("relu")(np.array([[-1.0, 2.0]])).data
    array([[0., 2.]])
    """

    def __init__(
        self,
        activation: str | Callable[[Any], Any],
        *,
        input_shape: Sequence[int] | None = None,
    ) -> None:
        self.activation = chosen_activation("Activation", activation)
        self.name = activation if isinstance(activation, str) else activation.__name__
        self.say_shape(input_shape)

    def forward(self, input: Any) -> Any:
        """Apply it."""
        return self.activation(_as_tensor(input))

    def extra_repr(self) -> str:
        """Its name."""
        return repr(self.name)


class ReLU(Layer):
    """`max(0, x)`.

    >>> ReLU()(np.array([[-1.0, 2.0]])).data
    array([[0., 2.]])
    """

    def forward(self, input: Any) -> Any:
        """Apply it."""
        return autograd.relu(_as_tensor(input))


class LeakyReLU(Layer):
    """`x` where positive, else `negative_slope · x`.

    Args:
        negative_slope: the slope of the negative side; 0.3 as in Keras.

    >>> LeakyReLU()(np.array([[-1.0, 2.0]])).data
    array([[-0.3,  2. ]])
    """

    def __init__(self, negative_slope: float = 0.3) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: Any) -> Any:
        """Apply it."""
        return autograd.leaky_relu(_as_tensor(input), self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"negative_slope={self.negative_slope}"


class Softmax(Layer):
    """`e^x / Σ e^x` along an axis.

    Args:
        axis: which, the last if not given.

    >>> Softmax()(np.array([[0.0, 0.0]])).data
    array([[0.5, 0.5]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, input: Any) -> Any:
        """Apply it."""
        return autograd.softmax(_as_tensor(input), axis=self.axis)


class Flatten(Layer):
    """Every example as one row.

    Args:
        input_shape: the shape of one example, of a first layer.

    >>> Flatten()(np.zeros((2, 28, 28))).shape
    (2, 784)
    """

    def __init__(self, *, input_shape: Sequence[int] | None = None) -> None:
        self.say_shape(input_shape)

    def forward(self, input: Any) -> Any:
        """(batch, ...) to (batch, numbers)."""
        x = _as_tensor(input)
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))


class Reshape(Layer):
    """Every example in another shape.

    Args:
        target_shape: of one example; one side may be -1.
        input_shape: the shape of one example, of a first layer.

    >>> Reshape((28, 28, 1))(np.zeros((2, 784))).shape
    (2, 28, 28, 1)
    """

    def __init__(
        self, target_shape: Sequence[int], *, input_shape: Sequence[int] | None = None
    ) -> None:
        self.target_shape = tuple(target_shape)
        self.say_shape(input_shape)

    def forward(self, input: Any) -> Any:
        """(batch, ...) to (batch, *target_shape)."""
        x = _as_tensor(input)
        return x.reshape(x.shape[0], *self.target_shape)

    def extra_repr(self) -> str:
        """The shape."""
        return str(self.target_shape)


class Dropout(Layer):
    """Zeros in a random share of the numbers in training, the others scaled up.

    Args:
        rate: the probability of 0.
        seed: not here: `autograd.manual_seed` sets what is drawn.

    >>> Dropout(0.5).eval()(np.ones((1, 2))).data
    array([[1., 1.]])
    """

    def __init__(self, rate: float, seed: int | None = None) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f"Dropout: rate is a probability, from 0 to 1, got {rate}")
        if seed is not None:
            raise ValueError("Dropout: leave seed out; autograd.manual_seed sets what is drawn")
        self.rate = rate

    def forward(self, input: Any) -> Any:
        """Drop in training."""
        return functional.dropout(_as_tensor(input), self.rate, self.training)

    def extra_repr(self) -> str:
        """The probability."""
        return str(self.rate)


class BatchNormalization(Layer):
    """`(x - mean) / √(variance + ε) · γ + β` per channel, the last axis.

    In training with the statistics of the batch; moving ones follow them, `m ← momentum · m +
    (1 - momentum) · batch`, and are used in evaluation. Both variances are divided by n.

    Args:
        axis: that of the channels; -1, or the number of the last.
        momentum: how slowly the moving statistics follow.
        epsilon: ε.
        center: whether there is β.
        scale: whether there is γ.
        input_shape: the shape of one example, of a first layer.

    >>> BatchNormalization()(np.random.default_rng(0).normal(size=(8, 3))).shape
    (8, 3)
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        *,
        input_shape: Sequence[int] | None = None,
    ) -> None:
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.say_shape(input_shape)

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Make γ, β and the moving statistics."""
        if self.axis not in (-1, len(input_shape)):
            raise ValueError(
                f"BatchNormalization: the channels are the last axis here, -1, got {self.axis}"
            )
        channels = input_shape[-1]
        ones, zeros = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        self.weight = Parameter(ones) if self.scale else None
        self.bias = Parameter(zeros) if self.center else None
        self.running_mean, self.running_var = Buffer(zeros), Buffer(ones)
        self.built = True

    def kept(self) -> list[tuple[Any, tuple[int, ...] | None]]:
        """γ, β, moving mean and moving variance."""
        own = (self.weight, self.bias, self.running_mean, self.running_var)
        return [(tensor, None) for tensor in own if tensor is not None]

    def forward(self, input: Any) -> Any:
        """Normalise (batch, ..., channels)."""
        if not self.built:
            self.build(tuple(np.shape(input)[1:]))
        x = as_input(input, self.running_mean.dtype)
        flat = x.reshape(-1, x.shape[-1])
        if not self.training or not flat.shape[0]:
            out = functional.batch_norm(
                flat, self.running_mean, self.running_var, self.weight, self.bias, eps=self.epsilon
            )
            return out.reshape(x.shape)
        along = (1, x.shape[-1])
        out, mean, variance = autograd.normalize(
            flat, self.weight, self.bias, (0,), along, self.epsilon
        )
        for moving, now in ((self.running_mean, mean), (self.running_var, variance)):
            batch = autograd.value(now).reshape(-1)
            update_buffer(moving, moving.data * self.momentum + batch * (1 - self.momentum))
        return out.reshape(x.shape)

    def extra_repr(self) -> str:
        """The channels, and what is not the default."""
        words = [str(self.running_mean.size) if self.built else "?"]
        words += [f"momentum={self.momentum}"] if self.momentum != 0.99 else []
        words += [f"epsilon={self.epsilon}"] if self.epsilon != 1e-3 else []
        return ", ".join(words)


def _as_tensor(x: Any) -> Any:
    return x if isinstance(x, autograd.Tensor) else autograd.Tensor(x)
