"""The step of several batches is that of one large one, whatever the loss divides by."""

from itertools import pairwise

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn import functional as F
from nn.train import Accuracy, Trainer
from tests.nn.samples import LOSSES

RNG = np.random.default_rng(0)
SIZES = (5, 3, 4)  # of the batches
X = RNG.standard_normal((sum(SIZES), 4, 3))
LABELS = np.where(RNG.random((sum(SIZES), 3)) < 0.5, 0, RNG.integers(0, 4, (sum(SIZES), 3)))
LABELS[:5, 1:] = 0  # mostly padding
LABELS[0, 0] = 1
NUMBERS = RNG.random(X.shape)
WEIGHTS = [1.0, 5.0, 0.5, 2.0]


def flat(loss):
    """A loss of words in one row, as language models have it."""

    def of(outputs, targets):
        return loss(outputs.transpose(0, 2, 1).reshape((-1, 4)), targets.reshape(-1))

    return of


OF_LABELS = {
    "a plain mean": F.cross_entropy,
    "ignore_index": nn.CrossEntropyLoss(ignore_index=0),
    "class weights": nn.CrossEntropyLoss(WEIGHTS),
    "both": nn.CrossEntropyLoss(WEIGHTS, ignore_index=0),
    "both, smoothed": nn.CrossEntropyLoss(WEIGHTS, ignore_index=0, label_smoothing=0.1),
    "in one row": flat(nn.CrossEntropyLoss(ignore_index=0)),
    "a sum": nn.CrossEntropyLoss(ignore_index=0, reduction="sum"),
    "nll": lambda o, t: F.nll_loss(F.log_softmax(o, 1), t, np.array(WEIGHTS), 0),
    "nll, a sum": lambda o, t: F.nll_loss(F.log_softmax(o, 1), t, None, 0, "sum"),
    "a multiple": lambda o, t: 3 * F.cross_entropy(o, t, ignore_index=0),
    "a sum over one's own number": lambda o, t: F.cross_entropy(o, t, reduction="sum") / len(o),
    "one's own mean": lambda o, t: -F.log_softmax(o, 1)[:, 0].mean(),
    "two in one ratio": lambda o, t: F.cross_entropy(o, t) + 0.1 * F.mse_loss(o, np.zeros(o.shape)),
}  # fmt: skip
OF_NUMBERS = {
    name: LOSSES[name].make
    for name in (
        "MSELoss", "L1Loss", "HuberLoss", "SmoothL1Loss", "BCEWithLogitsLoss", "PoissonNLLLoss",
        "KLDivLoss",
    )
} | {
    "MSELoss, a sum": lambda: nn.MSELoss(reduction="sum"),
    "KLDivLoss per example": lambda: nn.KLDivLoss("batchmean"),
    "shares": lambda: nn.CrossEntropyLoss(),
}  # fmt: skip


def cases():
    for name, loss in OF_LABELS.items():
        yield pytest.param(loss, LABELS, id=name)
    for name, make in OF_NUMBERS.items():
        yield pytest.param(make(), NUMBERS, id=name)


class Model(nn.Module):
    def __init__(self):
        self.scale = nn.Parameter(np.linspace(0.5, 1.5, 12).reshape(4, 3))
        self.shift = nn.Parameter(np.zeros((4, 1)))

    def forward(self, x):
        return x * self.scale + self.shift


def batches(targets):
    ends = np.cumsum((0, *SIZES))
    return [(X[a:b], targets[a:b]) for a, b in pairwise(ends)]


def trainer(loss, optimizer="SGD", metrics=(), **settings):
    model = Model()
    extra = {"max_iter": 3} if optimizer == "LBFGS" else {}
    made = getattr(nn.optim, optimizer)(model.parameters(), lr=0.1, **extra)
    return Trainer(model, made, loss, metrics, progress=False, **settings)


@pytest.mark.parametrize("optimizer", ["SGD", "LBFGS"])
@pytest.mark.parametrize(("loss", "targets"), list(cases()))
def test_the_step_is_that_of_one_large_batch(loss, targets, optimizer):
    several, whole = trainer(loss, optimizer, accumulate=3), trainer(loss, optimizer)
    several.fit(batches(targets), 1)
    whole.fit([(X, targets)], 1)
    for one, other in zip(several.model.parameters(), whole.model.parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=1e-10)
    np.testing.assert_allclose(several.history["loss"], whole.history["loss"], rtol=1e-10)


@pytest.mark.parametrize(("loss", "targets"), list(cases()))
def test_the_loss_that_is_reported_does_not_depend_on_the_batches(loss, targets):
    measured = trainer(loss)
    whole = measured.evaluate([(X, targets)])["loss"]
    np.testing.assert_allclose(measured.evaluate(batches(targets))["loss"], whole, rtol=1e-10)
    loss_of_all = loss(measured.model(X), targets).item()
    is_sum = getattr(loss, "reduction", None) == "sum" or loss is OF_LABELS["nll, a sum"]
    np.testing.assert_allclose(whole, loss_of_all / (len(X) if is_sum else 1), rtol=1e-10)


@pytest.mark.parametrize("accumulate", [1, 2, 3])
@pytest.mark.parametrize("where", range(3))
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "LBFGS"])
def test_a_batch_in_which_all_is_ignored_changes_nothing(accumulate, where, optimizer):
    targets = LABELS.copy()
    ends = np.cumsum((0, *SIZES))
    targets[ends[where] : ends[where + 1]] = 0
    loss = nn.CrossEntropyLoss(ignore_index=0)
    padded = trainer(loss, optimizer, ["accuracy"], accumulate=accumulate)
    without = trainer(loss, optimizer, ["accuracy"], accumulate=accumulate)
    padded.fit(batches(targets), 1)
    kept = [each for number, each in enumerate(batches(targets)) if number != where]
    if accumulate == 2:  # the windows are others
        kept = batches(targets)
    without.fit(kept, 1)
    assert all(np.isfinite(each.data).all() for each in padded.model.parameters())
    for one, other in zip(padded.model.parameters(), without.model.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    assert padded.history.records == without.history.records
    assert padded.evaluate(batches(targets)) == without.evaluate(kept)


def test_an_epoch_in_which_all_is_ignored_makes_no_step():
    nothing = trainer(nn.CrossEntropyLoss(ignore_index=0), metrics=())
    before = nothing.model.state_dict()
    nothing.fit(batches(np.zeros_like(LABELS)), 1)
    assert (nothing.step, nothing.epoch) == (0, 1)
    assert np.isnan(nothing.history["loss"]).all()
    for name, value in nothing.model.state_dict().items():
        np.testing.assert_array_equal(value.data, before[name].data)


@pytest.mark.parametrize("loss", ["ignore_index", "nll", "both"])
def test_padding_is_no_wrong_answer(loss):
    measured = trainer(OF_LABELS[loss], metrics={"accuracy": Accuracy()})
    outputs = measured.model(X).data
    kept = LABELS != 0
    expected = (outputs.argmax(axis=1) == LABELS)[kept].mean()
    assert measured.evaluate(batches(LABELS))["accuracy"] == pytest.approx(expected)
    measured.fit(batches(LABELS), 1)
    assert measured.history["accuracy"][0] != pytest.approx(
        (outputs.argmax(axis=1) == LABELS).mean()
    )


def test_parts_that_cannot_be_put_together_are_said():
    def loss(outputs, targets):
        return F.cross_entropy(outputs, targets, ignore_index=0) + F.mse_loss(outputs, outputs * 0)

    with pytest.warns(RuntimeWarning, match="several parts that are means over different numbers"):
        trainer(loss, accumulate=3).fit(batches(LABELS), 1)
    trainer(loss).fit(batches(LABELS), 1)  # nothing to say where every batch is a step


def test_nobody_listens_outside_of_training():
    logits = Tensor(X, requires_grad=True)
    loss = nn.CrossEntropyLoss(ignore_index=0)(logits, LABELS)
    loss.backward()
    assert np.isfinite(autograd.value(logits.grad)).all()
