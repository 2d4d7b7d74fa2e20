"""What the lesson on overfitting says of its own numbers, and the formulas behind them."""

import numpy as np
import pytest


@pytest.fixture(params=["en", "ko"])
def run(request, run_lesson):
    return run_lesson("overfitting", request.param)


def test_the_network_overfits(run):
    assert run.variables["parameters"] == 4482
    run.shown("4,482")
    history, best = run.variables["history"], run.variables["best_epoch"] - 1
    assert len(history) == 250
    assert history["accuracy"][-1] > 0.95
    assert history["validation accuracy"][-1] < history["validation accuracy"][best] - 0.04
    assert history["validation loss"][-1] > 3 * history["validation loss"][best]
    assert history["loss"][-1] < history["loss"][best] / 5


def test_early_stopping_goes_back_to_the_best_epoch(run):
    stopped, stopping = run.variables["stopped"], run.variables["stopping"]
    assert stopping.best_epoch == run.variables["best_epoch"]  # the same training, cut short
    assert len(stopped) == stopping.best_epoch + stopping.patience < 250
    assert max(stopped["validation accuracy"]) == stopping.watch.best


def test_weight_decay_is_the_slope_of_the_penalty(run):
    assert run.variables["same_step"] < 1e-7
    none, l2, l1 = (run.variables["regularised"][name] for name in ("-", "L2", "L1"))
    assert l2["size"] < none["size"] / 5
    assert l1["size"] < none["size"] / 2
    assert none["tiny"] < 0.05 < l2["tiny"] < l1["tiny"]
    assert l1["tiny"] > 0.8
    assert none["train"] > max(l2["train"], l1["train"])
    assert none["validation"] < min(l2["validation"], l1["validation"])


def test_dropout_as_on_the_slide(run):
    for p, (off, kept, mean) in run.variables["dropped"].items():
        assert off == pytest.approx(p, abs=0.01)
        assert kept == pytest.approx(1 / (1 - p), rel=1e-6)
        assert mean == pytest.approx(1, abs=0.01)
    assert set(run.variables["dropped"]) == {0.26, 0.5}
    assert (run.variables["at_test_time"] == 1).all()
    (_, before, loss), (_, after, smaller_loss) = run.variables["with_dropout"].values()
    assert after > before
    assert smaller_loss < loss


def test_batch_normalisation_by_hand(run):
    by_hand, library = run.variables["batch_norm_by_hand"], run.variables["batch_norm"]
    np.testing.assert_allclose(library, by_hand, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(library.mean(axis=0), [0, 1, 0, -1], atol=1e-6)
    np.testing.assert_allclose(library.std(axis=0), [1, 2, 0.5, 1], rtol=1e-4)
    without, with_norm = run.variables["norm_losses"].values()
    assert with_norm[-1] < 0.2 < 2.0 < without[-1]


def test_preprocessing(run):
    people, scalers = run.variables["people"], run.variables["scalers"]
    smallest, ranged = scalers["min-max"](people[:200]), scalers["z-score"](people[:200])
    np.testing.assert_allclose([smallest.min(axis=0), smallest.max(axis=0)], [[0, 0], [1, 1]])
    np.testing.assert_allclose(ranged.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(ranged.var(axis=0), 1)
    np.testing.assert_array_equal(run.variables["encoded"], [[0, 0, 1, 0], [1, 0, 0, 0]])
    scaled = run.variables["scaled"]
    assert min(scaled["min-max"], scaled["z-score"]) > 0.9 > scaled["-"]


def test_more_data_close_the_gap(run):
    gaps = [train - unseen for train, unseen in run.variables["by_size"].values()]
    assert gaps[0] > gaps[1] > gaps[-1]


def test_mistakes(run):
    first, second, third, fourth = run.variables["answers"]
    assert first != second
    assert third == fourth
    run.shown("of one-hot labels take .argmax(axis=1)", "p is a probability, between 0 and 1",
              "call ZScore().fit(training_data) first")  # fmt: skip


def test_dropout_goes_back_as_a_mask(run):
    output, gradient = run.variables["mask_and_gradient"]
    np.testing.assert_array_equal(output, gradient)
    assert run.variables["digit_rows"].argmax(axis=1).tolist() == [1, 5, 9]
