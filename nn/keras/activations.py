"""Activations by Keras's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
from nn.keras.names import named

__all__: list[str] = []


def _linear(x: Any) -> Any:
    return x


def _softmax(x: Any) -> Any:
    return autograd.softmax(x, axis=-1)


def _leaky_relu(x: Any) -> Any:
    return autograd.leaky_relu(x, 0.2)


NAMES: dict[str, Callable[[Any], Any]] = {
    "linear": _linear,
    "sigmoid": autograd.sigmoid,
    "tanh": autograd.tanh,
    "relu": autograd.relu,
    "softmax": _softmax,
    "elu": autograd.elu,
    "selu": autograd.selu,
    "softplus": autograd.softplus,
    "softsign": autograd.softsign,
    "leaky_relu": _leaky_relu,
    "gelu": autograd.gelu,
    "silu": autograd.silu,
    "swish": autograd.silu,
    "hard_sigmoid": autograd.hardsigmoid,
    "relu6": autograd.relu6,
    "exponential": autograd.exp,
}


def activation(layer: str, given: str | Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """The function that a name stands for; the identity for None."""
    found: Callable[[Any], Any] = named(
        f"{layer}: activation", "linear" if given is None else given, NAMES
    )
    return found
