"""A batch without examples goes through every layer, and has gradients of 0."""

import numpy as np
import pytest

import nn
from autograd import Tensor
from tests.nn.samples import SAMPLES, parts

CALLED = {name: sample for name, sample in SAMPLES.items() if sample.inputs}


def emptied(name, inputs):
    """The inputs with no examples; sequences have theirs along the second axis."""
    kind = name.split()[0]
    second = kind in ("GRU", "LSTM", "MultiheadAttention", "RNN") or "Transformer" in kind
    return [np.take(each, [], axis=int(second and np.ndim(each) > 1)) for each in inputs]


@pytest.mark.parametrize("name", CALLED)
def test_every_layer_takes_an_empty_batch(name):
    sample = CALLED[name]
    module = sample.make().double()
    given = [
        Tensor(each, requires_grad=each.dtype.kind == "f") for each in emptied(name, sample.inputs)
    ]
    buffers = [each.numpy().copy() for each in module.buffers() if each.size and each.ndim]
    outputs = parts(module(*given))
    assert outputs[0].size == 0
    if outputs[0].requires_grad:
        outputs[0].sum().backward()
        for parameter in module.parameters():
            if parameter.grad is not None:
                assert not parameter.grad.data.any()
    if buffers:  # the running statistics stay
        for before, after in zip(
            buffers, [each for each in module.buffers() if each.ndim], strict=True
        ):
            np.testing.assert_array_equal(after.data, before)


def test_a_single_example_is_still_refused_by_batch_norm():
    with pytest.raises(ValueError, match="more than one value per channel"):
        nn.BatchNorm1d(2)(np.zeros((1, 2)))
