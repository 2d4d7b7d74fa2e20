"""The perceptron, which learns by the delta rule and not by gradients; and the MLP."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

import autograd
from autograd import Tensor
from nn.module import Module
from nn.modules.activation import ReLU
from nn.modules.containers import Sequential
from nn.modules.dropout import Dropout
from nn.modules.linear import Flatten, Linear
from nn.parameter import Parameter

__all__ = ["MLP", "Perceptron"]


class Perceptron(Module):
    """A neuron with a step: `y = step(w · x + b)`, where step is 1 from 0 on.

    It learns by the delta rule, example after example: `w ← w + η (d - y) x`, and b as the weight
    of an input that is always 1. It finds a line between two classes if there is one; for XOR
    there is none.

    Args:
        inputs: The number of inputs.
        generator: Draws weight and bias uniformly from [-1, 1]; the library's default generator
            if not given.

    References:
        F. Rosenblatt (1958), The perceptron.

    >>> from nn.datasets import logic_gate
    >>> _ = autograd.manual_seed(0)
    >>> neuron = Perceptron(2)
    >>> rounds = neuron.fit(*logic_gate("and"), rounds=100)
    >>> rounds[-1]
    1.0
    >>> neuron([[0, 1], [1, 1]])
    Tensor([0., 1.], dtype=float32)
    """

    def __init__(self, inputs: int, generator: np.random.Generator | None = None) -> None:
        draw = autograd.default_generator() if generator is None else generator
        first = draw.uniform(-1, 1, inputs + 1).astype(np.float32)
        self.weight = Parameter(first[:inputs], requires_grad=False)  # a step has no gradient
        self.bias = Parameter(first[inputs], requires_grad=False)

    def forward(self, x: Any) -> Tensor:
        """0 or 1 for each example: (..., inputs) to (...)."""
        x = x.astype(np.float32) if isinstance(x, Tensor) else Tensor(np.asarray(x, np.float32))
        return (x @ self.weight + self.bias >= 0).astype(np.float32)

    def fit(
        self, inputs: ArrayLike, targets: ArrayLike, rounds: int = 100, lr: float = 0.05
    ) -> list[float]:
        """Learn by the delta rule, until all is right or the rounds are over.

        Args:
            inputs: (examples, inputs).
            targets: (examples,) of 0 and 1.
            rounds: How often to go through the examples at most.
            lr: η, the size of the steps.

        Returns:
            The accuracy after each round.

        Raises:
            ValueError: If shapes or targets do not fit.
        """
        x, d = np.asarray(inputs, dtype=np.float32), np.asarray(targets)
        if x.ndim != 2 or x.shape[1] != len(self.weight) or d.shape != (len(x),):
            raise ValueError(
                f"Perceptron.fit: expected inputs (examples, {len(self.weight)}) and as many "
                f"targets, got {x.shape} and {d.shape}"
            )
        if not np.isin(d, (0, 1)).all():
            raise ValueError("Perceptron.fit: targets must be 0 or 1")
        accuracies: list[float] = []
        weight, bias = self.weight.data.copy(), self.bias.data.copy()
        step = np.float32(lr)
        for _ in range(rounds):
            for example, wanted in zip(x, d.astype(np.float32), strict=True):
                y = np.float32(example @ weight + bias >= 0)
                weight += step * (wanted - y) * example
                bias += step * (wanted - y)
            self.weight.data, self.bias.data = weight, bias
            accuracies.append(float(np.mean(self(x).data == d)))
            if accuracies[-1] == 1.0:
                break
        return accuracies

    def extra_repr(self) -> str:
        """The number of inputs."""
        return f"{len(self.weight)} -> 1"


def MLP(sizes: Sequence[int], activation: type[Module] = ReLU, dropout: float = 0.0) -> Sequential:
    """Affine layers with activations between them: the multi-layer perceptron.

    Args:
        sizes: Of the input, the hidden layers and the output: (784, 100, 10).
        activation: The class that follows each hidden layer.
        dropout: Probability with which a hidden unit is dropped in training.

    Returns:
        A Sequential that takes (batch, ...), which it flattens.

    Raises:
        ValueError: If there are less than two sizes.

    >>> from nn.train import summary
    >>> summary(MLP((784, 100, 10)), (784,)).total
    79510
    """
    if len(sizes) < 2:
        raise ValueError(f"MLP: expected the sizes of input and output at least, got {sizes}")
    layers: list[Module] = [Flatten()]
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += [Linear(inputs, outputs), activation()]
        if dropout:
            layers.append(Dropout(dropout))
    return Sequential(*layers, Linear(sizes[-2], sizes[-1]))
