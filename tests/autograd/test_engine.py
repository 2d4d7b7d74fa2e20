"""Reverse mode: `backward` and `grad`, with PyTorch's meaning."""

import signal
import threading

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad
from autograd.operation.op import op


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestBackward:
    def test_fills_leaves_and_only_leaves(self) -> None:
        x, y = leaf([1.0, 2.0]), leaf(3.0)
        product = x * y
        product.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3.0, 3.0])
        assert y.grad.item() == 3.0
        with pytest.warns(autograd.TrapWarning, match="only leaves keep their gradient"):
            assert product.grad is None

    def test_gradients_are_tensors_outside_the_graph(self) -> None:
        x = leaf([1.0, 2.0])
        (x * x).sum().backward()
        assert isinstance(x.grad, Tensor)
        assert not x.grad.requires_grad

    def test_accumulates_in_leaves_over_calls(self) -> None:
        x = leaf([1.0, 2.0])
        for _ in range(3):
            (x * x).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [6.0, 12.0])

    def test_accumulation_does_not_change_the_array_given_before(self) -> None:
        x = leaf([1.0, 2.0])
        (x * x).sum().backward()
        first = x.grad
        (x * x).sum().backward()
        np.testing.assert_array_equal(first.data, [2.0, 4.0])

    def test_a_leaf_is_its_own_derivative(self) -> None:
        x = leaf(2.0)
        x.backward()
        assert x.grad.item() == 1.0
        y = leaf([1.0, 2.0])
        y.backward([3.0, 4.0])
        np.testing.assert_array_equal(y.grad.data, [3.0, 4.0])

    def test_one_element_of_any_shape_needs_no_cotangent(self) -> None:
        x = leaf([[2.0]])
        (x * 3).backward()
        np.testing.assert_array_equal(x.grad.data, [[3.0]])

    @pytest.mark.parametrize(
        "cotangent", [[1.0, 10.0], np.array([1, 10]), (1, 10), Tensor([1.0, 10.0])]
    )
    def test_cotangents_of_every_type(self, cotangent) -> None:
        x = leaf([1.0, 2.0])
        (x * 3).backward(cotangent)
        np.testing.assert_array_equal(x.grad.data, [3.0, 30.0])

    def test_a_nan_cotangent_flows_through(self) -> None:
        x = leaf([1.0, 2.0])
        (x * 3).backward([np.nan, 1.0])
        np.testing.assert_array_equal(x.grad.data, [np.nan, 3.0])

    def test_same_tensor_in_both_slots(self) -> None:
        x = leaf(3.0)
        (x * x + x / x + x - x + x**x).backward()
        assert x.grad.item() == pytest.approx(6.0 + 27 * (np.log(3) + 1))

    def test_constants_get_nothing(self) -> None:
        x, c = leaf(3.0), Tensor(2.0)
        (x * c).backward()
        assert c.grad is None

    def test_works_under_no_grad(self) -> None:
        x = leaf(3.0)
        y = x * x
        with autograd.no_grad():
            y.backward()
        assert x.grad.item() == 6.0

    def test_leaves_that_are_gone_do_not_matter(self) -> None:
        x, y = leaf(3.0), leaf(4.0)
        z = x * y
        del y
        z.backward()
        assert x.grad.item() == 4.0


class TestManyRoots:
    def test_are_added_up(self) -> None:
        x, y = leaf(2.0), leaf(3.0)
        autograd.backward([x * y, x * x])
        assert x.grad.item() == 7.0
        assert y.grad.item() == 2.0

    def test_may_be_ancestors_of_each_other(self) -> None:
        x = leaf(2.0)
        y = x * x  # 4
        z = y * y  # 16
        autograd.backward([y, z, x])
        assert x.grad.item() == 4 + 32 + 1

    def test_the_order_does_not_matter(self) -> None:
        x = leaf(2.0)
        y = x * x
        z = y * y
        for roots in ([z, y], [y, z]):
            assert grad(roots, x, retain_graph=True)[0].item() == 36.0

    def test_the_same_root_twice_counts_twice(self) -> None:
        x = leaf(2.0)
        y = x * x
        autograd.backward([y, y])
        assert x.grad.item() == 8.0

    def test_with_cotangents_and_without(self) -> None:
        x = leaf([1.0, 2.0])
        autograd.backward([x * 2, (x * x).sum()], [[1.0, 10.0], None])
        np.testing.assert_array_equal(x.grad.data, [4.0, 24.0])

    def test_in_a_graph_shared_by_both(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        autograd.backward([(h * 2).sum(), (h * 3).sum()])
        np.testing.assert_array_equal(x.grad.data, [10.0, 20.0])


class TestGrad:
    def test_touches_no_grad_attribute(self) -> None:
        x = leaf(3.0)
        h = x * x
        h.retain_grad()
        assert [g.item() for g in grad(h * h, [x, h])] == [108.0, 18.0]
        assert x.grad is None
        assert h.grad is None

    def test_of_computed_inputs(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 3
        k = h * h
        y = (k * h).sum()
        gk, gh, gx = grad(y, [k, h, x])
        np.testing.assert_array_equal(gk.data, h.data)
        np.testing.assert_array_equal(gh.data, 3 * h.data**2)
        np.testing.assert_array_equal(gx.data, 9 * h.data**2)

    def test_of_an_output_by_itself(self) -> None:
        x = leaf(3.0)
        y = x * x
        assert grad(y, [y, x])[0].item() == 1.0

    def test_of_a_spent_graphs_result(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        (h * 3).sum().backward()
        np.testing.assert_array_equal(grad((h * h).sum(), h)[0].data, 2 * h.data)

    def test_of_an_input_beyond_a_spent_node_raises(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        (h * 3).sum().backward()
        with pytest.raises(RuntimeError, match="already used by a backward pass"):
            grad((h * h).sum(), [h, x])

    def test_inputs_named_twice_get_gradients_of_their_own(self) -> None:
        x = leaf([1.0, 2.0])
        first, second = grad((x * x).sum(), [x, x])
        np.testing.assert_array_equal(first.data, second.data)
        assert not np.shares_memory(first.data, second.data)

    def test_hooks_of_inputs_named_twice_run_once(self) -> None:
        x = leaf([1.0, 2.0])
        calls = []
        x.register_hook(calls.append)
        grad((x * x).sum(), [x, x])
        assert len(calls) == 1

    @pytest.mark.parametrize("wrap", [list, tuple])
    def test_cotangents_in_a_list_for_one_output(self, wrap) -> None:
        x = leaf([1.0, 2.0])
        v = Tensor([1.0, 10.0])
        np.testing.assert_array_equal(grad(x * 3, x, wrap([v]))[0].data, [3.0, 30.0])
        np.testing.assert_array_equal(grad([x * 3], x, wrap([v]))[0].data, [3.0, 30.0])
        np.testing.assert_array_equal(grad(x * 3, x, v)[0].data, [3.0, 30.0])

    def test_unused_inputs(self) -> None:
        x, other = leaf(3.0), leaf([1.0, 2.0], name="other")
        y = x * x
        with pytest.raises(RuntimeError, match="input 1 'other'.*was not used.*allow_unused=True"):
            grad(y, [x, other], retain_graph=True)
        assert grad(y, [other], allow_unused=True) == (None,)
        (zeros,) = grad(y, other, materialize_grads=True)
        np.testing.assert_array_equal(zeros.data, [0.0, 0.0])

    def test_runs_only_what_the_inputs_need(self) -> None:
        x, other = leaf(3.0), leaf(2.0)
        used = x * x
        dead_end = other * other
        y = used * dead_end
        grad(y, x)
        # The branch of `other` was not passed: its nodes are as good as new.
        dead_end.backward()
        assert other.grad.item() == 4.0

    def test_of_a_leaf_that_is_used_far_apart(self) -> None:
        x = leaf(2.0)
        y = x
        for _ in range(5):
            y = y * x
        assert grad(y, x)[0].item() == pytest.approx(6 * 2.0**5)


class TestRetainGraph:
    def test_a_second_pass_is_an_error_that_says_what_to_do(self) -> None:
        x = leaf([1.0, 2.0])
        y = (x * x).sum()
        y.backward()
        with pytest.raises(RuntimeError, match=r"already used.*retain_graph=True"):
            y.backward()
        np.testing.assert_array_equal(x.grad.data, [2.0, 4.0])

    @pytest.mark.parametrize(
        "make", [lambda x: x + 1, lambda x: -x, lambda x: x.sum(), lambda x: x * x]
    )
    def test_every_node_is_spent_whatever_it_keeps(self, make) -> None:
        x = leaf(2.0)
        y = make(x)
        y.backward()
        with pytest.raises(RuntimeError, match="already used"):
            y.backward()

    def test_retained_graphs_can_be_used_again_and_again(self) -> None:
        x = leaf([1.0, 2.0])
        y = (x * x).sum()
        for _ in range(3):
            y.backward(retain_graph=True)
        y.backward()
        np.testing.assert_array_equal(x.grad.data, [8.0, 16.0])

    def test_a_second_pass_adds_nothing_stale(self) -> None:
        x = leaf(2.0)
        h = x * x
        y = h * h
        h.retain_grad()
        y.backward(retain_graph=True)
        y.backward()
        assert x.grad.item() == 64.0
        assert h.grad.item() == 8.0  # of the last pass: only leaves accumulate

    def test_a_new_result_of_a_spent_part_raises(self) -> None:
        x = leaf(2.0)
        h = x * x
        (h * 1).backward()
        with pytest.raises(RuntimeError, match="mul.*already used"):
            (h * 2).backward()
        assert x.grad.item() == 4.0


class TestCreateGraph:
    def test_every_order_exists(self) -> None:
        x = leaf(2.0)
        value, expected = x**5, 32.0
        for power in (5, 4, 3, 2, 1):
            assert value.item() == pytest.approx(expected)
            (value,) = grad(value, x, create_graph=True)
            expected *= power / 2.0
        assert value.item() == pytest.approx(120.0)
        assert grad(value, x, materialize_grads=True)[0].item() == 0.0

    def test_implies_retain_graph(self) -> None:
        x = leaf(2.0)
        y = x * x
        grad(y, x, create_graph=True)
        y.backward()
        assert x.grad.item() == 4.0

    def test_a_gradient_penalty(self) -> None:
        x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
        (g,) = grad((w * x * x).sum(), x, create_graph=True)  # 2 w x
        (g * g).sum().backward()  # Σ 4 w² x²
        np.testing.assert_allclose(w.grad.data, 8 * w.data * x.data**2)
        np.testing.assert_allclose(x.grad.data, 8 * w.data**2 * x.data)

    def test_differentiates_by_the_cotangent(self) -> None:
        x, v = leaf([1.0, 2.0]), leaf([5.0, 7.0])
        (g,) = grad(x * x * x, x, v, create_graph=True)  # 3 x² v
        np.testing.assert_array_equal(grad(g.sum(), v)[0].data, 3 * x.data**2)

    def test_hessian_vector_product(self) -> None:
        x = leaf([1.0, 2.0, 3.0])
        (g,) = grad((x[0] * x[1] * x[2]) ** 2, x, create_graph=True)
        v = np.array([1.0, -1.0, 2.0])
        (product,) = grad(g, x, v)
        a, b, c = x.data
        hessian = [
            [2 * (b * c) ** 2, 4 * a * b * c * c, 4 * a * b * b * c],
            [4 * a * b * c * c, 2 * (a * c) ** 2, 4 * a * a * b * c],
            [4 * a * b * b * c, 4 * a * a * b * c, 2 * (a * b) ** 2],
        ]
        np.testing.assert_allclose(product.data, hessian @ v)

    def test_backward_leaves_differentiable_gradients(self) -> None:
        x = leaf(3.0)
        (x**3).backward(create_graph=True)
        first = x.grad
        x.grad = None
        first.backward()
        assert x.grad.item() == 18.0

    def test_accumulates_on_the_graph(self) -> None:
        x = leaf(3.0)
        (x**2).backward(create_graph=True)
        (x**3).backward(create_graph=True)
        assert grad(x.grad, x)[0].item() == 2 + 18

    def test_the_mode_around_it_does_not_matter(self) -> None:
        x = leaf(3.0)
        y = x**3
        with autograd.no_grad():
            (first,) = grad(y, x, create_graph=True)
        assert grad(first, x)[0].item() == 18.0


class TestInputs:
    def test_only_these_are_filled(self) -> None:
        x, y = leaf(2.0), leaf(3.0)
        h = x * y
        (h * h).backward(inputs=[x, h])
        assert x.grad.item() == 36.0
        assert h.grad.item() == 12.0
        assert y.grad is None

    def test_accumulate(self) -> None:
        x = leaf(2.0)
        (x * x).backward(inputs=x)
        (x * x).backward(inputs=[x])
        assert x.grad.item() == 8.0

    def test_with_cotangents(self) -> None:
        x = leaf([1.0, 2.0])
        (x * 3).backward([1.0, 10.0], inputs=[x])
        np.testing.assert_array_equal(x.grad.data, [3.0, 30.0])

    def test_with_complex_cotangents(self) -> None:
        z, w = leaf([1 + 2j]), leaf([1 + 2j])
        (z * z).backward([1 + 1j])
        (w * w).backward([1 + 1j], inputs=[w])
        np.testing.assert_array_equal(z.grad.data, w.grad.data)

    def test_of_an_unreachable_tensor_is_an_error(self) -> None:
        x, other = leaf(2.0), leaf(2.0)
        with pytest.raises(RuntimeError, match="input 1.*was not used"):
            (x * x).backward(inputs=[x, other])
        assert x.grad is None

    def test_empty_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="inputs= is empty"):
            (leaf(2.0) * 1).backward(inputs=[])


class TestFailure:
    def test_changes_no_gradient_and_spends_the_graph(self) -> None:
        x, y = leaf(2.0), leaf(3.0)

        @op("elementwise")
        def fails_backward(x):
            """Fine forwards."""
            return x + 0

        def broken(g):
            raise ZeroDivisionError("inside the rule")

        fails_backward.vjp(x=broken)
        y.grad = Tensor(7.0)
        z = fails_backward(x * x) * y
        with pytest.raises(ZeroDivisionError, match="inside the rule") as caught:
            z.backward()
        assert (
            "while running the backward of fails_backward ('x': () float64)"
            in caught.value.__notes__[0]
        )
        assert x.grad is None
        assert y.grad.item() == 7.0
        with pytest.raises(RuntimeError, match="first pass over this graph failed"):
            z.backward()
        assert autograd.is_grad_enabled()
        assert (x * 2).requires_grad

    def test_of_a_retained_pass_can_be_repeated(self) -> None:
        x = leaf(2.0)
        h = x * x
        remove = h.register_hook(lambda g: "wrong")
        with pytest.raises(TypeError, match="a hook on"):
            (h * 1).backward(retain_graph=True)
        remove()
        (h * 1).backward()
        assert x.grad.item() == 4.0

    def test_keyboard_interrupt_in_a_rule(self) -> None:
        x, y = leaf(2.0), leaf(3.0)

        @op("elementwise")
        def is_interrupted(x):
            """The user presses Ctrl-C during backward."""
            return x + 0

        def interrupt(g):
            signal.raise_signal(signal.SIGINT)
            return g

        is_interrupted.vjp(x=interrupt)
        z = is_interrupted(x) * y
        with pytest.raises(KeyboardInterrupt):
            z.backward()
        assert x.grad is None
        assert y.grad is None
        assert (x * 2).requires_grad
        (x * y).backward()
        assert x.grad.item() == 3.0

    @pytest.mark.parametrize("create_graph", [False, True])
    def test_keyboard_interrupt_in_a_hook_of_a_leaf(self, create_graph) -> None:
        x, y = leaf(2.0), leaf(3.0)
        remove = y.register_hook(lambda g: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            (x * y).backward(create_graph=create_graph)
        assert x.grad is None
        assert y.grad is None
        remove()
        assert not (x * y).detach().requires_grad
        assert (x * y).requires_grad


def test_threads_differentiate_their_own_graphs() -> None:
    results = {}

    def work(seed: int) -> None:
        x = leaf(np.full(3, float(seed)))
        for _ in range(50):
            x.grad = None
            (x * x * x).sum().backward()
        results[seed] = x.grad.data

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in range(6):
        np.testing.assert_array_equal(results[seed], np.full(3, 3.0 * seed**2))
