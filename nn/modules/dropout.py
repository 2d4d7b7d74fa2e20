"""Dropout layers: random zeros in training, nothing in evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from nn import functional
from nn.module import Module

__all__ = [
    "AlphaDropout",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "FeatureAlphaDropout",
]


class Dropout(Module):
    """Every element 0 with probability p in training, else divided by 1 - p.

    Args:
        p: the probability of 0.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> layer = Dropout(0.25)
    >>> x = autograd.ones(8)
    >>> layer.eval()(x) is x
    True
    """

    _function: ClassVar[Callable[..., Any]] = functional.dropout

    inplace = False  # of models that were saved before there was a choice

    def __init__(
        self,
        p: float = 0.5,
        inplace: bool = False,
        generator: np.random.Generator | None = None,
    ) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"{type(self).__name__}: p is a probability, between 0 and 1, got {p}")
        self.p = p
        if inplace:
            self.inplace = inplace
        self.generator = generator

    def forward(self, input: Any) -> Tensor:
        """Drop elements in training."""
        return type(self)._function(input, self.p, self.training, self.inplace, self.generator)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}, inplace=True" if self.inplace else f"p={self.p}"


class Dropout1d(Dropout):
    """Whole channels of (batch, channels, length) 0 with probability p in training.

    Args:
        p: the probability of 0.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> Dropout1d()(autograd.ones((2, 3, 4))).shape
    (2, 3, 4)
    """

    _function = functional.dropout1d


class Dropout2d(Dropout):
    """Whole channels of (batch, channels, height, width) 0 with probability p in training.

    Args:
        p: the probability of 0.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> Dropout2d()(autograd.ones((2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    _function = functional.dropout2d


class Dropout3d(Dropout):
    """Whole channels of (batch, channels, depth, height, width) 0 with probability p in training.

    Args:
        p: the probability of 0.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> Dropout3d()(autograd.ones((2, 3, 2, 2, 2))).shape
    (2, 3, 2, 2, 2)
    """

    _function = functional.dropout3d


class AlphaDropout(Dropout):
    """Dropout for `SELU`: to its negative limit instead of 0.

    Args:
        p: the probability.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> AlphaDropout()(autograd.ones((2, 3))).shape
    (2, 3)
    """

    _function = functional.alpha_dropout


class FeatureAlphaDropout(Dropout):
    """`AlphaDropout` of whole channels of (batch, channels, ...).

    Args:
        p: the probability.
        inplace: write the result into the input.
        generator: the library's default generator if not given.

    >>> FeatureAlphaDropout()(autograd.ones((2, 3, 4))).shape
    (2, 3, 4)
    """

    _function = functional.feature_alpha_dropout
