"""Tests of gradients by an oracle that estimates its own error.

`numerical_gradient` differentiates any NumPy function by finite differences and says how far off it
may be; `compare_gradients` holds gradients computed elsewhere against it. Both are plain NumPy in
float64: no code of the engine is in them, so a fault of the engine cannot cancel.

The strategies that draw inputs are in `autograd.testing.strategies`, which needs Hypothesis.
"""

from autograd.testing.directions import Direction
from autograd.testing.extrapolation import Estimate
from autograd.testing.numerical import numerical_gradient
from autograd.testing.oracle import compare_gradients
from autograd.testing.result import Comparison, GradientComparison, Verdict

__all__ = [
    "Comparison",
    "Direction",
    "Estimate",
    "GradientComparison",
    "Verdict",
    "compare_gradients",
    "numerical_gradient",
]
