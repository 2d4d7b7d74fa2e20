"""Checkpoints give the same gradients, of every order, and keep less."""

import tracemalloc

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, checkpoint, func


def gradients(run, *tensors):
    for tensor in tensors:
        tensor.grad = None
    ag.manual_seed(7)
    run().backward()
    return [tensor.grad.data.copy() for tensor in tensors]


def test_arguments_and_closed_over_tensors_get_the_same_gradients():
    x, w = ag.randn(4, 3, requires_grad=True), ag.randn(3, 3, requires_grad=True)

    def layer(t):
        return ag.tanh(t @ w)

    plain = gradients(lambda: (layer(x) ** 2).sum(), x, w)
    again = gradients(lambda: (checkpoint(layer, x) ** 2).sum(), x, w)
    for a, b in zip(plain, again, strict=True):
        assert np.array_equal(a, b)


def test_random_numbers_are_the_same_in_both_passes_and_the_state_goes_on():
    x = ag.randn(100, requires_grad=True)

    def dropped(t):
        return t * (ag.rand(100) > 0.5)

    (plain,) = gradients(lambda: dropped(x).sum(), x)
    after = ag.rand(3).data
    (again,) = gradients(lambda: checkpoint(dropped, x).sum(), x)
    assert np.array_equal(plain, again)
    assert np.array_equal(after, ag.rand(3).data)


def test_structures_and_several_results():
    x, y = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    out = checkpoint(lambda pair, k: {"p": pair["a"] * pair["b"] * k}, {"a": x, "b": y}, 5.0)
    out["p"].backward()
    assert (x.grad.item(), y.grad.item()) == (15.0, 10.0)


def test_second_derivatives():
    def plain(x):
        return (ag.sin(x) ** 2).sum()

    def checked(x):
        return (checkpoint(ag.sin, x) ** 2).sum()

    x = Tensor([0.3, 1.2])
    assert np.allclose(func.hessian(plain)(x).data, func.hessian(checked)(x).data)


def test_less_memory_is_kept():
    x = ag.randn(1000, 100, requires_grad=True)

    def deep(t):
        for _ in range(20):
            t = ag.tanh(t)
        return t

    def kept(function):
        tracemalloc.start()
        out = function()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del out
        return size

    assert kept(lambda: checkpoint(deep, x)) < kept(lambda: deep(x)) / 10


def test_without_gradients_it_is_a_call():
    with ag.no_grad():
        assert checkpoint(ag.exp, Tensor(0.0)).item() == 1.0
    assert not checkpoint(ag.exp, Tensor(0.0)).requires_grad


def test_what_is_no_tensor_is_refused_and_none_stays():
    x = Tensor([1.0, 3.0], requires_grad=True)
    double, nothing, position = checkpoint(lambda t, m: (2 * t, m, t.argmax()), x, None)
    assert nothing is None
    assert position.item() == 1
    double.sum().backward()
    assert x.grad.data.tolist() == [2.0, 2.0]
    with pytest.raises(TypeError, match=r"checkpoint: .*return Tensors, got float 3\.0"):
        checkpoint(lambda t: 3.0, x)


def test_an_error_in_the_function_is_the_functions():
    with pytest.raises(ZeroDivisionError):
        checkpoint(lambda t: t * (1 // 0), Tensor(1.0, requires_grad=True))


def test_an_argument_that_depends_on_another_is_counted_once():
    x = Tensor([1.0, 2.0], requires_grad=True)
    out = checkpoint(lambda a, b: (a * b).sum(), x, 3 * x)
    (gradient,) = ag.grad(out, [x], create_graph=True)
    np.testing.assert_allclose(gradient.detach().numpy(), [6.0, 12.0])
    gradient.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [6.0, 6.0])
