"""What reads images at any places, bags of words and labels without times, against PyTorch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
import nn.functional as F  # noqa: E402
from tests.nn.pytorch.twin import assert_same_function, assert_same_model, normal  # noqa: E402

RNG = np.random.default_rng(0)
T = torch.nn.functional


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_images_at_places(mode, padding, align):
    image, grid = normal(2, 3, 4, 5), RNG.uniform(-2.6, 2.6, (2, 6, 3, 2))
    settings = {"mode": mode, "padding_mode": padding, "align_corners": align}
    assert_same_function(F.grid_sample, T.grid_sample, image, grid, precision=1e-11, **settings)
    thin = normal(2, 3, 1, 5)
    assert_same_function(F.grid_sample, T.grid_sample, thin, grid, precision=1e-11, **settings)


@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
def test_volumes_at_places(mode, padding, align):
    volume, grid = normal(1, 2, 3, 4, 5), RNG.uniform(-2.2, 2.2, (1, 2, 3, 2, 3))
    settings = {"mode": mode, "padding_mode": padding, "align_corners": align}
    assert_same_function(F.grid_sample, T.grid_sample, volume, grid, precision=1e-11, **settings)


@pytest.mark.filterwarnings("ignore:Since version 1.3.0, affine_grid")
@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (2, 1, 1, 3), (2, 3, 4, 5, 2)])
def test_affine_places(size, align):
    axes = len(size) - 2
    assert_same_function(
        lambda theta: F.affine_grid(theta, size, align),
        lambda theta: T.affine_grid(theta, list(size), align),
        normal(2, axes, axes + 1),
    )


BAGS = np.array([1, 3, 0, 3, 2, 5, 5])
OFFSETS = np.array([0, 2, 2, 5])


@pytest.mark.parametrize(
    ("mode", "settings"),
    [
        *itertools.product(
            ["sum", "mean", "max"], [{}, {"padding_idx": 3}, {"max_norm": 1.0}]
        ),
        ("sum", {"scale_grad_by_freq": True}), ("mean", {"scale_grad_by_freq": True}),
    ],
)  # fmt: skip
def test_bags(mode, settings):
    for inputs in ((BAGS.reshape(1, 7),), (BAGS, OFFSETS), (BAGS[:6].reshape(3, 2),)):
        assert_same_model(
            nn.EmbeddingBag(6, 4, mode=mode, **settings),
            torch.nn.EmbeddingBag(6, 4, mode=mode, **settings),
            *inputs,
        )


def test_bags_with_factors_and_a_last_offset():
    settings = {"mode": "sum", "include_last_offset": True, "padding_idx": 0}
    ours, theirs = nn.EmbeddingBag(6, 4, **settings), torch.nn.EmbeddingBag(6, 4, **settings)
    assert_same_model(ours, theirs, BAGS, np.array([0, 2, 2, 7]), normal(7))


def test_embeddings_scaled_by_frequency():
    assert_same_model(
        nn.Embedding(6, 4, scale_grad_by_freq=True),
        torch.nn.Embedding(6, 4, scale_grad_by_freq=True),
        BAGS,
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("blank", [0, 4])
def test_labels_without_times(reduction, blank):
    steps, batch, classes = 9, 4, 5
    scores = normal(steps, batch, classes) * 2
    targets = RNG.integers(1, 4, (batch, 4))
    lengths, spent = np.array([4, 2, 0, 1]), np.array([9, 7, 5, 9])

    def ours(x):
        logs = F.log_softmax(x, -1)
        return F.ctc_loss(logs, targets, spent, lengths, blank, reduction)

    def theirs(x):
        logs = T.log_softmax(x, -1)
        given = (torch.tensor(each) for each in (targets, spent, lengths))
        return T.ctc_loss(logs, *given, blank, reduction)

    assert_same_function(ours, theirs, scores)
    flat = np.concatenate([row[:n] for row, n in zip(targets, lengths, strict=True)])
    np.testing.assert_allclose(
        F.ctc_loss(F.log_softmax(scores, -1), flat, spent, lengths, blank, reduction),
        ours(scores), rtol=1e-13,
    )  # fmt: skip


def test_labels_that_do_not_fit():
    scores = normal(3, 2, 4)
    targets, spent, lengths = np.array([[1, 1, 1], [1, 2, 3]]), np.array([3, 3]), np.array([3, 3])

    def both(function, to):
        return lambda x: function(
            x, to(targets), to(spent), to(lengths), reduction="sum", zero_infinity=True
        )

    assert_same_function(
        lambda x: both(F.ctc_loss, np.asarray)(F.log_softmax(x, -1)),
        lambda x: both(T.ctc_loss, torch.tensor)(T.log_softmax(x, -1)),
        scores,
    )
    logs = F.log_softmax(scores, -1)
    assert F.ctc_loss(logs, targets, spent, lengths, reduction="none")[0] == np.inf


def test_one_sequence_alone():
    scores = normal(6, 4)
    assert_same_function(
        lambda x: F.ctc_loss(F.log_softmax(x, -1), [1, 2, 2], 6, 3),
        lambda x: T.ctc_loss(
            T.log_softmax(x, -1), torch.tensor([1, 2, 2]), torch.tensor(6), torch.tensor(3)
        ),
        scores,
    )


@pytest.mark.parametrize("bias", [False, True])
def test_many_classes_in_clusters(bias):
    ours = nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 10, 15], 2.0, bias)
    theirs = torch.nn.AdaptiveLogSoftmaxWithLoss(16, 20, [5, 10, 15], 2.0, bias)
    x = normal(6, 16)
    assert_same_model(ours, theirs, x, np.array([0, 4, 5, 12, 19, 7]))
    assert_same_function(ours.log_prob, theirs.log_prob, x)
    np.testing.assert_array_equal(ours.predict(x).data, theirs.predict(torch.from_numpy(x)).numpy())


@pytest.mark.parametrize("p", [1.0, 2.0, np.inf])
def test_pairs(p):
    assert_same_function(lambda x: F.pdist(x, p), lambda x: T.pdist(x, p), normal(5, 3))
