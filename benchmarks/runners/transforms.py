"""What `python -m benchmarks transforms` times, written once for all sides.

`library` has `numpy`, the module of arrays, `array`, which makes one, and `jacrev`, `hessian`,
`grad` and `vmap`, the transforms.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

Run = Callable[[], Any]

_RNG = np.random.default_rng(0)
_LAYERS = {side: [_RNG.normal(size=(side, side)) / side**0.5 for _ in range(4)] for side in (50, 5)}
_POINTS = {side: _RNG.normal(size=side) for side in _LAYERS}
_FIRST, _SECOND = _RNG.normal(size=(64, 32)) / 8, _RNG.normal(size=(10, 64)) / 8
_INPUTS, _TARGETS = _RNG.normal(size=(64, 32)), _RNG.normal(size=(64, 10))


def _network(numpy: Any, layers: Any) -> Callable[[Any], Any]:
    def network(x: Any) -> Any:
        for layer in layers:
            x = numpy.tanh(layer @ x)
        return x

    return network


def jacobian(library: Any, side: int = 50) -> Run:
    """The Jacobian of four layers of tanh."""
    network = _network(library.numpy, [library.array(each) for each in _LAYERS[side]])
    compute, point = library.jacrev(network), library.array(_POINTS[side])
    return lambda: compute(point)


def hessian(library: Any, side: int = 50) -> Run:
    """The Hessian of the sum of squares of two such layers."""
    network = _network(library.numpy, [library.array(each) for each in _LAYERS[side][:2]])
    compute = library.hessian(lambda x: (network(x) ** 2).sum())
    point = library.array(_POINTS[side])
    return lambda: compute(point)


def samples(library: Any, count: int = 64) -> Run:
    """The gradients of samples with respect to the first of two layers."""
    second = library.array(_SECOND)

    def loss(first: Any, x: Any, target: Any) -> Any:
        return ((second @ library.numpy.tanh(first @ x) - target) ** 2).sum()

    compute = library.vmap(library.grad(loss), (None, 0, 0))
    given = [library.array(each) for each in (_FIRST, _INPUTS[:count], _TARGETS[:count])]
    return lambda: compute(*given)


JOBS = {
    "jacobian": jacobian,
    "hessian": hessian,
    "samples": samples,
    "small_jacobian": partial(jacobian, side=5),
    "small_hessian": partial(hessian, side=5),
    "few_samples": partial(samples, count=4),
}
