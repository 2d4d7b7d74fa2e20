"""Where our gradients are not PyTorch's, by decision: the one table of differences.

Everywhere else the suites beside this one hold both to the same values and gradients.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
from autograd import Tensor, grad, linalg  # noqa: E402

NAN, INF = np.nan, np.inf


class Difference(NamedTuple):
    """A call, its arguments, the gradients of both, and why ours are what they are."""

    ours: object
    theirs: object
    point: list
    pytorch: list
    wengert: list
    reason: str


DIFFERENCES = {
    "hypot at (0, 0)": Difference(
        autograd.hypot, torch.hypot, [0.0, 0.0], [NAN, NAN], [0.0, 0.0],
        "0 / 0: a subgradient is of use to an optimizer, NaN is not",
    ),
    "xlogy at (0, 0)": Difference(
        autograd.xlogy, torch.xlogy, [0.0, 0.0], [0.0, NAN], [0.0, 0.0],
        "the term is 0 whatever y is, so y has no influence",
    ),
    "expm1 far below 0": Difference(
        autograd.expm1, torch.expm1, [-50.0], [0.0], [np.exp(-50.0)],
        "e^x from x, as e^x - 1 has no digits of it left",
    ),
    "median of an even count": Difference(
        autograd.median, torch.median, [[4.0, 1.0, 3.0, 2.0]],
        [[0, 0, 0, 1.0]], [[0, 0, 0.5, 0.5]],
        "NumPy's value, the mean of the middle two; PyTorch takes the lower",
    ),
    "max over an axis at a tie": Difference(
        lambda x: autograd.max(x, 0), lambda x: torch.max(x, 0)[0], [[1.0, 1.0, 0.0]],
        [[1.0, 0.0, 0.0]], [[0.5, 0.5, 0.0]],
        "shared evenly, as PyTorch's amax does it",
    ),
    "nanmean of nothing": Difference(
        autograd.nanmean, torch.nanmean, [[NAN, NAN]], [[NAN, NAN]], [[0.0, 0.0]],
        "what is left out has no gradient",
    ),
    "det of a singular matrix": Difference(
        linalg.det, torch.linalg.det, [[[1.0, 2.0], [2.0, 4.0]]],
        [[[0.0, 0.0], [0.0, 0.0]]], [[[4.0, -2.0], [-2.0, 1.0]]],
        "the adjugate, which is the derivative; PyTorch's fails its own gradcheck",
    ),
    "hardsigmoid inside": Difference(
        autograd.hardsigmoid, torch.nn.functional.hardsigmoid, [1.0],
        [float(np.float32(1 / 6))], [1 / 6],
        "a sixth in double precision",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
@pytest.mark.filterwarnings("ignore::autograd.TrapWarning")  # gradients of NaN are asked for
def test_both_gradients_are_as_the_table_says(name):
    case = DIFFERENCES[name]
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in case.point]
    case.theirs(*tensors).sum().backward()
    for tensor, expected in zip(tensors, case.pytorch, strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), expected, rtol=1e-14, atol=1e-14)
    leaves = [Tensor(x, requires_grad=True) for x in case.point]
    found = grad(case.ours(*leaves).sum(), leaves)
    for gradient, expected in zip(found, case.wengert, strict=True):
        np.testing.assert_allclose(gradient.data, expected, rtol=1e-14, atol=1e-14)
    assert case.reason
