"""Autoencoders: a picture through a narrow place and back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

import autograd
from autograd import Tensor
from nn.functional import binary_cross_entropy_with_logits
from nn.module import Module
from nn.modules.activation import ReLU, Sigmoid
from nn.modules.containers import Sequential
from nn.modules.linear import Linear

__all__ = ["VAE", "Autoencoder", "vae_loss"]


class Autoencoder(Module):
    """Affine layers down to a code, and mirrored ones back up.

    Args:
        sizes: Of the input, the hidden layers and the code: (784, 128, 32).

    >>> model = Autoencoder((784, 128, 32))
    >>> model.encoder(np.zeros((5, 784))).shape, model(np.zeros((5, 784))).shape
    ((5, 32), (5, 784))
    """

    def __init__(self, sizes: Sequence[int] = (784, 128, 32)) -> None:
        if len(sizes) < 2:
            raise ValueError(
                f"Autoencoder: expected the sizes of input and code at least, got {sizes}"
            )
        self.encoder = _affine(list(sizes))
        self.decoder = Sequential(*_affine(list(reversed(sizes))), Sigmoid())

    def forward(self, x: Any) -> Tensor:
        """The input as it comes back, from 0 to 1: (batch, sizes[0])."""
        return self.decoder(self.encoder(x))


def _affine(sizes: list[int]) -> Sequential:
    layers: list[Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs), ReLU()]
    return Sequential(*layers[:-1])


class VAE(Module):
    """Variational autoencoder: the code is a normal distribution, from which one point is drawn.

    652,824 parameters with the sizes of the paper. In evaluation mode the mean is decoded.

    Args:
        inputs: Numbers from 0 to 1 per example.
        hidden: Units of the hidden layer on both sides.
        code: Dimensions of the code.

    References:
        D. P. Kingma, M. Welling (2014), Auto-encoding variational Bayes.

    >>> model = VAE(784, 400, 20)
    >>> logits, mean, log_variance = model(np.zeros((5, 784)))
    >>> logits.shape, mean.shape, log_variance.shape
    ((5, 784), (5, 20), (5, 20))
    >>> model.sample(3).shape
    (3, 784)
    """

    def __init__(self, inputs: int = 784, hidden: int = 400, code: int = 20) -> None:
        self.encoder = Sequential(Linear(inputs, hidden), ReLU())
        self.mean = Linear(hidden, code)
        self.log_variance = Linear(hidden, code)
        self.decoder = Sequential(Linear(code, hidden), ReLU(), Linear(hidden, inputs))

    def forward(self, x: Any) -> tuple[Any, Any, Any]:
        """Logits of the reconstruction, and mean and log-variance of the code."""
        hidden = self.encoder(x)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        code = mean
        if self.training:
            # z = μ + σ ε: the draw is an input, so gradients reach μ and σ.
            drawn = autograd.randn(*mean.shape, dtype=mean.dtype)
            code = mean + autograd.exp(0.5 * log_variance) * drawn
        return self.decoder(code), mean, log_variance

    def sample(self, count: int, generator: np.random.Generator | None = None) -> Any:
        """New examples, decoded from codes drawn from N(0, 1): (count, inputs), from 0 to 1."""
        dtype, code = self.mean.weight.dtype, self.mean.out_features
        with autograd.no_grad():
            drawn = autograd.randn(count, code, dtype=dtype, generator=generator)
            return autograd.sigmoid(self.decoder(drawn))


def vae_loss(outputs: tuple[Any, Any, Any], targets: Any) -> Tensor:
    """Reconstruction and divergence from N(0, 1), per example: the negative evidence bound.

    `BCE(x̂, x) - ½ Σ (1 + log σ² - μ² - σ²)`, summed over pixels and averaged over the batch.

    Args:
        outputs: What a `VAE` gives.
        targets: Its input, from 0 to 1.

    >>> perfect = Tensor([[-100.0]]), Tensor([[0.0]]), Tensor([[0.0]])
    >>> vae_loss(perfect, Tensor([[0.0]])).item()
    0.0
    """
    logits, mean, log_variance = outputs
    pixels = binary_cross_entropy_with_logits(logits, targets, reduction="sum")
    divergence = -0.5 * (1 + log_variance - mean * mean - autograd.exp(log_variance)).sum()
    loss: Tensor = (pixels + divergence) / len(mean)
    return loss
