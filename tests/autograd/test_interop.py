"""einops works on Tensors, whichever is imported first."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from autograd import Tensor, grad
from autograd.testing import assert_gradients

einops = pytest.importorskip("einops")

X = np.random.default_rng(0).uniform(-2.0, 2.0, (2, 3, 4))
Y = np.random.default_rng(1).uniform(-2.0, 2.0, (2, 3, 4))


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: einops.rearrange(x * y, "b (h k) c -> (b c) h k", k=3),
        lambda x, y: einops.rearrange([x, y], "n a b c -> a (n b) c"),
        lambda x, y: einops.reduce(x - y, "a b c -> a c", "sum"),
        lambda x, y: einops.reduce(x * y, "a b (c d) -> () b d", "mean", d=2),
        lambda x, y: einops.reduce(x + y, "a b c -> b", "max"),
        lambda x, y: einops.repeat(x * y, "a b c -> a (b r) c", r=2),
        lambda x, y: einops.einsum(x, y, "a b c, a d c -> b d"),
        lambda x, y: einops.pack([x, y[:, 0]], "a * c")[0],
        lambda x, y: einops.unpack(x * y, [(2,), ()], "a * c")[1],
    ],
    ids=["split", "list", "sum", "mean", "max", "repeat", "einsum", "pack", "unpack"],
)
def test_einops(function):
    assert_gradients(function, X, Y, reference=function)


def test_shapes_and_integers():
    assert einops.parse_shape(Tensor(X), "a _ c") == {"a": 2, "c": 4}
    assert einops.rearrange(Tensor([[1, 2]]), "a b -> b a").dtype == np.int64
    assert einops.asnumpy(Tensor(X, requires_grad=True)).shape == (2, 3, 4)


@pytest.mark.parametrize("first", ["einops", "autograd"])
def test_the_order_of_imports_does_not_matter(first):
    second = {"einops": "autograd", "autograd": "einops"}[first]
    lines = [
        f"import {first}, {second}",
        "t = autograd.ones((2, 3), dtype=float).requires_grad_()",
        "einops.rearrange(t, 'a b -> (a b)').sum().backward()",
        "print(t.grad.shape)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "(2, 3)\n"


def test_einops_is_not_imported_with_autograd():
    code = "import sys, autograd; print('einops' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_gradients_reach_the_tensor():
    x = Tensor(X, requires_grad=True)
    (found,) = grad(einops.reduce(x, "a b c -> ", "sum"), [x])
    np.testing.assert_array_equal(found.data, np.ones_like(X))
