"""What `python -m benchmarks transforms` times, written once for all sides.

`library` has `numpy`, the module of arrays, `array`, which makes one, and `jacrev`, `hessian`,
`grad` and `vmap`, the transforms.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[[], Any]

_SIDE, _SAMPLES = 50, 64
_RNG = np.random.default_rng(0)
_LAYERS = [_RNG.normal(size=(_SIDE, _SIDE)) / _SIDE**0.5 for _ in range(4)]
_POINT = _RNG.normal(size=_SIDE)
_FIRST, _SECOND = _RNG.normal(size=(64, 32)) / 8, _RNG.normal(size=(10, 64)) / 8
_INPUTS, _TARGETS = _RNG.normal(size=(_SAMPLES, 32)), _RNG.normal(size=(_SAMPLES, 10))


def _network(numpy: Any, layers: Any) -> Callable[[Any], Any]:
    def network(x: Any) -> Any:
        for layer in layers:
            x = numpy.tanh(layer @ x)
        return x

    return network


def jacobian(library: Any) -> Run:
    """The Jacobian of four layers of tanh, 50 wide."""
    network = _network(library.numpy, [library.array(each) for each in _LAYERS])
    compute, point = library.jacrev(network), library.array(_POINT)
    return lambda: compute(point)


def hessian(library: Any) -> Run:
    """The Hessian of the sum of squares of two such layers."""
    network = _network(library.numpy, [library.array(each) for each in _LAYERS[:2]])
    compute, point = library.hessian(lambda x: (network(x) ** 2).sum()), library.array(_POINT)
    return lambda: compute(point)


def samples(library: Any) -> Run:
    """The gradients of 64 samples with respect to the first of two layers."""
    second = library.array(_SECOND)

    def loss(first: Any, x: Any, target: Any) -> Any:
        return ((second @ library.numpy.tanh(first @ x) - target) ** 2).sum()

    compute = library.vmap(library.grad(loss), (None, 0, 0))
    given = [library.array(each) for each in (_FIRST, _INPUTS, _TARGETS)]
    return lambda: compute(*given)


JOBS = {"jacobian": jacobian, "hessian": hessian, "samples": samples}
