"""What a trainer takes: data sets, two inputs, short words, several optimizers."""

import numpy as np
import pytest

import autograd
import nn
from nn.data import IterableDataset, StackDataset, Subset, TensorDataset, random_split
from nn.functional import cross_entropy, mse_loss
from nn.optim import lr_scheduler
from nn.train import Checkpoint, Schedule, StopOnNaN, Trainer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.int64)


def classifier():
    autograd.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def trainer_of(model, **settings):
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    return Trainer(model, optimizer, cross_entropy, progress=False, **settings)


def test_data_sets_and_parts_of_them_are_trained_on():
    data = TensorDataset(X, Y)
    first, second = random_split(data, [0.8, 0.2], seed=0)
    trainer = trainer_of(classifier(), metrics="acc")
    history = trainer.fit(first, 2, validation_data=second, batch_size=4)
    assert set(history.columns()) >= {"loss", "acc", "validation loss", "validation acc"}
    assert trainer.step == 8
    assert set(trainer.evaluate(Subset(data, range(5)))) == {"loss", "acc"}
    np.testing.assert_allclose(trainer.predict(data), trainer.predict(X), rtol=1e-6)


def test_a_data_set_is_shuffled_as_arrays_are():
    losses = []
    for data in ((X, Y), TensorDataset(X, Y)):
        trainer = trainer_of(classifier())
        losses.append(trainer.fit(data, 3, batch_size=4)["loss"])
    assert losses[0] == losses[1]


def test_a_stream_is_trained_on():
    class Stream(IterableDataset):
        def __iter__(self):
            return zip(X, Y, strict=True)

    trainer = trainer_of(classifier())
    trainer.fit(Stream(), 2, batch_size=8)
    assert trainer.step == 6


def test_two_words_for_one_thing_are_refused():
    with pytest.raises(ValueError, match="validation or validation_data, not both"):
        trainer_of(classifier()).fit((X, Y), 1, (X, Y), validation_data=(X, Y))


class Siamese(nn.Module):
    """A model of two inputs."""

    def __init__(self):
        self.one, self.other = nn.Linear(3, 1), nn.Linear(2, 1)

    def forward(self, a, b):
        return self.one(a) + self.other(b)


def test_two_inputs_flat_or_in_a_tuple_of_their_own():
    other = RNG.normal(size=(20, 2)).astype(np.float32)
    target = RNG.normal(size=(20, 1)).astype(np.float32)
    pairs = StackDataset(StackDataset(X, other), target)
    losses = []
    for data in ((X, other, target), ((X, other), target), pairs):
        autograd.manual_seed(0)
        model = Siamese()
        trainer = Trainer(
            model, nn.optim.SGD(model.parameters(), lr=0.05), mse_loss, progress=False
        )
        losses.append(trainer.fit(data, 2, batch_size=5)["loss"])
        assert trainer.predict(pairs).shape == (20, 1)
    np.testing.assert_allclose(losses[1], losses[0])
    np.testing.assert_allclose(losses[2], losses[0])


def test_an_optimizer_of_another_model_is_refused_at_once():
    model, other = classifier(), classifier()
    with pytest.raises(
        ValueError, match=r"of another model: it holds none .* Sequential, 0.weight"
    ):
        Trainer(model, nn.optim.SGD(other.parameters()), cross_entropy)
    model.requires_grad_(False)  # one that is not trained, and a loss with parameters
    loss = nn.LinearCrossEntropyLoss(2, 2)
    Trainer(model, nn.optim.SGD(loss.parameters()), loss)


def two_optimizers(model):
    return [nn.optim.SGD(model[0].parameters(), lr=0.1), nn.optim.Adam(model[2].parameters())]


def test_several_optimizers_do_what_the_loop_by_hand_does():
    model, twin = classifier(), classifier()
    Trainer(model, two_optimizers(model), cross_entropy, progress=False).fit([(X, Y)] * 3, 2)
    by_hand = two_optimizers(twin)
    for _ in range(6):
        for each in by_hand:
            each.zero_grad()
        cross_entropy(twin(X), Y).backward()
        for each in by_hand:
            each.step()
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_each_optimizer_may_have_schedules_of_another_kind():
    model = classifier()
    first, second = two_optimizers(model)
    trainer = Trainer(
        model, [first, second], cross_entropy,
        callbacks=[
            Schedule(lr_scheduler.ExponentialLR(first, 0.5)),
            Schedule(lr_scheduler.StepLR(second, 2, 0.1), every="step"),
            Schedule(
                lr_scheduler.ReduceLROnPlateau(first, patience=0, threshold=10), monitor="loss"
            ),
        ],
        progress=False,
    )  # fmt: skip
    trainer.fit([(X, Y)] * 2, 2)
    np.testing.assert_allclose(second.param_groups[0]["lr"], 1e-5)
    np.testing.assert_allclose(first.param_groups[0]["lr"], 0.1 * 0.25 * 0.1)
    other = Schedule(lr_scheduler.StepLR(nn.optim.SGD(model.parameters()), 2))
    trainer = Trainer(model, [first, second], cross_entropy, callbacks=[other], progress=False)
    with pytest.raises(ValueError, match="of another optimizer than the trainer's"):
        trainer.fit([(X, Y)], 1)


def test_several_optimizers_continue_from_a_file_bit_for_bit(tmp_path):
    def made():
        model = classifier()
        return Trainer(
            model, two_optimizers(model), cross_entropy, progress=False,
            callbacks=[StopOnNaN(), Checkpoint(tmp_path / "often.npz")], clip_norm=1.0,
        )  # fmt: skip

    halves, again = made(), made()
    halves.fit((X, Y), 2, batch_size=6)
    halves.save(tmp_path / "kept.npz")
    halves.fit((X, Y), 2, batch_size=6)
    again.load(tmp_path / "kept.npz")
    assert again.epoch == 2
    other = made()
    one = Trainer(
        other.model, nn.optim.SGD(other.model.parameters()), cross_entropy, progress=False,
        callbacks=[StopOnNaN(), Checkpoint(tmp_path / "other.npz")],
    )  # fmt: skip
    with pytest.raises(
        ValueError, match="SGD.load_state_dict: the groups of the state are not those of one"
    ):
        one.load_state_dict(again.state_dict())
    with pytest.raises(ValueError, match="not of 2 optimizers"):
        again.load_state_dict({**again.state_dict(), "optimizer": one.optimizer.state_dict()})
    again.load(tmp_path / "kept.npz")  # and the random state, which `made` has set
    again.fit((X, Y), 2, batch_size=6)
    for a, b in zip(again.model.parameters(), halves.model.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_optimizers_that_do_not_go_together():
    model = classifier()
    sgd = nn.optim.SGD(model.parameters())
    for optimizers, match in (
        ([], "list of optimizers is empty"),
        ([sgd, nn.optim.Adam(model.parameters())], "hold the same parameter"),
        ([nn.optim.LBFGS(model.parameters())], "LBFGS computes the loss again"),
    ):
        with pytest.raises(ValueError, match=match):
            Trainer(model, optimizers, cross_entropy)
