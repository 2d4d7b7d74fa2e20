"""Losses: values worked out by hand, and errors where shapes would broadcast silently."""

import inspect

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.testing import check_grads
from nn import functional as F
from tests.nn.samples import LOSSES

LOGITS = Tensor([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])


def test_cross_entropy_of_indices_shares_and_log_softmax_agree():
    indices = nn.CrossEntropyLoss()(LOGITS, [2, 0])
    one_hot = nn.CrossEntropyLoss()(LOGITS, F.one_hot([2, 0], 3).astype(np.float64))
    negative = nn.NLLLoss()(F.log_softmax(LOGITS, 1), [2, 0])
    expected = (np.log(np.exp([1, 2, 3]).sum()) - 3 + np.log(3)) / 2
    for loss in (indices, one_hot, negative):
        np.testing.assert_allclose(loss.item(), expected, rtol=1e-14)


def test_cross_entropy_is_finite_for_any_logits():
    logits = Tensor([[1000.0, -1000.0], [-1000.0, 1000.0]], requires_grad=True)
    loss = F.cross_entropy(logits, [0, 0])
    assert loss.item() == 1000.0
    loss.backward()
    np.testing.assert_array_equal(logits.grad.data, [[0, 0], [-0.5, 0.5]])


def test_everything_ignored_is_nan_without_a_warning():
    logits = Tensor([[1.0, 2.0]], requires_grad=True)
    loss = F.cross_entropy(logits, [-100])
    assert np.isnan(loss.item())
    loss.backward()
    assert logits.grad.data.tolist() == [[0.0, 0.0]]
    assert np.isnan(F.nll_loss(-LOGITS, [-100, -100]).item())


def test_binary_cross_entropy_with_logits_is_exact_far_out():
    x = Tensor([800.0, -800.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, [0.0, 1.0], reduction="sum")
    assert loss.item() == 1600.0
    loss.backward()
    np.testing.assert_array_equal(x.grad.data, [1.0, -1.0])


def test_integer_targets_are_converted_and_lists_taken():
    assert F.mse_loss(Tensor([1.0, 2.0]), [0, 0]).item() == 2.5
    assert F.mse_loss(Tensor([1.0, 2.0]), Tensor([0, 0])).item() == 2.5
    assert F.l1_loss([1.0, 2.0], [0, 0]).item() == 1.5


def test_losses_keep_float32():
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    y = np.zeros((2, 3))
    losses = [
        F.mse_loss(x, y), F.l1_loss(x, y), F.huber_loss(x, y), F.smooth_l1_loss(x, y, beta=0.3),
        F.binary_cross_entropy(x * 0.5, y), F.binary_cross_entropy_with_logits(x, y),
        F.cross_entropy(x, [0, 1]), F.cross_entropy(x, [0, 1], [1.0, 2.0, 3.0], -100, "mean", 0.3),
        F.nll_loss(-x, [0, 1], [1.0, 2.0, 3.0]), F.kl_div(x, y),
        F.poisson_nll_loss(x, y, full=True),
        F.gaussian_nll_loss(x, y, np.ones((2, 3))), F.cosine_embedding_loss(x, y, [1, -1]),
        F.hinge_embedding_loss(x, np.sign(y + 1)), F.multi_margin_loss(x, [0, 1], p=2),
        F.multilabel_margin_loss(x, [[0, -1, 1], [1, 2, -1]]), F.soft_margin_loss(x, y + 1),
        F.triplet_margin_loss(x, y, y + 2), F.cosine_similarity(x, x).sum(),
        F.margin_ranking_loss(x, y, y + 1), F.multilabel_soft_margin_loss(x, y),
    ]  # fmt: skip
    for loss in losses:
        assert loss.dtype == np.float32
        x.grad = None
        loss.backward()
        assert x.grad.dtype == np.float32


COLUMN, ROW = Tensor([[1.0], [2.0]]), Tensor([1.0, 2.0])


@pytest.mark.parametrize(
    "loss",
    [
        F.mse_loss, F.l1_loss, F.huber_loss, F.smooth_l1_loss, F.kl_div, F.poisson_nll_loss,
        F.binary_cross_entropy_with_logits, F.soft_margin_loss, F.hinge_embedding_loss,
    ],
)  # fmt: skip
def test_a_column_against_a_row_is_an_error_with_the_cure(loss):
    message = r"input has shape \(2, 1\) but target has \(2,\).*use target.reshape\(\(2, 1\)\)"
    with pytest.raises(ValueError, match=message):
        loss(COLUMN, ROW)


BAD = [
    (lambda: F.cross_entropy(LOGITS, [0, 3]), IndexError, r"target\[1\] is 3, .* classes, 0 to 2"),
    (lambda: F.cross_entropy(LOGITS, [0, -1]), IndexError, r"target\[1\] is -1"),
    (lambda: F.cross_entropy(LOGITS, [[0], [1]]), ValueError, r"target must have shape \(2,\)"),
    (lambda: F.cross_entropy(LOGITS, [0.0, 1.0]), ValueError, "must be integers, .astype"),
    (lambda: F.cross_entropy(LOGITS, [[0, 1, 0], [1, 0, 0]]), ValueError, "one-hot .*argmax"),
    (lambda: F.cross_entropy(LOGITS, [0, 1], [1.0]), ValueError, r"weight must have shape \(3,\)"),
    (lambda: F.cross_entropy(LOGITS, LOGITS, [1.0]), ValueError, r"weight must have shape \(3,\)"),
    (lambda: F.cross_entropy(LOGITS, [0, 1], reduction="avg"), ValueError, "got 'avg'"),
    (lambda: F.nll_loss(LOGITS, [0, 3]), IndexError, "target 3 is out of range for 3 classes"),
    (lambda: F.nll_loss(LOGITS, [0.0, 1.0]), TypeError, "must hold integers"),
    (lambda: F.multi_margin_loss(LOGITS, [0, 1], p=3), ValueError, "p must be 1 or 2, got 3"),
    (lambda: F.multilabel_margin_loss(LOGITS, [[3, 0, -1]] * 2), IndexError, "target 3 is out of"),
    (lambda: F.binary_cross_entropy(ROW, [0, 1]), ValueError, "1.0 to 2.0.*with_logits"),
    (lambda: F.binary_cross_entropy(ROW / 2, [0, 1], [1.0] * 3), ValueError, "broadcast"),
    (lambda: F.mse_loss(Tensor([1, 2]), [1, 2]), TypeError, r"input must be floating.*float32"),
    (lambda: F.mse_loss(ROW, ROW.astype(np.float32)), TypeError, "a float32 Tensor.*astype"),
    (lambda: F.mse_loss(ROW, ROW, "avg"), ValueError, "reduction must be .* got 'avg'"),
    (lambda: F.huber_loss(ROW, ROW, delta=0.0), ValueError, "delta must be positive"),
    (lambda: F.smooth_l1_loss(ROW, ROW, beta=-1.0), ValueError, "beta must not be negative"),
    (lambda: F.gaussian_nll_loss(ROW, ROW, -ROW), ValueError, "var must not be negative"),
    (lambda: F.gaussian_nll_loss(COLUMN, COLUMN, [1.0] * 3), ValueError, r"var has shape \(3,\)"),
    (lambda: F.cosine_embedding_loss(LOGITS, LOGITS, [1]), ValueError, r"target must have shape"),
    (lambda: F.triplet_margin_loss(LOGITS, LOGITS, ROW), ValueError, "negative has"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_inputs(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_errors_name_the_loss():
    with pytest.raises(ValueError, match=r"in module loss \(MSELoss\)"):
        nn.MSELoss()(COLUMN, ROW)
    with pytest.raises(IndexError, match=r"in module loss \(CrossEntropyLoss\)"):
        nn.CrossEntropyLoss()(LOGITS, [0, 3])


def test_weights_belong_to_the_loss():
    loss = nn.CrossEntropyLoss([1.0, 2.0, 3.0])
    assert list(loss.state_dict()) == ["weight"]
    assert list(loss.parameters()) == []


def test_a_column_of_labels_names_its_cure():
    with pytest.raises(ValueError, match=r"got \(2, 1\); use target.reshape\(\(2,\)\)"):
        F.cross_entropy(Tensor([[2.0, 0.0], [0.0, 0.0]]), [[0], [1]])


def test_a_loss_that_is_called_before_it_is_made():
    outputs = Tensor([[2.0, 0.0], [0.0, 0.0]], requires_grad=True)
    with pytest.raises(TypeError, match=r"make the loss first, loss = nn.CrossEntropyLoss\(\)"):
        nn.CrossEntropyLoss(outputs * 1.0, [0, 1])


def test_repr_says_what_is_not_usual():
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()"
    loss = nn.CrossEntropyLoss([1.0, 2.0], ignore_index=0, reduction="sum")
    assert repr(loss) == ("CrossEntropyLoss(weight=<2 numbers>, ignore_index=0, reduction='sum')")
    assert repr(nn.MultiMarginLoss(margin=0.5)) == "MultiMarginLoss(margin=0.5)"


OF_FUNCTIONS = [name for name in LOSSES if hasattr(getattr(nn, name.split()[0]), "function")]


@pytest.mark.parametrize("name", OF_FUNCTIONS)
def test_a_forgotten_input_is_named(name):
    loss, inputs = LOSSES[name].make(), LOSSES[name].inputs
    missing = list(inspect.signature(type(loss).function).parameters)[len(inputs) - 1]
    with pytest.raises(TypeError, match=f"missing.*'{missing}'"):
        loss(*inputs[:-1])
    loss(*inputs[:-1], **{missing: inputs[-1]})


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"])
def test_losses_of_numbers_take_a_weight_for_each(name):
    """The weighted mean is over the weights, and both the input and they have gradients."""
    function = getattr(F, name)
    rng = np.random.default_rng(0)
    x, w = (Tensor(rng.uniform(0.5, 3, (2, 3)), requires_grad=True) for _ in range(2))
    target = np.zeros((2, 3))
    plain = function(x, target, reduction="none").detach().numpy()
    weights = w.detach().numpy()
    np.testing.assert_allclose(
        function(x, target, reduction="none", weight=w).detach().numpy(), plain * weights
    )
    np.testing.assert_allclose(
        function(x, target, reduction="sum", weight=w).item(), (plain * weights).sum()
    )
    mean = (plain * weights).sum() / weights.sum()
    np.testing.assert_allclose(function(x, target, weight=w).item(), mean)
    np.testing.assert_allclose(function(x, target, weight=weights.tolist()).item(), mean)
    check_grads(lambda x, w: function(x, target, weight=w), x, w)
    with pytest.raises(ValueError, match=rf"{name}: input has shape \(2, 3\) but weight has \(3,"):
        function(x, target, weight=np.ones(3))
