"""Resampling, shuffling, windows, borders and embeddings against PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from tests.nn.pytorch.twin import assert_same_function, assert_same_model, normal  # noqa: E402

F = nn.functional
T = torch.nn.functional

INTERPOLATIONS = [
    ("nearest", normal(2, 3, 5), {"size": 8}),
    ("nearest", normal(2, 3, 4, 5), {"scale_factor": 2}),
    ("nearest", normal(2, 3, 4, 5), {"size": (3, 7)}),
    ("nearest", normal(1, 2, 2, 3, 4), {"scale_factor": (2, 1.5, 1)}),
    ("nearest-exact", normal(2, 3, 4, 5), {"size": (3, 7)}),
    ("linear", normal(2, 3, 5), {"size": 8}),
    ("linear", normal(2, 3, 5), {"size": 3, "align_corners": True}),
    ("bilinear", normal(2, 3, 4, 5), {"scale_factor": 2.5}),
    ("bilinear", normal(2, 3, 4, 5), {"size": (7, 3), "align_corners": True}),
    ("bilinear", normal(2, 3, 4, 5), {"size": (1, 1), "align_corners": True}),
    ("trilinear", normal(1, 2, 2, 3, 4), {"size": (3, 4, 6)}),
    ("bicubic", normal(2, 3, 4, 5), {"scale_factor": 2}),
    ("bicubic", normal(2, 3, 6, 5), {"size": (3, 9), "align_corners": True}),
    ("area", normal(2, 3, 6, 5), {"size": (4, 3)}),
]


@pytest.mark.parametrize(("mode", "x", "settings"), INTERPOLATIONS)
def test_interpolate(mode, x, settings):
    assert_same_function(
        lambda x: F.interpolate(x, mode=mode, **settings),
        lambda x: T.interpolate(x, mode=mode, **settings),
        x,
    )


LAYERS = [
    ("Upsample", (), {"scale_factor": 2}, normal(2, 3, 4)),
    ("UpsamplingNearest2d", (), {"scale_factor": 2}, normal(2, 3, 4, 3)),
    ("UpsamplingBilinear2d", (), {"size": (5, 9)}, normal(2, 3, 4, 3)),
    ("PixelShuffle", (2,), {}, normal(2, 12, 3, 4)),
    ("PixelUnshuffle", (2,), {}, normal(2, 3, 4, 6)),
    ("ChannelShuffle", (3,), {}, normal(2, 6, 2, 2)),
    ("Unfold", ((2, 3),), {"dilation": (2, 1), "padding": 1, "stride": (1, 2)}, normal(2, 3, 5, 6)),
    ("Unfold", (2,), {}, normal(3, 4, 4)),
    ("Fold", ((5, 6), (2, 3)), {"dilation": (2, 1), "padding": 1, "stride": (1, 2)},
     normal(2, 18, 15)),
    ("Fold", (3, 2), {}, normal(8, 4)),
]  # fmt: skip
for kind in ("ConstantPad", "ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
    value = (2.5,) if kind == "ConstantPad" else ()
    for axes in (1, 2, 3):
        x = normal(2, 3, *(4, 5, 3)[:axes])
        LAYERS.append((f"{kind}{axes}d", (2, *value), {}, x))
        LAYERS.append((f"{kind}{axes}d", ((1, 2, 0, 1, 2, 1)[: 2 * axes], *value), {}, x))
LAYERS.append(("ZeroPad2d", ((-1, 2, 1, -2),), {}, normal(2, 3, 4, 5)))


@pytest.mark.parametrize(
    ("name", "arguments", "settings", "x"), LAYERS, ids=[f"{n}{a}" for n, a, _, _ in LAYERS]
)
def test_layer(name, arguments, settings, x):
    ours = getattr(nn, name)(*arguments, **settings)
    assert_same_model(ours, getattr(torch.nn, name)(*arguments, **settings), x)


INDICES = np.array([[0, 3, 3], [5, 2, 0]])


@pytest.mark.parametrize(
    "settings", [{}, {"padding_idx": 3}, {"padding_idx": -1}, {"max_norm": 1.0, "norm_type": 1.0}]
)
def test_embedding(settings):
    assert_same_model(nn.Embedding(6, 4, **settings), torch.nn.Embedding(6, 4, **settings), INDICES)


def test_shortened_rows_are_the_same():
    ours, theirs = nn.Embedding(6, 4, max_norm=1.0), torch.nn.Embedding(6, 4, max_norm=1.0)
    assert_same_model(ours, theirs, INDICES)
    np.testing.assert_allclose(ours.weight.data, theirs.weight.detach().numpy(), rtol=1e-12)


def test_one_hot():
    np.testing.assert_array_equal(
        F.one_hot(INDICES, 7).data, T.one_hot(torch.from_numpy(INDICES), 7).numpy()
    )
