"""What every contender computes with: the same numbers for all."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

# The chain c = c * b + a stays near 1 for any number of steps.
CHAIN_START = {"a": 0.001, "b": 0.999, "c": 1.0}


def mlp_data(widths: Sequence[int], batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (batch, widths[0]) float32 and class indices (batch,) int64."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((batch, widths[0]), dtype=np.float32)
    return inputs, rng.integers(0, widths[-1], batch)


def mlp_parameters(widths: Sequence[int]) -> list[np.ndarray]:
    """Return weight (out, in) and bias (out,) of each layer, uniform within 1 / sqrt(in)."""
    rng = np.random.default_rng(1)
    parameters = []
    for inputs, outputs in pairwise(widths):
        bound = inputs**-0.5
        for shape in ((outputs, inputs), (outputs,)):
            parameters.append(rng.uniform(-bound, bound, shape).astype(np.float32))
    return parameters
