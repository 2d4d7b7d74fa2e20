"""Modules: what they find, how they are called, what they keep."""

import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from autograd.internals import enter_module, leave_module, node_of


class Net(nn.Module):
    def __init__(self):
        self.body = [nn.Linear(2, 3), {"gate": nn.Linear(3, 3, bias=False)}]
        self.scale = nn.Parameter(np.ones(3))
        self.mean = nn.Buffer([0.0])
        self.scratch = nn.Buffer([0.0], persistent=False)
        self.head = nn.Linear(3, 1)
        self.notes = "not a module"
        self.history = [1.0, 2.0]

    def forward(self, x):
        x = autograd.relu(self.body[0](x))
        return self.head(self.body[1]["gate"](x))


def test_parameters_are_found_in_order_also_inside_lists_and_dicts():
    assert [name for name, _ in Net().named_parameters()] == [
        "scale", "body.0.weight", "body.0.bias", "body.1.gate.weight", "head.weight", "head.bias",
    ]  # fmt: skip


def test_buffers_and_modules():
    net = Net()
    assert [name for name, _ in net.named_buffers()] == ["mean", "scratch"]
    assert [name for name, _ in net.named_modules()] == ["", "body.0", "body.1.gate", "head"]
    assert [name for name, _ in net.named_children()] == ["body.0", "body.1.gate", "head"]
    assert list(net.children()) == [net.body[0], net.body[1]["gate"], net.head]
    assert len(list(net.modules())) == 4


def test_without_recursion_only_own_parameters():
    assert [name for name, _ in Net().named_parameters(recurse=False)] == ["scale"]
    assert len(list(Net().parameters(recurse=False))) == 1


def test_a_shared_parameter_counts_once_and_keeps_both_names_in_the_state():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    assert set(net.state_dict()) == {"0.weight", "0.bias", "1.weight", "1.bias"}


def test_a_shared_module_counts_once():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2
    assert len(list(net.modules())) == 3
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_modules_that_refer_to_each_other_are_walked_once():
    parent, child = nn.Module(), nn.Linear(1, 1)
    parent.child, child.parent = child, parent
    assert [name for name, _ in parent.named_parameters()] == ["child.weight", "child.bias"]


def test_a_set_of_modules_is_refused():
    net = nn.Module()
    net.layers = {nn.Linear(1, 1)}
    with pytest.raises(TypeError, match=r"Module.layers is a set of modules .* use a list"):
        list(net.parameters())


def test_a_parameter_is_not_silently_replaced_by_a_tensor():
    layer = nn.Linear(2, 2)
    with pytest.raises(TypeError, match=r"Linear.weight is a parameter .* nn.Parameter"):
        layer.weight = layer.weight * 0.5
    layer.weight = nn.Parameter(np.zeros((2, 2)))
    layer.bias = None
    assert len(list(layer.parameters())) == 1


def test_parameters_are_called_as_their_attributes():
    assert [p.name for p in nn.Linear(1, 1).parameters()] == ["weight", "bias"]


def test_register_and_get():
    net = nn.Module()
    net.register_parameter("weight", nn.Parameter([1.0]))
    net.register_buffer("mean", [0.5])
    net.register_buffer("nothing", None)
    net.add_module("inner", nn.Linear(1, 2))
    assert net.get_parameter("inner.weight") is net.inner.weight
    assert net.get_buffer("mean") is net.mean
    assert net.get_submodule("inner") is net.inner
    assert net.get_submodule("") is net
    with pytest.raises(AttributeError, match=r"no parameter 'x'; it has weight, inner.weight"):
        net.get_parameter("x")
    with pytest.raises(AttributeError, match=r"no module 'x'; it has inner"):
        net.get_submodule("x")
    with pytest.raises(AttributeError, match=r"no buffer 'x'; it has mean"):
        net.get_buffer("x")


def test_train_and_eval_reach_every_module():
    net = Net()
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())
    with pytest.raises(TypeError, match="mode must be True or False, got str"):
        net.train("off")


def test_freezing_and_forgetting_gradients():
    net = Net()
    net([[1.0, 2.0]]).sum().backward()
    assert net.head.weight.grad is not None
    net.zero_grad(set_to_none=False)
    assert not net.head.weight.grad.data.any()
    net.zero_grad()
    assert net.head.weight.grad is None
    net.requires_grad_(False)
    assert not net([[1.0, 2.0]]).requires_grad
    net.head.requires_grad_()
    assert net([[1.0, 2.0]]).requires_grad


def test_to_converts_parameters_buffers_and_gradients_in_place():
    net = Net()
    weight = net.head.weight
    net([[1.0, 2.0]]).sum().backward()
    assert net.to(np.float64) is net
    assert net.head.weight is weight
    assert weight.dtype == weight.grad.dtype == net.mean.dtype == np.float64
    assert net([[1.0, 2.0]]).dtype == np.float64
    weight.grad = None
    net([[1.0, 2.0]]).sum().backward()
    assert weight.grad.dtype == np.float64
    assert weight.name == "head.weight"
    assert net.half().head.weight.dtype == np.float16
    assert net.float().head.weight.dtype == np.float32
    assert net.double().head.weight.dtype == np.float64
    with pytest.raises(TypeError, match="to: expected a floating dtype, got int64"):
        net.to(np.int64)


def test_apply_calls_the_innermost_first():
    seen = []
    net = Net()
    net.apply(seen.append)
    assert seen == [net.body[0], net.body[1]["gate"], net.head, net]


# ---------------------------------------------------------------------- calling


def test_forward_must_be_written():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty is a Module and must define forward"):
        Empty()(1)


def test_lists_and_arrays_become_the_layers_dtype():
    layer = nn.Linear(2, 1)
    for x in ([[1, 2]], [[1.0, 2.0]], np.array([[1, 2]]), np.array([[1.0, 2.0]])):
        assert layer(x).dtype == np.float32


def test_a_tensor_of_another_dtype_is_refused_with_the_cure():
    layer = nn.Linear(2, 1)
    with pytest.raises(TypeError, match=r"float64 Tensor, .* float32 .*\.astype\(np.float32\)"):
        layer(Tensor([[1.0, 2.0]]))
    with pytest.raises(TypeError, match=r"int64 Tensor.*\.astype\(np.float32\)"):
        layer(Tensor([[1, 2]]))


def test_errors_name_the_place_in_the_model_and_what_is_there():
    net = Net()
    place = r"in module model\.body\.0 \(Linear\(2 -> 3\)\)"
    with pytest.raises(ValueError, match=rf"linear: x has 5 features.*{place}"):
        net(np.ones((1, 5)))
    with pytest.raises(TypeError, match=place):
        net(Tensor([[1.0, 2.0]]))


def test_errors_in_backward_name_the_place():
    @autograd.op("general")
    def fragile(x):
        """Passes on what cannot be differentiated."""
        return x * 1.0

    def refuse(g):
        raise ValueError("no derivative here")

    fragile.vjp(x=refuse)

    class Fragile(nn.Module):
        def forward(self, x):
            return fragile(x)

    net = nn.Sequential(nn.Linear(2, 2), Fragile())
    with pytest.raises(ValueError, match="no derivative here") as caught:
        net([[1.0, 2.0]]).sum().backward()
    assert any("fragile in module model.1 (Fragile)" in note for note in caught.value.__notes__)


def test_nodes_know_the_path_of_their_module():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1)))
    out = net([[1.0, 2.0]])
    assert out._node.module == "model.1.1"
    assert out._node.edges[0].module == "model.1.0"
    assert out._node.edges[0].edges[0].module == "model.0"
    assert net[1]([[1.0, 2.0, 3.0]])._node.module == "model.1"
    assert nn.CrossEntropyLoss()(net[0]([[1.0, 2.0]]), [0])._node.module == "loss"


def test_parameters_are_called_by_their_path_unless_someone_named_them():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight.name = "w"
    assert net[0].weight.name == "weight"
    net([[1.0, 2.0]])
    assert [parameter.name for parameter in net.parameters()] == [
        "0.weight", "0.bias", "w", "1.bias",
    ]  # fmt: skip
    whole = nn.Module()
    whole.body, whole.forward = net, net
    whole([[1.0, 2.0]])
    assert net[0].weight.name == "body.0.weight"


def test_a_path_that_somebody_else_gave_is_gone_down_from():
    token = enter_module("studio")
    try:
        out = nn.Sequential(nn.Linear(2, 2))([[1.0, 2.0]])
        with pytest.raises(ValueError, match=r"in module studio\.Linear \(Linear\(2 -> 3\)\)"):
            nn.Linear(2, 3)([[1.0]])
    finally:
        leave_module(token)
    assert out._node.module == "studio.Sequential.0"


def test_the_path_follows_changes_of_the_model():
    net = nn.Module()
    net.layers = [nn.Linear(2, 2)]
    net.forward = lambda x: net.layers[-1](x)
    assert net([[1.0, 2.0]])._node.module == "model.layers.0"
    net.layers.append(nn.Linear(2, 2))
    assert net([[1.0, 2.0]])._node.module == "model.layers.1"
    stranger = nn.Linear(2, 2)
    net.forward = lambda x: stranger(x)
    assert net([[1.0, 2.0]])._node.module == "model.Linear"


class Deep(nn.Module):
    """Modules inside of one another; `calls` is how often each calls the one inside of it."""

    def __init__(self, depth, calls=1):
        self.calls = calls
        self.inner = Deep(depth - 1, calls) if depth else nn.Linear(2, 2)

    def forward(self, x):
        for _ in range(self.calls):
            x = self.inner(x)
        return x


def paths_below(path):
    inner = [each for paths in path.inside.values() for each in paths]
    return [path, *(found for each in inner for found in paths_below(each))]


@pytest.mark.parametrize(("depth", "calls"), [(1, 1), (30, 1), (60, 1), (3, 2), (3, 3)])
def test_paths_are_as_many_as_there_are_calls_in_one_however_often_a_model_is_called(depth, calls):
    model = Deep(depth, calls)
    counts = []
    for _ in range(8):
        model(np.ones((1, 2), np.float32))
        counts.append(sum(len(paths_below(path)) for path in model._path))
    of_one_call = sum(min(calls, 2) ** level for level in range(depth + 2))
    assert counts[-1] <= 2 * of_one_call
    assert counts[-1] == counts[3]


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_two_calls_one_after_the_other_are_told_apart(calls):
    model, x = Deep(2, calls), Tensor(np.ones((1, 2), np.float32), requires_grad=True)
    for _ in range(4):
        x = model(x)
    seen, node = [], node_of(x)
    while not node.is_leaf:
        seen.append(node.module.places)
        node = node.edges[0]
    assert len(seen) == 4 * calls**3
    for before, after in pairwise(seen):
        assert [place.path for place in before] == [place.path for place in after]
        same = [one is other for one, other in zip(before, after, strict=True)]
        assert False in same
        assert same == sorted(same, reverse=True)


def test_a_call_that_fails_leaves_the_path_it_came_from():
    net = nn.Linear(2, 2)
    with pytest.raises(ValueError, match="features"):
        net(np.ones(3))
    assert (Tensor(1.0, requires_grad=True) * 2)._node.module is None


def test_hooks_see_and_replace():
    layer = nn.Linear(2, 2)
    seen = []
    before = layer.register_forward_pre_hook(lambda module, args: (args[0] * 0,))
    after = layer.register_forward_hook(lambda module, args, out: seen.append((module, out)))
    doubled = layer.register_forward_hook(lambda module, args, out: out * 2)
    out = layer(np.ones((1, 2)))
    np.testing.assert_array_equal(out.data[0], 2 * layer.bias.data)
    assert seen[0][0] is layer
    for handle in (before, after, doubled):
        handle.remove()
        handle.remove()
    assert (layer(np.ones((1, 2))).data != 2 * layer.bias.data).any()
    assert len(seen) == 1


def test_a_model_without_a_graph_needs_no_collector():
    import gc
    import weakref

    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    gc.collect()
    gc.disable()
    try:
        out = net([[1.0, 2.0]])
        node = weakref.ref(out)
        out.sum().backward()
        del out
        assert node() is None
        kept = net([[1.0, 2.0]])
        gone = weakref.ref(net)
        del net
        assert gone() is None, "a graph keeps its model alive"
        kept.sum().backward()
    finally:
        gc.enable()


# ---------------------------------------------------------------------- state


def test_state_dict_holds_copies_without_gradients():
    layer = nn.Linear(2, 1)
    state = layer.state_dict()
    assert not state["weight"].requires_grad
    layer.weight.data *= 0
    assert state["weight"].data.any()
    assert "scratch" not in Net().state_dict()
    assert "mean" in Net().state_dict()


def test_load_state_dict_copies_values_from_tensors_and_arrays():
    source, target = Net(), Net()
    weight = target.head.weight
    state = source.state_dict()
    state["mean"] = np.array([7.0])
    result = target.load_state_dict(state)
    assert result == ([], [])
    assert target.head.weight is weight
    assert target.mean.item() == 7.0
    np.testing.assert_array_equal(target.body[0].weight.data, source.body[0].weight.data)
    assert target.head.weight.dtype == np.float32


def test_load_state_dict_lists_all_that_is_wrong_and_changes_nothing():
    net = Net()
    before = {name: value.data.copy() for name, value in net.state_dict().items()}
    state = net.state_dict()
    del state["scale"]
    state["more"] = np.zeros(1)
    state["head.weight"] = np.zeros((2, 3))
    state["head.bias"] = np.full(1, 9.0)
    with pytest.raises(
        ValueError,
        match=r"Net, .* missing: scale; unexpected: more; wrong shape: head.weight is \(2, 3\) and "
        r"must be \(1, 3\)",
    ):
        net.load_state_dict(state)
    after = net.state_dict()
    assert all(np.array_equal(before[name], after[name].data) for name in before)


def test_not_strict_loads_what_fits_and_tells_the_rest():
    net = Net()
    result = net.load_state_dict({"head.bias": [3.0], "more": 1.0}, strict=False)
    assert net.head.bias.item() == 3.0
    assert result.unexpected_keys == ["more"]
    assert "scale" in result.missing_keys
    with pytest.raises(ValueError, match="wrong shape: head.bias"):
        net.load_state_dict({"head.bias": [1.0, 2.0]}, strict=False)
    with pytest.raises(TypeError, match="head.bias is complex128"):
        net.load_state_dict({"head.bias": [1j]}, strict=False)


def test_loading_is_a_change_that_backward_notices():
    layer = nn.Linear(2, 2)
    x = Tensor(np.ones((1, 2), np.float32), requires_grad=True)
    out = layer(x).sum()
    layer.load_state_dict(nn.Linear(2, 2).state_dict())
    with pytest.raises(
        RuntimeError, match=r"linear .* needs 'weight' .* changed in place at .*test_module"
    ):
        out.backward()


def test_a_scalar_parameter_is_loaded_and_converted():
    net = nn.Module()
    net.temperature = nn.Parameter(1.0)
    net.load_state_dict({"temperature": 2.5})
    assert net.temperature.item() == 2.5
    net.double()
    assert net.temperature.dtype == np.float64


WAYS = {
    "frozen and trained again": lambda net: net.requires_grad_(False).requires_grad_(True),
    "double": lambda net: net.double(),
    "there and back": lambda net: net.half().float(),
    "to": lambda net: net.to(np.float64).to(np.float32),
    "loaded": lambda net: net.load_state_dict(net.state_dict()),
    "evaluated": lambda net: net.eval().train(),
    "forgotten gradients": lambda net: net.zero_grad(),
    "a step": lambda net: step(net),
    "a new value": lambda net: setattr(net.layer.weight, "data", net.layer.weight.data + 1),
    "called first": lambda net: net(np.ones((1, 2))),  # a lazy layer takes its size
    "frozen by its layer": lambda net: net.layer.requires_grad_(False).requires_grad_(True),
}


def step(net):
    net(np.ones((1, 2))).sum().backward()
    nn.optim.SGD(net.parameters()).step()
    net.zero_grad()


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_hooks_of_parameters_stay(way, lazy):
    net = nn.Sequential({"layer": nn.LazyLinear(1) if lazy else nn.Linear(2, 1)})
    seen, added = [], []
    weight = net.layer.weight
    first = weight.register_hook(lambda g: seen.append(g) or g * 10)
    second = weight.register_post_accumulate_grad_hook(added.append)
    if lazy:
        net(np.ones((1, 2)))
    WAYS[way](net)
    seen.clear()
    added.clear()
    net(np.ones((1, 2), net.layer.weight.dtype)).sum().backward()
    assert len(seen) == 1
    np.testing.assert_array_equal(net.layer.weight.grad.data, [[10.0, 10.0]])
    assert [id(each) for each in added] == [id(net.layer.weight)]
    first.remove()
    second()
    net.zero_grad()
    net(np.ones((1, 2), net.layer.weight.dtype)).sum().backward()
    assert (len(seen), len(added)) == (1, 1)
    np.testing.assert_array_equal(net.layer.weight.grad.data, [[1.0, 1.0]])


def test_a_deep_copy_has_no_old_gradients_and_no_hooks():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    net[0].weight.register_hook(lambda g: g * 10)
    net(np.ones((4, 2))).sum().backward()
    other = copy.deepcopy(net)
    assert all(each.grad is None for each in other.parameters())
    assert all(each.grad is not None for each in net.parameters())
    held = copy.deepcopy({"weights": [net[0].weight]})
    assert held["weights"][0].grad is None


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_are_models_of_their_own(clone):
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    net.mean = nn.Buffer([1.0], persistent=False)
    before = net([[1.0, 2.0]]).item()
    other = clone(net)
    assert other([[1.0, 2.0]]).item() == before
    assert other([[1.0, 2.0]])._node.module == "model.2"
    other[0].weight.data *= 0
    assert net([[1.0, 2.0]]).item() == before
    assert not other.mean.persistent


def test_a_deep_copy_keeps_sharing():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert len(list(copy.deepcopy(net).parameters())) == 3


# ---------------------------------------------------------------------- words


def test_repr_is_a_tree():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU()), nn.Linear(3, 1, bias=False))
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Linear(2 -> 3)\n"
        "  (1): Sequential(\n"
        "    (0): ReLU()\n"
        "  )\n"
        "  (2): Linear(3 -> 1, bias=False)\n"
        ")"
    )


def test_python_floats_make_float32_parameters_and_arrays_keep_their_dtype():
    assert nn.Parameter([1.0]).dtype == np.float32
    assert nn.Parameter(np.ones(1)).dtype == np.float64
    assert nn.Buffer([1, 2]).dtype == np.int64
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad


def test_an_unknown_attribute_is_an_ordinary_error():
    layer = nn.Linear(2, 3)
    with pytest.raises(AttributeError, match="no attribute 'kernel'$"):
        _ = layer.kernel
    assert layer.weight.dtype == np.float32
