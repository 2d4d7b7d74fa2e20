"""Losses against PyTorch's: values and gradients for every reduction and setting."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from autograd import Tensor  # noqa: E402
from tests.nn.pytorch.twin import Fixed, assert_same_function, normal  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::autograd.TrapWarning")  # scores, not logarithms

RNG = np.random.default_rng(0)
LABELS = np.array([2, 0, 1, 2, 1])
PICTURE = RNG.integers(0, 3, (2, 4, 5))
SHARES = RNG.dirichlet(np.ones(3), 5)
SIGNS = np.array([1, -1, 1, -1, 1])
WEIGHTS = np.array([0.5, 1.0, 3.0])
X, Y = normal(5, 3), normal(5, 3, seed=1)
P = RNG.uniform(0.05, 0.95, (5, 3))
BITS = RNG.integers(0, 2, (5, 3)).astype(float)

# Name, settings (arrays become tensors), inputs; "none" is added to the reductions of all.
LOSSES = [
    ("L1Loss", {}, [X, Y]),
    ("MSELoss", {}, [X, Y]),
    ("HuberLoss", {}, [X, Y]),
    ("HuberLoss", {"delta": 0.4}, [X, Y]),
    ("SmoothL1Loss", {"beta": 0.5}, [X, Y]),
    ("SmoothL1Loss", {"beta": 0.0}, [X, Y]),
    ("KLDivLoss", {}, [np.log(P), SHARES]),
    ("KLDivLoss", {}, [X, Fixed(np.eye(3)[LABELS])]),
    ("KLDivLoss", {"log_target": True}, [np.log(P), np.log(SHARES)]),
    ("PoissonNLLLoss", {}, [X, np.abs(Y) * 3]),
    ("PoissonNLLLoss", {"full": True}, [X, np.abs(Y) * 3]),
    ("PoissonNLLLoss", {"log_input": False}, [np.abs(X), np.abs(Y)]),
    ("GaussianNLLLoss", {}, [X, Y, np.abs(normal(5, 3, seed=2))]),
    ("GaussianNLLLoss", {"full": True}, [X, Y, np.abs(normal(5, 1, seed=2))]),
    ("GaussianNLLLoss", {"eps": 0.5}, [X, Y, np.abs(normal(5, seed=2))]),
    ("CrossEntropyLoss", {}, [X, LABELS]),
    ("CrossEntropyLoss", {}, [X * 1000, LABELS]),
    ("CrossEntropyLoss", {"weight": WEIGHTS}, [X, LABELS]),
    ("CrossEntropyLoss", {"label_smoothing": 0.2}, [X, LABELS]),
    ("CrossEntropyLoss", {"weight": WEIGHTS, "label_smoothing": 0.2}, [X, LABELS]),
    ("CrossEntropyLoss", {"ignore_index": 2}, [X, LABELS]),
    ("CrossEntropyLoss", {"weight": WEIGHTS, "label_smoothing": 0.2, "ignore_index": -1},
     [X, np.where(LABELS == 1, -1, LABELS)]),
    ("CrossEntropyLoss", {"weight": WEIGHTS, "label_smoothing": 0.1},
     [normal(2, 3, 4, 5), PICTURE]),
    ("CrossEntropyLoss", {}, [normal(3), np.array(2)]),
    ("CrossEntropyLoss", {}, [X, SHARES]),
    ("CrossEntropyLoss", {"weight": WEIGHTS, "label_smoothing": 0.2}, [X, SHARES]),
    ("CrossEntropyLoss", {},
     [normal(2, 3, 4), np.moveaxis(RNG.dirichlet(np.ones(3), (2, 4)), 2, 1)]),
    ("NLLLoss", {}, [X, LABELS]),
    ("NLLLoss", {"weight": WEIGHTS, "ignore_index": 0}, [X, LABELS]),
    ("NLLLoss", {"weight": WEIGHTS}, [normal(2, 3, 4, 5), PICTURE]),
    ("NLLLoss", {}, [normal(3), np.array(1)]),
    ("BCELoss", {}, [P, BITS]),
    ("BCELoss", {"weight": WEIGHTS}, [P, SHARES]),
    ("BCEWithLogitsLoss", {}, [X * 100, BITS]),
    ("BCEWithLogitsLoss", {"weight": WEIGHTS, "pos_weight": np.array([1.0, 2.0, 0.5])},
     [X, SHARES]),
    ("SoftMarginLoss", {}, [X, Fixed(np.where(BITS == 0, -1.0, 1.0))]),
    ("MultiLabelSoftMarginLoss", {}, [X, BITS]),
    ("MultiLabelSoftMarginLoss", {"weight": WEIGHTS}, [X, BITS]),
    ("MultiMarginLoss", {}, [X, LABELS]),
    ("MultiMarginLoss", {"p": 2, "margin": 0.5, "weight": WEIGHTS}, [X, LABELS]),
    ("MultiMarginLoss", {}, [X[0], np.array(1)]),
    ("MultiLabelMarginLoss", {}, [normal(2, 4), np.array([[3, 0, -1, 1], [2, -1, -1, -1]])]),
    ("MultiLabelMarginLoss", {}, [normal(4), np.array([3, 0, -1, 1])]),
    ("CosineEmbeddingLoss", {}, [X, Y, SIGNS]),
    ("CosineEmbeddingLoss", {"margin": 0.3}, [X, Y, SIGNS]),
    ("HingeEmbeddingLoss", {"margin": 0.7}, [np.abs(X), np.where(BITS == 0, -1, 1)]),
    ("MarginRankingLoss", {"margin": 0.2}, [X[:, 0], Y[:, 0], SIGNS.astype(float)]),
    ("TripletMarginLoss", {}, [X, Y, normal(5, 3, seed=2)]),
    ("TripletMarginLoss", {"p": 1.0, "margin": 2.0, "swap": True}, [X, Y, normal(5, 3, seed=2)]),
    ("TripletMarginWithDistanceLoss", {"swap": True}, [X, Y, normal(5, 3, seed=2)]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    ("name", "settings", "inputs"),
    LOSSES,
    ids=[f"{loss[0]}-{position}" for position, loss in enumerate(LOSSES)],
)
def test_loss(name, settings, inputs, reduction):
    theirs = {
        key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for key, value in settings.items()
    }
    assert_same_function(
        getattr(nn, name)(**settings, reduction=reduction),
        getattr(torch.nn, name)(**theirs, reduction=reduction),
        *inputs,
    )


def test_batchmean():
    ours = nn.KLDivLoss(reduction="batchmean")
    assert_same_function(ours, torch.nn.KLDivLoss(reduction="batchmean"), np.log(P), SHARES)


def test_binary_cross_entropy_at_certainty_is_bounded_like_pytorch():
    p, t = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    ours = nn.functional.binary_cross_entropy(Tensor(p), t, reduction="none")
    theirs = torch.nn.functional.binary_cross_entropy(
        torch.from_numpy(p), torch.from_numpy(t), reduction="none"
    )
    np.testing.assert_array_equal(ours.data, theirs.numpy())


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_similarity_and_distance(dim):
    x, y = normal(4, 3, 2), normal(4, 3, 2, seed=1)
    assert_same_function(nn.CosineSimilarity(dim), torch.nn.CosineSimilarity(dim), x, y)
    for p, keepdim in ((2.0, False), (1.0, True), (3.0, False), (float("inf"), False)):
        assert_same_function(
            nn.PairwiseDistance(p, keepdim=keepdim),
            torch.nn.PairwiseDistance(p, keepdim=keepdim),
            x,
            y,
        )


def test_at_zero_eps_decides_as_in_pytorch():
    x, y = np.zeros((2, 3)), normal(2, 3)
    assert_same_function(nn.CosineSimilarity(), torch.nn.CosineSimilarity(), x, y)
    assert_same_function(nn.functional.normalize, torch.nn.functional.normalize, x)
    assert_same_function(nn.PairwiseDistance(), torch.nn.PairwiseDistance(), y, y)
