"""What all optimizers share: groups, states, zero_grad, errors; and that each learns."""

import copy
import gc
import inspect
import pickle
import tracemalloc

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from nn import optim
from nn.saving import load, save
from tests.nn.optim.settings import CASES, KINDS

ALL = {
    "SGD": lambda p: optim.SGD(p, lr=0.02, momentum=0.9),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.5),
    "Adadelta": lambda p: optim.Adadelta(p, lr=10.0),
    "RMSprop": lambda p: optim.RMSprop(p, momentum=0.5, centered=True),
    "Adam": lambda p: optim.Adam(p, lr=0.1, amsgrad=True),
    "AdamW": lambda p: optim.AdamW(p, lr=0.1),
    "Adamax": lambda p: optim.Adamax(p, lr=0.1),
    "NAdam": lambda p: optim.NAdam(p, lr=0.1),
    "RAdam": lambda p: optim.RAdam(p, lr=0.1),
    "Rprop": lambda p: optim.Rprop(p, lr=0.1),
    "ASGD": lambda p: optim.ASGD(p, lr=0.05, t0=2),
    "Adafactor": lambda p: optim.Adafactor(p, lr=0.1),
    "LBFGS": lambda p: optim.LBFGS(p, max_iter=4),
}
every = pytest.mark.parametrize("make", ALL.values(), ids=ALL)


def problem():
    """Parameters of several shapes, one of them 0-d, and a closure."""
    parameters = [
        Tensor(np.arange(6.0).reshape(2, 3) / 3, requires_grad=True),
        Tensor(2.0, requires_grad=True),
    ]

    def closure(optimizer):
        optimizer.zero_grad()
        a, b = parameters
        loss = ((a - 1) ** 2).sum() + (b * a.mean() - 1) ** 2
        loss.backward()
        return loss

    return parameters, closure


def steps(optimizer, closure, count):
    return [optimizer.step(lambda: closure(optimizer)).item() for _ in range(count)]


@every
def test_it_goes_downhill(make):
    parameters, closure = problem()
    losses = steps(make(parameters), closure, 100)
    assert losses[-1] < 0.1 * losses[0]


def test_every_optimizer_is_tried():
    assert set(ALL) == {*KINDS, "LBFGS"}


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
@every
def test_a_copy_with_its_parameters_goes_the_same_way_apart(make, clone):
    parameters, closure = problem()
    optimizer = make(parameters)
    steps(optimizer, closure, 3)
    others, other = clone((parameters, optimizer))
    assert repr(other) == repr(optimizer)

    def other_closure(optimizer):
        optimizer.zero_grad()
        a, b = others
        loss = ((a - 1) ** 2).sum() + (b * a.mean() - 1) ** 2
        loss.backward()
        return loss

    values = [each.data.copy() for each in parameters]
    found = steps(other, other_closure, 3)
    for one, value in zip(parameters, values, strict=True):
        np.testing.assert_array_equal(one.data, value)
    assert found == steps(optimizer, closure, 3)


@every
def test_repr_says_the_class_and_all_settings(make):
    optimizer = make(problem()[0])
    assert repr(optimizer).startswith(f"{type(optimizer).__name__} (")
    assert "2 parameters" in repr(optimizer)
    for setting in optimizer.defaults:
        assert f"{setting}: " in repr(optimizer)


@every
def test_states_survive_bit_for_bit(make):
    parameters, closure = problem()
    optimizer = make(parameters)
    steps(optimizer, closure, 5)
    saved = optimizer.state_dict()
    values = [p.data.copy() for p in parameters]
    expected = steps(optimizer, closure, 5)

    others, other_closure = problem()
    for parameter, value in zip(others, values, strict=True):
        parameter.data = value
    other = make(others)
    other.load_state_dict(saved)
    assert steps(other, other_closure, 5) == expected
    for a, b in zip(parameters, others, strict=True):
        np.testing.assert_array_equal(a.data, b.data)


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_with_every_argument_a_file_continues_bit_for_bit(name, settings, tmp_path):
    parameters, closure = problem()
    optimizer = KINDS[name](parameters, **settings)
    steps(optimizer, closure, 2)
    save({"values": parameters, "optimizer": optimizer.state_dict()}, tmp_path / "a.npz")
    expected = steps(optimizer, closure, 2)

    others, other_closure = problem()
    kept = load(tmp_path / "a.npz")
    for parameter, value in zip(others, kept["values"], strict=True):
        parameter.data = value.data
    other = KINDS[name](others)  # with its default settings: those of the file come with it
    other.load_state_dict(kept["optimizer"])
    assert steps(other, other_closure, 2) == expected
    for a, b in zip(parameters, others, strict=True):
        np.testing.assert_array_equal(a.data, b.data)


@every
def test_a_saved_state_is_a_copy(make):
    parameters, closure = problem()
    optimizer = make(parameters)
    steps(optimizer, closure, 2)
    saved = optimizer.state_dict()
    before = {
        (number, key): np.array(entry)
        for number, entries in saved["state"].items()
        for key, entry in entries.items()
    }
    steps(optimizer, closure, 2)
    for (number, key), entry in before.items():
        np.testing.assert_array_equal(saved["state"][number][key], entry)


@every
def test_float32_and_the_memory_of_parameters_stay(make):
    value = np.ones((3, 2), np.float32)
    parameter = autograd.from_numpy(value).requires_grad_()
    optimizer = make([parameter])

    def closure():
        optimizer.zero_grad()
        loss = (parameter * parameter).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert np.shares_memory(parameter.data, value)
    assert (value != 1).all()
    assert parameter.dtype == np.float32
    for entries in optimizer.state_dict()["state"].values():
        arrays = [entry for entry in entries.values() if isinstance(entry, np.ndarray)]
        assert all(entry.dtype == np.float32 for entry in arrays)


def test_maximize_goes_uphill():
    for name in set(ALL) - {"LBFGS"}:
        x = Tensor([1.0], requires_grad=True)
        optimizer = getattr(optim, name)([x], maximize=True)
        (-x * x).sum().backward()
        optimizer.step()
        assert x.item() < 1, name


def test_a_step_is_a_change_that_backward_notices_and_names_its_line():
    x = Tensor([1.0, 2.0], requires_grad=True)
    loss = (x * x).sum()
    x.grad = Tensor([1.0, 1.0])
    optim.SGD([x], lr=0.1).step()
    with pytest.raises(RuntimeError, match=r"changed in place at .*test_optimizer.py"):
        loss.backward()


def test_parameters_without_a_gradient_stay():
    used, unused = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    optimizer = optim.Adam([used, unused])
    used.sum().backward()
    optimizer.step()
    assert unused.item() == 1.0
    assert list(optimizer.state) == [used]


def test_zero_grad():
    x = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([x])
    x.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert x.grad.item() == 0.0
    optimizer.zero_grad()
    assert x.grad is None


def test_groups():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    optimizer = optim.SGD([{"params": model[0].parameters(), "lr": 0.5}], lr=0.1, momentum=0.9)
    optimizer.add_param_group({"params": model[1].parameters()})
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.1]
    assert [group["momentum"] for group in optimizer.param_groups] == [0.9, 0.9]
    assert "group 1 of 2 parameters: lr: 0.1, momentum: 0.9" in repr(optimizer)
    one = Tensor([1.0], requires_grad=True)
    optimizer.add_param_group({"params": one})
    assert optimizer.param_groups[2]["params"] == [one]


def test_a_rule_of_ones_own_is_a_few_lines():
    class Signs(optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr, "weight_decay": 1.0})

        def update(self, value, gradient, state, group):
            return group["lr"] * np.sign(gradient)

    x = Tensor([1.0, -1.0], requires_grad=True)
    x.grad = Tensor([0.5, 2.0])
    Signs([x], 0.25).step()
    np.testing.assert_array_equal(x.data, [0.75, -1.25])
    bare = optim.Optimizer([x], {})
    with pytest.raises(NotImplementedError, match="Optimizer must define update"):
        bare.step()


X = Tensor([1.0], requires_grad=True)

BAD = [
    (lambda: optim.SGD([]), ValueError, "SGD: there is no parameter to train; .* read once"),
    (lambda: optim.SGD([X], lr="0.1"), TypeError, "SGD: lr must be a number, got '0.1'"),
    (lambda: optim.SGD(nn.Linear(1, 1)), TypeError, "got the module Linear; pass its .parameters"),
    (lambda: optim.SGD(X), TypeError, "SGD: expected a list of Tensors .* got Tensor; pass"),
    (lambda: optim.SGD({"params": [X]}), TypeError, "a list of Tensors or of groups, got dict"),
    (lambda: optim.SGD([np.ones(2)]), TypeError, r"expected Tensors to train, got \(2,\) float64"),
    (lambda: optim.SGD([X * 2]), ValueError, "was computed by an operation; only leaves"),
    (lambda: optim.SGD([X, X]), ValueError, "among the parameters twice"),
    (lambda: optim.SGD([{"params": [X]}, {"params": [X]}]), ValueError, "twice"),
    (lambda: optim.SGD([{"params": [X], "rate": 1}]), TypeError, "no setting rate; it has lr, mom"),
    (lambda: optim.SGD([{"lr": 1}]), TypeError, "a group is a dict with 'params'"),
    (lambda: optim.SGD([X], lr=-1), ValueError, "SGD: lr must be at least 0, got -1"),
    (lambda: optim.SGD([X], lr=float("nan")), ValueError, "lr must be at least 0, got nan"),
    (lambda: optim.SGD([X], nesterov=True), ValueError, "Nesterov needs a momentum"),
    (lambda: optim.SGD([X], momentum=-0.1), ValueError, "momentum must be at least 0"),
    (lambda: optim.Adam([X], betas=(0.9, 1.0)), ValueError, "betas must be .* less than 1"),
    (lambda: optim.Adam([X], eps=-1), ValueError, "eps must be at least 0"),
    (lambda: optim.RMSprop([X], alpha=1.0), ValueError, "alpha must be at least 0 and less than 1"),
    (lambda: optim.Adadelta([X], rho=1.5), ValueError, "rho must be between 0 and 1, got 1.5"),
    (lambda: optim.Adagrad([X], lr_decay=-1), ValueError, "lr_decay must be at least 0"),
    (lambda: optim.AdamW([X], weight_decay=-1), ValueError, "weight_decay must be at least 0"),
    (lambda: optim.LBFGS([X]).step(), TypeError, "LBFGS: step needs a closure"),
    (lambda: optim.LBFGS([X], line_search_fn="wolfe"), ValueError, "'strong_wolfe', got 'wolfe'"),
    (lambda: optim.LBFGS([{"params": [X]}, {"params": [Tensor([1.0])]}]), ValueError, "one group"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_inputs(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_state_of_another_model_is_refused_and_changes_nothing():
    x = Tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.Adam([x])
    x.sum().backward()
    optimizer.step()
    other = optim.Adam([Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)])
    with pytest.raises(ValueError, match=r"groups with \[1\] parameters, this optimizer has \[2\]"):
        other.load_state_dict(optimizer.state_dict())
    small = optim.Adam([Tensor([1.0], requires_grad=True)])
    with pytest.raises(ValueError, match=r"exp_avg of parameter 0 has shape \(2,\), the parameter"):
        small.load_state_dict(optimizer.state_dict())
    assert small.state == {}
    groups = small.state_dict()["param_groups"]
    with pytest.raises(ValueError, match="there is no parameter 5"):
        small.load_state_dict({"state": {5: {}}, "param_groups": groups})
    lbfgs = optim.LBFGS([x], max_iter=2)
    steps(lbfgs, lambda optimizer: _quadratic(optimizer, x), 2)
    fewer = optim.LBFGS([Tensor([1.0], requires_grad=True)])
    with pytest.raises(ValueError, match="the parameters have 1 elements"):
        fewer.load_state_dict(lbfgs.state_dict())


def _quadratic(optimizer, x):
    optimizer.zero_grad()
    loss = (x * x).sum()
    loss.backward()
    return loss


# ---------------------------------------------------------------------- the courses' examples


def test_paths_over_the_valley_of_the_book():
    """`x²/20 + y²` from (-7, 2), 30 steps; all end nearer to (0, 0) than they began."""
    for name, settings in (
        ("SGD", {"lr": 0.95}),
        ("SGD", {"lr": 0.1, "momentum": 0.9}),
        ("Adagrad", {"lr": 1.5}),
        ("Adam", {"lr": 0.3}),
    ):
        x, y = Tensor(-7.0, requires_grad=True), Tensor(2.0, requires_grad=True)
        optimizer = getattr(optim, name)([x, y], **settings)
        for _ in range(30):
            optimizer.zero_grad()
            (x * x / 20 + y * y).backward()
            optimizer.step()
        assert abs(x.item()) < 3, (name, x)
        assert abs(y.item()) < 0.5, (name, y)


def test_xor_is_learned_by_a_hidden_layer():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    autograd.manual_seed(1)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), [0, 1, 1, 0]).backward()
        optimizer.step()
    np.testing.assert_array_equal(model(x).argmax(axis=1).data, [0, 1, 1, 0])


# ---------------------------------------------------------------------- whole runs


def _run(steps_=20):
    autograd.manual_seed(7)
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(), nn.ReLU(), nn.Linear(8, 3))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    x = np.random.default_rng(0).standard_normal((16, 4)).astype(np.float32)
    labels = np.arange(16) % 3
    losses = []
    for _ in range(steps_):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, model.state_dict()


def test_the_same_seed_gives_the_same_bits():
    losses, state = _run()
    again, same = _run()
    assert losses == again
    assert all(np.array_equal(state[name].data, same[name].data) for name in state)


def test_a_training_run_leaves_nothing_to_the_collector_and_does_not_grow():
    _run()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        # A collection also empties the interpreter's stores of unused tuples.
        _run(20)
        assert gc.collect() == 0
        before, _ = tracemalloc.get_traced_memory()
        _run(200)
        assert gc.collect() == 0
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert after - before < 20_000, "memory that 180 more steps hold on to"


def test_a_state_of_another_optimizer_is_named():
    adam = optim.Adam([Tensor([1.0], requires_grad=True)])
    sgd = optim.SGD([Tensor([1.0], requires_grad=True)])
    with pytest.raises(ValueError, match="another optimizer: its groups have no momentum, damp"):
        sgd.load_state_dict(adam.state_dict())
    assert "betas" not in sgd.param_groups[0]
    for each in (sgd, optim.LBFGS([Tensor([1.0], requires_grad=True)])):
        with pytest.raises(ValueError, match=r"what state_dict\(\) returned, .* got dict"):
            each.load_state_dict({})


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_a_step_without_backward_says_so_and_changes_nothing(kind):
    x = Tensor([1.0], requires_grad=True)
    optimizer = kind([x], lr=0.1)
    with pytest.raises(RuntimeError, match=r"step: no parameter has a gradient; call .*backward"):
        optimizer.step()
    (x * x).sum().backward()
    optimizer.step()
    after = x.data.copy()
    optimizer.zero_grad()
    with pytest.raises(RuntimeError, match=r"zero_grad\(\) before backward\(\), not after it"):
        optimizer.step()
    assert x.data == after


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("most", [1, 2, 3, 4, 6, 9, 14, 30])
@pytest.mark.parametrize("first", [1.0, 1e-3, 50.0])
def test_lbfgs_calls_its_closure_no_more_often_than_it_may(search, most, first):
    x = Tensor([-1.2, 1.0, 0.5, 2.0], requires_grad=True)
    optimizer = optim.LBFGS([x], lr=first, max_iter=20, max_eval=most, line_search_fn=search)
    calls = []

    def closure():
        optimizer.zero_grad()
        loss = ((1 - x[:-1]) ** 2).sum() + 100 * ((x[1:] - x[:-1] ** 2) ** 2).sum()
        loss.backward()
        calls.append(loss.item())
        return loss

    for _ in range(3):
        before = len(calls)
        with np.errstate(all="ignore"):  # without a search a rate of 50 leaps into the infinite
            optimizer.step(closure)
        assert 1 <= len(calls) - before <= most
    if search is not None:
        closure()
        assert calls[-1] <= calls[0], "a search never goes uphill"


def test_sparse_adam_is_refused_with_the_reason():
    with pytest.raises(AttributeError, match=r"SparseAdam: it is for sparse gradients.*use Adam"):
        optim.SparseAdam  # noqa: B018


class TestMuon:
    """The optimizer of matrices alone."""

    def test_the_step_is_nearly_orthogonal(self):
        rng = np.random.default_rng(0)
        for shape in ((4, 6), (6, 4)):
            weight = Tensor(np.zeros(shape), requires_grad=True)
            weight.grad = Tensor(rng.standard_normal(shape))
            optim.Muon([weight], lr=1.0, weight_decay=0.0).step()
            sizes = np.linalg.svd(weight.data, compute_uv=False)
            np.testing.assert_allclose(sizes / np.sqrt(max(1, shape[0] / shape[1])), 1, atol=0.5)

    def test_others_than_matrices_are_refused(self):
        with pytest.raises(ValueError, match=r"Muon: is for matrices, got a parameter of .*\(3,\)"):
            optim.Muon([Tensor(np.zeros(3), requires_grad=True)])
        with pytest.raises(ValueError, match="adjust_lr_fn must be one of None, 'original'"):
            optim.Muon([Tensor(np.zeros((2, 2)), requires_grad=True)], adjust_lr_fn="none")

    def test_it_learns_and_continues_bit_for_bit(self, tmp_path):
        def made():
            weight = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
            return weight, optim.Muon([weight], lr=0.05)

        def trained(weight, optimizer, count):
            for _ in range(count):
                optimizer.zero_grad()
                ((weight - 1) ** 2).sum().backward()
                optimizer.step()

        weight, optimizer = made()
        trained(weight, optimizer, 10)
        save({"w": weight, "o": optimizer.state_dict()}, tmp_path / "kept.npz")
        trained(weight, optimizer, 50)
        assert float(((weight.data - 1) ** 2).sum()) < 5  # of 31
        kept = load(tmp_path / "kept.npz")
        other, again = made()
        other.data = kept["w"].numpy()
        again.load_state_dict(kept["o"])
        trained(other, again, 50)
        np.testing.assert_array_equal(other.data, weight.data)


def test_parameters_come_with_their_names_too():
    layer = nn.Linear(2, 1)
    optimizer = optim.SGD(layer.named_parameters(), lr=0.1)
    assert optimizer.param_groups[0]["params"] == [layer.weight, layer.bias]
    optim.SGD([{"params": layer.named_parameters(), "lr": 0.2}])


class TestHooks:
    """What is called around steps and states."""

    @every
    def test_before_and_after_every_step_once(self, make):
        parameters, closure = problem()
        optimizer, calls = make(parameters), []
        before = optimizer.register_step_pre_hook(lambda o, args, kwargs: calls.append("before"))
        optimizer.register_step_post_hook(lambda o, args, kwargs: calls.append("after"))
        optimizer.step(lambda: closure(optimizer))
        before.remove()
        optimizer.step(lambda: closure(optimizer))
        assert calls == ["before", "after", "after"]

    def test_of_a_rule_that_steps_by_that_of_its_base(self):
        class Twice(optim.SGD):
            def step(self, closure=None):
                super().step(closure)
                return super().step(closure)

        x, calls = Tensor([1.0], requires_grad=True), []
        optimizer = Twice([x], lr=0.1)
        optimizer.register_step_post_hook(lambda *_: calls.append("after"))
        x.sum().backward()
        optimizer.step()
        assert calls == ["after"]
        np.testing.assert_allclose(x.data, 0.8)

    def test_around_states(self):
        x = Tensor([1.0], requires_grad=True)
        optimizer, calls = optim.Adam([x]), []
        optimizer.register_state_dict_pre_hook(lambda o: calls.append("saving"))
        optimizer.register_state_dict_post_hook(lambda o, state: {**state, "extra": 1})
        optimizer.register_load_state_dict_pre_hook(lambda o, state: calls.append(state["extra"]))
        optimizer.register_load_state_dict_post_hook(lambda o: calls.append("loaded"))
        optimizer.load_state_dict(optimizer.state_dict())
        assert calls == ["saving", 1, "loaded"]


def test_entries_that_are_no_arrays_are_refused_on_load():
    x = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([x], momentum=0.9)
    x.sum().backward()
    optimizer.step()
    state = optimizer.state_dict()
    state["state"][0]["momentum_buffer"] = object()
    with pytest.raises(
        TypeError, match=r"SGD.load_state_dict: momentum_buffer of parameter 0 is a"
    ):
        optimizer.load_state_dict(state)
    np.testing.assert_array_equal(optimizer.state[x]["momentum_buffer"], [1.0])


OPTIMIZERS = [*(name for name in ALL), "Muon"]


def options(name):
    """The settings of an optimizer."""
    parameters = inspect.signature(getattr(optim, name)).parameters.values()
    return [each for each in parameters if each.name != "params"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_setting_of_another_kind_is_named_wherever_it_is_set(name):
    """At once where an attribute or a group is set, at the next step where an entry of a group."""
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    x.grad = Tensor(np.ones((2, 2)))
    for each in options(name):
        wrong = [[1], float("nan"), object()]
        wrong += ["a"] if "str" not in str(each.annotation) else []
        wrong += [None] if "None" not in str(each.annotation) else []
        for value in wrong:
            optimizer = getattr(optim, name)([x])
            match = rf"{name}: {each.name} must"
            with pytest.raises((TypeError, ValueError), match=match):
                setattr(optimizer, each.name, value)
            with pytest.raises((TypeError, ValueError), match=match):
                optimizer.add_param_group({"params": [Tensor(np.ones((2, 2)))], each.name: value})
            assert len(optimizer.param_groups) == 1
            optimizer.step(lambda: Tensor(1.0))  # it has its old settings


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "LBFGS"])
def test_a_missing_learning_rate_of_a_group_is_named_at_the_step(name):
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    x.grad = Tensor(np.ones((2, 2)))
    optimizer = getattr(optim, name)([x])
    optimizer.param_groups[0]["lr"] = None
    with pytest.raises(TypeError, match=rf"{name}: lr must be a number, got None"):
        optimizer.step()
    np.testing.assert_array_equal(x.data, 1.0)
