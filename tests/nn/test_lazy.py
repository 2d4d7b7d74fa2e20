"""Lazy layers take their size from a state too, before any batch."""

import numpy as np
import pytest

import autograd
import nn
from nn.functional import cross_entropy
from nn.train import Trainer

PAIRS = {
    "LazyLinear": (lambda: nn.LazyLinear(2), lambda: nn.Linear(3, 2), (4, 3)),
    "LazyConv1d": (lambda: nn.LazyConv1d(2, 3), lambda: nn.Conv1d(4, 2, 3), (2, 4, 6)),
    "LazyConv2d": (
        lambda: nn.LazyConv2d(4, 3, groups=2), lambda: nn.Conv2d(6, 4, 3, groups=2), (1, 6, 5, 5),
    ),
    "LazyConv3d": (lambda: nn.LazyConv3d(2, 2), lambda: nn.Conv3d(3, 2, 2), (1, 3, 3, 3, 3)),
    "LazyConvTranspose1d": (
        lambda: nn.LazyConvTranspose1d(4, 3, groups=2),
        lambda: nn.ConvTranspose1d(6, 4, 3, groups=2), (2, 6, 5),
    ),
    "LazyConvTranspose2d": (
        lambda: nn.LazyConvTranspose2d(4, 3), lambda: nn.ConvTranspose2d(3, 4, 3), (2, 3, 5, 5),
    ),
    "LazyConvTranspose3d": (
        lambda: nn.LazyConvTranspose3d(2, 2), lambda: nn.ConvTranspose3d(3, 2, 2), (1, 3, 2, 2, 2),
    ),
    "LazyBatchNorm1d": (nn.LazyBatchNorm1d, lambda: nn.BatchNorm1d(3), (4, 3)),
    "LazyBatchNorm2d": (nn.LazyBatchNorm2d, lambda: nn.BatchNorm2d(3), (4, 3, 2, 2)),
    "LazyBatchNorm3d": (nn.LazyBatchNorm3d, lambda: nn.BatchNorm3d(3), (4, 3, 2, 2, 2)),
    "LazyInstanceNorm1d": (
        lambda: nn.LazyInstanceNorm1d(affine=True), lambda: nn.InstanceNorm1d(3, affine=True),
        (2, 3, 5),
    ),
    "LazyInstanceNorm2d": (
        lambda: nn.LazyInstanceNorm2d(track_running_stats=True),
        lambda: nn.InstanceNorm2d(3, track_running_stats=True), (2, 3, 5, 5),
    ),
    "LazyInstanceNorm3d": (
        lambda: nn.LazyInstanceNorm3d(affine=True), lambda: nn.InstanceNorm3d(3, affine=True),
        (2, 3, 2, 2, 2),
    ),
}  # fmt: skip


def test_every_lazy_layer_is_tried():
    assert set(PAIRS) == {name for name in nn.__all__ if name.startswith("Lazy")}


@pytest.mark.parametrize("name", PAIRS)
def test_a_state_gives_the_size(name):
    make_lazy, make_ordinary, shape = PAIRS[name]
    lazy, ordinary = make_lazy(), make_ordinary()
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    ordinary(x)  # so that running statistics are not those of a new layer
    parameters = list(lazy.parameters())
    lazy.load_state_dict(ordinary.state_dict())
    assert type(lazy) is type(ordinary)
    assert repr(lazy) == repr(ordinary)
    assert all(a is b for a, b in zip(parameters, lazy.parameters(), strict=True))
    np.testing.assert_array_equal(lazy(x).data, ordinary(x).data)


def model(lazy: bool) -> nn.Module:
    return nn.Sequential(
        nn.LazyConv2d(4, 3) if lazy else nn.Conv2d(1, 4, 3),
        nn.LazyBatchNorm2d() if lazy else nn.BatchNorm2d(4),
        nn.Flatten(),
        nn.LazyLinear(2) if lazy else nn.Linear(144, 2),
    )


def test_a_state_that_does_not_fit_leaves_lazy_layers_lazy():
    state = dict(model(lazy=False).state_dict())
    wrong = state | {"3.bias": np.zeros(5)}
    lazy = model(lazy=True)
    with pytest.raises(ValueError, match=r"3.bias is \(5,\) and must be \(2,\)"):
        lazy.load_state_dict(wrong)
    with pytest.raises(ValueError, match=r"0.weight is \(4, 1, 3\) and must be \(4, 0, 3, 3\)"):
        lazy.load_state_dict(state | {"0.weight": np.zeros((4, 1, 3))})
    with pytest.raises(TypeError, match="3.weight is complex128"):
        lazy.load_state_dict(state | {"3.weight": np.zeros((2, 144), complex)})
    assert [type(each).__name__ for each in lazy] == [
        "LazyConv2d", "LazyBatchNorm2d", "Flatten", "LazyLinear",
    ]  # fmt: skip
    assert lazy(np.zeros((2, 3, 5, 5))).shape == (2, 2), "and can still take another size"


def test_a_state_of_a_layer_without_a_size_is_one_too():
    one, other = nn.LazyLinear(3), nn.LazyLinear(3)
    other.load_state_dict(one.state_dict())
    assert type(other) is nn.LazyLinear
    np.testing.assert_array_equal(other.bias.data, one.bias.data)


def test_a_training_of_lazy_layers_is_loaded_before_a_batch(tmp_path):
    images = np.random.default_rng(0).random((10, 1, 8, 8)).astype(np.float32)
    labels = np.arange(10) % 2

    def make():
        autograd.manual_seed(0)
        lazy = model(lazy=True)
        optimizer = nn.optim.Adam(lazy.parameters())
        return Trainer(lazy, optimizer, cross_entropy, progress=False)

    whole = make()
    whole.fit((images, labels), 2, batch_size=4)
    first = make()  # from the same seed: lazy layers draw at the first batch
    first.fit((images, labels), 1, batch_size=4)
    first.save(tmp_path / "a.npz")
    again = make()
    again.load(tmp_path / "a.npz")
    again.fit((images, labels), 1, batch_size=4)
    for one, other in zip(again.model.parameters(), whole.model.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
