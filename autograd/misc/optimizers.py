"""Stochastic gradient descent and its kin, for parameters in any tree of arrays.

Each takes the gradient as a function of the parameters and the number of the iteration, and gives
the last parameters. `nn.optim` has optimizers for modules.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.misc.flatten import flatten
from autograd.ops.elementwise import sqrt

__all__ = ["adam", "rmsprop", "sgd", "unflatten_optimizer"]


def unflatten_optimizer(optimize: Callable[..., Any]) -> Callable[..., Any]:
    """An optimizer of vectors as one of trees."""

    @wraps(optimize)
    def of_trees(
        grad: Callable[[Any, int], Any],
        x0: Any,
        callback: Callable[[Any, int, Any], None] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        start, unflatten = flatten(x0)

        def of_vector(x: Any, i: int) -> Any:
            return flatten(grad(unflatten(x), i))[0]

        def told(x: Any, i: int, g: Any) -> None:
            assert callback is not None
            callback(unflatten(x), i, unflatten(g))

        return unflatten(optimize(of_vector, start, callback and told, *args, **kwargs))

    return of_trees


@unflatten_optimizer
def sgd(
    grad: Any,
    x: Any,
    callback: Any = None,
    num_iters: int = 200,
    step_size: float = 0.1,
    mass: float = 0.9,
) -> Any:
    """Gradient descent with momentum: v = mass v - (1 - mass) g, x = x + step_size v.

    >>> sgd(lambda x, i: 2 * x, np.array([1.0]), num_iters=100).round(3)
    array([0.004])
    """
    velocity = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        velocity = mass * velocity - (1.0 - mass) * g
        x = x + step_size * velocity
    return x


@unflatten_optimizer
def rmsprop(
    grad: Any,
    x: Any,
    callback: Any = None,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """Steps that are divided by the root of the mean square of recent gradients, from 1 on."""
    mean_square = np.ones(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        mean_square = mean_square * gamma + g**2 * (1 - gamma)
        x = x - step_size * g / (sqrt(mean_square) + eps)
    return x


@unflatten_optimizer
def adam(
    grad: Any,
    x: Any,
    callback: Any = None,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Adam.

    Reference: D. Kingma and J. Ba (2015), Adam: a method for stochastic optimization, ICLR.
    """
    mean = np.zeros(len(x))
    mean_square = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        mean = (1 - b1) * g + b1 * mean
        mean_square = (1 - b2) * (g**2) + b2 * mean_square
        unbiased = mean / (1 - b1 ** (i + 1))
        scale = mean_square / (1 - b2 ** (i + 1))
        x = x - step_size * unbiased / (sqrt(scale) + eps)
    return x
