"""Empty batches, batches of one and inputs without a batch, against PyTorch's layers."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import nn  # noqa: E402
from tests.nn.pytorch.twin import assert_same_model, normal  # noqa: E402

# The layer's name, its arguments, and the shape of one example for each of its inputs.
LAYERS = [
    ("Linear", (3, 2), [(3,)]),
    ("Bilinear", (3, 4, 2), [(3,), (4,)]),
    ("Conv1d", (2, 3, 2), [(2, 5)]),
    ("Conv2d", (2, 3, 2, 1, "same"), [(2, 5, 4)]),
    ("Conv3d", (2, 3, 2), [(2, 3, 4, 3)]),
    ("ConvTranspose1d", (2, 3, 2), [(2, 5)]),
    ("ConvTranspose2d", (2, 3, 2, 2), [(2, 3, 4)]),
    ("ConvTranspose3d", (2, 3, 2), [(2, 2, 3, 2)]),
    ("MaxPool1d", (2,), [(2, 5)]),
    ("MaxPool2d", (2,), [(2, 5, 4)]),
    ("AvgPool2d", (2,), [(2, 5, 4)]),
    ("LPPool2d", (2, 2), [(2, 5, 4)]),
    ("AdaptiveAvgPool2d", (2,), [(2, 5, 4)]),
    ("AdaptiveMaxPool2d", (2,), [(2, 5, 4)]),
    ("InstanceNorm2d", (2,), [(2, 5, 4)]),
    ("LayerNorm", (3,), [(3,)]),
    ("RMSNorm", (3,), [(3,)]),
    ("PReLU", (), [()]),
    ("ReLU", (), [()]),
    ("GLU", (), [(4,)]),
    ("Softmax", (-1,), [(4,)]),
    ("Softmax2d", (), [(4, 2, 3)]),
    ("ReflectionPad2d", (1,), [(2, 5, 4)]),
    ("ReplicationPad1d", (1,), [(2, 5)]),
    ("CircularPad3d", (1,), [(1, 2, 2, 2)]),
    ("ZeroPad2d", (1,), [(2, 5, 4)]),
    ("Unfold", (2,), [(2, 5, 4)]),
    ("Fold", (3, 2), [(4, 4)]),
    ("ChannelShuffle", (2,), [(4, 2, 3)]),
    ("PairwiseDistance", (), [(3,), (3,)]),
    ("RNNCell", (3, 4), [(3,)]),
    ("LSTMCell", (3, 4), [(3,)]),
    ("GRUCell", (3, 4), [(3,)]),
]
# Those that always want a batch, or whose steps come before it.
BATCHED = [
    ("GroupNorm", (2, 4), [(4, 3)]),
    ("LocalResponseNorm", (2,), [(4, 3)]),
    ("Upsample", (None, 2, "bilinear"), [(2, 3, 4)]),
    ("CosineSimilarity", (), [(3,), (3,)]),
    ("Dropout2d", (0.0,), [(4, 2, 3)]),  # one image without a batch is still a sequence in PyTorch
]
SEQUENCES = [
    ("RNN", (3, 4), [(5, 3)]),
    ("LSTM", (3, 4, 2), [(5, 3)]),
    ("GRU", (3, 4), [(5, 3)]),
    ("MultiheadAttention", (4, 2), [(5, 4)] * 3),
    ("TransformerEncoderLayer", (4, 2, 8, 0.0), [(5, 4)]),
    ("TransformerDecoderLayer", (4, 2, 8, 0.0), [(5, 4)] * 2),
]


def names(layers):
    return [layer[0] for layer in layers]


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("batch", [(0,), (1,), ()], ids=["empty", "of one", "none"])
@pytest.mark.parametrize(("name", "arguments", "shapes"), LAYERS, ids=names(LAYERS))
def test_batch(name, arguments, shapes, batch):
    compare(name, arguments, [(*batch, *shape) for shape in shapes])


@pytest.mark.parametrize("batch", [0, 1])
@pytest.mark.parametrize(("name", "arguments", "shapes"), BATCHED, ids=names(BATCHED))
def test_batch_that_must_be_there(name, arguments, shapes, batch):
    compare(name, arguments, [(batch, *shape) for shape in shapes])


@pytest.mark.parametrize("batch", [(0,), (1,), ()], ids=["empty", "of one", "none"])
@pytest.mark.parametrize(("name", "arguments", "shapes"), SEQUENCES, ids=names(SEQUENCES))
def test_batch_behind_the_steps(name, arguments, shapes, batch):
    compare(name, arguments, [(steps, *batch, *rest) for steps, *rest in shapes])


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "SmoothL1Loss", "BCEWithLogitsLoss"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
def test_loss_of_nothing_and_of_one(name, reduction):
    for batch in (0, 1):
        ours, theirs = (getattr(lib, name)(reduction=reduction) for lib in (nn, torch.nn))
        assert_same_model(ours, theirs, normal(batch, 3), normal(batch, 3, seed=1))


def compare(name, arguments, shapes):
    ours, theirs = (getattr(library, name)(*arguments) for library in (nn, torch.nn))
    inputs = [normal(*shape, seed=position) for position, shape in enumerate(shapes)]
    assert_same_model(ours, theirs, *map(np.asarray, inputs))
