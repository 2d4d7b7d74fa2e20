"""The trainer does what the loop written by hand does, and loses nothing."""

import csv
import os
import signal
from contextlib import suppress

import numpy as np
import pytest

import autograd
import nn
from nn.data import DataLoader, IterableDataset, TensorDataset
from nn.functional import cross_entropy, mse_loss
from nn.saving import load, save
from nn.train import (
    Accuracy,
    Callback,
    Checkpoint,
    ConfusionMatrix,
    CSVLog,
    EarlyStopping,
    Schedule,
    StopOnNaN,
    Trainer,
)

INPUTS = np.random.default_rng(0).normal(size=(22, 3)).astype(np.float32)
LABELS = (INPUTS.sum(axis=1) > 0).astype(np.int64)


class Noisy(nn.Module):
    """Draws in training, as dropout does."""

    def __init__(self) -> None:
        self.first, self.norm, self.out = nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 2)

    def forward(self, x):
        x = autograd.relu(self.norm(self.first(x)))
        if self.training:
            x = x * (autograd.rand(*x.shape, dtype=np.float32) < 0.8).astype(np.float32)
        return self.out(x)


def make(callbacks=(), model=None, lr=0.01, **settings):
    autograd.manual_seed(0)
    model = Noisy() if model is None else model
    optimizer = nn.optim.Adam(model.parameters(), lr=lr)
    return Trainer(
        model, optimizer, cross_entropy, "accuracy", callbacks, progress=False, **settings
    )


def batches(seed=None, size=4):
    return DataLoader(TensorDataset(INPUTS, LABELS), size, shuffle=True, seed=seed)


def weights(trainer) -> dict:
    return {name: value.numpy() for name, value in trainer.model.state_dict().items()}


def assert_equal_weights(one, other):
    for name, value in one.items():
        np.testing.assert_array_equal(value, other[name], name)


class Act(Callback):
    """Does something at a step."""

    def __init__(self, step, act) -> None:
        self.at, self.act = step, act

    def step_ended(self, trainer):
        if trainer.step == self.at:
            self.act()


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


# --- what it computes


def test_it_is_the_loop_written_by_hand_bit_for_bit():
    trainer = make()
    trainer.fit(batches(seed=1), epochs=3)

    autograd.manual_seed(0)
    model = Noisy()
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    loader = batches(seed=1)
    for _ in range(3):
        total = 0.0
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(total / 22)
    assert_equal_weights(weights(trainer), {k: v.numpy() for k, v in model.state_dict().items()})
    assert trainer.history["loss"] == losses
    assert (trainer.epoch, trainer.step) == (3, 18)


def test_history_metrics_and_validation():
    trainer = make()
    history = trainer.fit((INPUTS, LABELS), epochs=30, validation=(INPUTS, LABELS), batch_size=8)
    assert history is trainer.history
    assert history["epoch"] == list(range(1, 31))
    assert history["validation accuracy"][-1] > 0.9
    measured = trainer.evaluate(batches(size=5))
    assert measured["loss"] == pytest.approx(history["validation loss"][-1], rel=1e-6)
    assert measured["accuracy"] == history["validation accuracy"][-1]
    predicted = trainer.predict(INPUTS, batch_size=7)
    assert predicted.shape == (22, 2)
    assert Accuracy()(predicted, LABELS) == measured["accuracy"]
    np.testing.assert_allclose(trainer.predict(batches(seed=0)).sum(), predicted.sum(), rtol=1e-5)
    assert "validation accuracy" in str(history)


def test_evaluation_changes_neither_modes_nor_buffers_nor_totals():
    trainer = make()
    trainer.fit(batches(seed=1), epochs=1)
    trainer.model.norm.eval()
    before, drawn = weights(trainer), autograd.default_generator().bit_generator.state
    trainer.evaluate((INPUTS, LABELS))
    trainer.predict(INPUTS)
    assert_equal_weights(weights(trainer), before)
    assert autograd.default_generator().bit_generator.state == drawn
    assert trainer.model.training
    assert not trainer.model.norm.training
    trainer.fit(batches(seed=1), epochs=1)
    assert not trainer.model.norm.training, "what is frozen stays frozen"


@pytest.mark.parametrize("streamed", [False, True])
def test_accumulated_batches_are_one_large_batch(streamed):
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(zip(INPUTS, LABELS, strict=True))

    def train(size, accumulate):
        autograd.manual_seed(0)
        trainer = make(model=nn.Linear(3, 2).double(), accumulate=accumulate)
        data = Stream() if streamed else TensorDataset(INPUTS, LABELS)

        def collate(rows):
            return np.stack([row[0] for row in rows]).astype(float), np.array([r[1] for r in rows])

        trainer.fit(DataLoader(data, size, collate_fn=collate), epochs=2)
        return trainer

    small, large = train(3, 4), train(12, 1)
    assert small.step == large.step == 4
    for name, value in weights(small).items():
        np.testing.assert_allclose(value, weights(large)[name], rtol=1e-10)


def test_gradients_are_clipped_to_a_norm():
    model = nn.Linear(3, 1)
    before = model.weight.data.copy(), model.bias.data.copy()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    trainer = Trainer(model, optimizer, mse_loss, clip_norm=0.5, progress=False)
    trainer.fit((100 * INPUTS, INPUTS[:, :1]), epochs=1, batch_size=22)
    moved = np.concatenate([(model.weight.data - before[0]).ravel(), model.bias.data - before[1]])
    assert np.linalg.norm(moved) == pytest.approx(0.5, rel=1e-5)


def test_a_model_of_two_inputs_and_batches_of_another_kind():
    class Sum(nn.Module):
        def __init__(self):
            self.left, self.right = nn.Linear(3, 2), nn.Linear(3, 2)

        def forward(self, a, b):
            return self.left(a) + self.right(b)

    trainer = make(model=Sum())
    trainer.fit((INPUTS, INPUTS, LABELS), epochs=1)
    assert trainer.predict(DataLoader(TensorDataset(INPUTS, INPUTS, LABELS), 5)).shape == (22, 2)

    class Pairs(Trainer):
        def compute(self, batch):
            outputs = self.model(batch["x"])
            return self.loss(outputs, batch["y"]), outputs, batch["y"]

    model = nn.Linear(3, 2)
    pairs = Pairs(model, nn.optim.SGD(model.parameters()), cross_entropy, progress=False)
    pairs.fit([{"x": INPUTS, "y": LABELS}], epochs=2)
    assert len(pairs.history) == 2


# --- keeping and continuing


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("stop_at", [2, 6, 9])
def test_a_resumed_training_is_bit_for_bit_the_whole_one(seed, stop_at, tmp_path):
    """Steps 2 and 9 are in the middle of an epoch, step 6 is the end of one."""
    whole = make([EarlyStopping("loss", 99)], clip_norm=1.0)
    whole.fit(batches(seed), epochs=4, validation=(INPUTS, LABELS))

    path = tmp_path / "training.npz"
    first = make([EarlyStopping("loss", 99)], clip_norm=1.0)
    first.callbacks.append(Act(stop_at, lambda: first.save(path)))
    first.fit(batches(seed), epochs=4, validation=(INPUTS, LABELS))
    state = load(path)
    state["callbacks"] = state["callbacks"][:1]
    save(state, path)

    autograd.manual_seed(77)
    again = make([EarlyStopping("loss", 99)], model=Noisy(), clip_norm=1.0)
    autograd.default_generator().random(5)
    again.load(path)
    again.fit(batches(seed), epochs=4, validation=(INPUTS, LABELS))
    assert again.history.records == whole.history.records
    assert_equal_weights(weights(again), weights(whole))


@pytest.mark.parametrize("at", [2, 6])
def test_ctrl_c_keeps_what_was_learned_and_fit_continues(at, tmp_path):
    whole = make()
    whole.fit(batches(seed=5), epochs=3)

    path = tmp_path / "interrupted.npz"
    trainer = make([Act(at, interrupt), Checkpoint(path)])
    loader = batches(seed=5)
    trainer.fit(loader, epochs=3)
    assert trainer.interrupted
    assert trainer.step == at
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    kept = load(path)
    trainer.fit(loader, epochs=3 - trainer.epoch)
    resumed = make([Act(0, interrupt), Checkpoint(path)])
    resumed.load_state_dict(kept)
    resumed.fit(batches(seed=5), epochs=3)
    for each in (trainer, resumed):
        assert not each.interrupted
        assert each.history.records == whole.history.records
        assert_equal_weights(weights(each), weights(whole))


def test_a_plain_list_of_batches_begins_its_epoch_anew_after_ctrl_c():
    pairs = [(INPUTS[:11], LABELS[:11]), (INPUTS[11:], LABELS[11:])]
    trainer = make([Act(1, interrupt)])
    trainer.fit(pairs, epochs=1)
    assert (trainer.epoch, trainer.step) == (0, 1)
    trainer.fit(pairs, epochs=1)
    assert (trainer.epoch, trainer.step) == (1, 3)


def test_a_keyboard_interrupt_raised_elsewhere_is_kept_too():
    def raised():
        raise KeyboardInterrupt

    trainer = make([Act(3, raised)])
    trainer.fit(batches(), epochs=2)
    assert trainer.interrupted


def test_every_fit_trains_so_many_further_epochs(capsys):
    trainer = make()
    trainer.fit(batches(), epochs=2)
    trainer.fit(batches(), epochs=1)
    trainer.fit(batches(), epochs=0)
    assert trainer.history["epoch"] == [1, 2, 3]
    with pytest.raises(ValueError, match="epochs must be at least 0, got -1"):
        trainer.fit(batches(), epochs=-1)
    again = make()
    again.load_state_dict(trainer.state_dict())  # of a fit that had ended
    again.fit(batches(), epochs=2)
    assert again.epoch == 5


@pytest.mark.parametrize("stop", [None, "enough"])
def test_a_script_that_is_run_again_does_what_was_left(stop, tmp_path, capsys):
    path = tmp_path / "training.npz"

    def script(epochs, at=None):
        trainer = make([Checkpoint(path)])
        if at is not None:
            trainer.callbacks.insert(0, Act(at, lambda: trainer.stop(stop) if stop else die()))
        if path.exists():
            state = load(path)
            state["callbacks"] = state["callbacks"][-1:]
            trainer.load_state_dict(state)
        trainer.progress = True
        with suppress(SystemExit):
            trainer.fit(batches(seed=2), epochs)
        return trainer.epoch

    def die():
        raise SystemExit

    if stop is None:
        assert script(4, at=15) == 2
        assert script(4) == 4
        assert "are done" not in capsys.readouterr().out
        assert script(4) == 4
        assert "the 4 epochs of the loaded training are done; fit again" in capsys.readouterr().out
        assert script(6) == 6
    else:
        assert script(4, at=12) == 2, "the last step of an epoch, which is then ended"
        assert script(4) == 2
        assert capsys.readouterr().out.count("stopped: enough") == 2


def test_after_ctrl_c_other_data_begin_a_new_epoch():
    trainer = make([Act(4, interrupt)])
    trainer.fit((INPUTS, LABELS), epochs=1, batch_size=4)
    assert trainer.interrupted
    trainer.fit((INPUTS[:8], LABELS[:8]), epochs=1, batch_size=4)
    assert (trainer.epoch, trainer.step) == (1, 6)


def test_a_state_of_another_trainer_changes_nothing(tmp_path):
    trainer = make()
    before = weights(trainer)
    with pytest.raises(ValueError, match="of 1 callbacks, this trainer has 0"):
        trainer.load_state_dict(make([StopOnNaN()]).state_dict())
    noisy = Noisy()
    other = Trainer(noisy, nn.optim.SGD(noisy.parameters()), cross_entropy)
    with pytest.raises(ValueError, match="has the metrics , this trainer accuracy"):
        trainer.load_state_dict(other.state_dict())
    one_group = make().state_dict()
    one_group["optimizer"]["param_groups"] *= 2
    one_group["model"] = Noisy().state_dict()
    with pytest.raises(ValueError, match="the state is of groups"):
        trainer.load_state_dict(one_group)
    save(trainer.model.state_dict(), tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="holds no training; for weights alone"):
        trainer.load(tmp_path / "weights.npz")
    assert_equal_weights(weights(trainer), before)


# --- callbacks


class Scripted(Callback):
    """Replaces a column by known values, before those who watch it."""

    def __init__(self, column, values) -> None:
        self.column, self.values = column, values

    def epoch_ended(self, trainer, record):
        record[self.column] = self.values[record["epoch"] - 1]


@pytest.mark.parametrize(
    ("column", "values", "stops", "best"),
    [
        ("validation accuracy", [0.5, 0.8, 0.7, 0.8, 0.6, 0.9], 4, 2),
        ("validation loss", [0.5, 0.4, 0.4, 0.41, 0.1, 0.1], 4, 2),
        ("validation accuracy", [0.1, 0.2, 0.1, 0.3, 0.2, 0.1], 6, 4),
    ],
)
def test_early_stopping_puts_the_best_weights_back(column, values, stops, best):
    kept = {}

    class Keep(Callback):
        def epoch_ended(self, trainer, record):
            kept[record["epoch"]] = weights(trainer)

    stopping = EarlyStopping(column, patience=2)
    trainer = make([Scripted(column, values), Keep(), stopping])
    trainer.fit(batches(), epochs=6, validation=(INPUTS, LABELS))
    assert trainer.epoch == stops
    assert stopping.best_epoch == best
    assert_equal_weights(weights(trainer), kept[best])


def test_a_fit_after_a_stop_is_patient_again():
    values = [0.9] + [0.5] * 9
    trainer = make([Scripted("accuracy", values), EarlyStopping("accuracy", patience=3)])
    trainer.fit(batches(), epochs=9)
    assert trainer.epoch == 4
    trainer.fit(batches(), epochs=2)
    assert trainer.epoch == 6
    trainer.fit(batches(), epochs=4)
    assert trainer.epoch == 7, "two epochs of the fit before were no better either"


def test_early_stopping_names_a_column_that_is_not_there():
    with pytest.raises(KeyError, match="no 'validation accuracy' .* give fit a validation set"):
        make([EarlyStopping()]).fit(batches(), epochs=1)


def test_checkpoints_every_epoch_every_step_and_of_the_best(tmp_path):
    named = Checkpoint(tmp_path / "at-{epoch}.npz", every=2, every_steps=4)
    best = Checkpoint(tmp_path / "best.npz", best="accuracy")
    trainer = make([best, named, Scripted("accuracy", [0.5, 0.9, 0.7, 0.8])])
    trainer.fit(batches(), epochs=4)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["at-0.npz", "at-1.npz", "at-2.npz", "at-3.npz", "at-4.npz", "best.npz"]
    assert load(tmp_path / "best.npz")["epoch"] == 2
    assert load(tmp_path / "at-1.npz")["step"] == 12, "the last step of epoch 2 is before its end"


def test_schedules_step_and_are_kept(tmp_path):
    class Halving:
        def __init__(self, optimizer):
            self.optimizer, self.seen = optimizer, []

        def step(self, *value):
            self.seen += value
            self.optimizer.param_groups[0]["lr"] /= 2

        def state_dict(self):
            return {"seen": self.seen}

        def load_state_dict(self, state):
            self.seen = list(state["seen"])

    trainer = make(lr=1.0)
    watching = Halving(trainer.optimizer)
    trainer.callbacks = [Schedule(watching, monitor="loss")]
    trainer.fit(batches(), epochs=3)
    assert trainer.history["lr"] == [1.0, 0.5, 0.25]
    assert watching.seen == trainer.history["loss"]
    trainer.save(tmp_path / "a.npz")
    again = make()
    other = Halving(again.optimizer)
    again.callbacks = [Schedule(other)]
    again.load(tmp_path / "a.npz")
    assert other.seen == watching.seen
    assert again.optimizer.param_groups[0]["lr"] == 0.125
    stepping = make(lr=1.0)
    stepping.callbacks = [Schedule(Halving(stepping.optimizer), every="step")]
    stepping.fit(batches(), epochs=1)
    assert stepping.history["lr"] == [1 / 2**6]


def test_the_csv_log_is_whole_and_follows_a_resumed_training(tmp_path):
    path = tmp_path / "log.csv"
    trainer = make([CSVLog(path)])
    trainer.metrics["matrix"] = ConfusionMatrix()
    trainer.fit(batches(), epochs=2)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["epoch", "loss", "accuracy", "lr"]
    assert [float(row["loss"]) for row in rows] == trainer.history["loss"]
    trainer.fit(batches(), epochs=1)
    assert len(list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))) == 3


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_no_number_stops_and_nothing_is_lost(bad, capsys):
    inputs = INPUTS.copy()
    trainer = make([StopOnNaN()])
    trainer.fit((inputs, LABELS), epochs=2)
    good = weights(trainer)
    inputs[3, 1] = bad
    trainer.progress = True
    with np.errstate(invalid="ignore"):
        trainer.fit((inputs, LABELS), epochs=3, batch_size=4)
    assert trainer.epoch == 2
    assert_equal_weights(weights(trainer), good)
    assert "stopped: the loss became nan in epoch 3" in capsys.readouterr().out
    trainer.fit((INPUTS, LABELS), epochs=1)
    assert trainer.epoch == 3


# --- progress


def test_a_log_has_one_line_for_each_epoch(capsys):
    trainer = make()
    trainer.progress = True
    trainer.fit(batches(), epochs=2)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("epoch 1/2  loss ")
    assert "accuracy" in second
    assert "\r" not in first + second


def test_a_terminal_has_a_bar_and_gets_its_cursor_back():
    console_of = pytest.importorskip("rich.console")
    import io

    from nn.train.progress import Bar

    stream = io.StringIO()
    console = console_of.Console(file=stream, force_terminal=True, width=100)
    trainer = make()
    trainer.progress = Bar(console)
    trainer.fit(batches(), epochs=2)
    shown = stream.getvalue()
    assert "epoch 1/2  loss " in shown
    assert "━" in shown
    assert shown.rstrip().endswith("\x1b[?25h") or shown.rfind("\x1b[?25h") > shown.rfind(
        "\x1b[?25l"
    )


def test_a_notebook_has_one_line_that_moves():
    import io

    from nn.train.progress import OneLine

    stream = io.StringIO()
    trainer = make()
    trainer.progress = OneLine(stream)
    trainer.fit(batches(), epochs=2)
    lines = stream.getvalue().splitlines()
    assert "batch 1/6  loss" in stream.getvalue()
    assert sum("accuracy" in line for line in lines) == 2
