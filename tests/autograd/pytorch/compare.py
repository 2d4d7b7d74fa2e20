"""The same call here and in PyTorch: values, and gradients for one drawn cotangent per output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import Tensor


def assert_same(
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    arrays: Sequence[np.ndarray],
    precision: float = 1e-12,
) -> None:
    """Call both with the arrays as leaves, and compare what comes out and what flows back."""
    import torch

    our_inputs = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    their_inputs = [torch.tensor(x.copy(), requires_grad=x.dtype.kind == "f") for x in arrays]
    outputs, expected = _listed(ours(*our_inputs)), _listed(theirs(*their_inputs))
    assert len(outputs) == len(expected)
    rng = np.random.default_rng(0)
    total: Any = 0.0
    their_total: Any = 0.0
    for out, wanted in zip(outputs, expected, strict=True):
        _assert_close(out.data, wanted.detach().numpy(), precision, "the value")
        if wanted.requires_grad:
            g = np.asarray(rng.uniform(0.5, 2.0, out.shape), out.dtype)
            total = total + (out * g).sum()
            their_total = their_total + (wanted * torch.from_numpy(g)).sum()
    total.backward()
    their_total.backward()
    for position, (x, y) in enumerate(zip(our_inputs, their_inputs, strict=True)):
        if y.grad is not None:
            assert x.grad is not None
            _assert_close(x.grad.data, y.grad.numpy(), precision, f"the gradient of {position}")


def _listed(out: Any) -> list[Any]:
    return list(out) if isinstance(out, (tuple, list)) else [out]


def _assert_close(ours: np.ndarray, theirs: np.ndarray, precision: float, what: str) -> None:
    assert ours.shape == theirs.shape, f"{what}: {ours.shape} and {theirs.shape}"
    if ours.dtype.kind in "fc":
        assert ours.dtype == theirs.dtype, what
    scale = max(1.0, float(np.abs(theirs).max(initial=0, where=np.isfinite(theirs))))
    np.testing.assert_allclose(ours, theirs, rtol=precision, atol=precision * scale, err_msg=what)
