"""Optimizers by Keras's names and defaults; each is one of `nn.optim` that waits for a model.

The courses' older `lr=` is understood besides `learning_rate=`. ε stands outside of the root, as
in the Keras of the courses; present ones have it inside for Adagrad and RMSprop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from autograd import Tensor
from nn import optim

__all__ = ["SGD", "Adagrad", "Adam", "RMSprop"]


def __dir__() -> list[str]:
    return __all__


Waiting = Callable[[Iterable[Tensor]], Any]


def _rate(learning_rate: float, lr: float | None) -> float:
    return learning_rate if lr is None else lr


def SGD(
    learning_rate: float = 0.01,
    momentum: float = 0.0,
    nesterov: bool = False,
    *,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.SGD`: gradient descent, with momentum or Nesterov's.

    >>> SGD(lr=0.1, momentum=0.9, nesterov=True)([Tensor([1.0], requires_grad=True)]).defaults["lr"]
    0.1
    """
    # nn refuses Nesterov without momentum; Keras takes it for plain gradient descent.
    return partial(
        optim.SGD, lr=_rate(learning_rate, lr), momentum=momentum,
        nesterov=nesterov and momentum > 0,
    )  # fmt: skip


def Adagrad(
    learning_rate: float = 0.001,
    initial_accumulator_value: float = 0.1,
    epsilon: float = 1e-7,
    *,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.Adagrad`, whose sum of squares starts at 0.1.

    >>> Adagrad(epsilon=1e-6)([Tensor([1.0], requires_grad=True)]).defaults["eps"]
    1e-06
    """
    return partial(
        optim.Adagrad, lr=_rate(learning_rate, lr), eps=epsilon,
        initial_accumulator_value=initial_accumulator_value,
    )  # fmt: skip


def RMSprop(
    learning_rate: float = 0.001,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-7,
    *,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.RMSprop`; rho says how slowly the mean of squares forgets.

    >>> RMSprop(rho=0.8)([Tensor([1.0], requires_grad=True)]).defaults["alpha"]
    0.8
    """
    return partial(
        optim.RMSprop, lr=_rate(learning_rate, lr), alpha=rho, eps=epsilon, momentum=momentum
    )


def Adam(
    learning_rate: float = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    *,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.Adam`, with its correction for the first steps.

    >>> Adam(beta_2=0.99)([Tensor([1.0], requires_grad=True)]).defaults["betas"]
    (0.9, 0.99)
    """
    return partial(optim.Adam, lr=_rate(learning_rate, lr), betas=(beta_1, beta_2), eps=epsilon)


NAMES: dict[str, Waiting] = {
    "adagrad": Adagrad(),
    "adam": Adam(),
    "rmsprop": RMSprop(),
    "sgd": SGD(),
}
