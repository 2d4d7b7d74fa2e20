"""Modules that hold modules."""

import numpy as np
import pytest

import nn
from autograd import Tensor


def test_sequential_calls_in_order_and_names_by_position():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    x = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(model(x).data, model[2](model[1](model[0](x))).data)
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert len(model) == 3
    assert list(model) == [model[0], model[1], model[2]]


def test_sequential_of_names():
    model = nn.Sequential({"first": nn.Linear(2, 3), "second": nn.Linear(3, 1)})
    assert next(iter(model.state_dict())) == "first.weight"
    assert isinstance(model[0:1], nn.Sequential)
    assert list(model[1:].state_dict()) == ["second.weight", "second.bias"]


def test_sequential_can_be_changed():
    model = nn.Sequential(nn.Linear(2, 2))
    assert model.append(nn.ReLU()).extend([nn.Linear(2, 1)]) is model
    model[1] = nn.Tanh()
    assert repr(model[1]) == "Tanh()"
    del model[0]
    assert model.append(nn.ReLU()) is model
    assert [type(each).__name__ for each in model] == ["Tanh", "Linear", "ReLU"]


def test_attributes_of_a_subclass_are_found_too():
    class Net(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(2, 2))
            self.extra = nn.Linear(2, 1)

    assert list(Net().state_dict()) == ["0.weight", "0.bias", "extra.weight", "extra.bias"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Sequential(nn.ReLU), r"Sequential: got the class ReLU; call it, ReLU\(...\)"),
        (lambda: nn.Sequential(np.tanh), "Sequential: expected Modules, got ufunc"),
        (lambda: nn.ModuleList([nn.ReLU(), None]), "ModuleList: expected Modules, got NoneType"),
        (lambda: nn.ModuleDict({"a": 1}), "ModuleDict: expected Modules, got int"),
        (lambda: nn.ModuleDict({1: nn.ReLU()}), "ModuleDict: names must be strings, got int"),
        (lambda: nn.ParameterList([nn.ReLU()]), "ParameterList: expected Parameters, got ReLU"),
    ],
)
def test_members_are_checked(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_module_list_is_a_list():
    layers = nn.ModuleList([nn.Linear(1, 2)])
    layers.append(nn.Linear(2, 3))
    layers.extend([nn.Linear(3, 4)])
    layers.insert(0, nn.ReLU())
    assert [each.describe() for each in layers] == [
        "ReLU", "Linear(1 -> 2)", "Linear(2 -> 3)", "Linear(3 -> 4)",
    ]  # fmt: skip
    assert layers.pop().out_features == 4
    layers[0] = nn.Tanh()
    del layers[1]
    assert len(layers) == 2
    assert isinstance(layers[:1], nn.ModuleList)
    assert [name for name, _ in layers.named_parameters()] == ["1.weight", "1.bias"]


def test_module_dict_is_a_dict():
    heads = nn.ModuleDict({"a": nn.Linear(1, 1)})
    heads.update([("b", nn.ReLU())])
    heads["c"] = nn.Tanh()
    assert list(heads) == list(heads.keys()) == ["a", "b", "c"]
    assert "b" in heads
    assert len(heads) == 3
    assert [name for name, _ in heads.items()] == ["a", "b", "c"]
    assert heads.pop("b").describe() == "ReLU"
    del heads["c"]
    assert list(heads.values()) == [heads["a"]]


def test_parameter_list_and_dict():
    weights = nn.ParameterList([nn.Parameter([1.0]), nn.Parameter([2.0])])
    assert [p.item() for p in weights] == [1.0, 2.0]
    named = nn.ParameterDict({"left": nn.Parameter([1.0])})
    assert list(named.parameters()) == [named["left"]]


def names(container):
    return [(name, type(each).__name__) for name, each in container.named_children()]


def test_lists_are_joined_in_place_and_anew():
    layers = nn.ModuleList([nn.ReLU()])
    same = layers
    layers += [nn.Tanh()]
    assert same is layers
    longer = layers + nn.ModuleList([nn.Sigmoid()])
    assert isinstance(longer, nn.ModuleList)
    assert names(longer) == [("0", "ReLU"), ("1", "Tanh"), ("2", "Sigmoid")]
    assert longer[0] is layers[0]
    assert len(layers) == 2
    scales = nn.ParameterList([nn.Parameter([1.0])])
    scales += [nn.Parameter([2.0])]
    assert len(scales + scales) == 4


def test_rows_are_joined_and_repeated():
    one, other = nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Sequential(nn.Tanh())
    both = one + other
    assert names(both) == [("0", "Linear"), ("1", "ReLU"), ("2", "Tanh")]
    assert getattr(both, "2") is other[0]
    one += other
    assert len(one) == 3
    twice = other * 2
    assert len(twice) == len(2 * other) == 2
    assert twice[0] is twice[1]
    assert repr(twice).count("Tanh()") == 2
    with pytest.raises(ValueError, match="repeated 1 time or more, got 0"):
        other * 0


def test_named_rows_keep_their_names_when_joined():
    named = nn.Sequential({"first": nn.ReLU()})
    assert names(named + nn.Sequential(nn.Tanh())) == [("first", "ReLU"), ("1", "Tanh")]


@pytest.mark.parametrize("make", [lambda: nn.ModuleList([nn.ReLU()]), nn.Sequential])
def test_one_module_is_not_several(make):
    container = make()
    count = len(container)
    with pytest.raises(TypeError, match=r"expected several to add, got one Tanh; use append\(it\)"):
        container + nn.Tanh()
    with pytest.raises(TypeError, match="expected several to add, got one Tanh"):
        container += nn.Tanh()
    with pytest.raises(TypeError, match="expected Modules, got int"):
        container += [nn.ReLU(), 3]
    assert len(make()) == count


def test_members_of_a_dict_are_attributes():
    model = nn.Module()
    model.transformer = nn.ModuleDict(
        {"wte": nn.Embedding(5, 4), "h": nn.ModuleList([nn.Linear(4, 4)])}
    )
    assert model.transformer.wte.weight.shape == (5, 4)
    model.transformer.wte.weight = model.transformer.h[0].weight
    assert model.transformer["wte"].weight.shape == (4, 4)
    model.transformer.h = nn.ModuleList([nn.Linear(4, 2)])
    assert "transformer.h.0.bias" in model.state_dict()
    assert model.transformer.get("nothing") is None
    model.transformer.clear()
    assert not list(model.parameters())


@pytest.mark.parametrize(
    "given",
    [Tensor([1.0, 2.0]), Tensor([1.0, 2.0], requires_grad=True), np.array([1.0, 2.0])],
    ids=["tensor", "leaf", "array"],
)
def test_tensors_and_arrays_become_parameters(given):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.listed = nn.ParameterList([given])
            self.listed.append(given)
            self.listed += [given]
            self.named = nn.ParameterDict({"a": given})
            self.named["b"] = given

    model = Model()
    assert [name for name, _ in model.named_parameters()] == [
        "listed.0", "listed.1", "listed.2", "named.a", "named.b",
    ]  # fmt: skip
    for each in model.parameters():
        assert isinstance(each, nn.Parameter)
        assert each.is_leaf
        np.testing.assert_array_equal(each.data, [1.0, 2.0])
    with pytest.raises(TypeError, match=r"requires gradients.*\.detach\(\)"):
        nn.ParameterList([Tensor([1.0], requires_grad=True) * 2])
    with pytest.raises(TypeError, match="expected Parameters, got Linear"):
        nn.ParameterList([nn.Linear(1, 1)])
