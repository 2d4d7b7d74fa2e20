"""Operations of models against PyTorch: convolution, pooling, normalisation, losses."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

torch = pytest.importorskip("torch")
functional = torch.nn.functional

import autograd  # noqa: E402
from tests.autograd.pytorch.compare import assert_same  # noqa: E402

RNG = np.random.default_rng(5)
DTYPES = [(np.float64, 1e-11), (np.float32, 1e-4)]
# Spatial shape, kernel, stride, padding, dilation, groups: remainders, overlaps, unequal axes.
GEOMETRIES = [
    ((7,), (3,), (1,), (0,), (1,), 1),
    ((8,), (3,), (2,), (1,), (2,), 2),
    ((5, 6), (2, 3), (2, 1), (1, 0), (1, 2), 1),
    ((6, 6), (3, 3), (3, 2), (2, 1), (1, 1), 2),
    ((6, 5), (1, 1), (1, 1), (0, 0), (1, 1), 4),
    ((4, 5, 3), (2, 2, 2), (1, 2, 1), (1, 0, 1), (1, 1, 1), 1),
]


def drawn(shape, dtype=np.float64):
    return RNG.uniform(-2.0, 2.0, shape).astype(dtype)


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
@pytest.mark.parametrize(("size", "kernel", "stride", "padding", "dilation", "groups"), GEOMETRIES)
def test_convolutions(size, kernel, stride, padding, dilation, groups, dtype, precision):
    d = len(size)
    x, weight = drawn((2, 4, *size), dtype), drawn((4, 4 // groups, *kernel), dtype)
    settings = (stride, padding, dilation, groups)
    assert_same(
        lambda x, w: autograd.conv(x, w, *settings),
        lambda x, w: getattr(functional, f"conv{d}d")(x, w, None, *settings),
        [x, weight],
        precision,
    )
    out = autograd.conv(x, weight, *settings)
    covered = [
        (o - 1) * s - 2 * p + g * (k - 1) + 1
        for o, s, p, g, k in zip(out.shape[2:], stride, padding, dilation, kernel, strict=True)
    ]
    extra = tuple(n - c for n, c in zip(size, covered, strict=True))
    assert_same(
        lambda g, w: autograd.ops.conv_input(g, w, size, *settings),
        lambda g, w: getattr(functional, f"conv_transpose{d}d")(
            g, w, None, stride, padding, extra, groups, dilation
        ),
        [drawn(out.shape, dtype), weight],
        precision,
    )


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "ceil_mode"),
    [(2, None, 0, False), (3, 2, 1, False), (2, 3, 0, True), (3, 1, 1, True)],
)
def test_pooling(d, kernel, stride, padding, ceil_mode):
    for x in (drawn((2, 3, *(5, 6, 4)[:d])), np.round(drawn((2, 3, *(5, 6, 4)[:d])))):
        for dilation in (1, 2) if d < 3 else (1,):
            if dilation == 2 and ceil_mode:
                continue
            assert_same(
                lambda x, g=dilation: autograd.max_pool(x, kernel, stride, padding, g, ceil_mode)[
                    0
                ],
                lambda x, g=dilation: getattr(functional, f"max_pool{d}d")(
                    x, kernel, stride, padding, g, ceil_mode
                ),
                [x],
            )
        for include in (True, False):
            assert_same(
                lambda x, i=include: autograd.average_pool(
                    x, kernel, stride, padding, ceil_mode, i
                ),
                lambda x, i=include: getattr(functional, f"avg_pool{d}d")(
                    x, kernel, stride, padding, ceil_mode, i
                ),
                [x],
            )


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
def test_normalize(dtype, precision):
    x, weight, bias = drawn((4, 3, 5), dtype), drawn(5, dtype), drawn(5, dtype)
    assert_same(
        lambda x, w, b: autograd.normalize(x, w, b, (-1,), (5,), 0.01)[0],
        lambda x, w, b: functional.layer_norm(x, (5,), w, b, 0.01),
        [x, weight, bias],
        precision,
    )
    weight, bias = drawn(3, dtype), drawn(3, dtype)
    assert_same(
        lambda x, w, b: autograd.normalize(x, w, b, (0, 2), (1, 3, 1))[0],
        lambda x, w, b: functional.batch_norm(x, None, None, w, b, True),
        [x, weight, bias],
        precision,
    )
    assert_same(
        lambda x, w: autograd.rms_normalize(x, w, (-1,), 0.01)[0],
        lambda x, w: functional.rms_norm(x, (5,), w, 0.01),
        [x, drawn(5, dtype)],
        precision,
    )


@pytest.mark.parametrize(("dtype", "precision"), DTYPES)
def test_linear(dtype, precision):
    for shape in ((3,), (4, 3), (2, 4, 3)):
        arrays = [drawn(shape, dtype), drawn((2, 3), dtype), drawn(2, dtype)]
        assert_same(autograd.linear, functional.linear, arrays, precision)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy(reduction, smoothing, weighted):
    weight = RNG.uniform(0.5, 2.0, 4) if weighted else None
    their_weight = None if weight is None else torch.tensor(weight)
    for shape in ((5, 4), (3, 4, 2)):
        logits = 3 * drawn(shape)
        classes = RNG.integers(0, 4, (shape[0], *shape[2:]))
        ignored = np.where(RNG.uniform(size=classes.shape) < 0.3, -100, classes)
        for target in (classes, ignored):  # nn's own suite has probabilities
            assert_same(
                lambda x, t=target: autograd.cross_entropy(
                    x, t, weight, reduction=reduction, label_smoothing=smoothing
                ),
                lambda x, t=target: functional.cross_entropy(
                    x,
                    torch.tensor(t),
                    their_weight,
                    reduction=reduction,
                    label_smoothing=smoothing,
                ),
                [logits],
            )


def test_huber():
    for delta, x in product((0.5, 1.0, 2.0), (drawn((3, 4)), np.array([-1.0, 0.0, 1.0, 2.0]))):
        assert_same(
            lambda x, d=delta: autograd.huber(x, d),
            lambda x, d=delta: functional.huber_loss(
                x, torch.zeros_like(x), reduction="none", delta=d
            ),
            [x],
        )
