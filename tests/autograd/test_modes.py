"""What is switched on: recording, observers and modules, in blocks, functions and threads."""

import asyncio
import contextvars
import threading

import numpy as np
import pytest

import autograd
from autograd import Tensor, enable_grad, is_grad_enabled, no_grad
from autograd.graph.modes import Observer, current_mode, enter_module, leave_module, observe


def leaf(data) -> Tensor:
    return Tensor(data, requires_grad=True)


class TestNoGrad:
    def test_results_do_not_require_gradients(self) -> None:
        x = leaf([1.0, 2.0])
        with no_grad():
            results = [
                x * 2,
                x.exp(),
                x @ x,
                x[0],
                x.sum(),
                x.reshape(2, 1),
                autograd.stack([x, x]),
            ]
        for result in results:
            assert not result.requires_grad
            assert result.is_leaf

    def test_blocks_nest_and_restore_what_was_before(self) -> None:
        seen = [is_grad_enabled()]
        with no_grad():
            seen.append(is_grad_enabled())
            with enable_grad():
                seen.append(is_grad_enabled())
                with no_grad():
                    seen.append(is_grad_enabled())
                seen.append(is_grad_enabled())
            seen.append(is_grad_enabled())
            with no_grad():
                pass
            seen.append(is_grad_enabled())
        seen.append(is_grad_enabled())
        assert seen == [True, False, True, False, True, False, False, True]

    def test_exceptions_restore_it(self) -> None:
        for mode in (no_grad, enable_grad):
            with pytest.raises(ZeroDivisionError, match="mine"), mode():
                raise ZeroDivisionError("mine")
            assert is_grad_enabled()
        with no_grad():
            with pytest.raises(ZeroDivisionError, match="mine"), enable_grad():
                raise ZeroDivisionError("mine")
            assert not is_grad_enabled()

    def test_one_object_may_be_used_again_and_inside_itself(self) -> None:
        mode = no_grad()
        with mode:
            with mode:
                assert not is_grad_enabled()
            assert not is_grad_enabled()
        assert is_grad_enabled()
        with mode:
            assert not is_grad_enabled()
        assert is_grad_enabled()

    def test_new_leaves_can_still_require_gradients(self) -> None:
        with no_grad():
            x = leaf(2.0)
        (x * x).backward()
        assert x.grad.item() == 4.0

    def test_errors_say_where_the_graph_was_cut(self) -> None:
        x = leaf([1.0, 2.0])
        with no_grad():
            y = (x * x).sum()
        with pytest.raises(
            RuntimeError,
            match="does not require gradients: it was computed by mul under no_grad",
        ):
            y.backward()


class TestDecorators:
    def test_with_and_without_arguments(self) -> None:
        @no_grad()
        def evaluate(x, *, scale=1.0):
            """Documented."""
            assert not is_grad_enabled()
            return x * scale

        assert not evaluate(leaf(2.0), scale=3.0).requires_grad
        assert is_grad_enabled()
        assert evaluate.__name__ == "evaluate"
        assert evaluate.__doc__ == "Documented."

    def test_restore_after_an_exception(self) -> None:
        @no_grad()
        def fail():
            raise ZeroDivisionError("mine")

        for _ in range(2):
            with pytest.raises(ZeroDivisionError, match="mine"):
                fail()
            assert is_grad_enabled()

    def test_recursion(self) -> None:
        @no_grad()
        def down(n):
            if n:
                with enable_grad():
                    down(n - 1)
            return is_grad_enabled()

        assert down(5) is False
        assert is_grad_enabled()

    def test_in_several_threads_at_once(self) -> None:
        barrier = threading.Barrier(4)
        seen = []

        @no_grad()
        def work():
            barrier.wait(10)
            inside = is_grad_enabled()
            barrier.wait(10)
            return inside

        def run():
            seen.append((is_grad_enabled(), work(), is_grad_enabled()))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == [(True, False, True)] * 4


def test_a_thread_starts_with_recording_on() -> None:
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append(is_grad_enabled()))
        thread.start()
        thread.join()
        assert not is_grad_enabled()
    assert seen == [True]


def test_a_copied_context_takes_the_mode_along() -> None:
    with no_grad():
        context = contextvars.copy_context()
    assert context.run(is_grad_enabled) is False
    assert is_grad_enabled()


def test_coroutines_have_their_own() -> None:
    async def evaluate() -> bool:
        with no_grad():
            await asyncio.sleep(0)
            return is_grad_enabled()

    async def train() -> list[bool]:
        seen = []
        for _ in range(3):
            await asyncio.sleep(0)
            seen.append(is_grad_enabled())
        return seen

    async def both():
        return await asyncio.gather(evaluate(), train())

    assert asyncio.run(both()) == [False, [True, True, True]]


class Notes(Observer):
    """Writes down what it sees."""

    def __init__(self) -> None:
        self.events = []

    def operation_started(self, op, values, keywords) -> None:
        self.events.append(("start", op.name))

    def operation_finished(self, op, values, keywords, out, node) -> None:
        self.events.append(("finish", op.name, node is not None))

    def step_started(self, node, cotangent) -> None:
        self.events.append(("step", node.op.name, getattr(cotangent, "shape", None)))

    def step_finished(self, node, cotangent, contributions) -> None:
        self.events.append(("stepped", node.op.name, len(contributions)))


class TestObservers:
    @pytest.mark.parametrize("data", [3.0, [3.0, 4.0]])
    def test_see_every_operation_and_step_once(self, data) -> None:
        x = leaf(data)
        with observe(Notes()) as notes:
            y = (x * x).sum()
            y.backward()
        shape = np.shape(data)
        assert notes.events == [
            ("start", "mul"),
            ("finish", "mul", True),
            ("start", "sum"),
            ("finish", "sum", True),
            ("step", "sum", ()),
            ("stepped", "sum", 1),
            ("step", "mul", shape),
            ("stepped", "mul", 2),
        ]

    def test_do_not_change_results(self) -> None:
        def run() -> list:
            x = leaf([1.0, 2.0])
            h = x.exp() * x
            part = h[:1]
            part *= 3
            y = (autograd.split(h, 2)[0] * h.softmax()).sum()
            (first,) = autograd.grad(y, x, create_graph=True)
            (second,) = autograd.grad(first.sum(), x)
            return [y.data, first.data, second.data]

        plain = run()
        with observe(Notes()):
            observed = run()
        for a, b in zip(plain, observed, strict=True):
            np.testing.assert_array_equal(a, b)

    def test_may_put_another_result_in_its_place(self) -> None:
        class Doubled(Observer):
            def compute(self, op, values, keywords):
                return 2.0 * super().compute(op, values, keywords)

        x = leaf([1.0, 2.0])
        for inner in (Notes(), Doubled()):  # beside one without a say, and one with
            with observe(Doubled()), observe(inner), no_grad():
                np.testing.assert_array_equal((x * x).data, [2.0, 8.0])
                np.testing.assert_array_equal(x.sum().data, 6.0)
                np.testing.assert_array_equal(autograd.concatenate([x, x]).data, [2, 4, 2, 4])
        np.testing.assert_array_equal((x * x).data, [1.0, 4.0])

    def test_see_what_is_not_recorded(self) -> None:
        with observe(Notes()) as notes, no_grad():
            leaf(3.0).exp()
        assert notes.events == [("start", "exp"), ("finish", "exp", False)]

    def test_nest_and_go(self) -> None:
        x = leaf(3.0)
        with observe(Notes()) as outer:
            with observe(Notes()) as inner:
                x.exp()
            x.sin()
        x.cos()
        assert [event[1] for event in inner.events] == ["exp", "exp"]
        assert [event[1] for event in outer.events] == ["exp", "exp", "sin", "sin"]

    def test_stay_through_no_grad_and_go_after_exceptions(self) -> None:
        with observe(Notes()) as notes, no_grad():
            assert current_mode().observer is notes
        with pytest.raises(ZeroDivisionError, match="mine"), observe(Notes()):
            raise ZeroDivisionError("mine")
        assert current_mode().observer is None

    def test_may_ask_for_all_values(self) -> None:
        x = leaf(np.ones(1000))
        y = x + 1
        with observe(Notes()) as notes:
            notes.keep_values = True
            z = x + 1
        assert type(z._node.value) is np.ndarray
        assert type(y._node.value) is not np.ndarray


def test_modules_are_noted_on_nodes() -> None:
    x = leaf([1.0, 2.0])
    token = enter_module("model.fc")
    inner = enter_module("model.fc.act")
    y = x * 2
    leave_module(inner)
    z = y.sum()
    leave_module(token)
    assert (y._node.module, z._node.module, (x * 2)._node.module) == (
        "model.fc.act",
        "model.fc",
        None,
    )
    assert "in module model.fc" in repr(z._node)


def test_modules_are_named_in_errors_of_operations() -> None:
    x = leaf([1.0, 2.0])
    token = enter_module("model.fc2")
    try:
        with pytest.raises(ValueError, match=r"add: .* in module model\.fc2"):
            autograd.add(x, np.ones(3))
    finally:
        leave_module(token)
