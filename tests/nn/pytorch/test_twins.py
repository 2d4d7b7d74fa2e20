"""The twins of the real runs, in short: the same training in PyTorch gives the same losses."""

import numpy as np
import pytest

pytest.importorskip("torch")

import autograd
from examples import character_lstm, fashion_mnist
from examples.korean_sentences import sentences
from examples.twin import run_twin
from nn.models import CharLSTM, LeNet5


def clothes(count=640):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 28, 28)).astype(np.uint8)
    return images, rng.integers(0, 10, count)


@pytest.mark.parametrize("lr", [fashion_mnist.LR, 1.1 * fashion_mnist.LR])
def test_lenet_follows_its_twin_and_not_one_with_another_rate(lr):
    images, labels = clothes()
    autograd.manual_seed(0)
    model = LeNet5()
    orders = np.arange(len(images))[np.newaxis]
    end = run_twin(
        "fashion_mnist", model, lr=lr, batch=fashion_mnist.BATCH, orders=orders, images=images,
        labels=labels, test_images=images[:64], test_labels=labels[:64],
    )  # fmt: skip
    inputs = images[:, np.newaxis].astype(np.float32) / 255
    losses = fashion_mnist.train(model, inputs, labels, orders)
    difference = np.abs(losses - end["losses"]).max()
    if lr == fashion_mnist.LR:
        assert difference < 1e-5
        assert fashion_mnist.accuracy(model, inputs[:64], labels[:64]) == float(end["accuracy"])
    else:
        assert difference > 1e-4, "the comparison sees a rate that is larger by a tenth"


def test_the_character_lstm_follows_its_twin():
    text = sentences(60, seed=0)
    characters = sorted(set(text))
    numbers = np.array([characters.index(each) for each in text])
    rows, held_out = numbers[:800].reshape(16, 50), numbers[800:]
    autograd.manual_seed(0)
    model = CharLSTM(len(characters), character_lstm.HIDDEN, character_lstm.LAYERS)
    end = run_twin(
        "character_lstm", model, vocabulary=len(characters), hidden=character_lstm.HIDDEN,
        layers=character_lstm.LAYERS, lr=character_lstm.LR, rows=rows,
        length=character_lstm.LENGTH, epochs=3, held_out=held_out,
    )  # fmt: skip
    losses = character_lstm.train(model, rows, 3)
    np.testing.assert_allclose(losses, end["losses"], rtol=1e-4)
    bits = character_lstm.bits_per_character(model, held_out)
    assert bits == pytest.approx(float(end["bits"]), rel=1e-4)
