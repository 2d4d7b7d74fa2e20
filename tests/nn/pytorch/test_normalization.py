"""Normalisation against PyTorch's: training, evaluation, and the buffers after several steps."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd  # noqa: E402
import nn  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.nn.pytorch.twin import (  # noqa: E402
    assert_close,
    assert_same_function,
    assert_same_model,
    normal,
    share_weights,
)

LAYERS = [
    ("BatchNorm1d", (3,), {}, normal(5, 3)),
    ("BatchNorm1d", (3,), {"affine": False}, normal(5, 3, 4)),
    ("BatchNorm2d", (3,), {"momentum": 0.3, "eps": 0.1}, normal(4, 3, 2, 5)),
    ("BatchNorm2d", (3,), {"momentum": None}, normal(4, 3, 2, 5)),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, normal(4, 3, 2, 5)),
    ("BatchNorm3d", (2,), {}, normal(3, 2, 2, 2, 2)),
    ("InstanceNorm1d", (3,), {}, normal(4, 3, 6)),
    ("InstanceNorm1d", (3,), {"affine": True}, normal(3, 6)),
    ("InstanceNorm2d", (3,), {"affine": True, "track_running_stats": True}, normal(4, 3, 2, 5)),
    ("InstanceNorm3d", (2,), {"affine": True}, normal(3, 2, 2, 2, 2)),
    ("LayerNorm", (4,), {}, normal(3, 5, 4)),
    ("LayerNorm", ((5, 4),), {"eps": 0.1}, normal(3, 5, 4)),
    ("LayerNorm", (4,), {"bias": False}, normal(3, 4)),
    ("LayerNorm", (4,), {"elementwise_affine": False}, normal(3, 4)),
    ("RMSNorm", (4,), {}, normal(3, 5, 4)),
    ("RMSNorm", ((5, 4),), {"eps": 0.1, "elementwise_affine": False}, normal(3, 5, 4)),
    ("GroupNorm", (2, 6), {}, normal(3, 6, 4, 2)),
    ("GroupNorm", (3, 6), {"affine": False}, normal(3, 6)),
    ("LocalResponseNorm", (2,), {}, normal(3, 5, 4, 2)),
    ("LocalResponseNorm", (3, 0.5, 0.6, 2.0), {}, normal(3, 5, 4)),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("name", "arguments", "settings", "x"),
    LAYERS,
    ids=[f"{name}{settings or ''}" for name, _, settings, _ in LAYERS],
)
def test_layer(name, arguments, settings, x, training):
    ours = getattr(nn, name)(*arguments, **settings).train(training)
    theirs = getattr(torch.nn, name)(*arguments, **settings).train(training)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.from_numpy(normal(*parameter.shape, seed=3)))
        for buffer in theirs.buffers():
            if buffer.dtype.is_floating_point:
                buffer.copy_(torch.from_numpy(np.abs(normal(*buffer.shape, seed=4))))
    assert_same_model(ours, theirs, x)


def test_running_statistics_follow_over_steps_and_are_used_in_evaluation():
    for momentum in (0.2, None):
        ours = nn.BatchNorm1d(3, momentum=momentum)
        theirs = torch.nn.BatchNorm1d(3, momentum=momentum)
        share_weights(ours, theirs)
        for step in range(3):
            x = normal(6, 3, seed=step) * (step + 1)
            ours(Tensor(x))
            theirs(torch.from_numpy(x))
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            assert_close(getattr(ours, name), getattr(theirs, name), 1e-12, name)
        assert_same_function(ours.eval(), theirs.eval(), normal(4, 3, seed=9))


@pytest.mark.parametrize("name", ["BatchNorm1d", "LayerNorm", "RMSNorm"])
def test_second_order(name):
    ours, theirs = getattr(nn, name)(3), getattr(torch.nn, name)(3)
    share_weights(ours, theirs)
    x, g, h = normal(4, 3), normal(4, 3, seed=1), normal(4, 3, seed=2)
    ours_x = Tensor(x, requires_grad=True)
    theirs_x = torch.from_numpy(x).requires_grad_()
    (first,) = autograd.grad(ours(ours_x), [ours_x], [g], create_graph=True)
    (expected,) = torch.autograd.grad(
        theirs(theirs_x), [theirs_x], [torch.from_numpy(g)], create_graph=True
    )
    second = autograd.grad(first, [ours_x, ours.weight], [h])
    expected_second = torch.autograd.grad(
        expected, [theirs_x, theirs.weight], [torch.from_numpy(h)]
    )
    for a, b in zip(second, expected_second, strict=True):
        assert_close(a, b, 1e-11, "second order")
