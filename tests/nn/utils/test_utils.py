"""Clipping, vectors of parameters, weight normalisation, calls with other parameters."""

import copy

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn import utils


def parameters():
    a, b = Tensor(np.zeros((2, 2)), requires_grad=True), Tensor(0.0, requires_grad=True)
    a.grad, b.grad = Tensor([[1.0, -2.0], [2.0, 0.0]]), Tensor(4.0)
    return [a, b, Tensor([0.0], requires_grad=True)]


def test_the_norm_of_all_gradients_is_clipped():
    listed = parameters()
    assert utils.clip_grad_norm_(iter(listed), 2.5).item() == 5.0
    np.testing.assert_allclose(listed[0].grad.data, [[0.5, -1.0], [1.0, 0.0]], rtol=1e-6)
    np.testing.assert_allclose(listed[1].grad.item(), 2.0, rtol=1e-6)
    assert listed[2].grad is None


@pytest.mark.parametrize(("order", "norm"), [(1.0, 9.0), (np.inf, 4.0)])
def test_norms_of_other_orders(order, norm):
    listed = parameters()
    assert utils.clip_grad_norm_(listed, 100.0, order).item() == norm
    assert listed[1].grad.item() == 4.0
    assert utils.get_total_norm([]).item() == 0.0


def test_a_norm_that_is_not_finite():
    listed = parameters()
    listed[1].grad = Tensor(np.inf)
    with pytest.raises(RuntimeError, match="order 2.0 is inf: some gradient is not finite"):
        utils.clip_grad_norm_(listed, 1.0, error_if_nonfinite=True)
    assert listed[0].grad.data[0, 0] == 1.0
    listed[1].grad = Tensor(np.nan)
    utils.clip_grad_norm_(listed, 1.0)
    assert np.isnan(listed[0].grad.data).all()


def test_every_element_is_clipped():
    listed = parameters()
    utils.clip_grad_value_(listed, 1.5)
    np.testing.assert_array_equal(listed[0].grad.data, [[1.0, -1.5], [1.5, 0.0]])
    assert listed[1].grad.item() == 1.5


def test_parameters_as_a_vector_and_back():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    vector = utils.parameters_to_vector(model.parameters())
    assert vector.shape == (13,)
    vector.sum().backward()
    assert (model[1].weight.grad.data == 1).all()
    utils.vector_to_parameters(np.arange(13.0), model.parameters())
    np.testing.assert_array_equal(model[0].weight.data.ravel(), np.arange(6.0))
    with pytest.raises(ValueError, match=r"have 13 elements, got shape \(12,\)"):
        utils.vector_to_parameters(np.zeros(12), model.parameters())


@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm_keeps_the_function_and_splits_the_weight(dim):
    layer = nn.Conv2d(2, 3, 2)
    x = np.random.default_rng(0).standard_normal((1, 2, 3, 3)).astype(np.float32)
    before = layer(x).data
    weight = layer.weight.data.copy()
    assert utils.weight_norm(layer, dim=dim) is layer
    assert set(layer.state_dict()) == {"bias", "weight_g", "weight_v"}
    np.testing.assert_allclose(layer(x).data, before, rtol=1e-5)
    layer(x).sum().backward()
    assert layer.weight_g.grad is not None
    assert layer.weight_v.grad is not None
    layer.weight_g.data *= 2
    bias = layer.bias.data[:, None, None]
    np.testing.assert_allclose(layer(x).data - bias, 2 * (before - bias), atol=1e-5)
    other = copy.deepcopy(layer)
    utils.remove_weight_norm(layer)
    assert set(layer.state_dict()) == {"bias", "weight"}
    np.testing.assert_allclose(layer.weight.data, 2 * weight, rtol=1e-5)
    np.testing.assert_allclose(layer(x).data, other(x).data, rtol=1e-5)
    with pytest.raises(ValueError, match="Conv2d has no split 'weight'"):
        utils.remove_weight_norm(layer)


def test_weight_norm_of_what_is_not_there():
    with pytest.raises(ValueError, match="Linear has no parameter 'kernel'"):
        utils.weight_norm(nn.Linear(1, 1), "kernel")
    layer = utils.weight_norm(nn.Linear(1, 1))
    with pytest.raises(ValueError, match="Linear has no parameter 'weight'"):
        utils.weight_norm(layer)


class Net(nn.Module):
    def __init__(self):
        self.layers = [nn.Linear(2, 2), {"last": nn.Linear(2, 1)}]
        self.scales = nn.ParameterList([nn.Parameter([1.0])])
        self.shift = nn.Buffer([0.0])

    def forward(self, x, factor=1.0):
        return self.layers[1]["last"](self.layers[0](x)) * self.scales[0] * factor + self.shift


def test_a_call_with_other_parameters_leaves_the_module_as_it_was():
    net = Net()
    names = dict(net.named_parameters())
    new = {n: Tensor(np.ones(p.shape, np.float32), requires_grad=True) for n, p in names.items()}
    new["shift"] = Tensor(np.float32([5.0]))
    before = net([[1.0, 2.0]]).item()
    out = utils.functional_call(net, new, np.ones((1, 2)), {"factor": 2.0})
    assert out.item() == (3 + 3 + 1) * 2 + 5
    out.backward()
    assert new["layers.1.last.weight"].grad is not None
    assert net.layers[0].weight.grad is None
    assert net([[1.0, 2.0]]).item() == before
    assert dict(net.named_parameters()) == names


def test_some_parameters_in_several_dicts():
    net = Net()
    zero = {"scales.0": Tensor(np.float32([0.0]))}
    out = utils.functional_call(net, [zero, {"shift": Tensor(np.float32([7.0]))}], ([[1.0, 2.0]],))
    assert out.item() == 7.0


def test_a_shared_parameter_is_replaced_everywhere():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    net[1].weight = net[0].weight
    double = Tensor(2 * np.eye(2, dtype=np.float32))
    out = utils.functional_call(net, {"0.weight": double}, np.ones((1, 2)))
    np.testing.assert_array_equal(out.data, [[4.0, 4.0]])


def test_names_are_checked_and_a_failing_call_restores_the_module():
    net = Net()
    with pytest.raises(KeyError, match="Net has no body.weight"):
        utils.functional_call(net, {"body.weight": Tensor([1.0])}, np.ones((1, 2)))
    with pytest.raises(KeyError, match="missing: .*layers.0.weight"):
        utils.functional_call(net, {"shift": Tensor([1.0])}, np.ones((1, 2)), strict=True)
    weight = net.layers[0].weight
    wrong = Tensor(np.ones((5, 5), np.float32))
    with pytest.raises(ValueError, match="linear: x has 2 features"):
        utils.functional_call(net, {"layers.0.weight": wrong}, np.ones((1, 2)))
    assert net.layers[0].weight is weight


def test_gradients_of_gradients_through_a_step_of_training():
    """One step of a learned learning rate: the loss after a step has a gradient in the rate."""
    net = nn.Linear(1, 1, bias=False, dtype=float)
    rate = Tensor(0.1, requires_grad=True)
    loss = (net([[1.0]]) - 3.0).square().sum()
    (gradient,) = autograd.grad(loss, net.weight, create_graph=True)
    after = utils.functional_call(net, {"weight": net.weight - rate * gradient}, [[1.0]])
    (slope,) = autograd.grad((after - 3.0).square().sum(), rate)
    w = net.weight.item()
    np.testing.assert_allclose(slope.item(), 2 * (w - 0.2 * (w - 3) - 3) * -2 * (w - 3))
