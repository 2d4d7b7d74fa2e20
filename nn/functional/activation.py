"""Activations, with PyTorch's names and arguments; most are operations of `autograd`."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import (
    gelu,
    hardshrink,
    softplus,
    softshrink,
)
from autograd.internals import constant, random_numbers, value
from nn.functional.rectifiers import leaky_relu, may_write
from nn.inputs import place, refuse_complex
from nn.path import named_call

__all__ = [
    "gelu",
    "glu",
    "gumbel_softmax",
    "hardshrink",
    "log_softmax",
    "logsigmoid",
    "prelu",
    "rrelu",
    "sigmoid",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
]


def sigmoid(input: Any) -> Any:
    """`1 / (1 + e^-x)`.

    >>> from autograd import Tensor
    >>> from nn.functional import sigmoid
    >>> sigmoid(Tensor([0.0]))
    Tensor([0.5])
    """
    return autograd.sigmoid(input)


def tanh(input: Any) -> Any:
    """Hyperbolic tangent.

    >>> from autograd import Tensor
    >>> from nn.functional import tanh
    >>> tanh(Tensor([0.0]))
    Tensor([0.])
    """
    return autograd.tanh(input)


def softsign(input: Any) -> Any:
    """`x / (1 + |x|)`.

    >>> from autograd import Tensor
    >>> from nn.functional import softsign
    >>> softsign(Tensor([3.0]))
    Tensor([0.75])
    """
    return autograd.softsign(input)


def tanhshrink(input: Any) -> Any:
    """`x - tanh(x)`.

    >>> from autograd import Tensor
    >>> from nn.functional import tanhshrink
    >>> tanhshrink(Tensor([0.0]))
    Tensor([0.])
    """
    return autograd.tanhshrink(input)


def softmax(input: Any, dim: int = -1) -> Any:
    """`e^x / Σ e^x` along axis `dim`: positive numbers that sum to 1.

    >>> from autograd import Tensor
    >>> from nn.functional import softmax
    >>> softmax(Tensor([1.0, 1.0, 2.0]), dim=0)
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """
    return autograd.softmax(input, dim)


def softmin(input: Any, dim: int = -1) -> Any:
    """`softmax(-x)` along axis `dim`.

    >>> from autograd import Tensor
    >>> softmin(Tensor([-1.0, -1.0, -2.0]), dim=0)
    Tensor([0.21194156, 0.21194156, 0.57611688])
    """
    return autograd.softmax(autograd.negative(input), dim)


def log_softmax(input: Any, dim: int = -1) -> Any:
    """`x - ln Σ e^x` along axis `dim`, exact where softmax underflows.

    >>> from autograd import Tensor
    >>> from nn.functional import log_softmax
    >>> log_softmax(Tensor([1000.0, 0.0]), dim=0)
    Tensor([    0., -1000.])
    """
    return autograd.log_softmax(input, dim)


def logsigmoid(input: Any) -> Any:
    """`ln σ(x)`, exact where σ underflows.

    >>> from autograd import Tensor
    >>> logsigmoid(Tensor([0.0, -1000.0]))
    Tensor([-6.93147181e-01, -1.00000000e+03])
    """
    return autograd.log_sigmoid(input)


def glu(input: Any, dim: int = -1) -> Any:
    """Gated linear unit: one half of axis `dim` times σ of the other half.

    >>> from autograd import Tensor
    >>> glu(Tensor([1.0, 2.0, 0.0, 0.0]))
    Tensor([0.5, 1. ])
    """
    return autograd.glu(input, dim)


def prelu(input: Any, weight: Any) -> Any:
    """`x` where positive, else `weight · x`, with one weight, or one per channel (axis 1).

    >>> from autograd import Tensor
    >>> from nn.functional import prelu
    >>> prelu(Tensor([[-1.0, -1.0]]), Tensor([0.5, 0.25]))
    Tensor([[-0.5 , -0.25]])
    """
    shape, count = np.shape(input), np.size(value(weight))
    if not shape and count == 1:
        weight = weight.reshape(())
    if count == 1 or len(shape) < 2:
        return autograd.prelu(input, weight)
    if shape[1] != count:
        raise ValueError(
            f"prelu: {count} weights for {shape[1]} channels of an input of shape {shape}{place()}"
        )
    return autograd.prelu(input, weight.reshape((-1,) + (1,) * (len(shape) - 2)))


@may_write
def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    generator: np.random.Generator | None = None,
) -> Any:
    """`leaky_relu` with a random slope per element in training, with the mean slope otherwise.

    >>> from autograd import Tensor
    >>> rrelu(Tensor([-24.0, 1.0]))
    Tensor([-5.5,  1. ])
    """
    lower, upper = constant(lower, "rrelu", "lower"), constant(upper, "rrelu", "upper")
    if not 0 <= lower <= upper:
        raise ValueError(f"rrelu: 0 <= lower <= upper must hold, got {lower} and {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    drawing = generator or autograd.default_generator()
    slopes = random_numbers(
        "rrelu", np.shape(input), lambda shape: drawing.uniform(lower, upper, shape)
    )
    return autograd.prelu(input, slopes.astype(value(input).dtype))


@named_call
def gumbel_softmax(
    logits: Any,
    tau: float = 1,
    hard: bool = False,
    dim: int = -1,
    generator: np.random.Generator | None = None,
) -> Any:
    """A random choice of one class by its logit, relaxed so that it has a gradient.

    `softmax((x + G) / τ)` with Gumbel noise G.

    Args:
        logits: any shape.
        tau: τ; the smaller, the closer to one-hot.
        hard: one-hot forward, with the gradient of the soft choice.
        dim: axis of the classes.
        generator: the library's default generator if not given.

    References:
        E. Jang, S. Gu and B. Poole (2017), Categorical reparameterization with Gumbel-softmax.

    >>> from autograd import Tensor
    >>> float(gumbel_softmax(Tensor([0.0, 50.0]), hard=True)[1])
    1.0
    """
    refuse_complex("gumbel_softmax", logits=logits)
    drawing = generator or autograd.default_generator()
    noise = random_numbers(
        "gumbel_softmax", np.shape(logits), lambda shape: drawing.gumbel(size=shape)
    ).astype(value(logits).dtype)
    soft = autograd.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    plain = soft.detach() if isinstance(soft, autograd.Tensor) else soft
    classes = np.moveaxis(np.arange(soft.shape[dim]).reshape(-1, *(1,) * (soft.ndim - 1)), 0, dim)
    one_hot = autograd.equal(classes, autograd.argmax(plain, axis=dim, keepdims=True))
    return soft + (one_hot - plain)  # one-hot in value; the gradient is that of soft
