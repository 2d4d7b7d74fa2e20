"""Half precision: counts above 65,504, squares that overflow, sums that would stop growing.

Every reduction, normalisation, loss and statistic is held to float64 of the same numbers: the
result and the gradient are what float64 gives, rounded to float16.
"""

from __future__ import annotations

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from autograd.operation.record import records

_rng = np.random.default_rng(5)
MANY = 70_000


def _half(x):
    """Numbers that float16 has, in float64."""
    return np.asarray(x).astype(np.float16).astype(np.float64)


LONG = _half(_rng.uniform(0.25, 1.0, MANY))  # to be added up
SIGNED = _half(_rng.standard_normal(MANY))
TIES = np.zeros(MANY)
LARGE = _half(300 + 20 * _rng.standard_normal((4, 64)))  # whose squares overflow
OTHER = _half(300 + 20 * _rng.standard_normal((4, 64)))
IMAGE = _half(300 + 20 * _rng.standard_normal((4, 3, 5, 5)))
MATRIX = _half(_rng.standard_normal((MANY // 70, 70)))
APART = OTHER.copy()
APART[0, :3] += 1500  # few differences whose squares overflow
LABELS = _rng.integers(0, 10, 7_000)
LOGITS = _half(_rng.standard_normal((7_000, 10)))
SIGNS = np.where(_rng.random((4, 64)) < 0.5, -1, 1)

# Each is called on float64 and on float16; what a gradient is scaled by keeps it in range.
CALLS = {
    "sum": (lambda x: x.sum() / 16, [LONG]),
    "sum along an axis": (lambda x: x.sum(axis=0), [MATRIX]),
    "mean": (lambda x: x.mean() * 1024, [LONG]),
    "max of ties": (lambda x: x.max() * 1024, [TIES]),
    "min of ties": (lambda x: x.min(keepdims=True) * 1024, [TIES]),
    "prod": (lambda x: x.prod() * 64, [_half(1 + _rng.uniform(-0.01, 0.01, 1000))]),
    "var": (lambda x: x.var(), [LARGE]),
    "var of many": (lambda x: x.var(ddof=1) * 1024, [SIGNED]),
    "std": (lambda x: x.std(axis=1), [LARGE * 4]),
    "norm": (lambda x: autograd.norm(x), [LARGE]),
    "norm of many": (lambda x: autograd.norm(x), [SIGNED]),
    "norm of third powers": (lambda x: autograd.linalg.vector_norm(x, ord=3), [LARGE]),
    "ptp": (lambda x: autograd.ptp(x), [SIGNED]),
    "average": (lambda x: autograd.average(x, weights=np.float16(LONG)) * 1024, [SIGNED]),
    "cov": (lambda x: autograd.cov(x), [LARGE]),
    "corrcoef": (lambda x: autograd.corrcoef(x), [LARGE]),
    "trapezoid": (lambda x: autograd.trapezoid(x) / 16, [LONG]),
    "nansum": (lambda x: autograd.nansum(x) / 16, [LONG]),
    "nanmean": (lambda x: autograd.nanmean(x) * 1024, [np.append(LONG, np.nan)]),
    "cumsum": (lambda x: x.cumsum()[::1000] / 16, [LONG]),
    "cumprod": (lambda x: x.cumprod(), [_half(1 + _rng.uniform(-0.01, 0.01, 1000))]),
    "logsumexp": (lambda x: x.logsumexp() * 1024, [LONG]),
    "logsumexp of large": (lambda x: x.logsumexp(axis=1), [LARGE]),
    "logcumsumexp": (lambda x: autograd.logcumsumexp(x)[::1000], [LONG]),
    "softmax": (lambda x: x.softmax() * 4096, [LONG]),
    "softmax of large": (lambda x: x.softmax(), [LARGE]),
    "log_softmax": (lambda x: x.log_softmax()[::1000], [LONG]),
    "broadcast": (lambda x: x + np.zeros((MANY, 3), np.float16), [_half([0.25, 0.5, 1.0])]),
    "picked often": (lambda x: x[np.zeros(5000, int)], [_half([1.0, 2.0])]),
    "taken often": (lambda x: x.take(np.zeros(5000, int)), [_half([1.0, 2.0])]),
    "repeat": (lambda x: autograd.repeat(x, 5000), [_half([1.0, 2.0])]),
    "tile": (lambda x: autograd.tile(x, 5000), [_half([1.0, 2.0])]),
    "scatter_add": (
        lambda x: autograd.ops.scatter_add(np.zeros(2, np.float16), np.zeros(5000, int), x),
        [_half(_rng.uniform(0.25, 1.0, 5000))],
    ),
    "matmul": (lambda x: x @ x / 16, [LONG]),
    "linear": (
        lambda x, w, b: autograd.ops.linear(x, w, b) / 4,
        [MATRIX, _half(_rng.standard_normal((2, 70))), _half([0.5, 1.0])],
    ),
    "layer_norm": (lambda x: F.layer_norm(x, (64,)), [LARGE]),
    "group_norm": (lambda x: F.group_norm(x, 3), [IMAGE]),
    "batch_norm": (lambda x: F.batch_norm(x, None, None, training=True), [IMAGE]),
    "instance_norm": (lambda x: F.instance_norm(x), [IMAGE]),
    "rms_norm": (lambda x: F.rms_norm(x, (64,)), [LARGE]),
    "local_response_norm": (lambda x: F.local_response_norm(x, 2, 0.5), [IMAGE]),
    "normalize": (lambda x: F.normalize(x), [LARGE]),
    "cosine_similarity": (lambda x, y: F.cosine_similarity(x, y), [LARGE, OTHER]),
    "pairwise_distance": (lambda x, y: F.pairwise_distance(x, y), [LARGE * 20, OTHER]),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2), [IMAGE * 100]),
    "avg_pool of many": (lambda x: F.avg_pool1d(x, MANY) * 1024, [LONG.reshape(1, 1, -1)]),
    "adaptive_avg_pool1d": (
        lambda x: F.adaptive_avg_pool1d(x, 3) * 1024, [LONG.reshape(1, 1, -1)]
    ),
    "lp_pool2d": (lambda x: F.lp_pool2d(x, 2.0, 2), [IMAGE]),
    "cross_entropy": (lambda x: F.cross_entropy(x, LABELS) * 1024, [LOGITS]),
    "cross_entropy of large": (
        lambda x: F.cross_entropy(x, LABELS[:4], label_smoothing=0.1), [LARGE]
    ),
    "cross_entropy with weights": (
        lambda x: F.cross_entropy(x, LABELS, np.full(10, 30.0), reduction="mean") * 1024, [LOGITS]
    ),
    "cross_entropy of shares": (
        lambda x: F.cross_entropy(x, np.full((4, 64), 1 / 64)), [LARGE]
    ),
    "nll_loss": (lambda x: F.nll_loss(x, LABELS, np.full(10, 30.0)) * 1024, [-np.abs(LOGITS)]),
    "binary_cross_entropy": (
        lambda x, y: F.binary_cross_entropy(x, y) * 1024, [_half(0.9 * LONG), LONG[::-1].copy()]
    ),
    "binary_cross_entropy_with_logits": (
        lambda x, y: F.binary_cross_entropy_with_logits(x, y) * 1024, [SIGNED, LONG]
    ),
    "mse_loss": (lambda x, y: F.mse_loss(x, y) / 64, [APART, OTHER]),
    "l1_loss": (lambda x, y: F.l1_loss(x, y) * 1024, [SIGNED, LONG]),
    "huber_loss": (lambda x, y: F.huber_loss(x, y, delta=500.0) / 16, [APART, OTHER]),
    "smooth_l1_loss": (lambda x, y: F.smooth_l1_loss(x, y) * 1024, [SIGNED, LONG]),
    "kl_div": (lambda x, y: F.kl_div(x, y) * 1024, [SIGNED, LONG]),
    "poisson_nll_loss": (
        lambda x, y: F.poisson_nll_loss(x, y, False, True) / 4, [LARGE, OTHER]
    ),
    "gaussian_nll_loss": (
        lambda x, y, v: F.gaussian_nll_loss(x, y, v) / 4, [LARGE * 3, OTHER, OTHER]
    ),
    "soft_margin_loss": (lambda x: F.soft_margin_loss(x, np.ones(MANY)) * 1024, [SIGNED]),
    "multilabel_soft_margin_loss": (
        lambda x, y: F.multilabel_soft_margin_loss(x, y) * 1024, [SIGNED, LONG]
    ),
    "multi_margin_loss": (
        lambda x: F.multi_margin_loss(x, LABELS[:4], 2, 200.0) / 64, [LARGE]
    ),
    "multilabel_margin_loss": (
        lambda x: F.multilabel_margin_loss(x, np.arange(256).reshape(4, 64) % 64 - 32), [LARGE]
    ),
    "cosine_embedding_loss": (
        lambda x, y: F.cosine_embedding_loss(x, y, np.array([1, -1, 1, -1])) * 64, [LARGE, OTHER]
    ),
    "hinge_embedding_loss": (lambda x: F.hinge_embedding_loss(x, SIGNS, 400.0), [LARGE]),
    "margin_ranking_loss": (
        lambda x, y: F.margin_ranking_loss(x, y, SIGNS, 100.0), [LARGE, OTHER]
    ),
    "triplet_margin_loss": (
        lambda x, y, z: F.triplet_margin_loss(x, y, z, 9000.0, swap=True),
        [LARGE * 20, OTHER, LARGE[::-1].copy()],
    ),
    "scaled_dot_product_attention": (
        lambda x, y: F.scaled_dot_product_attention(x, y, y),
        [_half(_rng.standard_normal((1, 5, 8))), _half(_rng.standard_normal((1, 9, 8)))],
    ),
    "ctc_loss": (
        lambda x: F.ctc_loss(
            x.log_softmax(axis=2), np.array([[1, 2], [3, 3]]), np.array([40, 30]), np.array([2, 2])
        ) * 64,
        [_half(_rng.standard_normal((40, 2, 5)))],
    ),
    "linear_cross_entropy": (
        lambda x, w: F.linear_cross_entropy(x, w, LABELS[:1000]) * 64,
        [MATRIX[:1000], _half(_rng.standard_normal((10, 70)))],
    ),
    "conv2d": (
        lambda x: F.conv2d(x, np.full((2, 3, 3, 3), 0.5, np.float16)) / 16, [IMAGE]
    ),
}  # fmt: skip


def _run(call, arrays, dtype):
    leaves = [Tensor(each.astype(dtype), requires_grad=True) for each in arrays]
    out = call(*leaves)
    weights = np.cos(1.3 * np.arange(out.size)).astype(np.float16).reshape(out.shape)
    out.backward(weights.astype(dtype))
    return out, [leaf.grad for leaf in leaves]


@pytest.mark.parametrize("name", CALLS)
def test_as_float64_rounded_once(name) -> None:
    call, arrays = CALLS[name]
    expected, gradients = _run(call, arrays, np.float64)
    found, found_gradients = _run(call, arrays, np.float16)
    assert found.dtype == np.float16
    close(found.data, expected.data, 2e-3)
    for ours, theirs in zip(found_gradients, gradients, strict=True):
        assert ours.dtype == np.float16
        close(ours.data, theirs.data, 4e-3)


def close(found, expected, share) -> None:
    """Equal up to a share of the largest, or a few of the smallest steps that float16 has."""
    found = found.astype(np.float64)
    assert np.isfinite(found).all()
    size = np.abs(expected).max(initial=0)
    assert size < 60_000
    np.testing.assert_allclose(found, expected, rtol=2 * share, atol=max(share * size, 2e-7))
    if size > 1e-5:
        assert np.abs(found).max() > 0


def test_every_loss_norm_and_pool_of_numbers_is_among_the_calls() -> None:
    names = {n for n in F.__all__ if any(word in n for word in ("loss", "norm", "entropy"))}
    assert names | {"softmax", "cosine_similarity", "pairwise_distance", "kl_div"} <= {
        name.partition(" ")[0] for name in CALLS
    } | {"triplet_margin_with_distance_loss"}
    accumulating = {op.name for op in records.values() if op.accumulates}
    assert accumulating >= {"mean", "var", "std", "softmax", "normalize", "cross_entropy"}


def test_statistics_beside_a_result_may_be_larger_than_float16() -> None:
    x = Tensor(LARGE.astype(np.float16) * np.float16(30.0))
    out, mean, variance = autograd.ops.normalize(x, None, None, (1,), (64,))
    assert out.dtype == np.float16
    np.testing.assert_allclose(variance.data, 900 * LARGE.var(axis=1, keepdims=True), rtol=1e-2)
    np.testing.assert_allclose(mean.data, 30 * LARGE.mean(axis=1, keepdims=True), rtol=1e-3)


def test_norms_of_gradients_are_counted_in_float32() -> None:
    weight = nn.Parameter(np.zeros(MANY, np.float16))
    weight.grad = Tensor(np.full(MANY, 300.0, np.float16))
    total = nn.utils.clip_grad_norm_([weight], 100.0)
    assert total.item() == pytest.approx(300 * MANY**0.5, rel=1e-6)
    np.testing.assert_allclose(weight.grad.data.astype(float), 100 / MANY**0.5, rtol=1e-3)


OPTIMIZERS = [
    each
    for each in vars(nn.optim).values()
    if isinstance(each, type) and issubclass(each, nn.optim.Optimizer)
    and each.update is not nn.optim.Optimizer.update
]  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda each: each.__name__)
def test_squares_of_gradients_do_not_overflow_in_optimizers(optimizer) -> None:
    found = {}
    for dtype in (np.float16, np.float64):
        weight = nn.Parameter(np.array([[1.0, -2.0]], dtype))  # a matrix, as Muon wants it
        moving = optimizer([weight], lr=1e-3)
        for step in range(5):
            weight.grad = Tensor(np.array([[300.0, -1000.0 + step]], dtype))
            moving.step()
        assert weight.dtype == dtype
        found[dtype] = weight.data.astype(float)
    np.testing.assert_allclose(found[np.float16], found[np.float64], rtol=2e-3)


def test_beside_float32_the_result_stays_float32() -> None:
    half, single = np.ones((3, 2), np.float16), np.ones(2, np.float32)
    assert F.layer_norm(Tensor(half), (2,), Tensor(single)).dtype == np.float32
    assert autograd.ops.linear(Tensor(half), Tensor(single[None])).dtype == np.float32
