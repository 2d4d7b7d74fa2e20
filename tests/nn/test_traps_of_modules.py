"""What is assigned to a module and would go wrong later is said at the assignment."""

import functools
import warnings

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn.train import Trainer
from tests.all_cases import all_cases

METHODS = [
    name for name, value in vars(nn.Module).items() if callable(value) and not name.startswith("_")
]


@all_cases("value", [[], True, "text", nn.ReLU, np.zeros(2), None, 3.0, nn.ReLU()])
@all_cases("name", METHODS)
def test_a_method_of_modules_is_not_replaced_by_a_value(name, value):
    if name == "forward" and isinstance(value, nn.Module):
        return  # which can be called instead

    class Net(nn.Module):
        def __init__(self):
            self.first = nn.Linear(1, 1)
            setattr(self, name, value)

    with pytest.raises(AttributeError, match=rf"Net.{name} is a method of every module.*my_{name}"):
        Net()


def test_the_usual_ones_are_among_them():
    assert {"modules", "train", "parameters", "children", "eval", "to"} <= set(METHODS)


def test_another_function_may_take_the_place_of_a_method():
    layer = nn.Linear(1, 1)
    original = layer.forward
    layer.forward = lambda x: 2 * original(x)
    layer.eval = functools.partial(layer.train, False)
    np.testing.assert_array_equal(layer([[1.0]]).data, 2 * original([[1.0]]).data)
    assert layer.eval() is layer


def test_what_a_subclass_calls_its_own_is_its_own():
    class Net(nn.Module):
        def __init__(self):
            self.layers, self.training_set, self.module = [nn.Linear(1, 1)], [1], 3
            self.training = False

    assert len(list(Net().parameters())) == 2


def leaf():
    return Tensor([1.0], requires_grad=True)


UNTRAINED = {
    "a Tensor": lambda: leaf(),
    "a list": lambda: [leaf(), leaf()],
    "a tuple": lambda: (np.zeros(1), leaf()),
    "by requires_grad_": lambda: autograd.zeros(3).requires_grad_(),
}
FINE = {
    "a parameter": lambda: nn.Parameter([1.0]),
    "a buffer": lambda: nn.Buffer([1.0]),
    "a constant": lambda: Tensor([1.0]),
    "parameters in a list": lambda: [nn.Parameter([1.0])],
    "what was computed": lambda: leaf() * 2,
    "an array": lambda: np.zeros(3),
}


def make(value):
    class Net(nn.Module):
        def __init__(self):
            self.build()

        def build(self):
            self.scale = value()

    return Net


@pytest.mark.parametrize("kind", UNTRAINED)
def test_a_leaf_that_is_not_trained_is_said(kind):
    with pytest.warns(nn.TrapWarning, match=r"Net.scale requires gradients and is no parameter"):
        make(UNTRAINED[kind])()


@pytest.mark.parametrize("kind", FINE)
def test_others_are_not(kind):
    make(FINE[kind])()


def test_after_init_it_is_ordinary():
    net = make(FINE["an array"])()
    net.scale = leaf()  # an input whose gradient is looked at, for example
    net.other = leaf()


def test_the_warning_is_at_the_users_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make(UNTRAINED["a Tensor"])()
    assert [each.filename for each in caught] == [__file__]


# ---------------------------------------------------------------------- a new head

X, Y = np.ones((4, 2), np.float32), np.zeros(4, np.int64)


def trainer(model, optimizer):
    return Trainer(model, optimizer, nn.CrossEntropyLoss(), progress=False)


def test_a_head_that_came_after_the_optimizer_is_noticed():
    model = nn.Sequential({"body": nn.Linear(2, 3), "head": nn.Linear(3, 10)})
    optimizer = nn.optim.SGD(model.parameters())
    model.head = nn.Linear(3, 2)
    expected = r"does not train head.weight, head.bias, and holds 2 parameters that the model does"
    with pytest.warns(nn.TrapWarning, match=expected):
        trainer(model, optimizer).fit((X, Y), 1)


def test_a_frozen_body_and_a_loss_with_parameters_are_ordinary():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    trainer(model, nn.optim.SGD(model[1].parameters())).fit((X, Y), 1)
    own = nn.Parameter([1.0])
    trainer(model, nn.optim.SGD([*model.parameters(), own])).fit((X, Y), 1)
    model.double().float()  # the objects stay the same
    optimizer = nn.optim.SGD(model.parameters())
    model.load_state_dict(model.state_dict())
    trainer(model, optimizer).fit((X, Y), 1)


# ---------------------------------------------------------------------- checkpoints


@pytest.mark.parametrize(
    "layer", [nn.BatchNorm1d(2), nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))]
)
def test_checkpoint_names_what_is_updated_twice(layer):
    x = Tensor(np.random.default_rng(0).normal(size=(4, 2)).astype("f4"), requires_grad=True)
    with pytest.warns(UserWarning, match=r"changes a second time .*: the module model.* at .*py:"):
        autograd.checkpoint(layer, x).sum().backward()
    autograd.checkpoint(layer.eval(), x).sum().backward()


def test_checkpoint_names_a_users_counter():
    count = Tensor(np.zeros(1))

    def function(x):
        count.data += 1
        return x * 2

    x = Tensor([1.0], requires_grad=True)
    with pytest.warns(UserWarning, match="changes a second time"):
        autograd.checkpoint(function, x)
    autograd.checkpoint(lambda x: x.relu() + Tensor([1.0]).exp(), x).sum().backward()
