"""A machine for what is switched on: modes in several threads, observers, hooks.

A model of a few lines says what must be in force: a stack of settings per thread, a list of hooks
per tensor. After every step each thread is asked whether it records, and whether what it computes
requires gradients.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import autograd
from autograd import Tensor
from autograd.graph.modes import Observer, observe

THREADS = st.integers(0, 2)
MODES = {"no_grad": (autograd.no_grad, False), "enable_grad": (autograd.enable_grad, True)}


class Counter(Observer):
    """Counts the operations that it sees."""

    def __init__(self):
        self.seen = 0

    def operation_finished(self, op, values, keywords, out, node):
        self.seen += 1


class Thread:
    """A thread of its own, and what the model says of it."""

    def __init__(self):
        self.worker = ThreadPoolExecutor(1)
        self.entered = []  # (context manager, whether it records, its observer), innermost last

    def run(self, function, *arguments):
        return self.worker.submit(function, *arguments).result()

    @property
    def recording(self):
        settled = [recording for _, recording, _ in self.entered if recording is not None]
        return settled[-1] if settled else True

    @property
    def observers(self):
        return [observer for *_, observer in self.entered if observer is not None]

    def enter(self, manager, recording, observer):
        self.run(manager.__enter__)
        self.entered.append((manager, recording, observer))

    def leave(self, *exception):
        manager, *_ = self.entered.pop()
        self.run(manager.__exit__, *(exception or (None, None, None)))


class Modes(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.x = Tensor(2.0, requires_grad=True)
        self.threads = [Thread() for _ in range(3)]
        self.hooks = []  # (factor, how to remove it), in order
        self.calls = 0

    def teardown(self):
        for thread in self.threads:
            while thread.entered:
                thread.leave()
            thread.worker.shutdown()

    # ------------------------------------------------------------------ modes

    @rule(place=THREADS, name=st.sampled_from(sorted(MODES)))
    def enter(self, place, name):
        make, recording = MODES[name]
        self.threads[place].enter(make(), recording, None)

    @rule(place=THREADS)
    def watch(self, place):
        counter = Counter()
        self.threads[place].enter(observe(counter), None, counter)

    @precondition(lambda self: any(thread.entered for thread in self.threads))
    @rule(data=st.data())
    def leave(self, data):
        inside = [thread for thread in self.threads if thread.entered]
        data.draw(st.sampled_from(inside)).leave()

    @rule(place=THREADS, name=st.sampled_from(sorted(MODES)))
    def fail_inside(self, place, name):
        """An exception leaves the block, and what was before is in force again."""

        def failing():
            try:
                with MODES[name][0]():
                    autograd.matmul(np.ones((2, 3)), Tensor(np.ones((2, 3))))
            except ValueError:
                return autograd.is_grad_enabled()
            raise AssertionError("no error")

        thread = self.threads[place]
        assert thread.run(failing) == thread.recording

    @rule(place=THREADS, name=st.sampled_from(sorted(MODES)))
    def decorate(self, place, name):
        """A decorated function runs in its own mode, also when it calls itself."""
        make, recording = MODES[name]

        @make()
        def modes(depth):
            inner = modes(depth - 1) if depth else []
            return [autograd.is_grad_enabled(), *inner]

        thread = self.threads[place]
        assert thread.run(modes, 2) == [recording] * 3
        assert thread.run(autograd.is_grad_enabled) == thread.recording

    @rule(place=THREADS)
    def backward_in_a_thread(self, place):
        """A pass leaves the mode as it was, whatever it does in between."""
        thread = self.threads[place]
        x = Tensor(2.0, requires_grad=True)

        def run():
            with autograd.enable_grad():
                y = x * x
            (first,) = autograd.grad(y, x, create_graph=True)
            return first, autograd.is_grad_enabled()

        first, recording = thread.run(run)
        assert first.requires_grad
        assert recording == thread.recording

    # ------------------------------------------------------------------ hooks

    @rule(factor=st.sampled_from([2.0, -1.0, 0.5, None]))
    def hook(self, factor):
        """A hook that multiplies the gradient, or looks at it only."""

        def look(gradient):
            self.calls += 1
            return None if factor is None else gradient * factor

        self.hooks.append((factor, self.x.register_hook(look)))

    @precondition(lambda self: self.hooks)
    @rule(data=st.data())
    def unhook(self, data):
        _, remove = self.hooks.pop(data.draw(st.integers(0, len(self.hooks) - 1)))
        remove()
        remove()  # a second time does nothing

    @rule(place=THREADS, uses=st.integers(1, 3))
    def differentiate(self, place, uses):
        """Hooks run once a pass, in order, on the complete gradient."""

        def run():
            self.x.grad = None
            with autograd.enable_grad():
                total = sum(self.x * 3.0 for _ in range(uses))
            total.backward()
            return self.x.grad.item()

        before = self.calls
        expected = 3.0 * uses * np.prod([f for f, _ in self.hooks if f is not None])
        assert self.threads[place].run(run) == expected
        assert self.calls == before + len(self.hooks)

    # ------------------------------------------------------------------ compare

    @invariant()
    def every_thread_is_in_its_own_mode(self):
        for thread in self.threads:
            before = [observer.seen for observer in thread.observers]
            enabled, tracked = thread.run(self.look)
            assert enabled == thread.recording
            assert tracked == thread.recording
            assert [observer.seen for observer in thread.observers] == [n + 1 for n in before]

    def look(self):
        return autograd.is_grad_enabled(), autograd.exp(self.x).requires_grad

    @invariant()
    def the_main_thread_is_not_touched(self):
        assert self.look() == (True, True)


TestModes = Modes.TestCase
TestModes.settings = settings(
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
