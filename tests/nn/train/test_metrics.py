"""Metrics against their definitions, in one piece and in batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor
from nn.train import (
    F1,
    MAE,
    R2,
    RMSE,
    Accuracy,
    ConfusionMatrix,
    Metric,
    Precision,
    Recall,
    TopKAccuracy,
)

labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


def in_batches(metric, outputs, targets, cut):
    metric.update(outputs[:cut], targets[:cut])
    metric.update(outputs[cut:], targets[cut:])
    return metric.compute()


@given(pairs=labels, cut=st.integers(0, 30))
def test_classification_is_counted(pairs, cut):
    predicted, actual = (np.array(side) for side in zip(*pairs, strict=True))
    right = predicted == actual
    assert in_batches(Accuracy(), predicted, actual, cut) == pytest.approx(right.mean())
    matrix = in_batches(ConfusionMatrix(4), predicted, actual, cut)
    for i in range(4):
        for j in range(4):
            assert matrix[i, j] == np.sum((actual == i) & (predicted == j))
    precision, recall, f1 = (
        metric(None, 4)(predicted, actual) for metric in (Precision, Recall, F1)
    )
    for c in range(4):
        hits = np.sum(right & (actual == c))
        named, there = np.sum(predicted == c), np.sum(actual == c)
        assert precision[c] == pytest.approx(hits / named if named else 0)
        assert recall[c] == pytest.approx(hits / there if there else 0)
        assert f1[c] == pytest.approx(2 * hits / (named + there) if named + there else 0)
    present = sorted({*predicted, *actual})
    assert F1()(predicted, actual) == pytest.approx(f1[present].mean())
    assert F1("micro")(predicted, actual) == pytest.approx(right.mean())
    weights = np.bincount(actual, minlength=4) / len(actual)
    assert Recall("weighted", 4)(predicted, actual) == pytest.approx((recall * weights).sum())


@given(seed=st.integers(0, 99), offset=st.sampled_from([0.0, 1e6]), cut=st.integers(0, 20))
def test_regression_is_exact_over_batches(seed, offset, cut):
    rng = np.random.default_rng(seed)
    targets = rng.normal(offset, 1, (20, 2))
    outputs = targets + rng.normal(0, 0.5, (20, 2))
    error = outputs - targets
    assert in_batches(MAE(), outputs, targets, cut) == pytest.approx(np.abs(error).mean())
    assert in_batches(RMSE(), outputs, targets, cut) == pytest.approx(np.sqrt((error**2).mean()))
    expected = 1 - (error**2).sum() / ((targets - targets.mean()) ** 2).sum()
    assert in_batches(R2(), outputs, targets, cut) == pytest.approx(expected, rel=1e-6)


def test_outputs_may_be_scores_one_hot_probabilities_or_logits():
    scores = Tensor([[0.1, 0.9], [0.7, 0.3]], requires_grad=True)
    assert Accuracy()(scores, [1, 1]) == 0.5
    assert Accuracy()(scores, [[0.0, 1.0], [1.0, 0.0]]) == 1.0
    assert Accuracy()([[0.6], [0.4]], [[1.0], [0.0]]) == 1.0
    assert Accuracy(threshold=0.0)([[-0.1], [0.4]], [0, 1]) == 1.0
    pixels = np.zeros((2, 3, 4, 4))
    pixels[:, 1] = 1
    assert Accuracy()(pixels, np.ones((2, 4, 4), int)) == 1.0


def test_top_k_takes_the_first_of_equals():
    scores = [[1.0, 1.0, 1.0], [3.0, 2.0, 1.0]]
    assert TopKAccuracy(1)(scores, [0, 0]) == 1.0
    assert TopKAccuracy(1)(scores, [1, 0]) == 0.5
    assert TopKAccuracy(2)(scores, [2, 2]) == 0.0
    assert TopKAccuracy(3)(scores, [2, 2]) == 1.0


def test_the_matrix_grows_with_the_labels_and_knows_the_classes_of_scores():
    metric = ConfusionMatrix()
    metric.update([0], [0])
    metric.update([2], [1])
    assert metric.compute().tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert ConfusionMatrix()(np.eye(4)[:2], [0, 1]).shape == (4, 4)


def test_measuring_alone_keeps_what_was_gathered():
    metric = Accuracy()
    metric.update([1, 1], [1, 0])
    assert metric([1], [1]) == 1.0
    assert metric.compute() == 0.5
    metric.reset()
    with pytest.raises(RuntimeError, match="Accuracy: nothing was measured yet"):
        metric.compute()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Accuracy()(np.ones((3, 2)), np.ones(4)), r"outputs \(3, 2\) do not fit .* \(4,\)"),
        (lambda: MAE()(np.ones((3, 1)), np.ones(3)), r"MAE: outputs \(3, 1\) and targets \(3,\)"),
        (lambda: R2()([1.0, 2.0], [3.0, 3.0]), "all targets are the same"),
        (lambda: TopKAccuracy(0), "k must be at least 1, got 0"),
        (lambda: TopKAccuracy(3)([[1.0, 2.0]], [0]), "at least 3 classes, got shape"),
        (lambda: ConfusionMatrix(2)([2], [0]), "label 2 is not among the 2 classes"),
        (lambda: ConfusionMatrix()([-1], [0]), "labels must be at least 0"),
        (lambda: Precision("mean"), "average must be one of .* got 'mean'"),
        (lambda: Recall("binary")([0, 2], [0, 1]), "labels 0 and 1, there are 3 classes"),
    ],
)
def test_metrics_name_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("name", "call"), [("measure", ([1], [1])), ("compute", ())])
def test_an_unfinished_metric_says_what_it_lacks(name, call):
    with pytest.raises(NotImplementedError, match=f"Unfinished must define {name}"):
        getattr(type("Unfinished", (Metric,), {})(), name)(*call)
