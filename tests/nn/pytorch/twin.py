"""Two models with the same weights, ours and PyTorch's, held to the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

import nn
from autograd import Tensor

torch = pytest.importorskip("torch")


class Fixed(NamedTuple):
    """A floating input that takes no gradient."""

    array: np.ndarray


def share_weights(ours: nn.Module, theirs: torch.nn.Module) -> None:
    """Give both float64 and PyTorch's weights, by key; the keys and shapes must be the same."""
    ours.to(np.float64)
    theirs.double()
    state = theirs.state_dict()
    assert {k: tuple(v.shape) for k, v in state.items()} == {
        k: v.shape for k, v in ours.state_dict().items()
    }
    ours.load_state_dict({name: value.numpy() for name, value in state.items()})


def assert_same_model(
    ours: nn.Module,
    theirs: torch.nn.Module,
    *inputs: Any,
    precision: float = 1e-12,
    **keywords: Any,
) -> None:
    """Outputs, gradients of floating inputs and of parameters, and buffers after the call."""
    share_weights(ours, theirs)
    assert_same_function(ours, theirs, *inputs, precision=precision, **keywords)
    gradients = {name: p.grad for name, p in ours.named_parameters()}
    for name, parameter in theirs.named_parameters():
        if parameter.grad is None:
            assert gradients[name] is None, name
        else:
            assert_close(gradients[name], parameter.grad, precision, f"gradient of {name}")
    buffers = dict(ours.named_buffers())
    for name, buffer in theirs.named_buffers():
        if name in buffers:
            assert_close(buffers[name], buffer, precision, name)


def assert_same_function(
    ours: Any, theirs: Any, *inputs: Any, precision: float = 1e-12, **keywords: Any
) -> None:
    """Outputs and the gradients of floating inputs, for one drawn cotangent."""
    our_inputs = [_ours(x) for x in inputs]
    their_inputs = [_theirs(x) for x in inputs]
    out = _flat(ours(*our_inputs, **keywords))
    expected = _flat(theirs(*their_inputs, **keywords))
    assert len(out) == len(expected)
    rng = np.random.default_rng(0)
    total, expected_total = None, None
    for a, b in zip(out, expected, strict=True):
        assert_close(a, b.detach(), precision, "output")
        if b.requires_grad:
            g = rng.standard_normal(tuple(b.shape))
            total = (a * g).sum() if total is None else total + (a * g).sum()
            part = (b * torch.from_numpy(np.asarray(g))).sum()
            expected_total = part if expected_total is None else expected_total + part
    if expected_total is None:
        return
    total.backward()
    expected_total.backward()
    for position, (a, b) in enumerate(zip(our_inputs, their_inputs, strict=True)):
        if isinstance(b, torch.Tensor) and b.grad is not None:
            assert_close(a.grad, b.grad, precision, f"gradient of input {position}")


def assert_close(ours: Any, theirs: Any, precision: float, what: str) -> None:
    """Equal up to a few roundings of the largest element."""
    ours, theirs = np.asarray(ours.detach().data), np.asarray(theirs)
    assert ours.shape == theirs.shape, f"{what}: {ours.shape} and {theirs.shape}"
    scale = max(1.0, float(np.abs(theirs).max(initial=0, where=np.isfinite(theirs))))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=precision * scale, err_msg=what)


def _ours(x: Any) -> Any:
    if isinstance(x, Fixed):
        return Tensor(x.array)
    if isinstance(x, tuple):
        return tuple(map(_ours, x))
    if not isinstance(x, np.ndarray):
        return x
    return Tensor(x, requires_grad=x.dtype.kind == "f")


def _theirs(x: Any) -> Any:
    if isinstance(x, Fixed):
        return torch.from_numpy(x.array.copy())
    if isinstance(x, tuple):
        return tuple(map(_theirs, x))
    if not isinstance(x, np.ndarray):
        return x
    tensor = torch.from_numpy(x.copy())
    return tensor.requires_grad_() if x.dtype.kind == "f" else tensor


def _flat(outputs: Any) -> Sequence[Any]:
    if isinstance(outputs, tuple | list):
        return [leaf for each in outputs if each is not None for leaf in _flat(each)]
    return [outputs]


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape)
