"""Parameters that are computed from others, and the ready ways to do so."""

import copy
import pickle

import numpy as np
import pytest

import autograd
import nn
from nn.utils import parametrizations, parametrize, remove_spectral_norm, spectral_norm


class Symmetric(nn.Module):
    def forward(self, x):
        upper = autograd.triu(x)
        return upper + autograd.triu(x, 1).T

    def right_inverse(self, x):
        return autograd.triu(x)


class Doubled(nn.Module):
    def forward(self, x):
        return 2 * x


def symmetric():
    return parametrize.register_parametrization(nn.Linear(3, 3, dtype=float), "weight", Symmetric())


def test_the_attribute_is_computed_and_the_original_trained():
    layer = symmetric()
    np.testing.assert_array_equal(layer.weight.data, layer.weight.data.T)
    assert type(layer).__name__ == "ParametrizedLinear"
    assert isinstance(layer, nn.Linear)
    optimizer = nn.optim.SGD(layer.parameters(), lr=0.1)
    before = layer.weight.data.copy()
    layer(np.ones((2, 3))).sum().backward()
    optimizer.step()
    assert (layer.weight.data != before).any()
    np.testing.assert_array_equal(layer.weight.data, layer.weight.data.T)


def test_an_optimizer_made_before_goes_on_training_it():
    layer = nn.Linear(3, 3, dtype=float)
    optimizer = nn.optim.SGD(layer.parameters(), lr=0.1)
    parametrize.register_parametrization(layer, "weight", Symmetric())
    before = layer.weight.data.copy()
    layer(np.ones((2, 3))).sum().backward()
    optimizer.step()
    assert (layer.weight.data != before).any()


def test_several_are_applied_in_their_order():
    layer = symmetric()
    before = layer.weight.data.copy()
    parametrize.register_parametrization(layer, "weight", Doubled())
    np.testing.assert_allclose(layer.weight.data, 2 * before)
    parametrize.register_parametrization(layer, "bias", Doubled())
    assert sorted(layer.state_dict()) == [
        "parametrizations.bias.original", "parametrizations.weight.original",
    ]  # fmt: skip


def test_it_can_be_assigned_where_there_is_an_inverse():
    layer = symmetric()
    wanted = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]])
    layer.weight = wanted
    np.testing.assert_array_equal(layer.weight.data, wanted)
    parametrize.register_parametrization(layer, "bias", Doubled())
    with pytest.raises(RuntimeError, match="Doubled has no right_inverse"):
        layer.bias = np.ones(3)


def test_states_copies_and_pickles():
    layer, other = symmetric(), symmetric()
    other.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(other.weight.data, layer.weight.data)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(again.weight.data, layer.weight.data)
        assert parametrize.is_parametrized(again, "weight")
        again.weight = np.eye(3)
        assert (layer.weight.data != np.eye(3)).any()


@pytest.mark.parametrize("leave", [True, False])
def test_removing(leave):
    layer = nn.Linear(3, 3)
    original = layer.weight
    parametrize.register_parametrization(layer, "weight", Doubled())
    expected = layer.weight.data if leave else original.data.copy()
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=leave)
    assert type(layer) is nn.Linear
    assert layer.weight is original
    np.testing.assert_array_equal(layer.weight.data, expected)
    assert not parametrize.is_parametrized(layer)
    with pytest.raises(ValueError, match="Linear has no parametrized 'weight'"):
        parametrize.remove_parametrizations(layer, "weight")


def test_it_is_computed_once_where_that_is_asked_for():
    layer = symmetric()
    with parametrize.cached():
        assert layer.weight is layer.weight
    assert layer.weight is not layer.weight


def test_a_call_computes_it_once_and_the_next_call_anew():
    class Counted(nn.Module):
        calls = 0

        def forward(self, x):
            Counted.calls += 1
            return x

    layer = parametrize.register_parametrization(nn.Linear(3, 3), "weight", Counted())
    Counted.calls = 0
    twice = nn.Sequential(layer, layer)
    twice(np.ones((1, 3)))
    assert Counted.calls == 2
    with parametrize.cached():
        twice(np.ones((1, 3)))
    assert Counted.calls == 3


def test_what_does_not_fit_is_refused_and_changes_nothing():
    class Wider(nn.Module):
        def forward(self, x):
            return autograd.concatenate([x, x])

    layer = nn.Linear(3, 3)
    before = layer.weight.data.copy()
    with pytest.raises(ValueError, match=r"weight is .*\(3, 3\).* makes .*\(6, 3\)"):
        parametrize.register_parametrization(layer, "weight", Wider())
    with pytest.raises(ValueError, match="Linear has no parameter or buffer 'kernel'"):
        parametrize.register_parametrization(layer, "kernel", Doubled())
    assert type(layer) is nn.Linear
    np.testing.assert_array_equal(layer.weight.data, before)
    parametrize.register_parametrization(layer, "weight", Wider(), unsafe=True)
    assert layer.weight.shape == (6, 3)


@pytest.mark.parametrize("orthogonal_map", [None, "matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5)])
def test_orthogonal_matrices_stay_so(shape, orthogonal_map):
    layer = nn.Linear(shape[1], shape[0], dtype=float)
    q, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))
    layer.weight.data = q[: shape[0], : shape[1]] if shape != (4, 4) else np.eye(4)[::-1]
    wanted = layer.weight.data.copy()
    parametrizations.orthogonal(layer, orthogonal_map=orthogonal_map)

    def defect():
        w = layer.weight.data
        small = w @ w.T if shape[0] < shape[1] else w.T @ w
        return np.abs(small - np.eye(len(small))).max()

    assert defect() < 1e-12
    if shape == (4, 4):  # it was orthogonal, and is kept
        np.testing.assert_allclose(layer.weight.data, wanted, atol=1e-12)
    optimizer = nn.optim.SGD(layer.parameters(), lr=0.3)
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((6, shape[1])), rng.standard_normal((6, shape[0]))
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = ((layer(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        assert defect() < 1e-12
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("apply", [spectral_norm, parametrizations.spectral_norm])
@pytest.mark.parametrize("make", [lambda: nn.Linear(6, 4), lambda: nn.ConvTranspose2d(2, 3, 2)])
def test_the_largest_singular_value_becomes_one(make, apply):
    layer = apply(make().double())
    shape = (2, 6) if isinstance(layer, nn.Linear) else (1, 2, 3, 3)
    for _ in range(200):  # of training, in which the vectors are followed
        layer(np.ones(shape))
    weight = layer.weight.data
    matrix = weight if weight.ndim == 2 else weight.swapaxes(0, 1).reshape(3, -1)
    np.testing.assert_allclose(np.linalg.svd(matrix)[1][0], 1, rtol=1e-6)
    layer.eval()
    state = {name: each.data.copy() for name, each in layer.state_dict().items()}
    layer(np.ones(shape)).sum().backward()
    for name, each in layer.state_dict().items():
        np.testing.assert_array_equal(each.data, state[name])
    assert all(each.grad is not None for each in layer.parameters())


def test_spectral_norm_can_be_removed():
    layer = spectral_norm(nn.Linear(3, 2))
    layer(np.ones((1, 3)))
    expected = layer.eval()(np.ones((1, 3))).data
    remove_spectral_norm(layer)
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    np.testing.assert_allclose(layer(np.ones((1, 3))).data, expected, rtol=1e-6)
    with pytest.raises(ValueError, match="has no divided 'weight'"):
        remove_spectral_norm(layer)


def test_weight_norm_keeps_the_weight():
    layer = nn.Conv2d(2, 3, 2)
    before = layer.weight.data.copy()
    parametrizations.weight_norm(layer)
    np.testing.assert_allclose(layer.weight.data, before, rtol=1e-5)
    assert layer.parametrizations.weight.original0.shape == (3, 1, 1, 1)
    with pytest.raises(ValueError, match="made of 2 tensors"):
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    parametrize.remove_parametrizations(layer, "weight")
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight"]
