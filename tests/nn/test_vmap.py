"""Layers and losses under vmap: values and gradients of each example are those of it alone."""

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, func
from nn.utils import functional_call
from tests.nn.samples import CALLED, parts, prepared

COUNT = 3


def _examples(sample):
    """Inputs of several examples: floating ones differ, as far as their domain is sure to allow."""
    return [
        Tensor(
            np.stack(
                [
                    each * (1 + 0.01 * i) if each.dtype.kind == "f" and each.min() < 0 else each
                    for i in range(COUNT)
                ]
            )
        )
        for each in map(np.asarray, sample.inputs)
    ]


def _assert_stack(function, module, sample):
    module(*sample.inputs)  # lazy ones take their shapes
    parameters = {name: each.detach() for name, each in module.named_parameters()}
    inputs = _examples(sample)
    axes = (None, *(0 for _ in inputs))
    together = func.vmap(function, in_axes=axes, randomness="same")(parameters, *inputs)
    alone = [function(parameters, *(x[i] for x in inputs)) for i in range(COUNT)]
    for ours, *theirs in zip(together, *alone, strict=True):
        expected = np.stack([each.detach().numpy() for each in theirs])
        np.testing.assert_allclose(ours.detach().numpy(), expected, rtol=1e-9, atol=1e-11)


def _moves_statistics(module):
    return any("running" in name for name, _ in module.named_buffers())


def _outputs(module):
    def call(parameters, *inputs):
        autograd.manual_seed(3)
        return parts(functional_call(module, parameters, inputs))

    return call


@pytest.mark.parametrize("name", CALLED)
def test_values(name):
    module = prepared(CALLED[name])
    module(*CALLED[name].inputs)
    if module.training and _moves_statistics(module):
        with pytest.raises(RuntimeError, match="running statistics follow one batch"):
            _assert_stack(_outputs(module), module, CALLED[name])
        module.eval()
    _assert_stack(_outputs(module), module, CALLED[name])


# It picks clusters by the targets' numbers, and reaches its parameters by itself.
REFUSED = {"AdaptiveLogSoftmaxWithLoss"}


@pytest.mark.parametrize("name", [name for name in CALLED if name not in REFUSED])
def test_gradients_of_examples(name):
    sample = CALLED[name]
    module = prepared(sample)
    module(*sample.inputs)
    if not list(module.parameters()):
        return
    if module.training and _moves_statistics(module):
        module.eval()
    outputs = _outputs(module)

    def size(parameters, *inputs):
        outs = [out for out in outputs(parameters, *inputs) if out.dtype.kind == "f"]
        return sum((out * out).sum() for out in outs)

    gradients = func.grad(size)
    _assert_stack(lambda *given: tuple(gradients(*given).values()), module, sample)


def test_random_masks_are_refused_or_the_same_or_different():
    x = np.ones((4, 50))
    drop = lambda x: nn.functional.dropout(x, 0.5)  # noqa: E731
    with pytest.raises(RuntimeError, match="dropout: random numbers inside vmap.*'different'"):
        func.vmap(drop)(x)
    same = func.vmap(drop, randomness="same")(x)
    assert (same == same[:1]).all()
    different = func.vmap(drop, randomness="different")(x)
    assert len({tuple(row) for row in different}) == 4


def test_a_choice_of_a_class_differs_between_examples():
    logits = np.zeros((30, 4))
    choose = lambda x: nn.functional.gumbel_softmax(x, hard=True)  # noqa: E731
    chosen = func.vmap(choose, randomness="different")(logits)
    assert set(np.unique(chosen)) <= {0.0, 1.0}
    assert (chosen.sum(1) == 1).all()
    assert len(np.unique(chosen.argmax(1))) > 1


RNG = np.random.default_rng(0)
SCORES = RNG.normal(size=(COUNT, 4, 3))
SHARES = np.exp(SCORES) / np.exp(SCORES).sum(-1, keepdims=True)
LABELS = RNG.integers(0, 3, size=(COUNT, 4))
SIGNS = np.sign(RNG.normal(size=SCORES.shape))
WEIGHT = np.array([1.0, 2.0, 0.5])
F = nn.functional

# What looks at its arguments' values, to refuse them or for a mask, and runs at once all the same.
AT_ONCE = {
    "nll_loss": (F.nll_loss, np.log(SHARES), LABELS),
    "nll_loss of one": (F.nll_loss, np.log(SHARES[:, 0]), LABELS[:, 0]),
    "nll_loss by weight": (
        lambda x, t: F.nll_loss(x, t, WEIGHT, reduction="none"), np.log(SHARES), LABELS,
    ),
    "binary_cross_entropy": (F.binary_cross_entropy, SHARES, (SIGNS > 0) * 1.0),
    "binary_cross_entropy at its ends": (F.binary_cross_entropy, SHARES.round(), SHARES),
    "kl_div": (F.kl_div, np.log(SHARES), SHARES.round()),
    "poisson_nll_loss": (lambda x, t: F.poisson_nll_loss(x, t, full=True), SCORES, SHARES * 9),
    "gaussian_nll_loss": (F.gaussian_nll_loss, SCORES, SIGNS, SHARES.round()),
    "hinge_embedding_loss": (F.hinge_embedding_loss, SCORES, SIGNS),
    "cosine_embedding_loss": (F.cosine_embedding_loss, SCORES, SHARES, SIGNS[:, :, 0]),
    "one_hot": (lambda t: F.one_hot(t, 3) * WEIGHT, LABELS),
}  # fmt: skip


@pytest.mark.parametrize("name", AT_ONCE)
@pytest.mark.filterwarnings("ignore::autograd.TrapWarning")
def test_checks_of_values_do_not_run_one_by_one(name, monkeypatch):
    function, *given = AT_ONCE[name]
    gradient = func.grad(lambda *xs: function(*xs).sum())
    for each in (function, gradient) if given[0].dtype.kind == "f" else (function,):
        alone = [np.asarray(each(*map(Tensor, xs))) for xs in zip(*given, strict=True)]
        with monkeypatch.context() as patch:
            patch.setattr("autograd.mapping.level.of_sample", None)  # nobody asks for one
            together = func.vmap(each)(*given)
        np.testing.assert_allclose(together, np.stack(alone), rtol=1e-12, atol=1e-14)


def test_checks_of_values_see_every_example():
    with pytest.raises(IndexError, match="target 3 is out of range for 3 classes"):
        func.vmap(F.nll_loss)(np.log(SHARES), LABELS + np.array([[0], [0], [3]]) * (LABELS == 0))
    with pytest.raises(ValueError, match="input must be probabilities"):
        func.vmap(F.binary_cross_entropy)(SHARES * np.array([1, 1, 9]).reshape(3, 1, 1), SHARES)
    with pytest.raises(ValueError, match="var must not be negative"):
        func.vmap(F.gaussian_nll_loss)(SCORES, SCORES, SIGNS)
    with pytest.raises(ValueError, match="inside vmap num_classes must be given"):
        func.vmap(F.one_hot)(LABELS)
    with pytest.raises(IndexError, match="out of range for 2 classes"):
        func.vmap(lambda t: F.one_hot(t, 2))(LABELS)


def test_examples_of_which_nothing_counts():
    """Their loss is NaN with a gradient of 0, which is decided for each."""
    labels = LABELS.copy()
    labels[1] = -100
    losses = func.vmap(F.nll_loss)(np.log(SHARES), labels)
    assert np.isnan(losses).tolist() == [False, True, False]
    gradients = func.vmap(func.grad(F.nll_loss))(np.log(SHARES), labels)
    assert not gradients[1].any()
    assert np.isfinite(gradients).all()
