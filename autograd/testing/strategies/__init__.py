"""Strategies for Hypothesis that draw what array functions are called with.

Shapes with sides 0, 1, equal and distinct; axes, permutations, indices, einsum specifications,
windows; values that are simple first and wide later, at kinks and at the edges of domains; every
memory layout; cotangents. All of them shrink to small shapes of small integers.
"""

import importlib.util

if importlib.util.find_spec("hypothesis") is None:
    raise ImportError(
        "autograd.testing.strategies draws inputs with Hypothesis: pip install hypothesis; "
        "check_grads and assert_gradients at fixed points need nothing"
    )

from autograd.testing.strategies.axes import axes, axis_orders, orders, reshape_targets
from autograd.testing.strategies.cotangents import cotangents
from autograd.testing.strategies.domains import DOMAINS, Domain, numbers
from autograd.testing.strategies.einsums import Einsum, einsums
from autograd.testing.strategies.indices import indices
from autograd.testing.strategies.layouts import LAYOUTS, layouts
from autograd.testing.strategies.matrices import MATRICES, matrices
from autograd.testing.strategies.programs import Program, Step, programs
from autograd.testing.strategies.shapes import broadcastable_shapes, shapes
from autograd.testing.strategies.values import arrays
from autograd.testing.strategies.windows import (
    Convolution,
    Pooling,
    convolutions,
    poolings,
)

__all__ = [
    "DOMAINS",
    "LAYOUTS",
    "MATRICES",
    "Convolution",
    "Domain",
    "Einsum",
    "Pooling",
    "Program",
    "Step",
    "arrays",
    "axes",
    "axis_orders",
    "broadcastable_shapes",
    "convolutions",
    "cotangents",
    "einsums",
    "indices",
    "layouts",
    "matrices",
    "numbers",
    "orders",
    "poolings",
    "programs",
    "reshape_targets",
    "shapes",
]
