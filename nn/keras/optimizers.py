"""Optimizers by Keras's names and defaults; each is one of `nn.optim` that waits for a model.

The courses' older `lr=` is understood besides `learning_rate=`, `decay=` divides the rate by
`1 + decay · steps`, and `epsilon=None` is the default. ε stands outside of the root, as
in the Keras of the courses; present ones have it inside for Adagrad and RMSprop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from autograd import Tensor
from nn import optim
from nn.keras.names import lacking

__all__ = ["SGD", "Adagrad", "Adam", "RMSprop"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


Waiting = Callable[[Iterable[Tensor]], Any]


_EPSILON = 1e-7  # Keras's, also where None is given


def _rate(learning_rate: float, lr: float | None) -> float:
    return learning_rate if lr is None else lr


def _waiting(
    kind: type[optim.Optimizer], learning_rate: float, lr: float | None, decay: float,
    **settings: Any,
) -> Waiting:  # fmt: skip
    """An optimizer that waits for a model; with a decay its rate is `lr / (1 + decay · steps)`."""
    rate = _rate(learning_rate, lr)
    if "eps" in settings and settings["eps"] is None:
        settings["eps"] = _EPSILON
    if not decay >= 0:
        raise ValueError(f"{kind.__name__}: decay must be at least 0, got {decay}")

    def made(params: Iterable[Tensor]) -> Any:
        optimizer: Any = kind(params, lr=rate, **settings)  # type: ignore[call-arg]
        if decay:
            steps = count()

            def slow_down(*_: Any) -> None:
                now = rate / (1 + decay * next(steps))
                for group in optimizer.param_groups:
                    group["lr"] = now

            optimizer.register_step_pre_hook(slow_down)
        return optimizer

    return made


def SGD(
    learning_rate: float = 0.01,
    momentum: float = 0.0,
    nesterov: bool = False,
    *,
    decay: float = 0.0,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.SGD`: gradient descent, with momentum or Nesterov's.

    >>> SGD(lr=0.1, momentum=0.9, nesterov=True)([Tensor([1.0], requires_grad=True)]).defaults["lr"]
    0.1
    """
    # nn refuses Nesterov without momentum; Keras takes it for plain gradient descent.
    return _waiting(
        optim.SGD, learning_rate, lr, decay, momentum=momentum, nesterov=nesterov and momentum > 0
    )


def Adagrad(
    learning_rate: float = 0.001,
    initial_accumulator_value: float = 0.1,
    epsilon: float | None = 1e-7,
    *,
    decay: float = 0.0,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.Adagrad`, whose sum of squares starts at 0.1.

    >>> Adagrad(epsilon=1e-6)([Tensor([1.0], requires_grad=True)]).defaults["eps"]
    1e-06
    """
    return _waiting(
        optim.Adagrad, learning_rate, lr, decay, eps=epsilon,
        initial_accumulator_value=initial_accumulator_value,
    )  # fmt: skip


def RMSprop(
    learning_rate: float = 0.001,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float | None = 1e-7,
    *,
    decay: float = 0.0,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.RMSprop`; rho says how slowly the mean of squares forgets.

    >>> RMSprop(rho=0.8)([Tensor([1.0], requires_grad=True)]).defaults["alpha"]
    0.8
    """
    return _waiting(
        optim.RMSprop, learning_rate, lr, decay, alpha=rho, eps=epsilon, momentum=momentum
    )


def Adam(
    learning_rate: float = 0.001,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float | None = 1e-7,
    amsgrad: bool = False,
    *,
    decay: float = 0.0,
    lr: float | None = None,
) -> Waiting:
    """`nn.optim.Adam`, with its correction for the first steps.

    >>> Adam(beta_2=0.99)([Tensor([1.0], requires_grad=True)]).defaults["betas"]
    (0.9, 0.99)
    """
    return _waiting(
        optim.Adam, learning_rate, lr, decay, betas=(beta_1, beta_2), eps=epsilon, amsgrad=amsgrad
    )


NAMES: dict[str, Waiting] = {
    "adagrad": Adagrad(),
    "adam": Adam(),
    "rmsprop": RMSprop(),
    "sgd": SGD(),
}
