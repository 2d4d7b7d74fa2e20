"""Dropout: random zeros in training. The masks are drawn outside the graph, as constants of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd
from autograd.internals import constant, described, random_numbers, value, warn_of_trap
from nn.functional.rectifiers import may_write
from nn.inputs import place, refuse_complex

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

Generator = np.random.Generator


def _checked(caller: str, p: Any) -> float:
    """The probability as a number."""
    p = constant(p, caller, "p")
    if not 0 <= p <= 1:
        raise ValueError(f"{caller}: p is a probability, between 0 and 1, got {p}{place()}")
    return float(p)


def _kept(shape: tuple[int, ...], p: float, generator: Generator | None) -> Any:
    """Which elements stay: each with probability 1 - p."""
    drawing = autograd.default_generator() if generator is None else generator
    draw = lambda shape: drawing.random(shape, dtype=np.float32) >= p  # noqa: E731
    return random_numbers("dropout", shape, draw)


def _named(mask: Any, input: Any) -> Any:
    """The mask under this name, for figures; plain for a plain array."""
    if isinstance(mask, autograd.Tensor):
        return mask
    return described(mask, "mask") if isinstance(input, autograd.Tensor) else mask


def _drop(input: Any, p: float, shape: tuple[int, ...], generator: Generator | None) -> Any:
    dtype = value(input).dtype
    scale = dtype.type(0 if p == 1 else 1 / (1 - p))
    return input * _named(_kept(shape, p, generator) * scale, input)


@may_write
def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """Every element 0 with probability p, else divided by 1 - p, so that the mean stays.

    Args:
        input: any shape.
        p: the probability of 0.
        training: without it the input is returned.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    References:
        N. Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from
        overfitting. There the division is a product by 1 - p in evaluation instead.

    >>> out = dropout(autograd.ones(1000))
    >>> sorted(set(out.data.tolist()))
    [0.0, 2.0]
    """
    p = _checked("dropout", p)
    if not training or p == 0:
        return input
    return _drop(input, p, np.shape(value(input)), generator)


def _dropout_channels(
    caller: str, axes: int, input: Any, p: float, training: bool, generator: Generator | None
) -> Any:
    p = _checked(caller, p)
    shape = np.shape(value(input))
    if len(shape) == 2 and axes == 2:
        warn_of_trap(
            f"{caller}: an input of shape {shape} has no channels to drop, only elements, as in "
            "PyTorch; dropout says so"
        )
        return _drop(input, p, shape, generator) if training and p else input
    if len(shape) not in (axes + 1, axes + 2):
        raise ValueError(
            f"{caller}: expected (batch, channels, *spatial) with {axes} spatial axes, or without "
            f"the batch, got shape {shape}{place()}"
        )
    if not training or p == 0:
        return input
    return _drop(input, p, shape[:-axes] + (1,) * axes, generator)


@may_write
def dropout1d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """Whole channels of (batch, channels, length) 0 with probability p; see `dropout`.

    >>> dropout1d(autograd.ones((1, 2, 3)), p=1.0).data.any()
    np.False_
    """
    return _dropout_channels("dropout1d", 1, input, p, training, generator)


@may_write
def dropout2d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """Whole channels of (batch, channels, height, width) 0 with probability p; see `dropout`.

    >>> dropout2d(autograd.ones((1, 2, 3, 3)), p=1.0).data.any()
    np.False_
    """
    return _dropout_channels("dropout2d", 2, input, p, training, generator)


@may_write
def dropout3d(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """Whole channels of (batch, channels, depth, height, width) 0 with probability p.

    >>> dropout3d(autograd.ones((1, 2, 3, 3, 3)), p=1.0).data.any()
    np.False_
    """
    return _dropout_channels("dropout3d", 3, input, p, training, generator)


# What selu gives for very negative numbers.
_SATURATED = -1.7580993408473766


def _alpha(input: Any, p: float, shape: tuple[int, ...], generator: Generator | None) -> Any:
    refuse_complex("alpha_dropout", input=input)
    dtype = value(input).dtype
    if p == 1:
        return input * dtype.type(0)
    kept = _kept(shape, p, generator)
    scale = 1 / math.sqrt((1 - p) * (1 + p * _SATURATED**2))
    shift = scale * (autograd.where(kept, 0.0, _SATURATED) - p * _SATURATED)
    return input * _named(kept * dtype.type(scale), input) + shift.astype(dtype)


@may_write
def alpha_dropout(
    input: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """Dropout for `selu`: to its negative limit instead of 0, keeping mean 0 and variance 1.

    Args:
        input: any shape.
        p: the probability.
        training: without it the input is returned; PyTorch's default, other than `dropout`'s.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    References:
        G. Klambauer et al. (2017), Self-normalizing neural networks.

    >>> len(set(alpha_dropout(autograd.ones(1000), training=True).data.tolist()))
    2
    """
    p = _checked("alpha_dropout", p)
    if not training or p == 0:
        return input
    return _alpha(input, p, np.shape(value(input)), generator)


@may_write
def feature_alpha_dropout(
    input: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    generator: Generator | None = None,
) -> Any:
    """`alpha_dropout` of whole channels of (batch, channels, ...).

    >>> out = feature_alpha_dropout(autograd.ones((2, 50, 4)), training=True).data
    >>> bool((out == out[..., :1]).all())
    True
    """
    p = _checked("feature_alpha_dropout", p)
    shape = np.shape(value(input))
    if len(shape) < 2:
        raise ValueError(
            f"feature_alpha_dropout: expected (batch, channels, ...), got shape {shape}{place()}"
        )
    if not training or p == 0:
        return input
    return _alpha(input, p, shape[:2] + (1,) * (len(shape) - 2), generator)
