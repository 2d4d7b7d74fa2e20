"""Whatever goes wrong in training, what was learned is kept and training can go on."""

import errno
import gc
import multiprocessing
import os
import signal
import sys

import numpy as np
import pytest

import autograd
import nn
from nn.atomic import replacing
from nn.data import DataLoader, Dataset, TensorDataset
from nn.functional import cross_entropy
from nn.train import Callback, Checkpoint, CSVLog, Schedule, StopOnNaN, Trainer
from nn.transforms import Compose, HorizontalFlip, RandomCrop

IMAGES = np.random.default_rng(0).random((20, 1, 8, 8)).astype(np.float32)
LABELS = (IMAGES.mean(axis=(1, 2, 3)) > 0.5).astype(np.int64)


class Augmented(Dataset):
    """Images that are changed at random whenever they are asked for."""

    def __init__(self) -> None:
        self.change = Compose([RandomCrop((8, 8), padding=1), HorizontalFlip()])

    def __len__(self) -> int:
        return len(IMAGES)

    def __getitem__(self, index):
        return self.change(IMAGES[index]), LABELS[index]


def build():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.3), nn.Flatten(),
        nn.Linear(4 * 36, 2),
    )  # fmt: skip


def make(callbacks=(), seed=0, lr=0.01, **settings):
    autograd.manual_seed(seed)
    model = build()
    optimizer = nn.optim.Adam(model.parameters(), lr=lr)
    return Trainer(
        model, optimizer, cross_entropy, "accuracy", callbacks, progress=False, **settings
    )


def weights(trainer):
    return {name: value.numpy().copy() for name, value in trainer.model.state_dict().items()}


class At(Callback):
    """Does something after a step."""

    def __init__(self, step, act) -> None:
        self.step, self.act = step, act

    def step_ended(self, trainer):
        if trainer.step == self.step:
            self.act()


# --- resuming


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("seed", [None, 4])
def test_workers_dropout_and_augmentation_continue_bit_for_bit(workers, seed, tmp_path):
    """Interrupted in the middle of the second epoch, and loaded by what might be a new process."""

    def loader():
        return DataLoader(Augmented(), 4, shuffle=True, num_workers=workers, seed=seed)

    def schedule(trainer):
        trainer.callbacks.insert(
            0, Schedule(nn.optim.lr_scheduler.ExponentialLR(trainer.optimizer, 0.99), "step")
        )
        return trainer

    path = tmp_path / "training.npz"
    whole = schedule(make([Checkpoint(tmp_path / "other.npz")]))
    whole.fit(loader(), 3)
    first = schedule(make([Checkpoint(path)]))
    first.callbacks.insert(0, At(7, lambda: os.kill(os.getpid(), signal.SIGINT)))
    first.fit(loader(), 3)
    assert first.interrupted
    assert first.step == 7
    again = schedule(make([Checkpoint(path)], seed=99))
    again.callbacks.insert(0, Callback())
    again.load(path)
    again.fit(loader(), 3)
    assert again.history.records == whole.history.records
    for name, value in weights(whole).items():
        np.testing.assert_array_equal(weights(again)[name], value, name)
    assert multiprocessing.active_children() == []


# --- errors in the middle


def test_a_dead_worker_is_an_error_and_training_goes_on():
    class Deadly(Augmented):
        def __getitem__(self, index):
            if index == 13 and deadly[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().__getitem__(index)

    deadly = [True]
    trainer = make()
    loader = DataLoader(Deadly(), 4, num_workers=2)
    with pytest.raises(RuntimeError, match="worker 1 died with exit code -9"):
        trainer.fit(loader, 1)
    assert (trainer.epoch, len(trainer.history)) == (0, 0)
    learned = trainer.step
    assert learned > 0
    deadly[0] = False
    trainer.fit(loader, 1)
    assert (trainer.epoch, trainer.step) == (1, learned + 5), "the epoch begins anew"
    assert multiprocessing.active_children() == []


def test_wrong_labels_are_named_and_the_epoch_begins_anew():
    trainer, labels = make(), LABELS.copy()
    labels[17] = 2
    with pytest.raises(IndexError, match=r"2.*2 classes|2 classes.*2"):
        trainer.fit(DataLoader(TensorDataset(IMAGES, labels), 4), 1)
    trainer.fit(DataLoader(TensorDataset(IMAGES, LABELS), 4), 1)
    fresh = trainer.history["loss"][0]
    assert trainer.epoch == 1
    assert np.isfinite(fresh)


def test_an_empty_validation_set_loses_no_epoch():
    trainer = make()
    with pytest.raises(ValueError, match="no batch to measure"):
        trainer.fit((IMAGES, LABELS), 2, validation=[])
    steps = trainer.step
    assert trainer.epoch == 0
    trainer.fit((IMAGES, LABELS), 2, validation=(IMAGES, LABELS))
    assert trainer.epoch == 2
    assert trainer.step == 2 * steps, "the first epoch was trained already"
    assert "validation loss" in trainer.history.records[0]


def test_an_impatient_interrupt_while_validating_loses_no_epoch():
    """The second Ctrl-C interrupts at once, here in the validation after the last step."""

    class Validation(list):
        def __iter__(self):
            if trainer.step == 2 and not trainer.interrupted:
                raise KeyboardInterrupt
            return super().__iter__()

    trainer, batches = make(), [(IMAGES[:10], LABELS[:10]), (IMAGES[10:], LABELS[10:])]
    trainer.fit(batches, 2, validation=Validation(batches))
    assert trainer.interrupted
    assert (trainer.epoch, trainer.step) == (0, 2)
    trainer.step += 100  # so that validation goes through
    trainer.fit(batches, 2, validation=Validation(batches))
    assert (trainer.epoch, trainer.step) == (2, 104), "the epoch that was trained is counted"
    assert len(trainer.history["validation loss"]) == 2


@pytest.mark.parametrize("plain", [True, False])
def test_an_epoch_that_was_interrupted_while_validating_is_not_trained_again(plain, tmp_path):
    batches = [(IMAGES[:10], LABELS[:10]), (IMAGES[10:], LABELS[10:])]
    train = batches if plain else DataLoader(TensorDataset(IMAGES, LABELS), 10)

    class Interrupted(list):
        def __iter__(self):
            raise KeyboardInterrupt

    first = make([Checkpoint(tmp_path / "a.npz")])
    first.fit(train, 2, validation=Interrupted(batches))
    assert (first.interrupted, first.epoch, first.step) == (True, 0, 2)
    again = make([Checkpoint(tmp_path / "a.npz")])
    again.load(tmp_path / "a.npz")
    again.fit(train, 2, validation=batches)
    assert (again.epoch, again.step) == (2, 4), "the fit from the file had two epochs"
    whole = make()
    whole.fit(train, 2, validation=batches)
    assert again.history.records == whole.history.records


def test_a_training_that_was_loaded_can_be_saved_before_it_goes_on(tmp_path):
    saved = make([Checkpoint(tmp_path / "a.npz")])
    saved.fit((IMAGES, LABELS), 1)
    first = make([Checkpoint(tmp_path / "a.npz")])
    first.load(tmp_path / "a.npz")
    first.save(tmp_path / "b.npz")
    again = make([Checkpoint(tmp_path / "a.npz")])
    again.load(tmp_path / "b.npz")
    again.fit((IMAGES, LABELS), 3)
    assert again.epoch == 3, "one of the three epochs of its fit was done"


def test_a_state_in_the_middle_of_plain_batches_begins_its_epoch_anew():
    batches = [(IMAGES[:10], LABELS[:10]), (IMAGES[10:], LABELS[10:])]
    states, whole = [], make()
    trainer = make()
    trainer.callbacks.append(At(1, lambda: states.append(trainer.state_dict())))
    trainer.fit(batches, 1)
    again = make([Callback()])
    again.load_state_dict(states[0])
    again.fit(batches, 1)
    assert (again.epoch, again.step) == (1, 3)
    whole.fit(batches, 1)
    assert again.history["loss"][0] < whole.history["loss"][0], "a mean of this epoch alone"


@pytest.mark.parametrize("kind", [Checkpoint, CSVLog])
def test_a_full_disk_is_an_error_and_nothing_is_lost(kind, tmp_path, monkeypatch):
    path = tmp_path / ("a.npz" if kind is Checkpoint else "a.csv")
    trainer = make([kind(path)])
    trainer.fit((IMAGES, LABELS), 1)
    before = path.read_bytes()

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            trainer.fit((IMAGES, LABELS), 3)
    assert path.read_bytes() == before
    assert trainer.history["epoch"] == [1, 2], "the epoch whose record could not be written"
    trainer.fit((IMAGES, LABELS), 1)
    assert trainer.epoch == 3
    assert path.read_bytes() != before


# --- numbers that are none


def poison(trainer):
    """A last step that spoils weights and what the optimizer remembers."""
    for parameter in trainer.model.parameters():
        parameter.data = np.full_like(parameter.data, np.nan)
    for entries in trainer.optimizer.state.values():
        entries["exp_avg"][...] = np.nan


@pytest.mark.parametrize("step", [5, 7])
def test_a_step_that_spoils_the_weights_is_undone(step):
    """Step 5 is the last one of its epoch, so the next one begins with NaN."""
    kept = {}

    class Keep(Callback):
        def epoch_began(self, trainer):
            kept[trainer.epoch] = weights(trainer)

    trainer = make([Keep(), StopOnNaN()])
    trainer.callbacks.append(At(step, lambda: poison(trainer)))
    trainer.fit((IMAGES, LABELS), 4, batch_size=4)
    assert trainer.epoch == 1
    expected = kept[0 if step == 5 else 1]
    for name, value in expected.items():
        np.testing.assert_array_equal(weights(trainer)[name], value, name)
    trainer.callbacks.pop()
    trainer.fit((IMAGES, LABELS), 2, batch_size=4)
    assert np.isfinite(trainer.history["loss"]).all(), "the optimizer's state is sound, too"
    assert len(trainer.history) == 3


def test_nan_is_seen_in_an_epoch_that_is_continued(tmp_path):
    path = tmp_path / "a.npz"
    loader = DataLoader(TensorDataset(IMAGES, LABELS), 4)
    first = make([StopOnNaN()])
    first.callbacks.append(At(2, lambda: first.save(path)))
    first.fit(loader, 1)
    again = make([StopOnNaN(), Callback()])
    again.load(path)
    held = weights(again)
    again.callbacks.append(At(3, lambda: poison(again)))
    again.fit(DataLoader(TensorDataset(IMAGES, LABELS), 4), 1)
    assert again.epoch == 0
    for name, value in held.items():
        np.testing.assert_array_equal(weights(again)[name], value, name)


def test_weights_that_were_never_finite_are_said(capsys):
    trainer = make([StopOnNaN()])
    poison(trainer)
    trainer.progress = True
    trainer.fit((IMAGES, LABELS), 1)
    assert "there were no finite weights to put back" in capsys.readouterr().out


# --- memory


def test_a_thousand_steps_leave_nothing_behind():
    """After 1,000 further steps there are as many objects and blocks of memory as before.

    With dropout, batch norm, clipping and metrics, so that all that a step makes is let go of, by
    reference counts alone: the collector is switched off.
    """
    autograd.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 2)
    )
    optimizer = nn.optim.Adam(model.parameters())
    trainer = Trainer(model, optimizer, cross_entropy, "accuracy", clip_norm=1.0, progress=False)
    batches = [(IMAGES[:4], LABELS[:4])] * 500
    gc.disable()
    try:
        trainer.fit(batches[:100], 1)
        gc.collect()  # which also gives back what Python keeps for later use
        trainer.fit(batches[:100], 1)  # small parameters remember their last contents: so many
        objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
        trainer.fit(batches, 2)
        more_objects = len(gc.get_objects()) - objects
        gc.collect()
        more_blocks = sys.getallocatedblocks() - blocks
    finally:
        gc.enable()
    assert trainer.step == 1200
    assert more_objects < 50, "held by cycles, or for good"
    assert more_blocks < 500, "less than one for every second step"


def test_a_file_that_could_not_be_opened_is_named(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder"), replacing(tmp_path):
        pass
    with pytest.raises(FileNotFoundError, match="does not exist"):
        make([Checkpoint(tmp_path / "none" / "a.npz")]).fit((IMAGES, LABELS), 1)
