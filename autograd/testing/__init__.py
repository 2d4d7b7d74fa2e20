"""Tests of gradients by an oracle that estimates its own error.

`check_grads` compares the gradients of a function with numerical derivatives at one point;
`assert_gradients` holds them to all properties, at drawn points where it is given strategies;
`gradient_test` makes a pytest test of that. All three take functions of Tensors, NumPy functions
with a gradient written by hand, and layers with `forward` and `backward`.

Below them, `numerical_gradient` differentiates any NumPy function by finite differences and says
how far off it may be; `compare_gradients` holds gradients computed elsewhere against it. Both are
plain NumPy in float64: no code of the engine is in them, so a fault of the engine cannot cancel.

`sample` and `error` are what an operation of one's own names for its tests: calls, and calls that
must fail. The strategies that draw inputs are in `autograd.testing.strategies`, which needs
Hypothesis.
"""

from autograd.samples import error, sample
from autograd.testing.check import assert_gradients, check_grads, gradient_test
from autograd.testing.directions import Direction
from autograd.testing.extrapolation import Estimate
from autograd.testing.numerical import numerical_gradient
from autograd.testing.oracle import compare_gradients
from autograd.testing.report import GradientError
from autograd.testing.result import Comparison, GradientComparison, Verdict

__all__ = [
    "Comparison",
    "Direction",
    "Estimate",
    "GradientComparison",
    "GradientError",
    "Verdict",
    "assert_gradients",
    "check_grads",
    "compare_gradients",
    "error",
    "gradient_test",
    "numerical_gradient",
    "sample",
]


def __dir__() -> list[str]:
    return __all__
