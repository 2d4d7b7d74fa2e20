"""What a model is made of can be replaced by name, in every way people do it; the new part runs."""

import numpy as np
import pytest

import nn


class Attribute(nn.Module):
    def __init__(self, act):
        self.first, self.act, self.last = nn.Linear(3, 4), act, nn.Linear(4, 2)

    def forward(self, x):
        return self.last(self.act(self.first(x)))


class Held(nn.Module):
    """Layers in an attribute of some kind, called in their order."""

    def __init__(self, held):
        self.held = held

    def forward(self, x):
        for layer in self.layers():
            x = layer(x)
        return x

    def layers(self):
        def flat(place):
            if isinstance(place, dict | nn.ModuleDict):
                place = place.values()
            if isinstance(place, nn.Module) and not isinstance(place, nn.ModuleList):
                return [place]
            return [each for inner in place for each in flat(inner)]

        return flat(self.held)


class Tail(nn.Sequential):
    """A Sequential that gets further members as attributes."""

    def __init__(self, act):
        super().__init__(nn.Linear(3, 4))
        self.act = act
        self.last = nn.Linear(4, 2)


class Named(nn.Sequential):
    """Members that are only ever added by name."""

    def __init__(self, act):
        self.add_module("first", nn.Linear(3, 4))
        self.add_module("keys", act)
        setattr(self, "2", nn.Linear(4, 2))


def three(act):
    return [nn.Linear(3, 4), act, nn.Linear(4, 2)]


def named(act):
    return dict(zip(("first", "act", "last"), three(act), strict=True))


MODELS = {
    "attributes": Attribute,
    "Sequential": lambda act: nn.Sequential(*three(act)),
    "named Sequential": lambda act: nn.Sequential(named(act)),
    "Sequential in Sequential": lambda act: nn.Sequential(nn.Sequential(*three(act))),
    "subclass of Sequential": Tail,
    "added by name": Named,
    "ModuleList": lambda act: Held(nn.ModuleList(three(act))),
    "ModuleDict": lambda act: Held(nn.ModuleDict(named(act))),
    "list": lambda act: Held(three(act)),
    "dict": lambda act: Held(named(act)),
    "list in dict": lambda act: Held({"a.b": three(act)[:1], "c": [[act], nn.Linear(4, 2)]}),
}


def by_children(module):
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU):
            setattr(module, name, nn.Tanh())
        else:
            by_children(child)


def by_adding(module):
    for name, child in module.named_children():
        by_adding(child)
        if isinstance(child, nn.ReLU):
            module.add_module(name, nn.Tanh())


def by_path(module):
    for name, child in list(module.named_modules()):
        if isinstance(child, nn.ReLU):
            module.set_submodule(name, nn.Tanh())


def by_parent(module):
    for name, child in list(module.named_modules()):
        if isinstance(child, nn.ReLU):
            *parent, last = name.split(".")
            held = parent and parent[-1] in dict(module.named_modules())
            if held or not parent:
                setattr(module.get_submodule(".".join(parent)), last, nn.Tanh())
            else:  # the parent is a plain list or dict
                setattr(module, name, nn.Tanh())


def by_dotted_attribute(module):
    for name, child in list(module.named_modules()):
        if isinstance(getattr(module, name) if name else child, nn.ReLU):
            setattr(module, name, nn.Tanh())


@pytest.mark.parametrize("swap", [by_children, by_adding, by_path, by_parent, by_dotted_attribute])
@pytest.mark.parametrize("kind", MODELS)
def test_the_usual_loop_that_swaps_every_relu(kind, swap):
    model, expected = MODELS[kind](nn.ReLU()), MODELS[kind](nn.Tanh())
    names = list(model.state_dict())
    swap(model)
    assert list(model.state_dict()) == names
    assert repr(model) == repr(expected)
    expected.load_state_dict(model.state_dict())
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(model(x).data, expected(x).data)
    called = []
    for module in model.modules():
        module.register_forward_hook(lambda module, *_: called.append(id(module)))
    model(x)
    holders = {id(m) for m in model.modules() if isinstance(m, nn.ModuleList | nn.ModuleDict)}
    assert set(called) == {id(module) for module in model.modules()} - holders


@pytest.mark.parametrize("make", [nn.ModuleList, lambda held: nn.Sequential(*held)])
def test_lists_have_one_truth_about_their_members(make):
    held = make([nn.Linear(1, 1), nn.ReLU()])
    held.add_module("2", nn.Tanh())
    setattr(held, "0", nn.Linear(1, 3))
    held.norm = nn.LayerNorm(3)
    assert [each.describe() for each in held] == [
        "Linear(1 -> 3)", "ReLU", "Tanh", held.norm.describe(),
    ]  # fmt: skip
    assert list(held.children()) == list(held)
    assert len(held) == 4
    del held[1]
    assert [name for name, _ in held.named_children()] == ["0", "1", "norm"]
    held.insert(0, nn.Sigmoid())
    assert [name for name, _ in held.named_children()] == ["0", "1", "2", "norm"]
    assert held.pop() is not None
    assert not hasattr(held, "norm")
    assert [type(each).__name__ for each in held] == ["Sigmoid", "Linear", "Tanh"]
    setattr(held, "7", nn.GELU())
    held.extend(nn.ReLU() for _ in range(5))
    assert len(held) == 9, "no member takes the place of another"


def test_dicts_have_one_truth_about_their_members():
    held = nn.ModuleDict({"a": nn.Linear(1, 1)})
    held.b = nn.ReLU()
    held.add_module("a", nn.Tanh())
    assert [(name, type(each).__name__) for name, each in held.items()] == [
        ("a", "Tanh"), ("b", "ReLU"),
    ]  # fmt: skip
    assert held.a is held["a"]
    del held.a
    assert list(held) == ["b"]
    held.add_module("pop", nn.Tanh())  # a member may be called like a method
    assert held["pop"] is held.pop("pop")
    weights = nn.ParameterDict()
    weights.left = nn.Parameter([1.0])
    weights["right"] = nn.Parameter([2.0])
    assert list(weights) == ["left", "right"]
    assert list(weights.state_dict()) == ["left", "right"]
    weights = nn.ParameterList([nn.Parameter([1.0])])
    setattr(weights, "0", nn.Parameter([3.0]))
    assert [each.item() for each in weights] == [3.0]


BAD = {
    "a member that becomes None": (
        lambda: setattr(nn.Sequential(nn.ReLU()), "0", None),
        TypeError, "Sequential: expected Modules, got NoneType",
    ),
    "a name that leads nowhere": (
        lambda: Held([nn.ReLU()]).add_module("held.1", nn.ReLU()),
        AttributeError, r"Held: 'held.1' cannot be set, there is nothing at '1'",
    ),
    "an attribute that is not there": (
        lambda: Held([]).add_module("layers_.0", nn.ReLU()),
        AttributeError, r"there is no attribute 'layers_'; names with dots",
    ),
    "a tuple": (
        lambda: setattr(Held((nn.ReLU(),)), "held.0", nn.Tanh()),
        TypeError, "'held.0' is in a tuple, which cannot be changed; make it a list",
    ),
    "what is no module": (
        lambda: setattr(Held([nn.ReLU()]), "held.0", np.tanh),
        TypeError, "'held.0' must become a module or parameter, got ufunc",
    ),
    "set_submodule of a class": (
        lambda: nn.Sequential(nn.ReLU()).set_submodule("0", nn.Tanh),
        TypeError, "set_submodule: expected a Module, got type",
    ),
    "set_submodule of a new name": (
        lambda: nn.Sequential(nn.ReLU()).set_submodule("1", nn.Tanh()),
        AttributeError, "Sequential has no module '1'; it has 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_replaced_is_said(kind):
    call, error, message = BAD[kind]
    with pytest.raises(error, match=message):
        call()
