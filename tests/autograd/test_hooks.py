"""Gradient hooks and retained gradients of computed Tensors."""

import numpy as np
import pytest

from autograd import Tensor, grad


def leaf(data, name=None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


class TestHooks:
    def test_see_the_complete_gradient(self) -> None:
        x = leaf(2.0)
        h = x * x
        seen = []
        h.register_hook(seen.append)
        (h * 3 + h * h).backward()
        assert [g.item() for g in seen] == [3 + 8.0]

    def test_see_the_complete_gradient_of_a_leaf(self) -> None:
        x = leaf(2.0)
        seen = []
        x.register_hook(seen.append)
        (x * 3 + x * x).backward()
        assert [g.item() for g in seen] == [7.0]

    def test_replace_it(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * 1
        h.register_hook(lambda g: g * 10)
        x.register_hook(lambda g: g + 1)
        h.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [11.0, 11.0])

    def test_run_in_order_each_on_the_result_of_the_last(self) -> None:
        x = leaf(1.0)
        x.register_hook(lambda g: g + 1)
        x.register_hook(lambda g: None)
        x.register_hook(lambda g: g * 10)
        (x * 1).backward()
        assert x.grad.item() == 20.0

    def test_can_be_removed_and_removed_again(self) -> None:
        x = leaf(1.0)
        remove = x.register_hook(lambda g: g * 10)
        keep = x.register_hook(lambda g: g + 1)
        remove()
        remove()
        (x * 1).backward()
        assert x.grad.item() == 2.0
        keep()

    def test_can_remove_themselves_while_running(self) -> None:
        x = leaf(1.0)

        def once(g: Tensor) -> Tensor:
            remove()
            return g * 10

        remove = x.register_hook(once)
        (x * 1).backward()
        (x * 1).backward()
        assert x.grad.item() == 11.0

    def test_count_in_grad_too(self) -> None:
        x = leaf(1.0)
        h = x * 1
        h.register_hook(lambda g: g * 10)
        assert [g.item() for g in grad(h * 2, [x, h])] == [20.0, 20.0]

    def test_are_recorded_under_create_graph(self) -> None:
        x = leaf(3.0)
        h = x * x
        h.register_hook(lambda g: g * x)
        (first,) = grad(h, x, create_graph=True)  # x · 2x
        assert grad(first, x)[0].item() == 12.0

    def test_keep_the_dtype(self) -> None:
        x = leaf(np.ones(2, np.float32))
        x.register_hook(lambda g: g * Tensor(2.0, requires_grad=False).astype(np.float64))
        (x * 1).sum().backward()
        assert x.grad.dtype == np.float32

    @pytest.mark.parametrize("wrong", [lambda g: 3.0, lambda g: g.sum(), lambda g: g.data])
    def test_of_wrong_results_are_errors(self, wrong) -> None:
        x = leaf([1.0, 2.0])
        h = x * 2
        h.register_hook(wrong)
        with pytest.raises(
            TypeError, match=r"a hook on mul must return None or a Tensor of shape \(2,\)"
        ):
            h.sum().backward()
        assert x.grad is None

    def test_that_fail_change_no_gradient(self) -> None:
        x, y = leaf(1.0), leaf(1.0)

        def fail(g: Tensor) -> None:
            raise ZeroDivisionError("mine")

        y.register_hook(fail)
        with pytest.raises(ZeroDivisionError, match="mine"):
            (x * y).backward()
        assert x.grad is None
        assert y.grad is None

    def test_need_a_graph(self) -> None:
        with pytest.raises(RuntimeError, match="register_hook: .*does not require gradients"):
            Tensor(1.0).register_hook(print)


class TestHandles:
    def test_remove_and_a_call_are_the_same(self) -> None:
        x = leaf(1.0)
        for away in (lambda handle: handle.remove(), lambda handle: handle()):
            x.grad = None
            handle = x.register_hook(lambda g: g * 10)
            assert away(handle) is None
            away(handle)
            (x * 1).backward()
            assert x.grad.item() == 1.0

    def test_a_leaf_keeps_its_hooks_while_it_is_frozen(self) -> None:
        x = leaf(1.0)
        first = x.register_hook(lambda g: g + 1)
        x.register_hook(lambda g: g * 10)
        x.requires_grad_(False)
        x.requires_grad_(True)
        (x * 1).backward()
        assert x.grad.item() == 20.0
        first.remove()
        x.grad = None
        (x * 1).backward()
        assert x.grad.item() == 10.0


class TestPostAccumulateHooks:
    def test_see_the_leaf_with_its_gradient_after_all_are_added(self) -> None:
        x, y, seen = leaf([1.0, 2.0]), leaf(3.0), []
        x.register_post_accumulate_grad_hook(
            lambda t: seen.append((t, t.grad.data.tolist(), y.grad.item()))
        )
        (x * y).sum().backward()
        (x * y).sum().backward()
        assert seen[0][0] is x
        assert [each[1:] for each in seen] == [([3.0, 3.0], 3.0), ([6.0, 6.0], 6.0)]

    def test_can_step_and_forget(self) -> None:
        x = leaf([1.0])

        def descend(tensor: Tensor) -> None:
            tensor.data = tensor.data - 0.1 * tensor.grad.data
            tensor.grad = None

        x.register_post_accumulate_grad_hook(descend)
        for _ in range(2):
            (x * x).sum().backward()
        np.testing.assert_allclose(x.data, [0.64])
        assert x.grad is None

    def test_come_after_those_that_replace(self) -> None:
        x, seen = leaf(1.0), []
        x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.item()))
        x.register_hook(lambda g: g * 10)
        (x * 1).backward()
        assert seen == [10.0]

    def test_are_not_called_by_grad(self) -> None:
        x = leaf(1.0)
        x.register_post_accumulate_grad_hook(lambda t: pytest.fail("nothing was added"))
        grad(x * x, x)

    def test_are_for_leaves(self) -> None:
        with pytest.raises(RuntimeError, match="computed by mul.*only leaves accumulate.*_hook"):
            (leaf(1.0) * 2).register_post_accumulate_grad_hook(print)
        with pytest.raises(RuntimeError, match="does not require gradients"):
            Tensor(1.0).register_post_accumulate_grad_hook(print)


class TestRetainGrad:
    def test_fills_grad_of_a_computed_tensor(self) -> None:
        x = leaf([1.0, 2.0])
        h = x * x
        h.retain_grad()
        (h * 3).sum().backward()
        np.testing.assert_array_equal(h.grad.data, [3.0, 3.0])
        assert not np.shares_memory(h.grad.data, x.grad.data)

    def test_on_a_root(self) -> None:
        x = leaf(2.0)
        y = x * x
        y.retain_grad()
        y.backward()
        assert y.grad.item() == 1.0

    def test_on_a_leaf_changes_nothing(self) -> None:
        x = leaf(2.0)
        x.retain_grad()
        (x * x).backward()
        assert x.grad.item() == 4.0

    def test_comes_after_hooks(self) -> None:
        x = leaf(2.0)
        y = x * x
        y.retain_grad()
        y.register_hook(lambda g: g * 10)
        y.backward()
        assert y.grad.item() == 10.0

    def test_follows_the_tensor_through_in_place_operations(self) -> None:
        x = leaf([2.0])
        y = x * 1.0
        y.retain_grad()
        y *= 3
        (y * y).sum().backward()
        np.testing.assert_array_equal(y.grad.data, 2 * y.data)

    def test_under_create_graph(self) -> None:
        x = leaf(3.0)
        h = x * x
        h.retain_grad()
        (h * h).backward(create_graph=True)  # dh = 2h = 2x²
        assert grad(h.grad, x)[0].item() == 12.0

    def test_needs_a_graph(self) -> None:
        with pytest.raises(RuntimeError, match="retain_grad: .*does not require gradients"):
            Tensor(1.0).retain_grad()
