"""Every optimizer and every schedule in the trainer, as in the loop written by hand."""

import inspect

import numpy as np
import pytest

import autograd
import nn
from nn.functional import cross_entropy, mse_loss
from nn.optim import lr_scheduler as schedules
from nn.train import Checkpoint, Schedule, Trainer

INPUTS = np.random.default_rng(0).normal(size=(12, 3)).astype(np.float32)
LABELS = (INPUTS.sum(axis=1) > 0).astype(np.int64)
BATCHES = [(INPUTS[:5], LABELS[:5]), (INPUTS[5:10], LABELS[5:10]), (INPUTS[10:], LABELS[10:])]

OPTIMIZERS = {
    name: kind
    for name, kind in ((name, getattr(nn.optim, name)) for name in nn.optim.__all__)
    if inspect.isclass(kind) and kind is not nn.optim.Optimizer
}
OPTIMIZERS["Muon"] = lambda params: nn.optim.Muon(each for each in params if each.ndim == 2)

# What each schedule needs, and how often it steps.
SCHEDULES = {
    "LambdaLR": (lambda o: schedules.LambdaLR(o, lambda n: 0.9**n), "epoch"),
    "MultiplicativeLR": (lambda o: schedules.MultiplicativeLR(o, lambda n: 0.9), "epoch"),
    "StepLR": (lambda o: schedules.StepLR(o, 2), "epoch"),
    "MultiStepLR": (lambda o: schedules.MultiStepLR(o, [2, 4], 0.5), "step"),
    "ConstantLR": (lambda o: schedules.ConstantLR(o, 0.5, 5), "step"),
    "LinearLR": (lambda o: schedules.LinearLR(o, 0.1, total_iters=7), "step"),
    "ExponentialLR": (lambda o: schedules.ExponentialLR(o, 0.8), "epoch"),
    "PolynomialLR": (lambda o: schedules.PolynomialLR(o, 9, 2.0), "step"),
    "CosineAnnealingLR": (lambda o: schedules.CosineAnnealingLR(o, 5), "epoch"),
    "CosineAnnealingWarmRestarts": (
        lambda o: schedules.CosineAnnealingWarmRestarts(o, 2, 2), "step",
    ),
    "CyclicLR": (lambda o: schedules.CyclicLR(o, 0.01, 0.1, 2), "step"),
    "OneCycleLR": (lambda o: schedules.OneCycleLR(o, 0.1, 12), "step"),
    "ReduceLROnPlateau": (lambda o: schedules.ReduceLROnPlateau(o, patience=0, threshold=0.9),
                          "epoch"),
    "SequentialLR": (
        lambda o: schedules.SequentialLR(
            o, [schedules.LinearLR(o, 0.5, total_iters=2), schedules.ExponentialLR(o, 0.5)], [2]
        ),
        "epoch",
    ),
    "ChainedScheduler": (
        lambda o: schedules.ChainedScheduler(
            [schedules.ConstantLR(o, 0.5, 2), schedules.StepLR(o, 3)]
        ),
        "epoch",
    ),
}  # fmt: skip


def build():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def by_hand(optimizer, model, schedule=None, every="epoch", epochs=4):
    """The loop written by hand; returns the rates at the end of each epoch."""
    rates = []
    for _ in range(epochs):
        total = 0.0
        for inputs, labels in BATCHES:

            def closure(inputs=inputs, labels=labels):
                optimizer.zero_grad()
                loss = cross_entropy(model(inputs), labels)
                loss.backward()
                return loss

            total += optimizer.step(closure).item() * len(labels)
            if schedule is not None and every == "step":
                schedule.step()
        rates.append(optimizer.param_groups[0]["lr"])
        if isinstance(schedule, schedules.ReduceLROnPlateau):
            schedule.step(total / len(LABELS))
        elif schedule is not None and every == "epoch":
            schedule.step()
    return rates


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_does_what_the_loop_by_hand_does(name):
    trained, expected = build(), build()
    by_hand(OPTIMIZERS[name](expected.parameters()), expected)
    trainer = Trainer(
        trained, OPTIMIZERS[name](trained.parameters()), cross_entropy, progress=False
    )
    trainer.fit(BATCHES, 4)
    for ours, theirs in zip(trained.parameters(), expected.parameters(), strict=True):
        np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-6, atol=1e-7)
    start = build()
    assert np.any(trained[0].weight.data != start[0].weight.data)


def test_every_schedule_is_tried():
    assert set(SCHEDULES) == set(schedules.__all__) - {"LRScheduler"}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_sets_the_rates_of_the_loop_by_hand_and_is_resumed(name, tmp_path):
    make, every = SCHEDULES[name]
    monitor = "loss" if name == "ReduceLROnPlateau" else None

    def trainer():
        model = build()
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        callbacks = [Schedule(make(optimizer), every, monitor), Checkpoint(tmp_path / "a.npz")]
        return Trainer(model, optimizer, cross_entropy, callbacks=callbacks, progress=False)

    whole = trainer()
    whole.fit(BATCHES, 4)
    model = build()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    assert whole.history["lr"] == by_hand(optimizer, model, make(optimizer), every)
    assert len(set(whole.history["lr"])) > 1, "the schedule does something"
    (tmp_path / "a.npz").unlink()
    trainer().fit(BATCHES, 2)
    again = trainer()
    again.load(tmp_path / "a.npz")
    again.fit(BATCHES, 4)
    assert again.history.records == whole.history.records


# --- L-BFGS, which asks for the loss of the same batches again


def test_lbfgs_finds_the_least_squares_in_a_few_steps():
    model = nn.Linear(3, 1).double()
    inputs = INPUTS.astype(np.float64)
    targets = inputs @ np.array([[1.0], [-2.0], [3.0]]) + 0.5
    optimizer = nn.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    trainer = Trainer(model, optimizer, mse_loss, "rmse", progress=False)
    history = trainer.fit((inputs, targets), epochs=3, batch_size=12)
    assert trainer.step == 3
    assert history["rmse"][0] > 0.1, "what was measured before the first step"
    np.testing.assert_allclose(model.weight.data, [[1.0, -2.0, 3.0]], atol=1e-5)


def test_lbfgs_takes_accumulated_batches_for_one():
    def trained(batches, accumulate):
        model = build().double()
        optimizer = nn.optim.LBFGS(model.parameters(), max_iter=4, line_search_fn="strong_wolfe")
        trainer = Trainer(model, optimizer, cross_entropy, accumulate=accumulate, progress=False)
        trainer.fit(batches, 2)
        assert trainer.step == 2
        return model

    parts = [(inputs.astype(np.float64), labels) for inputs, labels in BATCHES]
    small, large = trained(parts, 3), trained([(INPUTS.astype(np.float64), LABELS)], 1)
    for one, other in zip(small.parameters(), large.parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=1e-9)


def test_lbfgs_is_not_clipped():
    model = build()
    optimizer = nn.optim.LBFGS(model.parameters())
    with pytest.raises(ValueError, match="clip_norm does not go with LBFGS"):
        Trainer(model, optimizer, cross_entropy, clip_norm=1.0)
