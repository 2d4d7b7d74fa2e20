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
