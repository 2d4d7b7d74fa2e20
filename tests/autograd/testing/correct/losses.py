"""Losses, with targets that are constants."""

import numpy as np

import autograd as ag
import nn.functional as F
from autograd.testing.strategies import arrays
from tests.autograd.testing.correct.suite import Suite

suite = Suite()
X = arrays((2, 3))
NEAR = arrays((2, 3), domain="moderate")
SHARES = arrays((2, 3), domain="probability")
TARGET = np.array([[0.3, -1.2, 2.0], [0.0, 1.0, -0.7]])
ZERO_ONE = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
LABELS = np.array([2, 0])
ONE_HOT = np.eye(3)[LABELS]
add = suite.add


def focal(x):
    p = ag.softmax(x, axis=-1)[np.arange(2), LABELS]
    return (-((1 - p) ** 2) * ag.log(p + 1e-9)).mean()


add("mean square", lambda x: ((x - TARGET) ** 2).mean(), X)
add("half of the squares", lambda x: 0.5 * ((x - TARGET) ** 2).sum() / 2, X)
add("mean square of the library", lambda x: F.mse_loss(x, TARGET), X)
add(
    "mean square of a layer", lambda w: ((TARGET @ w - ZERO_ONE[:, :2]) ** 2).mean(), arrays((3, 2))
)
add("absolute error", lambda x: ag.abs(x - TARGET).mean(), X)
add("Huber", lambda x: F.huber_loss(x, TARGET), X)
add("smooth absolute error", lambda x: F.smooth_l1_loss(x, TARGET, beta=0.3), X)
add("cross entropy", lambda x: F.cross_entropy(x, LABELS), X)
add("cross entropy, smoothed", lambda x: F.cross_entropy(x, LABELS, label_smoothing=0.1), X)
add("cross entropy by hand", lambda x: -(ag.log_softmax(x, -1) * ONE_HOT).sum() / 2, X)
add(
    "cross entropy of the course book",
    lambda x: -(ONE_HOT * ag.log(ag.softmax(x, -1) + 1e-7)).sum() / 2,
    X,
)
add("likelihood by index", lambda x: -ag.log_softmax(x, -1)[np.arange(2), LABELS].mean(), X)
add("binary cross entropy", lambda x: F.binary_cross_entropy_with_logits(x, ZERO_ONE), X)
add("binary cross entropy by hand", lambda p: -(
    ZERO_ONE * ag.log(p) + (1 - ZERO_ONE) * ag.log(1 - p)).mean(), SHARES)  # fmt: skip
add("binary cross entropy of a sigmoid", lambda x: -(
    ZERO_ONE * ag.log(ag.sigmoid(x) + 1e-9)
    + (1 - ZERO_ONE) * ag.log(1 - ag.sigmoid(x) + 1e-9)).mean(), NEAR)  # fmt: skip
add("hinge", lambda x: ag.maximum(0.0, 1 - (2 * ZERO_ONE - 1) * x).mean(), X)
add("squared hinge", lambda x: (ag.maximum(0.0, 1 - (2 * ZERO_ONE - 1) * x) ** 2).mean(), X)
add("logistic loss", lambda x: ag.log(1 + ag.exp(-(2 * ZERO_ONE - 1) * x)).mean(), NEAR)
add("divergence", lambda p: (p * (ag.log(p) - np.log(0.25))).sum(), SHARES)
add(
    "divergence of softmaxes",
    lambda x, y: (ag.softmax(x, -1) * (ag.log_softmax(x, -1) - ag.log_softmax(y, -1))).sum(),
    NEAR,
    NEAR,
)
add(
    "Jensen-Shannon",
    lambda p, q: (p * ag.log(2 * p / (p + q)) + q * ag.log(2 * q / (p + q))).sum(),
    SHARES,
    SHARES,
)
add("Poisson likelihood", lambda x: (ag.exp(x) - ZERO_ONE * x).mean(), NEAR)
add(
    "Gaussian likelihood",
    lambda m, s: (ag.log(s) + 0.5 * ((m - TARGET) / s) ** 2).mean(),
    NEAR,
    arrays((2, 3), domain="positive"),
)
add("focal loss", focal, NEAR)
add("contrastive loss", lambda x, y: ag.maximum(
    0.0, 1.0 - ag.sqrt(((x - y) ** 2).sum(-1) + 1e-9)).sum(), X, X)  # fmt: skip
add("triplet loss", lambda a, p, n: ag.relu(
    ((a - p) ** 2).sum(-1) - ((a - n) ** 2).sum(-1) + 0.2).sum(), X, X, X)  # fmt: skip
add("penalty on weights", lambda w: 1e-4 * (w**2).sum() + 1e-5 * ag.abs(w).sum(), X)
add("elastic net", lambda x, w: ((x @ w) ** 2).mean() + 0.01 * (w**2).sum(), X, arrays((3,)))
add("log cosh loss", lambda x: ag.log(ag.cosh(x - TARGET)).mean(), NEAR)
add("quantile loss", lambda x: ag.maximum(0.9 * (TARGET - x), -0.1 * (TARGET - x)).mean(), X)
add("Dice loss", lambda p: 1 - 2 * (p * ZERO_ONE).sum() / ((p + ZERO_ONE).sum() + 1e-6), SHARES)
add("evidence bound", lambda m, v: -0.5 * (1 + v - m**2 - ag.exp(v)).sum(), NEAR, NEAR)
