"""Bad input to the trainer: what was wrong is named, and what to do."""

import numpy as np
import pytest

import autograd
import nn
from nn.functional import cross_entropy
from nn.optim.lr_scheduler import ReduceLROnPlateau
from nn.train import Accuracy, Checkpoint, EarlyStopping, Schedule, StopOnNaN, Trainer

INPUTS = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
LABELS = np.arange(8) % 2


def make(loss=cross_entropy, model=None, **settings):
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)) if model is None else model
    settings = {"optimizer": nn.optim.SGD(model.parameters())} | settings
    return Trainer(model, loss=loss, progress=False, **settings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizer": None}, r"must be an optimizer, got NoneType, such as nn.optim.Adam\(model"),
        ({"optimizer": nn.optim.Adam}, r"the class Adam; give it the parameters, Adam\(model"),
        ({"callbacks": StopOnNaN}, "derived from Callback, got the class StopOnNaN"),
        ({"callbacks": [StopOnNaN]}, "derived from Callback, got the class StopOnNaN"),
        ({"callbacks": [print]}, "got builtin_function_or_method"),
    ],
)
def test_parts_of_the_wrong_kind(arguments, message):
    with pytest.raises(TypeError, match=message):
        make(**arguments)


def test_one_callback_needs_no_list():
    only = StopOnNaN()
    assert make(callbacks=only).callbacks == [only]


@pytest.mark.parametrize(
    ("loss", "error", "message"),
    [
        (nn.CrossEntropyLoss(reduction="none"), ValueError, r"got shape \(8,\); take .mean\(\)"),
        (lambda outputs, targets: 0.5, TypeError, "a Tensor of one number, got float; compute it"),
        (lambda outputs, targets: None, TypeError, "got NoneType; compute it from the outputs"),
        (lambda o, t: autograd.Tensor(1.0), RuntimeError, "does not require gradients"),
    ],
)
def test_a_loss_that_is_no_loss(loss, error, message):
    trainer = make(loss)
    before = trainer.model[0].weight.data.copy()
    with pytest.raises(error, match=message):
        trainer.fit((INPUTS, LABELS), 1)
    np.testing.assert_array_equal(trainer.model[0].weight.data, before)
    trainer.loss = cross_entropy
    trainer.fit((INPUTS, LABELS), 1)
    assert trainer.epoch == 1


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (None, TypeError, "expected a loader, .* got NoneType"),
        (3, TypeError, "expected a loader, .* got int"),
        ((INPUTS[:, :2], LABELS), ValueError, r"x has 2 features .* in module model.0 \(Linear"),
        ((INPUTS, LABELS + 1), IndexError, r"target\[\d\] is 2, but logits have 2 classes, 0 to 1"),
        ((INPUTS, LABELS - 1), IndexError, r"target\[\d\] is -1, but logits have 2 classes"),
        ((INPUTS, LABELS[:5]), ValueError, r"first axes of one length, got shapes \(8, 3\), \(5,"),
        ((INPUTS[:0], LABELS[:0]), ValueError, "there is no batch: the data set has 0 examples"),
        ((INPUTS.astype(str), LABELS), TypeError, "expected numbers, got ndarray with dtype <U"),
    ],
)
def test_data_that_does_not_fit(data, error, message):
    trainer = make()
    with pytest.raises(error, match=message):
        trainer.fit(data, 1)
    assert (trainer.epoch, len(trainer.history)) == (0, 0)


@pytest.mark.parametrize("epochs", ["3", 2.5, None])
def test_epochs_are_whole_numbers(epochs):
    with pytest.raises(TypeError, match=f"epochs must be a whole number, got {epochs!r}"):
        make().fit((INPUTS, LABELS), epochs)


def test_a_state_that_is_none():
    with pytest.raises(ValueError, match="holds no training; for weights alone use model.load"):
        make().load_state_dict({})
    with pytest.raises(TypeError, match=r"arrays by name in a dict, got str; nn.load\(path\)"):
        make().model.load_state_dict("weights.npz")
    with pytest.raises(TypeError, match="arrays by name in a dict, got NoneType"):
        make().model.load_state_dict(None)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_no_number_is_said_once(bad):
    inputs = INPUTS.copy()
    inputs[0, 0] = bad
    trainer = make(loss=lambda outputs, targets: (outputs * outputs).mean())
    with pytest.warns(RuntimeWarning) as said, np.errstate(invalid="ignore"):
        trainer.fit((inputs, LABELS), 3, batch_size=8)
    assert len(said) == 1
    assert "in epoch 1 at step 1, and training goes on; the callback StopOnNaN()" in str(said[0])
    assert trainer.epoch == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"model": "net"}, TypeError, "model must be a Module, got str"),
        ({"loss": nn.CrossEntropyLoss}, TypeError, r"call it, CrossEntropyLoss\(\)"),
        ({"accumulate": 0}, ValueError, "accumulate must be at least 1, got 0"),
        ({"clip_norm": 0.0}, ValueError, "clip_norm must be above 0"),
        ({"metrics": ["accuracy", Accuracy()]}, ValueError, "two metrics have one name"),
        ({"metrics": ["accurate"]}, TypeError, "'accurate' is no metric; .* accuracy, precision"),
    ],
)
def test_a_trainer_names_what_does_not_fit(arguments, error, message):
    model = nn.Linear(3, 2)
    settings = {
        "model": model,
        "optimizer": nn.optim.SGD(model.parameters()),
        "loss": cross_entropy,
    }
    with pytest.raises(error, match=message):
        Trainer(**(settings | arguments))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: t.fit([], 1), ValueError, "no batch to train on"),
        (lambda t: t.evaluate([]), ValueError, "no batch to measure"),
        (lambda t: t.predict([]), ValueError, "no batch to predict"),
        (lambda t: t.fit([INPUTS], 1), TypeError, r"a batch must be \(inputs, targets\), got ndar"),
        (lambda t: t.fit((INPUTS,), 1), ValueError, "got one array alone"),
        (lambda t: t.fit(INPUTS, 1), TypeError, r"got one array of shape \(8, 3\) without tar"),
        (
            lambda t: t.fit(iter([(INPUTS, LABELS)]), 2),
            ValueError,
            "no batch to train on in epoch 2; an iterator gives its batches only once",
        ),
    ],
)
def test_calls_that_do_not_fit_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(make())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: EarlyStopping(patience=0), ValueError, "patience must be at least 1"),
        (lambda: Checkpoint("a.npz", every=0), ValueError, "every and every_steps"),
        (lambda: Schedule(object()), TypeError, r"object has no step\(\)"),
        (lambda: Schedule(nn.optim.SGD([autograd.Tensor([1.0])]), "batch"), ValueError, "'batch'"),
        (lambda: Schedule(None, "step", "loss"), ValueError, "known after epochs"),
        (
            lambda: Schedule(ReduceLROnPlateau(nn.optim.SGD([autograd.Tensor([1.0])]))),
            ValueError,
            "ReduceLROnPlateau follows a measure; give monitor",
        ),
    ],
)
def test_callbacks_name_what_they_expect(call, error, message):
    with pytest.raises(error, match=message):
        call()
