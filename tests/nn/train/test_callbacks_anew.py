"""One callback in several trainings: with another trainer or model it begins anew."""

import copy
import pickle

import numpy as np
import pytest

import autograd
import nn
from nn.optim.lr_scheduler import ExponentialLR
from nn.train import (
    Callback,
    Checkpoint,
    CSVLog,
    EarlyStopping,
    Schedule,
    StopOnNaN,
    Trainer,
)  # fmt: skip

X = np.random.default_rng(0).standard_normal((12, 3)).astype(np.float32)
Y = X.sum(axis=1, keepdims=True).astype(np.float32)


def make(callbacks, seed=0, lr=0.1):
    autograd.manual_seed(seed)
    model = nn.Linear(3, 1)
    optimizer = nn.optim.SGD(model.parameters(), lr=lr)
    return Trainer(model, optimizer, nn.MSELoss(), callbacks=callbacks, progress=False)


def fit(trainer, epochs=6, batch=4):
    batches = [
        (X[start : start + batch], Y[start : start + batch]) for start in range(0, 12, batch)
    ]
    trainer.fit(batches, epochs, validation=batches)
    return trainer


class Counting(Callback):
    """One of a user, with a state."""

    def __init__(self):
        self.seen = []

    def epoch_ended(self, trainer, record):
        self.seen.append(record["epoch"])

    def state_dict(self):
        return {"seen": list(self.seen)}

    def load_state_dict(self, state_dict):
        self.seen = list(state_dict["seen"])


def callbacks(folder):
    return {
        "EarlyStopping": lambda: EarlyStopping("validation loss", patience=2),
        "Checkpoint": lambda: Checkpoint(folder / "a.npz", best="validation loss"),
        "CSVLog": lambda: CSVLog(folder / "a.csv"),
        "StopOnNaN": lambda: StopOnNaN(),
        "a user's": lambda: Counting(),
    }


KINDS = ["EarlyStopping", "Checkpoint", "CSVLog", "StopOnNaN", "a user's"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", ["trainer", "model", "both go away"])
def test_the_second_training_is_as_if_it_were_the_first(kind, change, tmp_path):
    callback, alone = callbacks(tmp_path)[kind](), callbacks(tmp_path / "alone")[kind]()
    (tmp_path / "alone").mkdir()
    first = fit(make([callback], seed=1, lr=0.2))
    kept = {name: value.data.copy() for name, value in first.model.state_dict().items()}
    if change == "model":
        second = first
        autograd.manual_seed(2)
        second.model = nn.Linear(3, 1)
        second.optimizer = nn.optim.SGD(second.model.parameters(), lr=0.01)
    else:
        if change == "both go away":
            first = None
        second = make([callback], seed=2, lr=0.01)
    fit(second, 3)
    expected = fit(make([alone], seed=2, lr=0.01), 3)
    for name, value in second.model.state_dict().items():
        np.testing.assert_array_equal(value.data, expected.model.state_dict()[name].data)
    state, other = callback.state_dict(), alone.state_dict()
    assert set(state) == set(other)
    for name in set(state) - {"weights", "best_epoch", "seen"}:
        assert state[name] == other[name]
    if first is not None and change == "trainer":
        for name, value in first.model.state_dict().items():
            np.testing.assert_array_equal(value.data, kept[name], "the first is left alone")


def test_a_loop_over_folds_gives_every_model_its_own_weights():
    stopping = EarlyStopping("validation loss", patience=1)
    models = [fit(make([stopping], seed=seed, lr=0.05 / (seed + 1))).model for seed in range(3)]
    weights = [model.weight.data for model in models]
    assert not np.array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[1], weights[2])


def test_a_model_of_other_shapes_is_no_error():
    stopping = EarlyStopping("validation loss", patience=1)
    fit(make([stopping]))
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    trainer = Trainer(model, optimizer, nn.MSELoss(), callbacks=[stopping], progress=False)
    fit(trainer)
    assert set(stopping.weights) == set(model.state_dict())


def test_a_second_fit_of_the_same_trainer_goes_on():
    counting = Counting()
    trainer = fit(make([counting]), 2)
    fit(trainer, 2)
    assert counting.seen == [1, 2, 3, 4]
    stopping = EarlyStopping("validation loss", patience=2)
    trainer = fit(make([stopping], lr=0.05), 3)
    best = stopping.watch.best
    trainer.optimizer.param_groups[0]["lr"] = 5.0  # only worse from here
    with np.errstate(all="ignore"):
        fit(trainer, 5)
    assert stopping.watch.best == best
    assert stopping.best_epoch <= 3


@pytest.mark.parametrize("kind", ["EarlyStopping", "a user's"])
def test_what_was_loaded_is_kept(kind, tmp_path):
    saved = fit(make([callbacks(tmp_path)[kind]()]), 2)
    saved.save(tmp_path / "b.npz")
    again = make([callbacks(tmp_path)[kind]()])
    again.load(tmp_path / "b.npz")
    fit(again, 1)
    whole = fit(make([callbacks(tmp_path)[kind]()]), 3)
    assert repr(again.callbacks[0].state_dict()) == repr(whole.callbacks[0].state_dict())
    other = fit(make(again.callbacks, seed=5), 1)
    fresh = fit(make([callbacks(tmp_path)[kind]()], seed=5), 1)
    assert repr(other.callbacks[0].state_dict()) == repr(fresh.callbacks[0].state_dict())


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_callbacks_that_worked_can_be_copied(clone):
    stopping = EarlyStopping("validation loss")
    fit(make([stopping]))
    assert clone(stopping).watch.best == stopping.watch.best


def test_a_schedule_of_another_optimizer_is_refused():
    first = make([])
    first.callbacks = [Schedule(ExponentialLR(first.optimizer, 0.5))]
    fit(first, 1)
    with pytest.raises(ValueError, match="ExponentialLR is of another optimizer"):
        fit(make(first.callbacks))
