"""Modes around code that stops and goes on: generators, coroutines, threads, foreign contexts."""

import asyncio
import contextvars
import functools
import gc
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from types import coroutine

import numpy as np
import pytest

from autograd import (
    Tensor,
    detect_anomaly,
    enable_grad,
    is_grad_enabled,
    no_grad,
    profile,
)
from autograd.graph.modes import Observer, current_mode, observe

# A mode, one in which it makes a difference, and how code sees that it is on.
MODES = {
    "no_grad": (no_grad, None, lambda: not is_grad_enabled()),
    "enable_grad": (enable_grad, no_grad, is_grad_enabled),
    "detect_anomaly": (detect_anomaly, None, lambda: current_mode().observer is not None),
}


@pytest.fixture(params=MODES)
def kind(request):
    """The mode, and a function that says whether it is on; inside where that is not trivial."""
    mode, around, is_on = MODES[request.param]
    if around is None:
        yield mode, is_on
    else:
        with around():
            yield mode, is_on
    assert is_grad_enabled()
    assert current_mode().observer is None


@coroutine
def pause():
    """Suspend a coroutine: an event loop would run others meanwhile."""
    return (yield "paused")


def finish(suspended):
    """Run a coroutine to its end by hand, and return its result."""
    while True:
        try:
            suspended.send(None)
        except StopIteration as stop:
            return stop.value


def in_a_thread(function, *arguments):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


class TestDecorated:
    def test_generators(self, kind) -> None:
        mode, is_on = kind

        @mode()
        def steps(start, *, count):
            """Documented."""
            sent = None
            for number in range(start, start + count):
                sent = yield number, is_on(), sent
            return is_on()

        assert inspect.isgeneratorfunction(steps)
        assert (steps.__name__, steps.__doc__) == ("steps", "Documented.")
        generator = steps(3, count=2)
        assert not is_on()
        assert next(generator) == (3, True, None)
        assert not is_on()
        assert generator.send("a") == (4, True, "a")
        assert not is_on()
        with pytest.raises(StopIteration) as stop:
            next(generator)
        assert stop.value.value is True
        assert not is_on()

    def test_what_is_thrown_in_and_out_of_generators(self, kind) -> None:
        mode, is_on = kind
        seen = []

        @mode()
        def steps():
            try:
                yield 1
            except KeyError:
                seen.append(is_on())
            try:
                yield 2
            finally:
                seen.append(is_on())

        generator = steps()
        next(generator)
        assert generator.throw(KeyError("mine")) == 2
        generator.close()
        assert seen == [True, True]
        with pytest.raises(StopIteration):
            next(generator)
        generator = steps()
        next(generator)
        with pytest.raises(ZeroDivisionError, match="mine"):
            generator.throw(ZeroDivisionError("mine"))
        assert not is_on()

    def test_generators_that_refuse_to_close(self, kind) -> None:
        mode, is_on = kind

        @mode()
        def steps():
            while True:
                try:
                    yield
                except GeneratorExit:
                    yield

        generator = steps()
        next(generator)
        with pytest.raises(RuntimeError, match="ignored GeneratorExit"):
            generator.close()
        assert not is_on()

    def test_blocks_inside_stay_open_across_steps(self) -> None:
        @no_grad()
        def steps():
            yield is_grad_enabled()
            with enable_grad():
                yield is_grad_enabled()
                with no_grad():
                    yield is_grad_enabled()
                yield is_grad_enabled()
            yield is_grad_enabled()

        seen = []
        for inside in steps():
            seen.append(inside)
            assert is_grad_enabled()
        assert seen == [False, True, False, True, False]

    def test_several_at_once(self, kind) -> None:
        mode, is_on = kind

        @mode()
        def steps():
            for _ in range(3):
                yield is_on()

        assert list(zip(steps(), steps(), steps(), strict=True)) == [(True,) * 3] * 3
        assert not is_on()

    def test_generators_resumed_and_closed_by_other_threads(self, kind) -> None:
        mode, _ = kind
        seen = []

        @mode()
        def steps():
            with enable_grad(), no_grad():
                try:
                    while True:
                        yield is_grad_enabled()
                finally:
                    seen.append(is_grad_enabled())

        generator = steps()
        before = current_mode().recording
        assert next(generator) is False
        assert in_a_thread(lambda: (next(generator), is_grad_enabled())) == (False, True)
        assert current_mode().recording == before
        assert in_a_thread(lambda: (generator.close(), is_grad_enabled())) == (None, True)
        assert seen == [False]
        assert current_mode().recording == before

    def test_coroutines(self, kind) -> None:
        mode, is_on = kind

        @mode()
        async def work(label):
            """Documented."""
            seen = [is_on()]
            for _ in range(2):
                await pause()
                seen.append(is_on())
            return label, seen

        assert inspect.iscoroutinefunction(work)
        assert work.__doc__ == "Documented."
        one, other = work("one"), work("other")
        for _ in range(2):
            for each in (one, other):
                assert each.send(None) == "paused"
                assert not is_on()
        assert finish(one) == ("one", [True] * 3)
        assert not is_on()
        assert finish(other) == ("other", [True] * 3)
        assert not is_on()

    def test_coroutines_that_are_closed_or_fail(self, kind) -> None:
        mode, is_on = kind
        seen = []

        @mode()
        async def work():
            try:
                await pause()
            finally:
                seen.append(is_on())

        for end in (lambda c: c.close(), lambda c: in_a_thread(c.close)):
            suspended = work()
            suspended.send(None)
            end(suspended)
            assert not is_on()
        suspended = work()
        suspended.send(None)
        with pytest.raises(ZeroDivisionError, match="mine"):
            suspended.throw(ZeroDivisionError("mine"))
        assert not is_on()
        assert seen == [True] * 3

    def test_coroutines_of_a_loop(self, kind) -> None:
        mode, is_on = kind

        @mode()
        async def work():
            seen = []
            for _ in range(3):
                await asyncio.sleep(0)
                seen.append(is_on())
            return seen

        async def others():
            seen = []
            for _ in range(3):
                await asyncio.sleep(0)
                seen.append(is_on())
            return seen

        async def main():
            results = await asyncio.gather(work(), others(), work())
            inside = await work()
            return [*results, inside, is_on()]

        on, off = [True] * 3, [False] * 3
        assert asyncio.run(main()) == [on, off, on, on, False]

    def test_asynchronous_generators(self, kind) -> None:
        mode, is_on = kind

        @mode()
        async def steps(count):
            """Documented."""
            sent = None
            for number in range(count):
                await pause()
                sent = yield number, is_on(), sent

        assert inspect.isasyncgenfunction(steps)
        assert steps.__doc__ == "Documented."

        async def main():
            generator = steps(2)
            seen = [await anext(generator), is_on(), await generator.asend("a"), is_on()]
            with pytest.raises(StopAsyncIteration):
                await anext(generator)
            seen += [each async for each in steps(2)]
            return [*seen, is_on()]

        first, second = (0, True, None), (1, True, None)
        assert finish(main()) == [first, False, (1, True, "a"), False, first, second, False]

    def test_what_is_thrown_in_and_out_of_asynchronous_generators(self, kind) -> None:
        mode, is_on = kind
        seen = []

        @mode()
        async def steps():
            try:
                yield 1
            except KeyError:
                seen.append(is_on())
            try:
                yield 2
            finally:
                await pause()
                seen.append(is_on())

        async def main():
            generator = steps()
            await anext(generator)
            assert await generator.athrow(KeyError("mine")) == 2
            await generator.aclose()
            other = steps()
            await anext(other)
            with pytest.raises(ZeroDivisionError, match="mine"):
                await other.athrow(ZeroDivisionError("mine"))
            return is_on()

        assert finish(main()) is False
        assert seen == [True, True]

    @pytest.mark.parametrize("decorated", [True, False])
    def test_async_for_left_early(self, kind, decorated) -> None:
        mode, is_on = kind
        seen, complaints = [], []

        async def steps():
            try:
                if decorated:
                    yield is_on()
                    yield is_on()
                else:
                    with mode():
                        yield is_on()
                        yield is_on()
            finally:
                seen.append("closed")

        if decorated:
            steps = mode()(steps)

        async def main():
            asyncio.get_running_loop().set_exception_handler(
                lambda loop, context: complaints.append(context)
            )
            async for each in steps():
                seen.append(each)
                break
            for _ in range(5):  # the loop closes the generator in a task of its own
                gc.collect()
                await asyncio.sleep(0)
            kept = steps()
            seen.append(await anext(kept))
            if decorated:
                seen.append(is_on())
            return is_on(), kept  # open when the loop ends

        on, _kept = asyncio.run(main())
        assert complaints == []
        assert seen == [True, "closed", True, *([False] if decorated else []), "closed"]
        assert on is not decorated  # as long as the one that was kept is open
        assert not is_on()

    def test_methods_partial_functions_and_bare_decorators(self, kind) -> None:
        mode, is_on = kind

        class Model:
            @mode()
            def run(self):
                return is_on()

            @mode
            def bare(self):
                return is_on()

            @staticmethod
            @mode
            def static():
                yield is_on()

            @classmethod
            @mode()
            async def asynchronous(cls):
                await pause()
                return cls, is_on()

        assert Model().run() is Model().bare() is True
        assert list(Model.static()) == [True]
        assert finish(Model.asynchronous()) == (Model, True)
        assert list(mode()(functools.partial(Model.static))()) == [True]
        assert not is_on()

    def test_what_is_no_function_is_refused(self, kind) -> None:
        mode, _ = kind
        for wrong in (True, Tensor, "text"):
            with pytest.raises(TypeError, match="expected a function to decorate"):
                mode(wrong)
            with pytest.raises(TypeError, match="expected a function to decorate"):
                mode()(wrong)


class TestBlocks:
    def test_one_object_shared_by_threads(self, kind) -> None:
        mode, is_on = kind
        shared = mode()
        barrier = threading.Barrier(4)
        failures = []

        def work(number):
            off = is_on()  # a thread starts afresh, with recording on
            for turn in range(50):
                barrier.wait(10)
                with shared:
                    if (turn + number) % 2:
                        barrier.wait(10)
                    if not is_on():
                        failures.append("off inside")
                    with shared:
                        pass
                    if not is_on():
                        failures.append("off after an inner one")
                if not (turn + number) % 2:
                    barrier.wait(10)
                if is_on() != off:
                    failures.append("on outside")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert failures == []
        assert not is_on()

    @pytest.mark.parametrize("shared", [True, False])
    def test_a_generator_closed_in_another_thread(self, kind, shared) -> None:
        mode, is_on = kind
        block = mode()

        def steps():
            with block if shared else mode():
                yield

        generator = steps()
        next(generator)
        assert is_on()  # until it is closed, as in any library

        def close():
            before = current_mode().recording, current_mode().observer
            generator.close()
            return before == (current_mode().recording, current_mode().observer)

        assert in_a_thread(close)
        assert not is_on()

    def test_nested_blocks_closed_in_another_thread(self) -> None:
        def steps():
            with no_grad(), detect_anomaly(), enable_grad(), no_grad():
                yield

        for outside in (enable_grad, no_grad):
            with outside():
                expected = is_grad_enabled()
                generator = steps()
                next(generator)
                assert not is_grad_enabled()
                in_a_thread(generator.close)
                assert is_grad_enabled() is expected
                assert current_mode().observer is None
                with no_grad():
                    assert not is_grad_enabled()
                assert is_grad_enabled() is expected
            assert is_grad_enabled()

    def test_closed_elsewhere_while_a_newer_block_is_open(self, kind) -> None:
        mode, is_on = kind

        def steps():
            with mode():
                yield

        generator = steps()
        next(generator)
        with observe(Observer()):
            assert in_a_thread(generator.close) is None
        assert not is_on()

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0), (0, 2, 1)])
    def test_generators_that_end_in_any_order(self, order) -> None:
        def steps(mode):
            with mode():
                yield

        generators = [steps(no_grad), steps(enable_grad), steps(no_grad)]
        for generator in generators:
            next(generator)
        for position in order:
            generators[position].close()
        assert is_grad_enabled()
        assert current_mode().plain

    def test_an_outer_one_that_ends_first_leaves_the_inner_on(self) -> None:
        def steps(mode):
            with mode():
                yield

        outer, inner = steps(enable_grad), steps(no_grad)
        next(outer)
        next(inner)
        outer.close()
        assert not is_grad_enabled()
        inner.close()
        assert is_grad_enabled()

    def test_a_context_copied_inside_keeps_the_mode(self, kind) -> None:
        mode, is_on = kind
        with mode():
            context = contextvars.copy_context()
        assert context.run(is_on)
        assert not is_on()

    def test_observers_closed_in_another_thread(self) -> None:
        import viz

        for block in (profile, viz.record, lambda: observe(Observer())):

            def steps(block=block):
                with block():
                    yield

            generator = steps()
            next(generator)
            assert current_mode().observer is not None
            in_a_thread(generator.close)
            assert current_mode().observer is None


def test_anomalies_are_found_in_suspended_functions_and_nothing_else_is_silenced() -> None:
    @detect_anomaly()
    def steps(x):
        yield x.log()

    with pytest.raises(FloatingPointError, match="log produced NaN"):
        next(steps(Tensor([-1.0], requires_grad=True)))
    with detect_anomaly(), pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(np.zeros(1))
    generator = steps(Tensor([1.0], requires_grad=True))
    next(generator)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(np.zeros(1))
