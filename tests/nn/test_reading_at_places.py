"""Images at any places, bags of words, labels without times: values by hand, gradients, errors."""

import itertools

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
from autograd import Tensor
from autograd.testing import assert_gradients

RNG = np.random.default_rng(0)
IMAGE = RNG.standard_normal((2, 2, 3, 4))
PLACES = RNG.uniform(-1.7, 1.7, (2, 2, 3, 2))


@pytest.mark.parametrize("align", [False, True])
def test_the_identity_reads_the_image_itself(align):
    theta = np.tile(np.eye(2, 3), (2, 1, 1))
    grid = F.affine_grid(theta, IMAGE.shape, align)
    for mode in ("bilinear", "nearest", "bicubic"):
        read = F.grid_sample(IMAGE, grid, mode, align_corners=align)
        np.testing.assert_allclose(read, IMAGE, atol=1e-12)


def test_half_a_turn_flips_both_axes():
    theta = np.tile(np.diag([-1.0, -1.0, 0])[:2], (2, 1, 1))
    read = F.grid_sample(IMAGE, F.affine_grid(theta, IMAGE.shape))
    np.testing.assert_allclose(read, IMAGE[:, :, ::-1, ::-1], atol=1e-12)


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_gradients_of_image_and_places(mode, padding):
    assert_gradients(lambda x, g: F.grid_sample(x, g, mode, padding), IMAGE, PLACES)


def test_what_is_outside():
    row = np.array([[[[1.0, 2.0, 4.0]]]])
    grid = np.array([[[[-4 / 3, 0.0], [4 / 3, 0.0]]]])  # one pixel outside on both sides
    for padding, expected in (("zeros", [0, 0]), ("border", [1, 4]), ("reflection", [1, 4])):
        read = F.grid_sample(row, grid, padding_mode=padding)
        np.testing.assert_allclose(np.ravel(read), expected, atol=1e-12)
    grid = np.array([[[[-2.0, 0.0], [2.0, 0.0]]]])
    read = F.grid_sample(row, grid, padding_mode="reflection", align_corners=True)
    np.testing.assert_allclose(np.ravel(read), [2, 2], atol=1e-12)


def test_what_is_not_a_number_outside_of_an_image_does_no_harm():
    image = Tensor(np.full((1, 1, 2, 2), np.inf))
    assert F.grid_sample(image, Tensor(np.full((1, 1, 1, 2), 5.0))).data.item() == 0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: F.grid_sample(IMAGE, PLACES[:1]), ValueError, "2 images and grid 1"),
        (lambda: F.grid_sample(IMAGE, PLACES[..., :1]), ValueError, "expected input"),
        (lambda: F.grid_sample(IMAGE, PLACES, "linear"), ValueError, "mode must be"),
        (
            lambda: F.grid_sample(IMAGE, PLACES, padding_mode="wrap"),
            ValueError,
            "padding_mode must",
        ),
        (lambda: F.grid_sample(IMAGE, PLACES.astype(np.float32)), TypeError, "grid float32"),
        (lambda: F.affine_grid(np.eye(2, 3), (1, 1, 2, 2)), ValueError, "expected theta"),
        (lambda: F.embedding_bag([1, 2], np.eye(3)), ValueError, "\\(words,\\) needs offsets"),
        (lambda: F.embedding_bag([[1]], np.eye(3), [0]), ValueError, "takes no offsets"),
        (lambda: F.embedding_bag([1, 2], np.eye(3), [1]), ValueError, "begin with 0"),
        (lambda: F.embedding_bag([1], np.eye(3), [0], mode="prod"), ValueError, "mode must be"),
        (lambda: nn.EmbeddingBag(3, 2, sparse=True), ValueError, "gradient is an array"),
        (lambda: nn.Embedding(3, 2, sparse=True), ValueError, "leave it out"),
        (lambda: F.fractional_max_pool2d(IMAGE, 2), ValueError, "output_size or output_ratio"),
        (lambda: F.fractional_max_pool2d(IMAGE, 2, 3), ValueError, "3 windows of 2 .* 3 places"),
        (lambda: nn.FractionalMaxPool2d(2, output_ratio=1.5), ValueError, "between 0 and 1"),
        (
            lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 5, [3, 3]),
            ValueError,
            "cutoffs must be integers that grow, from 1 to 4",
        ),
        (
            lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 5, [3])(np.ones((1, 4)), [7]),
            IndexError,
            "target 7 is out of range for 5 classes",
        ),
        (
            lambda: nn.LinearCrossEntropyLoss(4, 5)(np.ones((1, 3)), [0]),
            ValueError,
            r"input \(1, 3\) does not fit",
        ),
    ],
)
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call()


class TestLabelsWithoutTimes:
    """The loss of connectionist temporal classification."""

    def test_it_adds_up_all_ways_to_say_the_target(self):
        logs = autograd.log_softmax(Tensor(RNG.standard_normal((5, 1, 3))), -1)
        for target in ([1], [1, 2], [1, 1], [2, 1, 2], []):
            total = 0.0
            for way in itertools.product(range(3), repeat=5):
                said = [s for n, s in enumerate(way) if s and (n == 0 or way[n - 1] != s)]
                if said == target:
                    total += np.exp(sum(logs.data[n, 0, s] for n, s in enumerate(way)))
            row = np.array([target], int).reshape(1, -1)
            loss = F.ctc_loss(logs, row, [5], [len(target)], reduction="sum")
            np.testing.assert_allclose(loss.item(), -np.log(total), rtol=1e-12)

    def test_gradients(self):
        assert_gradients(
            lambda x: F.ctc_loss(autograd.log_softmax(x, -1), [[1, 1], [2, 0]], [4, 3], [2, 1]),
            RNG.standard_normal((4, 2, 3)),
        )

    def test_what_does_not_fit_is_infinite_or_left_out(self):
        x = Tensor(RNG.standard_normal((2, 2, 3)), requires_grad=True)
        arguments = ([[1, 1], [1, 2]], [2, 2], [2, 2])
        logs = autograd.log_softmax(x, -1)
        losses = F.ctc_loss(logs, *arguments, reduction="none")
        assert losses.data[0] == np.inf
        assert np.isfinite(losses.data[1])
        F.ctc_loss(logs, *arguments, zero_infinity=True).backward()
        assert not x.grad.data[:, 0].any()
        assert np.isfinite(x.grad.data).all()

    def test_probabilities_of_zero(self):
        with np.errstate(all="ignore"):
            logs = Tensor(np.log([[[0.5, 0.5, 1e-300]], [[0.0, 1.0, 0.0]]]), requires_grad=True)
            loss = F.ctc_loss(logs, [[1]], [2], [1])
        np.testing.assert_allclose(loss.item(), 0.0, atol=1e-12)

    @pytest.mark.parametrize(
        ("arguments", "error", "match"),
        [
            (([[0]], [2], [1]), ValueError, "targets hold the blank, 0"),
            (([[5]], [2], [1]), IndexError, "target 5 is out of range for 3 classes"),
            (([[1]], [3], [1]), ValueError, "input_lengths must be from 0 to 2"),
            (([[1]], [2, 2], [1]), ValueError, "input_lengths must be 1 integers"),
            (([1, 2], [2], [1]), ValueError, "2 indices one after the other .* add up to 1"),
            (([[0.5]], [2], [1]), TypeError, "targets must be integers"),
            (([[1]], [2], [1], 9), ValueError, "blank 9 is none of the 3 classes"),
        ],
    )
    def test_errors(self, arguments, error, match):
        with np.errstate(all="ignore"), pytest.raises(error, match=match):
            F.ctc_loss(Tensor(np.log(np.full((2, 1, 3), 1 / 3))), *arguments)


def test_bags_are_embeddings_put_together():
    words, starts = np.array([1, 3, 0, 3, 2]), [0, 2, 2]
    table = RNG.standard_normal((4, 3))
    rows = table[words]
    for mode, function in (("sum", np.sum), ("mean", np.mean), ("max", np.max)):
        expected = [function(rows[:2], axis=0), np.zeros(3), function(rows[2:], axis=0)]
        np.testing.assert_allclose(F.embedding_bag(words, table, starts, mode=mode), expected)
        assert_gradients(lambda t, mode=mode: F.embedding_bag(words, t, starts, mode=mode), table)


def test_rare_words_learn_as_fast_as_frequent_ones():
    table = nn.Embedding(3, 2, scale_grad_by_freq=True)
    table([0, 0, 0, 2]).sum().backward()
    np.testing.assert_allclose(table.weight.grad.data, [[1, 1], [0, 0], [1, 1]], rtol=1e-6)


def test_clusters_are_a_distribution():
    softmax = nn.AdaptiveLogSoftmaxWithLoss(4, 7, [2, 5], 2.0, dtype=float)
    x = RNG.standard_normal((3, 4))
    logs = softmax.log_prob(x)
    np.testing.assert_allclose(np.exp(logs.data).sum(1), 1)
    output, loss = softmax(x, [6, 0, 3])
    np.testing.assert_allclose(output.data, logs.data[[0, 1, 2], [6, 0, 3]])
    np.testing.assert_allclose(loss.item(), -output.data.mean())
    np.testing.assert_array_equal(softmax.predict(x).data, logs.data.argmax(1))


def test_the_places_of_fractional_windows_cover_the_image():
    x = np.arange(49.0).reshape(1, 1, 7, 7)
    autograd.manual_seed(0)
    for _ in range(5):
        pooled, places = F.fractional_max_pool2d(x, 2, 5, return_indices=True)
        np.testing.assert_array_equal(np.ravel(pooled), np.ravel(places.data))
        assert np.ravel(pooled)[-1] == 48
        assert (np.diff(np.ravel(places.data).reshape(5, 5), axis=1) >= 1).all()
