"""The callback that notes the flow of activations, gradients and updates over a training."""

import numpy as np
import pytest

import autograd
import nn
import viz
from nn.train import FlowLog, Trainer

DATA = [
    (
        np.random.default_rng(seed).normal(size=(8, 4)).astype(np.float32),
        np.ones((8, 1), np.float32),
    )
    for seed in range(6)
]


def trained(log, rate=0.1, epochs=1, **options):
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1))
    trainer = Trainer(
        model, nn.optim.SGD(model.parameters(), lr=rate), nn.MSELoss(), callbacks=[log],
        progress=False, **options,
    )  # fmt: skip
    trainer.fit(DATA, epochs=epochs)
    return trainer


def test_notes_come_every_so_many_steps():
    log = FlowLog(every=4)
    trained(log, epochs=2)
    assert [step for step, _ in log.notes] == [1, 5, 9]
    assert [layer.path for layer in log.notes[0][1].layers] == ["model.0", "model.1", "model.2"]
    assert "model.0 (Linear(4 -> 5)); activation" in viz.flow(log.notes[0][1]).text()


def test_what_is_noted_is_what_a_recorded_step_shows():
    log = FlowLog(every=1)
    trained(log)
    autograd.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    for (x, y), (_, flow) in zip(DATA, log.notes, strict=True):
        optimizer.zero_grad()
        with viz.record() as tape:
            nn.MSELoss()(model(x), y).backward()
            optimizer.step()
        for here, there in zip(flow.layers, tape.measured.layers, strict=False):
            assert here == there


def test_a_training_is_not_changed_by_it():
    plain, watched = trained(nn.train.Callback()), trained(FlowLog(every=1))
    for one, other in zip(plain.model.parameters(), watched.model.parameters(), strict=True):
        np.testing.assert_array_equal(one.detach().numpy(), other.detach().numpy())


def test_measures_over_time():
    log = FlowLog(every=2)
    trained(log, rate=0.0)
    updates = log.over_time("model.0", "update")
    assert updates.shape == (3,)
    assert np.isnan(updates).all()  # nothing changed
    assert (log.over_time("model.1", "dead") >= 0).all()
    with pytest.raises(KeyError, match="there is no layer 'model.9'"):
        log.over_time("model.9", "dead")


def test_accumulated_batches_are_one_note():
    log = FlowLog(every=1)
    trained(log, accumulate=3)
    assert [step for step, _ in log.notes] == [1, 2]


def test_it_begins_anew_with_another_model():
    log = FlowLog(every=3)
    trained(log)
    trained(log)
    assert [step for step, _ in log.notes] == [1, 4]


def test_nothing_stays_attached_when_a_batch_fails():
    class Fails(nn.Module):
        def forward(self, x):
            raise ValueError("no")

    log = FlowLog(every=1)
    model = nn.Sequential(nn.Linear(4, 1), Fails())
    trainer = Trainer(model, nn.optim.SGD(model.parameters(), lr=0.1), nn.MSELoss(),
                      callbacks=[log], progress=False)  # fmt: skip
    with pytest.raises(ValueError, match="no"):
        trainer.fit(DATA, epochs=1)
    assert autograd.graph.modes.current_mode().observer is None
    with pytest.raises(ValueError, match="every must be at least 1"):
        FlowLog(every=0)
