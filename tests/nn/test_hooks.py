"""What is called before and after a module, in backward, and around its state."""

import copy

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor


class Scaled(nn.Module):
    """Two arguments, a keyword, and two results."""

    def __init__(self):
        self.weight = nn.Parameter(np.array([2.0]))

    def forward(self, x, y, scale=1.0):
        return x * self.weight * scale, x + y


def tensors():
    return Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)


def test_hooks_may_see_and_change_keywords():
    layer, seen = Scaled(), []

    def before(module, args, kwargs):
        seen.append((len(args), dict(kwargs)))
        return args, {"scale": 10.0}

    layer.register_forward_pre_hook(before, with_kwargs=True)
    layer.register_forward_hook(
        lambda module, args, kwargs, out: seen.append(dict(kwargs)), with_kwargs=True
    )
    out, _ = layer(*tensors(), scale=3.0)
    assert seen == [(2, {"scale": 3.0}), {"scale": 10.0}]
    np.testing.assert_array_equal(out.data, [20.0, 40.0])


def test_what_a_hook_with_keywords_returns_is_checked():
    layer = Scaled()
    layer.register_forward_pre_hook(lambda module, args, kwargs: args, with_kwargs=True)
    with pytest.raises(TypeError, match=r"must return None or a pair \(args, kwargs\), got tuple"):
        layer(*tensors())


def test_prepended_hooks_are_called_first():
    layer, order = nn.ReLU(), []
    layer.register_forward_hook(lambda *_: order.append("second"))
    layer.register_forward_hook(lambda *_: order.append("third"))
    handle = layer.register_forward_hook(lambda *_: order.append("first"), prepend=True)
    layer([1.0])
    handle.remove()
    layer([1.0])
    assert order == ["first", "second", "third", "second", "third"]


def test_a_hook_may_want_to_know_of_failures():
    layer, seen = nn.Linear(2, 1), []
    layer.register_forward_hook(lambda module, args, out: seen.append("usual"))
    layer.register_forward_hook(lambda module, args, out: seen.append(out), always_call=True)
    with pytest.raises(ValueError, match="linear"):
        layer([[1.0, 2.0, 3.0]])
    assert seen == [None]
    layer([[1.0, 2.0]])
    assert len(seen) == 3


def test_a_hook_must_be_a_function():
    with pytest.raises(TypeError, match="a hook must be a function, got int"):
        nn.ReLU().register_forward_hook(3)


class TestBackward:
    """Gradients at the borders of a module."""

    def test_gradients_of_arguments_and_results(self):
        layer, seen = Scaled(), []
        layer.register_full_backward_hook(lambda *args: seen.append(args))
        x, y = tensors()
        out, total = layer(x, y)
        (out.sum() + 5 * total.sum() + 7 * x.sum()).backward()
        ((module, of_arguments, of_results),) = seen
        assert module is layer
        # What flows into the module, not what else x is used for.
        np.testing.assert_array_equal(of_arguments[0].data, [7.0, 7.0])
        np.testing.assert_array_equal(of_arguments[1].data, [5.0, 5.0])
        np.testing.assert_array_equal(of_results[0].data, [1.0, 1.0])
        np.testing.assert_array_equal(of_results[1].data, [5.0, 5.0])
        np.testing.assert_array_equal(x.grad.data, [14.0, 14.0])

    def test_what_a_hook_returns_goes_on(self):
        layer = Scaled()
        layer.register_full_backward_pre_hook(lambda module, out: (out[0] * 10, out[1]))
        layer.register_full_backward_hook(lambda module, arguments, out: (arguments[0], None))
        x, y = tensors()
        out, total = layer(x, y)
        (out.sum() + total.sum()).backward()
        np.testing.assert_array_equal(x.grad.data, [21.0, 21.0])
        np.testing.assert_array_equal(y.grad.data, [0.0, 0.0])
        np.testing.assert_array_equal(layer.weight.grad.data, [30.0])

    def test_without_arguments_that_require_gradients(self):
        layer, seen = nn.Linear(2, 1), []
        layer.register_full_backward_hook(lambda module, *grads: seen.append(grads))
        layer([[1.0, 2.0]]).sum().backward()
        (((of_argument,), (of_result,)),) = seen
        assert of_argument is None
        np.testing.assert_array_equal(of_result.data, [[1.0]])

    def test_nothing_happens_without_gradients(self):
        layer = nn.Linear(2, 1)
        layer.register_full_backward_hook(lambda *args: pytest.fail("there is no backward"))
        with autograd.no_grad():
            layer([[1.0, 2.0]])

    def test_higher_orders_pass(self):
        layer, seen = nn.Tanh(), []
        layer.register_full_backward_hook(lambda module, a, b: seen.append(a[0].requires_grad))
        x = Tensor([0.5], requires_grad=True)
        (slope,) = autograd.grad(layer(x).sum(), x, create_graph=True)
        (curvature,) = autograd.grad(slope.sum(), x)
        expected = -2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2)
        np.testing.assert_allclose(curvature.data, [expected])
        assert seen[0]

    def test_gradients_of_wrong_shapes_are_refused(self):
        layer = nn.ReLU()
        layer.register_full_backward_hook(lambda module, a, b: (Tensor([1.0]),))
        x = Tensor([1.0, 2.0], requires_grad=True)
        with pytest.raises(RuntimeError, match=r"shapes \[\(1,\)\], for \[\(2,\)\]"):
            layer(x).sum().backward()
        assert x.grad is None

    def test_values_and_gradients_stay_as_without(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        twin = copy.deepcopy(model)
        for module in model.modules():
            module.register_full_backward_hook(lambda *args: None)
        x = np.ones((2, 3), np.float32)
        for each in (model, twin):
            each(x).sum().backward()
        for a, b in zip(model.parameters(), twin.parameters(), strict=True):
            np.testing.assert_array_equal(a.grad.data, b.grad.data)

    def test_complex_gradients_are_those_of_tensors(self):
        layer, seen = nn.Identity(), []
        layer.register_full_backward_hook(lambda module, a, b: seen.append(a[0].data))
        x = Tensor([1.0 + 2.0j], requires_grad=True)
        (layer(x) * (3.0 + 1.0j)).real.sum().backward()
        np.testing.assert_allclose(seen[0], x.grad.data)


class Counting(nn.Module):
    """Keeps a number that is no tensor."""

    def __init__(self):
        self.weight = nn.Parameter([1.0])
        self.count = 0

    def get_extra_state(self):
        return {"count": self.count}

    def set_extra_state(self, state):
        self.count = state["count"]


class TestState:
    """Names with a beginning, hooks, and what is kept besides tensors."""

    def test_prefix_destination_and_the_parameters_themselves(self):
        model = nn.Sequential(nn.Linear(2, 1))
        kept = {"other": 1}
        state = model.state_dict(destination=kept, prefix="encoder.", keep_vars=True)
        assert state is kept
        assert list(state) == ["other", "encoder.0.weight", "encoder.0.bias"]
        assert state["encoder.0.weight"] is model[0].weight

    def test_extra_state_is_kept_and_loaded(self):
        model, other = nn.Sequential(Counting()), nn.Sequential(Counting())
        model[0].count = 7
        state = model.state_dict()
        assert state["0._extra_state"] == {"count": 7}
        other.load_state_dict(state)
        assert other[0].count == 7
        del state["0._extra_state"]
        with pytest.raises(ValueError, match="missing: 0._extra_state"):
            other.load_state_dict(state)

    def test_hooks_are_called_with_their_places(self):
        model, calls = nn.Sequential(nn.Linear(2, 1)), []
        layer = model[0]
        layer.register_state_dict_pre_hook(lambda m, prefix, keep: calls.append((prefix, keep)))

        def rename(module, state, prefix, metadata):
            state[f"{prefix}w"] = state.pop(f"{prefix}weight")

        def back(module, state, prefix, *rest):
            state[f"{prefix}weight"] = state.pop(f"{prefix}w")

        layer.register_state_dict_post_hook(rename)
        layer.register_load_state_dict_pre_hook(back)
        layer.register_load_state_dict_post_hook(lambda module, found: calls.append(found))
        state = model.state_dict()
        assert sorted(state) == ["0.bias", "0.w"]
        model.load_state_dict(state)
        assert calls == [("0.", False), ([], [])]
        assert sorted(state) == ["0.bias", "0.w"]  # the caller's dict is left alone

    @pytest.mark.parametrize("start", ["module.", "_orig_mod.", "net."])
    def test_names_of_a_wrapper_are_named(self, start):
        model = nn.Linear(2, 1)
        state = {start + name: each for name, each in model.state_dict().items()}
        with pytest.raises(ValueError, match=rf"begin with '{start}'.*removeprefix\('{start}'\)"):
            model.load_state_dict(state)

    def test_the_state_of_a_part_is_named(self):
        model = nn.Module()
        model.encoder, model.head = nn.Linear(2, 3), nn.Linear(3, 1)
        with pytest.raises(ValueError, match=r"model.encoder.load_state_dict\(state\)"):
            model.load_state_dict(model.encoder.state_dict())

    def test_what_is_no_array_is_refused_on_load(self):
        model = nn.Linear(2, 1)
        before = model.weight.data.copy()

        class Foreign:
            def __array__(self, dtype=None, copy=None):
                raise RuntimeError("on another machine")

        for entry in (Foreign(), "text", object()):
            state = {"weight": entry, "bias": np.zeros(1, np.float32)}
            with pytest.raises(TypeError, match="load_state_dict: weight is a "):
                model.load_state_dict(state)
        np.testing.assert_array_equal(model.weight.data, before)
