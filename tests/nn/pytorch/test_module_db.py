"""Every module of PyTorch's own test database, with its inputs: outputs and gradients.

A row stands for a module; its inputs are those that PyTorch tests it with.
"""

from __future__ import annotations

import sys
import types
import unittest
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.nn.pytorch.twin import assert_close, share_weights  # noqa: E402

# The database's file imports what its own tests compare texts with, of which nothing is called.
if "expecttest" not in sys.modules:
    try:
        import expecttest  # noqa: F401
    except ImportError:
        stand_in = types.ModuleType("expecttest")
        stand_in.TestCase = unittest.TestCase
        sys.modules["expecttest"] = stand_in
database = pytest.importorskip("torch.testing._internal.common_modules")

pytestmark = pytest.mark.filterwarnings("ignore")  # of both libraries, about the inputs

# Settings that are about where and in which portions PyTorch computes, and not what.
MACHINE = ("device", "options")


def described(each: Any) -> str:
    return f"{each.desc}: {each.constructor_input.args} {each.constructor_input.kwargs}"


def ours_of(x: Any) -> Any:
    if isinstance(x, torch.Tensor):
        return Tensor(x.detach().numpy(), requires_grad=x.requires_grad)
    if isinstance(x, tuple | list):
        return type(x)(map(ours_of, x))
    return x


def flat(out: Any) -> list[Any]:
    if isinstance(out, tuple | list):
        return [each for part in out for each in flat(part)]
    return [] if out is None else [out]


def compare(theirs: Any, ours: Any, sample: Any) -> None:
    """Compare outputs, gradients of inputs and of parameters, for one drawn cotangent."""
    args, kwargs = sample.forward_input.args, sample.forward_input.kwargs
    our_args = [ours_of(each) for each in args]
    our_kwargs = {name: ours_of(each) for name, each in kwargs.items()}
    torch.manual_seed(0)
    expected = flat(theirs(*args, **kwargs))
    out = flat(ours(*our_args, **our_kwargs))
    assert len(out) == len(expected)
    rng = np.random.default_rng(0)
    total, expected_total = None, None
    for a, b in zip(out, expected, strict=True):
        assert_close(a, b.detach(), 1e-9, "output")
        if b.requires_grad and b.numel():
            g = rng.standard_normal(tuple(b.shape))
            total = (a * g).sum() if total is None else total + (a * g).sum()
            part = (b * torch.from_numpy(np.asarray(g))).sum()
            expected_total = part if expected_total is None else expected_total + part
    if expected_total is None or not torch.isfinite(expected_total):
        return
    total.backward()
    expected_total.backward()
    for a, b in zip(
        flat([our_args, list(our_kwargs.values())]), flat([args, list(kwargs.values())]),
        strict=True,
    ):  # fmt: skip
        if isinstance(b, torch.Tensor) and b.grad is not None:
            assert_close(a.grad, b.grad, 1e-9, "gradient of an input")
    gradients = {name: each.grad for name, each in ours.named_parameters()}
    for name, each in theirs.named_parameters():
        if each.grad is not None:
            assert_close(gradients[name], each.grad, 1e-9, f"gradient of {name}")


@pytest.mark.parametrize("info", database.module_db, ids=lambda info: info.name)
def test_every_input_of_the_database(info):
    name = info.name.rpartition(".")[-1]
    tried = 0
    for training in (True, False):
        samples = info.module_inputs_func(
            info, device="cpu", dtype=torch.float64, requires_grad=True, training=training
        )
        for sample in samples:
            settings = dict(sample.constructor_input.kwargs)
            if settings.get("options") is not None:
                continue  # the same numbers as without, in portions
            theirs = info.module_cls(*sample.constructor_input.args, **settings).double()
            theirs.train(training)
            ours = made(name, sample.constructor_input.args, settings)
            ours.train(training)
            if name.startswith("Lazy"):
                take_size(ours, theirs, sample)
            share_weights(ours, theirs)
            try:
                compare(theirs, ours, sample)
            except Exception as error:
                raise AssertionError(f"{described(sample)}: {error}") from error
            tried += 1
    assert tried


def made(name: str, args: tuple[Any, ...], settings: dict[str, Any]) -> nn.Module:
    kwargs = {
        key: plain(each)
        for key, each in settings.items()
        if key not in MACHINE and each is not None
    }
    return getattr(nn, name)(*map(plain, args), **kwargs)


def plain(x: Any) -> Any:
    """Settings as ours: arrays in place of tensors, modules and functions of ours."""
    if isinstance(x, torch.Tensor):
        return x.detach().numpy()
    if isinstance(x, torch.dtype):
        return np.dtype(str(x).removeprefix("torch."))
    if isinstance(x, torch.nn.TransformerEncoderLayer):
        layer = nn.TransformerEncoderLayer(
            x.self_attn.embed_dim, x.self_attn.num_heads, x.linear1.out_features, x.dropout.p,
            "relu" if x.activation_relu_or_gelu == 1 else "gelu", x.norm1.eps,
            x.self_attn.batch_first, x.norm_first, bias=x.linear1.bias is not None,
        )  # fmt: skip
        return layer
    if isinstance(x, torch.nn.Module):
        return getattr(nn, type(x).__name__)()
    if callable(x) and getattr(x, "__module__", "").startswith("torch"):
        return getattr(nn.functional, x.__name__)
    return x


def take_size(ours: nn.Module, theirs: Any, sample: Any) -> None:
    """Let both lazy layers see the input once, so that they have weights to share."""
    with torch.no_grad():
        theirs(*sample.forward_input.args)
    ours.double()
    ours(*[ours_of(each) for each in sample.forward_input.args])
